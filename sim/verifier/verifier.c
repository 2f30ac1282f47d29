/* The verifier's life and its rejections: see verifier.h. */
#include "translate.h"

struct verifier *verifier_new(struct sim *sim, struct prog *prog, bool bpf_capable)
{
	struct verifier *v = sim_alloc(sim, sizeof(*v));

	if (!v)
		return NULL;
	v->prog = prog;
	v->bpf_capable = bpf_capable;
	v->cfg.insn = sim_alloc(sim, prog->insn_cnt * sizeof(*v->cfg.insn));
	v->cfg.stack = sim_alloc(sim, prog->insn_cnt * sizeof(*v->cfg.stack));
	if (!v->cfg.insn || !v->cfg.stack) {
		verifier_free(sim, v);
		return NULL;
	}
	return v;
}

void verifier_free(struct sim *sim, struct verifier *v)
{
	translate_free(sim, v);
	walk_free(sim, v);
	log_fini(sim, &v->log);
	sim_free(sim, v->cfg.stack);
	sim_free(sim, v->cfg.insn);
	sim_free(sim, v);
}

int verifier_reject(struct sim *sim, struct verifier *v, int err, const char *fmt, ...)
{
	char line[1024];
	struct text text;
	va_list args;

	text_init(&text, line, sizeof(line));
	va_start(args, fmt);
	text_vadd(&text, fmt, args);
	va_end(args);
	log_add(sim, &v->log, "%s", line);
	return sim_fail(&sim->why, err, "%.*s", (int)strcspn(line, "\n"), line);
}
