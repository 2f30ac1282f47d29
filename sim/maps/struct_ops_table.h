/* Inside of struct_ops.c and struct_ops_kinds.c: a table of functions, and what the kernel has tables of. */
#ifndef SIM_MAPS_STRUCT_OPS_TABLE_H
#define SIM_MAPS_STRUCT_OPS_TABLE_H

#include "../btf.h"
#include "struct_ops.h"
#include "types.h"

#define STRUCT_OPS_MEMBERS_MAX 64u
#define STRUCT_OPS_KINDS 2u

/* enum bpf_struct_ops_state */
enum struct_ops_state { STRUCT_OPS_STATE_INIT, STRUCT_OPS_STATE_INUSE, STRUCT_OPS_STATE_TOBEFREE };

struct struct_ops_table {
	u32 kind;                  /* in struct_ops_kinds[] */
	u32 type_id, value_id;     /* in the kernel's BTF */
	u32 data_off;              /* of the table in the value */
	u32 members;               /* of the table */
	u32 state;                 /* enum struct_ops_state */
	int last;                  /* what the members' check said last; Linux lets some faults end with that */
	struct obj *prog[STRUCT_OPS_MEMBERS_MAX];
	u8 value[];                /* as user space reads it: ids where it has written fds */
};

static inline struct struct_ops_table *struct_ops_of(const struct map *map)
{
	return map->family;
}

static inline const struct btf_type *table_type(const struct sim *sim, const struct struct_ops_table *t)
{
	return btf_type_by_id(sim->host->vmlinux, t->type_id);
}

static inline u32 member_offset(const struct btf_type *t, u32 member)
{
	return btf_member_bit_off(t, &btf_members(t)[member]) / 8;
}

static inline u8 *member_at(const struct sim *sim, struct struct_ops_table *t, u32 member)
{
	return t->value + t->data_off + member_offset(table_type(sim, t), member);
}

static inline const char *member_name(const struct sim *sim, const struct btf_type *t, u32 member)
{
	return btf_str(sim->host->vmlinux, btf_members(t)[member].name_off);
}

/* The member's number, or -1. */
static inline s32 member_by_name(const struct sim *sim, const struct btf_type *t, const char *name)
{
	for (u32 i = 0; i < btf_vlen(t); i++)
		if (!strcmp(member_name(sim, t, i), name))
			return i;
	return -1;
}

/* A table by the name of its struct. `member` looks at one: 1 it is done, 0 it is as others, or -errno. */
struct struct_ops_kind {
	const char *name;
	int (*member)(struct sim *sim, const char *name, const u8 *at);
	int (*reg)(struct sim *sim, struct map *map);
	void (*unreg)(struct sim *sim, struct map *map); /* NULL: cannot be registered */
};

extern const struct struct_ops_kind struct_ops_kinds[STRUCT_OPS_KINDS]; /* struct_ops_kinds.c */

#endif
