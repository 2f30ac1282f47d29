/* Captures: see capture.h. */
/* Classic BPF has a struct of the same name. */
#define bpf_insn pcap_classic_insn
#include <pcap/pcap.h>
#undef bpf_insn
#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "file.h"

static bool grow(void **array, u64 *room, u64 need, size_t item)
{
	u64 more = *room ? *room : 64;
	void *p;

	while (more < need)
		more *= 2;
	if (more == *room)
		return true;
	p = realloc(*array, more * item);
	if (!p)
		return false;
	*array = p;
	*room = more;
	return true;
}

int capture_init(struct capture *c, const char *path)
{
	*c = (struct capture){.path = strdup(path)};
	return c->path ? 0 : -ENOMEM;
}

int capture_add(struct capture *c, const u8 *data, u32 len, u32 wire_len, u64 time_ns)
{
	if (!grow((void **)&c->packet, &c->room, c->count + 1, sizeof(*c->packet)) ||
	    !grow((void **)&c->bytes, &c->size, c->used + len, 1))
		return -ENOMEM;
	memcpy(c->bytes + c->used, data, len);
	c->packet[c->count++] = (struct capture_packet){c->used, len, wire_len, time_ns};
	c->used += len;
	return 0;
}

static int read_packets(struct capture *c, pcap_t *pcap, struct why *why)
{
	struct pcap_pkthdr *header;
	const u8 *data;
	int got;

	while ((got = pcap_next_ex(pcap, &header, &data)) == 1) {
		u64 time_ns = (u64)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;

		if (capture_add(c, data, header->caplen, header->len, time_ns))
			return sim_fail(why, -ENOMEM, "%s: no memory for packet %llu", c->path,
					(unsigned long long)c->count + 1);
	}
	if (got == PCAP_ERROR)
		snprintf(c->note, sizeof(c->note), "the file is damaged after packet %llu: %s",
			 (unsigned long long)c->count, pcap_geterr(pcap));
	return 0;
}

static int check_link_type(pcap_t *pcap, const char *path, struct why *why)
{
	int type = pcap_datalink(pcap);
	const char *name = pcap_datalink_val_to_name(type);

	if (type == DLT_EN10MB)
		return 0;
	return sim_fail(why, -EINVAL, "%s: its packets are of link type %s, expected Ethernet (EN10MB)", path,
			name ? name : "(unknown)");
}

static int read_capture(struct capture *c, FILE *f, const char *path, struct why *why)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(f, PCAP_TSTAMP_PRECISION_NANO, error);
	int err;

	if (!pcap) {
		fclose(f);
		return sim_fail(why, -EINVAL, "%s: not a pcap or pcapng file (%.120s)", path, error);
	}
	err = check_link_type(pcap, path, why);
	if (!err)
		err = read_packets(c, pcap, why);
	pcap_close(pcap);
	return err;
}

static int read_bytes(struct capture *c, u8 *bytes, u64 len, const char *path, struct why *why)
{
	struct sha256 hash;
	FILE *f;

	if (!len)
		return sim_fail(why, -EINVAL, "%s: not a pcap or pcapng file (it is empty)", path);
	if (capture_init(c, path))
		return sim_fail(why, -ENOMEM, "%s: no memory", path);
	sha256_init(&hash);
	sha256_add(&hash, bytes, len);
	sha256_end(&hash, c->sha256);
	f = fmemopen(bytes, len, "rb");
	return f ? read_capture(c, f, path, why) : sim_fail(why, -ENOMEM, "%s: no memory", path);
}

/* The file is read once, so that the packets are those of the checksum, and a pipe is as good as a file. */
int capture_open(struct capture *c, const char *path, struct why *why)
{
	u64 len;
	u8 *bytes = file_read(path, &len, why);
	int err;

	memset(c, 0, sizeof(*c));
	if (!bytes)
		return why->err;
	err = read_bytes(c, bytes, len, path, why);
	free(bytes);
	if (err)
		capture_close(c);
	return err;
}

static bool dump_packets(const struct capture *c, pcap_dumper_t *dumper)
{
	for (u64 i = 0; i < c->count; i++) {
		const struct capture_packet *p = &c->packet[i];
		struct pcap_pkthdr header = {
			.ts = {p->time_ns / 1000000000, p->time_ns % 1000000000 / 1000},
			.caplen = p->len,
			.len = p->wire_len,
		};

		pcap_dump((u8 *)dumper, &header, capture_data(c, i));
	}
	return pcap_dump_flush(dumper) == 0;
}

int capture_write(const struct capture *c, const char *path, struct why *why)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 262144);
	pcap_dumper_t *dumper = pcap ? pcap_dump_open(pcap, path) : NULL;
	int err = 0;

	if (!dumper)
		err = sim_fail(why, -EIO, "%s", pcap ? pcap_geterr(pcap) : "no memory");
	else if (!dump_packets(c, dumper))
		err = sim_fail(why, -EIO, "%s: cannot be written", path);
	if (dumper)
		pcap_dump_close(dumper);
	if (pcap)
		pcap_close(pcap);
	return err;
}

void capture_close(struct capture *c)
{
	free(c->path);
	free(c->packet);
	free(c->bytes);
	memset(c, 0, sizeof(*c));
}
