/*
 * What programs as written see through tables of fields: the context, its socket, the packet.
 *
 * They access struct xdp_md, struct __sk_buff or struct bpf_sock; the kernel's struct lies behind, at the
 * same address. (Linux translates the program instead; a translated one has ctx_size 0 here.)
 *
 * Simplified: the one socket is the context's; a pointer from bpf_tcp_sock shows struct bpf_sock too.
 */
#include "internal.h"

/* A struct that is served: its fields, its address, and its name in sentences. */
struct served {
	const struct ctx_field *fields;
	u64 base;
	const char *name;
};

static struct served served_at(const struct vm *vm, u64 addr)
{
	if (addr - vm->ctx < vm->ctx_size)
		return (struct served){vm_prog_type(vm)->fields, vm->ctx, "ctx"};
	return (struct served){sock_fields, vm->sock, "sock"};
}

static u32 attach_type(const struct vm *vm)
{
	return vm->prog->expected_attach_type;
}

static bool fault_field(struct sim *sim, const struct served *served, u64 addr, u32 size, bool write)
{
	struct fault *fault = &sim->vm->fault;
	unsigned off = addr - served->base;
	const struct ctx_field *f = served->fields;

	while (f->name && off - f->off >= f->size)
		f++;
	if (f->name && !ctx_has_place(f))
		vm_fault(sim, FAULT_CTX_FIELD,
			 "%s of %u byte%s at %s+%u: %s is not simulated; such programs can be verified, not "
			 "run",
			 write ? "write" : "read", size, size == 1 ? "" : "s", served->name, off, f->name);
	else if (!f->name)
		vm_fault(sim, FAULT_CTX_FIELD, "%s of %u byte%s at %s+%u: there is no field",
			 write ? "write" : "read", size, size == 1 ? "" : "s", served->name, off);
	else
		vm_fault(sim, FAULT_CTX_FIELD, "%s of %u byte%s at %s+%u: %s is %u bytes at %s+%u%s",
			 write ? "write" : "read", size, size == 1 ? "" : "s", served->name, off, f->name,
			 f->size, served->name, f->off,
			 f->access & (write ? CTX_WRITE : CTX_READ) ? ""
			 : write                                    ? " and cannot be written"
				 : " and cannot be read by this type of program");
	fault->addr = addr;
	fault->size = size;
	fault->write = write;
	vm_find_region(sim, addr, size, &fault->region);
	return false;
}

bool vm_load_served(struct sim *sim, u64 addr, u32 size, u64 *value)
{
	struct vm *vm = sim->vm;
	struct served served = served_at(vm, addr);
	u32 off = addr - served.base;
	const struct ctx_field *field = ctx_field_at(served.fields, attach_type(vm), off, size, false);

	if (!field || !ctx_has_place(field))
		return fault_field(sim, &served, addr, size, false);
	*value = ctx_load(field, served.base, off, size);
	if (field->kind == CTX_SOCK_COMMON)
		vm->sock = *value;
	return true;
}

bool vm_store_served(struct sim *sim, u64 addr, u32 size, u64 value)
{
	struct served served = served_at(sim->vm, addr);
	u32 off = addr - served.base;
	const struct ctx_field *field = ctx_field_at(served.fields, attach_type(sim->vm), off, size, true);

	if (!field || !ctx_has_place(field))
		return fault_field(sim, &served, addr, size, true);
	ctx_store(field, served.base, off, size, value);
	return true;
}

/* --- the packet --- */

void vm_refresh_packet(struct sim *sim)
{
	struct vm *vm = sim->vm;
	const struct prog_type *type = vm_prog_type(vm);
	struct packet_place packet;

	if (!type || !type->packet || !vm->ctx)
		return;
	type->packet(vm->ctx, &packet);
	vm->packet_meta = packet.meta;
	vm->packet = packet.data;
	/* A test run of CGROUP_SKB leaves data_end 0, as Linux does: no byte may be read. */
	vm->packet_end = packet.end > packet.data ? packet.end : packet.data;
	vm->packet_access = packet.access;
}

bool vm_load_classic(struct sim *sim, s32 offset, u32 size)
{
	struct vm *vm = sim->vm;
	s64 value = vm_prog_type(vm)->load_classic(vm->ctx, offset, size);

	if (value >= 0)
		vm->reg[BPF_REG_0] = value;
	return value >= 0;
}
