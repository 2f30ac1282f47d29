/*
 * MAP_CREATE: kernel/bpf/syscall.c, map_create, in its order of checks: which errno a call with two mistakes gets is part of
 * the interface.
 *
 * Simplified: one NUMA node; no network card takes maps.
 */
#include "cmd_map.h"
#include "maps/map_btf.h"
#include "world/netdev.h"

static bool type_has(u32 type, u32 trait)
{
	return type < map_types_count && map_types[type] && (map_types[type]->traits & trait);
}

static int check_btf_ids(struct sim *sim, const union bpf_attr *attr)
{
	bool for_struct_ops = type_has(attr->map_type, MAP_TRAIT_VMLINUX_VALUE) && !attr->btf_key_type_id &&
			      !attr->btf_value_type_id;

	if (attr->btf_vmlinux_value_type_id && !for_struct_ops)
		return sim_fail(&sim->why, -EINVAL,
				"btf_vmlinux_value_type_id is for maps of type struct_ops");
	if (attr->btf_key_type_id && !attr->btf_value_type_id)
		return sim_fail(&sim->why, -EINVAL, "btf_key_type_id %u, but no btf_value_type_id",
				attr->btf_key_type_id);
	return 0;
}

static int check_numa_node(struct sim *sim, const union bpf_attr *attr)
{
	s32 node = attr->map_flags & BPF_F_NUMA_NODE ? (s32)attr->numa_node : -1;

	if (node == 0 || node == -1)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "numa_node %d: this machine has node 0 only", node);
}

static int check_type(struct sim *sim, u32 type)
{
	const char *name = map_type_name(type);

	if (type < map_types_count && map_types[type])
		return 0;
	if (name)
		return sim_fail(&sim->why, -EINVAL,
				"map type %s: Linux 6.1 has it, the simulator does not have it yet", name);
	return sim_fail(&sim->why, -EINVAL, "map type %u: Linux 6.1 has 1 (hash) to %u (user_ringbuf)", type,
			BPF_MAP_TYPE_USER_RINGBUF);
}

/* A map on a network card: there is none that takes maps, and the errno depends on the driver. */
static int check_ifindex(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	const struct netdev *dev = netdev_by_index(sim, attr->map_ifindex);

	if (!attr->map_ifindex)
		return 0;
	if (!task_capable(task, CAP_SYS_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "map_ifindex needs CAP_SYS_ADMIN");
	if (!(map_types[attr->map_type]->traits & MAP_TRAIT_OFFLOAD))
		return sim_fail(&sim->why, -EINVAL, "maps of type %s stay off network cards",
				map_types[attr->map_type]->name);
	if (dev && !dev->native_xdp)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"map_ifindex %u: the driver of %s has nothing for bpf", attr->map_ifindex,
				dev->name);
	return sim_fail(&sim->why, -EINVAL, "map_ifindex %u: no network card that holds maps",
			attr->map_ifindex);
}

static int check_create(struct sim *sim, const struct call *call, bool *may_read, bool *may_write)
{
	const union bpf_attr *attr = &call->attr;
	int err = check_btf_ids(sim, attr);

	if (!err && attr->map_extra && !type_has(attr->map_type, MAP_TRAIT_EXTRA))
		err = sim_fail(&sim->why, -EINVAL, "map_extra is for bloom filters");
	if (!err)
		err = file_access(sim, attr->map_flags, may_read, may_write);
	if (!err)
		err = check_numa_node(sim, attr);
	if (!err)
		err = check_type(sim, attr->map_type);
	if (!err)
		err = map_types[attr->map_type]->check(sim, attr, call->task);
	return err ? err : check_ifindex(sim, attr, call->task);
}

static int attach_inner(struct sim *sim, const struct call *call, struct map *map)
{
	struct obj *inner;
	int err;

	if (!type_has(call->attr.map_type, MAP_TRAIT_INNER))
		return 0;
	inner = fd_obj(sim, call->task, call->attr.inner_map_fd, OBJ_MAP, &err);
	return inner ? map_set_inner(sim, map, container_of(inner, struct map, obj)) : err;
}

static int attach_btf(struct sim *sim, const struct call *call, struct map *map)
{
	const union bpf_attr *attr = &call->attr;
	struct obj *btf;
	int err;

	if (!attr->btf_value_type_id && !attr->btf_vmlinux_value_type_id)
		return 0;
	btf = fd_obj(sim, call->task, attr->btf_fd, OBJ_BTF, &err);
	if (!btf)
		return err;
	map->btf_vmlinux_value_type_id = attr->btf_vmlinux_value_type_id;
	return map_set_btf(sim, map, btf_of(btf), attr->btf_key_type_id, attr->btf_value_type_id);
}

s64 cmd_map_create(struct sim *sim, struct call *call)
{
	bool may_read, may_write;
	struct map *map;
	int err = check_create(sim, call, &may_read, &may_write);

	if (!err)
		err = map_new(sim, &call->attr, call->task, &map);
	if (err)
		return err;
	err = attach_inner(sim, call, map);
	if (!err)
		err = attach_btf(sim, call, map);
	if (!err)
		err = obj_publish(sim, &map->obj);
	if (err < 0) {
		obj_put_user(sim, &map->obj);
		return err;
	}
	return fd_open(sim, call->task, &map->obj, may_read, may_write);
}
