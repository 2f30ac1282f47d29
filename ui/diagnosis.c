/* Taking a diagnosis: see diagnosis.h. */
#include <stdio.h>
#include <stdlib.h>

#include "diagnosis.h"
#include "walk.h"

static const struct bpf_line_info *line_at(const struct prog *prog, u32 insn)
{
	const struct bpf_line_info *found = NULL;

	for (u32 i = 0; i < prog->line_info_cnt && prog->line_info[i].insn_off <= insn; i++)
		found = &prog->line_info[i];
	return found;
}

static void take_place(struct place *place, struct sim *sim, const struct prog *prog, u32 insn)
{
	const struct bpf_line_info *line = line_at(prog, insn);
	struct btf *btf = btf_of(prog->btf);
	struct text text;
	const char *name;
	bool first;

	*place = (struct place){.insn = insn};
	text_init(&text, place->text, sizeof(place->text));
	walk_insn_text(sim, prog, insn, &text);
	name = walk_source(prog, insn, &place->line, &first);
	if (!name || !btf)
		return;
	snprintf(place->source, sizeof(place->source), "%.111s", name);
	name = btf_str(&btf->types, line->file_name_off);
	if (name && strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	snprintf(place->file, sizeof(place->file), "%.63s", name ? name : "");
}

/* What the structure check says of an instruction: "unreachable insn 2", "jump out of range from insn 4 to 9". */
static bool insn_in_message(const char *message, u32 count, u32 *insn)
{
	const char *number = strstr(message, "insn ");
	char *end;

	if (!number)
		return false;
	*insn = strtoul(number + 5, &end, 10);
	return end > number + 5 && *insn < count;
}

static void take_ways(struct diagnosis *d, struct sim *sim, const struct verifier *v)
{
	struct path_way way[DIAGNOSIS_WAYS];

	d->ways = path_ways(v, way, DIAGNOSIS_WAYS);
	for (u32 i = 0; i < d->ways && i < DIAGNOSIS_WAYS; i++) {
		take_place(&d->way[i].at, sim, v->prog, way[i].insn);
		d->way[i].taken = way[i].taken;
	}
}

/* Does the instruction write @regno itself? Calls write r0. */
static bool writes(const struct bpf_insn *insn, u32 regno)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
	case BPF_LDX:
		return insn->dst_reg == regno;
	case BPF_LD:
		return insn_is_ld_imm64(insn) ? insn->dst_reg == regno : regno == 0;
	case BPF_STX:
		return BPF_MODE(insn->code) == BPF_ATOMIC && (insn->src_reg == regno || regno == 0);
	case BPF_JMP:
		return BPF_OP(insn->code) == BPF_CALL && regno == 0;
	}
	return false;
}

/* Calls and classic packet loads leave nothing in r1-r5. */
static bool loses(const struct bpf_insn *insn, u32 regno)
{
	bool call = BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) == BPF_CALL;
	bool packet = BPF_CLASS(insn->code) == BPF_LD && !insn_is_ld_imm64(insn);

	return (call || packet) && regno <= BPF_REG_5;
}

static void take_register(struct diagnosis *d, struct sim *sim, struct verifier *v, int regno)
{
	const struct vstate *state;
	const struct reg *reg;
	struct text text;
	u32 at;

	state = path_state(v, &at);
	if (!state || regno < 0 || regno >= MAX_BPF_REGS)
		return;
	d->regno = regno;
	reg = &state->frame[state->curframe]->reg[regno];
	text_init(&text, d->reg, sizeof(d->reg));
	if (reg->type != NOT_INIT)
		path_reg_text(sim, v, reg, &text);
	if (reg->def_insn < v->prog->insn_cnt)
		d->has_def = reg->type == NOT_INIT ? loses(&v->prog->insns[reg->def_insn], regno)
						   : writes(&v->prog->insns[reg->def_insn], regno);
	if (d->has_def)
		take_place(&d->def, sim, v->prog, reg->def_insn);
}

/* Most lines begin with the register that they are about: "R1 !read_ok". */
static int register_in_message(const char *message)
{
	return message[0] == 'R' && message[1] >= '0' && message[1] <= '9' ? atoi(message + 1) : -1;
}

void diagnosis_take(struct diagnosis *d, struct sim *sim, u32 stage)
{
	const struct prog_load *load = look_load(sim);
	const struct rejection *why;
	struct verifier *v;
	u32 insn = 0;

	*d = (struct diagnosis){.regno = -1, .stage = stage};
	if (!load || !load->verifier)
		return;
	v = load->verifier;
	d->walked = v->walk;
	path_cost(v, &d->cost);
	d->rejected = load->err;
	if (!load->err)
		return;
	d->err = load->err;
	why = path_rejection(v);
	snprintf(d->message, sizeof(d->message), "%.255s", why ? why->text : sim->why.text);
	d->reason = why ? why->reason : reason_match(d->message);
	d->has_at = why ? why->insn < v->prog->insn_cnt : insn_in_message(d->message, v->prog->insn_cnt, &insn);
	if (d->has_at)
		take_place(&d->at, sim, v->prog, why ? why->insn : insn);
	if (!why)
		return;
	take_register(d, sim, v, why->regno >= 0 ? why->regno : register_in_message(d->message));
	take_ways(d, sim, v);
}

/* --- what it cost --- */

static const char *plural(u32 n)
{
	return n == 1 ? "" : "s";
}

void diagnosis_print_cost(const struct diagnosis *d)
{
	const struct path_cost *c = &d->cost;

	printf("  walk 2 of 2, the paths: %u instruction%s processed (of at most %u), on %u path%s\n", c->insns,
	       plural(c->insns), c->insns_max, c->ended + d->rejected, plural(c->ended + d->rejected));
	printf("         %u branch%s put aside for later, at most %u waiting at a time (of %u allowed)\n", c->forks,
	       c->forks == 1 ? "" : "es", c->most_waiting, c->waiting_max);
	printf("         %u state%s kept to compare with; %u path%s ended early, as good as a state already walked from\n",
	       c->kept, plural(c->kept), c->pruned, plural(c->pruned));
}

json_t *diagnosis_cost_json(const struct diagnosis *d)
{
	const struct path_cost *c = &d->cost;

	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "insns", c->insns, "paths", c->ended + d->rejected,
			 "branches", c->forks, "most_waiting", c->most_waiting, "states_kept", c->kept, "pruned",
			 c->pruned, "most_states_at_insn", c->most_at_insn);
}
