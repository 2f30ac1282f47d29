/*
 * An iterator is read: cat of its pin. The way is that of fs/read_write.c and kernel/bpf/bpf_iter.c; who calls the program
 * is sim/iter.c.
 *
 * Simplified: opening the file, all reads to its end and closing it are one event.
 */
#include "happening_kinds.h"
#include "world.h"

enum { CAT_FILE = V_F0 };
enum { CAT_COUNT = V_X0, CAT_OBJECT };

static const struct happening_field cat_fields[] = {
	{"file", "where the link of the iterator is pinned", FIELD_TEXT, 0, "/sys/fs/bpf/iterator"},
	{0},
};

static int prepare_cat(struct sim *sim, struct happening *h)
{
	struct k_file *file = file_object_new(sim, (const char *)h->value[CAT_FILE], 0);

	if (!file || h->blocks == HAPPENING_BLOCKS)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a file");
	h->block[h->blocks++] = file;
	h->value[CAT_OBJECT] = (u64)file;
	h->value[CAT_COUNT] = h->value[V_A2] = 4096;
	h->value[V_A0] = 3;
	return 0;
}

static const struct happening_step cat_steps[] = {
	{0, STEP_FUNC, "__x64_sys_read", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "ksys_read", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET},
	{2, STEP_FUNC, "vfs_read", .arg = {CAT_OBJECT, V_A1, V_A2}, .ret = V_RET},
	{3, STEP_FUNC, "bpf_seq_read", .arg = {CAT_OBJECT, V_A1, CAT_COUNT}, .ret = V_RET},
	{4, STEP_ITER, "iterator", .arg = {CAT_FILE}},
	{0},
};

const struct happening_kind happening_cat = {
	.name = "cat",
	.doc = "a task reads an iterator: its program is called for each object, and writes the text",
	.example = "cat pid=1000 uid=0 file=/sys/fs/bpf/tasks",
	.nr = 0,
	.fields = cat_fields,
	.steps = cat_steps,
	.prepare = prepare_cat,
};
