/*
 * Objects of the kernel that programs follow pointers into: tasks with their credentials and namespaces, and
 * files with their inodes, names and mounts. Their offsets are those of Linux 6.1 (layout_task.h); pointers
 * among them are arena addresses.
 *
 * Simplified: one namespace of each kind, one file system, which holds whatever path
 * is asked for; relative paths begin at its root. Of each struct there are the fields that layout_task.h
 * names, the rest is 0.
 */
#ifndef SIM_WORLD_KERNEL_OBJECTS_H
#define SIM_WORLD_KERNEL_OBJECTS_H

#include "../core.h"
#include "layout_task.h"

struct task;

/* A name in the tree of files, with its inode; they stay once they have been looked up. */
struct name_node {
	struct k_dentry dentry;
	struct k_inode inode;
	struct name_node *next;
};

/* What there is once. */
struct kernel_objects {
	struct k_nsproxy nsproxy;
	struct k_pid_namespace pid_ns;
	struct k_mnt_namespace mnt_ns;
	struct k_uts_namespace uts_ns;
	struct k_net net;
	struct k_super_block sb;
	struct k_mount mount;
	struct k_gendisk disk;
	struct k_request_queue queue;
	struct k_task_struct *idle; /* what a CPU runs when it has nothing to do: pid 0 */
	struct name_node *names;    /* the newest first, the root last */
	u32 name_count;
	u64 next_inode;
};

/* NULL: no memory. */
struct kernel_objects *kernel_objects_new(struct sim *sim);

/* The kernel's view of a task: made with it, brought up to date after changes, gone with it. False: no
 * memory. */
bool task_object_new(struct sim *sim, struct task *task);
void task_object_update(struct sim *sim, struct task *task);
void task_object_free(struct sim *sim, struct task *task);
/* Of the task that runs; the idle task's when none does. */
struct k_task_struct *task_object_current(struct sim *sim);

/* The name at the end of @path; NULL: no memory for it, or it is too long. */
struct name_node *name_lookup(struct sim *sim, const char *path);
/* The file behind the inode is gone: a new one of that name has another number. */
void inode_gone(struct sim *sim, struct k_inode *inode);
/* An open file there; false: no memory for its name. */
bool file_object_fill(struct sim *sim, const char *path, u32 flags, struct k_file *out);
/* The same, to be freed by sim_free; NULL: no memory. */
struct k_file *file_object_new(struct sim *sim, const char *path, u32 flags);
/*
 * The path that leads to @path's dentry, as d_path() has it: at most @size bytes with the terminator; its
 * length with that, or -ENAMETOOLONG.
 */
s64 path_text(struct sim *sim, const struct k_path *path, char *buf, u32 size);

#endif
