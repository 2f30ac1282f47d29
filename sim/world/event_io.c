/* Events of devices: connect, disk. The ways are those of net/ipv4/tcp_ipv4.c and block/blk-mq.c. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "happening_kinds.h"
#include "world.h"

#define STATE_SYN_SENT 2
#define STATE_CLOSE 7

/* --- connect --- */

enum { C_TO = V_F0, C_PORT, C_FROM, C_LOCAL_PORT };
enum { C_SK = V_X0, C_OLD, C_NEW, C_FAMILY, C_PROTOCOL, C_DADDR, C_SADDR, C_V6, C_LEN, C_CTX };

static const struct happening_field connect_fields[] = {
	{"to", "IPv4 address of the other side", FIELD_TEXT, 0, "10.0.0.2"},
	{"port", "its port", FIELD_NUMBER, 80, NULL},
	{"from", "IPv4 address of this side", FIELD_TEXT, 0, "10.0.0.1"},
	{"sport", "its port", FIELD_NUMBER, 40000, NULL},
	{0},
};

bool happening_address(const char *s, u8 out[4])
{
	for (u32 i = 0; i < 4; i++) {
		u32 value = 0, digits = 0;

		for (; *s >= '0' && *s <= '9' && digits < 3; s++, digits++)
			value = value * 10 + (*s - '0');
		if (!digits || value > 255 || *s != (i < 3 ? '.' : 0))
			return false;
		out[i] = value;
		s++;
	}
	return true;
}

static int fill_addresses(struct sim *sim, struct happening *h, u8 *to, u8 *from)
{
	if (!happening_address((const char *)h->value[C_TO], to) ||
	    !happening_address((const char *)h->value[C_FROM], from))
		return sim_fail(&sim->why, -EINVAL, "to= and from= are IPv4 addresses like 10.0.0.2");
	if (h->value[C_PORT] > 65535 || h->value[C_LOCAL_PORT] > 65535)
		return sim_fail(&sim->why, -EINVAL, "ports are 0 to 65535");
	return 0;
}

static int prepare_connect(struct sim *sim, struct happening *h)
{
	struct sock *sk = (struct sock *)happening_object(sim, h, sizeof(struct tcp_sock));
	u64 to = happening_object(sim, h, 4), from = happening_object(sim, h, 4),
	    zeroes = happening_object(sim, h, 16);
	int err = sk && to && from && zeroes ? fill_addresses(sim, h, (u8 *)to, (u8 *)from) : -ENOMEM;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = happening_port(h->value[C_PORT])};

	if (err)
		return err;
	memcpy(&address.sin_addr, (void *)to, 4);
	sk->__sk_common.skc_family = AF_INET;
	sk->__sk_common.skc_state = STATE_CLOSE;
	sk->sk_type = SOCK_STREAM;
	sk->sk_protocol = IPPROTO_TCP;
	h->value[C_SK] = (u64)sk;
	h->value[C_OLD] = STATE_CLOSE;
	h->value[C_NEW] = STATE_SYN_SENT;
	h->value[C_FAMILY] = AF_INET;
	h->value[C_PROTOCOL] = IPPROTO_TCP;
	h->value[C_DADDR] = to;
	h->value[C_SADDR] = from;
	h->value[C_V6] = zeroes;
	h->value[C_LEN] = h->value[V_A2] = sizeof(address);
	h->value[V_A0] = 3;
	h->value[V_A1] = happening_user(sim, h, &address, sizeof(address));
	h->value[C_CTX] = happening_sock_addr(sim, h, sk, &address, sizeof(address));
	return h->value[V_A1] && h->value[C_CTX] ? 0 : -ENOMEM;
}

/* Programs of the cgroup may have put another address in its place. */
static void take_changed(struct sim *sim, struct happening *h)
{
	const struct bpf_sock_addr_kern *ctx = (void *)h->value[C_CTX];
	const struct sockaddr_in *address = (void *)ctx->uaddr;

	(void)sim;
	memcpy((void *)h->value[C_DADDR], &address->sin_addr, 4);
	h->value[C_PORT] = happening_port(address->sin_port);
}

/* The socket learns its addresses when it begins to connect. */
static void take_addresses(struct sim *sim, struct happening *h)
{
	struct sock_common *sk = (struct sock_common *)h->value[C_SK];

	(void)sim;
	memcpy(&sk->skc_daddr, (void *)h->value[C_DADDR], 4);
	memcpy(&sk->skc_rcv_saddr, (void *)h->value[C_SADDR], 4);
	sk->skc_dport = happening_port(h->value[C_PORT]);
	sk->skc_num = h->value[C_LOCAL_PORT];
}

static void take_state(struct sim *sim, struct happening *h)
{
	(void)sim;
	((struct sock_common *)h->value[C_SK])->skc_state = STATE_SYN_SENT;
}

static const struct happening_step connect_steps[] = {
	{0, STEP_FUNC, "__x64_sys_connect", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_connect", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "security_socket_connect", .arg = {V_NONE, V_A1, C_LEN}, .decides = true},
	{3, STEP_FUNC, "bpf_lsm_socket_connect", .arg = {V_NONE, V_A1, C_LEN}, .decides = true},
	{2, STEP_FUNC, "inet_stream_connect", .arg = {V_NONE, V_A1, C_LEN}, .ret = V_RET, .decides = true},
	{3, STEP_FUNC, "tcp_v4_pre_connect", .arg = {C_SK, V_A1, C_LEN}, .decides = true},
	{4, STEP_CGROUP, "connect4", .attach = BPF_CGROUP_INET4_CONNECT, .arg = {C_CTX}, .act = take_changed},
	{3, STEP_FUNC, "tcp_v4_connect", .arg = {C_SK, V_A1, C_LEN}, .decides = true, .act = take_addresses},
	{4, STEP_FUNC, "tcp_set_state", .arg = {C_SK, C_NEW}},
	{5, STEP_TP, "sock:inet_sock_set_state", .arg = {C_SK, C_OLD, C_NEW}, .act = take_state,
	 .field = {C_SK, C_OLD, C_NEW, C_LOCAL_PORT, C_PORT, C_FAMILY, C_PROTOCOL, C_SADDR, C_DADDR, C_V6,
		   C_V6}},
	{0},
};

const struct happening_kind happening_connect = {
	.name = "connect",
	.doc = "a task connects a TCP socket",
	.example = "connect pid=1000 comm=curl to=93.184.216.34 port=443",
	.nr = 42,
	.fields = connect_fields,
	.steps = connect_steps,
	.prepare = prepare_connect,
};

/* --- disk --- */

enum { D_SECTOR = V_F0, D_BYTES, D_RW, D_TIME };
enum { D_REQUEST = V_X0, D_DEV, D_SECTORS, D_NOTHING, D_NOW };

static const struct happening_field disk_fields[] = {
	{"sector", "where on the disk", FIELD_NUMBER, 2048, NULL},
	{"bytes", "how much", FIELD_NUMBER, 4096, NULL},
	{"rw", "R = read, W = write, WS = write and wait", FIELD_TEXT, 0, "R"},
	{"time", "from the request to the answer: 250, 12us, 3ms", FIELD_TIME, 100000, NULL},
	{0},
};

static int prepare_disk(struct sim *sim, struct happening *h)
{
	struct k_request *rq = (struct k_request *)happening_object(sim, h, sizeof(*rq));

	h->value[D_NOTHING] = happening_text(sim, h, "");
	if (!rq || !h->value[D_NOTHING])
		return -ENOMEM;
	rq->q = (u64)&sim->world->kernel->queue;
	rq->__sector = h->value[D_SECTOR];
	rq->__data_len = h->value[D_BYTES];
	rq->cmd_flags = *(const char *)h->value[D_RW] == 'W';
	rq->start_time_ns = sim_ktime(sim);
	h->value[D_REQUEST] = (u64)rq;
	h->value[D_DEV] = (u64)sim->world->kernel->disk.major << 20;
	h->value[D_SECTORS] = h->value[D_BYTES] / 512;
	return 0;
}

static void is_issued(struct sim *sim, struct happening *h)
{
	((struct k_request *)h->value[D_REQUEST])->io_start_time_ns = sim_ktime(sim);
}

#define REQUEST_FIELDS                                                                                       \
	{                                                                                                    \
		D_DEV, D_SECTOR, D_SECTORS, D_BYTES, D_RW, V_COMM, D_NOTHING                                 \
	}

static const struct happening_step disk_steps[] = {
	{0, STEP_TP, "block:block_rq_insert", .arg = {D_REQUEST}, .field = REQUEST_FIELDS},
	{0, STEP_FUNC, "blk_mq_start_request", .arg = {D_REQUEST}, .act = is_issued},
	{1, STEP_TP, "block:block_rq_issue", .arg = {D_REQUEST}, .field = REQUEST_FIELDS},
	{0, STEP_WAIT, "disk", .ns = D_TIME},
	{0, STEP_TP, "block:block_rq_complete", .arg = {D_REQUEST, V_NONE, D_BYTES},
	 .field = {D_DEV, D_SECTOR, D_SECTORS, V_NONE, D_RW, D_NOTHING}},
	{0, STEP_FUNC, "blk_account_io_done", .arg = {D_REQUEST, D_NOW}},
	{0},
};

const struct happening_kind happening_disk = {
	.name = "disk",
	.doc = "a request goes to a disk and comes back",
	.example = "disk pid=1000 rw=R bytes=4096 time=250us",
	.nr = -1,
	.fields = disk_fields,
	.steps = disk_steps,
	.prepare = prepare_disk,
};
