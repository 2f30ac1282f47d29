/*
 * What an edited program may do in its translated form: read whatever lies in the arena, write what programs
 * write, call the kernel with arguments that keep the helper's contract.
 *
 * The translator's own accesses are known by their base: fields of the context and of a table's elements.
 */
#include "../maps/htab.h"
#include "internal.h"

/* Is @base the context, or an element of a hash table? */
static bool is_base(const struct sim *sim, u64 base)
{
	struct arena_block block;

	if (base == sim->vm->ctx)
		return true;
	return arena_find(sim->arena, base, &block) && block.tag == TAG_MAP_ELEM &&
	       htab_key_of(block.owner, &block, base);
}

static bool may_read(const struct sim *sim, u64 addr, u32 size)
{
	struct arena_block block;

	return arena_find(sim->arena, addr, &block) && size <= block.size - (addr - block.base);
}

bool vm_guard_access(struct sim *sim, u64 base, s16 off, u32 size, bool write)
{
	struct region region;
	bool readable;

	vm_refresh_packet(sim);
	readable = may_read(sim, base + off, size);
	if (readable && (!write || is_base(sim, base) ||
			 vm_find_memory(sim, base + off, size, true, &region)))
		return true;
	return vm_fault_access(sim, base + off, size, write);
}

static u32 helper_behind(struct ktext ktext)
{
	if (ktext.kind == KTEXT_INTERNAL && ktext.n == KTEXT_HTAB_LOOKUP)
		return BPF_FUNC_map_lookup_elem;
	return ktext.kind == KTEXT_MAP_OP ? ktext.n & 0xff : ktext.n;
}

bool vm_guard_call(struct sim *sim, const struct bpf_insn *insn)
{
	struct ktext ktext = ktext_at(insn->imm);
	const struct helper *helper = vm_plain_helper(insn->imm);

	if (insn_is_pseudo_call(insn) || ktext.kind == KTEXT_KFUNC)
		return true;
	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return vm_check_args(sim, helper_by_id(BPF_FUNC_tail_call));
	if (ktext.kind == KTEXT_INTERNAL && ktext.n != KTEXT_HTAB_LOOKUP)
		return sim->vm->reg[BPF_REG_1] == sim->vm->ctx ||
		       vm_fault(sim, FAULT_HELPER, "LD_ABS, LD_IND: r6 is not the context any more");
	helper = helper_by_id(helper ? helper->id : helper_behind(ktext));
	return !helper || vm_check_args(sim, helper);
}
