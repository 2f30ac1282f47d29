/*
 * Executed instructions: the form of the program that runs, the instruction as written that each came from,
 * the helper that it calls, its text. See walk.h.
 */
#include "forms.h"

/* __htab_map_lookup_elem: the lookup without the way from the element to its value. */
static bool is_inner_lookup(s32 imm)
{
	struct ktext ktext = ktext_at(imm);

	return ktext.kind == KTEXT_INTERNAL && ktext.n == KTEXT_HTAB_LOOKUP;
}

static void find_helper(struct walk_insn *i)
{
	s32 imm = i->insn ? i->insn->imm : 0;

	if (!i->insn || i->insn->code != (BPF_JMP | BPF_CALL) || i->insn->src_reg)
		return;
	i->gives_element = i->translated && is_inner_lookup(imm);
	i->helper = i->gives_element ? helper_by_id(BPF_FUNC_map_lookup_elem)
		    : i->translated  ? vm_called_helper(imm)
				     : helper_by_id(imm);
}

const struct helper *walk_insn_written_out(const struct walk_insn *i)
{
	const struct bpf_insn *then = &i->prog->insns[i->written];
	struct look_range range;

	if (!i->translated || then->code != (BPF_JMP | BPF_CALL) || then->src_reg)
		return NULL;
	range = look_xlated_of(i->prog, i->written);
	return range.end - range.first > 1 ? helper_by_id(then->imm) : NULL;
}

void walk_insn_begin(struct walk_insn *i, const struct sim *sim)
{
	const struct vm *vm = sim->vm;

	*i = (struct walk_insn){
		.prog = vm->prog,
		.pc = vm->pc,
		.written = vm_written_pc(vm),
		.frame = vm->frame,
		.translated = vm->translated,
		.insn = vm_insn(vm),
	};
	find_helper(i);
	memcpy(i->before, vm->reg, sizeof(i->before));
}

void walk_insn_end(struct walk_insn *i, const struct sim *sim)
{
	const struct vm *vm = sim->vm;

	memcpy(i->after, vm->reg, sizeof(i->after));
	i->ended = vm->state != VM_RUNNING;
	i->next = vm->pc;
	i->done = i->ended || vm->prog != i->prog || vm_written_pc(vm) != i->written;
}

void walk_insn_text_of(struct sim *sim, const struct prog *prog, u32 pc, bool translated, struct text *out)
{
	const struct forms forms = {.sim = sim, .prog = prog};

	if (!translated) {
		walk_insn_text(sim, prog, pc, out);
		return;
	}
	text_add(out, "(%02x) ", prog->xlated->insns[pc].code);
	forms_xlated_text(&forms, pc, out);
}

const char *walk_source_xlated(const struct prog *prog, u32 pc, u32 *line, bool *first)
{
	const struct bpf_line_info *info = look_line_of(prog, pc);
	const char *text;

	if (!info)
		return NULL;
	text = forms_source_at(prog, info->insn_off, line);
	*first = info->insn_off == pc;
	return text;
}

const char *walk_insn_source(const struct walk_insn *i, u32 *line, bool *first)
{
	return i->translated ? walk_source_xlated(i->prog, i->pc, line, first)
			     : walk_source(i->prog, i->pc, line, first);
}
