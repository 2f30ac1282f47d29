/*
 * Keys and values as people write them, as bytes:
 *
 *	6, -1, 0x10           a number that fits
 *	{proto: 6, n: 17}     by BTF, where the map has it; also "eth0", [1, 2], GREEN (btf_show.h)
 *	6 0 0 0, 0x06 0 0 0   byte by byte, as bpftool takes them: as many as there are bytes
 *	hex 06 00 00 00       the same, all in hexadecimal
 *	10.0.0.1              an address of IPv4 in four bytes, in network order
 *	10.0.0.0/8            a prefix, as key of an lpm_trie of such addresses
 */
#ifndef UI_MAP_VALUES_H
#define UI_MAP_VALUES_H

#include "session.h"

/* @out: key_size, value_size bytes. 0, or -EINVAL with the sentence. */
int map_parse_key(const struct map *map, const char *text, void *out, struct why *why);
int map_parse_value(const struct map *map, const char *text, void *out, struct why *why);
/* Of maps with a value for each CPU: one for all of them, or `V | V ...`, one for each; @size: of all, as
 * user space sees them. */
int map_parse_values(const struct map *map, const char *text, u8 *out, u64 size, struct why *why);

#endif
