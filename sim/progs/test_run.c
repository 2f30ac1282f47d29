/* BPF_PROG_TEST_RUN, the parts that all types share: see test_run.h. */
#include "test_run.h"

#include "../world/layout.h"

#define RESULT(field) offsetof(union bpf_attr, test.field)

int test_data_check(struct sim *sim, u32 size, u32 headroom, u32 tailroom)
{
	u32 most = ARENA_PAGE - headroom - tailroom;

	if (size > most)
		return sim_fail(&sim->why, -EINVAL,
				"a packet of %u bytes: at most %u fit in a page with what stands around it",
				size, most);
	return 0;
}

int test_data_in(struct sim *sim, const struct test_call *call, void *to, u64 from, u32 size)
{
	return size ? call->user->in(sim, call->task, to, from, size) : 0;
}

int test_ctx_in(struct sim *sim, const struct test_call *call, u32 size, void **ctx)
{
	u32 given = call->attr->test.ctx_size_in;
	int err;

	if (!call->attr->test.ctx_in && !call->attr->test.ctx_out)
		return 0;
	*ctx = sim_alloc(sim, size);
	if (!*ctx)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a context");
	if (!call->attr->test.ctx_in)
		return 0;
	err = call->user->tail_zero(sim, call->task, call->attr->test.ctx_in, size, given);
	if (err)
		return err;
	return call->user->in(sim, call->task, *ctx, call->attr->test.ctx_in, min_u64(given, size));
}

static int put_result(struct sim *sim, const struct test_call *call, u32 off, u32 value)
{
	return call->user->out(sim, call->task, call->uattr + off, &value, sizeof(value));
}

/* The fragments behind the first @at bytes, @room bytes in all: 0, 1 (not all fit) or -EFAULT. */
static int frags_out(struct sim *sim, const struct test_call *call, const struct skb_shared_info *info,
		     u32 at, u32 room)
{
	for (u32 i = 0; i < info->nr_frags; i++) {
		const struct bio_vec *frag = &info->frags[i];
		u32 n;

		if (at >= room)
			return 1;
		n = min_u64(room - at, frag->bv_len);
		if (call->user->out(sim, call->task, call->attr->test.data_out + at,
				    (void *)(frag->bv_page + frag->bv_offset), n))
			return -EFAULT;
		at += n;
	}
	return 0;
}

/* @room: bytes that may be written. */
static int packet_out(struct sim *sim, const struct test_call *call, const struct test_out *out, u32 room)
{
	s64 linear = (s64)room - (out->frags ? out->frags->xdp_frags_size : 0);

	if (linear < 0)
		return sim_fail(&sim->why, -ENOSPC, "data_size_out %u: not even the linear part fits", room);
	if (linear && call->user->out(sim, call->task, call->attr->test.data_out, out->data, linear))
		return -EFAULT;
	return out->frags ? frags_out(sim, call, out->frags, linear, room) : 0;
}

/* As in Linux, -ENOSPC also hides a bad address: it is decided first. */
static int no_room(struct sim *sim, const char *what, u32 room, u32 size)
{
	return sim_fail(&sim->why, -ENOSPC, "%s is %u, there are %u bytes", what, room, size);
}

int test_data_out(struct sim *sim, const struct test_call *call, const struct test_out *out)
{
	u32 hint = call->attr->test.data_size_out;
	bool cut = hint && out->size > hint;
	int err = 0;

	if (call->attr->test.data_out)
		err = packet_out(sim, call, out, cut ? hint : out->size);
	if (err >= 0 && (put_result(sim, call, RESULT(data_size_out), out->size) ||
			 put_result(sim, call, RESULT(retval), out->retval) ||
			 put_result(sim, call, RESULT(duration), out->duration)))
		err = -EFAULT;
	return cut || err > 0 ? no_room(sim, "data_size_out", hint, out->size) : err;
}

int test_ctx_out(struct sim *sim, const struct test_call *call, const void *ctx, u32 size)
{
	u32 room = call->attr->test.ctx_size_out;
	int err;

	if (!ctx || !call->attr->test.ctx_out)
		return 0;
	err = call->user->out(sim, call->task, call->attr->test.ctx_out, ctx, min_u64(size, room));
	if (!err)
		err = put_result(sim, call, RESULT(ctx_size_out), size);
	return room < size ? no_room(sim, "ctx_size_out", room, size) : err;
}
