/*
 * Instructions as text that the assembler turns back into the same bytes.
 *
 * That is the kernel's text, with the constants of ld_imm64 in a form that keeps their kind. Fields that the
 * text does not show (reserved ones that are not 0, opcodes that do not exist) would be lost: whatever does
 * not come back is written field by field, as .insn.
 */
#include "asm_in.h"

static bool exact_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	u32 first = imm, second = imm >> 32;

	(void)ctx;
	switch (insn->src_reg) {
	case BPF_PSEUDO_MAP_FD:
		text_add(out, "map[fd:%u]", first);
		break;
	case BPF_PSEUDO_MAP_VALUE:
		text_add(out, "map[fd:%u][0]+%u", first, second);
		break;
	case BPF_PSEUDO_MAP_IDX:
		text_add(out, "map[idx:%u]", first);
		break;
	case BPF_PSEUDO_MAP_IDX_VALUE:
		text_add(out, "map[idx:%u]+%u", first, second);
		break;
	case BPF_PSEUDO_BTF_ID:
		text_add(out, "btf[id:%u]", first);
		break;
	case BPF_PSEUDO_FUNC:
		text_add(out, "subprog[%+d]", (s32)first);
		break;
	default:
		text_add(out, "0x%llx ll", (unsigned long long)imm);
	}
	return true;
}

/* Does @line give @insn, and nothing else? */
static bool comes_back(const char *line, const struct bpf_insn *insn, u32 slots)
{
	struct asm_prog prog = {0};
	struct asm_in in = {.prog = &prog, .line = line, .p = line, .end = line + strlen(line), .opcode = -1};
	struct bpf_insn back[2];

	return asm_insn(&in, back) == slots && asm_at_end(&in) && !memcmp(back, insn, slots * sizeof(*insn));
}

u32 asm_write(const struct bpf_insn *insn, u32 slots, struct text *out)
{
	static const struct isa_names names = {.imm64 = exact_imm64};
	char buf[128];
	struct text line;

	text_init(&line, buf, sizeof(buf));
	if (insn_slots(insn) <= slots) {
		isa_format(insn, &names, &line);
		if (comes_back(buf, insn, insn_slots(insn))) {
			text_add(out, "%s", buf);
			return insn_slots(insn);
		}
	}
	text_add(out, ".insn 0x%02x %u %u %d %d", insn->code, insn->dst_reg, insn->src_reg, insn->off,
		 insn->imm);
	return 1;
}
