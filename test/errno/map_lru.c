/*
 * Which elements an LRU map gives up, and when: update after update, with programs that look keys up in between. One CPU.
 */
#include "test/errno/lru.h"

/* Twice as many new keys as there is room for. */
static void fill_up(unsigned type, const char *name, unsigned max, unsigned flags)
{
	struct bench b = make_bench(type, max, flags);

	note("%s of %u, flags 0x%x: new keys", name, max, flags);
	for (unsigned key = 0; key < 2 * max + 3; key++) {
		put(&b, key, BPF_ANY);
		if (key >= max - 1 && (key - max + 1) % (max / 8 + 1) == 0)
			show(&b, "then");
	}
	end_bench(&b);
}

/* Programs use every third key; then new ones come. */
static void use(unsigned type, const char *name, unsigned max, unsigned flags)
{
	struct bench b = make_bench(type, max, flags);

	note("%s of %u, flags 0x%x: every third key is used", name, max, flags);
	for (unsigned key = 0; key < max; key++)
		put(&b, key, BPF_ANY);
	for (unsigned i = 0; i < 3 * max; i++) {
		for (unsigned key = 0; i % (max / 4 + 1) == 0 && key < max; key += 3)
			look(&b, key);
		put(&b, 1000 + i, BPF_ANY);
		if (i % (max / 4 + 1) == 1)
			show(&b, "then");
	}
	end_bench(&b);
}

/* Anything, from a generator; what is there is summed up in short. */
static void mixture(unsigned type, const char *name, unsigned max, unsigned flags, unsigned steps)
{
	struct bench b = make_bench(type, max, flags);
	unsigned found = 0, failed = 0;

	note("%s of %u, flags 0x%x: a mixture", name, max, flags);
	seed = max + flags;
	for (unsigned i = 1; i <= steps; i++) {
		unsigned dice = roll(10), key = roll(2 * max + 2);

		if (dice < 4)
			failed += put(&b, key, roll(3)) != 0;
		else if (dice < 8)
			found += look(&b, key);
		else if (dice < 9)
			failed += elem(BPF_MAP_DELETE_ELEM, b.map, &key, NULL, 0) != 0;
		else
			failed += put(&b, key + 2 * max, BPF_ANY) != 0;
		if (i % (steps / 8) == 0) {
			note("  %u found, %u failed", found, failed);
			show(&b, "left");
		}
	}
	end_bench(&b);
}

/* Updates that fail, and replacements, evict as well. */
static void failures(unsigned type, const char *name, unsigned flags)
{
	struct bench b = make_bench(type, 4, flags);

	note("%s of 4, flags 0x%x: failures", name, flags);
	for (unsigned key = 0; key < 4; key++)
		put(&b, key, BPF_ANY);
	line(put(&b, 3, BPF_NOEXIST), "  key 3, BPF_NOEXIST");
	show(&b, "then");
	line(put(&b, 9, BPF_EXIST), "  key 9, BPF_EXIST");
	show(&b, "then");
	for (unsigned i = 0; i < 6; i++) {
		line(put(&b, 2, BPF_ANY), "  key 2 again");
		show(&b, "then");
	}
	end_bench(&b);
}

int main(void)
{
	static const unsigned size[] = {1, 2, 3, 4, 5, 16, 127, 128, 129, 300};
	static const struct {
		unsigned type;
		const char *name;
	} type[] = {{BPF_MAP_TYPE_LRU_HASH, "lru_hash"}, {BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash"}};

	for (unsigned t = 0; t < COUNT(type); t++)
		for (unsigned flags = 0; flags <= BPF_F_NO_COMMON_LRU; flags += BPF_F_NO_COMMON_LRU) {
			for (unsigned i = 0; i < COUNT(size); i++)
				fill_up(type[t].type, type[t].name, size[i], flags);
			use(type[t].type, type[t].name, 6, flags);
			use(type[t].type, type[t].name, 40, flags);
			use(type[t].type, type[t].name, 300, flags);
			mixture(type[t].type, type[t].name, 5, flags, 400);
			mixture(type[t].type, type[t].name, 50, flags, 1000);
			mixture(type[t].type, type[t].name, 400, flags, 4000);
			failures(type[t].type, type[t].name, flags);
		}
	return 0;
}
