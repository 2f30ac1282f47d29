/*
 * System calls of sockets: setsockopt, getsockopt, getsockname, getpeername. See net.h; mirrors net/socket.c,
 * __cgroup_bpf_run_filter_setsockopt and _getsockopt, net/core/sock_reuseport.c (attaching programs).
 */
#include "fd.h"
#include "net.h"
#include "progs/prog_type.h"

#include <sys/socket.h>

#define VALUE_ROOM 256u

/* The option at hand: what programs see of it. */
struct asked {
	struct bpf_sockopt_kern ctx;
	u32 room;
	u8 value[VALUE_ROOM];
};

/* By name; a number with level=. */
static int read_name(struct net *n, u32 *level, u32 *number)
{
	const char *name = (const char *)n->h->value[NET_NAME];
	u32 value = 0;

	*level = n->h->value[NET_LEVEL];
	if (!strcmp(name, "SO_ATTACH_REUSEPORT_EBPF") || !strcmp(name, "SO_DETACH_REUSEPORT_BPF")) {
		*level = SOL_SOCKET;
		*number = name[3] == 'A' ? SO_ATTACH_REUSEPORT_EBPF : SO_DETACH_REUSEPORT_BPF;
		return 0;
	}
	if (sockopt_by_name(name, level, number))
		return 0;
	for (; *name >= '0' && *name <= '9'; name++)
		value = value * 10 + (*name - '0');
	*number = value;
	return *name ? sim_fail(&n->sim->why, -EINVAL, "name=%.40s: expected an option's name or number",
				name)
		     : 0;
}

/* A number, or text; "prog:NAME": an fd of that program. */
static u32 read_value(struct net *n, u8 *out)
{
	const char *word = (const char *)n->h->value[NET_VALUE], *at = word + (*word == '-');
	s64 value = 0;
	s32 number;

	if (!strncmp(word, "prog:", 5))
		for (struct obj *o = obj_next(n->sim, OBJ_PROG, 0); o; o = obj_next(n->sim, OBJ_PROG, o->id))
			if (!strncmp(o->name, word + 5, sizeof(o->name) - 1))
				value = -(s64)o->id - 2; /* no fd of the task's: see attach_group */
	for (; *at >= '0' && *at <= '9' && value >= 0 && value <= UINT32_MAX; at++)
		value = value * 10 + (*at - '0');
	if (strncmp(word, "prog:", 5) && (*at || at == word)) {
		memcpy(out, word, min_u64(strlen(word) + 1, VALUE_ROOM));
		return min_u64(strlen(word), VALUE_ROOM);
	}
	number = *word == '-' ? -value : value;
	memcpy(out, &number, sizeof(number));
	return sizeof(number);
}

static bool ask(struct net *n, struct net_job *j, enum net_site site, const struct asked *with, s32 result)
{
	struct asked *asked = arena_alloc(n->sim->arena, sizeof(*asked), TAG_PACKET, NULL);

	if (!asked) {
		net_end(j, -ENOMEM);
		return false;
	}
	*asked = *with;
	asked->ctx.sk = (u64)j->sk->sk;
	asked->ctx.optval = (u64)asked->value;
	asked->ctx.optval_end = (u64)asked->value + asked->room;
	asked->ctx.current_task = n->h->value[V_TASK];
	j->ctx = asked;
	net_ask_cgroup(n, site, j->sk->cgroup, (u64)asked, result);
	return true;
}

/* --- setsockopt --- */

static void asks_to_set(struct net *n, struct net_job *j)
{
	struct asked asked = {0};
	u32 level, number;
	int err;

	if (net_take_socket(n, j, NULL))
		return;
	err = read_name(n, &level, &number);
	if (err) {
		net_end(j, err);
		return;
	}
	asked.ctx.level = level;
	asked.ctx.optname = number;
	asked.ctx.optlen = read_value(n, asked.value);
	asked.room = asked.ctx.optlen < 16 ? 16 : asked.ctx.optlen;
	j->len = asked.ctx.optlen;
	memcpy(n->w->data, asked.value, sizeof(asked.value));
	ask(n, j, SITE_SETSOCKOPT, &asked, 0);
}

/* The program of a group of sockets that share a port; a socket that is not bound has a group of its own. */
static s64 attach_group(struct net *n, struct socket *sk, s32 fd)
{
	struct obj *obj = fd < -1 ? obj_by_id(n->sim, OBJ_PROG, -fd - 2) : NULL;
	int err = 0;

	if (!obj)
		obj = fd_obj(n->sim, n->w->task, fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	if (container_of(obj, struct prog, obj)->type != BPF_PROG_TYPE_SK_REUSEPORT &&
	    container_of(obj, struct prog, obj)->type != BPF_PROG_TYPE_SOCKET_FILTER)
		return sim_fail(&n->sim->why, -EINVAL, "such a program chooses no socket of a group");
	if (!sk->reuse_id && !sk->options.reuseport)
		return sim_fail(&n->sim->why, -EINVAL, "the socket has no SO_REUSEPORT");
	if (!sk->reuse_id)
		sk->reuse_id = ++n->sim->world->reuse_groups;
	for (struct socket *s = n->sim->world->sockets; s; s = s->next) {
		if (s->reuse_id != sk->reuse_id)
			continue;
		obj_get(n->sim, obj);
		if (s->reuse_prog)
			obj_put(n->sim, s->reuse_prog);
		s->reuse_prog = obj;
	}
	return 0;
}

static s64 detach_group(struct net *n, struct socket *sk)
{
	if (!sk->reuse_prog)
		return sim_fail(&n->sim->why, -ENOENT, "the group has no program");
	for (struct socket *s = n->sim->world->sockets; s; s = s->next) {
		if (s->reuse_id != sk->reuse_id || !s->reuse_prog)
			continue;
		obj_put(n->sim, s->reuse_prog);
		s->reuse_prog = NULL;
	}
	return 0;
}

static s64 set_option(struct net *n, struct socket *sk, u32 level, u32 number, const u8 *value, u32 len)
{
	s32 fd;

	memcpy(&fd, value, sizeof(fd));
	if (level == SOL_SOCKET && number == SO_ATTACH_REUSEPORT_EBPF)
		return len == sizeof(fd) ? attach_group(n, sk, fd) : -EINVAL;
	if (level == SOL_SOCKET && number == SO_DETACH_REUSEPORT_BPF)
		return detach_group(n, sk);
	return sockopt_set(n->sim, sk, n->w->task, level, number, value, len);
}

static void sets(struct net *n, struct net_job *j)
{
	const struct asked *asked = j->ctx;
	s32 answer = net_answer(n), len = asked->ctx.optlen;

	if (answer)
		j->result = answer;
	else if (len == -1)
		j->result = 0; /* the program has done it */
	else if (len > (s32)asked->room || len < -1)
		j->result = sim_fail(&n->sim->why, -EFAULT,
				     "the program says optlen %d, its buffer has %u bytes", len, asked->room);
	else
		j->result = set_option(n, j->sk, asked->ctx.level, asked->ctx.optname,
				       len ? asked->value : n->w->data, len ? (u32)len : j->len);
	arena_free(n->sim->arena, j->ctx);
}

const net_fn net_do_setsockopt[] = {asks_to_set, sets, NULL};

/* --- getsockopt --- */

static void asks_to_get(struct net *n, struct net_job *j)
{
	struct asked asked = {.room = 4};
	u32 level, number;
	int err;

	if (net_take_socket(n, j, NULL))
		return;
	err = read_name(n, &level, &number);
	if (err) {
		net_end(j, err);
		return;
	}
	asked.ctx.level = level;
	asked.ctx.optname = number;
	asked.room = sockopt_is_text(level, number) ? SOCKOPT_TEXT : sizeof(s32);
	asked.ctx.optlen = asked.room;
	err = sockopt_get(n->sim, j->sk, n->w->task, level, number, asked.value, &asked.ctx.optlen);
	ask(n, j, SITE_GETSOCKOPT, &asked, err);
}

static void gets(struct net *n, struct net_job *j)
{
	const struct asked *asked = j->ctx;
	s32 len = asked->ctx.optlen;

	j->result = net_answer(n);
	if (!j->result && (len < 0 || len > (s32)asked->room))
		j->result = sim_fail(&n->sim->why, -EFAULT,
				     "the program says optlen %d, its buffer has %u bytes", len, asked->room);
	n->w->len = j->result ? 0 : len;
	memcpy(n->w->data, asked->value, n->w->len);
	arena_free(n->sim->arena, j->ctx);
	if (!j->result)
		net_tell_value(n);
}

const net_fn net_do_getsockopt[] = {asks_to_get, gets, NULL};

/* --- getsockname, getpeername --- */

static void asks_for_name(struct net *n, struct net_job *j, enum net_site site, bool peer)
{
	if (net_take_socket(n, j, NULL))
		return;
	if (peer && !j->sk->sk->__sk_common.skc_dport) {
		net_end(j, -ENOTCONN);
		return;
	}
	if (peer)
		inet_remote(j->sk->sk, &j->ends.to);
	else
		inet_local(j->sk->sk, &j->ends.to);
	net_ask_address(n, j, site, &j->ends.to, NULL);
}

static void asks_for_sockname(struct net *n, struct net_job *j)
{
	asks_for_name(n, j, SITE_SOCKNAME4, false);
}

static void asks_for_peername(struct net *n, struct net_job *j)
{
	asks_for_name(n, j, SITE_PEERNAME4, true);
}

static void has_name(struct net *n, struct net_job *j)
{
	struct text text;

	net_take_address(n, j, &j->ends.to, NULL);
	text_init(&text, (char *)n->w->data, VALUE_ROOM);
	inet_text(&j->ends.to, &text);
	n->w->len = strlen((char *)n->w->data);
	net_tell_value(n);
}

const net_fn net_do_sockname[] = {asks_for_sockname, has_name, NULL};
const net_fn net_do_peername[] = {asks_for_peername, has_name, NULL};
