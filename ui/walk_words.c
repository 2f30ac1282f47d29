/* The texts that views of a walk share: see walk.h. */
#include "walk.h"

static const char *cgroup_path(const struct obj *obj)
{
	const struct cgroup *cgroup = container_of(obj, struct cgroup, obj);

	return cgroup->path[0] ? cgroup->path : "/";
}

void walk_object_text(const struct obj *obj, struct text *out)
{
	static const char *const kinds[OBJ_KINDS] = {
		[OBJ_BTF] = "btf",       [OBJ_MAP] = "map",       [OBJ_PROG] = "prog",
		[OBJ_LINK] = "link",     [OBJ_SOCK] = "socket",   [OBJ_PERF] = "perf event",
		[OBJ_CGROUP] = "cgroup", [OBJ_PIDFD] = "process",
	};
	const char *kind = obj->kind < OBJ_KINDS && kinds[obj->kind] ? kinds[obj->kind] : "object";

	if (!obj->id) {
		text_add(out, "%s%s%s", kind, obj->kind == OBJ_CGROUP ? " " : "",
			 obj->kind == OBJ_CGROUP ? cgroup_path(obj) : "");
		return;
	}
	text_add(out, "%s %u%s%s", kind, obj->id, obj->name[0] ? " " : "", obj->name);
}

const struct map *walk_map_at(const struct sim *sim, u64 addr)
{
	struct arena_block block;

	if (!arena_find(sim->arena, addr, &block) || block.tag != TAG_MAP ||
	    addr != block.base + offsetof(struct map, k))
		return NULL;
	return (const struct map *)block.base;
}

void walk_value_text(const struct sim *sim, u64 value, struct text *out)
{
	const struct map *map = walk_map_at(sim, value);

	if (map) {
		text_add(out, "map %s", map->obj.name);
		return;
	}
	if (value >= ARENA_BASE && value < ARENA_BASE + ARENA_SIZE) {
		vm_format_address(sim, value, out);
		return;
	}
	if (value < 100000 || -value < 100000)
		text_add(out, "%lld", (long long)value);
	else
		text_add(out, "0x%llx", (unsigned long long)value);
}

static bool name_call(void *ctx, const struct bpf_insn *insn, struct text *out)
{
	const char *name = insn->src_reg == 0 ? isa_helper_name(insn->imm) : NULL;

	(void)ctx;
	if (name)
		text_add(out, "%s#%d", name, insn->imm);
	return name != NULL;
}

/* The address that the kernel put into a ld_imm64: a map, or a value of one. */
static bool name_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	struct sim *sim = ctx;

	if (!insn->src_reg || imm < ARENA_BASE || imm >= ARENA_BASE + ARENA_SIZE)
		return false;
	walk_value_text(sim, imm, out);
	return true;
}

void walk_insn_text(struct sim *sim, const struct prog *prog, u32 pc, struct text *out)
{
	struct isa_names names = {.ctx = sim, .call = name_call, .imm64 = name_imm64};

	isa_format_op(&prog->insns[pc], &names, out);
}

const char *walk_source(const struct prog *prog, u32 pc, u32 *line, bool *first)
{
	const struct btf *btf = btf_of(prog->btf);
	const struct bpf_line_info *found = NULL;
	const char *text;

	for (u32 i = 0; btf && i < prog->line_info_cnt && prog->line_info[i].insn_off <= pc; i++)
		found = &prog->line_info[i];
	text = found ? btf_str(&btf->types, found->line_off) : NULL;
	if (!text || !*text)
		return NULL;
	while (*text == ' ' || *text == '\t')
		text++;
	*line = BPF_LINE_INFO_LINE_NUM(found->line_col);
	*first = found->insn_off == pc;
	return text;
}

void walk_retval_text(const struct prog *prog, u32 retval, struct text *out)
{
	const struct prog_type *type = prog_type_by_id(prog->type);
	const char *name = type && type->ret_name ? type->ret_name(retval) : NULL;

	if (name)
		text_add(out, "%s", name);
	else
		text_add(out, "%d", (s32)retval);
}
