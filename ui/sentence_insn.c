/* Executed instructions in words: see sentence.h. A line of the table for each kind of instruction. */
#include "map_show.h"
#include "sentence.h"

struct saying {
	const struct debug *d;
	struct sim *sim;
	const struct walk_insn *i;
	const struct bpf_insn *insn;
	struct text *out;
};

static void add_value(struct saying *s, u64 value)
{
	walk_value_text(s->sim, value, s->out);
}

static u32 access_size(const struct bpf_insn *insn)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

static const char *bytes(u32 n)
{
	return words(n == 1 ? "byte" : "bytes");
}

static void say_load(struct saying *s)
{
	u32 size = access_size(s->insn);

	text_say(s->out, "%u %s read from ", size, bytes(size));
	add_value(s, s->i->before[s->insn->src_reg] + s->insn->off);
	text_say(s->out, ": r%u is ", s->insn->dst_reg);
	add_value(s, s->i->after[s->insn->dst_reg]);
	text_say(s->out, " now.");
}

static void say_store(struct saying *s)
{
	u32 size = access_size(s->insn);
	u64 addr = s->i->before[s->insn->dst_reg] + s->insn->off, value = 0;

	text_say(s->out, "%u %s written at ", size, bytes(size));
	add_value(s, addr);
	if (mem_read(s->sim, &value, addr, size) == 0) {
		text_say(s->out, ": ");
		add_value(s, value);
	}
	text_say(s->out, ".");
}

static void say_atomic(struct saying *s)
{
	u32 size = access_size(s->insn);
	u64 addr = s->i->before[s->insn->dst_reg] + s->insn->off, value = 0;
	const char *name = isa_atomic_name(s->insn->imm);

	text_say(s->out, "Atomic %s at ", name ? name : words("operation"));
	add_value(s, addr);
	if (mem_read(s->sim, &value, addr, size) == 0) {
		text_say(s->out, ": it holds ");
		add_value(s, value);
		text_say(s->out, " now");
	}
	text_say(s->out, ".");
}

static void say_alu(struct saying *s)
{
	u32 r = s->insn->dst_reg;

	if (BPF_OP(s->insn->code) == BPF_MOV) {
		text_say(s->out, "r%u is ", r);
		add_value(s, s->i->after[r]);
		text_say(s->out, BPF_SRC(s->insn->code) == BPF_X ? " now, a copy of r%u." : " now.",
			 s->insn->src_reg);
		return;
	}
	text_say(s->out, "r%u was ", r);
	add_value(s, s->i->before[r]);
	text_say(s->out, ", and is ");
	add_value(s, s->i->after[r]);
	text_say(s->out, " now.");
}

static void say_imm64(struct saying *s)
{
	const struct map *map = walk_map_at(s->sim, s->i->after[s->insn->dst_reg]);

	text_say(s->out, "r%u is ", s->insn->dst_reg);
	if (map)
		text_say(s->out,
			 "the address of map %s now: the fd in the source was replaced by it at load.",
			 map->obj.name);
	else
		add_value(s, s->i->after[s->insn->dst_reg]);
	if (!map)
		text_say(s->out, " now: a constant of 64 bits, in two slots.");
}

static void say_jump(struct saying *s)
{
	const struct vm *vm = s->sim->vm;
	bool always = BPF_OP(s->insn->code) == BPF_JA;

	if (s->i->ended)
		return;
	if (always) {
		text_say(s->out, "On at instruction %u.", vm->pc);
		return;
	}
	text_say(s->out, "r%u is ", s->insn->dst_reg);
	add_value(s, s->i->before[s->insn->dst_reg]);
	if (BPF_SRC(s->insn->code) == BPF_X) {
		text_say(s->out, ", r%u is ", s->insn->src_reg);
		add_value(s, s->i->before[s->insn->src_reg]);
	} else if (s->i->before[s->insn->dst_reg] == 0 && s->insn->imm == 0) {
		text_say(s->out, " (NULL, when it is a pointer)");
	}
	text_say(s->out, ": %s, on at %u.", vm->pc == s->i->pc + 1 ? words("no jump") : words("jump"),
		 vm->pc);
}

/* --- calls --- */

/* "counts[6]": the element that an argument names. */
static void add_key(struct saying *s, const struct map *map, u64 addr)
{
	u8 key[256];

	if (map->k.key_size > sizeof(key) || mem_read(s->sim, key, addr, map->k.key_size))
		return;
	text_say(s->out, " ");
	map_key_text(map, key, s->out);
}

static void add_arguments(struct saying *s, const struct helper *helper)
{
	const struct map *map = NULL;

	for (int n = 0; n < 5 && helper->arg[n].type != ARG_DONTCARE; n++) {
		u64 value = s->i->before[BPF_REG_1 + n];

		text_say(s->out, "%s", n ? ", " : "");
		if (helper->arg[n].type == ARG_CONST_MAP_PTR) {
			map = walk_map_at(s->sim, value);
			text_say(s->out, "%s", map ? map->obj.name : "?");
			continue;
		}
		text_say(s->out, "%s", helper->arg[n].name);
		if (map && helper->arg[n].type == ARG_PTR_TO_MAP_KEY) {
			add_key(s, map, value);
			continue;
		}
		text_say(s->out, " ");
		add_value(s, value);
	}
}

static void say_helper(struct saying *s)
{
	const struct helper *helper = s->i->helper;
	u64 result = s->i->after[BPF_REG_0];

	text_say(s->out, "r0 = %s(", helper->name + (strncmp(helper->name, "bpf_", 4) == 0 ? 4 : 0));
	add_arguments(s, helper);
	text_say(s->out, "): ");
	if (s->i->gives_element) {
		text_say(s->out, result ? "found: r0 points to the element; its value comes behind the key."
					: "not there, so NULL.");
		return;
	}
	if (debug_happened(s->d, EV_MAP_LOOKUP)) {
		if (result) {
			text_say(s->out, "found, r0 points to the value, ");
			add_value(s, result);
			text_say(s->out, ".");
		} else {
			text_say(s->out, "not there, so NULL.");
		}
		return;
	}
	if (sentence_timer_call(s->i, s->out) || sentence_map_call(s->sim, s->i, s->out))
		return;
	add_value(s, result);
	text_say(s->out, ".");
}

/* Several instructions are one helper: what they come to. */
static void say_written_out(struct saying *s)
{
	const struct helper *helper = walk_insn_written_out(s->i);
	u64 result = s->i->after[BPF_REG_0];

	if (!helper || !s->i->done || s->i->ended)
		return;
	text_say(s->out, " So %s, written out, gives ", helper->name + 4 * !strncmp(helper->name, "bpf_", 4));
	if (!result && helper->ret == RET_PTR_TO_MAP_VALUE_OR_NULL)
		text_say(s->out, "NULL: not there");
	else
		add_value(s, result);
	text_say(s->out, ".");
}

/* A helper that calls back: bpf_for_each_map_elem, bpf_loop, bpf_user_ringbuf_drain. */
static bool calls_back(const struct saying *s)
{
	const struct bpf_insn *then = &s->i->prog->insns[s->i->written];

	return !s->i->ended && s->sim->vm->frame > s->i->frame && !insn_is_pseudo_call(s->insn) &&
	       then->code == (BPF_JMP | BPF_CALL) && !then->src_reg;
}

static void say_call(struct saying *s)
{
	if (calls_back(s))
		text_say(s->out,
			 "%s calls a function of the program: on at %u, with a stack frame of its own.",
			 helper_name(s->i->prog->insns[s->i->written].imm), s->sim->vm->pc);
	else if (s->i->helper && s->i->helper->id == BPF_FUNC_tail_call)
		sentence_tail_call(s->sim, s->i, s->out);
	else if (s->i->helper)
		say_helper(s);
	else if (insn_is_pseudo_call(s->insn) && !s->i->ended)
		text_say(s->out,
			 "A function of the program is called: on at %u, with a stack frame of its own.",
			 s->sim->vm->pc);
}

static void say_exit(struct saying *s)
{
	if (!s->i->ended) {
		text_say(s->out, "The function returns to %u; r6 to r9 are as they were before the call.",
			 s->sim->vm->pc);
		return;
	}
	if (sentence_in_timer(s->d)) {
		text_say(s->out,
			 "The timer's function ends and returns %d; the CPU goes on with what it did before.",
			 (s32)s->i->after[BPF_REG_0]);
		return;
	}
	text_say(s->out, "The program ends and returns r0: ");
	walk_retval_text(s->i->prog, s->i->after[BPF_REG_0], s->out);
	text_say(s->out, " (%d).", (s32)s->i->after[BPF_REG_0]);
	sentence_answer(s->i->prog, s->i->after[BPF_REG_0], s->out);
}

static void say_classic(struct saying *s)
{
	text_say(s->out, "%u bytes of the packet, in host byte order: r0 is ", access_size(s->insn));
	add_value(s, s->i->after[BPF_REG_0]);
	text_say(s->out, " now.");
}

static void (*const sayings[])(struct saying *s) = {
	[OP_ALU] = say_alu,        [OP_NEG] = say_alu,        [OP_END] = say_alu,  [OP_LD_IMM64] = say_imm64,
	[OP_LD_ABS] = say_classic, [OP_LD_IND] = say_classic, [OP_LDX] = say_load, [OP_ST] = say_store,
	[OP_STX] = say_store,      [OP_ATOMIC] = say_atomic,  [OP_JA] = say_jump,  [OP_JCOND] = say_jump,
	[OP_CALL] = say_call,      [OP_EXIT] = say_exit,      [OP_NOSPEC] = NULL,
};

void sentence_insn(const struct debug *d, const struct walk_insn *i, struct text *out)
{
	struct saying s = {.d = d, .sim = debug_sim(d), .i = i, .out = out};
	u8 format;

	if (!i->insn)
		return;
	s.insn = i->insn;
	format = isa_ops[s.insn->code].format;
	if (s.sim->vm->fault.kind && i->ended && s.sim->vm->state == VM_FAULTED)
		text_say(out, "Fault: %s.", s.sim->vm->fault.text);
	else if (s.insn->code == (BPF_JMP | BPF_TAIL_CALL))
		sentence_tail_call(s.sim, i, out);
	else if (format < ARRAY_SIZE(sayings) && sayings[format])
		sayings[format](&s);
	if (out->len)
		say_written_out(&s);
}
