/*
 * Arrays whose slots hold objects: BPF_MAP_TYPE_PROG_ARRAY, and the slots of ARRAY_OF_MAPS (map_in_map.c).
 *
 * Mirrors the second half of kernel/bpf/arraymap.c and bpf_prog_map_compatible of core.c. User space
 * writes an fd and reads an id; a slot holds the object's address and a reference. Programs jump through a
 * program array, they cannot look into it.
 *
 * A program array in use by a program that lies in it would keep itself alive for ever. So it is cleared
 * when user space has no fd and no pin of it any more.
 *
 * Simplified: storage of cgroups does not count.
 */
#include "array.h"
#include "fd_array.h"
#include "types.h"

static void **slot_of(struct sim *sim, struct map *map, const void *key)
{
	return array_lookup(sim, map, key);
}

int fd_array_may_set(struct sim *sim, struct map *map, const void *key, u64 flags)
{
	if (flags != BPF_ANY)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: a slot is set with BPF_ANY only",
				(unsigned long long)flags);
	if (slot_of(sim, map, key))
		return 0;
	return sim_fail(&sim->why, -E2BIG, "index %u: the array has %u slots", array_index(key),
			map->k.max_entries);
}

int fd_array_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	void **slot = slot_of(sim, map, key);
	struct obj *old = fd_slot_obj(map, *slot);

	(void)flags;
	obj_get(sim, obj);
	*slot = fd_slot_value(map, obj);
	sim->code_epoch++;
	if (old)
		obj_put(sim, old);
	return 0;
}

struct obj *fd_array_get(struct sim *sim, struct map *map, const void *key)
{
	void **slot = slot_of(sim, map, key);

	return slot ? fd_slot_obj(map, *slot) : NULL;
}

int fd_array_remove(struct sim *sim, struct map *map, const void *key)
{
	void **slot = slot_of(sim, map, key);
	struct obj *old;

	if (!slot)
		return sim_fail(&sim->why, -E2BIG, "index %u: the array has %u slots", array_index(key),
				map->k.max_entries);
	old = fd_slot_obj(map, *slot);
	if (!old)
		return sim_fail(&sim->why, -ENOENT, "slot %u is empty", array_index(key));
	*slot = NULL;
	sim->code_epoch++;
	obj_put(sim, old);
	return 0;
}

void fd_array_clear(struct sim *sim, struct map *map)
{
	for (u32 i = 0; i < map->k.max_entries; i++) {
		void **slot = slot_of(sim, map, &i);
		struct obj *old = fd_slot_obj(map, *slot);

		*slot = NULL;
		sim->code_epoch++;
		if (old)
			obj_put(sim, old);
	}
}

/* --- program arrays --- */

static bool same_kin(const struct tail_kin *a, const struct tail_kin *b)
{
	return a->type == b->type &&
	       a->proto_btf == b->proto_btf && a->proto_id == b->proto_id && a->xdp_has_frags == b->xdp_has_frags &&
	       a->jited == b->jited && a->translated == b->translated;
}

bool prog_array_admits(struct map *array, const struct tail_kin *kin)
{
	struct tail_kinship *progs = array->family;

	if (!progs->known)
		*progs = (struct tail_kinship){true, *kin};
	return same_kin(&progs->kin, kin) && (map_ops(array)->prog_attach ||
					      progs->kin.expected_attach_type == kin->expected_attach_type);
}

static int prog_array_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	map->family = sim_alloc(sim, sizeof(struct tail_kinship));
	if (!map->family)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a program array");
	return array_init(sim, map, attr);
}

static void prog_array_fini(struct sim *sim, struct map *map)
{
	fd_array_clear(sim, map);
	sim_free(sim, map->family);
}

static const u16 prog_array_helpers[] = {BPF_FUNC_tail_call, 0};

const struct map_ops prog_array_ops = {
	.name = "prog_array",
	.doc = "programs by index, for tail calls",
	.when = "Tail calls: programs that are exchanged while others run, state machines, more than one "
		"program's worth of instructions.",
	.what = "Key: 4 bytes, the index. Value: the fd of a program for user space, which reads its id; "
		"programs use it with bpf_tail_call only. All programs are of one type; the first "
		"decides.",
	.kept = "A row of pointers behind struct bpf_map. When user space has no fd and no pin of it any "
		"more it lets its programs go, so that a program can lie in an array that it uses.",
	.cost = "bpf_tail_call: a jump; where the index is a constant it is patched into the machine code "
		"when an element changes.",
	.example = "bpfwalk run samples/xdp_dispatch.o --prog xdp_dispatch --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_NO_BTF | MAP_TRAIT_FD_VALUE | MAP_TRAIT_NEVER_INNER,
	.form = MAP_FORM_OBJECTS,
	.helpers = prog_array_helpers,
	.value_kind = OBJ_PROG,
	.check = map_check_rule,
	.struct_size = array_struct_size,
	.init = prog_array_init,
	.fini = prog_array_fini,
	.no_users = fd_array_clear,
	.may_set = fd_array_may_set,
	.set_obj = fd_array_set,
	.get_obj = fd_array_get,
	.remove = fd_array_remove,
	.next_key = array_next_key,
};
