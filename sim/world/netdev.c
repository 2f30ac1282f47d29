/* Network devices: see netdev.h. */
#include "netdev.h"
#include "world.h"

#define XDP_RXQ_REGISTERED 1 /* xdp_rxq_info.reg_state */

struct netdevs *netdevs_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct netdevs));
}

struct netdev *netdev_by_index(struct sim *sim, u32 ifindex)
{
	struct netdevs *devs = sim->world->netdevs;

	for (u32 i = 0; ifindex && i < NETDEV_MAX; i++)
		if (devs->dev[i].ifindex == ifindex)
			return &devs->dev[i];
	return NULL;
}

struct netdev *netdev_by_name(struct sim *sim, const char *name)
{
	struct netdevs *devs = sim->world->netdevs;

	for (u32 i = 0; i < NETDEV_MAX; i++)
		if (devs->dev[i].ifindex && !strcmp(devs->dev[i].name, name))
			return &devs->dev[i];
	return NULL;
}

/* The kernel's dev_valid_name. */
static bool name_ok(const char *name)
{
	if (!*name || strlen(name) >= NETDEV_NAME || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || *name <= ' ' || *name == 0x7f)
			return false;
	return true;
}

static void fill_kernel_structs(struct netdev *dev)
{
	memcpy(dev->k.name, dev->name, sizeof(dev->k.name));
	dev->k.ifindex = dev->ifindex;
	dev->k.mtu = dev->mtu;
	dev->k.hard_header_len = 14;
	dev->k.real_num_rx_queues = 1;
	dev->k.dev_addr = (u64)dev->mac;
	dev->rxq.dev = (u64)&dev->k;
	dev->rxq.reg_state = XDP_RXQ_REGISTERED;
	dev->rxq.frag_size = ARENA_PAGE;
}

s64 netdev_add(struct sim *sim, const char *name)
{
	struct netdevs *devs = sim->world->netdevs;
	struct netdev *dev = devs->dev;

	if (!name_ok(name))
		return sim_fail(&sim->why, -EINVAL,
				"'%s' is no name for a device: 1 to 15 characters, no '/', ':' or space",
				name);
	if (netdev_by_name(sim, name))
		return sim_fail(&sim->why, -EEXIST, "there is a device %s already", name);
	while (dev < devs->dev + NETDEV_MAX && dev->ifindex)
		dev++;
	if (dev == devs->dev + NETDEV_MAX)
		return sim_fail(&sim->why, -ENFILE, "there are %u devices already", NETDEV_MAX);
	*dev = (struct netdev){.ifindex = ++devs->last_ifindex, .mtu = 1500, .native_xdp = true};
	strncpy(dev->name, name, NETDEV_NAME - 1);
	memcpy(dev->mac, (u8[]){2, 0, 0, 0, 0, dev->ifindex}, sizeof(dev->mac));
	fill_kernel_structs(dev);
	return dev->ifindex;
}

void netdev_join(struct netdev *a, struct netdev *b)
{
	a->peer = b->ifindex;
	b->peer = a->ifindex;
}

/* "NAME", or "NAME peer OTHER" for a pair that is joined by a link: the ifindex of NAME, or -errno. */
s64 netdev_add_words(struct sim *sim, const char *words)
{
	const char *peer = strstr(words, " peer ");
	char name[NETDEV_NAME] = "";
	s64 other, ifindex;

	if (!peer)
		return netdev_add(sim, words);
	if (peer - words < NETDEV_NAME)
		memcpy(name, words, peer - words);
	if (!name_ok(name) || netdev_by_name(sim, name))
		return netdev_add(sim, name);
	other = netdev_add(sim, peer + 6);
	if (other < 0)
		return other;
	ifindex = netdev_add(sim, name);
	if (ifindex > 0)
		netdev_join(netdev_by_index(sim, ifindex), netdev_by_index(sim, other));
	return ifindex;
}
