/*
 * Translation: the passes, and what all of them share. See translate.h.
 *
 * Simplified: Linux patches one program in place, insn by insn; here each pass writes a new one.
 * The result is the same.
 */
#include "translate.h"
#include "../world/world.h"

#define NOT_BEGUN UINT32_MAX

/* --- memory --- */

static void *grow(struct sim *sim, void *old, u64 used, u64 bytes)
{
	void *now = sim_alloc(sim, bytes);

	if (!now)
		return NULL;
	if (old)
		memcpy(now, old, used);
	sim_free(sim, old);
	return now;
}

static int no_memory(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOMEM, "no memory for the translation");
}

/* --- the program as written --- */

static u32 relative_target(const struct bpf_insn *insn, u32 at)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if (insn_is_pseudo_func(insn) || insn_is_pseudo_call(insn) || insn->code == (BPF_JMP32 | BPF_JA))
		return at + 1 + insn->imm;
	if ((class != BPF_JMP && class != BPF_JMP32) || op == BPF_CALL || op == BPF_EXIT ||
	    op == BPF_TAIL_CALL)
		return XLAT_NO_JUMP;
	return at + 1 + insn->off;
}

static bool is_tstamp_type(const struct env *env, u32 at)
{
	const struct bpf_insn *insn = &env->insns[at];
	const struct prog_type *type = prog_rules_of(env->v->prog);

	return env->w->aux[at].seen && insn->code == (BPF_LDX | BPF_MEM | BPF_B) &&
	       env->w->aux[at].ptr_type == PTR_TO_CTX && type->ctx_size == sizeof(struct __sk_buff) &&
	       insn->off == offsetof(struct __sk_buff, tstamp_type);
}

static int take_insns(struct xlat *x)
{
	struct translation *t = x->t;

	t->nin = x->env.ninsns;
	t->in = sim_alloc(x->env.sim, t->nin * sizeof(*t->in));
	t->dropped_by = sim_alloc(x->env.sim, t->nin);
	if (!t->in || !t->dropped_by)
		return no_memory(x->env.sim);
	for (u32 i = 0; i < t->nin; i++) {
		t->in[i] = (struct xlat_insn){x->env.insns[i], i, XLAT_NO_JUMP, 0, 0};
		if (!i || !insn_is_ld_imm64(&x->env.insns[i - 1]))
			t->in[i].jump = relative_target(&x->env.insns[i], i);
		t->tstamp_type_access |= is_tstamp_type(&x->env, i);
	}
	return 0;
}

static int take_subprogs(struct xlat *x)
{
	const struct verifier *v = x->env.v;
	struct translation *t = x->t;

	t->nsubprogs = v->nsubprogs;
	t->subprog = sim_alloc(x->env.sim, (t->nsubprogs + 1) * sizeof(*t->subprog));
	if (!t->subprog)
		return no_memory(x->env.sim);
	for (u32 i = 0; i < t->nsubprogs; i++) {
		const struct verifier_subprog *from = &v->subprog[i];

		t->subprog[i] =
			(struct xlat_subprog){from->start, i, from->stack_depth, from->tail_call_reachable};
		t->any_tail_call_reachable |= from->tail_call_reachable;
	}
	t->subprog[t->nsubprogs].start = t->nin;
	return 0;
}

static int take_lines(struct xlat *x)
{
	const struct prog *prog = x->env.v->prog;
	struct translation *t = x->t;
	u64 bytes = prog->line_info_cnt * sizeof(*t->line_info);

	if (!bytes)
		return 0;
	t->line_info = sim_alloc(x->env.sim, bytes);
	if (!t->line_info)
		return no_memory(x->env.sim);
	memcpy(t->line_info, prog->line_info, bytes);
	t->line_info_cnt = prog->line_info_cnt;
	return 0;
}

/* --- what a pass writes --- */

static int put(struct xlat *x, struct xlat_insn insn)
{
	struct translation *t = x->t;

	if (t->nout == t->room) {
		u32 room = t->room + t->room / 2 + PATCH_MAX;
		struct xlat_insn *out = grow(x->env.sim, t->out, t->nout * sizeof(*out), room * sizeof(*out));

		if (!out)
			return no_memory(x->env.sim);
		t->out = out;
		t->room = room;
	}
	t->out[t->nout++] = insn;
	return 0;
}

int xlat_keep(struct xlat *x)
{
	return put(x, *xlat_cur(x));
}

int xlat_replace(struct xlat *x, struct bpf_insn insn, s32 jump)
{
	struct xlat_insn now = *xlat_cur(x);

	now.insn = insn;
	now.jump = jump;
	now.pass = x->t->pass + 1;
	x->t->changes++;
	return put(x, now);
}

int xlat_patch(struct xlat *x, const struct patch *patch)
{
	u32 origin = xlat_cur(x)->origin;
	int err = 0;

	x->t->changes++;
	for (u32 i = 0; i < patch->n && !err; i++)
		err = put(x, (struct xlat_insn){patch->insn[i], origin, XLAT_NO_JUMP, 1, x->t->pass + 1});
	return err;
}

/* --- the end of a pass: everything that says where something is, is put right --- */

/*
 * Where a jump from @from to @to (of `in`) becomes too long for 16 bits: the first insn that leaves it so
 * when those before it have been replaced and those behind it have not; UINT32_MAX: nowhere.
 */
static u32 too_long_at(const struct translation *t, u32 from, u32 to)
{
	bool forward = from < to;
	u32 low = forward ? from + 1 : to, high = forward ? to : from;
	s64 most = forward ? INT16_MAX : -(s64)INT16_MIN - 1;

	for (u32 i = low; i < high; i++)
		if ((s64)t->moved[i + 1] - t->moved[low] + (high - i - 1) > most)
			return i;
	return UINT32_MAX;
}

static bool has_wide_offset(const struct bpf_insn *insn)
{
	return insn_is_pseudo_func(insn) || insn_is_pseudo_call(insn) || insn->code == (BPF_JMP32 | BPF_JA);
}

/* Linux finds out patch by patch: the first insn whose patch makes some jump too long. */
static int reject_too_long(struct xlat *x)
{
	struct translation *t = x->t;
	u32 first = UINT32_MAX;

	for (u32 i = 0; i < t->nin; i++)
		if (t->in[i].jump != XLAT_NO_JUMP && !has_wide_offset(&t->in[i].insn))
			first = min_u64(first, too_long_at(t, i, t->in[i].jump));
	return verifier_reject(x->env.sim, x->env.v, -ENOMEM,
			       "insn %d cannot be patched due to 16-bit range\n", t->in[first].origin);
}

static int set_jump(struct xlat *x, u32 at)
{
	struct translation *t = x->t;
	struct xlat_insn *insn = &t->out[at];
	u32 to = t->moved[insn->jump];
	s64 distance = (s64)to - at - 1;

	if (has_wide_offset(&insn->insn))
		insn->insn.imm = distance;
	else if (distance != (s16)distance)
		return reject_too_long(x);
	else
		insn->insn.off = distance;
	insn->jump = to;
	return 0;
}

static int set_jumps(struct xlat *x)
{
	struct translation *t = x->t;
	int err = 0;

	for (u32 at = 0; at < t->nout && !err; at++)
		if (t->out[at].jump != XLAT_NO_JUMP)
			err = set_jump(x, at);
	return err;
}

/* Jumps that patches brought: from now on they are like the others. */
static void see_jumps(struct translation *t)
{
	for (u32 i = 0; i < t->nout; i++)
		if (t->out[i].jump == XLAT_NO_JUMP && !(i && insn_is_ld_imm64(&t->out[i - 1].insn)))
			t->out[i].jump = relative_target(&t->out[i].insn, i);
}

/* Functions that have no insn left are gone. */
static void move_subprogs(struct translation *t)
{
	u32 n = 0;

	for (u32 i = 0; i < t->nsubprogs; i++) {
		struct xlat_subprog subprog = t->subprog[i];
		u32 end = t->moved[t->subprog[i + 1].start];

		subprog.start = t->moved[subprog.start];
		if (subprog.start < end)
			t->subprog[n++] = subprog;
	}
	t->nsubprogs = n;
	t->subprog[n] = (struct xlat_subprog){.start = t->nout};
}

/* Of several source lines that come to begin at the same insn, the last one is it. */
static void move_lines(struct translation *t)
{
	u32 n = 0;

	for (u32 i = 0; i < t->line_info_cnt; i++) {
		struct bpf_line_info line = t->line_info[i];

		line.insn_off = t->moved[line.insn_off];
		if (line.insn_off == t->nout)
			continue;
		if (n && t->line_info[n - 1].insn_off == line.insn_off)
			n--;
		t->line_info[n++] = line;
	}
	t->line_info_cnt = n;
}

static int finish_pass(struct xlat *x)
{
	struct translation *t = x->t;
	int err;

	t->moved[t->nin] = t->nout;
	err = set_jumps(x);
	if (err)
		return err;
	see_jumps(t);
	move_subprogs(t);
	move_lines(t);
	sim_free(x->env.sim, t->moved);
	sim_free(x->env.sim, t->in);
	t->in = t->out;
	t->nin = t->nout;
	t->out = NULL;
	t->moved = NULL;
	t->pass++;
	t->at = NOT_BEGUN;
	return 0;
}

static int begin_pass(struct xlat *x)
{
	struct translation *t = x->t;

	t->moved = sim_alloc(x->env.sim, (t->nin + 1) * sizeof(*t->moved));
	t->out = sim_alloc(x->env.sim, t->nin * sizeof(*t->out));
	if (!t->moved || !t->out)
		return no_memory(x->env.sim);
	t->room = t->nin;
	t->nout = t->changes = t->at = 0;
	return 0;
}

/* --- units of work --- */

/* The next insn of the pass. */
static int one_insn(struct xlat *x)
{
	struct translation *t = x->t;
	int err;

	t->moved[t->at] = t->nout;
	err = xlat_passes[t->pass].insn(x);
	if (t->nout == t->moved[t->at])
		t->dropped_by[xlat_cur(x)->origin] = t->pass + 1;
	t->at++;
	return err;
}

static int to_next_change(struct xlat *x)
{
	struct translation *t = x->t;
	u32 before = t->changes;
	int err = 0;

	while (t->at < t->nin && t->changes == before && !err)
		err = one_insn(x);
	if (err)
		return err;
	if (t->at == t->nin)
		return finish_pass(x);
	event_send(x->env.sim, EV_XLAT, 0, xlat_cur(x)[-1].origin, t->pass, t->at - 1, t->nout);
	return 0;
}

static struct xlat xlat_of(struct sim *sim, struct verifier *v)
{
	return (struct xlat){
		.env = {sim, v, v->walk, v->prog->insns, v->prog->insn_cnt},
		.t = v->translation,
		.sysctl = &sim->world->sysctl,
	};
}

int translate_new(struct sim *sim, struct verifier *v)
{
	struct xlat x;
	int err;

	v->translation = sim_alloc(sim, sizeof(*v->translation));
	if (!v->translation)
		return no_memory(sim);
	v->translation->at = NOT_BEGUN;
	x = xlat_of(sim, v);
	err = take_insns(&x);
	err = err ? err : take_subprogs(&x);
	return err ? err : take_lines(&x);
}

int translate_step(struct sim *sim, struct verifier *v)
{
	struct xlat x = xlat_of(sim, v);
	struct translation *t = x.t;
	int err;

	if (t->at != NOT_BEGUN) {
		err = to_next_change(&x);
		return err ? err : VERIFIER_MORE;
	}
	while (t->pass < xlat_npasses && xlat_passes[t->pass].wanted && !xlat_passes[t->pass].wanted(&x))
		t->pass++;
	if (t->pass == xlat_npasses)
		return xlat_finish(&x);
	err = begin_pass(&x);
	return err ? err : VERIFIER_MORE;
}

void translate_free(struct sim *sim, struct verifier *v)
{
	struct translation *t = v->translation;

	if (!t)
		return;
	sim_free(sim, t->in);
	sim_free(sim, t->out);
	sim_free(sim, t->moved);
	sim_free(sim, t->subprog);
	sim_free(sim, t->line_info);
	sim_free(sim, t->dropped_by);
	sim_free(sim, t->poke);
	sim_free(sim, t);
	v->translation = NULL;
}

/* --- the passes, in Linux's order --- */

const struct xlat_pass xlat_passes[] = {
	{"loop", "calls of bpf_loop are written out as loops",
	 NULL, xlat_loop_insn},
	{"branches", "a branch whose other way is never taken becomes a goto",
	 xlat_removes_dead_code, xlat_hardwire_insn},
	{"dead code", "what no path has come to is removed",
	 xlat_removes_dead_code, xlat_remove_insn},
	{"gotos", "a goto to the next instruction is removed",
	 xlat_removes_dead_code, xlat_nop_insn},
	{"traps", "what no path has come to becomes an endless loop",
	 xlat_traps_dead_code, xlat_trap_insn},
	{"context", "accesses to the context become accesses to the kernel's own structs",
	 NULL, xlat_ctx_insn},
	{"calls and divisions", "helpers get addresses or are written out, divisions by 0 are caught, offsets masked",
	 NULL, xlat_fixup_insn},
	{"zero extension", "a 32-bit result that is used as 64 bits has a clean upper half",
	 NULL, xlat_zext_insn},
	{"functions and addresses", "calls name the function, ld_imm64 is just a number",
	 NULL, xlat_last_insn},
};

const u32 xlat_npasses = ARRAY_SIZE(xlat_passes);
