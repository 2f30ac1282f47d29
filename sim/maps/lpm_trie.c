/*
 * BPF_MAP_TYPE_LPM_TRIE: values by prefix; a lookup finds the longest prefix that the key begins with.
 *
 * Mirrors kernel/bpf/lpm_trie.c. A key is struct bpf_lpm_trie_key: the number of bits that count, then the
 * bits, the first one highest. A node stands for a prefix; below it, left and right, are longer ones, by
 * their next bit. Where two prefixes part and neither is the other's beginning, a node without a value is
 * put in between: it has always two children. A new value of a prefix is a new node, so a program that
 * still holds the old value's address writes into a dead one.
 *
 * Simplified: nodes without a value have room for one. Dead nodes live on until so many more have died,
 * not until no program runs.
 */
#include "lpm_trie.h"

#include "types.h"

#define KEEP_DEAD 256u

static s64 trie_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int trie_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct trie *trie = map->family = sim_alloc(sim, sizeof(*trie));

	if (!trie)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a trie");
	trie->data_size = attr->key_size - sizeof(struct bpf_lpm_trie_key);
	trie->dead_end = &trie->dead;
	return 0;
}

/* --- nodes --- */

static struct lpm_node *new_node(struct sim *sim, struct map *map, u32 bits, const u8 *data)
{
	struct trie *trie = map->family;
	struct lpm_node *node = trie->dead;

	if (trie->ndead > KEEP_DEAD) {
		trie->dead = node->child[0];
		trie->ndead--;
	} else {
		node = map_area(sim, sizeof(*node) + trie->data_size + map->k.value_size, TAG_MAP_ELEM, map);
	}
	if (!node)
		return NULL;
	node->child[0] = node->child[1] = NULL;
	node->bits = bits;
	node->between = false;
	memcpy(node->data, data, trie->data_size);
	return node;
}

static void bury(struct trie *trie, struct lpm_node *node)
{
	node->child[0] = NULL;
	*trie->dead_end = node;
	trie->dead_end = &node->child[0];
	trie->ndead++;
}

static void trie_fini(struct sim *sim, struct map *map)
{
	struct trie *trie = map->family;
	struct lpm_node *node;

	while ((node = trie->root)) {
		struct lpm_node *left = node->child[0];

		if (left) { /* it takes its parent's place, which goes to its right */
			node->child[0] = left->child[1];
			left->child[1] = node;
			trie->root = left;
		} else {
			trie->root = node->child[1];
			sim_free(sim, node);
		}
	}
	while ((node = trie->dead)) {
		trie->dead = node->child[0];
		sim_free(sim, node);
	}
	sim_free(sim, trie);
}

/* --- bits --- */

/* Four bytes, the first one highest. */
static u32 word_at(const u8 *data)
{
	u32 word;

	memcpy(&word, data, sizeof(word));
	return __builtin_bswap32(word);
}

/* Bits that the node's prefix and the key begin with, both. */
static u32 common_bits(const struct trie *trie, const struct lpm_node *node, const void *key)
{
	const u8 *a = node->data, *b = key_data(key);
	u32 limit = min_u64(node->bits, key_bits(key)), i = 0;

	for (; i + 4 <= trie->data_size; i += 4)
		if (word_at(a + i) != word_at(b + i))
			return min_u64(limit, i * 8 + (u32)__builtin_clz(word_at(a + i) ^ word_at(b + i)));
	for (; i < trie->data_size; i++)
		if (a[i] != b[i])
			return min_u64(limit, i * 8 + (u32)__builtin_clz((u32)(a[i] ^ b[i]) << 24));
	return limit;
}

static u32 max_bits(const struct trie *trie)
{
	return trie->data_size * 8;
}

static int check_length(struct sim *sim, const struct trie *trie, const void *key)
{
	if (key_bits(key) <= max_bits(trie))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "a prefix of %u bits; the trie's keys have %u", key_bits(key),
			max_bits(trie));
}

/* --- lookup --- */

static void *trie_lookup(struct sim *sim, struct map *map, const void *key)
{
	const struct trie *trie = map->family;
	struct lpm_node *node = trie->root, *found = NULL;

	(void)sim;
	if (key_bits(key) > max_bits(trie))
		return NULL;
	while (node) {
		u32 common = common_bits(trie, node, key);

		if (common < node->bits)
			break;
		if (!node->between)
			found = node;
		if (common == max_bits(trie))
			break;
		node = node->child[bit_at(key_data(key), node->bits)];
	}
	return found ? found->data + trie->data_size : NULL;
}

/*
 * The way from the root to the prefix of @key: the place where it ends, which holds the node with the prefix,
 * or one that must come below or beside it, or nothing. *parent: the node whose child that is.
 */
static struct lpm_node **find_place(struct trie *trie, const void *key, struct lpm_node ***parent,
				    u32 *common)
{
	struct lpm_node **place = &trie->root;

	*parent = NULL;
	*common = 0;
	while (*place) {
		*common = common_bits(trie, *place, key);
		if ((*place)->bits != *common || (*place)->bits == key_bits(key))
			break;
		*parent = place;
		place = &(*place)->child[bit_at(key_data(key), (*place)->bits)];
	}
	return place;
}

static bool has_prefix(const struct lpm_node *node, const void *key, u32 common)
{
	return node && node->bits == key_bits(key) && node->bits == common;
}

/* --- update --- */

/* @old: the node with the prefix, or NULL. */
static int check_update(struct sim *sim, const struct map *map, const struct lpm_node *old, u64 flags)
{
	bool exists = old && !old->between;

	if (exists && flags == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: the prefix is there already");
	if (!exists && flags == BPF_EXIST)
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: there is no such prefix");
	if (!exists && ((struct trie *)map->family)->count == map->k.max_entries)
		return sim_fail(&sim->why, -ENOSPC, "the trie is full: it holds max_entries = %u prefixes",
				map->k.max_entries);
	return 0;
}

/* @node and @beside part after @common bits: a node between them takes the place. */
static int put_beside(struct sim *sim, struct map *map, struct lpm_node **place, struct lpm_node *node,
		      u32 common)
{
	struct lpm_node *beside = *place, *between = new_node(sim, map, common, beside->data);
	u32 side = bit_at(node->data, common);

	if (!between)
		return -ENOMEM;
	between->between = true;
	between->child[side] = node;
	between->child[!side] = beside;
	*place = between;
	return 0;
}

static int put(struct sim *sim, struct map *map, struct lpm_node **place, struct lpm_node *node, u32 common)
{
	struct lpm_node *old = *place;

	if (old && common == old->bits) {
		memcpy(node->child, old->child, sizeof(node->child));
		*place = node;
		bury(map->family, old);
	} else if (old && common == node->bits) {
		node->child[bit_at(old->data, common)] = old;
		*place = node;
	} else if (old) {
		return put_beside(sim, map, place, node, common);
	} else {
		*place = node;
	}
	return 0;
}

static int trie_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct trie *trie = map->family;
	struct lpm_node **place, **parent, *node, *old;
	u32 common;
	bool fresh;
	int err = map_check_update_flags(sim, flags);

	if (!err)
		err = map_check_lock(sim, map, flags);
	if (!err)
		err = check_length(sim, trie, key);
	if (err)
		return err;
	place = find_place(trie, key, &parent, &common);
	old = has_prefix(*place, key, common) ? *place : NULL;
	fresh = !old || old->between;
	err = check_update(sim, map, old, flags);
	if (err)
		return err;
	node = new_node(sim, map, key_bits(key), key_data(key));
	if (!node || put(sim, map, place, node, common)) {
		sim_free(sim, node);
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more prefix");
	}
	memcpy(node->data + trie->data_size, value, map->k.value_size);
	trie->count += fresh;
	return 0;
}

/* --- delete --- */

static int trie_remove(struct sim *sim, struct map *map, const void *key)
{
	struct trie *trie = map->family;
	struct lpm_node **place, **parent, *node, *above;
	u32 common;
	int err = check_length(sim, trie, key);

	if (err)
		return err;
	place = find_place(trie, key, &parent, &common);
	node = *place;
	if (!has_prefix(node, key, common) || node->between)
		return sim_fail(&sim->why, -ENOENT, "there is no such prefix");
	trie->count--;
	if (node->child[0] && node->child[1]) {
		node->between = true;
		return 0;
	}
	*place = node->child[0] ? node->child[0] : node->child[1];
	above = parent ? *parent : NULL;
	if (above && above->between && !*place) { /* it has one child left: that takes its place */
		*parent = above->child[0] ? above->child[0] : above->child[1];
		bury(trie, above);
	}
	bury(trie, node);
	return 0;
}

/* --- order: longer prefixes before those that they begin with, 0 before 1 --- */

/* The first below @node, itself included. */
static const struct lpm_node *first_below(const struct lpm_node *node)
{
	while (node->child[0] || node->child[1])
		node = node->child[node->child[0] ? 0 : 1];
	return node;
}

/*
 * The node that comes after the one at @place, which the way with @key leads to; NULL: it is the last one. Of
 * the nodes on the way, only the last that is left by its child 0 and the last with a value can be next.
 */
static const struct lpm_node *after(const struct trie *trie, const struct lpm_node *last, const void *key)
{
	const struct lpm_node *next = NULL, *node = trie->root;

	while (node != last) {
		u32 side = bit_at(key_data(key), node->bits);

		if (!side && node->child[1])
			next = first_below(node->child[1]);
		else if (!node->between)
			next = node;
		node = node->child[side];
	}
	return next;
}

static int trie_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	struct trie *trie = map->family;
	struct lpm_node **parent, *node = NULL;
	const struct lpm_node *found;
	u32 common;

	if (!trie->root)
		return sim_fail(&sim->why, -ENOENT, "the trie is empty");
	if (key && key_bits(key) <= max_bits(trie)) {
		node = *find_place(trie, key, &parent, &common);
		if (!has_prefix(node, key, common) || node->between)
			node = NULL;
	}
	found = node ? after(trie, node, key) : first_below(trie->root);
	if (!found)
		return sim_fail(&sim->why, -ENOENT, "that was the last prefix");
	memcpy(next, &found->bits, sizeof(found->bits));
	memcpy((u8 *)next + sizeof(found->bits), found->data, trie->data_size);
	return 0;
}

static bool trie_locate(const struct map *map, const struct arena_block *block, u64 addr,
			struct region *region)
{
	const struct trie *trie = map->family;
	const struct lpm_node *node = (const struct lpm_node *)block->base;

	if (block->tag != TAG_MAP_ELEM || addr < (u64)node->data)
		return false;
	region->base = (u64)node->data + trie->data_size;
	region->size = map->k.value_size;
	region->key = (u64)&node->bits;
	return true;
}

static const u16 helpers[] = {BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem,
			      0};

const struct map_ops lpm_trie_ops = {
	.name = "lpm_trie",
	.doc = "values by prefix; the longest one that matches is found",
	.when = "Routing tables, allow and deny lists of networks: which of the stored networks is this "
		"address in, most exactly? Take hash when all keys have full length.",
	.what = "Key: struct bpf_lpm_trie_key: 4 bytes number of bits that count (host order), then 1 to "
		"256 bytes of data, the first bit highest (network order). Value: any bytes. "
		"BPF_F_NO_PREALLOC must be set.",
	.kept = "A binary trie: a node for each prefix, below it the longer ones by their next bit. Where "
		"two prefixes part, a node without a value stands in between. Walking comes to longer "
		"prefixes before shorter ones that they begin with.",
	.cost = "Lookup: from the root down, at most as many nodes as the key has bits, without a lock. "
		"Update and delete: the same under one lock for the whole map. Full is ENOSPC here, not "
		"E2BIG.",
	.example = "bpfwalk run samples/xdp_blocklist.o --set 'networks[192.0.2.1/32]={0}' --pcap "
		"samples/web.pcap",
	.flags_ok = BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG |
		    BPF_F_WRONLY_PROG,
	.traits = MAP_TRAIT_KEY_STRUCT | MAP_TRAIT_LOOKUP_BATCH | MAP_TRAIT_UPDATE_BATCH |
		  MAP_TRAIT_DELETE_BATCH,
	.form = MAP_FORM_TRIE,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = trie_struct_size,
	.init = trie_init,
	.fini = trie_fini,
	.lookup = trie_lookup,
	.update = trie_update,
	.remove = trie_remove,
	.next_key = trie_next_key,
	.locate = trie_locate,
};
