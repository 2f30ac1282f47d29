/*
 * TCP: states, what SOCK_OPS programs are told, and the handshake. See net.h; mirrors net/ipv4/tcp_input.c,
 * tcp_output.c, tcp_minisocks.c.
 *
 * Simplified: a connection that is being made here is a whole socket from its SYN on, of which programs see
 * what they would see of a request_sock.
 */
#include "net.h"

#include <linux/tcp.h>
#include <sys/socket.h>

#define ISN_STEP 0x10000u /* between the first sequence numbers of two sockets */

/* --- states: tcp_set_state --- */

struct net_job *net_tcp_state(struct net *n, struct socket *sk, u8 state)
{
	struct net_job *j = net_begin(n, TCP_STATE);

	if (!j)
		return NULL;
	j->sk = sk;
	j->op = state;
	j->args[0] = net_state(sk);
	return j;
}

static void enters_set_state(struct net *n, struct net_job *j)
{
	u64 *v = n->h->value;
	const struct sock_common *c = &j->sk->sk->__sk_common;
	bool v6 = j->sk->family == AF_INET6;

	v[V_S0] = (u64)j->sk->sk;
	v[V_S1] = j->args[0];
	v[V_S2] = j->op;
	v[V_S3] = c->skc_num;
	v[V_S4] = inet_swap(c->skc_dport);
	v[V_S5] = j->sk->family;
	v[V_S6] = j->sk->sk->sk_protocol;
	v[V_S7] = v6 ? 0 : (u64)&c->skc_rcv_saddr;
	v[V_S8] = v6 ? 0 : (u64)&c->skc_daddr;
	v[V_S9] = v6 ? (u64)c->skc_v6_rcv_saddr : 0;
	v[V_S10] = v6 ? (u64)c->skc_v6_daddr : 0;
	if (!j->full)
		net_pass(n, SITE_SET_STATE);
}

static void tells_state(struct net *n, struct net_job *j)
{
	struct net_job *ops;

	if (j->full || !(net_tcp(j->sk)->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_STATE_CB_FLAG))
		return;
	ops = net_tcp_ops(n, j->sk, BPF_SOCK_OPS_STATE_CB);
	if (!ops)
		return;
	ops->args[0] = j->args[0];
	ops->args[1] = j->op;
}

static void passes_tracepoint(struct net *n, struct net_job *j)
{
	(void)j;
	net_pass(n, SITE_STATE);
}

static void has_state(struct net *n, struct net_job *j)
{
	j->sk->sk->__sk_common.skc_state = j->op;
	if (!j->full)
		event_leave_function(n->h);
}

const net_fn net_tcp_state_changes[] = {enters_set_state, tells_state, passes_tracepoint, has_state, NULL};

/* --- SOCK_OPS: tcp_call_bpf --- */

struct net_job *net_tcp_ops(struct net *n, struct socket *sk, u32 op)
{
	struct net_job *j = net_begin(n, TCP_OPS);

	if (!j)
		return NULL;
	j->sk = sk;
	j->op = op;
	j->full = net_state(sk) != SOCK_NEW_SYN_RECV && net_state(sk) != SOCK_TIME_WAIT;
	return j;
}

static void asks_ops(struct net *n, struct net_job *j)
{
	struct bpf_sock_ops_kern *ctx = arena_alloc(n->sim->arena, sizeof(*ctx), TAG_CTX, NULL);

	if (!ctx) {
		net_end(j, -ENOMEM);
		return;
	}
	ctx->sk = (u64)j->sk->sk;
	ctx->op = j->op;
	ctx->is_fullsock = j->full;
	memcpy(ctx->replylong, j->args, sizeof(j->args));
	j->ctx = ctx;
	net_ask_cgroup(n, SITE_SOCK_OPS, j->sk->cgroup, (u64)ctx, 0);
}

/* What it wishes: -1 = nothing. */
static void hears_ops(struct net *n, struct net_job *j)
{
	const struct bpf_sock_ops_kern *ctx = j->ctx;

	j->result = net_answer(n) ? -1 : (s32)ctx->replylong[0];
	if (j->op == BPF_SOCK_OPS_RWND_INIT && j->result > 0)
		net_tcp(j->sk)->mss_cache = net_tcp(j->sk)->mss_cache ? net_tcp(j->sk)->mss_cache : 1460;
	arena_free(n->sim->arena, j->ctx);
}

const net_fn net_tcp_calls_ops[] = {asks_ops, hears_ops, NULL};

/* --- connecting --- */

static void init_numbers(struct socket *sk, bool here)
{
	struct tcp_sock *tp = net_tcp(sk);

	tp->snd_nxt = tp->snd_una = ISN_STEP * (sk->number + 1);
	tp->mss_cache = here ? 65483 : 1448;
	tp->snd_cwnd = sk->options.bpf_iw;
}

/* Jobs are done from the last that was begun. */
static void asks_parameters(struct net *n, struct socket *sk, bool active)
{
	net_tcp_ops(n, sk, BPF_SOCK_OPS_NEEDS_ECN);
	net_tcp_ops(n, sk, BPF_SOCK_OPS_TIMEOUT_INIT);
	net_tcp_ops(n, sk, BPF_SOCK_OPS_RWND_INIT);
	if (active)
		net_tcp_ops(n, sk, BPF_SOCK_OPS_TCP_CONNECT_CB);
}

/* @j->sk has a port; ends.to: where to. */
static void enters_connect(struct net *n, struct net_job *j)
{
	n->h->value[V_S0] = (u64)j->sk->sk;
	net_pass(n, SITE_TCP_V4_CONNECT + (j->sk->family == AF_INET6));
}

static void begins_connect(struct net *n, struct net_job *j)
{
	inet_set_remote(j->sk->sk, &j->ends.to);
	init_numbers(j->sk, inet_is_here(&j->ends.to));
	asks_parameters(n, j->sk, true);
	net_tcp_state(n, j->sk, SOCK_SYN_SENT);
}

static void sends_syn(struct net *n, struct net_job *j)
{
	net_ends_of(j->sk, &j->ends);
	j->sk->far = !inet_is_here(&j->ends.to);
	net_transmit(n, j->sk, &j->ends, TCP_SYN, NULL, 0);
}

/* The handshake is over, or has failed: nobody listens, or a packet was dropped. */
static void has_connected(struct net *n, struct net_job *j)
{
	j->result = 0;
	if (net_state(j->sk) == SOCK_CLOSED)
		j->result = -ECONNREFUSED;
	if (net_state(j->sk) != SOCK_SYN_SENT)
		return;
	j->result = -ETIMEDOUT;
	net_tcp_state(n, j->sk, SOCK_CLOSED);
}

static void leaves_connect(struct net *n, struct net_job *j)
{
	(void)j;
	event_leave_function(n->h);
}

const net_fn net_tcp_connect[] = {enters_connect, begins_connect, sends_syn,
				  has_connected,  leaves_connect, NULL};

/* --- a SYN arrives at a listener (@other): tcp_conn_request --- */

static void makes_half(struct net *n, struct net_job *j)
{
	struct socket *sk;
	u32 waiting;

	socket_first_waiting(n->sim, j->other, &waiting);
	sk = waiting > j->other->backlog ? NULL : socket_accept_new(n->sim, j->other);
	if (!sk) {
		net_end(j, 0);
		return;
	}
	j->sk = sk;
	sk->listener = j->other;
	sk->bound = true;
	sk->far = !inet_is_here(&j->ends.from);
	inet_set_local(sk->sk, &j->ends.to);
	inet_set_remote(sk->sk, &j->ends.from);
	init_numbers(sk, !sk->far);
	asks_parameters(n, sk, false);
}

static void sends_synack(struct net *n, struct net_job *j)
{
	struct net_ends back;

	net_turn(&j->ends, &back);
	net_transmit(n, j->sk, &back, TCP_SYN | TCP_ACK, NULL, 0);
}

/* No answer has come: it is forgotten. */
static void has_answered(struct net *n, struct net_job *j)
{
	if (net_state(j->sk) == SOCK_NEW_SYN_RECV)
		obj_put(n->sim, &j->sk->obj);
}

const net_fn net_tcp_syn[] = {makes_half, sends_synack, has_answered, NULL};

/* --- a SYN-ACK arrives at the socket that connects --- */

static void measures(struct net *n, struct net_job *j)
{
	struct tcp_sock *tp = net_tcp(j->sk);

	tp->srtt_us = (j->sk->far ? 1000 : 40) << 3;
	tp->snd_una = ++tp->snd_nxt;
	tp->segs_in++;
	if (tp->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_RTT_CB_FLAG)
		net_tcp_ops(n, j->sk, BPF_SOCK_OPS_RTT_CB);
}

static void is_established(struct net *n, struct net_job *j)
{
	(void)j;
	net_tcp_state(n, j->sk, SOCK_ESTABLISHED);
}

static void tells_active(struct net *n, struct net_job *j)
{
	net_tcp_ops(n, j->sk, BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB);
}

static void sends_last_ack(struct net *n, struct net_job *j)
{
	net_ends_of(j->sk, &j->ends);
	net_transmit(n, j->sk, &j->ends, TCP_ACK, NULL, 0);
}

const net_fn net_tcp_synack[] = {measures, is_established, tells_active, sends_last_ack, NULL};

/* --- the third packet arrives at the half socket: tcp_check_req, tcp_rcv_state_process --- */

static void is_whole(struct net *n, struct net_job *j)
{
	struct net_job *state = net_begin(n, TCP_STATE);

	net_tcp(j->sk)->srtt_us = (j->sk->far ? 1000 : 40) << 3;
	net_tcp(j->sk)->snd_una = ++net_tcp(j->sk)->snd_nxt;
	j->sk->sk->sk_socket = 0;
	map_clone_sock(n->sim, j->sk->listener->sk, j->sk->sk);
	if (!state)
		return;
	/* inet_csk_clone_lock: a copy of the listener changes its state, in no function of its own */
	state->sk = j->sk;
	state->op = SOCK_SYN_RECV;
	state->args[0] = SOCK_LISTENING;
	state->full = true;
}

static void measures_too(struct net *n, struct net_job *j)
{
	net_tcp(j->sk)->segs_in++;
	if (net_tcp(j->sk)->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_RTT_CB_FLAG)
		net_tcp_ops(n, j->sk, BPF_SOCK_OPS_RTT_CB);
}

static void tells_passive(struct net *n, struct net_job *j)
{
	net_tcp_ops(n, j->sk, BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB);
}

const net_fn net_tcp_last_ack[] = {is_whole, measures_too, tells_passive, is_established, NULL};
