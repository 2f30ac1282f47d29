/*
 * Values as text, by their BTF type, and back: what a map's key and value are to a human.
 *
 *	ints 17, -3, true; chars 'a'; enums GREEN; pointers 0x500000001000, NULL; arrays [1, 2];
 *	arrays of char "eth0"; structs and unions {proto: 6, n: 17}; sections {counter: 5};
 *	without a type: bytes 06 00 00 00
 *
 * Members of structs without a name are shown, and found, as if they stood in the struct around it.
 */
#ifndef SIM_BTF_SHOW_H
#define SIM_BTF_SHOW_H

#include "btf.h"

/*
 * Adds the value of type @id in @data, on one line. Only @size bytes are there; what lies beyond is shown as
 * "?". @types NULL or @id 0: bytes.
 */
void btf_show(const struct btf_types *types, u32 id, const void *data, u64 size, struct text *out);

/*
 * The way back: writes what the text says to @data (the @size bytes of a value of type @id); what it does not
 * mention keeps its bytes. Members come by name or in order: {6, 17}. Numbers may be hexadecimal; four bytes without a
 * sign an address of IPv4. Any type
 * can be given as bytes in hexadecimal, too: "06 00 00 00", "0x06 0x00 0x00 0x00". 0, or -EINVAL with the
 * sentence, which names the column.
 */
int btf_parse(const struct btf_types *types, u32 id, const char *text, void *data, u64 size, struct why *why);

/* The number in @bits bits (1..64) from bit @bit on, counted as on little-endian machines; and writing it. */
u64 btf_bits_get(const void *data, u64 bit, u32 bits);
void btf_bits_set(void *data, u64 bit, u32 bits, u64 value);
/* Is it what C calls char? */
bool btf_is_char(const struct btf_types *types, u32 id);

#endif
