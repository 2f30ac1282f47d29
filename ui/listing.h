/* Instructions as a listing on standard output: numbered, in the kernel's text, lines of C between them. */
#ifndef UI_LISTING_H
#define UI_LISTING_H

#include "program.h"

struct listing {
	const struct bpf_insn *insns;
	u32 count;
	const struct btf_types *types;        /* of the lines and functions, or NULL */
	struct elf_records lines, functions;  /* struct bpf_line_info, struct bpf_func_info; count 0 = none */
	/* The map that the ld_imm64 at @insn is about, or NULL. */
	const char *(*map_name)(const void *ctx, u32 insn);
	const void *ctx;
	bool bytes;                           /* the 8 bytes of each slot too */
};

void listing_print(const struct listing *listing);

#endif
