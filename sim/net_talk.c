/*
 * System calls of sockets: connect, sendto, recvfrom, and what a client on another host does. See net.h.
 *
 * Simplified: without fd= a socket is made for the occasion, of which programs hear nothing, and goes
 * afterwards in silence.
 */
#include "net.h"

#include <sys/socket.h>

/* --- connect --- */

/* from= and sport= have been given: the socket has that address already, whoever's it is. */
static bool takes_source(struct net *n, struct net_job *j)
{
	bool given = happening_given(n->h, NET_FROM) || happening_given(n->h, NET_FROM_PORT);
	struct net_address from;

	if (!given || j->sk->bound)
		return true;
	if (net_take_address_words(n, j, NET_FROM, NET_FROM_PORT, &from))
		return false;
	inet_set_local(j->sk->sk, &from);
	j->sk->bound = from.port;
	return true;
}

static void asks_to_connect(struct net *n, struct net_job *j)
{
	u8 state;

	if (net_take_socket(n, j, (const char *)n->h->value[NET_TYPE]))
		return;
	state = net_state(j->sk);
	if (net_take_address_words(n, j, NET_IP, NET_PORT, &j->ends.to) || !takes_source(n, j)) {
		net_drop_own(n, j);
	} else if (net_is_tcp(j->sk) && state != SOCK_CLOSED) {
		net_end(j, sim_fail(&n->sim->why, -EISCONN, "the socket is connected, or listens"));
	} else {
		net_ask_address(n, j, SITE_CONNECT4, &j->ends.to, NULL);
	}
}

/* The address of this side, and a port, are chosen when the socket has none. */
static int choose_source(struct net *n, struct socket *sk, const struct net_address *to)
{
	struct net_address from, local;
	u16 port;

	inet_local(sk->sk, &local);
	port = local.port;
	inet_source_for(to, &from);
	if (inet_is_any(&local)) {
		from.port = port;
		inet_set_local(sk->sk, &from);
	}
	if (sk->bound)
		return 0;
	inet_local(sk->sk, &from);
	if (inet_is_here(&from))
		return socket_bind(n->sim, sk, &from);
	sk->bound = true;
	from.port = PORT_FIRST;
	inet_set_local(sk->sk, &from);
	return 0;
}

static void connects(struct net *n, struct net_job *j)
{
	s32 answer = net_answer(n);
	struct net_address *to = &j->ends.to;
	struct net_job *tcp;

	net_take_address(n, j, to, NULL);
	if (!answer && inet_is_any(to))
		inet_parse(to->family == AF_INET ? "127.0.0.1" : "::1", to->port, to);
	if (!answer)
		answer = choose_source(n, j->sk, to);
	j->result = answer;
	if (answer)
		return;
	if (!net_is_tcp(j->sk)) {
		inet_set_remote(j->sk->sk, to);
		j->sk->sk->__sk_common.skc_state = SOCK_ESTABLISHED;
		return;
	}
	tcp = net_begin(n, TCP_CONNECT_ROUTINE);
	if (!tcp)
		return;
	tcp->sk = j->sk;
	tcp->ends.to = *to;
}

static void has_connected(struct net *n, struct net_job *j)
{
	if (!j->result && net_is_tcp(j->sk))
		j->result = n->w->result;
	net_drop_own(n, j);
}

const net_fn net_do_connect[] = {asks_to_connect, connects, has_connected, NULL};

/* --- sendto --- */

/* data= or so many zeroes. */
static void take_data(struct net *n)
{
	const char *text = (const char *)n->h->value[NET_DATA];
	u64 len = happening_given(n->h, NET_DATA) ? strlen(text) : n->h->value[NET_BYTES];

	n->w->len = min_u64(len, NET_DATA_MAX);
	memset(n->w->data, 0, n->w->len);
	if (happening_given(n->h, NET_DATA))
		memcpy(n->w->data, text, n->w->len);
}

static void begins_send(struct net *n, struct net_job *j)
{
	bool connected;
	struct net_job *send;

	if (net_take_socket(n, j, "udp"))
		return;
	take_data(n);
	connected = j->sk->sk->__sk_common.skc_dport;
	if (net_is_tcp(j->sk)) {
		bool open = net_state(j->sk) == SOCK_ESTABLISHED || net_state(j->sk) == SOCK_CLOSE_WAIT;

		if (!open) {
			net_end(j, -EPIPE);
			return;
		}
		send = net_begin(n, j->sk->joined.prog[SOCKMAP_MSG] ? MSG_SEND : TCP_SEND);
		if (send)
			send->sk = j->sk, send->len = n->w->len;
		return;
	}
	if (!happening_given(n->h, NET_IP) && !j->mine && !connected) {
		net_end(j, -EDESTADDRREQ);
		return;
	}
	if (!takes_source(n, j))
		return;
	if (!connected && net_take_address_words(n, j, NET_IP, NET_PORT, &j->ends.to))
		return;
	send = net_begin(n, UDP_SEND);
	if (!send)
		return;
	send->sk = j->sk;
	send->full = !connected;
	send->ends = j->ends;
	if (connected)
		inet_remote(j->sk->sk, &send->ends.to);
}

static void has_sent(struct net *n, struct net_job *j)
{
	j->result = n->w->result;
	net_drop_own(n, j);
}

const net_fn net_do_send[] = {begins_send, has_sent, NULL};

/* --- recvfrom --- */

/* The socket for the occasion is where the datagram will go. */
static int wait_for_it(struct net *n, struct net_job *j)
{
	struct net_address to;
	int err = net_take_address_words(n, j, NET_IP, NET_PORT, &to);

	if (err)
		return err;
	if (!to.port)
		to.port = PORT_FIRST;
	err = socket_bind(n->sim, j->sk, &to);
	if (err)
		net_end(j, err);
	return err;
}

/* What another host sends now: to a socket for the occasion, or when data= or bytes= say so. */
static void begins_receive(struct net *n, struct net_job *j)
{
	bool sent = happening_given(n->h, NET_DATA) || happening_given(n->h, NET_BYTES) ||
		    happening_given(n->h, NET_FROM);

	if (net_take_socket(n, j, "udp"))
		return;
	if (j->mine && wait_for_it(n, j)) {
		net_drop_own(n, j);
		return;
	}
	if (!j->mine && !sent)
		return;
	take_data(n);
	net_ends_of(j->sk, &j->ends);
	net_turn(&j->ends, &j->ends);
	if (!net_is_tcp(j->sk) && !j->sk->sk->__sk_common.skc_dport &&
	    net_take_address_words(n, j, NET_FROM, NET_FROM_PORT, &j->ends.from))
		return;
	if (!j->ends.from.port || inet_is_here(&j->ends.from)) {
		net_end(j, sim_fail(&n->sim->why, -EINVAL,
				    "data=, bytes= and from= are for what another host sends"));
		return;
	}
	if (!net_is_tcp(j->sk) || net_state(j->sk) == SOCK_ESTABLISHED)
		net_transmit(n, NULL, &j->ends, TCP_PSH | TCP_ACK, n->w->data, n->w->len);
}

/* The first datagram, or all of a stream. */
static u32 read_all(struct net *n, struct socket *sk, struct net_address *from)
{
	u32 len = 0;

	*from = sk->received->from;
	while (sk->received && (!len || net_is_tcp(sk))) {
		struct sock_data *data = sk->received;
		u32 more = min_u64(data->len - data->taken, NET_DATA_MAX - len);

		memcpy(n->w->data + len, data->bytes + data->taken, more);
		len += more;
		data->taken += more;
		if (data->taken < data->len && net_is_tcp(sk))
			break;
		sk->received = data->next;
		sim_free(n->sim, data);
		if (!net_is_tcp(sk))
			break;
	}
	return len;
}

static void reads(struct net *n, struct net_job *j)
{
	struct socket *sk = j->sk;

	if (net_is_tcp(sk) && !sk->received) {
		bool over = sk->fin || net_state(sk) == SOCK_CLOSED;

		net_end(j, net_state(sk) == SOCK_LISTENING || (net_state(sk) == SOCK_CLOSED && !sk->fin)
				   ? -ENOTCONN
			   : over ? 0
				  : sim_fail(&n->sim->why, -EAGAIN, "nothing has arrived"));
		return;
	}
	if (!sk->received) {
		net_end(j, sim_fail(&n->sim->why, -EAGAIN, "nothing has arrived"));
		net_drop_own(n, j);
		return;
	}
	j->result = n->w->len = read_all(n, sk, &j->ends.from);
	if (!net_is_tcp(sk))
		net_ask_address(n, j, SITE_RECVMSG4, &j->ends.from, NULL);
}

static void has_read(struct net *n, struct net_job *j)
{
	if (j->ctx)
		net_take_address(n, j, &j->ends.from, NULL);
	net_drop_own(n, j);
}

const net_fn net_do_recv[] = {begins_receive, reads, has_read, NULL};

/* --- a client on another host connects --- */

static void knocks(struct net *n, struct net_job *j)
{
	struct socket other = {.family = AF_INET6};

	if (!strchr((const char *)n->h->value[NET_IP], ':'))
		other.family = AF_INET;
	j->sk = &other;
	if (net_take_address_words(n, j, NET_IP, NET_PORT, &j->ends.to) ||
	    net_take_address_words(n, j, NET_FROM, NET_FROM_PORT, &j->ends.from)) {
		j->sk = NULL;
		return;
	}
	j->sk = NULL;
	j->ends.protocol = 6;
	if (!inet_is_here(&j->ends.to) || inet_is_here(&j->ends.from)) {
		net_end(j, sim_fail(&n->sim->why, -EINVAL,
				    "to= is an address of this machine (10.0.0.1), from= is not"));
		return;
	}
	net_transmit(n, NULL, &j->ends, TCP_SYN, NULL, 0);
}

static void is_let_in(struct net *n, struct net_job *j)
{
	struct socket *sk = socket_connected(n->sim, &j->ends);

	j->result = sk ? 0 : -ECONNREFUSED;
}

const net_fn net_do_client[] = {knocks, is_let_in, NULL};
