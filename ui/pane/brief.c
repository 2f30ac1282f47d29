/*
 * What a run has at hand, on a few lines: registers, the stack, the maps. For narrow screens; the panes of
 * their own say more.
 */
#include <stdio.h>

#include "../map_meaning.h"
#include "../map_show.h"
#include "../map_summary.h"
#include "../readable.h"
#include "pane.h"

static u32 readable(const struct debug *d)
{
	const struct vm *vm = debug_sim(d)->vm;

	return vm->state == VM_RUNNING ? readable_registers(vm->prog, vm->translated, vm->pc)
				       : 1u << BPF_REG_0 | 1u << BPF_REG_10;
}

/* Breaks the line before what does not fit any more. */
static void place(struct sheet *s, enum role role, const char *text)
{
	int width = 0;

	for (const char *at = text; *at; at++)
		width += ((u8)*at & 0xc0) != 0x80;
	if (s->col && s->col + width > s->area.cols)
		sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, role, "%s", text);
}

static void one_register(const struct view *v, struct sheet *s, u32 r, u32 mask)
{
	const struct picture *was = &v->d->last.before;
	u64 value = debug_sim(v->d)->vm->reg[r];
	bool changed = v->d->last.insn.prog && was->running && was->reg[r] != value;
	char said[160];
	struct text text;

	if (!(mask & 1u << r))
		return;
	text_init(&text, said, sizeof(said));
	text_say(&text, r == BPF_REG_10 ? "r10 " : "r%u ", r);
	if (changed) {
		view_value(v, was->reg[r], &text);
		text_say(&text, " → ");
	}
	view_value(v, value, &text);
	text_say(&text, changed ? " *   " : "   ");
	place(s, changed ? ROLE_CHANGED : ROLE_PLAIN, said);
}

static void registers(const struct view *v, struct sheet *s)
{
	u32 mask = readable(v->d), rest = 0;
	char said[64];

	sheet_line(s, SHEET_NO_ITEM);
	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		one_register(v, s, r, mask);
		rest += !(mask & 1u << r);
	}
	snprintf(said, sizeof(said), words("(%u others hold nothing)"), rest);
	if (rest)
		place(s, ROLE_QUIET, said);
}

static void one_slot(const struct view *v, struct sheet *s, const u8 *bytes, const u8 *was, u32 off)
{
	char said[64];
	struct text text;
	bool changed = was && memcmp(bytes, was, 4) != 0, used = false;

	(void)v;
	for (u32 i = 0; i < 4; i++)
		used |= bytes[i] != VM_STACK_FILL;
	if (!used)
		return;
	text_init(&text, said, sizeof(said));
	text_say(&text, "fp-%u %02x %02x %02x %02x%s   ", off, bytes[0], bytes[1], bytes[2], bytes[3],
		 changed ? " *" : "");
	place(s, changed ? ROLE_CHANGED : ROLE_PLAIN, said);
}

static void stack(const struct view *v, struct sheet *s)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	const struct picture *was = &v->d->last.before;
	bool compare = v->d->last.insn.prog && was->running && was->frame == vm->frame;
	u32 size;
	u64 fp = vm_frame_fp(vm, vm->frame, &size);

	if (!size)
		return;
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "stack ");
	for (u32 off = 4; off <= size; off += 4)
		one_slot(v, s, (const u8 *)fp - off, compare ? was->stack + VM_FRAME_SIZE - off : NULL, off);
	if (s->col <= 6)
		sheet_add(s, ROLE_QUIET, "nothing written yet");
}

/* --- maps --- */

struct elements {
	const struct view *v;
	struct sheet *s;
	const struct map *map;
	u32 shown;
};

static bool one_element(void *ctx, const void *key, const void *value)
{
	struct elements *e = ctx;
	const struct debug *d = e->v->d;
	const struct picture_element *was = d->last.any ? picture_find(&d->last.before, e->map, key) : NULL;
	bool changed = was && picture_value_differs(was, e->map, value);
	char said[160];
	struct text text;

	if (map_ops(e->map)->traits & MAP_TRAIT_ARRAY && !changed && map_value_is_zero(e->map, value))
		return true;
	text_init(&text, said, sizeof(said));
	map_key_text(e->map, key, &text);
	text_say(&text, " is ");
	map_meaning_text(debug_sim(d), e->map, value, &text);
	text_say(&text, changed ? " *   " : "   ");
	place(e->s, changed ? ROLE_CHANGED : ROLE_PLAIN, said);
	return ++e->shown < 16;
}

static void one_map(const struct view *v, struct sheet *s, struct map *map)
{
	struct elements e = {.v = v, .s = s, .map = map};
	char said[160];
	struct text text;

	sheet_line(s, map->obj.id);
	sheet_add(s, ROLE_QUIET, "map %s: ", map->obj.name);
	if (map_has_keys(map))
		map_each(debug_sim(v->d), map, one_element, &e);
	if (e.shown)
		return;
	text_init(&text, said, sizeof(said));
	map_summary_text(debug_sim(v->d), map, &text);
	sheet_add(s, ROLE_PLAIN, "%s", said);
}

static void draw(const struct view *v, struct sheet *s)
{
	struct sim *sim = debug_sim(v->d);

	if (sim->vm->state == VM_IDLE)
		sheet_nothing(s, "No program runs now.");
	else
		registers(v, s);
	if (sim->vm->state == VM_RUNNING)
		stack(v, s);
	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id))
		one_map(v, s, container_of(obj, struct map, obj));
}

const struct pane pane_brief = {
	.name = "brief",
	.title = "registers, stack, maps",
	.help = "What the run has at hand, on a few lines: registers that may be read, bytes of the stack "
		"that "
		"were written, elements of maps. * changed by the last step, old → new.",
	.draw = draw,
};
