/*
 * User space writes into a user ring: the record's bytes, then its header, then the position that makes it
 * known, each a store into the mapping of the ring (the program reads as soon as it is asked to).
 */
#include <stdio.h>
#include <stdlib.h>

#include "map_call.h"

#define RECORD_MAX 4096u

/* The struct of that name, in the types of any object file that was loaded. */
static const struct btf *find_struct(struct sim *sim, const char *name, u32 *id)
{
	for (struct obj *obj = obj_next(sim, OBJ_BTF, 0); obj; obj = obj_next(sim, OBJ_BTF, obj->id)) {
		const struct btf *btf = btf_of(obj);

		*id = btf_find(&btf->types, name, BTF_KIND_STRUCT);
		if (*id)
			return btf;
	}
	return NULL;
}

/* struct NAME {...} */
static int parse_struct(struct map_call *c, const char *text, u8 *out, u32 *size)
{
	const struct btf *btf;
	char name[64];
	int len = 0;
	u32 id = 0;

	if (sscanf(text, "struct %63[A-Za-z0-9_] %n", name, &len) != 1 || !text[len])
		return sim_fail(&c->why, -EINVAL, "'%.60s': expected struct NAME {...}, or hex 06 00 ...",
				text);
	btf = find_struct(c->w->session->sim, name, &id);
	if (!btf)
		return sim_fail(&c->why, -EINVAL, "the loaded programs have no struct %s", name);
	*size = btf_type_by_id(&btf->types, id)->size;
	if (*size > RECORD_MAX)
		return sim_fail(&c->why, -E2BIG, "struct %s has %u bytes, expected at most %u", name, *size,
				RECORD_MAX);
	memset(out, 0, *size);
	return btf_parse(&btf->types, id, text + len, out, *size, &c->why);
}

static int parse_bytes(struct map_call *c, const char *text, u8 *out, u32 *size)
{
	unsigned value;
	int len;

	for (*size = 0; sscanf(text, " %2x%n", &value, &len) == 1; text += len) {
		if (*size == RECORD_MAX)
			return sim_fail(&c->why, -E2BIG, "expected at most %u bytes", RECORD_MAX);
		out[(*size)++] = value;
	}
	if (*text || !*size)
		return sim_fail(&c->why, -EINVAL, "'%.60s': expected bytes in hexadecimal", text);
	return 0;
}

static s64 store(struct map_call *c, const u8 *record, u32 size)
{
	struct session *s = c->w->session;
	const struct ringbuf *ring = ringbuf_of(c->map);
	const struct ringbuf_header header = {.len = size};
	u64 pos = ring->producer_pos, next = pos + ringbuf_step(size);
	/* of the mapping: behind the two pages of positions */
	u64 at = 2ull * ARENA_PAGE + (pos & ring->mask);
	s64 err;

	if (next - ring->consumer_pos > ring->mask + 1)
		return sim_fail(&c->why, -ENOSPC, "the ring has no room for %u bytes more: %llu of %llu wait",
				size, (unsigned long long)ringbuf_avail(ring),
				(unsigned long long)ring->mask + 1);
	err = sim_store(s->sim, s->pid, c->fd, at + sizeof(header), record, size);
	if (!err)
		err = sim_store(s->sim, s->pid, c->fd, at, &header, sizeof(header));
	if (!err)
		err = sim_store(s->sim, s->pid, c->fd, ARENA_PAGE, &next, sizeof(next));
	if (err)
		c->why = s->sim->why;
	return err;
}

int map_call_struct(struct map_call *c, const char *text)
{
	u8 record[RECORD_MAX];
	u32 size = 0;
	int err = parse_struct(c, text, record, &size);

	if (err)
		return err;
	if (size != c->map->k.value_size)
		return sim_fail(&c->why, -EINVAL, "that struct has %u bytes, values of %s have %u", size,
				c->map->obj.name, c->map->k.value_size);
	memcpy(c->value, record, size);
	return 0;
}

s64 map_call_send(struct map_call *c, const char *text)
{
	bool hex = strncmp(text, "hex ", 4) == 0;
	u8 record[RECORD_MAX];
	u32 size = 0;
	int err = hex ? parse_bytes(c, text + 4, record, &size) : parse_struct(c, text, record, &size);

	return err ? err : store(c, record, size);
}
