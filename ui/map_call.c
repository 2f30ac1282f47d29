/* Calls of user space on maps: see map_call.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "attach.h"
#include "map_call.h"
#include "map_values.h"
#include "program.h"

/* --- fds --- */

static s64 bpf(struct map_call *c, int cmd, const union bpf_attr *attr, u32 size)
{
	struct session *s = c->w->session;
	s64 result = walk_bpf(c->w, cmd, user_put_attr(s->user, attr, size), size);

	if (result < 0)
		c->why = s->sim->why;
	return result;
}

static s64 note_opened(struct map_call *c, s64 fd)
{
	if (fd >= 0 && c->count < ARRAY_SIZE(c->opened))
		c->opened[c->count++] = fd;
	return fd;
}

s64 map_call_open(struct map_call *c, int cmd, u32 id)
{
	union bpf_attr attr = {.map_id = id};

	user_reset(c->w->session->user);
	return note_opened(c, bpf(c, cmd, &attr, ATTR_END(open_flags)));
}

static s64 open_pinned(struct map_call *c, const char *path)
{
	struct session *s = c->w->session;
	union bpf_attr attr = {0};

	user_reset(s->user);
	attr.pathname = user_put(s->user, path, strlen(path) + 1);
	return note_opened(c, bpf(c, BPF_OBJ_GET, &attr, ATTR_END(file_flags)));
}

/* The loader's fd of an object, or -1. */
static int held_fd(const struct map_call *c, const struct obj *obj)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++)
		if (obj && session_object(c->w->session, fd) == obj)
			return fd;
	return -1;
}

/* Of names the kernel knows 15 characters. */
static struct obj *by_name(struct sim *sim, enum obj_kind kind, const char *name)
{
	struct obj *obj = obj_next(sim, kind, 0);

	while (obj && (strncmp(obj->name, name, 15) != 0 || !name[0]))
		obj = obj_next(sim, kind, obj->id);
	return obj;
}

static void add_names(struct sim *sim, enum obj_kind kind, struct text *out)
{
	for (struct obj *obj = obj_next(sim, kind, 0); obj; obj = obj_next(sim, kind, obj->id))
		text_add(out, " %s", obj->name);
	if (!obj_next(sim, kind, 0))
		text_add(out, " none at this moment");
}

static s64 no_such(struct map_call *c, enum obj_kind kind, const char *text)
{
	char names[160];
	struct text list;

	text_init(&list, names, sizeof(names));
	add_names(c->w->session->sim, kind, &list);
	return sim_fail(&c->why, -ENOENT, "there is no %s '%.40s'; there are:%s",
			kind == OBJ_MAP ? "map" : "program", text, names);
}

static s64 fd_of(struct map_call *c, struct obj *obj)
{
	int fd = held_fd(c, obj);

	if (fd >= 0)
		return fd;
	return map_call_open(c, obj->kind == OBJ_MAP ? BPF_MAP_GET_FD_BY_ID : BPF_PROG_GET_FD_BY_ID, obj->id);
}

/* What follows @word in @text, or NULL. */
static const char *behind(const char *text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(text, word, n) != 0 || !isspace((u8)text[n]))
		return NULL;
	for (text += n; isspace((u8)*text); text++)
		;
	return text;
}

/* An fd of the map or program that @text names. */
static s64 resolve(struct map_call *c, enum obj_kind kind, const char *text)
{
	const char *path = behind(text, "pinned"), *id = behind(text, "id"), *name = behind(text, "name");
	const char *number = behind(text, "fd");
	struct obj *obj;

	if (path)
		return open_pinned(c, path);
	if (number)
		return atoi(number);
	obj = id ? obj_by_id(c->w->session->sim, kind, atoi(id))
		 : by_name(c->w->session->sim, kind, name ? name : text);
	return obj ? fd_of(c, obj) : no_such(c, kind, name ? name : text);
}

/* --- the map --- */

int map_call_begin(struct map_call *c, struct walk *w, const char *map)
{
	const struct obj *obj;
	s64 fd;

	*c = (struct map_call){.w = w, .fd = -1};
	fd = resolve(c, OBJ_MAP, map);
	if (fd < 0)
		return fd;
	obj = session_object(w->session, fd);
	if (!obj || obj->kind != OBJ_MAP)
		return sim_fail(&c->why, -EINVAL, "fd %lld is not that of a map", (long long)fd);
	c->fd = fd;
	c->map = container_of(obj, struct map, obj);
	c->value_size = map_user_value_size(w->session->sim, c->map);
	c->value = calloc(1, c->value_size + 8);
	return c->value ? 0 : sim_fail(&c->why, -ENOMEM, "no memory");
}

void map_call_end(struct map_call *c)
{
	while (c->count)
		sim_close(c->w->session->sim, c->w->session->pid, c->opened[--c->count]);
	free(c->key);
	free(c->value);
	c->key = c->value = NULL;
}

int map_call_key(struct map_call *c, const char *text)
{
	free(c->key);
	c->key = calloc(1, c->map->k.key_size + 8);
	if (!c->key)
		return sim_fail(&c->why, -ENOMEM, "no memory");
	if (!c->map->k.key_size)
		return sim_fail(&c->why, -EINVAL, "a %s has no keys", map_ops(c->map)->name);
	return map_parse_key(c->map, text, c->key, &c->why);
}

/* --- values --- */

/* "eth0" behind "socket xdp": binds it to queue 0 of the device. */
static s64 bind_to(struct map_call *c, s64 fd, const char *device)
{
	struct session *s = c->w->session;
	const struct netdev *dev = netdev_by_name(s->sim, device);

	if (!dev)
		return sim_fail(&c->why, -ENODEV, "socket xdp '%.20s': there is no such device", device);
	if (sim_xsk_bind(s->sim, s->pid, fd, dev->ifindex, 0) < 0) {
		c->why = s->sim->why;
		return c->why.err;
	}
	return fd;
}

/* "socket udp": the fd of a new one, which stays open: maps keep no socket alive. */
static s64 open_socket(struct map_call *c, const char *family)
{
	static const struct {
		const char *name;
		int family, type;
	} known[] = {{"xdp", AF_XDP, SOCK_RAW},
		     {"unix", AF_UNIX, SOCK_DGRAM},
		     {"tcp", AF_INET, SOCK_STREAM},
		     {"udp", AF_INET, SOCK_DGRAM}};
	struct session *s = c->w->session;
	const char *device = behind(family, "xdp");
	s64 fd;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(device ? "xdp" : family, known[i].name) == 0) {
			fd = sim_socket(s->sim, s->pid, known[i].family, known[i].type, 0);
			if (fd < 0)
				c->why = s->sim->why;
			return fd >= 0 && device ? bind_to(c, fd, device) : fd;
		}
	return sim_fail(&c->why, -EINVAL, "socket '%.20s': expected xdp [DEVICE], unix, tcp or udp", family);
}

/* "/web": made when it is not there; its fd is closed again, the map holds the cgroup. */
static s64 open_cgroup(struct map_call *c, const char *path)
{
	struct text error;
	s64 fd;

	text_init(&error, c->why.text, sizeof(c->why.text));
	fd = attach_open_cgroup(c->w, path, &error);
	if (fd < 0)
		c->why.err = fd;
	return note_opened(c, fd);
}

static int put_fd(struct map_call *c, s64 fd)
{
	if (fd < 0)
		return fd;
	memcpy(c->value, &fd, min_u64(c->value_size, sizeof(fd)));
	return 0;
}

static bool is_number(const char *text)
{
	return text[strspn(text, "0123456789")] == 0 && *text;
}

static int object_value(struct map_call *c, const char *text)
{
	const struct map_ops *ops = map_ops(c->map);
	const char *family = behind(text, "socket");

	if (family)
		return put_fd(c, open_socket(c, family));
	if (ops->value_kind == OBJ_CGROUP && *text == '/')
		return put_fd(c, open_cgroup(c, text));
	if (is_number(text))
		return put_fd(c, atoi(text));
	if (ops->value_kind == OBJ_PROG || ops->value_kind == OBJ_MAP)
		return put_fd(c, resolve(c, ops->value_kind, text));
	return sim_fail(&c->why, -EINVAL, "'%.40s': expected an fd%s", text,
			ops->value_kind == OBJ_SOCK	? ", or `socket xdp [DEVICE]|unix|tcp|udp`"
			: ops->value_kind == OBJ_CGROUP ? ", or the path of a cgroup like /web"
							: "");
}

/* A device by name. */
static bool device_value(struct map_call *c, const char *text)
{
	const struct netdev *dev = netdev_by_name(c->w->session->sim, text);

	if (map_ops(c->map)->form != MAP_FORM_DEVICES || !dev)
		return false;
	memcpy(c->value, &dev->ifindex, sizeof(dev->ifindex));
	return true;
}

/* Types that are told the owner or the object by an fd; those with `put` have it in the second half. */
static bool takes_fd(const struct map_ops *ops)
{
	return ops->set_obj && ops->value_kind;
}

#define WITH_PROG " with "

/* "eth1 with prog NAME": the value, and in its second half the fd of a program that sees the frames there. */
static int value_with_prog(struct map_call *c, const char *text, const char *with)
{
	char first[64];
	s64 fd;
	int err;

	snprintf(first, sizeof(first), "%.*s", (int)min_u64(with - text, sizeof(first) - 1), text);
	err = map_call_value(c, first);
	if (err)
		return err;
	fd = resolve(c, OBJ_PROG, with + sizeof(WITH_PROG) - 1);
	if (fd < 0)
		return fd;
	memcpy(c->value + offsetof(struct bpf_devmap_val, bpf_prog), &(s32){fd}, sizeof(s32));
	return 0;
}

int map_call_value(struct map_call *c, const char *text)
{
	const char *with = strstr(text, WITH_PROG);

	if (with && map_ops(c->map)->prog_attach && c->value_size == sizeof(struct bpf_devmap_val))
		return value_with_prog(c, text, with);
	memset(c->value, 0, c->value_size);
	if (takes_fd(map_ops(c->map)))
		return object_value(c, text);
	if (device_value(c, text))
		return 0;
	if (!c->map->btf_value_type_id && behind(text, "struct"))
		return map_call_struct(c, text);
	if (map_ops(c->map)->traits & MAP_TRAIT_PERCPU)
		return map_parse_values(c->map, text, c->value, c->value_size, &c->why);
	return map_parse_value(c->map, text, c->value, &c->why);
}

/* --- calls --- */

static bool has_next_key(int cmd)
{
	return cmd == BPF_MAP_GET_NEXT_KEY;
}

/* Where user space lets the kernel write to, brought back. */
static void take_answer(struct map_call *c, int cmd, const union bpf_attr *attr)
{
	struct user_memory *user = c->w->session->user;

	if (has_next_key(cmd)) {
		if (!c->key)
			c->key = calloc(1, c->map->k.key_size + 8);
		if (c->key)
			user_read(user, c->key, attr->next_key, c->map->k.key_size);
	} else if (cmd == BPF_MAP_LOOKUP_ELEM || cmd == BPF_MAP_LOOKUP_AND_DELETE_ELEM) {
		user_read(user, c->value, attr->value, c->value_size);
	}
}

s64 map_call_elem(struct map_call *c, int cmd, u64 flags)
{
	struct user_memory *user = c->w->session->user;
	union bpf_attr attr = {.map_fd = c->fd, .flags = flags};
	u32 size = cmd == BPF_MAP_GET_NEXT_KEY ? ATTR_END(next_key) : ATTR_END(flags);
	s64 result;

	user_reset(user);
	if (c->key && c->map->k.key_size)
		attr.key = user_put(user, c->key, c->map->k.key_size);
	if (has_next_key(cmd))
		attr.next_key = user_alloc(user, c->map->k.key_size);
	else if (cmd != BPF_MAP_DELETE_ELEM)
		attr.value = user_put(user, c->value, c->value_size);
	result = bpf(c, cmd, &attr, size);
	if (result >= 0)
		take_answer(c, cmd, &attr);
	return result;
}
