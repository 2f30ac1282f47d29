/*
 * SYSCALL: is run by user space and does system calls on its behalf, as light skeletons do to load programs
 * (kernel/bpf/syscall.c, syscall_prog_*).
 *
 * The context is whatever user space gives.
 */
#include "plain_test.h"
#include "uapi.h"

#define CTX_MAX 65536u

static const struct ctx_field fields[] = {
	{.name = "ctx", .size = CTX_MAX, RW, .width = CTX_BYTES},
	{0},
};

static const u16 sys_bpf[] = {BPF_FUNC_sys_bpf, 0};
static const u16 own_helpers[] = {
	BPF_FUNC_btf_find_by_name_kind, BPF_FUNC_sys_close, BPF_FUNC_kallsyms_lookup_name, 0,
};

static const struct helper_set helpers[] = {
	{sys_bpf, has_perfmon}, {own_helpers, NULL}, TRACING_HELPERS, {0},
};

const struct prog_type prog_type_syscall = {
	.name = "SYSCALL",
	.doc = "is run by user space and does system calls for it",
	.fields = fields,
	.helpers = helpers,
	.test_begin = syscall_test_begin,
	.test_end = plain_test_end,
	.test_free = plain_test_free,
};
