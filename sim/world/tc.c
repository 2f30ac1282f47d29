/* The lists of tc: see tc.h. */
#include "tc.h"

struct tc_prio *tc_prio_from(const struct tc_hook *hook, u32 prio)
{
	struct tc_prio *p = hook->first;

	while (p && p->prio < prio)
		p = p->next;
	return p;
}

struct tc_filter *tc_filter_by_handle(const struct tc_prio *prio, u32 handle)
{
	struct tc_filter *f = prio ? prio->filter : NULL;

	while (f && f->handle != handle)
		f = f->next;
	return f;
}

u32 tc_count(const struct tc_hook *hook)
{
	u32 n = 0;

	for (const struct tc_prio *p = hook->first; p; p = p->next)
		for (const struct tc_filter *f = p->filter; f; f = f->next)
			n++;
	return n;
}
