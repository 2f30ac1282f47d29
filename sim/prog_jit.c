/* Compiling a program when it is loaded: see prog_jit.h. */
#include "prog_jit.h"
#include "jit/blind.h"
#include "maps/fd_array.h"
#include "object.h"
#include "verifier/translate.h"

/* --- memory for code --- */

#define IMAGE_CHUNK 64u     /* BPF_PROG_CHUNK_SIZE */
#define IMAGE_HEADER 8u     /* struct bpf_binary_header */

/*
 * Simplified: Linux looks for room in packs of 2 MiB and begins at a random place in it; here one image
 * follows the other until no program is compiled any more.
 */
static u64 place_code(struct sim *sim, u32 size)
{
	struct jit_text *text = &sim->world->jit_text;
	u64 room = round_up_u64(size + IMAGE_HEADER, IMAGE_CHUNK);
	u64 address = JIT_TEXT_BASE + text->used + IMAGE_HEADER;

	if (text->used + room > JIT_TEXT_SIZE)
		return 0;
	text->used += room;
	return address;
}

static void release_code(struct sim *sim, u32 charged)
{
	struct jit_text *text = &sim->world->jit_text;

	text->charged -= charged;
	if (!--text->programs)
		text->used = 0;
}

/* --- what is compiled --- */

static u32 func_end(const struct xlated *xlated, u32 func)
{
	return func + 1 < xlated->nsubprogs ? xlated->subprogs[func + 1].start : xlated->insn_cnt;
}

static void take_funcs(struct prog_jit *jit, const struct xlated *xlated)
{
	jit->program = (struct jit_program){jit->funcs, xlated->nsubprogs, xlated->npokes, false, false};
	for (u32 i = 0; i < xlated->nsubprogs; i++) {
		const struct subprog *subprog = &xlated->subprogs[i];

		jit->start[i] = subprog->start;
		jit->funcs[i].insns = xlated->insns + subprog->start;
		jit->funcs[i].len = func_end(xlated, i) - subprog->start;
		jit->funcs[i].stack_depth = subprog->stack_depth;
		jit->funcs[i].tail_call_reachable = xlated->nsubprogs > 1 && subprog->tail_call_reachable;
	}
}

static u32 next_random(void *sim)
{
	return sim_random(sim);
}

/* Each function's constants in two halves. 0, -ENOMEM, or -ERANGE: a jump has become too long. */
static int blind(struct sim *sim, struct prog_jit *jit)
{
	u32 n = jit->program.nfuncs;
	struct jit_random random = {sim, next_random};

	jit->blinded = sim_alloc(sim, n * sizeof(*jit->blinded));
	jit->moved = sim_alloc(sim, n * sizeof(*jit->moved));
	if (!jit->blinded || !jit->moved)
		return -ENOMEM;
	for (u32 i = 0; i < n; i++) {
		struct jit_func *func = &jit->funcs[i];
		s64 len;

		jit->blinded[i] = sim_alloc(sim, JIT_BLIND_MAX(func->len) * sizeof(struct bpf_insn));
		jit->moved[i] = sim_alloc(sim, (func->len + 1) * sizeof(u32));
		if (!jit->blinded[i] || !jit->moved[i])
			return -ENOMEM;
		len = jit_blind(func->insns, func->len, random, jit->blinded[i], jit->moved[i]);
		if (len < 0)
			return len;
		func->insns = jit->blinded[i];
		func->len = len;
	}
	return 0;
}

static bool blinding_requested(struct sim *sim, const struct task *task)
{
	s64 harden = sim->world->sysctl.bpf_jit_harden;

	return harden > 1 || (harden == 1 && !bpf_capable(sim, task));
}

/* --- the machine that it is for --- */

static u64 ktext_address(u32 internal)
{
	return KTEXT_BASE + (s64)ktext_imm(KTEXT_INTERNAL, internal);
}

void prog_jit_target(const struct sim *sim, struct jit_target *target)
{
	s64 mitigations = sim->world->sysctl.mitigations;
	bool its = mitigations & MITIGATE_ITS;

	*target = (struct jit_target){
		.call_base = KTEXT_BASE,
		.indirect = its ? JIT_ITS : mitigations & MITIGATE_RETPOLINE ? JIT_RETPOLINE : JIT_JMP,
		.rethunk = mitigations & (MITIGATE_ITS | MITIGATE_RETHUNK),
		.return_thunk = ktext_address(its ? KTEXT_ITS_RETURN_THUNK : KTEXT_RETURN_THUNK),
	};
	for (u32 reg = 0; reg < ARRAY_SIZE(target->indirect_thunk); reg++)
		target->indirect_thunk[reg] = ktext_address((its ? KTEXT_ITS_THUNK : KTEXT_RETPOLINE) + reg);
}

static int begin_build(struct sim *sim, struct prog_jit *jit)
{
	void *memory = sim_alloc(sim, jit_memory_size(&jit->program));

	if (!memory)
		return -ENOMEM;
	prog_jit_target(sim, &jit->target);
	jit->build = jit_begin(&jit->program, &jit->target, memory);
	return 0;
}

/* 0, or -errno: the program is left to the interpreter. */
static int begin(struct sim *sim, struct prog *prog, const struct task *task)
{
	u32 n = prog->xlated->nsubprogs;
	struct prog_jit *jit = prog->jit = sim_alloc(sim, sizeof(*jit));
	int err;

	if (!jit)
		return -ENOMEM;
	sim->world->jit_text.programs++;
	jit->funcs = sim_alloc(sim, n * sizeof(*jit->funcs));
	jit->start = sim_alloc(sim, n * sizeof(*jit->start));
	if (!jit->funcs || !jit->start)
		return -ENOMEM;
	take_funcs(jit, prog->xlated);
	err = blinding_requested(sim, task) ? blind(sim, jit) : 0;
	return err ? err : begin_build(sim, jit);
}

/* --- the image of a function --- */

static bool place(struct sim *sim, struct prog_jit *jit, const struct task *task)
{
	struct jit_image *image = &jit->build->func[jit->build->current];
	struct jit_text *text = &sim->world->jit_text;
	u32 charge = jit_charge_size(image);
	u64 address;
	u8 *code;
	struct jit_reloc *relocs;
	struct jit_exentry *exentries;

	if (jit_charge(&text->charged, charge, sim->world->sysctl.bpf_jit_limit, bpf_capable(sim, task)))
		return false;
	jit->charged += charge;
	address = place_code(sim, image->size);
	code = sim_alloc(sim, image->size);
	relocs = sim_alloc(sim, (image->nrelocs + 1) * sizeof(*relocs));
	exentries = sim_alloc(sim, (image->nexentries + 1) * sizeof(*exentries));
	image->code = code;
	image->relocs = relocs;
	image->exentries = exentries;
	if (!address || !code || !relocs || !exentries)
		return false;
	jit_place(jit->build, address, code, relocs, exentries);
	return true;
}

/* --- direct tail calls --- */

#define STACK_MAX 512u      /* of a program that was not verified */

static u64 code_of(const struct prog *prog)
{
	return prog_is_jited(prog) ? prog->jit->build->func[0].address : 0;
}

/* Where a tail call enters; 0: there is no code. */
static u64 entry_of(const struct prog *prog)
{
	return prog_is_jited(prog) ? prog->jit->build->func[0].address + JIT_TAIL_CALL_OFFSET : 0;
}

u64 prog_entry(const struct prog *prog)
{
	u32 stack = prog->xlated ? prog->xlated->subprogs[0].stack_depth : STACK_MAX;

	return prog_is_jited(prog) ? code_of(prog) : ktext_address(KTEXT_RUN + KTEXT_STACK(stack));
}

void prog_jit_code(struct sim *sim, const struct prog *prog, u32 func, u8 *code)
{
	const struct jit_build *build = prog->jit->build;

	memcpy(code, build->func[func].code, build->func[func].size);
	for (u32 i = 0; i < prog->xlated->npokes; i++) {
		const struct poke *poke = &prog->xlated->pokes[i];
		const struct obj *obj = fd_array_get(sim, poke->map, &poke->key);

		if (build->poke[i].func == func && obj)
			jit_poke_set(code, build->func[func].address, &build->poke[i],
				     entry_of((const struct prog *)obj));
	}
}

/* --- the stage --- */

static bool makes_tail_calls(const struct xlated *xlated)
{
	for (u32 i = 0; i < xlated->nsubprogs; i++)
		if (xlated->subprogs[i].tail_call_reachable)
			return true;
	return false;
}

/* Calls of functions were translated for the JIT: now they are the interpreter's (fixup_call_args). */
static int interpret_calls(struct sim *sim, struct prog_load *load)
{
	struct xlated *xlated = load->prog->xlated;
	bool tail_calls = makes_tail_calls(xlated);

	for (u32 i = 0; i < xlated->insn_cnt; i++) {
		struct bpf_insn *insn = &xlated->insns[i];
		const char *why = xlat_not_interpreted(insn, tail_calls);

		if (why)
			return verifier_reject(sim, load->verifier, -EINVAL, "%s\n", why);
		if (insn_is_pseudo_call(insn))
			insn->imm = xlat_interpreter(xlated->subprogs[insn->imm].stack_depth);
	}
	return 0;
}

/* The interpreter runs it; in Linux the reason is nowhere to be seen. */
static int give_up(struct sim *sim, struct prog_load *load)
{
	prog_jit_free(sim, load->prog);
	return load->prog->xlated->nsubprogs > 1 ? interpret_calls(sim, load) : 0;
}

static void compiled(struct sim *sim, struct prog *prog)
{
	const struct jit_build *build = prog->jit->build;
	u32 nfuncs = prog->jit->program.nfuncs, size = 0;

	for (u32 i = 0; i < nfuncs; i++)
		size += build->func[i].size;
	prog->counts.compiled++;
	world_done(sim, DONE_COMPILED);
	event_send(sim, EV_COMPILED, 0, build->func[0].address, size, build->func[0].npasses, nfuncs);
}

/* Bytes below the frame pointer. */
static u32 frame_size(const struct jit_func *func, const struct jit_image *image)
{
	u32 words = image->tail_call;

	for (u32 saved = image->saved; saved; saved &= saved - 1)
		words++;
	return round_up_u64(func->stack_depth, 8) + words * sizeof(u64);
}

static int finish(struct sim *sim, struct prog *prog)
{
	const struct jit_build *build = prog->jit->build;

	for (u32 i = 0; i < prog->xlated->nsubprogs; i++) {
		prog->xlated->subprogs[i].frame_size = frame_size(&build->program->funcs[i], &build->func[i]);
		prog->xlated->subprogs[i].address = exec_address(build->func[i].address);
	}
	prog->bpf_func = prog->xlated->subprogs[0].address;
	sim->code_epoch++;
	compiled(sim, prog);
	return 0;
}

int prog_jit_stage(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct prog *prog = load->prog;

	if (!prog->xlated || !sim->world->sysctl.bpf_jit_enable)
		return 0;
	if (!prog->jit)
		return begin(sim, prog, call->task) ? give_up(sim, load) : LOAD_AGAIN;
	switch (jit_step(prog->jit->build)) {
	case JIT_RUNNING:
		return LOAD_AGAIN;
	case JIT_WANTS_IMAGE:
		return place(sim, prog->jit, call->task) ? LOAD_AGAIN : give_up(sim, load);
	case JIT_DONE:
		return finish(sim, prog);
	default:
		return give_up(sim, load);
	}
}

static void free_list(struct sim *sim, void **list, u32 n)
{
	for (u32 i = 0; list && i < n; i++)
		sim_free(sim, list[i]);
	sim_free(sim, list);
}

void prog_jit_free(struct sim *sim, struct prog *prog)
{
	struct prog_jit *jit = prog->jit;

	if (!jit)
		return;
	for (u32 i = 0; jit->build && i < jit->program.nfuncs; i++) {
		sim_free(sim, jit->build->func[i].code);
		sim_free(sim, jit->build->func[i].relocs);
		sim_free(sim, jit->build->func[i].exentries);
	}
	release_code(sim, jit->charged);
	free_list(sim, (void **)jit->blinded, jit->program.nfuncs);
	free_list(sim, (void **)jit->moved, jit->program.nfuncs);
	sim_free(sim, jit->funcs);
	sim_free(sim, jit->start);
	sim_free(sim, jit->build);
	sim_free(sim, jit);
	prog->jit = NULL;
	prog->bpf_func = 0;
	sim->code_epoch++;
}

/* --- looking --- */

const struct bpf_insn *prog_jit_insns(const struct prog *prog, u32 func)
{
	return prog->jit->funcs[func].insns;
}

u64 prog_jit_address(const struct prog *prog, u32 insn)
{
	const struct prog_jit *jit = prog->jit;
	u32 func = jit ? jit->program.nfuncs : 0;

	while (func-- > 0)
		if (jit->start[func] <= insn) {
			const struct jit_image *image = &jit->build->func[func];
			u32 at = insn - jit->start[func];

			return image->address + image->off[jit->moved ? jit->moved[func][at] : at];
		}
	return 0;
}
