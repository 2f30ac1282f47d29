/*
 * What the loader's rooms share: a plan is a list of steps; each kind of step knows how to prepare its call
 * and what to do with the result. loader.c keeps the books and goes from one call to the next, loader_plan.c
 * makes the plan, and the kinds stand in loader_map.c (the types and the maps), loader_pin.c, loader_fill.c
 * (what is in maps) and loader_program.c.
 */
#ifndef SIM_ELF_LOADER_STEPS_H
#define SIM_ELF_LOADER_STEPS_H

#include <stdio.h>

#include "loader.h"

/* One call of the plan. */
struct step {
	const struct step_kind *kind;
	u32 index; /* the map or program it is about */
	u32 slot;  /* MAP_UPDATE_ELEM of values[]: which of them */
};

struct step_kind {
	const char *name;
	int cmd;
	/* of the attr, as libbpf 1.1 passes it: up to the last field that it knows of the command */
	u32 size;
	/* Fills in the attr and what it points to. 1, 0: no call is needed, or -errno. */
	int (*prepare)(struct loader *l, const struct step *step, struct loader_call *call);
	/* The call returned @result (any). 0: go on; -errno: give up. */
	int (*done)(struct loader *l, const struct step *step, s64 result);
};

struct loader {
	struct elf_object *object;
	struct user_memory *user;
	struct loader_options options;
	struct step *plan;
	u32 steps, room;
	u32 next; /* the step whose call comes next, or is under way */
	bool underway;
	int btf_fd, inner_fd;
	int *map_fd, *program_fd; /* by index, -1 = none */
	bool *map_pinned;         /* found in the bpffs, not made */
	bool without_btf;         /* of the map that is being made: the second try */
	u32 log_level;            /* of the program that is being loaded */
	u64 log_at;               /* its log buffer, 0 = none */
	u64 info_at;              /* the struct bpf_map_info of the call under way */
	struct why why;           /* err != 0: given up */
};

extern const struct step_kind step_load_btf, step_create_inner, step_create_map, step_close_inner;
extern const struct step_kind step_get_pin, step_pin_info, step_pin_map;
extern const struct step_kind step_fill_data, step_freeze, step_fill_slot;
extern const struct step_kind step_load_program, step_bind_map;

/* All steps that @l->options ask for. 0 or -errno. */
int loader_plan(struct loader *l);

/* --- for the steps --- */

static inline bool is_map_of_maps(u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* -ENOMEM with its sentence. */
int loader_no_memory(struct loader *l);
/* Copies @n bytes to the loader's user memory, for the call that is prepared. 0 with their address, or
 * -errno. */
int loader_put(struct loader *l, u64 *address, const void *src, u64 n);
void loader_copy_name(char dst[BPF_OBJ_NAME_LEN], const char *name);
/* step_kind.done of steps that leave nothing to remember. */
int loader_done_plain(struct loader *l, const struct step *step, s64 result);

#endif
