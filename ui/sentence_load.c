/* What a step of PROG_LOAD did, in words: the end of a stage, or one unit of it. See sentence.h. */
#include <stdio.h>

#include "sentence.h"

/* What is at hand after the step. */
struct at_work {
	const struct debug *d;
	const struct prog_load *load;
	const struct prog *prog;         /* NULL before COPY */
	const struct verifier *verifier; /* NULL before LOG */
	const struct debug_call *call;
};

static bool look_at(const struct debug *d, struct at_work *w)
{
	*w = (struct at_work){.d = d, .load = look_load(debug_sim(d)), .call = debug_call(d)};
	if (!w->load || !w->call)
		return false;
	w->prog = w->load->prog;
	w->verifier = w->load->verifier;
	return true;
}

static const char *plural(u32 n)
{
	return n == 1 ? "" : "s";
}

/* --- what a stage has come to --- */

static void after_rights(const struct at_work *w, struct text *out)
{
	const struct task *task = task_by_pid(debug_sim(w->d), w->d->session.pid);

	text_say(out, "Process %u (user %u, %s) may load a program of this type.", w->d->session.pid,
		 task ? task->uid : 0,
		 words(task && task_capable(task, CAP_BPF_BIT) ? "with CAP_BPF" : "without CAP_BPF"));
}

static void after_copy(const struct at_work *w, struct text *out)
{
	text_say(out,
		 "The kernel has copied %u instruction slots, %u bytes, from 0x%llx of the process. It works "
		 "on "
		 "this copy from now on.",
		 w->call->attr.insn_cnt, w->call->attr.insn_cnt * 8, (unsigned long long)w->call->attr.insns);
}

static void after_type(const struct at_work *w, struct text *out)
{
	const struct prog_type *type = prog_type_by_id(w->call->attr.prog_type);

	text_say(out,
		 "Program type %s is known: its table says what r1 points to and which helpers there are.",
		 type ? type->name : "?");
}

static void after_log(const struct at_work *w, struct text *out)
{
	if (w->call->attr.log_level)
		text_say(out,
			 "The verifier is set up; it will write its log, level %u, to 0x%llx of the process.",
			 w->call->attr.log_level, (unsigned long long)w->call->attr.log_buf);
	else
		text_say(out, "The verifier is set up; nobody wants its log.");
}

static void after_subprogs(const struct at_work *w, struct text *out)
{
	u32 n = w->verifier ? w->verifier->nsubprogs : 1;

	text_say(out, "The program has %u function%s.", n, plural(n));
}

static void after_jumps(const struct at_work *w, struct text *out)
{
	(void)w;
	text_say(out, "Every jump stays within its function, and none falls off the end.");
}

static void after_btf(const struct at_work *w, struct text *out)
{
	if (w->prog && w->prog->btf)
		text_say(out, "The type information fits: %u function%s, %u line%s of C.",
			 w->prog->func_info_cnt, plural(w->prog->func_info_cnt), w->prog->line_info_cnt,
			 plural(w->prog->line_info_cnt));
	else
		text_say(out, "The program comes without type information: no C lines in the log.");
}

static void after_target(const struct at_work *w, struct text *out)
{
	text_say(out, w->call->attr.attach_btf_id
			      ? "The function that it wants to be attached to is there."
			      : "It names no target of its own: the hook is chosen when it is attached.");
}

static void after_tag(const struct at_work *w, struct text *out)
{
	text_say(out, "The tag is ");
	for (u32 i = 0; w->prog && i < sizeof(w->prog->tag); i++)
		text_say(out, "%02x", w->prog->tag[i]);
	text_say(out, ": the same program has it again at each load, since fds do not count.");
}

static void after_resolve(const struct at_work *w, struct text *out)
{
	u32 n = w->prog ? w->prog->nused_maps : 0;

	text_say(out, "Every instruction has a known opcode; the program refers to %u map%s.", n, plural(n));
}

static void after_cfg(const struct at_work *w, struct text *out)
{
	const struct cfg *cfg = w->verifier ? &w->verifier->cfg : NULL;
	u32 edges = cfg ? cfg->edges[CFG_TREE] + cfg->edges[CFG_BACK] + cfg->edges[CFG_CROSS] : 0;

	text_say(out, "Walk 1 is over: %u instruction%s explored, %u edge%s, %u of them back.",
		 cfg ? cfg->explored : 0, plural(cfg ? cfg->explored : 0), edges, plural(edges),
		 cfg ? cfg->edges[CFG_BACK] : 0);
}

static void after_reached(const struct at_work *w, struct text *out)
{
	(void)w;
	text_say(out, "Walk 1 has come to every instruction: none is unreachable.");
}

static void after_walk(const struct at_work *w, struct text *out)
{
	struct path_cost cost;

	if (!w->verifier)
		return;
	path_cost(w->verifier, &cost);
	text_say(out, "Accepted: every path was walked, %u in all, %u instruction%s processed, %u pruned.",
		 cost.ended, cost.insns, plural(cost.insns), cost.pruned);
}

static void after_translate(const struct at_work *w, struct text *out)
{
	text_say(out, "The translation is done: %u slots as written have become %u.",
		 w->prog ? w->prog->insn_cnt : 0, w->prog && w->prog->xlated ? w->prog->xlated->insn_cnt : 0);
}

static void after_jit(const struct at_work *w, struct text *out)
{
	const struct jit_image *image = w->prog ? look_image(w->prog, 0) : NULL;
	u32 n = w->prog ? look_images(w->prog) : 0;

	if (image)
		text_say(out,
			 "Compiled in %u passes, %u function%s; the code lies at %llx and will not move.",
			 image->npasses, n, plural(n), (unsigned long long)prog_entry(w->prog));
	else
		text_say(out, "There is no machine code: an interpreter will run it.");
}

static void after_report(const struct at_work *w, struct text *out)
{
	(void)w;
	text_say(out, "The verdict is in, and the log in the process's memory.");
}

static void after_id(const struct at_work *w, struct text *out)
{
	text_say(out, "The program has id %u: bpftool would find it now.", w->prog ? w->prog->obj.id : 0);
}

static void (*const after[LOAD_STAGES])(const struct at_work *w, struct text *out) = {
	[LOAD_RIGHTS] = after_rights,     [LOAD_COPY] = after_copy,       [LOAD_TYPE] = after_type,
	[LOAD_LOG] = after_log,           [LOAD_SUBPROGS] = after_subprogs, [LOAD_JUMPS] = after_jumps,
	[LOAD_BTF] = after_btf,           [LOAD_TARGET] = after_target,   [LOAD_TAG] = after_tag,
	[LOAD_RESOLVE] = after_resolve,   [LOAD_CFG] = after_cfg,         [LOAD_REACHED] = after_reached,
	[LOAD_WALK] = after_walk,         [LOAD_TRANSLATE] = after_translate, [LOAD_JIT] = after_jit,
	[LOAD_REPORT] = after_report,     [LOAD_ID] = after_id,
};

static const char *const next_stage[LOAD_STAGES] = {
	[LOAD_COPY] = "copying the instructions",
	[LOAD_TYPE] = "the program's type and name",
	[LOAD_LOG] = "setting up the verifier",
	[LOAD_SUBPROGS] = "where functions begin",
	[LOAD_JUMPS] = "where jumps go",
	[LOAD_BTF] = "types and lines of C",
	[LOAD_TARGET] = "what it wants to be attached to",
	[LOAD_TAG] = "the tag",
	[LOAD_RESOLVE] = "fds become addresses",
	[LOAD_CFG] = "walk 1, over the graph",
	[LOAD_REACHED] = "was every instruction reached?",
	[LOAD_WALK] = "walk 2, along every path",
	[LOAD_TRANSLATE] = "the translation",
	[LOAD_JIT] = "compiling",
	[LOAD_REPORT] = "the verdict",
	[LOAD_ID] = "an id",
	[LOAD_FD] = "an fd for the loader",
};

void sentence_stage(const struct debug *d, u32 next, struct text *out)
{
	u32 was = d->last.before.loading ? d->last.before.stage : LOAD_RIGHTS;
	struct at_work w;

	if (was < LOAD_STAGES && was < next && after[was] && look_at(d, &w))
		after[was](&w, out);
	/* Some are so short that the next one is over in the same step. */
	if (next < LOAD_STAGES && next_stage[next])
		text_say(out, " Next: %s.", words(next_stage[next]));
}

/* --- one unit --- */

static void unit_subprogs(const struct at_work *w, struct text *out)
{
	u32 n = w->verifier ? w->verifier->nsubprogs : 0;

	text_say(out, "The instruction at %u refers to a function: %u found so far.",
		 w->verifier && w->verifier->at ? w->verifier->at - 1 : 0, n);
}

static void unit_jumps(const struct at_work *w, struct text *out)
{
	const struct verifier *v = w->verifier;
	u32 jump = v && v->at ? v->at - 1 : 0;

	if (!w->prog || jump >= w->prog->insn_cnt)
		return;
	text_say(out, "The jump at insn %u goes to insn %d: still in its function.", jump,
		 (int)jump + 1 + w->prog->insns[jump].off);
}

/* The fd that an instruction named, and the map that it has become. */
static void unit_resolve(const struct at_work *w, struct text *out)
{
	const struct event *got = debug_happened(w->d, EV_OBJ_GET);
	const struct bpf_insn *user;
	const struct map *map;
	u32 at = UINT32_MAX;

	for (u32 i = 0; w->prog && i < w->prog->insn_cnt && i < w->verifier->at;
	     i += insn_slots(&w->prog->insns[i]))
		if (memcmp(&w->prog->insns[i], &w->prog->user_insns[i], sizeof(*user)) != 0)
			at = i;
	if (at == UINT32_MAX)
		return;
	user = &w->prog->user_insns[at];
	map = walk_map_at(debug_sim(w->d),
			  (u32)w->prog->insns[at].imm | (u64)(u32)w->prog->insns[at + 1].imm << 32);
	if (user->src_reg != BPF_PSEUDO_MAP_FD || !map) {
		text_say(out, "insn %u named %s; both of its halves hold the address now: ", at,
			 user->src_reg == BPF_PSEUDO_MAP_VALUE
				 ? words("a global variable, by its map's fd and an offset")
				 : words("something by number"));
		walk_value_text(debug_sim(w->d),
				(u32)w->prog->insns[at].imm | (u64)(u32)w->prog->insns[at + 1].imm << 32,
				out);
		text_say(out, ".");
		return;
	}
	text_say(out,
		 "insn %u said \"fd %d\". fd %d leads to a bpf-map file, so both halves hold the address of "
		 "%s now",
		 at, user->imm, user->imm, map->obj.name);
	if (got)
		text_say(out, ", and its refs: %llu → %llu.", (unsigned long long)got->arg[2] - 1,
			 (unsigned long long)got->arg[2]);
	else
		text_say(out, "; the program has its reference already.");
}

static void unit_translate(const struct at_work *w, struct text *out)
{
	struct look_translating t;

	if (!w->verifier || !look_translating(w->verifier, &t)) {
		text_say(out, "The translation begins: what was verified becomes what will be compiled.");
		return;
	}
	if (t.ended && t.changes)
		text_say(out, "Pass \"%s\" is through: %u change%s, %u slots now.", look_pass_name(t.pass),
			 t.changes, plural(t.changes), t.insns);
	else if (t.ended)
		text_say(out, "Pass \"%s\" is through: it had nothing to change.", look_pass_name(t.pass));
	else
		text_say(out, "Translation, pass \"%s\" begins: %s.", look_pass_name(t.pass),
			 words(look_pass_doc(t.pass)));
}

static void unit_jit(const struct at_work *w, struct text *out)
{
	const struct prog_jit *jit = w->prog ? w->prog->jit : NULL;
	const struct jit_image *image;

	if (!jit || !jit->build) {
		text_say(out, "The JIT gets ready: it guesses 64 bytes for each instruction and goes through "
			      "them until "
			      "the size no longer shrinks.");
		return;
	}
	image = &jit->build->func[min_u64(jit->build->current, jit->program.nfuncs - 1)];
	text_say(out, "JIT, pass %u: ", image->npasses + 1);
	if (jit->program.nfuncs > 1)
		text_say(out, "function %u, ", jit->build->current);
	if (!jit->build->at && !image->npasses)
		text_say(out, "it begins.");
	else if (!jit->build->at)
		text_say(out, "from the beginning again; the last pass came to %u bytes.", image->size);
	else if (jit->build->at == 1)
		text_say(out, "the prologue takes %u bytes%s.", jit->build->size,
			 jit->build->writes ? words(", and they are written now") : "");
	else
		text_say(out, "up to insn %u of the translated program, %u bytes%s.", jit->build->at - 2,
			 jit->build->size, jit->build->writes ? words(", written now") : words(" so far"));
}

void sentence_unit(const struct debug *d, struct text *out)
{
	static const struct {
		u8 stage;
		void (*say)(const struct at_work *w, struct text *out);
	} units[] = {
		{LOAD_SUBPROGS, unit_subprogs},
		{LOAD_JUMPS, unit_jumps},
		{LOAD_RESOLVE, unit_resolve},
		{LOAD_TRANSLATE, unit_translate},
		{LOAD_JIT, unit_jit},
	};
	u32 stage = d->last.before.stage, from = out->len;
	struct at_work w;

	for (size_t i = 0; i < ARRAY_SIZE(units) && look_at(d, &w); i++)
		if (units[i].stage == stage)
			units[i].say(&w, out);
	if (out->len == from)
		text_say(out, "%s goes on: %s.", load_stage_name(stage), words(load_stage_doc(stage)));
}
