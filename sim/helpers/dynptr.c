/*
 * Dynptrs: a piece of memory together with its length, checked when it is used. Mirrors the dynptr part of
 * kernel/bpf/helpers.c.
 */
#include "dynptr.h"

#include "helper.h"

#define KIND_SHIFT 28
#define SIZE_MASK DYNPTR_MAX_SIZE

void dynptr_init(struct dynptr *ptr, u64 data, enum dynptr_kind kind, u32 size)
{
	*ptr = (struct dynptr){.data = data, .size = size | (u32)kind << KIND_SHIFT};
}

/* Where [@offset, @offset + @len) of it lies; 0: not inside. */
static u64 part(const struct dynptr *ptr, u32 offset, u32 len)
{
	u32 size = ptr->size & SIZE_MASK;

	return len <= size && offset <= size - len ? ptr->data + ptr->offset + offset : 0;
}

HELPER_FN(dynptr_from_mem)
{
	struct dynptr *ptr = (struct dynptr *)r4;
	u32 size = r2;

	UNUSED_ARGS();
	*ptr = (struct dynptr){0};
	if (size > DYNPTR_MAX_SIZE)
		return -E2BIG;
	if (r3)
		return -EINVAL;
	dynptr_init(ptr, r1, DYNPTR_KIND_LOCAL, size);
	return 0;
}

HELPER_FN(dynptr_read)
{
	const struct dynptr *src = (const struct dynptr *)r3;
	u32 len = r2;
	u64 from = part(src, r4, len);

	UNUSED_ARGS();
	if (!src->data || r5)
		return -EINVAL;
	if (!from)
		return -E2BIG;
	memmove((void *)r1, (const void *)from, len);
	return 0;
}

HELPER_FN(dynptr_write)
{
	const struct dynptr *dst = (const struct dynptr *)r1;
	u32 len = r4;
	u64 to = part(dst, r2, len);

	UNUSED_ARGS();
	if (!dst->data || r5)
		return -EINVAL;
	if (!to)
		return -E2BIG;
	memmove((void *)to, (const void *)r3, len);
	return 0;
}

HELPER_FN(dynptr_data)
{
	const struct dynptr *ptr = (const struct dynptr *)r1;

	UNUSED_ARGS();
	return ptr->data ? part(ptr, r2, r3) : 0;
}
