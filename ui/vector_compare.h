/*
 * Comparing what a real kernel answered with what the simulated one does. A class is one kind of question
 * about a vector. Classes whose stage does not exist yet are not in the table.
 */
#ifndef UI_VECTOR_COMPARE_H
#define UI_VECTOR_COMPARE_H

#include "vector.h"

/* The answer to one question about a vector. */
enum vector_outcome {
	DOES_NOT_APPLY,   /* the vector says nothing about this class */
	AGREES,
	DIFFERS,
};

struct vector_class {
	const char *name;
	enum vector_outcome (*compare)(const json_t *theirs, const json_t *ours);
	const char *const *fields;  /* of both sides, that say why; NULL at the end */
};

#define VECTOR_CLASSES 7

/* Is it the address of a symbol of the real kernel? These differ from one kernel to the next. */
static inline bool is_kernel_address(u64 number)
{
	return number >= 0xffff800000000000ull && number < 0xffffffffffff0000ull;
}

/* --- vector_code.c --- */

enum vector_outcome compare_xlated(const json_t *theirs, const json_t *ours);
enum vector_outcome compare_jited(const json_t *theirs, const json_t *ours);

extern const struct vector_class vector_classes[VECTOR_CLASSES];

#endif
