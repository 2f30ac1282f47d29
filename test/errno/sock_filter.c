/* Filters of sockets (SO_ATTACH_BPF): which sockets and programs, what is locked, and what a packet socket is given. */
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

static long filter(unsigned type, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load: %s", why_line());
	return fd;
}

#define FILTER(...)                                                                                                    \
	({                                                                                                             \
		struct bpf_insn insns_[] = {__VA_ARGS__};                                                              \
		filter(BPF_PROG_TYPE_SOCKET_FILTER, insns_, COUNT(insns_));                                            \
	})

static void options(const char *name, long sock, long prog, long other)
{
	line(sys_sock_filter(sock, SO_DETACH_BPF, 0), "%s: detach, there is none", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, 999), "%s: attach no fd", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, sock), "%s: attach the socket", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, other), "%s: attach a SCHED_CLS", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, prog), "%s: attach", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, prog), "%s: attach again", name);
	line(sys_sock_filter(sock, SO_DETACH_BPF, 0), "%s: detach", name);
	line(sys_sock_filter(sock, SO_DETACH_BPF, 0), "%s: detach again", name);
	line(sys_sock_filter(sock, SO_LOCK_FILTER, 0), "%s: unlock", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, prog), "%s: attach", name);
	line(sys_sock_filter(sock, SO_LOCK_FILTER, 1), "%s: lock", name);
	line(sys_sock_filter(sock, SO_LOCK_FILTER, 1), "%s: lock again", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, prog), "%s: attach, locked", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, 999), "%s: attach no fd, locked", name);
	line(sys_sock_filter(sock, SO_DETACH_BPF, 0), "%s: detach, locked", name);
	line(sys_sock_filter(sock, SO_LOCK_FILTER, 0), "%s: unlock, locked", name);
	line(sys_close(sock), "%s: close", name);
	line(sys_sock_filter(sock, SO_ATTACH_BPF, prog), "%s: attach, closed", name);
}

static void send_one(int dev, const char *what)
{
	static unsigned char frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 'x'};

	line(sys_transmit(dev, frame, sizeof(frame)), "%s", what);
}

static void packets(void)
{
	static const int kept[] = {0, 1, 14, 59, 60, 61, 0x7fffffff, -1};
	int a = sys_ifindex("a"), b = sys_ifindex("b");
	long at_b = sys_socket(AF_PACKET, SOCK_RAW, 0x300), at_a = sys_socket(AF_PACKET, SOCK_RAW, 0x300);
	long field = FILTER(LDX(BPF_W, 0, 1, __builtin_offsetof(struct __sk_buff, pkt_type)), EXIT);
	long len = FILTER(LDX(BPF_W, 0, 1, __builtin_offsetof(struct __sk_buff, len)), EXIT);
	long classic = FILTER(MOVR(6, 1), INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 14), EXIT); /* 'x' */
	long where = FILTER(LDX(BPF_W, 0, 1, __builtin_offsetof(struct __sk_buff, ifindex)), EXIT);

	line_ok(at_b, "packet socket");
	line(sys_packet_bind(at_b, 999), "bind to no device");
	line(sys_packet_bind(at_b, b), "bind to b");
	line(sys_packet_bind(at_a, a), "bind to a");
	line(sys_packet_recv(at_b), "recv: nothing is there");
	send_one(a, "a frame from a to b");
	line(sys_packet_recv(at_b), "at b");
	line(sys_packet_recv(at_b), "at b, once more");
	line(sys_packet_recv(at_a), "at a: what goes out");
	for (unsigned i = 0; i < COUNT(kept); i++) {
		line(sys_sock_filter(at_b, SO_ATTACH_BPF, FILTER(MOV(0, kept[i]), EXIT)), "filter that says %d", kept[i]);
		send_one(a, "    send");
		line(sys_packet_recv(at_b), "    at b");
		line(sys_packet_recv(at_a), "    at a");
	}
	sys_sock_filter(at_b, SO_ATTACH_BPF, field), sys_sock_filter(at_a, SO_ATTACH_BPF, field);
	send_one(a, "how many bytes is skb->pkt_type");
	line(sys_packet_recv(at_b), "    at b"), line(sys_packet_recv(at_a), "    at a, going out");
	sys_sock_filter(at_b, SO_ATTACH_BPF, len), sys_sock_filter(at_a, SO_ATTACH_BPF, len);
	send_one(a, "skb->len");
	line(sys_packet_recv(at_b), "    at b"), line(sys_packet_recv(at_a), "    at a, going out");
	sys_sock_filter(at_b, SO_ATTACH_BPF, classic), sys_sock_filter(at_a, SO_ATTACH_BPF, where);
	send_one(a, "byte 14 of the frame; the device");
	line(sys_packet_recv(at_b) == 60, "    at b, all"), line(sys_packet_recv(at_a) == a, "    at a");
	line(sys_sock_filter(at_b, SO_DETACH_BPF, 0), "detach");
	send_one(a, "without a filter");
	line(sys_packet_recv(at_b), "    at b");
	line(sys_packet_bind(at_b, 0), "bind to all devices");
	send_one(a, "    send");
	line(sys_packet_recv(at_b), "    once");
	line(sys_packet_recv(at_b), "    twice");
	line(sys_packet_recv(at_b), "    not three times");
}

int main(void)
{
	static const struct bpf_insn one[] = {MOV(0, 1), EXIT};
	long prog = filter(BPF_PROG_TYPE_SOCKET_FILTER, one, 2), other = filter(BPF_PROG_TYPE_SCHED_CLS, one, 2);

	sys_link_pair("a", "b");
	options("UDP", sys_socket(AF_INET, SOCK_DGRAM, 0), prog, other);
	options("TCP", sys_socket(AF_INET, SOCK_STREAM, 0), prog, other);
	options("UNIX", sys_socket(AF_UNIX, SOCK_DGRAM, 0), prog, other);
	options("packet", sys_socket(AF_PACKET, SOCK_RAW, 0x300), prog, other);
	line(sys_sock_filter(prog, SO_ATTACH_BPF, prog), "the fd of a program");
	packets();
	return 0;
}
