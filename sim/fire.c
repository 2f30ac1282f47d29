/*
 * Fire: see fire.h. Packets; mirrors netif_receive_skb and a driver's XDP hook as far
 * as a program sees them.
 */
#include "fire.h"
#include "link.h"
#include "progs/skb.h"
#include "progs/xdp.h"
#include "vm/vm.h"
#include "work.h"

enum stage { STAGE_ARRIVE, STAGE_VERDICT, STAGE_REDIRECT, STAGE_STACK };

/* Its bytes lie in the log, or in a capture, which is asked for them. */
static s64 packet_bytes(struct sim *sim, const struct input *input, u8 *data, u64 room)
{
	u32 capture = input->arg[2];

	if (capture)
		return sim->host->packet(sim->host->ctx, capture - 1, input->arg[3], data, room);
	memcpy(data, input->data, min_u64(input->len, room));
	return input->len;
}

static int take_packet(struct sim *sim, struct fire *fire, const struct input *input)
{
	u8 none, *data;
	s64 len = packet_bytes(sim, input, &none, 0);

	if (len < 0 || len > PACKET_MAX)
		return sim_fail(&sim->why, -EINVAL,
				len < 0 ? "there is no packet %lld in that capture"
					: "a packet of %lld bytes is too long",
				len < 0 ? (long long)input->arg[3] : (long long)len);
	data = arena_alloc(sim->arena, len ? len : 1, TAG_PACKET, NULL);
	if (!data)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a packet");
	packet_bytes(sim, input, data, len);
	fire->arrival.data = data;
	fire->arrival.len = len;
	return 0;
}

static int begin_packet(struct sim *sim, struct fire *fire, const struct input *input)
{
	struct netdev *dev = netdev_by_index(sim, input->arg[1]);

	if (!dev)
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %lld",
				(long long)input->arg[1]);
	fire->arrival.dev = dev;
	return take_packet(sim, fire, input);
}

static int begin_event(struct sim *sim, struct fire *fire, const struct input *input)
{
	const char *text = input->data;

	if (!input->len || input->len > HAPPENING_TEXT || text[input->len - 1])
		return sim_fail(&sim->why, -EINVAL, "an event in words is 1 to %u bytes and ends with a zero",
				HAPPENING_TEXT - 1);
	return happening_begin(sim, &fire->happening, text);
}

int fire_begin(struct sim *sim, struct fire *fire, const struct input *input)
{
	memset(fire, 0, sizeof(*fire));
	fire->kind = input->arg[0];
	if (input->arg[0] == STIMULUS_PACKET || input->arg[0] == STIMULUS_SEND)
		return begin_packet(sim, fire, input);
	if (input->arg[0] == STIMULUS_EVENT)
		return begin_event(sim, fire, input);
	return sim_fail(&sim->why, -EINVAL, "there is no stimulus of kind %lld", (long long)input->arg[0]);
}

/* The program that saw it last has said what becomes of the packet; or there was none. */
static void told(struct sim *sim, struct fire *fire, enum verdict verdict)
{
	fire->verdict = verdict;
	event_send(sim, EV_VERDICT, fire->prog_id, fire->prog_id, fire->retval, verdict, 0);
}

static void forget_arrival(struct sim *sim, struct fire *fire)
{
	arena_free(sim->arena, fire->arrival.data);
	fire->arrival.data = NULL;
}

/* Behind XDP: into the network stack, if anybody waits there. */
static s64 go_up(struct sim *sim, struct fire *fire, struct sk_buff *skb, enum stack_place place)
{
	forget_arrival(sim, fire);
	if (skb)
		stack_enter(sim, fire, skb, place, false);
	fire->stage = STAGE_STACK;
	return CALL_MORE;
}

/* It is over when nothing is left in the stack. */
static s64 go_on(struct sim *sim, struct fire *fire)
{
	forget_arrival(sim, fire);
	fire->stage = STAGE_STACK;
	return stack_is_busy(fire) ? CALL_MORE : 0;
}

static s64 send(struct sim *sim, struct fire *fire)
{
	struct sk_buff *skb = stack_skb(sim, fire->arrival.dev, fire->arrival.data, fire->arrival.len);

	fire->packet_len = fire->arrival.len;
	event_send(sim, EV_FIRE, 0, STIMULUS_SEND, fire->arrival.dev->ifindex, 0, 0);
	if (!skb) {
		fire->sent = -EINVAL;
		told(sim, fire, VERDICT_DROP);
		forget_arrival(sim, fire);
		return sim_fail(&sim->why, -EINVAL, "%u bytes are no frame: an Ethernet header has %u", fire->packet_len,
				ETH_HEADER);
	}
	return go_up(sim, fire, skb, STACK_EGRESS);
}

/* The packet is there: who is attached? */
static s64 arrive(struct sim *sim, struct fire *fire)
{
	struct prog *prog = xdp_attached(fire->arrival.dev);
	struct run_request run = {0};
	int err;

	fire->arrival.dev->rx_packets++;
	fire->packet_len = fire->arrival.len;
	event_send(sim, EV_FIRE, 0, STIMULUS_PACKET, fire->arrival.dev->ifindex, 0, 0);
	if (!prog && sim->world->stack_users && fire->arrival.len >= ETH_HEADER)
		return go_up(sim, fire,
			     stack_skb(sim, fire->arrival.dev, fire->arrival.data, fire->arrival.len), STACK_TAP_IN);
	if (!prog) {
		told(sim, fire, VERDICT_PASS);
		return go_on(sim, fire);
	}
	err = prog_types[prog->type]->packet_begin(sim, prog, &fire->arrival, &run, &fire->state);
	if (err) {
		fire->arrival.dev->rx_dropped++;
		told(sim, fire, VERDICT_DROP);
		go_on(sim, fire);
		return err;
	}
	fire->prog_id = prog->obj.id;
	fire->programs++;
	vm_start(sim, prog, run.ctx);
	fire->stage = STAGE_VERDICT;
	return CALL_MORE;
}

static s64 judge(struct sim *sim, struct fire *fire)
{
	const struct prog_type *type = prog_types[sim->vm->prog->type];
	bool faulted = sim->vm->state == VM_FAULTED;
	struct netdev *dev = fire->arrival.dev;
	enum verdict verdict;

	fire->fault = sim->vm->fault;
	fire->retval = vm_finish(sim);
	verdict = type->packet_end(sim, &fire->arrival, fire->state, faulted ? 0 : fire->retval);
	dev->rx_dropped += verdict == VERDICT_DROP || verdict == VERDICT_ABORTED;
	dev->tx_packets += verdict == VERDICT_TX && !fire->arrival.frame;
	told(sim, fire, verdict);
	forget_arrival(sim, fire);
	if (verdict == VERDICT_REDIRECT) {
		redirect_begin(sim, fire);
		fire->stage = STAGE_REDIRECT;
		return CALL_MORE;
	}
	if (fire->arrival.frame) {
		struct sk_buff *skb = stack_from_frame(sim, dev, fire->arrival.frame);

		fire->arrival.frame = NULL;
		return go_up(sim, fire, skb, verdict == VERDICT_TX ? STACK_LEAVES : STACK_TAP_IN);
	}
	return go_on(sim, fire);
}

/* The redirected frame has come to its end, perhaps on another CPU; in the stack of this one others may wait. */
static s64 after_redirect(struct sim *sim, struct fire *fire)
{
	s64 result = redirect_unit(sim, fire);

	return result || fire != &sim->work->fire ? result : go_on(sim, fire);
}

/* Nobody in the stack had a program for the packet. */
static s64 in_stack(struct sim *sim, struct fire *fire)
{
	s64 result = stack_unit(sim, fire);

	if (fire->arrival.frame) {
		redirect_begin(sim, fire);
		fire->stage = STAGE_REDIRECT;
		return CALL_MORE;
	}
	if (!result && !fire->programs)
		told(sim, fire, VERDICT_PASS);
	return result ? result : fire->sent;
}

s64 fire_unit(struct sim *sim, struct fire *fire)
{
	if (fire->kind == STIMULUS_EVENT)
		return fire_is_tick(fire) ? tick_unit(sim, fire) : event_unit(sim, fire);
	switch (fire->stage) {
	case STAGE_VERDICT:
		return judge(sim, fire);
	case STAGE_REDIRECT:
		return after_redirect(sim, fire);
	case STAGE_STACK:
		return in_stack(sim, fire);
	}
	return fire->kind == STIMULUS_SEND ? send(sim, fire) : arrive(sim, fire);
}
