/*
 * Events of a TCP connection that its congestion control is asked about: an acknowledgement comes, data was lost, or not after
 * all, the task chooses another one. The ways are those of net/ipv4/tcp_input.c and tcp_cong.c.
 *
 * Simplified: they happen in the name of the task that has the connection, where a real kernel takes whichever task the interrupt
 * has found; how much was acknowledged is told, nothing is sent.
 */
#include "happening_kinds.h"
#include "tcp_conn.h"
#include "world.h"

#define NR_SETSOCKOPT 54
#define LEVEL_TCP 6
#define OPTION_CONGESTION 13
#define CA_EVENT_LOSS 3
#define CA_OPEN 0
#define CA_LOSS 4

/* What the kernel's own struct ack_sample says. */
struct ack_sample {
	u32 pkts_acked;
	s32 rtt_us;
	u32 in_flight;
};

#define RATE_SAMPLE_SIZE 72u

enum { K_NAME = V_F0, K_ACKED = V_F0, K_RTT = V_F1 };
enum { K_SK = V_X0, K_ACK = V_X1, K_SAMPLE = V_X2, K_ANSWER = V_X3, K_EVENT = V_X4, K_STATE = V_X5, K_FLAGS = V_X6 };

static struct tcp_sock *sock_of(const struct happening *h)
{
	return (struct tcp_sock *)h->value[K_SK];
}

/* Is it reno, the kernel's own, that decides? */
static bool is_reno(const struct sim *sim, const struct happening *h)
{
	return !tcp_conn_of(sim, h->value[K_SK])->cc;
}

static int prepare(struct sim *sim, struct happening *h)
{
	struct tcp_conn *conn = tcp_conn_take(sim, h->pid);

	h->value[K_SK] = conn ? (u64)conn->sk : 0;
	return conn ? 0 : -ENOMEM;
}

/* --- ack --- */

static const struct happening_field ack_fields[] = {
	{"acked", "packets that have arrived", FIELD_NUMBER, 1, NULL},
	{"rtt", "how long they took, there and back", FIELD_TIME, 20000000, NULL},
	{0},
};

static int prepare_ack(struct sim *sim, struct happening *h)
{
	struct ack_sample *sample = (struct ack_sample *)happening_object(sim, h, RATE_SAMPLE_SIZE);
	int err = prepare(sim, h);

	if (err || !sample)
		return -ENOMEM;
	if (h->value[K_ACKED] < 1 || h->value[K_ACKED] > 65536)
		return sim_fail(&sim->why, -EINVAL, "acked=%lld: expected 1 to 65536 packets",
				(long long)h->value[K_ACKED]);
	*sample = (struct ack_sample){h->value[K_ACKED], h->value[K_RTT] / 1000, sock_of(h)->snd_cwnd};
	h->value[K_SAMPLE] = (u64)sample;
	h->value[K_ACK] = sock_of(h)->snd_una += h->value[K_ACKED] * sock_of(h)->mss_cache;
	return 0;
}

/* tcp_reno_cong_avoid: up to the threshold one packet for each, then one for each window. */
static void avoid(struct sim *sim, struct happening *h)
{
	struct tcp_sock *sk = sock_of(h);
	u32 acked = h->value[K_ACKED];

	if (!is_reno(sim, h))
		return;
	if (sk->snd_cwnd < sk->snd_ssthresh) {
		u32 cwnd = min_u64((u64)sk->snd_cwnd + acked, sk->snd_ssthresh);

		acked -= cwnd - sk->snd_cwnd;
		sk->snd_cwnd = cwnd;
	}
	sk->snd_cwnd_cnt += acked;
	if (sk->snd_cwnd_cnt >= sk->snd_cwnd) {
		sk->snd_cwnd += sk->snd_cwnd_cnt / sk->snd_cwnd;
		sk->snd_cwnd_cnt = 0;
	}
}

static const struct happening_step ack_steps[] = {
	{0, STEP_FUNC, "tcp_ack", .arg = {K_SK}},
	{1, STEP_OPS, "in_ack_event", .arg = {K_SK, K_FLAGS}},
	{1, STEP_OPS, "pkts_acked", .arg = {K_SK, K_SAMPLE}},
	{1, STEP_OPS, "cong_control", .arg = {K_SK, K_SAMPLE}},
	{1, STEP_OPS, "cong_avoid", .arg = {K_SK, K_ACK, K_ACKED}, .unless = "cong_control", .act = avoid},
	{0},
};

const struct happening_kind happening_ack = {
	.name = "ack",
	.doc = "the peer of a task's TCP connection acknowledges data",
	.example = "ack pid=1000 acked=10",
	.nr = -1,
	.fields = ack_fields,
	.steps = ack_steps,
	.prepare = prepare_ack,
};

/* --- loss --- */

static int prepare_loss(struct sim *sim, struct happening *h)
{
	int err = prepare(sim, h);

	h->value[K_EVENT] = CA_EVENT_LOSS;
	h->value[K_STATE] = CA_LOSS;
	return err;
}

static void remember(struct sim *sim, struct happening *h)
{
	(void)sim;
	sock_of(h)->prior_ssthresh = sock_of(h)->snd_ssthresh;
	sock_of(h)->prior_cwnd = sock_of(h)->snd_cwnd;
}

/* tcp_reno_ssthresh: half of the window. */
static void set_threshold(struct sim *sim, struct happening *h)
{
	u32 half = sock_of(h)->snd_cwnd / 2;

	sock_of(h)->snd_ssthresh = is_reno(sim, h) ? half > 2 ? half : 2 : h->value[K_ANSWER];
}

/* All that was under way is taken for lost: one packet may go out. */
static void begin_anew(struct sim *sim, struct happening *h)
{
	(void)sim;
	sock_of(h)->snd_cwnd = 1;
	sock_of(h)->snd_cwnd_cnt = 0;
}

static const struct happening_step loss_steps[] = {
	{0, STEP_FUNC, "tcp_enter_loss", .arg = {K_SK}, .act = remember},
	{1, STEP_OPS, "ssthresh", .arg = {K_SK}, .ret = K_ANSWER, .act = set_threshold},
	{1, STEP_OPS, "cwnd_event", .arg = {K_SK, K_EVENT}, .act = begin_anew},
	{1, STEP_FUNC, "tcp_set_ca_state", .arg = {K_SK, K_STATE}},
	{2, STEP_OPS, "set_state", .arg = {K_SK, K_STATE}},
	{0},
};

const struct happening_kind happening_loss = {
	.name = "loss",
	.doc = "nothing comes back for what a task's TCP connection has sent: it counts as lost",
	.example = "loss pid=1000",
	.nr = -1,
	.steps = loss_steps,
	.prepare = prepare_loss,
};

/* --- undo --- */

static int prepare_undo(struct sim *sim, struct happening *h)
{
	int err = prepare(sim, h);

	if (!err && !sock_of(h)->prior_ssthresh)
		return sim_fail(&sim->why, -EINVAL, "undo: the connection of task %u has lost nothing: `loss pid=%u` first",
				h->pid, h->pid);
	h->value[K_STATE] = CA_OPEN;
	return err;
}

/* tcp_reno_undo_cwnd: as large as before. */
static void set_back(struct sim *sim, struct happening *h)
{
	struct tcp_sock *sk = sock_of(h);
	u32 reno = sk->prior_cwnd > sk->snd_cwnd ? sk->prior_cwnd : sk->snd_cwnd;

	sk->snd_cwnd = is_reno(sim, h) ? reno : h->value[K_ANSWER];
	if (sk->prior_ssthresh > sk->snd_ssthresh)
		sk->snd_ssthresh = sk->prior_ssthresh;
	sk->prior_ssthresh = 0;
}

static const struct happening_step undo_steps[] = {
	{0, STEP_FUNC, "tcp_try_undo_loss", .arg = {K_SK}},
	{1, STEP_FUNC, "tcp_undo_cwnd_reduction", .arg = {K_SK}},
	{2, STEP_OPS, "undo_cwnd", .arg = {K_SK}, .ret = K_ANSWER, .act = set_back},
	{1, STEP_FUNC, "tcp_set_ca_state", .arg = {K_SK, K_STATE}},
	{2, STEP_OPS, "set_state", .arg = {K_SK, K_STATE}},
	{0},
};

const struct happening_kind happening_undo = {
	.name = "undo",
	.doc = "what a task's TCP connection took for lost has arrived after all",
	.example = "undo pid=1000",
	.nr = -1,
	.steps = undo_steps,
	.prepare = prepare_undo,
};

/* --- congestion --- */

static const struct happening_field congestion_fields[] = {
	{"name", "reno, or the name in a table that is registered", FIELD_TEXT, 0, "reno"},
	{0},
};

static int prepare_congestion(struct sim *sim, struct happening *h)
{
	const char *name = (const char *)h->value[K_NAME];
	int err = prepare(sim, h);

	h->value[V_A1] = LEVEL_TCP;
	h->value[V_A2] = OPTION_CONGESTION;
	if (err || !strcmp(name, "reno"))
		return err;
	if (!strcmp(name, "cubic"))
		return sim_fail(&sim->why, -EINVAL, "name=cubic: of the kernel's own congestion controls there is reno here");
	if (!tcp_cong_by_name(sim, name))
		h->value[V_RET] = (u64)-ENOENT;
	return 0;
}

/* The old one has been told that it is over. */
static void take(struct sim *sim, struct happening *h)
{
	const struct tcp_cong *cong = tcp_cong_by_name(sim, (const char *)h->value[K_NAME]);

	tcp_conn_use(sim, tcp_conn_of(sim, h->value[K_SK]), cong ? cong->map : NULL);
}

static const struct happening_step congestion_steps[] = {
	{0, STEP_FUNC, "tcp_set_congestion_control", .arg = {K_SK, K_NAME}, .ret = V_RET, .when_ok = true},
	{1, STEP_OPS, "release", .arg = {K_SK}, .act = take},
	{1, STEP_FUNC, "tcp_init_congestion_control", .arg = {K_SK}},
	{2, STEP_OPS, "init", .arg = {K_SK}},
	{0},
};

const struct happening_kind happening_congestion = {
	.name = "congestion",
	.doc = "a task chooses how its TCP connection avoids congestion: setsockopt(TCP_CONGESTION)",
	.example = "congestion pid=1000 name=aimd",
	.nr = NR_SETSOCKOPT,
	.fields = congestion_fields,
	.steps = congestion_steps,
	.prepare = prepare_congestion,
};
