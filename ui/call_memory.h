/*
 * The memory of the process that its system calls point to, kept while a life is recorded: later calls use
 * the same addresses again, and what the process wrote there is no input of the machine but for what the
 * kernel copied.
 */
#ifndef UI_CALL_MEMORY_H
#define UI_CALL_MEMORY_H

#include "attr.h"

struct debug;
struct debug_call;

enum part_kind {
	PART_BYTES,
	PART_INSNS,
	PART_TEXT,  /* terminated by a zero, which is counted */
	PART_FUNCS, /* struct bpf_func_info */
	PART_LINES, /* struct bpf_line_info */
	PART_KEY,
	PART_VALUE,
};

/* What one field points to. */
struct call_part {
	struct call_part *next;
	u32 call; /* debug_call.number */
	const struct attr_field *field;
	u8 kind; /* enum part_kind */
	bool written; /* by the kernel: as it was when the call had ended */
	u64 uaddr;
	u32 whole, len; /* bytes; how many of them were kept */
	u8 bytes[];
};

/* To be called when a call begins (@after: when it is over), while the process's memory is that of this call.
 */
void call_memory_take(struct debug *d, const struct debug_call *call, bool after);
/* What @field of that call points to; NULL: it is not known. */
const struct call_part *call_part_of(const struct debug *d, const struct debug_call *call,
				     const struct attr_field *field);
void call_memory_free(struct debug *d);

#endif
