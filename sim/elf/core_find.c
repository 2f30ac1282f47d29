/*
 * CO-RE: which types of the kernel could be meant by a type of the file: those of the same kind and name,
 * flavors aside.
 *
 * A kernel's BTF has some 100,000 types. Most are found by name at once; the few whose names have a flavor
 * themselves are listed once.
 */
#include <stdlib.h>

#include "core.h"

static int list_flavored(struct elf_object *o, const struct btf_types *kernel)
{
	struct elf_private *p = o->private;
	u32 count = 0;

	if (p->core_target == kernel)
		return 0;
	for (u32 pass = 0; pass < 2; pass++) {
		count = 0;
		for (u32 id = 1; id < kernel->end_id; id++) {
			const char *name = btf_name(kernel, id);

			if (!strstr(name, "___") || !name[core_essential_len(name)])
				continue;
			if (pass)
				p->flavored[count] = id;
			count++;
		}
		if (!pass)
			p->flavored = elf_alloc(o, count + 1, sizeof(*p->flavored));
		if (!p->flavored)
			return -ENOMEM;
	}
	p->flavored_count = count;
	p->core_target = kernel;
	p->candidates = NULL;
	return 0;
}

struct search {
	const struct btf_types *kernel;
	const struct btf_type *local;
	char *name; /* without flavor */
	u32 *ids;   /* NULL: only count */
	u32 count;
};

static void add_candidate(struct search *s, u32 id)
{
	if (!core_kind_compatible(s->local, btf_type_by_id(s->kernel, id)))
		return;
	if (s->ids)
		s->ids[s->count] = id;
	s->count++;
}

static void find_all(struct search *s, const struct elf_private *p)
{
	s->count = 0;
	for (u32 id = 0; (id = btf_find_next(s->kernel, s->name, BTF_ANY_KIND, id));)
		add_candidate(s, id);
	for (u32 i = 0; i < p->flavored_count; i++)
		if (core_same_name(s->name, btf_name(s->kernel, p->flavored[i])))
			add_candidate(s, p->flavored[i]);
}

static int compare_ids(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

const struct core_candidates *core_find(struct elf_object *o, const struct btf_types *kernel, u32 local_id)
{
	struct elf_private *p = o->private;
	struct search s = {.kernel = kernel, .local = btf_type_by_id(o->types, local_id)};
	const char *name = btf_name(o->types, local_id);
	struct core_candidates *found;

	if (list_flavored(o, kernel))
		return NULL;
	for (found = p->candidates; found; found = found->next)
		if (found->local_id == local_id)
			return found;
	found = elf_alloc(o, 1, sizeof(*found));
	s.name = elf_alloc(o, strlen(name) + 1, 1);
	if (!found || !s.name)
		return NULL;
	memcpy(s.name, name, core_essential_len(name));
	find_all(&s, p);
	s.ids = elf_alloc(o, s.count + 1, sizeof(*s.ids));
	if (!s.ids)
		return NULL;
	find_all(&s, p);
	qsort(s.ids, s.count, sizeof(*s.ids), compare_ids);
	*found = (struct core_candidates){local_id, s.ids, s.count, p->candidates};
	p->candidates = found;
	return found;
}
