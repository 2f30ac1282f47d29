/* readline at the prompt: history and completion. It never touches the terminal: keys come from, and its line
 * goes to, the screen. */
#include <readline/history.h>
#include <readline/readline.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../prompt/prompt.h"
#include "term.h"

static char history_path[512];
static FILE *nowhere;
static char queue[32];
static int queued, taken;
static char *accepted;
static bool has_line;

static int next_byte(FILE *in)
{
	(void)in;
	return taken < queued ? (u8)queue[taken++] : EOF;
}

/* Otherwise readline would ask the terminal for what was typed ahead. */
static int bytes_wait(void)
{
	return taken < queued;
}

static void on_line(char *line)
{
	accepted = line;
	has_line = true;
}

static void show_nothing(void)
{
}

static void prepare_nothing(int meta)
{
	(void)meta;
}

/* --- completion: commands, then panes, layouts, files --- */

static char *command_name(const char *word, int state)
{
	static const struct command *at;

	for (at = state ? at + 1 : commands; at->name; at++)
		if (strncmp(at->name, word, strlen(word)) == 0)
			return strdup(at->name);
	return NULL;
}

static char *pane_name(const char *word, int state)
{
	static u32 at;

	for (at = state ? at + 1 : 0; panes[at]; at++)
		if (strncmp(panes[at]->name, word, strlen(word)) == 0)
			return strdup(panes[at]->name);
	return NULL;
}

static char *layout_name(const char *word, int state)
{
	static const struct layout *at;

	for (at = state ? at + 1 : layouts; at->name; at++)
		if (strncmp(at->name, word, strlen(word)) == 0)
			return strdup(at->name);
	return NULL;
}

static char **complete(const char *word, int start, int end)
{
	static const struct {
		const char *command;
		rl_compentry_func_t *names;
	} arguments[] = {
		{"info", pane_name}, {"focus", pane_name}, {"layout", layout_name}, {"help", command_name}};

	(void)end;
	if (!start)
		return rl_completion_matches(word, command_name);
	for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
		if (strncmp(rl_line_buffer, arguments[i].command, strlen(arguments[i].command)) == 0)
			return rl_completion_matches(word, arguments[i].names);
	return NULL;
}

static struct screen *shown;

/* The names that fit, in place of the sentence. */
static void show_matches(char **matches, int count, int longest)
{
	struct text text;

	(void)longest;
	text_init(&text, shown->message, sizeof(shown->message));
	for (int i = 1; i <= count; i++)
		text_add(&text, "%s ", matches[i]);
}

/* --- life --- */

static void find_history(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	history_path[0] = 0;
	if (state && *state)
		snprintf(history_path, sizeof(history_path), "%s/bpfwalk_history", state);
	else if (home && *home)
		snprintf(history_path, sizeof(history_path), "%s/.bpfwalk_history", home);
}

void line_open(void)
{
	find_history();
	nowhere = fopen("/dev/null", "w");
	rl_readline_name = "bpfwalk";
	rl_outstream = nowhere;
	rl_instream = stdin;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_wait;
	rl_redisplay_function = show_nothing;
	rl_prep_term_function = prepare_nothing;
	rl_deprep_term_function = show_nothing;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_matches;
	using_history();
	if (history_path[0])
		read_history(history_path);
}

void line_close(void)
{
	if (history_path[0] && write_history(history_path) == 0)
		history_truncate_file(history_path, 1000);
	if (nowhere)
		fclose(nowhere);
}

static void take_over(struct screen *sc)
{
	snprintf(sc->line, sizeof(sc->line), "%s", rl_line_buffer);
	sc->cursor = min_u64(rl_point, strlen(sc->line));
}

void line_begin(struct screen *sc)
{
	shown = sc;
	rl_callback_handler_install("", on_line);
	rl_insert_text(sc->line);
	take_over(sc);
}

/* The bytes that a terminal sends for a key. */
static void put_in_queue(u32 key)
{
	static const char *const sequences[] = {"\033[A", "\033[B", "\033[D", "\033[C",
						"",       "",       "\033[H", "\033[F"};
	u32 offset = key - KEY_ARROW_UP;

	taken = 0;
	if (key >= KEY_ARROW_UP && offset < ARRAY_SIZE(sequences))
		queued = snprintf(queue, sizeof(queue), "%s", sequences[offset]);
	else if (key < 0x110000)
		queued = utf8_encode(key, queue);
	else
		queued = 0;
}

static void leave(struct screen *sc)
{
	rl_callback_handler_remove();
	sc->prompt = false;
}

void line_key(struct screen *sc, u32 key)
{
	if (key == KEY_ESC) {
		leave(sc);
		return;
	}
	has_line = false;
	put_in_queue(key == KEY_RETURN ? '\r' : key);
	while (taken < queued && !has_line)
		rl_callback_read_char();
	if (!has_line) {
		take_over(sc);
		return;
	}
	leave(sc);
	if (accepted && *accepted)
		add_history(accepted);
	prompt_run(sc, accepted ? accepted : "");
	free(accepted);
	accepted = NULL;
}
