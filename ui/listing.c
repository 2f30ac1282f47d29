/* Listings: see listing.h. */
#include <stdio.h>

#include "cli.h"
#include "listing.h"

struct names {
	const struct listing *listing;
	u32 insn;
};

static bool name_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	const struct names *n = ctx;
	const char *map = n->listing->map_name ? n->listing->map_name(n->listing->ctx, n->insn) : NULL;

	if (!map)
		return false;
	if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
		text_add(out, "map[%s][0]+%u", map, (u32)(imm >> 32));
	else
		text_add(out, "map[%s]", map);
	return true;
}

static const void *record_at(const struct elf_records *records, u32 index)
{
	return records->data + (u64)records->size * index;
}

static void print_function(const struct listing *l, u32 insn)
{
	for (u32 i = 0; l->types && i < l->functions.count; i++) {
		struct bpf_func_info info;
		const struct btf_type *type;
		char text[256];
		struct text out;

		memcpy(&info, record_at(&l->functions, i), sizeof(info));
		if (info.insn_off != insn)
			continue;
		text_init(&out, text, sizeof(text));
		type = btf_type_by_id(l->types, info.type_id);
		if (type && btf_kind(type) == BTF_KIND_FUNC)
			btf_decl_text(l->types, type->type, btf_name(l->types, info.type_id), &out);
		printf("%s%s%s:%s\n", insn ? "\n" : "", cli_paint(PAINT_HEAD), text, cli_paint(PAINT_END));
	}
}

/* A line that stands above already is not repeated: *last is its number. */
static void print_line(const struct listing *l, u32 insn, u32 *last)
{
	for (u32 i = 0; l->types && i < l->lines.count; i++) {
		struct bpf_line_info info;
		const char *text;

		memcpy(&info, record_at(&l->lines, i), sizeof(info));
		text = info.insn_off == insn ? btf_str(l->types, info.line_off) : NULL;
		if (!text || !*text || BPF_LINE_INFO_LINE_NUM(info.line_col) == *last)
			continue;
		*last = BPF_LINE_INFO_LINE_NUM(info.line_col);
		printf("%s; %s  (line %u)%s\n", cli_paint(PAINT_QUIET), text + strspn(text, " \t"),
		       BPF_LINE_INFO_LINE_NUM(info.line_col), cli_paint(PAINT_END));
	}
}

static void print_bytes(const struct bpf_insn *insn)
{
	const u8 *bytes = (const u8 *)insn;

	for (u32 i = 0; i < sizeof(*insn); i++)
		printf("%02x ", bytes[i]);
	printf(" ");
}

void listing_print(const struct listing *l)
{
	struct names ctx = {.listing = l};
	u32 last_line = 0;
	struct isa_names names = {.ctx = &ctx, .imm64 = name_imm64};

	for (u32 i = 0; i < l->count; i++) {
		struct bpf_insn pair[2] = {l->insns[i]};
		bool wide = insn_is_ld_imm64(&l->insns[i]) && i + 1 < l->count;
		char line[256];
		struct text out;

		if (wide)
			pair[1] = l->insns[i + 1];
		ctx.insn = i;
		text_init(&out, line, sizeof(line));
		isa_format_op(pair, &names, &out);
		print_function(l, i);
		print_line(l, i, &last_line);
		printf("%5u: ", i);
		if (l->bytes)
			print_bytes(pair);
		printf("%s\n", line);
		i += wide;
		if (wide && l->bytes) {
			printf("%5u: ", i);
			print_bytes(&l->insns[i]);
			printf("(its second half)\n");
		}
	}
}
