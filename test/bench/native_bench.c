/*
 * Speed of machine code, as ratio to the same algorithm in C at gcc -O2 in the same run: see vm_bench.c. Then
 * what a run costs that does nothing, beside a call; and packets of a capture through samples/xdp_count.o,
 * interpreted, as machine code, and beside a C function that does the same with the same map: there are few of them,
 * all in the nearest cache, so this is what a run costs. packet_bench has a million.
 */
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../sim/elf/vmlinux.h"
#include "../../sim/maps/hash.h"
#include "../../sim/native/native.h"
#include "../../sim/progs/xdp.h"
#include "../../ui/capture.h"
#include "../../ui/program.h"
#include "../support/bare.h"
#include "../support/cases.h"
#include "../support/compiled.h"
#include "../support/insn.h"

#define ROUNDS 21
#define EMPTY_RUNS 20000u
#define EMPTY_LIMIT 10.0 /* ns over the call */
#define PACKET_ROUNDS 4000u
#define PACKETS 64u

static const double limits[CASES] = {[CASE_HELPER] = 1.5};

static void fault(const struct sim *sim)
{
	fprintf(stderr, "fault: %s\n", sim->vm->fault.text);
	exit(1);
}

static bool measure(struct sim *sim, u32 number, u64 memory)
{
	const struct bench_case *c = &bench_cases[number];
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, c->insns, c->count);
	struct bench_pair pair = {.rounds = 0};
	double ratio, limit = limits[number];
	volatile u64 sink = 0;

	if (!compile_prog(sim, prog)) {
		fprintf(stderr, "%s: %s\n", c->name, sim->why.text);
		return false;
	}
	for (int round = 0; round < BENCH_ROUNDS; round++) {
		u64 random = sim->clock->random, t0 = bench_now_ns(), t1, t2, ours = 0, theirs = 0;

		for (u64 i = 0; i < c->repeat; i++)
			ours = compiled_run(sim, prog, memory, c->n);
		t1 = bench_now_ns();
		sim->clock->random = random;
		for (u64 i = 0; i < c->repeat; i++)
			sink = theirs = c->native(sim, (const u8 *)memory, c->n);
		t2 = bench_now_ns();
		if (ours != theirs) {
			printf("%s: the program gives %" PRIu64 ", C gives %" PRIu64 "\n", c->name, ours,
			       theirs);
			return false;
		}
		bench_add(&pair, t1 - t0, t2 - t1);
	}
	(void)sink;
	obj_put(sim, &prog->obj);
	ratio = bench_ratio(&pair);
	printf("%-28s %5.2fx C (rounds: %.2f to %.2f)", c->name, ratio, bench_quartile(pair.ratio, BENCH_ROUNDS, 1),
	       bench_quartile(pair.ratio, BENCH_ROUNDS, 3));
	if (limit)
		return bench_at_most(ratio, limit);
	printf("\n");
	return true;
}

/* --- a run that does nothing --- */

static __attribute__((noinline)) u64 nothing(struct sim *sim, u64 r1)
{
	__asm__ volatile("" : : "r"(sim), "r"(r1));
	return 0;
}

static bool empty_run(struct sim *sim)
{
	const struct bpf_insn insns[] = {ALU64_K(MOV, BPF_REG_0, 0), EXIT()};
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, insns, ARRAY_SIZE(insns));
	u64 (*volatile call)(struct sim * sim, u64 r1) = nothing;
	void (*volatile run)(struct sim * sim) = sim->host->exec->run;
	struct bench_pair pair = {.rounds = 0};
	double over;

	if (!compile_translated(sim, prog, 0))
		return false;
	vm_start(sim, prog, 0);
	for (int round = 0; round < BENCH_ROUNDS; round++) {
		u64 t0 = bench_now_ns(), t1, t2;

		for (u32 i = 0; i < EMPTY_RUNS; i++)
			run(sim);
		t1 = bench_now_ns();
		for (u32 i = 0; i < EMPTY_RUNS; i++)
			call(sim, 0);
		t2 = bench_now_ns();
		bench_add(&pair, (double)(t1 - t0) / EMPTY_RUNS, (double)(t2 - t1) / EMPTY_RUNS);
	}
	vm_finish(sim);
	obj_put(sim, &prog->obj);
	over = bench_quartile(pair.ours, BENCH_ROUNDS, 2) - bench_quartile(pair.theirs, BENCH_ROUNDS, 2);
	printf("%-28s %5.1f ns over a call of a C function", "an empty run", over);
	return bench_at_most(over, EMPTY_LIMIT);
}

/* --- packets of a capture --- */

struct traffic {
	struct sim *sim;
	struct prog *prog;
	struct map *map;
	struct xdp_buff *xdp[PACKETS];
	u32 count;
};

static __attribute__((noinline)) u32 count_in_c(struct traffic *t, const struct xdp_buff *xdp)
{
	const u8 *data = (const u8 *)xdp->data;
	const struct iphdr *ip = (const void *)(data + sizeof(struct ethhdr));
	u32 proto;
	u64 *n;

	if ((u64)(ip + 1) > xdp->data_end)
		return XDP_PASS;
	proto = ip->protocol;
	n = hash_lookup(t->sim, t->map, &proto);
	if (n)
		__sync_fetch_and_add(n, 1);
	return XDP_PASS;
}

static u32 interpret(struct traffic *t, const struct xdp_buff *xdp)
{
	vm_start(t->sim, t->prog, (u64)xdp);
	vm_run(t->sim, UINT64_MAX);
	if (t->sim->vm->state == VM_FAULTED)
		fault(t->sim);
	return vm_finish(t->sim);
}

static u32 execute(struct traffic *t, const struct xdp_buff *xdp)
{
	vm_start(t->sim, t->prog, (u64)xdp);
	t->sim->host->exec->run(t->sim);
	if (t->sim->vm->state == VM_FAULTED)
		fault(t->sim);
	return vm_finish(t->sim);
}

/* Millions of packets in a second. */
static double rate(struct traffic *t, u32 (*one)(struct traffic *t, const struct xdp_buff *xdp), u32 rounds)
{
	u64 begin = bench_now_ns();

	for (u32 round = 0; round < rounds; round++)
		for (u32 i = 0; i < t->count; i++)
			if (one(t, t->xdp[i]) != XDP_PASS)
				exit(1);
	return (double)rounds * t->count * 1e3 / (bench_now_ns() - begin);
}

/* What the map counts for protocol 6 and 17 grows by as much whoever counts. */
static u64 counted(struct traffic *t)
{
	u64 sum = 0;

	for (u32 proto = 0; proto < 256; proto++) {
		u64 *n = hash_lookup(t->sim, t->map, &proto);

		sum += n ? *n : 0;
	}
	return sum;
}

static bool compare_counts(struct traffic *t)
{
	u64 start = counted(t), c, vm, native;

	rate(t, count_in_c, 1);
	c = counted(t) - start;
	rate(t, interpret, 1);
	vm = counted(t) - start - c;
	rate(t, execute, 1);
	native = counted(t) - start - c - vm;
	if (!c || c != vm || c != native)
		printf("packets counted: C %" PRIu64 ", interpreter %" PRIu64 ", machine code %" PRIu64 "\n",
		       c, vm, native);
	return c && c == vm && c == native;
}

static void take_packets(struct traffic *t, const struct capture *capture)
{
	const struct netdev *dev = netdev_by_index(t->sim, 1);

	for (u64 i = 0; i < capture->count && t->count < PACKETS; i++) {
		struct xdp_buff *xdp = xdp_new(t->sim, dev, ARENA_PAGE, XDP_HEADROOM, capture->packet[i].len);

		memcpy((void *)xdp->data, capture_data(capture, i), capture->packet[i].len);
		t->xdp[t->count++] = xdp;
	}
}

static bool count_packets(struct traffic *t)
{
	double c[ROUNDS], vm[ROUNDS], native[ROUNDS];

	if (!compare_counts(t))
		return false;
	for (int round = 0; round < ROUNDS; round++) {
		c[round] = rate(t, count_in_c, PACKET_ROUNDS / ROUNDS);
		vm[round] = rate(t, interpret, PACKET_ROUNDS / ROUNDS);
		native[round] = rate(t, execute, PACKET_ROUNDS / ROUNDS);
	}
	printf("xdp_count, samples/web.pcap: interpreter %.1f, machine code %.1f, C %.1f M packets/s\n",
	       bench_quartile(vm, ROUNDS, 2), bench_quartile(native, ROUNDS, 2),
	       bench_quartile(c, ROUNDS, 2));
	return true;
}

/* All calls of the loader. False: one failed. */
static bool make_calls(struct loader *loader, struct session *session)
{
	struct loader_call call;

	while (loader_next(loader, &call)) {
		s64 result = loader_make_call(session->sim, session->pid, &call);

		loader_done_call(loader, result, session->sim->why.text);
	}
	return !loader_failed(loader);
}

/* Loads the sample: its program, or NULL. */
static struct prog *load_sample(struct session *session, const struct program_file *file)
{
	struct loader_options options = {.target = {vmlinux_types(NULL), 1}};
	struct why why = {0};
	struct loader *loader = loader_begin(file->elf, session->user, &options, &why);
	struct obj *obj = NULL;

	if (loader && make_calls(loader, session))
		obj = session_object(session, loader_program_fd(loader, file->chosen - file->elf->programs));
	else
		fprintf(stderr, "%s\n", loader ? loader_failed(loader)->text : why.text);
	loader_free(loader);
	return obj ? container_of(obj, struct prog, obj) : NULL;
}

static bool run_traffic(struct session *session, const struct program_file *file,
			const struct capture *capture)
{
	struct traffic t = {.sim = session->sim, .prog = load_sample(session, file)};

	if (!t.prog || session_sysctl(session, "bpfwalk.engine=1", &t.sim->why))
		return false;
	t.map = t.prog->used_maps[0];
	for (u32 proto = 1; proto < 64; proto++)
		hash_update(t.sim, t.map, &proto, &(u64){0}, BPF_ANY);
	take_packets(&t, capture);
	return count_packets(&t);
}

static bool xdp_count(void)
{
	struct capture capture;
	struct program_file file;
	struct session session;
	char words[PROGRAM_ERROR];
	struct text error;
	struct why why = {0};
	bool ok;

	text_init(&error, words, sizeof(words));
	if (capture_open(&capture, "samples/web.pcap", &why) || session_open(&session, &why) ||
	    program_open(&file, "samples/xdp_count.o", NULL, &error)) {
		fprintf(stderr, "%s%s\n", why.text, words);
		return false;
	}
	ok = run_traffic(&session, &file, &capture);
	session_close(&session);
	program_close(&file);
	capture_close(&capture);
	return ok;
}

int main(void)
{
	struct sim *sim;
	u8 *memory;
	bool ok = true;

	if (!native_ops()) {
		puts("machine code runs on x86-64 Linux only");
		return 0;
	}
	sim = compiled_machine();
	memory = arena_alloc(sim->arena, CASE_PACKET_SIZE, TAG_KERNEL, NULL);
	for (u32 i = 0; i < CASE_PACKET_SIZE; i++)
		memory[i] = sim_random(sim);
	for (u32 i = 0; i < CASES; i++)
		ok &= measure(sim, i, (u64)memory);
	ok &= empty_run(sim);
	bare_delete(sim);
	ok &= xdp_count();
	return ok ? 0 : 1;
}
