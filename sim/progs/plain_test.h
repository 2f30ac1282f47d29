/* TEST_RUN with a context that the caller gives byte by byte: struct prog_type's functions. */
#ifndef SIM_PROGS_PLAIN_TEST_H
#define SIM_PROGS_PLAIN_TEST_H

#include "prog_type.h"

int raw_tp_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		      void **state);
int syscall_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
		       void **state);
int plain_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
void plain_test_free(struct sim *sim, void *state);

#endif
