/* Reading memory at addresses that may be wrong: see mem.h. Mirrors mm/maccess.c. */
#include "mem.h"

int mem_read(const struct sim *sim, void *dst, u64 addr, u64 n)
{
	struct arena_block block;

	if (!n)
		return 0;
	if (!arena_find(sim->arena, addr, &block) || n > block.size - (addr - block.base))
		return -EFAULT;
	memcpy(dst, (const void *)addr, n);
	return 0;
}

s64 mem_read_string(const struct sim *sim, char *dst, u64 addr, u64 cap)
{
	struct arena_block block;
	u64 room, len;

	assert(cap > 0);
	if (!arena_find(sim->arena, addr, &block))
		return -EFAULT;
	room = min_u64(cap, block.size - (addr - block.base));
	len = strnlen((const char *)addr, room);
	if (len == room && room < cap)
		return -EFAULT;
	if (len == cap)
		len--;
	memcpy(dst, (const char *)addr, len);
	dst[len] = 0;
	return len + 1;
}
