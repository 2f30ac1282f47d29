/* The arena: alignment, zeroes, reuse, and telling what an address belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/arena.h"
#include "test/support/host.h"

static struct sim_host *host;

static int setup(void **state)
{
	host = host_new();
	*state = arena_init(host->arena_mem, ARENA_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_delete(host);
	return 0;
}

static void blocks_are_zero_and_aligned(void **state)
{
	struct arena *a = *state;

	for (u64 size = 1; size < 200000; size = size * 3 / 2 + 1) {
		u8 *p = arena_alloc(a, size, TAG_KERNEL, NULL);

		assert_non_null(p);
		assert_int_equal((u64)p % 16, 0);
		for (u64 i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
		if (size % 2)
			arena_free(a, p);
	}
}

static void page_blocks_begin_a_page(void **state)
{
	u8 *p = arena_alloc_pages(*state, 5000, TAG_MAP, *state);
	struct arena_block found;

	assert_int_equal((u64)p % ARENA_PAGE, 0);
	assert_true(arena_find(*state, (u64)p + 4999, &found));
	assert_int_equal(found.base, (u64)p);
	assert_ptr_equal(found.owner, *state);
	assert_false(arena_find(*state, (u64)p + 5000, &found));
	assert_false(arena_find(*state, (u64)p - 1, &found));
	arena_free(*state, p);
	assert_false(arena_find(*state, (u64)p, &found));
}

static void what_is_freed_is_used_again(void **state)
{
	struct arena *a = *state;
	u64 pages;
	void *p;

	p = arena_alloc(a, 1 << 20, TAG_KERNEL, NULL);
	pages = arena_pages(a);
	for (int i = 0; i < 1000; i++) {
		arena_free(a, p);
		p = arena_alloc(a, 1 << 20, TAG_KERNEL, NULL);
	}
	assert_int_equal(arena_pages(a), pages);
	assert_int_equal(arena_live_bytes(a), 1 << 20);
}

static void too_much_is_null(void **state)
{
	assert_null(arena_alloc(*state, ARENA_SIZE, TAG_KERNEL, NULL));
	assert_null(arena_alloc(*state, UINT64_MAX / 2, TAG_KERNEL, NULL));
	assert_null(arena_alloc_pages(*state, ARENA_SIZE - ARENA_PAGE, TAG_KERNEL, NULL));
	assert_non_null(arena_alloc(*state, 100, TAG_KERNEL, NULL));
}

struct live {
	u8 *p;
	u64 size;
	u8 fill;
};

static void check_live(struct arena *a, const struct live *live)
{
	struct arena_block found;

	assert_true(arena_find(a, (u64)live->p + live->size - 1, &found));
	assert_int_equal(found.base, (u64)live->p);
	assert_int_equal(found.size, live->size);
	for (u64 i = 0; i < live->size; i++)
		assert_int_equal(live->p[i], live->fill);
}

/* No block ever overlaps another: each keeps its own bytes. */
static void random_blocks_keep_their_bytes(void **state)
{
	static struct live live[300];
	struct arena *a = *state;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		struct live *l = &live[rand() % 300];

		if (l->p) {
			check_live(a, l);
			arena_free(a, l->p);
			l->p = NULL;
			continue;
		}
		l->size = rand() % 10 ? rand() % 300 + 1 : rand() % 20000 + 1;
		l->fill = rand();
		l->p = arena_alloc(a, l->size, TAG_KERNEL, NULL);
		memset(l->p, l->fill, l->size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(blocks_are_zero_and_aligned, setup, teardown),
		cmocka_unit_test_setup_teardown(page_blocks_begin_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_freed_is_used_again, setup, teardown),
		cmocka_unit_test_setup_teardown(too_much_is_null, setup, teardown),
		cmocka_unit_test_setup_teardown(random_blocks_keep_their_bytes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
