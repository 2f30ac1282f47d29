/* Ring buffers: what helpers answer, what user space finds in the ring, and the way back. */
#include "test/errno/calls.h"
#include "test/errno/map.h"

#define RING 4096u
#define PAGE 4096u
#define DATA (2 * PAGE)
#define OUTPUT(size, flags) \
	ST(BPF_DW, 10, -8, size), MAP(1, ring), MOVR(2, 10), ADD(2, -8), MOV(3, size), MOV(4, flags), \
	CALL(BPF_FUNC_ringbuf_output)
#define RESERVE(size, flags) MAP(1, ring), MOV(2, size), MOV(3, flags), CALL(BPF_FUNC_ringbuf_reserve)
#define QUERY(flags) MAP(1, ring), MOV(2, flags), CALL(BPF_FUNC_ringbuf_query)
#define RESERVE_DYNPTR(size, flags)                                                                          \
	MAP(1, ring), MOV(2, size), MOV(3, flags), MOVR(4, 10), ADD(4, -16),                                 \
		CALL(BPF_FUNC_ringbuf_reserve_dynptr)
#define DYNPTR_END(func) MOVR(1, 10), ADD(1, -16), MOV(2, 0), CALL(func)

static int ring;

static long make_ring(unsigned type, unsigned size)
{
	union bpf_attr attr = {.map_type = type, .max_entries = size};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static uint64_t word(uint64_t off)
{
	uint64_t value = 0xbad;

	sys_load(ring, off, &value, sizeof(value));
	return value;
}

static void put(uint64_t off, uint64_t value)
{
	line(sys_store(ring, off, &value, sizeof(value)), "store at %u", (unsigned)off);
}

static void positions(void)
{
	note("    consumer %u producer %u", (unsigned)word(0), (unsigned)word(PAGE));
}

/* The header and first 8 bytes of a record. */
static void record(uint64_t pos)
{
	uint64_t header = word(DATA + pos % RING), data = word(DATA + pos % RING + 8);

	note("    at %u: len 0x%x pages %u data 0x%llx", (unsigned)pos, (unsigned)header,
	     (unsigned)(header >> 32), (unsigned long long)data);
}

static void elements(const char *name, long map)
{
	uint64_t value[2] = {0};

	line(elem(BPF_MAP_LOOKUP_ELEM, map, NULL, value, 0), "%s: lookup", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, map, value, value, 0), "%s: lookup with a key", name);
	line(elem(BPF_MAP_UPDATE_ELEM, map, NULL, value, 0), "%s: update", name);
	line(elem(BPF_MAP_UPDATE_ELEM, map, value, value, 0), "%s: update with a key", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, NULL, NULL, 0), "%s: delete", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, value, 0), "%s: next key", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, NULL, value, 0), "%s: lookup and delete", name);
}

static void mappings(const char *name, long map)
{
	uint64_t zero = 0;

	for (unsigned page = 0; page < 6; page++) {
		line(sys_load(map, page * PAGE, &zero, 8), "%s: load from page %u", name, page);
		zero = 0;
		line(sys_store(map, page * PAGE, &zero, 8), "%s: store into page %u", name, page);
	}
}

static void no_mappings(void)
{
	long array = make(BPF_MAP_TYPE_HASH, 3, 0);
	struct bpf_insn insns[] = {MOV(0, 0), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	long prog;
	char c;

	attr.insns = U64(insns);
	prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	line(sys_load(array, 0, &c, 1), "load from a hash");
	line(sys_load(prog, 0, &c, 1), "load from a program");
	line(sys_load(999, 0, &c, 1), "load from no file");
}

static void output(void)
{
	ring = make_ring(BPF_MAP_TYPE_RINGBUF, RING);
	line(RUN(OUTPUT(8, 0), EXIT), "output 8");
	positions();
	record(0);
	line(RUN(OUTPUT(3, 0), EXIT), "output 3");
	line(RUN(OUTPUT(8, BPF_RB_NO_WAKEUP), EXIT), "output no wakeup");
	line(RUN(OUTPUT(8, BPF_RB_FORCE_WAKEUP), EXIT), "output force wakeup");
	line(RUN(OUTPUT(8, 3), EXIT), "output both");
	line(RUN(OUTPUT(8, 4), EXIT), "output flags 4");
	line(RUN(OUTPUT(0, 0), EXIT), "output 0");
	positions();
	for (uint64_t pos = 0; pos < word(PAGE);
	     pos += (((unsigned)word(DATA + pos) & 0x3fffffff) + 15) / 8 * 8)
		record(pos);
	for (unsigned flags = 0; flags < 5; flags++)
		line(RUN(QUERY(flags), EXIT), "query %u", flags);
	put(0, 16);
	for (unsigned flags = 0; flags < 5; flags++)
		line(RUN(QUERY(flags), EXIT), "query %u", flags);
}

static long fill_one(unsigned size, unsigned end, unsigned flags)
{
	return RUN(RESERVE(size, 0), JNE(0, 0, 1), EXIT, ST(BPF_DW, 0, 0, size), MOVR(1, 0), MOV(2, flags),
		   CALL(end), MOV(0, 1), EXIT);
}

static void reserve(void)
{
	static const unsigned sizes[] = {8, 1000, 3000, 16, 2000, 4080, 4088, 4089, 5000};

	ring = make_ring(BPF_MAP_TYPE_RINGBUF, RING);
	line(RUN(RESERVE(8, 1), JNE(0, 0, 1), EXIT, MOVR(1, 0), MOV(2, 0), CALL(BPF_FUNC_ringbuf_submit),
		 MOV(0, 1), EXIT),
	     "reserve, flags 1");
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		uint64_t pos = word(PAGE);

		line(fill_one(sizes[i], i % 3 == 2 ? BPF_FUNC_ringbuf_discard : BPF_FUNC_ringbuf_submit, 0),
		     "reserve %u", sizes[i]);
		positions();
		if (word(PAGE) != pos)
			record(pos);
		put(0, word(PAGE));
	}
	put(0, word(PAGE) - 8);
	line(fill_one(4080, BPF_FUNC_ringbuf_submit, 0), "reserve 4080 with 8 bytes unread");
	put(0, word(PAGE) + 4096);
	line(fill_one(8, BPF_FUNC_ringbuf_submit, 0), "reserve, the consumer is ahead");
	positions();
}

/* The second record is ready before the first. */
static void order(void)
{
	ring = make_ring(BPF_MAP_TYPE_RINGBUF, RING);
	line(RUN(RESERVE(8, 0), JNE(0, 0, 1), EXIT, MOVR(6, 0), ST(BPF_DW, 6, 0, 0x111), RESERVE(2000, 0),
		 JNE(0, 0, 5), MOVR(1, 6), MOV(2, 0), CALL(BPF_FUNC_ringbuf_discard), MOV(0, 0), EXIT,
		 MOVR(7, 0), ST(BPF_DW, 7, 0, 0x222), MOVR(1, 7), MOV(2, 0), CALL(BPF_FUNC_ringbuf_submit),
		 QUERY(BPF_RB_AVAIL_DATA), MOVR(8, 0), RESERVE(2100, 0), JNE(0, 0, 5), MOVR(1, 6), MOV(2, 0),
		 CALL(BPF_FUNC_ringbuf_discard), MOVR(0, 8), EXIT, MOVR(1, 0), MOV(2, 0),
		 CALL(BPF_FUNC_ringbuf_submit), MOVR(1, 6), MOV(2, 0), CALL(BPF_FUNC_ringbuf_discard),
		 MOV(0, 7), EXIT),
	     "two at once, and a third one that has no room");
	positions();
	record(0);
	record(16);
	put(0, 16);
	line(fill_one(2100, BPF_FUNC_ringbuf_submit, 0), "while the second one is unread");
	put(0, word(PAGE));
	line(fill_one(2100, BPF_FUNC_ringbuf_submit, 0), "when it was read");
	positions();
}

/* Positions a record over the end of the ring and looks at both ends of it. */
static void wrap(void)
{
	ring = make_ring(BPF_MAP_TYPE_RINGBUF, RING);
	line(fill_one(4000, BPF_FUNC_ringbuf_submit, 0), "4000 bytes");
	put(0, word(PAGE));
	line(RUN(RESERVE(104, 0), JNE(0, 0, 1), EXIT, ST(BPF_DW, 0, 0, 1), ST(BPF_DW, 0, 80, 2),
		 ST(BPF_DW, 0, 88, 3), MOVR(1, 0), MOV(2, 0), CALL(BPF_FUNC_ringbuf_submit), MOV(0, 1), EXIT),
	     "over the end");
	positions();
	record(4008);
	note("    last word %u, first word %u, in the second row %u", (unsigned)word(DATA + 4088),
	     (unsigned)word(DATA), (unsigned)word(DATA + RING));
	note("    word 8: %u", (unsigned)word(DATA + 8));
}

static void dynptrs(void)
{
	ring = make_ring(BPF_MAP_TYPE_RINGBUF, RING);
	line(RUN(RESERVE_DYNPTR(8, 0), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_submit_dynptr), MOVR(0, 6),
		 EXIT),
	     "dynptr, submit");
	positions();
	line(RUN(RESERVE_DYNPTR(8, 0), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_discard_dynptr), MOVR(0, 6),
		 EXIT),
	     "dynptr, discard");
	record(0);
	record(16);
	line(RUN(RESERVE_DYNPTR(8, 1), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_submit_dynptr), MOVR(0, 6),
		 EXIT),
	     "dynptr, flags 1");
	line(RUN(RESERVE_DYNPTR(5000, 0), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_submit_dynptr), MOVR(0, 6),
		 EXIT),
	     "dynptr, too large");
	line(RUN(RESERVE_DYNPTR(1 << 24, 0), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_submit_dynptr),
		 MOVR(0, 6), EXIT),
	     "dynptr, 2^24");
	positions();
	for (unsigned off = 0; off < 18; off += 3) {
		line(RUN(RESERVE_DYNPTR(20, 0), ST(BPF_DW, 10, -32, 0x5a), MOVR(1, 10), ADD(1, -16),
			 MOV(2, off), MOVR(3, 10), ADD(3, -32), MOV(4, 8), MOV(5, 0),
			 CALL(BPF_FUNC_dynptr_write), MOVR(6, 0), DYNPTR_END(BPF_FUNC_ringbuf_submit_dynptr),
			 MOVR(0, 6), EXIT),
		     "dynptr write at %u of 20", off);
		line(RUN(RESERVE_DYNPTR(20, 0), MOVR(1, 10), ADD(1, -16), MOV(2, off), MOV(3, 8),
			 CALL(BPF_FUNC_dynptr_data), MOV(6, 0), JEQ(0, 0, 2), MOV(6, 1), ST(BPF_B, 0, 0, 7),
			 DYNPTR_END(BPF_FUNC_ringbuf_discard_dynptr), MOVR(0, 6), EXIT),
		     "dynptr data at %u of 20", off);
		line(RUN(RESERVE_DYNPTR(20, 0), MOVR(1, 10), ADD(1, -32), MOV(2, 8), MOVR(3, 10), ADD(3, -16),
			 MOV(4, off), MOV(5, 0), CALL(BPF_FUNC_dynptr_read), MOVR(6, 0),
			 DYNPTR_END(BPF_FUNC_ringbuf_discard_dynptr), MOVR(0, 6), EXIT),
		     "dynptr read at %u of 20", off);
	}
	record(32);
	line(RUN(RESERVE_DYNPTR(20, 0), MOVR(1, 10), ADD(1, -32), MOV(2, 8), MOVR(3, 10), ADD(3, -16),
		 MOV(4, 0), MOV(5, 1), CALL(BPF_FUNC_dynptr_read), MOVR(6, 0),
		 DYNPTR_END(BPF_FUNC_ringbuf_discard_dynptr), MOVR(0, 6), EXIT),
	     "dynptr read, flags 1");
	line(RUN(RESERVE_DYNPTR(5000, 0), MOVR(1, 10), ADD(1, -32), MOV(2, 8), MOVR(3, 10), ADD(3, -16),
		 MOV(4, 0), MOV(5, 0), CALL(BPF_FUNC_dynptr_read), MOVR(6, 0),
		 DYNPTR_END(BPF_FUNC_ringbuf_discard_dynptr), MOVR(0, 6), EXIT),
	     "read of a dynptr that is none");
}

#define CALLBACK 13

/*
 * The callback adds the first byte of each record to the number on the stack; returns 1
 * at records of 4 bytes.
 */
static long drain(unsigned flags)
{
	struct bpf_insn insns[] = {
		ST(BPF_DW, 10, -8, 0), MAP(1, ring), IMM64(2, BPF_PSEUDO_FUNC, CALLBACK - 4, 0), MOVR(3, 10), ADD(3, -8),
		MOV(4, flags), CALL(BPF_FUNC_user_ringbuf_drain), INSN(BPF_ALU64 | BPF_LSH | BPF_K, 0, 0, 0, 8),
		LDX(BPF_DW, 1, 10, -8), INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 0), EXIT,
		/* the callback */
		MOVR(6, 2), MOVR(3, 1), MOVR(1, 10), ADD(1, -8), ST(BPF_DW, 10, -8, 0), MOV(2, 1), MOV(4, 0), MOV(5, 0),
		CALL(BPF_FUNC_dynptr_read), LDX(BPF_B, 1, 10, -8), LDX(BPF_DW, 2, 6, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_X, 2, 1, 0, 0), STX(BPF_DW, 6, 2, 0), MOV(0, 0), JNE(1, 4, 1), MOV(0, 1), EXIT,
	};

	return run_two(BPF_PROG_TYPE_SCHED_CLS, insns, COUNT(insns), CALLBACK);
}

/* As a producer of user space: a record of @len bytes, the first one @byte. */
static void produce(unsigned len, unsigned char byte)
{
	uint64_t pos = word(PAGE), header = len;

	sys_store(ring, DATA + pos % RING, &header, 8);
	sys_store(ring, DATA + (pos + 8) % RING, &byte, 1);
	pos += ((len & 0x3fffffff) + 15) / 8 * 8;
	sys_store(ring, PAGE, &pos, 8);
}

static void drained(const char *what, unsigned flags)
{
	line(drain(flags), "drain: %s", what);
	positions();
}

static void user_ring(void)
{
	static const unsigned odd[] = {1u << 31 | 8, 1u << 30 | 8, 4096, 5000, 1 << 24};

	ring = make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING);
	drained("empty", 0);
	drained("flags 4", 4);
	drained("flags 3", 3);
	produce(1, 1), produce(8, 2), produce(16, 3);
	drained("three", 0);
	produce(1, 1), produce(8, 4), produce(16, 3);
	drained("stopped by the callback", 0);
	drained("the rest", BPF_RB_FORCE_WAKEUP);
	produce(1u << 30 | 8, 1), produce(8, 2);
	drained("one discarded", 0);
	produce(0, 0);
	drained("of no bytes", 0);
	for (unsigned i = 0; i < COUNT(odd); i++) {
		ring = make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING);
		produce(odd[i], 9);
		drained("an odd one", 0);
	}
	ring = make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING);
	put(PAGE, 4);
	drained("producer at 4", 0);
	put(PAGE, 8);
	drained("8 zero bytes", 0);
	put(PAGE, 0);
	drained("producer behind the consumer", 0);
	ring = make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING);
	produce(4000, 1);
	drained("nearly all of the ring", 0);
	produce(200, 2);
	drained("over the end", 0);
}

int main(void)
{
	elements("ringbuf", make_ring(BPF_MAP_TYPE_RINGBUF, RING));
	elements("user_ringbuf", make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING));
	mappings("ringbuf", make_ring(BPF_MAP_TYPE_RINGBUF, RING));
	mappings("user_ringbuf", make_ring(BPF_MAP_TYPE_USER_RINGBUF, RING));
	no_mappings();
	output();
	reserve();
	order();
	wrap();
	dynptrs();
	user_ring();
	return 0;
}
