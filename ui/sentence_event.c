/* Events in words: what happens, where it comes by, what becomes of it. */
#include "sentence.h"
#include "walk.h"

/* The event in words that is under way; NULL: there is none, or it is a packet. */
static const struct happening *happening_at_hand(const struct debug *d)
{
	const struct fire *fire = &debug_sim(d)->work->fire;

	return fire->kind == STIMULUS_EVENT ? &fire->happening : NULL;
}

/* "... comes to kprobe vfs_read, where a program waits" */
static void say_place(const struct debug *d, struct text *out)
{
	const struct happening *h = happening_at_hand(d);
	char place[120];
	struct text text;

	if (debug_sim(d)->work->fire.read.it) {
		sentence_object(d, out);
		return;
	}
	text_init(&text, place, sizeof(place));
	event_place_text(h, &text);
	if (sentence_through_glue(h, place, out))
		return;
	text_say(out,
		 "On its way through the kernel it has come to %s, where a program waits: it is called, r1 "
		 "points to "
		 "its context.",
		 place);
}

static void say_happening(const struct debug *d, const struct happening *h, struct text *out)
{
	if (sentence_tick(d, out))
		return;
	text_say(out, "It happens: %s. ", h->text);
	if (debug_happened(d, EV_RUN_START))
		say_place(d, out);
	else
		text_say(out, "No program waits where it comes by.");
}

void sentence_fire(const struct debug *d, const struct event *e, struct text *out)
{
	const struct netdev *dev = netdev_by_index(debug_sim(d), e->arg[1]);

	if (e->arg[0] == STIMULUS_EVENT) {
		say_happening(d, happening_at_hand(d), out);
		return;
	}
	if (sentence_stack_fire(d, e, out))
		return;
	text_say(out, "A packet has arrived at %s.", dev ? dev->name : words("a device"));
	if (debug_happened(d, EV_RUN_START))
		text_say(out,
			 " An XDP program is attached there, so it is called; r1 points to its context.");
	else
		text_say(out, " No program is attached there: it goes its way.");
}

static void say_hop(const struct sim *sim, struct text *out)
{
	const struct frame_travel *t = &sim->work->fire.travel;

	text_say(out, "The redirected packet has reached ");
	walk_arrival_place(sim, t->to[t->hop].kind, t->to[t->hop].number, out);
	text_say(out, ", and a program of the map's element sees it there before it goes on.");
}

void sentence_run(const struct debug *d, const struct event *e, struct text *out)
{
	if (debug_sim(d)->work->kind == INPUT_FIRE && sentence_tick(d, out))
		return;
	if (debug_sim(d)->work->kind == INPUT_FIRE && happening_at_hand(d)) {
		say_place(d, out);
		return;
	}
	if (debug_sim(d)->work->kind == INPUT_FIRE && debug_sim(d)->work->fire.travel.seen) {
		say_hop(debug_sim(d), out);
		return;
	}
	if (sentence_stack_run(d, out))
		return;
	text_say(out,
		 "Program %llu begins: r1 points to its context, r10 to the end of its stack, nothing else "
		 "may be read.",
		 (unsigned long long)e->arg[0]);
}

/* What the task gets of its system call. */
static void say_result(const struct happening *h, struct text *out)
{
	s64 result = h->value[V_RET];

	if (h->value[V_NR] == (u64)-1 || happening_kind(h)->no_return)
		return;
	if (result < 0)
		text_say(out, " The task gets -1, errno %s.", errno_name(result));
	else
		text_say(out, " The task gets %lld.", (long long)result);
}

void sentence_verdict(const struct debug *d, const struct event *e, struct text *out)
{
	static const char *const fates[] = {
		[VERDICT_NONE] = "nothing more happens",
		[VERDICT_PASS] = "it goes on to the network stack",
		[VERDICT_DROP] = "it is thrown away",
		[VERDICT_ABORTED] = "it is thrown away, as an error",
		[VERDICT_TX] = "it is sent back where it came from",
		[VERDICT_REDIRECT] = "it goes where it is redirected to",
		[VERDICT_STOLEN] = "it is taken away",
	};

	struct obj *obj = obj_by_id(debug_sim(d), OBJ_PROG, e->arg[0]);
	const char *fate = fates[e->arg[2] < ARRAY_SIZE(fates) ? e->arg[2] : 0];

	if (sentence_tick(d, out))
		return;
	if (happening_at_hand(d)) {
		text_say(out, "The event is over; calls of programs on its way: %u.",
			 happening_at_hand(d)->programs);
		say_result(happening_at_hand(d), out);
		if (debug_sim(d)->work->fire.read_bytes)
			text_say(out, " The reader has %llu bytes of text.",
				 (unsigned long long)debug_sim(d)->work->fire.read_bytes);
		return;
	}
	if (sentence_stack_verdict(d, e, out))
		return;
	if (!obj) {
		text_say(out, "No program saw the packet: %s.", words(fate));
		return;
	}
	text_say(out, "The program said ");
	walk_retval_text(container_of(obj, struct prog, obj), e->arg[1], out);
	text_say(out, ", and the packet's fate is: %s.", words(fate));
}

void sentence_arrival(const struct debug *d, const struct event *e, struct text *out)
{
	const struct event *verdict = debug_happened(d, EV_VERDICT);

	if (verdict) {
		sentence_verdict(d, verdict, out);
		text_add(out, " ");
	}
	walk_arrival_place(debug_sim(d), e->arg[0], e->arg[1], out);
	text_add(out, ": ");
	walk_arrival_fate(e->arg[0], e->arg[2], out);
	text_add(out, ".");
}
