/* Reading perf events. Mirrors kernel/trace/bpf_trace.c. */
#include "../maps/perf_event_array.h"
#include "helper.h"

static int read_counter(struct sim *sim, u64 map, u64 flags, struct perf_value *value)
{
	struct perf_event *event;
	int err;

	if (flags & ~(u64)BPF_F_INDEX_MASK)
		return -EINVAL;
	event = perf_event_array_at(sim, map_of((const struct bpf_map_layout *)map), flags, &err);
	return event ? perf_event_read_local(sim, event, value) : err;
}

HELPER_FN(perf_event_read)
{
	struct perf_value value;
	int err = read_counter(sim, r1, r2, &value);

	UNUSED_ARGS();
	return err ? (u64)err : value.counter;
}

HELPER_FN(perf_event_read_value)
{
	struct perf_value *value = (struct perf_value *)r3;
	int err = r4 == sizeof(*value) ? read_counter(sim, r1, r2, value) : -EINVAL;

	UNUSED_ARGS();
	if (err)
		memset(value, 0, (u32)r4);
	return err;
}
