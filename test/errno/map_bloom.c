/*
 * Bloom filters, with a seed of zero: false positives are the same everywhere. And maps of stacks that nothing has put a stack
 * into: only programs can.
 */
#include <stdio.h>

#include "test/errno/map.h"

static unsigned char value[64];

static long make_bloom(unsigned value_size, unsigned max, unsigned hashes, unsigned flags)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_BLOOM_FILTER,
		.value_size = value_size,
		.max_entries = max,
		.map_flags = flags,
		.map_extra = hashes,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static void set_value(unsigned n)
{
	for (unsigned i = 0; i < sizeof(value); i++)
		value[i] = i < 2 ? n >> 8 * i : n * i;
}

/* Puts the even numbers in; which odd ones seem to be there? */
static void filter(unsigned value_size, unsigned max, unsigned hashes)
{
	long fd = make_bloom(value_size, max, hashes, BPF_F_ZERO_SEED);
	unsigned missed = 0, wrong = 0, sum = 0;

	for (unsigned n = 0; n < 2 * max; n += 2) {
		set_value(n);
		elem(BPF_MAP_UPDATE_ELEM, fd, NULL, value, 0);
	}
	for (unsigned n = 0; n < 4000; n++) {
		long ret;

		set_value(n);
		ret = elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, 0);
		missed += n % 2 == 0 && n < 2 * max && ret;
		if ((n % 2 || n >= 2 * max) && !ret)
			wrong++, sum += n;
	}
	note("values of %u bytes, room for %u, %u functions: %u missed, %u wrong, sum %u", value_size, max, hashes, missed, wrong,
	     sum);
	sys_close(fd);
}

static void calls(void)
{
	long fd = make_bloom(8, 10, 0, 0);
	union bpf_attr attr = {.batch = {.map_fd = fd, .count = 1, .keys = U64(value), .values = U64(value)}};
	static const int batch[] = {BPF_MAP_LOOKUP_BATCH, BPF_MAP_LOOKUP_AND_DELETE_BATCH, BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH};

	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, 0), "peek");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, 1), "peek, flags 1");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, BPF_F_LOCK), "peek, BPF_F_LOCK");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, BAD_POINTER, 0), "peek, bad value");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, value, value, 0), "peek with a key");
	for (unsigned flags = 1; flags < 4; flags++)
		line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, value, flags), "push, flags %u", flags);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, value, BPF_F_LOCK), "push, BPF_F_LOCK");
	line(elem(BPF_MAP_UPDATE_ELEM, fd, value, value, 0), "push with a key");
	line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, BAD_POINTER, 0), "push, bad value");
	line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, value, 0), "push");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, 0), "peek");
	line(elem(BPF_MAP_DELETE_ELEM, fd, NULL, NULL, 0), "delete");
	line(elem(BPF_MAP_DELETE_ELEM, fd, value, NULL, 0), "delete with a key");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, NULL, value, 0), "take");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, value, value, 0), "take with a key");
	line(elem(BPF_MAP_GET_NEXT_KEY, fd, NULL, value, 0), "next key");
	line(elem(BPF_MAP_GET_NEXT_KEY, fd, value, value, 0), "next key after a key");
	for (unsigned i = 0; i < COUNT(batch); i++)
		line(sys_bpf(batch[i], &attr, sizeof(attr)), "batch command %d", batch[i]);
	sys_bpf(BPF_MAP_FREEZE, &(union bpf_attr){.map_fd = fd}, sizeof(union bpf_attr));
	line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, value, 0), "push, frozen");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, value, 0), "peek, frozen");
	sys_close(fd);
}

static void stacks(unsigned flags, unsigned value_size)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_STACK_TRACE, .key_size = 4, .value_size = value_size, .max_entries = 5, .map_flags = flags};
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	static const unsigned id[] = {0, 4, 7, 8, ~0u};

	line_ok(fd, "stacks, flags 0x%x, value %u", flags, value_size);
	for (unsigned i = 0; i < COUNT(id); i++) {
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, &id[i], value, 0), "  lookup %u", id[i]);
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, &id[i], value, BPF_F_LOCK), "  lookup %u, BPF_F_LOCK", id[i]);
		line(elem(BPF_MAP_UPDATE_ELEM, fd, &id[i], value, 0), "  update %u", id[i]);
		line(elem(BPF_MAP_UPDATE_ELEM, fd, &id[i], value, 7), "  update %u, flags 7", id[i]);
		line(elem(BPF_MAP_DELETE_ELEM, fd, &id[i], NULL, 0), "  delete %u", id[i]);
		line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &id[i], value, 0), "  take %u", id[i]);
		line(elem(BPF_MAP_GET_NEXT_KEY, fd, &id[i], value, 0), "  next after %u", id[i]);
	}
	attr = (union bpf_attr){.batch = {.map_fd = fd, .count = 1, .keys = U64(value), .values = U64(value)}};
	line(sys_bpf(BPF_MAP_LOOKUP_BATCH, &attr, sizeof(attr)), "  lookup batch");
	line(sys_bpf(BPF_MAP_DELETE_BATCH, &attr, sizeof(attr)), "  delete batch");
	sys_close(fd);
}

int main(void)
{
	static const unsigned size[] = {1, 2, 3, 4, 5, 8, 12, 13, 16, 24, 25, 64};

	for (unsigned i = 0; i < COUNT(size); i++)
		filter(size[i], 100, 0);
	for (unsigned hashes = 1; hashes < 16; hashes++)
		filter(8, 60, hashes);
	for (unsigned max = 1; max < 2000; max = max * 3 + 1)
		filter(4, max, 2);
	calls();
	stacks(0, 64);
	stacks(BPF_F_STACK_BUILD_ID, 64);
	return 0;
}
