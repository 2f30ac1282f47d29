/*
 * What an instruction makes of a register: random sets of numbers go through walk_alu and walk_branch as abstract registers and one
 * by one; each number that comes out must lie in the register that came out, on the way that it takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/verifier/walk.h"
#include "test/support/abstract.h"
#include "test/support/host.h"

#define ROUNDS 60000

static struct sim_host *host;
static struct sim sim;
static struct verifier verifier;
static struct walk walk;
static u64 seed = 0x2545f4914f6cdd1d;

static int setup(void **state)
{
	(void)state;
	host = host_new();
	sim = (struct sim){.host = host, .arena = arena_init(host->arena_mem, ARENA_SIZE)};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_delete(host);
	return 0;
}

/* One frame with two scalars; nothing is asked of other paths. */
static struct env start(const struct bpf_insn *insn, const struct reg *r1, const struct reg *r2)
{
	static struct insn_aux aux[4];
	struct vstate *state = vstate_new(&sim);

	assert_non_null(state);
	state->frame[0] = frame_new(&sim);
	state->frame[0]->reg[1] = *r1;
	state->frame[0]->reg[2] = *r2;
	walk = (struct walk){.cur = state, .aux = aux, .may = {.bypass_spec_v1 = true, .allow_ptr_leaks = true}};
	return (struct env){&sim, &verifier, &walk, insn, 4};
}

static void finish(void)
{
	vstate_free(&sim, walk.cur, true);
	while (walk.branches) {
		struct branch *branch = walk.branches;

		walk.branches = branch->next;
		vstate_free(&sim, &branch->state, false);
		sim_free(&sim, branch);
	}
	sim_free(&sim, walk.fork);
	assert_int_equal(arena_live_bytes(sim.arena), 0);
}

/* --- arithmetic --- */

static const u8 alu_ops[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH, BPF_ARSH, BPF_MOV};

static u64 compute(u8 op, u64 a, u64 b, u32 bits)
{
	u32 shift = b & (bits - 1);

	switch (op) {
	case BPF_ADD: return a + b;
	case BPF_SUB: return a - b;
	case BPF_MUL: return a * b;
	case BPF_AND: return a & b;
	case BPF_OR: return a | b;
	case BPF_XOR: return a ^ b;
	case BPF_LSH: return a << shift;
	case BPF_RSH: return (bits == 32 ? (u32)a : a) >> shift;
	case BPF_ARSH: return width_signed(a, bits) >> shift;
	}
	return b;
}

static u64 run(const struct bpf_insn *insn, u64 a, u64 b)
{
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	u64 result = compute(BPF_OP(insn->code), a, BPF_SRC(insn->code) == BPF_X ? b : (u64)(s64)insn->imm, wide ? 64 : 32);

	return wide ? result : (u32)result;
}

static struct bpf_insn random_alu(void)
{
	u8 op = alu_ops[random_u64(&seed) % ARRAY_SIZE(alu_ops)];
	bool is_shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
	u8 class = random_u64(&seed) & 1 ? BPF_ALU64 : BPF_ALU;
	struct bpf_insn insn = {.code = class | op, .dst_reg = 1};

	if (random_u64(&seed) & 1) {
		insn.code |= BPF_X;
		insn.src_reg = 2;
	} else if (is_shift) {
		insn.imm = random_u64(&seed) % (class == BPF_ALU64 ? 64 : 32);
	} else {
		insn.imm = (s32)random_values(&seed).v[0];
	}
	return insn;
}

/* As it comes, or a number that may be an amount to shift by. */
static struct values random_operand(const struct bpf_insn *insn)
{
	struct values values = random_values(&seed);

	if (BPF_OP(insn->code) >= BPF_LSH && random_u64(&seed) & 1)
		values = (struct values){.v = {random_u64(&seed) % 70}, .n = 1};
	return values;
}

static void test_alu(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct bpf_insn insn = random_alu();
		struct values a = random_values(&seed), b = random_operand(&insn);
		struct reg r1 = reg_of(&a, &seed), r2 = reg_of(&b, &seed);
		struct env env = start(&insn, &r1, &r2);

		assert_int_equal(walk_alu(&env, &insn), 0);
		for (u32 k = 0; k < a.n; k++)
			for (u32 m = 0; m < b.n; m++)
				assert_true(reg_holds(&walk.cur->frame[0]->reg[1], run(&insn, a.v[k], b.v[m])));
		finish();
	}
}

/* --- branches --- */

static const u8 jump_ops[] = {BPF_JEQ, BPF_JNE, BPF_JSET, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE, BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE};

static bool holds(u8 op, u64 a, u64 b, u32 bits)
{
	s64 x = width_signed(a, bits), y = width_signed(b, bits);

	a &= width_umax(bits);
	b &= width_umax(bits);
	switch (op) {
	case BPF_JEQ: return a == b;
	case BPF_JNE: return a != b;
	case BPF_JSET: return a & b;
	case BPF_JGT: return a > b;
	case BPF_JGE: return a >= b;
	case BPF_JLT: return a < b;
	case BPF_JLE: return a <= b;
	case BPF_JSGT: return x > y;
	case BPF_JSGE: return x >= y;
	case BPF_JSLT: return x < y;
	}
	return x <= y;
}

static struct bpf_insn random_jump(const struct values *a)
{
	u8 class = random_u64(&seed) & 1 ? BPF_JMP : BPF_JMP32;
	struct bpf_insn insn = {.code = class | jump_ops[random_u64(&seed) % ARRAY_SIZE(jump_ops)], .dst_reg = 1, .off = 1};

	if (random_u64(&seed) & 1) {
		insn.code |= BPF_X;
		insn.src_reg = 2;
	} else {
		insn.imm = (s32)(random_u64(&seed) & 1 ? a->v[0] : random_values(&seed).v[0]);
	}
	return insn;
}

/* The state on the way that is taken or not; NULL: the walk says that it never is. */
static const struct vstate *way(bool taken)
{
	if (walk.branches)
		return taken ? &walk.branches->state : walk.cur;
	return taken == (walk.insn == 1) ? walk.cur : NULL;
}

static void check_ways(const struct bpf_insn *insn, u64 a, u64 b)
{
	bool by_register = BPF_SRC(insn->code) == BPF_X;
	bool taken = holds(BPF_OP(insn->code), a, by_register ? b : (u64)(s64)insn->imm, BPF_CLASS(insn->code) == BPF_JMP ? 64 : 32);
	const struct vstate *state = way(taken);

	assert_non_null(state);
	assert_true(reg_holds(&state->frame[0]->reg[1], a));
	assert_true(reg_holds(&state->frame[0]->reg[2], b));
}

static void test_branches(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed), b = random_u64(&seed) & 1 ? a : random_values(&seed);
		struct bpf_insn insn = random_jump(&a);
		struct reg r1 = reg_of(&a, &seed), r2;
		struct env env;

		if (random_u64(&seed) % 3 == 0)
			b.n = 1;
		r2 = reg_of(&b, &seed);
		env = start(&insn, &r1, &r2);
		assert_int_equal(walk_branch(&env, &insn), 0);
		for (u32 k = 0; k < a.n; k++)
			for (u32 m = 0; m < b.n; m++)
				check_ways(&insn, a.v[k], b.v[m]);
		finish();
	}
}

/* Copies of a register have its id: what a branch tells of one is true of all. */
static void test_branch_tells_copies(void **state)
{
	struct bpf_insn insn = {.code = BPF_JMP | BPF_JGT | BPF_K, .dst_reg = 1, .off = 1, .imm = 9};
	struct reg any = {0};
	struct env env;

	(void)state;
	reg_set_unknown(&any, false);
	any.id = 5;
	env = start(&insn, &any, &any);
	assert_int_equal(walk_branch(&env, &insn), 0);
	assert_true(walk.cur->frame[0]->reg[2].r64.umax == 9);
	assert_true(walk.branches->state.frame[0]->reg[2].r64.umin == 10);
	finish();
}

/* --- registers alone --- */

static void test_sync(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed);
		struct reg reg = reg_of(&a, &seed), cut = reg, low = reg;
		u32 size = 1u << random_u64(&seed) % 4;
		u64 keep = size < 8 ? (1ull << (8 * size)) - 1 : ~0ull;

		reg_truncate(&cut, size);
		reg_zero_extend(&low);
		reg_sync(&low);
		for (u32 k = 0; k < a.n; k++) {
			assert_true(reg_holds(&reg, a.v[k]));
			assert_true(tnum_holds(cut.var_off, a.v[k] & keep) && range_holds(&cut.r64, a.v[k] & keep, 64));
			assert_true(reg_holds(&low, (u32)a.v[k]));
		}
		reg_combine_64_into_32(&reg);
		for (u32 k = 0; k < a.n; k++)
			assert_true(reg_holds(&reg, a.v[k]));
	}
}

static void test_constants(void **state)
{
	struct reg reg = {.type = PTR_TO_CTX, .id = 3, .off = 4};

	(void)state;
	reg_set_known_zero(&reg);
	assert_true(reg.type == PTR_TO_CTX && !reg.id && !reg.off && tnum_equals_const(reg.var_off, 0));
	reg_set_const(&reg, (u64)-1);
	assert_true(reg_is_const(&reg) && reg.r64.smin == -1 && reg.r32.umax == UINT32_MAX && reg.r64.umin == UINT64_MAX);
	reg_set_unknown(&reg, true);
	assert_true(reg.type == SCALAR_VALUE && reg.precise && !reg_is_const(&reg));
	reg_set_const(&reg, 0);
	assert_true(reg_is_null(&reg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alu),  cmocka_unit_test(test_branches),  cmocka_unit_test(test_branch_tells_copies),
		cmocka_unit_test(test_sync), cmocka_unit_test(test_constants),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
