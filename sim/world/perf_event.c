/* Perf events: see perf_event.h. */
#include "perf_event.h"
#include "functions.h"
#include "tracepoint.h"
#include "world.h"

#define SAMPLE_PARTS (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_RAW)
#define PAGES_MAX (1u << 16)
#define DATA_HEAD_AT 1024u

static_assert(offsetof(struct perf_event_mmap_page, data_head) == DATA_HEAD_AT, "as user space knows it");

u32 uprobe_target(const char *path, u64 offset)
{
	u32 hash = 2166136261u ^ (u32)offset;

	for (; *path; path++)
		hash = (hash ^ (u8)*path) * 16777619u;
	return hash ? hash : 1;
}

/* What kind of event it is, as a hook. 0 or -errno. */
static int find_software(struct sim *sim, const struct perf_open *open, struct perf_event *event)
{
	switch (open->config) {
	case PERF_COUNT_SW_BPF_OUTPUT:
	case PERF_COUNT_SW_DUMMY:
		return 0;
	case PERF_COUNT_SW_CPU_CLOCK:
	case PERF_COUNT_SW_TASK_CLOCK:
		event->hook = HOOK_PERF;
		event->target = HOOK_PERF_TARGET;
		return 0;
	}
	return sim_fail(&sim->why, -ENOENT, "software event %llu is not simulated", (unsigned long long)open->config);
}

static int find_tracepoint(struct sim *sim, const struct perf_open *open, struct perf_event *event)
{
	struct tracepoint tp;

	if (open->config > UINT32_MAX || !tracepoint_by_id(open->config, &tp))
		return sim_fail(&sim->why, -EINVAL, "no tracepoint of the catalogue has the id %llu",
				(unsigned long long)open->config);
	event->hook = HOOK_TRACEPOINT;
	event->target = tp.id;
	return 0;
}

static int find_kprobe(struct sim *sim, const struct perf_open *open, struct perf_event *event)
{
	u32 id = function_id(sim, open->name);

	if (!id)
		return sim_fail(&sim->why, -ENOENT, "the kernel has no function %.60s", open->name);
	if (open->offset && open->config & PERF_PROBE_RETURN)
		return sim_fail(&sim->why, -EINVAL, "a return probe stands at the function's beginning");
	event->hook = open->config & PERF_PROBE_RETURN ? HOOK_KRETPROBE : HOOK_KPROBE;
	event->target = open->offset ? 0 : id;
	return 0;
}

static int find_uprobe(struct sim *sim, const struct perf_open *open, struct perf_event *event)
{
	(void)sim;
	event->hook = open->config & PERF_PROBE_RETURN ? HOOK_URETPROBE : HOOK_UPROBE;
	event->target = uprobe_target(open->name, open->offset);
	return 0;
}

static int (*const finders[])(struct sim *sim, const struct perf_open *open, struct perf_event *event) = {
	[PERF_TYPE_SOFTWARE] = find_software,
	[PERF_TYPE_TRACEPOINT] = find_tracepoint,
	[PERF_PMU_KPROBE] = find_kprobe,
	[PERF_PMU_UPROBE] = find_uprobe,
};

static int check(struct sim *sim, const struct perf_open *open)
{
	if (open->type >= ARRAY_SIZE(finders) || !finders[open->type])
		return sim_fail(&sim->why, -ENOENT,
				"perf event of type %u, config %llu: there are software events, tracepoints and probes",
				open->type, (unsigned long long)open->config);
	if (open->name[PERF_NAME - 1])
		return sim_fail(&sim->why, -EINVAL, "a name has no end within %u bytes", PERF_NAME);
	if (open->sample_type & ~(u64)SAMPLE_PARTS)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"sample_type 0x%llx: samples have TID, TIME, CPU and RAW here",
				(unsigned long long)open->sample_type);
	if (open->cpu >= sim->clock->ncpus && (open->cpu != PERF_ANY_CPU || !open->task))
		return sim_fail(&sim->why, -EINVAL, "CPU %u: the machine has %u", open->cpu,
				sim->clock->ncpus);
	if (open->pages > PAGES_MAX || (open->pages & (open->pages - 1)))
		return sim_fail(&sim->why, -EINVAL, "a ring of %u pages: a power of two, at most %u",
				open->pages, PAGES_MAX);
	return 0;
}

static u64 data_size(const struct perf_event *event)
{
	return (u64)event->open.pages * ARENA_PAGE;
}

static u8 *data_of(const struct perf_event *event)
{
	return (u8 *)event->page + ARENA_PAGE;
}

static int map_ring(struct sim *sim, struct perf_event *event)
{
	if (!event->open.pages)
		return 0;
	event->page = arena_alloc_pages(sim->arena, ARENA_PAGE + data_size(event), TAG_KERNEL, event);
	if (!event->page)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a ring of %u pages", event->open.pages);
	event->page->data_offset = ARENA_PAGE;
	event->page->data_size = data_size(event);
	return 0;
}

int perf_event_new(struct sim *sim, const struct perf_open *open, struct perf_event **out)
{
	int err = check(sim, open);
	struct perf_event *event;

	if (err)
		return err;
	event = sim_alloc(sim, sizeof(*event));
	if (!event)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a perf event");
	obj_init(&event->obj, OBJ_PERF, NULL);
	event->open = *open;
	event->enabled_at = sim_ktime(sim);
	event->enabled = !open->disabled;
	event->id = ++sim->world->perf_ids;
	err = finders[open->type](sim, open, event);
	if (!err)
		err = map_ring(sim, event);
	if (err)
		sim_free(sim, event);
	else
		*out = event;
	return err;
}

/* User space has closed it, and with it its mapping: samples have no place to go any more. */
static void release(struct sim *sim, struct obj *obj)
{
	struct perf_event *event = perf_event_of(obj);

	arena_free(sim->arena, event->page);
	event->page = NULL;
}

static void free_event(struct sim *sim, struct obj *obj)
{
	struct perf_event *event = perf_event_of(obj);

	hook_remove(sim, obj);
	if (event->own_prog)
		obj_put(sim, event->prog);
	sim_free(sim, event);
}

static void *mmap_page(struct sim *sim, struct obj *obj, u64 page, bool write, int *err)
{
	const struct perf_event *event = perf_event_of(obj);

	(void)write;
	if (event->page && page <= event->open.pages)
		return (u8 *)event->page + page * ARENA_PAGE;
	*err = sim_fail(&sim->why, -EINVAL, "page %llu: the ring has 1 page and %u of data", (unsigned long long)page,
			event->page ? event->open.pages : 0);
	return NULL;
}

/* --- writing --- */

/* Puts bytes at position @pos; NULL: leaves what is there. Returns the position behind them. */
static u64 put(struct perf_event *event, u64 pos, const void *from, u32 n)
{
	u64 mask = data_size(event) - 1;

	for (u32 done = 0, part; from && done < n; done += part) {
		u64 at = (pos + done) & mask;

		part = min_u64(n - done, mask + 1 - at);
		memcpy(data_of(event) + at, (const u8 *)from + done, part);
	}
	return pos + n;
}

static bool has_space(const struct perf_event *event, u64 size)
{
	u64 mask = data_size(event) - 1;

	return ((event->page->data_tail - (event->head + 1)) & mask) >= size;
}

static u64 put_lost(struct perf_event *event, u64 pos)
{
	const struct {
		struct perf_event_header header;
		u64 id, lost;
	} record = {{PERF_RECORD_LOST, 0, sizeof(record)}, event->id, event->lost};

	event->lost = 0;
	return put(event, pos, &record, sizeof(record));
}

/* The parts before the raw data; returns how many bytes. */
static u32 sample_head(const struct sim *sim, const struct perf_event *event, u64 out[3])
{
	u64 type = event->open.sample_type;
	u32 n = 0;

	if (type & PERF_SAMPLE_TID)
		out[n++] = sim->clock->pid | (u64)sim->clock->pid << 32;
	if (type & PERF_SAMPLE_TIME)
		out[n++] = sim_ktime(sim);
	if (type & PERF_SAMPLE_CPU)
		out[n++] = sim->clock->cpu;
	return n * sizeof(*out);
}

static bool wakes(struct perf_event *event, u64 head)
{
	u64 watermark = data_size(event) / 2;
	bool wake = head - event->wakeup_at > watermark;

	if (wake)
		event->wakeup_at += watermark;
	if (event->open.wakeup_events && ++event->samples >= event->open.wakeup_events) {
		event->samples -= event->open.wakeup_events;
		wake = true;
	}
	return wake;
}

static u64 put_sample(struct perf_event *event, u64 pos, const u64 *head, u32 head_size,
		      const struct perf_part part[2], u32 raw)
{
	struct perf_event_header header = {PERF_RECORD_SAMPLE, PERF_RECORD_MISC_KERNEL,
					   sizeof(header) + head_size};
	u32 said = raw - sizeof(said), pad = said - part[0].size - part[1].size;

	header.size += raw;
	pos = put(event, pos, &header, sizeof(header));
	pos = put(event, pos, head, head_size);
	if (!raw)
		return pos;
	pos = put(event, pos, &said, sizeof(said));
	pos = put(event, pos, part[0].data, part[0].size);
	pos = put(event, pos, part[1].data, part[1].size);
	return put(event, pos, NULL, pad);
}

int perf_event_output(struct sim *sim, struct perf_event *event, const struct perf_part part[2])
{
	u64 sum = (u64)part[0].size + part[1].size, head[3], pos;
	u32 head_size = sample_head(sim, event, head);
	u64 lost = event->lost,
	    raw = event->open.sample_type & PERF_SAMPLE_RAW ? round_up_u64(sum + sizeof(u32), 8) : 0;
	u64 size = sizeof(struct perf_event_header) + head_size + raw;
	bool wake;

	if (!event->page)
		return sim_fail(&sim->why, -ENOSPC, "the perf event's ring is not mapped");
	if (size > UINT16_MAX || !has_space(event, size + (event->lost ? 24 : 0))) {
		event->lost++;
		return sim_fail(&sim->why, -ENOSPC, "no room for %llu bytes in the perf event's ring",
				(unsigned long long)size);
	}
	pos = event->head;
	if (event->lost)
		pos = put_lost(event, pos);
	pos = put_sample(event, pos, head, head_size, part, raw);
	event->head = event->page->data_head = pos;
	wake = wakes(event, pos);
	event->wakeups += wake;
	event_send(sim, EV_PERF_SAMPLE, 0, (u64)event, pos - size, wake, lost);
	return 0;
}

/* --- reading --- */

int perf_event_read_local(struct sim *sim, const struct perf_event *event, struct perf_value *value)
{
	u64 on = sim_ktime(sim) - event->enabled_at;

	if (event->open.inherit)
		return sim_fail(&sim->why, -EOPNOTSUPP, "an inherited counter cannot be read here");
	if (event->open.cpu != sim->clock->cpu)
		return sim_fail(&sim->why, -EINVAL, "the counter of CPU %u, read on CPU %u", event->open.cpu,
				sim->clock->cpu);
	*value = (struct perf_value){event->open.config == PERF_COUNT_SW_CPU_CLOCK ? on : 0, on, on};
	return 0;
}

u32 perf_record_at(const struct perf_event *event, u64 pos, void *buf, u32 room)
{
	u64 mask = data_size(event) - 1;
	struct perf_event_header header;

	if (!event->page || event->head - pos < sizeof(header) || event->head - pos > mask)
		return 0;
	for (u32 i = 0; i < sizeof(header); i++)
		((u8 *)&header)[i] = data_of(event)[(pos + i) & mask];
	for (u32 i = 0; i < header.size && i < room; i++)
		((u8 *)buf)[i] = data_of(event)[(pos + i) & mask];
	return header.size;
}

const struct obj_ops perf_event_obj_ops = {
	.name = "perf_event",
	.file = "[perf_event]",
	.release = release,
	.free = free_event,
	.mmap = mmap_page,
};
