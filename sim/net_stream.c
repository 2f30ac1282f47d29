/*
 * TCP: data and the end of connections. See net.h; mirrors net/ipv4/tcp.c, tcp_input.c, tcp_minisocks.c.
 *
 * Simplified: each segment of data is acknowledged at once.
 */
#include "net.h"

#include <sys/socket.h>

/* --- which routine a packet is for --- */

static enum net_routine routine_of(const struct socket *to, u32 flags, u32 len)
{
	if (flags & TCP_RST)
		return TCP_RST_ARRIVES;
	if (net_state(to) == SOCK_LISTENING)
		return flags & TCP_SYN ? TCP_SYN_ARRIVES : NET_ROUTINES;
	if (net_state(to) == SOCK_SYN_SENT)
		return flags == (TCP_SYN | TCP_ACK) ? TCP_SYNACK_ARRIVES : NET_ROUTINES;
	if (net_state(to) == SOCK_NEW_SYN_RECV)
		return TCP_LAST_ACK_ARRIVES;
	if (flags & TCP_FIN)
		return TCP_FIN_ARRIVES;
	return len ? TCP_DATA_ARRIVES : TCP_ACKED;
}

void net_tcp_arrives(struct net *n, struct net_job *t)
{
	enum net_routine routine = routine_of(t->other, t->flags, t->len);
	struct net_job *j = routine == NET_ROUTINES ? NULL : net_begin(n, routine);

	if (!j)
		return;
	j->sk = j->other = t->other;
	j->skb = t->skb;
	j->ends = t->ends;
	j->flags = t->flags;
	j->len = t->len;
}

/* --- sending: @j->sk, the bytes in work.data from @at on --- */

static void sends_segment(struct net *n, struct net_job *j)
{
	u32 most = net_tcp(j->sk)->mss_cache, len = min_u64(j->len - j->at, most ? most : 536);

	if (net_state(j->sk) != SOCK_ESTABLISHED && net_state(j->sk) != SOCK_CLOSE_WAIT)
		return;
	net_ends_of(j->sk, &j->ends);
	net_transmit(n, j->sk, &j->ends, TCP_PSH | TCP_ACK, n->w->data + j->at, len);
	net_tcp(j->sk)->snd_nxt += len;
	j->at += len;
	if (j->at < j->len)
		j->step--;
	j->result = j->len;
}

const net_fn net_tcp_send[] = {sends_segment, NULL};

/* --- data arrive --- */

static void counts_data(struct net *n, struct net_job *j)
{
	struct tcp_sock *tp = net_tcp(j->sk);
	struct net_job *verdict;

	tp->segs_in++;
	tp->data_segs_in++;
	tp->rcv_nxt += j->len;
	tp->bytes_received += j->len;
	if (j->sk->joined.prog[SOCKMAP_STREAM_VERDICT] || j->sk->joined.prog[SOCKMAP_SKB_VERDICT]) {
		verdict = net_begin(n, SKB_VERDICT);
		if (!verdict)
			return;
		verdict->sk = j->sk;
		verdict->skb = j->skb;
		verdict->ends = j->ends;
	} else {
		u32 len;
		const u8 *payload = net_payload(j->skb, &len);

		socket_receive(n->sim, j->sk, &j->ends.from, payload, len);
	}
}

static void acknowledges(struct net *n, struct net_job *j)
{
	struct net_ends back;

	net_turn(&j->ends, &back);
	net_transmit(n, net_state(j->sk) == SOCK_TIME_WAIT ? NULL : j->sk, &back, TCP_ACK, NULL, 0);
}

const net_fn net_tcp_data[] = {counts_data, acknowledges, NULL};

/* --- an acknowledgement arrives --- */

static void counts_ack(struct net *n, struct net_job *j)
{
	struct tcp_sock *tp = net_tcp(j->sk);

	tp->segs_in++;
	tp->bytes_acked += tp->snd_nxt - tp->snd_una;
	j->mine = tp->snd_nxt != tp->snd_una;
	tp->snd_una = tp->snd_nxt;
	if (j->mine && tp->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_RTT_CB_FLAG)
		net_tcp_ops(n, j->sk, BPF_SOCK_OPS_RTT_CB);
}

/* Of a FIN: the connection is half closed, or over. */
static void ends_half(struct net *n, struct net_job *j)
{
	u8 state = net_state(j->sk);

	if (j->mine && state == SOCK_FIN_WAIT1)
		net_tcp_state(n, j->sk, SOCK_FIN_WAIT2);
	if (j->mine && (state == SOCK_LAST_ACK || state == SOCK_CLOSING))
		net_tcp_state(n, j->sk, SOCK_CLOSED);
}

/* Nobody has it open: what is left of it waits for the other side's FIN (tcp_time_wait). */
static void waits_on(struct net *n, struct net_job *j)
{
	if (net_state(j->sk) == SOCK_FIN_WAIT2 && j->sk->orphan) {
		net_tcp_state(n, j->sk, SOCK_CLOSED);
		j->flags |= TCP_FIN;
	}
}

static void is_remembered(struct net *n, struct net_job *j)
{
	if (j->flags & TCP_FIN && j->sk->orphan && net_state(j->sk) == SOCK_CLOSED)
		j->sk->sk->__sk_common.skc_state = SOCK_TIME_WAIT;
	else
		net_release(n, j->sk);
}

const net_fn net_tcp_acked[] = {counts_ack, ends_half, waits_on, is_remembered, NULL};

/* --- a FIN arrives --- */

static void hears_end(struct net *n, struct net_job *j)
{
	u8 state = net_state(j->sk);

	j->sk->fin = true;
	net_tcp(j->sk)->rcv_nxt++;
	if (state == SOCK_ESTABLISHED || state == SOCK_SYN_RECV)
		net_tcp_state(n, j->sk, SOCK_CLOSE_WAIT);
	/* an end of another host's acknowledges ours with it */
	if (state == SOCK_FIN_WAIT1 && j->flags & TCP_ACK && j->sk->far) {
		struct net_job *acked = net_begin(n, TCP_ACKED);

		if (acked)
			acked->sk = j->sk;
	}
}

static void forgets(struct net *n, struct net_job *j)
{
	if (net_state(j->sk) == SOCK_TIME_WAIT) {
		j->sk->sk->__sk_common.skc_state = SOCK_CLOSED;
		net_release(n, j->sk);
	} else if (net_state(j->sk) == SOCK_FIN_WAIT2) {
		net_tcp_state(n, j->sk, SOCK_CLOSED);
	}
}

const net_fn net_tcp_fin[] = {hears_end, acknowledges, forgets, NULL};

/* --- a RST arrives --- */

static void is_reset(struct net *n, struct net_job *j)
{
	j->sk->fin = true;
	if (net_state(j->sk) == SOCK_TIME_WAIT)
		j->sk->sk->__sk_common.skc_state = SOCK_CLOSED;
	else
		net_tcp_state(n, j->sk, SOCK_CLOSED);
}

static void is_let_go(struct net *n, struct net_job *j)
{
	net_release(n, j->sk);
}

const net_fn net_tcp_rst[] = {is_reset, is_let_go, NULL};

/* --- a task closes it: tcp_close --- */

static void says_goodbye(struct net *n, struct net_job *j)
{
	u8 state = net_state(j->sk);
	bool unread = socket_unread(j->sk);

	j->flags = TCP_FIN | TCP_ACK;
	if (unread && (state == SOCK_ESTABLISHED || state == SOCK_CLOSE_WAIT))
		j->flags = TCP_RST | TCP_ACK;
	if (state == SOCK_LISTENING || j->flags & TCP_RST) {
		net_tcp_state(n, j->sk, SOCK_CLOSED);
	} else if (state == SOCK_ESTABLISHED || state == SOCK_SYN_RECV) {
		net_tcp_state(n, j->sk, SOCK_FIN_WAIT1);
	} else if (state == SOCK_CLOSE_WAIT) {
		net_tcp_state(n, j->sk, SOCK_LAST_ACK);
	} else {
		net_end(j, 0);
		return;
	}
	j->mine = state == SOCK_LISTENING;
	j->sk->orphan = true;
	obj_get(n->sim, &j->sk->obj);
}

/* A listener hangs up on those that nobody has accepted. */
static void hangs_up(struct net *n, struct net_job *j)
{
	struct net_job *other;
	u32 waiting;

	if (!j->mine) {
		net_ends_of(j->sk, &j->ends);
		net_transmit(n, j->sk, &j->ends, j->flags, NULL, 0);
		net_tcp(j->sk)->snd_nxt += !!(j->flags & TCP_FIN);
		return;
	}
	j->other = socket_first_waiting(n->sim, j->sk, &waiting);
	other = j->other ? net_begin(n, TCP_HANG_UP) : NULL;
	if (!other)
		return;
	other->sk = j->other;
	j->step--;
}

const net_fn net_tcp_close[] = {says_goodbye, hangs_up, is_let_go, NULL};

static void is_refused(struct net *n, struct net_job *j)
{
	net_ends_of(j->sk, &j->ends);
	net_tcp_state(n, j->sk, SOCK_CLOSED);
}

static void tells_other(struct net *n, struct net_job *j)
{
	net_transmit(n, j->sk, &j->ends, TCP_RST | TCP_ACK, NULL, 0);
}

static void is_gone(struct net *n, struct net_job *j)
{
	j->sk->listener = NULL;
	obj_put(n->sim, &j->sk->obj);
}

const net_fn net_tcp_hang_up[] = {is_refused, tells_other, is_gone, NULL};
