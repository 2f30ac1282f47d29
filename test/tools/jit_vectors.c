/*
 * jit_vectors [--passes] FILE.jsonl[.gz]...: compiles the recorded translated insns of each vector with our
 * JIT and compares with the recorded machine code, byte for byte. --passes: how many passes it took,
 * function by function; behind them the extra ones. For test scripts.
 */
#include <stdio.h>
#include <string.h>

#include "../../ui/vector.h"
#include "../support/recorded.h"

struct tally {
	unsigned same, total;
	bool passes;
};

static void print_passes(const struct recorded *r, const struct rejited *ours)
{
	u32 n = r->program.nfuncs, extra = n > 1;

	printf("%s", r->name);
	for (u32 i = 0; i < n; i++)
		printf(" %u", ours->build->func[i].npasses - extra);
	for (u32 i = 0; i < n && extra; i++)
		printf(" 1");
	printf("\n");
}

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
		if (tally->passes)
			print_passes(&r, &ours);
		else if (differs)
			printf("%s: %s\n", r.name, differs);
		tally->same += !differs;
		rejited_free(&ours);
	}
	recorded_free(&r);
	return 0;
}

int main(int argc, char **argv)
{
	struct tally tally = {0};
	struct why why;

	tally.passes = argc > 1 && !strcmp(argv[1], "--passes");
	for (int i = 1 + tally.passes; i < argc; i++) {
		if (vector_each(argv[i], &why, one_vector, &tally)) {
			fprintf(stderr, "%s\n", why.text);
			return 2;
		}
	}
	if (!tally.passes)
		printf("jited %u/%u\n", tally.same, tally.total);
	return tally.total && tally.same == tally.total ? 0 : 1;
}
