/* Arrays of perf events: every call; samples, what is lost, who keeps an event alive. */
#include <linux/perf_event.h>
#include <stddef.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

#define PAGE 4096u
#define RAW_EVENT(n)                                                                                         \
	{                                                                                                    \
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_BPF_OUTPUT,                              \
		.sample_type = PERF_SAMPLE_RAW, .pages = n                                                   \
	}
#define OUTPUT(flags_low, flags_high, size) \
	MOVR(1, 6), MAP(2, map), IMM64(3, 0, flags_low, flags_high), MOVR(4, 10), ADD(4, -32), MOV(5, size), \
	CALL(BPF_FUNC_perf_event_output)
#define START                                                                                                \
	MOVR(6, 1), ST(BPF_DW, 10, -8, 4), ST(BPF_DW, 10, -16, 3), ST(BPF_DW, 10, -24, 2),                   \
		ST(BPF_DW, 10, -32, 1)
#define CURRENT -1

static long map;

static long make_array(unsigned max, unsigned flags)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
			       .key_size = 4,
			       .value_size = 4,
			       .max_entries = max,
			       .map_flags = flags};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long open_event(struct sys_perf perf)
{
	return sys_perf_open(&perf);
}

static long set(long array, unsigned key, unsigned value, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, array, &key, &value, flags);
}

static long drop(long array, unsigned key)
{
	return elem(BPF_MAP_DELETE_ELEM, array, &key, NULL, 0);
}

static uint64_t word(long event, uint64_t off)
{
	uint64_t value = 0xbad;

	sys_load(event, off, &value, sizeof(value));
	return value;
}

static uint64_t head(long event)
{
	return word(event, offsetof(struct perf_event_mmap_page, data_head));
}

static void tail(long event, uint64_t pos)
{
	line(sys_store(event, offsetof(struct perf_event_mmap_page, data_tail), &pos, sizeof(pos)),
	     "tail to %u", (unsigned)pos);
}

/* The records from @pos on: header, and up to 4 words. The id of lost records is left out. */
static void records(long event, uint64_t pos, unsigned pages)
{
	while (pos < head(event)) {
		uint64_t at = PAGE + pos % (pages * PAGE), w = word(event, at);
		struct perf_event_header h;

		memcpy(&h, &w, sizeof(h));
		printf("    at %u: type %u misc %u size %u:", (unsigned)pos, h.type, h.misc, h.size);
		for (unsigned i = 1; i < 5 && i < h.size / 8; i++)
			if (h.type != PERF_RECORD_LOST || i > 1)
				printf(" %llx", (unsigned long long)word(
							event, PAGE + (pos + 8 * i) % (pages * PAGE)));
		printf("\n");
		pos += h.size;
		if (!h.size)
			break;
	}
	note("    head %u", (unsigned)head(event));
}

static void calls(void)
{
	long event = open_event((struct sys_perf)RAW_EVENT(1)), child;
	struct sys_perf inherit = RAW_EVENT(0);
	uint32_t next = 0, key = 0;

	inherit.inherit = 1;
	child = open_event(inherit);
	map = make_array(2, 0);
	line(set(map, 0, 999, 0), "no fd");
	line(set(map, 0, map, 0), "fd of a map");
	line(set(map, 0, 1, 0), "fd of a tty");
	line(set(map, 0, child, 0), "an inherited event");
	line(set(map, 2, event, 0), "key 2");
	line(set(map, 0, event, BPF_NOEXIST), "NOEXIST");
	line(set(map, 0, event, BPF_EXIST), "EXIST");
	line(set(map, 0, event, 0), "set");
	line(set(map, 0, event, 0), "set again");
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, &next, 0), "lookup");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, &next, 0), "lookup and delete");
	line(elem(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0), "next key");
	line(drop(map, 1), "delete an empty slot");
	line(drop(map, 2), "delete key 2");
	line(drop(map, 0), "delete");
	line(drop(map, 0), "delete again");
	line(open_event((struct sys_perf){.type = 77}), "event of type 77");
	line(open_event((struct sys_perf){.type = PERF_TYPE_SOFTWARE, .config = 77}), "software event 77");
}

static void output(void)
{
	long event = open_event((struct sys_perf)RAW_EVENT(1)), dummy;
	static const unsigned sizes[] = {0, 1, 4, 5, 8, 12, 32};

	map = make_array(3, 0);
	line(RUN(START, OUTPUT(0, 0, 8), EXIT), "empty slot");
	line(RUN(START, OUTPUT(3, 0, 8), EXIT), "beyond the end");
	dummy = open_event((struct sys_perf){.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY});
	set(map, 1, dummy, 0);
	line(RUN(START, OUTPUT(1, 0, 8), EXIT), "an event of another kind");
	set(map, 2, open_event((struct sys_perf)RAW_EVENT(0)), 0);
	line(RUN(START, OUTPUT(2, 0, 8), EXIT), "an event without a ring");
	set(map, 0, event, 0);
	for (unsigned i = 0; i < COUNT(sizes); i++)
		line(RUN(START, OUTPUT(CURRENT, 0, sizes[i]), EXIT), "%u bytes", sizes[i]);
	line(RUN(START, OUTPUT(0, 0, 8), EXIT), "by index");
	records(event, 0, 1);
	tail(event, head(event));
	line(RUN(START, OUTPUT(CURRENT, 16, 8), EXIT), "with 16 bytes of the packet");
	line(RUN(START, OUTPUT(CURRENT, 64, 8), EXIT), "with the packet");
	line(RUN(START, OUTPUT(CURRENT, 65, 8), EXIT), "with more than the packet");
	line(RUN(START, OUTPUT(CURRENT, 0xfffff, 8), EXIT), "with 2^20 - 1 bytes");
	line(RUN(START, OUTPUT(CURRENT, 0x100000, 8), EXIT), "flags 2^52");
	records(event, word(event, offsetof(struct perf_event_mmap_page, data_tail)), 1);
	line(RUN_AS(BPF_PROG_TYPE_XDP, START, OUTPUT(CURRENT, 20, 8), EXIT), "XDP, with 20 bytes");
	line(RUN_AS(BPF_PROG_TYPE_XDP, START, OUTPUT(CURRENT, 65, 8), EXIT), "XDP, with 65 bytes");
	line(RUN_AS(BPF_PROG_TYPE_SOCKET_FILTER, START, OUTPUT(CURRENT, 20, 8), EXIT),
	     "a filter, with 20 bytes");
	line(RUN_AS(BPF_PROG_TYPE_SOCKET_FILTER, START, OUTPUT(CURRENT, 51, 8), EXIT),
	     "a filter, with 51 bytes");
	records(event, word(event, offsetof(struct perf_event_mmap_page, data_tail)), 1);
}

/* Fills a ring of one page until samples are lost, makes room, and goes on over its end. */
static void lost(void)
{
	long event = open_event((struct sys_perf)RAW_EVENT(1)), ret = 0;
	unsigned n = 0;

	map = make_array(1, 0);
	set(map, 0, event, 0);
	for (; !ret && n < 1000; n++)
		ret = RUN(START, OUTPUT(CURRENT, 0, 32), EXIT);
	line(ret, "sample %u", n);
	line(RUN(START, OUTPUT(CURRENT, 0, 32), EXIT), "one more");
	line(RUN(START, OUTPUT(CURRENT, 0, 8), EXIT), "a short one");
	note("    head %u", (unsigned)head(event));
	tail(event, 48);
	line(RUN(START, OUTPUT(CURRENT, 0, 32), EXIT),
	     "with room for one, but not for the word about lost ones");
	tail(event, 96);
	line(RUN(START, OUTPUT(CURRENT, 0, 32), EXIT), "with room for two");
	records(event, 4032, 1);
	tail(event, head(event));
	line(RUN(START, OUTPUT(CURRENT, 0, 32), EXIT), "empty again");
	records(event, word(event, offsetof(struct perf_event_mmap_page, data_tail)), 1);
}

static void parts(void)
{
	struct sys_perf perf = RAW_EVENT(1);
	long event;

	perf.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_CPU;
	event = open_event(perf);
	map = make_array(1, 0);
	set(map, 0, event, 0);
	line(RUN(START, OUTPUT(CURRENT, 0, 8), EXIT), "RAW and CPU");
	records(event, 0, 1);
	perf.sample_type = PERF_SAMPLE_CPU;
	event = open_event(perf);
	set(map, 0, event, 0);
	line(RUN(START, OUTPUT(CURRENT, 0, 8), EXIT), "CPU only");
	records(event, 0, 1);
}

/* A program that holds the map, run after the loader has closed its fds. */
static long holder(void)
{
	struct bpf_insn insns[] = {START, OUTPUT(CURRENT, 0, 8), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long run_holder(long prog)
{
	static unsigned char packet[64];
	union bpf_attr test = {
		.test = {.prog_fd = prog, .data_in = U64(packet), .data_size_in = sizeof(packet)}};
	long ret = sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test));

	return ret < 0 ? ret : (int)test.test.retval;
}

static void lifetime(unsigned flags)
{
	long event = open_event((struct sys_perf)RAW_EVENT(1)), prog, other;

	map = make_array(1, flags);
	prog = holder();
	other = sys_dup(map);
	set(map, 0, event, 0);
	note("map flags 0x%x", flags);
	line(run_holder(prog), "all open");
	sys_close(map);
	line(run_holder(prog), "a copy of the fd is open");
	sys_close(other);
	line(run_holder(prog), "no file of the map is open");
	sys_close(event);
	line(run_holder(prog), "the event is closed");
	sys_close(prog);
}

static void event_closed(void)
{
	long event = open_event((struct sys_perf)RAW_EVENT(1)), prog;

	map = make_array(1, 0);
	prog = holder();
	set(map, 0, event, 0);
	sys_close(event);
	line(run_holder(prog), "the event is closed, the map is open");
	line(drop(map, 0), "delete");
	line(run_holder(prog), "then");
}

int main(void)
{
	calls();
	output();
	lost();
	parts();
	lifetime(0);
	lifetime(BPF_F_PRESERVE_ELEMS);
	event_closed();
	return 0;
}
