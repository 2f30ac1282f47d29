/*
 * Lookups written out: what takes the place of a call of bpf_map_lookup_elem when the map is always
 * the same (map_gen_lookup of kernel/bpf/arraymap.c and hashtab.c). r1 is the map, r2 points to the
 * key, r0 is the result.
 */
#include "../ktext.h"
#include "../patch.h"
#include "types.h"

#define ARRAY_VALUES offsetof(struct bpf_map_layout, value)
/* struct htab_elem; hash.c */
#define ELEM_KEY 48
#define ELEM_LRU_REF 35

/* r0 = address of the element, or a jump over the @rest insns that follow and one more. */
static void index_array(const struct map *map, u32 rest, struct patch *out)
{
	u32 size = map->k.elem_size;
	bool power = !(size & (size - 1)), masked = !map->bypass_spec_v1;

	patch_add(out, make_alu64_imm(BPF_ADD, BPF_REG_1, ARRAY_VALUES));
	patch_add(out, make_load(BPF_W, BPF_REG_0, BPF_REG_2, 0));
	patch_add(out, make_jump_imm(BPF_JGE, BPF_REG_0, map->k.max_entries, 3 + rest + masked));
	if (masked)
		patch_add(out, make_alu32_imm(BPF_AND, BPF_REG_0, map->k.index_mask));
	patch_add(out, make_alu64_imm(power ? BPF_LSH : BPF_MUL, BPF_REG_0,
				      power ? (u32)__builtin_ctz(size) : size));
	patch_add(out, make_alu64_reg(BPF_ADD, BPF_REG_0, BPF_REG_1));
}

bool array_inline_lookup(const struct map *map, struct patch *out)
{
	if (map->k.map_flags & BPF_F_INNER_MAP)
		return false;
	index_array(map, 0, out);
	patch_add(out, make_goto(1));
	patch_add(out, make_alu64_imm(BPF_MOV, BPF_REG_0, 0));
	return true;
}

bool array_of_maps_inline_lookup(const struct map *map, struct patch *out)
{
	index_array(map, 2, out);
	patch_add(out, make_load(BPF_DW, BPF_REG_0, BPF_REG_0, 0));
	patch_add(out, make_jump_imm(BPF_JEQ, BPF_REG_0, 0, 1));
	patch_add(out, make_goto(1));
	patch_add(out, make_alu64_imm(BPF_MOV, BPF_REG_0, 0));
	return true;
}

/* r0 = the element; if there is none, the @rest insns that follow are jumped over. */
static void find_element(u32 rest, struct patch *out)
{
	patch_add(out, make_call(ktext_imm(KTEXT_INTERNAL, KTEXT_HTAB_LOOKUP)));
	patch_add(out, make_jump_imm(BPF_JEQ, BPF_REG_0, 0, rest));
}

static struct bpf_insn to_value(const struct map *map)
{
	return make_alu64_imm(BPF_ADD, BPF_REG_0, ELEM_KEY + round_up_u64(map->k.key_size, 8));
}

bool hash_inline_lookup(const struct map *map, struct patch *out)
{
	find_element(1, out);
	patch_add(out, to_value(map));
	return true;
}

bool lru_hash_inline_lookup(const struct map *map, struct patch *out)
{
	find_element(4, out);
	patch_add(out, make_load(BPF_B, BPF_REG_1, BPF_REG_0, ELEM_LRU_REF));
	patch_add(out, make_jump_imm(BPF_JNE, BPF_REG_1, 0, 1));
	patch_add(out, make_store_imm(BPF_B, BPF_REG_0, ELEM_LRU_REF, 1));
	patch_add(out, to_value(map));
	return true;
}

bool hash_of_maps_inline_lookup(const struct map *map, struct patch *out)
{
	find_element(2, out);
	patch_add(out, to_value(map));
	patch_add(out, make_load(BPF_DW, BPF_REG_0, BPF_REG_0, 0));
	return true;
}
