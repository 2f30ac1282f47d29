/* readline at the prompt: history and completion. It never touches the terminal: keys come from, and its line
 * goes to, the screen. */
#include <readline/history.h>
#include <readline/readline.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../prompt/complete.h"
#include "../prompt/prompt.h"
#include "term.h"

#define HISTORY_MOST 1000 /* lines that are kept */

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

/* --- completion --- */

static struct screen *shown;

struct matches {
	char **name;
	size_t count;
};

static void add_match(void *ctx, const char *name)
{
	struct matches *m = ctx;
	char **more = realloc(m->name, (m->count + 1) * sizeof(*more));

	if (!more)
		return;
	m->name = more;
	more[m->count] = strdup(name);
	m->count += more[m->count] != NULL;
}

static struct matches found;

static char *next_match(const char *word, int state)
{
	static size_t at;

	(void)word;
	at = state ? at + 1 : 0;
	return at < found.count ? strdup(found.name[at]) : NULL;
}

static char **complete(const char *word, int start, int end)
{
	char line[512];
	char **matches;

	(void)start;
	snprintf(line, sizeof(line), "%.*s", end, rl_line_buffer);
	found = (struct matches){0};
	if (!complete_words(shown, line, word, add_match, &found))
		return NULL; /* readline knows files */
	rl_attempted_completion_over = 1;
	matches = rl_completion_matches(word, next_match);
	for (size_t i = 0; i < found.count; i++)
		free(found.name[i]);
	free(found.name);
	return matches;
}

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

/* The folders of a path, those that are missing made: for this user alone. */
static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
}

static void find_history(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	history_path[0] = 0;
	if (state && *state == '/')
		snprintf(history_path, sizeof(history_path), "%s/bpfwalk/history", state);
	else if (home && *home == '/')
		snprintf(history_path, sizeof(history_path), "%s/.local/state/bpfwalk/history", home);
}

/* All at once: who reads it meanwhile sees the old one or the new one. */
static void save_history(void)
{
	char temporary[sizeof(history_path) + 16];
	int fd;

	make_folders(history_path);
	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", history_path);
	fd = mkstemp(temporary); /* mode 0600 */
	if (fd < 0)
		return;
	close(fd);
	stifle_history(HISTORY_MOST);
	if (write_history(temporary) || rename(temporary, history_path))
		unlink(temporary);
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
	if (history_path[0])
		save_history();
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
