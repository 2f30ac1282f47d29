/*
 * The functions that the kernel has so that programs can be tested on them: bpf_fentry_test1 ... 8, called one after the
 * other, and bpf_modify_return_test (net/bpf/test_run.c). BPF_PROG_TEST_RUN of programs of trampolines makes
 * these events happen.
 */
#include "happening_kinds.h"

#define CALLS 8u
#define MODIFIED 2 /* the number that bpf_modify_return_test is given a pointer to, and adds 1 to */

static const struct {
	u64 arg[6], ret;
} calls[CALLS] = {
	{{1}, 2},
	{{2, 3}, 5},
	{{4, 5, 6}, 15},
	{{7, 8, 9, 10}, 34},
	{{11, 12, 13, 14, 15}, 65},
	{{16, 17, 18, 19, 20, 21}, 111},
	{{0}, 0},
	{{0}, 0},
};

/* Two places for arguments and result, for calls in turn: a function's are still there when it is left. */
enum { ODD = V_X0, ODD_RET = V_X6, EVEN = V_A0, EVEN_RET = V_X7, POINTER = V_X8, RESULT = V_X9 };

static void put_call(struct happening *h, u32 n)
{
	u32 at = n % 2 ? EVEN : ODD;

	memcpy(&h->value[at], calls[n].arg, sizeof(calls[n].arg));
	if (n == CALLS - 1)
		h->value[at] = h->value[POINTER];
	h->value[n % 2 ? EVEN_RET : ODD_RET] = calls[n].ret;
}

static void put_next(struct sim *sim, struct happening *h)
{
	(void)sim;
	if (h->at_step + 1 < CALLS)
		put_call(h, h->at_step + 1);
}

static int make_objects(struct sim *sim, struct happening *h)
{
	h->value[POINTER] = happening_object(sim, h, sizeof(u64));
	h->value[RESULT] = happening_object(sim, h, sizeof(u32));
	return h->value[POINTER] && h->value[RESULT] ? 0 : -ENOMEM;
}

static int prepare_tests(struct sim *sim, struct happening *h)
{
	int err = make_objects(sim, h);

	if (!err)
		put_call(h, 0);
	return err;
}

#define ODD_ARGS .arg = {ODD, ODD + 1, ODD + 2, ODD + 3, ODD + 4, ODD + 5}, .ret = ODD_RET, .act = put_next
#define EVEN_ARGS .arg = {EVEN, EVEN + 1, EVEN + 2, EVEN + 3, EVEN + 4, EVEN + 5}, .ret = EVEN_RET, .act = put_next

static const struct happening_step test_steps[] = {
	{0, STEP_FUNC, "bpf_fentry_test1", ODD_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test2", EVEN_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test3", ODD_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test4", EVEN_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test5", ODD_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test6", EVEN_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test7", ODD_ARGS},
	{0, STEP_FUNC, "bpf_fentry_test8", EVEN_ARGS},
	{0, STEP_TP, "bpf_test_run:bpf_test_finish", .arg = {RESULT}},
	{0},
};

const struct happening_kind happening_fentry_tests = {
	.name = "fentry_tests",
	.doc = "the kernel calls bpf_fentry_test1 ... 8, as BPF_PROG_TEST_RUN does",
	.example = "fentry_tests pid=100",
	.nr = -1,
	.steps = test_steps,
	.prepare = prepare_tests,
};

/* --- bpf_modify_return_test --- */

static int prepare_modify(struct sim *sim, struct happening *h)
{
	int err = make_objects(sim, h);

	if (err)
		return err;
	h->value[ODD] = 1;
	h->value[ODD + 1] = h->value[POINTER];
	h->value[ODD_RET] = 1 + MODIFIED + 1;
	*(u32 *)h->value[POINTER] = MODIFIED;
	return 0;
}

static void modify(struct sim *sim, struct happening *h)
{
	(void)sim;
	++*(u32 *)h->value[POINTER];
}

/* What TEST_RUN says: the result, above it whether the function has run. */
static void tell_side_effect(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->value[V_RET] = (u32)(*(u32 *)h->value[POINTER] != MODIFIED) << 16 | (u16)h->value[V_RET];
}

static const struct happening_step modify_steps[] = {
	{0, STEP_FUNC, "bpf_modify_return_test", .arg = {ODD, ODD + 1}, .ret = ODD_RET, .act = modify},
	{0, STEP_TP, "bpf_test_run:bpf_test_finish", .arg = {RESULT}, .act = tell_side_effect},
	{0},
};

const struct happening_kind happening_modify_return_test = {
	.name = "modify_return_test",
	.doc = "the kernel calls bpf_modify_return_test, as BPF_PROG_TEST_RUN of fmod_ret programs does",
	.example = "modify_return_test pid=100",
	.nr = -1,
	.steps = modify_steps,
	.prepare = prepare_modify,
};
