/*
 * Looking at the three forms of a program: as written, translated, machine code; and the ways between them:
 *
 *	source line <-> insn as written <-> translated insn <-> machine code
 *
 * A ld_imm64 takes two slots; the second one belongs to the first. Nothing here changes anything.
 */
#ifndef SIM_LOOK_PROG_H
#define SIM_LOOK_PROG_H

#include "ktext_name.h"
#include "prog_jit.h"

/* A part of a list: [first, end). Empty: what was asked for has nothing there. */
struct look_range {
	u32 first, end;
};

/* --- as written <-> translated --- */

/* What has become of insn @written: it may have been removed. */
struct look_range look_xlated_of(const struct prog *prog, u32 written);
/* A pass by its number in xlated.changed_by and dropped_by (from 1): "context", and what it does. */
const char *look_pass_name(u32 pass);
const char *look_pass_doc(u32 pass);
/* A translation under way: where it stands after a unit of it. */
struct look_translating {
	u32 pass;            /* by its number, from 1; the one that is over when `ended` */
	bool ended;
	bool begun;          /* it has read something */
	u32 changes;         /* that it has made */
	u32 insns;           /* of the program as this pass has found it, or left it */
};
/* False: none is under way, or all passes are over. */
bool look_translating(const struct verifier *v, struct look_translating *out);
/* The function that translated insn @insn lies in. */
u32 look_func_of(const struct prog *prog, u32 insn);
/* What a call in the translated program calls: ktext_name(). NULL: not one of the kernel's functions. */
const char *look_callee(const struct sim *sim, const struct prog *prog, const struct bpf_insn *insn);

/* --- source lines --- */

/*
 * The source line that translated insn @insn was made from: the last one that begins at or before it.
 * NULL: it is not known.
 */
const struct bpf_line_info *look_line_of(const struct prog *prog, u32 insn);

/* --- machine code --- */

/* How many functions are compiled; 0: the program is interpreted. */
u32 look_images(const struct prog *prog);
const struct jit_image *look_image(const struct prog *prog, u32 func);
/* The place of translated insn @insn in the code of its function. */
struct look_range look_code_of(const struct prog *prog, u32 insn);
/*
 * The translated insn whose code is at @off of function @func; UINT32_MAX: it is the
 * prologue's, or behind the end.
 */
u32 look_insn_at(const struct prog *prog, u32 func, u32 off);
/* The first relocation that ends behind @off; NULL: there is none. */
const struct jit_reloc *look_reloc_from(const struct jit_image *image, u32 off);
/* Bits of enum jit_note for a translated insn. */
u32 look_notes(const struct prog *prog, u32 insn);
/* What a relocation of function @func refers to: a name of the kernel's. NULL: nothing of the kernel. */
const char *look_reloc_name(const struct sim *sim, const struct prog *prog, const struct jit_reloc *reloc);

#endif
