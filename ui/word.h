/*
 * What a word of the field means: from the glossary, or from the tables of what there is (helpers, map types,
 * events, errnos). Of a word that nobody knows, the one that was most likely meant.
 */
#ifndef UI_WORD_H
#define UI_WORD_H

#include "glossary.h"

#define WORD_NEAR 64 /* bytes of a name, with the zero */

/* Its names ("back-edge | loop") and a paragraph, or false. */
bool word_explain(const char *word, enum glossary_language language, struct text *names,
		  struct text *meaning);
/* The nearest of all these words; false: none resembles it. */
bool word_near(const char *word, char near[WORD_NEAR]);

#endif
