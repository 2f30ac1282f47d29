/* bpfwalk explain: what a line of the verifier's log means, of any 6.1 kernel's. */
#include <ctype.h>
#include <getopt.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli.h"
#include "../diagnosis.h"
#include "../word.h"
#include "../wrap.h"

#define LINE 512          /* messages are shorter; the rest of a longer line is left out */
#define MATCHES 8         /* lines of one log that are explained, the last ones */

static const char help[] =
	"TEXT is a line of the verifier's log, or the whole log, as a real Linux 6.1 or\n"
	"bpfwalk wrote it; without TEXT it is read from standard input. The message in it\n"
	"is looked up in the table of everything that the verifier may say: what it means,\n"
	"what is required, what may help. Numbers and names may be any. Of several\n"
	"messages the last is the verdict; those before it are told in short.\n"
	"\n"
	"A word of the field is told in a few sentences.\n"
	"\n"
	"  --lang en|zh      words in English or Chinese (default: as the locale)\n"
	"  --json            the same as one JSON document\n"
	"\n"
	"Exit status: 0; 1 when no message and no word was recognised; 2 for bad usage.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk explain \"R1 invalid mem access 'map_value_or_null'\"\n"
	"  bpfwalk explain \"invalid stack off=-520 size=8\"\n"
	"  bpfwalk explain back-edge\n"
	"  bpftool prog load x.o /sys/fs/bpf/x 2>&1 | bpfwalk explain\n";

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},
	{"lang", required_argument, NULL, 'l'},
	{NULL, 0, NULL, 0},
};

struct match {
	enum reason reason;
	char line[LINE];
};

struct matches {
	struct match match[MATCHES];
	u32 count;               /* may be more than there is room for: the last ones are kept */
	char last[LINE];         /* last line that is not empty */
};

static const struct match *match_at(const struct matches *m, u32 i)
{
	return &m->match[i % MATCHES];
}

static void take_line(struct matches *m, const char *line, size_t len)
{
	struct match *match = &m->match[m->count % MATCHES];
	char text[LINE];

	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	while (len && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	if (!len)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(len < LINE ? len : LINE - 1), line);
	memcpy(m->last, text, sizeof(text));
	match->reason = reason_match(text);
	memcpy(match->line, text, sizeof(text));
	m->count += match->reason != REASON_NONE;
}

static void take_text(struct matches *m, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		take_line(m, text, len);
		text += len + (text[len] == '\n');
	}
}

static void take_stream(struct matches *m, FILE *in)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, in) > 0)
		take_line(m, line, strlen(line));
	free(line);
}

/* --- nothing matches: which entry has most of the words? --- */

/* Per cent of the words of @format (letters only, at least 3) that @line has too. */
static u32 likeness(const char *format, const char *line)
{
	u32 words = 0, found = 0;

	while (*format) {
		char word[64];
		size_t n = 0;

		while (isalpha((unsigned char)format[n]) || format[n] == '_')
			n++;
		if (n >= 3 && n < sizeof(word)) {
			snprintf(word, sizeof(word), "%.*s", (int)n, format);
			words++;
			found += strcasestr(line, word) != NULL;
		}
		format += n ? n : 1;
	}
	return words >= 2 ? 100 * found / words : 0;
}

static enum reason nearest_reason(const char *line)
{
	enum reason best = REASON_NONE;
	u32 most = 49;  /* half of the words at least */

	for (u32 i = REASON_NONE + 1; i < REASONS; i++) {
		u32 likely = likeness(reasons[i].log, line);

		if (likely > most) {
			most = likely;
			best = i;
		}
	}
	return best;
}

/* --- the answer --- */

/* A table's format for people: "R%d !read_ok" -> "R... !read_ok". */
static void print_format(FILE *out, const char *format)
{
	for (; *format && *format != '\n'; format++) {
		if (*format != '%') {
			fputc(*format, out);
			continue;
		}
		format += strcspn(format, "diuxsXc");
		fputs("...", out);
	}
}

static int unknown(const struct matches *m, bool json)
{
	enum reason near = nearest_reason(m->last);
	char word[WORD_NEAR];

	if (json) {
		printf("{\"recognised\": false}\n");
		return CLI_REFUSED;
	}
	printf("Not recognised: %s\n", m->last);
	if (word_near(m->last, word)) {
		printf("The nearest word is '%s'.\n", word);
		return CLI_REFUSED;
	}
	printf("This is nothing that the verifier of Linux 6.1 says when it rejects a program.\n");
	if (!near)
		return CLI_REFUSED;
	printf("The nearest message is:\n  ");
	print_format(stdout, reasons[near].log);
	printf("\n");
	return CLI_REFUSED;
}

static void tell(const struct matches *m)
{
	const struct match *last = match_at(m, m->count - 1);

	printf("%serror[%s]%s: %s\n", cli_paint(PAINT_BAD), errno_name(-reasons[last->reason].err),
	       cli_paint(PAINT_END), last->line);
	reason_print_what(last->reason, last->line);
	reason_print_try(last->reason, last->line);
	for (u32 i = m->count > MATCHES ? m->count - MATCHES : 0; i + 1 < m->count; i++) {
		const struct match *before = match_at(m, i);

		printf("\nbefore it: %s\n", before->line);
		reason_print_what(before->reason, before->line);
		reason_print_try(before->reason, before->line);
	}
}

static void tell_json(const struct matches *m)
{
	const struct match *last = match_at(m, m->count - 1);
	json_t *o = reason_json(last->reason, last->line), *before = json_array();

	json_object_set_new(o, "message", json_string(last->line));
	for (u32 i = m->count > MATCHES ? m->count - MATCHES : 0; i + 1 < m->count; i++) {
		json_t *one = reason_json(match_at(m, i)->reason, match_at(m, i)->line);

		json_object_set_new(one, "message", json_string(match_at(m, i)->line));
		json_array_append_new(before, one);
	}
	json_object_set_new(o, "recognised", json_true());
	json_object_set_new(o, "before", before);
	json_dumpf(o, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(o);
}

/* --- words --- */

static enum glossary_language locale_language(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);

	return locale && strncmp(locale, "zh", 2) == 0 ? GLOSSARY_ZH : GLOSSARY_EN;
}

static bool take_language(const char *name, enum glossary_language *lang)
{
	*lang = strcmp(name, "zh") == 0 ? GLOSSARY_ZH : GLOSSARY_EN;
	return strcmp(name, "zh") == 0 || strcmp(name, "en") == 0;
}

static void tell_word(const char *names, const char *meaning)
{
	size_t len = strcspn(names, "|");

	printf("%s%.*s%s%s\n", cli_paint(PAINT_HEAD), (int)len, names, cli_paint(PAINT_END), names + len);
	wrap_text("", "", meaning);
}

static void tell_word_json(const char *names, const char *meaning)
{
	json_t *o = json_pack("{s:b, s:s, s:s}", "recognised", 1, "word", names, "text", meaning);

	json_dumpf(o, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(o);
}

/* Is it a word of the field? Then it is told. */
static bool explain_word(const char *word, enum glossary_language lang, bool json)
{
	char names[256], meaning[2048];
	struct text names_text, meaning_text;

	text_init(&names_text, names, sizeof(names));
	text_init(&meaning_text, meaning, sizeof(meaning));
	if (!word_explain(word, lang, &names_text, &meaning_text))
		return false;
	if (json)
		tell_word_json(names, meaning);
	else
		tell_word(names, meaning);
	return true;
}

static int run(int argc, char **argv)
{
	enum glossary_language lang = locale_language();
	struct matches m = {.count = 0};
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'l' && !take_language(optarg, &lang))
			return cli_usage(&cmd_explain, "--lang is en or zh, not '%s'", optarg);
		if (option == 'j')
			json = true;
		else if (option != 'l')
			return cli_bad_option(&cmd_explain, argv);
	}
	for (int i = optind; i < argc; i++)
		take_text(&m, argv[i]);
	if (optind == argc)
		take_stream(&m, stdin);
	if (!m.last[0])
		return cli_usage(&cmd_explain, "there is no text to explain");
	if (!m.count)
		return explain_word(m.last, lang, json) ? CLI_OK : unknown(&m, json);
	if (json)
		tell_json(&m);
	else
		tell(&m);
	return CLI_OK;
}

const struct cli_command cmd_explain = {
	.name = "explain",
	.usage = "[TEXT...] [--json]",
	.summary = "what a line of the verifier's log means, or a word of the field",
	.help = help,
	.run = run,
};
