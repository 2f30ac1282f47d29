/*
 * jit_vectors FILE.jsonl[.gz]...: compiles the recorded translated insns of each vector with our JIT and compares with the recorded
 * machine code, byte for byte. For test scripts.
 */
#include <stdio.h>
#include <string.h>

#include "../../ui/vector.h"
#include "../support/recorded.h"

struct tally {
	unsigned same, total;
};

static int one_vector(void *ctx, const json_t *vector)
{
	struct tally *tally = ctx;
	struct recorded r;
	struct rejited ours;
	const char *differs;

	if (!*vector_str(vector, "jited"))
		return 0;
	tally->total++;
	if (!recorded_read(&r, vector)) {
		printf("%s: cannot be read\n", vector_str(vector, "name"));
	} else {
		rejit(&r, &ours);
		differs = recorded_differs(&r, &ours, vector);
		if (differs)
			printf("%s: %s\n", r.name, differs);
		else
			tally->same++;
		rejited_free(&ours);
	}
	recorded_free(&r);
	return 0;
}

int main(int argc, char **argv)
{
	struct tally tally = {0};
	struct why why;

	for (int i = 1; i < argc; i++) {
		if (vector_each(argv[i], &why, one_vector, &tally)) {
			fprintf(stderr, "%s\n", why.text);
			return 2;
		}
	}
	printf("jited %u/%u\n", tally.same, tally.total);
	return tally.total && tally.same == tally.total ? 0 : 1;
}
