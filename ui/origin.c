/* Origins: see origin.h. */
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"
#include "map_show.h"
#include "origin.h"

#define FIRST_WINDOW 256 /* steps that are searched backward at first */
#define BYTES 64

/* --- what is asked for --- */

static int parse_memory(struct debug *d, const char *text, struct origin *what, struct why *why)
{
	bool star = *text == '*' && text[1 + strspn(text + 1, " ")] != '(';
	struct expr_value v;
	int err = expr_eval(d, text + star, &v, why);

	if (err)
		return err;
	*what = (struct origin){.kind = ORIGIN_MEMORY,
				.addr = v.place == EXPR_MEMORY && !star ? v.at : v.number};
	what->size = v.place == EXPR_MEMORY && !star ? min_u64(v.size, BYTES) : 8;
	if (star || v.place == EXPR_MEMORY || strncmp(text, "fp", 2) == 0 || strncmp(text, "pkt", 3) == 0)
		return 0;
	return sim_fail(why, -EINVAL,
			"'%.40s' is computed: expected r0 to r10, map NAME[KEY], *ADDRESS or a variable",
			text);
}

int origin_parse(struct debug *d, const char *text, struct origin *what, struct why *why)
{
	const struct vm *vm = debug_sim(d)->vm;
	const char *name = text + (*text == '$');
	const struct map *map;
	char *end;
	u32 reg = *name == 'r' ? strtoul(name + 1, &end, 10) : 0;

	*what = (struct origin){0};
	if (*name == 'r' && end != name + 1 && !*end) {
		*what = (struct origin){.kind = ORIGIN_REG, .reg = reg, .frame = vm->frame};
		if (reg >= MAX_BPF_REGS)
			return sim_fail(why, -EINVAL, "registers are r0 to r10");
		return vm->state == VM_RUNNING ? 0
					       : sim_fail(why, -ENODATA,
							  "no program runs now, so registers hold "
							  "nothing");
	}
	map = expr_map(d, text + (strncmp(text, "map ", 4) == 0 ? 4 : 0), what->key, sizeof(what->key), NULL);
	if (!map)
		return parse_memory(d, text, what, why);
	what->kind = ORIGIN_ELEMENT;
	what->map = map->obj.id;
	return 0;
}

void origin_text(const struct debug *d, const struct origin *what, struct text *out)
{
	const struct obj *obj;

	switch (what->kind) {
	case ORIGIN_REG:
		text_add(out, "r%u", what->reg);
		return;
	case ORIGIN_MEMORY:
		walk_value_text(debug_sim(d), what->addr, out);
		return;
	case ORIGIN_ELEMENT:
		obj = obj_by_id(debug_sim(d), OBJ_MAP, what->map);
		text_add(out, "map %s[", obj ? obj->name : "?");
		if (obj)
			map_key_text(container_of(obj, struct map, obj), what->key, out);
		text_add(out, "]");
		return;
	}
}

/* --- does a step write it? --- */

/* What is looked at before and after a step. */
struct sight {
	bool running, translated;
	const struct prog *prog;
	u32 pc, frame, state;
	u64 reg[MAX_BPF_REGS];
	bool there;
	u8 bytes[BYTES];
};

static const struct bpf_insn *insn_of(const struct sight *s)
{
	return s->running ? debug_insn_of(s->prog, s->translated, s->pc) : NULL;
}

static void look(struct debug *d, const struct origin *what, struct sight *s)
{
	struct sim *sim = debug_sim(d);
	struct obj *obj = what->kind == ORIGIN_ELEMENT ? obj_by_id(sim, OBJ_MAP, what->map) : NULL;
	struct map *map = obj ? container_of(obj, struct map, obj) : NULL;
	const void *value =
		map && map_ops(map)->lookup ? map_look(sim, map, what->key, sim->clock->cpu) : NULL;

	*s = (struct sight){.running = sim->vm->state == VM_RUNNING,
			    .prog = sim->vm->prog,
			    .pc = sim->vm->pc,
			    .translated = sim->vm->translated,
			    .frame = sim->vm->frame,
			    .state = sim->vm->state};
	memcpy(s->reg, sim->vm->reg, sizeof(s->reg));
	if (value) {
		memcpy(s->bytes, value, min_u64(map->k.value_size, BYTES));
		s->there = true;
	} else if (what->kind == ORIGIN_MEMORY) {
		s->there = !mem_read(sim, s->bytes, what->addr, min_u64(what->size, BYTES));
	}
}

static u32 bytes_of(const struct bpf_insn *insn)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

static bool is_store(const struct bpf_insn *insn)
{
	return insn && (BPF_CLASS(insn->code) == BPF_ST || BPF_CLASS(insn->code) == BPF_STX);
}

static bool stores_to(const struct sight *s, u64 addr, u32 size)
{
	const struct bpf_insn *insn = insn_of(s);
	u64 at = is_store(insn) ? s->reg[insn->dst_reg] + insn->off : 0;

	return is_store(insn) && at < addr + size && addr < at + bytes_of(insn);
}

static bool writes_memory(const struct origin *what, const struct sight *was, const struct sight *is)
{
	if (stores_to(was, what->addr, what->size))
		return true;
	return is->there && (!was->there || memcmp(was->bytes, is->bytes, sizeof(was->bytes)) != 0);
}

static bool writes_element(const struct origin *what, const struct sight *was, const struct sight *is)
{
	(void)what;
	return was->there != is->there ||
	       (was->there && memcmp(was->bytes, is->bytes, sizeof(was->bytes)) != 0);
}

/* A register belongs to its frame: a call of a function gives r1 to r5, its exit r0. */
static bool writes_reg(const struct origin *what, const struct sight *was, const struct sight *is)
{
	const struct bpf_insn *insn = insn_of(was);

	if (!was->running)
		return is->running && (what->reg == BPF_REG_1 || what->reg == BPF_REG_10);
	if (!insn)
		return false;
	if (is->running && was->frame == is->frame && was->frame == what->frame && was->pc == is->pc &&
	    was->reg[what->reg] != is->reg[what->reg])
		return true; /* an edit */
	if (is->frame > was->frame)
		return is->frame == what->frame && (what->reg <= BPF_REG_5 || what->reg == BPF_REG_10);
	if (was->frame > is->frame && is->running)
		return is->frame == what->frame && what->reg == BPF_REG_0;
	return was->frame == what->frame && isa_defs(insn) & 1u << what->reg;
}

static bool writes(const struct origin *what, const struct sight *was, const struct sight *is)
{
	switch (what->kind) {
	case ORIGIN_REG:
		return writes_reg(what, was, is);
	case ORIGIN_MEMORY:
		return writes_memory(what, was, is);
	case ORIGIN_ELEMENT:
		return writes_element(what, was, is);
	}
	return false;
}

/* --- going back --- */

/* The last step in (from, to] that writes it. */
static bool last_within(struct debug *d, const struct origin *what, u64 from, u64 to, u64 *found,
			struct sight *before)
{
	struct sim *sim = debug_sim(d);
	struct sight was, is;
	bool any = false;

	sim_goto(sim, from);
	look(d, what, &is);
	while (debug_now(d) < to && !(d->interrupted && *d->interrupted)) {
		was = is;
		if (!sim_run(sim, 1))
			break;
		look(d, what, &is);
		if (!writes(what, &was, &is))
			continue;
		any = true;
		*found = debug_now(d);
		*before = was;
	}
	return any;
}

/* --- what the step took the value from --- */

static void from_load(const struct sight *s, const struct bpf_insn *insn, struct origin *next)
{
	*next = (struct origin){.kind = ORIGIN_MEMORY, .addr = s->reg[insn->src_reg] + insn->off,
				.size = bytes_of(insn)};
}

static void from_reg(const struct sight *s, u32 reg, struct origin *next)
{
	*next = (struct origin){.kind = ORIGIN_REG, .reg = reg, .frame = s->frame};
}

static void from_alu(const struct sight *s, const struct bpf_insn *insn, struct origin *next,
		     struct text *said)
{
	bool mov = BPF_OP(insn->code) == BPF_MOV, x = BPF_SRC(insn->code) == BPF_X;

	if (mov && !x) {
		text_add(said, "A number of the program's own: the chain ends here.");
		return;
	}
	from_reg(s, mov ? insn->src_reg : insn->dst_reg, next);
	if (!mov && x)
		text_add(said, "It was made of r%u and r%u; `origin r%u` follows the other one.",
			 insn->dst_reg, insn->src_reg, insn->src_reg);
}

static void find_next(const struct origin *what, const struct sight *was, struct origin *next,
		      struct text *said)
{
	const struct bpf_insn *insn = insn_of(was);
	u8 class = insn ? BPF_CLASS(insn->code) : 0;

	*next = (struct origin){0};
	if (!insn) {
		text_add(said, "No program wrote it: the chain ends here.");
	} else if (insn->code == (BPF_JMP | BPF_EXIT)) {
		from_reg(was, BPF_REG_0, next); /* of the function that returns */
	} else if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL) {
		if (what->reg <= BPF_REG_5)
			from_reg(was, what->reg, next);
	} else if (insn->code == (BPF_JMP | BPF_CALL)) {
		text_add(said, what->kind == ORIGIN_REG && what->reg
				       ? "A call leaves nothing to be read in r1 to r5: the chain ends here."
				       : "A helper made it: the chain ends here.");
	} else if (class == BPF_LDX) {
		from_load(was, insn, next);
	} else if (class == BPF_STX) {
		from_reg(was, insn->src_reg, next);
	} else if (class == BPF_ALU || class == BPF_ALU64) {
		from_alu(was, insn, next, said);
	} else {
		text_add(said, "A constant of the program's: the chain ends here.");
	}
}

bool origin_go(struct debug *d, const struct origin *what, struct origin *next, struct text *said)
{
	u64 now = debug_now(d), to = now, window = FIRST_WINDOW, found;
	struct sight before = {0};

	while (to > 0 && !(d->interrupted && *d->interrupted)) {
		u64 from = to > window ? to - window : 0;

		if (last_within(d, what, from, to, &found, &before)) {
			debug_arrive(d, found);
			find_next(what, &before, next, said);
			return true;
		}
		to = from;
		window *= 4;
	}
	debug_arrive(d, now);
	return false;
}
