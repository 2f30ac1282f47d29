/* The path walk's passes: callbacks for each type of map; the log when a function's last path ends early, and
 * the next one begins. */
#include <linux/btf.h>

#include "test/errno/prog.h"

#define MAP_TYPES 32

/* May a callback of bpf_for_each_map_elem visit its elements? */
static void visit_map(long fd, unsigned type, long btf)
{
	const struct bpf_insn insns[] = {
		IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0),
		IMM64(2, BPF_PSEUDO_FUNC, 5, 0),
		MOV(3, 0),
		MOV(4, 0),
		CALL(BPF_FUNC_for_each_map_elem),
		EXIT,
		MOV(0, 0),
		EXIT,
	};
	static const struct bpf_func_info info[] = {{0, 3}, {8, 5}};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SCHED_CLS), 1);
	long ret;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.prog_btf_fd = btf;
	attr.func_info = U64(info);
	attr.func_info_cnt = 2;
	attr.func_info_rec_size = sizeof(info[0]);
	ret = load(&attr);
	line_ok(ret, "for each element of a map of type %u", type);
	if (ret < 0)
		note("    %s", why_line());
}

static void visit(unsigned type, long btf)
{
	union bpf_attr map = {.map_type = type, .key_size = 4, .value_size = 8, .max_entries = 1};
	long fd = sys_bpf(BPF_MAP_CREATE, &map, sizeof(map));

	if (fd < 0) {
		map.value_size = 4;
		fd = sys_bpf(BPF_MAP_CREATE, &map, sizeof(map));
	}
	if (fd < 0)
		return;
	visit_map(fd, type, btf);
	sys_close(fd);
}

static long load_types(void)
{
	static const struct {
		struct btf_header header;
		uint32_t type[4 + 3 + 2 + 3 + 3 + 3];
		char strings[16];
	} btf = {
		{.magic = BTF_MAGIC,
		 .version = 1,
		 .hdr_len = sizeof(struct btf_header),
		 .type_len = 72,
		 .str_off = 72,
		 .str_len = 16},
		{
			1, BTF_KIND_INT << 24, 4, 32, 0, BTF_KIND_FUNC_PROTO << 24 | 1, 1, 5,
			1,                                           /* 2: int f(int a) */
			7, BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL, 2, /* 3 */
			9, BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL, 2, /* 4 */
			9, BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC, 2, /* 5 */
		},
		"\0int\0a\0f\0g\0\0\0\0\0",
	};
	union bpf_attr attr = {.btf = U64(&btf), .btf_size = sizeof(btf.header) + 72 + 16};

	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

/* Main calls a global function in which both ways of a branch come to the same, so that its last path is
 * dropped. */
static void passes(long btf)
{
	static const struct bpf_insn insns[] = {
		MOV(1, 1), CALL_FN(1), EXIT,      JEQ(1, 7, 2), MOV(0, 0),
		GOTO(1),   MOV(0, 0),  MOV(1, 0), GOTO(0),      EXIT,
	};
	static const struct bpf_func_info info[] = {{0, 3}, {3, 4}};

	for (unsigned level = 1; level <= 2; level++) {
		union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SCHED_CLS), level);

		attr.insns = U64(insns);
		attr.insn_cnt = COUNT(insns);
		attr.prog_btf_fd = btf;
		attr.func_info = U64(info);
		attr.func_info_cnt = 2;
		attr.func_info_rec_size = sizeof(info[0]);
		attr.prog_flags = BPF_F_TEST_STATE_FREQ;
		line_ok(load(&attr), "a global function, log level %u", level);
		note("%s", log_text);
	}
}

/* bpf_kptr_xchg with a map whose values hold no pointer. */
static void no_kptr(void)
{
	union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY,
			      .key_size = 4,
			      .value_size = 4,
			      .max_entries = 1,
			      .btf_fd = load_types(),
			      .btf_key_type_id = 1,
			      .btf_value_type_id = 1};
	long fds[2] = {sys_bpf(BPF_MAP_CREATE, &map, sizeof(map)), make_map(BPF_MAP_TYPE_ARRAY, 8, 1)};

	for (unsigned i = 0; i < 2; i++) {
		const struct bpf_insn insns[] = {IMM64(1, BPF_PSEUDO_MAP_VALUE, fds[i], 0), MOV(2, 0),
						 CALL(BPF_FUNC_kptr_xchg), EXIT};

		line_ok(fds[i], i ? "a map without BTF" : "a map of int");
		check_insns(BPF_PROG_TYPE_SCHED_CLS, insns, COUNT(insns), "bpf_kptr_xchg");
	}
}

int main(void)
{
	long btf = load_types();

	line_ok(btf, "BTF");
	for (unsigned type = 1; type < MAP_TYPES; type++)
		visit(type, btf);
	passes(btf);
	no_kptr();
	return 0;
}
