/*
 * Functions of the kernel that programs call directly: see kfunc.h. Mirrors the functions that net/bpf/test_run.c
 * has for the kernel's own tests; who may call what is verifier/kfunc.c.
 */
#include "../btf.h"
#include "../world/test_object.h"
#include "helper.h"
#include "kfunc.h"

#define KFUNC(name) static u64 name(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)

/* The first argument is a socket, which is not looked at. */
KFUNC(test1)
{
	UNUSED_ARGS();
	return (u32)r2 + r3 + (u32)r4 + r5;
}

KFUNC(test2)
{
	UNUSED_ARGS();
	return (u32)(r2 + r3);
}

KFUNC(test3)
{
	UNUSED_ARGS();
	return r1;
}

KFUNC(test_acquire)
{
	UNUSED_ARGS();
	return test_object_get(sim);
}

KFUNC(test_release)
{
	UNUSED_ARGS();
	test_object_put(sim, r1);
	return 0;
}

/* The first eight bytes of the object, two ints. */
KFUNC(test_get_mem)
{
	UNUSED_ARGS();
	return (s32)r2 >= 0 && (s32)r2 <= 8 ? r1 : 0;
}

/* What the place of a map value holds, with one more reference. */
KFUNC(test_kptr_get)
{
	u64 at;

	UNUSED_ARGS();
	memcpy(&at, (const void *)r1, sizeof(at));
	test_object_get_at(sim, at);
	return at;
}

KFUNC(nothing)
{
	UNUSED_ARGS();
	return 0;
}

static const struct {
	const char *name;
	kfunc_fn *fn;
} kfuncs[] = {
	{"bpf_kfunc_call_test1", test1},
	{"bpf_kfunc_call_test2", test2},
	{"bpf_kfunc_call_test3", test3},
	{"bpf_kfunc_call_test_acquire", test_acquire},
	{"bpf_kfunc_call_test_release", test_release},
	{"bpf_kfunc_call_memb_acquire", nothing},
	{"bpf_kfunc_call_memb_release", nothing},
	{"bpf_kfunc_call_memb1_release", nothing},
	{"bpf_kfunc_call_int_mem_release", nothing},
	{"bpf_kfunc_call_test_get_rdwr_mem", test_get_mem},
	{"bpf_kfunc_call_test_get_rdonly_mem", test_get_mem},
	{"bpf_kfunc_call_test_kptr_get", test_kptr_get},
	{"bpf_kfunc_call_test_pass_ctx", nothing},
	{"bpf_kfunc_call_test_pass1", nothing},
	{"bpf_kfunc_call_test_pass2", nothing},
	{"bpf_kfunc_call_test_mem_len_pass1", nothing},
	{"bpf_kfunc_call_test_ref", nothing},
	{"bpf_kfunc_call_test_destructive", nothing},
};

kfunc_fn *kfunc_by_id(const struct sim *sim, u32 btf_id, const char **name)
{
	*name = sim->host->vmlinux ? btf_name(sim->host->vmlinux, btf_id) : "";
	for (u32 i = 0; i < ARRAY_SIZE(kfuncs); i++)
		if (!strcmp(*name, kfuncs[i].name))
			return kfuncs[i].fn;
	return NULL;
}
