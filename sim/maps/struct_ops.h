/*
 * Tables of the kernel's functions, filled with programs: maps of type struct_ops (struct_ops.c), member by
 * member, as UPDATE_ELEM does it.
 */
#ifndef SIM_MAPS_STRUCT_OPS_H
#define SIM_MAPS_STRUCT_OPS_H

#include "map.h"

/* Looks at all that needs no program, and takes the value over. 0 or -errno. */
int struct_ops_begin(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
/* How many members there are, and the id of their struct in the kernel's BTF. */
u32 struct_ops_members(const struct map *map);
u32 struct_ops_type(const struct map *map);
enum struct_ops_next {
	STRUCT_OPS_NEXT,   /* the member needs no program */
	STRUCT_OPS_PROG,   /* *result: the fd of its program */
	STRUCT_OPS_END,    /* *result: what the call returns */
};

enum struct_ops_next struct_ops_member(struct sim *sim, struct map *map, u32 i, int *result);
/* @prog becomes member @i; takes a reference. */
void struct_ops_set(struct sim *sim, struct map *map, u32 i, struct obj *prog);
/* All members are set: the kernel gets the table. 0 or -errno. */
int struct_ops_register(struct sim *sim, struct map *map);
/* The program that is the function of that name; NULL: none. */
struct obj *struct_ops_prog(struct sim *sim, struct map *map, const char *member);
/* As new. */
void struct_ops_reset(struct sim *sim, struct map *map);

#endif
