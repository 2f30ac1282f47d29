/*
 * Both sides of a system call: the memory of the process that its attr points to, and what the kernel has
 * made of it.
 */
#include "../map_meaning.h"
#include "memory.h"

#define NARROW 56 /* columns */

/* The instruction that RESOLVE has patched last, in this step; UINT32_MAX: none. */
u32 memory_patched(const struct debug *d)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct prog *prog = load ? load->prog : NULL;
	u32 found = UINT32_MAX;

	if (!prog || !prog->insns || !load->verifier || load->stage != LOAD_RESOLVE || !d->last.any ||
	    d->last.before.stage != LOAD_RESOLVE)
		return found;
	for (u32 i = 0; i < prog->insn_cnt && i < load->verifier->at; i += insn_slots(&prog->insns[i]))
		if (memcmp(&prog->insns[i], &prog->user_insns[i], sizeof(prog->insns[i])) != 0)
			found = i;
	return found;
}

void memory_bytes(struct sheet *s, const u8 *bytes, u32 n)
{
	for (u32 i = 0; i < n; i++)
		sheet_add(s, ROLE_QUIET, "%02x ", bytes[i]);
}

void memory_insn(struct sheet *s, const struct bpf_insn *insn)
{
	const u8 *b = (const u8 *)insn;

	if (s->area.cols >= NARROW)
		memory_bytes(s, b, sizeof(*insn));
	else
		sheet_add(s, ROLE_QUIET, "%02x %02x %02x%02x %02x%02x%02x%02x ", b[0], b[1], b[2], b[3], b[4],
			  b[5], b[6], b[7]);
}

/* --- user memory --- */

/* What the 64-bit immediate is meant to be, before anything is resolved. */
static bool name_pseudo(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	static const char *const forms[] = {
		[BPF_PSEUDO_MAP_FD] = "map_fd %d",
		[BPF_PSEUDO_MAP_VALUE] = "map_fd %d's value + %u",
		[BPF_PSEUDO_BTF_ID] = "kernel btf id %d",
		[BPF_PSEUDO_FUNC] = "function pc%+d",
		[BPF_PSEUDO_MAP_IDX] = "map fd_array[%d]",
		[BPF_PSEUDO_MAP_IDX_VALUE] = "map fd_array[%d]'s value + %u",
	};

	(void)ctx;
	if (!insn->src_reg || insn->src_reg >= ARRAY_SIZE(forms))
		return false;
	text_say(out, forms[insn->src_reg], insn->imm, (u32)(imm >> 32));
	return true;
}

static void insns_of(const struct view *v, struct sheet *s, const struct call_part *part)
{
	const struct bpf_insn *insns = (const struct bpf_insn *)part->bytes;
	const struct isa_names names = {.imm64 = name_pseudo};
	u32 n = part->len / sizeof(*insns), at = memory_patched(v->d);

	for (u32 i = 0, second = 0; i < n; i++, second = second ? 0 : insn_slots(&insns[i - 1]) - 1) {
		char line[160];
		struct text text;

		sheet_line(s, i);
		if (i == at)
			sheet_at(s);
		if (!sheet_wants(s))
			continue;
		text_init(&text, line, sizeof(line));
		if (!second && (i + 1 < n || !insn_is_ld_imm64(&insns[i])))
			isa_format(&insns[i], &names, &text);
		else
			text_say(&text, "(second half)");
		sheet_add(s, ROLE_CURRENT, "%s", i == at ? "=>" : "  ");
		sheet_add(s, ROLE_QUIET, "%3u  ", i);
		memory_insn(s, &insns[i]);
		sheet_add(s, i == at ? ROLE_LINKED : second ? ROLE_QUIET : ROLE_PLAIN, " %s", line);
	}
}

static u32 part_u32(const struct call_part *part, u32 off)
{
	u32 value = 0;

	if (off + sizeof(value) <= part->len)
		memcpy(&value, part->bytes + off, sizeof(value));
	return value;
}

/* func_info and line_info: records that begin with the number of an instruction. */
static void records_of(struct sheet *s, const struct call_part *part, u32 size)
{
	bool lines = part->kind == PART_LINES;

	for (u32 off = 0; size >= 8 && off + size <= part->len; off += size) {
		sheet_line(s, SHEET_NO_ITEM);
		if (!sheet_wants(s))
			continue;
		sheet_add(s, ROLE_QUIET, "   insn %u: ", part_u32(part, off));
		if (lines)
			sheet_add(s, ROLE_PLAIN, "line %u", part_u32(part, off + 12) >> 10);
		else
			sheet_add(s, ROLE_PLAIN, "a function of type %u", part_u32(part, off + 4));
	}
}

static void rows_of(struct sheet *s, const struct call_part *part, u32 most)
{
	for (u32 off = 0; off < part->len && off < most; off += 8) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "  +%-4u", off);
		memory_bytes(s, part->bytes + off, min_u64(8, part->len - off));
	}
	if (part->whole > most) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "   ... and so on, %u bytes", part->whole);
	}
}

static void words_of(const struct view *v, struct sheet *s, const struct debug_call *call,
		     const struct call_part *part)
{
	const struct map *map = memory_map(v->d, call);
	char said[200];
	struct text text;

	if (!map || part->len < (part->kind == PART_KEY ? map->k.key_size : map->k.value_size))
		return;
	text_init(&text, said, sizeof(said));
	if (part->kind == PART_KEY)
		map_key_text(map, part->bytes, &text);
	else
		map_passed_text(debug_sim(v->d), map, part->bytes, part->written, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, part->written ? ROLE_CHANGED : ROLE_PLAIN, "   = %s", said);
}

static void one_part(const struct view *v, struct sheet *s, const struct debug_call *call,
		     const struct call_part *part)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_TITLE, "%s", part->field->name);
	sheet_add(s, ROLE_QUIET, " at 0x%llx, %u bytes%s", (unsigned long long)part->uaddr, part->whole,
		  part->written ? words(", written by the kernel") : "");
	switch (part->kind) {
	case PART_INSNS:
		insns_of(v, s, part);
		break;
	case PART_FUNCS:
		records_of(s, part, call->attr.func_info_rec_size);
		break;
	case PART_LINES:
		records_of(s, part, call->attr.line_info_rec_size);
		break;
	case PART_TEXT:
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_PLAIN, "   \"%.*s\"", (int)part->len - 1, (const char *)part->bytes);
		rows_of(s, part, 16);
		break;
	default:
		rows_of(s, part, 64);
		words_of(v, s, call, part);
	}
}

static void draw_user(const struct view *v, struct sheet *s)
{
	const struct debug_call *call = debug_call(v->d);
	u32 parts = 0;

	if (!call) {
		sheet_nothing(s, "No system call yet.");
		return;
	}
	for (const struct attr_field *f = attr_fields(call->cmd, &call->attr); f && f->name; f++) {
		const struct call_part *part = call_part_of(v->d, call, f);

		if (!part || (part->written && !memory_over(v->d, call)))
			continue;
		one_part(v, s, call, part);
		parts++;
	}
	if (!parts)
		sheet_nothing(s, "This attr points to nothing in the process's memory: all that the command "
				 "needs stands in the attr itself.");
}

/* The eight bytes of an instruction, one after the other. */
static void explain_user(const struct view *v, u64 item, struct text *out)
{
	const struct debug_call *call = debug_call(v->d);
	const struct attr_field *f =
		call && call->cmd == BPF_PROG_LOAD ? attr_fields(call->cmd, &call->attr) : NULL;
	const struct call_part *part = NULL;
	const struct bpf_insn *insn;

	for (; f && f->name && !part; f++)
		part = call_part_of(v->d, call, f);
	if (!part || part->kind != PART_INSNS || item >= part->len / sizeof(*insn))
		return;
	insn = (const struct bpf_insn *)part->bytes + item;
	if (item && insn_is_ld_imm64(insn - 1)) {
		text_say(out,
			 "The second half of the instruction before: the upper 32 bits of its constant.");
		return;
	}
	text_say(out,
		 "Byte 0: opcode %02x, %s. Byte 1: registers dst r%u, src %s%u. Bytes 2-3: offset %d. Bytes "
		 "4-7: "
		 "immediate %d%s.",
		 insn->code, isa_ops[insn->code].name ? isa_ops[insn->code].name : words("no instruction"),
		 insn->dst_reg, insn_is_ld_imm64(insn) ? "" : "r", insn->src_reg, insn->off, insn->imm,
		 insn_is_ld_imm64(insn) && insn->src_reg == BPF_PSEUDO_MAP_FD
			 ? words(" (src 1, BPF_PSEUDO_MAP_FD: the immediate is an fd)")
			 : "");
}

const struct pane pane_user = {
	.name = "user",
	.title = "user memory: what attr points to",
	.help = "The memory of the process that makes the call, as it is when it calls: what the addresses "
		"in the "
		"attr lead to. The instructions of a program by slots of 8 bytes (1 opcode, 1 with the two "
		"registers, 2 offset, 4 immediate), keys and values with what they mean. The kernel never "
		"works "
		"on these bytes, it copies them: compare with the pane of the kernel's copy.",
	.draw = draw_user,
	.explain = explain_user,
};
