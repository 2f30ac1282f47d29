/*
 * Regions and faults: which memory a program may touch, and what is wrong when it touches other memory.
 *
 * The interpreter asks before every access of an unverified program; views use the same answer to show an
 * address as "fp-8", "pkt+14", "map counts[6]+0", "ctx+16".
 */
#ifndef SIM_MEM_H
#define SIM_MEM_H

#include "object.h"

enum region_kind {
	REGION_NONE,
	REGION_STACK,      /* a frame of the running program; offsets count down from the frame pointer */
	REGION_CTX,        /* the context, as the program sees it (uapi layout) */
	REGION_PACKET,     /* from data to data_end */
	REGION_PACKET_META,/* from data_meta to data */
	REGION_MAP_VALUE,  /* one value of a map */
	REGION_MAP,        /* the struct bpf_map itself: for helpers, not for loads */
	REGION_SOCK,       /* the context's socket, as the program sees it (struct bpf_sock) */
	REGION_MAP_KEY,    /* the key that a function called by bpf_for_each_map_elem was given */
	REGION_MEMORY,     /* plain memory handed to the program (the conformance plugin's) */
};

#define REGION_READ 1
#define REGION_WRITE 2

struct region {
	u8 kind;           /* enum region_kind */
	u8 access;         /* REGION_READ | REGION_WRITE */
	u8 frame;          /* stack: number of the frame, 0 = the program's main function */
	u64 base, size;
	struct obj *obj;   /* the map, or NULL */
	u64 key;           /* map value: address of the key's bytes; arrays: the index; rings: the position */
};

enum fault_kind {
	FAULT_NONE,
	FAULT_ACCESS,       /* read or write outside of every region, or beyond a region's end */
	FAULT_READONLY,     /* write to memory that may only be read */
	FAULT_CTX_FIELD,    /* no such field of the context, or not writable */
	FAULT_INSN,         /* pc outside of the program, or an instruction that does not exist */
	FAULT_HELPER,       /* unknown helper, or an argument against its contract */
	FAULT_CALL_DEPTH,   /* more than 8 frames */
	FAULT_RUNAWAY,      /* more instructions than the limit for one run */
	FAULT_DEADLOCK,     /* waits for a lock that will never be given back */
};

struct fault {
	u8 kind;            /* enum fault_kind */
	bool write;
	u32 pc;             /* slot of the instruction */
	u64 addr;
	u32 size;           /* bytes of the access */
	struct region region; /* the region that the address lies in or next to; kind NONE if there is none */
	char text[160];     /* the sentence: what was found, what was expected */
};

/*
 * Reads kernel memory at an address that may be anything (copy_from_kernel_nofault): 0, or -EFAULT when not
 * all of it lies in one live block of the arena.
 */
int mem_read(const struct sim *sim, void *dst, u64 addr, u64 n);
/*
 * A string at such an address (strncpy_from_kernel_nofault): bytes with the terminator, or -EFAULT. Longer
 * ones are cut at @cap and terminated.
 */
s64 mem_read_string(const struct sim *sim, char *dst, u64 addr, u64 cap);

#endif
