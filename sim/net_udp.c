/* Datagrams: see net.h; mirrors net/ipv4/udp.c. */
#include "net.h"

#include <sys/socket.h>

/*
 * UDP_SEND: @sk sends work.data; ends.to: where, unless it is connected (@full: an address was given). An
 * unconnected socket's programs may send it elsewhere, and from another address of this machine.
 */
static void asks_sender(struct net *n, struct net_job *j)
{
	struct net_address source;

	if (!j->full)
		return;
	inet_local(j->sk->sk, &source);
	net_ask_address(n, j, SITE_SENDMSG4, &j->ends.to, &source);
}

static void has_sender(struct net *n, struct net_job *j)
{
	struct net_address source;
	s32 answer;
	int err = 0;

	if (j->full) {
		inet_local(j->sk->sk, &source);
		answer = net_answer(n);
		net_take_address(n, j, &j->ends.to, &source);
		err = answer;
	}
	if (!err && !j->ends.to.port)
		err = -EINVAL;
	if (!err && !j->sk->bound)
		err = socket_bind(n->sim, j->sk, &(struct net_address){.family = j->sk->family});
	if (err) {
		net_end(j, err);
		return;
	}
	inet_local(j->sk->sk, &j->ends.from);
	if (j->full && !inet_is_any(&source))
		memcpy(j->ends.from.ip, source.ip, sizeof(source.ip));
	if (inet_is_any(&j->ends.to))
		j->ends.to.ip[0] = j->sk->family == AF_INET ? 127 : 0,
		j->ends.to.ip[j->sk->family == AF_INET ? 3 : 15] = 1;
	if (inet_is_any(&j->ends.from)) {
		inet_source_for(&j->ends.to, &source);
		memcpy(j->ends.from.ip, source.ip, sizeof(source.ip));
	}
	j->ends.protocol = j->sk->sk->sk_protocol;
	j->len = n->w->len;
	net_transmit(n, j->sk, &j->ends, 0, n->w->data, j->len);
}

static void has_sent(struct net *n, struct net_job *j)
{
	j->result = n->w->result < 0 ? n->w->result : j->len;
}

const net_fn net_udp_send[] = {asks_sender, has_sender, has_sent, NULL};

/* UDP_ARRIVES: @skb at @sk. */
static void is_received(struct net *n, struct net_job *j)
{
	u32 len;
	const u8 *payload = net_payload(j->skb, &len);
	struct net_job *verdict;

	if (!j->sk->joined.prog[SOCKMAP_SKB_VERDICT]) {
		socket_receive(n->sim, j->sk, &j->ends.from, payload, len);
		return;
	}
	verdict = net_begin(n, SKB_VERDICT);
	if (!verdict)
		return;
	verdict->sk = j->sk;
	verdict->skb = j->skb;
	verdict->ends = j->ends;
}

const net_fn net_udp_arrives[] = {is_received, NULL};
