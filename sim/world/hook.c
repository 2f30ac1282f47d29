/*
 * Hooks: see hook.h. The order at one place: kprobes as kernel/kprobes.c keeps them, trampolines as
 * kernel/bpf/trampoline.c, both with the newest in front; the others in the order of attachment.
 */
#include "hook.h"

#include "world.h"

const struct hook_info hook_infos[HOOK_KINDS] = {
	[HOOK_NONE] = {"none", false},
	[HOOK_KPROBE] = {"kprobe", true},
	[HOOK_FENTRY] = {"fentry", true},
	[HOOK_FMOD_RET] = {"fmod_ret", true},
	[HOOK_FEXIT] = {"fexit", true},
	[HOOK_KRETPROBE] = {"kretprobe", false},
	[HOOK_TRACEPOINT] = {"tracepoint", false},
	[HOOK_RAW_TP] = {"raw_tp", false},
	[HOOK_UPROBE] = {"uprobe", false},
	[HOOK_URETPROBE] = {"uretprobe", false},
	[HOOK_PERF] = {"perf_event", false},
	[HOOK_ITER] = {"iter", false},
	[HOOK_OPS] = {"struct_ops", false},
	[HOOK_CGROUP] = {"cgroup", false},
	[HOOK_SK_LOOKUP] = {"sk_lookup", false},
	[HOOK_SK_REUSEPORT] = {"sk_reuseport", false},
	[HOOK_SK_SKB] = {"sk_skb", false},
	[HOOK_SK_MSG] = {"sk_msg", false},
};

static bool grow(struct sim *sim, struct hooks *hooks)
{
	u32 room = hooks->room ? 2 * hooks->room : 8;
	struct attachment *list;

	if (hooks->count < hooks->room)
		return true;
	list = sim_alloc(sim, room * sizeof(*list));
	if (!list)
		return false;
	if (hooks->count)
		memcpy(list, hooks->list, hooks->count * sizeof(*list));
	sim_free(sim, hooks->list);
	hooks->list = list;
	hooks->room = room;
	return true;
}

static bool is_tramp(u32 kind)
{
	return kind == HOOK_FENTRY || kind == HOOK_FEXIT || kind == HOOK_FMOD_RET;
}

/* Those of one trampoline are counted together. */
static u32 count_there(const struct sim *sim, const struct attachment *a)
{
	if (!is_tramp(a->kind))
		return hook_count(sim, a->kind, a->target);
	return hook_count(sim, HOOK_FENTRY, a->target) + hook_count(sim, HOOK_FEXIT, a->target) +
	       hook_count(sim, HOOK_FMOD_RET, a->target);
}

int hook_add(struct sim *sim, const struct attachment *a)
{
	struct hooks *hooks = &sim->world->hooks;
	u32 most = is_tramp(a->kind)            ? HOOK_TRAMP_MAX
		   : a->kind == HOOK_TRACEPOINT ? HOOK_TRACE_MAX
						: UINT32_MAX;

	if (count_there(sim, a) >= most)
		return sim_fail(&sim->why, -E2BIG, "%u programs are attached there already", most);
	if (!grow(sim, hooks))
		return sim_fail(&sim->why, -ENOMEM, "no memory for an attachment");
	if (hook_infos[a->kind].newest_first) {
		memmove(hooks->list + 1, hooks->list, hooks->count * sizeof(*a));
		hooks->list[0] = *a;
	} else {
		hooks->list[hooks->count] = *a;
	}
	hooks->count++;
	return 0;
}

void hook_remove(struct sim *sim, const struct obj *owner)
{
	struct hooks *hooks = &sim->world->hooks;
	u32 kept = 0;

	for (u32 i = 0; i < hooks->count; i++)
		if (hooks->list[i].owner != owner)
			hooks->list[kept++] = hooks->list[i];
	if (kept < hooks->count)
		memset(hooks->list + kept, 0, (hooks->count - kept) * sizeof(*hooks->list));
	hooks->count = kept;
}

void hook_replace(struct sim *sim, const struct obj *owner, struct prog *prog)
{
	struct hooks *hooks = &sim->world->hooks;

	for (u32 i = 0; i < hooks->count; i++)
		if (hooks->list[i].owner == owner)
			hooks->list[i].prog = prog;
}

const struct attachment *hook_next(const struct sim *sim, u32 kind, u32 target, u32 *at)
{
	const struct hooks *hooks = &sim->world->hooks;

	while (*at < hooks->count) {
		const struct attachment *a = &hooks->list[(*at)++];

		if (a->kind == kind && a->target == target)
			return a;
	}
	return NULL;
}

u32 hook_count(const struct sim *sim, u32 kind, u32 target)
{
	u32 n = 0, at = 0;

	while (hook_next(sim, kind, target, &at))
		n++;
	return n;
}
