/*
 * Damaged BTF: opened, read, used to show and type values, and loaded into the kernel.
 *
 *	btf_fuzz [ROUNDS [SEED]]
 *
 * Each round changes some bytes of clang's BTF of test/data/btf/kinds.c. Nothing may crash, hang, or be left
 *in the arena.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/btf_check.h"
#include "sim/btf_show.h"
#include "test/support/host.h"

static u64 state;

static u32 dice(u32 n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % n;
}

static u8 *read_file(const char *path, u32 *size)
{
	u8 *data = malloc(1 << 16);
	FILE *f = fopen(path, "rb");

	if (!f || !data)
		exit(2);
	*size = fread(data, 1, 1 << 16, f);
	fclose(f);
	return data;
}

/* Small numbers are the most interesting ids, offsets and kinds. */
static void damage(u8 *data, u32 size)
{
	for (u32 n = 1 + dice(6); n; n--) {
		u32 at = dice(size / 4) * 4, word;

		memcpy(&word, data + at, 4);
		switch (dice(5)) {
		case 0:
			word = dice(64);
			break;
		case 1:
			word ^= 1u << dice(32);
			break;
		case 2:
			word = (word & 0x80ffffff) | dice(20) << 24;
			break;
		case 3:
			word += dice(9) - 4;
			break;
		default:
			word = -dice(3);
		}
		memcpy(data + at, &word, 4);
	}
}

static void use_type(const struct btf_types *types, u32 id, u8 *value, u64 size)
{
	char buf[600];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	btf_decl_text(types, id, btf_name(types, id), &text);
	btf_find_next(types, btf_name(types, id), BTF_ANY_KIND, id);
	text_init(&text, buf, sizeof(buf));
	btf_show(types, id, value, size, &text);
	btf_parse(types, id, buf, value, size, NULL);
	btf_parse(types, id, "{a: 1, {proto: [\"x\", {u: 'c'}]}, 3}", value, size, NULL);
}

static void read_all(const u8 *data, u32 size)
{
	s64 need = btf_measure(data, size, NULL, NULL);
	void *mem = need < 0 ? NULL : malloc(need);
	struct btf_types types;

	if (!mem || btf_open(&types, data, size, NULL, mem, NULL)) {
		free(mem);
		return;
	}
	for (u32 id = 0; id < types.end_id; id++) {
		u64 room = dice(200);
		u8 *value = calloc(1, room + 1);

		use_type(&types, id, value, room);
		free(value);
	}
	free(mem);
}

/* As BTF_LOAD does it; what passes has sizes where they are needed. */
static bool load(struct sim *sim, const u8 *data, u32 size)
{
	struct log log = {.level = 1, .ubuf = 1, .size = 1 << 16};
	struct btf_check check = {.sim = sim, .log = &log};
	u8 *copy = sim_alloc(sim, size);
	bool ok;

	memcpy(copy, data, size);
	ok = !btf_check_all(&check, copy, size);
	sim_free(sim, check.index);
	sim_free(sim, copy);
	log_fini(sim, &log);
	if (arena_live_bytes(sim->arena)) {
		fprintf(stderr, "left in the arena: %llu bytes\n",
			(unsigned long long)arena_live_bytes(sim->arena));
		exit(1);
	}
	return ok;
}

/* As a loader: clang leaves section sizes to it. */
static void set_section_sizes(u8 *data)
{
	const struct btf_header *h = (const struct btf_header *)data;
	u32 *words = (u32 *)(data + h->hdr_len);

	for (u32 i = 0; i + 5 < h->type_len / 4; i++)
		if (words[i + 1] == (BTF_KIND_DATASEC << 24 | 1) && !words[i + 2])
			words[i + 2] = words[i + 5];
}

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, loaded = 0;
	struct sim_host *host = host_new();
	struct sim sim = {.host = host, .arena = arena_init(host->arena_mem, ARENA_SIZE)};
	u32 size;
	u8 *good = read_file("test/data/btf/kinds.btf", &size), *bad = malloc(size);

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	set_section_sizes(good);
	for (u64 round = 0; round < rounds; round++) {
		u32 n = dice(8) ? size : dice(size);

		memcpy(bad, good, size);
		damage(bad, size);
		read_all(bad, n);
		loaded += load(&sim, bad, n);
	}
	printf("%llu damaged BTFs, of which the kernel took %llu\n", (unsigned long long)rounds,
	       (unsigned long long)loaded);
	free(good);
	free(bad);
	host_delete(host);
	return 0;
}
