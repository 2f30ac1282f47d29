/*
 * Which programs may lie in a program array and jump through it: see prog.h. Mirrors
 * bpf_prog_map_compatible and bpf_check_tail_call of kernel/bpf/core.c; what they must have in common is
 * kept by the array (maps/fd_array.c).
 */
#include "maps/fd_array.h"
#include "btf_obj.h"
#include "prog.h"
#include "prog_jit.h"

/* The program that @prog extends, or itself. */
static const struct prog *extended(const struct prog *prog)
{
	bool extends = prog->type == BPF_PROG_TYPE_EXT && prog->attach_prog;

	return extends ? container_of(prog->attach_prog, struct prog, obj) : prog;
}

/*
 * The prototype of what the program is attached to: through functions, and the typedefs and
 * pointers of raw tracepoints.
 */
static u32 proto_of(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = types ? btf_type_by_id(types, id) : NULL;

	while (t && (btf_kind(t) == BTF_KIND_FUNC || btf_kind(t) == BTF_KIND_TYPEDEF ||
		     btf_kind(t) == BTF_KIND_PTR)) {
		id = t->type;
		t = btf_type_by_id(types, id);
	}
	return id;
}

static struct tail_kin kin_of(struct sim *sim, const struct prog *prog)
{
	const struct prog *target =
		prog->attach_prog ? container_of(prog->attach_prog, struct prog, obj) : NULL;
	const struct btf *btf = target ? btf_of(target->btf) : NULL;

	return (struct tail_kin){
		.type = extended(prog)->type,
		.expected_attach_type = prog->expected_attach_type,
		.proto_btf = btf ? btf->obj.id : 0,
		.proto_id = prog->attach_btf_id
				    ? proto_of(btf ? &btf->types : sim->host->vmlinux, prog->attach_btf_id)
				    : 0,
		.xdp_has_frags = prog->flags & BPF_F_XDP_HAS_FRAGS,
		.jited = prog_is_jited(prog),
		.translated = prog->xlated,
	};
}

static int admit(struct sim *sim, struct map *array, const struct prog *prog)
{
	struct tail_kin kin = kin_of(sim, prog);

	if (prog_array_admits(array, &kin))
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"the map %u (%s) is for programs of another type or attach type, or another way of "
			"running them", array->obj.id, map_ops(array)->name);
}

int prog_may_enter_array(struct sim *sim, const struct prog *prog, struct map *array)
{
	if (prog->type == BPF_PROG_TYPE_EXT)
		return sim_fail(&sim->why, -EINVAL,
				"a program that replaces a function cannot be the target of a tail call");
	return admit(sim, array, prog);
}

int prog_may_use_arrays(struct sim *sim, const struct prog *prog)
{
	int err = 0;

	for (u32 i = 0; i < prog->nused_maps && !err; i++)
		if (map_ops(prog->used_maps[i])->value_kind == OBJ_PROG) /* of devices and CPUs, too */
			err = admit(sim, prog->used_maps[i], prog);
	return err;
}
