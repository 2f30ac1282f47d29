/* What the check of a program did, as text: see verify.h. */
#include <stdio.h>

#include "cli.h"
#include "verify.h"
#include "wrap.h"

static void insn_text(const struct verify *v, u32 at, char *line, size_t cap)
{
	struct bpf_insn insn[2] = {v->insns[at]};
	struct text text;

	if (at + 1 < v->insn_cnt)
		insn[1] = v->insns[at + 1];
	text_init(&text, line, cap);
	isa_format_op(insn, NULL, &text);
}

/* Falling through, or however else the instruction goes on. */
static const char *way_name(const struct verify *v, const struct cfg_step *did)
{
	u8 code = v->insns[did->from].code;

	if (did->branch)
		return "branch";
	return code == (BPF_JMP | BPF_JA) || code == (BPF_JMP32 | BPF_JA) ? "goto  " : "fall  ";
}

static void tell_step(const struct verify *v, const struct verify_step *step)
{
	static const char *const meets[CFG_EDGE_KINDS] = {
		[CFG_TREE] = "not seen before: onto the stack",
		[CFG_BACK] = "is on the stack: a back edge, a loop",
		[CFG_CROSS] = "explored already: two ways join",
	};
	char insn[128];

	if (step->did.left) {
		printf("    %5u                   depth %4u  explored, leaves the stack\n", step->did.from,
		       step->depth);
		return;
	}
	insn_text(v, step->did.from, insn, sizeof(insn));
	printf("    %5u %s %-5u %s  depth %4u  %-36s %s\n", step->did.from, cli_glyph(GLYPH_ARROW),
	       step->did.to, way_name(v, &step->did), step->depth, meets[step->did.edge], insn);
}

static void tell_functions(const struct verify *v)
{
	printf("  functions:");
	for (u32 i = 0; i < v->nsubprogs; i++)
		printf(" %u..%u", v->subprog[i],
		       (i + 1 < v->nsubprogs ? v->subprog[i + 1] : v->insn_cnt) - 1);
	printf("\n");
}

static void tell_stage(const struct verify *v, u32 stage)
{
	bool failed = v->result < 0 && stage == v->last_stage;
	char what[128];

	printf("  %s%-9s%s %6u step%s  ", failed ? cli_paint(PAINT_BAD) : "", load_stage_name(stage),
	       failed ? cli_paint(PAINT_END) : "", v->units[stage], v->units[stage] == 1 ? " " : "s");
	snprintf(what, sizeof(what), "%s%s", load_stage_doc(stage), failed ? "  <- no" : "");
	wrap_behind(26, what);
}

static void tell_stages(const struct verify *v)
{
	for (u32 i = 0; i < LOAD_STAGES; i++)
		if (v->units[i])
			tell_stage(v, i);
}

/* Slots that no walk comes to. */
static u32 second_halves(const struct verify *v)
{
	u32 n = 0;

	for (u32 i = 0; i + 1 < v->insn_cnt; i++)
		if (insn_is_ld_imm64(&v->insns[i])) {
			n++;
			i++;
		}
	return n;
}

static void tell_graph(const struct verify *v, bool trace)
{
	u32 halves = second_halves(v);
	char line[192];

	if (!v->units[LOAD_CFG])
		return;
	printf("  graph: %u of %u instructions explored", v->explored, v->insn_cnt - halves);
	if (halves)
		printf(" (in %u slots: each ld_imm64 takes two)", v->insn_cnt);
	snprintf(line, sizeof(line),
		 "%u edges followed (%u to new ground, %u where ways join, %u back), stack up to %u deep",
		 v->edges[CFG_TREE] + v->edges[CFG_CROSS] + v->edges[CFG_BACK], v->edges[CFG_TREE],
		 v->edges[CFG_CROSS], v->edges[CFG_BACK], v->max_depth);
	wrap_text("\n         ", "         ", line);
	for (u32 i = 0; trace && i < v->steps; i++)
		tell_step(v, &v->step[i]);
}

static void tell_verdict(const struct verify *v)
{
	if (v->result < 0)
		printf("  %srejected: %s%s: %s (in %s); --explain tells more\n", cli_paint(PAINT_BAD),
		       errno_name(v->result), cli_paint(PAINT_END), v->why, load_stage_name(v->last_stage));
	else
		printf("  %saccepted%s: %u instructions processed, on %u path%s\n", cli_paint(PAINT_GOOD),
		       cli_paint(PAINT_END), v->found.cost.insns, v->found.cost.ended,
		       v->found.cost.ended == 1 ? "" : "s");
}

/* With --explain: the verdict alone, and all that is known of a rejection. */
void verify_tell_explained(const struct verify *v, const char *name)
{
	printf("%s%s%s:\n", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END));
	if (v->found.rejected)
		diagnosis_print(&v->found);
	else
		tell_verdict(v);
	printf("\n");
}

void verify_tell(const struct verify *v, const char *name, bool trace)
{
	const struct prog_type *type = v->type < prog_types_count ? prog_types[v->type] : NULL;

	printf("%s%s%s: ", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END));
	if (type)
		printf("%s", type->name);
	else
		printf("type %u", v->type);
	printf(", %u slots, %u map%s\n", v->insn_cnt, v->maps, v->maps == 1 ? "" : "s");
	tell_stages(v);
	if (v->nsubprogs)
		tell_functions(v);
	tell_graph(v, trace);
	if (v->found.walked)
		diagnosis_print_cost(&v->found);
	tell_verdict(v);
	if (v->log && v->log[0])
		printf("  the kernel's log:\n%s", v->log);
	printf("\n");
}
