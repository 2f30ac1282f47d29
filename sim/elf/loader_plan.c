/* The loader's plan: which calls an object needs, in libbpf's order. First the types, then each map with what
 * is in it, then the programs. */
#include <stdlib.h>

#include "loader_steps.h"

static int plan(struct loader *l, const struct step_kind *kind, u32 index, u32 slot)
{
	if (l->steps == l->room) {
		u32 room = l->room ? 2 * l->room : 16;
		struct step *steps = realloc(l->plan, room * sizeof(*steps));

		if (!steps)
			return loader_no_memory(l);
		l->plan = steps;
		l->room = room;
	}
	l->plan[l->steps++] = (struct step){kind, index, slot};
	return 0;
}

static int plan_slots(struct loader *l, u32 index)
{
	int err = 0;

	for (u32 i = 0; !err && i < l->object->maps[index].slot_count; i++)
		err = plan(l, &step_fill_slot, index, i);
	return err;
}

static int plan_map(struct loader *l, u32 index)
{
	const struct elf_map *map = &l->object->maps[index];
	int err = 0;

	if (map->pin_by_name)
		err = plan(l, &step_get_pin, index, 0) ?: plan(l, &step_pin_info, index, 0);
	if (!err && map->inner)
		err = plan(l, &step_create_inner, index, 0);
	err = err ?: plan(l, &step_create_map, index, 0);
	if (!err && map->inner)
		err = plan(l, &step_close_inner, index, 0);
	if (!err && elf_map_internal(map))
		err = plan(l, &step_fill_data, index, 0);
	if (!err && elf_map_frozen(map))
		err = plan(l, &step_freeze, index, 0);
	if (!err && is_map_of_maps(map->type))
		err = plan_slots(l, index);
	if (!err && map->pin_by_name)
		err = plan(l, &step_pin_map, index, 0);
	return err;
}

static int plan_program(struct loader *l, u32 index)
{
	int err = plan(l, &step_load_program, index, 0);

	for (u32 i = 0; !err && i < l->object->map_count; i++)
		if (l->object->maps[i].source == ELF_MAP_RODATA)
			err = plan(l, &step_bind_map, index, i);
	return err;
}

static bool is_wanted(const struct loader *l, const struct elf_program *program)
{
	if (program->subprog)
		return false;
	if (!l->options.programs)
		return program->autoload;
	for (u32 i = 0; i < l->options.program_count; i++)
		if (!strcmp(l->options.programs[i], program->name))
			return true;
	return false;
}

/* A program array is filled at the end; its programs must be among those that are loaded. */
static int plan_programs(struct loader *l)
{
	const struct elf_object *o = l->object;
	int err = 0;

	for (u32 i = 0; !err && i < o->program_count; i++)
		if (is_wanted(l, &o->programs[i]))
			err = plan_program(l, i);
	for (u32 m = 0; !err && m < o->map_count; m++)
		for (u32 i = 0;
		     !err && o->maps[m].type == BPF_MAP_TYPE_PROG_ARRAY && i < o->maps[m].slot_count; i++)
			if (is_wanted(l, &o->programs[o->maps[m].slots[i].target]))
				err = plan(l, &step_fill_slot, m, i);
	return err;
}

int loader_plan(struct loader *l)
{
	int err = l->object->btf ? plan(l, &step_load_btf, 0, 0) : 0;

	for (u32 i = 0; !err && i < l->object->map_count; i++)
		err = plan_map(l, i);
	return err ?: plan_programs(l);
}
