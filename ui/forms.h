/*
 * The three forms of a program: as written, translated, machine code. Opening makes a machine, loads the
 * program of a file into it, and then they can be looked at (sim/look_prog.h); the texts of instructions
 * that listings share.
 */
#ifndef UI_FORMS_H
#define UI_FORMS_H

#include "program.h"

struct forms_request {
	const char *path, *program;  /* program NULL: the first one */
	const char *const *sysctl;   /* "NAME=N" */
	u32 sysctls;
	u32 mitigations;             /* enum mitigation, or-ed */
	bool unprivileged;
};

struct forms {
	struct session session;
	struct program_file file;
	struct sim *sim;
	const struct prog *prog;
	u32 size_without;            /* bytes of machine code without mitigations, when some are asked for */
};

/*
 * 0; 1: the kernel refused the program, its words are in @error; or -errno with the sentence: what the user
 * gave cannot be used. forms_close() only after 0.
 */
int forms_open(struct forms *f, const struct forms_request *request, struct text *error);
void forms_close(struct forms *f);

/* Bytes of machine code of all functions. */
u32 forms_code_size(const struct prog *prog);
/* "main"-like name of function @func: from the BTF, or the program's, or "F" as the kernel calls it. */
void forms_func_name(const struct prog *prog, u32 func, struct text *out);
/* "int xdp_count(struct xdp_md *ctx)"; the name where there is no BTF. */
void forms_func_text(const struct prog *prog, u32 func, struct text *out);
/*
 * The C of translated insn @insn: NULL when its line does not begin there or has no
 * text; *line: its number.
 */
const char *forms_source_at(const struct prog *prog, u32 insn, u32 *line);
/* An insn as the loader wrote it, with names; a translated one. */
void forms_written_text(const struct forms *f, u32 insn, struct text *out);
void forms_xlated_text(const struct forms *f, u32 insn, struct text *out);
/* An address of the simulated kernel: "map[counts]", "jiffies"; false: it is none. */
bool forms_address_text(const struct forms *f, u64 address, struct text *out);

/* How a translated insn came to be. */
enum forms_change {
	FORMS_SAME,
	FORMS_REWRITTEN,
	FORMS_INSERTED,
};
enum forms_change forms_change(const struct prog *prog, u32 insn);
/* Why: the sentence of a pass of the translator, "" when nothing changed. *name: the pass. */
const char *forms_why_changed(const struct prog *prog, u32 insn, const char **name);
/* An insn as written that is there no more: 1 + the pass that removed it, else 0. */
u32 forms_removed_by(const struct prog *prog, u32 written);

/* "retpoline,rethunk" -> enum mitigation, or-ed. False: a word that is none. */
bool forms_parse_mitigations(const char *words, u32 *mitigations);

#endif
