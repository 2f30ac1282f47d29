/* Plausible programs: see plausible.h. */
#include <linux/btf.h>

#include "plausible_maker.h"

#define DEPTH 3 /* of statements within statements */

void emit(struct maker *m, struct bpf_insn insn)
{
	if (m->out->count < SUBJECT_MAX - 60) /* room for the ends of what is open */
		m->out->insns[m->out->count++] = insn;
}

static void emit_end(struct maker *m, struct bpf_insn insn)
{
	if (m->out->count < SUBJECT_MAX)
		m->out->insns[m->out->count++] = insn;
}

int find(struct maker *m, u32 what)
{
	u32 first = roll(m, BPF_REG_10);

	for (u32 i = 0; i < BPF_REG_10; i++)
		if (m->holds[(first + i) % BPF_REG_10] == what)
			return (first + i) % BPF_REG_10;
	return -1;
}

int find_kept(struct maker *m, u32 what)
{
	for (u32 i = 0; i < 4; i++)
		if (m->holds[BPF_REG_6 + i] == what)
			return BPF_REG_6 + i;
	return -1;
}

u32 fresh(struct maker *m)
{
	u32 reg = roll(m, BPF_REG_10);

	for (u32 i = 0; i < 5 && m->holds[reg] > NUMBER; i++)
		reg = roll(m, BPF_REG_10);
	if (m->holds[reg] == CONTEXT)
		reg = BPF_REG_0;
	m->holds[reg] = NUMBER;
	return reg;
}

static s32 interesting(struct maker *m)
{
	return dice_number(m->dice);
}

void jump_to_exit(struct maker *m, struct bpf_insn jump)
{
	if (m->nexits == EXIT_JUMPS)
		return;
	m->exit_jump[m->nexits++] = m->out->count;
	emit(m, jump);
}

/* --- numbers --- */

u32 number(struct maker *m)
{
	int reg = find(m, NUMBER);

	if (reg < 0) {
		reg = fresh(m);
		emit(m, ALU64_K(MOV, reg, interesting(m)));
	}
	return reg;
}

static void new_number(struct maker *m)
{
	int value = find(m, VALUE), ctx = find(m, CONTEXT);
	u32 reg;

	if (value >= 0 && roll(m, 3)) {
		reg = fresh(m);
		m->holds[reg] = NUMBER;
		emit(m, INSN(BPF_LDX | BPF_MEM | size_code(1 << roll(m, 4)), reg, value, 8 * roll(m, 7), 0));
	} else if (ctx >= 0 && roll(m, 2)) {
		reg = fresh(m);
		emit(m, LDX(W, reg, ctx, m->out->type == BPF_PROG_TYPE_XDP ? 12 : 0));
	} else {
		reg = fresh(m);
		emit(m, ALU64_K(MOV, reg, interesting(m)));
	}
}

void arithmetic(struct maker *m)
{
	static const u8 ops[] = {BPF_ADD, BPF_SUB,  BPF_AND, BPF_OR,  BPF_XOR, BPF_MUL, BPF_LSH,
				 BPF_RSH, BPF_ARSH, BPF_MOV, BPF_DIV, BPF_MOD, BPF_NEG, BPF_END};
	u8 op = ops[roll(m, ARRAY_SIZE(ops))], cls = roll(m, 2) ? BPF_ALU64 : BPF_ALU;
	bool is_shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
	u32 dst = number(m), src = number(m);
	s32 imm = is_shift ? (s32)roll(m, cls == BPF_ALU ? 32 : 64) : interesting(m);

	if (op == BPF_END)
		emit(m, INSN(BPF_ALU | BPF_END | (roll(m, 2) ? BPF_X : BPF_K), dst, 0, 0, 16 << roll(m, 3)));
	else if (op == BPF_NEG)
		emit(m, INSN(cls | BPF_NEG, dst, 0, 0, 0));
	else if (roll(m, 2))
		emit(m, INSN(cls | op | BPF_X, dst, src, 0, 0));
	else
		emit(m, INSN(cls | op | BPF_K, dst, 0, 0, imm ? imm : 1));
}

struct bpf_insn any_jump(struct maker *m, u32 dst, bool wide)
{
	static const u8 ops[] = {BPF_JEQ,  BPF_JNE,  BPF_JGT,  BPF_JGE,  BPF_JLT, BPF_JLE,
				 BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE, BPF_JSET};
	u8 op = ops[roll(m, ARRAY_SIZE(ops))], cls = wide ? BPF_JMP : BPF_JMP32;

	if (roll(m, 3))
		return INSN(cls | op | BPF_K, dst, 0, 0, roll(m, 2) ? interesting(m) : (s32)roll(m, 80) - 8);
	return INSN(cls | op | BPF_X, dst, number(m), 0, 0);
}

static void question(struct maker *m)
{
	u32 reg = number(m);

	jump_to_exit(m, any_jump(m, reg, roll(m, 2)));
}

void bound(struct maker *m, u32 reg, u32 below)
{
	switch (roll(m, 5)) {
	case 0:
		emit(m, ALU64_K(AND, reg, below - 1));
		break;
	case 1:
		jump_to_exit(m, JMP_K(JGE, reg, below, 0));
		break;
	case 2:
		jump_to_exit(m, JMP_K(JSLT, reg, 0, 0));
		jump_to_exit(m, JMP_K(JSGT, reg, below - 1, 0));
		break;
	case 3:
		emit(m, ALU32_X(MOV, reg, reg));
		jump_to_exit(m, INSN(BPF_JMP32 | BPF_JGE | BPF_K, reg, 0, 0, below));
		break;
	default:
		emit(m, INSN(BPF_ALU64 | BPF_MOD | BPF_K, reg, 0, 0, below));
		emit(m, ALU64_K(AND, reg, 63));
	}
}

/* A register with a number that differs from run to run. */
static u32 unknown(struct maker *m)
{
	int value = find(m, VALUE), ctx = find(m, CONTEXT);
	bool is_skb = m->out->type != BPF_PROG_TYPE_XDP;
	u32 reg = fresh(m);

	if (m->holds[BPF_REG_6 + roll(m, 4)] == NUMBER)
		reg = BPF_REG_6 + roll(m, 4);
	if (value >= 0 && roll(m, 8)) {
		emit(m, INSN(BPF_LDX | BPF_MEM | size_code(1 << roll(m, 4)), reg, value, 8 * roll(m, 7), 0));
	} else if (ctx >= 0 && is_skb && roll(m, 2)) {
		emit(m, LDX(W, reg, ctx, offsetof(struct __sk_buff, cb) + 4 * roll(m, 5)));
	} else {
		number_call(m);
		emit(m, ALU64_X(MOV, reg, BPF_REG_0));
	}
	m->holds[reg] = NUMBER;
	return reg;
}

/* A register with a number of a range that begins anywhere. */
static u32 narrow(struct maker *m)
{
	u32 reg = unknown(m);

	bound(m, reg, 2 + roll(m, roll(m, 2) ? 8 : 60));
	if (roll(m, 2))
		emit(m, INSN((roll(m, 2) ? BPF_ALU64 : BPF_ALU) | (roll(m, 3) ? BPF_ADD : BPF_OR) | BPF_K,
			     reg, 0, 0, roll(m, 4) ? (s32)roll(m, 64) : interesting(m)));
	if (roll(m, 4) == 0)
		jump_to_exit(m, any_jump(m, reg, roll(m, 2)));
	return reg;
}

/* Two of them meet. */
static void pair(struct maker *m)
{
	static const u8 ops[] = {BPF_ADD, BPF_SUB, BPF_AND,  BPF_OR,  BPF_XOR, BPF_MUL,
				 BPF_LSH, BPF_RSH, BPF_ARSH, BPF_SUB, BPF_DIV, BPF_MOD};
	u32 a = narrow(m), b = narrow(m);

	if (a == b || m->holds[a] != NUMBER)
		return;
	emit(m, INSN((roll(m, 2) ? BPF_ALU64 : BPF_ALU) | ops[roll(m, ARRAY_SIZE(ops))] | BPF_X, a, b, 0, 0));
	if (roll(m, 2))
		jump_to_exit(m, INSN((roll(m, 2) ? BPF_JMP : BPF_JMP32) | (1 + roll(m, 7)) << 4 | BPF_X, a, b,
				     0, 0));
	else if (roll(m, 2))
		jump_to_exit(m, any_jump(m, a, roll(m, 2)));
}

static void narrow_one(struct maker *m)
{
	narrow(m);
}

/* --- statements of statements --- */

static void statements(struct maker *m, u32 n, u32 depth);

/* What one way did to a register the other may not have done. */
static void join(struct maker *m, const u8 *before)
{
	for (u32 reg = 0; reg < MAX_BPF_REGS; reg++)
		if (m->holds[reg] != before[reg])
			m->holds[reg] = NOTHING;
}

static void branch(struct maker *m, u32 depth)
{
	u8 before[MAX_BPF_REGS];
	struct bpf_insn jump = any_jump(m, number(m), roll(m, 2));
	u32 at = m->out->count;

	memcpy(before, m->holds, sizeof(before));
	emit(m, jump);
	statements(m, 1 + roll(m, 4), depth + 1);
	join(m, before);
	if (at < m->out->count)
		m->out->insns[at].off = m->out->count - at - 1;
}

static void loop(struct maker *m, u32 depth)
{
	u8 before[MAX_BPF_REGS];
	u32 counter = roll(m, 2) ? BPF_REG_8 : BPF_REG_7, body;
	u32 limit = 2 + roll(m, 6);

	if (depth > 1)
		return;
	emit(m, ALU64_K(MOV, counter, 0));
	m->holds[counter] = NUMBER;
	memcpy(before, m->holds, sizeof(before));
	body = m->out->count;
	statements(m, 1 + roll(m, 4), depth + 1);
	join(m, before);
	emit(m, ALU64_K(ADD, counter, 1));
	emit(m, JMP_K(JLT, counter, limit, (s32)body - (s32)m->out->count - 1));
}

static void (*const simple[])(struct maker *m) = {
	new_number,    new_number,  arithmetic,  arithmetic, arithmetic,    arithmetic,   question,
	stack,         stack,       spill,       spill,      value_access,  value_access, value_access,
	packet_access, memory_call, number_call, update,     function_call, helper_call,  helper_call,
	queue_call,    pair,        pair,        pair,       narrow_one,    narrow_one,   stack_bytes,
};

static void statements(struct maker *m, u32 n, u32 depth)
{
	while (n--) {
		u32 kind = depth < DEPTH ? roll(m, 12) : 11;

		if (kind == 0 && !m->world->unprivileged)
			loop(m, depth);
		else if (kind < 3)
			branch(m, depth);
		else if (kind == 3 && !m->world->unprivileged && roll(m, 4) == 0)
			callback_call(m);
		else
			simple[roll(m, ARRAY_SIZE(simple))](m);
	}
}

/* --- programs --- */

/* r0 = a number, exit; and the jumps to there. */
static void end_function(struct maker *m)
{
	for (u32 i = 0; i < m->nexits; i++)
		m->out->insns[m->exit_jump[i]].off = m->out->count - m->exit_jump[i] - 1;
	m->nexits = 0;
	emit_end(m, ALU64_K(MOV, BPF_REG_0, roll(m, m->function == CALLBACK ? 2 : 3)));
	emit_end(m, EXIT());
}

/* r1 points to the stack of the caller, r2 and r3 are numbers. */
static void begin_helped(struct maker *m)
{
	m->holds[BPF_REG_2] = m->holds[BPF_REG_3] = NUMBER;
	if (roll(m, 2))
		return;
	bound(m, BPF_REG_3, 32);
	emit(m, ALU64_X(ADD, BPF_REG_1, BPF_REG_3));
	emit(m, INSN(BPF_STX | BPF_MEM | size_code(1 << roll(m, 4)), BPF_REG_1, BPF_REG_2, roll(m, 26), 0));
}

/* r1 is a number, r2 the stack of the caller, or a number. */
static void begin_callback(struct maker *m)
{
	u32 size = size_code(1 << roll(m, 4)), off = 8 * roll(m, 6) + (roll(m, 8) ? 0 : roll(m, 8));

	m->holds[BPF_REG_1] = NUMBER;
	if (roll(m, 2))
		emit(m, INSN(BPF_LDX | BPF_MEM | size, BPF_REG_7, BPF_REG_2, off, 0));
	else
		emit(m, ALU64_X(MOV, BPF_REG_7, BPF_REG_1));
	m->holds[BPF_REG_7] = NUMBER;
	if (roll(m, 3))
		return;
	m->calm = false;
	emit(m, INSN(BPF_STX | BPF_MEM | size, BPF_REG_2, BPF_REG_7, off, 0));
}

static void (*const begin[FUNCTIONS])(struct maker *m) = {
	[HELPED] = begin_helped, [CALLBACK] = begin_callback};

static void function(struct maker *m, enum function function)
{
	for (u32 i = 0; i < m->ncalls[function]; i++)
		m->out->insns[m->call[function][i]].imm = m->out->count - m->call[function][i] - 1;
	m->out->func[m->out->nfuncs++] = (struct bpf_func_info){m->out->count, PLAUSIBLE_FUNC};
	memset(m->holds, NOTHING, sizeof(m->holds));
	m->function = function;
	begin[function](m);
	statements(m, 1 + roll(m, 6), 1);
	end_function(m);
}

static void main_function(struct maker *m)
{
	m->out->func[m->out->nfuncs++] = (struct bpf_func_info){0, PLAUSIBLE_FUNC};
	emit(m, ALU64_X(MOV, BPF_REG_6, BPF_REG_1));
	m->holds[BPF_REG_6] = CONTEXT;
	for (s32 off = -STACK_USED; off < 0 && m->world->unprivileged; off += 8)
		emit(m, ST(DW, BPF_REG_10, off, 0));
	if (roll(m, 4))
		lookup(m);
	statements(m, 3 + roll(m, 20), 0);
	end_function(m);
}

void plausible_program(u64 *dice, const struct plausible_world *world, struct subject *out, bool *calm)
{
	static const u8 types[] = {BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_SCHED_CLS,
				   BPF_PROG_TYPE_SCHED_ACT, BPF_PROG_TYPE_XDP};
	struct maker m = {.dice = dice, .world = world, .out = out, .calm = true};

	memset(out, 0, sizeof(*out));
	out->gpl = true;
	out->type = types[world->unprivileged ? 0 : roll(&m, ARRAY_SIZE(types))];
	main_function(&m);
	for (enum function f = HELPED; f < FUNCTIONS; f++)
		if (m.ncalls[f])
			function(&m, f);
	out->btf_fd = m.ncalls[CALLBACK] ? world->btf_fd : 0;
	*calm = m.calm;
}

/* int f(), static */
const u32 plausible_btf[] = {
	BTF_MAGIC | BTF_VERSION << 16,
	sizeof(struct btf_header), /* header: no flags */
	0,
	9 * 4 + 4,
	10 * 4,
	8, /* types and names, where and how long */
	1,
	BTF_KIND_INT << 24,
	4,
	BTF_INT_SIGNED << 24 | 32, /* 1 */
	0,
	BTF_KIND_FUNC_PROTO << 24,
	1, /* 2 */
	5,
	BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC,
	2, /* 3 = PLAUSIBLE_FUNC */
	0x746e6900,
	0x00006600, /* "\0int\0f\0" */
};

const u32 plausible_btf_size = sizeof(plausible_btf);
