/* Taking a diagnosis: see diagnosis.h. */
#include <stdio.h>
#include <stdlib.h>

#include "diagnosis.h"
#include "wrap.h"

/* What the structure check says of an instruction: "unreachable insn 2", "back-edge from insn 4 to 2". */
static bool insn_in_message(const char *message, u32 count, u32 *insn)
{
	const char *number = strstr(message, "insn ");
	char *end;

	if (!number)
		return false;
	*insn = strtoul(number + 5, &end, 10);
	return end > number + 5 && *insn < count;
}

/* Most lines begin with the register that they are about: "R1 !read_ok". */
static int register_in_message(const char *message)
{
	int regno = message[0] == 'R' && message[1] >= '0' && message[1] <= '9' ? atoi(message + 1) : -1;

	return regno < MAX_BPF_REGS ? regno : -1;
}

static void take_stack(struct diagnosis *d, const struct verifier *v)
{
	struct text text;

	text_init(&text, d->stack, sizeof(d->stack));
	for (u32 i = 0; i < v->nsubprogs; i++)
		text_add(&text, "%sthe function at instruction %u needs %u", i ? ", " : "",
			 v->subprog[i].start, v->subprog[i].stack_depth);
	text_add(&text, " bytes.");
}

void diagnosis_take(struct diagnosis *d, struct sim *sim, u32 stage)
{
	const struct prog_load *load = look_load(sim);
	const struct rejection *why;
	struct verifier *v;
	u32 insn = 0;

	*d = (struct diagnosis){.regno = -1, .stage = stage};
	if (!load || !load->verifier)
		return;
	v = load->verifier;
	d->walked = v->walk;
	path_cost(v, &d->cost);
	d->rejected = load->err;
	if (!load->err)
		return;
	d->err = load->err;
	why = path_rejection(v);
	snprintf(d->message, sizeof(d->message), "%.255s", why ? why->text : sim->why.text);
	d->reason = why ? why->reason : reason_match(d->message);
	d->has_at =
		why ? why->insn < v->prog->insn_cnt : insn_in_message(d->message, v->prog->insn_cnt, &insn);
	if (d->has_at)
		place_take(&d->at, sim, v->prog, why ? why->insn : insn);
	if (!why)
		return;
	d->regno = why->regno >= 0 ? why->regno : register_in_message(d->message);
	if (d->reason == REASON_STACK_TOO_DEEP || d->reason == REASON_TAIL_CALL_TOO_DEEP)
		take_stack(d, v);
	d->before_reason = why->before;
	memcpy(d->before, why->before_text, sizeof(d->before));
}

/* --- how it got there --- */

/* What is at fault, when it is no register: a reference that was acquired, a lock that was taken. */
static struct cause_start cause_start(const struct diagnosis *d)
{
	struct cause_start start = {.regno = d->regno, .made_at = UINT32_MAX};
	char insn[16];

	if (d->reason == REASON_REFERENCE_LEAK &&
	    reason_operand(d->reason, d->message, 1, insn, sizeof(insn)))
		start.made_at = strtoul(insn, NULL, 10);
	if (d->reason == REASON_UNLOCK_MISSING || d->reason == REASON_CALL_UNDER_LOCK ||
	    d->reason == REASON_LOCK_TWICE)
		start.helper = BPF_FUNC_spin_lock;
	return start;
}

void diagnosis_find_cause(struct diagnosis *d, struct sim *sim, u64 from)
{
	struct cause_start start = cause_start(d);

	if (d->rejected && d->walked)
		cause_find(&d->cause, sim, from, &start);
}

/* --- what it cost --- */

#define INDENT "         "

static const char *plural(u32 n)
{
	return n == 1 ? "" : "s";
}

void diagnosis_print_cost(const struct diagnosis *d)
{
	const struct path_cost *c = &d->cost;
	u32 paths = c->ended + d->rejected;
	char line[192];

	snprintf(line, sizeof(line), "%u instruction%s processed (of at most %u), on %u path%s", c->insns,
		 plural(c->insns), c->insns_max, paths, plural(paths));
	wrap_text("  walk 2 of 2, the paths: ", INDENT, line);
	snprintf(line, sizeof(line),
		 "%u branch%s put aside for later, at most %u waiting at a time (of %u allowed)", c->forks,
		 c->forks == 1 ? "" : "es", c->most_waiting, c->waiting_max);
	wrap_text(INDENT, INDENT, line);
	snprintf(
		line, sizeof(line),
		"%u state%s kept to compare with; %u path%s ended early, as good as a state already "
		 "walked from",
		c->kept, plural(c->kept), c->pruned, plural(c->pruned));
	wrap_text(INDENT, INDENT, line);
}

json_t *diagnosis_cost_json(const struct diagnosis *d)
{
	const struct path_cost *c = &d->cost;

	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "insns", c->insns, "paths",
			 c->ended + d->rejected, "branches", c->forks, "most_waiting", c->most_waiting,
			 "states_kept", c->kept, "pruned", c->pruned, "most_states_at_insn", c->most_at_insn);
}
