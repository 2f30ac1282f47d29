/*
 * The memory areas of tasks (struct vm_area_struct).
 *
 * Simplified: each task has four: its program's code and data, a heap, a stack. They are where events put what they put
 * in user memory, and where the instruction pointer of a system call is.
 */
#ifndef SIM_WORLD_VMA_H
#define SIM_WORLD_VMA_H

#include "kernel_objects.h"
#include "layout_iter.h"

struct vma {
	struct k_vm_area_struct k;
	struct k_file file; /* that it shows, if any */
};

/* Area @n of the task, from the lowest address on. False: it has no more. */
bool vma_fill(struct sim *sim, const struct k_task_struct *task, u32 n, struct vma *out);
/* The area that holds @addr; false: none does. */
bool vma_find(struct sim *sim, const struct k_task_struct *task, u64 addr, struct vma *out);

#endif
