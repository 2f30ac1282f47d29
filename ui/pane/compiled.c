/* What became of the bytecode: the translated instructions, the machine code, the passes of the JIT. */
#include <stdio.h>

#include "pane.h"

static const struct jit_build *build_of(const struct prog *prog)
{
	return prog && prog->jit ? prog->jit->build : NULL;
}

/* A call names a function of the kernel by its place in it. */
static bool name_call(void *ctx, const struct bpf_insn *insn, struct text *out)
{
	struct ktext to = ktext_at(insn->imm);
	const char *name = isa_helper_name(to.kind == KTEXT_MAP_OP ? to.n & 0xff : to.n);

	(void)ctx;
	if (insn->src_reg == BPF_PSEUDO_CALL)
		return false;
	if (to.kind == KTEXT_INTERNAL && to.n == KTEXT_HTAB_LOOKUP)
		name = "__htab_map_lookup_elem";
	else if (to.kind > KTEXT_MAP_OP)
		name = NULL;
	text_add(out, "%s", name ? name : "a kernel function");
	return true;
}

static bool name_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	(void)insn;
	if (imm < ARENA_BASE || imm >= ARENA_BASE + ARENA_SIZE)
		return false;
	walk_value_text(ctx, imm, out);
	return true;
}

static void draw_xlated(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct xlated *x = prog ? prog->xlated : NULL;
	const struct isa_names names = {.ctx = debug_sim(v->d), .call = name_call, .imm64 = name_imm64};
	const struct jit_build *build = build_of(prog);
	u32 at, last = UINT32_MAX;
	bool known = debug_insn(v->d, &at);

	if (!x) {
		sheet_nothing(s,
			      "Not translated yet. After walk 2 the kernel rewrites what it verified: "
			      "helpers get addresses or "
			      "are written out, accesses to the context become accesses to its own structs.");
		return;
	}
	for (u32 i = 0; i < x->insn_cnt; i += insn_slots(&x->insns[i])) {
		bool jit = build && build->state == JIT_RUNNING && prog->jit->program.nfuncs == 1 &&
			   build->at == i + 1;
		bool current = jit || (known && x->origin[i] == at);
		bool made = x->origin[i] == last;
		char line[200];
		struct text text;

		last = x->origin[i];
		sheet_line(s, x->origin[i]);
		if (current)
			sheet_at(s);
		if (!sheet_wants(s))
			continue;
		text_init(&text, line, sizeof(line));
		isa_format_op(&x->insns[i], &names, &text);
		sheet_add(s, ROLE_CURRENT, "%s", jit ? "=>" : "");
		sheet_to(s, 2);
		sheet_add(s, current ? ROLE_LINKED : ROLE_PLAIN, "%4u: %s", i, line);
		sheet_add(s, ROLE_CHANGED, "%s", made ? " +" : "");
	}
}

static void xlated_subtitle(const struct view *v, struct text *out)
{
	const struct prog *prog = debug_prog(v->d);

	if (prog && prog->xlated)
		text_add(out, "%u slots, + inserted", prog->xlated->insn_cnt);
}

const struct pane pane_xlated = {
	.name = "xlated",
	.title = "translated",
	.help = "What the kernel made of the program after it was verified, and what the JIT compiles: "
		"numbers are its own. "
		"+ follows from the same instruction as the line above. (bpftool prog dump xlated shows the "
		"same.)",
	.subtitle = xlated_subtitle,
	.draw = draw_xlated,
};

/* --- machine code --- */

static void one_code(struct sheet *s, const struct jit_image *image, const u8 *code, u64 insn, u32 begin,
		     u32 end, const char *what, bool current)
{
	sheet_line(s, insn);
	if (current)
		sheet_at(s);
	sheet_add(s, ROLE_CURRENT, "%s", current ? "=>" : "");
	sheet_to(s, 2);
	sheet_add(s, ROLE_QUIET, "%4x ", begin);
	sheet_add(s, current ? ROLE_LINKED : ROLE_PLAIN, "%s", what);
	sheet_to(s, 14);
	for (u32 i = begin; code && i < end && i < image->size; i++)
		sheet_add(s, current ? ROLE_LINKED : ROLE_PLAIN, "%02x ", code[i]);
	if (!code)
		sheet_add(s, ROLE_QUIET, "%u bytes, not written yet", end - begin);
}

static void draw_x86(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = build_of(prog);
	const struct jit_image *image;
	u32 at;
	bool known = debug_insn(v->d, &at);

	if (!build || !build->func || !build->func[0].npasses) {
		sheet_nothing(s, "No machine code yet: the JIT makes it as one of the last things in "
				 "PROG_LOAD, never later.");
		return;
	}
	image = &build->func[0];
	one_code(s, image, image->code, SHEET_NO_ITEM, 0, image->off[0], "prologue", false);
	for (u32 i = 0; i < image->len; i++) {
		const struct xlated *x = prog->xlated;
		bool current = known && x && i < x->insn_cnt && x->origin[i] == at;
		char what[16];

		if (image->off[i + 1] == image->off[i])
			continue;
		snprintf(what, sizeof(what), "%u:", i);
		one_code(s, image, image->code, i, image->off[i], image->off[i + 1], what, current);
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
