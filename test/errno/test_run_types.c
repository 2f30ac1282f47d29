/*
 * PROG_TEST_RUN of the types that have no packet of their own: raw tracepoints and SYSCALL programs with the context that the caller
 * gives, programs of trampolines, flow dissectors, socket lookups; and the types that have none.
 */
#include "test/errno/trace.h"

#include <linux/if_ether.h>
#include <stddef.h>

#define BAD U64(BAD_POINTER)
#define ON_CPU BPF_F_TEST_RUN_ON_CPU

static unsigned char data[70000], out[256];

static union bpf_attr test_attr(long prog)
{
	return (union bpf_attr){.test = {.prog_fd = prog, .retval = 0xaaaaaaaa}};
}

/* Says what came of it, and what stands in the attr then. */
static void run(union bpf_attr attr, const char *what)
{
	long ret = sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));

	line(ret, "%s (retval 0x%x, data_size_out %u, ctx_size_out %u)", what, attr.test.retval, attr.test.data_size_out,
	     attr.test.ctx_size_out);
}

#undef RUN
#define RUN(prog, what, ...)                                                                                                    \
	do {                                                                                                                    \
		union bpf_attr attr_ = test_attr(prog);                                                                         \
                                                                                                                                \
		__VA_ARGS__;                                                                                                    \
		run(attr_, what);                                                                                               \
	} while (0)
#define WITH(field, value) attr_.test.field = (value)
#define CTX(address, size) WITH(ctx_in, U64(address)), WITH(ctx_size_in, size)

#define PROG(what, ...)                                                                                                         \
	({                                                                                                                      \
		static const struct bpf_insn insns_[] = {__VA_ARGS__};                                                          \
		struct load load_ = {what, .insns = insns_, .count = COUNT(insns_)};                                            \
		load_prog(load_);                                                                                               \
	})

/* --- what no type wants beside its context --- */

static void unwanted(long prog, const char *what)
{
	note("%s: what it takes", what);
	RUN(prog, "nothing but a context", CTX(data, 96));
	RUN(prog, "no context");
	RUN(prog, "data_in", CTX(data, 96), WITH(data_in, U64(data)));
	RUN(prog, "data_size_in", CTX(data, 96), WITH(data_size_in, 64));
	RUN(prog, "data_in, data_size_in", CTX(data, 96), WITH(data_in, U64(data)), WITH(data_size_in, 64));
	RUN(prog, "data_out", CTX(data, 96), WITH(data_out, U64(out)));
	RUN(prog, "data_size_out", CTX(data, 96), WITH(data_size_out, 64));
	RUN(prog, "ctx_out", CTX(data, 96), WITH(ctx_out, U64(out)), WITH(ctx_size_out, 64));
	RUN(prog, "repeat", CTX(data, 96), WITH(repeat, 1));
	RUN(prog, "duration", CTX(data, 96), WITH(duration, 1));
	RUN(prog, "batch_size", CTX(data, 96), WITH(batch_size, 1));
	RUN(prog, "cpu 1", CTX(data, 96), WITH(cpu, 1));
	RUN(prog, "context at a bad address", CTX(BAD, 96));
	RUN(prog, "ctx_in without a size", WITH(ctx_in, U64(data)));
	for (unsigned flag = 1; flag < 16; flag *= 2)
		RUN(prog, "a flag", CTX(data, 96), WITH(flags, flag));
	for (unsigned size = 0; size <= 112; size += 4) {
		if (size > 16 && size < 92)
			continue;
		note("context of %u bytes", size);
		RUN(prog, "    ", WITH(ctx_in, size ? U64(data) : 0), WITH(ctx_size_in, size));
	}
	RUN(prog, "context of 65535 bytes", CTX(data, 65535));
	RUN(prog, "context of 65536 bytes", CTX(data, 65536));
}

static void raw_tracepoint(void)
{
	long prog = PROG(BPF_PROG_TYPE_RAW_TRACEPOINT, LDX(BPF_DW, 0, 1, 8), LDX(BPF_DW, 2, 1, 0),
			 INSN(BPF_ALU64 | BPF_LSH | BPF_K, 0, 0, 0, 8), INSN(BPF_ALU64 | BPF_OR | BPF_X, 0, 2, 0, 0), EXIT),
	     where = PROG(BPF_PROG_TYPE_RAW_TRACEPOINT, CALL(BPF_FUNC_get_smp_processor_id), EXIT);

	unwanted(prog, "RAW_TRACEPOINT");
	for (unsigned cpu = 0; cpu < 4; cpu++)
		RUN(where, "on a CPU", WITH(flags, ON_CPU), WITH(cpu, cpu));
	RUN(where, "on a CPU that there is not", WITH(flags, ON_CPU), WITH(cpu, 4096));
	RUN(where, "on a CPU, and another flag", WITH(flags, ON_CPU | 8), WITH(cpu, 1));
	sys_close(prog);
	sys_close(where);
}

static void syscall_program(void)
{
	long prog = PROG(BPF_PROG_TYPE_SYSCALL, MOV(0, 0), EXIT);
	unsigned char *end = page_end(8);
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SYSCALL,
			       .insn_cnt = 4,
			       .license = U64("GPL"),
			       .prog_flags = BPF_F_SLEEPABLE};
	static const struct bpf_insn insns[] = {LDX(BPF_W, 0, 1, 4), MOV(2, 0x1234), STX(BPF_W, 1, 2, 0), EXIT};

	line(prog, "SYSCALL, not sleepable");
	attr.insns = U64(insns);
	prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	line_ok(prog, "SYSCALL");
	unwanted(prog, "SYSCALL");
	note("the context then: %02x %02x %02x %02x %02x", data[0], data[1], data[2], data[3], data[4]);
	RUN(prog, "context at the end of memory", CTX(end, 8));
	note("the context then: %02x %02x", end[0], end[1]);
	RUN(prog, "context beyond the end of memory", CTX(end, 12));
	sys_close(prog);
}

/* --- trampolines --- */

static long log_map;

/* value = value * 31 + argument @arg (or the result, behind the arguments). */
static long hashes(unsigned attach_type, const char *func, int arg)
{
	const struct bpf_insn insns[] = {
		LDX(BPF_DW, 6, 1, 8 * arg), ST(BPF_W, 10, -4, 0), MAP(1, log_map), MOVR(2, 10), ADD(2, -4),
		CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 4), LDX(BPF_DW, 1, 0, 0),
		INSN(BPF_ALU64 | BPF_MUL | BPF_K, 1, 0, 0, 31), INSN(BPF_ALU64 | BPF_ADD | BPF_X, 1, 6, 0, 0),
		STX(BPF_DW, 0, 1, 0), MOV(0, 0), EXIT,
	};

	return LOAD(BPF_PROG_TYPE_TRACING, .attach_type = attach_type, .btf_id = FUNC(func), .insns = insns,
		    .count = COUNT(insns));
}

static unsigned long long logged(void)
{
	unsigned key = 0;
	uint64_t value = 0, zeroes = 0;
	union bpf_attr attr = {.map_fd = log_map, .key = U64(&key), .value = U64(&value)};

	sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	attr.value = U64(&zeroes);
	sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	return value;
}

static const struct {
	const char *func;
	int args;
} tests[] = {{"bpf_fentry_test1", 1}, {"bpf_fentry_test2", 2}, {"bpf_fentry_test3", 3}, {"bpf_fentry_test4", 4},
	     {"bpf_fentry_test5", 5}, {"bpf_fentry_test6", 6}, {"bpf_fentry_test7", 1}, {"bpf_fentry_test8", 1}};

/* Each argument of each test function at its entry, and the result at its exit. Those of the last two are pointers. */
static void each_function(long runner)
{
	for (unsigned i = 0; i < COUNT(tests); i++)
		for (int arg = i > 5; arg <= tests[i].args; arg++) {
			bool exit = arg == tests[i].args;
			long prog = hashes(exit ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY, tests[i].func, arg),
			     link = raw_open(prog, NULL);

			line_ok(link, "%s, %s %d", tests[i].func, exit ? "result behind" : "argument", arg);
			RUN(runner, "    ");
			note("    %llx", logged());
			sys_close(link);
			sys_close(prog);
		}
}

/* In which order they are called. */
static void all_functions(long runner)
{
	long link[2 * COUNT(tests)];
	unsigned n = 0;

	for (unsigned i = 0; i < 6; i++)
		for (int exit = 0; exit < 2; exit++) {
			long prog = hashes(exit ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY, tests[i].func,
					   exit ? tests[i].args : 0);

			link[n++] = raw_open(prog, NULL);
			sys_close(prog);
		}
	RUN(runner, "first arguments and results of six");
	note("    %llx", logged());
	while (n--)
		sys_close(link[n]);
}

static void modify_return(void)
{
	long decides = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_MODIFY_RETURN, .btf_id = FUNC("security_file_open")),
	     looks = hashes(BPF_TRACE_FENTRY, "bpf_modify_return_test", 0),
	     hears = hashes(BPF_TRACE_FEXIT, "bpf_modify_return_test", 2), link[2];

	line_ok(decides, "fmod_ret of security_file_open");
	RUN(decides, "it is run");
	link[0] = raw_open(looks, NULL);
	link[1] = raw_open(hears, NULL);
	RUN(decides, "it is run, bpf_modify_return_test is traced");
	note("    %llx", logged());
	RUN(looks, "the one that looks is run");
	note("    %llx", logged());
	for (unsigned i = 0; i < 2; i++)
		sys_close(link[i]);
}

static void tracing(void)
{
	long runner = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FENTRY, .btf_id = FUNC("bpf_fentry_test1")),
	     other = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FEXIT, .btf_id = FUNC("do_unlinkat")),
	     raw = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_RAW_TP,
			.btf_id = kernel_id("btf_trace_sched_switch", BTF_KIND_TYPEDEF)),
	     finish = PROG(BPF_PROG_TYPE_RAW_TRACEPOINT, MOV(0, 0), EXIT), link;

	unwanted(runner, "fentry");
	RUN(other, "fexit of another function");
	RUN(raw, "tp_btf");
	line_ok(link = raw_open(finish, "bpf_test_finish"), "bpf_test_finish");
	RUN(runner, "that is traced");
	sys_close(link);
	log_map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
	each_function(runner);
	all_functions(runner);
	modify_return();
}

/* --- flow dissectors and socket lookups --- */

static void flow_run(long prog, const char *what, const struct bpf_flow_keys *keys, unsigned size)
{
	union bpf_attr attr = test_attr(prog);
	struct bpf_flow_keys found;

	memset(&found, 0xaa, sizeof(found));
	attr.test.data_in = U64(data);
	attr.test.data_size_in = size;
	attr.test.data_out = U64(&found);
	attr.test.data_size_out = sizeof(found);
	if (keys) {
		attr.test.ctx_in = U64(keys);
		attr.test.ctx_size_in = sizeof(*keys);
	}
	run(attr, what);
	note("    nhoff %u thoff %u addr_proto %x flags %x n_proto %x sport %x", found.nhoff, found.thoff, found.addr_proto,
	     found.flags, found.n_proto, found.sport);
}

static void flow_dissector(void)
{
	long plain = PROG(BPF_PROG_TYPE_FLOW_DISSECTOR, MOV(0, BPF_OK), EXIT),
	     moves = PROG(BPF_PROG_TYPE_FLOW_DISSECTOR, LDX(BPF_DW, 1, 1, offsetof(struct __sk_buff, flow_keys)),
			  ST(BPF_H, 1, offsetof(struct bpf_flow_keys, nhoff), 3),
			  ST(BPF_H, 1, offsetof(struct bpf_flow_keys, thoff), 300),
			  ST(BPF_H, 1, offsetof(struct bpf_flow_keys, sport), 0x1234), MOV(0, BPF_DROP), EXIT),
	     loads = PROG(BPF_PROG_TYPE_FLOW_DISSECTOR, MOV(2, 0), MOVR(3, 10), ADD(3, -8), MOV(4, 8),
			  CALL(BPF_FUNC_skb_load_bytes), INSN(BPF_ALU64 | BPF_NEG, 0, 0, 0, 0), MOV(0, 7), EXIT);
	struct bpf_flow_keys keys = {.flags = 5};

	data[12] = 0x08;
	flow_run(plain, "flow dissector, 64 bytes", NULL, 64);
	flow_run(plain, "13 bytes", NULL, 13);
	flow_run(plain, "14 bytes", NULL, 14);
	flow_run(plain, "4096 bytes", NULL, 4096);
	flow_run(plain, "with flags", &keys, 64);
	flow_run(moves, "that moves the headers", &keys, 64);
	flow_run(loads, "that calls skb_load_bytes", NULL, 64);
	keys.thoff = 1;
	flow_run(plain, "with thoff", &keys, 64);
	keys = (struct bpf_flow_keys){.flow_label = 1};
	flow_run(plain, "with a flow label", &keys, 64);
	RUN(plain, "no data");
	RUN(plain, "data_size_in without data_in", WITH(data_size_in, 64));
	RUN(plain, "data at a bad address", WITH(data_in, BAD), WITH(data_size_in, 64));
	RUN(plain, "cpu 1", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(cpu, 1));
	RUN(plain, "flags", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(flags, 1));
	RUN(plain, "batch_size", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(batch_size, 1));
	RUN(plain, "repeat 3", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(repeat, 3));
	RUN(plain, "room for 10 bytes", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(data_out, U64(out)),
	    WITH(data_size_out, 10));
	RUN(plain, "context out", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(ctx_out, U64(out)),
	    WITH(ctx_size_out, 56));
	RUN(plain, "context out, room for 4 bytes", WITH(data_in, U64(data)), WITH(data_size_in, 64), WITH(ctx_out, U64(out)),
	    WITH(ctx_size_out, 4));
	RUN(plain, "context of 60 bytes, the last one set", WITH(data_in, U64(data)), WITH(data_size_in, 64),
	    CTX(data + 128, 60));
}

static void lookup_run(long prog, const char *what, const struct bpf_sk_lookup *ctx, unsigned size)
{
	union bpf_attr attr = test_attr(prog);
	struct bpf_sk_lookup found = {.family = 0xaaaa};

	attr.test.ctx_in = U64(ctx);
	attr.test.ctx_size_in = size;
	attr.test.ctx_out = U64(&found);
	attr.test.ctx_size_out = sizeof(found);
	run(attr, what);
	note("    family %x cookie %llx local_port %u", found.family, (unsigned long long)found.cookie, found.local_port);
}

static void lookups(void)
{
	static const struct bpf_insn port[] = {LDX(BPF_W, 0, 1, offsetof(struct bpf_sk_lookup, local_port)),
					       INSN(BPF_JMP | BPF_JGT | BPF_K, 0, 0, 2, 1000), MOV(0, SK_DROP), EXIT,
					       MOV(0, SK_PASS), EXIT};
	static const struct bpf_insn address[] = {LDX(BPF_W, 6, 1, offsetof(struct bpf_sk_lookup, remote_ip4)),
						  LDX(BPF_W, 7, 1, offsetof(struct bpf_sk_lookup, local_ip6) + 4),
						  MOV(0, SK_PASS), JEQ(6, 0x01020304, 2), JEQ(7, 0x01020304, 1), MOV(0, SK_DROP),
						  EXIT};
	long ports = LOAD(BPF_PROG_TYPE_SK_LOOKUP, .attach_type = BPF_SK_LOOKUP, .insns = port, .count = COUNT(port)),
	     addresses = LOAD(BPF_PROG_TYPE_SK_LOOKUP, .attach_type = BPF_SK_LOOKUP, .insns = address, .count = COUNT(address));
	struct bpf_sk_lookup ctx = {.family = 2, .protocol = 6, .local_port = 1001, .remote_ip4 = 0x01020304};

	lookup_run(ports, "socket lookup, port 1001", &ctx, sizeof(ctx));
	lookup_run(addresses, "by address", &ctx, sizeof(ctx));
	ctx.local_port = 80;
	lookup_run(ports, "port 80", &ctx, sizeof(ctx));
	ctx.local_port = 65536;
	lookup_run(ports, "port 65536", &ctx, sizeof(ctx));
	ctx.local_port = 1;
	ctx.ingress_ifindex = 1;
	lookup_run(ports, "ingress_ifindex", &ctx, sizeof(ctx));
	ctx.ingress_ifindex = 0;
	ctx.cookie = 1;
	lookup_run(ports, "cookie", &ctx, sizeof(ctx));
	ctx.cookie = 0;
	ctx.family = 10;
	ctx.local_ip6[1] = 0x01020304;
	ctx.remote_ip4 = 0;
	lookup_run(addresses, "IPv6", &ctx, sizeof(ctx));
	ctx.family = 1;
	lookup_run(ports, "another family", &ctx, sizeof(ctx));
	ctx.family = 0x10002;
	lookup_run(ports, "family 0x10002", &ctx, sizeof(ctx));
	ctx.family = 2;
	lookup_run(ports, "half of the context", &ctx, 32);
	RUN(ports, "no context");
	RUN(ports, "context out only", WITH(ctx_out, U64(out)), WITH(ctx_size_out, 64));
	RUN(ports, "bad address", CTX(BAD, 64));
	RUN(ports, "data_in", CTX(&ctx, sizeof(ctx)), WITH(data_in, U64(data)), WITH(data_size_in, 64));
	RUN(ports, "data_out", CTX(&ctx, sizeof(ctx)), WITH(data_out, U64(data)), WITH(data_size_out, 64));
	RUN(ports, "data_size_out", CTX(&ctx, sizeof(ctx)), WITH(data_size_out, 64));
	RUN(ports, "repeat 3", CTX(&ctx, sizeof(ctx)), WITH(repeat, 3));
	RUN(ports, "cpu 1", CTX(&ctx, sizeof(ctx)), WITH(cpu, 1));
	RUN(ports, "flags", CTX(&ctx, sizeof(ctx)), WITH(flags, 1));
	RUN(ports, "batch_size", CTX(&ctx, sizeof(ctx)), WITH(batch_size, 1));
}

/* --- the others --- */

static void without(void)
{
	static const struct {
		unsigned type, attach_type;
	} types[] = {{BPF_PROG_TYPE_KPROBE, 0},
		     {BPF_PROG_TYPE_TRACEPOINT, 0},
		     {BPF_PROG_TYPE_PERF_EVENT, 0},
		     {BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0},
		     {BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE},
		     {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND},
		     {BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE},
		     {BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL},
		     {BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT},
		     {BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS},
		     {BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT},
		     {BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT},
		     {BPF_PROG_TYPE_SK_REUSEPORT, BPF_SK_REUSEPORT_SELECT}};
	long lsm = LOAD(BPF_PROG_TYPE_LSM, .attach_type = BPF_LSM_MAC, .btf_id = FUNC("bpf_lsm_file_open"));

	for (unsigned i = 0; i < COUNT(types); i++) {
		long prog = LOAD(types[i].type, .attach_type = types[i].attach_type);

		note("type %u", types[i].type);
		RUN(prog, "    ", CTX(data, 64), WITH(data_in, U64(data)), WITH(data_size_in, 64));
		sys_close(prog);
	}
	RUN(lsm, "LSM");
}

int main(void)
{
	sys_cpus(2);
	kernel_open();
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = i;
	raw_tracepoint();
	syscall_program();
	tracing();
	flow_dissector();
	lookups();
	without();
	return 0;
}
