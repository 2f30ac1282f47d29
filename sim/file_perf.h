/* Files that are perf events: see world/perf_event.h. */
#ifndef SIM_FILE_PERF_H
#define SIM_FILE_PERF_H

#include "fd.h"
#include "world/perf_event.h"

/* perf_event_open(2), and mmap(2) of its ring: an fd or -errno. */
s64 perf_open(struct sim *sim, struct task *task, const struct perf_open *open);

#endif
