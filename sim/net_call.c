/*
 * System calls of sockets: socket, bind, listen, accept, close. See net.h; mirrors net/socket.c and
 * net/ipv4/af_inet.c.
 *
 * Simplified: nothing waits; accept says -EAGAIN.
 */
#include "fd.h"
#include "file_socket.h"
#include "maps/map.h"
#include "net.h"

#include <sys/socket.h>

/* tcp, udp, tcp6, udp6. */
static int read_type(struct sim *sim, const char *word, u32 *family, u32 *type)
{
	bool tcp = !strncmp(word, "tcp", 3), v6 = !strcmp(word, "tcp6") || !strcmp(word, "udp6");

	*family = v6 ? AF_INET6 : AF_INET;
	*type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	if (v6 || !strcmp(word, "tcp") || !strcmp(word, "udp"))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "type=%.20s: expected tcp, udp, tcp6 or udp6", word);
}

static struct socket *by_fd(struct net *n, s64 fd, int *err)
{
	struct obj *obj = fd_obj(n->sim, n->w->task, fd, OBJ_SOCK, err);

	if (!obj)
		return NULL;
	if (!socket_is_inet(socket_of(obj)))
		*err = sim_fail(&n->sim->why, -EOPNOTSUPP, "fd %lld is not a socket of TCP or UDP",
				(long long)fd);
	return *err ? NULL : socket_of(obj);
}

int net_take_socket(struct net *n, struct net_job *j, const char *type)
{
	s64 fd = n->h->value[NET_FD];
	u32 family = 0, kind = 0;
	int err = 0;

	if (!n->w->task)
		err = sim_fail(&n->sim->why, -EINVAL, "the idle task has no sockets: which pid?");
	else if (fd >= 0)
		j->sk = by_fd(n, fd, &err);
	else if (!type)
		err = sim_fail(&n->sim->why, -EBADF, "which socket? expected fd=");
	else
		err = read_type(n->sim, type, &family, &kind);
	if (!err && !j->sk) {
		err = socket_new(n->sim, n->w->task, family, kind, 0, &j->sk);
		j->mine = !err;
	}
	if (err)
		net_end(j, err);
	return err;
}

int net_take_address_words(struct net *n, struct net_job *j, u32 ip, u32 port, struct net_address *out)
{
	const char *words = (const char *)n->h->value[ip];
	int err = 0;

	if (!inet_parse(words, min_u64(n->h->value[port], UINT16_MAX + 1), out))
		err = sim_fail(&n->sim->why, -EINVAL,
			       "'%.40s' port %lld: expected an address like 10.0.0.1 and a port up to 65535",
			       words, (long long)n->h->value[port]);
	else if (out->family != j->sk->family)
		err = out->family == AF_INET6 ? -EAFNOSUPPORT : -EINVAL;
	if (err)
		net_end(j, err);
	return err;
}

void net_drop_own(struct net *n, struct net_job *j)
{
	if (j->mine && j->sk)
		obj_put(n->sim, &j->sk->obj);
	j->mine = false;
	j->sk = NULL;
}

void net_tell_value(struct net *n)
{
	struct happening *h = n->h;
	u32 given = min_u64(n->w->len, sizeof(h->told) - 1), len = strnlen((const char *)n->w->data, given);
	bool text = len && given != sizeof(s32);
	struct text out;
	s32 number;

	for (u32 i = 0; i < len; i++)
		text = text && n->w->data[i] >= ' ' && n->w->data[i] < 0x7f;
	memcpy(&number, n->w->data, sizeof(number));
	text_init(&out, h->told, sizeof(h->told));
	if (text)
		text_add(&out, "%.*s", (int)len, (const char *)n->w->data);
	else if (given == sizeof(number))
		text_add(&out, "%d", number);
}

void net_release(struct net *n, struct socket *sk)
{
	if (!sk->orphan || net_state(sk) != SOCK_CLOSED)
		return;
	sk->orphan = false;
	obj_put(n->sim, &sk->obj);
}

/* --- socket --- */

static void makes(struct net *n, struct net_job *j)
{
	n->h->value[NET_FD] = -1;
	if (!net_take_socket(n, j, (const char *)n->h->value[NET_TYPE]))
		net_ask_cgroup(n, SITE_CREATE, j->sk->cgroup, (u64)j->sk->sk, 0);
}

static void opens(struct net *n, struct net_job *j)
{
	s32 answer = net_answer(n);

	if (answer)
		obj_put(n->sim, &j->sk->obj);
	j->result = answer ? answer : fd_open(n->sim, n->w->task, &j->sk->obj, true, true);
}

const net_fn net_do_socket[] = {makes, opens, NULL};

/* --- bind --- */

static void asks_to_bind(struct net *n, struct net_job *j)
{
	if (net_take_socket(n, j, (const char *)n->h->value[NET_TYPE]) ||
	    net_take_address_words(n, j, NET_IP, NET_PORT, &j->ends.to))
		return;
	net_ask_address(n, j, SITE_BIND4, &j->ends.to, NULL);
}

/* Low ports are for root, unless a program has said otherwise. */
static void binds(struct net *n, struct net_job *j)
{
	s32 answer = net_answer(n);
	u16 port;

	net_take_address(n, j, &j->ends.to, NULL);
	port = j->ends.to.port;
	j->result = answer;
	if (!answer && port && port < 1024 && n->w->task->uid && !(n->h->answer_flags & 1))
		j->result = sim_fail(&n->sim->why, -EACCES, "ports below 1024 are for root");
	if (!j->result)
		j->result = socket_bind(n->sim, j->sk, &j->ends.to);
	if (!j->result)
		net_ask_cgroup(n, SITE_POST_BIND4 + (j->sk->family == AF_INET6), j->sk->cgroup,
			       (u64)j->sk->sk, 0);
}

static void is_bound(struct net *n, struct net_job *j)
{
	if (!j->result && net_answer(n)) {
		j->result = net_answer(n);
		j->sk->bound = false;
		inet_set_local(j->sk->sk, &(struct net_address){.family = j->sk->family});
	}
	net_drop_own(n, j);
}

const net_fn net_do_bind[] = {asks_to_bind, binds, is_bound, NULL};

/* --- listen --- */

/* Debian's kernel has Tomoyo, which looks at the address: programs hear of it. */
static void asks_to_listen(struct net *n, struct net_job *j)
{
	u8 state;

	if (net_take_socket(n, j, NULL))
		return;
	state = net_state(j->sk);
	if (!net_is_tcp(j->sk)) {
		net_end(j, -EOPNOTSUPP);
	} else {
		inet_local(j->sk->sk, &j->ends.to);
		net_ask_address(n, j, SITE_SOCKNAME4, &j->ends.to, NULL);
	}
	if (state != SOCK_CLOSED && state != SOCK_LISTENING)
		j->result = -EINVAL;
}

static void listens(struct net *n, struct net_job *j)
{
	struct net_job *state;

	net_take_address(n, j, &j->ends.to, NULL);
	if (!j->result && !j->sk->bound)
		j->result = socket_bind(n->sim, j->sk, &(struct net_address){.family = j->sk->family});
	if (j->result) {
		net_end(j, j->result);
		return;
	}
	j->sk->backlog = n->h->value[NET_BACKLOG];
	j->full = net_state(j->sk) == SOCK_LISTENING;
	state = j->full ? NULL : net_tcp_state(n, j->sk, SOCK_LISTENING);
	if (state)
		state->full = true; /* in no function of its own, and programs hear of it below */
}

static void tells_listening(struct net *n, struct net_job *j)
{
	if (!j->full)
		net_tcp_ops(n, j->sk, BPF_SOCK_OPS_TCP_LISTEN_CB);
}

const net_fn net_do_listen[] = {asks_to_listen, listens, tells_listening, NULL};

/* --- accept --- */

static void accepts(struct net *n, struct net_job *j)
{
	struct socket *sk;
	u32 waiting;

	if (net_take_socket(n, j, NULL))
		return;
	if (!net_is_tcp(j->sk) || net_state(j->sk) != SOCK_LISTENING) {
		net_end(j, net_is_tcp(j->sk) ? -EINVAL : -EOPNOTSUPP);
		return;
	}
	sk = socket_first_waiting(n->sim, j->sk, &waiting);
	if (!sk) {
		net_end(j, sim_fail(&n->sim->why, -EAGAIN, "no connection waits at the socket"));
		return;
	}
	sk->listener = NULL;
	j->result = fd_open(n->sim, n->w->task, &sk->obj, true, true);
}

const net_fn net_do_accept[] = {accepts, NULL};

/* --- close --- */

static void asks_to_close(struct net *n, struct net_job *j)
{
	s64 fd = n->h->value[NET_FD];
	struct file *file = n->w->task ? fd_file(n->w->task, fd) : NULL;
	bool last =
		file && file->refs == 1 && file->obj && file->obj->kind == OBJ_SOCK && file->obj->refs == 1;

	if (!file) {
		net_end(j, sim_fail(&n->sim->why, -EBADF, "fd %lld is not open", (long long)fd));
		return;
	}
	j->sk = last && socket_is_inet(socket_of(file->obj)) ? socket_of(file->obj) : NULL;
	if (j->sk)
		net_ask_cgroup(n, SITE_RELEASE, j->sk->cgroup, (u64)j->sk->sk, 0);
}

static void ends_connection(struct net *n, struct net_job *j)
{
	struct net_job *close;

	if (!j->sk)
		return;
	map_forget(n->sim, j->sk->sk);
	close = net_is_tcp(j->sk) ? net_begin(n, TCP_CLOSE_ROUTINE) : NULL;
	if (close)
		close->sk = j->sk;
}

static void closes(struct net *n, struct net_job *j)
{
	j->result = fd_close(n->sim, n->w->task, n->h->value[NET_FD]);
}

const net_fn net_do_close[] = {asks_to_close, ends_connection, closes, NULL};
