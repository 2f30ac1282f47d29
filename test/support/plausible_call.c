/* Maps, helpers and functions of plausible programs: see plausible_maker.h. */
#include "plausible_maker.h"
#include "sim/progs/prog_type.h"

#define HELPERS_MAX 128
#define LOOP_TIMES 6

static void after_call(struct maker *m)
{
	for (u32 reg = BPF_REG_1; reg <= BPF_REG_5; reg++)
		m->holds[reg] = NOTHING;
	m->holds[BPF_REG_0] = NUMBER;
}

static void emit_wide(struct maker *m, u32 reg, u32 src, s32 first, s32 second)
{
	emit(m, INSN(BPF_LD | BPF_IMM | BPF_DW, reg, src, 0, first));
	emit(m, INSN(0, 0, 0, 0, second));
}

static void emit_map(struct maker *m, u32 reg, enum plausible_map map)
{
	emit_wide(m, reg, BPF_PSEUDO_MAP_FD, m->world->map_fd[map], 0);
}

/* @reg = @base, or a place on the stack that many bytes below r10. */
static void emit_place(struct maker *m, u32 reg, int base, u32 below)
{
	emit(m, ALU64_X(MOV, reg, base >= 0 ? (u32)base : BPF_REG_10));
	if (base < 0)
		emit(m, ALU64_K(ADD, reg, -(s32)below));
}

/* --- maps --- */

static void key(struct maker *m)
{
	if (roll(m, 2))
		emit(m, STX(W, BPF_REG_10, number(m), KEY_OFF));
	else
		emit(m, ST(W, BPF_REG_10, KEY_OFF, roll(m, 4)));
	emit_place(m, BPF_REG_2, -1, -KEY_OFF);
}

static void value_in(struct maker *m, u32 reg)
{
	m->holds[BPF_REG_0] = NUMBER;
	if (reg != BPF_REG_0)
		emit(m, ALU64_X(MOV, reg, BPF_REG_0));
	m->holds[BPF_REG_0] = VALUE;
	m->holds[reg] = VALUE;
}

static void ask_null(struct maker *m)
{
	if (roll(m, 16))
		jump_to_exit(m, JMP_K(JEQ, BPF_REG_0, 0, 0));
}

/* The array in the array of maps, then a value of it. */
static void lookup_inner(struct maker *m, u32 save)
{
	emit(m, ST(W, BPF_REG_10, KEY_OFF, roll(m, 2)));
	emit_place(m, BPF_REG_2, -1, -KEY_OFF);
	emit_map(m, BPF_REG_1, MAP_OF_MAPS);
	emit(m, CALL(BPF_FUNC_map_lookup_elem));
	after_call(m);
	ask_null(m);
	emit(m, ALU64_X(MOV, BPF_REG_1, BPF_REG_0));
	emit_place(m, BPF_REG_2, -1, -KEY_OFF);
	emit(m, CALL(BPF_FUNC_map_lookup_elem));
	ask_null(m);
	value_in(m, save);
}

void lookup(struct maker *m)
{
	u32 save = roll(m, 2) ? BPF_REG_9 : BPF_REG_0, kind = roll(m, 12);

	if (kind == 0) {
		lookup_inner(m, save);
	} else if (kind == 1) {
		emit_wide(m, BPF_REG_0, BPF_PSEUDO_MAP_VALUE, m->world->map_fd[MAP_ARRAY], 0);
		value_in(m, save);
	} else {
		key(m);
		emit_map(m, BPF_REG_1, roll(m, MAP_LOOKED_UP));
		emit(m, CALL(BPF_FUNC_map_lookup_elem));
		after_call(m);
		ask_null(m);
		value_in(m, save);
	}
}

void update(struct maker *m)
{
	int value = find(m, VALUE);

	emit(m, ST(W, BPF_REG_10, KEY_OFF, roll(m, 5)));
	emit_place(m, BPF_REG_3, value, STACK_USED);
	emit_place(m, BPF_REG_2, -1, -KEY_OFF);
	emit_map(m, BPF_REG_1, roll(m, MAP_LOOKED_UP));
	emit(m, ALU64_K(MOV, BPF_REG_4, 0));
	emit(m, CALL(roll(m, 3) ? BPF_FUNC_map_update_elem : BPF_FUNC_map_delete_elem));
	after_call(m);
}

void queue_call(struct maker *m)
{
	static const u16 ids[] = {BPF_FUNC_map_push_elem, BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem};

	if (m->world->unprivileged)
		return;
	emit_place(m, BPF_REG_2, roll(m, 2) ? find_kept(m, VALUE) : -1, STACK_USED);
	emit_map(m, BPF_REG_1, roll(m, 2) ? MAP_QUEUE : MAP_STACK);
	emit(m, ALU64_K(MOV, BPF_REG_3, roll(m, 4) ? 0 : BPF_EXIST));
	emit(m, CALL(ids[roll(m, ARRAY_SIZE(ids))]));
	after_call(m);
}

/* --- helpers --- */

/* r3: memory; r4: how much, perhaps a variable. */
void memory_call(struct maker *m)
{
	int ctx = find(m, CONTEXT), value = find(m, VALUE);
	u32 index = number(m), room = 1 + roll(m, STACK_USED);

	if (ctx < 0 || ctx < BPF_REG_6 || index < BPF_REG_6)
		return;
	bound(m, index, room);
	emit_place(m, BPF_REG_3, roll(m, 2) ? value : -1, roll(m, STACK_USED + 1));
	emit(m, ALU64_X(MOV, BPF_REG_1, ctx));
	emit(m, ALU64_K(MOV, BPF_REG_2, roll(m, 40)));
	emit(m, ALU64_X(MOV, BPF_REG_4, index));
	if (roll(m, 4))
		emit(m, ALU64_K(ADD, BPF_REG_4, 1));
	emit(m, CALL(m->out->type == BPF_PROG_TYPE_XDP ? BPF_FUNC_xdp_load_bytes : BPF_FUNC_skb_load_bytes));
	after_call(m);
}

void number_call(struct maker *m)
{
	emit(m, CALL(roll(m, 2) ? BPF_FUNC_get_prandom_u32 : BPF_FUNC_ktime_get_ns));
	after_call(m);
}

static void give_number(struct maker *m, u32 reg)
{
	int kept = roll(m, 2) ? find_kept(m, NUMBER) : -1;

	emit(m, kept >= 0 ? ALU64_X(MOV, reg, kept) : ALU64_K(MOV, reg, dice_number(m->dice)));
}

static void give_size(struct maker *m, u32 reg)
{
	int kept = roll(m, 2) ? find_kept(m, NUMBER) : -1;

	if (kept < 0) {
		emit(m, ALU64_K(MOV, reg, roll(m, STACK_USED + 1)));
		return;
	}
	emit(m, ALU64_X(MOV, reg, kept));
	emit(m, ALU64_K(AND, reg, roll(m, 2) ? 31 : STACK_USED - 1));
}

static void give_context(struct maker *m, u32 reg)
{
	emit(m, ALU64_X(MOV, reg, BPF_REG_6));
}

static void give_memory(struct maker *m, u32 reg)
{
	emit_place(m, reg, roll(m, 3) ? -1 : find_kept(m, VALUE),
		   roll(m, 8) ? STACK_USED : 1 + roll(m, STACK_USED));
}

static void (*const give[])(struct maker *m, u32 reg) = {
	[ARG_ANYTHING] = give_number,    [ARG_CONST_SIZE] = give_size,   [ARG_CONST_SIZE_OR_ZERO] = give_size,
	[ARG_PTR_TO_CTX] = give_context, [ARG_PTR_TO_MEM] = give_memory,
};

/* All its arguments can be given, and it gives a number, if anything. */
static bool can_call(const struct helper *helper)
{
	if (!helper->fn || (helper->ret != RET_INTEGER && helper->ret != RET_VOID))
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(helper->arg) && helper->arg[i].type != ARG_DONTCARE; i++) {
		u32 type = helper->arg[i].type & TYPE_BASE_MASK;

		if (type >= ARRAY_SIZE(give) || !give[type])
			return false;
	}
	return true;
}

/* One of the helpers of the program's type that can be called, or NULL. */
static const struct helper *any_helper(struct maker *m)
{
	bool rights = !m->world->unprivileged;
	struct prog prog = {.type = m->out->type};
	struct prog_view view = {&prog, rights, rights, rights, NULL, NULL, false};
	const struct helper *list[HELPERS_MAX];
	u32 count = 0;

	for (const struct helper_set *set = prog_types[m->out->type]->helpers; set && set->numbers; set++)
		for (const u16 *number = set->numbers;
		     *number && count < HELPERS_MAX && (!set->when || set->when(&view)); number++)
			if (can_call(helper_by_number(*number)))
				list[count++] = helper_by_number(*number);
	return count ? list[roll(m, count)] : NULL;
}

void helper_call(struct maker *m)
{
	const struct helper *helper = any_helper(m);

	if (!helper || m->holds[BPF_REG_6] != CONTEXT)
		return;
	for (u32 i = 0; i < ARRAY_SIZE(helper->arg) && helper->arg[i].type != ARG_DONTCARE; i++)
		give[helper->arg[i].type & TYPE_BASE_MASK](m, BPF_REG_1 + i);
	emit(m, CALL(helper->id));
	after_call(m);
	if (helper->ret == RET_VOID)
		m->holds[BPF_REG_0] = NOTHING;
}

/* --- functions --- */

/* The next instruction names @function; false: too many do. */
static bool name_function(struct maker *m, enum function function)
{
	if (m->function != MAIN || m->ncalls[function] == MAKER_CALLS)
		return false;
	m->call[function][m->ncalls[function]++] = m->out->count;
	return true;
}

/* The function gets two numbers and a pointer to the stack. */
void function_call(struct maker *m)
{
	if (m->function != MAIN || m->world->unprivileged)
		return;
	emit(m, ALU64_X(MOV, BPF_REG_3, number(m)));
	emit(m, ALU64_X(MOV, BPF_REG_2, number(m)));
	emit(m, ALU64_X(MOV, BPF_REG_1, BPF_REG_10));
	emit(m, ALU64_K(ADD, BPF_REG_1, -STACK_USED));
	if (name_function(m, HELPED))
		emit(m, CALL_SUBPROG(0));
	after_call(m);
}

void callback_call(struct maker *m)
{
	int times = find_kept(m, NUMBER);

	if (!name_function(m, CALLBACK))
		return;
	emit_wide(m, BPF_REG_2, BPF_PSEUDO_FUNC, 0, 0);
	emit(m, times >= 0 && roll(m, 2) ? ALU64_X(MOV, BPF_REG_1, times)
					 : ALU64_K(MOV, BPF_REG_1, roll(m, LOOP_TIMES)));
	if (times >= 0)
		emit(m, ALU64_K(AND, BPF_REG_1, 31));
	emit_place(m, BPF_REG_3, -1, STACK_USED);
	emit(m, ALU64_K(MOV, BPF_REG_4, roll(m, 16) ? 0 : 1));
	emit(m, CALL(BPF_FUNC_loop));
	after_call(m);
}
