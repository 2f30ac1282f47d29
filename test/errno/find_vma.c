/* bpf_find_vma: which part of a task's memory an address is in; a function of the program is given it. */
#include "test/errno/trace.h"

static long answers;

/* find_vma of the address that is in r2 with the flags; what the function at the end has done, and what the helper says. */
#define PROGRAM(flags, ...)                                                                                            \
	{CALL(BPF_FUNC_get_current_task_btf), MOVR(6, 0), MOVR(1, 0), CALL(BPF_FUNC_task_pt_regs),                     \
	 LDX(BPF_DW, 7, 0, 152), ST(BPF_DW, 10, -8, 0), __VA_ARGS__, MOVR(1, 6), IMM64(3, BPF_PSEUDO_FUNC, 19, 0),      \
	 MOVR(4, 10), ADD(4, -8), MOV(5, flags), CALL(BPF_FUNC_find_vma), LDX(BPF_DW, 1, 10, -8),                      \
	 INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 0), STX(BPF_DW, 10, 0, -16), ST(BPF_W, 10, -20, 0),                \
	 MAP(1, answers), MOVR(2, 10), ADD(2, -20), MOVR(3, 10), ADD(3, -16), MOV(4, 0),                               \
	 CALL(BPF_FUNC_map_update_elem), MOV(0, 0), EXIT,                                                              \
	 /* (task, vma, ctx): vm_start and vm_end are around the address, then 100 */                                  \
	 LDX(BPF_DW, 4, 2, 0), LDX(BPF_DW, 5, 2, 8), MOV(0, 0), INSN(BPF_JMP | BPF_JGE | BPF_X, 4, 5, 1, 0),           \
	 ST(BPF_DW, 3, 0, 100), EXIT}

static void ask(const struct bpf_insn *insns, unsigned count, const char *what)
{
	struct bpf_func_info funcs[] = {{0, 3}, {count - 6, 3}};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_TRACING), 1);
	unsigned key = 0;
	uint64_t value = 77777;
	union bpf_attr elem = {.map_fd = answers, .key = U64(&key), .value = U64(&value)};
	long prog, link;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.expected_attach_type = BPF_TRACE_FENTRY;
	attr.attach_btf_id = FUNC("do_unlinkat");
	attr.prog_btf_fd = function_btf();
	attr.func_info = U64(funcs);
	attr.func_info_cnt = 2;
	attr.func_info_rec_size = sizeof(*funcs);
	prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0) {
		line(prog, "%s: load, %s", what, why_line());
		return;
	}
	sys_bpf(BPF_MAP_UPDATE_ELEM, &elem, sizeof(elem));
	link = raw_open(prog, NULL);
	sys_make_and_unlink();
	sys_bpf(BPF_MAP_LOOKUP_ELEM, &elem, sizeof(elem));
	line((long)value, "%s", what);
	sys_close(link), sys_close(prog);
}

#define ASK(what, flags, ...)                                                                                          \
	do {                                                                                                           \
		const struct bpf_insn insns_[] = PROGRAM(flags, __VA_ARGS__);                                          \
		ask(insns_, COUNT(insns_), what);                                                                      \
	} while (0)

int main(void)
{
	union bpf_attr make = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	kernel_open();
	answers = sys_bpf(BPF_MAP_CREATE, &make, sizeof(make));
	ASK("find_vma of the stack pointer", 0, MOVR(2, 7));
	ASK("find_vma of an address without memory", 0, MOV(2, 0x1000));
	ASK("find_vma with flags", 1, MOVR(2, 7));
	return 0;
}
