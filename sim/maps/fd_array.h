/* Arrays of objects (fd_array.c). */
#ifndef SIM_MAPS_FD_ARRAY_H
#define SIM_MAPS_FD_ARRAY_H

#include "map.h"

/*
 * What all programs of one program array have in common, and those that make tail calls through it: they
 * take over each other's stack and context (kernel: struct bpf_map_owner).
 */
struct tail_kin {
	u32 type;                    /* what an extension extends counts */
	u32 expected_attach_type;
	/* of what tracing programs are attached to: BTF object (0 = the kernel's) and type */
	u32 proto_btf, proto_id;
	bool xdp_has_frags;
	bool jited;
	bool translated;             /* not Linux's: one that skipped the path walk runs as written */
};

/* Stands first in the family of maps that hold programs. */
struct tail_kinship {
	bool known;
	struct tail_kin kin;
};

/* The first one that comes says what the others must be like. */
bool prog_array_admits(struct map *array, const struct tail_kin *kin);

/*
 * What a slot holds is what compiled programs find there: the struct bpf_map of a map, not ours around it;
 * other objects are what they are.
 */
static inline void *fd_slot_value(const struct map *map, struct obj *obj)
{
	return obj && map_ops(map)->value_kind == OBJ_MAP ? (void *)&container_of(obj, struct map, obj)->k : obj;
}

static inline struct obj *fd_slot_obj(const struct map *map, void *value)
{
	return value && map_ops(map)->value_kind == OBJ_MAP ? &map_of(value)->obj : value;
}

/* For types made of such an array. */
int fd_array_may_set(struct sim *sim, struct map *map, const void *key, u64 flags);
int fd_array_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags);
struct obj *fd_array_get(struct sim *sim, struct map *map, const void *key);
int fd_array_remove(struct sim *sim, struct map *map, const void *key);
void fd_array_clear(struct sim *sim, struct map *map);

#endif
