/* The options of a packet's text (len=64 vlan=7 data="..."): one line in the table `options` each. */
#include <ctype.h>
#include <stdlib.h>

#include "packet_words.h"

/* One character of a quoted text, escapes undone; -1 when the escape is not known. */
static int take_char(struct parser *p)
{
	static const char escapes[][2] = {{'n', '\n'}, {'r', '\r'}, {'t', '\t'},
					  {'0', 0},    {'"', '"'},  {'\\', '\\'}};
	const char *at = p->at;

	if (*at != '\\') {
		p->at++;
		return (u8)*at;
	}
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		if (at[1] == escapes[i][0]) {
			p->at += 2;
			return (u8)escapes[i][1];
		}
	}
	if (at[1] == 'x' && isxdigit((unsigned char)at[2]) && isxdigit((unsigned char)at[3])) {
		char pair[3] = {at[2], at[3], 0};

		p->at += 4;
		return strtoul(pair, NULL, 16);
	}
	return -1;
}

static int parse_data(struct parser *p)
{
	struct packet_spec *spec = p->spec;

	if (*p->at != '"')
		return words_expected(p, "data in double quotes");
	p->at++;
	for (spec->payload_len = 0; *p->at != '"'; spec->payload_len++) {
		int c;

		if (!*p->at)
			return words_expected(p, "a closing double quote");
		if (spec->payload_len == PACKET_PAYLOAD_MAX)
			return sim_fail(p->why, -EINVAL, "packet: more than %d bytes of data",
					PACKET_PAYLOAD_MAX);
		c = take_char(p);
		if (c < 0)
			return words_expected(p, "an escape: \\n \\r \\t \\0 \\\" \\\\ or \\xHH");
		spec->payload[spec->payload_len] = c;
	}
	p->at++;
	return 0;
}

/* Payload without meaning: letters, so that it is seen in a dump. */
static int parse_len(struct parser *p)
{
	u64 len;
	int err = words_take_number(p, PACKET_PAYLOAD_MAX, &len);

	if (err)
		return err;
	p->spec->payload_len = len;
	for (u64 i = 0; i < len; i++)
		p->spec->payload[i] = 'a' + i % 26;
	return 0;
}

static int parse_smac(struct parser *p)
{
	return words_take_mac(p, p->spec->src.mac);
}

static int parse_dmac(struct parser *p)
{
	return words_take_mac(p, p->spec->dst.mac);
}

/* An option is a number for one field of the spec, or has its own parser. */
static const struct option {
	const char *name;  /* with its '=' */
	int (*parse)(struct parser *p);
	size_t offset, size;
	u32 max;
} options[] = {
	{"len=", parse_len, 0, 0, 0},
	{"data=", parse_data, 0, 0, 0},
	{"smac=", parse_smac, 0, 0, 0},
	{"dmac=", parse_dmac, 0, 0, 0},
	{"vlan=", NULL, offsetof(struct packet_spec, vlan), 2, 4094},
	{"ttl=", NULL, offsetof(struct packet_spec, ttl), 1, 255},
	{"tos=", NULL, offsetof(struct packet_spec, tos), 1, 255},
	{"seq=", NULL, offsetof(struct packet_spec, seq), 4, UINT32_MAX},
	{"ack=", NULL, offsetof(struct packet_spec, ack), 4, UINT32_MAX},
	{"win=", NULL, offsetof(struct packet_spec, window), 2, 65535},
	{"id=", NULL, offsetof(struct packet_spec, id), 2, 65535},
};

static int parse_field(struct parser *p, const struct option *option)
{
	u8 *field = (u8 *)p->spec + option->offset;
	u64 value;
	int err = words_take_number(p, option->max, &value);

	if (!err)
		memcpy(field, &value, option->size);  /* little endian, as all of the simulated machine */
	return err;
}

int packet_parse_options(struct parser *p)
{
	for (;;) {
		const struct option *option = NULL;
		int err;

		words_skip_space(p);
		if (!*p->at)
			return 0;
		for (size_t i = 0; i < ARRAY_SIZE(options) && !option; i++)
			if (strncmp(p->at, options[i].name, strlen(options[i].name)) == 0)
				option = &options[i];
		if (!option)
			return words_expected(
				p, "an option: len= data= smac= dmac= vlan= ttl= tos= seq= ack= win= id=");
		p->at += strlen(option->name);
		err = option->parse ? option->parse(p) : parse_field(p, option);
		if (err)
			return err;
	}
}
