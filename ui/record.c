/* Records for user space: see record.h. */
#include "record.h"

#include "program.h"

#define SAMPLE_WORDS (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU)

/* --- words --- */

static bool fits(const struct btf_type *t, u32 size, bool padded)
{
	u32 need = padded ? round_up_u64(t->size + sizeof(u32), 8) - sizeof(u32) : t->size;

	return btf_kind(t) == BTF_KIND_STRUCT && t->name_off && need == size;
}

static bool is_kernels(const struct sim *sim, const char *name)
{
	return sim->host->vmlinux && btf_find(sim->host->vmlinux, name, BTF_KIND_STRUCT);
}

/* The only struct of the program's own that a record of @size bytes can be; 0 = none, or several. */
static u32 type_of_record(const struct sim *sim, const struct btf_types *types, u32 size, bool padded)
{
	u32 found = 0;

	for (u32 id = types->start_id; id < types->end_id; id++) {
		const struct btf_type *t = btf_type_by_id(types, id);

		if (!t || !fits(t, size, padded) || is_kernels(sim, btf_name(types, id)))
			continue;
		if (found)
			return 0;
		found = id;
	}
	return found;
}

void record_text(const struct sim *sim, const struct prog *prog, const void *data, u32 size, bool padded,
		 struct text *out)
{
	const struct btf *btf = prog ? btf_of(prog->btf) : NULL;
	u32 id = btf ? type_of_record(sim, &btf->types, size, padded) : 0;

	if (id) {
		btf_decl_text(&btf->types, id, "", out);
		text_add(out, " ");
		btf_show(&btf->types, id, data, btf_type_by_id(&btf->types, id)->size, out);
	} else {
		btf_show(NULL, 0, data, size, out);
	}
}

bool record_of_ring(const struct sim *sim, const struct event *e, struct walk_record *record)
{
	*record = (struct walk_record){
		.map = (const struct map *)obj_by_id((struct sim *)sim, OBJ_MAP, e->obj),
		.data = (const void *)e->arg[0],
		.size = e->arg[1],
		.discarded = e->arg[2],
		.woken = e->arg[3],
	};
	return record->map;
}

bool record_of_perf(const struct sim *sim, const struct event *e, struct walk_record *record, u8 *buf,
		    u32 room)
{
	const struct perf_event *event = (const struct perf_event *)e->arg[0];
	u32 words = __builtin_popcountll(event->open.sample_type & SAMPLE_WORDS);
	u32 at = sizeof(struct perf_event_header) + 8 * words;
	u32 size = perf_record_at(event, e->arg[1], buf, room), raw;

	(void)sim;
	if (!(event->open.sample_type & PERF_SAMPLE_RAW) || size < at + sizeof(raw) || size > room)
		return false;
	memcpy(&raw, buf + at, sizeof(raw));
	*record = (struct walk_record){
		.perf = true,
		.cpu = event->open.cpu,
		.data = buf + at + sizeof(raw),
		.size = min_u64(raw, size - at - sizeof(raw)),
		.woken = e->arg[2],
		.lost = e->arg[3],
	};
	return true;
}

/* --- the reader --- */

static s64 put_event(struct walk *w, int map_fd, u32 cpu)
{
	const struct perf_open open = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.cpu = cpu,
		.wakeup_events = 1,
		.pages = 64,
	};
	struct session *s = w->session;
	s64 fd = sim_perf_open(s->sim, s->pid, &open);
	union bpf_attr attr = {.map_fd = map_fd};
	u32 value = fd;

	if (fd < 0)
		return fd;
	user_reset(s->user);
	attr.key = user_put(s->user, &cpu, sizeof(cpu));
	attr.value = user_put(s->user, &value, sizeof(value));
	return walk_bpf(w, BPF_MAP_UPDATE_ELEM, user_put_attr(s->user, &attr, ATTR_END(flags)),
			ATTR_END(flags));
}

s64 reader_open(struct walk *w)
{
	struct sim *sim = w->session->sim;
	s64 err = 0;

	for (int fd = 0; fd < TASK_MAX_FDS && err >= 0; fd++) {
		const struct obj *obj = session_object(w->session, fd);
		const struct map *map =
			obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;

		if (!map || map_ops(map)->value_kind != OBJ_PERF)
			continue;
		for (u32 cpu = 0; cpu < sim->clock->ncpus && cpu < map->k.max_entries && err >= 0; cpu++)
			err = put_event(w, fd, cpu);
	}
	return err;
}

/* The position behind the last record that can be read. */
static u64 end_of_ring(const struct ringbuf *ring)
{
	const struct ringbuf_header *header;
	u64 pos = ring->consumer_pos;

	while ((header = ringbuf_record(ring, pos)))
		pos += ringbuf_step(header->len);
	return pos;
}

static void read_ring(struct session *s, int fd, const struct ringbuf *ring)
{
	u64 pos = end_of_ring(ring);

	if (pos != ring->consumer_pos)
		sim_store(s->sim, s->pid, fd, 0, &pos, sizeof(pos));
}

static void read_perf(struct session *s, int fd, const struct perf_event *event)
{
	u64 pos = event->head;

	if (event->page && pos != event->page->data_tail)
		sim_store(s->sim, s->pid, fd, offsetof(struct perf_event_mmap_page, data_tail), &pos,
			  sizeof(pos));
}

void reader_catch_up(struct session *s)
{
	const struct task *task = task_by_pid(s->sim, s->pid);

	for (int fd = task ? fd_next(task, 0) : -1; fd >= 0; fd = fd_next(task, fd + 1)) {
		struct obj *obj = fd_file(task, fd)->obj;
		const struct map *map =
			obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;

		if (obj && obj->kind == OBJ_PERF)
			read_perf(s, fd, perf_event_of(obj));
		if (map && (map_ops(map)->traits & MAP_TRAIT_RESERVE))
			read_ring(s, fd, ringbuf_of(map));
	}
}
