/* What the loader's steps share: see loader_steps.h. */
#include "loader_steps.h"

int loader_no_memory(struct loader *l)
{
	return sim_fail(&l->why, -ENOMEM, "out of memory for the loader's calls");
}

int loader_put(struct loader *l, u64 *address, const void *src, u64 n)
{
	*address = user_put(l->user, src, n);
	return *address ? 0 : loader_no_memory(l);
}

void loader_copy_name(char dst[BPF_OBJ_NAME_LEN], const char *name)
{
	memcpy(dst, name, strnlen(name, BPF_OBJ_NAME_LEN - 1));
}

int loader_done_plain(struct loader *l, const struct step *step, s64 result)
{
	(void)l;
	(void)step;
	return result < 0 ? (int)result : 0;
}
