/*
 * bpfwalk packets: lists a capture, writes one from an event script, shows the bytes of a packet made from
 * text.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../cli.h"
#include "../packet.h"
#include "../script.h"

static const char help[] =
	"Without -o the packets are listed: number, time since the first, what they are. A packet given\n"
	"as text is shown byte by byte, so that it can be given to `bpfwalk run --packet` too.\n"
	"\n"
	"  -o FILE.pcap    write the packets as a capture\n"
	"\n"
	"A packet as text:\n"
	PACKET_GRAMMAR
	"An event script (FILE.events) has one such line for each packet, with +SECONDS in front when it\n"
	"comes later.\n"
	"\n"
	"Examples:\n"
	"  bpfwalk packets samples/web.pcap\n"
	"  bpfwalk packets 'tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN,ACK'\n"
	"  bpfwalk packets samples/web.events -o web.pcap\n";

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && strcmp(text + n - m, tail) == 0;
}

static int add_text(struct capture *capture, const char *text, struct why *why)
{
	struct packet_bytes *packet = malloc(sizeof(*packet));
	int err = packet ? packet_parse(packet, text, why) : -ENOMEM;

	if (!err)
		err = capture_init(capture, "(text)");
	if (!err)
		err = capture_add(capture, packet->data, packet->len, packet->len, 0);
	free(packet);
	return err;
}

/* What holds a space is a packet as text, anything else a path. */
static int open_source(struct capture *capture, const char *source, struct why *why)
{
	if (ends_with(source, ".events"))
		return script_open(capture, source, why);
	if (!strchr(source, ' '))
		return capture_open(capture, source, why);
	return add_text(capture, source, why);
}

static void print_bytes(const u8 *data, u32 len)
{
	for (u32 i = 0; i < len; i++)
		printf("%02x%s", data[i], i + 1 == len || i % 16 == 15 ? "\n" : " ");
}

static void list_packets(const struct capture *capture)
{
	for (u64 i = 0; i < capture->count; i++) {
		const struct capture_packet *p = &capture->packet[i];
		char line[160];
		struct text text;

		text_init(&text, line, sizeof(line));
		packet_describe(capture_data(capture, i), p->len, &text);
		printf("%4llu  %10.6f  %s\n", (unsigned long long)i + 1,
		       (double)(s64)(p->time_ns - capture->packet[0].time_ns) / 1e9, line);
	}
	if (capture->count == 1)
		print_bytes(capture_data(capture, 0), capture->packet[0].len);
	if (capture->note[0])
		printf("(%s)\n", capture->note);
}

static int run_packets(int argc, char **argv)
{
	const char *out = NULL;
	struct capture capture = {0};
	struct why why = {0};
	int option, err;

	while ((option = getopt(argc, argv, ":o:")) != -1) {
		if (option != 'o')
			return cli_bad_option(&cmd_packets, argv);
		out = optarg;
	}
	if (argc - optind != 1)
		return cli_usage(&cmd_packets, "expected one capture, event script or packet, found %d",
				 argc - optind);
	err = open_source(&capture, argv[optind], &why);
	if (err)
		return cli_error("%s", why.text);
	if (out)
		err = capture_write(&capture, out, &why);
	else
		list_packets(&capture);
	capture_close(&capture);
	return err ? cli_error("%s", why.text) : CLI_OK;
}

const struct cli_command cmd_packets = {
	.name = "packets",
	.usage = "FILE.pcap|FILE.events|'PACKET' [-o FILE.pcap]",
	.summary = "list a capture; make one from text",
	.help = help,
	.run = run_packets,
};
