/* User space reads a map: see map_read.h. */
#include <stdlib.h>

#include "map_read.h"

struct reading {
	struct session *s;
	int fd;
	u32 key_size;
	u64 value_size;   /* as user space sees it */
	u8 *key, *value;  /* of the element at hand */
	bool begun;
};

/* The loader's memory is as empty before each call as it is before a call of its own. */
static s64 call(struct session *s, int cmd, const union bpf_attr *attr, u32 size)
{
	return sim_bpf(s->sim, s->pid, cmd, user_put_attr(s->user, attr, size), size);
}

/* 0, -ENOENT behind the last one, or another -errno. */
static s64 next_key(struct reading *r)
{
	struct user_memory *user = r->s->user;
	union bpf_attr attr = {.map_fd = r->fd};
	s64 err;

	user_reset(user);
	attr.key = r->begun ? user_put(user, r->key, r->key_size) : 0;
	attr.next_key = user_alloc(user, r->key_size);
	err = call(r->s, BPF_MAP_GET_NEXT_KEY, &attr, ATTR_END(next_key));
	r->begun = true;
	return err ? err : user_read(user, r->key, attr.next_key, r->key_size);
}

static const void *lookup(struct reading *r)
{
	struct user_memory *user = r->s->user;
	union bpf_attr attr = {.map_fd = r->fd};

	user_reset(user);
	attr.key = user_put(user, r->key, r->key_size);
	attr.value = user_alloc(user, r->value_size);
	if (call(r->s, BPF_MAP_LOOKUP_ELEM, &attr, ATTR_END(flags)) ||
	    user_read(user, r->value, attr.value, r->value_size))
		return NULL;
	return r->value;
}

static int fd_of(const struct session *s, const struct map *map)
{
	const struct task *task = task_by_pid(s->sim, s->pid);

	for (int fd = 0; task && fd < TASK_MAX_FDS; fd++) {
		const struct file *file = fd_file(task, fd);

		if (file && file->obj == &map->obj)
			return fd;
	}
	return -1;
}

static s64 fd_by_id(struct session *s, u32 id)
{
	union bpf_attr attr = {.map_id = id};

	user_reset(s->user);
	return call(s, BPF_MAP_GET_FD_BY_ID, &attr, ATTR_END(open_flags));
}

static int read_all(struct reading *r, bool (*each)(void *ctx, const void *key, const void *value), void *ctx)
{
	s64 err;

	while (!(err = next_key(r)))
		if (!each(ctx, r->key, lookup(r)))
			return 0;
	return err == -ENOENT ? 0 : err;
}

static int read_by_fd(struct session *s, const struct map *map, int fd,
		      bool (*each)(void *ctx, const void *key, const void *value), void *ctx)
{
	u64 value_size = round_up_u64(map->k.value_size, 8) * s->sim->clock->ncpus;
	struct reading r = {.s = s, .fd = fd, .key_size = map->k.key_size, .value_size = value_size};
	int err = -ENOMEM;

	r.key = malloc(r.key_size + 1);
	r.value = malloc(r.value_size + 1);
	if (r.key && r.value)
		err = read_all(&r, each, ctx);
	free(r.key);
	free(r.value);
	return err;
}

int map_read(struct session *s, const struct map *map,
	     bool (*each)(void *ctx, const void *key, const void *value), void *ctx)
{
	u64 mask = s->sim->event_mask;
	int held = fd_of(s, map), err;
	s64 fd;

	s->sim->event_mask = 0;
	fd = held < 0 ? fd_by_id(s, map->obj.id) : held;
	err = fd < 0 ? fd : read_by_fd(s, map, fd, each, ctx);
	if (held < 0 && fd >= 0)
		sim_close(s->sim, s->pid, fd);
	s->sim->event_mask = mask;
	return err;
}
