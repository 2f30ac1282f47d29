/*
 * The assembler: text to instructions, and instructions to text that gives them back.
 *
 * It reads what the kernel writes (verifier log, `bpftool prog dump xlated`: "12: (85) call
 * bpf_get_prandom_u32#7") and what clang and llvm-objdump write ("if r0 == 0 goto LBB0_2", "r1 = counts ll").
 * One instruction a line:
 *
 *	r1 += 4                r1 = (s8)r2            r1 = be16 r1          r1 = -r1          w1 s/= w2
 *	r0 = *(u32 *)(r1 + 4)  *(u8 *)(r10 - 1) = 7   *(u64 *)(r10 -8) = r1
 *	r0 = *(u16 *)skb[12]   r0 = *(u8 *)skb[r7 + 14]
 *	lock *(u64 *)(r1 + 0) += r2                   r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)
 *	r2 = xchg_64(r1 + 0, r2)                      r0 = cmpxchg_64(r1 + 0, r0, r2)
 *	goto out               gotol pc-70000         if r1 s> r2 goto out  if w1 & 0x80 goto +2
 *	call bpf_ktime_get_ns  call 5                 call my_function      exit
 *	r1 = 0x123456789 ll    r1 = my_function ll    r1 = counts ll        (counts is a map)
 *	r1 = map[counts]       r1 = map[fd:4]         r1 = map[counts][0]+8 (the address of a value)
 *
 * (llvm-objdump writes the call of a function as a bare number; that is read as a helper's.)
 *
 * A name and a colon is a label; what is called, or taken with ll, is a function. Comments: from ; or # or //
 * to the end of the line. A number before a colon (the kernel's numbering) must be that of the instruction,
 * counted from the first such number; an opcode in brackets must fit the text. Numbers are decimal or
 * hexadecimal; a 64-bit one needs ll.
 *
 * Directives:
 *	.section xdp                    what the program is for, as in SEC("xdp")
 *	.license GPL
 *	.name count_packets
 *	.map counts hash 4 8 256        a map: name, type, key size, value size, most entries [flags]
 *	.insn 0x07 1 0 -3 4             any slot at all: opcode, destination, source, offset, immediate
 * .text .globl .global .p2align .type .size .file .addrsig .addrsig_sym, which clang -S writes, are skipped;
 * its maps and data are not read: declare maps.
 *
 * Pure: all memory is the caller's, and names are pieces of the source text, which must stay where it is.
 */
#ifndef SIM_ASM_H
#define SIM_ASM_H

#include "isa.h"

/* A piece of the source text; p is NULL where the text says nothing. */
struct asm_span {
	const char *p;
	u32 len;
};

struct asm_label {
	struct asm_span name;
	u32 insn;       /* slot that it stands before */
	u32 line;       /* from 1 */
	bool function;  /* called, or its address taken */
	u32 next;       /* label with the same hash, index + 1; 0: none */
	u32 head;       /* first label whose hash is this one's index, index + 1; 0: none */
};

struct asm_map {
	struct asm_span name, type;
	u32 key_size, value_size, max_entries, flags;
	u32 line;
};

/* The ld_imm64 at slot @insn wants the fd of maps[map] in its imm; its src_reg is set already. */
struct asm_ref {
	u32 insn, map;
};

struct asm_error {
	u32 line, col;   /* from 1; a tab is one column */
	u32 width;       /* columns that are meant, at least 1 */
	char text[200];  /* "expected a register or a number, found `foo`" */
};

struct asm_prog {
	/* Memory of the caller; asm_lines() says how much is always enough, for maps ASM_MAPS_MAX. */
	struct bpf_insn *insns;
	u32 *insn_lines;            /* source line of each slot */
	u32 insn_cap;               /* of both */
	struct asm_label *labels;
	u32 label_cap;
	struct asm_map *maps;
	u32 map_cap;
	struct asm_ref *refs;
	u32 ref_cap;

	/* The result. */
	u32 insn_count, label_count, map_count, ref_count;
	struct asm_span section, license, name;
	struct asm_error error;
};

#define ASM_MAPS_MAX 64  /* maps that one program may use in Linux 6.1 (MAX_USED_MAPS) */

/* Lines of @text. A line makes at most two slots, one label and one reference. */
u32 asm_lines(const char *text, size_t len);

/*
 * Assembles @text. 0, or -EINVAL with prog->error filled in (the first error), or -E2BIG when the caller's
 * memory is too small. imm of an instruction named by a reference is 0.
 */
int asm_read(struct asm_prog *prog, const char *text, size_t len);

/* Where and why, as "FILE:3:8: error: ...", the line, and carets under what is meant. */
void asm_error_show(const struct asm_error *error, const char *file, const char *text, size_t len,
		    struct text *out);

/*
 * Writes one line, without line feed, that assembles to exactly the bytes of @insn: the kernel's text where
 * that says it all, .insn where it does not. @slots that follow may be read. Returns the slots written: 2 for
 * a sound ld_imm64, otherwise 1.
 */
u32 asm_write(const struct bpf_insn *insn, u32 slots, struct text *out);

#endif
