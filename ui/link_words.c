/* Where programs are attached: see link_words.h. */
#include "attr.h"
#include "link_words.h"
#include "words.h"

#define FUNCTIONS                                                                                            \
	(1u << HOOK_KPROBE | 1u << HOOK_KRETPROBE | 1u << HOOK_FENTRY | 1u << HOOK_FMOD_RET |                \
	 1u << HOOK_FEXIT)

void attachment_text(const struct sim *sim, const struct attachment *a, struct text *out)
{
	struct tracepoint tp;

	if (FUNCTIONS & 1u << a->kind && sim->host->vmlinux)
		text_add(out, "%s", btf_name(sim->host->vmlinux, a->target));
	else if (a->kind == HOOK_RAW_TP && sim->host->vmlinux)
		text_add(out, "%s", raw_tp_name(sim, a->target));
	else if (a->kind == HOOK_TRACEPOINT && tracepoint_by_id(a->target, &tp))
		text_add(out, "%s/%s%s", tp.system, tp.prefix, tp.name);
	else
		text_add(out, "%s", words(a->kind == HOOK_PERF ? "a clock or counter" : "a place"));
}

static bool device_text(const struct sim *sim, const struct link *link, struct text *out)
{
	for (u32 i = 0; i < NETDEV_MAX; i++) {
		const struct netdev *dev = &sim->world->netdevs->dev[i];

		for (int mode = 0; dev->ifindex && mode < XDP_MODES; mode++)
			if (dev->xdp_link[mode] == &link->obj) {
				text_say(out, "xdp of %s", dev->name);
				return true;
			}
	}
	return false;
}

static bool cgroup_text(const struct sim *sim, const struct link *link, struct text *out)
{
	for (const struct cgroup *c = sim->world->cgroups; c; c = c->next)
		for (u32 type = 0; type < CGROUP_ATTACH_TYPES; type++)
			for (u32 i = 0; i < c->hook[type].count; i++)
				if (c->hook[type].list[i].owner == &link->obj) {
					text_say(out, "%s of cgroup %s",
						 attach_type_name(type)
							 ? attach_type_name(type) + strlen("BPF_")
							 : "?",
						 c->path[0] ? c->path : "/");
					return true;
				}
	return false;
}

void link_place_text(const struct sim *sim, const struct link *link, struct text *out)
{
	const struct hooks *hooks = &sim->world->hooks;
	const struct obj *owner = link->perf ? link->perf : &link->obj;
	const struct attachment *first = NULL;
	u32 places = 0;

	if (device_text(sim, link, out) || cgroup_text(sim, link, out))
		return;
	for (u32 i = 0; i < hooks->count; i++) {
		if (hooks->list[i].kind == HOOK_NONE || hooks->list[i].owner != owner)
			continue;
		first = first ? first : &hooks->list[i];
		places++;
	}
	if (places == 1) {
		text_add(out, "%s ", hook_infos[first->kind].name);
		attachment_text(sim, first, out);
	} else if (places) {
		text_say(out, "%u functions", places);
	}
}
