/* explain: the thing under the cursor, a word of the field, a line of the verifier's log. */
#include <stdio.h>

#include "../diagnosis.h"
#include "../word.h"
#include "../words.h"
#include "prompt.h"

#define MEANING 2048

/* What the verifier has said: what it means, and what helps. */
static bool explain_message(struct screen *sc, const char *line)
{
	static const u8 columns[] = {REASON_EXPLANATION, REASON_REQUIRED, REASON_SUGGESTION};
	enum reason reason = reason_match(line);

	for (size_t i = 0; reason && i < ARRAY_SIZE(columns); i++) {
		char meaning[MEANING];
		struct text text;

		text_init(&text, meaning, sizeof(meaning));
		reason_words(reason, line, columns[i], &text);
		if (meaning[0])
			screen_say(sc, "%s%s", i ? "\n" : "", meaning);
	}
	return reason != REASON_NONE;
}

static void explain_word(struct screen *sc, const char *word)
{
	enum glossary_language language = words_language() == LANGUAGE_ZH ? GLOSSARY_ZH : GLOSSARY_EN;
	char names[256], meaning[MEANING], near[WORD_NEAR];
	struct text names_text, meaning_text;

	text_init(&names_text, names, sizeof(names));
	text_init(&meaning_text, meaning, sizeof(meaning));
	if (word_explain(word, language, &names_text, &meaning_text))
		screen_say(sc, "%s: %s", names, meaning);
	else if (word_near(word, near))
		screen_complain(sc, "explain: nobody knows '%.60s'. Did you mean '%s'?", word, near);
	else
		screen_complain(
			sc, "explain: '%.60s' is no word of the field, and nothing that the verifier says",
			word);
}

static void explain_cursor(struct screen *sc)
{
	const struct pane *pane = screen_pane(sc);
	const struct window *w = screen_window(sc);
	char meaning[400];
	struct text text;
	u32 insn;

	text_init(&text, meaning, sizeof(meaning));
	if (pane->explain && w->cursor >= 0 && w->item != SHEET_NO_ITEM)
		pane->explain(&sc->view, w->item, &text);
	else if (debug_insn(&sc->debug, &insn))
		pane_bytecode.explain(&sc->view, insn, &text);
	else
		text_add(&text, "%s", pane->help);
	screen_say(sc, "%s", meaning);
}

/* "\"text\"" as `text`. */
static void without_quotes(const char *args, char *line, size_t cap)
{
	size_t n = strlen(args);
	bool quoted = n >= 2 && *args == '"' && args[n - 1] == '"';

	snprintf(line, cap, "%.*s", (int)(quoted ? n - 2 : n), args + quoted);
}

void do_explain(struct screen *sc, const char *args)
{
	char line[sizeof(sc->line)];

	without_quotes(args, line, sizeof(line));
	if (!*line)
		explain_cursor(sc);
	else if (!explain_message(sc, line))
		explain_word(sc, line);
}
