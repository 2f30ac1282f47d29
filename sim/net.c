/* The network at work: see net.h. The stack of jobs, and how programs are asked. */
#include "net.h"

#include "event_cgroup.h"

static const net_fn *const routines[NET_ROUTINES] = {
	[DO_SOCKET] = net_do_socket,
	[DO_BIND] = net_do_bind,
	[DO_LISTEN] = net_do_listen,
	[DO_CONNECT] = net_do_connect,
	[DO_ACCEPT] = net_do_accept,
	[DO_SEND] = net_do_send,
	[DO_RECV] = net_do_recv,
	[DO_CLOSE] = net_do_close,
	[DO_SETSOCKOPT] = net_do_setsockopt,
	[DO_GETSOCKOPT] = net_do_getsockopt,
	[DO_SOCKNAME] = net_do_sockname,
	[DO_PEERNAME] = net_do_peername,
	[DO_CLIENT] = net_do_client,
	[DO_JOIN] = net_do_join,
	[TCP_CONNECT_ROUTINE] = net_tcp_connect,
	[TCP_STATE] = net_tcp_state_changes,
	[TCP_OPS] = net_tcp_calls_ops,
	[TCP_SYN_ARRIVES] = net_tcp_syn,
	[TCP_SYNACK_ARRIVES] = net_tcp_synack,
	[TCP_LAST_ACK_ARRIVES] = net_tcp_last_ack,
	[TCP_DATA_ARRIVES] = net_tcp_data,
	[TCP_FIN_ARRIVES] = net_tcp_fin,
	[TCP_RST_ARRIVES] = net_tcp_rst,
	[TCP_ACKED] = net_tcp_acked,
	[TCP_SEND] = net_tcp_send,
	[TCP_CLOSE_ROUTINE] = net_tcp_close,
	[TCP_HANG_UP] = net_tcp_hang_up,
	[UDP_SEND] = net_udp_send,
	[UDP_ARRIVES] = net_udp_arrives,
	[TRANSMIT] = net_transmits,
	[FIND_SOCKET] = net_finds_socket,
	[MSG_SEND] = net_msg_send,
	[SKB_VERDICT] = net_skb_verdict,
};

int net_call_begin(struct sim *sim, struct happening *h, enum net_call call)
{
	struct net_work *w = sim_alloc(sim, sizeof(*w));
	struct net n = {sim, h, w};

	if (!w)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the network");
	sim->why = (struct why){0};
	h->net = w;
	w->task = task_by_pid(sim, h->pid);
	net_begin(&n, DO_SOCKET + call);
	return 0;
}

struct net_job *net_begin(struct net *n, enum net_routine routine)
{
	struct net_job *j;

	if (n->w->jobs == NET_JOBS) {
		n->w->too_deep = true;
		return NULL;
	}
	j = &n->w->job[n->w->jobs++];
	*j = (struct net_job){.routine = routine};
	return j;
}

bool net_goes_on(struct sim *sim, struct happening *h, s64 *result)
{
	struct net n = {sim, h, h->net};

	while (n.w->jobs) {
		struct net_job *j = &n.w->job[n.w->jobs - 1];
		net_fn fn = j->step < NET_STEPS ? routines[j->routine][j->step] : NULL;

		if (!fn) {
			n.w->result = j->result;
			n.w->jobs--;
			continue;
		}
		j->step++;
		fn(&n, j);
		if (h->place)
			return true;
	}
	*result = n.w->result;
	sim_free(sim, n.w);
	h->net = NULL;
	return false;
}

/* --- asking --- */

void net_ask_cgroup(struct net *n, enum net_site site, struct cgroup *cgroup, u64 ctx, s32 value)
{
	n->h->cgroup = cgroup;
	n->h->value[V_SITE] = ctx;
	event_come_to(n->sim, n->h, NET_SITES + site);
	n->sim->world->cg_run->retval = value;
}

s32 net_answer(const struct net *n)
{
	return n->sim->world->cg_run->retval;
}

void net_ask_program(struct net *n, enum net_site site, struct obj *prog, u64 ctx)
{
	n->h->only = (struct attachment){
		.kind = net_sites[site].attach,
		.prog = container_of(prog, struct prog, obj),
		.owner = prog,
	};
	n->h->value[V_SITE] = ctx;
	event_come_to(n->sim, n->h, NET_SITES + site);
}

u32 net_said(const struct net *n)
{
	return n->h->answer;
}

void net_pass(struct net *n, enum net_site site)
{
	event_come_to(n->sim, n->h, NET_SITES + site);
}
