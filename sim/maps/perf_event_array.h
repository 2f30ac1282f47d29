/* Arrays of perf events (perf_event_array.c). */
#ifndef SIM_MAPS_PERF_EVENT_ARRAY_H
#define SIM_MAPS_PERF_EVENT_ARRAY_H

#include "../world/perf_event.h"
#include "map.h"

/* The event that @flags name, BPF_F_CURRENT_CPU or an index: NULL with *err = -E2BIG, -ENOENT. */
struct perf_event *perf_event_array_at(struct sim *sim, struct map *map, u64 flags, int *err);

#endif
