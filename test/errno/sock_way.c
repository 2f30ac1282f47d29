/*
 * What programs of a cgroup are called while sockets talk, and in which order: each program writes itself into a journal. TCP and
 * UDP over the loopback device.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "test/errno/calls.h"

#define PORT 5555
#define ENTRIES 200

static long journal;

/* Who wrote the entry: the top byte. */
enum { WHO_OPS = 1, WHO_EGRESS, WHO_INGRESS, WHO_CREATE, WHO_RELEASE, WHO_CONNECT, WHO_BIND, WHO_POST_BIND, WHO_SEND, WHO_RECV,
       WHO_PEER, WHO_NAME, WHO_SET, WHO_GET, WHO_COUNT };
static const char *const names[WHO_COUNT] = {"", "sock_ops", "egress", "ingress", "sock_create", "sock_release", "connect4",
					     "bind4", "post_bind4", "sendmsg4", "recvmsg4", "getpeername4", "getsockname4",
					     "setsockopt", "getsockopt"};

/* Behind a part that makes r7 the entry: journal[0] counts, the entry goes behind the last one. */
#define WRITE_JOURNAL(answer)                                                                                          \
	ST(BPF_W, 10, -4, 0), MOVR(2, 10), ADD(2, -4), MAP(1, journal), CALL(BPF_FUNC_map_lookup_elem),                \
		JNE(0, 0, 2), MOV(0, answer), EXIT, LDX(BPF_DW, 1, 0, 0), ADD(1, 1), STX(BPF_DW, 0, 1, 0),             \
		STX(BPF_W, 10, 1, -4), MOVR(2, 10), ADD(2, -4), MAP(1, journal), CALL(BPF_FUNC_map_lookup_elem),       \
		JNE(0, 0, 2), MOV(0, answer), EXIT, STX(BPF_DW, 0, 7, 0), MOV(0, answer), EXIT

#define OR(d, s) INSN(BPF_ALU64 | BPF_OR | BPF_X, d, s, 0, 0)
#define LSH(d, i) INSN(BPF_ALU64 | BPF_LSH | BPF_K, d, 0, 0, i)
/* An entry: who, three numbers of 16 bits, 8 bits more. PUT: the next number is a field of the context. */
#define PUT(size, off) LSH(7, 16), LDX(size, 1, 6, off), OR(7, 1)
#define OFF(type, field) offsetof(struct type, field)
/* The last 8 bits: is r1 @value? */
#define PUT_IS(value) LSH(7, 8), JNE(1, value, 1), ADD(7, 1)
#define NUMBER(v, i) ((unsigned)((v) >> (40 - 16 * (i))) & 0xffff)

static long load_for(unsigned type, unsigned attach_type, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.expected_attach_type = attach_type;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		line(fd, "load %u %u: %s", type, attach_type, why_line());
	return fd;
}

static void attach(long cgroup, unsigned type, unsigned attach_type, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = {.target_fd = cgroup, .attach_type = attach_type, .attach_flags = BPF_F_ALLOW_MULTI};
	long fd = load_for(type, attach_type, insns, count);

	attr.attach_bpf_fd = fd;
	line(sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)), "attach type %u", attach_type);
	sys_close(fd);
}

#define ATTACH(cgroup, type, attach_type, ...)                                                                         \
	do {                                                                                                           \
		struct bpf_insn insns_[] = {__VA_ARGS__};                                                              \
		attach(cgroup, type, attach_type, insns_, COUNT(insns_));                                              \
	} while (0)

/* op, state and whether it is a full socket, two arguments; is it the side with PORT? */
static void attach_ops(long cgroup)
{
	ATTACH(cgroup, BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, MOVR(6, 1), MOV(7, WHO_OPS),
	       PUT(BPF_W, OFF(bpf_sock_ops, op)), PUT(BPF_W, OFF(bpf_sock_ops, state)),
	       LDX(BPF_W, 1, 6, OFF(bpf_sock_ops, is_fullsock)), LSH(1, 8), OR(7, 1), PUT(BPF_W, OFF(bpf_sock_ops, args[0])),
	       LDX(BPF_W, 1, 6, OFF(bpf_sock_ops, args[1])), LSH(1, 8), OR(7, 1), LDX(BPF_W, 1, 6, OFF(bpf_sock_ops, local_port)),
	       PUT_IS(PORT),
	       /* all that can be asked for, from the first time on; and no wish about what it is asked */
	       MOVR(1, 6), MOV(2, BPF_SOCK_OPS_STATE_CB_FLAG | BPF_SOCK_OPS_RTT_CB_FLAG), CALL(BPF_FUNC_sock_ops_cb_flags_set),
	       MOV(1, -1), STX(BPF_W, 6, 1, OFF(bpf_sock_ops, reply)), WRITE_JOURNAL(1));
}

/* Length, protocol, TCP flags; does it come from PORT? */
static void attach_packets(long cgroup, unsigned attach_type, int who)
{
	ATTACH(cgroup, BPF_PROG_TYPE_CGROUP_SKB, attach_type, MOVR(6, 1), MOV(7, who), PUT(BPF_W, OFF(__sk_buff, len)),
	       MOVR(1, 6), MOV(2, 9), MOVR(3, 10), ADD(3, -8), MOV(4, 1), CALL(BPF_FUNC_skb_load_bytes), LSH(7, 16),
	       LDX(BPF_B, 1, 10, -8), OR(7, 1),
	       /* not all datagrams are so long */
	       ST(BPF_W, 10, -16, 0), MOVR(1, 6), MOV(2, 33), MOVR(3, 10), ADD(3, -16), MOV(4, 1), CALL(BPF_FUNC_skb_load_bytes),
	       LSH(7, 16), LDX(BPF_B, 1, 10, -16), OR(7, 1), MOVR(1, 6), MOV(2, 20), MOVR(3, 10), ADD(3, -24), MOV(4, 2),
	       CALL(BPF_FUNC_skb_load_bytes), LDX(BPF_H, 1, 10, -24), PUT_IS(__builtin_bswap16(PORT)), WRITE_JOURNAL(1));
}

/* Protocol, state. */
static void attach_socks(long cgroup, unsigned attach_type, int who)
{
	ATTACH(cgroup, BPF_PROG_TYPE_CGROUP_SOCK, attach_type, MOVR(6, 1), MOV(7, who), PUT(BPF_W, OFF(bpf_sock, protocol)),
	       PUT(BPF_W, OFF(bpf_sock, state)), LSH(7, 24), WRITE_JOURNAL(1));
}

/* Protocol, is the port PORT? */
static void attach_addresses(long cgroup, unsigned attach_type, int who)
{
	ATTACH(cgroup, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, attach_type, MOVR(6, 1), MOV(7, who),
	       PUT(BPF_W, OFF(bpf_sock_addr, protocol)), LDX(BPF_W, 1, 6, OFF(bpf_sock_addr, user_port)), LSH(7, 16),
	       JNE(1, __builtin_bswap16(PORT), 1), ADD(7, 1), LSH(7, 24), WRITE_JOURNAL(1));
}

/* Level, option, length. */
static void attach_options(long cgroup, unsigned attach_type, int who)
{
	ATTACH(cgroup, BPF_PROG_TYPE_CGROUP_SOCKOPT, attach_type, MOVR(6, 1), MOV(7, who), PUT(BPF_W, OFF(bpf_sockopt, level)),
	       PUT(BPF_W, OFF(bpf_sockopt, optname)), PUT(BPF_W, OFF(bpf_sockopt, optlen)), LSH(7, 8), WRITE_JOURNAL(1));
}

static void read_ops(uint64_t v)
{
	note("    sock_ops %u%s, state %u, args %u %u%s", NUMBER(v, 0), NUMBER(v, 1) >> 8 ? "" : ", half a socket",
	     NUMBER(v, 1) & 255, NUMBER(v, 2) & 255, NUMBER(v, 2) >> 8, v & 1 ? ", server" : "");
}

static void read_packet(const char *name, uint64_t v)
{
	if (NUMBER(v, 1) == IPPROTO_TCP)
		note("    %s TCP, flags 0x%02x, %u bytes%s", name, NUMBER(v, 2), NUMBER(v, 0), v & 1 ? ", from server" : "");
	else
		note("    %s protocol %u, %u bytes%s", name, NUMBER(v, 1), NUMBER(v, 0), v & 1 ? ", from server" : "");
}

static void read_other(unsigned who, uint64_t v)
{
	note("    %s %u %u %u", who < WHO_COUNT ? names[who] : "?", NUMBER(v, 0), NUMBER(v, 1), NUMBER(v, 2));
}

/* What has been written since the last time. */
static void tell(const char *what, long ret)
{
	static uint64_t told;
	uint64_t count = 0, v;
	uint32_t key = 0;
	union bpf_attr attr = {.map_fd = journal, .key = U64(&key), .value = U64(&count)};

	line_ok(ret, "%s", what);
	sys_pass(60);
	sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	attr.value = U64(&v);
	while (told < count) {
		unsigned who;

		key = ++told;
		v = 0;
		sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
		who = v >> 56;
		if (who == WHO_OPS)
			read_ops(v);
		else if (who == WHO_EGRESS || who == WHO_INGRESS)
			read_packet(names[who], v);
		else
			read_other(who, v);
	}
}

static void talk_tcp(void)
{
	int server = sys_socket(AF_INET, SOCK_STREAM, 0), client, taken, value;
	char text[100];

	tell("socket", server);
	tell("reuseaddr", sys_setsockopt(server, SOL_SOCKET, SO_REUSEADDR, 1));
	tell("bind", sys_bind(server, "127.0.0.1", PORT));
	tell("listen", sys_listen(server, 5));
	client = sys_socket(AF_INET, SOCK_STREAM, 0);
	tell("socket", client);
	tell("connect", sys_connect(client, "127.0.0.1", PORT));
	taken = sys_accept(server);
	tell("accept", taken);
	tell("send", sys_sendto(client, "hello", NULL, 0));
	tell("recv", sys_recv(taken, text, sizeof(text), NULL));
	tell("send back", sys_sendto(taken, "good morning", NULL, 0));
	tell("recv", sys_recv(client, text, sizeof(text), NULL));
	tell("getsockopt", sys_getsockopt(client, SOL_SOCKET, SO_TYPE, &value));
	tell("getsockname", sys_sockname(taken));
	tell("getpeername", sys_peername(client));
	tell("close client", sys_close(client));
	tell("recv at the end", sys_recv(taken, text, sizeof(text), NULL));
	tell("close accepted", sys_close(taken));
	tell("close server", sys_close(server));
}

static void refused_tcp(void)
{
	int client = sys_socket(AF_INET, SOCK_STREAM, 0);

	tell("socket", client);
	tell("connect to nobody", sys_connect(client, "127.0.0.1", 5556));
	tell("close", sys_close(client));
}

static void talk_udp(void)
{
	int server = sys_socket(AF_INET, SOCK_DGRAM, 0), client;
	char text[100];

	tell("socket", server);
	tell("bind", sys_bind(server, "127.0.0.1", PORT));
	client = sys_socket(AF_INET, SOCK_DGRAM, 0);
	tell("socket", client);
	tell("sendto", sys_sendto(client, "hello", "127.0.0.1", PORT));
	tell("recv", sys_recv(server, text, sizeof(text), NULL));
	tell("connect", sys_connect(client, "127.0.0.1", PORT));
	tell("send", sys_sendto(client, "hello", NULL, 0));
	tell("recv", sys_recv(server, text, sizeof(text), NULL));
	tell("getpeername", sys_peername(client));
	tell("close", sys_close(client));
	tell("close", sys_close(server));
}

int main(void)
{
	long root = sys_open("/sys/fs/cgroup");

	sys_bind(-1, "127.0.0.1", PORT); /* brings lo up before anybody listens in */
	journal = make_map(BPF_MAP_TYPE_ARRAY, 8, ENTRIES + 1);
	attach_ops(root);
	attach_packets(root, BPF_CGROUP_INET_EGRESS, WHO_EGRESS);
	attach_packets(root, BPF_CGROUP_INET_INGRESS, WHO_INGRESS);
	attach_socks(root, BPF_CGROUP_INET_SOCK_CREATE, WHO_CREATE);
	attach_socks(root, BPF_CGROUP_INET_SOCK_RELEASE, WHO_RELEASE);
	attach_socks(root, BPF_CGROUP_INET4_POST_BIND, WHO_POST_BIND);
	attach_addresses(root, BPF_CGROUP_INET4_CONNECT, WHO_CONNECT);
	attach_addresses(root, BPF_CGROUP_INET4_BIND, WHO_BIND);
	attach_addresses(root, BPF_CGROUP_UDP4_SENDMSG, WHO_SEND);
	attach_addresses(root, BPF_CGROUP_UDP4_RECVMSG, WHO_RECV);
	attach_addresses(root, BPF_CGROUP_INET4_GETPEERNAME, WHO_PEER);
	attach_addresses(root, BPF_CGROUP_INET4_GETSOCKNAME, WHO_NAME);
	attach_options(root, BPF_CGROUP_SETSOCKOPT, WHO_SET);
	attach_options(root, BPF_CGROUP_GETSOCKOPT, WHO_GET);
	note("TCP");
	talk_tcp();
	note("TCP, nobody listens");
	refused_tcp();
	note("UDP");
	talk_udp();
	return 0;
}
