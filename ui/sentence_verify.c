/* What a step of the verifier's two walks did, in words. See sentence.h. */
#include <stdio.h>

#include "reg_words.h"
#include "sentence.h"

#define SAID_MAX 3 /* things that one sentence tells */

/* --- walk 1 --- */

void sentence_edge(const struct debug *d, const struct event *e, struct text *out)
{
	static const char *const kinds[] = {
		[CFG_TREE] = "was not seen before, so the walk goes on from there",
		[CFG_BACK] = "is still on the stack: a back-edge, a loop",
		[CFG_CROSS] = "is explored already: two ways join here. No loop, nothing to do",
	};
	const struct prog_load *load = look_load(debug_sim(d));
	bool branch = load && load->verifier && load->verifier->cfg.last.branch;

	text_say(out, "%s of insn %llu, to %llu: %llu %s.", branch ? words("Branch edge") : words("Edge"),
		 (unsigned long long)e->arg[0], (unsigned long long)e->arg[1], (unsigned long long)e->arg[1],
		 words(kinds[e->arg[2] % CFG_EDGE_KINDS]));
}

void sentence_explored(const struct debug *d, const struct event *e, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct cfg *cfg = load && load->verifier ? &load->verifier->cfg : NULL;

	text_say(out, "All ways out of insn %llu have been followed: it is explored (●) and leaves the stack",
		 (unsigned long long)e->arg[0]);
	if (cfg && cfg->depth)
		text_say(out, "; back to %u.", cfg->stack[cfg->depth - 1]);
	else
		text_say(out, "; the stack is empty.");
}

/* --- walk 2 --- */

/* What is known now that was not before. */
struct news {
	const struct debug *d;
	struct verifier *v;
	const struct vstate *state;
	char said[SAID_MAX][160];
	u32 count;
	char lost[40]; /* registers that may not be read any more: "r1, r2" */
};

/* The same thing may be known of several registers: it is said once. */
static void add_news(struct news *n, const char *said)
{
	for (u32 i = 0; i < n->count; i++)
		if (strcmp(n->said[i], said) == 0)
			return;
	if (n->count < SAID_MAX)
		snprintf(n->said[n->count++], sizeof(n->said[0]), "%s", said);
}

static void register_news(struct news *n, u32 r, bool learned)
{
	const struct reg *reg = &n->state->frame[n->state->curframe]->reg[r];
	const char *was = n->d->last.before.known[r];
	struct sim *sim = debug_sim(n->d);
	char now[PICTURE_TEXT], said[160];
	struct text text;

	text_init(&text, now, sizeof(now));
	if (reg->type != NOT_INIT)
		path_reg_text(sim, n->v, reg, &text);
	if (strcmp(now, was) == 0)
		return;
	text_init(&text, said, sizeof(said));
	if (learned) {
		struct reg before = *reg;

		before.type |= strstr(was, "or_null") ? PTR_MAYBE_NULL : 0;
		reg_words_learned(sim, n->v, r, &before, reg, &text);
	} else if (reg->type == NOT_INIT) {
		snprintf(n->lost + strlen(n->lost), sizeof(n->lost) - strlen(n->lost), "%sr%u",
			 n->lost[0] ? ", " : "", r);
		return;
	} else {
		text_say(&text, "r%u is ", r);
		reg_words(sim, n->v, reg, &text);
	}
	add_news(n, said);
}

static void slot_news(struct news *n, u32 i)
{
	const char *nothing = words("nothing");
	const struct frame *frame = n->state->frame[n->state->curframe];
	const struct picture *was = &n->d->last.before;
	char now[PICTURE_TEXT], said[160];
	struct text text;

	text_init(&text, now, sizeof(now));
	picture_slot_text(debug_sim(n->d), n->v, &frame->slot[i], &text);
	if (strcmp(now, i < was->nslots ? was->slot[i] : "") == 0)
		return;
	snprintf(said, sizeof(said), "the stack from fp-%u to fp-%u holds %.90s%s", (i + 1) * 8, i * 8 + 1,
		 now[0] ? now : nothing,
		 now[0] && strspn(now, "m0?rd") == strlen(now) ? " (first letter: next to fp)" : "");
	add_news(n, said);
}

/* False: there is nothing to compare. */
static bool take_news(const struct debug *d, struct news *n, bool learned)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct picture *was = &d->last.before;
	u32 insn;

	*n = (struct news){.d = d};
	n->v = load ? load->verifier : NULL;
	n->state = n->v ? path_state(n->v, &insn) : NULL;
	if (!n->state || !was->walking || n->state->curframe != was->vframe)
		return false;
	for (u32 r = 0; r < MAX_BPF_REGS; r++)
		register_news(n, r, learned);
	for (u32 i = 0; i < n->state->frame[n->state->curframe]->nslots && i < MAX_SLOTS; i++)
		slot_news(n, i);
	return true;
}

/* An instruction after which no more is known than before has been checked all the same. */
static void tell_checked(const struct news *n, struct text *out)
{
	const struct prog *prog = debug_prog(n->d);
	u32 insn = n->d->last.before.insn, now = 0;
	u8 class;

	path_state(n->v, &now);
	if (!prog || insn >= prog->insn_cnt)
		return;
	class = BPF_CLASS(prog->insns[insn].code);
	if (isa_ops[prog->insns[insn].code].format == OP_JCOND)
		text_say(out, " only one way is possible, on at %u.", now);
	else if (isa_ops[prog->insns[insn].code].format == OP_JA)
		text_say(out, " on at %u.", now);
	else if (class == BPF_ST || class == BPF_STX)
		text_say(out, " the bytes at r%u may be written, so it is allowed; nothing new is known.",
			 prog->insns[insn].dst_reg);
	else
		text_say(out, " allowed; no more is known than before.");
}

static void tell_news(const struct news *n, struct text *out)
{
	if (!n->count && !n->lost[0]) {
		tell_checked(n, out);
		return;
	}
	for (u32 i = 0; i < n->count; i++)
		text_say(out, "%s%s", i ? ", " : " ", n->said[i]);
	if (n->lost[0])
		text_say(out, "%s lost: %s", n->count ? ";" : "", n->lost);
	text_say(out, ".");
}

static void insn_words(const struct debug *d, u32 insn, struct text *out)
{
	const struct prog *prog = debug_prog(d);
	char line[80];
	struct text text;
	const char *said;

	text_say(out, "insn %u", insn);
	if (!prog || insn >= prog->insn_cnt)
		return;
	text_init(&text, line, sizeof(line));
	walk_insn_text(debug_sim(d), prog, insn, &text);
	said = line[0] == '(' && strchr(line, ' ') ? strchr(line, ' ') + 1 : line;
	text_say(out, ", %s", said);
}

/* Which registers a path begins with. */
static void begin_words(const struct debug *d, struct verifier *v, const struct vstate *state, u32 insn,
			struct text *out)
{
	text_say(out, "A path begins at insn %u. Known at the entry:", insn);
	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		const struct reg *reg = &state->frame[state->curframe]->reg[r];

		if (reg->type == NOT_INIT)
			continue;
		text_say(out, " r%u is ", r);
		reg_words(debug_sim(d), v, reg, out);
		text_say(out, r + 1 < MAX_BPF_REGS ? "," : ".");
	}
}

void sentence_known(const struct debug *d, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct vstate *state;
	struct news n;
	u32 insn;

	state = load && load->verifier ? path_state(load->verifier, &insn) : NULL;
	if (!d->last.before.walking && !state) {
		text_say(out,
			 "Walk 2 is set up: from here on, what every register may hold is thought through.");
		return;
	}
	if (!d->last.before.walking) {
		begin_words(d, load->verifier, state, insn, out);
		return;
	}
	insn_words(d, d->last.before.insn, out);
	text_say(out, ":");
	if (take_news(d, &n, false))
		tell_news(&n, out);
	else if (state && state->curframe > d->last.before.vframe)
		text_say(out,
			 " a function is called; its frame has a stack and registers of its own. On at %u.",
			 insn);
	else if (state)
		text_say(out, " the function returns; the caller's frame goes on at %u.", insn);
	else
		text_say(out, " the path is left.");
}

void sentence_fork(const struct debug *d, const struct event *e, struct text *out)
{
	struct news n;
	u32 waiting = e->arg[2];

	insn_words(d, e->arg[1], out);
	text_say(out, ", may go both ways: the way to %llu is put aside (%u wait%s),",
		 (unsigned long long)e->arg[0], waiting, waiting == 1 ? "s" : "");
	if (take_news(d, &n, true) && n.count) {
		text_say(out, " on this one it is known that");
		tell_news(&n, out);
	} else {
		text_say(out, " this one goes on.");
	}
}

static u32 waiting_now(const struct prog_load *load)
{
	struct path_cost cost;

	path_cost(load->verifier, &cost);
	return cost.waiting;
}

void sentence_path_end(const struct debug *d, const struct event *e, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	struct path_cost cost;
	u32 insn;

	if (e->arg[1] == PATH_PRUNED)
		text_say(out,
			 "Pruned (≡) at insn %llu: a path that knew no more than this one went on from here, "
			 "and "
			 "was safe.",
			 (unsigned long long)e->arg[0]);
	else
		text_say(out, "This path ends at insn %llu, exit, without a complaint.",
			 (unsigned long long)e->arg[0]);
	if (load && load->verifier && load->stage == LOAD_WALK && path_state(load->verifier, &insn)) {
		text_say(out,
			 " Last in, first out: on at %u with the branch put aside last; %u more in waiting.",
			 insn, waiting_now(load));
		return;
	}
	text_say(out, " No branch waits: every path has been walked");
	if (load && load->verifier && load->stage > LOAD_WALK) {
		path_cost(load->verifier, &cost);
		text_say(out, ". Accepted after %u instruction%s on %u path%s", cost.insns,
			 cost.insns == 1 ? "" : "s", cost.ended, cost.ended == 1 ? "" : "s");
	}
	text_say(out, ".");
}
