/*
 * A capture of a million packets through XDP (samples/xdp_count.o: a hash) and through a classifier
 * (samples/tc_ports.o: a hash, a queue, a stack): packets in a second, interpreted and as machine code, beside
 * C functions that do the same with the same maps. Each packet is copied from the capture into the context's
 * buffer, whoever looks at it. Then the same packets as events of the whole machine, which logs them, so that
 * one can go back to any; and the memory that a million runs leave behind.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../sim/elf/vmlinux.h"
#include "../../sim/native/native.h"
#include "../../sim/progs/skb.h"
#include "../../sim/progs/xdp.h"
#include "../../ui/capture.h"
#include "../../ui/program.h"
#include "../support/bare.h"
#include "../support/cases.h"

#define PACKETS 1000000u
#define FLOWS 10000u
#define ROUNDS 9
#define RATIO_LIMIT 2.0 /* time of machine code to that of C */
#define EVENTS 100000u

struct traffic {
	struct session session;
	struct program_file file;
	struct capture capture;
	struct prog *prog;
	struct xdp_buff *xdp;
	struct sk_buff *skb;
	u64 ctx;
	struct map *counts;                           /* xdp_count's */
	struct map *free_ports, *buffers, *port_of; /* tc_ports' */
};

static __attribute__((noreturn)) void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(1);
}

/* --- packets --- */

static u64 dice = 88172645463325252ull;

static u32 random_below(u32 n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (dice >> 32) % n;
}

static u32 make_packet(u8 *bytes)
{
	u32 len = 60 + random_below(190), flow = random_below(FLOWS), what = random_below(20);
	struct ethhdr *eth = (void *)bytes;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	memset(bytes, 0, len);
	eth->h_proto = htons(ETH_P_IP);
	*ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .tot_len = htons(len - ETH_HLEN)};
	ip->protocol = what < 2 ? IPPROTO_UDP : IPPROTO_TCP;
	ip->saddr = htonl(0x0a000000 + flow);
	tcp->source = htons(1024 + flow);
	tcp->dest = htons(443);
	tcp->doff = 5;
	tcp->syn = what == 2;
	tcp->fin = what == 3;
	tcp->ack = what != 2;
	return len;
}

static void make_capture(struct capture *capture)
{
	u8 bytes[256];

	if (capture_init(capture, ""))
		fail("no memory");
	for (u32 i = 0; i < PACKETS; i++) {
		u32 len = make_packet(bytes);

		if (capture_add(capture, bytes, len, len, i * 1000ull))
			fail("no memory");
	}
}

static void put_packet(struct traffic *t, u64 i)
{
	u32 len = t->capture.packet[i].len;
	u64 data = t->xdp ? t->xdp->data : t->skb->data;

	memcpy((void *)data, capture_data(&t->capture, i), len);
	if (t->xdp) {
		t->xdp->data_end = data + len;
		return;
	}
	t->skb->len = len;
	t->skb->tail = skb_headroom(t->skb) + len;
	skb_data_end(t->skb)->data_end = data + len;
}

/* --- who looks at them --- */

static struct map *map_named(const struct traffic *t, const char *name)
{
	for (u32 i = 0; i < t->prog->nused_maps; i++)
		if (!strcmp(t->prog->used_maps[i]->obj.name, name))
			return t->prog->used_maps[i];
	fail("a sample has other maps than this bench knows");
}

static u64 interpret(struct traffic *t)
{
	struct sim *sim = t->session.sim;

	vm_start(sim, t->prog, t->ctx);
	vm_run(sim, UINT64_MAX);
	return vm_finish(sim);
}

static u64 execute(struct traffic *t)
{
	struct sim *sim = t->session.sim;

	vm_start(sim, t->prog, t->ctx);
	sim->host->exec->run(sim);
	return vm_finish(sim);
}

static __attribute__((noinline)) u64 xdp_in_c(struct traffic *t)
{
	const u8 *data = (const u8 *)t->xdp->data;
	const struct iphdr *ip = (const void *)(data + ETH_HLEN);
	u32 proto;
	u64 *n;

	if ((u64)(ip + 1) > t->xdp->data_end)
		return XDP_PASS;
	proto = ip->protocol;
	n = map_ops(t->counts)->lookup(t->session.sim, t->counts, &proto);
	if (n)
		__sync_fetch_and_add(n, 1);
	return XDP_PASS;
}

static void begin_in_c(struct traffic *t, u32 sport)
{
	struct sim *sim = t->session.sim;
	u32 port;

	if (map_ops(t->free_ports)->pop(sim, t->free_ports, &port) == 0)
		map_ops(t->port_of)->update(sim, t->port_of, &sport, &port, BPF_ANY);
}

static void end_in_c(struct traffic *t, u32 sport)
{
	struct sim *sim = t->session.sim;
	u32 *port = map_ops(t->port_of)->lookup(sim, t->port_of, &sport), free_port;

	if (!port)
		return;
	free_port = *port;
	map_ops(t->free_ports)->push(sim, t->free_ports, &free_port, BPF_ANY);
	map_ops(t->port_of)->remove(sim, t->port_of, &sport);
}

static __attribute__((noinline)) u64 tc_in_c(struct traffic *t)
{
	struct sim *sim = t->session.sim;
	const struct ethhdr *eth = (const void *)t->skb->data;
	const struct iphdr *ip = (const void *)(eth + 1);
	const struct tcphdr *tcp = (const void *)(ip + 1);
	u64 end = t->skb->data + t->skb->len;
	u32 buffer;

	if ((u64)(ip + 1) > end || eth->h_proto != htons(ETH_P_IP) || ip->protocol != IPPROTO_TCP ||
	    ip->ihl != 5 || (u64)(tcp + 1) > end)
		return TC_ACT_OK;
	if (map_ops(t->buffers)->pop(sim, t->buffers, &buffer) == 0) {
		buffer += t->skb->len;
		map_ops(t->buffers)->push(sim, t->buffers, &buffer, BPF_EXIST);
	}
	if (tcp->syn && !tcp->ack)
		begin_in_c(t, ntohs(tcp->source));
	if (tcp->fin)
		end_in_c(t, ntohs(tcp->source));
	return TC_ACT_OK;
}

/* --- rounds --- */

/* Nanoseconds for a packet. */
static double round_of(struct traffic *t, u64 (*one)(struct traffic *t), u64 expected)
{
	u64 begin = bench_now_ns();

	for (u64 i = 0; i < PACKETS; i++) {
		put_packet(t, i);
		if (one(t) != expected)
			fail("a packet has met another fate");
	}
	return (double)(bench_now_ns() - begin) / PACKETS;
}

static bool beside_c(struct traffic *t, const char *name, u64 (*in_c)(struct traffic *t), u64 expected)
{
	struct sim *sim = t->session.sim;
	u64 live = arena_live_bytes(sim->arena), pages;
	struct bench_pair pair = {.rounds = 0};
	double interpreted = 1e9, ratio;

	round_of(t, in_c, expected);
	pages = arena_pages(sim->arena);
	for (int round = 0; round < ROUNDS; round++) {
		double ns = round_of(t, interpret, expected);

		interpreted = ns < interpreted ? ns : interpreted;
		bench_add(&pair, round_of(t, execute, expected), round_of(t, in_c, expected));
	}
	ratio = bench_ratio(&pair);
	printf("%s: interpreter %.1f, machine code %.1f, C %.1f M packets/s; machine code takes %.2fx C's time", name,
	       1e3 / interpreted, 1e3 / bench_quartile(pair.ours, ROUNDS, 2), 1e3 / bench_quartile(pair.theirs, ROUNDS, 2),
	       ratio);
	bench_at_most(ratio, RATIO_LIMIT);
	printf("%s: memory after %u M runs more than before: %" PRId64 " bytes", name, ROUNDS * 2,
	       (s64)(arena_live_bytes(sim->arena) - live + (arena_pages(sim->arena) - pages) * ARENA_PAGE));
	return bench_at_most(arena_live_bytes(sim->arena) - live + arena_pages(sim->arena) - pages, 0) &&
	       ratio <= RATIO_LIMIT;
}

/* --- as events --- */

static void as_events(struct traffic *t)
{
	struct sim *sim = t->session.sim;
	u64 log = timeline_cost(sim).log_bytes, begin;

	begin = bench_now_ns();
	for (u32 i = 0; i < EVENTS; i++) {
		const struct stimulus stimulus = {.kind = STIMULUS_PACKET, .ifindex = 2, .data = capture_data(&t->capture, i),
						  .len = t->capture.packet[i].len};

		if (sim_fire(sim, &stimulus) < 0)
			fail(sim->why.text);
	}
	printf("the same packets as events of the machine, with their way through the stack: %.2f M packets/s, %.0f "
	       "bytes of log each, their own included\n",
	       EVENTS * 1e3 / (bench_now_ns() - begin), (timeline_cost(sim).log_bytes - log) / (double)EVENTS);
}

/* --- the machine --- */

static struct prog *load_sample(struct traffic *t)
{
	struct loader_options options = {.target = {vmlinux_types(NULL), 1}};
	struct sim *sim = t->session.sim;
	struct why why = {0};
	struct loader *loader = loader_begin(t->file.elf, t->session.user, &options, &why);
	struct loader_call call;
	struct obj *obj;

	if (!loader)
		fail(why.text);
	while (loader_next(loader, &call)) {
		s64 result = loader_make_call(sim, t->session.pid, &call);

		loader_done_call(loader, result, sim->why.text);
	}
	if (loader_failed(loader))
		fail(loader_failed(loader)->text);
	obj = session_object(&t->session, loader_program_fd(loader, t->file.chosen - t->file.elf->programs));
	loader_free(loader);
	return container_of(obj, struct prog, obj);
}

static void begin(struct traffic *t, const char *path)
{
	char words[PROGRAM_ERROR];
	struct text error;
	struct why why = {0};

	text_init(&error, words, sizeof(words));
	if (session_open(&t->session, &why) || program_open(&t->file, path, NULL, &error)) {
		fprintf(stderr, "%s%s\n", why.text, words);
		exit(1);
	}
	t->prog = load_sample(t);
	if (session_sysctl(&t->session, "bpfwalk.engine=1", &why))
		fail(why.text);
}

static void end(struct traffic *t)
{
	session_close(&t->session);
	program_close(&t->file);
	t->xdp = NULL;
	t->skb = NULL;
}

static bool through_xdp(struct traffic *t)
{
	struct sim *sim;
	bool ok;

	begin(t, "samples/xdp_count.o");
	sim = t->session.sim;
	t->xdp = xdp_new(sim, netdev_by_index(sim, 1), ARENA_PAGE, XDP_HEADROOM, ETH_ZLEN);
	t->ctx = (u64)t->xdp;
	t->counts = map_named(t, "counts");
	for (u32 proto = 1; proto < 64; proto++)
		map_update(sim, t->counts, &proto, &(u64){0}, BPF_ANY);
	ok = beside_c(t, "XDP, xdp_count", xdp_in_c, XDP_PASS);
	xdp_free(sim, t->xdp);
	as_events(t);
	end(t);
	return ok;
}

static bool through_tc(struct traffic *t)
{
	struct sim *sim;
	bool ok;

	begin(t, "samples/tc_ports.o");
	sim = t->session.sim;
	t->skb = skb_new(sim, netdev_by_index(sim, 1), ARENA_PAGE);
	t->ctx = (u64)t->skb;
	t->free_ports = map_named(t, "free_ports");
	t->buffers = map_named(t, "buffers");
	t->port_of = map_named(t, "port_of");
	for (u32 i = 0; i < 4; i++) {
		map_ops(t->free_ports)->push(sim, t->free_ports, &i, BPF_ANY);
		map_ops(t->buffers)->push(sim, t->buffers, &i, BPF_ANY);
	}
	ok = beside_c(t, "tc, tc_ports", tc_in_c, TC_ACT_OK);
	end(t);
	return ok;
}

int main(void)
{
	static struct traffic traffic;
	bool ok;

	if (!native_ops()) {
		puts("machine code runs on x86-64 Linux only");
		return 0;
	}
	make_capture(&traffic.capture);
	ok = through_xdp(&traffic);
	ok &= through_tc(&traffic);
	capture_close(&traffic.capture);
	return ok ? 0 : 1;
}
