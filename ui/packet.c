/* Packets from text and from hex digits: see packet.h. */
#include <ctype.h>
#include <stdlib.h>

#include "packet.h"

int packet_parse(struct packet_bytes *packet, const char *text, struct why *why)
{
	struct packet_spec *spec = malloc(sizeof(*spec));
	int err;

	if (!spec)
		return sim_fail(why, -ENOMEM, "no memory for a packet");
	err = packet_parse_spec(spec, text, why);
	if (!err)
		packet_build(packet, spec);
	free(spec);
	return err;
}

static bool is_separator(char c)
{
	return isspace((unsigned char)c) || c == ':' || c == '-';
}

int packet_parse_hex(struct packet_bytes *packet, const char *text, struct why *why)
{
	const char *at = text;

	packet->len = 0;
	if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
		at += 2;
	for (;; at += 2) {
		while (is_separator(*at))
			at++;
		if (!*at)
			break;
		if (!isxdigit((unsigned char)at[0]) || !isxdigit((unsigned char)at[1]))
			return sim_fail(why, -EINVAL,
					"packet: at character %d: found '%.2s', expected two hex digits",
					(int)(at - text) + 1, at);
		if (packet->len == PACKET_MAX)
			return sim_fail(why, -EINVAL, "packet: more than %d bytes", PACKET_MAX);
		packet->data[packet->len++] = strtoul((char[]){at[0], at[1], 0}, NULL, 16);
	}
	return packet->len ? 0 : sim_fail(why, -EINVAL, "packet: no hex digits");
}
