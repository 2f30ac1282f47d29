/* The words of a packet's text: see packet_words.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "packet_words.h"

void words_skip_space(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static size_t word_len(const char *at)
{
	size_t n = 0;

	while (at[n] && !isspace((unsigned char)at[n]))
		n++;
	return n;
}

int words_expected(const struct parser *p, const char *what)
{
	int column = p->at - p->text + 1, len = min_u64(word_len(p->at), 40);

	if (!*p->at)
		return sim_fail(p->why, -EINVAL, "packet: the text ends at character %d, expected %s", column,
				what);
	return sim_fail(p->why, -EINVAL, "packet: at character %d: found '%.*s', expected %s", column, len,
			p->at, what);
}

bool words_take(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	words_skip_space(p);
	if (word_len(p->at) != n || strncasecmp(p->at, word, n) != 0)
		return false;
	p->at += n;
	return true;
}

bool words_peek(struct parser *p, char buf[WORD_MAX])
{
	size_t n;

	words_skip_space(p);
	n = word_len(p->at);
	if (!n || n >= WORD_MAX)
		return false;
	memcpy(buf, p->at, n);
	buf[n] = 0;
	return true;
}

bool words_number(const char *text, u64 max, u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return isdigit((unsigned char)text[0]) && !*end && !errno && *value <= max;
}

int words_take_number(struct parser *p, u64 max, u64 *value)
{
	char word[WORD_MAX], what[64];

	snprintf(what, sizeof(what), "a number from 0 to %llu", (unsigned long long)max);
	if (isspace((unsigned char)*p->at) || !words_peek(p, word) || !words_number(word, max, value))
		return words_expected(p, what);
	p->at += strlen(word);
	return 0;
}

static bool parse_mac(const char *text, u8 mac[6])
{
	for (int i = 0; i < 6; i++, text += 3) {
		char pair[3] = {text[0], text[0] ? text[1] : 0, 0};

		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]) ||
		    text[2] != (i < 5 ? ':' : 0))
			return false;
		mac[i] = strtoul(pair, NULL, 16);
	}
	return true;
}

int words_take_mac(struct parser *p, u8 mac[6])
{
	char word[WORD_MAX];

	if (!words_peek(p, word) || !parse_mac(word, mac))
		return words_expected(p, "a MAC address such as 02:00:00:00:00:01");
	p->at += strlen(word);
	return 0;
}
