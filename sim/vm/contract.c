/*
 * Arguments of helpers against their contract, for programs that no verifier has seen: what check_func_arg of
 * kernel/bpf/verifier.c asks of types, asked of values.
 */
#include "internal.h"

struct args {
	struct sim *sim;
	const struct helper *helper;
	u32 arg;                 /* 0..4: the one that is checked */
	const struct map *map;   /* the map argument so far */
};

static u64 value_of(const struct args *args, u32 arg)
{
	return args->sim->vm->reg[BPF_REG_1 + arg];
}

static const struct helper_arg *arg_of(const struct args *args)
{
	return &args->helper->arg[args->arg];
}

/* "bpf_map_lookup_elem: argument 2 (key): " and then what @fmt says */
static bool refuse(const struct args *args, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(const struct args *args, const char *fmt, ...)
{
	char buf[sizeof(((struct fault *)0)->text)];
	struct text text;
	va_list list;

	text_init(&text, buf, sizeof(buf));
	va_start(list, fmt);
	text_vadd(&text, fmt, list);
	va_end(list);
	return vm_fault(args->sim, FAULT_HELPER, "%s: argument %u (%s): %s", args->helper->name, args->arg + 1,
			args->helper->arg[args->arg].name, buf);
}

static bool refuse_memory(const struct args *args, u64 addr, u64 size, bool write)
{
	char buf[sizeof(((struct fault *)0)->text)];
	struct fault *fault = &args->sim->vm->fault;
	struct text text;

	text_init(&text, buf, sizeof(buf));
	vm_explain_access(args->sim, addr, size, write, &text);
	refuse(args, "%s", buf);
	fault->addr = addr;
	fault->size = size;
	fault->write = write;
	vm_find_region(args->sim, addr, size, &fault->region);
	return false;
}

static bool check_memory(const struct args *args, u64 size, bool write)
{
	u64 addr = value_of(args, args->arg);
	struct region region;

	return vm_find_memory(args->sim, addr, size, write, &region) || refuse_memory(args, addr, size, write);
}

/* --- one function per kind of argument --- */

/* The address of an instruction: what ld_imm64 with BPF_PSEUDO_FUNC gives. */
static bool check_function(struct args *args)
{
	const struct prog *prog = args->sim->vm->prog;
	u64 off = value_of(args, args->arg) - (u64)prog->insns;

	if (args->sim->vm->translated) /* who calls it looks for it (frame.c) */
		return true;
	if (off % sizeof(struct bpf_insn) || off / sizeof(struct bpf_insn) >= prog->insn_cnt)
		return refuse(args, "0x%llx is no function of this program", (unsigned long long)value_of(args, args->arg));
	return true;
}

static bool check_anything(struct args *args)
{
	(void)args;
	return true;
}

static bool allowed_on(const struct map *map, u32 id)
{
	const u16 *ids = map_ops(map)->helpers;

	for (; ids && *ids; ids++)
		if (*ids == id)
			return true;
	return !ids;
}

static bool check_map(struct args *args)
{
	u64 value = value_of(args, args->arg);
	struct arena_block block;

	if (!arena_find(args->sim->arena, value, &block) || block.tag != TAG_MAP ||
	    value != (u64)&((struct map *)block.owner)->k)
		return refuse(args, "0x%llx is not a map", (unsigned long long)value);
	if (args->map && args->map != block.owner)
		return refuse(args, "the timer is in another map");
	args->map = block.owner;
	if (!allowed_on(args->map, args->helper->id))
		return refuse(args, "not for a map of type %s", map_ops(args->map)->name);
	return true;
}

static bool check_key(struct args *args)
{
	return check_memory(args, args->map->k.key_size, false);
}

static bool check_value(struct args *args)
{
	if (arg_of(args)->type & PTR_MAYBE_NULL && !value_of(args, args->arg))
		return true;
	return check_memory(args, args->map->k.value_size, arg_of(args)->type & MEM_WRITE);
}

static bool check_ctx(struct args *args)
{
	if (!args->sim->vm->ctx || value_of(args, args->arg) != args->sim->vm->ctx)
		return refuse(args, "0x%llx is not the context", (unsigned long long)value_of(args, args->arg));
	return true;
}

/* Its size is in the contract, or the next argument; that this is not too large is checked when its turn comes. */
static u64 size_of(const struct args *args)
{
	if (arg_of(args)->type & MEM_FIXED_SIZE)
		return arg_of(args)->size;
	return min_u64(value_of(args, args->arg + 1), 1ull << 32);
}

static bool check_mem(struct args *args)
{
	const struct helper_arg *arg = arg_of(args);

	if (arg->type & PTR_MAYBE_NULL && !value_of(args, args->arg) && !size_of(args))
		return true;
	return check_memory(args, size_of(args), arg->type & MEM_WRITE || arg->written);
}

static bool check_size_or_zero(struct args *args)
{
	u64 size = value_of(args, args->arg);

	if (size >= 1u << 29) /* BPF_MAX_VAR_SIZ */
		return refuse(args, "%lld: a size is 0 to %u", (long long)size, (1u << 29) - 1);
	return true;
}

static bool check_size(struct args *args)
{
	if (!value_of(args, args->arg))
		return refuse(args, "0: a size is at least 1 here");
	return check_size_or_zero(args);
}

static bool check_string(struct args *args)
{
	u64 addr = value_of(args, args->arg);
	struct region region;
	u64 room;

	if (!check_memory(args, 1, false))
		return false;
	vm_find_region(args->sim, addr, 1, &region);
	room = region.base + region.size - addr;
	if (strnlen((const char *)addr, room) == room)
		return refuse(args, "the string has no end in its memory");
	return true;
}

static bool check_lock(struct args *args)
{
	u64 addr = value_of(args, args->arg);
	struct region region;
	const struct map *map;

	if (!vm_find_region(args->sim, addr, 4, &region) || region.kind != REGION_MAP_VALUE)
		return refuse(args, "not in a map value");
	map = container_of(region.obj, struct map, obj);
	if (map->spin_lock_off < 0 || addr != region.base + map->spin_lock_off)
		return refuse(args, "there is no struct bpf_spin_lock at this place of the value");
	return true;
}

static bool check_timer(struct args *args)
{
	u64 addr = value_of(args, args->arg);
	struct region region;
	const struct map *map;

	if (!vm_find_region(args->sim, addr, sizeof(struct bpf_timer), &region) || region.kind != REGION_MAP_VALUE)
		return refuse(args, "not in a map value");
	map = container_of(region.obj, struct map, obj);
	if (map->timer_off < 0 || addr != region.base + map->timer_off)
		return refuse(args, "there is no struct bpf_timer at this place of the value");
	args->map = map;
	return true;
}

static bool is_reserved(const struct sim *sim, u64 addr)
{
	struct region region;

	return vm_find_region(sim, addr, 0, &region) && region.kind == REGION_MAP_VALUE && region.base == addr &&
	       map_ops(container_of(region.obj, struct map, obj))->traits & MAP_TRAIT_RESERVE;
}

/* What bpf_ringbuf_reserve has returned, and nobody has given back. */
static bool check_record(struct args *args)
{
	return is_reserved(args->sim, value_of(args, args->arg)) ||
	       refuse(args, "not a record that was reserved in a ring buffer");
}

/* Does it name memory that the program may use, or none? */
static bool check_dynptr_target(struct args *args, const struct dynptr *ptr)
{
	u32 size = ptr->size & DYNPTR_MAX_SIZE;
	struct region region;

	if (!ptr->data)
		return true;
	if (arg_of(args)->type & DYNPTR_TYPE_RINGBUF)
		return is_reserved(args->sim, ptr->data) || refuse(args, "a dynptr of no reserved record");
	if (ptr->offset || !vm_find_memory(args->sim, ptr->data, size, true, &region))
		return refuse(args, "not a dynptr: what it points to is no memory of the program's");
	return true;
}

/* Two words on the stack, or what bpf_user_ringbuf_drain gives the callback. */
static bool check_dynptr(struct args *args)
{
	u64 addr = value_of(args, args->arg);
	const struct vm *vm = args->sim->vm;

	for (u32 i = 0; i < vm->drains; i++)
		if (addr == (u64)&vm->drain[i].record)
			return true;
	if (addr % 8)
		return refuse(args, "0x%llx: a dynptr is 8-byte aligned", (unsigned long long)addr);
	if (!check_memory(args, sizeof(struct dynptr), true))
		return false;
	return arg_of(args)->type & MEM_UNINIT || check_dynptr_target(args, (const struct dynptr *)addr);
}

static bool check_sock(struct args *args)
{
	u64 value = value_of(args, args->arg);
	struct arena_block block;

	if (!arena_find(args->sim->arena, value, &block) || block.tag != TAG_SOCK || value != block.base)
		return refuse(args, "0x%llx is not a socket", (unsigned long long)value);
	return true;
}

static bool (*const checks[])(struct args *args) = {
	[ARG_ANYTHING] = check_anything,
	[ARG_CONST_MAP_PTR] = check_map,
	[ARG_PTR_TO_MAP_KEY] = check_key,
	[ARG_PTR_TO_MAP_VALUE] = check_value,
	[ARG_PTR_TO_CTX] = check_ctx,
	[ARG_PTR_TO_MEM] = check_mem,
	[ARG_CONST_SIZE] = check_size,
	[ARG_CONST_SIZE_OR_ZERO] = check_size_or_zero,
	[ARG_PTR_TO_FUNC] = check_function,
	[ARG_PTR_TO_STACK] = check_anything,
	[ARG_PTR_TO_CONST_STR] = check_string,
	[ARG_PTR_TO_SOCK_COMMON] = check_sock,
	[ARG_PTR_TO_BTF_ID_SOCK_COMMON] = check_sock,
	[ARG_PTR_TO_SPIN_LOCK] = check_lock,
	[ARG_PTR_TO_TIMER] = check_timer,
	[ARG_PTR_TO_DYNPTR] = check_dynptr,
	[ARG_PTR_TO_ALLOC_MEM] = check_record,
	[ARG_CONST_ALLOC_SIZE_OR_ZERO] = check_size_or_zero,
};

bool vm_check_args(struct sim *sim, const struct helper *helper)
{
	const struct prog_type *prog_type = vm_prog_type(sim->vm);
	struct prog_view view = {.prog = sim->vm->prog, .bpf_capable = true, .perfmon_capable = true, .sys_admin = true};
	struct args args = {.sim = sim, .helper = prog_type ? prog_helper(&view, helper->id) : helper};

	if (!args.helper)
		return vm_fault(sim, FAULT_HELPER, "%s: not for programs of type %s", helper->name,
				prog_type->name);
	if (args.helper->fn != helper->fn)
		return vm_fault(sim, FAULT_HELPER, "%s: not simulated for programs of type %s", helper->name,
				prog_type->name);
	helper = args.helper;
	for (; args.arg < ARRAY_SIZE(helper->arg) && helper->arg[args.arg].type != ARG_DONTCARE; args.arg++) {
		u32 type = helper->arg[args.arg].type & TYPE_BASE_MASK;

		if (type >= ARRAY_SIZE(checks) || !checks[type])
			return refuse(&args, "only a verified program may pass it");
		if (!checks[type](&args))
			return false;
	}
	if (helper->id == BPF_FUNC_timer_set_callback) /* as the translator does: whose function it is */
		sim->vm->reg[BPF_REG_3] = (u64)sim->vm->prog;
	return true;
}
