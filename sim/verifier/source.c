/*
 * The line of C that an insn was made from, in the log before a message (verbose_linfo of
 * kernel/bpf/verifier.c).
 */
#include "../btf_obj.h"
#include "walk.h"

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

/* Behind its indentation. */
static const char *line_text(const struct prog *prog, const struct bpf_line_info *line)
{
	const char *text = btf_str(&btf_of(prog->btf)->types, line->line_off);

	return text + strspn(text, " \t\n\v\f\r");
}

void verifier_log_source(struct sim *sim, struct verifier *v, u32 insn)
{
	const struct bpf_line_info *line = find_line(v->prog, insn);
	u32 number = line ? line - v->prog->line_info + 1 : 0;

	if (!line || number == v->logged_line)
		return;
	v->logged_line = number;
	log_add(sim, &v->log, "%u: ", insn);
	log_add(sim, &v->log, "%s\n", line_text(v->prog, line));
}

void say_line(struct env *env, u32 insn, const char *prefix)
{
	const struct prog *prog = env->v->prog;
	const struct bpf_line_info *line = find_line(prog, insn);

	if (!log_needed(&env->v->log) || !line || line == env->w->last_line)
		return;
	say(env, "%s", prefix);
	say(env, "%s\n", line_text(prog, line));
	env->w->last_line = line;
}
