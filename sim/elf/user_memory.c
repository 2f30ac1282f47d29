/* The memory of a simulated user process: see user_memory.h. */
#include <stdlib.h>

#include "user_memory.h"

struct user_memory *user_memory_new(void)
{
	return calloc(1, sizeof(struct user_memory));
}

void user_memory_free(struct user_memory *user)
{
	if (!user)
		return;
	free(user->heap);
	free(user);
}

void user_reset(struct user_memory *user)
{
	memset(user->stack, 0, sizeof(user->stack));
	if (user->used)
		memset(user->heap, 0, user->used);
	user->used = 0;
}

static bool grow(struct user_memory *user, u64 need)
{
	u64 room = user->room ? user->room : USER_STACK_SIZE;
	u8 *heap;

	while (room < need)
		room *= 2;
	if (room == user->room)
		return true;
	heap = realloc(user->heap, room);
	if (!heap)
		return false;
	memset(heap + user->room, 0, room - user->room);
	user->heap = heap;
	user->room = room;
	return true;
}

u64 user_alloc(struct user_memory *user, u64 n)
{
	u64 at = user->used, end;

	if (n > USER_HEAP_MAX - at)
		return 0;
	end = round_up_u64(at + (n ? n : 1), USER_ALIGN);
	if (end > USER_HEAP_MAX || !grow(user, end))
		return 0;
	user->used = end;
	return USER_HEAP + at;
}

u64 user_put(struct user_memory *user, const void *src, u64 n)
{
	u64 address = user_alloc(user, n);

	if (address && n)
		memcpy(user->heap + (address - USER_HEAP), src, n);
	return address;
}

u64 user_put_attr(struct user_memory *user, const void *attr, u64 n)
{
	assert(n <= USER_STACK_SIZE);
	memcpy(user->stack, attr, n);
	return USER_STACK;
}

/* The same for const and not: the memory itself is never const. */
static u8 *at(const struct user_memory *user, u64 uaddr, u64 n)
{
	if (uaddr >= USER_STACK && uaddr - USER_STACK <= USER_STACK_SIZE &&
	    n <= USER_STACK_SIZE - (uaddr - USER_STACK))
		return (u8 *)user->stack + (uaddr - USER_STACK);
	if (uaddr >= USER_HEAP && uaddr - USER_HEAP <= user->used && n <= user->used - (uaddr - USER_HEAP))
		return user->heap + (uaddr - USER_HEAP);
	return NULL;
}

const void *user_at(const struct user_memory *user, u64 uaddr, u64 n)
{
	return at(user, uaddr, n);
}

int user_read(const struct user_memory *user, void *dst, u64 uaddr, u64 n)
{
	const u8 *src = at(user, uaddr, n);

	if (n && !src)
		return -EFAULT;
	if (n)
		memcpy(dst, src, n);
	return 0;
}

int user_write(struct user_memory *user, u64 uaddr, const void *src, u64 n)
{
	u8 *dst = at(user, uaddr, n);

	if (n && !dst)
		return -EFAULT;
	if (n)
		memcpy(dst, src, n);
	return 0;
}

int user_place(struct user_memory *user, u64 uaddr, const void *src, u64 n)
{
	u64 from = uaddr - USER_HEAP;

	if (uaddr >= USER_HEAP && from < USER_HEAP_MAX && n <= USER_HEAP_MAX - from && from + n > user->used &&
	    grow(user, from + n))
		user->used = from + n;
	return user_write(user, uaddr, src, n);
}
