/* A bare machine: see bare.h. */
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "host.h"
#include "sim/world/world.h"

static const struct obj_ops *const kinds[OBJ_KINDS] = {[OBJ_MAP] = &map_obj_ops, [OBJ_PROG] = &prog_obj_ops};

struct sim *bare_new(void)
{
	struct sim_host *host = host_new();
	struct sim *sim = calloc(1, sizeof(*sim));

	sim->host = host;
	sim->obj_ops = kinds;
	sim->code_epoch = host->clock_ns(host->ctx);
	sim->arena = arena_init(host->arena_mem, ARENA_SIZE);
	sim->clock = sim_alloc(sim, sizeof(*sim->clock));
	sim->clock->ncpus = 1;
	sim->objects = objects_new(sim);
	sim->world = world_new(sim);
	sim->vm = vm_new(sim);
	task_new(sim, 100, 0, "loader");
	return sim;
}

void bare_delete(struct sim *sim)
{
	host_delete((struct sim_host *)sim->host);
	free(sim);
}

struct prog *bare_prog(struct sim *sim, u32 type, const struct bpf_insn *insns, u32 count)
{
	struct prog *prog = sim_alloc(sim, sizeof(*prog));

	obj_init(&prog->obj, OBJ_PROG, "bare");
	prog->type = type;
	prog->insn_cnt = count;
	prog->insns = sim_alloc(sim, count * sizeof(*insns));
	memcpy(prog->insns, insns, count * sizeof(*insns));
	return prog;
}

struct map *bare_map(struct sim *sim, const char *name, u32 type, u32 key_size, u32 value_size, u32 max_entries)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = key_size, .value_size = value_size, .max_entries = max_entries};
	struct map *map;
	int err = map_new(sim, &attr, task_by_pid(sim, 100), &map);

	if (err) {
		fprintf(stderr, "map %s: %s\n", name, sim->why.text);
		exit(2);
	}
	snprintf(map->obj.name, sizeof(map->obj.name), "%s", name);
	return map;
}
