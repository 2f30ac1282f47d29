/*
 * CO-RE: making accesses fit the types of the running kernel. What core_*.c share.
 *
 * A relocation says: this instruction holds a fact (an offset, a size, an id, "exists") about "type [7],
 * members 0:1:3" of the file's BTF. The file's path is parsed into steps by name (core_spec.c), each kernel
 * type of the same name is tried for the same steps (core_match.c), the fact is computed for both
 * (core_value.c), and the instruction is changed (core.c).
 */
#ifndef SIM_ELF_CORE_H
#define SIM_ELF_CORE_H

#include "private.h"

#define CORE_DEPTH 64        /* steps of one access, members of unnamed structs included */
#define CORE_BUDGET 1000000u /* type comparisons that one relocation may cost */

/* A step that means something to a C programmer: a member by name, or an element of an array. */
struct core_step {
	u32 type_id; /* member: the struct; element: the element's type */
	u32 index;
	const char *name; /* NULL: an element */
};

struct core_spec {
	const struct btf_types *types;
	u32 root; /* type id as the relocation names it */
	u32 kind; /* enum bpf_core_relo_kind */
	struct core_step steps[CORE_DEPTH];
	u32 len;
	u32 depth; /* steps with those through unnamed members */
	u32 bit_offset;
};

/* What a relocation comes to in one set of types. */
struct core_value {
	u64 value;
	u32 size;      /* of the field, for loads and stores; 0 = does not matter */
	u32 type_id;   /* of the field */
	bool validate; /* the instruction must hold this value in the file */
	bool poison;   /* there is no value: the instruction must not be reached */
};

static inline bool core_is_type(u32 kind)
{
	return kind == BPF_CORE_TYPE_ID_LOCAL || kind == BPF_CORE_TYPE_ID_TARGET ||
	       kind == BPF_CORE_TYPE_EXISTS || kind == BPF_CORE_TYPE_SIZE || kind == BPF_CORE_TYPE_MATCHES;
}

static inline bool core_is_enum(u32 kind)
{
	return kind == BPF_CORE_ENUMVAL_EXISTS || kind == BPF_CORE_ENUMVAL_VALUE;
}

/* Length of a name without its flavor: "task_struct___old" -> 11. */
size_t core_essential_len(const char *name);
bool core_same_name(const char *a, const char *b);
/* Behind modifiers; *@id becomes its id. NULL: no such type. */
const struct btf_type *core_skip_mods(const struct btf_types *types, u32 *id);
static inline bool core_is_any_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ENUM || btf_kind(t) == BTF_KIND_ENUM64;
}

/* Same kind, where ENUM and ENUM64 are one. */
static inline bool core_kind_compatible(const struct btf_type *a, const struct btf_type *b)
{
	return btf_kind(a) == btf_kind(b) || (core_is_any_enum(a) && core_is_any_enum(b));
}

/* core_spec.c: 0 or -EINVAL. */
int core_parse(const struct btf_types *types, const struct bpf_core_relo *relo, struct core_spec *spec);
/* An array without size at the end of a struct: any index will do. @before: the step before the element's. */
bool core_is_flexible(const struct btf_types *types, const struct core_step *before,
		      const struct btf_array *array);
/* core_match.c: does the kernel's type @id have what @local says? 1 with *@spec filled, 0, or -errno. */
int core_match(struct elf_object *o, const struct core_spec *local, const struct btf_types *kernel, u32 id,
	       struct core_spec *spec);
/* core_types.c: TYPE_MATCHES, stricter than core_types_compatible. 1, 0 or -errno. */
int core_types_match(struct elf_object *o, u32 local_id, const struct btf_types *target, u32 target_id);
/* core_value.c: @spec NULL = the kernel has nothing that fits. 0 or -errno. */
int core_value(const struct core_spec *spec, u32 kind, struct core_value *value);
/* core_find.c: ids of the kernel's types that have the name and kind of the file's. NULL: no memory. */
const struct core_candidates *core_find(struct elf_object *o, const struct btf_types *kernel, u32 local_id);

#endif
