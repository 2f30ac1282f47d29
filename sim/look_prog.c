/* The three forms of a program, and the ways between them: see look_prog.h. */
#include "look_prog.h"
#include "verifier/translate.h"

/* --- as written <-> translated --- */

/* The first translated insn whose origin is not below @written: passes keep the order. */
static u32 first_from(const struct xlated *xlated, u32 written)
{
	u32 low = 0, high = xlated->insn_cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (xlated->origin[mid] < written)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct look_range look_xlated_of(const struct prog *prog, u32 written)
{
	const struct xlated *xlated = prog->xlated;

	if (!xlated)
		return (struct look_range){written, written};
	return (struct look_range){first_from(xlated, written), first_from(xlated, written + 1)};
}

const char *look_pass_name(u32 pass)
{
	return xlat_passes[pass - 1].name;
}

const char *look_pass_doc(u32 pass)
{
	return xlat_passes[pass - 1].doc;
}

bool look_translating(const struct verifier *v, struct look_translating *out)
{
	const struct translation *t = v->translation;

	if (!t)
		return false;
	out->ended = t->at == UINT32_MAX;
	out->pass = out->ended ? t->pass : t->pass + 1;
	out->begun = !out->ended && t->at;
	out->changes = t->changes;
	out->insns = t->nin;
	return out->pass >= 1 && out->pass <= xlat_npasses;
}

u32 look_func_of(const struct prog *prog, u32 insn)
{
	u32 func = prog->xlated->nsubprogs - 1;

	while (func && prog->xlated->subprogs[func].start > insn)
		func--;
	return func;
}

const char *look_callee(const struct sim *sim, const struct prog *prog, const struct bpf_insn *insn)
{
	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return "bpf_tail_call";
	if (insn->code != (BPF_JMP | BPF_CALL) || (insn->src_reg == BPF_PSEUDO_CALL && prog_is_jited(prog)))
		return NULL;
	return ktext_name(sim, prog, insn->imm);
}

/* --- source lines --- */

const struct bpf_line_info *look_line_of(const struct prog *prog, u32 insn)
{
	const struct xlated *xlated = prog->xlated;
	u32 low = 0, high = xlated->line_info_cnt;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (xlated->line_info[mid].insn_off <= insn)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &xlated->line_info[low - 1] : NULL;
}

/* --- machine code --- */

u32 look_images(const struct prog *prog)
{
	return prog_is_jited(prog) ? prog->jit->program.nfuncs : 0;
}

const struct jit_image *look_image(const struct prog *prog, u32 func)
{
	return &prog->jit->build->func[func];
}

/* Where insn @at of a function is in what was compiled: blinding moves insns. */
static u32 compiled_at(const struct prog_jit *jit, u32 func, u32 at)
{
	return jit->moved ? jit->moved[func][at] : at;
}

struct look_range look_code_of(const struct prog *prog, u32 insn)
{
	u32 func = look_func_of(prog, insn), at = insn - prog->xlated->subprogs[func].start;
	const struct jit_image *image = look_image(prog, func);

	return (struct look_range){image->off[compiled_at(prog->jit, func, at)],
				   image->off[compiled_at(prog->jit, func, at + 1)]};
}

static u32 end_of_func(const struct prog *prog, u32 func)
{
	const struct xlated *xlated = prog->xlated;

	return func + 1 < xlated->nsubprogs ? xlated->subprogs[func + 1].start : xlated->insn_cnt;
}

/* The last insn that begins at or before @off: those before it at the same place have no code. */
u32 look_insn_at(const struct prog *prog, u32 func, u32 off)
{
	u32 start = prog->xlated->subprogs[func].start, low = start, high = end_of_func(prog, func);

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (look_code_of(prog, mid).first <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low == start || off >= look_image(prog, func)->size ? UINT32_MAX : low - 1;
}

const struct jit_reloc *look_reloc_from(const struct jit_image *image, u32 off)
{
	u32 low = 0, high = image->nrelocs;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (image->relocs[mid].off + image->relocs[mid].size <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low < image->nrelocs ? &image->relocs[low] : NULL;
}

u32 look_notes(const struct prog *prog, u32 insn)
{
	u32 func = look_func_of(prog, insn), at = insn - prog->xlated->subprogs[func].start, notes = 0;
	const struct jit_image *image = look_image(prog, func);

	for (u32 i = compiled_at(prog->jit, func, at); i < compiled_at(prog->jit, func, at + 1); i++)
		notes |= image->notes[i];
	return notes;
}

const char *look_reloc_name(const struct sim *sim, const struct prog *prog, const struct jit_reloc *reloc)
{
	if (reloc->kind != JIT_RELOC_CALL && reloc->kind != JIT_RELOC_THUNK)
		return NULL;
	return ktext_name(sim, prog, reloc->target - KTEXT_BASE);
}
