/* Commands for session files. */
#include <stdio.h>
#include <stdlib.h>

#include "../debug_saved.h"
#include "../file.h"
#include "../lesson/catalogue.h"
#include "prompt.h"

/* "FILE", "FILE --embed", "--embed FILE" */
static bool parse(const char *args, char *path, size_t cap, bool *embed)
{
	*path = 0;
	*embed = false;
	while (*args) {
		size_t n = strcspn(args, " ");

		if (n == 7 && strncmp(args, "--embed", n) == 0)
			*embed = true;
		else if (*path || n >= cap)
			return false;
		else
			snprintf(path, cap, "%.*s", (int)n, args);
		args += n + strspn(args + n, " ");
	}
	return *path;
}

static void record_lines(FILE *out, const char *name, const char *text)
{
	while (*text) {
		int n = strcspn(text, "\n");

		fprintf(out, "%s %.*s\n", name, n, text);
		text += n + (text[n] == '\n');
	}
}

/* The lesson, what was done in it, and the file of an exercise: for `bpfwalk grade`. */
static void record_lesson(const struct screen *sc, FILE *out)
{
	const struct course *c = sc->course;
	struct why why;
	char *text;
	u64 len;

	if (!c)
		return;
	fprintf(out, "tui.lesson %s\n", catalogue_name(c->folder));
	record_lines(out, "tui.do", c->journal_len ? c->journal : "");
	text = c->file[0] ? (char *)file_read(c->file, &len, &why) : NULL;
	if (text) {
		fprintf(out, "tui.file_name %s\n", catalogue_name(c->file));
		record_lines(out, "tui.text", text);
	}
	free(text);
}

void do_save(struct screen *sc, const char *args)
{
	char path[4096], *more = NULL;
	struct why why;
	size_t size;
	FILE *out;
	bool embed;

	if (!parse(args, path, sizeof(path), &embed)) {
		screen_complain(sc, "save: expected a file, for example save mine.walk (--embed puts the packets of "
				    "captures into it)");
		return;
	}
	out = open_memstream(&more, &size);
	if (!out)
		return;
	for (u32 i = 0; i < sc->displays; i++)
		fprintf(out, "tui.display %c %s\n", sc->display[i].letter ? sc->display[i].letter : '-', sc->display[i].expr);
	record_lesson(sc, out);
	fclose(out);
	if (debug_save(&sc->debug, path, embed, more, &why))
		screen_complain(sc, "save: %s", why.text);
	else
		screen_say(sc, "Saved: bpfwalk tui %s goes on here; bpfwalk replay %s tells it.", path, path);
	free(more);
}

/* After a session was opened: what was displayed. */
void screen_recall(struct screen *sc)
{
	char line[100];

	sc->displays = 0;
	for (u32 n = 0; debug_record_text(&sc->debug, "tui.display", n, line, sizeof(line)); n++) {
		if (strlen(line) < 3 || n == ARRAY_SIZE(sc->display))
			return;
		sc->display[n] = (struct display){.number = n + 1, .letter = line[0] == '-' ? 0 : line[0]};
		snprintf(sc->display[n].expr, sizeof(sc->display[n].expr), "%.79s", line + 2);
		sc->displays = sc->last_display = n + 1;
	}
}
