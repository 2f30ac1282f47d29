/* Abstract states: copies are equal and independent, and everything that was allocated is freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/core.h"
#include "sim/verifier/state.h"
#include "test/support/abstract.h"
#include "test/support/host.h"

static struct sim_host *host;
static struct sim sim;
static u64 seed = 0xd1b54a32d192ed03;

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

static void fill_frame(struct frame *frame, u32 frameno)
{
	u32 slots = random_u64(&seed) % (MAX_SLOTS + 1), refs = random_u64(&seed) % 20;

	frame->frameno = frameno;
	frame->callsite = random_u64(&seed) % 100;
	for (u32 i = 0; i < MAX_BPF_REGS; i++)
		frame->reg[i].id = random_u64(&seed);
	assert_true(frame_grow(&sim, frame, slots));
	for (u32 i = 0; i < frame->nslots; i++) {
		frame->slot[i].spilled.id = random_u64(&seed);
		memset(frame->slot[i].type, random_u64(&seed) % 4, SLOT_SIZE);
	}
	for (u32 i = 0; i < refs; i++)
		assert_true(frame_add_ref(&sim, frame, (struct ref){.id = random_u64(&seed), .insn = i}));
}

static struct vstate *random_state(void)
{
	struct vstate *state = vstate_new(&sim);
	u32 jumps = random_u64(&seed) % 40;

	assert_non_null(state);
	state->curframe = random_u64(&seed) % MAX_FRAMES;
	state->insn = random_u64(&seed);
	state->speculative = random_u64(&seed) & 1;
	for (u32 i = 0; i <= state->curframe; i++) {
		state->frame[i] = frame_new(&sim);
		assert_non_null(state->frame[i]);
		fill_frame(state->frame[i], i);
	}
	for (u32 i = 0; i < jumps; i++)
		assert_true(vstate_add_jump(&sim, state, (struct jump){i, random_u64(&seed)}));
	return state;
}

static void assert_same_frame(const struct frame *a, const struct frame *b)
{
	assert_ptr_not_equal(a, b);
	assert_memory_equal(a->reg, b->reg, sizeof(a->reg));
	assert_int_equal(a->callsite, b->callsite);
	assert_int_equal(a->nslots, b->nslots);
	assert_int_equal(a->nrefs, b->nrefs);
	if (a->nslots) {
		assert_ptr_not_equal(a->slot, b->slot);
		assert_memory_equal(a->slot, b->slot, a->nslots * sizeof(*a->slot));
	}
	if (a->nrefs)
		assert_memory_equal(a->refs, b->refs, a->nrefs * sizeof(*a->refs));
}

static void assert_same_state(const struct vstate *a, const struct vstate *b)
{
	assert_int_equal(a->curframe, b->curframe);
	assert_int_equal(a->insn, b->insn);
	assert_int_equal(a->speculative, b->speculative);
	assert_int_equal(a->njumps, b->njumps);
	if (a->njumps)
		assert_memory_equal(a->jumps, b->jumps, a->njumps * sizeof(*a->jumps));
	for (u32 i = 0; i < MAX_FRAMES; i++) {
		assert_int_equal(!a->frame[i], !b->frame[i]);
		if (a->frame[i])
			assert_same_frame(a->frame[i], b->frame[i]);
	}
}

/* The same target takes one state after the other, larger and smaller ones. */
static void test_copy(void **state)
{
	struct vstate *copy = vstate_new(&sim);

	(void)state;
	for (u32 i = 0; i < 300; i++) {
		struct vstate *original = random_state();

		assert_true(vstate_copy(&sim, copy, original));
		assert_same_state(original, copy);
		copy->frame[0]->reg[3].id++;
		assert_int_not_equal(original->frame[0]->reg[3].id, copy->frame[0]->reg[3].id);
		vstate_free(&sim, original, true);
	}
	vstate_free(&sim, copy, true);
	assert_int_equal(arena_live_bytes(sim.arena), 0);
}

/* Slots that are new, or new again, are empty. */
static void test_grow(void **state)
{
	struct frame *frame = frame_new(&sim), *other = frame_new(&sim);
	struct vstate from = {.frame = {other}}, to = {.frame = {frame}};

	(void)state;
	for (u32 n = 1; n <= MAX_SLOTS; n++) {
		assert_true(frame_grow(&sim, frame, n));
		assert_int_equal(frame->nslots, n);
		assert_int_equal(frame->slot[n - 1].type[0], STACK_INVALID);
		assert_int_equal(frame->slot[n - 1].spilled.type, NOT_INIT);
		memset(&frame->slot[n - 1], 0x55, sizeof(frame->slot[0]));
		assert_int_equal(frame->slot[0].type[0], 0x55);
	}
	assert_true(frame_grow(&sim, frame, 2));
	assert_int_equal(frame->nslots, MAX_SLOTS);
	assert_true(vstate_copy(&sim, &to, &from));
	assert_int_equal(frame->nslots, 0);
	assert_true(frame_grow(&sim, frame, 3));
	assert_int_equal(frame->slot[2].type[7], STACK_INVALID);
	vstate_free(&sim, &from, false);
	vstate_free(&sim, &to, false);
	assert_int_equal(arena_live_bytes(sim.arena), 0);
}

static void test_references(void **state)
{
	struct frame *frame = frame_new(&sim);

	(void)state;
	for (u32 id = 1; id <= 10; id++)
		assert_true(frame_add_ref(&sim, frame, (struct ref){.id = id}));
	assert_int_equal(frame_drop_ref(frame, 4), 0);
	assert_int_equal(frame_drop_ref(frame, 4), -EINVAL);
	assert_int_equal(frame->nrefs, 9);
	assert_int_equal(frame->refs[3].id, 10);
	frame->in_callback = true;
	frame->frameno = 2;
	assert_int_equal(frame_drop_ref(frame, 5), -EINVAL); /* it is the caller's */
	frame->refs[4].callback_ref = 2;
	assert_int_equal(frame_drop_ref(frame, 5), 0);
	frame_free(&sim, frame);
	assert_int_equal(arena_live_bytes(sim.arena), 0);
}

static void count(struct reg *reg, void *arg)
{
	(void)reg;
	++*(u32 *)arg;
}

/* All registers of all frames, and the slots that hold one. */
static void test_each_reg(void **state)
{
	struct vstate *v = vstate_new(&sim);
	u32 n = 0;

	(void)state;
	for (u32 i = 0; i < 2; i++)
		v->frame[i] = frame_new(&sim);
	v->curframe = 1;
	assert_true(frame_grow(&sim, v->frame[1], 3));
	memset(v->frame[1]->slot[1].type, STACK_SPILL, SLOT_SIZE);
	vstate_each_reg(v, count, &n);
	assert_int_equal(n, 2 * MAX_BPF_REGS + 1);
	vstate_free(&sim, v, true);
	assert_int_equal(arena_live_bytes(sim.arena), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_each_reg),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
