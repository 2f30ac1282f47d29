/*
 * What calls of helpers about maps came to, in words: the part of the sentence behind "r0 =
 * map_pop_elem(...): ".
 */
#include "map_show.h"
#include "sentence.h"

struct map_said {
	struct sim *sim;
	const struct walk_insn *i;
	struct map *map; /* the first argument that is one */
	s64 result;
	struct text *out;
};

static u64 argument(const struct map_said *c, u32 n)
{
	return c->i->before[BPF_REG_0 + n];
}

/* The value that argument @n points to. */
static void add_value(const struct map_said *c, u32 n)
{
	u8 value[512];

	if (c->map->k.value_size > sizeof(value) ||
	    mem_read(c->sim, value, argument(c, n), c->map->k.value_size))
		return;
	map_value_text(c->map, value, c->out);
}

static void refused(const struct map_said *c)
{
	text_say(c->out, "%lld, that is %s", (long long)c->result, errno_name(c->result));
}

static void update(const struct map_said *c)
{
	text_say(c->out, "the value ");
	add_value(c, 3);
	text_say(c->out, " is in the map now, copied from the program's memory.");
}

static void remove_elem(const struct map_said *c)
{
	text_say(c->out, "the element is gone.");
}

static void push(const struct map_said *c)
{
	add_value(c, 2);
	text_say(c->out, " is in it now.");
}

static void pop(const struct map_said *c)
{
	text_say(c->out, "taken out: ");
	add_value(c, 2);
	text_say(c->out, ".");
}

static void peek(const struct map_said *c)
{
	if (map_ops(c->map)->form == MAP_FORM_BITS) {
		text_say(c->out, "perhaps it was put in: all its bits are set.");
		return;
	}
	text_say(c->out, "the next one is ");
	add_value(c, 2);
	text_say(c->out, "; it stays.");
}

static void output(const struct map_said *c)
{
	text_say(c->out, "copied into the ring, user space can read it.");
}

static const struct {
	u32 id;
	void (*done)(const struct map_said *c);
	const char *none; /* when -ENOENT comes back */
	const char *full; /* when -E2BIG, -ENOSPC or -EAGAIN */
} calls[] = {
	{BPF_FUNC_map_update_elem, update, "there is no such key, and BPF_EXIST wants one.",
	 "the map is full: it holds max_entries elements."},
	{BPF_FUNC_map_delete_elem, remove_elem, "there is no such key.", NULL},
	{BPF_FUNC_map_push_elem, push, NULL, "it is full."},
	{BPF_FUNC_map_pop_elem, pop, "it is empty; the program's memory is zeroes now.", NULL},
	{BPF_FUNC_map_peek_elem, peek, "it is empty; the program's memory is zeroes now.", NULL},
	{BPF_FUNC_ringbuf_output, output, NULL, "the ring has no room, nothing was written."},
	{BPF_FUNC_perf_event_output, output, "there is no perf event at this index.",
	 "the ring has no room: the record is lost, and counted."},
};

/* --- helpers that do not return an errno --- */

static void redirect(const struct map_said *c)
{
	bool found = c->result == 4; /* XDP_REDIRECT */

	text_say(
		c->out,
		found ? "there is a target under the key: the frame goes there when the program has returned "
			"this."
		      : "nothing is under the key, so it is what the flags say: %lld.",
		(long long)c->result);
}

static void reserve(const struct map_said *c)
{
	if (!c->result) {
		text_say(c->out, "NULL: the ring has no room for %llu bytes.",
			 (unsigned long long)argument(c, 2));
		return;
	}
	text_say(c->out,
		 "room for %llu bytes, busy until it is submitted or discarded; nobody else writes there.",
		 (unsigned long long)argument(c, 2));
}

static void submit(const struct map_said *c)
{
	text_say(c->out, "the record is ready: user space can read it, once those before it are.");
}

static void discard(const struct map_said *c)
{
	text_say(c->out,
		 "the record is to be skipped by the reader; its room is free when it has been passed.");
}

static const struct {
	u32 id;
	void (*say)(const struct map_said *c);
} others[] = {
	{BPF_FUNC_redirect_map, redirect},
	{BPF_FUNC_ringbuf_reserve, reserve},
	{BPF_FUNC_ringbuf_submit, submit},
	{BPF_FUNC_ringbuf_discard, discard},
};

/* --- which one --- */

static struct map *map_argument(struct sim *sim, const struct walk_insn *i)
{
	for (u32 r = BPF_REG_1; r <= BPF_REG_5; r++) {
		const struct map *map = walk_map_at(sim, i->before[r]);

		if (map)
			return (struct map *)map;
	}
	return NULL;
}

static bool is_full(s64 result)
{
	return result == -E2BIG || result == -ENOSPC || result == -EAGAIN;
}

static bool say_errno(const struct map_said *c, size_t n)
{
	if (!c->map)
		return false;
	if (!c->result) {
		calls[n].done(c);
		return true;
	}
	refused(c);
	if (c->result == -ENOENT && map_ops(c->map)->form == MAP_FORM_BITS)
		text_say(c->out, ": certainly not in it, at least one of its bits is not set.");
	else if (c->result == -ENOENT && calls[n].none)
		text_say(c->out, ": %s", calls[n].none);
	else if (is_full(c->result) && calls[n].full)
		text_say(c->out, ": %s", calls[n].full);
	else
		text_say(c->out, ".");
	return true;
}

bool sentence_map_call(struct sim *sim, const struct walk_insn *i, struct text *out)
{
	struct map_said c = {sim, i, map_argument(sim, i), i->after[BPF_REG_0], out};

	for (size_t n = 0; n < ARRAY_SIZE(others); n++)
		if (others[n].id == i->helper->id) {
			others[n].say(&c);
			return true;
		}
	for (size_t n = 0; n < ARRAY_SIZE(calls); n++)
		if (calls[n].id == i->helper->id)
			return say_errno(&c, n);
	return false;
}

/* r2: the array, r3: the index. */
void sentence_tail_call(struct sim *sim, const struct walk_insn *i, struct text *out)
{
	const struct map *map = walk_map_at(sim, i->before[BPF_REG_2]);
	u32 index = i->before[BPF_REG_3];
	const struct prog *next = sim->vm->prog;

	text_say(out, "Tail call through %s[%u]: ", map ? map->obj.name : "?", index);
	if (i->ended)
		text_say(out, "the program ends there.");
	else if (next == i->prog && i->next == i->pc + 1)
		text_say(out, "%s, so it fails, and the program goes on.",
			 map && index >= map->k.max_entries ? "there is no such slot"
							    : "no program is there");
	else
		text_say(out,
			 "prog %u %s takes the place of this program, with its stack, and never comes back.",
			 next->obj.id, next->obj.name);
}
