/* Messages that are sent through sockets of a map (net/core/filter.c, bpf_msg_*). */
#include "../world/sk_msg.h"
#include "helper.h"

static struct sk_msg_bytes *message(u64 ctx)
{
	return container_of((struct sk_msg *)ctx, struct sk_msg_bytes, k);
}

HELPER_FN(msg_apply_bytes)
{
	UNUSED_ARGS();
	message(r1)->k.apply_bytes = r2;
	return 0;
}

HELPER_FN(msg_cork_bytes)
{
	UNUSED_ARGS();
	message(r1)->k.cork_bytes = r2;
	return 0;
}

HELPER_FN(msg_pull_data)
{
	struct sk_msg_bytes *m = message(r1);
	u32 start = r2, end = r3;

	UNUSED_ARGS();
	if (r4 || end <= start || start >= m->k.sg_size || end > m->k.sg_size)
		return -EINVAL;
	if (end > m->first)
		m->first = m->k.sg_size;
	m->k.data = (u64)m->bytes + start;
	m->k.data_end = (u64)m->bytes + end;
	return 0;
}

/* The first piece of the message ends where something has been put in or taken out. */
HELPER_FN(msg_push_data)
{
	struct sk_msg_bytes *m = message(r1);
	u32 start = r2, len = r3;

	UNUSED_ARGS();
	if (r4)
		return -EINVAL;
	if (!len)
		return 0;
	if (start > m->k.sg_size)
		return -EINVAL;
	if (len > m->room - m->k.sg_size)
		return -ENOMEM;
	memmove(m->bytes + start + len, m->bytes + start, m->k.sg_size - start);
	memset(m->bytes + start, 0, len);
	m->k.sg_size += len;
	m->first = !start ? len : min_u64(m->first, start);
	sk_msg_show(m);
	return 0;
}

HELPER_FN(msg_pop_data)
{
	struct sk_msg_bytes *m = message(r1);
	u32 start = r2, len = r3;

	UNUSED_ARGS();
	if (r4)
		return -EINVAL;
	if (!len)
		return 0;
	if (start >= m->k.sg_size || (u64)start + len > m->k.sg_size)
		return -EINVAL;
	memmove(m->bytes + start, m->bytes + start + len, m->k.sg_size - start - len);
	m->k.sg_size -= len;
	if (start)
		m->first = min_u64(m->first, start);
	else
		m->first = len < m->first ? m->first - len : m->k.sg_size;
	sk_msg_show(m);
	return 0;
}
