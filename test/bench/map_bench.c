/*
 * Speed of maps, as the kernel's functions that programs and system calls get to, and what a large map costs
 * those who go back in time.
 *
 * Hashes are measured beside GLib's GHashTable in the same run, on the same keys in the same random order,
 * in interleaved rounds; its keys are addresses of 64-bit numbers (g_int64_hash, "int64") or the numbers
 * themselves (g_direct_hash, "direct"). Without GLib's development files that part is left out, and said so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_GLIB
#include <glib.h>
#endif

#include "../../sim/maps/ringbuf.h"
#include "../../sim/patch.h"
#include "../../sim/sim.h"
#include "../support/bare.h"
#include "../support/cases.h"
#include "../support/compiled.h"
#include "../support/host.h"
#include "../support/insn.h"

#define ROUNDS 9
#define ROUND_OPS 1000000u

static u64 dice = 88172645463325252ull;

static u64 random_u64(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	return dice ^= dice << 17;
}

/* @n numbers that differ; @order: the same, shuffled. */
static void make_keys(u64 *key, u64 *order, u32 n)
{
	for (u32 i = 0; i < n; i++)
		order[i] = key[i] = random_u64();
	for (u32 i = n; i-- > 1;) {
		u32 j = random_u64() % (i + 1);
		u64 k = order[i];

		order[i] = order[j];
		order[j] = k;
	}
}

/* --- hashes, beside GHashTable --- */

struct tables {
	struct sim *sim;
	struct map *map;
	u64 *key, *order;
	u32 n;
#ifdef HAVE_GLIB
	GHashTable *glib;
#endif
};

static u64 map_round(struct tables *t, bool update)
{
	const struct map_ops *ops = map_ops(t->map);
	u64 start = bench_now_ns(), sum = 0;

	for (u32 done = 0; done < ROUND_OPS; done += t->n)
		for (u32 i = 0; i < t->n; i++) {
			if (update)
				sum += ops->update(t->sim, t->map, &t->order[i], &t->order[i], BPF_ANY);
			else
				sum += *(u64 *)ops->lookup(t->sim, t->map, &t->order[i]) != t->order[i];
		}
	if (sum) {
		fprintf(stderr, "the map has lost something\n");
		exit(1);
	}
	return bench_now_ns() - start;
}

#ifdef HAVE_GLIB

static u64 glib_round(struct tables *t, bool direct, bool update)
{
	u64 start = bench_now_ns(), sum = 0;

	for (u32 done = 0; done < ROUND_OPS; done += t->n)
		for (u32 i = 0; i < t->n; i++) {
			void *key = direct ? (void *)t->order[i] : &t->order[i];

			if (update)
				sum += g_hash_table_insert(t->glib, key, (void *)~t->order[i]);
			else
				sum += (u64)g_hash_table_lookup(t->glib, key) != ~t->order[i];
		}
	if (sum) {
		fprintf(stderr, "GHashTable has lost something\n");
		exit(1);
	}
	return bench_now_ns() - start;
}

static bool beside_glib(struct tables *t, bool direct, bool update, double limit)
{
	double ops = (ROUND_OPS + t->n - 1) / t->n * t->n, ratio;
	struct bench_pair pair = {.rounds = 0};

	t->glib = direct ? g_hash_table_new(g_direct_hash, g_direct_equal) :
			   g_hash_table_new(g_int64_hash, g_int64_equal);
	for (u32 i = 0; i < t->n; i++)
		g_hash_table_insert(t->glib, direct ? (void *)t->key[i] : &t->key[i], (void *)~t->key[i]);
	for (int round = 0; round < ROUNDS; round++) {
		u64 ours = map_round(t, update), theirs = glib_round(t, direct, update);

		bench_add(&pair, ours / ops, theirs / ops);
	}
	g_hash_table_destroy(t->glib);
	ratio = 1 / bench_ratio(&pair);
	printf("%-6s %7u keys, %-6s  %5.2fx GHashTable's speed (rounds: %.2f to %.2f), %5.1f ns, GHashTable %5.1f ns",
	       update ? "update" : "lookup", t->n, direct ? "direct" : "int64", ratio,
	       1 / bench_quartile(pair.ratio, ROUNDS, 3), 1 / bench_quartile(pair.ratio, ROUNDS, 1), bench_quartile(pair.ours, ROUNDS, 2),
	       bench_quartile(pair.theirs, ROUNDS, 2));
	return bench_at_least(ratio, limit);
}

static bool compare(struct tables *t, double limit)
{
	bool ok = true;

	for (int direct = 0; direct < 2; direct++)
		for (int update = 0; update < 2; update++)
			ok &= beside_glib(t, direct, update, limit);
	return ok;
}

#else

static bool compare(struct tables *t, double limit)
{
	(void)limit;
	printf("%u keys: lookup %.1f ns, update %.1f ns; not compared: GLib's development files are not here\n",
	       t->n, (double)map_round(t, false) / t->n, (double)map_round(t, true) / t->n);
	return true;
}

#endif

static bool hashes(u32 n, double limit)
{
	struct tables t = {.sim = bare_new(), .n = n};
	bool ok;

	t.map = bare_map(t.sim, "hash", BPF_MAP_TYPE_HASH, 8, 8, n);
	t.key = malloc(n * sizeof(u64));
	t.order = malloc(n * sizeof(u64));
	make_keys(t.key, t.order, n);
	for (u32 i = 0; i < n; i++)
		map_update(t.sim, t.map, &t.key[i], &t.key[i], BPF_ANY);
	ok = compare(&t, limit);
	free(t.key);
	free(t.order);
	bare_delete(t.sim);
	return ok;
}

/* --- array lookups written out by the translator, as machine code --- */

#define ARRAY_ENTRIES 1024u
#define ARRAY_LOOKUPS 1000000u

static void append(struct bpf_insn *insns, u32 *count, const struct bpf_insn *more, u32 n)
{
	memcpy(insns + *count, more, n * sizeof(*more));
	*count += n;
}

/* A translated program: r2 lookups, of all indexes in turn. @looks: false: all but the lookup. */
static struct prog *array_prog(struct sim *sim, const struct map *map, bool looks)
{
	const struct bpf_insn begin[] = {
		ALU64_X(MOV, 7, 2),
		ALU64_K(MOV, 8, 0),
		/* 2: */
		ALU64_X(MOV, 1, 7),
		ALU64_K(AND, 1, ARRAY_ENTRIES - 1),
		STX(W, 10, 1, -4),
		ALU64_X(MOV, 2, 10),
		ALU64_K(ADD, 2, -4),
		LD_IMM64(1, (u64)&map->k),
	};
	struct bpf_insn insns[64], end[] = {
		JMP_K(JEQ, 0, 0, 2),
		LDX(DW, 1, 0, 0),
		ALU64_X(ADD, 8, 1),
		ALU64_K(ADD, 7, -1),
		JMP_K(JNE, 7, 0, 0),
		ALU64_X(MOV, 0, 8),
		EXIT(),
	};
	struct patch lookup = {.insn[0] = ALU64_K(MOV, 0, 0), .n = 1};
	struct prog *prog;
	u32 count = 0;

	if (looks)
		map_ops(map)->inline_lookup(map, &lookup);
	append(insns, &count, begin, ARRAY_SIZE(begin));
	append(insns, &count, lookup.insn, lookup.n);
	end[4].off = 2 - (s32)(count + 5);
	append(insns, &count, end, ARRAY_SIZE(end));
	prog = bare_prog(sim, BPF_PROG_TYPE_SOCKET_FILTER, insns, count);
	if (compile_translated(sim, prog, 8))
		return prog;
	fprintf(stderr, "array lookups: %s\n", sim->why.text);
	exit(1);
}

static u64 timed_run(struct sim *sim, struct prog *prog)
{
	u64 start = bench_now_ns();

	compiled_run(sim, prog, 0, ARRAY_LOOKUPS);
	return bench_now_ns() - start;
}

static bool arrays(void)
{
	struct sim *sim = compiled_machine();
	struct map *map = bare_map(sim, "array", BPF_MAP_TYPE_ARRAY, 4, 8, ARRAY_ENTRIES);
	struct prog *with = array_prog(sim, map, true), *without = array_prog(sim, map, false);
	double cost[ROUNDS], median;

	for (int round = 0; round < ROUNDS; round++)
		cost[round] = ((double)timed_run(sim, with) - timed_run(sim, without)) / ARRAY_LOOKUPS;
	median = bench_quartile(cost, ROUNDS, 2);
	printf("array lookup, written out, as machine code: %.2f ns more than without it", median);
	obj_put(sim, &with->obj);
	obj_put(sim, &without->obj);
	bare_delete(sim);
	return bench_at_most(median, 2);
}

/* --- longest prefixes --- */

#define PREFIXES 100000u

struct prefix {
	u32 bits;
	u8 address[4];
};

static struct prefix random_prefix(u32 bits)
{
	u32 address = random_u64();
	struct prefix p = {.bits = bits};

	memcpy(p.address, &address, sizeof(address));
	return p;
}

/* As in a routing table: half of them /24, the others from /8 on. */
static void fill_trie(struct sim *sim, struct map *map)
{
	for (u32 n = 0; n < PREFIXES;) {
		struct prefix p = random_prefix(random_u64() % 2 ? 24 : 8 + random_u64() % 25);
		u64 value = n;

		n += !map_update(sim, map, &p, &value, BPF_NOEXIST);
	}
}

static bool tries(void)
{
	struct sim *sim = bare_new();
	struct map *map = bare_map(sim, "trie", BPF_MAP_TYPE_LPM_TRIE, sizeof(struct prefix), 8, PREFIXES);
	static struct prefix question[ROUND_OPS];
	double speed[ROUNDS];
	u64 found = 0;

	fill_trie(sim, map);
	for (u32 i = 0; i < ROUND_OPS; i++)
		question[i] = random_prefix(32);
	for (int round = 0; round < ROUNDS; round++) {
		u64 start = bench_now_ns();

		for (u32 i = 0; i < ROUND_OPS; i++)
			found += !!map_lookup(sim, map, &question[i]);
		speed[round] = ROUND_OPS * 1e3 / (bench_now_ns() - start);
	}
	printf("trie of %u prefixes: %.2f M lookups/s of random addresses, %.0f %% found", PREFIXES,
	       bench_quartile(speed, ROUNDS, 4), found * 100.0 / ROUND_OPS / ROUNDS);
	bare_delete(sim);
	return bench_at_least(bench_quartile(speed, ROUNDS, 4), 2);
}

/* --- records of a ring buffer --- */

#define RING_BYTES (1u << 20)
#define RECORD_BYTES 64u

/* Records go in, as a program's reserve and submit, until the ring is full; then a reader takes them all. */
static bool rings(void)
{
	struct sim *sim = bare_new();
	struct map *map = bare_map(sim, "ring", BPF_MAP_TYPE_RINGBUF, 0, 0, RING_BYTES);
	struct ringbuf *ring = ringbuf_of(map);
	double speed[ROUNDS];
	u64 sum = 0, sent = 0;

	for (int round = 0; round < ROUNDS; round++) {
		u64 start = bench_now_ns();

		for (u32 i = 0; i < ROUND_OPS; i++) {
			u64 *record = ringbuf_reserve(ring, RECORD_BYTES);
			const struct ringbuf_header *header;

			if (record) {
				for (u32 k = 0; k < RECORD_BYTES / 8; k++)
					record[k] = sent;
				sent++;
				ringbuf_commit(sim, record, 0, false);
				continue;
			}
			while ((header = ringbuf_record(ring, ring->consumer_pos))) {
				sum += *(const u64 *)(header + 1);
				ring->consumer_pos += ringbuf_step(header->len);
			}
			i--;
		}
		speed[round] = ROUND_OPS * 1e3 / (bench_now_ns() - start);
	}
	printf("ring buffer: %.0f M records of %u bytes/s, written and read", bench_quartile(speed, ROUNDS, 4),
	       RECORD_BYTES);
	bare_delete(sim);
	return bench_at_least(bench_quartile(speed, ROUNDS, 4), 40) && sum;
}

/* --- going back when there is a map of 64 MB --- */

#define BIG_VALUE (64u << 10)
#define BIG_ENTRIES 1024u
#define BACK_STEPS 200

static s64 bpf(struct sim *sim, int cmd, union bpf_attr *attr)
{
	s64 ret = sim_bpf(sim, 100, cmd, (u64)attr, KERNEL_ATTR_SIZE);

	if (ret < 0) {
		fprintf(stderr, "bpf command %d: %s\n", cmd, sim->why.text);
		exit(1);
	}
	return ret;
}

static void fill_big(struct sim *sim, u32 map_fd)
{
	static u64 value[BIG_VALUE / 8];

	for (u32 i = 0; i < BIG_ENTRIES; i++) {
		union bpf_attr attr = {.map_fd = map_fd, .key = (u64)&i, .value = (u64)value};

		for (u32 k = 0; k < ARRAY_SIZE(value); k++)
			value[k] = random_u64();
		bpf(sim, BPF_MAP_UPDATE_ELEM, &attr);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool going_back(void)
{
	struct sim_host *host = host_new();
	struct sim *sim = sim_new(host);
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = BIG_VALUE, .max_entries = BIG_ENTRIES};
	u32 map_fd = bpf(sim, BPF_MAP_CREATE, &attr);
	static double took[BACK_STEPS];
	struct timeline_cost cost;
	u64 start = bench_now_ns(), end;

	fill_big(sim, map_fd);
	printf("64 MB map: filled in %.0f ms,", (bench_now_ns() - start) / 1e6);
	fill_big(sim, map_fd);
	cost = timeline_cost(sim);
	printf(" again: %u snapshots, %.0f MB of pages, log %.0f MB\n", cost.snapshots, cost.snapshot_bytes / 1e6,
	       cost.log_bytes / 1e6);
	end = sim_end(sim);
	for (u32 i = 0; i < BACK_STEPS; i++) {
		start = bench_now_ns();
		sim_goto(sim, end - 1 - i * (end / 2 / BACK_STEPS));
		took[i] = (bench_now_ns() - start) / 1e6;
	}
	qsort(took, BACK_STEPS, sizeof(took[0]), by_value);
	printf("64 MB map: a step back takes %.1f ms, nine in ten %.1f ms or less, slowest %.1f ms",
	       took[BACK_STEPS / 2], took[BACK_STEPS * 9 / 10], took[BACK_STEPS - 1]);
	sim_delete(sim);
	host_delete(host);
	return bench_at_most(took[BACK_STEPS * 9 / 10], 50);
}

int main(void)
{
	bool ok = hashes(10000, 1.5);

	ok &= hashes(1000000, 1);
	ok &= arrays();
	ok &= tries();
	ok &= rings();
	ok &= going_back();
	return ok ? 0 : 1;
}
