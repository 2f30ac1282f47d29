/*
 * The loader: see loader.h. It keeps the books (fds, the reason it gave up) and goes along the plan, one call
 * after the other. A step that turns out not to be needed (the pinned map is there already) prepares nothing.
 */
#include <stdlib.h>

#include "loader_steps.h"

/* --- begin and end --- */

static int check_names(struct loader *l)
{
	for (u32 i = 0; i < l->options.program_count; i++)
		if (!elf_program_by_name(l->object, l->options.programs[i]))
			return sim_fail(&l->why, -ENOENT, "there is no program %.40s in %.40s",
					l->options.programs[i], l->object->name);
	return 0;
}

static int *fds_new(u32 n)
{
	int *fds = malloc((n + 1) * sizeof(*fds));

	for (u32 i = 0; fds && i < n; i++)
		fds[i] = -1;
	return fds;
}

static int begin(struct loader *l)
{
	l->map_fd = fds_new(l->object->map_count);
	l->program_fd = fds_new(l->object->program_count);
	l->map_pinned = calloc(l->object->map_count + 1, sizeof(*l->map_pinned));
	if (!l->map_fd || !l->program_fd || !l->map_pinned)
		return loader_no_memory(l);
	return check_names(l) ?: elf_resolve(l->object, &l->options.target, &l->why) ?: loader_plan(l);
}

struct loader *loader_begin(struct elf_object *object, struct user_memory *user,
			    const struct loader_options *options, struct why *why)
{
	struct loader *l = calloc(1, sizeof(*l));

	if (!l) {
		sim_fail(why, -ENOMEM, "out of memory for the loader");
		return NULL;
	}
	l->object = object;
	l->user = user;
	l->options = *options;
	l->log_level = options->log_level;
	l->btf_fd = l->inner_fd = -1;
	if (!begin(l))
		return l;
	if (why)
		*why = l->why;
	loader_free(l);
	return NULL;
}

void loader_free(struct loader *l)
{
	if (!l)
		return;
	free(l->plan);
	free(l->map_fd);
	free(l->program_fd);
	free(l->map_pinned);
	free(l);
}

/* --- one call after the other --- */

bool loader_next(struct loader *l, struct loader_call *call)
{
	assert(!l->underway);
	for (; l->next < l->steps && !l->why.err; l->next++) {
		const struct step *step = &l->plan[l->next];
		int needed;

		user_reset(l->user);
		l->log_at = 0;
		memset(call, 0, sizeof(*call));
		call->cmd = step->kind->cmd;
		call->size = step->kind->size;
		call->fd = -1;
		needed = step->kind->prepare(l, step, call);
		if (needed < 0)
			return false;
		if (!needed)
			continue;
		if (call->size)
			call->uattr = user_put_attr(l->user, &call->attr, call->size);
		l->underway = true;
		return true;
	}
	return false;
}

void loader_done_call(struct loader *l, s64 result, const char *why)
{
	const struct step *step = &l->plan[l->next];
	int err;

	assert(l->underway);
	l->underway = false;
	l->next++;
	err = step->kind->done(l, step, result);
	if (!err || l->why.err)
		return;
	sim_fail(&l->why, err, "%s: %s%s%s", step->kind->name, errno_name(err), why && *why ? ": " : "",
		 why ? why : "");
}

const struct why *loader_failed(const struct loader *l)
{
	return l->why.err ? &l->why : NULL;
}

int loader_program_fd(const struct loader *l, u32 program)
{
	return l->program_fd[program];
}

int loader_map_fd(const struct loader *l, u32 map)
{
	return l->map_fd[map];
}

const char *loader_log(const struct loader *l)
{
	const char *log = l->log_at ? user_at(l->user, l->log_at, 1) : NULL;

	return log ? log : "";
}
