/* Text that fits the terminal: see wrap.h. */
#include <stdio.h>
#include <string.h>

#include "chars.h"
#include "cli.h"
#include "wrap.h"

#define LABEL 12        /* columns of a label */

/* Breaks @text; it begins at @column, and each further line behind @rest. */
static void wrap(int column, const char *rest, const char *text)
{
	do {
		size_t n = chars_fitting(text, cli_columns() - column, NULL, NULL);

		printf("%.*s\n%s", (int)n, text, text[n] ? rest : "");
		column = strlen(rest);
		text += n + (text[n] == ' ');
	} while (*text);
}

void wrap_behind(int used, const char *text)
{
	char rest[32];

	snprintf(rest, sizeof(rest), "%*s", used, "");
	wrap(used, rest, text);
}

void wrap_labelled(const char *label, const char *text)
{
	printf("   = %s%-*s%s", cli_paint(PAINT_HEAD), LABEL, label, cli_paint(PAINT_END));
	wrap_behind(5 + LABEL, text);
}

void wrap_text(const char *first, const char *rest, const char *text)
{
	printf("%s", first);
	wrap(strlen(first), rest, text);
}

void wrap_code(int used, const char *text)
{
	int room = cli_columns() - used, len = strlen(text);

	if (len > room)
		printf("%.*s...\n", room - 3, text);
	else
		printf("%s\n", text);
}
