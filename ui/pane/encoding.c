/*
 * Why this encoding: the machine code of one translated instruction, of the one under the cursor or the one
 * that comes next, with the reason for each choice; and where BPF's registers live, what the prologue does.
 */
#include <stdlib.h>

#include "../x86_text.h"
#include "pane.h"

/* The instruction that is explained, NO_INSN: none. */
static u32 subject(const struct view *v, const struct prog *prog)
{
	u32 at;

	if (v->mark.xlated != NO_INSN && v->mark.xlated < prog->xlated->insn_cnt)
		return v->mark.xlated;
	if (v->mark.written < prog->insn_cnt) {
		struct look_range range = look_xlated_of(prog, v->mark.written);

		return range.first < range.end ? range.first : NO_INSN;
	}
	return debug_xlated(v->d, &at) ? at : mark_jit_at(prog);
}

static struct look_range code_of(const struct prog *prog, u32 insn)
{
	struct look_range range = look_code_of(prog, insn);

	if (insn_is_ld_imm64(&prog->xlated->insns[insn]))
		range.end = look_code_of(prog, insn + 1).end;
	return range;
}

static void code_lines(const struct view *v, struct sheet *s, const struct prog *prog, u32 insn)
{
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	struct x86_code code = {.forms = &forms, .func = look_func_of(prog, insn)};
	struct look_range range = code_of(prog, insn);
	char line[160];
	struct text text;

	code.bytes = look_image(prog, code.func)->code;
	while (range.first < range.end) {
		u32 at = range.first;

		text_init(&text, line, sizeof(line));
		range.first += x86_text(&code, at, &text);
		sheet_line(s, mark_item(prog, insn));
		sheet_add(s, ROLE_QUIET, "%4x ", at);
		sheet_add(s, ROLE_LINKED, "%s", line);
		sheet_line(s, mark_item(prog, insn));
		sheet_add(s, ROLE_QUIET, "     ");
		for (u32 i = at; i < range.first; i++)
			sheet_add(s, ROLE_QUIET, "%02x ", code.bytes[i]);
	}
}

/* The distance of a jump decides how many bytes say it. */
static void distance(struct sheet *s, const struct prog *prog, u32 insn)
{
	const struct bpf_insn *i = &prog->xlated->insns[insn];
	s64 way, target = (s64)insn + 1 + i->off;
	char said[160];
	struct text text;

	if ((isa_ops[i->code].format != OP_JCOND && isa_ops[i->code].format != OP_JA) || target < 0 ||
	    target >= prog->xlated->insn_cnt)
		return;
	way = (s64)look_code_of(prog, target).first - look_code_of(prog, insn).end;
	text_init(&text, said, sizeof(said));
	text_say(&text, "distance %lld bytes: %s", (long long)way,
		 way >= -128 && way < 128 ? words("one byte holds it, so a later pass made the jump short")
					  : words("more than one byte, so the jump stays long"));
	sheet_wrap(s, ROLE_PLAIN, said);
}

static void notes(struct sheet *s, u32 bits)
{
	char said[256];
	struct text text;

	for (u32 i = 0; i < JIT_NOTES; i++) {
		if (!(bits >> i & 1))
			continue;
		text_init(&text, said, sizeof(said));
		text_say(&text, "%s: %s", jit_notes[i].name, jit_notes[i].doc);
		sheet_wrap(s, ROLE_PLAIN, said);
	}
}

static u32 notes_of(const struct prog *prog, u32 insn)
{
	const struct prog_jit *jit = prog->jit;
	u32 func = look_func_of(prog, insn);

	if (prog_is_jited(prog))
		return look_notes(prog, insn);
	return !jit->moved && jit->build->func[func].notes
		       ? jit->build->func[func].notes[insn - jit->start[func]]
		       : 0;
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = prog && prog->xlated && prog->jit ? prog->jit->build : NULL;
	const struct forms forms = {.sim = debug_sim(v->d), .prog = prog};
	char line[200];
	const char *name, *why;
	struct text text;
	u32 insn;

	if (!build || !build->func) {
		sheet_nothing(s, "The JIT has not begun.");
		return;
	}
	insn = subject(v, prog);
	if (insn == NO_INSN) {
		sheet_nothing(
			s, "Move the cursor (j k) to an instruction in one of the three forms: here stands "
			   "what it became, and why.");
		return;
	}
	text_init(&text, line, sizeof(line));
	forms_xlated_text(&forms, insn, &text);
	sheet_line(s, mark_item(prog, insn));
	sheet_add(s, ROLE_TITLE, "%u: %s", insn, line);
	if (prog_is_jited(prog))
		code_lines(v, s, prog, insn);
	why = forms_why_changed(prog, insn, &name);
	text_init(&text, line, sizeof(line));
	text_say(&text, "translated: %s", why);
	if (*why)
		sheet_wrap(s, ROLE_QUIET, line);
	if (build->func[look_func_of(prog, insn)].npasses && !prog->jit->moved)
		distance(s, prog, insn);
	notes(s, notes_of(prog, insn));
}

const struct pane pane_encoding = {
	.name = "encoding",
	.title = "why this encoding",
	.help = "What the translated instruction under the cursor (or the one that comes next) became, byte "
		"for "
		"byte, and why: which pass of the translator wrote it, whether immediates and offsets take "
		"one "
		"byte or four, how far a jump goes, which prefix is needed.",
	.draw = draw,
};

/* --- registers, prologue --- */

static const char *const machine[MAX_BPF_REGS] = {
	"rax", "rdi", "rsi", "rdx", "rcx", "r8", "rbx", "r13", "r14", "r15", "rbp",
};

static void register_map(struct sheet *s, u32 first, u32 end, const char *what)
{
	sheet_line(s, SHEET_NO_ITEM);
	for (u32 r = first; r < end; r++) {
		sheet_add(s, ROLE_PLAIN, "r%u ", r);
		sheet_add(s, ROLE_LINKED, "%s  ", machine[r]);
	}
	sheet_add(s, ROLE_QUIET, "%s", words(what));
}

/* One part of the prologue: its bytes in mnemonics, and what it is for. */
static void prologue_line(struct sheet *s, const char *code, const char *what)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "%s", code);
	sheet_to(s, 15);
	sheet_add(s, ROLE_QUIET, "%s", words(what));
}

static void prologue(struct sheet *s, const struct prog *prog, u32 func)
{
	const struct jit_image *image = &prog->jit->build->func[func];
	u32 stack = prog->xlated->subprogs[func].stack_depth;
	char said[64], sub[32];
	struct text text;

	prologue_line(s, "nop5", "for trampolines");
	if (!func)
		prologue_line(s, image->tail_call ? "xor eax, eax" : "nop2",
			      image->tail_call ? words("counts tail calls: none yet")
					       : words("place for that count"));
	prologue_line(s, "push, mov rbp", "rbp = r10, end of frame");
	if (stack) {
		text_init(&text, sub, sizeof(sub));
		text_say(&text, "sub rsp, %u", (u32)round_up_u64(stack, 8));
		text_init(&text, said, sizeof(said));
		text_say(&text, "%u bytes of stack", stack);
		prologue_line(s, sub, said);
	}
	if (image->tail_call)
		prologue_line(s, "push rax", "that count");
	for (u32 i = 0; i < 4; i++) {
		if (!(image->saved >> i & 1))
			continue;
		text_init(&text, sub, sizeof(sub));
		text_say(&text, "push %s", machine[BPF_REG_6 + i]);
		text_init(&text, said, sizeof(said));
		text_say(&text, "r%u is used: kept", BPF_REG_6 + i);
		prologue_line(s, sub, said);
	}
}

static void draw_abi(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = prog && prog->xlated && prog->jit ? prog->jit->build : NULL;
	u32 func = 0, at;

	register_map(s, 0, 1, "result");
	register_map(s, 1, 6, "");
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "   arguments, where C has them");
	register_map(s, 6, 10, "");
	register_map(s, 10, 11, "end of the frame");
	if (!build || !build->func || !build->func[0].npasses) {
		sheet_nothing(s, "(the prologue is not known yet)");
		return;
	}
	if (debug_xlated(v->d, &at))
		func = look_func_of(prog, at);
	else if (build->current < prog->jit->program.nfuncs)
		func = build->current;
	prologue(s, prog, func);
}

const struct pane pane_abi = {
	.name = "abi",
	.title = "registers, prologue",
	.help = "Where the JIT keeps BPF's registers: the same in every program, chosen so that a call of "
		"the "
		"kernel's functions needs no moves. r6 to r9 are registers that a C function must keep, so "
		"the "
		"prologue saves those of them that the program uses. Below: what the prologue of the "
		"function "
		"at hand does.",
	.draw = draw_abi,
};
