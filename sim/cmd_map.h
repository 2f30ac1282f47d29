/*
 * What the commands on maps have in common: from an fd to a map with its access checked, keys and values
 * from user memory.
 */
#ifndef SIM_CMD_MAP_H
#define SIM_CMD_MAP_H

#include "maps/map.h"
#include "syscall.h"

#define MAP_CALL_READ 1
#define MAP_CALL_WRITE 2

/*
 * The map behind @fd, without a reference. @need: MAP_CALL_*; a frozen map cannot be written, whatever the
 * fd allows. NULL with *err = -EBADF, -EINVAL (not a map) or -EPERM.
 */
struct map *map_by_fd(struct sim *sim, const struct call *call, int fd, u32 need, int *err);
/*
 * Arena memory of a call, for a key or a value: zero, or NULL with *err = -ENOMEM. The caller frees it
 * (sim_free).
 */
void *call_buffer(struct sim *sim, u64 size, int *err);
/* A value as user space gets it: 0, or -ENOENT when @key is not there. @value: map_user_value_size bytes. */
int map_read_value(struct sim *sim, struct map *map, const void *key, void *value);
/* One element of UPDATE_BATCH: what UPDATE_ELEM does with it. */
int map_update_one(struct sim *sim, const struct call *batch, struct map *map, void *key, void *value);

/* The map, key and value that a call works on. */
struct map_access {
	struct map *map;
	void *key, *value; /* buffers, NULL = none */
	u64 value_size;
};

/*
 * Before an element is read or written with BPF_F_LOCK: 0, CALL_MORE (another CPU has the value's lock: the call
 * begins anew with the next step), -EDEADLK.
 */
s64 map_get_lock(struct sim *sim, const struct call *call, const struct map_access *a); /* cmd_map_lock.c */

/* cmd_map_fd.c */

/* When the key is an fd (map_ops.key_owner): it becomes the address of the owner. 0, -EBADF, -ENOTSOCK, -ENOENT. */
int map_resolve_key(struct sim *sim, struct call *call, struct map_access *a);
/* The value is the fd of an object, which becomes the value itself (map_ops.set_obj). */
int map_write_object(struct sim *sim, struct call *call, struct map_access *a);
/* The value may name a program (map_ops.put). */
int map_write_pair(struct sim *sim, struct call *call, struct map_access *a);
/* The value is a table of functions that are programs, and the kernel gets it (maps/struct_ops.h). */
int map_write_functions(struct sim *sim, struct call *call, struct map_access *a);

#endif
