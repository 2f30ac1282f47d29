/*
 * The simulated bpffs, mounted at /sys/fs/bpf: pins and directories (kernel/bpf/inode.c).
 *
 * Simplified: paths are absolute and compared as they are written, after removing doubled slashes; links
 * and mounts do not exist; pins belong to whoever made them (mode 0600), directories to everybody. Outside
 * of bpffs only the usual top directories exist.
 */
#ifndef SIM_BPFFS_H
#define SIM_BPFFS_H

#include "object.h"

#define BPFFS_ROOT "/sys/fs/bpf"
#define BPFFS_PATH_MAX 256

struct pin {
	char path[BPFFS_PATH_MAX];
	struct obj *obj;      /* a reference; NULL = a directory */
	u32 uid;
};

struct bpffs {
	u32 count, room;
	struct pin *pin;      /* in the order they were made; the first is the root */
};

struct bpffs *bpffs_new(struct sim *sim);
/* What is pinned at @path, and who made the pin: no reference is taken; NULL: nothing. */
struct obj *bpffs_pin(const struct sim *sim, const char *path, u32 *uid);
/* 0, -ENOENT, -EPERM (not in bpffs), -ENOTEMPTY. */
int bpffs_unlink(struct sim *sim, const char *path);
/* 0, -EEXIST, -ENOENT (no parent), -EPERM. */
int bpffs_mkdir(struct sim *sim, const char *path);

#endif
