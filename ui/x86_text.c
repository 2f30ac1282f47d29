/* Machine code as text: see x86_text.h. */
#include <Zydis/Zydis.h>

#include "x86_text.h"

struct x86_insn {
	const struct x86_bytes *code;
	u32 off, len;
};

static ZyanStatus put(ZydisFormatterBuffer *buffer, const char *text)
{
	ZyanString *string;
	ZyanStringView view;

	ZYAN_CHECK(ZydisFormatterBufferAppend(buffer, ZYDIS_TOKEN_SYMBOL));
	ZYAN_CHECK(ZydisFormatterBufferGetString(buffer, &string));
	ZYAN_CHECK(ZyanStringViewInsideBuffer(&view, text));
	return ZyanStringAppend(string, &view);
}

static ZydisFormatterFunc default_address, default_imm;

static ZyanStatus print_address(const ZydisFormatter *formatter, ZydisFormatterBuffer *buffer,
				ZydisFormatterContext *context)
{
	const struct x86_insn *p = context->user_data;
	char name[256];
	struct text text;
	ZyanU64 address;

	text_init(&text, name, sizeof(name));
	ZYAN_CHECK(ZydisCalcAbsoluteAddress(context->instruction, context->operand, context->runtime_address,
					    &address));
	if (!p->code->name(p->code->ctx, p->off, p->len, address, 0, &text)) {
		if (address - p->code->address > p->code->size)
			return default_address(formatter, buffer, context);
		text_add(&text, "%llx", (unsigned long long)(address - p->code->address));
	}
	return put(buffer, name);
}

/* The immediate of movabs may be an address. */
static ZyanStatus print_imm(const ZydisFormatter *formatter, ZydisFormatterBuffer *buffer,
			    ZydisFormatterContext *context)
{
	const struct x86_insn *p = context->user_data;
	char name[256];
	struct text text;

	text_init(&text, name, sizeof(name));
	if (p->code->name(p->code->ctx, p->off, p->len, context->operand->imm.value.u, context->operand->size,
			  &text))
		return put(buffer, name);
	return default_imm(formatter, buffer, context);
}

static void set_up(ZydisFormatter *formatter, bool att)
{
	default_address = (ZydisFormatterFunc)&print_address;
	default_imm = (ZydisFormatterFunc)&print_imm;
	ZydisFormatterInit(formatter, att ? ZYDIS_FORMATTER_STYLE_ATT : ZYDIS_FORMATTER_STYLE_INTEL);
	ZydisFormatterSetProperty(formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
	ZydisFormatterSetProperty(formatter, ZYDIS_FORMATTER_PROP_DISP_PADDING, ZYDIS_PADDING_DISABLED);
	ZydisFormatterSetProperty(formatter, ZYDIS_FORMATTER_PROP_IMM_SIGNEDNESS, ZYDIS_SIGNEDNESS_SIGNED);
	ZydisFormatterSetProperty(formatter, ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_PADDING_DISABLED);
	ZydisFormatterSetHook(formatter, ZYDIS_FORMATTER_FUNC_PRINT_ADDRESS_ABS,
			      (const void **)&default_address);
	ZydisFormatterSetHook(formatter, ZYDIS_FORMATTER_FUNC_PRINT_IMM, (const void **)&default_imm);
}

/* Zydis has one name for each opcode; these are the ones that people (and objdump) know. */
static const char *usual_name(const char *name, size_t len, const ZydisDecodedInstruction *insn)
{
	static const char *const usual[][2] = {
		{"jz", "je"},    {"jnz", "jne"},  {"jnb", "jae"}, {"jnbe", "ja"},
		{"jnl", "jge"},  {"jnle", "jg"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (strlen(usual[i][0]) == len && !memcmp(usual[i][0], name, len))
			return usual[i][1];
	return insn->mnemonic == ZYDIS_MNEMONIC_MOV && insn->length == 10 && len == 3 ? "movabs" : NULL;
}

static void add_line(const char *line, const ZydisDecodedInstruction *insn, struct text *out)
{
	size_t len = strcspn(line, " ");
	const char *usual = usual_name(line, len, insn);

	text_add(out, "%s%s", usual ? usual : "", usual ? line + len : line);
}

u32 x86_bytes_text(const struct x86_bytes *code, u32 off, struct text *out)
{
	struct x86_insn here = {code, off, 0};
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction insn;
	ZydisFormatter formatter;
	ZydisDecoder decoder;
	char line[256];

	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	if (!ZYAN_SUCCESS(
		    ZydisDecoderDecodeFull(&decoder, code->bytes + off, code->size - off, &insn, operands))) {
		text_add(out, ".byte 0x%02x", code->bytes[off]);
		return 1;
	}
	here.len = insn.length;
	set_up(&formatter, code->att);
	if (ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &insn, operands,
							 insn.operand_count_visible, line, sizeof(line),
							 code->address + off, &here)))
		add_line(line, &insn, out);
	return insn.length;
}

/* --- of programs --- */

/* The name of what a field of the code refers to. */
static bool name_reloc(const struct x86_code *code, const struct jit_reloc *reloc, struct text *out)
{
	const struct forms *f = code->forms;
	const char *name = look_reloc_name(f->sim, f->prog, reloc);

	if (name)
		text_add(out, "%s", name);
	else if (reloc->kind == JIT_RELOC_FUNC || reloc->kind == JIT_RELOC_FUNC_ADDR)
		forms_func_name(f->prog, reloc->arg, out);
	else if (reloc->kind == JIT_RELOC_PROBE_LIMIT)
		text_add(out, "end_of_user_space+%u", reloc->arg);
	else if (reloc->kind == JIT_RELOC_IMM64)
		forms_address_text(f, reloc->target, out);
	return out->len > 0;
}

/* By the relocation in the instruction; of immediate values, that of movabs may be an address. */
static bool name_in_program(const void *ctx, u32 off, u32 len, u64 value, u32 bits, struct text *out)
{
	const struct x86_code *code = ctx;
	const struct jit_reloc *reloc = look_reloc_from(look_image(code->forms->prog, code->func), off);

	(void)value;
	if (!reloc || reloc->off >= off + len || (bits && (bits != 64 || reloc->size != sizeof(u64))))
		return false;
	return name_reloc(code, reloc, out);
}

u32 x86_text(const struct x86_code *code, u32 off, struct text *out)
{
	const struct jit_image *image = look_image(code->forms->prog, code->func);
	const struct x86_bytes bytes = {code->bytes, image->size,     image->address,
					code->att,   name_in_program, code};

	return x86_bytes_text(&bytes, off, out);
}

static bool depends_on_place(const struct forms *f, const struct jit_reloc *reloc)
{
	char name[64];
	struct text text;

	text_init(&text, name, sizeof(name));
	return reloc->kind != JIT_RELOC_IMM64 || forms_address_text(f, reloc->target, &text);
}

bool x86_is_address(const struct x86_code *code, u32 off)
{
	const struct jit_image *image = look_image(code->forms->prog, code->func);
	const struct jit_reloc *reloc = look_reloc_from(image, off);

	return reloc && reloc->off <= off && depends_on_place(code->forms, reloc);
}
