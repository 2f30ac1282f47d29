/* Sentences about messages to rtnetlink, and about packets in the network stack: see sentence.h. */
#include "sentence.h"

static const struct fire *fire_of(const struct debug *d)
{
	return &debug_sim(d)->work->fire;
}

static const struct stack_packet *packet_of(const struct debug *d)
{
	const struct work *work = debug_sim(d)->work;

	return work->kind == INPUT_FIRE && work->fire.kind != STIMULUS_EVENT ? stack_at_hand(&work->fire)
									     : NULL;
}

void sentence_netlink(const struct debug *d, const struct event *e, struct text *out)
{
	const struct sim *sim = debug_sim(d);

	text_say(out, "User space has sent rtnetlink a message, %s: ", walk_message_name(e->arg[0]));
	walk_message_text(sim, e->arg[0], out);
	if ((s64)e->arg[2] < 0)
		text_say(out, ". It was refused, errno %s: %s.", errno_name(e->arg[2]), sim->why.text);
	else
		text_say(out, ". It is done, and stays so until another message changes it.");
}

bool sentence_stack_fire(const struct debug *d, const struct event *e, struct text *out)
{
	const struct netdev *dev = netdev_by_index(debug_sim(d), e->arg[1]);

	if (!dev || !stack_is_busy(fire_of(d)))
		return false;
	if (e->arg[0] == STIMULUS_SEND)
		text_say(out, "A packet is sent, by %s: on its way out it comes to tc.", dev->name);
	else
		text_say(out,
			 "A packet has arrived at %s. It has no XDP program, so the kernel makes an sk_buff "
			 "of it, for "
			 "the network stack.",
			 dev->name);
	return true;
}

bool sentence_stack_run(const struct debug *d, struct text *out)
{
	const struct stack_packet *p = packet_of(d);
	char place[96];
	struct text text;

	if (!p)
		return false;
	text_init(&text, place, sizeof(place));
	stack_place_text(debug_sim(d), p, &text);
	text_say(out, "The packet has come to %s, where %s is called; r1 points to its context.", place,
		 debug_sim(d)->vm->prog->obj.name);
	return true;
}

bool sentence_stack_verdict(const struct debug *d, const struct event *e, struct text *out)
{
	static const char *const fates[] = {
		[VERDICT_NONE] = "that decides nothing: the next filter is asked, if there is one",
		[VERDICT_PASS] = "the packet goes on",
		[VERDICT_DROP] = "the packet is thrown away",
		[VERDICT_STOLEN] = "the packet is gone, and nobody counts it as dropped",
		[VERDICT_REDIRECT] = "the packet goes where it is redirected to",
	};
	static const char *const kept[] = {
		[VERDICT_PASS] = "so many bytes are kept for the socket; the packet itself goes on",
		[VERDICT_DROP] = "nothing is kept for the socket; the packet itself goes on",
	};
	const struct obj *obj = obj_by_id(debug_sim(d), OBJ_PROG, e->arg[0]);
	const struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;

	if (!prog || prog->type == BPF_PROG_TYPE_XDP || e->arg[2] >= ARRAY_SIZE(fates) || !fates[e->arg[2]])
		return false;
	text_add(out, "%s: ", prog->obj.name);
	if (d->walk.run[debug_sim(d)->clock->cpu].classifies)
		walk_class_text(e->arg[1], out);
	else
		walk_retval_text(prog, e->arg[1], out);
	text_add(out, ", ");
	if (prog->type == BPF_PROG_TYPE_SOCKET_FILTER)
		text_say(out, kept[e->arg[2] == VERDICT_DROP ? VERDICT_DROP : VERDICT_PASS]);
	else
		text_say(out, fates[e->arg[2]]);
	text_add(out, ".");
	return true;
}
