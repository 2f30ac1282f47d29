/* The table of helpers is complete and each contract makes sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sim/helpers/helper.h"

static u32 base(u32 type)
{
	return type & TYPE_BASE_MASK;
}

static u32 nargs(const struct helper *h)
{
	u32 n = 0;

	while (n < ARRAY_SIZE(h->arg) && h->arg[n].name)
		n++;
	return n;
}

static void test_every_id_of_6_1_has_a_contract(void **state)
{
	(void)state;
	for (u32 id = 1; id < HELPER_IDS; id++) {
		const struct helper *h = helper_by_id(id);

		assert_non_null(h);
		assert_int_equal(h->id, id);
		assert_string_equal(h->name, helper_name(id));
		assert_false(h->fn && h->flags & HELPER_BY_VM);
	}
	assert_null(helper_by_id(0));
	assert_null(helper_by_id(HELPER_IDS));
	assert_null(helper_by_id(UINT32_MAX));
	assert_string_equal(helper_name(1), "bpf_map_lookup_elem");
	assert_string_equal(helper_name(209), "bpf_user_ringbuf_drain");
	assert_string_equal(helper_name(HELPER_IDS), "unknown");
}

/* A variant is another contract of a helper: the id is the same, something in the contract is not. */
static void test_variants_differ_from_the_common_contract(void **state)
{
	(void)state;
	for (u32 number = HELPER_IDS; number < HELPER_NUMBERS; number++) {
		const struct helper *h = helper_by_number(number);
		const struct helper *common = h ? helper_by_id(h->id) : NULL;
		bool same = true;

		assert_non_null(common);
		for (u32 i = 0; i < ARRAY_SIZE(h->arg); i++)
			same = same && h->arg[i].type == common->arg[i].type;
		assert_false(same && h->flags == common->flags && h->ret == common->ret);
	}
	assert_null(helper_by_number(HELPER_NUMBERS));
}

static void check_argument(const struct helper *h, u32 i)
{
	const struct helper_arg *arg = &h->arg[i];
	u32 next = i + 1 < ARRAY_SIZE(h->arg) ? base(h->arg[i + 1].type) : ARG_DONTCARE;
	bool sized = next == ARG_CONST_SIZE || next == ARG_CONST_SIZE_OR_ZERO;
	u32 before = i ? h->arg[i - 1].type : ARG_DONTCARE;

	assert_true(base(arg->type) < ARG_TYPES);
	if (base(arg->type) == ARG_PTR_TO_MEM)
		assert_true(!!(arg->type & MEM_FIXED_SIZE) != sized);
	if (base(arg->type) == ARG_CONST_SIZE || base(arg->type) == ARG_CONST_SIZE_OR_ZERO)
		assert_true(base(before) == ARG_PTR_TO_MEM && !(before & MEM_FIXED_SIZE));
	assert_int_equal(!!(arg->type & MEM_FIXED_SIZE), !!arg->size);
	if (base(arg->type) == ARG_PTR_TO_BTF_ID && h->id != BPF_FUNC_kptr_xchg)
		assert_non_null(arg->btf);
	else
		assert_null(arg->btf);
	/* Memory that need not be initialised is written. */
	assert_true(!(arg->type & MEM_UNINIT) || arg->type & MEM_WRITE);
	assert_false(arg->type & MEM_RDONLY && arg->type & MEM_WRITE);
	assert_false(arg->written && arg->type & MEM_WRITE);
}

static void check_return(const struct helper *h)
{
	assert_true(base(h->ret) < RET_TYPES);
	if (base(h->ret) == RET_PTR_TO_BTF_ID && h->id != BPF_FUNC_kptr_xchg)
		assert_non_null(h->ret_btf);
	else
		assert_null(h->ret_btf);
	if (h->flags & (HELPER_ACQUIRES | HELPER_CASTS | HELPER_DYNPTR_REF))
		assert_true(base(h->ret) > RET_VOID);
}

static void test_contracts_make_sense(void **state)
{
	(void)state;
	for (u32 number = 1; number < HELPER_NUMBERS; number++) {
		const struct helper *h = helper_by_number(number);
		u32 n = nargs(h), funcs = 0, releases = 0;

		for (u32 i = 0; i < ARRAY_SIZE(h->arg); i++) {
			assert_true(i < n || h->arg[i].type == ARG_DONTCARE);
			funcs += base(h->arg[i].type) == ARG_PTR_TO_FUNC;
			releases += !!(h->arg[i].type & OBJ_RELEASE);
			check_argument(h, i);
		}
		check_return(h);
		assert_int_equal(funcs, helper_calls_back(h->id));
		assert_true(releases <= 1);
		assert_true(strlen(h->doc) > 5 && strlen(h->doc) < 120);
	}
}

static void test_some_facts(void **state)
{
	const struct helper *lookup = helper_by_id(BPF_FUNC_map_lookup_elem);
	const struct helper *strtol_ = helper_by_id(BPF_FUNC_strtol);

	(void)state;
	assert_int_equal(lookup->ret, RET_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL);
	assert_string_equal(lookup->arg[1].name, "key");
	assert_int_equal(strtol_->arg[3].type, ARG_PTR_TO_MEM | MEM_FIXED_SIZE | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED);
	assert_int_equal(strtol_->arg[3].size, 8);
	assert_true(helper_by_id(BPF_FUNC_trace_printk)->flags & HELPER_GPL);
	assert_true(helper_by_id(BPF_FUNC_xdp_adjust_head)->flags & HELPER_MOVES_PKT);
	assert_int_equal(helper_by_id(BPF_FUNC_ringbuf_reserve)->ret, RET_PTR_TO_ALLOC_MEM | PTR_MAYBE_NULL | MEM_ALLOC);
	assert_string_equal(helper_by_id(BPF_FUNC_get_current_task_btf)->ret_btf, "task_struct");
	assert_true(helper_calls_back(BPF_FUNC_loop));
	assert_false(helper_calls_back(BPF_FUNC_tail_call));
	assert_false(helper_calls_back(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_id_of_6_1_has_a_contract),
		cmocka_unit_test(test_variants_differ_from_the_common_contract),
		cmocka_unit_test(test_contracts_make_sense),
		cmocka_unit_test(test_some_facts),
	};

	return cmocka_run_group_tests_name("helper_table", tests, NULL, NULL);
}
