/* Models of the maps that are no tables of values by key: see map_model.h. */
#include "map_model_kinds.h"

/* --- queue, stack: the pairs' values, the oldest first --- */

static int expected_push(struct model *m, const u8 *value, u64 flags)
{
	if (flags != BPF_ANY && flags != BPF_EXIST)
		return -EINVAL;
	if (m->count == m->max && flags != BPF_EXIST)
		return -E2BIG;
	if (m->count == m->max)
		memmove(&m->pair[0], &m->pair[1], --m->count * sizeof(m->pair[0]));
	memcpy(m->pair[m->count++].value, value, m->value_size);
	return 0;
}

static bool same_push(struct model *m)
{
	u8 value[SIZE_MAX_BYTES];
	u64 flags = model_roll(m, 8) ? BPF_ANY : model_roll(m, 4);

	model_value(m, value);
	return !model_differ("push", map_ops(m->map)->push(&m->b->sim, m->map, value, flags),
			     expected_push(m, value, flags));
}

static bool same_take(struct model *m, bool pop)
{
	u32 at = m->map->k.map_type == BPF_MAP_TYPE_STACK && m->count ? m->count - 1 : 0;
	u8 value[SIZE_MAX_BYTES], zero[SIZE_MAX_BYTES] = {0};
	int err = (pop ? map_ops(m->map)->pop : map_ops(m->map)->peek)(&m->b->sim, m->map, value);

	if (model_differ("pop or peek", err, m->count ? 0 : -ENOENT) ||
	    model_differ("what is popped", memcmp(value, m->count ? m->pair[at].value : zero, m->value_size), 0))
		return false;
	if (pop && m->count) {
		m->count--;
		memmove(&m->pair[at], &m->pair[at + 1], (m->count - at) * sizeof(m->pair[0]));
	}
	return true;
}

bool step_values(struct model *m)
{
	return model_roll(m, 2) ? same_push(m) : same_take(m, model_roll(m, 2));
}

/* --- bloom filter: what was put in is found; the model remembers some of it --- */

bool step_filter(struct model *m)
{
	u32 i = model_roll(m, m->max);
	u8 value[SIZE_MAX_BYTES];

	if (m->count < m->max && !model_roll(m, 50)) {
		model_value(m, m->pair[m->count].value);
		return !model_differ("push", map_ops(m->map)->push(&m->b->sim, m->map, m->pair[m->count++].value, 0), 0);
	}
	if (i < m->count) {
		memcpy(value, m->pair[i].value, m->value_size);
		return !model_differ("a value that is in", map_ops(m->map)->peek(&m->b->sim, m->map, value), 0);
	}
	return !model_differ("push, flags 1", map_ops(m->map)->push(&m->b->sim, m->map, m->pair[0].value, BPF_NOEXIST),
			     -EINVAL);
}

/* --- trie: prefixes of up to 16 bits, so that they get into each other's way --- */

struct prefix {
	u32 bits;
	u8 data[SIZE_MAX_BYTES - 4];
};

static bool begins_with(const struct prefix *key, const struct prefix *p)
{
	for (u32 i = 0; i < p->bits; i++)
		if ((key->data[i / 8] ^ p->data[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return key->bits >= p->bits;
}

static struct prefix random_prefix(struct model *m)
{
	u32 limit = (m->key_size - 4) * 8;
	struct prefix p = {.bits = model_roll(m, 17)};

	p.data[0] = model_roll(m, 8) * 37;
	p.data[1] = model_roll(m, 8) * 37;
	if (!model_roll(m, 200))
		p.bits = limit + 1;
	else if (!model_roll(m, 4))
		p.bits = limit;
	return p;
}

/* The same prefix: as many bits, and these are equal. */
static struct pair *find_prefix(struct model *m, const struct prefix *p)
{
	for (u32 i = 0; i < m->count; i++) {
		const struct prefix *have = (const struct prefix *)m->pair[i].key;

		if (have->bits == p->bits && begins_with(p, have))
			return &m->pair[i];
	}
	return NULL;
}

static struct pair *longest_prefix(struct model *m, const struct prefix *key)
{
	struct pair *best = NULL;

	for (u32 i = 0; i < m->count; i++) {
		const struct prefix *have = (const struct prefix *)m->pair[i].key;

		if (begins_with(key, have) && (!best || have->bits > ((struct prefix *)best->key)->bits))
			best = &m->pair[i];
	}
	return best;
}

static int put_prefix(struct model *m, const struct prefix *p, const u8 *value, u64 flags)
{
	struct pair *pair = find_prefix(m, p);

	if (p->bits > (m->key_size - 4) * 8)
		return -EINVAL;
	if (pair && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!pair && flags == BPF_EXIST)
		return -ENOENT;
	if (!pair && m->count == m->max)
		return -ENOSPC;
	pair = pair ? pair : &m->pair[m->count++];
	memcpy(pair->key, p, m->key_size);
	memcpy(pair->value, value, m->value_size);
	return 0;
}

static int drop_prefix(struct model *m, const struct prefix *p)
{
	struct pair *pair = find_prefix(m, p);

	if (p->bits > (m->key_size - 4) * 8)
		return -EINVAL;
	if (!pair)
		return -ENOENT;
	*pair = m->pair[--m->count];
	return 0;
}

static bool same_match(struct model *m, const struct prefix *p)
{
	struct pair *want = p->bits <= (m->key_size - 4) * 8 ? longest_prefix(m, p) : NULL;
	u8 *value = map_lookup(&m->b->sim, m->map, p);

	return !model_differ("match", !!value, !!want) &&
	       (!value || !model_differ("matching value", memcmp(value, want->value, m->value_size), 0));
}

bool step_prefixes(struct model *m)
{
	struct prefix p = random_prefix(m);
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 3);
	u8 value[SIZE_MAX_BYTES];

	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		model_value(m, value);
		return !model_differ("update", map_update(&m->b->sim, m->map, &p, value, flags),
				     put_prefix(m, &p, value, flags));
	case 3:
	case 4:
		return !model_differ("remove", map_remove(&m->b->sim, m->map, &p), drop_prefix(m, &p));
	default:
		return model_roll(m, 30) ? same_match(m, &p) : model_walk(m);
	}
}
