/* Programs of sockmaps: PROG_ATTACH, PROG_DETACH, PROG_QUERY; which sockets enter, what they take over; what data do then. */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "test/errno/calls.h"

#define PORT 5555

static int load_for(unsigned type, unsigned attach_type, int value)
{
	const struct bpf_insn insns[] = {MOV(0, value), EXIT};
	union bpf_attr attr = trivial(type);

	attr.insns = U64(insns);
	attr.expected_attach_type = attach_type;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long attach(int map, int prog, unsigned type, unsigned flags)
{
	union bpf_attr attr = {.target_fd = map, .attach_bpf_fd = prog, .attach_type = type, .attach_flags = flags};

	return sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

static long detach(int map, int prog, unsigned type, unsigned flags)
{
	union bpf_attr attr = {.target_fd = map, .attach_bpf_fd = prog, .attach_type = type, .attach_flags = flags};

	return sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
}

static void query(int map, unsigned type, unsigned flags, const char *what)
{
	unsigned ids[4] = {0};
	union bpf_attr attr = {.query = {.target_fd = map, .attach_type = type, .query_flags = flags, .attach_flags = 77,
					 .prog_ids = U64(ids), .prog_cnt = 4}};
	long ret = sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));

	line(ret, "%s: flags %u, %u programs, id %d", what, attr.query.attach_flags, attr.query.prog_cnt, ids[0] != 0);
}

static long set(long map, unsigned key, uint64_t fd)
{
	union bpf_attr attr = {.map_fd = map, .key = U64(&key), .value = U64(&fd)};

	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

/* Redirects to the socket at index @key. */
static int load_redirect(unsigned type, unsigned attach_type, int map, int key, int flags)
{
	const struct bpf_insn insns[] = {
		MAP(2, map), MOV(3, key), MOV(4, flags),
		CALL(type == BPF_PROG_TYPE_SK_SKB ? BPF_FUNC_sk_redirect_map : BPF_FUNC_msg_redirect_map), EXIT};
	union bpf_attr attr = trivial(type);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.expected_attach_type = attach_type;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int listener;

static void connect_pair(int *client, int *server)
{
	*client = sys_socket(AF_INET, SOCK_STREAM, 0);
	sys_connect(*client, "127.0.0.1", PORT);
	*server = sys_accept(listener);
}

static void received(const char *who, int fd)
{
	char text[64] = "";

	sys_pass(100);
	line(sys_recv(fd, text, sizeof(text), NULL), "  %s receives", who);
}

int main(void)
{
	int map = make_map(BPF_MAP_TYPE_SOCKMAP, 8, 4), other = make_map(BPF_MAP_TYPE_SOCKMAP, 8, 4);
	int array = make_map(BPF_MAP_TYPE_ARRAY, 8, 4), client, server, udp;
	int parser = load_for(BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_PARSER, 5);
	int stream = load_for(BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT, 1);
	int packet = load_for(BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_VERDICT, 1);
	int msg = load_for(BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, 0), echo, to_other;

	line(attach(99, stream, BPF_SK_SKB_STREAM_VERDICT, 0), "attach, map not open");
	line(attach(array, stream, BPF_SK_SKB_STREAM_VERDICT, 0), "attach, an array");
	line(attach(map, 99, BPF_SK_SKB_STREAM_VERDICT, 0), "attach, program not open");
	line(attach(map, msg, BPF_SK_SKB_STREAM_VERDICT, 0), "attach, program of another type");
	line(attach(map, stream, BPF_SK_SKB_STREAM_VERDICT, 1), "attach, flags 1");
	line(attach(map, stream, BPF_SK_SKB_STREAM_VERDICT, 0), "attach stream verdict");
	line(attach(map, packet, BPF_SK_SKB_VERDICT, 0), "attach packet verdict beside it");
	line(attach(map, packet, BPF_SK_SKB_STREAM_VERDICT, 0), "attach the other one as stream verdict");
	query(map, BPF_SK_SKB_STREAM_VERDICT, 0, "query");
	query(map, BPF_SK_SKB_VERDICT, 0, "query packet verdict");
	query(map, BPF_SK_MSG_VERDICT, 0, "query message verdict");
	query(map, BPF_SK_SKB_STREAM_VERDICT, 1, "query, flags 1");
	query(array, BPF_SK_SKB_STREAM_VERDICT, 0, "query, an array");
	query(99, BPF_SK_SKB_STREAM_VERDICT, 0, "query, not open");
	line(detach(map, stream, BPF_SK_SKB_STREAM_VERDICT, 0), "detach one that is not there");
	line(detach(map, msg, BPF_SK_SKB_STREAM_VERDICT, 0), "detach, another type");
	line(detach(map, 99, BPF_SK_SKB_STREAM_VERDICT, 0), "detach, program not open");
	line(detach(array, packet, BPF_SK_SKB_STREAM_VERDICT, 0), "detach, an array");
	line(detach(map, packet, BPF_SK_SKB_STREAM_VERDICT, 1), "detach, flags 1");
	line(detach(map, packet, BPF_SK_SKB_STREAM_VERDICT, 0), "detach");
	line(detach(map, packet, BPF_SK_SKB_STREAM_VERDICT, 0), "detach again");

	listener = sys_socket(AF_INET, SOCK_STREAM, 0);
	line(sys_bind(listener, "127.0.0.1", PORT), "bind");
	line(set(map, 0, listener), "a socket that does not listen yet");
	line(sys_listen(listener, 4), "listen");
	line(set(map, 0, listener), "a listening socket");
	udp = sys_socket(AF_INET, SOCK_DGRAM, 0);
	line(set(map, 1, udp), "a UDP socket without a port");
	line(sys_bind(udp, "127.0.0.1", PORT), "bind");
	line(set(map, 1, udp), "a UDP socket");
	sys_close(udp);
	connect_pair(&client, &server);
	line(set(map, 1, server), "a connection");
	line(set(map, 2, server), "the same at another index");
	line(set(other, 0, server), "and in another map");

	echo = load_redirect(BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT, other, 1, 0);
	line(attach(other, echo, BPF_SK_SKB_STREAM_VERDICT, 0), "attach a verdict that sends to index 1");
	line_ok(sys_sendto(client, "before", NULL, 0), "send: the socket entered before");
	received("server", server);
	line(set(other, 1, server), "the socket at index 1");
	line_ok(sys_sendto(client, "hello", NULL, 0), "send");
	received("server", server);
	received("client", client);
	line(set(map, 3, server), "it enters the first map again, which has no program");
	line(attach(map, stream, BPF_SK_SKB_STREAM_VERDICT, 0), "attach there");
	line(set(map, 3, server), "and enters again");
	line(attach(map, msg, BPF_SK_MSG_VERDICT, 0), "attach a message verdict that drops");
	line(set(map, 3, client), "the client enters");
	line_ok(sys_sendto(client, "dropped", NULL, 0), "send");
	to_other = load_redirect(BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, other, 1, BPF_F_INGRESS);
	line(attach(other, to_other, BPF_SK_MSG_VERDICT, 0), "attach a message verdict that sends to index 1, as if it had arrived");
	line(set(other, 2, client), "the client enters that map");
	sys_close(client);
	sys_close(server);
	(void)parser;
	return 0;
}
