/*
 * Helpers about the place where a program hangs: the traced function, the cookie, the perf event, the stack.
 * Mirrors kernel/trace/bpf_trace.c and the end of kernel/bpf/stackmap.c.
 */
#include "../world/functions.h"
#include "../world/layout.h"
#include "../world/perf_event.h"
#include "../world/world.h"
#include "helper.h"

/* Of probes; those of trampolines are written out by the translator. */
HELPER_FN(get_func_ip)
{
	UNUSED_ARGS();
	return sim->world->hooked.func_ip >> 63 ? sim->world->hooked.func_ip : 0;
}

HELPER_FN(get_attach_cookie)
{
	UNUSED_ARGS();
	return sim->world->hooked.cookie;
}

/* What a trampoline has in front of the context (event_ctx.c): the number of arguments; they follow, and the
 * result. */
HELPER_FN(get_func_arg)
{
	u64 n = ((u64 *)r1)[-1];

	UNUSED_ARGS();
	if ((u32)r2 >= n)
		return (u64)-EINVAL;
	*(u64 *)r3 = ((u64 *)r1)[(u32)r2];
	return 0;
}

HELPER_FN(get_func_ret)
{
	UNUSED_ARGS();
	*(u64 *)r2 = ((u64 *)r1)[((u64 *)r1)[-1]];
	return 0;
}

HELPER_FN(get_func_arg_cnt)
{
	UNUSED_ARGS();
	return ((u64 *)r1)[-1];
}

HELPER_FN(perf_prog_read_value)
{
	const struct obj *owner = sim->world->hooked.owner;
	struct perf_value *value = (struct perf_value *)r2;
	int err = -EINVAL;

	UNUSED_ARGS();
	if (r3 == sizeof(*value) && owner && owner->kind == OBJ_PERF)
		err = perf_event_read_local(sim, perf_event_of((struct obj *)owner), value);
	if (err)
		memset(value, 0, (u32)r3);
	return (s64)err;
}

#define STACK_FLAGS (BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_USER_BUILD_ID)

/* @max: frames that have room. Bytes written, or -errno. */
static s64 copy_stack(const struct call_stack *stack, u64 *out, u32 max, u32 skip)
{
	u32 n;

	if (!stack || stack->count < skip)
		return -EFAULT;
	n = min_u64(stack->count - skip, max);
	for (u32 i = 0; i < n; i++)
		out[i] = stack->frame[skip + i].ip;
	return n * sizeof(u64);
}

HELPER_FN(get_stack)
{
	bool user = r4 & BPF_F_USER_STACK;
	u8 *buf = (u8 *)r2;
	u32 size = r3;
	s64 len = -EINVAL;

	UNUSED_ARGS();
	if (!(r4 & ~(u64)STACK_FLAGS) && !(r4 & BPF_F_USER_BUILD_ID) && size % sizeof(u64) == 0)
		len = copy_stack(user ? sim->world->user_stack : sim->world->kernel_stack, (u64 *)buf,
				 size / sizeof(u64), r4 & BPF_F_SKIP_FIELD_MASK);
	memset(buf + max_s64(len, 0), 0, size - max_s64(len, 0));
	return len;
}

/* Of a task that does not run just now there is nothing: it is in user space. */
HELPER_FN(get_task_stack)
{
	bool current = r1 == (u64)task_object_current(sim), user = r4 & BPF_F_USER_STACK;
	static const struct call_stack nothing;
	u8 *buf = (u8 *)r2;
	u32 size = r3;
	s64 len = -EINVAL;

	UNUSED_ARGS();
	if (!(r4 & ~(u64)STACK_FLAGS) && !(r4 & BPF_F_USER_BUILD_ID) && size % sizeof(u64) == 0)
		len = !current && user ? -EOPNOTSUPP
				       : copy_stack(!current ? &nothing
						    : user   ? sim->world->user_stack
							     : sim->world->kernel_stack,
						    (u64 *)buf, size / sizeof(u64), r4 & BPF_F_SKIP_FIELD_MASK);
	memset(buf + max_s64(len, 0), 0, size - max_s64(len, 0));
	return len;
}

/* The simulated CPUs record no branches, as those of most virtual machines. */
HELPER_FN(get_branch_snapshot)
{
	UNUSED_ARGS();
	return -ENOENT;
}

HELPER_FN(read_branch_records)
{
	UNUSED_ARGS();
	return r4 & ~(u64)BPF_F_GET_BRANCH_RECORDS_SIZE ? -EINVAL : -ENOENT;
}

/* The bit that bprm_opts_set may set: linux_binprm.secureexec. */
#define BPRM_SECUREEXEC_AT 40u
#define BPRM_SECUREEXEC_MASK 4u

HELPER_FN(bprm_opts_set)
{
	u8 *bits = (u8 *)r1 + BPRM_SECUREEXEC_AT;

	UNUSED_ARGS();
	if (r2 & ~(u64)BPF_F_BPRM_SECUREEXEC)
		return -EINVAL;
	*bits = r2 & BPF_F_BPRM_SECUREEXEC ? *bits | BPRM_SECUREEXEC_MASK : *bits & ~BPRM_SECUREEXEC_MASK;
	return 0;
}

HELPER_FN(kallsyms_lookup_name)
{
	const char *name = (const char *)r1;
	u64 *address = (u64 *)r4;
	s32 size = r2;
	u32 id;

	UNUSED_ARGS();
	if (r3 || size <= 1 || name[size - 1])
		return -EINVAL;
	id = function_id(sim, name);
	*address = id ? function_address(id) : 0;
	return id ? 0 : -ENOENT;
}

HELPER_FN(btf_find_by_name_kind)
{
	const char *name = (const char *)r1;
	s32 size = r2;
	u32 id;

	UNUSED_ARGS();
	if (r4 || size <= 1 || name[size - 1])
		return -EINVAL;
	id = sim->host->vmlinux && r3 < 32 ? btf_find(sim->host->vmlinux, name, r3) : 0;
	return id ? id : (u64)-ENOENT;
}

HELPER_FN(d_path)
{
	struct k_path path;
	u32 size = r3;

	UNUSED_ARGS();
	if (!size)
		return 0;
	if (mem_read(sim, &path, r1, sizeof(path)))
		return (u64)-EFAULT;
	return path_text(sim, &path, (char *)r2, size);
}
