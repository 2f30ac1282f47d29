/* Options of sockets: setsockopt(2) and getsockopt(2), and what programs may set of them. */
#ifndef SIM_WORLD_SOCKOPT_H
#define SIM_WORLD_SOCKOPT_H

#include "../core.h"

#define SOCKOPT_TEXT 16u /* TCP_CA_NAME_MAX, IFNAMSIZ */

enum sockopt_flag {
	SOCKOPT_READ_ONLY = 1,
	SOCKOPT_BPF = 2,       /* bpf_setsockopt, bpf_getsockopt */
	SOCKOPT_BPF_ONLY = 4,  /* bpf_setsockopt alone */
	SOCKOPT_STRING = 8,    /* of SOCKOPT_TEXT bytes */
	SOCKOPT_ADMIN = 16,    /* needs CAP_NET_ADMIN */
	SOCKOPT_BOOL = 32,     /* any number but 0 is 1 */
	SOCKOPT_TCP = 64,      /* only such sockets have it */
	SOCKOPT_DOUBLED = 128, /* what is set counts twice, and has a least */
};

/* X(field, name, level, number, value at birth, least, most, flags) */
#define SOCKOPTS(X)                                                                                          \
	X(reuseaddr, "SO_REUSEADDR", 1, 2, 0, 0, INT32_MAX, SOCKOPT_BPF | SOCKOPT_BOOL)                      \
	X(type, "SO_TYPE", 1, 3, 0, 0, 0, SOCKOPT_READ_ONLY)                                                 \
	X(error, "SO_ERROR", 1, 4, 0, 0, 0, SOCKOPT_READ_ONLY)                                               \
	X(sndbuf, "SO_SNDBUF", 1, 7, 212992, 4608, INT32_MAX, SOCKOPT_BPF | SOCKOPT_DOUBLED)                 \
	X(rcvbuf, "SO_RCVBUF", 1, 8, 212992, 2304, INT32_MAX, SOCKOPT_BPF | SOCKOPT_DOUBLED)                 \
	X(keepalive, "SO_KEEPALIVE", 1, 9, 0, 0, INT32_MAX, SOCKOPT_BPF | SOCKOPT_BOOL)                      \
	X(priority, "SO_PRIORITY", 1, 12, 0, INT32_MIN, INT32_MAX, SOCKOPT_BPF)                              \
	X(reuseport, "SO_REUSEPORT", 1, 15, 0, 0, INT32_MAX, SOCKOPT_BPF | SOCKOPT_BOOL)                     \
	X(rcvlowat, "SO_RCVLOWAT", 1, 18, 1, INT32_MIN, INT32_MAX, SOCKOPT_BPF)                              \
	X(bindtodevice, "SO_BINDTODEVICE", 1, 25, 0, 0, 0, SOCKOPT_BPF | SOCKOPT_STRING)                     \
	X(acceptconn, "SO_ACCEPTCONN", 1, 30, 0, 0, 0, SOCKOPT_READ_ONLY)                                    \
	X(mark, "SO_MARK", 1, 36, 0, INT32_MIN, INT32_MAX, SOCKOPT_BPF | SOCKOPT_ADMIN)                      \
	X(protocol, "SO_PROTOCOL", 1, 38, 0, 0, 0, SOCKOPT_READ_ONLY)                                        \
	X(domain, "SO_DOMAIN", 1, 39, 0, 0, 0, SOCKOPT_READ_ONLY)                                            \
	X(tos, "IP_TOS", 0, 1, 0, INT32_MIN, INT32_MAX, SOCKOPT_BPF)                                         \
	X(ttl, "IP_TTL", 0, 2, 64, 1, 255, 0)                                                                \
	X(v6only, "IPV6_V6ONLY", 41, 26, 0, 0, INT32_MAX, SOCKOPT_BOOL)                                      \
	X(tclass, "IPV6_TCLASS", 41, 67, 0, 0, 255, SOCKOPT_BPF)                                             \
	X(nodelay, "TCP_NODELAY", 6, 1, 0, 0, INT32_MAX, SOCKOPT_BPF | SOCKOPT_TCP | SOCKOPT_BOOL)           \
	X(maxseg, "TCP_MAXSEG", 6, 2, 536, 88, 32767, SOCKOPT_BPF | SOCKOPT_TCP)                             \
	X(keepidle, "TCP_KEEPIDLE", 6, 4, 7200, 1, 32767, SOCKOPT_BPF | SOCKOPT_TCP)                         \
	X(keepintvl, "TCP_KEEPINTVL", 6, 5, 75, 1, 32767, SOCKOPT_BPF | SOCKOPT_TCP)                         \
	X(keepcnt, "TCP_KEEPCNT", 6, 6, 9, 1, 127, SOCKOPT_BPF | SOCKOPT_TCP)                                \
	X(syncnt, "TCP_SYNCNT", 6, 7, 6, 1, 127, SOCKOPT_BPF | SOCKOPT_TCP)                                  \
	X(congestion, "TCP_CONGESTION", 6, 13, 0, 0, 0, SOCKOPT_BPF | SOCKOPT_TCP | SOCKOPT_STRING)          \
	X(user_timeout, "TCP_USER_TIMEOUT", 6, 18, 0, 0, INT32_MAX, SOCKOPT_BPF | SOCKOPT_TCP)               \
	X(notsent_lowat, "TCP_NOTSENT_LOWAT", 6, 25, 0, INT32_MIN, INT32_MAX, SOCKOPT_BPF | SOCKOPT_TCP)     \
	X(save_syn, "TCP_SAVE_SYN", 6, 27, 0, 0, 2, SOCKOPT_BPF | SOCKOPT_TCP)                               \
	X(bpf_iw, "TCP_BPF_IW", 6, 1001, 10, 1, INT32_MAX, SOCKOPT_BPF_ONLY | SOCKOPT_TCP)                   \
	X(bpf_clamp, "TCP_BPF_SNDCWND_CLAMP", 6, 1002, 0, 1, INT32_MAX, SOCKOPT_BPF_ONLY | SOCKOPT_TCP)      \
	X(bpf_delack, "TCP_BPF_DELACK_MAX", 6, 1003, 0, 4001, 200000, SOCKOPT_BPF_ONLY | SOCKOPT_TCP)        \
	X(bpf_rto_min, "TCP_BPF_RTO_MIN", 6, 1004, 0, 4001, 200000, SOCKOPT_BPF_ONLY | SOCKOPT_TCP)

struct sockopts {
#define X(field, name, level, number, birth, least, most, flags) s32 field;
	SOCKOPTS(X)
#undef X
	char bindtodevice_text[SOCKOPT_TEXT], congestion_text[SOCKOPT_TEXT];
};

struct socket;
struct task;

/* By name ("SO_RCVBUF"): false when there is none. */
bool sockopt_by_name(const char *name, u32 *level, u32 *number);
/* Its name; NULL: not one of these. */
const char *sockopt_name(u32 level, u32 number);

bool sockopt_is_text(u32 level, u32 number);

void sockopts_birth(struct socket *socket);
/* Who asks: a task, or NULL, a program. 0 or -EINVAL, -ENOPROTOOPT, -EPERM, -ENOENT (no such congestion
 * control). */
int sockopt_set(struct sim *sim, struct socket *socket, const struct task *task, u32 level, u32 number,
		const void *value, u32 len);
/* *len: room for the value, and then its length. */
int sockopt_get(struct sim *sim, struct socket *socket, const struct task *task, u32 level, u32 number,
		void *value, u32 *len);

#endif
