/*
 * Speed of the JIT: bytecode insns compiled in a second, all passes included, over the translated insns of
 * the recorded programs (test/kernel).
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../ui/vector.h"
#include "../support/cases.h"
#include "../support/recorded.h"

#define MIN_SECONDS 0.5
#define MAX_PROGRAMS 512
#define LIMIT 5.0 /* M insns/s */

struct programs {
	struct recorded *r[MAX_PROGRAMS];
	u32 n;
};

/* Of this process: the machine may be busy with something else. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int add(void *ctx, const json_t *vector)
{
	struct programs *programs = ctx;
	struct recorded *r = calloc(1, sizeof(*r));

	if (programs->n < MAX_PROGRAMS && *vector_str(vector, "jited") && recorded_read(r, vector)) {
		programs->r[programs->n++] = r;
	} else {
		recorded_free(r);
		free(r);
	}
	return 0;
}

/* Each program once. False: one failed. */
static bool round_of(const struct programs *programs, u64 *insns, u64 *passes)
{
	for (u32 i = 0; i < programs->n; i++) {
		const struct recorded *r = programs->r[i];
		struct rejited ours;

		if (!rejit(r, &ours))
			return false;
		*insns += r->len;
		for (u32 f = 0; f < r->program.nfuncs; f++)
			*passes += (u64)ours.build->func[f].npasses * r->funcs[f].len;
		rejited_free(&ours);
	}
	return true;
}

int main(void)
{
	struct programs programs = {.n = 0};
	u64 insns = 0, passes = 0;
	double begin, seconds, speed;
	struct why why;

	if (vector_each("test/kernel/opcodes.jsonl.gz", &why, add, &programs)) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	begin = now();
	do {
		if (!round_of(&programs, &insns, &passes)) {
			fprintf(stderr, "a program was not compiled\n");
			return 1;
		}
		seconds = now() - begin;
	} while (seconds < MIN_SECONDS);
	speed = insns / seconds / 1e6;
	printf("compiled  %6.1f M insns/s (%.1f passes each)", speed, (double)passes / insns);
	for (u32 i = 0; i < programs.n; i++) {
		recorded_free(programs.r[i]);
		free(programs.r[i]);
	}
	return bench_at_least(speed, LIMIT) ? 0 : 1;
}
