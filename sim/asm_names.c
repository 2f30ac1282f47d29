/* The names of a source file: its labels, found by a hash table, and its maps. */
#include "asm_in.h"

/* Where the labels of this name's hash begin; label_cap is not 0. (FNV-1a) */
static u32 *bucket(struct asm_prog *prog, struct asm_span name)
{
	u32 hash = 2166136261u;

	for (u32 i = 0; i < name.len; i++)
		hash = (hash ^ (u8)name.p[i]) * 16777619u;
	return &prog->labels[(hash ^ hash >> 16) % prog->label_cap].head;
}

struct asm_label *asm_find_label(struct asm_prog *prog, struct asm_span name)
{
	for (u32 i = prog->label_cap ? *bucket(prog, name) : 0; i; i = prog->labels[i - 1].next) {
		struct asm_label *label = &prog->labels[i - 1];

		if (label->name.len == name.len && !memcmp(label->name.p, name.p, name.len))
			return label;
	}
	return NULL;
}

bool asm_add_label(struct asm_in *in, struct asm_span name)
{
	struct asm_prog *prog = in->prog;
	struct asm_label *old = asm_find_label(prog, name);
	struct asm_label *label;

	if (!in->measure)
		return true;
	if (old)
		return asm_fail(in, name.p, name.len, "label `%.*s` stands in line %u already",
				(int)min_u64(name.len, 40), name.p, old->line);
	if (prog->label_count < prog->label_cap) {
		label = &prog->labels[prog->label_count];
		*label = (struct asm_label){.name = name, .insn = prog->insn_count, .line = in->number,
					    .next = *bucket(prog, name), .head = label->head};
		*bucket(prog, name) = prog->label_count + 1;
	}
	prog->label_count++;
	return true;
}

struct asm_map *asm_find_map(struct asm_prog *prog, struct asm_span name)
{
	for (u32 i = 0; i < prog->map_count; i++)
		if (prog->maps[i].name.len == name.len && !memcmp(prog->maps[i].name.p, name.p, name.len))
			return &prog->maps[i];
	return NULL;
}

bool asm_add_map(struct asm_in *in, const struct asm_map *map)
{
	const struct asm_map *old = asm_find_map(in->prog, map->name);
	struct asm_prog *prog = in->prog;

	if (!in->measure)
		return true;
	if (old)
		return asm_fail(in, map->name.p, map->name.len, "map `%.*s` is declared in line %u already",
				(int)min_u64(map->name.len, 40), map->name.p, old->line);
	if (prog->map_count == prog->map_cap)
		return asm_fail(in, map->name.p, map->name.len, "more than %u maps", prog->map_cap);
	prog->maps[prog->map_count++] = *map;
	return true;
}
