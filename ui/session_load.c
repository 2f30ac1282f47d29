/* Session files, read: see session_file.h. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "path.h"
#include "session.h"
#include "session_file.h"

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

static int read_branches(struct session *s, struct reader *r)
{
	free(s->branches);
	s->branches = malloc(r->len ? r->len : 1);
	if (!s->branches)
		return sim_fail(r->why, -ENOMEM, "%s: no memory for its timelines", r->path);
	memcpy(s->branches, r->bytes, r->len);
	s->branches_len = r->len;
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
		if (tag == SECTION_CAPTURE)
			err = read_capture(s, &part);
		else if (tag == SECTION_INPUTS)
			err = read_inputs(s, &part);
		else if (tag == SECTION_RECORDS)
			err = read_records(s, &part);
		else if (tag == SECTION_BRANCHES)
			err = read_branches(s, &part);
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

	if (r->len < 8 || memcmp(r->bytes, SESSION_MAGIC, 8) != 0)
		return sim_fail(r->why, -EINVAL,
				"%s: not a session file: it does not begin with \"bpfwalk\" and a newline",
				r->path);
	if (r->len < SESSION_HEADER + SHA256_SIZE)
		return sim_fail(r->why, -EINVAL, "%s: damaged session file: %llu bytes, the shortest has %u",
				r->path, (unsigned long long)r->len, SESSION_HEADER + SHA256_SIZE);
	memcpy(&version, r->bytes + 8, sizeof(version));
	memcpy(&total, r->bytes + 16, sizeof(total));
	if (version != SESSION_VERSION)
		return sim_fail(r->why, -EINVAL,
				"%s: a session file of version %u; this bpfwalk reads version %u", r->path,
				version, SESSION_VERSION);
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
	r->at = SESSION_HEADER;
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
