/*
 * Fire: something happens to the machine, and the programs that are attached there run.
 *
 * A packet arrives at a net device: it becomes an xdp_buff, the XDP program runs, and its return value
 * decides what becomes of the packet. Or a task does something (world/happening.h): on its way through the kernel it
 * comes by functions and tracepoints, and all that hang there run, one after the other.
 */
#ifndef SIM_FIRE_H
#define SIM_FIRE_H

#include "iter.h"
#include "progs/prog_type.h"
#include "tc.h"
#include "world/world.h"
#include "world/happening.h"

#define PACKET_MAX 65535u

enum stimulus_kind {
	STIMULUS_PACKET,     /* a packet arrives at a net device */
	STIMULUS_EVENT,      /* an event in words, happening.h: data is its text with the zero */
	STIMULUS_SEND,       /* a frame leaves by a net device, as if a task had sent it; the rest as PACKET */
};

struct stimulus {
	u32 kind;            /* enum stimulus_kind */
	u32 ifindex;         /* PACKET: the device */
	u32 capture;         /* PACKET: number of the capture + 1, or 0: the bytes come with the stimulus */
	u64 index;           /* PACKET: index in the capture, from 0 */
	u32 len;             /* PACKET without capture, EVENT: bytes of data */
	const void *data;
	u32 cpu;             /* where it happens */
};

/* Where in the network stack a packet is (fire_stack.c), in the order in which it comes by. */
enum stack_place {
	STACK_ARRIVES,       /* at its device, from the wire or over a link */
	STACK_TAP_IN,        /* packet sockets look at it */
	STACK_INGRESS,       /* tc, on its way in */
	STACK_UP,            /* to the protocols */
	STACK_EGRESS,        /* tc, on its way out */
	STACK_TAP_OUT,
	STACK_LEAVES,        /* by its device */
	STACK_REDIRECTED,    /* on its way to where bpf_redirect has said */
	STACK_PLACES
};

/* A packet in the stack. */
struct stack_packet {
	struct sk_buff *skb; /* NULL: it is gone */
	u8 place;            /* enum stack_place */
	u8 devices;          /* that it has come to so far */
	bool generic;        /* ARRIVES: not from a driver, which would run native XDP */
	bool begun;          /* it has come to its place: what is done first there is done */
	u8 pkt_type;         /* packet sockets: what it is, while they are told that it goes out */
	/* at tc: which filter is asked, by its priority and its number there; at packet sockets, which of them; and how far it is */
	u32 prio, filter;
	u32 action;          /* number of its action that is asked, from 1; 0: the filter's program */
	u32 classid;         /* packet sockets: bytes that the filter keeps */
	struct redirect redirect; /* REDIRECTED: where to */
	u8 again;            /* how often the filters have been asked anew */
};

#define STACK_NESTED 8u      /* packets on their way out, one caused by the other (XMIT_RECURSION_LIMIT) */
#define STACK_BACKLOG 16u
#define STACK_DEVICES 16u    /* that a packet may come to: then it is dropped */

struct stack {
	struct stack_packet nested[STACK_NESTED]; /* the last one is at hand */
	u32 depth;
	struct stack_packet backlog[STACK_BACKLOG]; /* they have arrived and wait for their turn */
	u32 waiting;
};

#define FRAME_TRAVELS 8u  /* redirects of one frame, one after the other: then it is dropped */

/* One place that a redirected frame goes to. */
struct frame_hop {
	u8 kind;             /* enum redirect_kind */
	u32 number;          /* ifindex, CPU, index in the map of sockets */
	u32 copies;          /* a device that is named several times gets several */
	struct obj *prog;    /* that sees the frame there: a reference; NULL = none */
	struct obj *socket;
};

/* A frame that an XDP program has redirected, under way (fire_redirect.c). */
struct frame_travel {
	struct xdp_buff *frame;  /* as the redirecting program left it; NULL = nothing is under way */
	struct xdp_buff *seen;   /* the copy that the program at the hop sees, while it runs; else NULL */
	u32 from;                /* ifindex it came in by */
	u32 hops, hop;           /* how many, and which one is next */
	u32 travels;             /* redirects so far */
	u32 home;                /* the CPU that it came in on */
	struct frame_hop to[NETDEV_MAX];
	struct xdp_rxq_info rxq; /* of the program at the hop: the device alone */
	struct xdp_txq_info txq;
};

/* The event in progress, and then what came of it; kept until the next one. In the arena. */
struct fire {
	u32 kind;            /* enum stimulus_kind */
	u32 stage;           /* PACKET: where it goes on */
	struct arrival arrival;
	void *state;         /* the program type's, while its program runs */
	u32 prog_id;         /* the program that ran, 0 = none was attached */
	u32 retval;
	u32 verdict;         /* enum verdict: what became of the packet */
	u32 packet_len;
	struct fault fault;  /* kind != NONE: the program faulted, which a verified one cannot */
	struct frame_travel travel; /* PACKET, redirected */
	struct stack stack;  /* PACKET, SEND: those in the network stack */
	u32 programs;        /* PACKET, SEND: that have run so far */
	s32 sent;            /* SEND: what the sender is told, 0 or -errno */
	struct happening happening; /* EVENT */
	struct iter_read read; /* EVENT, a pinned iterator is read: the read(2) in progress, of this fd, ... */
	int read_fd;
	u64 read_bytes;      /* ... after so many bytes */
};

/* Is it, or was it, time that passed? */
static inline bool fire_is_tick(const struct fire *fire)
{
	return fire->kind == STIMULUS_EVENT && happening_kind(&fire->happening)->ticks;
}

struct input;

/* Takes the stimulus out of @input. 0 or -EINVAL. */
int fire_begin(struct sim *sim, struct fire *fire, const struct input *input);
/* One unit: 0 when it is over, CALL_MORE when it goes on, or -errno when it could not happen. */
s64 fire_unit(struct sim *sim, struct fire *fire);

/*
 * fire_redirect.c: the program has redirected its frame (arrival.frame), which goes on; then a unit of its
 * way, as fire_unit. The verdict of the program that redirected it stays the packet's.
 */
void redirect_begin(struct sim *sim, struct fire *fire);
s64 redirect_unit(struct sim *sim, struct fire *fire);

/*
 * fire_stack.c: a packet begins its way through the network stack, at @place; then a unit of it, as fire_unit.
 * @skb belongs to the stack from now on.
 */
void stack_enter(struct sim *sim, struct fire *fire, struct sk_buff *skb, enum stack_place place, bool generic);
s64 stack_unit(struct sim *sim, struct fire *fire);
/* There is something left to do for it. */
static inline bool stack_is_busy(const struct fire *fire)
{
	return fire->stack.depth || fire->stack.waiting;
}
/* The packet whose program runs, or NULL. */
const struct stack_packet *stack_at_hand(const struct fire *fire);
/* Where it is: "eth0 ingress, prio 1". */
void stack_place_text(const struct sim *sim, const struct stack_packet *p, struct text *out);

/* EV_ARRIVAL, beside enum redirect_kind; its number is how many bytes were kept. */
#define ARRIVAL_PACKET_SOCKET 8

/* A frame has left by @dev: what is joined to it by a link, if anything, gets one like it. */
void stack_cross(struct sim *sim, struct fire *fire, struct netdev *dev, const struct xdp_buff *frame);

/* What the place makes of a packet. */
enum stack_step {
	STACK_CALLS,         /* a program has been started */
	STACK_GOES_ON,       /* to the next place, which it has set */
	STACK_GONE,          /* it is not there any more, or elsewhere */
};

/* fire_tc.c: the filters of a hook are asked, the next one; one that has been asked has answered @ret. */
enum stack_step tc_ask(struct sim *sim, struct fire *fire, struct stack_packet *p);
/* The program that runs says to which class the packet belongs, not what becomes of it. */
bool tc_classifies(struct sim *sim, const struct stack_packet *p);
enum stack_step tc_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, s32 ret);

/* fire_xdp.c: the same for an XDP program where it arrives; a redirected frame is left in fire->arrival. */
enum stack_step stack_arrives(struct sim *sim, struct fire *fire, struct stack_packet *p);
enum stack_step stack_xdp_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, u32 ret);
/* An sk_buff of @len bytes at @data, Ethernet header first; of a frame, which is freed. NULL: no memory, or too short. */
struct sk_buff *stack_skb(struct sim *sim, const struct netdev *dev, const void *data, u32 len);
struct sk_buff *stack_from_frame(struct sim *sim, struct netdev *dev, struct xdp_buff *frame);

/* fire_tap.c: the same for packet sockets. */
enum stack_step tap_ask(struct sim *sim, struct fire *fire, struct stack_packet *p);
enum stack_step tap_hear(struct sim *sim, struct fire *fire, struct stack_packet *p, u32 ret);

/* fire_event.c: the same for an event. */
s64 event_unit(struct sim *sim, struct fire *fire);
/* fire_read.c: from one call of an iterator's program to the next; true: it has been called, and runs. Else its place is left. */
bool event_read_on(struct sim *sim, struct fire *fire);
/* fire_tick.c: the same for time that passes. */
s64 tick_unit(struct sim *sim, struct fire *fire);
/* "timer beats[0]": whose function it is in. */
void tick_place_text(const struct happening *h, struct text *out);
/* Is the function at hand one that returns nothing? */
bool event_is_void(const struct happening *h);
/* Which kind of hook is asked now: enum hook_kind; h->target says which place. */
u32 event_hook(const struct happening *h);
/* Where the event is: "kprobe do_sys_openat2", "tracepoint sched:sched_switch"; "" when no program is called. */
void event_place_text(const struct happening *h, struct text *out);

#endif
