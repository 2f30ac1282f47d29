/* The kernel's words for a state (print_verifier_state of kernel/bpf/verifier.c): the log's own notation. */
#include <stdio.h>

#include "../log.h"
#include "walk.h"

#define INSN_COLUMN 40u /* where the state begins behind an insn's text ... */
#define INSN_TAB 8u     /* ... or at the next multiple of this */

static const char *const type_names[REG_TYPES] = {
	[NOT_INIT] = "?",
	[SCALAR_VALUE] = "scalar",
	[PTR_TO_CTX] = "ctx",
	[CONST_PTR_TO_MAP] = "map_ptr",
	[PTR_TO_MAP_VALUE] = "map_value",
	[PTR_TO_MAP_KEY] = "map_key",
	[PTR_TO_STACK] = "fp",
	[PTR_TO_PACKET_META] = "pkt_meta",
	[PTR_TO_PACKET] = "pkt",
	[PTR_TO_PACKET_END] = "pkt_end",
	[PTR_TO_FLOW_KEYS] = "flow_keys",
	[PTR_TO_SOCKET] = "sock",
	[PTR_TO_SOCK_COMMON] = "sock_common",
	[PTR_TO_TCP_SOCK] = "tcp_sock",
	[PTR_TO_TP_BUFFER] = "tp_buffer",
	[PTR_TO_XDP_SOCK] = "xdp_sock",
	[PTR_TO_BTF_ID] = "ptr_",
	[PTR_TO_MEM] = "mem",
	[PTR_TO_BUF] = "buf",
	[PTR_TO_FUNC] = "func",
	[PTR_TO_DYNPTR] = "dynptr_ptr",
};

/* Of several modifiers the last one names it. */
static const struct {
	u32 flag;
	const char *prefix;
} prefixes[] = {
	{PTR_UNTRUSTED, "untrusted_"},
	{MEM_PERCPU, "percpu_"},
	{MEM_USER, "user_"},
	{MEM_ALLOC, "alloc_"},
	{MEM_RDONLY, "rdonly_"},
};

const char *reg_type_text(u32 type, char buf[64])
{
	const char *postfix = "";
	const char *prefix = "";

	for (u32 i = ARRAY_SIZE(prefixes); i-- > 0;)
		if (type & prefixes[i].flag)
			prefix = prefixes[i].prefix;
	if (type & PTR_MAYBE_NULL)
		postfix = base_type(type) == PTR_TO_BTF_ID ? "or_null_" : "_or_null";
	snprintf(buf, 64, "%s%s%s", prefix, type_names[base_type(type)], postfix);
	return buf;
}

void say(struct env *env, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_vadd(env->sim, &env->v->log, fmt, args);
	va_end(args);
}

/* For isa_names: the address of a map or variable, which is 0 to those who may not know it. */
static bool add_address(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	const struct env *env = ctx;

	if (!insn->src_reg || insn_is_pseudo_func(insn))
		return false;
	if (imm >= ARENA_BASE && imm < ARENA_BASE + ARENA_SIZE)
		imm += KERNEL_BASE - ARENA_BASE;
	text_add(out, "0x%llx", env->w->may.allow_ptr_leaks ? (unsigned long long)imm : 0);
	return true;
}

void format_insn(struct env *env, const struct bpf_insn *insn, struct text *out)
{
	const struct isa_names names = {
		.ctx = env, .call = kfunc_name, .imm64 = add_address, .only_6_1 = true};

	isa_format_op(insn, &names, out);
}

/* --- one register --- */

static void add_live(struct text *t, u8 live)
{
	if (live & (LIVE_READ | LIVE_WRITTEN | LIVE_DONE))
		text_add(t, "_");
	if (live & LIVE_READ)
		text_add(t, "r");
	if (live & LIVE_WRITTEN)
		text_add(t, "w");
	if (live & LIVE_DONE)
		text_add(t, "D");
}

/* A list of facts: "(id=1,off=0,...)". */
struct facts {
	struct text *t;
	const char *separator;
};

static void __attribute__((format(printf, 2, 3))) fact(struct facts *f, const char *fmt, ...)
{
	va_list args;

	text_add(f->t, "%s", f->separator);
	f->separator = ",";
	va_start(args, fmt);
	text_vadd(f->t, fmt, args);
	va_end(args);
}

static void add_whole_bounds(struct facts *f, const struct range *r)
{
	if (r->smin != (s64)r->umin && r->smin != INT64_MIN)
		fact(f, "smin=%lld", (long long)r->smin);
	if (r->smax != (s64)r->umax && r->smax != INT64_MAX)
		fact(f, "smax=%lld", (long long)r->smax);
	if (r->umin != 0)
		fact(f, "umin=%llu", (unsigned long long)r->umin);
	if (r->umax != UINT64_MAX)
		fact(f, "umax=%llu", (unsigned long long)r->umax);
}

/* Of the lower half only what the whole does not say already. */
static void add_half_bounds(struct facts *f, const struct range *half, const struct range *whole)
{
	if (half->smin != whole->smin && half->smin != INT32_MIN)
		fact(f, "s32_min=%d", (s32)half->smin);
	if (half->smax != whole->smax && half->smax != INT32_MAX)
		fact(f, "s32_max=%d", (s32)half->smax);
	if (half->umin != whole->umin && half->umin != 0)
		fact(f, "u32_min=%d", (s32)half->umin);
	if (half->umax != whole->umax && half->umax != UINT32_MAX)
		fact(f, "u32_max=%d", (s32)half->umax);
}

static void add_offset(struct facts *f, const struct reg *reg)
{
	if (tnum_is_const(reg->var_off)) {
		fact(f, "imm=%llx", (unsigned long long)reg->var_off.value);
		return;
	}
	add_whole_bounds(f, &reg->r64);
	if (!tnum_is_unknown(reg->var_off)) {
		fact(f, "var_off=");
		tnum_format(reg->var_off, f->t);
	}
	add_half_bounds(f, &reg->r32, &reg->r64);
}

static bool shows_map(u32 type)
{
	return base_type(type) == CONST_PTR_TO_MAP || base_type(type) == PTR_TO_MAP_KEY ||
	       base_type(type) == PTR_TO_MAP_VALUE;
}

static bool is_refcounted_or_null(u32 type)
{
	return base_type(type) == PTR_TO_SOCKET || base_type(type) == PTR_TO_TCP_SOCK ||
	       base_type(type) == PTR_TO_MEM || base_type(type) == PTR_TO_BTF_ID;
}

static void add_facts(struct env *env, struct text *t, const struct reg *reg)
{
	struct facts f = {t, ""};
	char name[64];

	text_add(t, "%s", reg_type_text(reg->type, name));
	if (base_type(reg->type) == PTR_TO_BTF_ID)
		text_add(t, "%s", btf_reg_name(env, reg));
	text_add(t, "(");
	if (reg->id)
		fact(&f, "id=%d", reg->id);
	if (is_refcounted_or_null(reg->type) && reg->ref_obj_id)
		fact(&f, "ref_obj_id=%d", reg->ref_obj_id);
	if (reg->type != SCALAR_VALUE)
		fact(&f, "off=%d", reg->off);
	if (reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META)
		fact(&f, "r=%d", reg->range);
	else if (shows_map(reg->type))
		fact(&f, "ks=%d,vs=%d", reg->map->k.key_size, reg->map->k.value_size);
	add_offset(&f, reg);
	text_add(t, ")");
}

void format_reg(struct env *env, const struct reg *reg, struct text *t)
{
	bool scalar = reg->type == SCALAR_VALUE;
	char name[64];

	if (scalar && reg->precise)
		text_add(t, "P");
	if ((scalar || reg->type == PTR_TO_STACK) && tnum_is_const(reg->var_off))
		text_add(t, "%s%lld", scalar ? "" : reg_type_text(reg->type, name),
			 (long long)(reg->var_off.value + reg->off));
	else
		add_facts(env, t, reg);
}

/* --- the stack --- */

static void add_slot(struct text *t, const struct slot *slot)
{
	static const char letter[] = {[STACK_INVALID] = '?', [STACK_SPILL] = 'r', [STACK_MISC] = 'm',
				      [STACK_ZERO] = '0',    [STACK_DYNPTR] = 'd'};
	const struct reg *reg = &slot->spilled;
	bool scalar = reg->type == SCALAR_VALUE;
	char name[64];

	text_add(t, "=");
	if (!slot_is_spilled(slot)) {
		for (u32 i = 0; i < SLOT_SIZE; i++)
			text_add(t, "%c", letter[slot->type[i]]);
		return;
	}
	if (!scalar)
		text_add(t, "%s", reg_type_text(reg->type, name));
	if (scalar && reg->precise)
		text_add(t, "P");
	if (scalar && tnum_is_const(reg->var_off))
		text_add(t, "%lld", (long long)(reg->var_off.value + reg->off));
}

static bool slot_is_empty(const struct slot *slot)
{
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (slot->type[i] != STACK_INVALID)
			return false;
	return true;
}

static void add_refs(struct text *t, const struct frame *frame)
{
	if (!frame->nrefs || !frame->refs[0].id)
		return;
	text_add(t, " refs=%d", frame->refs[0].id);
	for (u32 i = 1; i < frame->nrefs; i++)
		if (frame->refs[i].id)
			text_add(t, ",%d", frame->refs[i].id);
}

/* --- a frame --- */

void scratch_reg(struct env *env, u32 regno)
{
	env->w->scratched_regs |= 1u << regno;
}

void scratch_slot(struct env *env, u32 slot)
{
	env->w->scratched_slots |= 1ull << slot;
}

void scratch_all(struct env *env)
{
	env->w->scratched_regs = ~0u;
	env->w->scratched_slots = ~0ull;
}

void say_state(struct env *env, const struct frame *frame, bool all)
{
	char piece[512];
	struct text t;

	if (frame->frameno)
		say(env, " frame%d:", frame->frameno);
	for (u32 i = 0; i < MAX_BPF_REGS; i++) {
		if (frame->reg[i].type == NOT_INIT || !(all || env->w->scratched_regs >> i & 1))
			continue;
		text_init(&t, piece, sizeof(piece));
		text_add(&t, " R%d", i);
		add_live(&t, frame->reg[i].live);
		text_add(&t, "=");
		format_reg(env, &frame->reg[i], &t);
		say(env, "%s", piece);
	}
	for (u32 i = 0; i < frame->nslots; i++) {
		if (slot_is_empty(&frame->slot[i]) || !(all || env->w->scratched_slots >> i & 1))
			continue;
		text_init(&t, piece, sizeof(piece));
		text_add(&t, " fp%d", -(s32)(i + 1) * (s32)SLOT_SIZE);
		add_live(&t, frame->slot[i].spilled.live);
		add_slot(&t, &frame->slot[i]);
		say(env, "%s", piece);
	}
	text_init(&t, piece, sizeof(piece));
	add_refs(&t, frame);
	say(env, "%s%s%s\n", piece, frame->in_callback ? " cb" : "",
	    frame->in_async_callback ? " async_cb" : "");
	if (all)
		return;
	env->w->scratched_regs = 0;
	env->w->scratched_slots = 0;
}

/* Spaces up to the column of the states. */
static u32 padding(u32 length)
{
	u32 column = length + INSN_TAB / 2 > INSN_COLUMN ? length + INSN_TAB / 2 : INSN_COLUMN;

	return (u32)round_up_u64(column, INSN_TAB) - length - 1;
}

void say_insn_state(struct env *env, const struct frame *frame)
{
	struct walk *w = env->w;

	if (w->insn_log_used && w->insn_log_used == env->v->log.used) {
		log_rewind(&env->v->log, w->insn_log_used - 1); /* the newline */
		say(env, "%*c;", padding(w->insn_log_len), ' ');
	} else {
		say(env, "%d:", w->insn);
	}
	say_state(env, frame, false);
}
