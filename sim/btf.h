/*
 * BTF: reading the raw type information of an object file, of a loaded program or of the kernel.
 *
 * Works in place on bytes that somebody else holds and trusts none of them: after btf_open every type record
 * lies inside the bytes and every name is terminated, while type ids in records may still be anything, and
 * types may form circles: each function here copes with that. Format: Documentation/bpf/btf.rst.
 *
 * How to open:
 *	s64 need = btf_measure(data, size, base, why);      bytes of memory for the index, or -errno
 *	err = btf_open(&types, data, size, base, mem, why);
 */
#ifndef SIM_BTF_H
#define SIM_BTF_H

#include "abi.h"
#include "base.h"

#define BTF_MAX_DEPTH 32 /* of modifiers, arrays, pointers behind each other (kernel: MAX_RESOLVE_DEPTH) */

struct btf_types {
	const u8 *data;               /* the raw bytes, header first; aligned to 4 */
	u32 size;
	u32 types_off, types_len;     /* of the type section, from data */
	u32 strs_off, strs_len;       /* of the string section, from data */
	const struct btf_types *base; /* split BTF: ids and names go on where the base's end. NULL = none */
	u32 start_id, end_id;         /* own types: start_id .. end_id - 1 */
	u32 start_str;                /* name offsets below it are the base's */
	/* The index, in the caller's memory; by id - start_id */
	const u32 *offset;            /* of the type record, from data */
	const u32 *next_same;         /* the next id in the same bucket, 0 = none; ids grow along the chain */
	const u32 *bucket;            /* first id by hash of the name */
	u32 nbuckets;                 /* a power of two */
};

/* Bytes of memory that btf_open needs for the index (aligned to 4), or -EINVAL with the sentence: damaged. */
s64 btf_measure(const u8 *data, u64 size, const struct btf_types *base, struct why *why);
/* @mem, @data and @base must live as long as @types. 0 or -EINVAL. */
int btf_open(struct btf_types *types, const u8 *data, u64 size, const struct btf_types *base, void *mem,
	     struct why *why);

/* "STRUCT"; NULL for kinds that do not exist. */
const char *btf_kind_name(u32 kind);
/* Bytes of the record of @t with all that follows; 0 for kinds that do not exist. */
u64 btf_record_size(const struct btf_type *t);

/* Id 0 is void. NULL when there is no such type. */
const struct btf_type *btf_type_by_id(const struct btf_types *types, u32 id);
/* NULL when @name_off lies beyond the strings. */
const char *btf_str(const struct btf_types *types, u32 name_off);
/* The name of a type, "" for those without (and for no such type). */
const char *btf_name(const struct btf_types *types, u32 id);

#define BTF_KINDS(kind) (1u << (kind))
#define BTF_ANY_KIND UINT32_MAX
/* The smallest id above @after (0: any) with this name and one of these kinds (bits or-ed); 0 = none. */
u32 btf_find_next(const struct btf_types *types, const char *name, u32 kinds, u32 after);

static inline u32 btf_find(const struct btf_types *types, const char *name, u32 kind)
{
	return btf_find_next(types, name, BTF_KINDS(kind), 0);
}

/* Behind typedef, const, volatile, restrict and type tags: an id; 0 for void, dangling ids and circles. */
u32 btf_skip_mods(const struct btf_types *types, u32 id);
/* The same, but a typedef stays. */
u32 btf_skip_quals(const struct btf_types *types, u32 id);
/* Bytes of a value of this type, or -EINVAL: it has no size (void, functions, unknown). Below 4 GB. */
s64 btf_size(const struct btf_types *types, u32 id);
/* The type as C has it: "struct iphdr *", "char[16]"; with @name (may be ""): "char name[16]". */
void btf_decl_text(const struct btf_types *types, u32 id, const char *name, struct text *out);

/* --- what a record holds, by kind; ask only where the kind fits --- */

static inline u32 btf_kind(const struct btf_type *t)
{
	return BTF_INFO_KIND(t->info);
}

/* Members, parameters, enumerators, variables that follow. */
static inline u32 btf_vlen(const struct btf_type *t)
{
	return BTF_INFO_VLEN(t->info);
}

/* STRUCT, UNION: members have bit sizes; ENUM, ENUM64: signed; FWD: of a union. */
static inline bool btf_kflag(const struct btf_type *t)
{
	return BTF_INFO_KFLAG(t->info);
}

/* t->type is an id (else t->size, or nothing). */
static inline bool btf_has_type_ref(u32 kind)
{
	return BTF_KINDS(kind) &
	       (BTF_KINDS(BTF_KIND_PTR) | BTF_KINDS(BTF_KIND_TYPEDEF) | BTF_KINDS(BTF_KIND_VOLATILE) |
		BTF_KINDS(BTF_KIND_CONST) | BTF_KINDS(BTF_KIND_RESTRICT) | BTF_KINDS(BTF_KIND_FUNC) |
		BTF_KINDS(BTF_KIND_FUNC_PROTO) | BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_DECL_TAG) |
		BTF_KINDS(BTF_KIND_TYPE_TAG));
}

static inline bool btf_is_mod(u32 kind)
{
	return BTF_KINDS(kind) &
	       (BTF_KINDS(BTF_KIND_TYPEDEF) | BTF_KINDS(BTF_KIND_VOLATILE) | BTF_KINDS(BTF_KIND_CONST) |
		BTF_KINDS(BTF_KIND_RESTRICT) | BTF_KINDS(BTF_KIND_TYPE_TAG));
}

static inline bool btf_is_composite(u32 kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

/* INT: BTF_INT_ENCODING, BTF_INT_OFFSET and BTF_INT_BITS take it apart. */
static inline u32 btf_int_data(const struct btf_type *t)
{
	return *(const u32 *)(t + 1);
}

static inline const struct btf_array *btf_array(const struct btf_type *t)
{
	return (const struct btf_array *)(t + 1);
}

/* STRUCT, UNION: btf_vlen of them. */
static inline const struct btf_member *btf_members(const struct btf_type *t)
{
	return (const struct btf_member *)(t + 1);
}

/* Offset of member @m of @t in bits. */
static inline u32 btf_member_bit_off(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}

/* 0 = not a bitfield (but see BTF_INT_BITS of its type: the old way of bitfields). */
static inline u32 btf_member_bit_size(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
}

/* ENUM: btf_vlen of them. */
static inline const struct btf_enum *btf_enums(const struct btf_type *t)
{
	return (const struct btf_enum *)(t + 1);
}

/* ENUM64: btf_vlen of them. */
static inline const struct btf_enum64 *btf_enums64(const struct btf_type *t)
{
	return (const struct btf_enum64 *)(t + 1);
}

/* ENUM and ENUM64: value and name of enumerator @i, the value sign-extended when the enum is signed. */
u64 btf_enum_value(const struct btf_type *t, u32 i);
u32 btf_enum_name_off(const struct btf_type *t, u32 i);

/* FUNC_PROTO (a FUNC's t->type is one): btf_vlen of them; a last one of type 0 without a name is "...". */
static inline const struct btf_param *btf_params(const struct btf_type *t)
{
	return (const struct btf_param *)(t + 1);
}

/* VAR: its linkage. */
static inline const struct btf_var *btf_var(const struct btf_type *t)
{
	return (const struct btf_var *)(t + 1);
}

/* DATASEC: btf_vlen of them. */
static inline const struct btf_var_secinfo *btf_var_secinfos(const struct btf_type *t)
{
	return (const struct btf_var_secinfo *)(t + 1);
}

/* DECL_TAG: which member or parameter of t->type is tagged, -1 = all of it. */
static inline s32 btf_decl_tag_index(const struct btf_type *t)
{
	return ((const struct btf_decl_tag *)(t + 1))->component_idx;
}

#endif
