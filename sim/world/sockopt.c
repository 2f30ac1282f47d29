/*
 * Options of sockets: see sockopt.h. Mirrors net/core/sock.c, net/ipv4/tcp.c, net/ipv4/ip_sockglue.c, and for
 * programs
 * __bpf_setsockopt of net/core/filter.c.
 *
 * Simplified: an option is a number that is kept; of those with an effect there are SO_REUSEADDR,
 * SO_REUSEPORT, SO_MARK, SO_PRIORITY and what programs see of a TCP socket.
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "socket.h"
#include "world.h"

#define BUFFER_MOST 212992 /* net.core.rmem_max, wmem_max */

struct option {
	const char *name;
	u32 level, number;
	s32 birth, least, most;
	u32 flags, at;
};

static const struct option options[] = {
#define X(field, name, level, number, birth, least, most, flags)                                             \
	{name, level, number, birth, least, most, flags, offsetof(struct sockopts, field)},
	SOCKOPTS(X)
#undef X
};

static const struct option *find(u32 level, u32 number)
{
	for (u32 i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].level == level && options[i].number == number)
			return &options[i];
	return NULL;
}

bool sockopt_by_name(const char *name, u32 *level, u32 *number)
{
	for (u32 i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(options[i].name, name)) {
			*level = options[i].level;
			*number = options[i].number;
			return true;
		}
	return false;
}

const char *sockopt_name(u32 level, u32 number)
{
	const struct option *o = find(level, number);

	return o ? o->name : NULL;
}

bool sockopt_is_text(u32 level, u32 number)
{
	const struct option *o = find(level, number);

	return o && o->flags & SOCKOPT_STRING;
}

static s32 *place(struct socket *socket, const struct option *o)
{
	return (s32 *)((u8 *)&socket->options + o->at);
}

/* What else shows the value: where programs look. */
static void show(struct socket *socket)
{
	struct sock *sk = socket->sk;

	sk->sk_rcvbuf = socket->options.rcvbuf;
	sk->sk_sndbuf = socket->options.sndbuf;
	sk->sk_priority = socket->options.priority;
	sk->sk_mark = socket->options.mark;
	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	((struct tcp_sock *)sk)->snd_cwnd = socket->options.bpf_iw;
	((struct tcp_sock *)sk)->snd_ssthresh =
		socket->options.bpf_clamp ? socket->options.bpf_clamp : INT32_MAX;
}

void sockopts_birth(struct socket *socket)
{
	for (u32 i = 0; i < ARRAY_SIZE(options); i++)
		*place(socket, &options[i]) = options[i].birth;
	if (socket->sk->sk_protocol == IPPROTO_TCP) {
		socket->options.sndbuf = 16384;
		socket->options.rcvbuf = 131072;
	}
	strcpy(socket->options.congestion_text, "cubic");
	if (socket_is_inet(socket))
		show(socket);
}

/* What is known of the socket elsewhere. */
static s32 read_only(const struct socket *socket, const struct option *o)
{
	if (o->at == offsetof(struct sockopts, type))
		return socket->type;
	if (o->at == offsetof(struct sockopts, acceptconn))
		return socket->sk->__sk_common.skc_state == SOCK_LISTENING;
	if (o->at == offsetof(struct sockopts, protocol))
		return socket->sk->sk_protocol;
	if (o->at == offsetof(struct sockopts, domain))
		return socket->family;
	return *place((struct socket *)socket, o);
}

/* May @task, or a program, use the option at this socket? 0 or -errno. */
static int check(struct sim *sim, const struct socket *socket, const struct task *task,
		 const struct option *o)
{
	bool tcp = socket->sk->sk_protocol == IPPROTO_TCP, v6 = socket->family == AF_INET6;
	bool for_it = o && (!(o->flags & SOCKOPT_TCP) || tcp) && (o->level != IPPROTO_IPV6 || v6);

	if (task && (!for_it || o->flags & SOCKOPT_BPF_ONLY))
		return sim_fail(&sim->why, o && o->level == IPPROTO_TCP && !tcp ? -EOPNOTSUPP : -ENOPROTOOPT,
				"the socket has no such option here");
	if (!task && (!for_it || !(o->flags & (SOCKOPT_BPF | SOCKOPT_BPF_ONLY))))
		return sim_fail(&sim->why, -EINVAL, "no option that programs may use");
	return 0;
}

static int set_string(struct sim *sim, struct socket *socket, const struct option *o, const char *value,
		      u32 len)
{
	static const char *const controls[] = {"cubic", "reno"};
	char text[SOCKOPT_TEXT] = "";
	bool known = false;

	if (len < 1)
		return sim_fail(&sim->why, -EINVAL, "%s: a name is expected", o->name);
	memcpy(text, value, min_u64(len, sizeof(text) - 1));
	for (u32 i = 0; i < ARRAY_SIZE(controls); i++)
		known = known || !strcmp(controls[i], text);
	if (o->at == offsetof(struct sockopts, bindtodevice)) {
		if (*text && !netdev_by_name(sim, text))
			return sim_fail(&sim->why, -ENODEV, "there is no device %s", text);
		memcpy(socket->options.bindtodevice_text, text, sizeof(text));
		socket->sk->__sk_common.skc_bound_dev_if = *text ? netdev_by_name(sim, text)->ifindex : 0;
		return 0;
	}
	if (!known)
		return sim_fail(&sim->why, -ENOENT, "no congestion control '%s': there are cubic and reno",
				text);
	memcpy(socket->options.congestion_text, text, sizeof(text));
	return 0;
}

static int set_number(struct sim *sim, struct socket *socket, const struct option *o, s32 value)
{
	if (o->flags & SOCKOPT_DOUBLED) {
		value = (u32)value > BUFFER_MOST ? BUFFER_MOST : value;
		value = 2 * value < o->least ? o->least : 2 * value;
	} else if (value < o->least || value > o->most) {
		return sim_fail(&sim->why, -EINVAL, "%s is %d to %d, not %d", o->name, o->least, o->most,
				value);
	}
	if (o->flags & SOCKOPT_BOOL)
		value = !!value;
	if (o->at == offsetof(struct sockopts, bpf_iw) && ((struct tcp_sock *)socket->sk)->data_segs_out)
		return sim_fail(&sim->why, -EINVAL, "TCP_BPF_IW: data has been sent");
	*place(socket, o) = value;
	show(socket);
	return 0;
}

int sockopt_set(struct sim *sim, struct socket *socket, const struct task *task, u32 level, u32 number,
		const void *value, u32 len)
{
	const struct option *o = find(level, number);
	int err = check(sim, socket, task, o);
	s32 n;

	if (err)
		return err;
	if (o->flags & SOCKOPT_READ_ONLY)
		return sim_fail(&sim->why, -ENOPROTOOPT, "%s cannot be set", o->name);
	if (task && o->flags & SOCKOPT_ADMIN && !task_capable(task, CAP_NET_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "%s needs CAP_NET_ADMIN", o->name);
	if (o->flags & SOCKOPT_STRING)
		return set_string(sim, socket, o, value, len);
	if (len < sizeof(n) || (!task && len != sizeof(n)))
		return sim_fail(&sim->why, -EINVAL, "%s is a number of 4 bytes, these are %u", o->name, len);
	memcpy(&n, value, sizeof(n));
	return set_number(sim, socket, o, n);
}

static const char *string_of(const struct socket *socket, const struct option *o)
{
	return o->at == offsetof(struct sockopts, bindtodevice) ? socket->options.bindtodevice_text
								: socket->options.congestion_text;
}

int sockopt_get(struct sim *sim, struct socket *socket, const struct task *task, u32 level, u32 number,
		void *value, u32 *len)
{
	const struct option *o = find(level, number);
	int err = check(sim, socket, task, o);
	s32 n;

	if (err)
		return err;
	if (!task && (o->flags & SOCKOPT_BPF_ONLY || (level == SOL_SOCKET && o->flags & SOCKOPT_STRING)))
		return sim_fail(&sim->why, -EINVAL, "%s: programs cannot ask for it", o->name);
	if (o->flags & SOCKOPT_STRING) {
		if (!task && *len < 2)
			return sim_fail(&sim->why, -EINVAL, "%s needs room for 2 bytes at least", o->name);
		*len = min_u64(*len, SOCKOPT_TEXT);
		memcpy(value, string_of(socket, o), *len);
		return 0;
	}
	if (!task && *len != sizeof(n))
		return sim_fail(&sim->why, -EINVAL, "%s is a number of 4 bytes, the room is %u", o->name,
				*len);
	n = o->flags & SOCKOPT_READ_ONLY ? read_only(socket, o) : *place(socket, o);
	*len = min_u64(*len, sizeof(n));
	memcpy(value, &n, *len);
	return 0;
}
