/* Files that are perf events: opening one. */
#include "file_perf.h"

s64 perf_open(struct sim *sim, struct task *task, const struct perf_open *open)
{
	struct perf_event *event;
	int fd, err = perf_event_new(sim, open, &event);

	if (err)
		return err;
	fd = fd_open(sim, task, &event->obj, true, true);
	if (fd >= 0)
		fd_set_cloexec(sim, task, fd, false);
	return fd;
}
