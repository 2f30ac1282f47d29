/*
 * The interface's words in the learner's language. A text is looked up by its English; what has no
 * translation stays English. Kernel text (errno, log lines, names) is never translated.
 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "../sim/sim.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGES };

/* One translation; a format keeps its conversions, in the same order. */
struct words {
	const char *english, *other;
};

/* Sorted by the English, NULL at the end: a table for each kind of text. */
extern const struct words words_zh[], words_zh_sentences[], words_zh_events[], words_zh_lessons[],
	words_zh_panes[], words_zh_help[], words_zh_prompt[], words_zh_attr[], words_zh_known[];

void words_use(enum language language);
enum language words_language(void);
/* What F2 switches to, by its own name. */
const char *words_other_name(void);
/* "en", "zh", or as in a locale, "zh_CN.UTF-8". False: no language that there is. */
bool words_by_name(const char *name, enum language *language);
/* As LC_ALL, LC_MESSAGES, LANG say. */
enum language words_of_locale(void);
const char *words(const char *english) __attribute__((format_arg(1)));
/* As text_add, in the learner's language. */
void text_say(struct text *out, const char *english, ...) __attribute__((format(printf, 2, 3)));

#endif
