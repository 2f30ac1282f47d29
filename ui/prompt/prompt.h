/*
 * The debugger's prompt: commands with gdb's names and unique prefixes, and keys, each of which is a command.
 * A command is a function and a line of the table in table.c; a key is a line of the table in keys.c.
 */
#ifndef UI_PROMPT_PROMPT_H
#define UI_PROMPT_PROMPT_H

#include "../pane/screen.h"

struct command {
	const char *name;
	const char *short_form; /* a prefix that means this one although others begin so too; NULL = none */
	const char *usage;      /* what stands behind the name */
	const char *doc;
	bool repeats; /* an empty line does it again */
	void (*run)(struct screen *sc, const char *args);
};

extern const struct command commands[]; /* name NULL at the end */

/* By its name or a prefix that fits no other; NULL with the sentence. @len: of the word. */
const struct command *command_find(const char *word, size_t len, struct why *why);
/* Does what the line says and shows the answer. */
void prompt_run(struct screen *sc, const char *line);
/* The same without showing; the answer is in sc->output. */
void prompt_do(struct screen *sc, const char *line);
/* Each line of a file. 0, or -errno with the sentence. */
int prompt_source(struct screen *sc, const char *path, struct why *why);

/* --- keys.c --- */

void screen_key(struct screen *sc, u32 key);
const char *key_name(u32 code);
/* The keys that are of use now, on the area's last line: keyline.c. */
void keys_line(struct screen *sc, const struct area *a);
void keys_help(struct screen *sc);
/* For tests and scripts: "s", "Enter", "Down" ... begins at *text, which moves behind it; 0 at the end. */
u32 key_by_name(const char **text);

/* --- the commands, by file --- */

/* move.c */
void do_step(struct screen *sc, const char *args);
void do_back(struct screen *sc, const char *args);
void do_stepi(struct screen *sc, const char *args);
void do_reverse_stepi(struct screen *sc, const char *args);
void do_line(struct screen *sc, const char *args);
void do_reverse_line(struct screen *sc, const char *args);
void do_next(struct screen *sc, const char *args);
void do_reverse_next(struct screen *sc, const char *args);
void do_finish(struct screen *sc, const char *args);
void do_reverse_finish(struct screen *sc, const char *args);
void do_continue(struct screen *sc, const char *args);
void do_reverse_continue(struct screen *sc, const char *args);
void do_next_stage(struct screen *sc, const char *args);
void do_previous_stage(struct screen *sc, const char *args);
void do_goto(struct screen *sc, const char *args);
void do_until(struct screen *sc, const char *args);
void do_reverse_until(struct screen *sc, const char *args);
void do_run(struct screen *sc, const char *args);
/* origin.c */
void do_origin(struct screen *sc, const char *args);
void do_why(struct screen *sc, const char *args);
/* stop.c */
void do_break(struct screen *sc, const char *args);
void do_tbreak(struct screen *sc, const char *args);
void do_watch(struct screen *sc, const char *args);
void do_rwatch(struct screen *sc, const char *args);
void do_awatch(struct screen *sc, const char *args);
void do_delete(struct screen *sc, const char *args);
void do_enable(struct screen *sc, const char *args);
void do_disable(struct screen *sc, const char *args);
void do_condition(struct screen *sc, const char *args);
void do_ignore(struct screen *sc, const char *args);
/* input.c */
void do_fire(struct screen *sc, const char *args);
void do_read(struct screen *sc, const char *args);
void do_ring(struct screen *sc, const char *args);
void do_perf(struct screen *sc, const char *args);
void do_trace_pipe(struct screen *sc, const char *args);
/* Is an event over, and nothing recorded after it, and are there maps to be read? (read.c) */
bool can_read(const struct screen *sc);
void do_pcap(struct screen *sc, const char *args);
void do_close(struct screen *sc, const char *args);
void do_kill(struct screen *sc, const char *args);
void do_pin(struct screen *sc, const char *args);
void do_unpin(struct screen *sc, const char *args);
void do_sysctl(struct screen *sc, const char *args);
void do_device(struct screen *sc, const char *args);
/* attach.c */
void do_attach(struct screen *sc, const char *args);
/* The i-th word that hooks begin with, "xdp:"; NULL: no more. */
const char *attach_word(u32 i);
/* edit.c */
void do_set(struct screen *sc, const char *args);
void do_undo(struct screen *sc, const char *args);
void do_checkpoint(struct screen *sc, const char *args);
void do_restart(struct screen *sc, const char *args);
/* print.c */
void do_print(struct screen *sc, const char *args);
void do_examine(struct screen *sc, const char *args);
void do_display(struct screen *sc, const char *args);
void do_undisplay(struct screen *sc, const char *args);
void info_display(struct screen *sc);
/* code.c */
void do_disas(struct screen *sc, const char *args);
void do_list(struct screen *sc, const char *args);
void do_bt(struct screen *sc, const char *args);
void do_dot(struct screen *sc, const char *args);
/* look.c */
void do_info(struct screen *sc, const char *args);
void info_pane(struct screen *sc, const struct pane *pane); /* what it shows, as text */
void do_look(struct screen *sc, const char *args);
void do_show(struct screen *sc, const char *args);
void do_when(struct screen *sc, const char *args);
void do_sentence(struct screen *sc, const char *args);
void do_explain(struct screen *sc, const char *args);
/* cpus.c */
void do_cpu(struct screen *sc, const char *args);
void do_schedule(struct screen *sc, const char *args);
void do_race(struct screen *sc, const char *args);
/* map.c */
void do_map(struct screen *sc, const char *args);
void do_bpf(struct screen *sc, const char *args);
/* lesson.c */
void do_lesson(struct screen *sc, const char *args);
/* A key that means something to the lesson just now: its command, "" = it is used up; NULL: it means nothing.
 */
const char *lesson_key(struct screen *sc, u32 key);
/* show.c */
void do_layout(struct screen *sc, const char *args);
void do_next_layout(struct screen *sc, const char *args);
void do_previous_layout(struct screen *sc, const char *args);
void do_focus(struct screen *sc, const char *args);
void do_move(struct screen *sc, const char *args);
void do_zoom(struct screen *sc, const char *args);
void do_grow(struct screen *sc, const char *args);
void do_shrink(struct screen *sc, const char *args);
void do_search(struct screen *sc, const char *args);
void do_find(struct screen *sc, const char *args);
void do_machine(struct screen *sc, const char *args);
void do_reverse_machine(struct screen *sc, const char *args);
void do_form(struct screen *sc, const char *args);
void do_format(struct screen *sc, const char *args);
void do_screenshot(struct screen *sc, const char *args);
void do_language(struct screen *sc, const char *args);
void do_help(struct screen *sc, const char *args);
void do_quit(struct screen *sc, const char *args);
/* world.c */
void do_open(struct screen *sc, const char *args);
/* Opens what sc->life says, in a new machine; a lesson that is under way ends. (open.c) */
void open_life(struct screen *sc);
void do_load(struct screen *sc, const char *args);
void do_sample(struct screen *sc, const char *args);
void do_sandbox(struct screen *sc, const char *args);
void do_source(struct screen *sc, const char *args);
void do_save(struct screen *sc, const char *args);
void do_echo(struct screen *sc, const char *args);
void do_start(struct screen *sc, const char *args);

#endif
