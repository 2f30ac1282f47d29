/*
 * Relocations: which instruction refers to which symbol, and what the values of maps in maps are.
 *
 * As in libbpf, the instruction says what is meant and not the relocation's type: a ld_imm64 takes an address
 * (R_BPF_64_64), a call a function (R_BPF_64_32). In .maps a relocation (R_BPF_64_ABS64) is an element of a
 * values[] array. The others, of data, debug info and BTF (R_BPF_64_ABS32, R_BPF_64_NODYLD32), change nothing
 * that is loaded.
 */
#include <stdlib.h>

#include "private.h"

#define INSN_SIZE sizeof(struct bpf_insn)

static int map_at(const struct elf_object *o, u32 section, u64 offset)
{
	for (u32 i = 0; i < o->map_count; i++)
		if (o->maps[i].section_index == section &&
		    (elf_map_internal(&o->maps[i]) || o->maps[i].section_offset == offset))
			return i;
	return -1;
}

/* --- instructions --- */

struct rel_place {
	struct elf_object *o;
	const struct elf_section *section; /* of the relocations */
	u64 at;                            /* of this one in it */
	u32 n;
	const struct elf_symbol *symbol;
	struct bpf_insn insn;
};

#define FAIL(p, fmt, ...)                                                                                    \
	elf_fail((p)->o, (p)->section, (p)->at, "relocation %u against %.40s: " fmt, (p)->n,                 \
		 (p)->symbol->name, ##__VA_ARGS__)

static int record_extern(struct rel_place *p, struct elf_reloc *reloc)
{
	const struct elf_extern *ext = elf_extern_by_symbol(p->o, p->symbol - p->o->private->symbols);

	if (!ext)
		return FAIL(p, "found an undefined symbol that is no extern variable or function");
	reloc->kind = RELOC_EXTERN;
	reloc->index = ext - p->o->externs;
	return 0;
}

static bool in_code(const struct rel_place *p)
{
	const struct elf_section *s = &p->o->sections[p->symbol->section];

	return elf_section_exec(s) && p->symbol->value < s->size;
}

static int record_call(struct rel_place *p, struct elf_reloc *reloc)
{
	if (p->insn.src_reg != BPF_PSEUDO_CALL)
		return FAIL(p, "found a call with src_reg %u, expected 1 (of a function of this file)",
			    p->insn.src_reg);
	if (!in_code(p) || p->symbol->value % INSN_SIZE)
		return FAIL(p, "found a call into section %.40s at 0x%llx, expected one of code",
			    p->o->sections[p->symbol->section].name, (unsigned long long)p->symbol->value);
	reloc->kind = RELOC_CALL;
	return 0;
}

static int record_address(struct rel_place *p, struct elf_reloc *reloc)
{
	int map;

	if (in_code(p)) {
		reloc->kind = RELOC_FUNC;
		return 0;
	}
	map = map_at(p->o, p->symbol->section, p->symbol->value);
	if (map < 0)
		return FAIL(p, "found section %.40s at 0x%llx, expected a map, data or code",
			    p->o->sections[p->symbol->section].name, (unsigned long long)p->symbol->value);
	reloc->kind = elf_map_internal(&p->o->maps[map]) ? RELOC_DATA : RELOC_MAP;
	reloc->index = map;
	return 0;
}

static int record(struct rel_place *p, struct elf_reloc *reloc)
{
	bool call = p->insn.code == (BPF_JMP | BPF_CALL);

	if (!call && !insn_is_ld_imm64(&p->insn))
		return FAIL(p, "found an instruction of code 0x%02x, expected a call or a load of 64 bits",
			    p->insn.code);
	if (!p->symbol->section)
		return record_extern(p, reloc);
	if (p->symbol->section >= p->o->section_count)
		return FAIL(p, "found special section 0x%x; is a global variable without a value?",
			    p->symbol->section);
	reloc->index = p->symbol->section;
	reloc->offset = p->symbol->value;
	return call ? record_call(p, reloc) : record_address(p, reloc);
}

static int read_rel(struct elf_object *o, const struct elf_section *section, u32 n, u64 offset, u32 symbol)
{
	const struct elf_section *code = &o->sections[section->info];
	struct rel_place p = {o, section, (u64)n * 16, n, &o->private->symbols[symbol], {0}};
	struct elf_reloc *reloc = &o->private->relocs[o->private->reloc_count];
	const struct elf_program *function;

	if (offset % INSN_SIZE || offset > code->size || code->size - offset < INSN_SIZE)
		return elf_fail(o, section, p.at,
				"relocation %u: found offset 0x%llx, expected an instruction of %.40s", n,
				(unsigned long long)offset, code->name);
	/* Code of weak functions that another file's replaced belongs to none. */
	function = elf_function_at(o, code->index, offset / INSN_SIZE);
	if (!function)
		return 0;
	memcpy(&p.insn, code->data + offset, INSN_SIZE);
	if (insn_is_ld_imm64(&p.insn) &&
	    !(offset / INSN_SIZE + 1 - function->section_insn < function->own_count))
		return elf_fail(o, section, p.at,
				"relocation %u: found half a load of 64 bits at the end of %.40s", n,
				function->name);
	*reloc = (struct elf_reloc){.section = code->index, .insn = offset / INSN_SIZE};
	o->private->reloc_count++;
	return record(&p, reloc);
}

/* --- values of maps --- */

static struct elf_map *map_around(struct elf_object *o, u64 offset, u64 *start)
{
	const struct btf_type *sec = btf_type_by_id(o->types, o->private->maps_datasec);

	for (u32 i = 0; i < btf_vlen(sec); i++) {
		const struct btf_var_secinfo *info = &btf_var_secinfos(sec)[i];
		int map = map_at(o, o->private->maps_section, info->offset);

		*start = info->offset;
		if (map >= 0 && offset >= info->offset && offset + 8 <= (u64)info->offset + info->size)
			return &o->maps[map];
	}
	return NULL;
}

/* The byte offset of member "values", which is the last, in the struct of the map at @start; -1 = there is
 * none. */
static s64 values_offset(const struct elf_object *o, u64 start)
{
	const struct btf_type *sec = btf_type_by_id(o->types, o->private->maps_datasec), *def = NULL;
	const struct btf_member *last;

	for (u32 i = 0; i < btf_vlen(sec); i++)
		if (btf_var_secinfos(sec)[i].offset == start)
			def = btf_type_by_id(o->types, btf_var_secinfos(sec)[i].type);
	def = def ? btf_type_by_id(o->types, btf_skip_mods(o->types, def->type)) : NULL;
	if (!def || !btf_vlen(def))
		return -1;
	last = &btf_members(def)[btf_vlen(def) - 1];
	return strcmp(btf_str(o->types, last->name_off), "values") ? -1
								   : (s64)btf_member_bit_off(def, last) / 8;
}

static int add_slot(struct elf_object *o, struct elf_map *map, u32 index, u32 target)
{
	u32 n = map->slot_count;
	struct elf_slot *slots = map->slots;

	if (!(n & (n - 1))) {
		slots = elf_alloc(o, n ? 2 * n : 1, sizeof(*slots));
		if (!slots)
			return elf_no_memory(o);
		if (n)
			memcpy(slots, map->slots, n * sizeof(*slots));
		map->slots = slots;
	}
	slots[n] = (struct elf_slot){.index = index, .target = target};
	map->slot_count++;
	return 0;
}

/* The map or the program that a value names: its index, -1 = none. */
static s64 slot_target(const struct elf_object *o, const struct elf_map *map, const struct elf_symbol *symbol)
{
	const struct elf_program *program;

	if (map->type != BPF_MAP_TYPE_PROG_ARRAY)
		return symbol->section == o->private->maps_section ? map_at(o, symbol->section, symbol->value)
								   : -1;
	program = symbol->value % INSN_SIZE ? NULL
					    : elf_function_at(o, symbol->section, symbol->value / INSN_SIZE);
	if (!program || program->subprog || program->section_insn != symbol->value / INSN_SIZE)
		return -1;
	return program - o->programs;
}

static int read_value(struct elf_object *o, const struct elf_section *section, u32 n, u64 offset, u32 symbol)
{
	struct rel_place p = {o, section, (u64)n * 16, n, &o->private->symbols[symbol], {0}};
	u64 start = 0;
	struct elf_map *map = map_around(o, offset, &start);
	s64 values = map ? values_offset(o, start) : -1, target;

	if (values < 0 || offset - start < (u64)values || (offset - start - values) % 8)
		return FAIL(&p, "found at 0x%llx of .maps, expected an element of a values[] array",
			    (unsigned long long)offset);
	if (map->type == BPF_MAP_TYPE_HASH_OF_MAPS && map->key_size != sizeof(u32))
		return FAIL(&p, "map %.40s: found keys of %u bytes, expected 4 for values[]", map->name,
			    map->key_size);
	target = slot_target(o, map, p.symbol);
	if (target < 0)
		return FAIL(&p, "map %.40s: found something else, expected a %s", map->name,
			    map->type == BPF_MAP_TYPE_PROG_ARRAY ? "program" : "map of .maps");
	return add_slot(o, map, (offset - start - values) / 8, target);
}

/* --- tables of functions --- */

/* A program of this file, as a member of the variable that lies at @offset of .struct_ops. */
static int read_function(struct elf_object *o, const struct elf_section *section, u32 n, u64 offset, u32 symbol)
{
	struct rel_place p = {o, section, (u64)n * 16, n, &o->private->symbols[symbol], {0}};
	struct elf_map *map = NULL;
	const struct elf_program *program;

	for (u32 i = 0; i < o->map_count; i++)
		if (o->maps[i].source == ELF_MAP_STRUCT_OPS && o->maps[i].section_offset <= offset &&
		    offset - o->maps[i].section_offset < btf_type_by_id(o->types, o->maps[i].table_type_id)->size)
			map = &o->maps[i];
	program = p.symbol->value % INSN_SIZE
			  ? NULL
			  : elf_function_at(o, p.symbol->section, p.symbol->value / INSN_SIZE);
	if (!map || !program || program->subprog || program->prog_type != BPF_PROG_TYPE_STRUCT_OPS ||
	    program->section_insn != p.symbol->value / INSN_SIZE)
		return FAIL(&p, "found at 0x%llx of .struct_ops, expected a function of a section struct_ops/...",
			    (unsigned long long)offset);
	return add_slot(o, map, offset - map->section_offset, program - o->programs);
}

static int compare_slots(const void *a, const void *b)
{
	const struct elf_slot *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* --- all of them --- */

static int compare_relocs(const void *a, const void *b)
{
	const struct elf_reloc *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return (x->insn > y->insn) - (x->insn < y->insn);
}

static int read_section_rels(struct elf_object *o, const struct elf_section *s)
{
	if (s->info >= o->section_count)
		return elf_fail(o, s, 0, "the section that is relocated: found %u, expected less than %u",
				s->info, o->section_count);
	if (elf_section_exec(&o->sections[s->info]))
		return elf_for_each_rel(o, s, read_rel);
	if (s->info && s->info == o->private->maps_section)
		return elf_for_each_rel(o, s, read_value);
	if (!strcmp(o->sections[s->info].name, ".struct_ops"))
		return elf_for_each_rel(o, s, read_function);
	return 0;
}

int elf_read_relocs(struct elf_object *o)
{
	struct elf_private *p = o->private;
	u64 rels = 0;
	int err = 0;

	for (u32 i = 1; i < o->section_count; i++)
		if (o->sections[i].type == SHT_REL)
			rels += o->sections[i].size / sizeof(Elf64_Rel);
	if (rels > p->image_size / sizeof(Elf64_Rel))
		return elf_fail(o, NULL, 0, "found more relocations than the file has room for");
	p->relocs = elf_alloc(o, rels + 1, sizeof(*p->relocs));
	if (!p->relocs)
		return elf_no_memory(o);
	for (u32 i = 1; !err && i < o->section_count; i++)
		if (o->sections[i].type == SHT_REL)
			err = read_section_rels(o, &o->sections[i]);
	qsort(p->relocs, p->reloc_count, sizeof(*p->relocs), compare_relocs);
	for (u32 i = 0; i < o->map_count; i++)
		if (o->maps[i].slots)
			qsort(o->maps[i].slots, o->maps[i].slot_count, sizeof(*o->maps[i].slots),
			      compare_slots);
	return err;
}

const struct elf_reloc *elf_reloc_at(const struct elf_object *o, u32 section, u32 insn)
{
	struct elf_reloc key = {.section = section, .insn = insn};

	return bsearch(&key, o->private->relocs, o->private->reloc_count, sizeof(key), compare_relocs);
}
