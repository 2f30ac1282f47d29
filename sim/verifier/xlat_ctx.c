/*
 * Contexts, sockets and kernel objects: loads and stores in the form that programs see become accesses to
 * the kernel's own structs (convert_ctx_accesses of kernel/bpf/verifier.c). What each field becomes is in
 * the tables of progs/.
 */
#include "../progs/ctx_convert.h"
#include "translate.h"

/* Bytes of a load or store. */
static u32 access_size(u8 code)
{
	static const u8 bytes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return bytes[BPF_SIZE(code) >> 3];
}

/*
 * A program that writes to packets needs one that it shares with nobody: if it is a clone, it is copied
 * first, or dropped when there is no memory (bpf_unclone_prologue of net/core/filter.c).
 */
static void write_prologue(u32 drop, struct patch *p)
{
	patch_add(p, make_load(BPF_B, BPF_REG_6, BPF_REG_1, SK_BUFF_CLONED_AT));
	patch_add(p, make_alu32_imm(BPF_AND, BPF_REG_6, SK_BUFF_CLONED_MASK));
	patch_add(p, make_jump_imm(BPF_JEQ, BPF_REG_6, 0, 7));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_6, BPF_REG_1));
	patch_add(p, make_alu64_reg(BPF_XOR, BPF_REG_2, BPF_REG_2));
	patch_add(p, make_call(BPF_FUNC_skb_pull_data));
	patch_add(p, make_jump_imm(BPF_JEQ, BPF_REG_0, 0, 2));
	patch_add(p, make_alu32_imm(BPF_MOV, BPF_REG_0, drop));
	patch_add(p, make_exit());
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_1, BPF_REG_6));
}

static int add_prologue(struct xlat *x)
{
	const struct prog_type *type = prog_rules_of(x->env.v->prog);
	struct patch patch = {.n = 0};

	if (!type->unclones || !x->env.w->writes_packet)
		return 0;
	write_prologue(type->drop, &patch);
	return xlat_patch(x, &patch);
}

/* The fields of what the address is; NULL: plain memory. */
static const struct ctx_field *fields_of(const struct xlat *x, u32 ptr_type)
{
	switch (ptr_type) {
	case PTR_TO_CTX:
		return prog_rules_of(x->env.v->prog)->fields;
	case PTR_TO_SOCKET:
		return sock_fields;
	case PTR_TO_SOCK_COMMON:
		return sock_common_fields;
	case PTR_TO_TCP_SOCK:
		return tcp_sock_fields;
	case PTR_TO_XDP_SOCK:
		return xdp_sock_fields;
	}
	return NULL;
}

/* NULL: nothing to convert; the context is the kernel's own struct, or it is no context. */
static const struct ctx_field *field_of(const struct xlat *x, const struct bpf_insn *insn, u32 ptr_type)
{
	const struct ctx_field *fields = fields_of(x, ptr_type), *field;
	bool write = BPF_CLASS(insn->code) == BPF_STX;

	if (!fields || BPF_CLASS(insn->code) == BPF_ST)
		return NULL;
	field = ctx_field_at(fields, x->env.v->prog->expected_attach_type, insn->off, access_size(insn->code),
			     write);
	return field && ctx_has_place(field) ? field : NULL;
}

static bool is_kernel_object(u32 ptr_type)
{
	return ptr_type == PTR_TO_BTF_ID || ptr_type == (PTR_TO_BTF_ID | PTR_UNTRUSTED);
}

static int convert(struct xlat *x)
{
	struct bpf_insn insn = xlat_cur(x)->insn;
	const struct insn_aux *aux = xlat_aux(x, xlat_cur(x));
	bool load = BPF_CLASS(insn.code) == BPF_LDX;
	const struct ctx_field *field;
	struct patch patch;

	if (!load && aux->sanitize_stack_spill) {
		patch = (struct patch){{insn, make_insn(BPF_ST | BPF_NOSPEC, 0, 0, 0, 0)}, 2};
		return xlat_patch(x, &patch);
	}
	if (load && is_kernel_object(aux->ptr_type)) {
		insn.code = BPF_LDX | BPF_PROBE_MEM | BPF_SIZE(insn.code);
		return xlat_replace(x, insn, XLAT_NO_JUMP);
	}
	field = field_of(x, &insn, aux->ptr_type);
	if (!field)
		return xlat_keep(x);
	ctx_convert(field, &insn, x->t->tstamp_type_access, &patch);
	return xlat_patch(x, &patch);
}

int xlat_ctx_insn(struct xlat *x)
{
	u8 code = xlat_cur(x)->insn.code, class = BPF_CLASS(code);
	int err = x->t->at ? 0 : add_prologue(x);
	bool access = (class == BPF_LDX || class == BPF_ST || class == BPF_STX) && BPF_MODE(code) == BPF_MEM;

	if (err)
		return err;
	return access && !xlat_cur(x)->made ? convert(x) : xlat_keep(x);
}
