/*
 * The arena: the one block of memory that holds every mutable byte of the simulated kernel.
 *
 * A snapshot is a copy of its used pages, so whatever lives here can be taken back. Rules:
 *  - The owner maps it at ARENA_BASE (one live simulation per process); addresses inside are host
 *    addresses, and they are the "kernel addresses" that a program's registers hold.
 *  - Nothing in here may hold an address outside: functions and tables are referred to by number.
 *  - Memory is zero when handed out. Same calls, same addresses: replay depends on it.
 *  - Every block carries a tag and an owner, so that any address can be told what it belongs to (arena_find).
 */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include "base.h"

#define ARENA_BASE 0x500000000000ull
#define ARENA_SIZE (4ull << 30)
#define ARENA_PAGE 4096u

struct arena;

/* What a block is, for views and for the checks of unverified programs. */
enum arena_tag {
	TAG_FREE,
	TAG_KERNEL,    /* kernel-internal: no program may touch it */
	TAG_MAP,       /* a struct map; an array's values stand inside its block */
	TAG_MAP_ELEM,  /* one element of the map that owns it */
	TAG_STACK,     /* the stack of a CPU's running program */
	TAG_CTX,       /* a context object: sk_buff, xdp_buff, ... */
	TAG_PACKET,    /* packet bytes with their headroom and tailroom */
	TAG_SOCK,      /* a struct sock */
	TAG_OBJECT,    /* a kernel object that programs follow pointers into: world/kernel_objects.h */
};

struct arena_block {
	u64 base, size;  /* the bytes that were asked for */
	u8 tag;          /* enum arena_tag */
	void *owner;     /* as given to arena_alloc */
};

/*
 * Where Linux has its memory. Text that is Linux's own, as the verifier's log, shows addresses of the arena
 * as if they lay there.
 */
#define KERNEL_BASE 0xffff888000000000ull

/* Makes an arena in @mem (ARENA_BASE, @size bytes, all zero). */
struct arena *arena_init(void *mem, u64 size);

/*
 * Zero-filled memory, aligned to 16 bytes, or NULL when the arena is full (callers answer -ENOMEM).
 * @owner is an arena address or NULL.
 */
void *arena_alloc(struct arena *a, u64 size, enum arena_tag tag, void *owner);
/* The same, with the first byte at the start of a page. */
void *arena_alloc_pages(struct arena *a, u64 size, enum arena_tag tag, void *owner);
/* Names another owner, for a block that owns itself: its address is not known before it is there. */
void arena_own(void *p, void *owner);
/* @p: from arena_alloc*, or NULL. */
void arena_free(struct arena *a, void *p);

/*
 * A grace period (RCU): while it is held, freed blocks stay what they are, because a running program may have
 * their address; the last release frees them. Holds are counted.
 */
void arena_hold(struct arena *a);
void arena_release(struct arena *a);

/* Which live block holds @addr? False when none does. */
bool arena_find(const struct arena *a, u64 addr, struct arena_block *found);

/*
 * The pages that snapshots copy and sim_hash reads: index 0 .. arena_pages()-1 are all pages in use so far
 * (a page freed later stays counted). The count never shrinks except by restoring a snapshot.
 */
u64 arena_pages(const struct arena *a);
u8 *arena_page(const struct arena *a, u64 index);

/* Bytes handed out and not freed. */
u64 arena_live_bytes(const struct arena *a);

#endif
