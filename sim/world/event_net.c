/*
 * Events of sockets: socket, bind, and datagrams that one sends or gets. The ways are those of net/ipv4/af_inet.c
 * and net/ipv4/udp.c, as far as programs of a cgroup are asked there.
 *
 * Simplified: IPv4; a datagram that arrives is handled in the name of the task that owns the socket, where a real
 * kernel takes whichever task the interrupt has found.
 */
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "happening_kinds.h"
#include "world.h"

#define STATE_CLOSE 7
#define LOW_PORTS 1024u
#define IP_HEADER 20u
#define UDP_HEADER 8u

u64 happening_sock_addr(struct sim *sim, struct happening *h, struct sock *sk, const void *address, u32 len)
{
	struct bpf_sock_addr_kern *ctx = (void *)happening_object(sim, h, sizeof(*ctx));
	void *copy = (void *)happening_object(sim, h, sizeof(struct sockaddr_storage));

	if (!ctx || !copy)
		return 0;
	memcpy(copy, address, len);
	ctx->sk = (u64)sk;
	ctx->uaddr = (u64)copy;
	return (u64)ctx;
}

static struct sock *make_sock(struct sim *sim, struct happening *h, u32 type, u32 protocol)
{
	struct sock *sk = (struct sock *)happening_object(sim, h, sizeof(struct tcp_sock));

	if (!sk)
		return NULL;
	sk->__sk_common.skc_family = AF_INET;
	sk->__sk_common.skc_state = STATE_CLOSE;
	sk->__sk_common.skc_rx_queue_mapping = UINT16_MAX;
	sk->sk_type = type;
	sk->sk_protocol = protocol;
	return sk;
}

/* tcp or udp, as the word says. */
static int take_protocol(struct sim *sim, const char *word, u32 *type, u32 *protocol)
{
	bool tcp = !strcmp(word, "tcp");

	if (!tcp && strcmp(word, "udp"))
		return sim_fail(&sim->why, -EINVAL, "type=%.20s: expected tcp or udp", word);
	*type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	*protocol = tcp ? IPPROTO_TCP : IPPROTO_UDP;
	return 0;
}

/* --- socket --- */

enum { K_TYPE = V_F0 };
enum { K_SK = V_X0 };

static const struct happening_field socket_fields[] = {
	{"type", "tcp or udp", FIELD_TEXT, 0, "tcp"},
	{0},
};

static int prepare_socket(struct sim *sim, struct happening *h)
{
	u32 type, protocol;
	int err = take_protocol(sim, (const char *)h->value[K_TYPE], &type, &protocol);

	if (err)
		return err;
	h->value[K_SK] = (u64)make_sock(sim, h, type, protocol);
	h->value[V_A0] = AF_INET;
	h->value[V_A1] = type;
	return h->value[K_SK] ? 0 : -ENOMEM;
}

static const struct happening_step socket_steps[] = {
	{0, STEP_FUNC, "__x64_sys_socket", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_socket", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_create", .decides = true},
	{3, STEP_CGROUP, "sock_create", .attach = BPF_CGROUP_INET_SOCK_CREATE, .arg = {K_SK}},
	{0},
};

const struct happening_kind happening_socket = {
	.name = "socket",
	.doc = "a task makes a socket",
	.example = "socket pid=1000 type=udp",
	.nr = 41,
	.ret = 3,
	.fields = socket_fields,
	.steps = socket_steps,
	.prepare = prepare_socket,
};

/* --- bind --- */

enum { B_ADDRESS = V_F0, B_PORT, B_TYPE };
enum { B_SK = V_X0, B_CTX, B_LEN };

static const struct happening_field bind_fields[] = {
	{"addr", "IPv4 address", FIELD_TEXT, 0, "0.0.0.0"},
	{"port", "the port; below 1024 for root only", FIELD_NUMBER, 8080, NULL},
	{"type", "tcp or udp", FIELD_TEXT, 0, "tcp"},
	{0},
};

static int prepare_bind(struct sim *sim, struct happening *h)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = happening_port(h->value[B_PORT])};
	u32 type, protocol;
	int err = take_protocol(sim, (const char *)h->value[B_TYPE], &type, &protocol);

	if (err)
		return err;
	if (!happening_address((const char *)h->value[B_ADDRESS], (u8 *)&address.sin_addr) ||
	    h->value[B_PORT] > UINT16_MAX)
		return sim_fail(&sim->why, -EINVAL, "expected addr=10.0.0.1 and a port of 0 to 65535");
	h->value[B_SK] = (u64)make_sock(sim, h, type, protocol);
	if (!h->value[B_SK])
		return -ENOMEM;
	h->value[B_CTX] = happening_sock_addr(sim, h, (struct sock *)h->value[B_SK], &address, sizeof(address));
	h->value[V_A0] = 3;
	h->value[V_A1] = happening_user(sim, h, &address, sizeof(address));
	h->value[V_A2] = h->value[B_LEN] = sizeof(address);
	return h->value[B_CTX] && h->value[V_A1] ? 0 : -ENOMEM;
}

/* What programs have made of the address counts; low ports are for root, unless one of them has said otherwise. */
static void take_bound(struct sim *sim, struct happening *h)
{
	const struct bpf_sock_addr_kern *ctx = (void *)h->value[B_CTX];
	const struct sockaddr_in *address = (void *)ctx->uaddr;
	struct sock_common *sk = (void *)h->value[B_SK];
	struct task *task = task_by_pid(sim, h->pid);
	u16 port = happening_port(address->sin_port);

	memcpy(&sk->skc_rcv_saddr, &address->sin_addr, 4);
	sk->skc_num = port;
	if (!h->refused && port && port < LOW_PORTS && task && task->uid && !(h->answer_flags & 1))
		h->refused = -EACCES;
}

static const struct happening_step bind_steps[] = {
	{0, STEP_FUNC, "__x64_sys_bind", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_bind", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_bind", .arg = {V_NONE, V_A1, B_LEN}, .decides = true},
	{3, STEP_CGROUP, "bind4", .attach = BPF_CGROUP_INET4_BIND, .arg = {B_CTX}, .act = take_bound},
	{3, STEP_FUNC, "__inet_bind", .arg = {B_SK}, .decides = true},
	{4, STEP_CGROUP, "post_bind4", .attach = BPF_CGROUP_INET4_POST_BIND, .arg = {B_SK}},
	{0},
};

const struct happening_kind happening_bind = {
	.name = "bind",
	.doc = "a task gives a socket an address",
	.example = "bind pid=1000 port=80",
	.nr = 49,
	.fields = bind_fields,
	.steps = bind_steps,
	.prepare = prepare_bind,
};

/* --- datagrams --- */

enum { D_TO = V_F0, D_PORT, D_FROM, D_LOCAL_PORT, D_BYTES };
enum { D_SK = V_X0, D_PACKET };

static const struct happening_field send_fields[] = {
	{"to", "IPv4 address of the receiver", FIELD_TEXT, 0, "10.0.0.2"},
	{"port", "its port", FIELD_NUMBER, 53, NULL},
	{"from", "IPv4 address of the sender", FIELD_TEXT, 0, "10.0.0.1"},
	{"sport", "its port", FIELD_NUMBER, 40000, NULL},
	{"bytes", "of data", FIELD_NUMBER, 32, NULL},
	{0},
};

static const struct happening_field recv_fields[] = {
	{"to", "IPv4 address of the receiver", FIELD_TEXT, 0, "10.0.0.1"},
	{"port", "its port", FIELD_NUMBER, 40000, NULL},
	{"from", "IPv4 address of the sender", FIELD_TEXT, 0, "10.0.0.2"},
	{"sport", "its port", FIELD_NUMBER, 53, NULL},
	{"bytes", "of data", FIELD_NUMBER, 32, NULL},
	{0},
};

static void put_be16(u8 *at, u32 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* IPv4 and UDP headers, then zeroes. */
static int fill_datagram(struct sim *sim, const struct happening *h, struct happening_packet *p)
{
	u8 *ip = p->bytes, *udp = ip + IP_HEADER;
	u32 sum = 0;

	if (h->value[D_BYTES] > sizeof(p->bytes) - IP_HEADER - UDP_HEADER || h->value[D_PORT] > UINT16_MAX ||
	    h->value[D_LOCAL_PORT] > UINT16_MAX || !happening_address((const char *)h->value[D_FROM], ip + 12) ||
	    !happening_address((const char *)h->value[D_TO], ip + 16))
		return sim_fail(&sim->why, -EINVAL,
				"expected to= and from= like 10.0.0.2, ports up to 65535, bytes= up to %zu",
				sizeof(p->bytes) - IP_HEADER - UDP_HEADER);
	p->len = IP_HEADER + UDP_HEADER + h->value[D_BYTES];
	p->header_len = IP_HEADER;
	p->protocol = __builtin_bswap16(ETH_P_IP);
	p->ifindex = 2;
	ip[0] = 0x45;
	put_be16(ip + 2, p->len);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	for (u32 i = 0; i < IP_HEADER; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(ip + 10, ~(sum + (sum >> 16)));
	put_be16(udp, h->value[D_LOCAL_PORT]);
	put_be16(udp + 2, h->value[D_PORT]);
	put_be16(udp + 4, p->len - IP_HEADER);
	return 0;
}

static int prepare_datagram(struct sim *sim, struct happening *h, bool out)
{
	struct happening_packet *p = (void *)happening_object(sim, h, sizeof(*p));
	struct sock *sk = make_sock(sim, h, SOCK_DGRAM, IPPROTO_UDP);
	int err = p && sk ? fill_datagram(sim, h, p) : -ENOMEM;

	if (err)
		return err;
	memcpy(&sk->__sk_common.skc_rcv_saddr, p->bytes + (out ? 12 : 16), 4);
	memcpy(&sk->__sk_common.skc_daddr, p->bytes + (out ? 16 : 12), 4);
	sk->__sk_common.skc_num = h->value[out ? D_LOCAL_PORT : D_PORT];
	sk->__sk_common.skc_dport = happening_port(h->value[out ? D_PORT : D_LOCAL_PORT]);
	p->sk = (u64)sk;
	h->value[D_SK] = (u64)sk;
	h->value[D_PACKET] = (u64)p;
	h->value[V_A0] = 3;
	h->value[V_A2] = h->value[D_BYTES];
	if (out && !h->ret_given)
		h->value[V_RET] = h->value[D_BYTES];
	return 0;
}

static int prepare_send(struct sim *sim, struct happening *h)
{
	return prepare_datagram(sim, h, true);
}

static int prepare_recv(struct sim *sim, struct happening *h)
{
	return prepare_datagram(sim, h, false);
}

static const struct happening_step send_steps[] = {
	{0, STEP_FUNC, "__x64_sys_sendto", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_sendto", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "udp_sendmsg", .arg = {D_SK}, .ret = V_RET, .decides = true},
	{3, STEP_FUNC, "ip_finish_output", .arg = {V_NONE, D_SK}, .decides = true},
	{4, STEP_CGROUP, "egress", .attach = BPF_CGROUP_INET_EGRESS, .arg = {D_PACKET}},
	{0},
};

const struct happening_kind happening_send = {
	.name = "send",
	.doc = "a task sends a UDP datagram",
	.example = "send pid=1000 to=10.0.0.2 port=53",
	.nr = 44,
	.fields = send_fields,
	.steps = send_steps,
	.prepare = prepare_send,
};

static const struct happening_step recv_steps[] = {
	{0, STEP_FUNC, "udp_rcv", .arg = {V_NONE}},
	{1, STEP_FUNC, "sk_filter_trim_cap", .arg = {D_SK}, .decides = true},
	{2, STEP_CGROUP, "ingress", .attach = BPF_CGROUP_INET_INGRESS, .arg = {D_PACKET}},
	{0},
};

const struct happening_kind happening_recv = {
	.name = "recv",
	.doc = "a UDP datagram arrives for a socket of a task",
	.example = "recv pid=1000 from=10.0.0.2 sport=53",
	.nr = -1,
	.fields = recv_fields,
	.steps = recv_steps,
	.prepare = prepare_recv,
};
