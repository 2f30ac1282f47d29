/* Links of one program to many functions at once: kernel/trace/bpf_trace.c, bpf_kprobe_multi_link_attach. */
#include "link.h"
#include "world/functions.h"

#define SYMBOL_MAX 512u
#define FUNCTIONS_MAX 65536u

struct where {
	u64 address, cookie;
};

static int check(struct sim *sim, const struct prog *prog, const union bpf_attr *attr)
{
	if (prog->expected_attach_type != BPF_TRACE_KPROBE_MULTI)
		return sim_fail(&sim->why, -EINVAL, "the program was not loaded for BPF_TRACE_KPROBE_MULTI");
	if (prog->flags & BPF_F_SLEEPABLE)
		return sim_fail(&sim->why, -EINVAL, "such a program may not sleep");
	if (attr->link_create.kprobe_multi.flags & ~BPF_F_KPROBE_MULTI_RETURN)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: only BPF_F_KPROBE_MULTI_RETURN is known",
				attr->link_create.kprobe_multi.flags);
	if (!attr->link_create.kprobe_multi.addrs == !attr->link_create.kprobe_multi.syms)
		return sim_fail(&sim->why, -EINVAL, "either addrs or syms must be given");
	if (!attr->link_create.kprobe_multi.cnt)
		return sim_fail(&sim->why, -EINVAL, "cnt is 0");
	if (attr->link_create.kprobe_multi.cnt > FUNCTIONS_MAX)
		return sim_fail(&sim->why, -ENOMEM, "cnt is %u: at most %u here", attr->link_create.kprobe_multi.cnt,
				FUNCTIONS_MAX);
	return 0;
}

/* The i-th function: by its symbol, or its address. 0 or -errno. */
static int read_where(struct sim *sim, struct call *call, u32 i, struct where *out)
{
	const union bpf_attr *attr = &call->attr;
	u64 at = attr->link_create.kprobe_multi.addrs + 8ull * i, user = 0;
	char name[SYMBOL_MAX];
	s64 len;
	u32 id;
	int err = 0;

	if (attr->link_create.kprobe_multi.cookies)
		err = copy_in(sim, call->task, &out->cookie, attr->link_create.kprobe_multi.cookies + 8ull * i, 8);
	if (err || !attr->link_create.kprobe_multi.syms)
		return err ? err : copy_in(sim, call->task, &out->address, at, 8);
	err = copy_in(sim, call->task, &user, attr->link_create.kprobe_multi.syms + 8ull * i, 8);
	if (err)
		return err;
	len = copy_in_string(sim, call->task, name, user, sizeof(name));
	if (len < 0)
		return len;
	if (len == sizeof(name))
		return sim_fail(&sim->why, -E2BIG, "a symbol has at most %u characters", SYMBOL_MAX - 1);
	id = function_id(sim, name);
	out->address = function_address(id);
	return id ? 0 : sim_fail(&sim->why, -ESRCH, "the kernel has no function %.100s", name);
}

static int add(struct sim *sim, struct link *link, const struct where *where, bool leaves)
{
	struct attachment a = {.kind = leaves ? HOOK_KRETPROBE : HOOK_KPROBE, .prog = link->prog, .owner = &link->obj};
	u32 off;

	if (!function_at(sim, where->address, &off) || off)
		return sim_fail(&sim->why, -EINVAL, "0x%llx is not the beginning of a function",
				(unsigned long long)where->address);
	a.target = (where->address - KERNEL_TEXT) / FUNCTION_SIZE;
	a.cookie = where->cookie;
	a.multi = true;
	return hook_add(sim, &a);
}

static int multi_attach(struct sim *sim, struct link *link, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	bool leaves = attr->link_create.kprobe_multi.flags & BPF_F_KPROBE_MULTI_RETURN;
	int err = check(sim, link->prog, attr);

	for (u32 i = 0; !err && i < attr->link_create.kprobe_multi.cnt; i++) {
		struct where where = {0};

		err = read_where(sim, call, i, &where);
		if (!err)
			err = add(sim, link, &where, leaves);
	}
	if (err)
		hook_remove(sim, &link->obj);
	return err;
}

static void multi_detach(struct sim *sim, struct link *link)
{
	hook_remove(sim, &link->obj);
}

const struct link_ops kprobe_multi_link_ops = {
	.name = "kprobe_multi",
	.attach = multi_attach,
	.detach = multi_detach,
	.keeps = true,
};
