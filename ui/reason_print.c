/* An entry of the table of reasons with the operands of a log line in it, as text and as JSON: see
 * diagnosis.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "diagnosis.h"
#include "wrap.h"

#define TEXT 1024

static void filled(enum reason reason, const char *line, const char *template, char out[TEXT])
{
	struct text text;

	text_init(&text, out, TEXT);
	reason_fill(reason, line, template, &text);
	/* some begin with an operand: a number's unit, a type; names of functions stay as they are */
	if (islower((unsigned char)out[0]) && template[0] == '{' && !memchr(out, '_', strcspn(out, " ")))
		out[0] = toupper((unsigned char)out[0]);
}

void reason_words(enum reason reason, const char *line, enum reason_column column, struct text *out)
{
	const struct reason_info *info = &reasons[reason];
	const char *const templates[] = {
		[REASON_CATEGORY] = category_name(info->category),
		[REASON_EXPLANATION] = info->explanation,
		[REASON_REQUIRED] = info->required,
		[REASON_SUGGESTION] = info->suggestion,
	};
	char text[TEXT];

	if (!templates[column] || !*templates[column])
		return;
	filled(reason, line, templates[column], text);
	text_add(out, "%s", text);
}

static void print_column(enum reason reason, const char *line, const char *label, const char *template)
{
	char text[TEXT];

	if (!template || !*template)
		return;
	filled(reason, line, template, text);
	wrap_labelled(label, text);
}

void reason_print_what(enum reason reason, const char *line)
{
	const struct reason_info *info = &reasons[reason];

	wrap_labelled("category:", category_name(info->category));
	print_column(reason, line, "reason:", info->explanation);
	print_column(reason, line, "required:", info->required);
}

void reason_print_try(enum reason reason, const char *line)
{
	print_column(reason, line, "try:", reasons[reason].suggestion);
}

void reason_print_meaning(enum reason reason, const char *line)
{
	print_column(reason, line, "means:", reasons[reason].explanation);
}

static void set_column(json_t *o, const char *key, enum reason reason, const char *line, const char *template)
{
	char text[TEXT];

	if (!template || !*template)
		return;
	filled(reason, line, template, text);
	json_object_set_new(o, key, json_string(text));
}

json_t *reason_json(enum reason reason, const char *line)
{
	const struct reason_info *info = &reasons[reason];
	json_t *o = json_pack("{s:s, s:s, s:s}", "id", info->name, "category", category_name(info->category),
			      "errno", errno_name(-info->err));

	set_column(o, "reason", reason, line, info->explanation);
	set_column(o, "required", reason, line, info->required);
	set_column(o, "suggestion", reason, line, info->suggestion);
	return o;
}

json_t *reason_json_meaning(enum reason reason, const char *line)
{
	json_t *o = json_pack("{s:s, s:s}", "id", reasons[reason].name, "message", line);

	set_column(o, "reason", reason, line, reasons[reason].explanation);
	return o;
}
