/* The cgroups in the tree of hooks: what is attached to each, by attach type, and how often it will be asked.
 */
#include "../attr.h"
#include "hooks.h"

static void one_program(struct sheet *s, const struct cgroup *cgroup, u32 type, const struct attachment *a,
			bool fresh)
{
	const char *name = attach_type_name(type);

	sheet_line(s, SHEET_NO_ITEM);
	if (fresh)
		sheet_at(s);
	sheet_to(s, 5);
	sheet_add(s, ROLE_BORDER, "└─ ");
	sheet_add(s, ROLE_QUIET, "%s ", name && strncmp(name, "BPF_", 4) == 0 ? name + 4 : "?");
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_PLAIN, "%s", a->prog->obj.name);
	if (a->owner != &cgroup->obj)
		sheet_add(s, ROLE_QUIET, "  link %u ─▸ prog %u", a->owner->id, a->prog->obj.id);
	else
		sheet_add(s, ROLE_QUIET, "  ─▸ prog %u (PROG_ATTACH: no link)", a->prog->obj.id);
}

static void one_cgroup(const struct view *v, struct sheet *s, const struct cgroup *cgroup, bool last)
{
	u32 programs = 0;

	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_BORDER, last ? "└─ " : "├─ ");
	sheet_add(s, ROLE_TITLE, "%s", cgroup->path[0] ? cgroup->path : "/");
	for (u32 type = 0; type < CGROUP_ATTACH_TYPES; type++)
		for (u32 i = 0; i < cgroup->hook[type].count; i++, programs++)
			if (cgroup->hook[type].list[i].prog)
				one_program(s, cgroup, type, &cgroup->hook[type].list[i],
					    hooks_just_now(v->d));
	if (!programs)
		sheet_add(s, ROLE_QUIET, "  nothing of its own");
}

void hooks_cgroups(const struct view *v, struct sheet *s)
{
	for (const struct cgroup *c = debug_sim(v->d)->world->cgroups; c; c = c->next)
		one_cgroup(v, s, c, !c->next);
}
