/* The texts of a program's three forms: see forms.h. */
#include <stdio.h>

#include "forms.h"

/* --- functions and lines --- */

static const struct btf_types *types_of(const struct prog *prog)
{
	return prog->btf ? &container_of(prog->btf, struct btf, obj)->types : NULL;
}

/* The BTF's type of function @func, NULL when it has none. */
static const struct btf_type *func_type(const struct prog *prog, u32 func, u32 *id)
{
	const struct btf_types *types = types_of(prog);
	const struct bpf_func_info *info = prog->xlated->func_info;
	const struct btf_type *type = types && info ? btf_type_by_id(types, info[func].type_id) : NULL;

	if (!type || btf_kind(type) != BTF_KIND_FUNC)
		return NULL;
	*id = info[func].type_id;
	return type;
}

void forms_func_name(const struct prog *prog, u32 func, struct text *out)
{
	u32 id;

	if (func_type(prog, func, &id))
		text_add(out, "%s", btf_name(types_of(prog), id));
	else
		text_add(out, "%s", func ? "F" : prog->obj.name);
}

void forms_func_text(const struct prog *prog, u32 func, struct text *out)
{
	u32 id;
	const struct btf_type *type = func_type(prog, func, &id);

	if (type)
		btf_decl_text(types_of(prog), type->type, btf_name(types_of(prog), id), out);
	else
		forms_func_name(prog, func, out);
}

const char *forms_source_at(const struct prog *prog, u32 insn, u32 *line)
{
	const struct bpf_line_info *info = look_line_of(prog, insn);
	const struct btf_types *types = types_of(prog);
	const char *text;

	if (!types || !info || info->insn_off != insn)
		return NULL;
	text = btf_str(types, info->line_off);
	*line = BPF_LINE_INFO_LINE_NUM(info->line_col);
	return text && *text ? text + strspn(text, " \t") : NULL;
}

/* --- instructions --- */

struct names {
	const struct forms *forms;
	u32 insn;
	bool xlated;
};

static bool name_written_call(const struct names *n, const struct bpf_insn *insn, struct text *out)
{
	const struct btf_types *kernel = n->forms->sim->host->vmlinux;

	if (insn->src_reg != BPF_PSEUDO_KFUNC_CALL || !kernel)
		return false;
	text_add(out, "%s", btf_name(kernel, insn->imm));
	return true;
}

static bool name_xlated_call(const struct names *n, const struct bpf_insn *insn, struct text *out)
{
	const struct prog *prog = n->forms->prog;
	const char *name = look_callee(n->forms->sim, prog, insn);

	if (insn->src_reg == BPF_PSEUDO_CALL) {
		text_add(out, "pc%+d ", insn->off);
		if (prog_is_jited(prog))
			forms_func_name(prog, insn->imm, out);
		else
			text_add(out, "%s", name ? name : "");
		return true;
	}
	if (name)
		text_add(out, "%s", name);
	return name != NULL;
}

static bool name_call(void *ctx, const struct bpf_insn *insn, struct text *out)
{
	const struct names *n = ctx;

	return n->xlated ? name_xlated_call(n, insn, out) : name_written_call(n, insn, out);
}

bool forms_address_text(const struct forms *f, u64 address, struct text *out)
{
	const struct map *map = walk_map_at(f->sim, address);

	if (address < ARENA_BASE || address >= ARENA_BASE + ARENA_SIZE)
		return false;
	if (map)
		text_add(out, "map[%s]", map->obj.name);
	else if (address == (u64)(uintptr_t)&f->sim->clock->jiffies)
		text_add(out, "jiffies");
	else
		walk_value_text(f->sim, address, out);
	return true;
}

static bool name_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	const struct names *n = ctx;

	if (insn->src_reg == BPF_PSEUDO_FUNC) {
		text_add(out, "function ");
		if (n->xlated && prog_is_jited(n->forms->prog))
			forms_func_name(n->forms->prog, imm >> 32, out);
		else
			text_add(out, "pc%+d", (s32)imm);
		return true;
	}
	if (n->xlated)
		return forms_address_text(n->forms, imm, out);
	if (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE)
		text_add(out, "map_fd %d", (s32)imm);
	if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
		text_add(out, " value+%u", (u32)(imm >> 32));
	return insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE;
}

void forms_written_text(const struct forms *f, u32 insn, struct text *out)
{
	struct names n = {f, insn, false};
	struct isa_names names = {.ctx = &n, .call = name_call, .imm64 = name_imm64};

	isa_format(&f->prog->user_insns[insn], &names, out);
}

/* What only the kernel knows is written as what it came from. */
void forms_xlated_text(const struct forms *f, u32 insn, struct text *out)
{
	struct names n = {f, insn, true};
	struct isa_names names = {.ctx = &n, .call = name_call, .imm64 = name_imm64};
	const struct bpf_insn *insns = f->prog->xlated->insns;
	struct bpf_insn pair[2] = {insns[insn]};

	if (insn_is_ld_imm64(pair))
		pair[1] = insns[insn + 1];
	if (pair[0].code == (BPF_JMP | BPF_TAIL_CALL)) {
		text_add(out, "tail call");
		if (pair[0].imm)
			text_add(out, " (direct, slot %u)", f->prog->xlated->pokes[pair[0].imm - 1].key);
		return;
	}
	if (BPF_CLASS(pair[0].code) == BPF_LDX && BPF_MODE(pair[0].code) == BPF_PROBE_MEM) {
		pair[0].code = BPF_LDX | BPF_MEM | BPF_SIZE(pair[0].code);
		isa_format(pair, &names, out);
		text_add(out, " (may fault)");
		return;
	}
	isa_format(pair, &names, out);
}

/* --- what was changed, and why --- */

static bool same_insn(const struct prog *prog, u32 insn)
{
	const struct bpf_insn *now = &prog->xlated->insns[insn],
			      *then = &prog->insns[prog->xlated->origin[insn]];

	return !memcmp(now, then, sizeof(*now));
}

/* Jumps go over a longer or shorter way. */
static bool only_distance(const struct prog *prog, u32 insn)
{
	struct bpf_insn now = prog->xlated->insns[insn], then = prog->insns[prog->xlated->origin[insn]];
	u8 class = BPF_CLASS(now.code);

	if (prog->xlated->changed_by[insn] || (class != BPF_JMP && class != BPF_JMP32))
		return false;
	now.off = then.off;
	return now.code == then.code;
}

static bool any_same_before(const struct prog *prog, u32 first, u32 insn)
{
	for (u32 i = first; i < insn; i++)
		if (same_insn(prog, i))
			return true;
	return false;
}

enum forms_change forms_change(const struct prog *prog, u32 insn)
{
	struct look_range range = look_xlated_of(prog, prog->xlated->origin[insn]);

	if (same_insn(prog, insn) && !any_same_before(prog, range.first, insn))
		return FORMS_SAME;
	return insn == range.first ? FORMS_REWRITTEN : FORMS_INSERTED;
}

const char *forms_why_changed(const struct prog *prog, u32 insn, const char **name)
{
	u32 pass = prog->xlated->changed_by[insn];

	*name = "";
	if (forms_change(prog, insn) == FORMS_SAME)
		return "";
	if (only_distance(prog, insn) || !pass) {
		*name = "distance";
		return "as many instructions further away as were inserted or removed between";
	}
	*name = look_pass_name(pass);
	return look_pass_doc(pass);
}

u32 forms_removed_by(const struct prog *prog, u32 written)
{
	return prog->xlated->dropped_by[written];
}
