/*
 * Expressions over the machine, in C's manner: numbers, registers, maps, the program's global variables,
 *fields of the context and of structs that BTF describes, memory through casts, C's operators.
 *
 *	r0 == 0   $r1 + 4   map counts[6] > 3   map flows[7].packets   ctx->ingress_ifindex   pkt[23]
 *	*(u32 *)(fp-4)   ((struct iphdr *)(pkt+14))->ttl   total.bytes   &total   pc == 12 && step < 300
 */
#ifndef UI_EXPR_H
#define UI_EXPR_H

#include "debug.h"

enum expr_place {
	EXPR_NOWHERE, /* it was computed */
	EXPR_REG,     /* at: its number */
	EXPR_PC,
	EXPR_MEMORY,  /* at: the address */
};

struct expr_value {
	u64 number;
	u8 place;    /* enum expr_place */
	u64 at;
	u32 size;    /* bytes there */
	bool signed_;
	bool ctx;    /* it is the context's address */
	/* its type: BTF's, with `pointer` a pointer to that; type 0: not known */
	const struct btf_types *types;
	u32 type;
	bool pointer;
	/* it points to numbers of so many bytes, 0 = nobody has said */
	u8 step;
	bool step_signed;
};

/* 0, or with the sentence -EINVAL: it is no expression, -ENODATA: it has no value at this moment. */
int expr_eval(struct debug *d, const char *text, struct expr_value *value, struct why *why);
/* Its number. */
int expr_value(struct debug *d, const char *text, u64 *value, struct why *why);
/*
 * The value in words: @format one of gdb's letters x d u c s t o a, or 0 as its type says; numbers of no
 * known type as addresses are written ("fp-4") or decimal.
 */
void expr_text(struct debug *d, const struct expr_value *value, char format, struct text *out);
/*
 * "counts[6]": the map, and the bytes of the key in @key; *end, when not NULL, is behind the bracket (else
 * the text must end there). NULL: no such map, or no such key can be.
 */
struct map *expr_map(struct debug *d, const char *text, u8 *key, u32 room, const char **end);

#endif
