/* What user space does with a loaded program: fills maps, attaches it, runs it. See program.h. */
#include <stdlib.h>

#include "program.h"

struct obj *session_object(struct session *s, int fd)
{
	struct task *task = task_by_pid(s->sim, s->pid);
	const struct file *file = task ? fd_file(task, fd) : NULL;

	return file ? file->obj : NULL;
}

/* --- maps --- */

/* The fd of the map with that name (of which the kernel knows 15 characters), -1 = there is none. */
static int map_fd_by_name(struct session *s, const char *name, size_t len)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = session_object(s, fd);

		if (obj && obj->kind == OBJ_MAP && strncmp(obj->name, name, len < 15 ? len : 15) == 0 &&
		    strlen(obj->name) == (len < 15 ? len : 15))
			return fd;
	}
	return -1;
}

/* The maps that the loader holds: what @error offers instead of a name that is none of them. */
static void add_map_names(struct session *s, struct text *error)
{
	u32 maps = 0;

	for (int fd = 0; fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = session_object(s, fd);

		if (!obj || obj->kind != OBJ_MAP)
			continue;
		text_add(error, " %s", obj->name);
		maps++;
	}
	if (!maps)
		text_add(error, " none");
}

/* One number, decimal or 0x..., as @size bytes. */
static bool parse_bytes(const char *text, size_t len, u8 *bytes, u32 size)
{
	char buf[128], *end;
	u64 value;

	if (!len || len >= sizeof(buf) || size > 8)
		return false;
	memcpy(buf, text, len);
	buf[len] = 0;
	errno = 0;
	value = strtoull(buf, &end, 0);
	if (*end || errno || buf[0] == ' ' || (size < 8 && value >> (8 * size) && ~value >> (8 * size - 1)))
		return false;
	memcpy(bytes, &value, size);
	return true;
}

struct assignment {
	int fd;
	const struct map *map;
	u8 key[8], value[8];
};

static bool parse_assignment(struct session *s, const char *text, struct assignment *a, struct text *error)
{
	const char *open = strchr(text, '['), *close = open ? strstr(open, "]=") : NULL;

	if (!close) {
		text_add(error, "'%s': expected NAME[KEY]=VALUE, for example counts[6]=0", text);
		return false;
	}
	a->fd = map_fd_by_name(s, text, open - text);
	if (a->fd < 0) {
		text_add(error, "'%s': the program has no map '%.*s'; there are:", text, (int)(open - text),
			 text);
		add_map_names(s, error);
		return false;
	}
	a->map = container_of(session_object(s, a->fd), struct map, obj);
	if (!parse_bytes(open + 1, close - open - 1, a->key, a->map->k.key_size) ||
	    !parse_bytes(close + 2, strlen(close + 2), a->value, a->map->k.value_size)) {
		text_add(error,
			 "'%s': key and value must be numbers, decimal or 0x..., that fit %u and %u bytes "
			 "(at most 8)",
			 text, a->map->k.key_size, a->map->k.value_size);
		return false;
	}
	return true;
}

s64 program_set(struct walk *w, const char *assignment, struct text *error)
{
	struct user_memory *user = w->session->user;
	struct assignment a;
	union bpf_attr attr = {0};
	s64 result;

	if (!parse_assignment(w->session, assignment, &a, error))
		return -EINVAL;
	user_reset(user);
	attr.map_fd = a.fd;
	attr.key = user_put(user, a.key, a.map->k.key_size);
	attr.value = user_put(user, a.value, a.map->k.value_size);
	result = walk_bpf(w, BPF_MAP_UPDATE_ELEM, user_put_attr(user, &attr, ATTR_END(flags)),
			  ATTR_END(flags));
	if (result < 0)
		text_add(error, "'%s': %s", assignment, w->session->sim->why.text);
	return result;
}

/* --- hooks --- */

static s64 device_index(struct sim *sim, const char *name)
{
	const struct netdev *dev = netdev_by_name(sim, name);

	return dev ? dev->ifindex : sim_device(sim, name);
}

s64 program_attach_xdp(struct walk *w, int fd, const char *device, struct text *error)
{
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {0};
	s64 ifindex = device_index(w->session->sim, device), link;

	if (ifindex < 0) {
		text_add(error, "%s", w->session->sim->why.text);
		return ifindex;
	}
	user_reset(user);
	attr.link_create.prog_fd = fd;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = BPF_XDP;
	link = walk_bpf(w, BPF_LINK_CREATE, user_put_attr(user, &attr, ATTR_END(link_create)),
			ATTR_END(link_create));
	if (link < 0)
		text_add(error, "%s", w->session->sim->why.text);
	return link < 0 ? link : ifindex;
}

s64 program_test_run(struct walk *w, int fd, u32 capture, u64 index, u32 repeat)
{
	const struct capture *c = &w->session->capture[capture];
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {0};

	user_reset(user);
	attr.test.prog_fd = fd;
	attr.test.data_size_in = c->packet[index].len;
	attr.test.data_in = user_put(user, capture_data(c, index), c->packet[index].len);
	attr.test.repeat = repeat;
	return walk_bpf(w, BPF_PROG_TEST_RUN, user_put_attr(user, &attr, ATTR_END(test)), ATTR_END(test));
}
