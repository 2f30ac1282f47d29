/*
 * Ways out for packets with a struct __sk_buff: bpf_redirect and its like only remember where to; the packet goes when the program
 * has returned TC_ACT_REDIRECT. bpf_clone_redirect sends a copy (net/core/filter.c).
 */
#include "../progs/skb.h"
#include "../world/world.h"
#include "helper.h"

static u64 remember(struct redirect *redirect, enum redirect_way way, u32 ifindex, u64 flags)
{
	redirect->asked = true;
	redirect->way = way;
	redirect->map_id = 0;
	redirect->ifindex = ifindex;
	redirect->flags = flags;
	return redirect->accepted;
}

HELPER_FN(redirect)
{
	struct redirect *redirect = &sim->world->redirect;

	UNUSED_ARGS();
	if (r2 & ~redirect->flags_ok)
		return redirect->refused;
	return remember(redirect, REDIRECT_PLAIN, r1, r2);
}

HELPER_FN(redirect_peer)
{
	struct redirect *redirect = &sim->world->redirect;

	UNUSED_ARGS();
	return r2 ? redirect->refused : remember(redirect, REDIRECT_PEER, r1, 0);
}

HELPER_FN(redirect_neigh)
{
	struct redirect *redirect = &sim->world->redirect;

	UNUSED_ARGS();
	if (((u32)r3 && (u32)r3 < sizeof(redirect->neigh)) || r4)
		return redirect->refused;
	memset(&redirect->neigh, 0, sizeof(redirect->neigh));
	if ((u32)r3)
		memcpy(&redirect->neigh, (void *)r2, sizeof(redirect->neigh));
	return remember(redirect, REDIRECT_NEIGH, r1, 0);
}

/* A program may go on writing to the packet: the copy stays as it is now. */
HELPER_FN(clone_redirect)
{
	struct clones *clones = &sim->world->clones;
	struct sk_buff *copy = NULL;
	bool known = !((u64)r3 & ~(u64)BPF_F_INGRESS) && netdev_by_index(sim, r2);

	UNUSED_ARGS();
	if (known && clones->count < CLONES_MAX)
		copy = skb_copy(sim, skb_at(r1));
	skb_set_data_pointers(skb_at(r1));
	if (!known)
		return -EINVAL;
	if (!copy)
		return -ENOMEM;
	clones->clone[clones->count].skb = copy;
	clones->clone[clones->count].ifindex = r2;
	clones->clone[clones->count++].flags = r3;
	return 0;
}
