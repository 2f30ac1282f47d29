/*
 * Programs that a fuzzer found: a real 6.1 accepts them and should not, and says so in
 * test/known-6.1-unsound/found.jsonl (vectors, each with `why`). Our verdict is its verdict, and the run
 * shows what comes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ui/vector_bench.h"

#define FOUND "test/known-6.1-unsound/found.jsonl"
#define RUNS "kernel_runs"

static int is_accepted_and_faults(void *ctx, const json_t *vector)
{
	json_t *ours = vector_answer(ctx, vector, false);
	const json_t *run;
	size_t i, faults = 0;

	print_message("%s: %s\n", vector_str(vector, "name"), vector_str(ours, "why"));
	assert_true(*vector_str(vector, "why"));
	assert_int_equal(vector_int(vector, "kernel_ret"), 0);
	assert_int_equal(vector_int(ours, "kernel_ret"), 0);
	json_array_foreach(json_object_get(ours, RUNS), i, run) faults += vector_int(run, "errno") == EFAULT;
	assert_true(faults > 0);
	assert_non_null(strstr(vector_str(ours, "why"), "the program faulted at instruction"));
	json_decref(ours);
	return 0;
}

static void what_6_1_accepts_is_accepted_and_faults(void **state)
{
	struct vector_bench *bench = vector_bench_new();
	struct why why;

	(void)state;
	assert_non_null(bench);
	assert_int_equal(vector_bench_engine(bench, VECTOR_AS_WRITTEN, &why), 0);
	assert_int_equal(vector_each(FOUND, &why, is_accepted_and_faults, bench), 0);
	vector_bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_6_1_accepts_is_accepted_and_faults)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
