/*
 * A bucket of a hash table: a chain of elements, as long as it needs to be.
 *
 * Mirrors struct bucket of kernel/bpf/hashtab.c, which has the first element's address and a lock. Here it is
 * one word with two short references, to the first two elements, and eight bits of the first one's hash: so
 * the element that is looked for is mostly the only one that is touched, and a million buckets fit a cache.
 * The chain itself (next) is whole without it, for those who walk along it.
 */
#ifndef SIM_MAPS_BUCKET_H
#define SIM_MAPS_BUCKET_H

#include "htab.h"

#define ELEM_ALIGN 16u
#define REF_BITS 28u
#define REF_MASK ((1ull << REF_BITS) - 1)

static_assert(ARENA_SIZE / ELEM_ALIGN <= REF_MASK + 1, "every element of the arena has a reference");

/* Bits 0 to 27: the first element, 28 to 55: the second; 0: there is none. From 56: hash >> 24 of the first. */
struct htab_bucket {
	u64 word;
};

static inline struct htab_elem *bucket_elem(u64 ref)
{
	return ref ? (struct htab_elem *)(ARENA_BASE + ref * ELEM_ALIGN) : NULL;
}

static inline u64 bucket_ref(const struct htab_elem *e)
{
	return e ? ((u64)e - ARENA_BASE) / ELEM_ALIGN : 0;
}

static inline struct htab_elem *bucket_first(const struct htab_bucket *b)
{
	return bucket_elem(b->word & REF_MASK);
}

/* Where an element with this hash most likely is: the first, or else the second. NULL: it is not there. */
static inline struct htab_elem *bucket_guess(const struct htab_bucket *b, u32 hash)
{
	u64 word = b->word, second = word >> REF_BITS;

	return bucket_elem((word >> 56 == hash >> 24 ? word : second) & REF_MASK);
}

static inline void bucket_set(struct htab_bucket *b, const struct htab_elem *first, u64 second_ref)
{
	b->word = first ? bucket_ref(first) | second_ref << REF_BITS | (u64)(first->hash >> 24) << 56 : 0;
}

/* As the first. */
static inline void bucket_add(struct htab_bucket *b, struct htab_elem *e)
{
	e->next = bucket_first(b);
	bucket_set(b, e, b->word & REF_MASK);
}

/* Takes @e out; its `next` stays. */
static inline void bucket_remove(struct htab_bucket *b, struct htab_elem *e)
{
	struct htab_elem *before = bucket_first(b), *first = before == e ? e->next : before;

	while (before != e && before->next != e)
		before = before->next;
	if (before != e)
		before->next = e->next;
	bucket_set(b, first, first ? bucket_ref(first->next) : 0);
}

/* @e takes the first place, and @old, of the same hash, is taken out. */
static inline void bucket_replace(struct htab_bucket *b, struct htab_elem *old, struct htab_elem *e)
{
	struct htab_elem *first = bucket_first(b);

	if (first == old) {
		e->next = old->next;
		b->word = (b->word & ~REF_MASK) | bucket_ref(e);
	} else if (first->next == old) {
		first->next = old->next;
		e->next = first;
		bucket_set(b, e, b->word & REF_MASK);
	} else {
		bucket_remove(b, old);
		bucket_add(b, e);
	}
}

#endif
