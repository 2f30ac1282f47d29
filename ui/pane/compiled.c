/* What became of the bytecode: the translated instructions, the machine code, the passes of the JIT. */
#include <stdio.h>

#include "../x86_text.h"
#include "pane.h"

static const struct jit_build *build_of(const struct prog *prog)
{
	return prog && prog->jit ? prog->jit->build : NULL;
}

static void draw_xlated(const struct view *v, struct sheet *s)
{
	static const char *const marks[] = {
		[FORMS_SAME] = "", [FORMS_REWRITTEN] = " ~", [FORMS_INSERTED] = " +"};
	const struct prog *prog = debug_prog(v->d);
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	const struct xlated *x = prog ? prog->xlated : NULL;
	const struct jit_build *build = build_of(prog);
	u32 at;
	bool known = debug_insn(v->d, &at);

	if (!x) {
		sheet_nothing(
			s,
			"Not translated yet. After walk 2 the kernel rewrites what it verified: helpers get "
			"addresses or are written out, accesses to the context become accesses to its own "
			"structs.");
		return;
	}
	for (u32 i = 0; i < x->insn_cnt; i += insn_slots(&x->insns[i])) {
		bool jit = build && build->state == JIT_RUNNING && prog->jit->program.nfuncs == 1 &&
			   build->at == i + 1;
		bool current = jit || (known && x->origin[i] == at);
		char line[200];
		struct text text;

		sheet_line(s, i);
		if (current)
			sheet_at(s);
		if (!sheet_wants(s))
			continue;
		text_init(&text, line, sizeof(line));
		forms_xlated_text(&forms, i, &text);
		sheet_add(s, ROLE_CURRENT, "%s", jit ? "=>" : "");
		sheet_to(s, 2);
		sheet_add(s, current ? ROLE_LINKED : ROLE_PLAIN, "%4u: %s", i, line);
		sheet_add(s, ROLE_CHANGED, "%s", marks[forms_change(prog, i)]);
	}
}

static void explain_xlated(const struct view *v, u64 item, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);
	const char *name = "", *why;

	if (!prog || !prog->xlated || item >= prog->xlated->insn_cnt)
		return;
	why = forms_why_changed(prog, item, &name);
	if (*why)
		text_add(out, "translated insn %llu, pass \"%s\": %s", (unsigned long long)item, name, why);
	else
		text_add(out, "translated insn %llu is as it was written.", (unsigned long long)item);
}

static void xlated_subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);

	if (prog && prog->xlated)
		text_add(out, "%u slots, ~ rewritten, + inserted", prog->xlated->insn_cnt);
}

const struct pane pane_xlated = {
	.name = "xlated",
	.title = "translated",
	.help = "What the kernel made of the program after it was verified, and what the JIT compiles: "
		"numbers are its own. "
		"~ was rewritten, + inserted; e says why. (bpftool prog dump xlated shows the same.)",
	.subtitle = xlated_subtitle,
	.draw = draw_xlated,
	.explain = explain_xlated,
};

/* --- machine code --- */

/* The instructions of the machine in [begin, end), which translated insn @item became. */
static void one_code(struct sheet *s, const struct x86_code *code, u64 item, struct look_range range,
		     bool current)
{
	enum role role = current ? ROLE_LINKED : ROLE_PLAIN;

	for (u32 at = range.first; at < range.end;) {
		char line[160];
		struct text text;
		u32 len;

		text_init(&text, line, sizeof(line));
		len = x86_text(code, at, &text);
		sheet_line(s, item);
		if (current && at == range.first)
			sheet_at(s);
		sheet_add(s, ROLE_CURRENT, "%s", current && at == range.first ? "=>" : "");
		sheet_to(s, 2);
		sheet_add(s, ROLE_QUIET, "%4x ", at);
		sheet_add(s, role, "%s", line);
		sheet_to(s, 34);
		for (u32 i = at; i < at + len; i++)
			sheet_add(s, ROLE_QUIET, "%02x ", code->bytes[i]);
		at += len;
	}
}

/* Before the bytes are written only lengths are known. */
static void one_length(struct sheet *s, u64 item, struct look_range range, bool current)
{
	sheet_line(s, item);
	if (current)
		sheet_at(s);
	sheet_add(s, current ? ROLE_LINKED : ROLE_PLAIN, "  %4x  insn %llu: %u bytes, not written yet",
		  range.first, (unsigned long long)item, range.end - range.first);
}

static void draw_x86(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	const struct jit_build *build = build_of(prog);
	const struct jit_image *image;
	struct x86_code code = {.forms = &forms};
	u32 at;
	bool known = debug_insn(v->d, &at);

	if (!build || !build->func || !build->func[0].npasses) {
		sheet_nothing(
			s,
			"No machine code yet: the JIT makes it as one of the last things in PROG_LOAD, never "
			"later.");
		return;
	}
	image = &build->func[0];
	if (build->state == JIT_DONE)
		code.bytes = image->code;
	if (code.bytes)
		one_code(s, &code, SHEET_NO_ITEM, (struct look_range){0, image->off[0]}, false);
	for (u32 i = 0; i < image->len; i++) {
		const struct xlated *x = prog->xlated;
		bool current = known && x && i < x->insn_cnt && x->origin[i] == at;
		struct look_range range = {image->off[i], image->off[i + 1]};

		if (range.first == range.end)
			continue;
		if (code.bytes)
			one_code(s, &code, i, range, current);
		else
			one_length(s, i, range, current);
	}
}

static void x86_subtitle(const struct view *v, struct text *out)
{
	const struct jit_build *build = build_of(debug_prog(v->d));

	if (build && build->func && build->func[0].address)
		text_add(out, "at %llx, %u bytes", (unsigned long long)build->func[0].address,
			 build->func[0].size);
}

const struct pane pane_x86 = {
	.name = "x86",
	.title = "x86-64",
	.help = "The machine code, byte for byte what Linux 6.1's JIT makes: offset, the translated "
		"instruction, its bytes. It is "
		"this that runs at an event; no part of the kernel reads the bytecode then.",
	.subtitle = x86_subtitle,
	.draw = draw_x86,
};

/* --- passes --- */

static void draw_passes(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = build_of(prog);
	const struct jit_image *image =
		build && build->func
			? &build->func[build->current < prog->jit->program.nfuncs ? build->current : 0]
			: NULL;

	if (!image) {
		sheet_nothing(s, "The JIT has not begun.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "pass  bytes");
	for (u32 i = 0; i < image->npasses; i++) {
		bool same = i && image->pass[i].size == image->pass[i - 1].size;
		u32 most = image->pass[0].size, filled = most ? image->pass[i].size * 12 / most : 0;

		sheet_line(s, i);
		sheet_add(s, ROLE_PLAIN, "%4u  %5u  ", i + 1, image->pass[i].size);
		for (u32 b = 0; b < filled; b++)
			sheet_add(s, ROLE_CHANGED, "█");
		sheet_to(s, 27);
		sheet_add(s, ROLE_QUIET, "%s",
			  !i     ? "jumps may be far: 6 bytes"
			  : same ? "no change"
				 : "shorter jumps");
	}
	sheet_line(s, SHEET_NO_ITEM);
	if (build->state == JIT_DONE)
		sheet_add(s, ROLE_GOOD, "✓ done");
	else
		sheet_add(s, ROLE_CHANGED, "%4u  insn %u of %u%s", image->npasses + 1,
			  build->at ? build->at - 1 : 0, image->len, build->writes ? ", writing bytes" : "");
	sheet_at(s);
}

const struct pane pane_passes = {
	.name = "passes",
	.title = "passes of the JIT",
	.help = "How long a jump is depends on how far it goes, and that on how long other jumps are. So the "
		"JIT goes through the "
		"program again and again until nothing shrinks any more, takes memory, and writes the bytes.",
	.draw = draw_passes,
};
