/*
 * A PROG_LOAD watched at work: every unit of it is a step, and between the steps the verifier is looked at.
 * What it did is kept, so that it can be told afterwards.
 */
#ifndef UI_VERIFY_H
#define UI_VERIFY_H

#include "program.h"

/* One unit of the walk over the graph. */
struct verify_step {
	struct cfg_step did;
	u32 depth;                 /* of the stack, afterwards */
};

struct verify {
	u32 type, insn_cnt;
	struct bpf_insn *insns;    /* as the loader gave them */
	u32 units[LOAD_STAGES];    /* how many units each stage took; 0 = it was not reached */
	u32 last_stage;            /* before REPORT */
	u32 nsubprogs, subprog[VERIFIER_MAX_SUBPROGS];
	u32 edges[CFG_EDGE_KINDS], explored, max_depth;
	struct verify_step *step;  /* of the graph */
	u32 steps, room;
	u64 begin;                 /* step of the simulation */
	struct diagnosis found;    /* at the verdict */
	u32 maps;                  /* that the program uses */
	s64 result;                /* of PROG_LOAD */
	char why[256];             /* the sentence, when it failed */
	char *log;                 /* what the kernel wrote into log_buf */
};

/*
 * Loads the program of @file in the session, watching the PROG_LOAD; @log_level goes into its attr (0: no
 * log). 0: PROG_LOAD was reached, look at v->result. -errno with the sentence: something before it failed.
 */
int verify_program(struct verify *v, struct session *s, const struct program_file *file, u32 log_level,
		   struct text *error);
void verify_free(struct verify *v);

/* The stages, the graph, the verdict and the log; @trace: each step of the walk over the graph. verify_text.c
 */
void verify_tell(const struct verify *v, const char *name, bool trace);
/* The verdict alone, and all that is known of a rejection. */
void verify_tell_explained(const struct verify *v, const char *name);
json_t *verify_json(const struct verify *v, const char *name, bool trace); /* verify_json.c */

struct verify_options {
	const char *file, *program, *sysctl;
	const char *source;      /* that @file was compiled from, or NULL */
	u32 log_level;
	bool trace, explain, watch, unprivileged, json;
};

/* Prints what is found out about the program or programs of o->file. Returns enum cli_status. verify_file.c
 */
int verify_file(const struct verify_options *o);

#endif
