/*
 * What becomes of a frame that an XDP program has redirected: it goes to a device, to all devices of a map, to
 * another CPU, to a socket; a program of the map's element may see it there first. Mirrors xdp_do_redirect and
 * xdp_do_flush (net/core/filter.c), bq_xmit_all (kernel/bpf/devmap.c), cpu_map_kthread_run (kernel/bpf/cpumap.c).
 *
 * What leaves by a device that a link joins to another one arrives there (fire_stack.c), unless another CPU has sent it.
 *
 * Simplified: a packet that came over a link, or has sent copies over one, cannot go to another CPU. Queues are emptied after each packet, not after 64; so no queue is ever full. A device that is named
 * several times gets its copies at its first turn. A frame with fragments goes nowhere. A CPU that is in the midst
 * of something else takes no frame, where Linux's thread would wait. After FRAME_TRAVELS redirects a frame is dropped.
 */
#include "cpu.h"
#include "fire.h"
#include "maps/map.h"
#include "progs/xdp.h"
#include "vm/vm.h"
#include "work.h"
#include "world/socket.h"

#define ETH_AND_VLAN 18u /* what a frame may be longer than the MTU */
#define DROPPED_THERE 1  /* EV_ARRIVAL: the program at the hop said so */

/* --- where to --- */

/* May it leave by the device? (xdp_ok_fwd_dev, and a driver that can send frames) */
static int can_leave(const struct netdev *dev, const struct xdp_buff *frame, bool generic)
{
	if (!dev)
		return -EINVAL;
	if (!generic && !dev->native_xdp)
		return -EOPNOTSUPP;
	return xdp_len(frame) > dev->mtu + ETH_AND_VLAN ? -EMSGSIZE : 0;
}

static bool is_generic(struct sim *sim, u32 ifindex)
{
	const struct netdev *dev = netdev_by_index(sim, ifindex);

	return dev && !dev->xdp_link[XDP_MODE_NATIVE];
}

static void add_hop(struct sim *sim, struct frame_travel *t, const struct redirect_target *target)
{
	for (u32 i = 0; i < t->hops; i++)
		if (target->kind == REDIRECT_DEVICE && t->to[i].number == target->number) {
			t->to[i].copies++;
			return;
		}
	if (t->hops == ARRAY_SIZE(t->to))
		return;
	t->to[t->hops++] = (struct frame_hop){target->kind, target->number, 1, target->prog, target->socket};
	if (target->prog)
		obj_get(sim, target->prog);
}

/* Devices are served in the opposite order: a queue that becomes busy is put in front of the others. */
static void turn_around(struct frame_travel *t)
{
	for (u32 i = 0; i < t->hops / 2; i++) {
		struct frame_hop other = t->to[i];

		t->to[i] = t->to[t->hops - 1 - i];
		t->to[t->hops - 1 - i] = other;
	}
}

/* All devices of the map that can take it; none is no error. */
static int to_all(struct sim *sim, struct frame_travel *t, struct map *map, bool not_back)
{
	bool generic = is_generic(sim, t->from);
	struct redirect_target target;
	u32 key, next;

	for (const u32 *at = NULL; !map_ops(map)->next_key(sim, map, at, &next); at = &key) {
		key = next;
		if (!map_ops(map)->redirect(sim, map, key, &target) || (not_back && target.number == t->from))
			continue;
		if (!can_leave(netdev_by_index(sim, target.number), t->frame, generic))
			add_hop(sim, t, &target);
	}
	if (!generic)
		turn_around(t);
	return 0;
}

/* xsk_rcv_check */
static int can_receive(struct obj *obj, const struct xdp_buff *frame, u32 from)
{
	const struct xdp_rxq_info *rxq = (const struct xdp_rxq_info *)frame->rxq;
	const struct socket *socket = socket_of(obj);

	if (!socket->bound_ifindex)
		return -ENXIO;
	return socket->bound_ifindex == from && socket->bound_queue == rxq->queue_index ? 0 : -EINVAL;
}

static int to_one(struct sim *sim, struct frame_travel *t, const struct redirect_target *target)
{
	int err = 0;

	if (target->kind == REDIRECT_DEVICE)
		err = can_leave(netdev_by_index(sim, target->number), t->frame, is_generic(sim, t->from));
	if (target->kind == REDIRECT_CPU && target->number != sim->clock->cpu && stack_is_busy(&sim->work->fire))
		err = -EOPNOTSUPP;
	else if (target->kind == REDIRECT_CPU && target->number != sim->clock->cpu && cpu_is_busy(sim, target->number))
		err = -ENOSPC;
	if (target->kind == REDIRECT_SOCKET)
		err = can_receive(target->socket, t->frame, t->from);
	if (!err)
		add_hop(sim, t, target);
	return err;
}

static int find_hops(struct sim *sim, struct frame_travel *t, struct redirect_target *target)
{
	const struct redirect *r = &sim->world->redirect;
	struct obj *obj;

	*target = (struct redirect_target){.kind = REDIRECT_DEVICE, .number = r->ifindex};
	if (!r->asked)
		return -EBADRQC;
	if (t->frame->flags & XDP_HAS_FRAGS)
		return -EOPNOTSUPP;
	if (t->travels++ == FRAME_TRAVELS)
		return -ELOOP;
	if (!r->map_id)
		return to_one(sim, t, target);
	obj = obj_by_id(sim, OBJ_MAP, r->map_id);
	if (obj && r->flags & BPF_F_BROADCAST)
		return to_all(sim, t, container_of(obj, struct map, obj), r->flags & BPF_F_EXCLUDE_INGRESS);
	if (!obj || !map_ops(container_of(obj, struct map, obj))
			    ->redirect(sim, container_of(obj, struct map, obj), r->index, target))
		return -ENOENT;
	return to_one(sim, t, target);
}

/* The frame, which now belongs to the travel, is to go where its program said. */
static void set_out(struct sim *sim, struct fire *fire, struct xdp_buff *frame)
{
	struct frame_travel *t = &fire->travel;
	struct redirect_target target;
	int err;

	t->frame = frame;
	t->hops = t->hop = 0;
	err = find_hops(sim, t, &target);
	if (!err)
		return;
	fire->arrival.dev->rx_dropped++;
	event_send(sim, EV_ARRIVAL, 0, target.kind, target.number, err, 0);
}

void redirect_begin(struct sim *sim, struct fire *fire)
{
	fire->travel.from = fire->arrival.dev->ifindex;
	fire->travel.home = sim->clock->cpu;
	set_out(sim, fire, fire->arrival.frame);
	fire->arrival.frame = NULL;
}

/* --- on the way --- */

static struct frame_hop *hop_at_hand(struct frame_travel *t)
{
	return t->hop < t->hops ? &t->to[t->hop] : NULL;
}

/* @frame: as it is there. */
static void arrived(struct sim *sim, struct frame_travel *t, const struct xdp_buff *frame, s64 result)
{
	struct frame_hop *hop = hop_at_hand(t);
	struct netdev *dev = hop->kind == REDIRECT_DEVICE ? netdev_by_index(sim, hop->number) : NULL;
	u32 prog_id = hop->prog ? hop->prog->id : 0;

	if (dev && !result) {
		dev->tx_packets++;
		stack_cross(sim, &sim->work->fire, dev, frame);
	}
	if (hop->socket && !result)
		socket_of(hop->socket)->rx_frames++;
	event_send(sim, EV_ARRIVAL, prog_id, hop->kind, hop->number, result, prog_id);
	if (--hop->copies)
		return;
	if (hop->prog)
		obj_put(sim, hop->prog);
	t->hop++;
}

/* The program of the hop gets a frame of its own, with what Linux tells it of the devices. False: no memory. */
static bool call(struct sim *sim, struct fire *fire, const struct frame_hop *hop)
{
	struct frame_travel *t = &fire->travel;
	struct netdev *dev = hop->kind == REDIRECT_DEVICE ? netdev_by_index(sim, hop->number) : NULL;

	t->seen = xdp_clone(sim, t->frame);
	if (!t->seen)
		return false;
	t->rxq = (struct xdp_rxq_info){.dev = (u64)&netdev_by_index(sim, t->from)->k};
	t->txq = (struct xdp_txq_info){.dev = dev ? (u64)&dev->k : 0};
	t->seen->rxq = (u64)&t->rxq;
	t->seen->txq = dev ? (u64)&t->txq : 0;
	xdp_begin(sim);
	vm_start(sim, container_of(hop->prog, struct prog, obj), (u64)t->seen);
	return true;
}

static void end_travel(struct sim *sim, struct frame_travel *t)
{
	xdp_free(sim, t->frame);
	t->frame = NULL;
}

/* The program at the hop has ended: only XDP_PASS lets the frame go on, on a CPU XDP_REDIRECT too. */
static void hear(struct sim *sim, struct fire *fire)
{
	struct frame_travel *t = &fire->travel;
	struct frame_hop *hop = hop_at_hand(t);
	bool faulted = sim->vm->state == VM_FAULTED;
	bool on_cpu = hop->kind == REDIRECT_CPU, goes_on;
	struct xdp_buff *seen = t->seen;
	u32 id = hop->prog->id, retval;

	if (faulted)
		fire->fault = sim->vm->fault;
	retval = vm_finish(sim);
	t->seen = NULL;
	goes_on = !faulted && (retval == XDP_PASS || (on_cpu && retval == XDP_REDIRECT));
	event_send(sim, EV_VERDICT, id, id, retval,
		   !goes_on ? VERDICT_DROP : retval == XDP_PASS ? VERDICT_PASS : VERDICT_REDIRECT, 0);
	arrived(sim, t, seen, goes_on ? 0 : DROPPED_THERE);
	if (!goes_on || retval != XDP_REDIRECT) {
		xdp_free(sim, seen);
		return;
	}
	end_travel(sim, t);
	seen->rxq = (u64)&fire->arrival.dev->rxq;
	seen->txq = 0;
	set_out(sim, fire, seen);
}

/* The frame goes on there, as the work of that CPU; this one has done its part. */
static void go_to_cpu(struct sim *sim, struct fire *fire, u32 cpu)
{
	struct work *here = sim->work;

	cpu_select(sim, cpu);
	sim->work->kind = INPUT_FIRE;
	sim->work->pid = sim->clock->pid = 0;
	sim->world->done.when = DONE_AT_EVENT;
	sim->work->fire = *fire;
	here->fire.travel.frame = NULL;
}

static s64 over(struct sim *sim, struct fire *fire)
{
	u32 home = fire->travel.home;

	end_travel(sim, &fire->travel);
	if (sim->clock->cpu != home && !cpu_is_busy(sim, home)) {
		sim->cpus->cpu[home].work->fire = *fire;
		cpu_select(sim, home);
	}
	return 0;
}

s64 redirect_unit(struct sim *sim, struct fire *fire)
{
	struct frame_travel *t = &fire->travel;
	struct frame_hop *hop;

	if (sim->vm->state != VM_IDLE) {
		hear(sim, fire);
		return t->hop < t->hops ? CALL_MORE : over(sim, fire);
	}
	hop = hop_at_hand(t);
	if (!hop)
		return over(sim, fire);
	if (hop->kind == REDIRECT_CPU && hop->number != sim->clock->cpu) {
		go_to_cpu(sim, fire, hop->number);
		return 0;
	}
	if (hop->prog && call(sim, fire, hop))
		return CALL_MORE;
	arrived(sim, t, t->frame, hop->prog ? -ENOMEM : 0);
	return t->hop < t->hops ? CALL_MORE : over(sim, fire);
}
