/* Kernel functions that programs call: which ones there are for whom, and where a call's offset leads. */
#include <linux/btf.h>

#include "test/errno/kernel_btf.h"
#include "test/errno/prog.h"

#define CALL_KERNEL(id, o) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, o, id)

static void say(union bpf_attr *attr, const char *what)
{
	long ret = load(attr);

	if (ret < 0)
		line(ret, "%s | %s", what, why_line());
	else
		line_ok(ret, "%s", what);
}

/* A program that can call kernel functions and loads if they are fine. */
static union bpf_attr caller(unsigned type, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(type), 1);

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	if (type == BPF_PROG_TYPE_SYSCALL)
		attr.prog_flags = BPF_F_SLEEPABLE;
	if (type == BPF_PROG_TYPE_TRACING) {
		attr.expected_attach_type = BPF_TRACE_FENTRY;
		attr.attach_btf_id = kernel_id("do_unlinkat", BTF_KIND_FUNC);
	}
	if (type == BPF_PROG_TYPE_LSM) {
		attr.expected_attach_type = BPF_LSM_MAC;
		attr.attach_btf_id = kernel_id("bpf_lsm_file_open", BTF_KIND_FUNC);
	}
	if (type == BPF_PROG_TYPE_STRUCT_OPS) {
		attr.expected_attach_type = 3; /* ssthresh */
		attr.attach_btf_id = kernel_id("tcp_congestion_ops", BTF_KIND_STRUCT);
	}
	return attr;
}

/* Calls every function of the kernel from a program of @type: only those are written down that somebody may
 * call. */
static void every_function(unsigned type)
{
	struct bpf_insn insns[] = {CALL_KERNEL(0, 0), MOV(0, 0), EXIT};
	union bpf_attr attr = caller(type, insns, COUNT(insns));
	unsigned refused = 0, unfit = 0;

	note("program type %u", type);
	for (unsigned id = 1; id < kernel.count; id++) {
		const char *why = "";
		long ret;

		if (kernel_kind(id) != BTF_KIND_FUNC)
			continue;
		insns[0].imm = id;
		log_text[0] = 0;
		ret = load(&attr);
		why = ret < 0 ? why_line() : "";
		if (strstr(why, "is not allowed"))
			refused++;
		else if (strstr(why, "is unsupported") || strstr(why, "Too many."))
			unfit++;
		else
			note("%s: %s", kernel_name(id), ret < 0 ? why : "ok");
	}
	note("%u are not allowed, %u cannot be passed arguments", refused, unfit);
}

static void one(const char *what, unsigned id, int off, const int *fd_array, unsigned jumped)
{
	/* dead code is dropped with its calls */
	const struct bpf_insn insns[] = {MOV(0, 0), JEQ(0, 0, 1), CALL_KERNEL(id, off), MOV(0, 0), EXIT};
	const struct bpf_insn reached[] = {CALL_KERNEL(id, off), MOV(0, 0), EXIT};
	union bpf_attr attr = jumped ? caller(BPF_PROG_TYPE_SCHED_CLS, insns, COUNT(insns))
				     : caller(BPF_PROG_TYPE_SCHED_CLS, reached, COUNT(reached));

	attr.fd_array = U64(fd_array);
	say(&attr, what);
}

/* The smallest BTF there is, of no module. */
static long load_types(void)
{
	static const struct {
		struct btf_header header;
		uint32_t type[4];
		char strings[5];
	} btf = {
		{.magic = BTF_MAGIC,
		 .version = 1,
		 .hdr_len = sizeof(struct btf_header),
		 .type_len = 16,
		 .str_off = 16,
		 .str_len = 5},
		{1, BTF_KIND_INT << 24, 4, 32},
		"\0int",
	};
	union bpf_attr attr = {.btf = U64(&btf), .btf_size = sizeof(btf.header) + 16 + 5};

	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

static void offsets(void)
{
	unsigned id = kernel_id("tcp_slow_start", BTF_KIND_FUNC),
		 type = kernel_id("task_struct", BTF_KIND_STRUCT);
	int fds[4] = {0, 99, load_types(), make_map(BPF_MAP_TYPE_ARRAY, 8, 1)};
	int *at_end = page_end(8);

	line_ok(fds[2], "a BTF");
	for (unsigned jumped = 0; jumped <= 1; jumped++) {
		note(jumped ? "jumped over:" : "reached:");
		one("function 0", 0, 0, NULL, jumped);
		one("function 0, offset 1", 0, 1, NULL, jumped);
		one("a struct", type, 0, NULL, jumped);
		one("no type", 0xfffff, 0, NULL, jumped);
		one("negative", -1, 0, NULL, jumped);
		one("a function for others", id, 0, NULL, jumped);
		one("offset 1, no fd_array", id, 1, NULL, jumped);
		one("offset -1, no fd_array", id, -1, NULL, jumped);
		one("offset -1", id, -1, fds, jumped);
		one("offset 1: not open", id, 1, fds, jumped);
		one("offset 2: BTF of a program", id, 2, fds, jumped);
		one("offset 3: a map", id, 3, fds, jumped);
		one("offset 1, fd_array not readable", id, 1, BAD_POINTER, jumped);
		one("offset 2, beyond the end of fd_array", id, 2, at_end, jumped);
	}
}

static void order(void)
{
	const struct bpf_insn twice[] = {CALL_KERNEL(0xfffff, 0), CALL_KERNEL(1, 1), EXIT};
	const struct bpf_insn far[] = {CALL_FN(9), CALL_KERNEL(0xfffff, 0), EXIT};
	union bpf_attr attr = caller(BPF_PROG_TYPE_SCHED_CLS, twice, COUNT(twice));

	say(&attr, "two wrong calls");
	attr.license = U64("Proprietary");
	say(&attr, "proprietary");
	attr = caller(BPF_PROG_TYPE_SCHED_CLS, far, COUNT(far));
	say(&attr, "a wrong call of a function of the program before it");
	sys_sysctl("net.core.bpf_jit_enable", 0);
	attr = caller(BPF_PROG_TYPE_SCHED_CLS, twice, COUNT(twice));
	say(&attr, "without JIT");
	attr.license = U64("Proprietary");
	say(&attr, "without JIT, proprietary");
	sys_sysctl("net.core.bpf_jit_enable", 1);
	sys_caps(CAPS_BPF | CAPS_NET_ADMIN);
	attr = caller(BPF_PROG_TYPE_SCHED_CLS, twice, COUNT(twice));
	say(&attr, "with CAP_BPF and CAP_NET_ADMIN");
	sys_caps(CAPS_NONE);
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	sys_caps(CAPS_ALL);
}

/* Calls @count functions, @times each, in dead code. */
static void some(unsigned count, unsigned times)
{
	static struct bpf_insn insns[1000];
	unsigned n = 2;
	union bpf_attr attr;
	char what[64];

	for (unsigned id = 1; id < kernel.count && n < 2 + count * times; id++) {
		const struct btf_type *proto =
			kernel_kind(id) == BTF_KIND_FUNC ? kernel.type[kernel.type[id]->type] : NULL;

		if (proto && !BTF_INFO_VLEN(proto->info) && !proto->type) /* void f(void) */
			for (unsigned i = 0; i < times; i++)
				insns[n++] = (struct bpf_insn)CALL_KERNEL(id, 0);
	}
	insns[0] = (struct bpf_insn)MOV(0, 0);
	insns[1] = (struct bpf_insn)JEQ(0, 0, n - 2);
	insns[n] = (struct bpf_insn)MOV(0, 0);
	insns[n + 1] = (struct bpf_insn)EXIT;
	attr = caller(BPF_PROG_TYPE_SCHED_CLS, insns, n + 2);
	snprintf(what, sizeof(what), "%u functions, %u times each", count, times);
	say(&attr, what);
}

/* Functions that no call can pass arguments to. */
static void models(void)
{
	static const char *const names[] = {"_printk", "sprintf", "do_unlinkat"};

	for (unsigned i = 0; i < COUNT(names); i++)
		one(names[i], kernel_id(names[i], BTF_KIND_FUNC), 0, NULL, 1);
}

int main(void)
{
	static const unsigned types[] = {
		BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_XDP,    BPF_PROG_TYPE_SCHED_CLS,
		BPF_PROG_TYPE_TRACING,       BPF_PROG_TYPE_LSM,    BPF_PROG_TYPE_SYSCALL,
		BPF_PROG_TYPE_STRUCT_OPS,    BPF_PROG_TYPE_KPROBE,
	};

	kernel_open();
	for (unsigned i = 0; i < COUNT(types); i++)
		every_function(types[i]);
	offsets();
	order();
	some(255, 1);
	some(256, 1);
	some(256, 2);
	some(257, 1);
	models();
	return 0;
}
