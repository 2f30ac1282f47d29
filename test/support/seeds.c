/* Recorded programs: see seeds.h. */
#include <stdio.h>
#include <stdlib.h>

#include "seeds.h"

struct reading {
	struct seeds *seeds;
	const char *path;
	u32 longest;
};

/* Their answers are long, and of no use here. */
static void forget_answers(json_t *vector)
{
	static const char *const answers[] = {"kernel_log",    "kernel_log1",     "kernel_log_tail", "xlated",
					      "xlated_masked", "jited",           "jited_masked",    "relocs",
					      "ksyms",         "jited_line_info", "xlated_line_info"};

	for (u32 i = 0; i < ARRAY_SIZE(answers); i++)
		json_object_del(vector, answers[i]);
}

static int add(void *ctx, const json_t *vector)
{
	struct reading *reading = ctx;
	struct seeds *seeds = reading->seeds;
	struct seed *list;

	if ((u64)vector_int(vector, "insn_cnt") > reading->longest)
		return 0;
	if (seeds->count == seeds->room) {
		seeds->room = seeds->room ? 2 * seeds->room : 256;
		list = realloc(seeds->list, seeds->room * sizeof(*list));
		if (!list)
			return -ENOMEM;
		seeds->list = list;
	}
	list = &seeds->list[seeds->count++];
	*list = (struct seed){json_copy((json_t *)vector), reading->path,
			      strstr(reading->path, "unprivileged")};
	forget_answers(list->vector);
	return 0;
}

bool seeds_read(struct seeds *seeds, const char *path, u32 longest)
{
	struct reading reading = {seeds, path, longest};
	struct why why;

	if (!vector_each(path, &why, add, &reading))
		return true;
	fprintf(stderr, "%s\n", why.text[0] ? why.text : path);
	return false;
}

void seeds_free(struct seeds *seeds)
{
	for (u32 i = 0; i < seeds->count; i++)
		json_decref(seeds->list[i].vector);
	free(seeds->list);
}
