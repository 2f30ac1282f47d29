/* The table of helpers, made of list.h: see helper.h. */
#include "helper.h"

#define HELPER(name, ...) HELPER_FN(name);
#define VM_HELPER(...)
#define CONTRACT(...)
#define VARIANT(...)
#include "list.h"
#undef HELPER
#undef VM_HELPER
#undef CONTRACT
#undef VARIANT

#define NAME(name) "bpf_" #name
static const char *const names[] = {__BPF_FUNC_MAPPER(NAME)};
#undef NAME

/* What a helper returns, when it is a kernel object. */
#define RET_STRUCT(type, name) type, .ret_btf = name

#define HELPER(name_, ret_, flags_, doc_, ...) \
	[BPF_FUNC_##name_] = {BPF_FUNC_##name_, "bpf_" #name_, doc_, .ret = ret_, .flags = flags_, .arg = {__VA_ARGS__}, \
			      .fn = helper_##name_},
#define VM_HELPER(name_, ret_, flags_, doc_, ...) \
	[BPF_FUNC_##name_] = {BPF_FUNC_##name_, "bpf_" #name_, doc_, .ret = ret_, .flags = HELPER_BY_VM | (flags_), \
			      .arg = {__VA_ARGS__}},
#define CONTRACT(name_, ret_, flags_, doc_, ...) \
	[BPF_FUNC_##name_] = {BPF_FUNC_##name_, "bpf_" #name_, doc_, .ret = ret_, .flags = flags_, .arg = {__VA_ARGS__}},
#define VARIANT(name_, suffix, ret_, flags_, doc_, ...) \
	[HELPER_##name_##_##suffix] = {BPF_FUNC_##name_, "bpf_" #name_, doc_, .ret = ret_, .flags = flags_, \
				       .arg = {__VA_ARGS__}},
/* An argument has a name and a type; few have more. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct helper helpers[HELPER_NUMBERS] = {
#include "list.h"
};

const struct helper *helper_by_number(u32 number)
{
	return number < HELPER_NUMBERS && helpers[number].name ? &helpers[number] : NULL;
}

u32 helper_number(const struct helper *helper)
{
	return helper - helpers;
}

const struct helper *helper_by_id(u32 id)
{
	return id < HELPER_IDS ? helper_by_number(id) : NULL;
}

const char *helper_name(u32 id)
{
	return id < HELPER_IDS ? names[id] : "unknown";
}
