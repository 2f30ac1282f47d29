/*
 * The object that the kernel has for tests of references: struct prog_test_ref_kfunc of net/bpf/test_run.c. In
 * 6.1 it is the only kind of kernel object that a map value can own.
 */
#ifndef SIM_WORLD_TEST_OBJECT_H
#define SIM_WORLD_TEST_OBJECT_H

#include "../core.h"

/* As in 6.1's BTF: programs read its fields. */
struct test_object {
	s32 a, b;
	struct {
		s32 a, c;
	} memb;
	u64 next;            /* its own address */
	u32 cnt;             /* references, and one that is never given up */
	u32 pad;
};

static_assert(offsetof(struct test_object, next) == 16 && offsetof(struct test_object, cnt) == 24, "6.1's layout");

/* One more reference: its address, or 0 when there is no memory for it. */
u64 test_object_get(struct sim *sim);
/* @addr is only looked at when it is the object's: programs that nobody has verified may have made it up. */
void test_object_get_at(struct sim *sim, u64 addr);
void test_object_put(struct sim *sim, u64 addr);

#endif
