/*
 * A debugger's hold on a session: its recorded timeline with the moments that matter, what the last step did,
 * stops. What every interactive front end has.
 *
 * A program's whole life is recorded first (debug_open), then the machine goes back to step 0 and can be
 * moved at will (travel.h). However a moment is reached, it looks the same: what led to it is found by doing
 * its last step once more (debug_arrive). More can happen afterwards, at the end or in the past: change.h.
 */
#ifndef UI_DEBUG_H
#define UI_DEBUG_H

#include "life.h"
#include "picture.h"

/* Where the machine is in the life of a program. */
enum phase {
	PHASE_BOOT,
	PHASE_SYSCALL,
	PHASE_USER,  /* user space reads or writes maps */
	PHASE_CHECK, /* the verifier before and between its walks */
	PHASE_GRAPH, /* walk 1 */
	PHASE_PATHS, /* walk 2 */
	PHASE_REJECTED, /* from the verdict on */
	PHASE_TRANSLATE,
	PHASE_JIT,
	PHASE_FD, /* PROG_LOAD's last act */
	PHASE_ATTACH,
	PHASE_EVENT,
	PHASES
};

/* The six stages of the pipeline. */
enum pipeline {
	PIPE_SYSCALL,
	PIPE_FD,
	PIPE_VERIFY,
	PIPE_JIT,
	PIPE_ATTACH,
	PIPE_EVENT,
	PIPES,
	PIPE_NONE = PIPES
};

enum pipeline phase_pipe(enum phase phase);

/* A moment that matters, found while the timeline was recorded. */
struct moment_mark {
	u64 step;   /* the first moment at which it has happened */
	u8 kind;    /* enum event_kind */
	u8 phase;   /* enum phase: where it is from there on */
	u32 arg;    /* command, stage, program; see event.h */
	s64 result; /* calls, runs and verdicts: what came of it */
};

/* What was done to programs and to the machine, beside marks. */
struct debug_deed {
	u64 step; /* the first moment at which it has happened */
	u8 kind;  /* EV_COMPILED, EV_GLUE, EV_EDIT */
	u8 when;  /* enum done_when */
};

/* One call as it was made. */
struct debug_call {
	u64 step;
	int cmd;
	u32 size;
	u64 uattr; /* where the attr was in the process's memory */
	union bpf_attr attr;
	s64 result;
	char why[160];
	u32 number; /* its own: what it points to is kept under it (call_memory.h) */
};

/* One PROG_LOAD that has come to its verdict. */
struct debug_load {
	u64 begin, verdict; /* steps: at which it began; at which the verdict was known */
	u32 prog;           /* id, 0 = rejected */
	u32 file;           /* number of its debug_file */
	char *log;          /* all that the kernel wrote into its log, or NULL */
	struct diagnosis found;
};

/* A file that programs came from, and the C file beside it. */
struct debug_file {
	struct program_file file;
	char **source; /* lines; [0] is line 1 */
	u32 source_lines;
	char source_path[256];
	char name[32]; /* as the prompt calls its program, "" = by its own name */
};

#define HAPPENED_EVENTS 64

/* What one step did. */
struct happened {
	bool any; /* false at step 0 */
	struct picture before;
	struct walk_insn insn; /* an instruction of a program was executed: prog is not NULL */
	u32 events;
	struct event event[HAPPENED_EVENTS];
};

struct stop;
struct machine;
struct branch;

struct debug {
	struct session session;
	bool loaded; /* file and session are open */
	u32 first_pid; /* of the loader that there was at the beginning */
	struct walk walk;
	/* what was recorded, in order */
	struct moment_mark *mark;
	u32 marks, mark_room;
	struct debug_deed *deed;
	u32 deeds, deed_room;
	struct debug_call *call;
	u32 calls, call_room;
	struct debug_load *load;
	u32 loads, load_room;
	u32 calls_made;         /* number of the last one */
	struct call_part *part; /* call_memory.h */
	char failed[1024];      /* why the recorded walk ended early, or "" */
	struct debug_file *files; /* the first one is what was opened */
	u32 nfiles;
	/* the program at hand: of the load that this moment is about */
	struct program_file file; /* shown, owned by files[] */
	char **source;            /* lines of the C file, when it is found; [0] is line 1 */
	u32 source_lines;
	char source_path[256];
	const char *log;
	u64 load_begin, verdict;
	struct diagnosis found; /* of a rejection */
	struct happened last;
	struct picture now; /* for comparisons while travelling */
	struct machine *machine; /* machine.h; NULL: nobody has looked yet */
	struct stop *stop;  /* stops.h */
	u32 stops, last_stop;
	u64 heard; /* while travelling: EVENT_BIT()s of the last step */
	struct branch *undo, *checkpoint; /* change.h */
	u32 undos, checkpoints, last_checkpoint;
	bool just_added; /* the machine stands before what a change has recorded, and was not moved since */
	volatile bool *interrupted; /* by Ctrl-C; may be NULL */
	/* now and then while something is recorded; may be NULL */
	void (*busy)(struct debug *d);
	u32 busy_count;
};

/*
 * Records the life. 0: the machine stands at step 0 (why it ended early, if so, in d->failed). -errno with
 * the sentence: nothing could be recorded.
 */
int debug_open(struct debug *d, struct life *life, u32 log_level, struct text *error);
void debug_close(struct debug *d);
/* One more file that programs may come from: its number, or -ENOMEM; the debugger closes it. */
s64 debug_add_file(struct debug *d, const struct program_file *file);
/* To step @step, at most the last one; notes what its last step did. */
void debug_arrive(struct debug *d, u64 step);

/*
 * Recording: from begin to end all that the machine does is noted. Between them the walk may be used
 * (walk_bpf, walk_fire, what takes a walk) and all verbs of sim.h. end: what is in progress is finished.
 * (debug_record.c)
 */
void debug_record_begin(struct debug *d);
void debug_record_end(struct debug *d);
/* Forgets what was noted after @step. */
void debug_record_cut(struct debug *d, u64 step);
/* Takes the load that the present moment is about. */
void debug_select(struct debug *d);
/* Room for one more in a growing array; false without memory. */
bool debug_grow(void **array, u32 count, u32 *room, size_t size);

/* The last mark at or before the present, or NULL. */
const struct moment_mark *debug_mark(const struct debug *d);
enum phase debug_phase(const struct debug *d);
/* The call that is under way or was the last one; before any, the first one. NULL: there is none. */
const struct debug_call *debug_call(const struct debug *d);
/* The program that is shown: the one that runs, or is loaded, or was last. NULL: none yet. */
const struct prog *debug_prog(const struct debug *d);
/* The instruction at hand of debug_prog, as written: of the run or of a walk; false: none. */
bool debug_insn(const struct debug *d, u32 *insn);
/* The one that comes next of the translated form that runs; false: it is not that which runs. */
bool debug_xlated(const struct debug *d, u32 *insn);
/* Instruction @pc of a program, of its translated form or as written; NULL: it has none. */
const struct bpf_insn *debug_insn_of(const struct prog *prog, bool translated, u32 pc);
/* Is the instruction at hand as written about to begin, not in the midst of what the translator made of it?
 */
bool debug_begins(const struct debug *d);
/* The line of C that the machine is at; *first: its first instruction is. NULL: it is not known. */
const char *debug_line(const struct debug *d, u32 *line, bool *first);
/* Is a program being rejected, or was it? */
bool debug_rejected(const struct debug *d);

/* How much of d->log the kernel has written by now, in bytes. */
size_t debug_logged(const struct debug *d);
/* The packet of the event at hand: its bytes and length, or NULL. */
const u8 *debug_packet(const struct debug *d, u32 *len);
/* An event of the last step; NULL: it was none of its. */
const struct event *debug_happened(const struct debug *d, enum event_kind kind);

static inline struct sim *debug_sim(const struct debug *d)
{
	return d->session.sim;
}

static inline u64 debug_now(const struct debug *d)
{
	return sim_now(d->session.sim);
}

static inline u64 debug_end(const struct debug *d)
{
	return sim_end(d->session.sim);
}

#endif
