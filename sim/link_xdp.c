/* XDP links: one program at a net device (net/core/dev.c, dev_xdp_attach and bpf_xdp_link_*). */
#include <linux/if_link.h>

#include "dispatcher.h"
#include "link.h"

enum xdp_mode xdp_mode_of(const struct netdev *dev, u32 flags)
{
	if (flags & XDP_FLAGS_SKB_MODE)
		return XDP_MODE_GENERIC;
	if (flags & (XDP_FLAGS_DRV_MODE | XDP_FLAGS_HW_MODE))
		return XDP_MODE_NATIVE;
	return dev->native_xdp ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
}

struct prog *xdp_attached_in(const struct netdev *dev, enum xdp_mode mode)
{
	return dev->xdp_link[mode] ? container_of(dev->xdp_link[mode], struct link, obj)->prog : dev->xdp_prog[mode];
}

struct prog *xdp_attached(const struct netdev *dev)
{
	struct prog *native = xdp_attached_in(dev, XDP_MODE_NATIVE);

	return native ? native : xdp_attached_in(dev, XDP_MODE_GENERIC);
}

static int mode_of(struct sim *sim, const struct netdev *dev, u32 flags, enum xdp_mode *mode)
{
	if (flags & ~XDP_FLAGS_MODES)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: a link knows the XDP mode flags only",
				flags);
	if (flags & (flags - 1))
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: one XDP mode at a time", flags);
	*mode = xdp_mode_of(dev, flags);
	return 0;
}

static int check_driver(struct sim *sim, const struct netdev *dev, u32 flags)
{
	if (!(flags & (XDP_FLAGS_DRV_MODE | XDP_FLAGS_HW_MODE)) || dev->native_xdp)
		return 0;
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"the driver of %s cannot run XDP programs itself: use generic mode", dev->name);
}

static int check_free(struct sim *sim, const struct netdev *dev, enum xdp_mode mode)
{
	if (dev->xdp_prog[mode])
		return sim_fail(&sim->why, -EBUSY, "%s has an XDP program by netlink (program %u): it must go first", dev->name,
				dev->xdp_prog[mode]->obj.id);
	if (!dev->xdp_link[mode])
		return 0;
	return sim_fail(&sim->why, -EBUSY, "%s has an XDP link already (link %u): it must go first",
			dev->name, dev->xdp_link[mode]->id);
}

/* What is asked when the program is handed to the driver (dev_xdp_install). */
static int check_install(struct sim *sim, const struct netdev *dev, const struct link *link,
			 enum xdp_mode mode)
{
	u32 place = link->prog->expected_attach_type;

	if (xdp_attached_in(dev, !mode))
		return sim_fail(
			&sim->why, -EEXIST,
			"%s has an XDP program in the other mode: native and generic exclude each other",
			dev->name);
	if (place == BPF_XDP_DEVMAP || place == BPF_XDP_CPUMAP)
		return sim_fail(&sim->why, -EINVAL,
				"a program for a devmap or cpumap cannot be attached to a device");
	if (link->flags & XDP_FLAGS_HW_MODE)
		return sim_fail(&sim->why, -EINVAL, "%s cannot run programs in its hardware", dev->name);
	return 0;
}

static int xdp_attach(struct sim *sim, struct link *link, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct netdev *dev = netdev_by_index(sim, attr->link_create.target_ifindex);
	enum xdp_mode mode = XDP_MODE_GENERIC;
	int err;

	link->flags = attr->link_create.flags;
	if (!dev)
		return sim_fail(&sim->why, -EINVAL, "there is no device with ifindex %u",
				attr->link_create.target_ifindex);
	err = mode_of(sim, dev, link->flags, &mode);
	if (!err)
		err = check_free(sim, dev, mode);
	if (!err)
		err = check_driver(sim, dev, link->flags);
	if (!err)
		err = check_install(sim, dev, link, mode);
	if (err)
		return err;
	dev->xdp_link[mode] = &link->obj;
	link->ifindex = dev->ifindex;
	dispatcher_change(sim, NULL, link->prog);
	return 0;
}

static void xdp_detach(struct sim *sim, struct link *link)
{
	struct netdev *dev = netdev_by_index(sim, link->ifindex);

	for (u32 mode = 0; dev && mode < XDP_MODES; mode++)
		if (dev->xdp_link[mode] == &link->obj)
			dev->xdp_link[mode] = NULL;
	if (dev)
		dispatcher_change(sim, link->prog, NULL);
	link->ifindex = 0;
}

static void xdp_updated(struct sim *sim, struct link *link, const struct prog *old)
{
	dispatcher_change(sim, old, link->prog);
}

static int xdp_check_update(struct sim *sim, struct link *link, const struct prog *prog,
			    const struct prog *expected)
{
	if (!link->ifindex)
		return sim_fail(&sim->why, -ENOLINK, "the link is detached");
	if (expected && expected != link->prog)
		return sim_fail(&sim->why, -EPERM, "the link's program is %u, not %u as expected",
				link->prog->obj.id, expected->obj.id);
	if (prog->type != link->prog->type || prog->expected_attach_type != link->prog->expected_attach_type)
		return sim_fail(&sim->why, -EINVAL,
				"the new program is of another type or for another place than the old one");
	return 0;
}

static int xdp_fill_info(struct sim *sim, const struct call *call, const struct link *link, struct bpf_link_info *info)
{
	(void)sim, (void)call;
	info->xdp.ifindex = link->ifindex;
	return 0;
}

const struct link_ops xdp_link_ops = {
	.name = "xdp",
	.attach = xdp_attach,
	.detach = xdp_detach,
	.check_update = xdp_check_update,
	.updated = xdp_updated,
	.fill_info = xdp_fill_info,
};
