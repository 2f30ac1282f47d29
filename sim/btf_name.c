/* Names in a BTF: which ones the kernel takes (btf_name_valid_identifier of kernel/bpf/btf.c). */
#include "btf_check.h"

#define NAME_MAX_LEN 512 /* the kernel's KSYM_NAME_LEN */

/* Letters as the kernel's isalpha sees them: those of Latin-1, too. */
static bool name_char(u8 c, bool first)
{
	bool ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	bool latin1 = c >= 0xc0 && c != 0xd7 && c != 0xf7;

	return ascii || latin1 || c == '_' || c == '.' || (!first && c >= '0' && c <= '9');
}

bool btf_valid_name(const struct btf_check *check, u32 name_off)
{
	const char *name = btf_str(&check->types, name_off);
	u32 len = 0;

	while (len < NAME_MAX_LEN && name_char(name[len], !len))
		len++;
	return len && !name[len];
}

bool btf_valid_name_off(const struct btf_check *check, u32 name_off)
{
	return name_off <= BTF_MAX_NAME_OFFSET && btf_str(&check->types, name_off);
}
