/*
 * The assembler's grammar of one instruction. Operators are those of isa_ops[].
 *
 * The first word or sign tells the kind: exit, goto, call, if, lock, a store ("*(") or an assignment to a
 * register.
 */
#include "asm_in.h"

static bool unsigned_size(struct asm_in *in, const struct asm_size *size)
{
	return !size->is_signed || asm_fail(in, size->p, 2, "only loads have a sign: use u for s");
}

/* An operator of class ALU64; @sign is set for "s/=" and "s%=". -1: none. */
static int take_alu_op(struct asm_in *in, bool *sign)
{
	const char *start = in->p;

	for (int signs = 0; signs < 2; signs++) {
		*sign = signs && asm_take(in, "s");
		for (u32 op = 0; op < 0x100; op += 0x10) {
			const struct op_info *row = &isa_ops[BPF_ALU64 | BPF_K | op];
			bool divides = op == BPF_DIV || op == BPF_MOD;

			if (row->format == OP_ALU && (!*sign || divides) && asm_take(in, row->name))
				return op;
		}
	}
	in->p = start;
	return -1;
}

static bool read_operand(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_number n;
	struct asm_reg src;

	if (asm_reg(in, &src)) {
		insn->code |= BPF_X;
		insn->src_reg = src.nr;
		return asm_same_width(in, dst, &src);
	}
	if (!in->failed && asm_number(in, &n))
		return asm_imm32(in, &n, dst->w, &insn->imm);
	return asm_expected(in, "a register or a number");
}

static bool read_assignment(struct asm_in *in, struct bpf_insn *insn)
{
	struct asm_reg dst;
	bool sign;
	int op;

	if (!asm_reg(in, &dst))
		return asm_expected(in, "an instruction");
	op = take_alu_op(in, &sign);
	if (op < 0)
		return asm_expected(in, "`=`, `+=` or another assignment");
	insn->dst_reg = dst.nr;
	if (op == BPF_MOV)
		return asm_value(in, insn, &dst);
	insn->code = asm_alu_class(&dst) | op;
	insn->off = sign;
	return read_operand(in, insn, &dst);
}

static bool read_store(struct asm_in *in, struct bpf_insn *insn)
{
	struct asm_size size;
	struct asm_number n;
	struct asm_reg src;
	u8 dst;

	if (!asm_need_address(in, &size, &dst, &insn->off) || !unsigned_size(in, &size) || !asm_need(in, "="))
		return false;
	insn->dst_reg = dst;
	if (asm_reg(in, &src)) {
		insn->code = BPF_STX | BPF_MEM | size.size;
		insn->src_reg = src.nr;
		return asm_fits_size(in, &src, &size);
	}
	insn->code = BPF_ST | BPF_MEM | size.size;
	if (!in->failed && asm_number(in, &n))
		return asm_imm32(in, &n, size.size != BPF_DW, &insn->imm);
	return asm_expected(in, "a register or a number");
}

/* "lock *(u64 *)(r1 + 0) += r2" */
static bool read_lock(struct asm_in *in, struct bpf_insn *insn)
{
	struct asm_size size;
	struct asm_reg src;
	const char *at;
	bool sign;
	u8 dst;
	int op;

	if (!asm_need(in, "*") || !asm_need_address(in, &size, &dst, &insn->off))
		return false;
	asm_blank(in);
	at = in->p;
	op = take_alu_op(in, &sign);
	if (op < 0 || sign || !isa_atomic_name(op))
		return asm_fail(in, at, 2, "expected `+=`, `|=`, `&=` or `^=`: the atomic operations");
	if (!asm_reg(in, &src))
		return asm_expected(in, "a register");
	insn->code = BPF_STX | BPF_ATOMIC | size.size;
	insn->dst_reg = dst;
	insn->src_reg = src.nr;
	insn->imm = op;
	return asm_atomic_size(in, &size, &src);
}

/* "pc+3", "+3", "out": how far from the next slot. */
static bool need_target(struct asm_in *in, s64 *delta, const char **at)
{
	struct asm_label *label;
	struct asm_span name;
	struct asm_number n;

	asm_blank(in);
	*at = in->p;
	asm_take_word(in, "pc");
	if (asm_number(in, &n)) {
		if (*n.p != '+' && *n.p != '-')
			return asm_fail(in, n.p, n.len, "expected a label or a distance from here: `+%.*s`",
					(int)min_u64(n.len, 40), n.p);
		return asm_in_range(in, &n, INT32_MIN, INT32_MAX, "a distance", delta);
	}
	if (in->failed || !asm_name(in, &name))
		return asm_expected(in, "a label or a distance such as +3");
	label = asm_find_label(in->prog, name);
	*delta = label && !in->measure ? asm_distance(in, label->insn) : 0;
	if (label || in->measure)
		return true;
	return asm_fail(in, name.p, name.len, "no label `%.*s` in this file", (int)min_u64(name.len, 40),
			name.p);
}

static bool need_near_target(struct asm_in *in, s16 *off)
{
	const char *at;
	s64 delta;

	if (!need_target(in, &delta, &at))
		return false;
	*off = delta;
	if (*off == delta)
		return true;
	return asm_fail(in, at, in->p - at, "%lld slots: a jump reaches -32768 to 32767, gotol further",
			(long long)delta);
}

static bool read_goto(struct asm_in *in, struct bpf_insn *insn)
{
	insn->code = BPF_JMP | BPF_JA;
	return need_near_target(in, &insn->off);
}

static bool read_gotol(struct asm_in *in, struct bpf_insn *insn)
{
	const char *at;
	s64 delta = 0;

	insn->code = BPF_JMP32 | BPF_JA;
	if (!need_target(in, &delta, &at))
		return false;
	insn->imm = delta;
	return true;
}

/* The longest comparison that stands here, as an operation; -1: none. */
static int take_comparison(struct asm_in *in)
{
	const char *start = in->p, *end = in->p;
	int best = -1;

	for (u32 op = 0; op < 0x100; op += 0x10) {
		const struct op_info *row = &isa_ops[BPF_JMP | BPF_K | op];

		if (row->format == OP_JCOND && asm_take(in, row->name) && in->p > end) {
			best = op;
			end = in->p;
		}
		in->p = start;
	}
	in->p = end;
	return best;
}

static bool read_if(struct asm_in *in, struct bpf_insn *insn)
{
	struct asm_number n;
	struct asm_reg dst, src;
	int op;

	if (!asm_reg(in, &dst))
		return asm_expected(in, "a register");
	op = take_comparison(in);
	if (op < 0)
		return asm_expected(in, "a comparison: == != > >= < <= & s> s>= s< s<=");
	insn->code = (dst.w ? BPF_JMP32 : BPF_JMP) | op;
	insn->dst_reg = dst.nr;
	if (asm_reg(in, &src)) {
		insn->code |= BPF_X;
		insn->src_reg = src.nr;
		if (!asm_same_width(in, &dst, &src))
			return false;
	} else if (!in->failed && asm_number(in, &n)) {
		/* The kernel writes -1 as 0xffffffff here. */
		if (!asm_imm32(in, &n, dst.w || n.hex, &insn->imm))
			return false;
	} else {
		return asm_expected(in, "a register or a number");
	}
	if (!asm_take_word(in, "goto"))
		return asm_expected(in, "`goto`");
	return need_near_target(in, &insn->off);
}

static bool is_helper(const struct asm_span *name, s32 id)
{
	const char *helper = isa_helper_name(id);

	return helper && asm_is_word(name, helper);
}

static s32 helper_id(const struct asm_span *name)
{
	for (s32 id = 0; isa_helper_name(id); id++)
		if (is_helper(name, id))
			return id;
	return -1;
}

/* The first helper with @name in its own, for those who forget "bpf_" or the end. */
static const char *similar_helper(const struct asm_span *name)
{
	char word[64];

	if (name->len < 4 || name->len >= sizeof(word))
		return NULL;
	memcpy(word, name->p, name->len);
	word[name->len] = 0;
	for (s32 id = 1; isa_helper_name(id); id++)
		if (strstr(isa_helper_name(id), word))
			return isa_helper_name(id);
	return NULL;
}

static bool no_such_function(struct asm_in *in, const struct asm_span *name)
{
	const char *similar = similar_helper(name);

	return asm_fail(in, name->p, name->len, "no function or helper `%.*s`%s%s%s",
			(int)min_u64(name->len, 40), name->p, similar ? ": did you mean `" : "",
			similar ? similar : "", similar ? "`?" : "");
}

/* "#1" behind a helper's name, the kernel's word for a number that it does not know, or a kernel symbol. */
static bool call_number(struct asm_in *in, struct bpf_insn *insn, const struct asm_span *name)
{
	struct asm_number n;
	s32 id = name ? helper_id(name) : -1;

	if (!asm_number(in, &n) || !asm_imm32(in, &n, false, &insn->imm))
		return asm_expected(in, "a number");
	if (id < 0 || insn->imm == id || !isa_helper_name(insn->imm))
		return true;
	return asm_fail(in, n.p, n.len, "%s is #%d", isa_helper_name(id), id);
}

static bool call_by_name(struct asm_in *in, struct bpf_insn *insn, const struct asm_span *name)
{
	struct asm_label *label = asm_find_label(in->prog, *name);

	if (in->measure)
		return true;
	if (!label) {
		insn->imm = helper_id(name);
		return insn->imm >= 0 || no_such_function(in, name);
	}
	label->function = true;
	insn->src_reg = BPF_PSEUDO_CALL;
	insn->imm = asm_distance(in, label->insn);
	return true;
}

/* A number with a sign is a distance, a bare one a helper: as llvm-objdump writes both. */
static bool call_by_number(struct asm_in *in, struct bpf_insn *insn, const struct asm_number *n)
{
	if (*n->p == '+' || *n->p == '-')
		insn->src_reg = BPF_PSEUDO_CALL;
	return asm_imm32(in, n, false, &insn->imm);
}

static bool read_call(struct asm_in *in, struct bpf_insn *insn)
{
	struct asm_number n;
	struct asm_span name;

	insn->code = BPF_JMP | BPF_CALL;
	if (asm_take(in, "kernel-function#")) {
		insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
		return call_number(in, insn, NULL);
	}
	if (asm_take_word(in, "pc"))
		insn->src_reg = BPF_PSEUDO_CALL;
	if (asm_number(in, &n))
		return call_by_number(in, insn, &n);
	if (in->failed || insn->src_reg || !asm_name(in, &name))
		return asm_expected(in, "a function, a helper or its number");
	if (in->p + 1 < in->end && in->p[0] == '#' && in->p[1] != ' ') {
		in->p++;
		return call_number(in, insn, &name);
	}
	return call_by_name(in, insn, &name);
}

static bool read_exit(struct asm_in *in, struct bpf_insn *insn)
{
	(void)in;
	insn->code = BPF_JMP | BPF_EXIT;
	return true;
}

static bool read_nospec(struct asm_in *in, struct bpf_insn *insn)
{
	(void)in;
	insn->code = BPF_ST | BPF_NOSPEC;
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct asm_in *in, struct bpf_insn *insn);
} words[] = {
	{"exit", read_exit}, {"goto", read_goto}, {"gotol", read_gotol}, {"call", read_call},
	{"if", read_if},     {"lock", read_lock}, {"nospec", read_nospec},
};

u32 asm_insn(struct asm_in *in, struct bpf_insn insn[2])
{
	bool (*read)(struct asm_in *in, struct bpf_insn *insn) = read_assignment;

	memset(insn, 0, 2 * sizeof(*insn));
	asm_blank(in);
	for (size_t i = 0; i < ARRAY_SIZE(words) && read == read_assignment; i++)
		if (asm_take_word(in, words[i].word))
			read = words[i].read;
	if (read == read_assignment && asm_take(in, "*"))
		read = read_store;
	return read(in, insn) ? insn_slots(insn) : 0;
}
