/*
 * The text of machine code, by Zydis: what it refers to has names, jumps inside of a function have offsets.
 */
#ifndef UI_X86_TEXT_H
#define UI_X86_TEXT_H

#include "forms.h"

/* Bytes of machine code that are no program's. */
struct x86_bytes {
	const u8 *bytes;
	u32 size;
	u64 address;         /* where they run */
	bool att;
	/*
	 * Appends the name of @value to @out: of an address that the instruction at @off refers to, or, with
	 * @bits of it in the code, of an immediate value. False: it has none.
	 */
	bool (*name)(const void *ctx, u32 off, u32 len, u64 value, u32 bits, struct text *out);
	const void *ctx;
};

/* As x86_text. */
u32 x86_bytes_text(const struct x86_bytes *code, u32 off, struct text *out);

struct x86_code {
	const struct forms *forms;
	u32 func;
	const u8 *bytes;     /* of the whole function */
	bool att;            /* AT&T's syntax, else Intel's */
};

/*
 * Appends the instruction at @off to @out; returns its length, at least 1: bytes that are no instruction
 * are written as such.
 */
u32 x86_text(const struct x86_code *code, u32 off, struct text *out);

/*
 * Does the byte at @off belong to a field that holds an address, or the way to one? It is
 * another one in each kernel.
 */
bool x86_is_address(const struct x86_code *code, u32 off);

#endif
