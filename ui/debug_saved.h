/*
 * A debugger's session in a file: the inputs as every session file has them, and as records (lines outside of
 *the simulation) the place, the stops, the files that programs came from; what can be undone and the
 *checkpoints are a section of their own (branch_saved.c).
 *
 *	file PATH            the first program's
 *	program NAME
 *	tui.file PATH<tab>PROGRAM<tab>NAME   one more (`load ... as NAME`)
 *	tui.load N           of each PROG_LOAD, in order: number of its file
 *	tui.step N
 *	tui.stop ...         numbers, then place, name and condition between tabs
 */
#ifndef UI_DEBUG_SAVED_H
#define UI_DEBUG_SAVED_H

#include "debug.h"

/* Does the file begin like a session file? */
bool debug_is_saved(const char *path);
/*
 * Opens a session that was saved, by a debugger or by `run --save`: it is walked again, noted, and stands
 * where it was left. 0, or -errno with the sentence.
 */
int debug_open_saved(struct debug *d, const char *path, u32 log_level, struct text *error);
/*
 * @more: further records, "tui.NAME VALUE", one a line. @embed: the packets of captures too. 0, or -errno
 * with the sentence.
 */
int debug_save(struct debug *d, const char *path, bool embed, const char *more, struct why *why);

/*
 * The whole timeline is walked again, and noted; the file of its n-th load is number file[n]. The machine
 * stands at its end then.
 */
void debug_note_again(struct debug *d, const u32 *file, u32 files);
/* The value of the @n-th record of that name in @buf; false: there are not so many. */
bool debug_record_text(const struct debug *d, const char *name, u32 n, char *buf, size_t cap);

#endif
