/*
 * A bucket of a hash table: a chain of elements, as long as it needs to be.
 *
 * Mirrors struct bucket of kernel/bpf/hashtab.c, which has the first element's address and a lock. Here it is
 * two short references, to the first two elements, each with four bits of the element's hash: so the element
 * that is looked for is mostly the only one that is touched, and a million buckets fit a cache. The chain
 * itself (next) is whole without them, for those who walk along it.
 */
#ifndef SIM_MAPS_BUCKET_H
#define SIM_MAPS_BUCKET_H

#include "htab.h"

#define ELEM_ALIGN 16u
#define TAG_MASK (ELEM_ALIGN - 1)

static_assert(ARENA_SIZE <= 1ull << 32 && ARENA_BASE % (1ull << 32) == 0, "an element's reference is 32 bits");

/* The lower half of the element's address, in its lowest bits the tag; 0: there is none. */
struct htab_bucket {
	u32 first, second;
};

/* The hash's upper bits: the lower ones are the same all along a chain. */
static inline u32 bucket_tag(u32 hash)
{
	return hash >> 28;
}

static inline struct htab_elem *bucket_elem(u32 ref)
{
	return ref ? (struct htab_elem *)(ARENA_BASE + (ref & ~TAG_MASK)) : NULL;
}

static inline u32 bucket_ref(const struct htab_elem *e)
{
	return e ? (u32)(u64)e | bucket_tag(e->hash) : 0;
}

static inline struct htab_elem *bucket_first(const struct htab_bucket *b)
{
	return bucket_elem(b->first);
}

/* Of two ways the CPU could not guess one: the compiler is to take a conditional move. */
#define EITHER(condition) __builtin_expect_with_probability(condition, 1, 0.5)

/* Where an element with this hash is: here, or behind it in the chain. NULL: it is not there. */
static inline struct htab_elem *bucket_guess(const struct htab_bucket *b, u32 hash)
{
	u32 first = b->first, second = b->second;

	return bucket_elem(EITHER((first ^ bucket_tag(hash)) & TAG_MASK) ? second : first);
}

/* As the first. */
static inline void bucket_add(struct htab_bucket *b, struct htab_elem *e)
{
	e->next = bucket_first(b);
	*b = (struct htab_bucket){bucket_ref(e), b->first};
}

/* Takes @e out; its `next` stays. */
static inline void bucket_remove(struct htab_bucket *b, struct htab_elem *e)
{
	struct htab_elem *before = bucket_first(b), *first = before == e ? e->next : before;

	while (before != e && before->next != e)
		before = before->next;
	if (before != e)
		before->next = e->next;
	*b = (struct htab_bucket){bucket_ref(first), first ? bucket_ref(first->next) : 0};
}

/*
 * @e takes the first place, and @old, of the same hash, is taken out. One branch, which mostly goes the same way,
 * for whether the old one is the first or the second: then the product is 0.
 */
static inline void bucket_replace(struct htab_bucket *b, struct htab_elem *old, struct htab_elem *e)
{
	u32 gone = bucket_ref(old), first = b->first, second = b->second;
	struct htab_elem *before;

	if (__builtin_expect((u64)(first ^ gone) * (second ^ gone) != 0, false)) {
		bucket_remove(b, old);
		bucket_add(b, e);
		return;
	}
	e->next = bucket_elem(first);
	before = EITHER(first == gone) ? e : e->next;
	before->next = old->next;
	*b = (struct htab_bucket){bucket_ref(e), EITHER(first == gone) ? second : first};
}

#endif
