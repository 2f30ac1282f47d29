/* TCP connections and their congestion controls: see tcp_conn.h. */
#include "tcp_conn.h"

#include "world.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define STATE_ESTABLISHED 1
#define INIT_CWND 10u             /* TCP_INIT_CWND */
#define INFINITE_SSTHRESH 0x7fffffffu

/* --- connections --- */

static struct tcp_sock *sock_new(struct sim *sim)
{
	struct tcp_sock *sk = arena_alloc(sim->arena, sizeof(*sk), TAG_SOCK, NULL);
	struct sock *base = (struct sock *)sk;

	if (!sk)
		return NULL;
	base->__sk_common.skc_family = AF_INET;
	base->__sk_common.skc_state = STATE_ESTABLISHED;
	base->__sk_common.skc_rx_queue_mapping = UINT16_MAX;
	base->sk_type = SOCK_STREAM;
	base->sk_protocol = IPPROTO_TCP;
	sk->snd_cwnd = INIT_CWND;
	sk->snd_ssthresh = INFINITE_SSTHRESH;
	sk->mss_cache = 1460;
	return sk;
}

struct tcp_conn *tcp_conn_take(struct sim *sim, u32 pid)
{
	struct tcp_conn *conn = sim->world->tcp_conns;

	while (conn && conn->pid != pid)
		conn = conn->next;
	if (conn)
		return conn;
	conn = sim_alloc(sim, sizeof(*conn));
	if (conn)
		conn->sk = sock_new(sim);
	if (!conn || !conn->sk) {
		sim_free(sim, conn);
		sim_fail(&sim->why, -ENOMEM, "no memory for a connection");
		return NULL;
	}
	conn->pid = pid;
	conn->next = sim->world->tcp_conns;
	sim->world->tcp_conns = conn;
	return conn;
}

struct tcp_conn *tcp_conn_of(const struct sim *sim, u64 sk)
{
	struct tcp_conn *conn = sim->world->tcp_conns;

	while (conn && (u64)conn->sk != sk)
		conn = conn->next;
	return conn;
}

void tcp_conn_use(struct sim *sim, struct tcp_conn *conn, struct obj *map)
{
	struct obj *old = conn->cc;

	if (map)
		obj_get(sim, map);
	conn->cc = map;
	if (old)
		obj_put(sim, old);
}

void tcp_conn_close(struct sim *sim, u32 pid)
{
	for (struct tcp_conn **at = &sim->world->tcp_conns; *at; at = &(*at)->next)
		if ((*at)->pid == pid) {
			struct tcp_conn *conn = *at;

			*at = conn->next;
			tcp_conn_use(sim, conn, NULL);
			arena_free(sim->arena, conn->sk);
			sim_free(sim, conn);
			return;
		}
}

/* --- congestion controls --- */

int tcp_cong_add(struct sim *sim, const char *name, struct obj *map)
{
	struct tcp_cong *cong = sim_alloc(sim, sizeof(*cong));

	if (!cong)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a congestion control");
	memcpy(cong->name, name, strnlen(name, sizeof(cong->name) - 1));
	cong->map = map;
	cong->next = sim->world->tcp_congs;
	sim->world->tcp_congs = cong;
	return 0;
}

void tcp_cong_remove(struct sim *sim, const struct obj *map)
{
	for (struct tcp_cong **at = &sim->world->tcp_congs; *at; at = &(*at)->next)
		if ((*at)->map == map) {
			struct tcp_cong *cong = *at;

			*at = cong->next;
			sim_free(sim, cong);
			return;
		}
}

const struct tcp_cong *tcp_cong_by_name(const struct sim *sim, const char *name)
{
	const struct tcp_cong *cong = sim->world->tcp_congs;

	while (cong && strcmp(cong->name, name))
		cong = cong->next;
	return cong;
}
