/* Time: see time.h. The input log; snapshots are in snapshot.c. */
#include "time.h"
#include "cpu.h"
#include "sim.h"
#include "snapshot.h"

/*
 * A record of the log: this head, then @len bytes of data, padded to 8. Inputs have their kind; what
 * happened to user memory during an input follows it as RECORD_COPY_*.
 */
struct record {
	u32 kind;            /* enum input_kind or RECORD_COPY_* */
	u32 pid;
	s64 arg[4];          /* copies: user address, bytes, result */
	u32 len, cpu;
};

#define RECORD_COPY_IN 0x1000
#define RECORD_COPY_OUT 0x1001

struct timeline *timeline_new(struct sim *sim)
{
	struct timeline *t = sim->host->alloc(sim->host->ctx, sizeof(*t));

	if (t)
		memset(t, 0, sizeof(*t));
	return t;
}

void timeline_delete(struct sim *sim)
{
	struct timeline *t = sim->timeline;

	snapshots_drop_after(sim, 0);
	snapshots_delete(sim);
	sim->host->free(sim->host->ctx, t->edit);
	sim->host->free(sim->host->ctx, t->log);
	sim->host->free(sim->host->ctx, t);
}

/* --- the log --- */

static bool log_reserve(struct sim *sim, u64 more)
{
	struct timeline *t = sim->timeline;
	u64 room = t->log_room ? t->log_room : 4096;
	u8 *log;

	if (t->log_len + more <= t->log_room)
		return true;
	while (room < t->log_len + more)
		room *= 2;
	log = sim->host->alloc(sim->host->ctx, room);
	if (!log)
		return false;
	if (t->log_len)
		memcpy(log, t->log, t->log_len);
	sim->host->free(sim->host->ctx, t->log);
	t->log = log;
	t->log_room = room;
	return true;
}

static int log_append(struct sim *sim, const struct record *record, const void *data)
{
	struct timeline *t = sim->timeline;
	u64 padded = round_up_u64(record->len, 8);

	if (!log_reserve(sim, sizeof(*record) + padded))
		return sim_fail(&sim->why, -ENOMEM, "no memory for the input log");
	memcpy(t->log + t->log_len, record, sizeof(*record));
	memset(t->log + t->log_len + sizeof(*record), 0, padded);
	if (record->len)
		memcpy(t->log + t->log_len + sizeof(*record), data, record->len);
	t->log_len += sizeof(*record) + padded;
	sim->clock->log_pos = t->log_len;
	return 0;
}

/*
 * The record at the present position; its data in *data. False at the end of the log, or
 * when the log is damaged.
 */
static bool log_peek(const struct sim *sim, struct record *record, const u8 **data)
{
	const struct timeline *t = sim->timeline;
	u64 left = t->log_len - sim->clock->log_pos;

	if (left < sizeof(*record))
		return false;
	memcpy(record, t->log + sim->clock->log_pos, sizeof(*record));
	*data = t->log + sim->clock->log_pos + sizeof(*record);
	return round_up_u64(record->len, 8) <= left - sizeof(*record);
}

static void log_skip(struct sim *sim, const struct record *record)
{
	sim->clock->log_pos += sizeof(*record) + round_up_u64(record->len, 8);
}

static bool replaying(const struct sim *sim)
{
	return sim->clock->log_pos < sim->timeline->log_len;
}

/* --- edits --- */

/* The first edit at or after the present: its number; t->edits: there is none. */
static u32 next_edit(const struct sim *sim)
{
	const struct timeline *t = sim->timeline;
	u32 low = 0, high = t->edits;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (t->edit[middle] < sim->clock->step)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int note_edit(struct sim *sim, u64 step)
{
	struct timeline *t = sim->timeline;
	u32 room = t->edit_room ? 2 * t->edit_room : 64;
	u64 *more;

	if (t->edits == t->edit_room) {
		more = sim->host->alloc(sim->host->ctx, room * sizeof(*more));
		if (!more)
			return sim_fail(&sim->why, -ENOMEM, "no memory for the input log");
		if (t->edits)
			memcpy(more, t->edit, t->edits * sizeof(*more));
		sim->host->free(sim->host->ctx, t->edit);
		t->edit = more;
		t->edit_room = room;
	}
	t->edit[t->edits++] = step;
	return 0;
}

/* Notes the edits of the log from @pos on. False: no memory; what does not fit is found when it is replayed. */
static bool note_edits(struct sim *sim, u64 pos)
{
	const struct timeline *t = sim->timeline;
	struct record record;

	while (t->log_len - pos >= sizeof(record)) {
		memcpy(&record, t->log + pos, sizeof(record));
		if (record.kind == INPUT_EDIT && note_edit(sim, record.arg[2]))
			return false;
		pos += sizeof(record);
		if (round_up_u64(record.len, 8) > t->log_len - pos)
			return true;
		pos += round_up_u64(record.len, 8);
	}
	return true;
}

bool timeline_is_edit(const struct sim *sim)
{
	const struct timeline *t = sim->timeline;
	u32 next = t->edits ? next_edit(sim) : 0;
	struct record record;
	const u8 *data;

	return next < t->edits && t->edit[next] == sim->clock->step && log_peek(sim, &record, &data) &&
	       record.kind == INPUT_EDIT;
}

bool timeline_next_edit(struct sim *sim, struct input *input)
{
	return timeline_is_edit(sim) && timeline_next(sim, input);
}

u64 timeline_until_edit(const struct sim *sim)
{
	const struct timeline *t = sim->timeline;
	u32 next = t->edits ? next_edit(sim) : 0;

	return next < t->edits ? max_u64(t->edit[next] - sim->clock->step, 1) : UINT64_MAX;
}

/* --- forks --- */

static void fork_here(struct sim *sim)
{
	sim->timeline->edits = sim->timeline->edits ? next_edit(sim) : 0;
	snapshots_drop_after(sim, sim->clock->step);
	sim->timeline->log_len = sim->clock->log_pos;
	sim->timeline->end = sim->clock->step;
}

int timeline_record(struct sim *sim, const struct input *input)
{
	struct record record = {.kind = input->kind, .pid = input->pid, .len = input->len, .cpu = input->cpu};

	memcpy(record.arg, input->arg, sizeof(record.arg));
	/* In the midst of the last input there is a future without records. */
	if (replaying(sim) || sim->clock->step < sim->timeline->end)
		fork_here(sim);
	if (input->kind == INPUT_EDIT && note_edit(sim, sim->clock->step))
		return -ENOMEM;
	return log_append(sim, &record, input->data);
}

bool timeline_next(struct sim *sim, struct input *input)
{
	struct record record;
	const u8 *data;

	if (!replaying(sim) || !log_peek(sim, &record, &data))
		return false;
	*input = (struct input){
		.kind = record.kind, .pid = record.pid, .cpu = record.cpu, .len = record.len, .data = data};
	memcpy(input->arg, record.arg, sizeof(input->arg));
	log_skip(sim, &record);
	return true;
}

void timeline_cannot(struct sim *sim)
{
	if (sim->timeline->loading && !sim->timeline->unable.err)
		sim->timeline->unable = sim->why;
}

/*
 * A copy as it is in the log; anything else than the expected record means that the log does not
 * belong to this machine.
 */
static int replay_copy(struct sim *sim, u32 kind, void *dst, u64 uaddr, u64 n)
{
	struct record record;
	const u8 *data;

	if (!log_peek(sim, &record, &data) || record.kind != kind || (u64)record.arg[0] != uaddr ||
	    (u64)record.arg[1] != n || (dst && !record.arg[2] && record.len != n)) {
		sim->timeline->broken = true;
		return -EFAULT;
	}
	if (dst && !record.arg[2])
		memcpy(dst, data, n);
	log_skip(sim, &record);
	return record.arg[2] ? -EFAULT : 0;
}

static void tell_copied(const struct sim *sim, u32 pid, u64 uaddr, const void *bytes, u64 n)
{
	if (sim->host->copied)
		sim->host->copied(sim->host->ctx, pid, uaddr, bytes, n);
}

int timeline_copy_in(struct sim *sim, u32 pid, void *dst, u64 uaddr, u64 n)
{
	struct record record = {.kind = RECORD_COPY_IN, .pid = pid, .arg = {uaddr, n}};

	if (!n)
		return 0;
	if (replaying(sim)) {
		int err = replay_copy(sim, RECORD_COPY_IN, dst, uaddr, n);

		if (!err)
			tell_copied(sim, pid, uaddr, dst, n);
		return err;
	}
	record.arg[2] = n > UINT32_MAX ? -EFAULT : sim->host->copy_in(sim->host->ctx, pid, dst, uaddr, n);
	record.len = record.arg[2] ? 0 : n;
	if (log_append(sim, &record, dst))
		return -EFAULT;
	return record.arg[2] ? -EFAULT : 0;
}

int timeline_copy_out(struct sim *sim, u32 pid, u64 uaddr, const void *src, u64 n)
{
	struct record record = {.kind = RECORD_COPY_OUT, .pid = pid, .arg = {uaddr, n}};

	if (!n)
		return 0;
	if (replaying(sim)) {
		int err = replay_copy(sim, RECORD_COPY_OUT, NULL, uaddr, n);

		if (!err)
			tell_copied(sim, pid, uaddr, src, n);
		return err;
	}
	record.arg[2] = sim->host->copy_out(sim->host->ctx, pid, uaddr, src, n);
	if (log_append(sim, &record, NULL))
		return -EFAULT;
	return record.arg[2] ? -EFAULT : 0;
}

/* --- positions --- */

void timeline_tick(struct sim *sim, u64 spent_ns)
{
	struct timeline *t = sim->timeline;

	if (sim->clock->step > t->end)
		t->end = sim->clock->step;
	snapshots_tick(sim, spent_ns);
}

u64 sim_now(const struct sim *sim)
{
	return sim->clock->step;
}

u64 sim_end(const struct sim *sim)
{
	return sim->timeline->end;
}

int sim_goto(struct sim *sim, u64 step)
{
	u64 mask = sim->event_mask;

	if (step > sim->timeline->end)
		return sim_fail(&sim->why, -ERANGE, "step %llu is not recorded yet: the last one is %llu",
				(unsigned long long)step, (unsigned long long)sim->timeline->end);
	sim->event_mask = 0;
	snapshots_restore(sim, step);
	cpu_restored(sim);
	while (sim->clock->step < step)
		if (!sim_run(sim, step - sim->clock->step))
			break;
	sim->event_mask = mask;
	return 0;
}

const u8 *sim_log(const struct sim *sim, u64 *len)
{
	*len = sim->timeline->log_len;
	return sim->timeline->log;
}

int sim_load_log(struct sim *sim, const u8 *log, u64 len)
{
	struct timeline *t = sim->timeline;

	assert(!t->log_len);
	if (!log_reserve(sim, len))
		return sim_fail(&sim->why, -ENOMEM, "no memory for an input log of %llu bytes",
				(unsigned long long)len);
	memcpy(t->log, log, len);
	t->log_len = len;
	if (!note_edits(sim, 0))
		return sim->why.err;
	t->loading = true;
	while (!t->broken && !t->unable.err && sim_run(sim, 1 << 20))
		if (vm_waits_for(sim) && sim->clock->log_pos == len)
			break; /* who has the lock had not given it back when the log ended */
	t->loading = false;
	if (t->unable.err) {
		sim->why = t->unable;
		return t->unable.err;
	}
	if (!t->broken && sim->clock->log_pos == len)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"the input log does not fit: at byte %llu of %llu it is not what this machine did",
			(unsigned long long)sim->clock->log_pos, (unsigned long long)len);
}

int sim_set_future(struct sim *sim, const u8 *log, u64 len, u64 end)
{
	struct timeline *t = sim->timeline;
	u64 pos = sim->clock->log_pos;

	if (len < pos || end < sim->clock->step || memcmp(t->log, log, pos))
		return sim_fail(&sim->why, -EINVAL, "that future does not belong to this past");
	if (!log_reserve(sim, len - min_u64(len, t->log_len)))
		return sim_fail(&sim->why, -ENOMEM, "no memory for an input log of %llu bytes",
				(unsigned long long)len);
	fork_here(sim);
	memcpy(t->log + pos, log + pos, len - pos);
	t->log_len = len;
	t->end = end;
	return note_edits(sim, pos) ? 0 : sim->why.err;
}

struct timeline_cost timeline_cost(const struct sim *sim)
{
	const struct timeline *t = sim->timeline;

	return (struct timeline_cost){t->nsnapshots, t->versions * ARENA_PAGE, t->log_room};
}
