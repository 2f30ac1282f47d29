/* The line of C that an insn was made from, in the log before a message (verbose_linfo of kernel/bpf/verifier.c). */
#include "../btf_obj.h"
#include "verifier.h"

/* The record that covers @insn: the last one that does not start behind it; NULL without line info. */
static const struct bpf_line_info *find_line(const struct prog *prog, u32 insn)
{
	u32 i = 1;

	if (!prog->line_info_cnt)
		return NULL;
	while (i < prog->line_info_cnt && prog->line_info[i].insn_off <= insn)
		i++;
	return &prog->line_info[i - 1];
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void verifier_log_source(struct sim *sim, struct verifier *v, u32 insn)
{
	const struct bpf_line_info *line = find_line(v->prog, insn);
	u32 number = line ? line - v->prog->line_info + 1 : 0;
	const char *text;

	if (!line || number == v->logged_line)
		return;
	v->logged_line = number;
	text = btf_str(&btf_of(v->prog->btf)->types, line->line_off);
	while (is_space(*text))
		text++;
	log_add(sim, &v->log, "%u: ", insn);
	log_add(sim, &v->log, "%s\n", text);
}
