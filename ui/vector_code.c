/*
 * Comparing translated programs and machine code: the classes xlated and jited of vector_compare.c. Numbers
 * of maps and addresses are other ones in each kernel; everything else must be the same.
 */
#include <stdlib.h>

#include "vector_bench.h"
#include "vector_compare.h"

/* --- xlated --- */

/* What a vector's sysctls make of the translation: what two machines never have in common. */
struct masks {
	bool calls;          /* not compiled: a call of a function of the program names an interpreter */
	bool constants;      /* blinded: both halves of a constant are random */
};

static struct masks masks_of(const json_t *vector)
{
	const json_t *sysctl = json_object_get(vector, "sysctl");
	const json_t *jit = json_object_get(sysctl, "net.core.bpf_jit_enable");

	return (struct masks){
		.calls = jit && !json_integer_value(jit),
		.constants = vector_int(sysctl, "net.core.bpf_jit_harden") > 0,
	};
}

#define AX 11 /* the register that only the kernel uses */

/* 0 where two kernels differ: numbers of maps, addresses of functions and variables. */
static void mask(struct bpf_insn *insn, struct masks masks)
{
	bool call = insn->code == (BPF_JMP | BPF_CALL) && (masks.calls || insn->src_reg != BPF_PSEUDO_CALL);
	bool half = masks.constants && insn->dst_reg == AX && BPF_SRC(insn->code) == BPF_K;

	if (call || half || (insn_is_ld_imm64(insn) && insn->src_reg && insn->src_reg != BPF_PSEUDO_FUNC))
		insn->imm = 0;
}

static u64 imm64(const struct bpf_insn *insn)
{
	return (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
}

/* Both load the address of a kernel variable: each has its own. */
static bool both_addresses(const struct bpf_insn *theirs, const struct bpf_insn *ours)
{
	return insn_is_ld_imm64(theirs) && insn_is_ld_imm64(ours) && theirs->dst_reg == ours->dst_reg &&
	       is_kernel_address(imm64(theirs)) && imm64(ours) - ARENA_BASE < ARENA_SIZE;
}

static bool same_list(const struct bpf_insn *a, const struct bpf_insn *b, u32 count, struct masks masks)
{
	for (u32 i = 0; i < count; i++) {
		struct bpf_insn theirs = a[i], ours = b[i];

		if (i + 1 < count && both_addresses(&a[i], &b[i])) {
			i++;
			continue;
		}
		mask(&theirs, masks);
		mask(&ours, masks);
		if (memcmp(&theirs, &ours, sizeof(ours)))
			return false;
	}
	return true;
}

static bool same_insns(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	struct bpf_insn *a = (void *)hex_bytes(vector_str(theirs, "xlated"), &len);
	struct bpf_insn *b = (void *)hex_bytes(vector_str(ours, "xlated"), &our_len);
	bool same = a && b && len == our_len && same_list(a, b, len / sizeof(*a), masks_of(theirs));

	free(a);
	free(b);
	return same;
}

/*
 * The names of files and the text of lines lie elsewhere in the BTF of a loader that put its
 * strings together anew.
 */
static bool same_lines(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	struct bpf_line_info *a = (void *)hex_bytes(vector_str(theirs, "xlated_line_info"), &len);
	struct bpf_line_info *b = (void *)hex_bytes(vector_str(ours, "xlated_line_info"), &our_len);
	bool same = a && b && len == our_len;

	for (u32 i = 0; same && i < len / sizeof(*a); i++)
		same = a[i].insn_off == b[i].insn_off && a[i].line_col == b[i].line_col;
	free(a);
	free(b);
	return same;
}

/* A recording that does not tell is no difference. */
static bool same_funcs(const json_t *theirs, const json_t *ours)
{
	return !json_object_get(theirs, "xlated_func_info") ||
	       !strcmp(vector_str(theirs, "xlated_func_info"), vector_str(ours, "xlated_func_info"));
}

enum vector_outcome compare_xlated(const json_t *theirs, const json_t *ours)
{
	if (!json_object_get(theirs, "xlated"))
		return DOES_NOT_APPLY;
	if (json_object_get(theirs, "calls") &&
	    !json_equal(json_object_get(theirs, "calls"), json_object_get(ours, "calls")))
		return DIFFERS;
	return same_insns(theirs, ours) && same_lines(theirs, ours) && same_funcs(theirs, ours) ? AGREES
												: DIFFERS;
}

/* --- jited --- */

/* Fields that hold addresses, or depend on them, are 0 in theirs: so in ours. */
static void mask_code(const json_t *theirs, u8 *code, u32 len)
{
	const json_t *reloc;
	size_t i;

	json_array_foreach(json_object_get(theirs, "relocs"), i, reloc) {
		s64 at = vector_int(reloc, "off"), size = vector_int(reloc, "size");

		if (at >= 0 && size >= 0 && at + size <= len)
			memset(code + at, 0, size);
	}
}

/* Is there "movabs reg, address" at @at, each with an address of its own kernel? */
static bool both_load_address(const u8 *a, const u8 *b, u32 at, u32 len)
{
	u64 theirs, ours;

	if (at + 10 > len || (a[at] & 0xfe) != 0x48 || (a[at + 1] & 0xf8) != 0xb8 ||
	    memcmp(a + at, b + at, 2))
		return false;
	memcpy(&theirs, a + at + 2, sizeof(theirs));
	memcpy(&ours, b + at + 2, sizeof(ours));
	return is_kernel_address(theirs) && ours - ARENA_BASE < ARENA_SIZE;
}

static bool same_bytes(const u8 *a, const u8 *b, u32 len)
{
	for (u32 i = 0; i < len; i++)
		if (both_load_address(a, b, i, len))
			i += 9;
		else if (a[i] != b[i])
			return false;
	return true;
}

static bool same_code(const json_t *theirs, const json_t *ours)
{
	u32 len = 0, our_len = 0;
	u8 *a = hex_bytes(vector_str(theirs, "jited_masked"), &len),
	   *b = hex_bytes(vector_str(ours, "jited"), &our_len);
	bool same = a && b && len == our_len;

	if (same) {
		mask_code(theirs, b, len);
		same = same_bytes(a, b, len);
	}
	free(a);
	free(b);
	return same;
}

static u64 address_in(const json_t *list, size_t i)
{
	const char *text = json_string_value(json_array_get(list, i));

	return text ? strtoull(text, NULL, 16) : 0;
}

/* Function and place in it of the code of line @i, as one number. */
static u64 line_place(const json_t *answer, size_t i)
{
	const json_t *ksyms = json_object_get(answer, "ksyms"), *lens = json_object_get(answer, "func_lens");
	u64 address = address_in(json_object_get(answer, "jited_line_info"), i);

	for (size_t func = 0; func < json_array_size(ksyms); func++) {
		u64 place = address - address_in(ksyms, func);

		if (place < (u64)json_integer_value(json_array_get(lens, func)))
			return (u64)func << 32 | place;
	}
	return UINT64_MAX;
}

static bool same_jited_lines(const json_t *theirs, const json_t *ours)
{
	size_t count = json_array_size(json_object_get(theirs, "jited_line_info"));

	if (json_array_size(json_object_get(ours, "jited_line_info")) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (line_place(theirs, i) != line_place(ours, i))
			return false;
	return true;
}

static bool same_lens(const json_t *theirs, const json_t *ours)
{
	return json_equal(json_object_get(theirs, "func_lens"), json_object_get(ours, "func_lens"));
}

static const char *called_at(const json_t *answer, s64 off)
{
	const json_t *reloc;
	size_t i;

	json_array_foreach(json_object_get(answer, "relocs"), i, reloc)
		if (vector_int(reloc, "off") == off)
			return vector_str(reloc, "sym");
	return "";
}

/* Each call goes to the function of the same name. */
static bool same_calls(const json_t *theirs, const json_t *ours)
{
	const json_t *reloc;
	size_t i;

	json_array_foreach(json_object_get(theirs, "relocs"), i, reloc) {
		const char *name = vector_str(reloc, "sym");

		if (!strcmp(vector_str(reloc, "kind"), "call") && *name &&
		    strcmp(name, called_at(ours, vector_int(reloc, "off"))))
			return false;
	}
	return true;
}

enum vector_outcome compare_jited(const json_t *theirs, const json_t *ours)
{
	if (!json_object_get(theirs, "jited_masked"))
		return DOES_NOT_APPLY;
	return same_code(theirs, ours) && same_jited_lines(theirs, ours) && same_lens(theirs, ours) &&
	       same_calls(theirs, ours) ? AGREES : DIFFERS;
}
