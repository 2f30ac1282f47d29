/* Faults: the sentence that says what a program did wrong, where, and what was expected. */
#include "internal.h"

bool vm_fault(struct sim *sim, enum fault_kind kind, const char *fmt, ...)
{
	struct fault *fault = &sim->vm->fault;
	struct text text;
	va_list args;

	memset(fault, 0, sizeof(*fault));
	fault->kind = kind;
	text_init(&text, fault->text, sizeof(fault->text));
	va_start(args, fmt);
	text_vadd(&text, fmt, args);
	va_end(args);
	return false;
}

static void explain_none(u64 addr, struct text *out)
{
	if (addr < 4096)
		text_add(out, "NULL is no memory; is there a check for NULL?");
	else
		text_add(out, "no memory of this program is there");
}

/* Why may [addr, addr + size) not be accessed? The most telling reason first. */
static void explain_region(const struct region *region, u64 addr, u64 size, bool write, struct text *out)
{
	static const char *const ends[] = {
		[REGION_STACK] = "the frame ends at fp-0, its lowest byte is fp-512",
		[REGION_CTX] = "the context ends at %llu",
		[REGION_PACKET] = "the packet ends at %llu",
		[REGION_PACKET_META] = "the metadata ends at %llu",
		[REGION_MAP_VALUE] = "the value ends at %llu",
		[REGION_MAP_KEY] = "the key ends at %llu",
		[REGION_SOCK] = "the socket ends at %llu",
		[REGION_MEMORY] = "the memory ends at %llu",
	};
	bool is_inside = addr - region->base <= region->size && size <= region->size - (addr - region->base);

	if (region->kind == REGION_NONE)
		explain_none(addr, out);
	else if (region->kind == REGION_MAP)
		text_add(out, "this is the map, not a value of it; bpf_map_lookup_elem finds values");
	else if (!is_inside)
		text_add(out, ends[region->kind], (unsigned long long)region->size);
	else if (region->kind == REGION_CTX || region->kind == REGION_SOCK)
		text_add(out, "only plain loads and stores reach it");
	else if (!region->access)
		text_add(out, "programs of this type reach the packet through helpers only");
	else
		text_add(out, "it may only be %s", write ? "read" : "written");
}

void vm_explain_access(struct sim *sim, u64 addr, u64 size, bool write, struct text *out)
{
	struct region region;

	vm_find_region(sim, addr, size, &region);
	text_add(out, "%s of %llu byte%s at ", write ? "write" : "read", (unsigned long long)size,
		 size == 1 ? "" : "s");
	vm_format_address(sim, addr, out);
	text_add(out, ": ");
	explain_region(&region, addr, size, write, out);
}

bool vm_fault_access(struct sim *sim, u64 addr, u32 size, bool write)
{
	struct fault *fault = &sim->vm->fault;
	struct text text;
	bool inside;

	memset(fault, 0, sizeof(*fault));
	inside = vm_find_region(sim, addr, size, &fault->region);
	fault->kind = inside && write && fault->region.access == REGION_READ ? FAULT_READONLY : FAULT_ACCESS;
	fault->write = write;
	fault->addr = addr;
	fault->size = size;
	text_init(&text, fault->text, sizeof(fault->text));
	vm_explain_access(sim, addr, size, write, &text);
	return false;
}

bool vm_fault_insn(struct sim *sim, const struct bpf_insn *insn)
{
	if (BPF_CLASS(insn->code) == BPF_LD &&
	    (BPF_MODE(insn->code) == BPF_ABS || BPF_MODE(insn->code) == BPF_IND))
		return vm_fault(sim, FAULT_INSN,
				"programs of this type have no packet for LD_ABS and LD_IND");
	return vm_fault(sim, FAULT_INSN, "opcode 0x%02x with off %d and imm %d is not an instruction",
			insn->code, insn->off, insn->imm);
}

bool vm_fault_fetch(struct sim *sim, s64 pc)
{
	const struct prog *prog = sim->vm->prog;
	const struct bpf_insn *insn = &prog->insns[pc];

	if (pc < 0 || pc >= prog->insn_cnt)
		return vm_fault(sim, FAULT_INSN, "instruction %lld: the program's are 0 to %u", (long long)pc,
				prog->insn_cnt - 1);
	return vm_fault(sim, FAULT_INSN, "register r%u: there are r0 to r10",
			insn->dst_reg >= MAX_BPF_REGS ? insn->dst_reg : insn->src_reg);
}
