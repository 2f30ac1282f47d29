/*
 * The ELF container: sections, symbols, relocations, through libelf. The only file that calls it.
 *
 * libelf finds the headers and converts symbols and relocations; bytes and strings are taken from our copy of
 * the file, after their place has been checked.
 */
#include <gelf.h>
#include <stdlib.h>

#include "private.h"

static int check_header(struct elf_object *o)
{
	const Elf64_Ehdr *header = elf64_getehdr(o->private->elf);

	if (o->private->image[EI_CLASS] != ELFCLASS64)
		return elf_fail(o, NULL, EI_CLASS, "the ELF class: found %u, expected 2 (64 bits)",
				o->private->image[EI_CLASS]);
	if (o->private->image[EI_DATA] != ELFDATA2LSB)
		return elf_fail(o, NULL, EI_DATA,
				"the byte order: found %u, expected 1 (little-endian, clang -target bpfel)",
				o->private->image[EI_DATA]);
	if (!header)
		return elf_fail(o, NULL, 0, "the ELF header: %s", elf_errmsg(-1));
	if (header->e_type != ET_REL)
		return elf_fail(o, NULL, offsetof(Elf64_Ehdr, e_type),
				"the file type: found %u, expected 1 (relocatable, clang -c)",
				header->e_type);
	if (header->e_machine != EM_BPF && header->e_machine != EM_NONE)
		return elf_fail(o, NULL, offsetof(Elf64_Ehdr, e_machine),
				"the machine: found %u, expected 247 (BPF, clang -target bpf)",
				header->e_machine);
	return 0;
}

/* The string at @offset of a section of strings, or NULL. */
static const char *string_at(const struct elf_object *o, u64 start, u64 size, u64 offset)
{
	const char *s;

	if (start > o->private->image_size || size > o->private->image_size - start || offset >= size)
		return NULL;
	s = (const char *)o->private->image + start + offset;
	return memchr(s, 0, size - offset) ? s : NULL;
}

static int read_section(struct elf_object *o, Elf_Scn *scn, const GElf_Shdr *names)
{
	u32 index = elf_ndxscn(scn);
	GElf_Shdr header;
	struct elf_section *s = &o->sections[index];

	if (!gelf_getshdr(scn, &header))
		return elf_fail(o, NULL, 0, "the header of section %u: %s", index, elf_errmsg(-1));
	*s = (struct elf_section){
		.name = string_at(o, names->sh_offset, names->sh_size, header.sh_name),
		.index = index,
		.type = header.sh_type,
		.flags = header.sh_flags,
		.offset = header.sh_offset,
		.size = header.sh_size,
		.link = header.sh_link,
		.info = header.sh_info,
	};
	if (!s->name)
		return elf_fail(o, NULL, names->sh_offset,
				"the name of section %u: found offset 0x%x, expected less than 0x%llx", index,
				header.sh_name, (unsigned long long)names->sh_size);
	if (s->type == SHT_NOBITS)
		return 0;
	if (s->offset > o->private->image_size || s->size > o->private->image_size - s->offset)
		return elf_fail(
			o, s, 0,
			"found 0x%llx bytes from 0x%llx of the file, expected an end at 0x%llx at most",
			(unsigned long long)s->size, (unsigned long long)s->offset,
			(unsigned long long)o->private->image_size);
	s->data = o->private->image + s->offset;
	return 0;
}

static int read_sections(struct elf_object *o)
{
	Elf *elf = o->private->elf;
	size_t count = 0, names_index = 0;
	GElf_Shdr names;
	Elf_Scn *scn = NULL;
	int err = 0;

	if (elf_getshdrnum(elf, &count) || count < 2)
		return elf_fail(o, NULL, offsetof(Elf64_Ehdr, e_shnum),
				"found no section headers, the file may be cut short");
	if (elf_getshdrstrndx(elf, &names_index) || !elf_getscn(elf, names_index) ||
	    !gelf_getshdr(elf_getscn(elf, names_index), &names) || names.sh_type != SHT_STRTAB)
		return elf_fail(o, NULL, offsetof(Elf64_Ehdr, e_shstrndx),
				"found no section with the names of the sections");
	o->sections = elf_alloc(o, count, sizeof(*o->sections));
	if (!o->sections)
		return elf_no_memory(o);
	o->section_count = count;
	for (u32 i = 0; i < count; i++)
		o->sections[i].name = "";
	while (!err && (scn = elf_nextscn(elf, scn)))
		err = read_section(o, scn, &names);
	return err;
}

int elf_read_file(struct elf_object *o, const void *bytes, u64 size)
{
	u8 *image;

	if (size < sizeof(Elf64_Ehdr))
		return elf_fail(o, NULL, 0, "the ELF header: found %llu bytes, expected %zu",
				(unsigned long long)size, sizeof(Elf64_Ehdr));
	if (size > ELF_FILE_MAX)
		return elf_fail(o, NULL, 0, "found %llu bytes, expected %u at most", (unsigned long long)size,
				ELF_FILE_MAX);
	if (memcmp(bytes, ELFMAG, SELFMAG))
		return elf_fail(o, NULL, 0, "found no ELF file (its first four bytes are 7f 45 4c 46)");
	image = elf_alloc(o, size, 1);
	if (!image)
		return elf_no_memory(o);
	memcpy(image, bytes, size);
	o->private->image = image;
	o->private->image_size = size;
	elf_version(EV_CURRENT);
	o->private->elf = elf_memory((char *)image, size);
	if (!o->private->elf)
		return elf_fail(o, NULL, 0, "%s", elf_errmsg(-1));
	return check_header(o) ?: read_sections(o);
}

/* --- symbols --- */

static int read_symbol(struct elf_object *o, const struct elf_section *table,
		       const struct elf_section *strings, Elf_Data *data, u32 i)
{
	struct elf_symbol *symbol = &o->private->symbols[i];
	GElf_Sym sym;

	if (!gelf_getsym(data, i, &sym))
		return elf_fail(o, table, (u64)i * sizeof(Elf64_Sym), "symbol %u: %s", i, elf_errmsg(-1));
	*symbol = (struct elf_symbol){
		.name = string_at(o, strings->offset, strings->size, sym.st_name),
		.section = sym.st_shndx,
		.value = sym.st_value,
		.size = sym.st_size,
		.type = GELF_ST_TYPE(sym.st_info),
		.bind = GELF_ST_BIND(sym.st_info),
		.visibility = GELF_ST_VISIBILITY(sym.st_other),
	};
	if (!symbol->name)
		return elf_fail(o, table, (u64)i * sizeof(Elf64_Sym),
				"the name of symbol %u: found offset 0x%x, expected less than 0x%llx", i,
				sym.st_name, (unsigned long long)strings->size);
	if (symbol->section < SHN_LORESERVE && symbol->section >= o->section_count)
		return elf_fail(o, table, (u64)i * sizeof(Elf64_Sym),
				"symbol %.40s: found section %u, expected less than %u", symbol->name,
				symbol->section, o->section_count);
	if (symbol->type == STT_SECTION && !symbol->name[0] && symbol->section < o->section_count)
		symbol->name = o->sections[symbol->section].name;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a,
				*y = *(const struct elf_symbol *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static int sort_symbols(struct elf_object *o)
{
	struct elf_private *p = o->private;

	p->by_name = elf_alloc(o, p->symbol_count + 1, sizeof(*p->by_name));
	if (!p->by_name)
		return elf_no_memory(o);
	for (u32 i = 0; i < p->symbol_count; i++)
		p->by_name[i] = &p->symbols[i];
	qsort(p->by_name, p->symbol_count, sizeof(*p->by_name), compare_names);
	return 0;
}

static const struct elf_section *symbol_table(struct elf_object *o, int *err)
{
	const struct elf_section *found = NULL;

	*err = 0;
	for (u32 i = 1; i < o->section_count; i++) {
		if (o->sections[i].type != SHT_SYMTAB)
			continue;
		if (found)
			*err = elf_fail(o, &o->sections[i], 0, "found a second symbol table, expected one");
		found = &o->sections[i];
	}
	if (!found)
		*err = elf_fail(o, NULL, 0, "found no symbol table: is the object stripped?");
	return *err ? NULL : found;
}

int elf_read_symbols(struct elf_object *o)
{
	int err;
	const struct elf_section *table = symbol_table(o, &err), *strings;
	Elf_Data *data;

	if (!table)
		return err;
	if (table->link >= o->section_count || o->sections[table->link].type != SHT_STRTAB)
		return elf_fail(
			o, table, 0,
			"the section with the symbols' names: found section %u, expected one of strings",
			table->link);
	strings = &o->sections[table->link];
	data = elf_getdata(elf_getscn(o->private->elf, table->index), NULL);
	if (!data || data->d_type != ELF_T_SYM)
		return elf_fail(o, table, 0, "the symbol table: %s",
				data ? "found no symbols" : elf_errmsg(-1));
	o->private->symbol_count = data->d_size / sizeof(Elf64_Sym);
	o->private->symbols = elf_alloc(o, o->private->symbol_count + 1, sizeof(*o->private->symbols));
	if (!o->private->symbols)
		return elf_no_memory(o);
	for (u32 i = 0; i < o->private->symbol_count; i++)
		if ((err = read_symbol(o, table, strings, data, i)))
			return err;
	return sort_symbols(o);
}

const struct elf_symbol *elf_symbol_by_name(const struct elf_object *o, const char *name,
					    bool (*match)(const struct elf_symbol *symbol))
{
	const struct elf_private *p = o->private;
	u32 low = 0, high = p->symbol_count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (strcmp(p->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < p->symbol_count && !strcmp(p->by_name[low]->name, name); low++)
		if (match(p->by_name[low]))
			return p->by_name[low];
	return NULL;
}

const struct elf_section *elf_section_by_name(const struct elf_object *o, const char *name)
{
	for (u32 i = 1; i < o->section_count; i++)
		if (!strcmp(o->sections[i].name, name))
			return &o->sections[i];
	return NULL;
}

/* --- relocations --- */

int elf_for_each_rel(struct elf_object *o, const struct elf_section *section,
		     int (*fn)(struct elf_object *o, const struct elf_section *section, u32 n, u64 offset,
			       u32 symbol))
{
	Elf_Data *data;
	GElf_Rel rel;
	int err = 0;

	/* libelf may copy each section: sections that claim the same bytes again and again would cost memory
	 * without end. */
	o->private->rel_bytes += section->size;
	if (o->private->rel_bytes > o->private->image_size)
		return elf_fail(o, section, 0, "found more bytes of relocations than the file has");
	data = elf_getdata(elf_getscn(o->private->elf, section->index), NULL);
	if (!data || data->d_type != ELF_T_REL)
		return elf_fail(o, section, 0, "the relocations: %s",
				data ? "found another type of data" : elf_errmsg(-1));
	for (u32 n = 0; !err && n < data->d_size / sizeof(Elf64_Rel); n++) {
		u64 at = (u64)n * sizeof(Elf64_Rel);

		if (!gelf_getrel(data, n, &rel))
			return elf_fail(o, section, at, "relocation %u: %s", n, elf_errmsg(-1));
		if (GELF_R_SYM(rel.r_info) >= o->private->symbol_count)
			return elf_fail(o, section, at,
					"relocation %u: found symbol %llu, expected less than %u", n,
					(unsigned long long)GELF_R_SYM(rel.r_info), o->private->symbol_count);
		err = fn(o, section, n, rel.r_offset, GELF_R_SYM(rel.r_info));
	}
	return err;
}
