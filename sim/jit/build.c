/*
 * The JIT's machine: passes over the functions of a program, one insn at a time. See jit.h. Mirrors
 * bpf_int_jit_compile() of arch/x86/net/bpf_jit_comp.c and jit_subprogs() of kernel/bpf/verifier.c.
 */
#include "emit.h"

#define FIRST_GUESS 64u /* bytes for each insn, before the first pass has measured them */

static const u8 x86_registers[MAX_BPF_REG + 1] = {
	RAX, RDI, RSI, RDX, RCX, R8, RBX, R13, R14, R15, RBP, [BPF_REG_AX] = R10,
};

/* --- which function emits which opcode --- */

#define BOTH(class, op, src) [BPF_##class | (op) | (src)]
#define ALU_REG(op, fn) BOTH(ALU, op, BPF_X) = fn, BOTH(ALU64, op, BPF_X) = fn
#define ALU_IMM(op, fn) BOTH(ALU, op, BPF_K) = fn, BOTH(ALU64, op, BPF_K) = fn
#define JUMP_IF(op) \
	BOTH(JMP, op, BPF_X) = emit_jump_if_reg, BOTH(JMP32, op, BPF_X) = emit_jump_if_reg, \
	BOTH(JMP, op, BPF_K) = emit_jump_if_imm, BOTH(JMP32, op, BPF_K) = emit_jump_if_imm
#define EACH_SIZE(class, mode, fn) \
	[BPF_##class | (mode) | BPF_B] = fn, [BPF_##class | (mode) | BPF_H] = fn, \
	[BPF_##class | (mode) | BPF_W] = fn, [BPF_##class | (mode) | BPF_DW] = fn

static const emit_fn emitters[256] = {
	ALU_REG(BPF_ADD, emit_alu_reg),
	ALU_IMM(BPF_ADD, emit_alu_imm),
	ALU_REG(BPF_SUB, emit_alu_reg),
	ALU_IMM(BPF_SUB, emit_alu_imm),
	ALU_REG(BPF_AND, emit_alu_reg),
	ALU_IMM(BPF_AND, emit_alu_imm),
	ALU_REG(BPF_OR, emit_alu_reg),
	ALU_IMM(BPF_OR, emit_alu_imm),
	ALU_REG(BPF_XOR, emit_alu_reg),
	ALU_IMM(BPF_XOR, emit_alu_imm),
	ALU_REG(BPF_MUL, emit_mul_reg),
	ALU_IMM(BPF_MUL, emit_mul_imm),
	ALU_REG(BPF_DIV, emit_div),
	ALU_IMM(BPF_DIV, emit_div),
	ALU_REG(BPF_MOD, emit_div),
	ALU_IMM(BPF_MOD, emit_div),
	ALU_REG(BPF_MOV, emit_mov_reg),
	ALU_IMM(BPF_MOV, emit_mov_imm),
	ALU_REG(BPF_LSH, emit_shift_reg),
	ALU_IMM(BPF_LSH, emit_shift_imm),
	ALU_REG(BPF_RSH, emit_shift_reg),
	ALU_IMM(BPF_RSH, emit_shift_imm),
	ALU_REG(BPF_ARSH, emit_shift_reg),
	ALU_IMM(BPF_ARSH, emit_shift_imm),
	ALU_IMM(BPF_NEG, emit_neg),
	[BPF_ALU | BPF_END | BPF_TO_BE] = emit_to_be,
	[BPF_ALU | BPF_END | BPF_TO_LE] = emit_to_le,
	[BPF_LD | BPF_IMM | BPF_DW] = emit_ld_imm64,
	EACH_SIZE(LDX, BPF_MEM, emit_load),
	EACH_SIZE(LDX, BPF_PROBE_MEM, emit_probe),
	EACH_SIZE(STX, BPF_MEM, emit_store),
	EACH_SIZE(ST, BPF_MEM, emit_store_imm),
	[BPF_ST | BPF_NOSPEC] = emit_nospec,
	[BPF_STX | BPF_ATOMIC | BPF_W] = emit_atomic,
	[BPF_STX | BPF_ATOMIC | BPF_DW] = emit_atomic,
	[BPF_JMP | BPF_JA] = emit_jump,
	[BPF_JMP32 | BPF_JA] = emit_jump,
	JUMP_IF(BPF_JEQ),
	JUMP_IF(BPF_JNE),
	JUMP_IF(BPF_JSET),
	JUMP_IF(BPF_JGT),
	JUMP_IF(BPF_JGE),
	JUMP_IF(BPF_JLT),
	JUMP_IF(BPF_JLE),
	JUMP_IF(BPF_JSGT),
	JUMP_IF(BPF_JSGE),
	JUMP_IF(BPF_JSLT),
	JUMP_IF(BPF_JSLE),
	[BPF_JMP | BPF_CALL] = emit_call,
	[BPF_JMP | BPF_TAIL_CALL] = emit_tail_call,
	[BPF_JMP | BPF_EXIT] = emit_exit,
};

/* --- what the emitters use --- */

bool emit_fail(struct emit *e, int err, const char *fmt, ...)
{
	struct why *why = &e->build->why;
	struct text text;
	va_list args;

	text_init(&text, why->text, sizeof(why->text));
	text_add(&text, "insn %u of function %u: ", e->i, e->build->current);
	va_start(args, fmt);
	text_vadd(&text, fmt, args);
	va_end(args);
	why->err = err;
	return false;
}

bool emit_reloc(struct emit *e, enum jit_reloc_kind kind, u8 size, u16 arg, u64 target)
{
	struct jit_build *build = e->build;
	u32 number = build->nrelocs++;

	if (!build->writes)
		return true;
	if (number >= e->image->nrelocs)
		return emit_fail(e, -EFAULT, "more relocations than counted before");
	e->image->relocs[number] = (struct jit_reloc){
		.off = e->image->off[e->i] + e->code.n - size,
		.insn = e->i,
		.size = size,
		.kind = kind,
		.arg = arg,
		.target = target,
	};
	return true;
}

/* --- begin --- */

static bool is_program(const struct jit_program *program)
{
	if (!program->nfuncs || program->nfuncs > UINT16_MAX)
		return false;
	for (u32 i = 0; i < program->nfuncs; i++)
		if (!program->funcs[i].len || program->funcs[i].len > INSN_MAX)
			return false;
	return true;
}

/* Everything 8 bytes aligned: build, images, pokes; then offsets and notes of each function. */
static u64 tables_size(const struct jit_program *program)
{
	return sizeof(struct jit_build) + program->nfuncs * sizeof(struct jit_image) +
	       round_up_u64(program->npokes * sizeof(struct jit_poke), 8);
}

u64 jit_memory_size(const struct jit_program *program)
{
	u64 size = tables_size(program);

	if (!is_program(program))
		return 0;
	for (u32 i = 0; i < program->nfuncs; i++)
		size += (2 * (u64)program->funcs[i].len + 1) * sizeof(u32);
	return size;
}

/*
 * Which callee-saved registers appear anywhere, and is there a tail call? Fields that mean something else
 * count as well.
 */
static void look_through(struct jit_image *image, const struct jit_func *func)
{
	image->tail_call = func->tail_call_reachable;
	for (u32 i = 0; i < func->len; i++) {
		const struct bpf_insn *insn = &func->insns[i];

		if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
			image->tail_call = true;
		if (insn->dst_reg >= BPF_REG_6 && insn->dst_reg <= BPF_REG_9)
			image->saved |= 1 << (insn->dst_reg - BPF_REG_6);
		if (insn->src_reg >= BPF_REG_6 && insn->src_reg <= BPF_REG_9)
			image->saved |= 1 << (insn->src_reg - BPF_REG_6);
	}
}

static void begin_pass(struct jit_build *build)
{
	struct jit_image *image = &build->func[build->current];
	bool padded = build->extra || image->npasses >= JIT_PADDING_PASSES;

	build->at = 0;
	build->size = 0;
	build->nrelocs = 0;
	build->nexentries = 0;
	build->seen_exit = false;
	image->pass[image->npasses] = (struct jit_pass){.padded = padded};
}

static u32 *begin_func(struct jit_image *image, const struct jit_func *func, u32 *memory)
{
	image->len = func->len;
	image->off = memory;
	image->notes = memory + func->len + 1;
	for (u32 i = 0; i <= func->len; i++)
		image->off[i] = (i + 1) * FIRST_GUESS;
	image->epilogue = image->off[func->len];
	look_through(image, func);
	return image->notes + func->len;
}

struct jit_build *jit_begin(const struct jit_program *program, const struct jit_target *target, void *memory)
{
	struct jit_build *build = memory;
	u32 *words = (u32 *)((u8 *)memory + tables_size(program));

	build->program = program;
	build->target = target;
	build->func = (struct jit_image *)(build + 1);
	build->poke = (struct jit_poke *)(build->func + program->nfuncs);
	for (u32 i = 0; i < program->nfuncs; i++)
		words = begin_func(&build->func[i], &program->funcs[i], words);
	begin_pass(build);
	return build;
}

/* --- between passes --- */

static enum jit_state fail(struct jit_build *build)
{
	build->state = JIT_FAILED;
	return JIT_FAILED;
}

/*
 * The image of this function is written. On to the next one; behind the last, all of them once more, or
 * done.
 */
static enum jit_state next_func(struct jit_build *build)
{
	build->writes = build->extra;
	if (++build->current == build->program->nfuncs) {
		if (build->extra || build->program->nfuncs == 1) {
			build->current--;
			build->state = JIT_DONE;
			return JIT_DONE;
		}
		build->current = 0;
		build->extra = true;
		build->writes = true;
	}
	begin_pass(build);
	return JIT_RUNNING;
}

static enum jit_state end_pass(struct jit_build *build)
{
	struct jit_image *image = &build->func[build->current];
	bool same = build->size == image->size;

	image->pass[image->npasses++].size = build->size;
	image->size = build->size;
	if (build->writes && !same) {
		sim_fail(&build->why, -EFAULT, "function %u came to another size when it was written",
			 build->current);
		return fail(build);
	}
	if (build->writes)
		return next_func(build);
	image->nrelocs = build->nrelocs;
	image->nexentries = build->nexentries;
	if (same) {
		build->state = JIT_WANTS_IMAGE;
		return JIT_WANTS_IMAGE;
	}
	if (image->npasses == JIT_MAX_PASSES) {
		sim_fail(&build->why, -ENOTSUPP, "function %u still changes its size after %u passes",
			 build->current, JIT_MAX_PASSES);
		return fail(build);
	}
	begin_pass(build);
	return JIT_RUNNING;
}

void jit_place(struct jit_build *build, u64 address, u8 *code, struct jit_reloc *relocs,
	       struct jit_exentry *exentries)
{
	struct jit_image *image = &build->func[build->current];

	assert(build->state == JIT_WANTS_IMAGE);
	image->address = address;
	image->code = code;
	image->relocs = relocs;
	image->exentries = exentries;
	build->writes = true;
	build->state = JIT_RUNNING;
	begin_pass(build);
}

/* --- one insn --- */

/* Into the image, where it must end exactly where the passes before have said. */
static bool write_code(struct emit *e, u32 next)
{
	struct jit_build *build = e->build;
	u32 end = build->size + e->code.n;

	if (end > e->image->size || end != e->image->off[next])
		return emit_fail(e, -EFAULT, "it ends at byte %u, after the pass before it ended at %u", end,
				 e->image->off[next]);
	memcpy(e->image->code + build->size, e->code.bytes, e->code.n);
	return true;
}

static bool emit_insn(struct emit *e)
{
	const struct bpf_insn *insn = e->insn;
	emit_fn emit = emitters[insn->code];

	if (!emit)
		return emit_fail(e, -EINVAL, "opcode 0x%02x does not exist", insn->code);
	if (insn->dst_reg > BPF_REG_AX || insn->src_reg > BPF_REG_AX)
		return emit_fail(e, -EINVAL, "register %u does not exist",
				 insn->dst_reg > BPF_REG_AX ? insn->dst_reg : insn->src_reg);
	e->dst = x86_registers[insn->dst_reg];
	e->src = x86_registers[insn->src_reg];
	return emit(e);
}

/* An insn, or with @next 0 the prologue, is emitted; what follows is insn @next. */
static enum jit_state finish(struct emit *e, u32 next)
{
	struct jit_build *build = e->build;
	struct jit_image *image = e->image;

	if (build->writes && !write_code(e, next))
		return fail(build);
	build->size += e->code.n;
	image->off[next] = build->size;
	if (next == e->i + 2)
		image->off[next - 1] = build->size;
	build->at = next + 1;
	return next == image->len ? end_pass(build) : JIT_RUNNING;
}

static inline enum jit_state step(struct jit_build *build)
{
	struct jit_image *image = &build->func[build->current];
	u8 bytes[JIT_INSN_ROOM];
	struct emit e = {
		.code = {.bytes = bytes, .cap = sizeof(bytes)},
		.build = build,
		.image = image,
	};

	if (!build->at) {
		emit_prologue(&e);
		return finish(&e, 0);
	}
	e.i = build->at - 1;
	e.insn = &build->program->funcs[build->current].insns[e.i];
	if (!emit_insn(&e))
		return fail(build);
	image->notes[e.i] = e.code.notes;
	return finish(&e, e.i + insn_slots(e.insn));
}

enum jit_state jit_step(struct jit_build *build)
{
	return build->state == JIT_RUNNING ? step(build) : build->state;
}

enum jit_state jit_run_pass(struct jit_build *build)
{
	while (build->state == JIT_RUNNING) {
		step(build);
		if (!build->at)
			break;
	}
	return build->state;
}

enum jit_state jit_run(struct jit_build *build)
{
	while (build->state == JIT_RUNNING)
		step(build);
	return build->state;
}
