/*
 * The assembler's values: what may stand to the right of `r1 =`. The forms are tried one after the other.
 */
#include "asm_in.h"

static bool value_neg(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const char *start = in->p;
	struct asm_reg reg;

	if (!asm_take(in, "-") || !asm_reg(in, &reg)) {
		in->p = start;
		return false;
	}
	in->p = reg.p;
	insn->code = asm_alu_class(dst) | BPF_NEG;
	return asm_need_same_reg(in, dst, "negation");
}

/* "(s8)r2" */
static bool value_cast(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_reg src;

	if (!asm_take(in, "("))
		return false;
	if (asm_take_word(in, "s8"))
		insn->off = 8;
	else if (asm_take_word(in, "s16"))
		insn->off = 16;
	else if (!dst->w && asm_take_word(in, "s32"))
		insn->off = 32;
	else
		return asm_expected(in, dst->w ? "s8 or s16" : "s8, s16 or s32");
	if (!asm_need(in, ")") || !asm_need_reg_like(in, dst, &src))
		return false;
	insn->code = asm_alu_class(dst) | BPF_MOV | BPF_X;
	insn->src_reg = src.nr;
	return true;
}

/* The kernel writes a negative offset as "r1 + -4". */
static bool packet_offset(struct asm_in *in, s32 *imm)
{
	const char *plus = in->p;
	struct asm_number n;

	if (asm_take(in, "+")) {
		asm_blank(in);
		if (in->p == in->end || *in->p != '-')
			in->p = plus;
	}
	return asm_number(in, &n) ? asm_imm32(in, &n, false, imm) : asm_expected(in, "an offset");
}

/* "skb[12]", "skb[r7 + 14]" */
static bool packet_load(struct asm_in *in, struct bpf_insn *insn, const struct asm_size *size,
			const struct asm_reg *dst)
{
	struct asm_reg reg;

	if (size->size == BPF_DW || size->is_signed)
		return asm_fail(in, size->p, 3, "the packet is loaded by u8, u16 or u32");
	if (dst->nr != 0 || dst->w)
		return asm_fail(in, dst->p, 2, "a packet load goes to r0");
	insn->code = BPF_LD | size->size | BPF_ABS;
	if (!asm_need(in, "["))
		return false;
	if (asm_reg(in, &reg)) {
		insn->code = BPF_LD | size->size | BPF_IND;
		insn->src_reg = reg.nr;
		if (asm_take(in, "]"))
			return true;
		if (in->p < in->end && *in->p != '+' && *in->p != '-')
			return asm_expected(in, "`]` or an offset");
	}
	return !in->failed && packet_offset(in, &insn->imm) && asm_need(in, "]");
}

static bool value_load(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_size size;
	u8 src;

	if (!asm_take(in, "*") || !asm_need_size(in, &size))
		return false;
	if (asm_take_word(in, "skb"))
		return packet_load(in, insn, &size, dst);
	if (!asm_need(in, "(") || !asm_need_place(in, &src, &insn->off) || !asm_need(in, ")"))
		return false;
	insn->code = BPF_LDX | size.size | (size.is_signed ? BPF_MEMSX : BPF_MEM);
	insn->src_reg = src;
	return asm_fits_size(in, dst, &size);
}

/* clang writes "r1 = w2" where it wants the upper half to become 0, which is what "w1 = w2" does. */
static bool value_reg(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_reg src;

	if (!asm_reg(in, &src) || (!src.w && !asm_same_width(in, dst, &src)))
		return false;
	insn->code = asm_alu_class(&src) | BPF_MOV | BPF_X;
	insn->src_reg = src.nr;
	return true;
}

static bool only_64(struct asm_in *in, const struct asm_reg *dst)
{
	return !dst->w || asm_fail(in, dst->p, 2, "this is a 64-bit value: expected r%d", dst->nr);
}

static bool set_imm64(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst, u8 pseudo, u64 imm)
{
	insn[0].code = BPF_LD | BPF_IMM | BPF_DW;
	insn[0].src_reg = pseudo;
	insn[0].imm = (u32)imm;
	insn[1].imm = imm >> 32;
	return only_64(in, dst);
}

static bool needs_ll(struct asm_in *in, const struct asm_number *n)
{
	u64 limit = (u64)INT32_MAX + n->negative;
	int len = min_u64(n->len, 40);

	if (n->magnitude <= limit)
		return false;
	asm_fail(in, n->p, n->len, "%.*s does not fit in 32 bits: write `%.*s ll`", len, n->p, len, n->p);
	return true;
}

static bool value_number(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_number n;

	if (!asm_number(in, &n))
		return false;
	if (asm_take_word(in, "ll") || in->opcode == (BPF_LD | BPF_IMM | BPF_DW)) {
		if (n.negative && n.magnitude > 1ull << 63)
			return asm_fail(in, n.p, n.len, "a number has at most 64 bits");
		return set_imm64(in, insn, dst, 0, n.negative ? -n.magnitude : n.magnitude);
	}
	insn->code = asm_alu_class(dst) | BPF_MOV | BPF_K;
	if (!dst->w && needs_ll(in, &n))
		return false;
	return asm_imm32(in, &n, dst->w, &insn->imm);
}

/* "be16 r1"; @bits is the immediate, 0 when the name is of another kind. */
static bool swap_name(const struct asm_span *name, u8 *code, u32 *bits)
{
	static const u8 codes[] = {BPF_ALU | BPF_END | BPF_TO_BE, BPF_ALU | BPF_END | BPF_TO_LE,
				   BPF_ALU64 | BPF_END | BPF_TO_LE};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		const char *word = isa_ops[codes[i]].name;
		u32 len = strlen(word);

		if (name->len != len + 2 || memcmp(name->p, word, len))
			continue;
		*code = codes[i];
		*bits = (name->p[len] - '0') * 10 + name->p[len + 1] - '0';
		return *bits == 16 || *bits == 32 || *bits == 64;
	}
	return false;
}

static bool value_swap(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const char *start = in->p;
	struct asm_span name;
	u32 bits;

	if (!asm_name(in, &name) || !swap_name(&name, &insn->code, &bits)) {
		in->p = start;
		return false;
	}
	insn->imm = bits;
	return only_64(in, dst) && asm_need_same_reg(in, dst, "a byte swap");
}

/* The kernel and clang name atomic operations differently; clang's exchanges have the size in the name. */
static const struct asm_atomic {
	const char *name;
	u8 imm, size;  /* size: BPF_B where the cast says it */
} atomics[] = {
	{"atomic_fetch_add", BPF_ADD | BPF_FETCH, BPF_B},
	{"atomic_fetch_and", BPF_AND | BPF_FETCH, BPF_B},
	{"atomic_fetch_or", BPF_OR | BPF_FETCH, BPF_B},
	{"atomic_fetch_xor", BPF_XOR | BPF_FETCH, BPF_B},
	{"atomic_xchg", BPF_XCHG, BPF_B},
	{"atomic_cmpxchg", BPF_CMPXCHG, BPF_B},
	{"atomic64_fetch_add", BPF_ADD | BPF_FETCH, BPF_B},
	{"atomic64_fetch_and", BPF_AND | BPF_FETCH, BPF_B},
	{"atomic64_fetch_or", BPF_OR | BPF_FETCH, BPF_B},
	{"atomic64_fetch_xor", BPF_XOR | BPF_FETCH, BPF_B},
	{"atomic64_xchg", BPF_XCHG, BPF_B},
	{"atomic64_cmpxchg", BPF_CMPXCHG, BPF_B},
	{"xchg_64", BPF_XCHG, BPF_DW},
	{"xchg32_32", BPF_XCHG, BPF_W},
	{"cmpxchg_64", BPF_CMPXCHG, BPF_DW},
	{"cmpxchg32_32", BPF_CMPXCHG, BPF_W},
};

static const struct asm_atomic *take_atomic(struct asm_in *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(atomics); i++)
		if (asm_take_word(in, atomics[i].name))
			return &atomics[i];
	return NULL;
}

/* "r0, r2)" of a compare-and-exchange, "r2)" of the others. */
static bool atomic_operands(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const struct asm_reg r0 = {.nr = 0, .w = dst->w, .p = dst->p};
	struct asm_reg src;

	if (insn->imm != BPF_CMPXCHG) {
		insn->src_reg = dst->nr;
		return asm_need(in, ",") && asm_need_same_reg(in, dst, "an atomic operation") &&
		       asm_need(in, ")");
	}
	if (dst->nr != 0)
		return asm_fail(in, dst->p, 2, "compare-and-exchange works with r0: expected `r0 =`");
	if (!asm_need(in, ",") || !asm_need_same_reg(in, &r0, "compare-and-exchange") || !asm_need(in, ",") ||
	    !asm_need_reg_like(in, dst, &src))
		return false;
	insn->src_reg = src.nr;
	return asm_need(in, ")");
}

static bool value_atomic(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const struct asm_atomic *atomic = take_atomic(in);
	struct asm_size size = {.p = in->p};
	u8 base;

	if (!atomic || !asm_need(in, "("))
		return false;
	size.size = atomic->size;
	if (atomic->size != BPF_B && !asm_need_place(in, &base, &insn->off))
		return false;
	if (atomic->size == BPF_B && !asm_need_address(in, &size, &base, &insn->off))
		return false;
	if (!asm_atomic_size(in, &size, dst))
		return false;
	insn->code = BPF_STX | BPF_ATOMIC | size.size;
	insn->dst_reg = base;
	insn->imm = atomic->imm;
	return atomic_operands(in, insn, dst);
}

static bool add_ref(struct asm_in *in, struct asm_span name)
{
	struct asm_prog *prog = in->prog;
	struct asm_map *map;

	if (in->measure)
		return true;
	map = asm_find_map(prog, name);
	if (!map)
		return false;
	if (prog->ref_count < prog->ref_cap)
		prog->refs[prog->ref_count] = (struct asm_ref){prog->insn_count, map - prog->maps};
	prog->ref_count++;
	return true;
}

static bool no_such_map(struct asm_in *in, struct asm_span name)
{
	int len = min_u64(name.len, 40);

	return asm_fail(in, name.p, name.len, "no map `%.*s`: declare one, `.map %.*s hash 4 8 256`", len,
			name.p, len, name.p);
}

/* "id:" */
static bool take_key(struct asm_in *in, const char *word)
{
	const char *start = in->p;

	if (asm_take_word(in, word) && asm_take(in, ":"))
		return true;
	in->p = start;
	return false;
}

/* What stands in the brackets: "id:4", "fd:4" and "idx:4" as they are, a name as a reference. */
static bool map_key(struct asm_in *in, bool *by_index, u32 *number)
{
	struct asm_span name;

	*by_index = take_key(in, "idx");
	*number = 0;
	if (*by_index || take_key(in, "id") || take_key(in, "fd"))
		return asm_need_u32(in, "a number", number);
	if (!asm_name(in, &name))
		return asm_expected(in, "a map's name, `fd:`, `id:` or `idx:`");
	return add_ref(in, name) || no_such_map(in, name);
}

/* "[0]+8" behind a map: the address in the value of its element 0. */
static bool value_offset(struct asm_in *in, bool *is_value, u32 *off)
{
	*off = 0;
	*is_value = asm_take(in, "[");
	if (*is_value && (!asm_need(in, "0") || !asm_need(in, "]")))
		return false;
	if (!asm_take(in, "+"))
		return true;
	*is_value = true;
	return asm_need_u32(in, "an offset", off);
}

/* "map[counts]", "map[fd:4][0]+8", "map[idx:1]+8", and the kernel log's "map_fd 4" */
static bool value_map(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const char *start = in->p;
	bool by_index, is_value;
	u32 number, off;

	if (!asm_take_word(in, "map") || !asm_take(in, "[")) {
		in->p = start;
		return false;
	}
	if (!map_key(in, &by_index, &number) || !asm_need(in, "]") || !value_offset(in, &is_value, &off))
		return false;
	asm_take_word(in, "ll");
	return set_imm64(in, insn, dst,
			 by_index ? (is_value ? BPF_PSEUDO_MAP_IDX_VALUE : BPF_PSEUDO_MAP_IDX)
				  : (is_value ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD),
			 (u64)off << 32 | number);
}

static bool value_map_fd(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	u32 fd;

	if (!asm_take_word(in, "map_fd") || !asm_need_u32(in, "a file descriptor", &fd))
		return false;
	return set_imm64(in, insn, dst, BPF_PSEUDO_MAP_FD, fd);
}

/* "btf[id:77]": the address of a kernel variable */
static bool value_btf(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const char *start = in->p;
	u32 id;

	if (!asm_take_word(in, "btf") || !asm_take(in, "[")) {
		in->p = start;
		return false;
	}
	if (!asm_need(in, "id:") || !asm_need_u32(in, "a BTF id", &id) || !asm_need(in, "]"))
		return false;
	return set_imm64(in, insn, dst, BPF_PSEUDO_BTF_ID, id);
}

/* "subprog[+3]": the address of a function */
static bool value_subprog(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	const char *start = in->p;
	struct asm_number n;
	s32 imm;

	if (!asm_take_word(in, "subprog") || !asm_take(in, "[")) {
		in->p = start;
		return false;
	}
	if (!asm_number(in, &n))
		return asm_expected(in, "a distance");
	if (!asm_imm32(in, &n, false, &imm) || !asm_need(in, "]"))
		return false;
	return set_imm64(in, insn, dst, BPF_PSEUDO_FUNC, (u32)imm);
}

/* "counts ll", "my_function ll" */
static bool value_symbol(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	struct asm_label *label;
	struct asm_span name;

	if (!asm_name(in, &name))
		return false;
	if (!asm_take_word(in, "ll"))
		return asm_fail(in, name.p, name.len, "a name stands for an address of 64 bits: `%.*s ll`",
				(int)min_u64(name.len, 40), name.p);
	label = asm_find_label(in->prog, name);
	if (label && !in->measure) {
		label->function = true;
		return set_imm64(in, insn, dst, BPF_PSEUDO_FUNC, (u32)asm_distance(in, label->insn));
	}
	return (add_ref(in, name) || no_such_map(in, name)) && set_imm64(in, insn, dst, BPF_PSEUDO_MAP_FD, 0);
}

static bool (*const values[])(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst) = {
	value_neg,    value_cast, value_load,   value_reg, value_number,  value_swap,
	value_atomic, value_map,  value_map_fd, value_btf, value_subprog, value_symbol,
};

bool asm_value(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst)
{
	for (size_t i = 0; i < ARRAY_SIZE(values) && !in->failed; i++)
		if (values[i](in, insn, dst))
			return true;
	return asm_expected(in, "a register, a number, a load or another value");
}
