/* Text that fits the terminal: see wrap.h. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "wrap.h"

#define LABEL 12        /* columns of a label */

/* Breaks @text at spaces; it begins at column @indent, and so does each further line, behind @rest. */
static void wrap(int indent, const char *rest, const char *text)
{
	int columns = cli_columns(), column = indent, space = 0;

	while (*text) {
		int n = strcspn(text, " ");

		if (column + space + n > columns && column > indent) {
			printf("\n%-*s", indent, rest);
			column = indent;
			space = 0;
		}
		printf("%s%.*s", space ? " " : "", n, text);
		column += space + n;
		text += n;
		space = *text == ' ';
		text += space;
	}
	printf("\n");
}

void wrap_labelled(const char *label, const char *text)
{
	printf("   = %s%-*s%s", cli_paint(PAINT_HEAD), LABEL, label, cli_paint(PAINT_END));
	wrap(5 + LABEL, "", text);
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
