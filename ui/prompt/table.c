/* The table of commands, and the way from a line of text to one of them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../change.h"
#include "../cli.h"
#include "../lesson/course.h"
#include "prompt.h"

const struct command commands[] = {
	{"step", "s", "[N]", "one unit of work on: a system call, an edge, an instruction", true, do_step},
	{"reverse-step", "rs", "[N]", "one unit back", true, do_back},
	{"stepi", "si", "[N]", "to the next instruction, run or verified", true, do_stepi},
	{"reverse-stepi", "rsi", "[N]", "the same back", true, do_reverse_stepi},
	{"machine", "m", "[N]", "one instruction of the machine code on, on this CPU", true, do_machine},
	{"reverse-machine", "rm", "[N]", "the same back", true, do_reverse_machine},
	{"line", "li", "[N]", "to the next line of C", true, do_line},
	{"reverse-line", NULL, "[N]", "the same back", true, do_reverse_line},
	{"next", "n", "[N]", "an instruction, over function calls", true, do_next},
	{"reverse-next", "rn", "[N]", "the same back", true, do_reverse_next},
	{"finish", "fin", "", "to the end of the function, or of the verifier's path", true, do_finish},
	{"reverse-finish", NULL, "", "to where it was called", true, do_reverse_finish},
	{"continue", "c", "[N]", "to the next stop, or the end", true, do_continue},
	{"reverse-continue", "rc", "[N]", "to the stop before, or the beginning", true, do_reverse_continue},
	{"next-stage", "ns", "", "to the next stage of the program's life", true, do_next_stage},
	{"previous-stage", "ps", "", "to the beginning of this stage, or the one before", true,
	 do_previous_stage},
	{"goto", "g", "N | +N | -N | end", "to a step of the timeline", false, do_goto},
	{"until", "u", "EXPR", "on until an expression holds", true, do_until},
	{"reverse-until", NULL, "EXPR", "back to where it held last", true, do_reverse_until},
	{"run", "r", "", "from the beginning to the first stop", false, do_run},
	{"why", NULL, "[WHAT]", "to what made it so: a rejection's cause, or where a value was written", true, do_why},
	{"origin", NULL, "rN | map NAME[KEY] | *ADDR", "to the step that wrote it; again: where that came from", true,
	 do_origin},
	{"break", "b", "PLACE [if EXPR]", "a breakpoint", false, do_break},
	{"tbreak", "tb", "PLACE [if EXPR]", "one that goes away when it is hit", false, do_tbreak},
	{"watch", "wa", "rN | map NAME[KEY] | *ADDR/N", "stop when it changes: registers, elements, memory, expressions",
	 false, do_watch},
	{"rwatch", NULL, "*ADDR/N", "stop when an instruction has read this memory", false, do_rwatch},
	{"awatch", NULL, "*ADDR/N", "stop when it was read or has changed", false, do_awatch},
	{"delete", "d", "[N]", "forget a stop, or all", false, do_delete},
	{"enable", NULL, "N", "a stop counts again", false, do_enable},
	{"disable", NULL, "N", "a stop does not count for now", false, do_disable},
	{"condition", NULL, "N [EXPR]", "stop only when it holds", false, do_condition},
	{"ignore", NULL, "N COUNT", "pass by so many times", false, do_ignore},
	{"print", "p", "[/FORMAT] EXPR", "a value: r1, map NAME[KEY].member, ctx->data, *(u32 *)(fp-4)", false, do_print},
	{"x", "x", "[/NFU] EXPR", "N things at an address; F x d u c s i t o a, U b h w g", true, do_examine},
	{"display", "disp", "[/FORMAT] EXPR", "its value after each step", false, do_display},
	{"undisplay", NULL, "[N]", "no more", false, do_undisplay},
	{"info", "i", "WORD | PANE", "what a pane shows, as text; breakpoints, checkpoints, display, line", false, do_info},
	{"look", NULL, "PANE [TEXT]", "a pane on the screen, the cursor at a thing in it", false, do_look},
	{"show", NULL, "moments | PANE", "the same", false, do_show},
	{"bt", NULL, "", "the functions that are being run or walked", false, do_bt},
	{"disas", NULL, "[/s /r /x /j /g] [PLACE]", "the code: with C, with bytes, translated, machine code, glue", false, do_disas},
	{"dot", NULL, "> FILE", "the control flow graph, for graphviz", false, do_dot},
	{"when", NULL, "", "where on the timeline", false, do_when},
	{"sentence", NULL, "", "what the last step did", false, do_sentence},
	{"list", "l", "[LINE | FUNC]", "lines of C", true, do_list},
	{"explain", "e", "[WORD | \"MESSAGE\"]", "the thing under the cursor; a word, a line of the log", false, do_explain},
	{"layout", "la", "NAME", "other panes", false, do_layout},
	{"next-layout", NULL, "", "", false, do_next_layout},
	{"previous-layout", NULL, "", "", false, do_previous_layout},
	{"focus", "fo", "NAME | N | next | previous", "the pane that has the keys", false, do_focus},
	{"move", NULL, "LINES", "the cursor of the pane", false, do_move},
	{"zoom", NULL, "", "the pane alone, and back", false, do_zoom},
	{"grow", NULL, "", "the pane gets more room", false, do_grow},
	{"shrink", NULL, "", "and less", false, do_shrink},
	{"search", NULL, "TEXT", "in the pane", false, do_search},
	{"find", NULL, "[back]", "the same text again", false, do_find},
	{"form", NULL, "", "the bytecode as written, or translated as it runs", false, do_form},
	{"format", NULL, "", "values as they mean, hexadecimal, decimal", false, do_format},
	{"screenshot", NULL, "FILE.svg | FILE.txt", "the screen as a picture, or as text", false, do_screenshot},
	{"open", "o", "FILE [PROG]", "another program in a new machine, from the beginning", false, do_open},
	{"load", "lo", "FILE [PROG] [as NAME]", "one more program into this machine, now", false, do_load},
	{"fire", NULL, "[packet|bytes|pcap] EVENT", "something happens now: fire tcp 10.0.0.1:443 > 10.0.0.2:51514",
	 false, do_fire},
	{"race", NULL, "EVENT [| EVENT]...", "events on several CPUs at once, one on each; one alone: on two", false,
	 do_race},
	{"cpu", NULL, "N", "from here on another CPU goes on first", false, do_cpu},
	{"schedule", NULL, "N N N...", "these CPUs take the next steps", false, do_schedule},
	{"pcap", NULL, "FILE", "the packets of a capture arrive", false, do_pcap},
	{"attach", "at", "[HOOK] [PROG] [replace]", "a program to a hook: attach xdp:eth0; alone: where it belongs", false, do_attach},
	{"close", NULL, "FD", "the loader closes an fd", false, do_close},
	{"read", NULL, "", "user space reads its maps: GET_NEXT_KEY and LOOKUP_ELEM", false, do_read},
	{"ring", NULL, "[read] [MAP]", "ring buffers: positions, records that wait; read: the reader takes them", false, do_ring},
	{"perf", NULL, "[read] [MAP]", "perf buffers, one for each CPU, likewise", false, do_perf},
	{"trace_pipe", NULL, "", "what programs have printed, as tracefs shows it", false, do_trace_pipe},
	{"kill", "k", "loader", "the loader ends, and all its fds are closed", false, do_kill},
	{"pin", NULL, "FD PATH", "keeps what the fd leads to: pin 5 /sys/fs/bpf/mine", false, do_pin},
	{"unpin", NULL, "PATH", "removes a pin", false, do_unpin},
	{"sysctl", "sy", "NAME = N", "a setting of the kernel", false, do_sysctl},
	{"device", NULL, "NAME", "one more network device", false, do_device},
	{"set", NULL, "PLACE = VALUE", "edits by hand: r0 to r9, pc, map NAME[KEY], *ADDRESS", false, do_set},
	{"map", NULL, "[VERB MAP ...]", "what user space does with maps, as bpftool: update counts key 6 value 3", false,
	 do_map},
	{"bpf", NULL, "CMD FIELD=VALUE ...", "a system call word for word: bpf map_lookup_elem map_fd=4 key=&6 value=&0", false,
	 do_bpf},
	{"undo", NULL, "", "takes back the last change of the timeline, or the last move", false, do_undo},
	{"checkpoint", "ch", "[NAME]", "remembers this moment and its timeline", false, do_checkpoint},
	{"restart", NULL, "N | NAME", "comes back to a checkpoint", false, do_restart},
	{"sample", NULL, "", "the sample xdp_count with one packet", false, do_sample},
	{"sandbox", NULL, "", "the sample xdp_count with a dozen packets", false, do_sandbox},
	{"lesson", "les", "[NAME | next | back | hint | answer X | ...]", "a guided lesson; `lesson` lists them", false, do_lesson},
	{"save", "sa", "FILE [--embed]", "the session: `bpfwalk tui FILE` goes on here", false, do_save},
	{"echo", NULL, "TEXT", "says it: for scripts", false, do_echo},
	{"source", "so", "FILE", "commands from a file", false, do_source},
	{"start", NULL, "", "the start screen", false, do_start},
	{"language", NULL, "[en | zh]", "of the interface; without a name, the other one", false, do_language},
	{"help", "h", "[COMMAND]", "commands, keys, the focused pane", false, do_help},
	{"quit", "q", "", "leave", false, do_quit},
	{NULL, NULL, NULL, NULL, false, NULL},
};

static void list_names(const char *word, size_t len, struct text *out)
{
	for (const struct command *c = commands; c->name; c++)
		if (strncmp(c->name, word, len) == 0)
			text_add(out, " %s", c->name);
}

static void unknown(const char *word, size_t len, struct why *why)
{
	const char *names[ARRAY_SIZE(commands)], *nearest;
	char copy[64];
	unsigned n = 0;

	snprintf(copy, sizeof(copy), "%.*s", (int)len, word);
	for (const struct command *c = commands; c->name; c++)
		names[n++] = c->name;
	nearest = cli_nearest(copy, names, n);
	sim_fail(why, -EINVAL, "There is no command '%s'.%s%s%s `help` lists them.", copy,
		 nearest ? " Did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

const struct command *command_find(const char *word, size_t len, struct why *why)
{
	const struct command *found = NULL;
	char names[160];
	struct text text;
	int count = 0;

	for (const struct command *c = commands; c->name; c++) {
		if (strlen(c->name) == len && strncmp(c->name, word, len) == 0)
			return c;
		if (c->short_form && strlen(c->short_form) == len && strncmp(c->short_form, word, len) == 0)
			return c;
		if (strncmp(c->name, word, len) == 0) {
			found = c;
			count++;
		}
	}
	if (count == 1)
		return found;
	text_init(&text, names, sizeof(names));
	list_names(word, len, &text);
	if (count)
		sim_fail(why, -EINVAL, "'%.*s' may mean:%s", (int)len, word, names);
	else
		unknown(word, len, why);
	return NULL;
}

static bool works_without_program(const struct command *c)
{
	return c->run == do_load || c->run == do_open || c->run == do_sample || c->run == do_sandbox || c->run == do_help ||
	       c->run == do_quit || c->run == do_source || c->run == do_screenshot || c->run == do_start || c->run == do_language ||
	       c->run == do_lesson;
}

/* What goes far can be undone. */
static void run(struct screen *sc, const struct command *command, const char *args)
{
	struct debug *d = &sc->debug;
	bool was = d->loaded;
	u64 from = was ? debug_now(d) : 0, to;
	u32 undos = d->undos;
	char what[128];

	command->run(sc, args);
	to = d->loaded ? debug_now(d) : 0;
	if (!was || !d->loaded || d->undos != undos || command->run == do_undo ||
	    max_u64(from, to) - min_u64(from, to) <= 1)
		return;
	snprintf(what, sizeof(what), "%s %.90s", command->name, args);
	change_note_move(d, what, from);
}

static void do_line_of(struct screen *sc, const char *line)
{
	const struct command *command;
	struct why why = {0};
	char whole[600];
	size_t len;

	while (isspace((u8)*line))
		line++;
	if (*line == '#')
		return;
	if (!*line)
		line = sc->last_command;
	len = strcspn(line, " \t/");
	if (!len)
		return;
	command = command_find(line, len, &why);
	if (!command) {
		screen_complain(sc, "%s", why.text);
		return;
	}
	if (!sc->debug.loaded && !works_without_program(command)) {
		screen_complain(sc, "No program is loaded: `load FILE.o`, or `sample`.");
		return;
	}
	if (line != sc->last_command)
		snprintf(sc->last_command, sizeof(sc->last_command), "%s", command->repeats ? line : "");
	line += len;
	snprintf(whole, sizeof(whole), "%s%s", command->name, line);
	while (isspace((u8)*line))
		line++;
	run(sc, command, line);
	if (sc->course)
		course_after(sc, command->name, whole);
}

/* Spaces at the end mean nothing: completion leaves one. */
void prompt_do(struct screen *sc, const char *line)
{
	char trimmed[512];
	size_t len = strlen(line);

	while (len && isspace((u8)line[len - 1]))
		len--;
	snprintf(trimmed, sizeof(trimmed), "%.*s", (int)len, line);
	do_line_of(sc, trimmed);
}

static void forget_answer(struct screen *sc)
{
	free(sc->output);
	sc->output = NULL;
	sc->output_len = 0;
	sc->message[0] = 0;
	sc->bad = false;
	sc->reading = false;
}

/* One line becomes the message, more are shown over the panes. */
static void show_answer(struct screen *sc)
{
	size_t len = sc->output_len;

	while (len && sc->output[len - 1] == '\n')
		sc->output[--len] = 0;
	if (!len)
		return;
	if (!strchr(sc->output, '\n') && len < sizeof(sc->message))
		snprintf(sc->message, sizeof(sc->message), "%s", sc->output);
	else
		sc->reading = true;
	sc->reader = (struct window){.cursor = -1};
}

void prompt_run(struct screen *sc, const char *line)
{
	forget_answer(sc);
	prompt_do(sc, line);
	show_answer(sc);
}

int prompt_source(struct screen *sc, const char *path, struct why *why)
{
	FILE *f = fopen(path, "r");
	char line[512];

	if (!f)
		return sim_fail(why, -errno, "%s: %s", path, strerror(errno));
	while (!sc->quit && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!line[strspn(line, " \t")])
			continue;
		prompt_do(sc, line);
		if (sc->output_len && sc->output[sc->output_len - 1] != '\n')
			screen_say(sc, "\n");
	}
	fclose(f);
	return 0;
}
