/*
 * Trampolines and dispatchers against those that a real Linux 6.1 made (test/data/jit/trampolines): each is
 * emitted for the same function, programs and addresses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/jit/trampoline.h"
#include "test/support/recorded.h"
#include "ui/vector.h"

#define FOLDER "test/data/jit/trampolines/"

static u64 address(const json_t *object, const char *field)
{
	return strtoull(vector_str(object, field), NULL, 16);
}

static struct tramp_link *read_links(const json_t *list, u32 *n)
{
	struct tramp_link *links = calloc(json_array_size(list) + 1, sizeof(*links));
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		links[i] = (struct tramp_link){
			.prog = address(item, "prog"),
			.bpf_func = address(item, "bpf_func"),
			.cookie = address(item, "cookie"),
			.enter = address(item, "enter"),
			.exit = address(item, "exit"),
		};
	*n = json_array_size(list);
	return links;
}

static void read_input(struct tramp_input *in, const json_t *vector)
{
	static const char *const kinds[] = {"fentry", "fexit", "fmod_ret"};
	const json_t *args = json_object_get(vector, "arg_size"), *links = json_object_get(vector, "links");

	*in = (struct tramp_input){
		.image = address(vector, "image"),
		.tramp_enter = address(vector, "tramp_enter"),
		.tramp_exit = address(vector, "tramp_exit"),
		.func = address(vector, "func"),
		.nargs = json_array_size(args),
		.flags = vector_int(vector, "flags"),
	};
	for (u32 i = 0; i < in->nargs; i++)
		in->arg_size[i] = json_integer_value(json_array_get(args, i));
	for (u32 i = 0; i < TRAMP_KINDS; i++)
		in->links[i] = read_links(json_object_get(links, kinds[i]), &in->nlinks[i]);
}

static void expect_code(const json_t *vector, const struct tramp_image *image)
{
	u32 size;
	u8 *code = recorded_bytes(vector, "code", &size);

	if (image->size != size || memcmp(image->code, code, size))
		fail_msg("%s: %u bytes, Linux 6.1 has %u", vector_str(vector, "name"), image->size, size);
	free(code);
}

/* One after the other, as many programs as there are, the function where it is called. */
static void expect_marks(const struct tramp_input *in, const struct tramp_image *image)
{
	u32 count[TRAMP_PARTS] = {0};

	for (u32 i = 0; i < image->nmarks; i++) {
		assert_true(image->marks[i].off < image->size);
		assert_true(!i || image->marks[i - 1].off <= image->marks[i].off);
		count[image->marks[i].part]++;
	}
	assert_int_equal(image->marks[0].off, 0);
	assert_int_equal(count[TRAMP_FRAME] + count[TRAMP_CONTEXT] + count[TRAMP_LEAVE], 3);
	assert_int_equal(count[TRAMP_PROG], in->nlinks[0] + in->nlinks[1] + in->nlinks[2]);
	assert_int_equal(count[TRAMP_ORIG], !!(in->flags & TRAMP_CALL_ORIG));
	assert_int_equal(count[TRAMP_JOIN], in->nlinks[TRAMP_FMOD_RET] != 0);
}

static int one_trampoline(void *ctx, const json_t *vector)
{
	struct tramp_mark marks[TRAMP_MAX_MARKS];
	struct tramp_image image = {
		.address = address(vector, "address"),
		.code = aligned_alloc(16, TRAMP_IMAGE_SIZE),
		.cap = TRAMP_IMAGE_SIZE,
		.marks = marks,
	};
	struct jit_target target = {0};
	struct tramp_input in;

	recorded_target(&target, json_object_get(vector, "target"));
	read_input(&in, vector);
	assert_int_equal(tramp_emit(&in, &target, &image), 0);
	expect_code(vector, &image);
	expect_marks(&in, &image);
	if (in.flags & TRAMP_CALL_ORIG) {
		assert_memory_equal(image.code + image.after_call, "\x0f\x1f\x44\x00\x00", JIT_PATCH_SIZE);
		assert_memory_equal(image.code + image.epilogue, "\x48\xbf", 2);
	}
	for (u32 i = 0; i < TRAMP_KINDS; i++)
		free((void *)in.links[i]);
	free(image.code);
	++*(u32 *)ctx;
	return 0;
}

static int one_dispatcher(void *ctx, const json_t *vector)
{
	struct tramp_image image = {
		.address = address(vector, "address"), .code = aligned_alloc(16, DISPATCHER_IMAGE_SIZE),
		.cap = DISPATCHER_IMAGE_SIZE,
	};
	const json_t *progs = json_object_get(vector, "progs");
	struct jit_target target = {0};
	s64 funcs[DISPATCHER_MAX];
	u32 n = json_array_size(progs);

	recorded_target(&target, json_object_get(vector, "target"));
	for (u32 i = 0; i < n; i++) /* the last one first: it sorts them */
		funcs[i] = strtoull(json_string_value(json_array_get(progs, n - 1 - i)), NULL, 16);
	assert_int_equal(dispatcher_emit(funcs, n, &target, &image), 0);
	expect_code(vector, &image);
	free(image.code);
	++*(u32 *)ctx;
	return 0;
}

static u32 each(const char *path, int (*fn)(void *ctx, const json_t *vector))
{
	struct why why;
	u32 n = 0;

	assert_int_equal(vector_each(path, &why, fn, &n), 0);
	return n;
}

static void test_recorded_trampolines(void **state)
{
	(void)state;
	assert_in_range(each(FOLDER "trampolines.jsonl.gz", one_trampoline), 40, 1000);
}

static void test_recorded_dispatchers(void **state)
{
	(void)state;
	assert_in_range(each(FOLDER "dispatchers.jsonl.gz", one_dispatcher), 10, 1000);
}

/* --- limits --- */

static const struct tramp_link link = {
	.prog = 0xffff888100000000,
	.bpf_func = 0xffffffffc0001000,
	.enter = 0xffffffff81000000,
	.exit = 0xffffffff81000100,
};

static struct tramp_input plain(u8 nargs)
{
	struct tramp_input in = {.func = 0xffffffff82000000, .nargs = nargs, .flags = TRAMP_RESTORE_REGS};

	memset(in.arg_size, 8, sizeof(in.arg_size));
	in.links[TRAMP_FENTRY] = &link;
	in.nlinks[TRAMP_FENTRY] = 1;
	return in;
}

static u8 code[TRAMP_IMAGE_SIZE] __attribute__((aligned(16)));

static void test_limits(void **state)
{
	struct tramp_image image = {.address = 0xffffffffc0200000, .code = code, .cap = sizeof(code)};
	struct tramp_input in = plain(7);
	struct jit_target target = {0};
	s64 funcs[DISPATCHER_MAX + 1] = {0};

	(void)state;
	assert_int_equal(tramp_emit(&in, &target, &image), -ENOTSUPP);
	in = plain(5);
	in.arg_size[0] = 16;
	assert_int_equal(tramp_emit(&in, &target, &image), 0);
	in.arg_size[0] = 17;
	assert_int_equal(tramp_emit(&in, &target, &image), -ENOTSUPP);
	in = plain(1);
	image.cap = 100;
	assert_int_equal(tramp_emit(&in, &target, &image), -EFAULT);
	image.cap = sizeof(code);
	image.address = 0x500000000000;
	assert_int_equal(tramp_emit(&in, &target, &image), -ERANGE);
	assert_int_equal(dispatcher_emit(funcs, 0, &target, &image), -EINVAL);
	assert_int_equal(dispatcher_emit(funcs, DISPATCHER_MAX + 1, &target, &image), -EINVAL);
	funcs[0] = 0x500000000000; /* no cmp has eight bytes */
	assert_int_equal(dispatcher_emit(funcs, 1, &target, &image), -ERANGE);
}

/*
 * struct_ops return what the program returned; a live-patched function is called by the address on the
 * stack.
 */
static void test_other_flags(void **state)
{
	static const u8 orig_stack[] = {0x48, 0x8b, 0x5d, 0x08, 0xff, 0xd3};
	static const u8 returns[] = {0x48, 0x8b, 0x45, 0xf8, 0x5b, 0xc9, 0xc3, 0xcc};
	struct tramp_image image = {.address = 0xffffffffc0200000, .code = code, .cap = sizeof(code)};
	struct tramp_input in = plain(2);
	struct jit_target target = {0};

	(void)state;
	in.flags = TRAMP_RET_FENTRY_RET;
	assert_int_equal(tramp_emit(&in, &target, &image), 0);
	assert_memory_equal(code + image.size - sizeof(returns), returns, sizeof(returns));
	in.flags = TRAMP_CALL_ORIG | TRAMP_SKIP_FRAME | TRAMP_ORIG_STACK;
	assert_int_equal(tramp_emit(&in, &target, &image), 0);
	assert_memory_equal(code + image.after_call - 4 - sizeof(orig_stack), orig_stack, sizeof(orig_stack));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_trampolines),
		cmocka_unit_test(test_recorded_dispatchers),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_other_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
