/* TEST_RUN of SK_LOOKUP: struct prog_type's functions. */
#ifndef SIM_PROGS_LOOKUP_TEST_H
#define SIM_PROGS_LOOKUP_TEST_H

#include "prog_type.h"

int lookup_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run, void **state);
void lookup_test_again(struct sim *sim, void *state);
int lookup_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
void lookup_test_free(struct sim *sim, void *state);

#endif
