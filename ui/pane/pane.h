/*
 * Panes: each shows one part of the machine, as lines of a sheet. A pane is one file that ends with its const
 * struct pane, a declaration below and a line in table.c; layouts (layout.c) say where it stands.
 */
#ifndef UI_PANE_PANE_H
#define UI_PANE_PANE_H

#include "../debug.h"
#include "../forms.h"
#include "../words.h"
#include "sheet.h"

enum number_format { FORMAT_AUTO, FORMAT_HEX, FORMAT_DECIMAL, FORMATS };

#define NO_INSN UINT32_MAX

/* What the cursor of the focused pane is on: all forms of it are marked in the other panes. */
struct mark {
	u32 written, xlated; /* instructions, NO_INSN: none */
	u32 line;            /* of C, 0: none */
};

/* What panes may see. */
struct view {
	struct debug *d;
	u8 format; /* enum number_format */
	u32 map;   /* the one that is drawn; 0 = the one that the last step touched */
	struct mark mark;
	bool mark_at;    /* the pane that is drawn is not the one with the cursor: it follows it */
	bool as_written; /* the bytecode pane shows this form at events too */
};

struct pane {
	const char *name; /* as in `focus NAME` */
	const char *title;
	const char *help; /* what it shows, and how to read it; sentences */
	/* What its tab is called now, NULL: it has nothing to show. NULL: always by its name. */
	const char *(*label)(const struct view *v);
	/* More for the title line; may be NULL. */
	void (*subtitle)(const struct view *v, struct text *out);
	void (*draw)(const struct view *v, struct sheet *s);
	/* Has the last step changed what it shows? NULL: never said. */
	bool (*changed)(const struct view *v);
	/* What a breakpoint at a line's item is called: "%llu" an instruction, ":%llu" a line; NULL: none can
	 * be. */
	const char *stop_form;
	/* What the thing in a line is; may be NULL. */
	void (*explain)(const struct view *v, u64 item, struct text *out);
};

/* --- mark.c --- */

/* Item of a line about a translated instruction: the one as written, above it its own number + 1. */
u64 mark_item(const struct prog *prog, u32 xlated);
struct mark mark_of(const struct pane *pane, const struct window *window);
/* Does the cursor mark it? */
bool mark_written(const struct view *v, const struct prog *prog, u32 written);
bool mark_xlated(const struct view *v, const struct prog *prog, u32 xlated);
/* The translated instruction that the JIT compiles next, or NO_INSN. */
u32 mark_jit_at(const struct prog *prog);

extern const struct pane *const panes[];
/* NULL when there is none. */
const struct pane *pane_by_name(const char *name);
/* In the learner's language; NULL: it has nothing to show now. */
const char *pane_label(const struct pane *pane, const struct view *v);

/* A value as the learner wants it: region and offset, hexadecimal, decimal. */
void view_value(const struct view *v, u64 value, struct text *out);
/* "3 of 17" and the like are never written by hand: many panes say that there is nothing yet. */
void sheet_nothing(struct sheet *s, const char *why);

extern const struct pane pane_code, pane_brief, pane_written, pane_machine, pane_cpu, pane_encoding, pane_abi;
extern const struct pane pane_attr, pane_calls, pane_fds, pane_objects, pane_stages, pane_moments,
	pane_source, pane_bytecode, pane_xlated, pane_x86, pane_passes, pane_registers, pane_stack, pane_maps,
	pane_map, pane_context, pane_packet, pane_cfg, pane_dfs, pane_slots, pane_state, pane_branches,
	pane_budget, pane_log, pane_hooks, pane_trace, pane_user, pane_copy, pane_paths, pane_card, pane_hook,
	pane_lane, pane_cpus, pane_timers, pane_glue;

#endif
