/*
 * LRU maps on a machine with four CPUs: which elements go when updates, programs' lookups and deletions happen now here, now there.
 * Each CPU has free elements of its own, and new ones that wait to come to the common lists; with BPF_F_NO_COMMON_LRU it has all its
 * lists for itself.
 */
#include "test/errno/lru.h"

#define CPUS 4

/* New keys, @run of them on each CPU in turn. */
static void in_turn(unsigned type, const char *name, unsigned max, unsigned flags, unsigned run)
{
	struct bench b = make_bench(type, max, flags);
	unsigned failed = 0, steps = 2 * max + 9;

	note("%s of %u, flags 0x%x: new keys, %u on each CPU in turn", name, max, flags, run);
	for (unsigned key = 0; key < steps; key++) {
		sys_cpu(key / run % CPUS);
		failed += put(&b, key, BPF_ANY) != 0;
		if (key % (max / 4 + 1) == max / 4)
			show(&b, "then");
	}
	note("  %u failed", failed);
	end_bench(&b);
}

/* One CPU fills the map; the others come for their share. */
static void from_one(unsigned type, const char *name, unsigned max, unsigned flags)
{
	struct bench b = make_bench(type, max, flags);

	note("%s of %u, flags 0x%x: CPU 2 fills it, CPUs 0, 1, 3 go on", name, max, flags);
	sys_cpu(2);
	for (unsigned key = 0; key < max; key++)
		put(&b, key, BPF_ANY);
	show(&b, "filled");
	for (unsigned i = 0; i < 3 * (max / 4 + 1); i++) {
		sys_cpu(i % 3 == 2 ? 3 : i % 3);
		line(put(&b, 1000 + i, BPF_ANY), "  key %u", 1000 + i);
		if (i % (max / 8 + 1) == 0)
			show(&b, "then");
	}
	end_bench(&b);
}

/* Anything anywhere, from a generator. */
static void mixture(unsigned type, const char *name, unsigned max, unsigned flags, unsigned steps)
{
	struct bench b = make_bench(type, max, flags);
	unsigned found = 0, failed = 0;

	note("%s of %u, flags 0x%x: a mixture on all CPUs", name, max, flags);
	seed = max + flags;
	for (unsigned i = 1; i <= steps; i++) {
		unsigned dice = roll(10), key = roll(2 * max + 2);

		sys_cpu(roll(CPUS));
		if (dice < 4)
			failed += put(&b, key, roll(3)) != 0;
		else if (dice < 8)
			found += look(&b, key);
		else if (dice < 9)
			failed += elem(BPF_MAP_DELETE_ELEM, b.map, &key, NULL, 0) != 0;
		else
			failed += put(&b, key + 2 * max, BPF_ANY) != 0;
		if (i % (steps / 16) == 0) {
			note("  %u found, %u failed", found, failed);
			show(&b, "left");
		}
	}
	end_bench(&b);
}

static void all_of(unsigned type, const char *name, unsigned flags)
{
	static const unsigned size[] = {1, 3, 4, 5, 16, 127, 300, 700};

	for (unsigned i = 0; i < COUNT(size); i++) {
		in_turn(type, name, size[i], flags, 1);
		in_turn(type, name, size[i], flags, 7);
		if (size[i] <= 16)
			from_one(type, name, size[i], flags);
	}
	from_one(type, name, 140, flags);
	mixture(type, name, 5, flags, 400);
	mixture(type, name, 50, flags, 1600);
	mixture(type, name, 400, flags, 4000);
}

int main(void)
{
	sys_cpus(4);
	for (unsigned flags = 0; flags <= BPF_F_NO_COMMON_LRU; flags += BPF_F_NO_COMMON_LRU) {
		all_of(BPF_MAP_TYPE_LRU_HASH, "lru_hash", flags);
		all_of(BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash", flags);
	}
	return 0;
}
