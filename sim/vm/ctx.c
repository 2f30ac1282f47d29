/*
 * The context as programs see it, and the packet behind it.
 *
 * Programs as written access struct xdp_md or struct __sk_buff; the kernel's struct lies behind. Each load and store goes through
 * the type's table of fields. (Linux translates the program instead; a translated one has ctx_size 0 here.)
 */
#include "internal.h"

static const struct ctx_field *field_at(const struct vm *vm, u32 off)
{
	const struct ctx_field *field = vm_prog_type(vm)->fields;

	for (; field && field->name; field++)
		if (off - field->off < field->size)
			return field;
	return NULL;
}

/* The field that an access of @size bytes at @off is for; NULL: there is none, or it is not accessed like this. */
static const struct ctx_field *field_for(const struct vm *vm, u32 off, u32 size, u8 access)
{
	const struct ctx_field *field = field_at(vm, off);

	if (!field || !(field->access & access) || off - field->off + size > field->size)
		return NULL;
	if (size != field->size && (!field->narrow || off % size))
		return NULL;
	return field;
}

static bool fault_field(struct sim *sim, u64 addr, u32 size, bool write)
{
	const struct vm *vm = sim->vm;
	const struct ctx_field *field = field_at(vm, addr - vm->ctx);
	unsigned off = addr - vm->ctx;

	if (!field)
		vm_fault(sim, FAULT_CTX_FIELD, "%s of %u bytes at ctx+%u: the context has no field there",
			 write ? "write" : "read", size, off);
	else
		vm_fault(sim, FAULT_CTX_FIELD, "%s of %u bytes at ctx+%u: %s is %u bytes at ctx+%u%s",
			 write ? "write" : "read", size, off, field->name, field->size, field->off,
			 !write && !(field->access & CTX_READ) ? " and cannot be read" :
			 write && !(field->access & CTX_WRITE) ? " and cannot be written" : "");
	sim->vm->fault.addr = addr;
	sim->vm->fault.size = size;
	sim->vm->fault.write = write;
	vm_find_region(sim, addr, size, &sim->vm->fault.region);
	return false;
}

static u64 low_bytes(u64 value, u32 size)
{
	return size == 8 ? value : value & ((1ull << size * 8) - 1);
}

bool vm_ctx_load(struct sim *sim, u64 addr, u32 size, u64 *value)
{
	const struct vm *vm = sim->vm;
	u32 off = addr - vm->ctx;
	const struct ctx_field *field = field_for(vm, off, size, CTX_READ);

	if (!field)
		return fault_field(sim, addr, size, false);
	*value = field->get(sim, vm->ctx, field->index);
	if (field->kind == CTX_SCALAR)
		*value = low_bytes(*value >> (off - field->off) * 8, size);
	return true;
}

bool vm_ctx_store(struct sim *sim, u64 addr, u32 size, u64 value)
{
	const struct vm *vm = sim->vm;
	u32 off = addr - vm->ctx;
	const struct ctx_field *field = field_for(vm, off, size, CTX_WRITE);
	u32 shift;

	if (!field)
		return fault_field(sim, addr, size, true);
	shift = (off - field->off) * 8;
	if (size < field->size) {
		u64 old = field->get(sim, vm->ctx, field->index);

		value = (old & ~(low_bytes(UINT64_MAX, size) << shift)) | low_bytes(value, size) << shift;
	}
	field->set(sim, vm->ctx, field->index, value);
	return true;
}

/* --- the packet --- */

void vm_refresh_packet(struct sim *sim)
{
	struct vm *vm = sim->vm;
	const struct prog_type *type = vm_prog_type(vm);
	const struct ctx_field *field = type ? type->fields : NULL;

	if (!vm->ctx_size)
		return;
	for (; field && field->name; field++) {
		if (field->kind == CTX_PACKET)
			vm->packet = field->get(sim, vm->ctx, field->index);
		else if (field->kind == CTX_PACKET_END)
			vm->packet_end = field->get(sim, vm->ctx, field->index);
		else if (field->kind == CTX_PACKET_META)
			vm->packet_meta = field->get(sim, vm->ctx, field->index);
	}
}

bool vm_packet_load(struct sim *sim, s32 offset, u32 size, u64 *value)
{
	struct vm *vm = sim->vm;
	u64 number = 0;

	vm_refresh_packet(sim);
	if (offset < 0 || (u64)offset + size > vm->packet_end - vm->packet)
		return false;
	for (u32 i = 0; i < size; i++)
		number = number << 8 | ((const u8 *)vm->packet)[offset + i];
	*value = number;
	return true;
}
