/* What the files of the object reader share: memory, errors, symbols, relocations, and the steps of elf_open
 * in their order. */
#ifndef SIM_ELF_PRIVATE_H
#define SIM_ELF_PRIVATE_H

#include <libelf.h>

#include "object.h"

struct elf_symbol {
	const char *name; /* of a section symbol: the section's */
	u32 section;      /* SHN_UNDEF, an index, or SHN_* from SHN_LORESERVE on */
	u64 value, size;
	u8 type, bind, visibility; /* STT_*, STB_*, STV_* */
};

/* An instruction that refers to something by a symbol. */
enum elf_reloc_kind {
	RELOC_MAP,    /* ld_imm64 of a map; index: the map */
	RELOC_DATA,   /* ld_imm64 of an address in a data section; index: its map */
	RELOC_CALL,   /* call of a function; index: its section */
	RELOC_FUNC,   /* ld_imm64 of a function's address; index: its section */
	RELOC_EXTERN, /* ld_imm64 of a variable or call of a function; index: the extern */
};

struct elf_reloc {
	u32 section, insn; /* where: section, position in it in instructions */
	u8 kind;           /* enum elf_reloc_kind */
	u32 index;
	u64 offset; /* the symbol's value */
};

/* Records of .BTF.ext that belong to one section. */
struct elf_ext_section {
	u32 section;
	const u8 *records;
	u32 count;
};

struct elf_ext {
	u32 record_size;
	struct elf_ext_section *sections;
	u32 count;
};

/* CO-RE candidates in the kernel's BTF of one type of the file: found once, used by many relocations. */
struct core_candidates {
	u32 local_id;
	u32 *ids;
	u32 count;
	struct core_candidates *next;
};

struct elf_private {
	struct elf_block *blocks; /* all memory of the object */
	struct why *why;          /* of the call in progress */
	Elf *elf;                 /* during elf_open */
	const u8 *image;          /* our copy of the file */
	u64 image_size;
	u64 rel_bytes; /* size of the relocation sections read so far */
	struct elf_symbol *symbols;
	u32 symbol_count;
	const struct elf_symbol **by_name; /* the same, sorted by name */
	u32 maps_section;                  /* ".maps", 0 = none */
	u32 maps_datasec;                  /* its DATASEC in the BTF */
	u32 text_section;
	u32 kconfig_map;          /* index of the map of .kconfig, when there is such an extern */
	struct elf_reloc *relocs; /* by section and instruction */
	u32 reloc_count;
	u8 *btf;                /* object->btf, writable */
	struct btf_types types; /* object->types */
	struct elf_ext func_ext, line_ext;
	u64 linked_insns; /* of all linked programs: against ELF_INSNS_MAX */
	struct elf_link_room *link_room;

	/* CO-RE, for the target that was used last */
	const struct btf_types *core_target;
	u32 *flavored; /* the target's types with "___" in their name */
	u32 flavored_count;
	struct core_candidates *candidates;
	u32 core_budget; /* type comparisons left: damaged BTF can ask for 2^32 of them */
};

/* Zero-filled memory that lives as long as the object; NULL when there is none. */
void *elf_alloc(struct elf_object *o, u64 count, u64 size);
void elf_free_all(struct elf_object *o);

/* "section NAME at offset 0x40: SENTENCE"; returns -EINVAL. @section may be NULL: "file at offset ...". */
int elf_fail(struct elf_object *o, const struct elf_section *section, u64 offset, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A failure that has no place in the file. Returns @err. */
int elf_fail_plain(struct elf_object *o, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int elf_no_memory(struct elf_object *o);

/* file.c */
int elf_read_file(struct elf_object *o, const void *bytes, u64 size);
int elf_read_symbols(struct elf_object *o);
/* The relocations of an SHT_REL section, one after the other. */
int elf_for_each_rel(struct elf_object *o, const struct elf_section *section,
		     int (*fn)(struct elf_object *o, const struct elf_section *section, u32 n, u64 offset,
			       u32 symbol));
/* NULL: none. The first of that name. */
const struct elf_section *elf_section_by_name(const struct elf_object *o, const char *name);
/* The first symbol of that name for which @match holds, or NULL. */
const struct elf_symbol *elf_symbol_by_name(const struct elf_object *o, const char *name,
					    bool (*match)(const struct elf_symbol *symbol));
static inline bool elf_section_exec(const struct elf_section *s)
{
	return s->type == SHT_PROGBITS && (s->flags & SHF_EXECINSTR) && s->size;
}

/* program.c */
int elf_read_programs(struct elf_object *o);
/* The function that holds instruction @insn of a section, or NULL. */
struct elf_program *elf_function_at(const struct elf_object *o, u32 section, u64 insn);

/* types.c */
int elf_read_btf(struct elf_object *o);
int elf_fix_btf(struct elf_object *o);
/* The record of a type, writable: what is changed must not change its size or name. */
struct btf_type *elf_type(struct elf_object *o, u32 id);
/* A DATASEC by name, 0 = none. */
u32 elf_datasec(const struct elf_object *o, const char *name);
/* The first type that is an integer of 32 bits, and the variable that stands for extern functions; 0 = none.
 */
u32 elf_int32(const struct elf_object *o);
u32 elf_dummy_id(const struct elf_object *o);

/* btf_ext.c */
int elf_read_btf_ext(struct elf_object *o);
/* The records of instructions [from, to) of a section, in order: how many, the first in *@first. */
u32 elf_ext_records(const struct elf_ext *ext, u32 section, u64 from, u64 to, const u8 **first);

/* extern.c */
int elf_read_externs(struct elf_object *o);
struct elf_extern *elf_extern_by_symbol(const struct elf_object *o, u32 symbol);

/* map_*.c */
int elf_read_maps(struct elf_object *o);
int elf_read_btf_maps(struct elf_object *o);
int elf_read_map_values(struct elf_object *o);
/* One more at the end of o->maps, or NULL. */
struct elf_map *elf_map_add(struct elf_object *o, const char *name, enum elf_map_source source,
			    const struct elf_section *section, u64 offset);

/* struct_ops.c */
int elf_read_struct_ops(struct elf_object *o);
int elf_resolve_struct_ops(struct elf_object *o, struct elf_map *map, const struct btf_types *kernel);

/* reloc.c */
int elf_read_relocs(struct elf_object *o);
/* NULL: that instruction refers to no symbol. */
const struct elf_reloc *elf_reloc_at(const struct elf_object *o, u32 section, u32 insn);

/* kconfig.c: "y", "250", "\"text\""; NULL: not known. */
const char *kconfig_value(const char *name);

/* core_*.c */
/* Applies a relocation to @insn (@left: instructions from it on). 0 or -errno; *@poisoned grows when it found
 * no target. */
int elf_core_apply(struct elf_object *o, const struct elf_core_relo *relo, struct bpf_insn *insn, u32 left,
		   const struct btf_types *target, u32 *poisoned);
/* Are the types alike enough that a kernel symbol of one can be used as the other? 1, 0 or -errno. */
int core_types_compatible(struct elf_object *o, u32 local_id, const struct btf_types *target, u32 target_id);

#endif
