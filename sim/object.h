/*
 * Objects: what file descriptors, pins and links refer to. Ids and references.
 *
 * struct obj is the first member of struct map, prog, link and btf. An object lives as long as something
 * refers to it: an open file, a pin, a link, a program that uses the map. The last put frees it
 * (kernel/bpf/syscall.c, bpf_map_put and friends).
 */
#ifndef SIM_OBJECT_H
#define SIM_OBJECT_H

#include "abi.h"
#include "core.h"

enum obj_kind { OBJ_NONE, OBJ_BTF, OBJ_MAP, OBJ_PROG, OBJ_LINK, OBJ_STATS, OBJ_SOCK, OBJ_PERF, OBJ_CGROUP, OBJ_PIDFD, OBJ_ITER, OBJ_KINDS };

struct obj {
	u8 kind;                      /* enum obj_kind */
	u32 id;                       /* 0 = not published: no GET_FD_BY_ID finds it */
	u32 refs;
	char name[BPF_OBJ_NAME_LEN];
};

struct file;

/* What differs by kind; found through sim->obj_ops, never by pointer in the arena. */
struct obj_ops {
	const char *name;                                  /* "map" */
	const char *file;                                  /* name of its file in /proc: "bpf-map" */
	/* one more open file or pin refers to it; may be NULL */
	void (*acquire)(struct sim *sim, struct obj *obj);
	void (*release)(struct sim *sim, struct obj *obj); /* one less; may be NULL */
	void (*free)(struct sim *sim, struct obj *obj);    /* the last reference is gone */
	/* an open file of it is closed for the last time; may be NULL */
	void (*file_closed)(struct sim *sim, struct obj *obj, const struct file *file);
	/*
	 * mmap(2) of one page of it, shared: the page, or NULL with *err; a NULL function: there is nothing to
	 * map (-ENODEV).
	 */
	void *(*mmap)(struct sim *sim, struct obj *obj, u64 page, bool write, int *err);
};

/*
 * All published objects by kind, in order of id; ids grow and are not used again (the
 * kernel's idr_alloc_cyclic).
 */
struct objects {
	struct obj_list {
		struct obj **obj;
		u32 count, room;
		u32 last_id;
	} by_kind[OBJ_KINDS];
};

struct objects *objects_new(struct sim *sim);

/* @obj: zero-filled, from the arena. Gives it one reference, which the caller holds. @name may be NULL. */
void obj_init(struct obj *obj, enum obj_kind kind, const char *name);
/* Gives it an id, from now on it can be found. Returns the id or -ENOMEM. */
int obj_publish(struct sim *sim, struct obj *obj);
void obj_get(struct sim *sim, struct obj *obj);
void obj_put(struct sim *sim, struct obj *obj);

/* A reference by user space, an open file or a pin: some kinds count these apart (the kernel's usercnt). */
void obj_get_user(struct sim *sim, struct obj *obj);
void obj_put_user(struct sim *sim, struct obj *obj);

/* NULL when there is none. No reference is taken. */
struct obj *obj_by_id(struct sim *sim, enum obj_kind kind, u32 id);
/* The object with the smallest id above @id, or NULL. */
struct obj *obj_next(const struct sim *sim, enum obj_kind kind, u32 id);

/*
 * The kernel's rule for names: letters, digits, '_' and '.', zero-terminated. The
 * length, 0..15, or -EINVAL.
 */
int obj_name_check(const char name[BPF_OBJ_NAME_LEN]);

#endif
