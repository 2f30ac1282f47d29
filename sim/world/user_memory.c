/* User memory of simulated tasks: see user_memory.h. */
#include "user_memory.h"

#include "happening.h"
#include "world.h"

#define FIRST_ADDRESS 0x7ffe00001000ull /* in the stack of a process, where arguments are */

u64 user_block_add(struct sim *sim, u32 pid, u8 *data, u32 size)
{
	struct user_blocks *blocks = &sim->world->user;
	struct user_block *block = &blocks->block[blocks->count];

	if (blocks->count == USER_BLOCKS)
		return 0;
	if (!blocks->count)
		blocks->next = FIRST_ADDRESS;
	*block = (struct user_block){.pid = pid, .size = size, .uaddr = blocks->next, .data = data};
	blocks->count++;
	blocks->next += round_up_u64(size, 16) + 16;
	return block->uaddr;
}

void user_blocks_clear(struct sim *sim, u32 pid)
{
	struct user_blocks *blocks = &sim->world->user;
	u32 kept = 0;

	for (u32 i = 0; i < blocks->count; i++)
		if (blocks->block[i].pid != pid)
			blocks->block[kept++] = blocks->block[i];
	memset(&blocks->block[kept], 0, (blocks->count - kept) * sizeof(blocks->block[0]));
	blocks->count = kept;
}

static const struct user_block *find(const struct sim *sim, u32 pid, u64 uaddr)
{
	const struct user_blocks *blocks = &sim->world->user;

	for (u32 i = 0; i < blocks->count; i++)
		if (blocks->block[i].pid == pid && uaddr - blocks->block[i].uaddr < blocks->block[i].size)
			return &blocks->block[i];
	return NULL;
}

int user_read_bytes(const struct sim *sim, u32 pid, void *dst, u64 uaddr, u64 n)
{
	const struct user_block *block = find(sim, pid, uaddr);

	if (!n)
		return 0;
	if (!block || n > block->size - (uaddr - block->uaddr))
		return -EFAULT;
	memcpy(dst, block->data + (uaddr - block->uaddr), n);
	return 0;
}

int user_write_bytes(struct sim *sim, u32 pid, u64 uaddr, const void *src, u64 n)
{
	const struct user_block *block = find(sim, pid, uaddr);

	if (!n)
		return 0;
	if (!block || n > block->size - (uaddr - block->uaddr))
		return -EFAULT;
	memcpy(block->data + (uaddr - block->uaddr), src, n);
	return 0;
}

s64 user_read_string(const struct sim *sim, u32 pid, char *dst, u64 uaddr, u64 cap)
{
	const struct user_block *block = find(sim, pid, uaddr);
	u64 room, len;

	if (!block || !cap)
		return -EFAULT;
	room = min_u64(cap, block->size - (uaddr - block->uaddr));
	len = strnlen((const char *)block->data + (uaddr - block->uaddr), room);
	if (len == room && room < cap)
		return -EFAULT;
	len = min_u64(len, cap - 1);
	memcpy(dst, block->data + (uaddr - block->uaddr), len);
	dst[len] = 0;
	return len + 1;
}
