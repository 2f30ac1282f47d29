/* Packets that were redirected, in a walk: the programs that see them where they arrive, and how it ended. */
#include <stdio.h>

#include "attr.h"
#include "cli.h"
#include "packet.h"
#include "walk_text.h"
#include "words.h"

#define DROPPED_THERE 1 /* EV_ARRIVAL */

void walk_arrival_place(const struct sim *sim, u32 kind, u32 number, struct text *out)
{
	const struct netdev *dev =
		kind == REDIRECT_DEVICE ? netdev_by_index((struct sim *)sim, number) : NULL;

	if (kind == ARRIVAL_PACKET_SOCKET)
		text_say(out, number ? "packet socket, %u bytes" : "packet socket", number);
	else if (dev)
		text_add(out, "%s", dev->name);
	else if (kind == REDIRECT_DEVICE)
		text_say(out, "ifindex %u", number);
	else if (kind == REDIRECT_CPU)
		text_add(out, "CPU %u", number);
	else
		text_say(out, "socket at index %u", number);
}

void walk_arrival_fate(u32 kind, s64 result, struct text *out)
{
	static const char *const there[] = {
		[REDIRECT_DEVICE] = "sent",
		[REDIRECT_CPU] = "goes on there, to the network stack",
		[REDIRECT_SOCKET] = "in its receive ring",
	};

	if (kind == ARRIVAL_PACKET_SOCKET)
		text_say(out,
			 result ? "its filter keeps nothing of the packet" : "kept, for its process to read");
	else if (result < 0)
		text_say(out, "not sent, dropped: %s", errno_name(result));
	else if (result == DROPPED_THERE)
		text_say(out, "the program there has dropped it");
	else
		text_add(out, "%s", words(there[kind]));
}

static const struct frame_travel *travel(const struct walk *w)
{
	return &w->session->sim->work->fire.travel;
}

bool walk_hop_begin(const struct walk *w, struct walk_run *run)
{
	const struct sim *sim = w->session->sim;
	const struct frame_travel *t = travel(w);
	const struct frame_hop *hop = &t->to[t->hop];
	struct text text;

	if (sim->work->kind != INPUT_FIRE || sim->work->fire.kind != STIMULUS_PACKET || !t->seen)
		return false;
	*run = (struct walk_run){.cpu = sim->clock->cpu, .fired = true, .hop = true, .ifindex = t->from};
	text_init(&text, run->place, sizeof(run->place));
	walk_arrival_place(sim, hop->kind, hop->number, &text);
	text_add(&text, ": ");
	text_say(&text, hop->kind == REDIRECT_CPU ? "program of the CPU" : "egress program");
	text_init(&text, run->packet, sizeof(run->packet));
	packet_describe((const u8 *)t->seen->data, t->seen->data_end - t->seen->data, &text);
	return true;
}

void walk_hear_arrival(struct walk *w, const struct event *e)
{
	struct walk_arrival arrival = {.run = w->runs, .good = !e->arg[2], .result = e->arg[2]};
	struct text text;

	text_init(&text, arrival.place, sizeof(arrival.place));
	walk_arrival_place(w->session->sim, e->arg[0], e->arg[1], &text);
	text_init(&text, arrival.fate, sizeof(arrival.fate));
	walk_arrival_fate(e->arg[0], e->arg[2], &text);
	if (w->view->arrival)
		w->view->arrival(w, &arrival);
}

/* --- text --- */

void walk_text_hop(const struct walk_run *run, const char *result, const char *insns)
{
	char what[96];

	snprintf(what, sizeof(what), "%.56s %.32s", run->place, run->prog->obj.name);
	printf("       %s %-64.64s %s%-22s%s %10s\n", cli_glyph(GLYPH_ARROW), what,
	       cli_paint(run->fault ? PAINT_BAD : PAINT_GOOD), result, cli_paint(PAINT_END), insns);
	if (run->after[0])
		printf("         it has become %s%s%s\n", cli_paint(PAINT_CHANGED), run->after,
		       cli_paint(PAINT_END));
}

void walk_text_arrival(struct walk *w, const struct walk_arrival *a)
{
	const struct walk_text *t = w->view_ctx;

	if (t->race)
		return;
	printf("       %s %s: %s%s%s\n", cli_glyph(GLYPH_ARROW), a->place,
	       cli_paint(a->good ? PAINT_GOOD : PAINT_BAD), a->fate, cli_paint(PAINT_END));
}
