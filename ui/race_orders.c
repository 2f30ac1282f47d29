/*
 * Every order of a race: see race.h. Only instructions that touch what CPUs share, values of maps and the
 * kernel behind helpers, are put in different orders: of all others it does not matter when they are done.
 */
#include <stdio.h>

#include "map_show.h"
#include "map_summary.h"
#include "race.h"

struct search {
	struct walk *w;
	struct race_result *result;
	u32 results;
	u64 orders;
	char path[sizeof(((struct race_result *)0)->example)];
	u32 depth;
	bool too_many;
};

/* The address of a load, store or atomic operation; false: it is none. */
static bool accesses(const struct vm *vm, const struct bpf_insn *insn, u64 *addr)
{
	u8 class = BPF_CLASS(insn->code);

	if (class != BPF_LDX && class != BPF_ST && class != BPF_STX)
		return false;
	*addr = vm->reg[class == BPF_LDX ? insn->src_reg : insn->dst_reg] + insn->off;
	return true;
}

/* Is the next instruction of the CPU at hand one whose place in the order matters? */
static bool is_shared(const struct sim *sim)
{
	const struct bpf_insn *insn = sim->vm->state == VM_RUNNING ? vm_insn(sim->vm) : NULL;
	struct region region;
	u64 addr;

	if (!insn)
		return false;
	if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg)
		return true;
	return accesses(sim->vm, insn, &addr) && map_locate(sim, addr, &region);
}

/* What the CPU at hand does before the next one that matters; ends there or at the program's end. */
static void pass_own(struct sim *sim)
{
	while (sim->work->kind && !is_shared(sim) && !vm_waits_for(sim))
		sim_run(sim, 1);
}

struct listing {
	struct text *text;
	struct sim *sim;
	struct map *map;
};

static bool list_one(void *ctx, const void *key, const void *value)
{
	struct listing *l = ctx;

	if (map_place_is_empty(l->sim, l->map, key, value))
		return true;
	text_add(l->text, "%s%s[", l->text->len ? ", " : "", l->map->obj.name);
	map_key_text(l->map, key, l->text);
	text_add(l->text, "] = ");
	map_element_text(l->sim, l->map, key, value, l->text);
	return l->text->len + 80 < sizeof(((struct race_result *)0)->text);
}

static void contents(struct sim *sim, struct text *out)
{
	struct obj *obj = NULL;

	while ((obj = obj_next(sim, OBJ_MAP, obj ? obj->id : 0))) {
		struct map *map = container_of(obj, struct map, obj);

		map_each(sim, map, list_one, &(struct listing){out, sim, map});
	}
}

static void note(struct search *s)
{
	char buf[sizeof(s->result->text)];
	struct text text;
	u32 i = 0;

	text_init(&text, buf, sizeof(buf));
	contents(s->w->session->sim, &text);
	s->orders++;
	while (i < s->results && strcmp(s->result[i].text, buf))
		i++;
	if (i == s->results && i < RACE_RESULTS) {
		s->result[s->results++] = (struct race_result){0};
		memcpy(s->result[i].text, buf, sizeof(buf));
		if (s->depth < sizeof(s->path))
			memcpy(s->result[i].example, s->path, s->depth);
	}
	if (i < s->results)
		s->result[i].orders++;
}

static bool can_go_on(const struct sim *sim, u32 cpu)
{
	u64 lock = cpu_waits_for(sim, cpu);

	return cpu_is_busy(sim, cpu) && (!lock || lock_holder(sim, lock) == LOCK_NOBODY);
}

static void explore(struct search *s);

/* One instruction that matters on @cpu, what follows on its own, and everything after. */
static void try_cpu(struct search *s, u32 cpu)
{
	struct sim *sim = s->w->session->sim;

	if (s->depth < sizeof(s->path))
		s->path[s->depth] = '0' + cpu;
	s->depth++;
	sim_cpu(sim, cpu);
	sim_run(sim, 1);
	pass_own(sim);
	explore(s);
	s->depth--;
}

/* The CPU at hand goes first: another one is then a change, which drops what was recorded for it. */
static void explore(struct search *s)
{
	struct sim *sim = s->w->session->sim;
	u32 first = sim->clock->cpu, tried = 0;
	u64 here = sim_now(sim);

	s->too_many = s->too_many || s->orders > RACE_ORDERS_MAX;
	for (u32 n = 0; n < sim->clock->ncpus && !s->too_many; n++) {
		u32 cpu = (first + n) % sim->clock->ncpus;

		if (!can_go_on(sim, cpu))
			continue;
		if (tried++)
			sim_goto(sim, here);
		try_cpu(s, cpu);
		sim_goto(sim, here);
	}
	if (!tried && !s->too_many)
		note(s);
}

static void sort(struct race_result *result, u32 count)
{
	for (u32 i = 1; i < count; i++)
		for (u32 k = i; k && result[k].orders > result[k - 1].orders; k--) {
			struct race_result swap = result[k];

			result[k] = result[k - 1];
			result[k - 1] = swap;
		}
}

int race_orders(struct walk *w, struct race_result *result, u64 *orders)
{
	struct search s = {.w = w, .result = result};
	struct sim *sim = w->session->sim;
	u64 here = sim_now(sim), mask = sim->event_mask;

	sim->event_mask = 0;
	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++)
		if (cpu_is_busy(sim, cpu) && !sim_cpu(sim, cpu))
			pass_own(sim);
	explore(&s);
	sim_goto(sim, here);
	sim->event_mask = mask;
	sort(result, s.results);
	*orders = s.orders;
	return s.too_many ? -E2BIG : (int)s.results;
}
