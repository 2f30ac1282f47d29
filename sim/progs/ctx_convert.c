/*
 * What takes the place of a load or store of a context's field: instructions on the kernel's own struct.
 * Mirrors the convert_ctx_access functions of net/core/filter.c, kernel/bpf/cgroup.c and
 * kernel/trace/bpf_trace.c.
 *
 * Most fields are members, perhaps behind a pointer or two: the table says where, and the same few
 * instructions do for all of them. The others have a `convert` of their own (skb_convert.c and
 * files of program types).
 */
#include "ctx_convert.h"

u8 ctx_spare_reg(const struct bpf_insn *insn)
{
	u8 reg = BPF_REG_9;

	while (insn->src_reg == reg || insn->dst_reg == reg)
		reg--;
	return reg;
}

u8 ctx_member_size(const struct ctx_conversion *c)
{
	const struct ctx_field *field = c->field;

	return field->own_width || field->width == CTX_BYTES ? BPF_SIZE(c->insn.code)
							     : size_code(field->target);
}

/* The field may be an array: which part of the member. */
static s16 member_off(const struct ctx_conversion *c)
{
	return c->field->koff + c->insn.off - c->field->off;
}

static void convert_load(const struct ctx_conversion *c, struct patch *out)
{
	const struct ctx_field *field = c->field;
	u8 dst = c->insn.dst_reg, base = c->insn.src_reg;

	for (u32 i = 0; i < field->hops; i++) {
		patch_add(out, make_load(BPF_DW, dst, base, field->hop[i]));
		base = dst;
		if (!i && field->maybe_null)
			patch_add(out, make_jump_imm(BPF_JEQ, dst, 0, field->hops));
	}
	patch_add(out, make_load(ctx_member_size(c), dst, base, member_off(c)));
}

/*
 * The pointer needs a register, and both at hand are in use: another one is saved in the context meanwhile.
 */
static void convert_far_store(const struct ctx_conversion *c, struct patch *out)
{
	const struct ctx_field *field = c->field;
	u8 ctx = c->insn.dst_reg, spare = ctx_spare_reg(&c->insn);

	patch_add(out, make_store(BPF_DW, ctx, spare, field->temp));
	for (u32 i = 0; i < field->hops; i++)
		patch_add(out, make_load(BPF_DW, spare, i ? spare : ctx, field->hop[i]));
	patch_add(out, make_store(ctx_member_size(c), spare, c->insn.src_reg, member_off(c)));
	patch_add(out, make_load(BPF_DW, spare, ctx, field->temp));
}

static void convert_store(const struct ctx_conversion *c, struct patch *out)
{
	if (c->field->hops)
		convert_far_store(c, out);
	else
		patch_add(out,
			  make_store(ctx_member_size(c), c->insn.dst_reg, c->insn.src_reg, member_off(c)));
}

void ctx_convert_member(const struct ctx_conversion *c, struct patch *out)
{
	if (c->write)
		convert_store(c, out);
	else
		convert_load(c, out);
}

/* The bytes that are wanted, out of the whole field. */
static void cut(u8 reg, u32 shift, u32 size, u32 field_size, struct patch *out)
{
	u8 class = field_size <= 4 ? BPF_ALU : BPF_ALU64;

	if (shift)
		patch_add(out, make_insn(class | BPF_RSH | BPF_K, reg, 0, 0, shift));
	patch_add(out, make_alu32_imm(BPF_AND, reg, (1ull << size * 8) - 1));
}

void ctx_convert(const struct ctx_field *field, const struct bpf_insn *insn, bool tstamp_type_access,
		 struct patch *out)
{
	struct ctx_conversion c = {
		.field = field,
		.insn = *insn,
		.write = BPF_CLASS(insn->code) == BPF_STX,
		.tstamp_type_access = tstamp_type_access,
	};
	static const u8 bytes_of[] = {
		[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};
	u32 size = bytes_of[BPF_SIZE(insn->code) >> 3], whole = ctx_field_size(field);
	bool narrow = size < whole;

	if (narrow) {
		c.insn.off = insn->off & ~(whole - 1);
		c.insn.code = BPF_LDX | BPF_MEM | size_code(whole);
	}
	out->n = 0;
	if (field->convert)
		field->convert(&c, out);
	else
		ctx_convert_member(&c, out);
	if (narrow && size < field->target)
		cut(insn->dst_reg, (insn->off & (whole - 1)) * 8, size, whole, out);
}
