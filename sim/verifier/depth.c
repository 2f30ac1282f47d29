/*
 * The stack that all frames on top of each other need (check_max_stack_depth of kernel/bpf/verifier.c): every
 * chain of calls is followed, after the walk, when it is known how much each function uses.
 */
#include "call.h"

#define FRAME_UNIT 32u           /* the interpreter's stacks grow in such steps */
/* a tail call leaves the callers' frames behind: 33 times this much is the worst case */
#define TAIL_CALL_DEPTH 256u

/* The chain of calls: where each frame goes on. */
struct chain {
	struct {
		u32 subprog;
		u32 at;          /* the next insn to look at */
	} frame[MAX_FRAMES];
	u32 top;
	u32 depth;               /* bytes of all frames */
	bool tail_call;          /* one of the functions called so far makes tail calls */
};

static u32 frame_size(const struct verifier_subprog *sub)
{
	return round_up_u64(sub->stack_depth ? sub->stack_depth : 1, FRAME_UNIT);
}

static int check_entry(struct env *env, struct chain *chain, u32 subprog)
{
	const struct verifier_subprog *sub = &env->v->subprog[subprog];

	if (subprog && sub->has_tail_call && chain->depth >= TAIL_CALL_DEPTH)
		return reject(env, TAIL_CALL_TOO_DEEP, chain->depth);
	chain->depth += frame_size(sub);
	if (chain->depth > MAX_STACK)
		return reject(env, STACK_TOO_DEEP, chain->top + 1, chain->depth);
	chain->frame[chain->top].subprog = subprog;
	chain->frame[chain->top].at = sub->start;
	return 0;
}

/*
 * The next call in the function on top, or its end. Async callbacks have a stack of their own, unless they
 * are called directly.
 */
static u32 find_call(const struct env *env, const struct chain *chain, int *subprog)
{
	const struct verifier_subprog *sub = &env->v->subprog[chain->frame[chain->top].subprog];
	u32 at = chain->frame[chain->top].at;

	for (; at < sub[1].start; at++) {
		const struct bpf_insn *insn = &env->insns[at];

		if (!insn_is_pseudo_call(insn) && !insn_is_pseudo_func(insn))
			continue;
		*subprog = verifier_subprog_at(env->v, (s64)at + insn->imm + 1);
		if (!env->v->subprog[*subprog].async_callback || env->v->subprog[*subprog].has_tail_call ||
		    insn_is_pseudo_call(insn))
			break;
	}
	return at;
}

static void note_tail_calls(struct env *env, const struct chain *chain)
{
	if (!chain->tail_call)
		return;
	for (u32 i = 0; i < chain->top; i++)
		env->v->subprog[chain->frame[i].subprog].tail_call_reachable = true;
}

static int check_from(struct env *env, u32 first)
{
	struct chain chain = {.top = 0};
	int err = check_entry(env, &chain, first);

	while (!err) {
		u32 caller = chain.frame[chain.top].subprog;
		int callee = 0;
		u32 at = find_call(env, &chain, &callee);

		if (at < env->v->subprog[caller + 1].start) {
			if (env->v->subprog[callee].async_callback && env->v->subprog[callee].has_tail_call)
				return reject(env, ASYNC_TAIL_CALL);
			chain.frame[chain.top].at = at + 1;
			chain.tail_call |= env->v->subprog[callee].has_tail_call;
			if (++chain.top >= MAX_FRAMES)
				return reject(env, CALL_CHAIN_TOO_LONG, chain.top);
			err = check_entry(env, &chain, callee);
			continue;
		}
		note_tail_calls(env, &chain);
		if (!chain.top)
			return 0;
		chain.depth -= frame_size(&env->v->subprog[caller]);
		chain.top--;
	}
	return err;
}

int check_stack_depth(struct env *env)
{
	for (u32 i = 0; i < env->v->nsubprogs; i++) {
		int err = !i || env->v->subprog[i].async_callback ? check_from(env, i) : 0;

		if (err)
			return err;
	}
	return 0;
}
