/*
 * The assembler: lines, labels, directives. Two passes over the text: the first places the labels, the second
 * knows where they are.
 */
#include "asm_in.h"

/* --- labels --- */

/* "out:", but not the "0:" of the kernel's numbering. */
static bool plain_label(struct asm_in *in)
{
	const char *start = in->p;
	struct asm_span name;

	if (asm_name(in, &name) && asm_take(in, ":"))
		return asm_add_label(in, name);
	in->p = start;
	return false;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* llvm-objdump's "0000000000000010 <out>:" */
static bool objdump_label(struct asm_in *in)
{
	const char *start = in->p, *p;
	struct asm_span name;

	asm_blank(in);
	for (p = in->p; p < in->end && hex_digit(*p) >= 0; p++)
		;
	if (p - in->p == 16) {
		in->p = p;
		if (asm_take(in, "<") && asm_name(in, &name) && asm_take(in, ">:"))
			return asm_add_label(in, name);
	}
	in->p = start;
	return false;
}

/* bpftool's "int count(struct xdp_md * ctx):": the name before the bracket. */
static bool prototype_label(struct asm_in *in)
{
	const char *start = in->p, *last = in->end;
	struct asm_span name = {0}, word = {0};

	while (last > in->p && (last[-1] == ' ' || last[-1] == '\r'))
		last--;
	if (last - in->p < 2 || last[-1] != ':' || last[-2] != ')')
		return false;
	while (asm_name(in, &name) || asm_take(in, "*"))
		word = name;
	if (word.p && asm_take(in, "(")) {
		in->p = last;
		return asm_add_label(in, word);
	}
	in->p = start;
	return false;
}

/* --- maps and directives --- */

/* A word up to a blank, a comma or a comment; or "anything in quotes". */
static bool need_word(struct asm_in *in, const char *what, struct asm_span *span)
{
	bool quoted = asm_take(in, "\"");
	const char *p, *stop = quoted ? "\"" : " \t\r\",;#";

	asm_blank(in);
	*span = (struct asm_span){.p = in->p};
	for (p = in->p; p < in->end && *p && !strchr(stop, *p); p++)
		;
	span->len = p - in->p;
	if (!span->len)
		return asm_expected(in, what);
	in->p = p;
	return !quoted || asm_need(in, "\"");
}

static bool skip_line(struct asm_in *in)
{
	in->p = in->end;
	return true;
}

/* clang -S adds flags behind a comma: .section xdp,"ax",@progbits */
static bool read_section(struct asm_in *in)
{
	if (!need_word(in, "a section name, such as xdp", &in->prog->section))
		return false;
	return !asm_take(in, ",") || skip_line(in);
}

static bool read_license(struct asm_in *in)
{
	return need_word(in, "a license, such as GPL", &in->prog->license);
}

static bool read_name(struct asm_in *in)
{
	return need_word(in, "a name for the program", &in->prog->name);
}

static bool read_map(struct asm_in *in)
{
	struct asm_map map = {.line = in->number};

	asm_blank(in);
	if (!asm_name(in, &map.name))
		return asm_expected(in, "the map's name");
	if (!need_word(in, "a map type, such as hash", &map.type) ||
	    !asm_need_u32(in, "a key size", &map.key_size) ||
	    !asm_need_u32(in, "a value size", &map.value_size) ||
	    !asm_need_u32(in, "the number of entries", &map.max_entries))
		return false;
	if (!asm_at_end(in) && !asm_need_u32(in, "the flags", &map.flags))
		return false;
	return asm_add_map(in, &map);
}

static void emit(struct asm_in *in, const struct bpf_insn *insn, u32 slots)
{
	struct asm_prog *prog = in->prog;

	for (u32 i = 0; i < slots; i++, prog->insn_count++) {
		if (in->measure || prog->insn_count >= prog->insn_cap)
			continue;
		prog->insns[prog->insn_count] = insn[i];
		prog->insn_lines[prog->insn_count] = in->number;
	}
}

static bool need_field(struct asm_in *in, const char *what, s64 min, s64 max, s64 *value)
{
	struct asm_number n;

	return asm_number(in, &n) ? asm_in_range(in, &n, min, max, what, value) : asm_expected(in, what);
}

static bool read_raw(struct asm_in *in)
{
	s64 code, dst, src, off, imm;
	struct bpf_insn insn;

	if (!need_field(in, "an opcode", 0, 255, &code) || !need_field(in, "a destination", 0, 15, &dst) ||
	    !need_field(in, "a source", 0, 15, &src) ||
	    !need_field(in, "an offset", INT16_MIN, INT16_MAX, &off) ||
	    !need_field(in, "an immediate", INT32_MIN, UINT32_MAX, &imm))
		return false;
	insn = (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = (s32)imm};
	emit(in, &insn, 1);
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct asm_in *in);
} directives[] = {
	{".section", read_section}, {".license", read_license}, {".name", read_name},
	{".map", read_map},         {".insn", read_raw},        {".text", skip_line},
	{".globl", skip_line},      {".global", skip_line},     {".p2align", skip_line},
	{".type", skip_line},       {".size", skip_line},       {".file", skip_line},
	{".addrsig", skip_line},    {".addrsig_sym", skip_line},
};

static bool read_directive(struct asm_in *in)
{
	struct asm_span name;

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		if (asm_take_word(in, directives[i].word))
			return directives[i].read(in);
	if (!asm_name(in, &name))
		return asm_expected(in, "a directive");
	return asm_fail(in, name.p, name.len,
			"unknown directive: there are .section .license .name .map .insn");
}

/* --- lines --- */

static bool hex_pair(const char *p)
{
	return hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0;
}

/* The bytes of the instruction, as llvm-objdump puts them in front: eight pairs, or sixteen. */
static void skip_bytes(struct asm_in *in)
{
	const char *p;
	u32 pairs = 0;

	asm_blank(in);
	for (p = in->p; in->end - p >= 3 && hex_pair(p) && (p[2] == ' ' || p[2] == '\t'); p += 3)
		pairs++;
	if (pairs == 8 || pairs == 16)
		in->p = p;
}

/* "12:", where the lines of a listing that begins at slot 10 have to be numbered so. */
static bool check_number(struct asm_in *in, const struct asm_number *n)
{
	s64 slot = in->prog->insn_count, number = min_u64(n->magnitude, INT32_MAX);

	if (!in->numbered)
		in->base = number - slot;
	in->numbered = true;
	return number - slot == in->base || asm_fail(in, n->p, n->len, "this is instruction %lld, not %lld",
						     (long long)(slot + in->base), (long long)number);
}

/* "12: (85)" and the like in front of an instruction. */
static bool read_prefix(struct asm_in *in)
{
	const char *start = in->p;
	struct asm_number n;

	asm_blank(in);
	if (in->p < in->end && *in->p >= '0' && *in->p <= '9') {
		if (!asm_number(in, &n) || !asm_need(in, ":") || !check_number(in, &n))
			return false;
		skip_bytes(in);
	}
	start = in->p;
	in->opcode = -1;
	if (asm_take(in, "(") && in->end - in->p >= 3 && hex_pair(in->p) && in->p[2] == ')') {
		in->opcode = hex_digit(in->p[0]) << 4 | hex_digit(in->p[1]);
		in->p += 3;
	} else {
		in->p = start;
	}
	return true;
}

static bool read_instruction(struct asm_in *in)
{
	struct bpf_insn insn[2];
	const char *start;
	u32 slots;

	if (!read_prefix(in))
		return false;
	asm_blank(in);
	start = in->p;
	slots = asm_insn(in, insn);
	if (!slots)
		return false;
	if (in->opcode >= 0 && in->opcode != insn->code)
		return asm_fail(in, start, in->p - start, "the line says opcode %02x, but this is %02x",
				in->opcode, insn->code);
	emit(in, insn, slots);
	return true;
}

static bool read_line(struct asm_in *in)
{
	if (asm_at_end(in))
		return true;
	if (prototype_label(in) || plain_label(in) || objdump_label(in)) {
		if (asm_at_end(in))
			return true;
	}
	if (in->failed)
		return false;
	if (!(*in->p == '.' ? read_directive(in) : read_instruction(in)))
		return false;
	return asm_at_end(in) || asm_expected(in, "the end of the line");
}

static bool read_pass(struct asm_prog *prog, const char *text, size_t len, bool measure)
{
	struct asm_in in = {.prog = prog, .measure = measure};
	const char *next = text, *end = text + len;

	prog->insn_count = 0;
	while (next && !in.failed) {
		const char *feed = len ? memchr(next, '\n', end - next) : NULL;

		in.line = in.p = next;
		in.end = feed ? feed : end;
		next = feed ? feed + 1 : NULL;
		in.number++;
		in.opcode = -1;
		read_line(&in);
	}
	return !in.failed;
}

static bool all_fits(const struct asm_prog *prog)
{
	return prog->insn_count <= prog->insn_cap && prog->label_count <= prog->label_cap &&
	       prog->ref_count <= prog->ref_cap;
}

int asm_read(struct asm_prog *prog, const char *text, size_t len)
{
	prog->label_count = prog->map_count = prog->ref_count = 0;
	prog->section = prog->license = prog->name = (struct asm_span){0};
	for (u32 i = 0; i < prog->label_cap; i++)
		prog->labels[i].head = 0;
	if (!read_pass(prog, text, len, true))
		return -EINVAL;
	if (!all_fits(prog))
		return -E2BIG;
	if (!read_pass(prog, text, len, false))
		return -EINVAL;
	return all_fits(prog) ? 0 : -E2BIG;
}
