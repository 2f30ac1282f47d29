/*
 * Trampolines: see trampoline.h.
 *
 * The stack, from rbp down:
 *	-8          what is returned (CALL_ORIG, RET_FENTRY_RET)
 *	-regs       the arguments: the programs' context
 *	-nregs      how many registers of arguments
 *	-ip         the traced function (IP_ARG)
 *	-run_ctx    struct bpf_tramp_run_ctx: here the cookie is left
 *	            the count of tail calls (TAIL_CALL_CTX), rbx
 */
#include "trampoline.h"
#include "x86.h"

#define MAX_REGS 6
#define SAFETY 64u            /* bytes that must be left over */
#define RUN_CTX_SIZE 16       /* struct bpf_tramp_run_ctx; its first member is the cookie */

struct tramp {
	struct x86_code code;
	const struct tramp_input *in;
	const struct jit_target *target;
	struct tramp_image *out;
	u32 nregs;
	s32 regs, nregs_at, ip, run_ctx, size; /* distances below rbp; size: of the whole */
	bool save_ret;
	bool too_far;         /* a call that does not reach */
	u32 branch[TRAMP_MAX_LINKS]; /* fmod_ret: where the jumps out are */
};

static const u8 arg_regs[MAX_REGS] = {RDI, RSI, RDX, RCX, R8, R9};

static u64 ip(const struct tramp *t)
{
	return t->out->address + t->code.n;
}

/* The field that ends here. */
static void reloc(struct tramp *t, enum jit_reloc_kind kind, u8 size, u16 arg, u64 target)
{
	if (t->out->relocs && t->out->nrelocs < t->out->max_relocs)
		t->out->relocs[t->out->nrelocs++] = (struct jit_reloc){
			.off = t->code.n - size, .size = size, .kind = kind, .arg = arg, .target = target,
		};
}

static void mark(struct tramp *t, enum tramp_part part)
{
	if (t->out->marks)
		t->out->marks[t->out->nmarks++] = (struct tramp_mark){.off = t->code.n, .part = part};
}

static void call(struct tramp *t, u64 target)
{
	if (!x86_rel32(&t->code, X86_CALL, target, ip(t)))
		t->too_far = true;
	reloc(t, JIT_RELOC_CALL, 4, 0, target);
}

static void load_address(struct tramp *t, u8 reg, u64 address)
{
	x86_mov_imm64(&t->code, reg, address);
	if (address != (u32)address)
		reloc(t, JIT_RELOC_IMM64, 8, 0, address);
}

static void store(struct tramp *t, u8 reg, s32 below)
{
	x86_store(&t->code, BPF_DW, RBP, reg, -below);
}

static void load(struct tramp *t, u8 reg, s32 below)
{
	x86_load(&t->code, BPF_DW, reg, RBP, -below);
}

/* lea reg, [rbp - below]; one byte of displacement is enough for six registers and all that is below them. */
static void address_of(struct tramp *t, u8 reg, s32 below)
{
	x86_rex(&t->code, true, reg, RBP);
	x86_bytes3(&t->code, 0x8d, 0x40 | reg << 3 | RBP, -below);
}

static void save_args(struct tramp *t)
{
	for (u32 i = 0; i < t->nregs; i++)
		store(t, arg_regs[i], t->regs - i * 8);
}

static void restore_args(struct tramp *t)
{
	for (u32 i = 0; i < t->nregs; i++)
		load(t, arg_regs[i], t->regs - i * 8);
}

/* As calls from programs do it: always with four bytes of displacement. */
static void tail_count_to_rax(struct tramp *t)
{
	x86_bytes3(&t->code, 0x48, X86_LOAD, 0x80 | RBP);
	x86_imm32(&t->code, -(s32)round_up_u64(t->size, 8) - 8);
}

/* --- programs --- */

/* enter(prog, run_ctx), and if that is not 0, the program, then exit(prog, start time, run_ctx). */
static void invoke(struct tramp *t, const struct tramp_link *link, bool save_ret)
{
	struct x86_code *c = &t->code;
	u32 skip;

	x86_mov_imm64(c, RDI, link->cookie);
	store(t, RDI, t->run_ctx);
	load_address(t, RDI, link->prog);
	address_of(t, RSI, t->run_ctx);
	call(t, link->enter);
	x86_mov(c, true, RBX, RAX);
	x86_op(c, true, 0x85, RAX, RAX);
	skip = c->n;
	x86_bytes2(c, X86_JE, 0);
	address_of(t, RDI, t->regs);
	if (link->insns)
		load_address(t, RSI, link->insns);
	call(t, link->bpf_func);
	if (save_ret)
		store(t, RAX, 8);
	if (skip + 1 < c->cap)
		c->bytes[skip + 1] = c->n - (skip + 2);
	load_address(t, RDI, link->prog);
	x86_mov(c, true, RSI, RBX);
	address_of(t, RDX, t->run_ctx);
	call(t, link->exit);
}

static void mark_prog(struct tramp *t, enum tramp_kind kind, u32 link)
{
	if (t->out->marks)
		t->out->marks[t->out->nmarks++] =
			(struct tramp_mark){.off = t->code.n, .part = TRAMP_PROG, .kind = kind, .link = link};
}

static void invoke_all(struct tramp *t, enum tramp_kind kind, bool save_ret)
{
	for (u32 i = 0; i < t->in->nlinks[kind]; i++) {
		mark_prog(t, kind, i);
		invoke(t, &t->in->links[kind][i], save_ret);
	}
}

/*
 * Each of them may end it all by returning something else than 0; the jumps are filled in by land_branches.
 */
static void invoke_fmod_ret(struct tramp *t)
{
	struct x86_code *c = &t->code;

	x86_mov_imm32(c, false, RAX, 0);
	store(t, RAX, 8);
	for (u32 i = 0; i < t->in->nlinks[TRAMP_FMOD_RET]; i++) {
		mark_prog(t, TRAMP_FMOD_RET, i);
		invoke(t, &t->in->links[TRAMP_FMOD_RET][i], true);
		x86_rex(c, true, 0, RBP); /* cmp qword [rbp - 8], 0 */
		x86_byte(c, 0x83);
		x86_mem(c, 7, RBP, -8);
		x86_byte(c, 0);
		t->branch[i] = c->n;
		x86_nops(c, 6);
	}
}

/* On a 16-byte border, as branch targets should be. */
static void align(struct x86_code *c)
{
	x86_nops(c, -c->n & 15);
}

static void land_branches(struct tramp *t)
{
	struct x86_code *c = &t->code;

	mark(t, TRAMP_JOIN);
	align(c);
	for (u32 i = 0; i < t->in->nlinks[TRAMP_FMOD_RET]; i++) {
		struct x86_code at = {.bytes = c->bytes, .n = t->branch[i], .cap = c->cap};

		x86_bytes2(&at, 0x0f, X86_JNE + 0x10);
		x86_imm32(&at, c->n - (t->branch[i] + 6));
	}
}

/* --- frame --- */

static void lay_out(struct tramp *t)
{
	u32 flags = t->in->flags;

	t->save_ret = flags & (TRAMP_CALL_ORIG | TRAMP_RET_FENTRY_RET);
	t->regs = (t->save_ret ? 8 : 0) + t->nregs * 8;
	t->nregs_at = t->regs + 8;
	t->ip = t->nregs_at + (flags & TRAMP_IP_ARG ? 8 : 0);
	t->run_ctx = t->size = t->ip + RUN_CTX_SIZE;
}

static void begin(struct tramp *t)
{
	struct x86_code *c = &t->code;

	mark(t, TRAMP_FRAME);
	x86_push(c, RBP);
	x86_mov(c, true, RBP, RSP);
	x86_op1(c, true, 0x83, 5, RSP);
	x86_byte(c, t->size);
	if (t->in->flags & TRAMP_TAIL_CALL_CTX)
		x86_push(c, RAX);
	x86_push(c, RBX);
	mark(t, TRAMP_CONTEXT);
	x86_mov_imm64(c, RAX, t->nregs);
	store(t, RAX, t->nregs_at);
	if (t->in->flags & TRAMP_IP_ARG) {
		load_address(t, RAX, t->in->func);
		store(t, RAX, t->ip);
	}
	save_args(t);
	if (t->in->flags & TRAMP_CALL_ORIG) {
		mark(t, TRAMP_HOLD);
		load_address(t, RDI, t->in->image);
		call(t, t->in->tramp_enter);
	}
}

/*
 * The traced function itself; a nop behind it becomes a jump to the epilogue when the trampoline is
 * replaced.
 */
static void call_original(struct tramp *t)
{
	u32 flags = t->in->flags;

	mark(t, TRAMP_ORIG);
	restore_args(t);
	if (flags & TRAMP_TAIL_CALL_CTX)
		tail_count_to_rax(t);
	if (flags & TRAMP_ORIG_STACK) {
		load(t, RBX, -8);
		x86_bytes2(&t->code, 0xff, 0xd0 | RBX);
	} else {
		call(t, t->in->func + (flags & TRAMP_SKIP_FRAME ? JIT_PATCH_SIZE : 0));
	}
	store(t, RAX, 8);
	t->out->after_call = t->code.n;
	x86_nops(&t->code, JIT_PATCH_SIZE);
}

static void end(struct tramp *t)
{
	struct x86_code *c = &t->code;
	u32 flags = t->in->flags;

	mark(t, TRAMP_LEAVE);
	if (flags & TRAMP_RESTORE_REGS)
		restore_args(t);
	if (flags & TRAMP_CALL_ORIG) {
		t->out->epilogue = c->n;
		load_address(t, RDI, t->in->image);
		call(t, t->in->tramp_exit);
	} else if (flags & TRAMP_TAIL_CALL_CTX) {
		tail_count_to_rax(t);
	}
	if (t->save_ret)
		load(t, RAX, 8);
	x86_pop(c, RBX);
	x86_byte(c, X86_LEAVE);
	if (flags & TRAMP_SKIP_FRAME) {
		x86_op1(c, true, 0x83, 0, RSP);
		x86_byte(c, 8);
	}
	if (!x86_return(c, t->target, ip(t)))
		t->too_far = true;
	if (t->target->rethunk)
		reloc(t, JIT_RELOC_THUNK, 4, 0, t->target->return_thunk);
}

static u32 count_regs(const struct tramp_input *in)
{
	u32 n = 0;

	for (u32 i = 0; i < in->nargs && i < TRAMP_MAX_ARGS; i++)
		n += (in->arg_size[i] + 7) / 8;
	return n;
}

int tramp_emit(const struct tramp_input *in, const struct jit_target *target, struct tramp_image *out)
{
	struct tramp t = {
		.code = {.bytes = out->code, .cap = out->cap}, .in = in, .target = target, .out = out,
		.nregs = count_regs(in),
	};

	if (in->nargs > TRAMP_MAX_ARGS || t.nregs > MAX_REGS)
		return -ENOTSUPP;
	if (in->nlinks[TRAMP_FMOD_RET] > TRAMP_MAX_LINKS)
		return -E2BIG;
	out->nrelocs = out->nmarks = out->after_call = out->epilogue = 0;
	lay_out(&t);
	begin(&t);
	invoke_all(&t, TRAMP_FENTRY, in->flags & TRAMP_RET_FENTRY_RET);
	if (in->nlinks[TRAMP_FMOD_RET])
		invoke_fmod_ret(&t);
	if (in->flags & TRAMP_CALL_ORIG)
		call_original(&t);
	if (in->nlinks[TRAMP_FMOD_RET])
		land_branches(&t);
	invoke_all(&t, TRAMP_FEXIT, false);
	end(&t);
	out->size = t.code.n;
	if (out->size + SAFETY > out->cap)
		return -EFAULT;
	return t.too_far ? -ERANGE : 0;
}

/* --- the dispatcher --- */

/* cmp rdx, func: rdx is the program's code, as the driver has it. */
static bool compare(struct tramp *t, s64 func)
{
	x86_op1(&t->code, true, 0x81, 7, RDX);
	x86_imm32(&t->code, func);
	return fits_imm32(func);
}

static bool leaf(struct tramp *t, s64 func)
{
	s64 distance;

	if (!compare(t, func))
		return false;
	x86_bytes2(&t->code, 0x0f, X86_JE + 0x10);
	x86_imm32(&t->code, func - (s64)(ip(t) + 4));
	distance = func - (s64)ip(t);
	reloc(t, JIT_RELOC_CALL, 4, 0, func);
	return fits_imm32(distance) && x86_jump_reg(&t->code, t->target, RDX, ip(t));
}

/* The jump to the upper half is short when three programs or fewer are below it. */
static bool search(struct tramp *t, const s64 *funcs, u32 n)
{
	struct x86_code *c = &t->code, at;
	u32 lower = (n - 1) / 2 + 1, jump;
	bool near = lower > 3;

	if (n == 1)
		return leaf(t, funcs[0]);
	if (!compare(t, funcs[lower - 1]))
		return false;
	if (near)
		x86_bytes2(c, 0x0f, X86_JG + 0x10);
	else
		x86_byte(c, X86_JG);
	jump = c->n;
	for (u32 i = 0; i < (near ? 4 : 1); i++)
		x86_byte(c, 0);
	at = (struct x86_code){.bytes = c->bytes, .n = jump, .cap = c->cap};
	jump = c->n;
	if (!search(t, funcs, lower))
		return false;
	align(c);
	if (near)
		x86_imm32(&at, c->n - jump);
	else
		x86_byte(&at, c->n - jump);
	return search(t, funcs + lower, n - lower);
}

static void sort(s64 *funcs, u32 n)
{
	for (u32 i = 1; i < n; i++)
		for (u32 k = i; k && funcs[k - 1] > funcs[k]; k--) {
			s64 swap = funcs[k];

			funcs[k] = funcs[k - 1];
			funcs[k - 1] = swap;
		}
}

int dispatcher_emit(s64 *funcs, u32 nfuncs, const struct jit_target *target, struct tramp_image *out)
{
	struct tramp t = {.code = {.bytes = out->code, .cap = out->cap}, .target = target, .out = out};
	bool reaches;

	if (!nfuncs || nfuncs > DISPATCHER_MAX)
		return -EINVAL;
	out->nrelocs = out->after_call = out->epilogue = 0;
	sort(funcs, nfuncs);
	reaches = search(&t, funcs, nfuncs);
	out->size = t.code.n;
	if (!reaches)
		return -ERANGE;
	return out->size > out->cap ? -EFAULT : 0;
}
