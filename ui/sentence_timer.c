/* Timers in words: what the four helpers came to, time that passes, when a timer's function begins. */
#include <stdio.h>

#include "sentence.h"

static const char *const clock_names[] = {"CLOCK_REALTIME", "CLOCK_MONOTONIC", [7] = "CLOCK_BOOTTIME"};

/* "10 ms", "2.5 s" */
static void add_time(u64 ns, struct text *out)
{
	static const struct {
		const char *name;
		u64 ns;
	} units[] = {{"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
	u32 i = 0;

	while (units[i].ns > 1 && ns < units[i].ns)
		i++;
	text_say(out, "%llu", (unsigned long long)(ns / units[i].ns));
	if (ns % units[i].ns)
		text_say(out, ".%03llu", (unsigned long long)(ns % units[i].ns / (units[i].ns / 1000)));
	text_say(out, " %s", units[i].name);
}

/* --- helpers --- */

struct timer_said {
	const u64 *arg; /* r1 to r5 */
	s64 result;
	struct text *out;
};

static void say_init(const struct timer_said *t)
{
	text_say(t->out, "the value has a timer of the kernel's now, by %s; it does not run yet.",
		 t->arg[2] < ARRAY_SIZE(clock_names) && clock_names[t->arg[2]] ? clock_names[t->arg[2]]
									       : "?");
}

static void say_set(const struct timer_said *t)
{
	text_say(t->out, "the timer knows which function to call; as long as it does, it holds the program.");
}

static void say_start(const struct timer_said *t)
{
	text_say(t->out, "the timer runs: in ");
	add_time(t->arg[1], t->out);
	text_say(t->out, " this CPU calls its function, whether this program still runs or not.");
}

static void say_cancel(const struct timer_said *t)
{
	text_say(t->out, t->result ? "it was running, and is stopped; its function has to be set anew."
				   : "it was not running; its function has to be set anew.");
}

static const struct {
	u32 id;
	void (*say)(const struct timer_said *t);
	int err;
	const char *why;     /* when that comes back */
	const char *invalid; /* when -EINVAL does */
} calls[] = {
	{BPF_FUNC_timer_init, say_init, -EBUSY, "the value has a timer already: it is made once.",
	 "there is no such clock."},
	{BPF_FUNC_timer_set_callback, say_set, -EPERM, "no process has the map any more, by an fd or a pin.",
	 "the timer was not made ready by bpf_timer_init."},
	{BPF_FUNC_timer_start, say_start, 0, NULL,
	 "no timer that is ready and has a function, or flags that are not 0."},
	{BPF_FUNC_timer_cancel, say_cancel, -EDEADLK, "a timer's own function cannot wait for its own end.",
	 "the timer was not made ready by bpf_timer_init."},
};

bool sentence_timer_call(const struct walk_insn *i, struct text *out)
{
	const struct timer_said t = {
		.arg = &i->before[BPF_REG_1], .result = (s64)i->after[BPF_REG_0], .out = out};

	for (size_t n = 0; n < ARRAY_SIZE(calls); n++) {
		const char *why = t.result == calls[n].err ? calls[n].why : NULL;

		if (t.result == -EINVAL)
			why = calls[n].invalid;
		if (calls[n].id != i->helper->id || (t.result < 0 && !why))
			continue;
		if (t.result >= 0)
			calls[n].say(&t);
		else
			text_say(out, "%lld, that is %s: %s", (long long)t.result, errno_name(t.result),
				 words(why));
		return true;
	}
	return false;
}

/* --- time --- */

/* Time that passes is what is going on, or what was last. */
static const struct happening *tick_at_hand(const struct debug *d)
{
	const struct fire *fire = &debug_sim(d)->work->fire;

	return fire_is_tick(fire) ? &fire->happening : NULL;
}

bool sentence_in_timer(const struct debug *d)
{
	return debug_sim(d)->work->kind == INPUT_FIRE && tick_at_hand(d);
}

static void say_due(const struct happening *h, struct text *out)
{
	char place[120];
	struct text text;

	text_init(&text, place, sizeof(place));
	event_place_text(h, &text);
	text_say(out,
		 "Time has passed, and %s is due: it calls its function. r1 is the map, r2 points to the "
		 "key, r3 to "
		 "the value; there is no context.",
		 place);
}

bool sentence_tick(const struct debug *d, struct text *out)
{
	const struct happening *h = tick_at_hand(d);

	if (!h)
		return false;
	if (debug_happened(d, EV_RUN_START))
		say_due(h, out);
	else if (h->programs)
		text_say(out, "The time is over; calls of timers' functions meanwhile: %u.", h->programs);
	else
		text_say(out, "Time passes: %s. No timer is due in it.", h->text);
	return true;
}
