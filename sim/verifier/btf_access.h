/* Pointers to kernel objects, followed through the structs that BTF describes (btf_access.c). */
#ifndef SIM_VERIFIER_BTF_ACCESS_H
#define SIM_VERIFIER_BTF_ACCESS_H

#include "../btf_obj.h"
#include "../progs/struct_ops.h"
#include "walk.h"

/* The types that a PTR_TO_BTF_ID's @btf means: NULL is the kernel's. NULL when the machine has none. */
const struct btf_types *btf_types_of(const struct env *env, const struct btf *btf);

/* The table that a program of type STRUCT_OPS is a member of, NULL for others (btf_ctx.c). */
const struct ops_table *ops_table_of(const struct env *env);

/* What is found in a struct: a number, or a pointer to a struct. */
struct btf_found {
	u32 type;              /* SCALAR_VALUE, or PTR_TO_BTF_ID with its flags */
	u32 id;                /* PTR_TO_BTF_ID: the struct that it points to */
};

/* The name as messages have it. */
static inline const char *shown_name(const struct btf_types *types, u32 name_off)
{
	return name_off ? btf_str(types, name_off) : "(anon)";
}

/* @size bytes at @off of struct @id. 0 or -errno, with the line in the log. */
int btf_find_access(struct env *env, const struct btf_types *types, u32 id, s32 off, u32 size, struct btf_found *found);
/* Memory that a pointer with the type tag @id leads to: MEM_USER, MEM_PERCPU or 0. */
u32 btf_tag_flags(const struct btf_types *types, u32 id);
/* Is there a @need_id at byte @off of struct @id? @strict: it must be that struct itself, not its first member. */
bool btf_struct_holds(struct env *env, const struct btf *btf, u32 id, s32 off, const struct btf *need_btf, u32 need_id, bool strict);
/* A register gets a value that was @found in a struct of @btf; @flags are those of the pointer that led there. */
void mark_btf_loaded(struct env *env, u32 regno, const struct btf_found *found, const struct btf *btf, u32 flags);

#endif
