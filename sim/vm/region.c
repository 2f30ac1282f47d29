/* Which memory an address belongs to, and how it is shown: see mem.h and vm.h. */
#include "../maps/htab.h"
#include "internal.h"

static const struct region no_region;

/* Is all of [addr, addr + size) in it? */
static bool inside(const struct region *region, u64 addr, u64 size)
{
	return addr - region->base <= region->size && size <= region->size - (addr - region->base);
}

/* As written: frames of 512 bytes, one below the other; above the first frame it is the nearest. */
static bool find_written_frame(const struct vm *vm, u64 addr, u32 *frame)
{
	u64 stack = (u64)vm->stack, top = vm_frame_top(vm, 0);
	u64 lowest = vm_frame_top(vm, vm->frame + 1);

	*frame = addr >= top ? 0 : addr < lowest ? vm->frame : (top - 1 - addr) / VM_FRAME_SIZE;
	return addr - (stack - VM_FRAME_SIZE) < top + VM_FRAME_SIZE - (stack - VM_FRAME_SIZE);
}

/* Translated: a frame reaches from its r10 down to the next one's. */
static bool find_translated_frame(const struct vm *vm, u64 addr, u32 *frame)
{
	u32 size;

	if (addr - (u64)vm->exec_stack > EXEC_STACK_SIZE || !vm->prog)
		return false;
	for (*frame = vm->frame; *frame && addr > vm_frame_fp(vm, *frame, &size);)
		--*frame;
	return true;
}

/* The frame of the stack that holds @addr. */
static bool find_frame(const struct vm *vm, u64 addr, struct region *region)
{
	u32 frame, size;
	u64 fp;

	if (!(vm->translated ? find_translated_frame : find_written_frame)(vm, addr, &frame))
		return false;
	fp = vm_frame_fp(vm, frame, &size);
	*region = (struct region){
		.kind = REGION_STACK,
		.access = REGION_READ | REGION_WRITE,
		.frame = frame,
		.base = fp - size,
		.size = size,
	};
	return true;
}

static bool is_near(u64 addr, u64 base, u64 end)
{
	return base && addr - (base - VM_FRAME_SIZE) < end - base + 2 * VM_FRAME_SIZE;
}

/* The keys that functions of the running frames were given by bpf_for_each_map_elem; the first one's: by a timer. */
static bool find_key(const struct vm *vm, u64 addr, struct region *region)
{
	for (u32 i = 0; i <= vm->frame; i++) {
		const struct vm_frame *frame = &vm->frames[i];
		bool has_key = i ? frame->by_helper == BPF_FUNC_for_each_map_elem : frame->key;

		if (!has_key || addr - frame->key >= frame->map->k.key_size)
			continue;
		*region = (struct region){.kind = REGION_MAP_KEY,
					  .access = REGION_READ,
					  .base = frame->key,
					  .size = frame->map->k.key_size};
		return true;
	}
	return false;
}

/* As translated programs see it: the kernel's struct. */
static u64 kernel_ctx_size(const struct sim *sim)
{
	const struct vm *vm = sim->vm;
	struct arena_block block;

	return vm->ctx && arena_find(sim->arena, vm->ctx, &block) ? block.base + block.size - vm->ctx : 0;
}

/* The regions that the run itself has: context, packet, socket, memory. */
static bool find_own(const struct sim *sim, u64 addr, struct region *region)
{
	const struct vm *vm = sim->vm;
	const u8 both = REGION_READ | REGION_WRITE;
	const struct {
		u8 kind, access;
		u64 base, size;
	} own[] = {
		{REGION_CTX, both, vm->ctx, vm->translated ? kernel_ctx_size(sim) : vm->ctx_size},
		{REGION_PACKET_META, vm->packet_access, vm->packet_meta,
		 vm->packet_meta ? vm->packet - vm->packet_meta : 0},
		{REGION_PACKET, vm->packet_access, vm->packet, vm->packet_end - vm->packet},
		{REGION_SOCK, REGION_READ, vm->sock, vm->sock ? sizeof(struct bpf_sock) : 0},
		{REGION_MEMORY, both, vm->memory, vm->memory_size},
	};
	bool hit = false;

	for (u32 i = 0; i < ARRAY_SIZE(own) && !hit; i++) {
		hit = addr - own[i].base < own[i].size;
		if (hit || (own[i].size && own[i].kind != REGION_PACKET_META &&
			    is_near(addr, own[i].base, own[i].base + own[i].size)))
			*region = (struct region){.kind = own[i].kind,
						  .access = own[i].access,
						  .base = own[i].base,
						  .size = own[i].size};
	}
	return hit;
}

bool vm_find_region(const struct sim *sim, u64 addr, u64 size, struct region *region)
{
	struct region near = no_region;

	if (find_frame(sim->vm, addr, region))
		return inside(region, addr, size);
	if (find_key(sim->vm, addr, &near) || find_own(sim, addr, &near) || !map_locate(sim, addr, region))
		*region = near;
	if (region->kind == REGION_MAP)
		region->access = REGION_READ; /* as the verifier allows it to the privileged */
	return region->kind != REGION_NONE && inside(region, addr, size);
}

/* Memory that loads and stores reach as it is; a context or a socket is not. */
static bool is_plain(const struct region *region)
{
	return region->kind != REGION_CTX && region->kind != REGION_SOCK;
}

bool vm_find_memory(const struct sim *sim, u64 addr, u64 size, bool write, struct region *region)
{
	return vm_find_region(sim, addr, size, region) && is_plain(region) &&
	       (region->access & (write ? REGION_WRITE : REGION_READ));
}

bool vm_may_access(struct sim *sim, u64 addr, u32 size, bool write)
{
	const struct vm *vm = sim->vm;
	struct region region;

	if (addr - vm->packet < vm->packet_end - vm->packet && size <= vm->packet_end - addr &&
	    (vm->packet_access & (write ? REGION_WRITE : REGION_READ)))
		return true;
	return vm_find_memory(sim, addr, size, write, &region) || vm_fault_access(sim, addr, size, write);
}

/* --- showing --- */

/* Integers for keys that have the size of one, else hex. */
static void add_key(const struct map *map, u64 key, struct text *out)
{
	const u8 *bytes = (const u8 *)key;
	u32 size = map->k.key_size;
	u64 number = 0;

	if (map_ops(map)->traits & MAP_TRAIT_ARRAY || !size) {
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

/* What __htab_map_lookup_elem gives to translated programs: an element, in front of its value. */
static bool add_element(const struct sim *sim, u64 addr, struct text *out)
{
	struct arena_block block;
	const struct map *map;
	const void *key;

	if (!sim->vm->translated || !arena_find(sim->arena, addr, &block) || block.tag != TAG_MAP_ELEM)
		return false;
	map = block.owner;
	key = htab_key_of(map, &block, addr);
	if (!key)
		return false;
	text_add(out, "element %s[", map->obj.name);
	add_key(map, (u64)key, out);
	text_add(out, "]");
	return true;
}

static const char *ctx_name(const struct vm *vm)
{
	const struct prog_type *type = vm->prog ? vm_prog_type(vm) : NULL;

	return vm->translated && type && type->ctx_struct ? type->ctx_struct : "ctx";
}

void vm_format_address(const struct sim *sim, u64 addr, struct text *out)
{
	static const char *const names[] = {
		[REGION_PACKET] = "pkt",        [REGION_PACKET_META] = "pkt_meta",
		[REGION_SOCK] = "sock",         [REGION_MEMORY] = "mem", [REGION_MAP] = "",
		[REGION_MAP_VALUE] = "",        [REGION_MAP_KEY] = "key",
	};
	struct region region;

	if (add_element(sim, addr, out))
		return;
	vm_find_region(sim, addr, 0, &region);
	if (region.kind == REGION_NONE) {
		text_add(out, "0x%llx", (unsigned long long)addr);
		return;
	}
	if (region.kind == REGION_STACK) {
		add_frame(sim->vm, &region, addr, out);
		return;
	}
	if (region.obj)
		add_map(&region, out);
	text_add(out, "%s%+lld", region.kind == REGION_CTX ? ctx_name(sim->vm) : names[region.kind],
		 (long long)(addr - region.base));
}
