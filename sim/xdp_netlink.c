/*
 * XDP by netlink: see link.h. Mirrors do_setlink (net/core/rtnetlink.c), dev_change_xdp_fd and dev_xdp_attach (net/core/dev.c).
 * Other than a link, such an attachment is nobody's: it stays until it is replaced or removed.
 */
#include <linux/if_link.h>

#include "dispatcher.h"
#include "fd.h"
#include "link.h"

static struct prog *take_prog(struct sim *sim, const struct task *task, s32 fd, int *err)
{
	struct obj *obj = fd_obj(sim, task, fd, OBJ_PROG, err);
	struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;

	if (prog && prog->type != BPF_PROG_TYPE_XDP) {
		*err = sim_fail(&sim->why, -EINVAL, "program %u is no XDP program", obj->id);
		return NULL;
	}
	return prog;
}

static int check_flags(struct sim *sim, u32 flags, s32 expected)
{
	u32 modes = flags & XDP_FLAGS_MODES;

	if (flags & ~XDP_FLAGS_MASK)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: some are not known", flags);
	if (modes & (modes - 1))
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: one XDP mode at a time", flags);
	if (flags & XDP_FLAGS_REPLACE && expected < 0)
		return sim_fail(&sim->why, -EINVAL, "XDP_FLAGS_REPLACE: which program is expected there?");
	return 0;
}

/* May @prog take the place? */
static int check_new(struct sim *sim, const struct netdev *dev, const struct prog *prog, enum xdp_mode mode, u32 flags)
{
	u32 place = prog->expected_attach_type;

	if (flags & XDP_FLAGS_UPDATE_IF_NOEXIST && xdp_attached_in(dev, mode))
		return sim_fail(&sim->why, -EBUSY, "%s has an XDP program already", dev->name);
	if (xdp_attached_in(dev, !mode))
		return sim_fail(&sim->why, -EEXIST,
				"%s has an XDP program in the other mode: native and generic exclude each other", dev->name);
	if (place == BPF_XDP_DEVMAP || place == BPF_XDP_CPUMAP)
		return sim_fail(&sim->why, -EINVAL, "a program for a devmap or cpumap cannot be attached to a device");
	return 0;
}

static int check(struct sim *sim, const struct netdev *dev, const struct prog *prog, const struct prog *old,
		 enum xdp_mode mode, u32 flags)
{
	if (old && !(flags & XDP_FLAGS_REPLACE))
		return sim_fail(&sim->why, -EINVAL, "a program is expected, but XDP_FLAGS_REPLACE is not given");
	if (dev->xdp_link[mode])
		return sim_fail(&sim->why, -EBUSY, "%s has an XDP link (link %u): netlink cannot replace it", dev->name,
				dev->xdp_link[mode]->id);
	if (flags & XDP_FLAGS_REPLACE && dev->xdp_prog[mode] != old)
		return sim_fail(&sim->why, -EEXIST, "the program of %s is not the expected one", dev->name);
	return prog ? check_new(sim, dev, prog, mode, flags) : 0;
}

static int check_driver(struct sim *sim, const struct netdev *dev, u32 flags)
{
	if (flags & XDP_FLAGS_HW_MODE)
		return sim_fail(&sim->why, -EINVAL, "%s cannot run programs in its hardware", dev->name);
	if (flags & XDP_FLAGS_DRV_MODE && !dev->native_xdp)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"the driver of %s cannot run XDP programs itself: use generic mode", dev->name);
	return 0;
}

static void install(struct sim *sim, struct netdev *dev, enum xdp_mode mode, struct prog *prog)
{
	struct prog *was = dev->xdp_prog[mode];

	if (prog) {
		obj_get(sim, &prog->obj);
		prog->counts.attached++;
	}
	dev->xdp_prog[mode] = prog;
	dispatcher_change(sim, was, prog);
	if (was)
		obj_put(sim, &was->obj);
}

s64 xdp_set(struct sim *sim, struct task *task, u32 ifindex, s32 fd, u32 flags, s32 expected)
{
	struct netdev *dev = netdev_by_index(sim, ifindex);
	struct prog *prog = NULL, *old = NULL;
	enum xdp_mode mode;
	int err = 0;

	if (!task_capable(task, CAP_NET_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "changing a device needs CAP_NET_ADMIN");
	if (!dev)
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u", ifindex);
	err = check_flags(sim, flags, expected);
	if (!err && fd >= 0)
		prog = take_prog(sim, task, fd, &err);
	if (!err && expected >= 0 && flags & XDP_FLAGS_REPLACE)
		old = take_prog(sim, task, expected, &err);
	if (err)
		return err;
	mode = xdp_mode_of(dev, flags);
	err = check(sim, dev, prog, old, mode, flags);
	if (!err && prog != dev->xdp_prog[mode])
		err = check_driver(sim, dev, flags);
	if (!err && prog != dev->xdp_prog[mode])
		install(sim, dev, mode, prog);
	return err;
}
