/*
 * What translated programs call in the kernel: helpers by number, operations of a map type, and the few
 * functions that only the translator calls. See ktext.h and vm.h.
 */
#include "../helpers/kfunc.h"
#include "../ktext.h"
#include "../maps/htab.h"
#include "internal.h"

/* Contracts that differ have the same function behind them. */
static const struct helper *helper_with_function(u32 number)
{
	const struct helper *helper = helper_by_number(number);

	return helper && !helper->fn ? helper_by_id(helper->id) : helper;
}

/* The helper that @ktext is, or that does the same for maps of any type; NULL: neither. */
static const struct helper *helper_of(struct ktext ktext)
{
	if (ktext.kind == KTEXT_HELPER)
		return helper_with_function(ktext.n);
	return ktext.kind == KTEXT_MAP_OP ? helper_by_id(ktext.n & 0xff) : NULL;
}

const struct helper *vm_called_helper(s32 imm)
{
	const struct helper *helper = helper_of(ktext_at(imm));

	return helper && helper->fn ? helper : NULL;
}

const struct helper *vm_plain_helper(s32 imm)
{
	const struct helper *helper = vm_called_helper(imm);

	if (helper && helper->id == BPF_FUNC_timer_set_callback)
		return NULL; /* it has one argument more than its contract: the translator's */
	return helper && helper->id != BPF_FUNC_spin_lock ? helper : NULL;
}

static u32 helper_id(struct ktext ktext)
{
	const struct helper *helper = helper_of(ktext);

	return helper ? helper->id : ktext.kind == KTEXT_MAP_OP ? ktext.n & 0xff : ktext.n;
}

/* __htab_map_lookup_elem: a map, a key. */
static HELPER_FN(find_element)
{
	struct map *map = map_of((const struct bpf_map_layout *)r1);
	u32 hash;
	struct htab_elem *e = htab_find(map, (const void *)r2, &hash);

	UNUSED_ARGS();
	if (sim->event_mask & EVENT_BIT(EV_MAP_LOOKUP))
		event_send(sim, EV_MAP_LOOKUP, map->obj.id, map->obj.id,
			   e ? (u64)htab_value_on(map->family, e, sim->clock->cpu) : 0, 0, 0);
	return (u64)e;
}

bool vm_plain_function(s32 imm, struct vm_function *function)
{
	const struct helper *helper = vm_plain_helper(imm);

	if (imm == ktext_imm(KTEXT_INTERNAL, KTEXT_HTAB_LOOKUP)) {
		*function = (struct vm_function){helper_find_element, 2};
		return true;
	}
	if (!helper)
		return false;
	*function = (struct vm_function){helper->fn, 0};
	while (function->args < ARRAY_SIZE(helper->arg) && helper->arg[function->args].name)
		function->args++;
	return true;
}

/* r1: the packet; r2: the offset. */
static bool load_classic(struct sim *sim, u64 *reg, u32 size)
{
	const struct prog_type *type = vm_prog_type(sim->vm);

	if (!type || !type->load_classic)
		return vm_fault(sim, FAULT_INSN,
				"programs of this type have no packet for LD_ABS and LD_IND");
	reg[BPF_REG_0] = type->load_classic(reg[BPF_REG_1], (s32)reg[BPF_REG_2], size);
	return true;
}

static bool call_internal(struct sim *sim, u32 n, u64 *reg)
{
	switch (n) {
	case KTEXT_HTAB_LOOKUP:
		reg[BPF_REG_0] = helper_find_element(sim, reg[1], reg[2], 0, 0, 0);
		return true;
	case KTEXT_SKB_LOAD_8:
		return load_classic(sim, reg, 1);
	case KTEXT_SKB_LOAD_16:
		return load_classic(sim, reg, 2);
	case KTEXT_SKB_LOAD_32:
		return load_classic(sim, reg, 4);
	}
	return vm_fault(sim, FAULT_INSN,
			"call of internal function %u: compiled programs have none of this number", n);
}

/* A function of the kernel by its id in the kernel's BTF. */
static bool call_kfunc(struct sim *sim, u32 id, u64 *reg)
{
	const char *name;
	kfunc_fn *fn = kfunc_by_id(sim, id, &name);

	if (!fn)
		return vm_fault(sim, FAULT_HELPER,
				"call of kernel function %s: not simulated; such programs can be verified, not run", name);
	reg[BPF_REG_0] = fn(sim, reg[1], reg[2], reg[3], reg[4], reg[5]);
	return true;
}

bool vm_call_kernel(struct sim *sim, s32 imm, u64 *reg)
{
	const struct helper *helper = vm_called_helper(imm);
	struct ktext ktext = ktext_at(imm);
	u64 result;

	if (ktext.kind == KTEXT_INTERNAL)
		return call_internal(sim, ktext.n, reg);
	if (ktext.kind == KTEXT_KFUNC)
		return call_kfunc(sim, ktext.n, reg);
	if (!helper)
		return vm_fault_helper(sim, helper_id(ktext));
	result = helper->fn(sim, reg[1], reg[2], reg[3], reg[4], reg[5]);
	if (sim->clock->lock_wanted)
		return true;
	reg[BPF_REG_0] = result;
	if (sim->event_mask & EVENT_BIT(EV_HELPER))
		event_send(sim, EV_HELPER, sim->vm->prog->obj.id, helper->id, reg[BPF_REG_0], 0, 0);
	return true;
}
