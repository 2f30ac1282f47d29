/*
 * Fire: see fire.h. Packets; mirrors netif_receive_skb and a driver's XDP hook as far
 * as a program sees them.
 */
#include "fire.h"
#include "link.h"
#include "vm/vm.h"
#include "work.h"

enum stage { STAGE_ARRIVE, STAGE_VERDICT, STAGE_REDIRECT };

static int take_packet(struct sim *sim, struct fire *fire, const struct input *input)
{
	u32 capture = input->arg[2];
	s64 len = input->len;
	u8 *data = arena_alloc(sim->arena, PACKET_MAX, TAG_PACKET, NULL);

	if (!data)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a packet");
	if (capture)
		len = sim->host->packet(sim->host->ctx, capture - 1, input->arg[3], data, PACKET_MAX);
	else
		memcpy(data, input->data, min_u64(len, PACKET_MAX));
	fire->arrival.data = data;
	fire->arrival.len = len;
	if (len >= 0 && len <= PACKET_MAX)
		return 0;
	arena_free(sim->arena, data);
	return sim_fail(&sim->why, -EINVAL,
			len < 0 ? "there is no packet %lld in that capture"
				: "a packet of %lld bytes is too long",
			len < 0 ? (long long)input->arg[3] : (long long)len);
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
	if (input->arg[0] == STIMULUS_PACKET)
		return begin_packet(sim, fire, input);
	if (input->arg[0] == STIMULUS_EVENT)
		return begin_event(sim, fire, input);
	return sim_fail(&sim->why, -EINVAL, "there is no stimulus of kind %lld", (long long)input->arg[0]);
}

static struct prog *attached(const struct netdev *dev)
{
	struct obj *link = dev->xdp_link[XDP_MODE_NATIVE] ? dev->xdp_link[XDP_MODE_NATIVE]
							  : dev->xdp_link[XDP_MODE_GENERIC];

	return link ? container_of(link, struct link, obj)->prog : NULL;
}

static s64 over(struct sim *sim, struct fire *fire, enum verdict verdict)
{
	struct netdev *dev = fire->arrival.dev;

	arena_free(sim->arena, fire->arrival.data);
	fire->arrival.data = NULL;
	fire->verdict = verdict;
	if (verdict == VERDICT_DROP || verdict == VERDICT_ABORTED)
		dev->rx_dropped++;
	if (verdict == VERDICT_TX)
		dev->tx_packets++;
	event_send(sim, EV_VERDICT, fire->prog_id, fire->prog_id, fire->retval, verdict, 0);
	return 0;
}

/* The packet is there: who is attached? */
static s64 arrive(struct sim *sim, struct fire *fire)
{
	struct prog *prog = attached(fire->arrival.dev);
	struct run_request run = {0};
	int err;

	fire->arrival.dev->rx_packets++;
	fire->packet_len = fire->arrival.len;
	event_send(sim, EV_FIRE, 0, STIMULUS_PACKET, fire->arrival.dev->ifindex, 0, 0);
	if (!prog)
		return over(sim, fire, VERDICT_PASS);
	err = prog_types[prog->type]->packet_begin(sim, prog, &fire->arrival, &run, &fire->state);
	if (err) {
		over(sim, fire, VERDICT_DROP);
		return err;
	}
	fire->prog_id = prog->obj.id;
	vm_start(sim, prog, run.ctx);
	fire->stage = STAGE_VERDICT;
	return CALL_MORE;
}

static s64 judge(struct sim *sim, struct fire *fire)
{
	const struct prog_type *type = prog_types[sim->vm->prog->type];
	bool faulted = sim->vm->state == VM_FAULTED;
	enum verdict verdict;

	fire->fault = sim->vm->fault;
	fire->retval = vm_finish(sim);
	verdict = type->packet_end(sim, &fire->arrival, fire->state, faulted ? 0 : fire->retval);
	over(sim, fire, verdict);
	if (!fire->arrival.frame)
		return 0;
	redirect_begin(sim, fire);
	fire->stage = STAGE_REDIRECT;
	return CALL_MORE;
}

s64 fire_unit(struct sim *sim, struct fire *fire)
{
	if (fire->kind == STIMULUS_EVENT)
		return fire_is_tick(fire) ? tick_unit(sim, fire) : event_unit(sim, fire);
	if (fire->stage == STAGE_REDIRECT)
		return redirect_unit(sim, fire);
	return fire->stage == STAGE_ARRIVE ? arrive(sim, fire) : judge(sim, fire);
}
