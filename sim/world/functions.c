/* Functions of the kernel: see functions.h. */
#include "functions.h"

#define RAW_PREFIX "btf_trace_"

u32 function_id(const struct sim *sim, const char *name)
{
	return sim->host->vmlinux ? btf_find(sim->host->vmlinux, name, BTF_KIND_FUNC) : 0;
}

static u32 params(const struct btf_types *types, u32 proto)
{
	const struct btf_type *t = btf_type_by_id(types, proto);

	return t && btf_kind(t) == BTF_KIND_FUNC_PROTO ? btf_vlen(t) : 0;
}

u32 function_args(const struct sim *sim, u32 id)
{
	const struct btf_type *t = sim->host->vmlinux ? btf_type_by_id(sim->host->vmlinux, id) : NULL;

	return t ? min_u64(params(sim->host->vmlinux, t->type), FUNCTION_ARGS) : 0;
}

u32 function_arg_size(const struct sim *sim, u32 id, u32 i)
{
	const struct btf_types *types = sim->host->vmlinux;
	const struct btf_type *proto = btf_type_by_id(types, btf_type_by_id(types, id)->type);
	const struct btf_type *t = btf_type_by_id(types, btf_skip_mods(types, btf_params(proto)[i].type));

	return btf_kind(t) == BTF_KIND_PTR ? sizeof(u64) : t->size;
}

const char *function_at(const struct sim *sim, u64 address, u32 *off)
{
	u64 id = (address - KERNEL_TEXT) / FUNCTION_SIZE;
	const struct btf_type *t = NULL;

	if (sim->host->vmlinux && address >= KERNEL_TEXT && id <= UINT32_MAX)
		t = btf_type_by_id(sim->host->vmlinux, id);
	if (!t || btf_kind(t) != BTF_KIND_FUNC)
		return NULL;
	*off = (address - KERNEL_TEXT) % FUNCTION_SIZE;
	return btf_name(sim->host->vmlinux, id);
}

u32 raw_tracepoint_id(const struct sim *sim, const char *name)
{
	char full[128];
	struct text text;

	text_init(&text, full, sizeof(full));
	text_add(&text, RAW_PREFIX "%s", name);
	return sim->host->vmlinux && !text.cut ? btf_find(sim->host->vmlinux, full, BTF_KIND_TYPEDEF) : 0;
}

/* The first parameter is the kernel's own. */
u32 raw_tracepoint_args(const struct sim *sim, u32 id)
{
	const struct btf_types *types = sim->host->vmlinux;
	const struct btf_type *t = types ? btf_type_by_id(types, id) : NULL;
	u32 n = 0;

	if (t && btf_kind(t) == BTF_KIND_TYPEDEF) {
		t = btf_type_by_id(types, btf_skip_mods(types, t->type));
		if (t && btf_kind(t) == BTF_KIND_PTR)
			n = params(types, btf_skip_mods(types, t->type));
	}
	return n ? n - 1 : 0;
}
