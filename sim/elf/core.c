/*
 * CO-RE: one relocation, from the record to the changed instruction; see core.h.
 *
 * All kernel types that fit must come to the same value, or the relocation is ambiguous. When none fits, an
 * instruction that depends on it is made a call of helper 195896080 (0xbad2310, "bad relo"): the verifier
 * refuses it if it can be reached.
 */
#include "core.h"

#define POISON 0xbad2310

static const char *const kind_names[] = {
	[BPF_CORE_FIELD_BYTE_OFFSET] = "byte_off",    [BPF_CORE_FIELD_BYTE_SIZE] = "byte_sz",
	[BPF_CORE_FIELD_EXISTS] = "field_exists",     [BPF_CORE_FIELD_SIGNED] = "signed",
	[BPF_CORE_FIELD_LSHIFT_U64] = "lshift_u64",   [BPF_CORE_FIELD_RSHIFT_U64] = "rshift_u64",
	[BPF_CORE_TYPE_ID_LOCAL] = "local_type_id",   [BPF_CORE_TYPE_ID_TARGET] = "target_type_id",
	[BPF_CORE_TYPE_EXISTS] = "type_exists",       [BPF_CORE_TYPE_SIZE] = "type_size",
	[BPF_CORE_ENUMVAL_EXISTS] = "enumval_exists", [BPF_CORE_ENUMVAL_VALUE] = "enumval_value",
	[BPF_CORE_TYPE_MATCHES] = "type_matches",
};

/* Where we are, for errors. */
struct relocation {
	struct elf_object *o;
	const struct elf_core_relo *relo;
	const struct btf_types *kernel;
	struct core_value local, target;
	bool bad_size; /* file and kernel differ in size, and a load may not be made to fit */
};

static int fail(const struct relocation *r, const char *fmt, unsigned long long a, unsigned long long b)
{
	char sentence[120];
	struct text text;

	text_init(&text, sentence, sizeof(sentence));
	text_add(&text, fmt, a, b);
	return elf_fail(r->o, &r->o->sections[r->relo->section_index], r->relo->relo.insn_off,
			"CO-RE relocation %s of type [%u] %.40s: %s", kind_names[r->relo->relo.kind],
			r->relo->relo.type_id, btf_name(r->o->types, r->relo->relo.type_id), sentence);
}

/* --- the value --- */

/* Pointers, and unsigned integers, may be loaded with another size: zero extension keeps their value. */
static bool may_resize(const struct relocation *r)
{
	const struct btf_type *a = btf_type_by_id(r->o->types, r->local.type_id);
	const struct btf_type *b = btf_type_by_id(r->kernel, r->target.type_id);

	if (btf_kind(a) == BTF_KIND_PTR && btf_kind(b) == BTF_KIND_PTR)
		return true;
	return btf_kind(a) == BTF_KIND_INT && btf_kind(b) == BTF_KIND_INT &&
	       BTF_INT_ENCODING(btf_int_data(a)) != BTF_INT_SIGNED &&
	       BTF_INT_ENCODING(btf_int_data(b)) != BTF_INT_SIGNED;
}

/* Tries each candidate; *@found: one fits, its value is in r->target. */
static int try_candidates(struct relocation *r, const struct core_spec *local, bool *found)
{
	const struct core_candidates *candidates = core_find(r->o, r->kernel, local->root);
	u32 bit_offset = 0;

	if (!candidates)
		return elf_no_memory(r->o);
	for (u32 i = 0; i < candidates->count; i++) {
		struct core_value value;
		struct core_spec spec;
		int fits = core_match(r->o, local, r->kernel, candidates->ids[i], &spec);

		if (!fits)
			continue;
		if (fits < 0 || core_value(&spec, local->kind, &value))
			return fail(r, "found kernel type [%llu], which cannot be compared",
				    candidates->ids[i], 0);
		if (*found && (bit_offset != spec.bit_offset || value.value != r->target.value))
			return fail(r,
				    "found values %llu and %llu in kernel types of that name, expected one",
				    r->target.value, value.value);
		r->target = value;
		bit_offset = spec.bit_offset;
		*found = true;
	}
	return 0;
}

static int find_value(struct relocation *r)
{
	const struct bpf_core_relo *relo = &r->relo->relo;
	struct core_spec local;
	bool found = false;
	int err;

	if (!btf_type_by_id(r->o->types, relo->type_id) || core_parse(r->o->types, relo, &local))
		return fail(r, "found access string at %llu, which does not fit the type",
			    relo->access_str_off, 0);
	if (core_value(&local, relo->kind, &r->local))
		return fail(r, "found a field that has no such value", 0, 0);
	if (relo->kind == BPF_CORE_TYPE_ID_LOCAL) {
		r->target = r->local;
		return 0;
	}
	if (!btf_name(r->o->types, relo->type_id)[0])
		return fail(r, "found a type without a name, expected one to look for in the kernel", 0, 0);
	if (!r->kernel)
		return fail(r, "there is no kernel BTF to look it up in", 0, 0);
	r->o->private->core_budget = CORE_BUDGET;
	err = try_candidates(r, &local, &found);
	if (err || found)
		return err;
	return core_value(NULL, relo->kind, &r->target);
}

/* --- the instruction --- */

static int poison(struct bpf_insn *insn, u32 slots, u32 *poisoned)
{
	for (u32 i = 0; i < slots; i++)
		insn[i] = (struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = POISON};
	++*poisoned;
	return 0;
}

static int patch_imm(struct relocation *r, struct bpf_insn *insn)
{
	if (BPF_SRC(insn->code) != BPF_K)
		return fail(r, "found an instruction of code 0x%02llx, which holds no number", insn->code, 0);
	if (r->local.validate && (u64)(s64)insn->imm != r->local.value)
		return fail(r, "found %llu in the instruction, expected %llu", (u32)insn->imm,
			    r->local.value);
	insn->imm = r->target.value;
	return 0;
}

static const struct {
	u8 code, bytes;
} sizes[] = {{BPF_B, 1}, {BPF_H, 2}, {BPF_W, 4}, {BPF_DW, 8}};

static int resize(struct relocation *r, struct bpf_insn *insn)
{
	for (u32 i = 0; i < ARRAY_SIZE(sizes); i++)
		if (sizes[i].code == BPF_SIZE(insn->code) && sizes[i].bytes != r->local.size)
			return fail(r, "found a load of %llu bytes, expected %llu", sizes[i].bytes,
				    r->local.size);
	for (u32 i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i].bytes != r->target.size)
			continue;
		insn->code = BPF_MODE(insn->code) | sizes[i].code | BPF_CLASS(insn->code);
		return 0;
	}
	return fail(r, "found a field of %llu bytes in the kernel, expected 1, 2, 4 or 8", r->target.size, 0);
}

static int patch_offset(struct relocation *r, struct bpf_insn *insn)
{
	if (r->local.validate && (u64)(s64)insn->off != r->local.value)
		return fail(r, "found offset %llu in the instruction, expected %llu", (u16)insn->off,
			    r->local.value);
	if (r->target.value > INT16_MAX)
		return fail(r, "found offset %llu in the kernel, expected %llu at most", r->target.value,
			    INT16_MAX);
	insn->off = r->target.value;
	return r->target.size != r->local.size ? resize(r, insn) : 0;
}

static int patch_imm64(struct relocation *r, struct bpf_insn *insn)
{
	u64 old = (u32)insn[0].imm | (u64)(u32)insn[1].imm << 32;

	if (r->local.validate && old != r->local.value)
		return fail(r, "found %llu in the instruction, expected %llu", old, r->local.value);
	insn[0].imm = r->target.value;
	insn[1].imm = r->target.value >> 32;
	return 0;
}

static int patch(struct relocation *r, struct bpf_insn *insn, u32 left, u32 *poisoned)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return r->target.poison ? poison(insn, 1, poisoned) : patch_imm(r, insn);
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		return r->target.poison || r->bad_size ? poison(insn, 1, poisoned) : patch_offset(r, insn);
	case BPF_LD:
		if (!insn_is_ld_imm64(insn) || left < 2 || insn[0].src_reg || insn[0].off || insn[1].code)
			break;
		return r->target.poison ? poison(insn, 2, poisoned) : patch_imm64(r, insn);
	}
	return fail(r, "found an instruction of code 0x%02llx, expected a load, store, move or addition",
		    insn->code, 0);
}

int elf_core_apply(struct elf_object *o, const struct elf_core_relo *relo, struct bpf_insn *insn, u32 left,
		   const struct btf_types *target, u32 *poisoned)
{
	struct relocation r = {.o = o, .relo = relo, .kernel = target};
	int err;

	if (relo->relo.kind >= ARRAY_SIZE(kind_names))
		return elf_fail(o, &o->sections[relo->section_index], relo->relo.insn_off,
				"CO-RE relocation: found kind %u, expected 0 to %zu", relo->relo.kind,
				ARRAY_SIZE(kind_names) - 1);
	err = find_value(&r);
	if (err)
		return err;
	r.bad_size = !r.target.poison && r.local.size != r.target.size && !may_resize(&r);
	return patch(&r, insn, left, poisoned);
}
