/* An event that reads a pinned iterator: its program is called for each object (iter.h), until the file is at its end. */
#include "fd.h"
#include "fire.h"
#include "helpers/trace.h"
#include "syscall.h"

#define CAT_BYTES 4096u /* that cat(1) would ask for at once; the text of one object may be longer */

static s64 open_iterator(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	struct task *task = task_by_pid(sim, h->pid);

	memset(sim->trace->read_text, 0, sim->trace->read_len);
	sim->trace->read_len = 0;
	fire->read_fd = -1;
	if (!task)
		return sim_fail(&sim->why, -ESRCH, "the idle task reads no files");
	fire->read_fd = iter_open_pin(sim, task, (const char *)h->value[happening_step(h, h->at_step)->arg[0]]);
	return fire->read_fd;
}

/* The functions around get what read(2) says. */
static void read_over(struct sim *sim, struct fire *fire, s64 result)
{
	struct happening *h = &fire->happening;

	if (fire->read_fd >= 0)
		fd_close(sim, task_by_pid(sim, h->pid), fire->read_fd);
	fire->read_fd = -1;
	fire->read = (struct iter_read){0};
	for (u32 d = 0; d < h->depth; d++)
		h->frame[d].ret = result;
	h->place = 0;
}

bool event_read_on(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	s64 n = 0;

	if (!fire->read.it && !fire->read_bytes)
		n = open_iterator(sim, fire);
	while (n >= 0) {
		n = iter_read_unit(sim, task_by_pid(sim, h->pid), &fire->read, fire->read_fd, ITER_TELL, CAT_BYTES);
		if (n == CALL_MORE) {
			h->programs++;
			return true;
		}
		fire->read = (struct iter_read){0};
		fire->read_bytes += max_s64(n, 0);
		if (!n)
			break;
	}
	read_over(sim, fire, n < 0 ? n : (s64)fire->read_bytes);
	return false;
}
