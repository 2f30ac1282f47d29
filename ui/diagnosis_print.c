/* A rejection explained, in the manner of a compiler: see diagnosis.h. Lines have at most 110 columns where words are ours. */
#include <ctype.h>
#include <stdio.h>

#include "cli.h"
#include "diagnosis.h"

#define COLUMNS 108
#define TEXT 1024

/* --- the table's texts --- */

/* "   = reason: " and @text, broken at spaces so that the rest stands below its beginning. */
static void print_wrapped(const char *label, const char *text)
{
	int indent = 5 + 12, column = indent, space = 0;

	printf("   = %s%-11s%s ", cli_paint(PAINT_HEAD), label, cli_paint(PAINT_END));
	while (*text) {
		int n = strcspn(text, " ");

		if (column + n > COLUMNS && column > indent) {
			printf("\n%*s", indent, "");
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

static void filled(enum reason reason, const char *line, const char *template, char out[TEXT])
{
	struct text text;

	text_init(&text, out, TEXT);
	reason_fill(reason, line, template, &text);
	/* some begin with an operand: "a scalar is ..." */
	if (islower((unsigned char)out[0]) && template[0] == '{')
		out[0] = toupper((unsigned char)out[0]);
}

static void print_column(enum reason reason, const char *line, const char *label, const char *template)
{
	char text[TEXT];

	if (!template || !*template)
		return;
	filled(reason, line, template, text);
	print_wrapped(label, text);
}

void reason_print(enum reason reason, const char *line)
{
	const struct reason_info *info = &reasons[reason];

	print_wrapped("category:", category_name(info->category));
	print_column(reason, line, "reason:", info->explanation);
	print_column(reason, line, "required:", info->required);
	print_column(reason, line, "try:", info->suggestion);
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
	json_t *o = json_pack("{s:s, s:s, s:s}", "id", info->name, "category", category_name(info->category), "errno",
			      errno_name(-info->err));

	set_column(o, "reason", reason, line, info->explanation);
	set_column(o, "required", reason, line, info->required);
	set_column(o, "suggestion", reason, line, info->suggestion);
	return o;
}

/* --- places --- */

static void print_arrow(const struct place *at)
{
	printf("  --> ");
	if (at->line)
		printf("%s:%u, ", at->file[0] ? at->file : "line", at->line);
	printf("instruction %u\n", at->insn);
}

/* What stands before the register's value, or in its place. */
static const char *register_words(const struct diagnosis *d)
{
	if (d->reg[0])
		return "is ";
	return d->has_def ? "holds nothing any more: a call took its value" : "holds nothing: it was never written on this path";
}

/* C beside bytecode. */
static void print_place(const struct diagnosis *d)
{
	const struct place *at = &d->at;

	printf("      |\n");
	if (at->line)
		printf("%5u | %s\n", at->line, at->source);
	printf("%5u:| %s%s%s", at->insn, at->line ? "    " : "", at->text, at->line ? "" : "\n");
	if (at->line)
		printf("\n");
	if (d->regno >= 0)
		printf("      | %s%s^ r%d %s%s%s\n", at->line ? "    " : "", cli_paint(PAINT_BAD), d->regno,
		       register_words(d), d->reg, cli_paint(PAINT_END));
	printf("      |\n");
}

static void print_step(const struct place *at, const char *what)
{
	if (at->line)
		printf("%*s%u: %s   (line %u: %.48s)\n%*s%s\n", 17, "", at->insn, at->text, at->line, at->source, 20,
		       "", what);
	else
		printf("%*s%u: %s\n%*s%s\n", 17, "", at->insn, at->text, 20, "", what);
}

static bool shows_def(const struct diagnosis *d)
{
	return d->has_def && d->def.insn != d->at.insn;
}

static void print_def(const struct diagnosis *d)
{
	char what[224];

	if (d->reg[0])
		snprintf(what, sizeof(what), "wrote r%d; now it is %s", d->regno, d->reg);
	else
		snprintf(what, sizeof(what), "took the value of r%d: r1-r5 do not outlive a call, r6-r9 do", d->regno);
	print_step(&d->def, what);
}

/* The jumps from the beginning to the rejection, and where the register at fault was written, in the order of instructions. */
static void print_path(const struct diagnosis *d)
{
	u32 shown = d->ways < DIAGNOSIS_WAYS ? d->ways : DIAGNOSIS_WAYS;

	if (!d->ways && !shows_def(d))
		return;
	printf("   = %show it got there:%s\n", cli_paint(PAINT_HEAD), cli_paint(PAINT_END));
	if (shown < d->ways)
		printf("%*s(%u jump%s before)\n", 17, "", d->ways - shown, d->ways - shown == 1 ? "" : "s");
	for (u32 i = shown; i-- > 0;)
		print_step(&d->way[i].at, d->way[i].taken ? "the condition holds: it jumps"
							  : "the condition does not hold: it goes on behind it");
	if (shows_def(d))
		print_def(d);
}

void diagnosis_print(const struct diagnosis *d)
{
	printf("%serror[%s]%s: %s\n", cli_paint(PAINT_BAD), errno_name(d->err), cli_paint(PAINT_END), d->message);
	if (d->has_at) {
		print_arrow(&d->at);
		print_place(d);
	}
	if (d->reason != REASON_NONE)
		reason_print(d->reason, d->message);
	print_path(d);
	print_wrapped("Linux 6.1:", d->message);
}

/* --- as JSON --- */

static json_t *place_json(const struct place *at)
{
	json_t *o = json_pack("{s:i, s:s}", "insn", at->insn, "text", at->text);

	if (!at->line)
		return o;
	json_object_set_new(o, "line", json_integer(at->line));
	json_object_set_new(o, "source", json_string(at->source));
	json_object_set_new(o, "file", json_string(at->file));
	return o;
}

static json_t *path_json(const struct diagnosis *d)
{
	json_t *path = json_array();

	for (u32 i = d->ways < DIAGNOSIS_WAYS ? d->ways : DIAGNOSIS_WAYS; i-- > 0;) {
		json_t *step = place_json(&d->way[i].at);

		json_object_set_new(step, "taken", json_boolean(d->way[i].taken));
		json_array_append_new(path, step);
	}
	return path;
}

json_t *diagnosis_json(const struct diagnosis *d)
{
	json_t *o = d->reason != REASON_NONE ? reason_json(d->reason, d->message) : json_object();

	json_object_set_new(o, "message", json_string(d->message));
	json_object_set_new(o, "errno", json_string(errno_name(d->err)));
	json_object_set_new(o, "stage", json_string(load_stage_name(d->stage)));
	if (d->has_at)
		json_object_set_new(o, "at", place_json(&d->at));
	if (d->regno >= 0)
		json_object_set_new(o, "register", json_pack("{s:i, s:s}", "number", d->regno, "holds", d->reg));
	if (d->has_def)
		json_object_set_new(o, "written_by", place_json(&d->def));
	json_object_set_new(o, "jumps", json_integer(d->ways));
	json_object_set_new(o, "path", path_json(d));
	return o;
}
