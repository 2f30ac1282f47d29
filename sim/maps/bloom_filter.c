/*
 * BPF_MAP_TYPE_BLOOM_FILTER: was this value put in? "No" is sure, "yes" is not.
 *
 * Mirrors kernel/bpf/bloom_filter.c. A value sets as many bits as there are hash functions (map_extra, or
 * 5) of a row behind struct map; it is held to be in the filter when all of them are set. Nothing can be
 * taken out. Programs push and peek with helpers; for user space update is push, and lookup is peek: it
 * takes the value from the caller.
 */
#include "bloom_filter.h"

#include "jhash.h"
#include "types.h"

#define HASHES 5u /* unless map_extra says how many */

static u32 hashes(u64 map_extra)
{
	return map_extra ? map_extra : HASHES;
}

/*
 * Bits of the row: as many as give the fewest false positives, n * k / ln 2 for n values, taken as 7/5, and
 * rounded up to a power of two. The kernel calculates in 32 bits, 2^32 when that overflows.
 */
static u64 bits_for(const union bpf_attr *attr)
{
	u64 n = (u64)attr->max_entries * hashes(attr->map_extra), bits = 64;

	if (n > UINT32_MAX || n / 5 * 7 > 1ull << 31)
		return 1ull << 32;
	while (bits < n / 5 * 7)
		bits *= 2;
	return bits;
}

static s64 bloom_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)task;
	return offsetof(struct map, k.value) + bits_for(attr) / 8;
}

static int bloom_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct bloom *bloom = map->family = sim_alloc(sim, sizeof(*bloom));

	if (!bloom)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a bloom filter");
	bloom->mask = bits_for(attr) - 1;
	bloom->hashes = hashes(attr->map_extra);
	bloom->seed = attr->map_flags & BPF_F_ZERO_SEED ? 0 : sim_random(sim);
	return 0;
}

static void bloom_fini(struct sim *sim, struct map *map)
{
	sim_free(sim, map->family);
}

/* The bit that hash function @i gives the value. */
static u32 bit_of(const struct map *map, const void *value, u32 i)
{
	const struct bloom *bloom = map->family;

	return jhash(value, map->k.value_size, bloom->seed + i) & bloom->mask;
}

static int bloom_push(struct sim *sim, struct map *map, const void *value, u64 flags)
{
	if (flags != BPF_ANY)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: a bloom filter knows BPF_ANY only",
				(unsigned long long)flags);
	for (u32 i = 0; i < ((struct bloom *)map->family)->hashes; i++) {
		u32 bit = bit_of(map, value, i);

		map->k.value[bit / 8] |= 1u << bit % 8;
	}
	return 0;
}

static int bloom_peek(struct sim *sim, struct map *map, void *value)
{
	for (u32 i = 0; i < ((struct bloom *)map->family)->hashes; i++) {
		u32 bit = bit_of(map, value, i);

		if (!(map->k.value[bit / 8] & 1u << bit % 8))
			return sim_fail(&sim->why, -ENOENT, "bit %u is not set: the value was never put in",
					bit);
	}
	return 0;
}

static int refuse(struct sim *sim)
{
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"a bloom filter does not know what is in it: nothing can be taken out or listed");
}

static int bloom_pop(struct sim *sim, struct map *map, void *value)
{
	(void)map, (void)value;
	return refuse(sim);
}

static int bloom_remove(struct sim *sim, struct map *map, const void *key)
{
	(void)map, (void)key;
	return refuse(sim);
}

static int bloom_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	(void)map, (void)key, (void)next;
	return refuse(sim);
}

static const u16 helpers[] = {BPF_FUNC_map_push_elem, BPF_FUNC_map_peek_elem, 0};

const struct map_ops bloom_filter_ops = {
	.name = "bloom_filter",
	.doc = "was this value put in? no, or perhaps",
	.when = "Most keys are not in a large set, and asking the set is dear: the filter says no at once "
		"for most. Not when values must be taken out again.",
	.what = "No key. Value: what is asked for, any bytes. Push puts it in, peek says 0 (perhaps "
		"there) or ENOENT (certainly not); for user space update is push and lookup is peek, with "
		"the value as what is asked. map_extra: number of hash functions, 1 to 15, or 0 for 5.",
	.kept = "A row of bits behind struct bpf_map, max_entries * functions * 7/5 of them rounded up to "
		"a power of two. A push sets one bit for each hash function.",
	.cost = "Push and peek: one jhash of the value for each function, no lock. More values than "
		"max_entries are taken, with more and more wrong answers.",
	.example = "bpfwalk run samples/xdp_bloom.o --set 'perhaps[]=192.0.2.10' --set "
		"'bad[192.0.2.10]=0' --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG |
		    BPF_F_WRONLY_PROG,
	.traits = MAP_TRAIT_NO_KEY | MAP_TRAIT_EXTRA | MAP_TRAIT_PEEK_IN,
	.form = MAP_FORM_BITS,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = bloom_struct_size,
	.init = bloom_init,
	.fini = bloom_fini,
	.push = bloom_push,
	.pop = bloom_pop,
	.peek = bloom_peek,
	.remove = bloom_remove,
	.next_key = bloom_next_key,
};
