/* A walk as JSON: see walk_json.h. Numbers that may need 64 bits and addresses are strings with "0x". */
#include <stdio.h>
#include <stdlib.h>

#include "attr.h"
#include "cli.h"
#include "map_show.h"
#include "map_summary.h"
#include "record.h"
#include "walk_done.h"
#include "walk_json.h"

json_t *walk_json_string(const char *text)
{
	json_t *s = json_string(text);
	char buf[512];
	size_t n = 0;

	if (s)
		return s;
	for (; text[n] && n < sizeof(buf) - 1; n++)
		buf[n] = (unsigned char)text[n] < 0x80 ? text[n] : '?';
	buf[n] = 0;
	return json_string(buf);
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *hex(u64 value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *object_json(const struct obj *obj)
{
	static const char *const kinds[OBJ_KINDS] = {
		[OBJ_BTF] = "btf", [OBJ_MAP] = "map", [OBJ_PROG] = "prog", [OBJ_LINK] = "link",
	};
	json_t *o = json_object();

	set(o, "kind", json_string(kinds[obj->kind] ? kinds[obj->kind] : "other"));
	set(o, "id", json_integer(obj->id));
	set(o, "refs", json_integer(obj->refs));
	if (obj->name[0])
		set(o, "name", walk_json_string(obj->name));
	return o;
}

static json_t *attr_json(const struct session *s, const struct walk_call *call)
{
	json_t *o = json_object();

	for (const struct attr_field *f = attr_fields(call->cmd, call->attr); f && f->name; f++) {
		char line[256];
		struct text text;

		if (attr_is_zero(f, call->attr))
			continue;
		text_init(&text, line, sizeof(line));
		attr_text(s, f, call->attr, &text);
		set(o, f->name, walk_json_string(line));
	}
	return o;
}

static json_t *check_json(const struct walk_check *check)
{
	static const char *const kinds[] = {[CFG_TREE] = "tree", [CFG_BACK] = "back", [CFG_CROSS] = "cross"};
	json_t *o = json_object(), *edges = json_array();

	for (u32 i = 0; i < check->edges; i++)
		json_array_append_new(edges, json_pack("[iis]", (int)check->edge[i].from,
						       (int)check->edge[i].to, kinds[check->edge[i].kind]));
	set(o, "explored", json_integer(check->explored));
	set(o, "edges", edges);
	if (check->found.walked)
		set(o, "paths", diagnosis_cost_json(&check->found));
	if (check->found.rejected)
		set(o, "rejected", diagnosis_json(&check->found));
	return o;
}

static void on_call(struct walk *w, const struct walk_call *call)
{
	struct walk_json *j = w->view_ctx;
	json_t *o = json_object();
	const char *name =
		call->cmd >= 0 && call->cmd < (int)bpf_commands_count ? bpf_commands[call->cmd].name : NULL;

	set(o, "number", json_integer(call->number));
	set(o, "pid", json_integer(call->pid));
	set(o, "cmd", json_integer(call->cmd));
	if (name)
		set(o, "name", json_string(name));
	set(o, "size", json_integer(call->size));
	set(o, "attr", attr_json(w->session, call));
	set(o, "result", json_integer(call->result < 0 ? -1 : call->result));
	if (call->result < 0) {
		set(o, "errno", json_string(errno_name(call->result)));
		set(o, "why", walk_json_string(call->why));
	}
	if (call->opened)
		set(o, "opened", object_json(call->opened));
	json_array_append_new(j->calls, o);
	if (call->cmd == BPF_PROG_LOAD)
		json_array_append_new(j->checks, check_json(&w->check));
}

static void on_run_begin(struct walk *w, const struct walk_run *run)
{
	struct walk_json *j = w->view_ctx;

	(void)run;
	json_decref(j->insns);
	j->insns = w->trace ? json_array() : NULL;
}

static json_t *registers_json(const struct walk *w, const struct walk_insn *i)
{
	json_t *o = json_object();

	for (int r = 0; r < MAX_BPF_REGS; r++) {
		char name[16], line[128];
		struct text text;

		if (i->before[r] == i->after[r])
			continue;
		snprintf(name, sizeof(name), "r%d", r);
		text_init(&text, line, sizeof(line));
		walk_value_text(w->session->sim, i->after[r], &text);
		set(o, name, walk_json_string(line));
	}
	return o;
}

static void on_insn(struct walk *w, const struct walk_insn *i)
{
	struct walk_json *j = w->view_ctx;
	json_t *o = json_object();
	char line[256];
	struct text text;

	text_init(&text, line, sizeof(line));
	if (i->insn)
		walk_insn_text_of(w->session->sim, i->prog, i->pc, i->translated, &text);
	set(o, "pc", json_integer(i->pc));
	set(o, "written", json_integer(i->written));
	set(o, "frame", json_integer(i->frame));
	set(o, "text", walk_json_string(line));
	set(o, "changed", registers_json(w, i));
	json_array_append_new(j->insns, o);
}

static void on_printk(struct walk *w, const char *text, u64 len)
{
	struct walk_json *j = w->view_ctx;
	char line[512];

	snprintf(line, sizeof(line), "%.*s", (int)min_u64(len, sizeof(line) - 1), text);
	json_array_append_new(j->printk, walk_json_string(line));
}

/* All that was read, in one string. */
static void on_output(struct walk *w, const char *text, u64 len)
{
	struct walk_json *j = w->view_ctx;
	const char *before = json_string_value(j->output);
	size_t had = before ? strlen(before) : 0;
	char *all = malloc(had + len + 1);

	if (!all)
		return;
	memcpy(all, before ? before : "", had);
	memcpy(all + had, text, len);
	all[had + len] = 0;
	j->output = walk_json_string(all);
	set(j->document, "output", j->output);
	free(all);
}

static json_t *hex_string(const u8 *data, u32 size)
{
	char *hex = malloc(2 * (size_t)size + 1);
	json_t *string;

	for (u32 i = 0; hex && i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", data[i]);
	string = json_string(hex && size ? hex : "");
	free(hex);
	return string;
}

static void on_record(struct walk *w, const struct walk_record *r)
{
	struct walk_json *j = w->view_ctx;
	const struct sim *sim = w->session->sim;
	json_t *o = json_object();
	char buf[1024];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	record_text(sim, sim->vm->prog, r->data, r->size, r->perf, &text);
	set(o, "run", json_integer(w->runs));
	set(o, "kind", json_string(r->perf ? "perf" : "ringbuf"));
	if (r->perf)
		set(o, "cpu", json_integer(r->cpu));
	else
		set(o, "map", json_string(r->map->obj.name));
	set(o, "data", hex_string(r->data, r->size));
	set(o, "text", walk_json_string(buf));
	set(o, "discarded", json_boolean(r->discarded));
	set(o, "woken", json_boolean(r->woken));
	set(o, "lost", json_integer(r->lost));
	json_array_append_new(j->records, o);
}

static void on_run_end(struct walk *w, const struct walk_run *run)
{
	struct walk_json *j = w->view_ctx;
	json_t *o = json_object();
	char name[32];
	struct text text;

	set(o, "number", json_integer(run->number));
	set(o, run->event ? "event" : "packet", walk_json_string(run->packet));
	if (run->event || run->hop)
		set(o, "place", walk_json_string(run->place));
	if (run->prog) {
		text_init(&text, name, sizeof(name));
		if (run->callback)
			text_add(&text, "%d", (s32)run->retval);
		else if (run->classifies)
			walk_class_text(run->retval, &text);
		else
			walk_retval_text(run->prog, run->retval, &text);
		set(o, "prog", json_integer(run->prog->obj.id));
		set(o, "retval", json_integer(run->retval));
		set(o, "action", walk_json_string(name));
		set(o, "insns", run->insns ? json_integer(run->insns) : json_null()); /* null: machine code */
	}
	if (run->fault)
		set(o, "fault", json_pack("{siss}", "pc", (int)run->fault->pc, "text", run->fault->text));
	if (j->insns)
		set(o, "trace", j->insns);
	j->insns = NULL;
	json_array_append_new(j->runs, o);
}

static void on_arrival(struct walk *w, const struct walk_arrival *a)
{
	struct walk_json *j = w->view_ctx;

	json_array_append_new(j->arrivals,
			      json_pack("{sI so so sb sI}", "run", (json_int_t)a->run, "place",
					walk_json_string(a->place), "fate", walk_json_string(a->fate),
					"arrived", a->good, "result", (json_int_t)a->result));
}

/* --- the end --- */

struct elements {
	struct sim *sim;
	struct map *map;
	json_t *array;
};

static bool add_element(void *ctx, const void *key, const void *value)
{
	struct elements *e = ctx;
	char k[512], v[4096];
	struct text key_text, value_text;

	text_init(&key_text, k, sizeof(k));
	text_init(&value_text, v, sizeof(v));
	map_key_text(e->map, key, &key_text);
	map_element_text(e->sim, e->map, key, value, &value_text);
	json_array_append_new(e->array, json_pack("[oo]", walk_json_string(k), walk_json_string(v)));
	return true;
}

static json_t *map_json(struct sim *sim, struct map *map)
{
	json_t *o = object_json(&map->obj);
	struct elements e = {sim, map, json_array()};

	map_each(sim, map, add_element, &e);
	set(o, "type", json_string(map_ops(map)->name));
	set(o, "key_size", json_integer(map->k.key_size));
	set(o, "value_size", json_integer(map->k.value_size));
	set(o, "max_entries", json_integer(map->k.max_entries));
	set(o, "elements", e.array);
	return o;
}

static json_t *fds_json(const struct session *s)
{
	json_t *array = json_array();
	const struct task *task = task_by_pid(s->sim, s->pid);

	for (int fd = 0; task && fd < TASK_MAX_FDS; fd++) {
		const struct file *file = fd_file(task, fd);

		if (file && file->obj)
			json_array_append_new(
				array, json_pack("{siso}", "fd", fd, "object", object_json(file->obj)));
	}
	return array;
}

void walk_json_state(json_t *document, struct session *s)
{
	json_t *maps = json_array();

	for (struct obj *obj = obj_next(s->sim, OBJ_MAP, 0); obj; obj = obj_next(s->sim, OBJ_MAP, obj->id))
		json_array_append_new(maps, map_json(s->sim, container_of(obj, struct map, obj)));
	set(document, "fds", fds_json(s));
	set(document, "maps", maps);
	walk_json_done(document, s->sim);
	set(document, "state_hash", hex(sim_hash(s->sim)));
}

static void on_end(struct walk *w)
{
	struct walk_json *j = w->view_ctx;

	walk_json_state(j->document, w->session);
	set(j->document, "steps", json_integer(sim_now(w->session->sim)));
	json_dumpf(j->document, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(j->insns);
	json_decref(j->document);
}

static const struct walk_view walk_json_view = {
	.call = on_call,
	.run_begin = on_run_begin,
	.insn = on_insn,
	.printk = on_printk,
	.output = on_output,
	.record = on_record,
	.run_end = on_run_end,
	.arrival = on_arrival,
	.end = on_end,
};

void walk_json_begin(struct walk *w, struct session *session, struct walk_json *j, const char *file,
		     const char *program)
{
	*j = (struct walk_json){json_object(), json_array(), json_array(), json_array(), NULL,
				 json_array(), json_array(), json_array(), NULL};
	set(j->document, "kernel", json_string("Linux 6.1 (simulated)"));
	if (file)
		set(j->document, "file", walk_json_string(file));
	if (program)
		set(j->document, "program", walk_json_string(program));
	set(j->document, "calls", j->calls);
	set(j->document, "checks", j->checks);
	set(j->document, "runs", j->runs);
	set(j->document, "printk", j->printk);
	set(j->document, "records", j->records);
	set(j->document, "arrivals", j->arrivals);
	walk_begin(w, session, &walk_json_view, j);
}
