/* Where an event is: what programs there may know of it, and in words. fire_event.c makes it go there. */
#include "event_ctx.h"
#include "event_ops.h"
#include "world/functions.h"
#include "world/tracepoint.h"
#include "world/world.h"

#define FRAME_BYTES 64u /* of the simulated kernel stack, for each function on the way */

void event_place_fill(struct sim *sim, const struct happening *h, struct event_place *place)
{
	const struct happening_step *step = happening_step(h, h->at_step);
	u64 stack = ((struct k_task_struct *)h->value[V_TASK])->stack;

	*place = (struct event_place){.step = step, .nargs = 6};
	for (u32 i = 0; i < ARRAY_SIZE(step->arg); i++)
		place->arg[i] = h->value[step->arg[i]];
	place->sp = stack ? stack + 16384 - FRAME_BYTES * (h->depth + 2) : 0;
	if (h->place == PLACE_ENTRY || h->place == PLACE_EXIT) {
		place->func = function_id(sim, event_step_name(h, step));
		place->nargs = function_args(sim, place->func);
		place->ip = function_address(place->func);
		place->ret = h->place == PLACE_EXIT ? h->frame[h->depth - 1].ret : 0;
	} else if (step->kind == STEP_USER) {
		place->ip = 0x7f0000000000 + h->value[V_F1];
		place->ret = h->value[V_RET];
	}
	place->return_to = KERNEL_TEXT;
	if (h->depth > 1)
		place->return_to =
			function_address(function_id(
				sim, event_step_name(h, happening_step(h, h->frame[h->depth - 2].step)))) +
			FUNCTION_SIZE / 2;
}

#define LSM_PREFIX "bpf_lsm_"

static bool is_lsm(const char *func)
{
	return !strncmp(func, LSM_PREFIX, sizeof(LSM_PREFIX) - 1);
}

void event_place_text(const struct happening *h, struct text *out)
{
	u32 kind = event_hook(h);
	const struct happening_step *step = happening_step(h, h->at_step);

	if (happening_kind(h)->ticks)
		tick_place_text(h, out);
	if (!h->place || !kind)
		return;
	if ((kind == HOOK_FMOD_RET || kind == HOOK_FEXIT) && is_lsm(event_step_name(h, step))) {
		text_add(out, "lsm %s", event_step_name(h, step) + sizeof(LSM_PREFIX) - 1);
		return;
	}
	text_add(out, "%s ", hook_infos[kind].name);
	if (kind == HOOK_OPS) {
		event_ops_text(h, out);
		return;
	}
	if (step->kind == STEP_SYS_ENTER || step->kind == STEP_SYS_EXIT)
		text_add(out, "syscalls:sys_%s_%s", step->kind == STEP_SYS_ENTER ? "enter" : "exit",
			 syscall_name(h->value[V_NR]));
	else if (kind == HOOK_RAW_TP)
		text_add(out, "%s", strchr(step->name, ':') + 1);
	else if (step->kind == STEP_ITER)
		text_add(out, "%s", (const char *)h->value[step->arg[0]]);
	else if (step->kind == STEP_USER && h->value[V_X0])
		text_add(out, "%s:%s", (const char *)h->value[V_F0], (const char *)h->value[V_X0]);
	else if (step->kind == STEP_USER)
		text_add(out, "%s+0x%llx", (const char *)h->value[V_F0], (unsigned long long)h->value[V_F1]);
	else if (step->kind != STEP_CLOCK)
		text_add(out, "%s", event_step_name(h, step));
}
