/*
 * Who gets a packet that belongs to no connection (FIND_SOCKET): programs of the namespace (SK_LOOKUP) may
 * say, else who listens or is bound there; of a group that shares the port, its program (SK_REUSEPORT) or a
 * hash. Mirrors inet_lookup_run_bpf,
 * __inet_lookup_listener, reuseport_select_sock.
 */
#include "net.h"

#include "link.h"

#include <sys/socket.h>

/* ends, skb; @at: how many programs have been asked; @ctx: struct lookup. */
struct lookup {
	struct bpf_sk_lookup_kern ctx;
	u8 from[16], to[16];
	bool drop;
};

static void begins_lookup(struct net *n, struct net_job *j)
{
	struct lookup *l;
	const struct net_ends *e = &j->ends;

	if (!n->sim->world->netns.sk_lookups)
		return;
	j->ctx = l = arena_alloc(n->sim->arena, sizeof(*l), TAG_CTX, NULL);
	if (!l)
		return;
	l->ctx.family = e->to.family;
	l->ctx.protocol = e->protocol;
	l->ctx.sport = inet_swap(e->from.port);
	l->ctx.dport = e->to.port;
	l->ctx.ingress_ifindex = ((const struct net_device *)j->skb->dev)->ifindex;
	memcpy(l->from, e->from.ip, 16);
	memcpy(l->to, e->to.ip, 16);
	if (e->to.family == AF_INET) {
		memcpy(&l->ctx.v4_saddr, e->from.ip, 4);
		memcpy(&l->ctx.v4_daddr, e->to.ip, 4);
	} else {
		l->ctx.v6_saddr = (u64)l->from;
		l->ctx.v6_daddr = (u64)l->to;
	}
}

static void asks_namespace(struct net *n, struct net_job *j)
{
	const struct netns_hooks *netns = &n->sim->world->netns;

	if (!j->ctx || j->at >= netns->sk_lookups)
		return;
	net_ask_program(n, SITE_SK_LOOKUP, &link_of_obj(netns->sk_lookup[j->at])->prog->obj, (u64)j->ctx);
}

static void hears_namespace(struct net *n, struct net_job *j)
{
	struct lookup *l = j->ctx;

	if (!l || j->at >= n->sim->world->netns.sk_lookups)
		return;
	if (net_said(n) == SK_DROP)
		l->drop = true;
	if (++j->at < n->sim->world->netns.sk_lookups)
		j->step -= 2;
}

/* One that was chosen counts more than a program that drops. */
static void finds(struct net *n, struct net_job *j)
{
	struct lookup *l = j->ctx;
	struct socket *chosen = l && l->ctx.selected_sk ? socket_by_sk(n->sim, l->ctx.selected_sk) : NULL;
	bool drop = l && l->drop && !chosen, alone = chosen && l->ctx.no_reuseport;

	arena_free(n->sim->arena, l);
	j->ctx = NULL;
	if (!chosen && !drop)
		chosen = socket_waiting(n->sim, &j->ends);
	n->w->found = chosen;
	j->other = chosen;
	if (!chosen || !chosen->reuse_id || alone)
		net_end(j, 0);
}

/* --- a group --- */

static void asks_group(struct net *n, struct net_job *j)
{
	struct sk_reuseport_kern *ctx;
	struct net_address local;

	j->op = inet_hash(&j->ends);
	if (!j->other->reuse_prog)
		return;
	j->ctx = ctx = arena_alloc(n->sim->arena, sizeof(*ctx), TAG_CTX, NULL);
	if (!ctx)
		return;
	inet_local(j->other->sk, &local);
	j->len = j->skb->transport_header - j->skb->network_header;
	skb_pull(j->skb, j->len);
	ctx->skb = (u64)j->skb;
	ctx->sk = (u64)j->other->sk;
	ctx->data_end = j->skb->data + j->skb->len;
	ctx->hash = j->op;
	ctx->bind_inany = inet_is_any(&local);
	net_ask_program(n, SITE_REUSEPORT, j->other->reuse_prog, (u64)ctx);
}

static void hears_group(struct net *n, struct net_job *j)
{
	const struct sk_reuseport_kern *ctx = j->ctx;
	u32 size = socket_group_size(n->sim, j->other->reuse_id);
	bool drop = ctx && net_said(n) == SK_DROP;

	n->w->found = NULL;
	if (ctx)
		skb_push(j->skb, j->len);
	if (ctx && !drop && ctx->selected_sk)
		n->w->found = socket_by_sk(n->sim, ctx->selected_sk);
	else if (!drop)
		n->w->found = socket_of_group(n->sim, j->other->reuse_id, (u64)j->op * size >> 32);
	arena_free(n->sim->arena, j->ctx);
}

const net_fn net_finds_socket[] = {
	begins_lookup, asks_namespace, hears_namespace, finds, asks_group, hears_group, NULL};
