/* Timers in map values: the four helpers, what their functions are called with, and when a timer ends. */
#include <time.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

/* struct value { u64 n; struct bpf_timer timer; u64 seen; } */
#define TIMER_OFF 8
#define SEEN_OFF 24
#define STRINGS "\0u64\0bpf_timer\0value\0n\0timer\0seen\0u32\0int\0f"

enum { U64_TYPE = 1, TIMER_TYPE, VALUE_TYPE, KEY_TYPE };

static long btf;

static void make_btf(void)
{
	static const uint32_t types[] = {
		1, BTF_KIND_INT << 24, 8, 64,
		5, BTF_KIND_STRUCT << 24, 16,
		15, BTF_KIND_STRUCT << 24 | 3, 32,
		21, U64_TYPE, 0,
		23, TIMER_TYPE, 64,
		29, U64_TYPE, 192,
		34, BTF_KIND_INT << 24, 4, 32,
	};

	btf = load_btf(types, sizeof(types), STRINGS, sizeof(STRINGS));
	line_ok(btf, "BTF");
}

static long new_map(unsigned type, unsigned flags)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = 4, .value_size = 32, .max_entries = 4, .map_flags = flags,
		.btf_fd = btf, .btf_key_type_id = KEY_TYPE, .btf_value_type_id = VALUE_TYPE,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long update(long map, unsigned key)
{
	uint64_t value[4] = {0, 7, 7, 0};

	return elem(BPF_MAP_UPDATE_ELEM, map, &key, value, 0);
}

static void show(long map, unsigned key, const char *what)
{
	uint64_t value[4] = {0};
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0);

	line(ret, "%s: lookup", what);
	note("    n %d, timer %d %d, seen %d", (int)value[0], (int)value[1], (int)value[2], (int)value[3]);
}

#define VALUE_INSNS 10
/* r6: the value of key @key, or the end with 99 */
#define VALUE_OF(map, key)                                                                                             \
	ST(BPF_W, 10, -4, key), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_lookup_elem), JNE(0, 0, 2),    \
		MOV(0, 99), EXIT, MOVR(6, 0)
#define TIMER MOVR(1, 6), ADD(1, TIMER_OFF)
#define NS(ns) IMM64(2, 0, (int)(ns), (int)((uint64_t)(ns) >> 32))

static long init(long map, unsigned key, unsigned flags)
{
	return RUN(VALUE_OF(map, key), TIMER, MAP(2, map), MOV(3, flags), CALL(BPF_FUNC_timer_init), EXIT);
}

static long start(long map, unsigned key, uint64_t ns, unsigned flags)
{
	return RUN(VALUE_OF(map, key), TIMER, NS(ns), MOV(3, flags), CALL(BPF_FUNC_timer_start), EXIT);
}

static long cancel(long map, unsigned key)
{
	return RUN(VALUE_OF(map, key), TIMER, CALL(BPF_FUNC_timer_cancel), EXIT);
}

/* Sets a function of its own: the program with it is loaded, run, closed. */
#define SET_INSNS (VALUE_INSNS + 6)
#define SET(map, key, ...)                                                                                             \
	({                                                                                                             \
		struct bpf_insn insns_[] = {VALUE_OF(map, key), TIMER, IMM64(2, BPF_PSEUDO_FUNC, 3, 0),                \
					    CALL(BPF_FUNC_timer_set_callback), EXIT, __VA_ARGS__};                     \
		run_two(BPF_PROG_TYPE_SCHED_CLS, insns_, COUNT(insns_), SET_INSNS);                                    \
	})

/* One more call; and the key. */
#define COUNT_UP LDX(BPF_DW, 4, 3, 0), ADD(4, 1), STX(BPF_DW, 3, 4, 0)
#define COUNTS COUNT_UP, LDX(BPF_W, 5, 2, 0), STX(BPF_DW, 3, 5, SEEN_OFF), MOV(0, 0), EXIT
/* What the helper says to a timer's own function, in `seen`. */
#define SEEN STX(BPF_DW, 6, 0, SEEN_OFF), MOV(0, 0), EXIT
#define OWN COUNT_UP, MOVR(6, 3), MOVR(1, 3), ADD(1, TIMER_OFF)

static void helpers(long map)
{
	static const unsigned clocks[] = {2, 3, 4, 8, 15, 16, 17, 11, 5};

	for (unsigned i = 0; i < COUNT(clocks); i++)
		line(init(map, 1, clocks[i]), "init, clock %u", clocks[i]);
	line(start(map, 1, 1, 0), "start before init");
	line(cancel(map, 1), "cancel before init");
	line(SET(map, 1, COUNTS), "set_callback before init");
	line(init(map, 1, CLOCK_MONOTONIC), "init");
	line(init(map, 1, CLOCK_MONOTONIC), "init again");
	line(init(map, 1, CLOCK_REALTIME), "init again, another clock");
	line(init(map, 1, 2), "init again, no clock");
	line(start(map, 1, 1, 0), "start without a function");
	line(cancel(map, 1), "cancel without a function");
	line(SET(map, 1, COUNTS), "set_callback");
	line(cancel(map, 1), "cancel, not started");
	line(start(map, 1, 1, 0), "start, its function is gone with cancel");
	line(SET(map, 1, COUNTS), "set_callback");
	line(start(map, 1, 1000000, 1), "start, flags 1");
	line(start(map, 1, 1000000, 2), "start, flags 2");
	line(start(map, 1, 3600000000000, 0), "start, an hour");
	line(start(map, 1, 3600000000000, 0), "start again");
	show(map, 1, "started");
	line(cancel(map, 1), "cancel");
	line(cancel(map, 1), "cancel again");
	line(SET(map, 1, COUNTS), "set_callback");
	line(start(map, 1, ~0ull, 0), "start, longer than for ever");
	sys_pass(20);
	show(map, 1, "longer than for ever");
	line(start(map, 1, 5000000, 0), "start, 5 ms");
	sys_pass(30);
	show(map, 1, "after 5 ms");
	line(cancel(map, 1), "cancel, it is over");
	line(SET(map, 1, COUNTS), "set_callback");
	line(start(map, 1, 0, 0), "start, 0 ns");
	sys_pass(20);
	show(map, 1, "after 0 ns");
}

/* What a function may do with its own timer. */
static void own(long map, const char *name)
{
	line(update(map, 2), "%s: update", name);
	line(init(map, 2, CLOCK_BOOTTIME), "%s: init", name);
	line(SET(map, 2, COUNTS), "%s: set_callback", name);
	line(start(map, 2, 1000000, 0), "%s: start", name);
	sys_pass(20);
	show(map, 2, name);
	line(SET(map, 2, OWN, CALL(BPF_FUNC_timer_cancel), SEEN), "%s: cancel of itself", name);
	line(start(map, 2, 1000000, 0), "%s: start", name);
	sys_pass(20);
	show(map, 2, name);
	line(SET(map, 2, OWN, MAP(2, map), MOV(3, 1), CALL(BPF_FUNC_timer_init), SEEN), "%s: init of itself", name);
	line(start(map, 2, 1000000, 0), "%s: start", name);
	sys_pass(20);
	show(map, 2, name);
	line(SET(map, 2, OWN, LDX(BPF_DW, 5, 3, 0), INSN(BPF_JMP | BPF_JGT | BPF_K, 5, 0, 4, 8), MOV(2, 1000000), MOV(3, 0),
		 CALL(BPF_FUNC_timer_start), SEEN),
	     "%s: starts itself anew", name);
	line(start(map, 2, 1000000, 0), "%s: start", name);
	sys_pass(60);
	show(map, 2, name);
	/* its own element goes, and then the timer is no more */
	line(SET(map, 2, OWN, ST(BPF_W, 10, -4, 2), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_delete_elem),
		 STX(BPF_DW, 6, 0, 0), TIMER, NS(3600000000000), MOV(3, 0), CALL(BPF_FUNC_timer_start), MOVR(7, 0),
		 ST(BPF_W, 10, -4, 3), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 1),
		 STX(BPF_DW, 0, 7, SEEN_OFF), MOV(0, 0), EXIT),
	     "%s: deletes itself", name);
	line(update(map, 3), "%s: update", name);
	line(start(map, 2, 1000000, 0), "%s: start", name);
	sys_pass(20);
	show(map, 2, name);
	show(map, 3, name);
}

static void ends(long map, const char *name)
{
	unsigned key = 0;

	update(map, 0);
	line(init(map, 0, 1), "%s: init", name);
	line(SET(map, 0, COUNTS), "%s: set_callback", name);
	line(start(map, 0, 5000000, 0), "%s: start", name);
	line(update(map, 0), "%s: update over it", name);
	line(cancel(map, 0), "%s: cancel", name);
	sys_pass(20);
	show(map, 0, name);
	line(init(map, 0, 1), "%s: init", name);
	line(SET(map, 0, COUNTS), "%s: set_callback", name);
	line(start(map, 0, 5000000, 0), "%s: start", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, 0, 0), "%s: delete", name);
	line(cancel(map, 0), "%s: cancel", name);
	sys_pass(20);
	show(map, 0, name);
}

/* The map has no fd any more; the program holds it. */
static void users(void)
{
	static unsigned char packet[64] = {[12] = 0x08, [14] = 0x45};
	long map = new_map(BPF_MAP_TYPE_ARRAY, 0);
	struct bpf_insn insns[] = {VALUE_OF(map, 1), TIMER, MAP(2, map), MOV(3, 1), CALL(BPF_FUNC_timer_init), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS), test = {0};

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	test.test.prog_fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	test.test.data_in = U64(packet);
	test.test.data_size_in = sizeof(packet);
	line(sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test)) ?: (int)test.test.retval, "init, the map has an fd");
	line(sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test)) ?: (int)test.test.retval, "init again");
	sys_close(map);
	line(sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test)) ?: (int)test.test.retval, "init, no fd is left");
	line(sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test)) ?: (int)test.test.retval, "init again, no fd is left");
	sys_close(test.test.prog_fd);
}

int main(void)
{
	long map;

	make_btf();
	map = new_map(BPF_MAP_TYPE_ARRAY, 0);
	line_ok(map, "array");
	helpers(map);
	own(map, "array");
	ends(map, "array");
	map = new_map(BPF_MAP_TYPE_HASH, 0);
	own(map, "hash");
	ends(map, "hash");
	map = new_map(BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC);
	own(map, "hash, no prealloc");
	ends(map, "hash, no prealloc");
	map = new_map(BPF_MAP_TYPE_LRU_HASH, 0);
	own(map, "lru_hash");
	ends(map, "lru_hash");
	users();
	return 0;
}
