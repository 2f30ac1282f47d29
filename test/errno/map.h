/*
 * For the errno tables about maps: a map as plain as can be, made or only tried, and calls about one
 * element.
 */
#ifndef TEST_ERRNO_MAP_H
#define TEST_ERRNO_MAP_H

#include "test/errno/sys/sys.h"

/* Keys of 4 bytes, values of 8, 3 elements. */
static inline union bpf_attr plain(unsigned type)
{
	return (union bpf_attr){.map_type = type, .key_size = 4, .value_size = 8, .max_entries = 3};
}

/* MAP_CREATE, and the map is closed at once. */
static inline long try_create(union bpf_attr attr)
{
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd >= 0)
		sys_close(fd);
	return fd;
}

static inline long make(unsigned type, unsigned max, unsigned flags)
{
	union bpf_attr attr = plain(type);

	attr.max_entries = max;
	attr.map_flags = flags;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* LOOKUP_ELEM, UPDATE_ELEM, ... */
static inline long elem(int cmd, long fd, const void *key, void *value, uint64_t flags)
{
	union bpf_attr attr = {.map_fd = fd, .key = U64(key), .value = U64(value), .flags = flags};

	return sys_bpf(cmd, &attr, sizeof(attr));
}

#endif
