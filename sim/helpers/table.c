/* The table of helpers, made of list.h: see helper.h. Mirrors bpf_base_func_proto and its kin. */
#include "helper.h"

/* <linux/bpf.h> may be of a later kernel; 6.1's last helper is 211. */
#define HELPERS_6_1 212u

#define HELPER(name, ...) HELPER_FN(name);
#define VM_HELPER(name, ...)
#include "list.h"
#undef HELPER
#undef VM_HELPER

#define NAME(name) "bpf_" #name
static const char *const names[] = {__BPF_FUNC_MAPPER(NAME)};
#undef NAME

#define CONTRACT(name_, ret_, gpl_, doc_, ...) \
	.id = BPF_FUNC_##name_, .name = "bpf_" #name_, .ret = ret_, .gpl_only = gpl_, .doc = doc_, .arg = {__VA_ARGS__}
#define HELPER(name, ...) [BPF_FUNC_##name] = {CONTRACT(name, __VA_ARGS__), .fn = helper_##name},
#define VM_HELPER(name, ...) [BPF_FUNC_##name] = {CONTRACT(name, __VA_ARGS__)},
static const struct helper helpers[HELPERS_6_1] = {
#include "list.h"
};

const struct helper *helper_by_id(u32 id)
{
	return id < HELPERS_6_1 && helpers[id].name ? &helpers[id] : NULL;
}

const char *helper_name(u32 id)
{
	return id < HELPERS_6_1 ? names[id] : "unknown";
}
