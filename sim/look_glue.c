/* Looking at glue: see look_glue.h. */
#include "look_glue.h"
#include "world/functions.h"

static struct glue_target of_prog(const struct sim *sim, u64 address)
{
	for (const struct obj *o = obj_next(sim, OBJ_PROG, 0); o; o = obj_next(sim, OBJ_PROG, o->id)) {
		const struct prog *prog = container_of(o, struct prog, obj);

		if (address == (u64)prog)
			return (struct glue_target){GLUE_PROG, .prog = prog};
		if (prog_is_jited(prog) ? address == prog_entry(prog)
					: prog->xlated && address == (u64)prog->xlated->insns)
			return (struct glue_target){GLUE_PROG_CODE, .prog = prog};
	}
	return (struct glue_target){GLUE_NOTHING};
}

static struct glue_target of_image(const struct sim *sim, u64 address)
{
	const struct trampoline *t = trampoline_at(sim, address);

	if (t)
		return (struct glue_target){GLUE_TRAMPOLINE, .tramp = t, .off = address - t->image.address};
	for (t = sim->world->trampolines; t; t = t->next)
		if (address == (u64)t)
			return (struct glue_target){GLUE_IMAGE, .tramp = t};
	return (struct glue_target){GLUE_NOTHING};
}

static struct glue_target of_function(const struct sim *sim, u64 address)
{
	struct glue_target at = {GLUE_FUNCTION, .name = function_at(sim, address, &at.off)};

	if (address == FTRACE_TRAMPOLINE_ADDRESS)
		return (struct glue_target){GLUE_FUNCTION, .name = "ftrace_trampoline"};
	if (!at.name) {
		at.off = 0;
		at.name = address >= KTEXT_BASE && address < JIT_TEXT_BASE ? ktext_internal_name(address - KTEXT_BASE)
									   : NULL;
	}
	return at.name ? at : (struct glue_target){GLUE_NOTHING};
}

struct glue_target look_glue_target(const struct sim *sim, u64 address)
{
	struct glue_target at = of_prog(sim, address);

	if (!at.kind)
		at = of_image(sim, address);
	return at.kind ? at : of_function(sim, address);
}

bool look_glue_text(const struct sim *sim, u64 address, struct text *out)
{
	struct glue_target at = look_glue_target(sim, address);

	switch (at.kind) {
	case GLUE_NOTHING:
		return false;
	case GLUE_FUNCTION:
		text_add(out, "%s", at.name);
		break;
	case GLUE_PROG:
	case GLUE_PROG_CODE:
		text_add(out, "%sprog %s", at.kind == GLUE_PROG ? "&" : "", at.prog->obj.name);
		break;
	case GLUE_TRAMPOLINE:
		trampoline_name(at.tramp, out);
		break;
	case GLUE_IMAGE:
		text_add(out, "&image");
		break;
	}
	if (at.off)
		text_add(out, "+%u", at.off);
	return true;
}
