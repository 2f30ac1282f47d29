/*
 * A race as text: a column for each CPU, a line for each instruction that touches what the CPUs share, in the
 * order in which they were executed. With --trace a line for every instruction.
 */
#include <stdio.h>

#include "cli.h"
#include "race.h"
#include "walk_text.h"

#define LANE 46        /* columns of a CPU */
#define LINE_TEXT 200

void walk_race_heading(struct walk *w, u32 cpus)
{
	struct walk_text *t = w->view_ctx;

	t->race = cpus;
	t->race_each = w->trace;
	w->trace = true;
	printf("Something happens on %u CPUs at the same time. Lines are instructions that touch what they "
	       "share, in "
	       "the order\nin which they were executed; at the left the step of the timeline.\n\n%s%6s",
	       cpus, cli_paint(PAINT_HEAD), "");
	for (u32 cpu = 0; cpu < cpus; cpu++)
		printf("  CPU %-*u", cpu + 1 < cpus ? LANE - 6 : 1, cpu);
	printf("%s\n", cli_paint(PAINT_END));
}

void walk_race_over(struct walk *w)
{
	struct walk_text *t = w->view_ctx;

	w->trace = t->race_each;
	t->race = 0;
}

static void lane(struct walk *w, enum cli_paint paint, const char *words)
{
	const struct sim *sim = w->session->sim;

	printf("%6llu  %*s%s%s%s\n", (unsigned long long)sim_now(sim), (int)sim->clock->cpu * LANE, "",
	       cli_paint(paint), words, cli_paint(PAINT_END));
}

/* What a task does there, and what came of it. */
void walk_race_event(struct walk *w, const struct walk_event *event)
{
	char words[LINE_TEXT];

	if (!event->over)
		snprintf(words, LANE - 2, "%s", event->text);
	else if (event->is_call && event->result < 0)
		snprintf(words, sizeof(words), "= -1 %s", errno_name(event->result));
	else if (event->is_call)
		snprintf(words, sizeof(words), "= %lld", (long long)event->result);
	else
		return;
	lane(w, PAINT_HEAD, words);
}

void walk_race_begin(struct walk *w, const struct walk_run *run)
{
	char words[LINE_TEXT];

	snprintf(words, sizeof(words), "begins %s", run->prog ? run->prog->obj.name : "nothing: no program");
	lane(w, PAINT_QUIET, words);
}

void walk_race_end(struct walk *w, const struct walk_run *run, const char *result)
{
	char words[LINE_TEXT];

	snprintf(words, sizeof(words), "%s after %llu instructions", result, (unsigned long long)run->insns);
	lane(w, run->fault ? PAINT_BAD : PAINT_GOOD, words);
	if (run->fault)
		lane(w, PAINT_BAD, run->fault->text);
}

/* --- instructions --- */

static u32 access_size(const struct bpf_insn *insn)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

static u64 memory(u64 addr, u32 size)
{
	u64 value = 0;

	memcpy(&value, (const void *)addr, size);
	return value;
}

/* A load, store or atomic operation on a map's value. */
static bool add_access(struct walk *w, const struct walk_insn *i, struct text *out)
{
	u8 class = BPF_CLASS(i->insn->code);
	bool load = class == BPF_LDX, atomic = class == BPF_STX && BPF_MODE(i->insn->code) == BPF_ATOMIC;
	u64 addr = i->before[load ? i->insn->src_reg : i->insn->dst_reg] + i->insn->off;
	struct sim *sim = w->session->sim;
	struct region region;

	if ((!load && class != BPF_ST && class != BPF_STX) || !map_locate(sim, addr, &region) ||
	    region.kind != REGION_MAP_VALUE || addr + access_size(i->insn) > region.base + region.size)
		return false;
	text_add(out, load ? "reads " : atomic ? "changes at once " : "writes ");
	walk_value_text(sim, addr, out);
	text_add(out, load ? ": " : atomic ? ": now " : " = ");
	walk_value_text(sim, load ? i->after[i->insn->dst_reg] : memory(addr, access_size(i->insn)), out);
	return true;
}

static bool add_lock(struct walk *w, const struct walk_insn *i, struct text *out)
{
	struct sim *sim = w->session->sim;
	u64 waits = vm_waits_for(sim);

	if (!i->helper ||
	    (i->helper->id != BPF_FUNC_spin_lock && i->helper->id != BPF_FUNC_spin_unlock && !waits))
		return false;
	text_add(out, waits                                 ? "waits for the lock at "
		      : i->helper->id == BPF_FUNC_spin_lock ? "takes the lock at "
							    : "gives back the lock at ");
	walk_value_text(sim, waits ? waits : i->before[BPF_REG_1], out);
	if (waits)
		text_add(out, ": CPU %u has it", lock_holder(sim, waits));
	return true;
}

void walk_race_insn(struct walk *w, const struct walk_insn *i)
{
	struct walk_text *t = w->view_ctx;
	u64 cpu = w->session->sim->clock->cpu;
	bool waits = vm_waits_for(w->session->sim);
	char words[LINE_TEXT];
	struct text text;

	text_init(&text, words, sizeof(words));
	if (!i->insn || (waits && t->race_waits & 1ull << cpu))
		return; /* it was said */
	t->race_waits = waits ? t->race_waits | 1ull << cpu : t->race_waits & ~(1ull << cpu);
	if (add_lock(w, i, &text) || add_access(w, i, &text)) {
		lane(w, waits ? PAINT_BAD : PAINT_CHANGED, words);
		return;
	}
	walk_insn_text_of(w->session->sim, i->prog, i->pc, i->translated, &text);
	if (t->race_each || i->helper) {
		words[LANE - 3] = 0;
		lane(w, PAINT_QUIET, words);
	}
}

/* --- every order --- */

void walk_race_orders(struct walk *w, const struct race_result *result, int results, u64 orders)
{
	(void)w;
	if (results < 0) {
		printf("\n  There are more than %u orders.\n", RACE_ORDERS_MAX);
		return;
	}
	printf("\n%severy order%s  of the instructions that touch what the CPUs share: %llu\n",
	       cli_paint(PAINT_HEAD), cli_paint(PAINT_END), (unsigned long long)orders);
	for (int i = 0; i < results; i++)
		printf("  %8llu of them end with  %-40s%s%s\n", (unsigned long long)result[i].orders,
		       result[i].text[0] ? result[i].text : "all values 0",
		       result[i].example[0] ? "  e.g. " : "", result[i].example);
	printf("\n  one of them, by turns:\n");
}
