/*
 * The walk over the control-flow graph: see cfg.h. Mirrors check_cfg, visit_insn and push_insn of
 * kernel/bpf/verifier.c.
 *
 * Order is part of the interface, because the log names the first edge that is wrong: falling through comes
 * before branching, and a callee is walked from its call.
 */
#include "verifier.h"

static u32 size_of(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) ? 2 : 1;
}

/* A callback is named, not called: recursion through it is decided by the path walk. */
static u32 call_ways(const struct bpf_insn *insn, u32 t, struct cfg_way way[2])
{
	way[0] = (struct cfg_way){.to = (s64)t + size_of(insn)};
	if (!insn_is_pseudo_call(insn) && !insn_is_pseudo_func(insn))
		return 1;
	way[1] = (struct cfg_way){
		.to = (s64)t + insn->imm + 1, .branch = true, .loop_ok = insn_is_pseudo_func(insn)};
	return 2;
}

u32 cfg_ways(const struct bpf_insn *insns, u32 t, struct cfg_way way[2])
{
	const struct bpf_insn *insn = &insns[t];
	u8 class = BPF_CLASS(insn->code);

	if (insn_is_pseudo_func(insn))
		return call_ways(insn, t, way);
	if (class != BPF_JMP && class != BPF_JMP32) {
		way[0] = (struct cfg_way){.to = (s64)t + size_of(insn)};
		return 1;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_EXIT:
		return 0;
	case BPF_CALL:
		return call_ways(insn, t, way);
	case BPF_JA:
		way[0] = (struct cfg_way){.to = (s64)t + 1 + (class == BPF_JMP ? insn->off : insn->imm),
					  .loop_ok = true};
		return 1;
	default:
		way[0] = (struct cfg_way){.to = (s64)t + 1, .loop_ok = true};
		way[1] = (struct cfg_way){.to = (s64)t + 1 + insn->off, .branch = true, .loop_ok = true};
		return 2;
	}
}

/* Where the path walk will stop and compare: jumps, what they lead to, and the insn behind a call. */
static void mark_points(struct cfg *cfg, const struct bpf_insn *insn, u32 t, const struct cfg_way *way)
{
	bool jump = BPF_CLASS(insn->code) == BPF_JMP || BPF_CLASS(insn->code) == BPF_JMP32;
	u8 op = BPF_OP(insn->code);

	if (way->branch || insn_is_pseudo_func(insn) || (jump && (op == BPF_JA || op == BPF_CALL))) {
		cfg->insn[way->to].prune_point = 1;
		cfg->insn[way->to].jump_point = 1;
	}
	if (way->branch || (jump && op == BPF_CALL && insn->imm == BPF_FUNC_timer_set_callback))
		cfg->insn[t].prune_point = 1;
}

static void push(struct cfg *cfg, u32 t)
{
	cfg->insn[t].color = CFG_DISCOVERED;
	cfg->stack[cfg->depth++] = t;
	if (cfg->depth > cfg->max_depth)
		cfg->max_depth = cfg->depth;
}

static enum cfg_edge edge_to(u8 color)
{
	return color == CFG_WHITE ? CFG_TREE : color == CFG_DISCOVERED ? CFG_BACK : CFG_CROSS;
}

static int follow(struct sim *sim, struct verifier *v, u32 t, const struct cfg_way *way)
{
	struct cfg *cfg = &v->cfg;
	enum cfg_edge edge;

	if (way->to < 0 || way->to >= v->prog->insn_cnt) {
		verifier_log_source(sim, v, t);
		return verifier_reject(sim, v, -EINVAL, "jump out of range from insn %u to %d\n", t,
				       (int)way->to);
	}
	mark_points(cfg, &v->prog->insns[t], t, way);
	edge = edge_to(cfg->insn[way->to].color);
	cfg->edges[edge]++;
	cfg->last = (struct cfg_step){.from = t, .to = way->to, .edge = edge, .branch = way->branch};
	event_send(sim, EV_CFG_EDGE, 0, t, way->to, edge, 0);
	if (edge == CFG_TREE)
		push(cfg, way->to);
	if (edge != CFG_BACK || (way->loop_ok && v->bpf_capable))
		return VERIFIER_MORE;
	verifier_log_source(sim, v, t);
	verifier_log_source(sim, v, way->to);
	return verifier_reject(sim, v, -EINVAL, "back-edge from insn %u to %u\n", t, (u32)way->to);
}

static int leave(struct sim *sim, struct cfg *cfg, u32 t)
{
	cfg->insn[t].color = CFG_EXPLORED;
	cfg->depth--;
	cfg->explored++;
	cfg->last = (struct cfg_step){.from = t, .to = t, .left = true};
	event_send(sim, EV_CFG_EXPLORED, 0, t, 0, 0, 0);
	return cfg->depth ? VERIFIER_MORE : VERIFIER_DONE;
}

int verifier_walk_cfg(struct sim *sim, struct verifier *v)
{
	struct cfg *cfg = &v->cfg;
	struct cfg_way way[2];
	u32 t;

	if (!cfg->depth)
		push(cfg, 0);
	t = cfg->stack[cfg->depth - 1];
	if (cfg->insn[t].followed == cfg_ways(v->prog->insns, t, way))
		return leave(sim, cfg, t);
	return follow(sim, v, t, &way[cfg->insn[t].followed++]);
}

int verifier_check_reached(struct sim *sim, struct verifier *v)
{
	const struct cfg_insn *insn = v->cfg.insn;

	for (u32 i = 0; i < v->prog->insn_cnt; i++) {
		if (insn[i].color != CFG_EXPLORED)
			return verifier_reject(sim, v, -EINVAL, "unreachable insn %u\n", i);
		if (!insn_is_ld_imm64(&v->prog->insns[i]))
			continue;
		if (insn[i + 1].color != CFG_WHITE)
			return verifier_reject(sim, v, -EINVAL, "jump into the middle of ldimm64 insn %u\n",
					       i);
		i++;
	}
	return VERIFIER_DONE;
}
