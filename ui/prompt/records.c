/*
 * `ring`, `perf`, `trace_pipe`: what programs have written for user space, and the reader who takes it out.
 * Without `read` they only look; `ring read` and `perf read` move the reader's position, as
 * ring_buffer__consume and perf_buffer__consume of libbpf do: an input at the present moment.
 */
#include <stdlib.h>
#include <string.h>

#include "../program.h"
#include "../record.h"
#include "change_words.h"
#include "prompt.h"

#define SAMPLE_MAX 65536u
#define LINE 400

/* "read NAME", "NAME", "": is it to be read, and which map? */
static const char *take_words(const char *args, bool *read)
{
	*read = strncmp(args, "read", 4) == 0 && (!args[4] || args[4] == ' ');
	return *read ? args + 4 + strspn(args + 4, " ") : args;
}

/* The loader's fds from @fd on: the next that leads to a map of such a kind and name, or -1. */
static int next_map(struct session *s, int fd, const char *name, bool (*fits)(const struct map *map),
		    struct map **map)
{
	for (; fd < TASK_MAX_FDS; fd++) {
		struct obj *obj = session_object(s, fd);

		if (!obj || obj->kind != OBJ_MAP)
			continue;
		*map = container_of(obj, struct map, obj);
		if (fits(*map) && (!*name || strncmp(obj->name, name, sizeof(obj->name) - 1) == 0))
			return fd;
	}
	return -1;
}

static void say_record(struct screen *sc, const void *data, u32 size, bool perf)
{
	char buf[LINE];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	record_text(debug_sim(&sc->debug), debug_prog(&sc->debug), data, size, perf, &text);
	screen_say(sc, "  %u bytes: %s\n", size, buf);
}

/* --- ring buffers --- */

static bool is_ring(const struct map *map)
{
	return map_ops(map)->traits & MAP_TRAIT_RESERVE;
}

static void say_ring(struct screen *sc, struct map *map)
{
	const struct ringbuf *ring = ringbuf_of(map);
	const struct ringbuf_header *header;

	screen_say(sc,
		   "ring buffer %s: producer at %llu, consumer at %llu, the reader was woken %llu times\n",
		   map->obj.name, (unsigned long long)ring->producer_pos,
		   (unsigned long long)ring->consumer_pos, (unsigned long long)ring->wakeups);
	for (u64 pos = ring->consumer_pos; (header = ringbuf_record(ring, pos));
	     pos += ringbuf_step(header->len)) {
		if (header->len & BPF_RINGBUF_DISCARD_BIT)
			screen_say(sc, "  discarded: the reader skips it\n");
		else
			say_record(sc, header + 1, header->len, false);
	}
	if (ring->consumer_pos == ring->producer_pos)
		screen_say(sc, "  nothing waits: the reader has taken everything\n");
	else if (!ringbuf_record(ring, ring->consumer_pos))
		screen_say(
			sc,
			"  the oldest record is reserved, and not submitted yet: the reader waits for it\n");
}

/* --- perf buffers --- */

static bool is_perf(const struct map *map)
{
	return map_ops(map)->value_kind == OBJ_PERF;
}

static void say_samples(struct screen *sc, const struct perf_event *event)
{
	u8 *buf = malloc(SAMPLE_MAX);
	const struct perf_event_header *header = (const void *)buf;
	u64 pos = event->page->data_tail;
	struct walk_record record;
	u32 size;

	while (buf && pos < event->head && (size = perf_record_at(event, pos, buf, SAMPLE_MAX))) {
		const struct event e = {.arg = {(u64)event, pos}};

		if (header->type == PERF_RECORD_LOST)
			screen_say(sc, "  %llu records found no room here\n",
				   (unsigned long long)((u64 *)buf)[2]);
		else if (record_of_perf(debug_sim(&sc->debug), &e, &record, buf, SAMPLE_MAX))
			say_record(sc, record.data, record.size, true);
		pos += size;
	}
	free(buf);
}

static void say_perf(struct screen *sc, struct map *map)
{
	struct sim *sim = debug_sim(&sc->debug);

	screen_say(sc,
		   "perf buffers of %s, one for each CPU: bpf(2) cannot look into them (errno ENOTSUPP, "
		   "524), one maps them\n",
		   map->obj.name);
	for (u32 cpu = 0; cpu < map->k.max_entries; cpu++) {
		const struct obj *obj = map_ops(map)->held(sim, map, &cpu);
		const struct perf_event *event = obj ? perf_event_of((struct obj *)obj) : NULL;

		if (!event || !event->page)
			continue;
		screen_say(sc,
			   "CPU %u: data_head %llu, data_tail %llu, lost %llu, the reader was woken %llu "
			   "times\n",
			   cpu, (unsigned long long)event->head, (unsigned long long)event->page->data_tail,
			   (unsigned long long)event->lost, (unsigned long long)event->wakeups);
		say_samples(sc, event);
	}
}

/* --- the commands --- */

static void look_or_read(struct screen *sc, const char *command, const char *args,
			 bool (*fits)(const struct map *map), void (*say)(struct screen *sc, struct map *map),
			 const char *missing)
{
	struct session *s = &sc->debug.session;
	struct map *map;
	bool read;
	const char *name = take_words(args, &read);
	int fd = next_map(s, 0, name, fits, &map);

	if (fd < 0) {
		screen_complain(sc, "%s: the loader holds no %s%s%.40s; `map list` lists its maps", command,
				missing, *name ? " named " : "", name);
		return;
	}
	for (; fd >= 0; fd = next_map(s, fd + 1, name, fits, &map))
		say(sc, map);
	if (read && debug_sim(&sc->debug)->work->kind)
		screen_complain(sc,
				"%s read: the CPU is in the midst of something; the reader comes after that",
				command);
	if (!read || debug_sim(&sc->debug)->work->kind || !begin_change(sc, command, args))
		return;
	reader_catch_up(s);
	end_change(sc, CHANGE_SHOW_FIRST, NULL);
}

void do_ring(struct screen *sc, const char *args)
{
	look_or_read(sc, "ring", args, is_ring, say_ring, "ring buffer");
}

void do_perf(struct screen *sc, const char *args)
{
	look_or_read(sc, "perf", args, is_perf, say_perf, "array of perf events");
}

/* As /sys/kernel/tracing/trace_pipe shows them. */
void do_trace_pipe(struct screen *sc, const char *args)
{
	struct sim *sim = debug_sim(&sc->debug);
	const struct trace *trace = sim->trace;
	u64 first = trace->count > TRACE_LINES ? trace->count - TRACE_LINES : 0;

	if (*args) {
		screen_complain(sc, "trace_pipe: takes nothing; found '%.40s'", args);
		return;
	}
	for (u64 i = first; i < trace->count; i++) {
		const struct trace_line *line = &trace->line[i % TRACE_LINES];
		const struct task *task = task_by_pid(sim, line->pid);

		screen_say(sc, "%16s-%-7u [%03u] %6llu.%06llu: bpf_trace_printk: %.200s\n",
			   line->pid ? task ? task->comm : "<...>" : "<idle>", line->pid, line->cpu,
			   (unsigned long long)(line->now / 1000000000),
			   (unsigned long long)(line->now / 1000 % 1000000), line->text);
	}
	if (!trace->count)
		screen_say(sc, "No program has printed anything (bpf_trace_printk).");
}
