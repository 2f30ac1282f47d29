/* The glossary: the words of the field, in English and Chinese, from lessons/glossary.en and .zh. */
#ifndef UI_GLOSSARY_H
#define UI_GLOSSARY_H

#include "../sim/sim.h"

#define GLOSSARY_MAX 512

enum glossary_language { GLOSSARY_EN, GLOSSARY_ZH, GLOSSARY_LANGUAGES };

struct glossary_entry {
	const char *names[GLOSSARY_LANGUAGES]; /* "word | other name"; the first is the field's own */
	const char *text[GLOSSARY_LANGUAGES];  /* one paragraph */
};

struct glossary {
	char *bytes[GLOSSARY_LANGUAGES];
	struct glossary_entry entry[GLOSSARY_MAX];
	u32 count;
};

/* NULL, with the sentence, when the files are not there. */
struct glossary *glossary_open(struct why *why);
void glossary_close(struct glossary *glossary);
/*
 * The entry with that name in any language, or NULL; case, and BPF_MAP_TYPE_ and BPF_PROG_TYPE_ in front, do
 * not matter.
 */
const struct glossary_entry *glossary_find(const struct glossary *glossary, const char *word);
/* Calls @take with each name, in any language. */
void glossary_each(const struct glossary *glossary, void (*take)(void *arg, const char *name), void *arg);

#endif
