/* Edits: see edit.h. One function that checks and one that does it for each kind. */
#include "cpu.h"
#include "edit.h"
#include "vm/vm.h"

struct edit_ops {
	s64 (*check)(struct sim *sim, const struct edit *edit);
	s64 (*apply)(struct sim *sim, const struct edit *edit);
};

/* --- the running program --- */

static s64 check_run(struct sim *sim)
{
	if (sim->vm->state != VM_RUNNING)
		return sim_fail(&sim->why, -ENODATA, "no program is in the middle of a run now");
	return 0;
}

static s64 check_reg(struct sim *sim, const struct edit *edit)
{
	if (edit->at >= BPF_REG_10 || edit->len != sizeof(u64))
		return sim_fail(&sim->why, -EINVAL, "r0 to r9 can be set (r10, the frame pointer, is fixed)");
	return check_run(sim);
}

static s64 apply_reg(struct sim *sim, const struct edit *edit)
{
	memcpy(&sim->vm->reg[edit->at], edit->data, sizeof(u64));
	sim->vm->edited = true;
	return 0;
}

#define NO_SLOT UINT32_MAX

/* Where instruction @at as written begins in the form that runs. */
static u32 slot_of(const struct vm *vm, u64 at)
{
	const struct xlated *xlated = vm->prog->xlated;

	if (!vm->translated || at >= vm->prog->insn_cnt)
		return at;
	for (u32 i = 0; i < xlated->insn_cnt; i++)
		if (xlated->origin[i] == at)
			return i;
	return NO_SLOT;
}

static s64 check_pc(struct sim *sim, const struct edit *edit)
{
	const struct prog *prog = sim->vm->prog;
	s64 err = check_run(sim);

	if (err || (edit->at < prog->insn_cnt && (prog->insns[edit->at].code || !edit->at) &&
		    slot_of(sim->vm, edit->at) != NO_SLOT))
		return err;
	if (slot_of(sim->vm, edit->at) == NO_SLOT)
		return sim_fail(&sim->why, -EINVAL, "instruction %llu: the translator has removed it",
				(unsigned long long)edit->at);
	return sim_fail(&sim->why, -EINVAL, "instruction %llu: the program has 0 to %u%s",
			(unsigned long long)edit->at, prog->insn_cnt - 1,
			edit->at < prog->insn_cnt ? ", and this is the second half of one" : "");
}

static s64 apply_pc(struct sim *sim, const struct edit *edit)
{
	sim->vm->pc = slot_of(sim->vm, edit->at);
	sim->vm->edited = true;
	return 0;
}

/* --- memory --- */

/* The fields of a value that hold pointers of the kernel's are not for edits. */
static bool is_own(const struct region *region, u64 addr, u32 len)
{
	const struct map *map = region->obj && region->obj->kind == OBJ_MAP
					? container_of(region->obj, struct map, obj)
					: NULL;
	u64 from = addr - region->base, end = from + len;

	if (!map || region->kind != REGION_MAP_VALUE)
		return true;
	if (map->spin_lock_off >= 0 && from < map->spin_lock_off + sizeof(struct bpf_spin_lock) &&
	    end > (u64)map->spin_lock_off)
		return false;
	if (map->timer_off >= 0 && from < map->timer_off + sizeof(struct bpf_timer) &&
	    end > (u64)map->timer_off)
		return false;
	for (u32 i = 0; i < map->nkptrs; i++)
		if (from < map->kptr[i].off + sizeof(u64) && end > map->kptr[i].off)
			return false;
	return !(map_ops(map)->traits & MAP_TRAIT_FD_VALUE);
}

static bool find(struct sim *sim, const struct edit *edit, struct region *region)
{
	*region = (struct region){0};
	if (sim->vm->state == VM_RUNNING)
		return vm_find_region(sim, edit->at, edit->len, region);
	return map_locate(sim, edit->at, region) && edit->at - region->base <= region->size &&
	       edit->len <= region->size - (edit->at - region->base);
}

static s64 check_memory(struct sim *sim, const struct edit *edit)
{
	struct region region;
	char where[64];
	struct text text;

	text_init(&text, where, sizeof(where));
	vm_format_address(sim, edit->at, &text);
	if (!edit->len || !find(sim, edit, &region))
		return sim_fail(&sim->why, -EFAULT,
				"%u bytes at %s: not in memory that a program may write now (its stack, its "
				"packet, values of maps)",
				edit->len, where);
	if (region.kind == REGION_CTX || region.kind == REGION_SOCK || region.kind == REGION_MAP ||
	    !(region.access & REGION_WRITE))
		return sim_fail(&sim->why, -EACCES, "this memory is not for writing");
	if (!is_own(&region, edit->at, edit->len))
		return sim_fail(&sim->why, -EACCES,
				"a lock, a timer or a pointer of the kernel's lies there: it cannot be edited");
	return 0;
}

static s64 apply_memory(struct sim *sim, const struct edit *edit)
{
	(void)sim;
	memcpy((void *)edit->at, edit->data, edit->len);
	return 0;
}

/* --- elements of maps --- */

static struct map *map_of_edit(struct sim *sim, const struct edit *edit)
{
	struct obj *obj = obj_by_id(sim, OBJ_MAP, edit->at);

	return obj ? container_of(obj, struct map, obj) : NULL;
}

static s64 check_map(struct sim *sim, const struct edit *edit)
{
	const struct map *map = edit->at <= UINT32_MAX ? map_of_edit(sim, edit) : NULL;

	if (!map)
		return sim_fail(&sim->why, -ENOENT, "there is no map with id %llu",
				(unsigned long long)edit->at);
	if (!map_ops(map)->lookup || !map_ops(map)->update || !map->k.key_size ||
	    (map_ops(map)->traits & MAP_TRAIT_FD_VALUE) || map_ops(map)->key_owner)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"elements of a map of type %s cannot be set by hand: they are no plain keys and "
				"values",
				map_ops(map)->name);
	if (edit->len != (u64)map->k.key_size + map->k.value_size)
		return sim_fail(&sim->why, -EINVAL, "%u bytes are no key of %u and value of %u", edit->len,
				map->k.key_size, map->k.value_size);
	return 0;
}

/* In place when the element is there: the program may hold its address. */
static s64 apply_map(struct sim *sim, const struct edit *edit)
{
	struct map *map = map_of_edit(sim, edit);
	const u8 *key = edit->data, *value = key + map->k.key_size;
	void *there = map_look(sim, map, key, sim->clock->cpu);

	if (!there)
		return map_update(sim, map, key, value, BPF_ANY);
	map_copy_value(map, there, value);
	return 0;
}

/* --- the CPU at hand --- */

static s64 check_cpu(struct sim *sim, const struct edit *edit)
{
	return cpu_check(sim, edit->at);
}

static s64 apply_cpu(struct sim *sim, const struct edit *edit)
{
	cpu_select(sim, edit->at);
	return 0;
}

/* --- all of them --- */

static const struct edit_ops edits[EDIT_KINDS] = {
	[EDIT_REG] = {check_reg, apply_reg},
	[EDIT_PC] = {check_pc, apply_pc},
	[EDIT_MEMORY] = {check_memory, apply_memory},
	[EDIT_MAP] = {check_map, apply_map},
	[EDIT_CPU] = {check_cpu, apply_cpu},
};

s64 edit_check(struct sim *sim, const struct edit *edit)
{
	if (edit->kind >= EDIT_KINDS)
		return sim_fail(&sim->why, -EINVAL, "there is no edit of kind %u", edit->kind);
	return edits[edit->kind].check(sim, edit);
}

s64 edit_apply(struct sim *sim, const struct edit *edit)
{
	s64 err = edit_check(sim, edit);

	if (!err)
		err = edits[edit->kind].apply(sim, edit);
	event_send(sim, EV_EDIT, 0, edit->kind, edit->at, err, 0);
	return err;
}
