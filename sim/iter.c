/*
 * Files of iterators: see iter.h. Mirrors bpf_seq_read, bpf_iter_run_prog and bpf_iter_new_fd of
 * kernel/bpf/bpf_iter.c.
 */
#include "iter.h"

#include "bpffs.h"
#include "helpers/trace.h"
#include "vm/vm.h"

/* --- files --- */

void iter_info_put(struct sim *sim, struct iter_info *info)
{
	if (info->map)
		obj_put_user(sim, &info->map->obj);
	info->map = NULL;
}

s64 iter_open(struct sim *sim, struct task *task, const struct link *link)
{
	struct iter *it = sim_alloc(sim, sizeof(*it));
	int fd;

	if (!it)
		return sim_fail(&sim->why, -ENOMEM, "no memory for an iterator");
	obj_init(&it->obj, OBJ_ITER, NULL);
	it->prog = link->prog;
	obj_get(sim, &it->prog->obj);
	it->target = link->iter->target;
	it->info = link->iter->info;
	if (it->info.map)
		obj_get_user(sim, &it->info.map->obj);
	it->session_id = ++sim->world->iter_sessions;
	it->meta.seq = (u64)&it->seq;
	fd = fd_open(sim, task, &it->obj, true, false);
	return fd;
}

s64 iter_open_pin(struct sim *sim, struct task *task, const char *path)
{
	u32 uid;
	struct obj *obj = bpffs_pin(sim, path, &uid);

	if (obj && uid != task->uid && task->uid)
		return sim_fail(&sim->why, -EACCES, "%s belongs to uid %u and has mode 0600", path, uid);
	if (!obj || obj->kind != OBJ_LINK || !link_of_obj(obj)->iter)
		return sim_fail(&sim->why, obj ? -EIO : -ENOENT,
				obj ? "%s is a pin, but not of an iterator's link: nothing can be read there"
				    : "there is no %s",
				path);
	return iter_open(sim, task, link_of_obj(obj));
}

static void drop_object(struct sim *sim, struct iter *it)
{
	arena_free(sim->arena, it->made);
	it->made = NULL;
	memset(it->arg, 0, sizeof(it->arg));
}

static void free_iter(struct sim *sim, struct obj *obj)
{
	struct iter *it = container_of(obj, struct iter, obj);

	drop_object(sim, it);
	iter_info_put(sim, &it->info);
	obj_put(sim, &it->prog->obj);
	sim_free(sim, (void *)it->seq.buf);
	sim_free(sim, it);
}

const struct obj_ops iter_obj_ops = {
	.name = "iterator",
	.file = "bpf_iter",
	.free = free_iter,
};

/* --- calling the program --- */

/* What was never translated sees its context as plain memory. */
static void run(struct sim *sim, struct iter *it)
{
	struct vm *vm = sim->vm;

	it->meta.session_id = it->session_id;
	it->meta.seq_num = it->seq_num;
	it->ctx[0] = (u64)&it->meta;
	memcpy(it->ctx + 1, it->arg, sizeof(it->arg));
	vm_start(sim, it->prog, (u64)it->ctx);
	if (vm->translated)
		return;
	vm->ctx_size = 0;
	vm->memory = (u64)it->ctx;
	vm->memory_size = sizeof(it->ctx);
}

/* Of the program that has ended: 0, -EAGAIN (the same object again, next time), or it was stopped. */
static s64 answer(struct sim *sim)
{
	struct fault fault = sim->vm->fault;
	bool faulted = sim->vm->state == VM_FAULTED;
	u64 ret = vm_finish(sim);

	if (faulted)
		return sim_fail(&sim->why, -EFAULT, "the iterator's program: %s", fault.text);
	return (u32)ret ? sim_fail(&sim->why, -EAGAIN,
				   "the program returned %u: the object is to be shown again by the next read",
				   (u32)ret)
			: 0;
}

static bool is_full(const struct iter *it)
{
	return it->seq.count == it->seq.size;
}

/* --- read(2) --- */

static s64 over(struct sim *sim, struct iter_read *read, s64 result)
{
	drop_object(sim, read->it);
	read->it->busy = false;
	obj_put(sim, &read->it->obj);
	return result;
}

static int hand_over(struct sim *sim, struct task *task, u64 ubuf, const void *text, u64 n)
{
	struct trace *trace = sim->trace;
	u64 kept;

	if (ubuf != ITER_TELL)
		return copy_out(sim, task, ubuf, text, n);
	kept = min_u64(n, READ_TEXT - trace->read_len);
	memcpy(trace->read_text + trace->read_len, text, kept);
	trace->read_len += kept;
	event_send(sim, EV_OUTPUT, 0, (u64)text, n, 0, 0);
	return 0;
}

/* As much of the text as has room goes to user space. */
static s64 deliver(struct sim *sim, struct task *task, struct iter_read *read, u64 ubuf, u64 size)
{
	struct k_seq_file *seq = &read->it->seq;
	u64 n = min_u64(seq->count, size);
	int err = n ? hand_over(sim, task, ubuf, (const u8 *)seq->buf + seq->from, n) : 0;

	if (err)
		return over(sim, read, err);
	seq->count -= n;
	seq->from += n;
	seq->read_pos += n;
	return over(sim, read, n);
}

/* Calls the program for the object at hand, or for the last time: without one. CALL_MORE; 0: it need not be called. */
static s64 call(struct sim *sim, struct iter_read *read, bool last)
{
	struct iter *it = read->it;

	read->kept = it->seq.count;
	if (last && it->ended)
		return 0;
	read->stage = last ? ITER_STOPPED : ITER_SHOWN;
	run(sim, it);
	return CALL_MORE;
}

static int find(struct sim *sim, struct iter *it, bool begins)
{
	drop_object(sim, it);
	return iter_targets[it->target].find(sim, it, begins);
}

static s64 begin(struct sim *sim, struct task *task, struct iter_read *read, int fd, u64 ubuf, u64 size)
{
	struct file *file = fd_file(task, fd);
	struct iter *it;
	s64 found;

	if (!file)
		return sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	if (!file->obj || file->obj->kind != OBJ_ITER)
		return sim_fail(&sim->why, -EINVAL, "fd %d is a %s: there is nothing to read", fd,
				file->obj ? sim->obj_ops[file->obj->kind]->file : "tty");
	it = container_of(file->obj, struct iter, obj);
	if (it->busy)
		return sim_fail(&sim->why, -EBUSY, "another read of fd %d is in progress", fd);
	if (!it->seq.buf)
		it->seq.buf = (u64)sim_alloc(sim, ITER_BUF_SIZE);
	if (!it->seq.buf)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the text");
	it->seq.size = ITER_BUF_SIZE;
	it->busy = true;
	obj_get(sim, &it->obj);
	*read = (struct iter_read){.it = it};
	if (it->seq.count)
		return deliver(sim, task, read, ubuf, size);
	it->seq.from = 0;
	found = find(sim, it, true);
	if (found < 0)
		return over(sim, read, found);
	found = call(sim, read, !found);
	return found ? found : deliver(sim, task, read, ubuf, size);
}

/* The program has been called for an object: on to the next one. */
static s64 shown(struct sim *sim, struct task *task, struct iter_read *read, u64 ubuf, u64 size)
{
	struct iter *it = read->it;
	s64 err = answer(sim), more;
	int found;

	if (!err && is_full(it))
		err = sim_fail(&sim->why, -E2BIG, "the text of one object is longer than %u bytes", ITER_BUF_SIZE);
	if (err) {
		it->seq.count = read->kept;
		return read->kept ? deliver(sim, task, read, ubuf, size) : over(sim, read, err);
	}
	iter_targets[it->target].pass(it);
	it->seq.index++;
	found = find(sim, it, false);
	if (found > 0) {
		it->seq_num++;
		if (it->seq.count >= size)
			return deliver(sim, task, read, ubuf, size);
	}
	more = call(sim, read, found <= 0);
	return more ? more : deliver(sim, task, read, ubuf, size);
}

/* It has been called for the last time; what it wrote then may have to wait for another read. */
static s64 stopped(struct sim *sim, struct task *task, struct iter_read *read, u64 ubuf, u64 size)
{
	struct iter *it = read->it;

	answer(sim);
	if (!is_full(it))
		it->ended = true;
	else
		it->seq.count = read->kept;
	if (!it->ended && !read->kept)
		return over(sim, read, sim_fail(&sim->why, -E2BIG, "the last text is longer than %u bytes", ITER_BUF_SIZE));
	return deliver(sim, task, read, ubuf, size);
}

s64 iter_read_unit(struct sim *sim, struct task *task, struct iter_read *read, int fd, u64 ubuf, u64 size)
{
	switch (read->stage) {
	case ITER_SHOWN:
		return shown(sim, task, read, ubuf, size);
	case ITER_STOPPED:
		return stopped(sim, task, read, ubuf, size);
	}
	return begin(sim, task, read, fd, ubuf, size);
}
