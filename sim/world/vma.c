/* Memory areas: see vma.h. */
#include "vma.h"

/* vm_flags: VM_READ, VM_WRITE, VM_EXEC with their VM_MAY*, VM_ACCOUNT, VM_GROWSDOWN */
#define CODE 0x75u
#define DATA 0x100073u
#define STACK 0x100173u

static const struct {
	u64 start, end;
	u32 flags;
	bool file; /* it shows the task's program */
	u32 page;  /* of the file */
} areas[] = {
	{0x555500000000, 0x555500021000, DATA, false, 0},
	{0x7f0000000000, 0x7f0000100000, CODE, true, 0},
	{0x7f0000100000, 0x7f0000104000, DATA, true, 0x100},
	{0x7ffe00000000, 0x7ffe00022000, STACK, false, 0},
};

bool vma_fill(struct sim *sim, const struct k_task_struct *task, u32 n, struct vma *out)
{
	char path[64];
	struct text text;

	if (n >= ARRAY_SIZE(areas) || !task->mm)
		return false;
	memset(out, 0, sizeof(*out));
	out->k.vm_start = areas[n].start;
	out->k.vm_end = areas[n].end;
	out->k.vm_flags = areas[n].flags;
	out->k.vm_pgoff = areas[n].file ? areas[n].page : areas[n].start >> 12;
	out->k.vm_mm = task->mm;
	if (!areas[n].file)
		return true;
	text_init(&text, path, sizeof(path));
	text_add(&text, "/usr/bin/%.16s", (const char *)task->comm);
	if (file_object_fill(sim, path, 0, &out->file))
		out->k.vm_file = (u64)&out->file;
	return true;
}

bool vma_find(struct sim *sim, const struct k_task_struct *task, u64 addr, struct vma *out)
{
	for (u32 n = 0; n < ARRAY_SIZE(areas); n++)
		if (addr >= areas[n].start && addr < areas[n].end)
			return vma_fill(sim, task, n, out);
	return false;
}
