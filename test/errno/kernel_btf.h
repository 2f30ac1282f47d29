/* For the errno tables about the kernel's functions: its BTF, type by type. */
#ifndef TEST_ERRNO_KERNEL_BTF_H
#define TEST_ERRNO_KERNEL_BTF_H

#include <linux/btf.h>
#include <stdlib.h>

#include "test/errno/sys/sys.h"

#define MAX_TYPES 200000

static struct {
	const char *strings;
	const struct btf_type *type[MAX_TYPES];
	unsigned count; /* ids 1 .. count - 1 */
} kernel;

static inline unsigned record_size(const struct btf_type *t)
{
	static const unsigned per_entry[] = {
		[BTF_KIND_STRUCT] = sizeof(struct btf_member),
		[BTF_KIND_UNION] = sizeof(struct btf_member),
		[BTF_KIND_ENUM] = sizeof(struct btf_enum),
		[BTF_KIND_ENUM64] = sizeof(struct btf_enum64),
		[BTF_KIND_FUNC_PROTO] = sizeof(struct btf_param),
		[BTF_KIND_DATASEC] = sizeof(struct btf_var_secinfo),
	};
	static const unsigned more[] = {
		[BTF_KIND_INT] = 4, [BTF_KIND_ARRAY] = sizeof(struct btf_array),
		[BTF_KIND_VAR] = 4, [BTF_KIND_DECL_TAG] = 4,
		[31] = 0,
	};
	unsigned kind = BTF_INFO_KIND(t->info);

	return sizeof(*t) + more[kind] +
	       (kind <= BTF_KIND_ENUM64 ? per_entry[kind] * BTF_INFO_VLEN(t->info) : 0);
}

static inline void kernel_open(void)
{
	const struct btf_header *header = sys_kernel_btf();
	const char *types = (const char *)header + header->hdr_len + header->type_off;

	kernel.strings = (const char *)header + header->hdr_len + header->str_off;
	kernel.count = 1;
	for (unsigned at = 0; at < header->type_len && kernel.count < MAX_TYPES; kernel.count++) {
		kernel.type[kernel.count] = (const struct btf_type *)(types + at);
		at += record_size(kernel.type[kernel.count]);
	}
}

static inline unsigned kernel_kind(unsigned id)
{
	return BTF_INFO_KIND(kernel.type[id]->info);
}

static inline const char *kernel_name(unsigned id)
{
	return kernel.strings + kernel.type[id]->name_off;
}

/* The first type of this name; the table makes no sense without it. */
static inline unsigned kernel_id(const char *name, unsigned kind)
{
	for (unsigned id = 1; id < kernel.count; id++)
		if (kernel_kind(id) == kind && !strcmp(kernel_name(id), name))
			return id;
	note("the kernel has no %s", name);
	exit(1);
}

#endif
