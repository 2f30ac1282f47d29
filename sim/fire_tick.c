/*
 * Time passes: the timers that come due until then call their functions, one after the other in the order
 * of their time, each on the CPU that started it (bpf_timer_cb of kernel/bpf/helpers.c, in a softirq there).
 *
 * Each function is a run of its program that begins in its midst, with the address of the map, of the key and
 * of the value. The event goes with it from CPU to CPU, and comes back in the end; timers of a CPU that is busy
 * with something else stay due.
 */
#include "cpu.h"
#include "world/timer.h"

#define TICK_CALLS_MOST 1000000u /* a timer that starts itself anew without a pause would never end */

enum { TICK_END = V_X0, TICK_HOME, TICK_TIMER, TICK_KEY };

/* --- which CPU --- */

static bool can_go(const struct sim *sim, u32 cpu)
{
	return cpu == sim->clock->cpu || (!cpu_is_busy(sim, cpu) && !cpu_runs_program(sim, cpu));
}

/* --- calling --- */

/* Where the key stands: in front of the value in hash tables; of arrays it is made. */
static u64 key_of(struct happening *h, const struct timer *t)
{
	const struct map *map = t->map;

	if (map->k.map_type != BPF_MAP_TYPE_ARRAY)
		return t->value - round_up_u64(map->k.key_size, 8);
	h->value[TICK_KEY] = (t->value - (u64)map->k.value) / map->k.elem_size;
	return (u64)&h->value[TICK_KEY];
}

/* Is its value still what it was? */
static bool is_in_place(const struct sim *sim, const struct timer *t)
{
	const struct map *map = t->map;
	struct region region;

	return map_locate(sim, t->value, &region) && region.kind == REGION_MAP_VALUE && region.obj == &map->obj &&
	       region.base == t->value;
}

static bool call(struct sim *sim, struct happening *h, struct timer *t)
{
	u64 arg[3] = {(u64)&((struct map *)t->map)->k, 0, t->value};
	struct prog *prog = container_of(t->prog, struct prog, obj);
	u64 now = sim_ktime(sim);

	cpu_carry(sim, t->cpu);
	if (t->expires > now)
		sim->clock->idle_ns += t->expires - now;
	timer_begin(sim, t);
	h->value[TICK_TIMER] = (u64)t;
	if (t->prog && is_in_place(sim, t)) {
		arg[1] = key_of(h, t);
		if (vm_start_callback(sim, prog, t->callback, arg)) {
			h->programs++;
			return true;
		}
	}
	timer_end(sim);
	return false;
}

static void hear(struct sim *sim, struct fire *fire)
{
	if (sim->vm->state == VM_FAULTED)
		fire->fault = sim->vm->fault;
	fire->prog_id = sim->vm->held->obj.id;
	timer_end(sim);
	fire->retval = vm_finish(sim);
	fire->happening.value[TICK_TIMER] = 0;
}

static s64 over(struct sim *sim, struct happening *h, s64 result)
{
	u64 now = sim_ktime(sim);

	if (!result && h->value[TICK_END] > now)
		sim->clock->idle_ns += h->value[TICK_END] - now;
	if (can_go(sim, h->value[TICK_HOME]))
		cpu_carry(sim, h->value[TICK_HOME]);
	event_send(sim, EV_VERDICT, 0, 0, h->value[V_RET], 0, h->programs);
	happening_end(sim, h);
	h->over = true;
	return result;
}

s64 tick_unit(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	struct timer *t;

	if (!h->step++) {
		h->value[TICK_END] = sim_ktime(sim) + h->value[V_F0];
		h->value[TICK_HOME] = sim->clock->cpu;
		event_send(sim, EV_FIRE, 0, STIMULUS_EVENT, h->kind, 0, 0);
	}
	if (sim->vm->state != VM_IDLE)
		hear(sim, fire);
	while ((t = timer_due(sim, h->value[TICK_END], can_go))) {
		if (h->programs == TICK_CALLS_MOST)
			return over(sim, h, sim_fail(&sim->why, -EBUSY,
				"timers have called %u functions, and more are due: time stops here", h->programs));
		if (call(sim, h, t))
			return CALL_MORE;
	}
	return over(sim, h, 0);
}

void tick_place_text(const struct happening *h, struct text *out)
{
	const struct timer *t = (const struct timer *)h->value[TICK_TIMER];
	const struct map *map = t ? t->map : NULL;

	if (!map)
		return;
	text_add(out, "timer %s", map->obj.name);
	if (map->k.map_type == BPF_MAP_TYPE_ARRAY)
		text_add(out, "[%llu]", (unsigned long long)h->value[TICK_KEY]);
	else if (map->k.key_size == sizeof(u32))
		text_add(out, "[%u]", *(const u32 *)(t->value - sizeof(u64)));
}
