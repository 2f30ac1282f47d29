/* PROG_LOAD of programs that are for another program: traced or extended functions, by that program's BTF. */
#include <linux/btf.h>
#include <stdlib.h>

#include "test/errno/prog.h"

#define INFO(kind, vlen) ((uint32_t)BTF_KIND_##kind << 24 | (vlen))

/* --- BTF: prototypes by number, and a global and a static function of each --- */

enum {
	T_INT = 1,
	T_LONG,
	T_SKB,
	T_SKB_PTR,
	T_XDP,
	T_XDP_PTR,
	T_INT_PTR,
	T_PAIR,
	T_PAIR_PTR,
	T_ENUM,
	T_UNION,
	T_BIG,
	T_BIG_PTR,
	T_FLOAT,
	T_CONST_SKB,
	T_CONST_SKB_PTR,
	T_PROTOS
};

static const uint32_t types[] = {
	1,
	INFO(INT, 0),
	4,
	32 | BTF_INT_SIGNED << 24, /* int */
	5,
	INFO(INT, 0),
	8,
	64 | BTF_INT_SIGNED << 24, /* long */
	10,
	INFO(STRUCT, 0),
	4, /* struct __sk_buff */
	0,
	INFO(PTR, 0),
	T_SKB,
	20,
	INFO(STRUCT, 0),
	4, /* struct xdp_md */
	0,
	INFO(PTR, 0),
	T_XDP,
	0,
	INFO(PTR, 0),
	T_INT,
	27,
	INFO(STRUCT, 2),
	8,
	0,
	T_INT,
	0,
	0,
	T_INT,
	32, /* struct pair */
	0,
	INFO(PTR, 0),
	T_PAIR,
	32,
	INFO(ENUM, 0),
	4, /* enum e */
	34,
	INFO(UNION, 0),
	4, /* union u */
	36,
	INFO(STRUCT, 0),
	32, /* struct big */
	0,
	INFO(PTR, 0),
	T_BIG,
	40,
	INFO(FLOAT, 0),
	8,
	0,
	INFO(CONST, 0),
	T_SKB,
	0,
	INFO(PTR, 0),
	T_CONST_SKB,
};
static const char strings[] =
	"\0int\0long\0__sk_buff\0xdp_md\0pair\0e\0u\0big\0float\0f\0g\0h\0skb\0bpf_iter_task";
enum { NAME_F = 46, NAME_G = 48, NAME_H = 50, NAME_SKB = 52, NAME_ITER = 56 };

struct proto {
	const char *text;
	unsigned ret, nargs, arg[6];
};

static const struct proto protos[] = {
	{"int f(struct __sk_buff *)", T_INT, 1, {T_SKB_PTR}},
	{"int f(struct xdp_md *)", T_INT, 1, {T_XDP_PTR}},
	{"int f(const struct __sk_buff *)", T_INT, 1, {T_CONST_SKB_PTR}},
	{"long f(struct __sk_buff *)", T_LONG, 1, {T_SKB_PTR}},
	{"void f(struct __sk_buff *)", 0, 1, {T_SKB_PTR}},
	{"int f(void)", T_INT, 0, {0}},
	{"int f(int)", T_INT, 1, {T_INT}},
	{"int f(long)", T_INT, 1, {T_LONG}},
	{"int f(enum e)", T_INT, 1, {T_ENUM}},
	{"int f(int *)", T_INT, 1, {T_INT_PTR}},
	{"int f(struct pair *)", T_INT, 1, {T_PAIR_PTR}},
	{"int f(struct pair)", T_INT, 1, {T_PAIR}},
	{"int f(struct big)", T_INT, 1, {T_BIG}},
	{"int f(union u)", T_INT, 1, {T_UNION}},
	{"int f(float)", T_INT, 1, {T_FLOAT}},
	{"struct __sk_buff *f(int)", T_SKB_PTR, 1, {T_INT}},
	{"struct pair f(int)", T_PAIR, 1, {T_INT}},
	{"float f(int)", T_FLOAT, 1, {T_INT}},
	{"int f(struct __sk_buff *, int)", T_INT, 2, {T_SKB_PTR, T_INT}},
	{"int f(struct __sk_buff *, struct __sk_buff *)", T_INT, 2, {T_SKB_PTR, T_SKB_PTR}},
	{"int f(int, ...)", T_INT, 2, {T_INT, 0}},
	{"int f(int, int, int, int, int, int)", T_INT, 6, {T_INT, T_INT, T_INT, T_INT, T_INT, T_INT}},
};

/* Ids of the two functions of prototype @i; a third one has the name of an iterator. */
#define GLOBAL(i) (T_PROTOS + 4 * (i) + 1)
#define STATIC(i) (GLOBAL(i) + 1)
#define ITER(i) (GLOBAL(i) + 2)

static long load_types(void)
{
	static uint32_t bytes[4096];
	struct btf_header h = {
		.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(h), .str_len = sizeof(strings)};
	uint32_t *at = bytes + sizeof(h) / 4;
	union bpf_attr attr = {.btf = U64(bytes)};

	memcpy(at, types, sizeof(types));
	at += sizeof(types) / 4;
	for (unsigned i = 0; i < COUNT(protos); i++) {
		const struct proto *p = &protos[i];

		*at++ = 0, *at++ = INFO(FUNC_PROTO, p->nargs), *at++ = p->ret;
		for (unsigned a = 0; a < p->nargs; a++)
			*at++ = p->arg[a] ? NAME_SKB : 0, *at++ = p->arg[a];
		*at++ = NAME_F, *at++ = INFO(FUNC, BTF_FUNC_GLOBAL), *at++ = T_PROTOS + 4 * i;
		*at++ = NAME_G, *at++ = INFO(FUNC, BTF_FUNC_STATIC), *at++ = T_PROTOS + 4 * i;
		*at++ = NAME_ITER, *at++ = INFO(FUNC, BTF_FUNC_GLOBAL), *at++ = T_PROTOS + 4 * i;
	}
	h.type_len = h.str_off = (char *)at - (char *)bytes - sizeof(h);
	memcpy(bytes, &h, sizeof(h));
	memcpy(at, strings, sizeof(strings));
	attr.btf_size = (char *)at + sizeof(strings) - (char *)bytes;
	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

/* --- programs --- */

static long btf;
static struct bpf_func_info infos[2];

static const struct bpf_insn zero[] = {MOV(0, 0), EXIT};
/* calls the second function with the context, with a number */
static const struct bpf_insn passes_ctx[] = {CALL_FN(1), EXIT, MOV(0, 0), EXIT};
static const struct bpf_insn passes_number[] = {MOV(1, 7), CALL_FN(1), EXIT, MOV(0, 0), EXIT};

static union bpf_attr with_funcs(unsigned type, const struct bpf_insn *insns, unsigned count, unsigned first,
				 unsigned second)
{
	union bpf_attr attr = with_log(trivial(type), 1);

	infos[0] = (struct bpf_func_info){0, first};
	infos[1] = (struct bpf_func_info){count - 2, second};
	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.prog_btf_fd = btf;
	attr.func_info = U64(infos);
	attr.func_info_cnt = second ? 2 : 1;
	attr.func_info_rec_size = sizeof(infos[0]);
	return attr;
}

/* A target: kept open. */
static long target(unsigned type, const struct bpf_insn *insns, unsigned count, unsigned first,
		   unsigned second)
{
	union bpf_attr attr = with_funcs(type, insns, count, first, second);
	long fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		line(fd, "a target of type %u is not loaded: %s", type, why_line());
	return fd;
}

static void say(union bpf_attr *attr, const char *what)
{
	long ret = load(attr);

	if (ret < 0)
		line(ret, "%s | %s", what, why_line());
	else
		line_ok(ret, "%s", what);
}

static void trace(const char *what, long prog, unsigned id, unsigned attach_type, unsigned flags)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_TRACING), 1);

	attr.insns = U64(zero);
	attr.attach_prog_fd = prog;
	attr.attach_btf_id = id;
	attr.expected_attach_type = attach_type;
	attr.prog_flags = flags;
	say(&attr, what);
}

static void extend(const char *what, long prog, unsigned id, unsigned own)
{
	union bpf_attr attr = with_funcs(BPF_PROG_TYPE_EXT, zero, 2, own, 0);

	attr.attach_prog_fd = prog;
	attr.attach_btf_id = id;
	say(&attr, what);
}

/* Each attach type, on a function, a type and nothing. */
static void attach_types(long prog)
{
	static const unsigned attach_types[] = {
		0,           BPF_TRACE_RAW_TP, BPF_TRACE_FENTRY, BPF_TRACE_FEXIT, BPF_MODIFY_RETURN,
		BPF_LSM_MAC, BPF_TRACE_ITER,   BPF_LSM_CGROUP,
	};

	for (unsigned i = 0; i < COUNT(attach_types); i++)
		for (unsigned flags = 0; flags <= BPF_F_SLEEPABLE; flags += BPF_F_SLEEPABLE) {
			note("attach type %u, flags %u", attach_types[i], flags);
			trace("a function", prog, GLOBAL(0), attach_types[i], flags);
			trace("another one", prog, GLOBAL(1), attach_types[i], flags);
			trace("a struct", prog, T_SKB, attach_types[i], flags);
			trace("no type", prog, 9999, attach_types[i], flags);
			trace("id 0", prog, 0, attach_types[i], flags);
		}
}

/* Each prototype traced; programs of two functions, so that any prototype can be that of the second. */
static void models(void)
{
	for (unsigned i = 0; i < COUNT(protos); i++) {
		long prog =
			target(BPF_PROG_TYPE_SCHED_CLS, passes_ctx, COUNT(passes_ctx), GLOBAL(0), STATIC(i));

		note("%s", protos[i].text);
		if (prog < 0)
			continue;
		trace("fentry, called with the context", prog, STATIC(i), BPF_TRACE_FENTRY, 0);
		trace("fexit of its caller", prog, GLOBAL(0), BPF_TRACE_FEXIT, 0);
		extend("extended", prog, STATIC(i), GLOBAL(i));
		sys_close(prog);
		prog = target(BPF_PROG_TYPE_SCHED_CLS, passes_number, COUNT(passes_number), GLOBAL(0),
			      STATIC(i));
		trace("fentry, called with a number", prog, STATIC(i), BPF_TRACE_FENTRY, 0);
		extend("extended", prog, STATIC(i), GLOBAL(i));
		sys_close(prog);
	}
}

/* Each pair of prototypes: the target's main function, the extension. */
static void pairs(void)
{
	for (unsigned i = 0; i < COUNT(protos); i++) {
		long prog = target(BPF_PROG_TYPE_SCHED_CLS, zero, COUNT(zero), GLOBAL(i), 0);

		note("for %s", protos[i].text);
		for (unsigned k = 0; k < COUNT(protos) && prog >= 0; k++)
			extend(protos[k].text, prog, GLOBAL(i), GLOBAL(k));
		sys_close(prog);
	}
}

static void linkage(long prog)
{
	union bpf_attr attr = with_funcs(BPF_PROG_TYPE_EXT, zero, 2, GLOBAL(0), 0);
	long other;

	extend("an extension that is static", prog, GLOBAL(0), STATIC(0));
	other = target(BPF_PROG_TYPE_SCHED_CLS, zero, 2, STATIC(0), 0);
	extend("of a static function", other, STATIC(0), GLOBAL(0));
	extend("of its global twin", other, GLOBAL(0), GLOBAL(0));
	sys_close(other);
	attr.attach_prog_fd = prog;
	attr.attach_btf_id = GLOBAL(0);
	attr.func_info_cnt = 0;
	say(&attr, "an extension without BTF");
	attr = with_funcs(BPF_PROG_TYPE_EXT, zero, 2, GLOBAL(0), 0);
	attr.attach_prog_fd = prog;
	attr.attach_btf_id = GLOBAL(0);
	attr.license = U64("Proprietary");
	say(&attr, "a proprietary extension");
	attr.expected_attach_type = 1;
	say(&attr, "with an expected_attach_type");
}

/* Chains: traced tracing programs, extended extensions ... */
static void chains(long prog)
{
	static const unsigned traced[] = {BPF_TRACE_FENTRY, BPF_TRACE_FEXIT};
	union bpf_attr attr = with_funcs(BPF_PROG_TYPE_EXT, zero, 2, GLOBAL(0), 0);
	long other;

	attr.attach_prog_fd = prog;
	attr.attach_btf_id = GLOBAL(0);
	other = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	trace("fentry of an extension", other, GLOBAL(0), BPF_TRACE_FENTRY, 0);
	extend("an extension of an extension", other, GLOBAL(0), GLOBAL(0));
	sys_close(other);
	for (unsigned i = 0; i < COUNT(traced); i++) {
		attr = with_funcs(BPF_PROG_TYPE_TRACING, zero, 2, GLOBAL(0), 0);
		attr.attach_prog_fd = prog;
		attr.attach_btf_id = GLOBAL(0);
		attr.expected_attach_type = traced[i];
		other = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
		line_ok(other, "a program for attach type %u", traced[i]);
		trace("fentry of it", other, GLOBAL(0), BPF_TRACE_FENTRY, 0);
		extend("an extension of it", other, GLOBAL(0), GLOBAL(0));
		sys_close(other);
	}
}

/* The other program's type decides which context and which results an extension may have. */
static void inherits(void)
{
	static const struct bpf_insn two[] = {MOV(0, 2), EXIT},
				     len[] = {INSN(BPF_LDX | BPF_MEM | BPF_W, 0, 1, 0, 0), EXIT};
	static const unsigned types[] = {BPF_PROG_TYPE_SCHED_CLS, BPF_PROG_TYPE_CGROUP_SKB,
					 BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_SK_SKB,
					 BPF_PROG_TYPE_LWT_IN};

	for (unsigned i = 0; i < COUNT(types); i++) {
		long prog = target(types[i], zero, 2, GLOBAL(0), 0);
		union bpf_attr attr = with_funcs(BPF_PROG_TYPE_EXT, two, 2, GLOBAL(0), 0);

		note("of type %u", types[i]);
		attr.attach_prog_fd = prog;
		attr.attach_btf_id = GLOBAL(0);
		say(&attr, "returns 2");
		attr.insns = U64(len);
		say(&attr, "reads the context");
		attr.insns = U64(zero);
		attr.prog_flags = BPF_F_SLEEPABLE;
		say(&attr, "sleeps");
		sys_close(prog);
	}
}

/* What fentry programs see of the context of another program. */
static void contexts(void)
{
	static const struct {
		unsigned type, func;
		int off, size;
	} reads[] = {
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(0), 0, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(0), 4, BPF_W},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(0), 8, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(0), 16, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(2), 0, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(1), 0, BPF_DW},
		{BPF_PROG_TYPE_XDP, GLOBAL(1), 0, BPF_DW},
		{BPF_PROG_TYPE_XDP, GLOBAL(0), 0, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(6), 0, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(9), 0, BPF_DW},
		{BPF_PROG_TYPE_SCHED_CLS, GLOBAL(10), 0, BPF_DW},
		{BPF_PROG_TYPE_CGROUP_SKB, GLOBAL(0), 0, BPF_DW},
		{BPF_PROG_TYPE_SOCKET_FILTER, GLOBAL(0), 0, BPF_DW},
		{BPF_PROG_TYPE_SK_SKB, GLOBAL(0), 0, BPF_DW},
	};

	for (unsigned i = 0; i < COUNT(reads); i++) {
		const struct bpf_insn insns[] = {
			INSN(BPF_LDX | BPF_MEM | reads[i].size, 6, 1, reads[i].off, 0),
			INSN(BPF_LDX | BPF_MEM | BPF_W, 0, 6, 0, 0),
			MOV(0, 0),
			EXIT,
		};
		long prog = target(reads[i].type, zero, 2, reads[i].func, 0);

		for (unsigned attach = BPF_TRACE_FENTRY; attach <= BPF_TRACE_FEXIT && prog >= 0; attach++) {
			union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_TRACING), 2);

			attr.insns = U64(insns);
			attr.insn_cnt = COUNT(insns);
			attr.attach_prog_fd = prog;
			attr.attach_btf_id = reads[i].func;
			attr.expected_attach_type = attach;
			line_ok(load(&attr),
				"attach type %u, %u bytes at %d of a program of type %u, function %u", attach,
				reads[i].size, reads[i].off, reads[i].type, reads[i].func);
			note("%s", log_text);
		}
		sys_close(prog);
	}
}

static void without_jit(void)
{
	long jited = target(BPF_PROG_TYPE_SCHED_CLS, zero, 2, GLOBAL(0), 0), other;

	sys_sysctl("net.core.bpf_jit_enable", 0);
	other = target(BPF_PROG_TYPE_SCHED_CLS, zero, 2, GLOBAL(0), 0);
	note("net.core.bpf_jit_enable 0");
	trace("fentry of a program with machine code", jited, GLOBAL(0), BPF_TRACE_FENTRY, 0);
	extend("an extension of it", jited, GLOBAL(0), GLOBAL(0));
	trace("fentry of one without", other, GLOBAL(0), BPF_TRACE_FENTRY, 0);
	extend("an extension of it", other, GLOBAL(0), GLOBAL(0));
	sys_sysctl("net.core.bpf_jit_enable", 1);
	note("net.core.bpf_jit_enable 1");
	trace("fentry of one without", other, GLOBAL(0), BPF_TRACE_FENTRY, 0);
	extend("an extension of it", other, GLOBAL(0), GLOBAL(0));
	sys_close(jited);
	sys_close(other);
}

int main(void)
{
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS);
	long prog, bare = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));

	btf = load_types();
	line_ok(btf, "BTF");
	prog = target(BPF_PROG_TYPE_SCHED_CLS, zero, 2, GLOBAL(0), 0);
	attach_types(prog);
	attach_types(bare);
	trace("by the fd of the program's BTF", btf, GLOBAL(0), BPF_TRACE_FENTRY, 0);
	models();
	pairs();
	linkage(prog);
	chains(prog);
	inherits();
	contexts();
	without_jit();
	extend("a target that is called like an iterator",
	       target(BPF_PROG_TYPE_SCHED_CLS, zero, 2, ITER(0), 0), ITER(0), GLOBAL(0));
	return 0;
}
