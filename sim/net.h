/*
 * The network at work: what sockets do when tasks call them, and what packets do that come of it.
 *
 * An event (world/happening.h) that has a step STEP_NET begins a job here. A job goes through the functions
 * of its routine (net_routines), one after the other; each does a little and may ask the programs of a place
 * (net_ask_*), or begin a job that is to be done first (net_begin): a connection sends a SYN, which arrives
 * at a socket, which answers. So the work is a stack of jobs, it can be left wherever programs run, and all
 * of it lies in the arena.
 *
 * Mirrors net/ipv4/af_inet.c, tcp*.c, udp.c as far as programs are asked there; test/errno/sock_way.c holds
 * the order against a real kernel. Simplified: see world/socket.h; a packet that programs drop is not sent
 * again; TIME_WAIT ends at once.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "event_ctx.h"
#include "progs/skb.h"
#include "world/net_sites.h"
#include "world/socket.h"
#include "world/world.h"

#define NET_JOBS 40u
#define NET_DATA_MAX 16384u
#define NET_LO 1u
#define NET_ETH0 2u

enum net_routine {
	/* by tasks: as enum net_call */
	DO_SOCKET,
	DO_BIND,
	DO_LISTEN,
	DO_CONNECT,
	DO_ACCEPT,
	DO_SEND,
	DO_RECV,
	DO_CLOSE,
	DO_SETSOCKOPT,
	DO_GETSOCKOPT,
	DO_SOCKNAME,
	DO_PEERNAME,
	DO_CLIENT,
	DO_JOIN,
	/* TCP */
	TCP_CONNECT_ROUTINE,
	TCP_STATE,
	TCP_OPS,
	TCP_SYN_ARRIVES,
	TCP_SYNACK_ARRIVES,
	TCP_LAST_ACK_ARRIVES,
	TCP_DATA_ARRIVES,
	TCP_FIN_ARRIVES,
	TCP_RST_ARRIVES,
	TCP_ACKED,
	TCP_SEND,
	TCP_CLOSE_ROUTINE,
	TCP_HANG_UP,
	/* datagrams */
	UDP_SEND,
	UDP_ARRIVES,
	/* packets of both */
	TRANSMIT,
	FIND_SOCKET,
	/* sockets in maps */
	MSG_SEND,
	SKB_VERDICT,
	NET_ROUTINES
};

/* One thing that is being done. What the members mean is said by its routine. */
struct net_job {
	u8 routine, step;
	struct socket *sk, *other;
	struct sk_buff *skb;
	void *ctx;
	u32 flags, op, args[2], at, len, site;
	s64 result;
	bool full, mine;
	struct net_ends ends;
};

struct net_work {
	u32 jobs;
	struct net_job job[NET_JOBS];
	s64 result;           /* of the job that has ended last */
	struct socket *found; /* by FIND_SOCKET */
	bool too_deep;        /* a packet went round and round: it was dropped */
	struct task *task;    /* who calls */
	u8 data[NET_DATA_MAX];
	u32 len;
};

struct net {
	struct sim *sim;
	struct happening *h;
	struct net_work *w;
};

typedef void (*net_fn)(struct net *n, struct net_job *j);
#define NET_STEPS 16u /* a routine has less: the functions, then NULL */
extern const net_fn net_do_socket[], net_do_bind[], net_do_listen[], net_do_accept[],
	net_do_close[]; /*
			 * net_call.c. The job's socket: that of fd=, or one of @type for the occasion
			 * (@mine); NULL: there must be an fd. Else the job ends with -errno, which is
			 * returned, too.
			 */
int net_take_socket(struct net *n, struct net_job *j, const char *type);
/* An address in the event's words, of the socket's family; else likewise. */
int net_take_address_words(struct net *n, struct net_job *j, u32 ip, u32 port, struct net_address *out);
void net_drop_own(struct net *n, struct net_job *j);
/* work.data is what the call has given to its caller: it is told at the event's end. */
void net_tell_value(struct net *n);
extern const net_fn net_do_connect[], net_do_send[], net_do_recv[], net_do_client[]; /* net_talk.c */
extern const net_fn net_do_setsockopt[], net_do_getsockopt[], net_do_sockname[],
	net_do_peername[];                                            /* net_option.c */
extern const net_fn net_do_join[], net_msg_send[], net_skb_verdict[]; /* net_sockmap.c */
extern const net_fn net_tcp_connect[], net_tcp_state_changes[], net_tcp_calls_ops[], net_tcp_syn[],
	net_tcp_synack[], net_tcp_last_ack[], net_tcp_hang_up[]; /* net_tcp.c */
extern const net_fn net_tcp_data[], net_tcp_fin[], net_tcp_rst[], net_tcp_acked[], net_tcp_send[],
	net_tcp_close[];
extern const net_fn net_udp_send[], net_udp_arrives[];   /* net_udp.c */
extern const net_fn net_transmits[], net_finds_socket[]; /* net_packet.c, net_find.c */

/* A STEP_NET: the call begins. 0 or -ENOMEM. */
int net_call_begin(struct sim *sim, struct happening *h, enum net_call call);
/* On to the next place that asks programs, which is in h->place then. False: the call has ended, with
 * *result. */
bool net_goes_on(struct sim *sim, struct happening *h, s64 *result);

/* --- for routines --- */

/* A job that is done before the next function of this one; NULL: too many. */
struct net_job *net_begin(struct net *n, enum net_routine routine);
/* The job has ended. */
static inline void net_end(struct net_job *j, s64 result)
{
	j->result = result;
	j->step = NET_STEPS;
}

static inline u8 net_state(const struct socket *s)
{
	return s->sk->__sk_common.skc_state;
}

static inline bool net_is_tcp(const struct socket *s)
{
	return s->sk->sk_protocol == 6;
}

static inline struct tcp_sock *net_tcp(const struct socket *s)
{
	return (struct tcp_sock *)s->sk;
}

/*
 * The programs of @cgroup are asked at the place, with that context; what they say is net_answer() for the
 * next function: 0, or -errno. @value: what the caller would return without them.
 */
void net_ask_cgroup(struct net *n, enum net_site site, struct cgroup *cgroup, u64 ctx, s32 value);
s32 net_answer(const struct net *n);
/* One program is asked; net_said() for the next function. */
void net_ask_program(struct net *n, enum net_site site, struct obj *prog, u64 ctx);
u32 net_said(const struct net *n);
/* A tracepoint or function is passed, with what is in h->value. */
void net_pass(struct net *n, enum net_site site);

/* net_addr.c: asking about an address. */
/* @v4, or the one for IPv6 behind it, by the address's family; the job's ctx is a struct bpf_sock_addr_kern.
 */
void net_ask_address(struct net *n, struct net_job *j, enum net_site v4, const struct net_address *address,
		     const struct net_address *source);
/* What programs have made of it; frees the job's ctx. */
void net_take_address(struct net *n, struct net_job *j, struct net_address *address,
		      struct net_address *source);

/* net_packet.c */
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
/* A packet on its way from @ends->from; for TCP with @flags. NULL: no memory. */
struct sk_buff *net_packet_new(struct net *n, const struct net_ends *ends, const struct socket *from,
			       u32 flags, const void *data, u32 len);
/* Its data behind the headers. */
u8 *net_payload(struct sk_buff *skb, u32 *len);
void net_packet_free(struct net *n, struct sk_buff *skb);
/* TRANSMIT: from @sk, or nobody's socket when it is NULL; the bytes are copied. */
struct net_job *net_transmit(struct net *n, struct socket *sk, const struct net_ends *ends, u32 flags,
			     const void *data, u32 len);
/* The ends of what @sk sends. */
void net_ends_of(const struct socket *sk, struct net_ends *out);
void net_turn(const struct net_ends *ends, struct net_ends *out);

/* net_tcp.c */
struct net_job *net_tcp_state(struct net *n, struct socket *sk, u8 state);
struct net_job *net_tcp_ops(struct net *n, struct socket *sk, u32 op);
/* A packet is at its socket: the routine for it begins. */
void net_tcp_arrives(struct net *n, struct net_job *transmit);

/*
 * net_call.c. The job's socket: that of fd=, or one of @type for the occasion (@mine); NULL: there must be an
 * fd. Else the job ends with -errno, which is returned, too.
 */
int net_take_socket(struct net *n, struct net_job *j, const char *type);
/* An address in the event's words, of the socket's family; else likewise. */
int net_take_address_words(struct net *n, struct net_job *j, u32 ip, u32 port, struct net_address *out);
void net_drop_own(struct net *n, struct net_job *j);
/* work.data is what the call has given to its caller: it is told at the event's end. */
void net_tell_value(struct net *n);
/* Is not open any more, and has no connection: it goes. */
void net_release(struct net *n, struct socket *sk);

#endif
