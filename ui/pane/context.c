/*
 * The context: what r1 points to when a program begins. Network types have the fields of their table; what
 * tracing types get depends on the hook that called them: registers, a record, arguments.
 */
#include <stdio.h>

#include "context.h"

#define TEXT_SHOWN 48 /* bytes of a text in a record */

/* The event in words that is under way and has called a program; NULL: there is none. */
static const struct happening *event_at_hand(const struct view *v)
{
	const struct sim *sim = debug_sim(v->d);
	const struct fire *fire = &sim->work->fire;

	return fire->kind == STIMULUS_EVENT && sim->vm->state != VM_IDLE && fire->happening.ctx
		       ? &fire->happening
		       : NULL;
}

/* What r1 was when the program began. */
static const void *ctx_of(const struct view *v)
{
	return (const void *)debug_sim(v->d)->vm->ctx;
}

static void begin_line(struct sheet *s, u32 off, const char *name)
{
	sheet_line(s, off);
	sheet_add(s, ROLE_QUIET, "%3u ", off);
	sheet_add(s, ROLE_PLAIN, "%s", name);
	sheet_to(s, 22);
}

static void add_value(const struct view *v, struct sheet *s, u64 value)
{
	char line[128];
	struct text text;

	text_init(&text, line, sizeof(line));
	view_value(v, value, &text);
	sheet_add(s, value >= ARENA_BASE && value < ARENA_BASE + ARENA_SIZE ? ROLE_POINTER : ROLE_PLAIN, "%s",
		  line);
}

/* --- registers: kprobes and uprobes --- */

/* The register's field in struct pt_regs. */
static const struct ctx_field *reg_field(const char *name)
{
	const struct ctx_field *f = prog_type_by_id(BPF_PROG_TYPE_KPROBE)->fields;

	while (f->name && strcmp(f->name, name) != 0)
		f++;
	return f->name ? f : NULL;
}

static void draw_reg(const struct view *v, struct sheet *s, const char *reg, const char *meaning)
{
	const struct ctx_field *field = reg_field(reg);
	char label[64];

	if (!field)
		return;
	snprintf(label, sizeof(label), "%-4s %s", reg, words(meaning));
	begin_line(s, field->off, label);
	add_value(v, s, *(const u64 *)((const u8 *)ctx_of(v) + field->off));
}

/* The parameters of a function, or of a raw tracepoint's typedef; NULL: there are none that are known. */
static const struct btf_param *params_of(const struct btf_types *types, u32 id, u32 *count)
{
	const struct btf_type *t = types ? btf_type_by_id(types, id) : NULL;

	*count = 0;
	for (u32 hops = 0; t && hops < 4 && btf_kind(t) != BTF_KIND_FUNC_PROTO; hops++)
		t = btf_has_type_ref(btf_kind(t)) ? btf_type_by_id(types, t->type) : NULL;
	if (!t || btf_kind(t) != BTF_KIND_FUNC_PROTO)
		return NULL;
	*count = btf_vlen(t);
	return btf_params(t);
}

static void param_text(const struct btf_types *types, const struct btf_param *param, char *line, size_t cap)
{
	struct text text;

	text_init(&text, line, cap);
	btf_decl_text(types, param->type, btf_str(types, param->name_off), &text);
}

static void draw_entry_regs(const struct view *v, struct sheet *s, const struct happening *h)
{
	static const char *const order[] = {"di", "si", "dx", "cx", "r8", "r9"};
	const struct btf_types *types = debug_sim(v->d)->host->vmlinux;
	u32 count;
	const struct btf_param *param = params_of(types, h->target, &count);

	for (u32 i = 0; i < ARRAY_SIZE(order); i++) {
		const char *name =
			event_hook(h) == HOOK_KPROBE && i < count ? btf_str(types, param[i].name_off) : "";

		draw_reg(v, s, order[i], name);
	}
	draw_reg(v, s, "ip", "");
	draw_reg(v, s, "sp", "");
}

static void draw_return_regs(const struct view *v, struct sheet *s, const struct happening *h)
{
	(void)h;
	draw_reg(v, s, "ax", words("the result"));
	draw_reg(v, s, "ip", "");
	draw_reg(v, s, "sp", "");
}

/* --- arguments: trampolines and raw tracepoints, 8 bytes each --- */

static void draw_args(const struct view *v, struct sheet *s, const struct happening *h)
{
	const struct btf_types *types = debug_sim(v->d)->host->vmlinux;
	u32 count, own = event_hook(h) == HOOK_RAW_TP; /* the first parameter of these is the kernel's own */
	const struct btf_param *param = params_of(types, h->target, &count);
	const u64 *ctx = ctx_of(v);

	for (u32 i = own; i < count; i++) {
		char line[96];

		param_text(types, &param[i], line, sizeof(line));
		begin_line(s, (i - own) * 8, line);
		add_value(v, s, ctx[i - own]);
	}
	if (event_hook(h) == HOOK_FEXIT || event_hook(h) == HOOK_FMOD_RET) {
		begin_line(s, count * 8, words("the result"));
		add_value(v, s, ctx[count]);
	}
}

/* --- records: tracepoints --- */

static u64 number_at(const u8 *record, const struct tracepoint_field *f)
{
	u64 value = 0;
	u32 unused = 64 - 8 * f->size;

	memcpy(&value, record + f->off, f->size);
	return f->is_signed && f->size < 8 ? (u64)((s64)(value << unused) >> unused) : value;
}

/* A text of the record: in place, or where a __data_loc points to (low half: offset, high half: size). */
static bool text_at(const u8 *record, const struct tracepoint_field *f, char out[TEXT_SHOWN])
{
	bool elsewhere = strncmp(f->decl, "__data_loc char", 15) == 0;
	u32 place = elsewhere ? number_at(record, f) : (u32)f->size << 16 | f->off;
	u32 size = min_u64(place >> 16, TEXT_SHOWN - 1);

	if (!elsewhere && !(strncmp(f->decl, "char ", 5) == 0 && strchr(f->decl, '[')))
		return false;
	memcpy(out, record + (place & 0xffff), size);
	out[size] = 0;
	return true;
}

static void draw_record(const struct view *v, struct sheet *s, const struct happening *h)
{
	struct tracepoint tp;
	char text[TEXT_SHOWN];

	if (!tracepoint_by_id(h->target, &tp))
		return;
	for (u32 i = 0; i < tp.nfields; i++) {
		const struct tracepoint_field *f = &tp.field[i];

		begin_line(s, f->off, f->decl);
		if (text_at(ctx_of(v), f, text))
			sheet_add(s, ROLE_PLAIN, "\"%s\"", text);
		else if (f->size <= 8)
			add_value(v, s, number_at(ctx_of(v), f));
	}
}

/* --- fields: types with a table of them --- */

static bool is_readable(const struct ctx_field *field)
{
	return ctx_has_place(field) && field->access & CTX_READ && !field->element && field->size <= 8;
}

static void draw_fields(const struct view *v, struct sheet *s)
{
	const struct sim *sim = debug_sim(v->d);
	const struct prog_type *type;

	if (sim->vm->state == VM_IDLE || !sim->vm->ctx || !sim->vm->prog) {
		sheet_nothing(s, "No program runs now, so there is no context.");
		return;
	}
	type = prog_type_by_id(sim->vm->prog->type);
	for (const struct ctx_field *f = type ? type->fields : NULL; f && f->name; f++) {
		char line[128];
		struct text text;

		if (!is_readable(f))
			continue;
		text_init(&text, line, sizeof(line));
		view_value(v, ctx_load(f, sim->vm->ctx, f->off, f->size), &text);
		sheet_line(s, f->off);
		sheet_add(s, ROLE_QUIET, "%3d ", f->off);
		sheet_add(s, ROLE_PLAIN, "%s", f->name);
		sheet_to(s, 24);
		sheet_add(s, f->kind == CTX_SCALAR ? ROLE_PLAIN : ROLE_POINTER, "%s", line);
	}
}

typedef void drawing(const struct view *v, struct sheet *s, const struct happening *h);

static drawing *const drawings[HOOK_KINDS] = {
	[HOOK_KPROBE] = draw_entry_regs, [HOOK_KRETPROBE] = draw_return_regs,
	[HOOK_UPROBE] = draw_entry_regs, [HOOK_URETPROBE] = draw_return_regs,
	[HOOK_FENTRY] = draw_args,       [HOOK_FEXIT] = draw_args,
	[HOOK_FMOD_RET] = draw_args,     [HOOK_RAW_TP] = draw_args,
	[HOOK_TRACEPOINT] = draw_record,
};

void draw_context(const struct view *v, struct sheet *s)
{
	const struct happening *h = event_at_hand(v);

	if (h && drawings[event_hook(h)])
		drawings[event_hook(h)](v, s, h);
	else
		draw_fields(v, s);
}

void context_subtitle(const struct view *v, struct text *out)
{
	const struct happening *h = event_at_hand(v);

	if (h)
		event_place_text(h, out);
}

const struct pane pane_context = {
	.name = "context",
	.title = "context (r1 at the beginning)",
	.help = "What the program gets: the fields of its type's context as programs see them (the kernel's "
		"own "
		"struct looks otherwise; the translator turned each access into one of that); registers for "
		"a "
		"probe, the record of a tracepoint, the arguments of a function.",
	.subtitle = context_subtitle,
	.draw = draw_context,
};
