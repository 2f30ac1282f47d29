/* Programs of cgroups, called by events: see event_cgroup.h. Mirrors the second half of kernel/bpf/cgroup.c. */
#include "event_cgroup.h"

#include "maps/map.h"
#include "progs/skb.h"
#include "world/world.h"

const struct attachment *event_cgroup_next(struct happening *h, const struct happening_step *step)
{
	const struct k_task_struct *task = (const void *)h->value[V_TASK];

	return h->value[step->arg[0]] ? cgroup_effective(cgroup_of_task(task), step->attach, h->pos++) : NULL;
}

void event_cgroup_storage(struct sim *sim, const struct attachment *a)
{
	for (u32 i = 0; i < RUN_STORAGES; i++) {
		u64 slot = a->storage[i] ? round_up_u64(a->storage[i]->k.value_size, 8) : 0;

		sim->world->run_storage[i] = 0;
		if (slot)
			sim->world->run_storage[i] = (u64)a->storage_value[i] +
						     (i == RUN_STORAGE_PERCPU ? slot * sim->clock->cpu : 0);
	}
}

void event_cgroup_hear(struct happening *h, s32 answer)
{
	h->answer_flags |= (u32)answer >> 1;
	h->refused = answer & 1 ? h->refused : -EPERM;
}

/* What the event says of the packet, as a struct sk_buff that begins with its IP header. */
static u64 packet_ctx(struct sim *sim, struct happening *h, const struct happening_packet *p)
{
	struct sk_buff *skb = h->packet;

	if (skb)
		return (u64)skb;
	h->packet = skb = skb_new(sim, netdev_by_index(sim, p->ifindex), p->len);
	if (!skb) {
		sim_fail(&sim->why, -ENOMEM, "no memory for a packet");
		return 0;
	}
	memcpy((void *)skb->data, p->bytes, p->len);
	skb->protocol = p->protocol;
	skb->network_header = skb_headroom(skb);
	skb->transport_header = skb->network_header + p->header_len;
	skb->sk = p->sk;
	skb_set_data_pointers(skb);
	return (u64)skb;
}

void event_packet_free(struct sim *sim, struct happening *h)
{
	struct sk_buff *skb = h->packet;

	if (!skb)
		return;
	skb->sk = 0;
	skb_free(sim, skb);
	h->packet = NULL;
}

u64 event_cgroup_ctx(struct sim *sim, struct happening *h, const struct event_place *place, u32 *size)
{
	u32 type = place->step->attach;

	*size = sizeof(struct bpf_cgroup_dev_ctx);
	if (type == BPF_CGROUP_INET_INGRESS || type == BPF_CGROUP_INET_EGRESS)
		return packet_ctx(sim, h, (const void *)place->arg[0]);
	return place->arg[0];
}
