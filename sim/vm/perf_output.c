/*
 * bpf_perf_event_output: a sample for user space. What it may append from the context depends on the
 * program that runs: the packet, if there is one. Mirrors bpf_skb_event_output, bpf_xdp_event_output
 * (net/core/filter.c) and bpf_perf_event_output (kernel/trace/bpf_trace.c).
 */
#include "../maps/perf_event_array.h"
#include "internal.h"

#define CTXLEN_SHIFT 32

/* @size bytes of the packet that @ctx, a context of @type, holds: in place, or in *copy when it has fragments. */
static int packet_part(struct sim *sim, const struct prog_type *type, u64 ctx, u32 size, u8 **copy,
		       struct perf_part *part)
{
	struct packet_place place = {0};

	*part = (struct perf_part){0};
	if (!size)
		return 0;
	type->packet(ctx, &place);
	if (place.data && size <= place.end - place.data) {
		*part = (struct perf_part){(const void *)place.data, size};
		return 0;
	}
	if (!type->copy_packet || size > type->packet_size(ctx))
		return -EFAULT;
	*copy = sim_alloc(sim, size);
	if (!*copy)
		return -ENOSPC;
	type->copy_packet(ctx, 0, *copy, size);
	*part = (struct perf_part){*copy, size};
	return 0;
}

static s64 output(struct sim *sim, struct map *map, u64 flags, const struct perf_part part[2])
{
	struct perf_event *event;
	int err;

	event = perf_event_array_at(sim, map, flags, &err);
	if (!event)
		return err;
	if (event->open.config != PERF_COUNT_SW_BPF_OUTPUT)
		return -EINVAL;
	if (event->open.cpu != sim->clock->cpu)
		return -EOPNOTSUPP;
	return perf_event_output(sim, event, part);
}

/* @reg: the packet's context, then map, flags, data, size; @known: flags that may be set. */
static s64 output_with_packet(struct sim *sim, const struct prog_type *type, const u64 *reg, u64 known)
{
	struct perf_part part[2] = {{(const void *)reg[3], reg[4]}, {0}};
	u8 *copy = NULL;
	s64 result;

	if (reg[2] & ~known)
		return -EINVAL;
	result = packet_part(sim, type, reg[0], (reg[2] & BPF_F_CTXLEN_MASK) >> CTXLEN_SHIFT, &copy, &part[1]);
	if (!result)
		result = output(sim, map_of((const struct bpf_map_layout *)reg[1]), reg[2], part);
	sim_free(sim, copy);
	return result;
}

HELPER_FN(perf_event_output)
{
	const struct prog_type *type = vm_prog_type(sim->vm);
	u64 known = BPF_F_INDEX_MASK | (type && type->packet ? BPF_F_CTXLEN_MASK : 0);

	UNUSED_ARGS();
	return output_with_packet(sim, type, (const u64[]){sim->vm->ctx, r2, r3, r4, r5}, known);
}

/* Of programs that trace where packets come by: theirs is an argument, not the context. */
HELPER_FN(skb_output)
{
	return output_with_packet(sim, prog_type_by_id(BPF_PROG_TYPE_SCHED_CLS), (const u64[]){r1, r2, r3, r4, r5},
				  BPF_F_INDEX_MASK | BPF_F_CTXLEN_MASK);
}

HELPER_FN(xdp_output)
{
	return output_with_packet(sim, prog_type_by_id(BPF_PROG_TYPE_XDP), (const u64[]){r1, r2, r3, r4, r5},
				  BPF_F_INDEX_MASK | BPF_F_CTXLEN_MASK);
}
