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

/* --- maps of maps: which of four maps is where; each holds as many references as places --- */

static bool same_set(struct model *m, const u8 *key)
{
	const struct map_ops *ops = map_ops(m->map);
	u8 which = model_roll(m, ARRAY_SIZE(m->inner)), value[SIZE_MAX_BYTES] = {which + 1};
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 4);
	int want = m->is_array && flags != BPF_ANY ? -EINVAL : model_update(m, key, value, flags);
	int err = ops->may_set ? ops->may_set(&m->b->sim, m->map, key, flags) : 0;

	if (!err)
		err = ops->set_obj(&m->b->sim, m->map, key, &m->inner[which]->obj, flags);
	return !model_differ("set", err, want);
}

static bool same_references(struct model *m)
{
	for (u32 i = 0; i < ARRAY_SIZE(m->inner); i++) {
		u32 refs = 1;

		for (u32 k = 0; k < m->count; k++)
			refs += m->pair[k].value[0] == i + 1;
		if (model_differ("references", m->inner[i]->obj.refs, refs))
			return false;
	}
	return true;
}

static bool same_get(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	struct obj *obj = map_ops(m->map)->get_obj(&m->b->sim, m->map, key);
	u8 want = p ? p->value[0] : 0;

	return !model_differ("get", (u64)obj, want ? (u64)&m->inner[want - 1]->obj : 0);
}

static int expected_unset(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	bool was_set = p && p->value[0];

	if (!m->is_array)
		return model_remove(m, key);
	if (p)
		memset(p->value, 0, sizeof(p->value));
	return p ? was_set ? 0 : -ENOENT : -E2BIG;
}

bool step_maps(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];

	model_key(m, key);
	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		return same_set(m, key);
	case 3:
	case 4:
		return !model_differ("remove", map_remove(&m->b->sim, m->map, key), expected_unset(m, key));
	case 5:
		return same_references(m);
	default:
		return model_roll(m, 50) ? same_get(m, key) : model_walk(m);
	}
}

/* --- devices: which of lo (1), eth0 (2), none (0), one that is not there (77) is where --- */

static int expected_device(struct model *m, const u8 *key, u32 ifindex, u64 flags)
{
	struct pair *p = model_find(m, key);
	u8 value[SIZE_MAX_BYTES] = {0};

	memcpy(value, &ifindex, sizeof(ifindex));
	if (flags > BPF_EXIST || (!m->is_array && !ifindex))
		return -EINVAL;
	if (m->is_array && !p)
		return -E2BIG;
	if (p && flags == BPF_NOEXIST)
		return -EEXIST;
	if (ifindex > 2)
		return -EINVAL;
	return model_update(m, key, value, BPF_ANY);
}

static bool same_device(struct model *m, const u8 *key)
{
	static const u32 devices[] = {1, 2, 1, 2, 0, 77};
	u32 value[2] = {devices[model_roll(m, ARRAY_SIZE(devices))]};
	u64 flags = model_roll(m, 6) ? BPF_ANY : model_roll(m, 4);
	int err = map_ops(m->map)->may_put(&m->b->sim, m->map, key, value, flags);

	if (!err)
		err = map_ops(m->map)->put(&m->b->sim, m->map, key, value, NULL);
	return !model_differ("put", err, expected_device(m, key, value[0], flags));
}

static bool same_device_gone(struct model *m, const u8 *key)
{
	struct pair *p = model_find(m, key);
	int want = !m->is_array ? model_remove(m, key) : p ? 0 : -EINVAL;

	if (m->is_array && p)
		memset(p->value, 0, sizeof(p->value));
	return !model_differ("remove", map_remove(&m->b->sim, m->map, key), want);
}

bool step_devices(struct model *m)
{
	u8 key[SIZE_MAX_BYTES];
	struct pair *p;
	const u32 *value;

	model_key(m, key);
	switch (model_roll(m, 8)) {
	case 0:
	case 1:
	case 2:
		return same_device(m, key);
	case 3:
	case 4:
		return same_device_gone(m, key);
	default:
		if (!model_roll(m, 50))
			return model_walk(m);
		p = model_find(m, key);
		value = map_lookup(&m->b->sim, m->map, key);
		return !model_differ("device", value ? *value : 0, p ? *(u32 *)p->value : 0);
	}
}
