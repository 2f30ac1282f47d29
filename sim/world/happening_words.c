/* Events in words: "openat pid=200 file=/etc/passwd". See happening.h. */
#include "happening_words.h"

#include "happening.h"
#include "world.h"

const struct happening_field happening_common[] = {
	{"pid", "the task; made when it is not there", FIELD_NUMBER, 1000, NULL},
	{"comm", "its name", FIELD_TEXT, 0, "bash"},
	{"uid", "its user", FIELD_NUMBER, 1000, NULL},
	{"ppid", "its parent", FIELD_NUMBER, 1, NULL},
	{"cpu", "where it runs", FIELD_NUMBER, 0, NULL},
	{"cgroup", "its cgroup; made when it is not there", FIELD_TEXT, 0, "/"},
	{"ret", "what the kernel answers, unless a program decides otherwise", FIELD_NUMBER, 0, NULL},
	{0},
};

const struct happening_kind *happening_kind_of(const char *text)
{
	size_t len = strcspn(text, " \t\n");

	for (u32 i = 0; i < happening_kinds_count; i++)
		if (strlen(happening_kinds[i]->name) == len && !memcmp(happening_kinds[i]->name, text, len))
			return happening_kinds[i];
	return NULL;
}

static u32 digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 99;
}

/* Behind the digits, or NULL when there are none or too many. */
static const char *read_number(const char *s, s64 *out)
{
	bool negative = *s == '-';
	u64 value = 0;
	u32 base = 10;
	const char *start;

	s += negative;
	if (s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
	}
	for (start = s; digit_of(*s) < base; s++) {
		if (value > (UINT64_MAX - digit_of(*s)) / base)
			return NULL;
		value = value * base + digit_of(*s);
	}
	*out = negative ? -value : value;
	return s == start ? NULL : s;
}

static bool read_time(const char *s, s64 *out)
{
	static const struct {
		const char *name;
		s64 ns;
	} units[] = {{"", 1}, {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	const char *end = read_number(s, out);

	for (u32 i = 0; end && i < ARRAY_SIZE(units); i++)
		if (!strcmp(end, units[i].name) && *out >= 0 && *out <= INT64_MAX / 1000000000) {
			*out *= units[i].ns;
			return true;
		}
	return false;
}

/* One word, "..." around spaces; what it ends with is cut off. NULL: there is none, or its quote is open. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " \t\n"), *to = word, *from = word;
	bool quoted = false;

	if (!*word)
		return NULL;
	for (; *from && (quoted || !strchr(" \t\n", *from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*at = *from ? from + 1 : from;
	*to = 0;
	return quoted ? NULL : word;
}

static int bad_value(struct sim *sim, const struct happening_field *f, const char *value)
{
	return sim_fail(&sim->why, -EINVAL, "%s=%s: expected %s", f->name, value,
			f->type == FIELD_TIME ? "a time: 250, 12us, 3ms, 1s" : "a number, decimal or 0x...");
}

static int take(struct sim *sim, const struct happening_field *f, const char *value,
		struct happening_word *out)
{
	bool ok = true;

	if (f->type == FIELD_TEXT) {
		ok = strlen(value) < sizeof(out->text);
		if (ok)
			strcpy(out->text, value);
	} else if (f->type == FIELD_TIME) {
		ok = read_time(value, &out->number);
	} else {
		const char *end = read_number(value, &out->number);

		ok = end && !*end;
	}
	out->given = true;
	return ok ? 0 : bad_value(sim, f, value);
}

static s32 find_field(const struct happening_field *fields, const char *name, size_t len)
{
	for (u32 i = 0; fields && fields[i].name; i++)
		if (strlen(fields[i].name) == len && !memcmp(fields[i].name, name, len))
			return i;
	return -1;
}

static int no_field(struct sim *sim, const struct happening_kind *kind, const char *word)
{
	char buf[160];
	struct text names;

	text_init(&names, buf, sizeof(buf));
	for (u32 i = 0; kind->fields && kind->fields[i].name; i++)
		text_add(&names, " %s=", kind->fields[i].name);
	for (u32 i = 0; happening_common[i].name; i++)
		text_add(&names, " %s=", happening_common[i].name);
	return sim_fail(&sim->why, -EINVAL, "'%.40s' is not for %s, which has%s", word, kind->name, buf);
}

static int take_word(struct sim *sim, const struct happening_kind *kind, char *word,
		     struct happening_words *out)
{
	char *equals = strchr(word, '=');
	s32 own, common;

	if (!equals && kind->bare)
		return take(sim, &kind->fields[0], word, &out->own[0]);
	if (!equals)
		return no_field(sim, kind, word);
	own = find_field(kind->fields, word, equals - word);
	common = find_field(happening_common, word, equals - word);
	if (own < 0 && common < 0)
		return no_field(sim, kind, word);
	if (own >= 0)
		return take(sim, &kind->fields[own], equals + 1, &out->own[own]);
	return take(sim, &happening_common[common], equals + 1, &out->common[common]);
}

static void set_usual(const struct happening_field *fields, struct happening_word *out, u32 most)
{
	for (u32 i = 0; fields && i < most && fields[i].name; i++) {
		out[i].number = fields[i].number;
		if (fields[i].text)
			strcpy(out[i].text, fields[i].text);
	}
}

static int unknown_kind(struct sim *sim, const char *text)
{
	char buf[200];
	struct text names;

	text_init(&names, buf, sizeof(buf));
	for (u32 i = 0; i < happening_kinds_count; i++)
		text_add(&names, " %s", happening_kinds[i]->name);
	return sim_fail(&sim->why, -EINVAL, "there is no event '%.*s'; there are:%s",
			(int)strcspn(text, " \t\n") % 40, text, buf);
}

int happening_words_read(struct sim *sim, const char *text, struct happening_words *out)
{
	char copy[HAPPENING_TEXT], *at = copy, *word;
	const struct happening_kind *kind = happening_kind_of(text);
	int err = 0;

	if (!kind)
		return unknown_kind(sim, text);
	if (strlen(text) >= sizeof(copy))
		return sim_fail(&sim->why, -EINVAL, "an event has at most %u characters", HAPPENING_TEXT - 1);
	memset(out, 0, sizeof(*out));
	strcpy(copy, text);
	set_usual(kind->fields, out->own, HAPPENING_FIELDS);
	set_usual(happening_common, out->common, COMMON_FIELDS);
	out->common[COMMON_RET].number = kind->ret;
	if (kind->ticks)
		out->common[COMMON_PID].number = 0; /* the idle task */
	next_word(&at);
	while (!err && at[strspn(at, " \t\n")]) {
		word = next_word(&at);
		err = word ? take_word(sim, kind, word, out)
			   : sim_fail(&sim->why, -EINVAL, "a quote is open at the end of the event");
	}
	return err;
}

int happening_check(struct sim *sim, const char *text)
{
	struct happening_words words;

	return happening_words_read(sim, text, &words);
}

s64 happening_cpu(const char *text)
{
	const char *at = strstr(text, " cpu=");
	s64 cpu;

	return at && read_number(at + 5, &cpu) && cpu >= 0 ? cpu : -1;
}
