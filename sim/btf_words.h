/* The words of a value in text: numbers, characters, strings, bytes. For btf_parse.c, which knows what may
 * come. */
#ifndef SIM_BTF_WORDS_H
#define SIM_BTF_WORDS_H

#include "btf_show.h"

struct btf_parser {
	const struct btf_types *types;
	const char *text;   /* all of it */
	const char *at;     /* what comes next */
	u8 *data;
	u64 size;
	u32 depth;
	u32 left; /* members that may still be looked at: there may be more than anybody can search */
	struct why *why;
};

/* Where a value goes. */
struct btf_place {
	u32 id;             /* its type */
	u64 bit;            /* from the start of the data */
	u32 bits;           /* of a bitfield, 0 = the whole type */
};

/* Bytes of the name or number that comes next (letters, digits, '_', '.', '-' in front); 0 = something else.
 */
u32 btf_word(struct btf_parser *p);
/* Are these @n bytes that name? */
bool btf_word_is(const char *at, u32 n, const char *name);
void btf_skip_space(struct btf_parser *p);
/* Goes behind @c if it comes next. */
bool btf_accept(struct btf_parser *p, char c);
/* Of what comes next, from 1. */
u32 btf_column(struct btf_parser *p);
/* -EINVAL: "column 5: found 'x', expected a number for u32" */
int btf_expected(struct btf_parser *p, u32 id, const char *what);

/* Writes the low @bits bits (1..64) of @value. */
void btf_put(struct btf_parser *p, struct btf_place to, u32 bits, u64 value);
/* The number that comes next, into @bits bits; @what: what is expected here. 0 or -EINVAL. */
int btf_put_number(struct btf_parser *p, struct btf_place to, u32 bits, bool is_signed, const char *what);
/* An address of IPv4 that comes next, 10.0.0.1, into four bytes as they stand in packets. False: something else comes. */
bool btf_put_address(struct btf_parser *p, struct btf_place to);
/* The rest of 'c' behind its first quote. */
int btf_put_char(struct btf_parser *p, struct btf_place to, u32 bits);
/* The rest of "text" behind its first quote, into @room bytes. */
int btf_put_string(struct btf_parser *p, struct btf_place to, u32 room);

/* Is the text nothing but bytes, at least two of them? How many; 0 = no. */
u64 btf_count_bytes(struct btf_parser p);
int btf_put_bytes(struct btf_parser *p, u64 count);

#endif
