/* The kernel's timers in map values: which run, when they are due, and what they will call. */
#include "../sentence.h"
#include "../walk.h"
#include "pane.h"

static bool changed(const struct view *v)
{
	const struct bpf_insn *insn = v->d->last.insn.prog ? v->d->last.insn.insn : NULL;
	bool call = insn && insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg;

	if (sentence_in_timer(v->d) &&
	    (debug_happened(v->d, EV_RUN_START) || debug_happened(v->d, EV_RUN_EXIT)))
		return true;
	return call && insn->imm >= BPF_FUNC_timer_init && insn->imm <= BPF_FUNC_timer_cancel;
}

static void add_place(struct sheet *s, const struct sim *sim, u64 address)
{
	char said[128];
	struct text text;

	text_init(&text, said, sizeof(said));
	walk_value_text(sim, address, &text);
	sheet_add(s, ROLE_POINTER, "%s", said);
}

/* A function's address is that of its code, or of its first instruction as written. */
static void add_function(struct sheet *s, const struct prog *prog, u64 callback)
{
	u32 slot = (callback - (u64)prog->insns) / sizeof(struct bpf_insn);
	char said[128];
	struct text text;

	text_init(&text, said, sizeof(said));
	for (u32 i = 0; prog->xlated && i < prog->xlated->nsubprogs; i++)
		if (prog->xlated->subprogs[i].address == callback ||
		    prog->xlated->origin[prog->xlated->subprogs[i].start] == slot)
			forms_func_name(prog, i, &text);
	sheet_add(s, ROLE_PLAIN, "%s", said[0] ? said : words("its function"));
}

/* Milliseconds with three digits behind the point. */
static void add_ms(struct sheet *s, enum role role, u64 ns)
{
	sheet_add(s, role, "%llu.%03llu ms", (unsigned long long)(ns / 1000000),
		  (unsigned long long)(ns / 1000 % 1000));
}

static void add_state(struct sheet *s, const struct sim *sim, const struct timer *t, bool fresh)
{
	enum role role = fresh ? ROLE_CHANGED : ROLE_PLAIN;
	u64 now = sim_ktime(sim);

	sheet_to(s, 18);
	for (u32 cpu = 0; cpu < MACHINE_CPUS; cpu++) {
		if (sim->world->timers.running[cpu] != t)
			continue;
		sheet_add(s, ROLE_CURRENT, "its function runs on CPU %u", cpu);
		return;
	}
	if (!t->queued) {
		sheet_add(s, role, "%s",
			  t->prog ? words("stands still") : words("stands still, has no function"));
		return;
	}
	sheet_add(s, role, "due in ");
	add_ms(s, role, t->expires > now ? t->expires - now : 0);
	sheet_add(s, ROLE_QUIET, " on CPU %u", t->cpu);
}

static void one_timer(const struct view *v, struct sheet *s, const struct timer *t, bool fresh)
{
	const struct sim *sim = debug_sim(v->d);

	sheet_line(s, SHEET_NO_ITEM);
	if (fresh)
		sheet_at(s);
	add_place(s, sim, t->value + t->off);
	add_state(s, sim, t, fresh);
	if (fresh)
		sheet_add(s, ROLE_CHANGED, " *");
	if (!t->prog)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "   calls ");
	add_function(s, (const struct prog *)t->prog, t->callback);
	sheet_add(s, ROLE_QUIET, ", holds prog %u %s", t->prog->id, t->prog->name);
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct sim *sim = debug_sim(v->d);
	bool fresh = changed(v);
	u32 n = 0;

	for (const struct timer *t = sim->world->timers.first; t; t = t->queue_next, n++)
		one_timer(v, s, t, fresh);
	for (const struct timer *t = sim->world->timers.all; t; t = t->next)
		if (!t->queued && ++n)
			one_timer(v, s, t, fresh);
	if (!n) {
		sheet_nothing(
			s,
			"No map value has a timer. bpf_timer_init makes one, bpf_timer_set_callback says "
			"what it "
			"calls, bpf_timer_start when. Then it needs no event: time that passes is enough.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "the kernel's clock: ");
	add_ms(s, ROLE_QUIET, sim_ktime(sim));
	sheet_add(s, ROLE_QUIET, " since the start; :fire tick 10ms lets time pass");
}

static const char *label(const struct view *v)
{
	return v->d->loaded && debug_sim(v->d)->world->timers.all ? "timers" : NULL;
}

const struct pane pane_timers = {
	.name = "timers",
	.title = "timers in map values",
	.help = "Timers that programs have made in map values (struct bpf_timer), those that run first, in "
		"the order in "
		"which they are due. A timer calls a function of its program when its time has come, whether "
		"the "
		"program runs or not; once it has a function, it holds the program. `fire tick 10ms` lets "
		"time pass.",
	.label = label,
	.draw = draw,
	.changed = changed,
};
