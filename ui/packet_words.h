/*
 * The words of a packet's text: the cursor, and what every part of the grammar reads. Private to packet_*.c.
 *
 * Whatever is wrong is named with the character where it stands, counted from 1.
 */
#ifndef UI_PACKET_WORDS_H
#define UI_PACKET_WORDS_H

#include "packet.h"

#define WORD_MAX 64

struct parser {
	const char *text, *at;  /* at: what has not been read yet */
	struct packet_spec *spec;
	struct why *why;
};

void words_skip_space(struct parser *p);
/* -EINVAL, with a complaint about the word at the cursor. */
int words_expected(const struct parser *p, const char *what);
/* Is @word next (in any case)? Then it is passed over. */
bool words_take(struct parser *p, const char *word);
/*
 * The word at the cursor, without moving on. False when there is none or it is too long for what it could be.
 */
bool words_peek(struct parser *p, char buf[WORD_MAX]);
/* Is all of @text a number, decimal or 0x..., of at most @max? */
bool words_number(const char *text, u64 max, u64 *value);
int words_take_number(struct parser *p, u64 max, u64 *value);
int words_take_mac(struct parser *p, u8 mac[6]);

/* The options, to the end of the text. */
int packet_parse_options(struct parser *p);

#endif
