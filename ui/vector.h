/*
 * Vectors: programs that a real Linux 6.1 was asked about, and its answers; JSON lines, gzip or not. The
 * fields are described in README.md of the folder that they come from.
 *
 * A vector is done again on a simulated kernel of its own, through system calls only. Our answers are put
 * into the same JSON form, so that comparing is comparing fields.
 */
#ifndef UI_VECTOR_H
#define UI_VECTOR_H

#include <jansson.h>

#include "../sim/sim.h"

struct vector_bench;

/* Memory for simulated kernels, one at a time. NULL with a message on stderr when the arena cannot be mapped.
 */
struct vector_bench *vector_bench_new(void);
void vector_bench_free(struct vector_bench *bench);
/* The file that the next vectors come from (not copied): some name object files in its folder. */
void vector_bench_file(struct vector_bench *bench, const char *path);

/* How the next vectors are run. 0, or -errno with the sentence. */
enum vector_engine {
	VECTOR_INTERPRETER,
	VECTOR_JIT,            /* as machine code */
	VECTOR_LOCKSTEP,       /* both: native_lockstep_result (sim/native/native.h) says how they compare */
	VECTOR_AS_WRITTEN,     /* as written, each access checked, though the verifier has accepted it */
};

int vector_bench_engine(struct vector_bench *bench, enum vector_engine engine, struct why *why);

/*
 * Boots a kernel, makes the maps, loads the program, runs it as recorded, looks at the maps. Our answer:
 * kernel_ret, kernel_errno, kernel_log (not when a map could not be made), tag, kernel_runs, kernel_peeks as
 * in the vector, and "why", the sentence of the first call that failed. Never NULL.
 */
json_t *vector_answer(struct vector_bench *bench, const json_t *vector, bool unprivileged);

/* Calls @fn for each line of the file. 0, -errno with the sentence, or what @fn returned when not 0. */
int vector_each(const char *path, struct why *why, int (*fn)(void *ctx, const json_t *vector), void *ctx);

/* Fields, with a default for those that are not there. */
const char *vector_str(const json_t *object, const char *field);
s64 vector_int(const json_t *object, const char *field);

#endif
