/* Control flow graphs for graphviz: see dot.h. */
#include <stdlib.h>

#include "dot.h"

struct graph {
	struct debug *d;
	const struct prog *prog;
	bool *first; /* a block begins at this instruction */
	FILE *out;
};

static bool is_exit(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT);
}

static bool is_local_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* Where a jump leads; false: it is none. */
static bool target(const struct prog *prog, u32 i, s64 *to)
{
	const struct bpf_insn *insn = &prog->insns[i];
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if ((class != BPF_JMP && class != BPF_JMP32) || op == BPF_CALL || op == BPF_EXIT)
		return false;
	*to = (s64)i + 1 + insn->off;
	return *to >= 0 && *to < prog->insn_cnt;
}

static bool always_jumps(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA);
}

static void begin_block(struct graph *g, s64 at)
{
	if (at >= 0 && at < g->prog->insn_cnt)
		g->first[at] = true;
}

static void find_blocks(struct graph *g)
{
	const struct prog *prog = g->prog;
	s64 to;

	begin_block(g, 0);
	for (u32 i = 0; i < prog->insn_cnt; i += insn_slots(&prog->insns[i])) {
		const struct bpf_insn *insn = &prog->insns[i];

		if (target(prog, i, &to)) {
			begin_block(g, to);
			begin_block(g, (s64)i + 1);
		}
		if (is_exit(insn))
			begin_block(g, (s64)i + 1);
		if (is_local_call(insn))
			begin_block(g, (s64)i + 1 + insn->imm);
	}
}

/* Text inside of a label: left-aligned lines, its signs escaped. */
static void put_text(struct graph *g, const char *text)
{
	for (; *text; text++)
		fprintf(g->out, strchr("\"\\<>{}|", *text) ? "\\%c" : "%c", *text);
	fprintf(g->out, "\\l");
}

static void put_insn(struct graph *g, u32 i)
{
	char line[256];
	struct text text;

	text_init(&text, line, sizeof(line));
	text_add(&text, "%u: ", i);
	walk_insn_text(debug_sim(g->d), g->prog, i, &text);
	put_text(g, line);
}

static void put_edges(struct graph *g, u32 block, u32 last)
{
	const struct bpf_insn *insn = &g->prog->insns[last];
	u32 next = last + insn_slots(insn);
	s64 to;
	bool jumps = target(g->prog, last, &to);

	if (jumps)
		fprintf(g->out, "\tb%u -> b%lld [label=\"%s\"%s];\n", block, (long long)to,
			always_jumps(insn) ? "" : "yes", to <= (s64)last ? ", style=bold" : "");
	if (is_exit(insn) || always_jumps(insn) || next >= g->prog->insn_cnt)
		return;
	fprintf(g->out, "\tb%u -> b%u%s;\n", block, next, jumps ? " [label=\"no\"]" : "");
}

static void put_calls(struct graph *g, u32 block, u32 i)
{
	const struct bpf_insn *insn = &g->prog->insns[i];
	s64 to = (s64)i + 1 + insn->imm;

	if (is_local_call(insn) && to >= 0 && to < g->prog->insn_cnt)
		fprintf(g->out, "\tb%u -> b%lld [label=\"call\", style=dashed];\n", block, (long long)to);
}

/* One block from @at; where the next one begins. */
static u32 put_block(struct graph *g, u32 at, u32 now, bool known)
{
	u32 i = at, last = at;
	bool here = false;

	fprintf(g->out, "\tb%u [label=\"", at);
	do {
		last = i;
		here |= known && i == now;
		put_insn(g, i);
		i += insn_slots(&g->prog->insns[i]);
	} while (i < g->prog->insn_cnt && !g->first[i]);
	fprintf(g->out, "\"%s];\n", here ? ", style=filled, fillcolor=lightyellow, penwidth=2" : "");
	for (u32 n = at; n < i; n += insn_slots(&g->prog->insns[n]))
		put_calls(g, at, n);
	put_edges(g, at, last);
	return i;
}

void dot_print(struct debug *d, const struct prog *prog, FILE *out)
{
	struct graph g = {
		.d = d, .prog = prog, .out = out, .first = calloc(prog->insn_cnt + 1, sizeof(bool))};
	u32 now;
	bool known = debug_insn(d, &now);

	if (!g.first)
		return;
	find_blocks(&g);
	fprintf(out, "digraph \"%s\" {\n\tnode [shape=box, fontname=monospace, fontsize=10];\n",
		prog->obj.name);
	for (u32 i = 0; i < prog->insn_cnt;)
		i = put_block(&g, i, now, known);
	fprintf(out, "}\n");
	free(g.first);
}
