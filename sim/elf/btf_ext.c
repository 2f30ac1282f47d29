/*
 * .BTF.ext: function info, line info and CO-RE relocations, grouped by section.
 *
 * Each of the three parts is a record size and then, for each section, its name, a count, and that many
 * records; the first word of a record is an offset in that section in bytes. Sections that the file does not
 * have are passed over, as in libbpf.
 */
#include <stdlib.h>

#include "private.h"

/* The part of the header that all compilers write; then, if hdr_len says so, CO-RE. */
struct ext_header {
	u16 magic;
	u8 version, flags;
	u32 hdr_len;
	struct {
		u32 off, len; /* from the end of the header */
	} part[3];
};

static const struct {
	const char *name;
	u32 record_size; /* at least */
} parts[3] = {
	{"func_info", sizeof(struct bpf_func_info)},
	{"line_info", sizeof(struct bpf_line_info)},
	{"core_relo", sizeof(struct bpf_core_relo)},
};

#define EXT_GROUP 8u /* bytes in front of each group: name, count */

static u32 word_at(const struct elf_section *s, u64 offset)
{
	u32 word;

	memcpy(&word, s->data + offset, sizeof(word));
	return word;
}

static u32 section_of(const struct elf_object *o, u32 name_off)
{
	const char *name = btf_str(o->types, name_off);
	const struct elf_section *s = name && *name ? elf_section_by_name(o, name) : NULL;

	return s ? s->index : 0;
}

/* Walks the groups of one part from @at to @end. With @ext->sections NULL it only counts. */
static int read_groups(struct elf_object *o, const struct elf_section *s, u32 part, u64 at, u64 end,
		       struct elf_ext *ext)
{
	ext->count = 0;
	while (at < end) {
		u64 count, bytes;

		if (end - at < EXT_GROUP)
			return elf_fail(o, s, at, "%s: found %llu bytes, expected a group of records",
					parts[part].name, (unsigned long long)(end - at));
		count = word_at(s, at + 4);
		bytes = count * ext->record_size;
		if (!count || bytes > end - at - EXT_GROUP)
			return elf_fail(o, s, at + 4, "%s: found a group of %llu records, expected 1 to %llu",
					parts[part].name, (unsigned long long)count,
					(unsigned long long)((end - at - EXT_GROUP) / ext->record_size));
		if (ext->sections)
			ext->sections[ext->count] = (struct elf_ext_section){
				.section = section_of(o, word_at(s, at)),
				.records = s->data + at + EXT_GROUP,
				.count = count,
			};
		ext->count++;
		at += EXT_GROUP + bytes;
	}
	return 0;
}

static int read_part(struct elf_object *o, const struct elf_section *s, u32 part, u64 at, u64 len,
		     struct elf_ext *ext)
{
	int err;

	if (at > s->size || len > s->size - at)
		return elf_fail(o, s, at, "%s: found %llu bytes, expected %llu at most", parts[part].name,
				(unsigned long long)len,
				(unsigned long long)(at > s->size ? 0 : s->size - at));
	if (len <= 4)
		return 0;
	ext->record_size = word_at(s, at);
	if (ext->record_size < parts[part].record_size || ext->record_size % 4 || ext->record_size > len)
		return elf_fail(o, s, at, "%s: found records of %u bytes, expected %u or more",
				parts[part].name, ext->record_size, parts[part].record_size);
	err = read_groups(o, s, part, at + 4, at + len, ext);
	if (err)
		return err;
	ext->sections = elf_alloc(o, ext->count, sizeof(*ext->sections));
	return ext->sections ? read_groups(o, s, part, at + 4, at + len, ext) : elf_no_memory(o);
}

u32 elf_ext_records(const struct elf_ext *ext, u32 section, u64 from, u64 to, const u8 **first)
{
	for (u32 g = 0; g < ext->count; g++) {
		const struct elf_ext_section *group = &ext->sections[g];
		u32 start = 0, end;

		if (group->section != section)
			continue;
		while (start < group->count &&
		       *(const u32 *)(group->records + (u64)start * ext->record_size) / 8 < from)
			start++;
		for (end = start; end < group->count; end++)
			if (*(const u32 *)(group->records + (u64)end * ext->record_size) / 8 >= to)
				break;
		*first = group->records + (u64)start * ext->record_size;
		return end - start;
	}
	return 0;
}

/* --- what the object shows of it --- */

static int compare_relos(const void *a, const void *b)
{
	const struct elf_core_relo *x = a, *y = b;

	if (x->section_index != y->section_index)
		return x->section_index < y->section_index ? -1 : 1;
	return (x->relo.insn_off > y->relo.insn_off) - (x->relo.insn_off < y->relo.insn_off);
}

static u32 record_count(const struct elf_ext *ext)
{
	u32 count = 0;

	for (u32 g = 0; g < ext->count; g++)
		count += ext->sections[g].count;
	return count;
}

static int list_core_relos(struct elf_object *o, const struct elf_ext *ext)
{
	o->core_relos = elf_alloc(o, record_count(ext) + 1, sizeof(*o->core_relos));
	if (!o->core_relos)
		return elf_no_memory(o);
	for (u32 g = 0; g < ext->count; g++)
		for (u32 i = 0; i < ext->sections[g].count; i++) {
			struct elf_core_relo *relo = &o->core_relos[o->core_relo_count++];

			relo->section_index = ext->sections[g].section;
			memcpy(&relo->relo, ext->sections[g].records + (u64)i * ext->record_size,
			       sizeof(relo->relo));
		}
	qsort(o->core_relos, o->core_relo_count, sizeof(*o->core_relos), compare_relos);
	return 0;
}

static void describe_programs(struct elf_object *o, const struct elf_ext *core)
{
	for (u32 i = 0; i < o->program_count; i++) {
		struct elf_program *program = &o->programs[i];
		u64 from = program->section_insn, to = from + program->own_count;
		const u8 *first;

		program->core_relos = elf_ext_records(core, program->section_index, from, to, &first);
		program->own_lines =
			elf_ext_records(&o->private->line_ext, program->section_index, from, to, &first);
		if (program->own_lines)
			program->source =
				btf_str(o->types, ((const struct bpf_line_info *)first)->file_name_off);
	}
}

int elf_read_btf_ext(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, ".BTF.ext");
	struct elf_ext core = {0}, *const exts[3] = {&o->private->func_ext, &o->private->line_ext, &core};
	struct ext_header h = {0};
	u32 nparts;

	if (!s || !s->data || !o->types)
		return 0;
	memcpy(&h, s->data, min_u64(s->size, sizeof(h)));
	nparts = h.hdr_len >= sizeof(h) ? 3 : 2;
	if (s->size < offsetof(struct ext_header, part[nparts]) || h.magic != BTF_MAGIC ||
	    h.version != BTF_VERSION || h.hdr_len < offsetof(struct ext_header, part[2]) ||
	    h.hdr_len > s->size)
		return elf_fail(o, s, 0,
				"found magic 0x%x, version %u, header of %u of %llu bytes, expected 0xeb9f, "
				"1, 24 or more",
				h.magic, h.version, h.hdr_len, (unsigned long long)s->size);
	/* The words of records are read in place. */
	if (s->offset % 4)
		return elf_fail(o, s, 0, "found at 0x%llx of the file, expected a multiple of 4",
				(unsigned long long)s->offset);
	for (u32 i = 0; i < nparts; i++) {
		u64 at = (u64)h.hdr_len + h.part[i].off;
		int err;

		if (at % 4)
			return elf_fail(o, s, at, "%s: found at this offset, expected a multiple of 4",
					parts[i].name);
		err = read_part(o, s, i, at, h.part[i].len, exts[i]);
		if (err)
			return err;
	}
	o->func_info_count = record_count(&o->private->func_ext);
	o->line_info_count = record_count(&o->private->line_ext);
	describe_programs(o, &core);
	return list_core_relos(o, &core);
}
