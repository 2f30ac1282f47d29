/*
 * Sockets in maps: what SK_MSG programs say of what is sent, and SK_SKB programs of what arrives. See net.h;
 * mirrors net/core/skmsg.c, net/ipv4/tcp_bpf.c, net/strparser.
 */
#include "fd.h"
#include "maps/map.h"
#include "net.h"
#include "world/sk_msg.h"

#include <sys/socket.h>

enum { VERDICT_SK_DROP, VERDICT_SK_PASS, VERDICT_SK_REDIRECT };

/* sk_psock_map_verd */
static u32 verdict_of(struct net *n, struct net_job *j, u32 said)
{
	const struct sk_redirect *redirect = &n->sim->world->sk_redirect;

	j->other = redirect->sk ? socket_by_sk(n->sim, redirect->sk) : NULL;
	if (said != SK_PASS)
		return VERDICT_SK_DROP;
	return j->other ? VERDICT_SK_REDIRECT : VERDICT_SK_PASS;
}

/* Bytes go to another socket: as if they had arrived there, or through it. */
static void redirect(struct net *n, struct socket *to, bool ingress, const struct net_address *from,
		     const void *bytes, u32 len)
{
	struct net_ends ends;
	u8 state = net_state(to);

	if (ingress) {
		socket_receive(n->sim, to, from, bytes, len);
		return;
	}
	if (net_is_tcp(to) && state != SOCK_ESTABLISHED && state != SOCK_CLOSE_WAIT)
		return;
	net_ends_of(to, &ends);
	net_transmit(n, to, &ends, TCP_PSH | TCP_ACK, bytes, len);
	if (net_is_tcp(to))
		net_tcp(to)->snd_nxt += len;
}

/* --- MSG_SEND: @sk sends work.data, @len bytes: tcp_bpf_sendmsg --- */

/* ctx: struct sk_msg_bytes of what has not been sent yet. */
static void collects(struct net *n, struct net_job *j)
{
	struct sock_joined *joined = &j->sk->joined;
	u32 held = joined->corked ? joined->corked->len : 0, len = held + j->len;
	struct sk_msg_bytes *m = arena_alloc(n->sim->arena, sizeof(*m), TAG_CTX, NULL);
	u8 *bytes = m ? arena_alloc(n->sim->arena, len + SK_MSG_PUSHED, TAG_PACKET, NULL) : NULL;

	if (!bytes) {
		arena_free(n->sim->arena, m);
		net_end(j, -ENOMEM);
		return;
	}
	j->result = j->len;
	if (held)
		memcpy(bytes, joined->corked->bytes, held);
	memcpy(bytes + held, n->w->data, j->len);
	sock_data_free(n->sim, &joined->corked);
	m->bytes = bytes;
	m->room = len + SK_MSG_PUSHED;
	m->first = m->k.sg_size = len;
	m->k.sk = (u64)j->sk->sk;
	j->ctx = m;
	if (joined->cork_bytes > j->len)
		joined->cork_bytes -= j->len;
	else
		joined->cork_bytes = 0;
}

static void waits_for_more(struct net *n, struct net_job *j)
{
	struct sk_msg_bytes *m = j->ctx;
	struct sock_joined *joined = &j->sk->joined;
	struct sock_data *data = sim_alloc(n->sim, sizeof(*data) + m->k.sg_size);

	if (data) {
		data->len = m->k.sg_size;
		memcpy(data->bytes, m->bytes, data->len);
		joined->corked = data;
	}
	j->step = 3; /* is_sent */
}

static void asks_about_message(struct net *n, struct net_job *j)
{
	struct sk_msg_bytes *m = j->ctx;

	if (j->sk->joined.cork_bytes) {
		waits_for_more(n, j);
		return;
	}
	if (j->sk->joined.apply_bytes || !m->k.sg_size || !j->sk->joined.prog[SOCKMAP_MSG])
		return;
	m->k.apply_bytes = m->k.cork_bytes = m->k.flags = 0;
	m->k.sk_redir = 0;
	n->sim->world->sk_redirect = (struct sk_redirect){0};
	sk_msg_show(m);
	j->full = true;
	net_ask_program(n, SITE_MSG, j->sk->joined.prog[SOCKMAP_MSG], (u64)m);
}

static void takes_verdict(struct net *n, struct net_job *j)
{
	struct sk_msg_bytes *m = j->ctx;
	struct sock_joined *joined = &j->sk->joined;

	j->full = false;
	joined->verdict = verdict_of(n, j, net_said(n));
	joined->apply_bytes = m->k.apply_bytes;
	joined->redirect = j->other ? (u64)j->other->sk : 0;
	joined->to_ingress = n->sim->world->sk_redirect.ingress;
	if (m->k.cork_bytes > m->k.sg_size)
		joined->cork_bytes = m->k.cork_bytes - m->k.sg_size;
}

/* So many bytes have been dealt with: the verdict may hold for the next ones. */
static void used_up(struct sk_msg_bytes *m, struct sock_joined *joined, u32 len)
{
	m->k.sg_size -= len;
	memmove(m->bytes, m->bytes + len, m->k.sg_size);
	m->first = m->k.sg_size;
	if (joined->apply_bytes)
		joined->apply_bytes -= len;
}

static void sends_message(struct net *n, struct net_job *j)
{
	struct sk_msg_bytes *m = j->ctx;
	struct sock_joined *joined = &j->sk->joined;
	u32 len = m->k.sg_size;
	struct net_address from;
	struct socket *to;

	if (j->full)
		takes_verdict(n, j);
	if (joined->cork_bytes) {
		waits_for_more(n, j);
		return;
	}
	if (joined->apply_bytes && joined->apply_bytes < len)
		len = joined->apply_bytes;
	inet_local(j->sk->sk, &from);
	to = joined->redirect ? socket_by_sk(n->sim, joined->redirect) : NULL;
	if (m->k.sg_size > len)
		j->step = 1; /* asks_about_message: for the rest */
	if (len && joined->verdict == VERDICT_SK_PASS)
		redirect(n, j->sk, false, &from, m->bytes, len);
	else if (len && joined->verdict == VERDICT_SK_REDIRECT && to)
		redirect(n, to, joined->to_ingress, &from, m->bytes, len);
	else if (len)
		j->result = -EACCES;
	used_up(m, joined, len);
}

static void is_sent(struct net *n, struct net_job *j)
{
	struct sk_msg_bytes *m = j->ctx;

	arena_free(n->sim->arena, m->bytes);
	arena_free(n->sim->arena, m);
}

const net_fn net_msg_send[] = {collects, asks_about_message, sends_message, is_sent, NULL};

/* --- SKB_VERDICT: @skb has arrived at @sk: sk_psock_strp_read, sk_psock_verdict_recv --- */

/* A packet of these bytes alone, at the socket. */
static struct sk_buff *message_new(struct net *n, const struct net_job *j, const void *bytes, u32 len)
{
	struct sk_buff *skb = skb_new(n->sim, netdev_by_index(n->sim, j->sk->far ? NET_ETH0 : NET_LO), len);

	if (!skb)
		return NULL;
	memcpy((void *)skb->data, bytes, len);
	skb->protocol = inet_swap(j->sk->family == AF_INET ? 0x0800 : 0x86dd);
	skb->sk = (u64)j->sk->sk;
	skb->skb_iif = ((const struct net_device *)skb->dev)->ifindex;
	return skb;
}

/* What has come before and is no whole message, and this packet's data. */
static void gathers(struct net *n, struct net_job *j)
{
	u32 len;
	const u8 *payload = net_payload(j->skb, &len);
	struct sock_joined *joined = &j->sk->joined;
	bool parses = joined->prog[SOCKMAP_PARSER] && joined->prog[SOCKMAP_STREAM_VERDICT];
	u32 held = parses && joined->corked ? joined->corked->len : 0;
	u8 *bytes = arena_alloc(n->sim->arena, held + len + 1, TAG_KERNEL, NULL);

	j->full = parses;
	j->skb = NULL;
	if (!bytes) {
		net_end(j, -ENOMEM);
		return;
	}
	if (held) {
		memcpy(bytes, joined->corked->bytes, held);
		sock_data_free(n->sim, &joined->corked);
	}
	memcpy(bytes + held, payload, len);
	j->ctx = bytes;
	j->len = held + len;
}

static void asks_parser(struct net *n, struct net_job *j)
{
	const u8 *rest = (u8 *)j->ctx + j->at;

	j->skb = message_new(n, j, rest, j->len - j->at);
	if (j->skb && j->full)
		net_ask_program(n, SITE_PARSER, j->sk->joined.prog[SOCKMAP_PARSER], (u64)j->skb);
}

/* How long the message is: 0 = not known yet. Else, or when it is not all there: it is kept. */
static void keeps_rest(struct net *n, struct net_job *j)
{
	u32 len = j->len - j->at;
	struct sock_data *data = sim_alloc(n->sim, sizeof(*data) + len);

	if (!data)
		return;
	data->len = len;
	memcpy(data->bytes, (u8 *)j->ctx + j->at, len);
	j->sk->joined.corked = data;
}

static void asks_verdict(struct net *n, struct net_job *j)
{
	struct sock_joined *joined = &j->sk->joined;
	u32 prog = joined->prog[SOCKMAP_STREAM_VERDICT] ? SOCKMAP_STREAM_VERDICT : SOCKMAP_SKB_VERDICT;
	u32 rest = j->len - j->at;
	s32 len = j->full ? (s32)net_said(n) : (s32)rest;

	net_packet_free(n, j->skb);
	j->skb = NULL;
	j->op = len;
	if (len <= 0 || (u32)len > rest || !joined->prog[prog]) {
		if (len >= 0)
			keeps_rest(n, j);
		j->step = 5; /* is_over */
		return;
	}
	j->skb = message_new(n, j, (u8 *)j->ctx + j->at, len);
	n->sim->world->sk_redirect = (struct sk_redirect){0};
	if (j->skb)
		net_ask_program(n, SITE_VERDICT, joined->prog[prog], (u64)j->skb);
}

static void applies(struct net *n, struct net_job *j)
{
	u32 verdict = j->skb ? verdict_of(n, j, net_said(n)) : VERDICT_SK_DROP;
	struct sk_buff *skb = j->skb;

	if (verdict == VERDICT_SK_PASS)
		socket_receive(n->sim, j->sk, &j->ends.from, (void *)skb->data, skb->len);
	else if (verdict == VERDICT_SK_REDIRECT)
		redirect(n, j->other, n->sim->world->sk_redirect.ingress, &j->ends.from, (void *)skb->data,
			 skb->len);
	net_packet_free(n, skb);
	j->skb = NULL;
	j->at += j->op;
	j->step = j->at < j->len ? 1 : 5; /* asks_parser, is_over */
}

static void is_over(struct net *n, struct net_job *j)
{
	arena_free(n->sim->arena, j->ctx);
}

static void nothing(struct net *n, struct net_job *j)
{
	(void)n, (void)j;
}

const net_fn net_skb_verdict[] = {gathers, asks_parser, asks_verdict, applies, nothing, is_over, NULL};

/* --- a task puts a socket into a map --- */

static struct map *map_by_name(struct sim *sim, const char *name)
{
	for (struct obj *o = obj_next(sim, OBJ_MAP, 0); o; o = obj_next(sim, OBJ_MAP, o->id)) {
		struct map *map = container_of(o, struct map, obj);

		if (!strcmp(o->name, name) && map_ops(map)->value_kind == OBJ_SOCK)
			return map;
	}
	return NULL;
}

/* The key: a number in the byte order of this machine, as wide as keys of the map are. */
static void joins(struct net *n, struct net_job *j)
{
	struct map *map = map_by_name(n->sim, (const char *)n->h->value[NET_MAP]);
	u8 key[512] = {0};
	int err = 0;

	if (net_take_socket(n, j, NULL))
		return;
	if (!map) {
		net_end(j, sim_fail(&n->sim->why, -ENOENT, "map=%.20s: no map of sockets has that name",
				    (const char *)n->h->value[NET_MAP]));
		return;
	}
	memcpy(key, &n->h->value[NET_KEY], sizeof(u64));
	if (map_ops(map)->may_set)
		err = map_ops(map)->may_set(n->sim, map, key, BPF_ANY);
	if (!err)
		err = map_ops(map)->set_obj(n->sim, map, key, &j->sk->obj, BPF_ANY);
	j->result = err;
}

const net_fn net_do_join[] = {joins, NULL};
