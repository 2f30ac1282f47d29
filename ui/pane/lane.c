/* The user lane: what the process has asked the kernel about its maps, and what it was told, in order. */
#include "../call_memory.h"
#include "../map_meaning.h"
#include "../map_show.h"
#include "../program.h"
#include "pane.h"

static bool is_element_call(int cmd)
{
	return cmd == BPF_MAP_LOOKUP_ELEM || cmd == BPF_MAP_UPDATE_ELEM || cmd == BPF_MAP_DELETE_ELEM ||
	       cmd == BPF_MAP_GET_NEXT_KEY;
}

static const struct map *map_of_fd(const struct debug *d, u32 fd)
{
	const struct obj *obj = session_object((struct session *)&d->session, fd);

	return obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;
}

static void add_key(struct sheet *s, const struct map *map, const struct call_part *part, enum role role)
{
	char said[120];
	struct text text;

	text_init(&text, said, sizeof(said));
	if (part && part->len == map->k.key_size)
		map_key_text(map, part->bytes, &text);
	sheet_add(s, role, "%s", said[0] ? said : "NULL");
}

/* The value of each CPU, where there are several. */
static void add_value(const struct view *v, struct sheet *s, const struct map *map,
		      const struct call_part *part)
{
	u32 size = map->k.value_size, step = (size + 7) / 8 * 8;

	for (u32 off = 0; part && off + size <= part->len; off += step) {
		char said[300];
		struct text text;

		text_init(&text, said, sizeof(said));
		map_passed_text(debug_sim(v->d), map, part->bytes + off, part->written, &text);
		sheet_add(s, ROLE_CHANGED, "%s%s", off ? " | " : "", said);
	}
}

static void add_answer(const struct view *v, struct sheet *s, const struct debug_call *call,
		       const struct map *map)
{
	const struct call_part *second = call_part_of(v->d, call, attr_fields(call->cmd, &call->attr) + 2);

	if (call->result == -ENOENT && call->cmd == BPF_MAP_GET_NEXT_KEY)
		sheet_add(s, ROLE_QUIET, "ENOENT: that was the last key");
	else if (call->result < 0)
		sheet_add(s, ROLE_BAD, "-1, %s", errno_name(call->result));
	else if (call->cmd == BPF_MAP_GET_NEXT_KEY)
		add_key(s, map, second, ROLE_PLAIN);
	else if (call->cmd == BPF_MAP_LOOKUP_ELEM)
		add_value(v, s, map, second);
	else
		sheet_add(s, ROLE_GOOD, "done");
}

static void one_call(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	static const char *const verbs[] = {
		[BPF_MAP_LOOKUP_ELEM] = "lookup",
		[BPF_MAP_UPDATE_ELEM] = "update",
		[BPF_MAP_DELETE_ELEM] = "delete",
		[BPF_MAP_GET_NEXT_KEY] = "next key",
	};
	const struct map *map = map_of_fd(v->d, call->attr.map_fd);
	bool now = call->step + 1 == debug_now(v->d);
	const struct attr_field *f = attr_fields(call->cmd, &call->attr);

	sheet_line(s, call->step);
	if (now)
		sheet_at(s);
	if (!sheet_wants(s) || !map)
		return;
	sheet_add(s, ROLE_CURRENT, "%s", now ? "=>" : "");
	sheet_to(s, 3);
	sheet_add(s, ROLE_QUIET, "%s", verbs[call->cmd]);
	sheet_to(s, 12);
	sheet_add(s, ROLE_PLAIN, "%s%s", map->obj.name,
		  call->cmd == BPF_MAP_GET_NEXT_KEY ? words(", after ") : "[");
	add_key(s, map, call_part_of(v->d, call, f + 1), ROLE_PLAIN);
	if (call->cmd != BPF_MAP_GET_NEXT_KEY)
		sheet_add(s, ROLE_PLAIN, "]");
	if (call->cmd == BPF_MAP_UPDATE_ELEM) {
		sheet_add(s, ROLE_PLAIN, " = ");
		add_value(v, s, map, call_part_of(v->d, call, f + 2));
	}
	sheet_add(s, ROLE_BORDER, " → ");
	add_answer(v, s, call, map);
}

/* Records are read from memory that is shared with the kernel: no call, but a store of how far it has read.
 */
static void one_ring(const struct view *v, struct sheet *s, const struct moment_mark *mark)
{
	bool now = mark->step == debug_now(v->d);

	sheet_line(s, mark->step);
	if (now)
		sheet_at(s);
	sheet_add(s, ROLE_CURRENT, "%s", now ? "=>" : "");
	sheet_to(s, 3);
	sheet_add(s, ROLE_QUIET, "shared memory: new records read, without a call");
}

static bool is_ring_read(const struct moment_mark *mark)
{
	return mark->kind == EV_INPUT && mark->arg == INPUT_STORE;
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct debug *d = v->d;
	u32 mark = 0;

	for (u32 i = 0; i <= d->calls; i++) {
		u64 until = i < d->calls && d->call[i].step < debug_now(d) ? d->call[i].step : debug_now(d);

		for (; mark < d->marks && d->mark[mark].step <= until; mark++)
			if (is_ring_read(&d->mark[mark]))
				one_ring(v, s, &d->mark[mark]);
		if (i == d->calls || d->call[i].step >= debug_now(d))
			break;
		if (is_element_call(d->call[i].cmd))
			one_call(v, s, &d->call[i]);
	}
	if (!s->lines)
		sheet_nothing(s, "The process has not asked about its maps yet. It cannot look into the "
				 "kernel's memory: it asks "
				 "with system calls, or reads memory that it shares with the kernel.");
}

static bool changed(const struct view *v)
{
	const struct debug_call *call = debug_call(v->d);

	return debug_happened(v->d, EV_SYSCALL_EXIT) && call && is_element_call(call->cmd);
}

const struct pane pane_lane = {
	.name = "lane",
	.title = "user lane: what the process sees",
	.help = "The other end of the way from kernel to user: each call with which the process has asked "
		"about a map, and "
		"the answer. next key goes from key to key (NULL: the first one) until ENOENT says that "
		"there is none "
		"left; lookup copies a value out. Of per-CPU maps it gets the values of all CPUs, | between "
		"them. Ring "
		"and perf buffers are read from shared memory, without a call.",
	.draw = draw,
	.changed = changed,
};
