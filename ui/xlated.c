/*
 * bpftool's dump of a translated program: see xlated.h. It shows what user space gets to see
 * (BPF_OBJ_GET_INFO_BY_FD): maps by id, no addresses but the imm of calls, which the symbol in
 * front of it explains.
 */
#include <stdio.h>

#include "xlated.h"

struct dump {
	const struct forms *f;
	u32 insn;
};

static const struct btf_types *types_of(const struct prog *prog)
{
	return prog->btf ? &container_of(prog->btf, struct btf, obj)->types : NULL;
}

/* "bpf_prog_6deef7357e7b4530_main" */
static void add_symbol(const struct prog *prog, u32 func, struct text *out)
{
	u8 tag[BPF_TAG_SIZE];

	prog_func_tag(prog, func, tag);
	text_add(out, "bpf_prog_");
	for (u32 i = 0; i < sizeof(tag); i++)
		text_add(out, "%02x", tag[i]);
	text_add(out, "_");
	forms_func_name(prog, func, out);
}

static bool name_call(void *ctx, const struct bpf_insn *insn, struct text *out)
{
	const struct dump *d = ctx;
	const struct prog *prog = d->f->prog;
	const char *name = look_callee(d->f->sim, prog, insn);

	if (insn->src_reg == BPF_PSEUDO_CALL) {
		text_add(out, "pc%+d", insn->off);
		if (prog_is_jited(prog))
			text_add(out, "#"), add_symbol(prog, insn->imm, out);
		return true;
	}
	if (name)
		text_add(out, "%s#%d", name, insn->imm);
	return name != NULL;
}

/* The map that @imm is the address of (*off UINT32_MAX), or in whose value it is. */
static const struct map *map_at(const struct prog *prog, u64 imm, u32 *off)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		const struct map *map = prog->used_maps[i];
		u64 value = (u64)(uintptr_t)map->k.value;

		*off = UINT32_MAX;
		if (imm == (u64)(uintptr_t)&map->k)
			return map;
		*off = imm - value;
		if ((map_ops(map)->traits & MAP_TRAIT_DIRECT) && imm >= value &&
		    imm - value < map->k.value_size)
			return map;
	}
	return NULL;
}

static bool name_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	const struct dump *d = ctx;
	const struct map *map;
	u32 off;

	if (insn->src_reg == BPF_PSEUDO_FUNC) {
		text_add(out, "subprog[%+d]", insn->imm);
		return true;
	}
	map = map_at(d->f->prog, imm, &off);
	if (map)
		text_add(out, "map[id:%u]", map->obj.id);
	if (map && off != UINT32_MAX)
		text_add(out, "[0]+%u", off);
	return map != NULL;
}

/* bpftool writes "struct xdp_md * ctx". */
static void print_declaration(const char *text)
{
	for (; *text; text++) {
		putchar(*text);
		if (*text == '*' && !strchr(" ),", text[1]))
			putchar(' ');
	}
	printf(":\n");
}

static void print_function(const struct prog *prog, u32 insn)
{
	const struct xlated *xlated = prog->xlated;
	const struct btf_types *types = types_of(prog);

	for (u32 i = 0; types && xlated->func_info && i < xlated->nsubprogs; i++) {
		char text[512];
		struct text out;

		if (xlated->func_info[i].insn_off != insn)
			continue;
		text_init(&out, text, sizeof(text));
		forms_func_text(prog, i, &out);
		print_declaration(text);
	}
}

static void print_line(const struct prog *prog, u32 insn, bool linum)
{
	const struct bpf_line_info *info = look_line_of(prog, insn);
	const struct btf_types *types = types_of(prog);
	const char *text = types && info && info->insn_off == insn ? btf_str(types, info->line_off) : NULL;

	if (!text)
		return;
	printf("; %s", text + strspn(text, " \t"));
	if (linum)
		printf(" [file:%s line_num:%u line_col:%u]", btf_str(types, info->file_name_off),
		       BPF_LINE_INFO_LINE_NUM(info->line_col), BPF_LINE_INFO_LINE_COL(info->line_col));
	printf("\n");
}

/* What user space sees of it: two opcodes are the kernel's own. */
static struct bpf_insn shown(struct bpf_insn insn)
{
	if (insn.code == (BPF_JMP | BPF_TAIL_CALL))
		insn.code = BPF_JMP | BPF_CALL, insn.imm = BPF_FUNC_tail_call;
	else if (BPF_CLASS(insn.code) == BPF_LDX && BPF_MODE(insn.code) == BPF_PROBE_MEM)
		insn.code = BPF_LDX | BPF_MEM | BPF_SIZE(insn.code);
	return insn;
}

static void print_insn(const struct forms *f, u32 insn)
{
	struct dump d = {f, insn};
	struct isa_names names = {.ctx = &d, .call = name_call, .imm64 = name_imm64};
	const struct bpf_insn *insns = f->prog->xlated->insns;
	struct bpf_insn pair[2] = {shown(insns[insn])};
	char line[512];
	struct text out;

	if (insns[insn].code == (BPF_JMP | BPF_TAIL_CALL))
		names.call = NULL;
	if (insn_is_ld_imm64(pair))
		pair[1] = insns[insn + 1];
	text_init(&out, line, sizeof(line));
	isa_format_op(pair, &names, &out);
	printf("%4u: %s\n", insn, line);
}

void xlated_print(const struct forms *f, bool linum)
{
	const struct prog *prog = f->prog;

	for (u32 i = 0; i < prog->xlated->insn_cnt; i += insn_slots(&prog->xlated->insns[i])) {
		print_function(prog, i);
		print_line(prog, i, linum);
		print_insn(f, i);
	}
}
