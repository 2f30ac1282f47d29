/*
 * Session files: everything that is needed to walk the same walk again.
 *
 *	"bpfwalk\n"  magic
 *	u32          version
 *	u32          zero
 *	u64          length of the whole file in bytes
 *	sections     each: u32 tag, u32 zero, u64 length, bytes padded with zeroes to 8
 *	             CAPTURE  one for each capture, in order: its sha256, u64 packets, u32 1 = the packets
 *	                      are in here, u32 length of the path (as seen from this file's folder), the
 *	                      path padded to 8, and for each packet u64 time, u32 length, u32 length on the
 *	                      wire, bytes padded to 8
 *	             INPUTS   the kernel's input log (sim_log)
 *	             RECORDS  what the front end remembers, as lines of text
 *	sha256       of all bytes before it
 *
 * Numbers are little-endian. A reader checks length and checksum first, so what follows is as it was written;
 * it checks all bounds nevertheless. Sections with an unknown tag are passed over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "path.h"
#include "session.h"

#define MAGIC "bpfwalk\n"
#define VERSION 1
#define HEADER 24

enum { CAPTURE = 1, INPUTS = 2, RECORDS = 3 };

/* --- writing --- */

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
	put_section(b, CAPTURE, part.bytes, part.len);
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

	put(b, MAGIC, 8);
	put_u32(b, VERSION);
	put_u32(b, 0);
	put_u64(b, 0);
	for (u32 i = 0; i < s->captures; i++)
		put_capture(b, &s->capture[i], path, embed);
	put_section(b, INPUTS, log, log_len);
	put_section(b, RECORDS, s->records, s->records_len);
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

/* --- reading --- */

struct reader {
	const u8 *bytes;
	u64 len, at;
	const char *path;
	struct why *why;
};

/* The next @n bytes, padding passed over; NULL when there are not so many. */
static const u8 *take(struct reader *r, u64 n)
{
	const u8 *bytes = r->bytes + r->at;

	if (n > r->len - r->at || round_up_u64(n, 8) > r->len - r->at)
		return NULL;
	r->at += round_up_u64(n, 8);
	return bytes;
}

static bool take_u64(struct reader *r, u64 *value)
{
	const u8 *bytes = take(r, sizeof(*value));

	if (bytes)
		memcpy(value, bytes, sizeof(*value));
	return bytes != NULL;
}

/* Two u32 that stand in one group of 8. */
static bool take_pair(struct reader *r, u32 *a, u32 *b)
{
	u64 both;

	if (!take_u64(r, &both))
		return false;
	*a = both;
	*b = both >> 32;
	return true;
}

static int damaged(const struct reader *r, const char *what)
{
	return sim_fail(r->why, -EINVAL, "%s: damaged session file: %s, around byte %llu", r->path, what,
			(unsigned long long)r->at);
}

static bool take_packets(struct reader *r, struct capture *c, u64 count)
{
	for (u64 i = 0; i < count; i++) {
		const u8 *data;
		u64 time_ns;
		u32 len, wire_len;

		if (!take_u64(r, &time_ns) || !take_pair(r, &len, &wire_len))
			return false;
		data = take(r, len);
		if (!data || capture_add(c, data, len, wire_len, time_ns))
			return false;
	}
	return true;
}

/* The file that a session was made with; it must be the same still. */
static int open_same(struct capture *c, const char *path, const u8 *sha256, struct why *why)
{
	struct why inner;
	int err = capture_open(c, path, &inner);

	if (err)
		return sim_fail(why, err,
				"%.150s (the session needs this capture; run --embed would have put it in)",
				inner.text);
	if (memcmp(c->sha256, sha256, SHA256_SIZE) == 0)
		return 0;
	sim_fail(why, -EINVAL,
		 "%s: this is not the capture that the session was made with (its SHA-256 begins with "
		 "%02x%02x%02x%02x, expected %02x%02x%02x%02x)",
		 path, c->sha256[0], c->sha256[1], c->sha256[2], c->sha256[3], sha256[0], sha256[1],
		 sha256[2], sha256[3]);
	capture_close(c);
	return -EINVAL;
}

/*
 * Where the session file says, else where the same words lead from here: it may have been moved without its
 * capture.
 */
static int open_held(struct reader *r, struct capture *c, const char *held, const u8 *sha256)
{
	char *path = path_of(r->path, held);
	int err;

	if (!path)
		return sim_fail(r->why, -ENOMEM, "%s: no memory for a path", r->path);
	err = open_same(c, path, sha256, r->why);
	if (err == -ENOENT && strcmp(path, held) != 0 && !access(held, F_OK))
		err = open_same(c, held, sha256, r->why);
	free(path);
	return err;
}

static int embedded(struct reader *r, struct capture *c, const char *path, const u8 *sha256, u64 count)
{
	if (capture_init(c, path))
		return sim_fail(r->why, -ENOMEM, "%s: no memory for a capture", r->path);
	memcpy(c->sha256, sha256, SHA256_SIZE);
	if (take_packets(r, c, count))
		return 0;
	capture_close(c);
	return damaged(r, "a capture's packets are cut off");
}

static int read_capture(struct session *s, struct reader *r)
{
	const u8 *sha256 = take(r, SHA256_SIZE), *path_bytes;
	struct capture c;
	u32 has_packets, path_len;
	u64 count;
	char *path;
	int err;

	if (!sha256 || !take_u64(r, &count) || !take_pair(r, &has_packets, &path_len) ||
	    !(path_bytes = take(r, path_len)))
		return damaged(r, "a capture's head is cut off");
	path = strndup((const char *)path_bytes, path_len);
	if (!path)
		return sim_fail(r->why, -ENOMEM, "%s: no memory for a capture", r->path);
	err = has_packets ? embedded(r, &c, path, sha256, count) : open_held(r, &c, path, sha256);
	free(path);
	if (!err && session_add_capture(s, &c) < 0) {
		capture_close(&c);
		err = sim_fail(r->why, -ENOMEM, "%s: no memory for a capture", r->path);
	}
	return err;
}

static int read_inputs(struct session *s, struct reader *r)
{
	if (sim_load_log(s->sim, r->bytes, r->len) == 0)
		return 0;
	return sim_fail(r->why, -EINVAL, "%s: %s", r->path, s->sim->why.text);
}

static int read_records(struct session *s, struct reader *r)
{
	s->records = strndup((const char *)r->bytes, r->len);
	s->records_len = s->records ? strlen(s->records) : 0;
	if (!s->records)
		return sim_fail(r->why, -ENOMEM, "%s: no memory for the records", r->path);
	if (s->records_len && s->records[s->records_len - 1] != '\n')
		return damaged(r, "the last record does not end");
	return 0;
}

static int read_sections(struct session *s, struct reader *r)
{
	while (r->at < r->len) {
		struct reader part = {.path = r->path, .why = r->why};
		u32 tag, zero;
		int err = 0;

		if (!take_pair(r, &tag, &zero) || !take_u64(r, &part.len) ||
		    !(part.bytes = take(r, part.len)))
			return damaged(r, "a section is cut off");
		if (tag == CAPTURE)
			err = read_capture(s, &part);
		else if (tag == INPUTS)
			err = read_inputs(s, &part);
		else if (tag == RECORDS)
			err = read_records(s, &part);
		if (err)
			return err;
	}
	return 0;
}

static int check_sum(const struct reader *r)
{
	struct sha256 hash;
	u8 sum[SHA256_SIZE];

	sha256_init(&hash);
	sha256_add(&hash, r->bytes, r->len - SHA256_SIZE);
	sha256_end(&hash, sum);
	if (memcmp(sum, r->bytes + r->len - SHA256_SIZE, SHA256_SIZE) == 0)
		return 0;
	return sim_fail(r->why, -EINVAL, "%s: damaged session file: its checksum is not that of its bytes",
			r->path);
}

static int check_frame(const struct reader *r)
{
	u32 version;
	u64 total;

	if (r->len < 8 || memcmp(r->bytes, MAGIC, 8) != 0)
		return sim_fail(r->why, -EINVAL,
				"%s: not a session file: it does not begin with \"bpfwalk\" and a newline",
				r->path);
	if (r->len < HEADER + SHA256_SIZE)
		return sim_fail(r->why, -EINVAL, "%s: damaged session file: %llu bytes, the shortest has %u",
				r->path, (unsigned long long)r->len, HEADER + SHA256_SIZE);
	memcpy(&version, r->bytes + 8, sizeof(version));
	memcpy(&total, r->bytes + 16, sizeof(total));
	if (version != VERSION)
		return sim_fail(r->why, -EINVAL,
				"%s: a session file of version %u; this bpfwalk reads version %u", r->path,
				version, VERSION);
	if (total != r->len)
		return sim_fail(r->why, -EINVAL, "%s: damaged session file: %llu bytes, its head says %llu",
				r->path, (unsigned long long)r->len, (unsigned long long)total);
	return check_sum(r);
}

/* The loader is task 100 unless a record says another. */
static void recall_loader(struct session *s)
{
	char pid[16];

	if (session_recall(s, "pid", pid, sizeof(pid)))
		s->pid = strtoul(pid, NULL, 10);
}

static int read_session(struct session *s, struct reader *r)
{
	int err = check_frame(r);

	if (err)
		return err;
	err = session_open(s, r->why);
	if (err)
		return err;
	s->recorded = true;
	r->len -= SHA256_SIZE;
	r->at = HEADER;
	err = read_sections(s, r);
	if (err)
		session_close(s);
	else
		recall_loader(s);
	return err;
}

int session_load(struct session *s, const char *path, struct why *why)
{
	struct reader r = {.path = path, .why = why};
	u8 *bytes;
	int err;

	bytes = file_read(path, &r.len, why);
	if (!bytes)
		return -EINVAL;
	r.bytes = bytes;
	err = read_session(s, &r);
	free(bytes);
	return err;
}
