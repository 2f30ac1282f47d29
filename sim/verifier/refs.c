/*
 * References to kernel objects: what a helper handed out and the program has to give back
 * (acquire_reference_state, release_reference of kernel/bpf/verifier.c).
 */
#include "call.h"

int acquire_reference(struct env *env, u32 insn)
{
	struct frame *frame = cur_frame(env);
	struct ref ref = {
		.id = env->w->id_gen + 1,
		.insn = insn,
		.callback_ref = frame->in_callback ? frame->frameno : 0,
	};

	if (!frame_add_ref(env->sim, frame, ref))
		return sim_fail(&env->sim->why, -ENOMEM, "no memory for another reference");
	return ++env->w->id_gen;
}

struct release {
	struct env *env;
	u32 id;
};

/*
 * Without the reference the address is worth nothing; those who must not see addresses lose the number as
 * well.
 */
static void forget_holder(struct reg *reg, void *arg)
{
	const struct release *release = arg;
	const struct walk_rights *may = &release->env->w->may;

	if (reg->ref_obj_id != release->id)
		return;
	if (may->allow_ptr_leaks)
		reg_set_unknown(reg, !may->bpf_capable);
	else
		reg_set_not_init(reg, !may->bpf_capable);
}

int release_reference(struct env *env, u32 id)
{
	struct release release = {env, id};
	int err = frame_drop_ref(cur_frame(env), id);

	if (!err)
		vstate_each_reg(env->w->cur, forget_holder, &release);
	return err;
}
