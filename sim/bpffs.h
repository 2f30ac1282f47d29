/* The simulated bpffs, mounted at /sys/fs/bpf: pins (kernel/bpf/inode.c). Directories exist by being named. */
#ifndef SIM_BPFFS_H
#define SIM_BPFFS_H

#include "object.h"

#define BPFFS_ROOT "/sys/fs/bpf"
#define BPFFS_PATH_MAX 256

struct pin {
	char path[BPFFS_PATH_MAX];
	struct obj *obj;      /* a reference; NULL = slot free */
};

struct bpffs {
	u32 count, room;
	struct pin *pin;
};

struct bpffs *bpffs_new(struct sim *sim);
/* 0 or -ENOENT. */
int bpffs_unlink(struct sim *sim, const char *path);

#endif
