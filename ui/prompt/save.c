/* Commands for session files. */
#include <stdio.h>
#include <stdlib.h>

#include "../debug_saved.h"
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

void do_save(struct screen *sc, const char *args)
{
	char path[4096], more[16 * 100] = "";
	struct text text;
	struct why why;
	bool embed;

	if (!parse(args, path, sizeof(path), &embed)) {
		screen_complain(sc, "save: expected a file, for example save mine.walk (--embed puts the packets of "
				    "captures into it)");
		return;
	}
	text_init(&text, more, sizeof(more));
	for (u32 i = 0; i < sc->displays; i++)
		text_add(&text, "%c %s\n", sc->display[i].letter ? sc->display[i].letter : '-', sc->display[i].expr);
	if (debug_save(&sc->debug, path, embed, more, &why))
		screen_complain(sc, "save: %s", why.text);
	else
		screen_say(sc, "Saved: bpfwalk tui %s goes on here; bpfwalk replay %s tells it.", path, path);
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
