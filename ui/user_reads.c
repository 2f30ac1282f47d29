/* User space reads maps: see user_reads.h. */
#include "program.h"
#include "user_reads.h"

#define KEY_MAX 512
#define VALUE_MAX (1u << 20) /* bytes of a value that is read */

/* Maps that a reader asks by key. What the program cannot change (.rodata) tells nothing new. */
static bool worth_reading(const struct map *map)
{
	const char *dot = strrchr(map->obj.name, '.');
	const struct map_ops *ops = map_ops(map);

	if (dot && (strcmp(dot, ".rodata") == 0 || strcmp(dot, ".kconfig") == 0))
		return false;
	return ops->next_key &&
	       !(ops->traits & (MAP_TRAIT_NO_KEY | MAP_TRAIT_FD_VALUE | MAP_TRAIT_VALUE_SOCKET)) &&
	       map->k.key_size && map->k.key_size <= KEY_MAX && map->k.value_size <= VALUE_MAX;
}

/* @key: the one before, NULL = none. False: there is no other. */
static bool next_key(struct walk *w, int fd, u32 size, const u8 *key, u8 *next)
{
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {.map_fd = fd};

	user_reset(user);
	attr.key = key ? user_put(user, key, size) : 0;
	attr.next_key = user_alloc(user, size);
	return walk_bpf(w, BPF_MAP_GET_NEXT_KEY, user_put_attr(user, &attr, ATTR_END(flags)),
			ATTR_END(flags)) == 0 &&
	       user_read(user, next, attr.next_key, size) == 0;
}

static bool lookup(struct walk *w, int fd, const struct map *map, const u8 *key)
{
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {.map_fd = fd};

	user_reset(user);
	attr.key = user_put(user, key, map->k.key_size);
	attr.value = user_alloc(user, map_user_value_size(w->session->sim, map));
	return walk_bpf(w, BPF_MAP_LOOKUP_ELEM, user_put_attr(user, &attr, ATTR_END(flags)),
			ATTR_END(flags)) == 0;
}

static void read_map(struct walk *w, int fd, const struct map *map)
{
	u8 key[2][KEY_MAX];

	for (u32 i = 0; i < USER_READS_MAX && !walk_stopped(w); i++)
		if (!next_key(w, fd, map->k.key_size, i ? key[!(i & 1)] : NULL, key[i & 1]) ||
		    !lookup(w, fd, map, key[i & 1]))
			return;
}

/* The map behind the loader's fd, when it is worth reading. */
static const struct map *map_at(struct session *s, int fd)
{
	const struct obj *obj = session_object(s, fd);
	const struct map *map = obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;

	return map && worth_reading(map) ? map : NULL;
}

bool user_can_read(struct session *s)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++)
		if (map_at(s, fd))
			return true;
	return false;
}

void user_reads(struct walk *w)
{
	for (int fd = 0; fd < TASK_MAX_FDS && !walk_stopped(w); fd++)
		if (map_at(w->session, fd))
			read_map(w, fd, map_at(w->session, fd));
}
