/*
 * What BPF_PROG_TEST_RUN does for every type with a packet: copying it and the context in and out
 * (net/bpf/test_run.c, bpf_test_init, bpf_ctx_init, bpf_test_finish, bpf_ctx_finish).
 */
#ifndef SIM_PROGS_TEST_RUN_H
#define SIM_PROGS_TEST_RUN_H

#include "prog_type.h"

/*
 * The size check and the copying of @size bytes from data_in. The packet, @headroom and @tailroom must fit
 * in a page. Later parts of long packets are at @from. 0, -EINVAL, -EFAULT.
 */
int test_data_check(struct sim *sim, u32 size, u32 headroom, u32 tailroom);
int test_data_in(struct sim *sim, const struct test_call *call, void *to, u64 from, u32 size);
/*
 * A context of at most @size bytes from ctx_in, in arena memory: *ctx stays NULL when the caller gave
 * neither ctx_in nor ctx_out. 0, -E2BIG (non-zero bytes beyond @size), -EFAULT, -ENOMEM.
 */
int test_ctx_in(struct sim *sim, const struct test_call *call, u32 size, void **ctx);

/* A packet to be copied out: its linear part and its fragments, NULL = none. */
struct test_out {
	const void *data;
	u32 size;                            /* bytes in all */
	const struct skb_shared_info *frags;
	u32 retval, duration;
};

/* 0, -ENOSPC (data_size_out is too small: what fits is copied, and the results are there), -EFAULT. */
int test_data_out(struct sim *sim, const struct test_call *call, const struct test_out *out);
int test_ctx_out(struct sim *sim, const struct test_call *call, const void *ctx, u32 size);

#endif
