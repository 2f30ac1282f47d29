/* Session files, written: see session_file.h. */
#include <stdio.h>
#include <stdlib.h>

#include "path.h"
#include "session.h"
#include "session_file.h"

struct buffer {
	u8 *bytes;
	u64 len, room;
	bool failed;  /* no memory */
};

static void put(struct buffer *b, const void *bytes, u64 n)
{
	if (b->len + n > b->room) {
		u64 room = (b->len + n) * 2;
		u8 *more = realloc(b->bytes, room);

		if (!more) {
			b->failed = true;
			return;
		}
		b->bytes = more;
		b->room = room;
	}
	if (n)
		memcpy(b->bytes + b->len, bytes, n);
	b->len += n;
}

static void put_u32(struct buffer *b, u32 value)
{
	put(b, &value, sizeof(value));
}

static void put_u64(struct buffer *b, u64 value)
{
	put(b, &value, sizeof(value));
}

static void put_padded(struct buffer *b, const void *bytes, u64 n)
{
	static const u8 zeroes[8];

	put(b, bytes, n);
	put(b, zeroes, round_up_u64(n, 8) - n);
}

static void put_section(struct buffer *b, u32 tag, const void *bytes, u64 n)
{
	put_u32(b, tag);
	put_u32(b, 0);
	put_u64(b, n);
	put_padded(b, bytes, n);
}

static void put_packets(struct buffer *b, const struct capture *c)
{
	for (u64 i = 0; i < c->count; i++) {
		put_u64(b, c->packet[i].time_ns);
		put_u32(b, c->packet[i].len);
		put_u32(b, c->packet[i].wire_len);
		put_padded(b, capture_data(c, i), c->packet[i].len);
	}
}

/* @path: of the session file. */
static void put_capture(struct buffer *b, const struct capture *c, const char *path, bool embed)
{
	char *held = c->path[0] ? path_for(path, c->path) : strdup("");
	struct buffer part = {.failed = !held};
	u32 len = held ? strlen(held) : 0;

	embed |= !c->path[0];
	put(&part, c->sha256, SHA256_SIZE);
	put_u64(&part, c->count);
	put_u32(&part, embed);
	put_u32(&part, len);
	put_padded(&part, held, len);
	if (embed)
		put_packets(&part, c);
	put_section(b, SECTION_CAPTURE, part.bytes, part.len);
	b->failed |= part.failed;
	free(part.bytes);
	free(held);
}

static void put_all(struct buffer *b, const struct session *s, const char *path, bool embed)
{
	struct sha256 hash;
	u8 sum[SHA256_SIZE];
	u64 log_len, total;
	const u8 *log = sim_log(s->sim, &log_len);

	put(b, SESSION_MAGIC, 8);
	put_u32(b, SESSION_VERSION);
	put_u32(b, 0);
	put_u64(b, 0);
	for (u32 i = 0; i < s->captures; i++)
		put_capture(b, &s->capture[i], path, embed);
	put_section(b, SECTION_INPUTS, log, log_len);
	put_section(b, SECTION_RECORDS, s->records, s->records_len);
	if (s->branches_len)
		put_section(b, SECTION_BRANCHES, s->branches, s->branches_len);
	if (b->failed)
		return;
	total = b->len + SHA256_SIZE;
	memcpy(b->bytes + 16, &total, sizeof(total));
	sha256_init(&hash);
	sha256_add(&hash, b->bytes, b->len);
	sha256_end(&hash, sum);
	put(b, sum, SHA256_SIZE);
}

int session_save(const struct session *s, const char *path, bool embed, struct why *why)
{
	struct buffer b = {0};
	FILE *f;
	bool ok;

	put_all(&b, s, path, embed);
	if (b.failed) {
		free(b.bytes);
		return sim_fail(why, -ENOMEM, "%s: no memory for the session file", path);
	}
	f = fopen(path, "wb");
	ok = f && fwrite(b.bytes, 1, b.len, f) == b.len;
	if (f && fclose(f))
		ok = false;
	free(b.bytes);
	return ok ? 0 : sim_fail(why, -EIO, "%s: cannot be written: %s", path, strerror(errno));
}
