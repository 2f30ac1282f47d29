/*
 * BPF object files: from the bytes of a .o to maps, programs, BTF and line info.
 *
 * Reads what clang -target bpf writes, by the conventions of libbpf 1.1 (section names, ".maps", externs,
 * CO-RE), and gives what libbpf would pass to the kernel, to the letter. In three steps:
 *	elf_open		what is in the file: sections, programs, maps, externs
 *	elf_resolve		externs get their values: kernel version and configuration, kernel symbols
 *	elf_link_program	the instructions of one program, as they go to PROG_LOAD: CO-RE is
 *				done, subprograms of .text are appended
 * Nothing in here makes a system call; loader.h does. Of libbpf's features, USDT stays out.
 *
 * No file, however damaged, may crash this or cost more than a small multiple of its size in memory: every
 * error is a sentence that names the section and the offset in it, "section .maps at offset 0x40: ...:
 * found X, expected Y".
 */
#ifndef SIM_ELF_OBJECT_H
#define SIM_ELF_OBJECT_H

#include "../look.h"

#define ELF_FILE_MAX (1u << 26)  /* bytes of a file that is looked at */
#define ELF_INSNS_MAX (1u << 23) /* instructions of all linked programs of a file together */
#define ELF_DATA_MAX (1u << 28)  /* bytes of one global data section (.bss costs nothing in the file) */

struct elf_section {
	const char *name;
	u32 index;
	u32 type;         /* SHT_* */
	u64 flags;        /* SHF_* */
	u64 offset, size; /* in the file; SHT_NOBITS has no bytes there */
	const u8 *data;   /* its bytes, NULL for SHT_NOBITS */
	u32 link, info;   /* sh_link, sh_info */
};

/* How a section name says what kind of program it holds: one line of libbpf's table. */
struct elf_section_rule {
	const char *name; /* "xdp", "kprobe+": with "/something" behind it */
	u16 prog_type;    /* BPF_PROG_TYPE_* */
	u16 attach_type;  /* expected_attach_type of PROG_LOAD */
	u8 flags;         /* ELF_RULE_* */
};

enum {
	ELF_RULE_SLEEPABLE = 1,  /* loads with BPF_F_SLEEPABLE */
	ELF_RULE_FRAGS = 2,      /* loads with BPF_F_XDP_HAS_FRAGS */
	ELF_RULE_ATTACH_BTF = 4, /* what stands behind '/' is a name in the kernel's BTF */
};

/* An instruction that names a map: imm becomes the map's fd when it is known. */
struct elf_fixup {
	u32 insn;
	u32 map; /* index in elf_object.maps */
};

/* Records of .BTF.ext for one linked program: bpf_func_info or bpf_line_info, or longer ones of a newer
 * compiler. */
struct elf_records {
	const u8 *data;  /* insn_off counts instructions of the linked program */
	u32 size, count; /* bytes of one; how many */
};

struct elf_program {
	const char *name;    /* of the function */
	const char *section; /* without the '?' that turns autoload off */
	u32 section_index;
	u32 section_insn; /* where it starts in its section, in instructions */
	u32 own_count;    /* instructions of the function itself */
	bool subprog;     /* lies in .text: not loaded for itself */
	bool autoload;
	const struct elf_section_rule *rule; /* NULL: the section name says nothing */
	u32 prog_type;                       /* BPF_PROG_TYPE_*, UNSPEC without rule */
	u32 expected_attach_type;
	u32 prog_flags;        /* BPF_F_* */
	const char *attach_to; /* what stands behind '/' in the section name, or NULL */
	const char *source;    /* file of its first line info, or NULL */
	u32 own_lines;         /* line info records of the function itself */
	u32 core_relos;        /* CO-RE relocations in the function itself */

	/* after elf_link_program */
	bool linked;
	struct bpf_insn *insns;
	u32 insn_count;
	struct elf_fixup *fixups;
	u32 fixup_count;
	struct elf_records func_info, line_info;
	u32 attach_btf_id;
	u32 poisoned; /* instructions whose CO-RE relocation found no target */
};

enum elf_map_source {
	ELF_MAP_BTF,
	ELF_MAP_LEGACY,
	ELF_MAP_STRUCT_OPS, /* a variable of ".struct_ops" */
	ELF_MAP_DATA,
	ELF_MAP_RODATA,
	ELF_MAP_BSS,
	ELF_MAP_KCONFIG
};

/* Which fields a map's definition gives, for those who show where a value comes from. */
enum {
	ELF_GIVEN_TYPE = 1,
	ELF_GIVEN_KEY_SIZE = 2, /* __uint(key_size, 4) */
	ELF_GIVEN_KEY_TYPE = 4, /* __type(key, u32) */
	ELF_GIVEN_VALUE_SIZE = 8,
	ELF_GIVEN_VALUE_TYPE = 16,
	ELF_GIVEN_MAX_ENTRIES = 32,
	ELF_GIVEN_FLAGS = 64,
	ELF_GIVEN_NUMA_NODE = 128,
	ELF_GIVEN_EXTRA = 256,
	ELF_GIVEN_PINNING = 512,
	ELF_GIVEN_INNER = 1024,
};

/* An initial value: values[] of a map of maps or of a program array. */
struct elf_slot {
	u32 index;
	u32 target; /* index in elf_object.maps, or .programs */
	u32 at;     /* struct_ops, after elf_resolve: where the fd goes in the value; @index is a place in the file's table */
};

struct elf_map {
	const char *name; /* as in the file; the kernel gets its first 15 characters */
	const char *section;
	u32 section_index;
	u64 section_offset;
	u8 source; /* enum elf_map_source */
	u32 given; /* ELF_GIVEN_* */
	u32 type, key_size, value_size, max_entries, map_flags, numa_node;
	u64 map_extra;
	u32 btf_key_type_id, btf_value_type_id;
	u32 table_type_id;             /* STRUCT_OPS: in the file's BTF */
	u32 btf_vmlinux_value_type_id; /* the same after elf_resolve: in the kernel's */
	bool pin_by_name;
	struct elf_map *inner; /* what the maps in this map look like, or NULL */
	struct elf_slot *slots;
	u32 slot_count;
	/* initial value of internal maps, and of struct_ops after elf_resolve: value_size bytes; NULL = zeroes */
	const u8 *data;
};

/* A map that is one of the file's data sections: it is filled at load. */
static inline bool elf_map_internal(const struct elf_map *map)
{
	return map->source >= ELF_MAP_DATA;
}

/* .rodata and .kconfig: frozen after they are filled. */
static inline bool elf_map_frozen(const struct elf_map *map)
{
	return map->source == ELF_MAP_RODATA || map->source == ELF_MAP_KCONFIG;
}

enum elf_extern_kind {
	ELF_EXTERN_UNKNOWN, /* the BTF says nothing about it */
	ELF_KCONFIG,
	ELF_KSYM_VAR,
	ELF_KSYM_FUNC,
};

struct elf_extern {
	const char *name;
	u8 kind; /* enum elf_extern_kind */
	bool weak;
	bool typed;              /* KSYM_VAR: declared with a type other than void */
	u32 btf_id;              /* of the VAR or FUNC in the file's BTF */
	u32 type_id;             /* of its type, modifiers skipped */
	u32 symbol;              /* index in the symbol table */
	u32 offset, size, align; /* KCONFIG: in the .kconfig map */
	/* after elf_resolve */
	bool found;
	u32 kernel_btf_id; /* KSYM: in the kernel's BTF */
};

/* A CO-RE relocation of the file. */
struct elf_core_relo {
	u32 section_index;
	struct bpf_core_relo relo; /* insn_off: bytes in that section */
};

struct elf_object {
	const char *name;    /* "xdp_count" */
	const char *license; /* "" without a license section */
	u32 version;         /* of the "version" section, 0 = none */
	struct elf_section *sections;
	u32 section_count;            /* section 0 included */
	struct elf_program *programs; /* by section and place in it, subprograms of .text too */
	u32 program_count;
	struct elf_map *maps;
	u32 map_count;
	struct elf_extern *externs;
	u32 extern_count;
	const u8 *btf; /* as it goes to BTF_LOAD, sizes and offsets of data sections filled in; NULL = none */
	u32 btf_size;
	const struct btf_types *types; /* the same, opened; NULL = none */
	u32 func_info_count, line_info_count;
	struct elf_core_relo *core_relos;
	u32 core_relo_count;
	struct elf_private *private;
};

/* The machine that an object is made ready for. */
struct elf_target {
	const struct btf_types
		*btf; /* the kernel's BTF; NULL: CO-RE relocations and BTF-based names cannot be resolved */
	u32 ncpus;
};

#define ELF_KERNEL_VERSION                                                                                   \
	((6u << 16) + (1u << 8)) /* KERNEL_VERSION(6, 1, 0): what uname says there, "6.1.0-..." */

/* @name: the file's path; the part up to the first '.' of its last component names internal maps. NULL on
 * error. */
struct elf_object *elf_open(const void *bytes, u64 size, const char *name, struct why *why);
void elf_close(struct elf_object *object);

/* Gives externs their values. 0, or -ESRCH, -EINVAL: a strong one is unknown or of another type. */
int elf_resolve(struct elf_object *object, const struct elf_target *target, struct why *why);
/* Fills in what is said "after elf_link_program"; once. Needs elf_resolve. 0 or -errno. */
int elf_link_program(struct elf_object *object, struct elf_program *program, const struct elf_target *target,
		     struct why *why);

/* By the name of a section, with or without '?'. NULL: no rule. */
const struct elf_section_rule *elf_section_rule(const char *name);
/* NULL: no such program (subprograms do not count). */
struct elf_program *elf_program_by_name(const struct elf_object *object, const char *name);

#endif
