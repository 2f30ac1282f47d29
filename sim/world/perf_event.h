/*
 * Perf events: counters of one CPU, each with a ring that user space maps, and the records that
 * programs write into it.
 *
 * Mirrors the parts of kernel/events/core.c and ring_buffer.c that programs reach. The ring is the
 * kernel's: a page with data_head and data_tail, then the data.
 *
 * Simplified: software events (PERF_COUNT_SW_BPF_OUTPUT, _DUMMY, _CPU_CLOCK, _TASK_CLOCK), tracepoints, kprobes and
 * uprobes, which are there for the programs that are attached to them; of the parts of a sample TID, TIME, CPU and RAW;
 * the ring is mapped for writing, so that what nobody read is not overwritten. Waking is counted, nobody waits.
 */
#ifndef SIM_WORLD_PERF_EVENT_H
#define SIM_WORLD_PERF_EVENT_H

#include <linux/perf_event.h>

#include "../object.h"

#define PERF_NAME 64
#define PERF_ANY_CPU UINT32_MAX

/* What perf_event_open(2) and the mmap(2) after it say; stands in the input log. */
struct perf_open {
	u32 type, cpu;         /* PERF_ANY_CPU: of all, for a task */
	u64 config, sample_type;
	u32 wakeup_events;     /* wake the reader after so many samples; 0 = when the ring is half full */
	u32 pages;             /* of data: a power of two; 0 = the ring is not mapped */
	u32 inherit;
	/* of all but BPF_OUTPUT: */
	u32 task;              /* counts for this task only; 0 = for all */
	u32 disabled;          /* off from the start */
	u64 sample_period;
	u64 offset;            /* KPROBE, UPROBE: in the function, in the file */
	char name[PERF_NAME];  /* KPROBE: the function; UPROBE: the file */
};

/* Types of the PMUs that 6.1 registers when it boots, as /sys/bus/event_source/devices/NAME/type shows them. */
enum { PERF_PMU_KPROBE = 6, PERF_PMU_UPROBE = 7 };
#define PERF_PROBE_RETURN 1ull /* config: when the function is left */

struct perf_event {
	struct obj obj;
	struct perf_open open;
	u64 enabled_at;        /* simulated time, ns */
	bool enabled;
	/* the hook that it stands for (world/hook.h), NONE: none, and its target; 0: never passed */
	u32 hook, target;
	struct obj *prog;      /* that is attached to it, or NULL ... */
	bool own_prog;         /* ... with a reference of its own: by ioctl(2), not by a link */
	u64 id;
	u64 head;              /* position behind the last record; the page's data_head shows it */
	u64 lost;              /* records since the last one of type PERF_RECORD_LOST */
	u64 wakeup_at;         /* position that was waited for last */
	u32 samples;           /* since the reader was woken */
	u64 wakeups;
	struct perf_event_mmap_page *page; /* NULL: not mapped (any more); the data stands behind it */
};

static inline struct perf_event *perf_event_of(struct obj *obj)
{
	return container_of(obj, struct perf_event, obj);
}

/* The target of uprobes at @offset of the file @path. */
u32 uprobe_target(const char *path, u64 offset);
/* 0 and *out with one reference, or -ENOENT (no such event), -EINVAL, -EOPNOTSUPP, -ENOMEM. */
int perf_event_new(struct sim *sim, const struct perf_open *open, struct perf_event **out);
extern const struct obj_ops perf_event_obj_ops;

/* A part of the raw data of a sample. */
struct perf_part {
	const void *data;
	u32 size;
};

/* Writes a sample with the raw data @part[0] and @part[1]: 0 or -ENOSPC. Tells EV_PERF_SAMPLE. */
int perf_event_output(struct sim *sim, struct perf_event *event, const struct perf_part part[2]);

/* A counter with the time for which it was on and counting. */
struct perf_value {
	u64 counter, enabled, running;
};

/* Reads the counter on the CPU that runs: 0, -EINVAL (of another CPU), -EOPNOTSUPP (inherited). */
int perf_event_read_local(struct sim *sim, const struct perf_event *event, struct perf_value *value);

/*
 * The record at position @pos of the ring (data_tail .. data_head) as a reader finds it: copied to @buf, at
 * most @room bytes. Its size, or 0 when there is none.
 */
u32 perf_record_at(const struct perf_event *event, u64 pos, void *buf, u32 room);

#endif
