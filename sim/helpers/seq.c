/*
 * What the programs of iterators write: text for the file that is read. Mirrors kernel/trace/bpf_trace.c and
 * fs/seq_file.c. A file that is full stays so: all that was written for the object at hand is dropped, and the object
 * is shown again by the next read.
 */
#include "../world/layout_iter.h"
#include "bprintf.h"
#include "helper.h"

static u64 overflow(struct k_seq_file *seq)
{
	seq->count = seq->size;
	return -EOVERFLOW;
}

HELPER_FN(seq_printf)
{
	struct k_seq_file *seq = (struct k_seq_file *)r1;
	u64 room = seq->size - seq->count;
	s64 nargs = bprintf_args(r4, r5), len = nargs;

	if (nargs >= 0)
		len = bprintf(sim, (char *)seq->buf + seq->count, room, (const char *)r2, (u32)r3, (const u64 *)r4, nargs);
	if (len < 0)
		return len;
	if ((u64)len >= room)
		return overflow(seq);
	seq->count += len;
	return 0;
}

HELPER_FN(seq_write)
{
	struct k_seq_file *seq = (struct k_seq_file *)r1;
	u32 len = r3;

	UNUSED_ARGS();
	if (seq->count + len >= seq->size)
		return overflow(seq);
	memcpy((u8 *)seq->buf + seq->count, (const void *)r2, len);
	seq->count += len;
	return 0;
}
