/* TEST_RUN of FLOW_DISSECTOR: struct prog_type's functions. */
#ifndef SIM_PROGS_FLOW_TEST_H
#define SIM_PROGS_FLOW_TEST_H

#include "prog_type.h"

int flow_test_begin(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run, void **state);
void flow_test_again(struct sim *sim, void *state);
int flow_test_end(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
void flow_test_free(struct sim *sim, void *state);

#endif
