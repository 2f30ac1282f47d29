/* Which memory an address belongs to, and how it is shown: see mem.h and vm.h. */
#include "internal.h"

static const struct region no_region;

/* Is all of [addr, addr + size) in it? */
static bool inside(const struct region *region, u64 addr, u64 size)
{
	return addr - region->base <= region->size && size <= region->size - (addr - region->base);
}

static bool found(struct region *region, const struct region *what, u64 addr, u64 size)
{
	*region = *what;
	return inside(what, addr, size);
}

/* The frame of the stack that holds @addr; above the first frame it is the nearest. */
static bool find_frame(const struct vm *vm, u64 addr, struct region *region)
{
	u64 stack = (u64)vm->stack, top = vm_frame_top(vm, 0);
	u64 lowest = vm_frame_top(vm, vm->frame + 1);
	u32 frame;

	if (addr - (stack - VM_FRAME_SIZE) >= top + VM_FRAME_SIZE - (stack - VM_FRAME_SIZE))
		return false;
	frame = addr >= top ? 0 : addr < lowest ? vm->frame : (top - 1 - addr) / VM_FRAME_SIZE;
	*region = (struct region){
		.kind = REGION_STACK,
		.access = REGION_READ | REGION_WRITE,
		.frame = frame,
		.base = vm_frame_top(vm, frame + 1),
		.size = VM_FRAME_SIZE,
	};
	return true;
}

static bool is_near(u64 addr, u64 base, u64 end)
{
	return base && addr - (base - VM_FRAME_SIZE) < end - base + 2 * VM_FRAME_SIZE;
}

/* The regions that the run itself has: context, packet, memory. */
static bool find_own(const struct vm *vm, u64 addr, struct region *region)
{
	u8 packet_access = vm->packet_readonly ? REGION_READ : REGION_READ | REGION_WRITE;
	const struct region own[] = {
		{.kind = REGION_CTX, .access = REGION_READ | REGION_WRITE, .base = vm->ctx, .size = vm->ctx_size},
		{.kind = REGION_PACKET_META, .access = REGION_READ | REGION_WRITE, .base = vm->packet_meta,
		 .size = vm->packet - vm->packet_meta},
		{.kind = REGION_PACKET, .access = packet_access, .base = vm->packet,
		 .size = vm->packet_end - vm->packet},
		{.kind = REGION_MEMORY, .access = REGION_READ | REGION_WRITE, .base = vm->memory,
		 .size = vm->memory_size},
	};
	const struct region *nearest = &no_region;

	for (u32 i = 0; i < ARRAY_SIZE(own); i++) {
		if (!own[i].base || (own[i].kind == REGION_PACKET_META && !own[i].size))
			continue;
		if (addr - own[i].base < own[i].size) {
			*region = own[i];
			return true;
		}
		if (is_near(addr, own[i].base, own[i].base + own[i].size))
			nearest = &own[i];
	}
	*region = *nearest;
	return nearest->kind != REGION_NONE;
}

static u8 map_access(const struct map *map)
{
	if (map->k.map_flags & BPF_F_RDONLY_PROG)
		return REGION_READ;
	return map->k.map_flags & BPF_F_WRONLY_PROG ? REGION_WRITE : REGION_READ | REGION_WRITE;
}

static bool find_in_map(const struct vm *vm, const struct sim *sim, u64 addr, struct region *region)
{
	struct arena_block block;
	struct map *map;

	(void)vm;
	if (!arena_find(sim->arena, addr, &block) || (block.tag != TAG_MAP && block.tag != TAG_MAP_ELEM))
		return false;
	map = block.owner;
	*region = (struct region){.obj = &map->obj};
	if (map_ops(map)->locate && map_ops(map)->locate(map, &block, addr, region)) {
		region->kind = REGION_MAP_VALUE;
		region->access = map_access(map);
		region->obj = &map->obj;
		return true;
	}
	region->kind = REGION_MAP;
	region->access = 0;
	region->base = (u64)&map->k;
	region->size = sizeof(map->k);
	return true;
}

bool vm_find_region(const struct sim *sim, u64 addr, u64 size, struct region *region)
{
	const struct vm *vm = sim->vm;
	struct region own = no_region;

	if (find_frame(vm, addr, region))
		return inside(region, addr, size);
	if (find_own(vm, addr, &own) && addr - own.base < own.size)
		return found(region, &own, addr, size);
	if (find_in_map(vm, sim, addr, region))
		return inside(region, addr, size) && region->kind == REGION_MAP_VALUE;
	*region = own;
	return false;
}

bool vm_may_access(struct sim *sim, u64 addr, u32 size, bool write)
{
	const struct vm *vm = sim->vm;
	struct region region;

	if (addr - vm->packet < vm->packet_end - vm->packet && size <= vm->packet_end - addr &&
	    !(write && vm->packet_readonly))
		return true;
	if (!vm_find_region(sim, addr, size, &region) || region.kind == REGION_CTX ||
	    !(region.access & (write ? REGION_WRITE : REGION_READ)))
		return vm_fault_access(sim, addr, size, write);
	return true;
}

/* --- showing --- */

static void add_offset(struct text *out, const char *name, s64 offset)
{
	text_add(out, "%s%+lld", name, (long long)offset);
}

/* Integers for keys that have the size of one, else hex. */
static void add_key(const struct map *map, u64 key, struct text *out)
{
	const u8 *bytes = (const u8 *)key;
	u32 size = map->k.key_size;
	u64 number = 0;

	if (map_ops(map)->traits & MAP_TRAIT_ARRAY) {
		text_add(out, "%llu", (unsigned long long)key);
		return;
	}
	if (size == 1 || size == 2 || size == 4 || size == 8) {
		memcpy(&number, bytes, size);
		text_add(out, "%llu", (unsigned long long)number);
		return;
	}
	for (u32 i = 0; i < size && i < 16; i++)
		text_add(out, "%02x", bytes[i]);
	if (size > 16)
		text_add(out, "..");
}

static void add_map(const struct region *region, struct text *out)
{
	const struct map *map = container_of(region->obj, struct map, obj);

	if (map->obj.name[0])
		text_add(out, "map %s", map->obj.name);
	else
		text_add(out, "map %u", map->obj.id);
	if (region->kind != REGION_MAP_VALUE)
		return;
	text_add(out, "[");
	add_key(map, region->key, out);
	text_add(out, "]");
}

static void add_frame(const struct vm *vm, const struct region *region, u64 addr, struct text *out)
{
	s64 offset = addr - (region->base + region->size);

	if (region->frame != vm->frame)
		text_add(out, "fp[%u]", region->frame);
	else
		text_add(out, "fp");
	text_add(out, "%+lld", (long long)offset);
}

void vm_format_address(const struct sim *sim, u64 addr, struct text *out)
{
	struct region region;
	s64 offset;

	vm_find_region(sim, addr, 0, &region);
	offset = addr - region.base;
	switch (region.kind) {
	case REGION_STACK:
		add_frame(sim->vm, &region, addr, out);
		break;
	case REGION_CTX:
		add_offset(out, "ctx", offset);
		break;
	case REGION_PACKET:
		add_offset(out, "pkt", offset);
		break;
	case REGION_PACKET_META:
		add_offset(out, "pkt_meta", offset);
		break;
	case REGION_MEMORY:
		add_offset(out, "mem", offset);
		break;
	case REGION_MAP:
	case REGION_MAP_VALUE:
		add_map(&region, out);
		add_offset(out, "", offset);
		break;
	default:
		text_add(out, "0x%llx", (unsigned long long)addr);
	}
}
