/*
 * Events of sockets: what tasks call, by fd, and a client on another host. What the calls do, and which
 * programs they come by, is the network's: sim/net.h.
 *
 * The fields of all of them have the same places (net_sites.h); sockets are named by fd, as the task has it:
 * `socket` answers the fd, 3 for a task that has opened nothing yet.
 */
#include "net_sites.h"

#include "happening_kinds.h"
#include "inet.h"

#define FD_FIELD                                                                                             \
	{                                                                                                    \
		"fd", "the socket, as `socket` or `accept` has answered it", FIELD_NUMBER, -1, NULL          \
	}
#define FD_OR_NEW                                                                                            \
	{                                                                                                    \
		"fd", "the socket; without it one for the occasion", FIELD_NUMBER, -1, NULL                  \
	}
#define TYPE_FIELD                                                                                           \
	{                                                                                                    \
		"type", "tcp, udp, tcp6 or udp6", FIELD_TEXT, 0, "tcp"                                       \
	}
#define NET(call) STEP_NET, "net", .attach = call

static const struct happening_field fd_alone[] = {FD_FIELD, {0}};

/* Arguments as the task has passed them: those that are known. */
static int prepare_fd(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->value[V_A0] = (s64)h->value[NET_FD] < 0 ? 3 : h->value[NET_FD];
	return 0;
}

/* With the address in user memory, where programs of the tracing types look. */
static int prepare_address(struct sim *sim, struct happening *h)
{
	struct net_address address;
	u8 sockaddr[28];
	u32 len;

	prepare_fd(sim, h);
	if (!inet_parse((const char *)h->value[NET_IP], min_u64(h->value[NET_PORT], UINT16_MAX + 1),
			&address))
		return sim_fail(&sim->why, -EINVAL,
				"'%.40s' port %lld: expected an address like 10.0.0.1 and a port up to 65535",
				(const char *)h->value[NET_IP], (long long)h->value[NET_PORT]);
	len = inet_to_sockaddr(&address, sockaddr);
	h->value[V_A1] = happening_user(sim, h, sockaddr, len);
	h->value[V_A2] = len;
	return h->value[V_A1] ? 0 : -ENOMEM;
}

/* --- socket --- */

static const struct happening_field socket_fields[] = {TYPE_FIELD, {0}};
static const u8 socket_places[] = {NET_TYPE};

static int prepare_socket(struct sim *sim, struct happening *h)
{
	const char *type = (const char *)h->value[NET_TYPE];

	(void)sim;
	h->value[V_A0] = strchr(type, '6') ? 10 : 2;
	h->value[V_A1] = type[0] == 'u' ? 2 : 1;
	return 0;
}

static const struct happening_step socket_steps[] = {
	{0, STEP_FUNC, "__x64_sys_socket", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_socket", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_create", .decides = true},
	{3, NET(NET_SOCKET)},
	{0},
};

const struct happening_kind happening_socket = {
	.name = "socket",
	.doc = "a task makes a socket",
	.example = "socket pid=1000 type=udp",
	.nr = 41,
	.ret = 3,
	.fields = socket_fields,
	.places = socket_places,
	.steps = socket_steps,
	.prepare = prepare_socket,
};

/* --- bind --- */

static const struct happening_field bind_fields[] = {
	{"addr", "the address: 10.0.0.1, ::1; 0.0.0.0 = all of this machine", FIELD_TEXT, 0, "0.0.0.0"},
	{"port", "the port; below 1024 for root only; 0 = one that is free", FIELD_NUMBER, 8080, NULL},
	FD_OR_NEW,
	TYPE_FIELD,
	{0},
};
static const u8 bind_places[] = {NET_IP, NET_PORT, NET_FD, NET_TYPE};

static const struct happening_step bind_steps[] = {
	{0, STEP_FUNC, "__x64_sys_bind", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_bind", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_bind", .arg = {V_NONE, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{3, NET(NET_BIND)},
	{0},
};

const struct happening_kind happening_bind = {
	.name = "bind",
	.doc = "a task gives a socket an address",
	.example = "bind pid=1000 fd=3 port=8080",
	.nr = 49,
	.fields = bind_fields,
	.places = bind_places,
	.steps = bind_steps,
	.prepare = prepare_address,
};

/* --- listen, accept, close --- */

static const struct happening_field listen_fields[] = {
	FD_FIELD,
	{"backlog", "how many connections may wait to be accepted", FIELD_NUMBER, 128, NULL},
	{0},
};
static const u8 listen_places[] = {NET_FD, NET_BACKLOG};

static const struct happening_step listen_steps[] = {
	{0, STEP_FUNC, "__x64_sys_listen", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_listen", .arg = {V_A0, NET_BACKLOG}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_listen", .arg = {V_NONE, NET_BACKLOG}, .ret = V_RET, .decides = true},
	{3, NET(NET_LISTEN)},
	{0},
};

const struct happening_kind happening_listen = {
	.name = "listen",
	.doc = "a TCP socket waits for connections from now on",
	.example = "listen pid=1000 fd=3",
	.nr = 50,
	.fields = listen_fields,
	.places = listen_places,
	.steps = listen_steps,
	.prepare = prepare_fd,
};

static const struct happening_step accept_steps[] = {
	{0, STEP_FUNC, "__x64_sys_accept", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_accept4", .arg = {V_A0}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_csk_accept", .decides = true},
	{3, NET(NET_ACCEPT)},
	{0},
};

const struct happening_kind happening_accept = {
	.name = "accept",
	.doc = "a task takes a connection that waits at a socket: an fd",
	.example = "accept pid=1000 fd=3",
	.nr = 43,
	.fields = fd_alone,
	.steps = accept_steps,
	.prepare = prepare_fd,
};

static const struct happening_step close_steps[] = {
	{0, STEP_FUNC, "__x64_sys_close", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "inet_release", .ret = V_RET, .decides = true},
	{2, NET(NET_CLOSE)},
	{0},
};

const struct happening_kind happening_close = {
	.name = "close",
	.doc = "a task closes a socket: a connection comes to its end",
	.example = "close pid=1000 fd=3",
	.nr = 3,
	.fields = fd_alone,
	.steps = close_steps,
	.prepare = prepare_fd,
};

/* --- connect --- */

static const struct happening_field connect_fields[] = {
	{"to", "address of the other side", FIELD_TEXT, 0, "10.0.0.2"},
	{"port", "its port", FIELD_NUMBER, 80, NULL},
	{"from", "address of this side; else the kernel chooses", FIELD_TEXT, 0, "0.0.0.0"},
	{"sport", "its port", FIELD_NUMBER, 0, NULL},
	FD_OR_NEW,
	TYPE_FIELD,
	{0},
};
static const u8 connect_places[] = {NET_IP, NET_PORT, NET_FROM, NET_FROM_PORT, NET_FD, NET_TYPE};

static const struct happening_step connect_steps[] = {
	{0, STEP_FUNC, "__x64_sys_connect", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_connect", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "security_socket_connect", .arg = {V_NONE, V_A1, V_A2}, .decides = true},
	{3, STEP_FUNC, "bpf_lsm_socket_connect", .arg = {V_NONE, V_A1, V_A2}, .decides = true},
	{2, STEP_FUNC, "inet_stream_connect", .arg = {V_NONE, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{3, NET(NET_CONNECT)},
	{0},
};

const struct happening_kind happening_connect = {
	.name = "connect",
	.doc = "a task connects a socket",
	.example = "connect pid=1000 comm=curl to=93.184.216.34 port=443",
	.nr = 42,
	.fields = connect_fields,
	.places = connect_places,
	.steps = connect_steps,
	.prepare = prepare_address,
};

/* --- sending and receiving --- */

static const struct happening_field send_fields[] = {
	{"to", "address of the receiver, when the socket is not connected", FIELD_TEXT, 0, "10.0.0.2"},
	{"port", "its port", FIELD_NUMBER, 53, NULL},
	{"from", "address of this side; else the kernel chooses", FIELD_TEXT, 0, "0.0.0.0"},
	{"sport", "its port", FIELD_NUMBER, 0, NULL},
	{"bytes", "so many zeroes", FIELD_NUMBER, 32, NULL},
	{"data", "or this text", FIELD_TEXT, 0, ""},
	FD_OR_NEW,
	{0},
};

static const struct happening_field recv_fields[] = {
	{"to", "address of this side, for a socket for the occasion", FIELD_TEXT, 0, "0.0.0.0"},
	{"port", "its port", FIELD_NUMBER, 40000, NULL},
	{"from", "another host, which sends something now; else what is there is read", FIELD_TEXT, 0,
	 "10.0.0.2"},
	{"sport", "its port", FIELD_NUMBER, 53, NULL},
	{"bytes", "so many zeroes come from there", FIELD_NUMBER, 32, NULL},
	{"data", "or this text", FIELD_TEXT, 0, ""},
	FD_OR_NEW,
	{0},
};
static const u8 data_places[] = {NET_IP, NET_PORT, NET_FROM, NET_FROM_PORT, NET_BYTES, NET_DATA, NET_FD};

static int prepare_data(struct sim *sim, struct happening *h)
{
	if (h->value[NET_BYTES] > 16384)
		return sim_fail(&sim->why, -EINVAL, "bytes=%lld: expected 0 to 16384",
				(long long)h->value[NET_BYTES]);
	h->value[V_A2] = h->value[NET_BYTES];
	return prepare_fd(sim, h);
}

static const struct happening_step send_steps[] = {
	{0, STEP_FUNC, "__x64_sys_sendto", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_sendto", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_sendmsg", .ret = V_RET, .decides = true},
	{3, NET(NET_SEND)},
	{0},
};

const struct happening_kind happening_send = {
	.name = "send",
	.doc = "a task sends data, by UDP without fd=",
	.example = "send pid=1000 fd=3 data=hello",
	.nr = 44,
	.fields = send_fields,
	.places = data_places,
	.steps = send_steps,
	.prepare = prepare_data,
};

static const struct happening_step recv_steps[] = {
	{0, STEP_FUNC, "__x64_sys_recvfrom", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_recvfrom", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "inet_recvmsg", .ret = V_RET, .decides = true},
	{3, NET(NET_RECV)},
	{0},
};

const struct happening_kind happening_recv = {
	.name = "recv",
	.doc = "a task receives data; without fd= a UDP datagram that another host sends",
	.example = "recv pid=1000 fd=4",
	.nr = 45,
	.fields = recv_fields,
	.places = data_places,
	.steps = recv_steps,
	.prepare = prepare_data,
};

/* --- a client elsewhere --- */

static const struct happening_field client_fields[] = {
	{"from", "its address", FIELD_TEXT, 0, "10.0.0.2"},
	{"sport", "its port", FIELD_NUMBER, 50000, NULL},
	{"to", "an address of this machine", FIELD_TEXT, 0, "10.0.0.1"},
	{"port", "where a socket listens", FIELD_NUMBER, 80, NULL},
	{0},
};
static const u8 client_places[] = {NET_FROM, NET_FROM_PORT, NET_IP, NET_PORT};

static const struct happening_step client_steps[] = {
	{0, STEP_FUNC, "ip_rcv", .ret = V_RET},
	{1, NET(NET_CLIENT)},
	{0},
};

const struct happening_kind happening_client = {
	.name = "client",
	.doc = "a client on another host connects to a TCP socket that listens here",
	.example = "client from=10.0.0.2 to=10.0.0.1 port=80",
	.nr = -1,
	.fields = client_fields,
	.places = client_places,
	.steps = client_steps,
};
