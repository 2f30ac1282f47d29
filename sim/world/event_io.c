/* Events of disks. The way is that of block/blk-mq.c. */
#include "happening_kinds.h"
#include "world.h"

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
