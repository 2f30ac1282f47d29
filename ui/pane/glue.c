/*
 * Glue: the code that the kernel itself has written around programs. The first bytes of each traced function
 * and its trampoline; the dispatcher of XDP.
 */
#include "../glue.h"
#include "../words.h"
#include "pane.h"

#define TEXT_COLUMN 7
#define BYTES_COLUMN 44

/* The last step has written the glue of the kernel's function @func; 0: the dispatcher. */
static bool is_fresh(const struct debug *d, u32 func)
{
	const struct event *told;
	u32 at = 0;

	while ((told = glue_told(d, &at)))
		if (told->arg[3] == func)
			return true;
	return false;
}

/* "vfs_read: nop → call bpf_trampoline_6442492247 *", and the bytes. */
static void entry_lines(const struct view *v, struct sheet *s, u32 func)
{
	bool fresh = is_fresh(v->d, func);
	const struct trampoline *t = trampoline_of(debug_sim(v->d), func);
	char words[128], bytes[32];
	struct text to, hex;

	text_init(&to, words, sizeof(words));
	text_init(&hex, bytes, sizeof(bytes));
	glue_entry_text(debug_sim(v->d), func, &hex, &to);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "%s", btf_name(debug_sim(v->d)->host->vmlinux, func));
	sheet_add(s, ROLE_QUIET, ": %s", !fresh ? "" : !t ? "call → " : t->written == 1 ? "nop → " : "");
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_PLAIN, "%s%s", words, fresh ? " *" : "");
	sheet_line(s, SHEET_NO_ITEM);
	sheet_to(s, TEXT_COLUMN);
	sheet_add(s, ROLE_QUIET, "%s%s", fresh && t && t->written == 1 ? "0f 1f 44 00 00 → " : "", bytes);
}

static void title_line(const struct view *v, struct sheet *s, const struct glue *glue)
{
	u32 func = glue->tramp ? glue->tramp->func : 0,
	    written = glue->tramp ? glue->tramp->written : glue->sim->world->dispatcher->written;
	bool fresh = is_fresh(v->d, func);
	char name[64];
	struct text text;

	text_init(&text, name, sizeof(name));
	glue_name(glue, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "%s", glue->tramp ? "trampoline" : name);
	sheet_add(s, ROLE_QUIET, " at %llx: ", (unsigned long long)glue->address);
	sheet_add(s, fresh ? ROLE_CHANGED : ROLE_QUIET, "%u bytes, written %ux%s", glue->size, written,
		  fresh ? " *" : "");
}

/* The program that runs was called from the part that begins at @off. */
static bool is_in_part(const struct glue *glue, const struct tramp_mark *mark)
{
	const struct happening *h = &glue->sim->work->fire.happening;
	const struct attachment *a;
	u32 at = 0, n = 0;

	if (!glue->tramp || glue->sim->work->kind != INPUT_FIRE || glue->sim->vm->state == VM_IDLE ||
	    !h->place || h->target != glue->tramp->func || mark->part != TRAMP_PROG ||
	    event_hook(h) != glue_hook(mark->kind))
		return false;
	while ((a = hook_next(glue->sim, event_hook(h), h->target, &at)))
		if (n++ == mark->link)
			return a->prog == glue->sim->vm->held;
	return false;
}

static void part_line(const struct glue *glue, struct sheet *s, u32 off, bool *inside)
{
	char words[200];
	struct text text;

	text_init(&text, words, sizeof(words));
	if (!glue_part_text(glue, off, &text))
		return;
	*inside = false;
	for (u32 i = 0; glue->tramp && i < glue->tramp->image.nmarks; i++)
		if (glue->tramp->marks[i].off == off)
			*inside |= is_in_part(glue, &glue->tramp->marks[i]);
	sheet_line(s, SHEET_NO_ITEM);
	if (*inside)
		sheet_at(s);
	sheet_add(s, ROLE_CURRENT, "%s", *inside ? "=>" : "  ");
	sheet_to(s, TEXT_COLUMN);
	sheet_add(s, *inside ? ROLE_LINKED : ROLE_QUIET, "; %s", words);
}

static void insn_line(const struct glue *glue, struct sheet *s, u32 off, u32 *len, bool inside)
{
	char line[160];
	struct text text;

	text_init(&text, line, sizeof(line));
	*len = glue_text(glue, off, &text);
	sheet_line(s, glue->address + off);
	sheet_add(s, ROLE_QUIET, "  %4x ", off);
	sheet_add(s, inside ? ROLE_LINKED : ROLE_PLAIN, "%s", line);
	sheet_to(s, BYTES_COLUMN);
	for (u32 i = off; i < off + *len && s->col + 3 <= s->area.cols; i++)
		sheet_add(s, ROLE_QUIET, i == off ? "%02x" : " %02x", glue->bytes[i]);
}

static void listing(const struct glue *glue, struct sheet *s)
{
	bool inside = false;

	for (u32 off = 0, len; off < glue->size; off += len) {
		part_line(glue, s, off, &inside);
		insn_line(glue, s, off, &len, inside);
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct event *told;
	struct glue glue;
	u32 at = 0;

	while ((told = glue_told(v->d, &at)))
		if (!told->arg[1] && told->arg[3])
			entry_lines(v, s, told->arg[3]);
	for (u32 n = 0; glue_at(debug_sim(v->d), n, &glue); n++) {
		if (glue.tramp)
			entry_lines(v, s, glue.tramp->func);
		title_line(v, s, &glue);
		listing(&glue, s);
	}
	if (!s->lines)
		sheet_nothing(s, "No glue has been written. Attaching a program to an XDP device or with "
				 "fentry, fexit, fmod_ret or LSM "
				 "to a function of the kernel writes some; the other hooks need none.");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_GLUE);
}

/* What the functions around the programs do. */
static const struct {
	const char *name, *doc;
} callees[] = {
	{"call __bpf_prog_enter",
	 "Before each program: what it reads is kept from being freed, the task stays on this CPU, and the "
	 "time is taken when statistics are on. 0 (of those with _recur): the program is inside "
	 "itself already, it is left out."},
	{"call __bpf_prog_exit", "After each program: all that __bpf_prog_enter began is ended."},
	{"call __bpf_tramp_enter", "Counts that somebody is inside this image: it is not freed before."},
	{"call __bpf_tramp_exit", "Nobody is inside this image any more, as far as this call goes."},
	{"call prog ",
	 "The machine code of the program, where it is since its load; rdi points to the arguments."},
	{"je prog ", "Straight to the program's code: no indirect jump, which mitigations make slow."},
};

static void explain(const struct view *v, u64 item, struct text *out)
{
	struct glue glue;
	char line[160];
	struct text text;
	u32 n = 0;

	while (glue_at(debug_sim(v->d), n, &glue) && item - glue.address >= glue.size)
		n++;
	if (!glue_at(debug_sim(v->d), n, &glue))
		return;
	text_init(&text, line, sizeof(line));
	glue_text(&glue, item - glue.address, &text);
	for (u32 i = 0; i < ARRAY_SIZE(callees); i++)
		if (!strncmp(line, callees[i].name, strlen(callees[i].name)))
			text_say(out, callees[i].doc);
	if (out->len)
		return;
	for (u32 off = item - glue.address + 1; off-- && !out->len;)
		glue_part_text(&glue, off, out);
}

static const char *label(const struct view *v)
{
	struct glue glue;

	return changed(v) || glue_at(debug_sim(v->d), 0, &glue) ? "glue" : NULL;
}

const struct pane pane_glue = {
	.name = "glue",
	.title = "glue: code around the programs",
	.help = "Code that the kernel writes when programs are attached; it is the hook's, not the "
		"programs'. A function that can be "
		"traced begins with a nop of five bytes: the first fentry, fexit, fmod_ret or LSM program "
		"turns it into the call of "
		"a trampoline, which stores the arguments, calls the programs one by one, and the function "
		"itself when somebody "
		"wants its result. Each program that comes or goes makes the kernel write a new trampoline; "
		"the last one that goes "
		"gives the function its nop back. XDP's dispatcher compares the address that a driver calls, "
		"and jumps. => the part "
		"that has called the program that runs.",
	.label = label,
	.draw = draw,
	.changed = changed,
	.explain = explain,
};
