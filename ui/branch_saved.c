/*
 * Branches in session files: a section of their own, one behind the other, those of undo from the oldest on,
 * then the checkpoints. Each: struct saved, the two texts with their zeroes, the numbers of its loads' files,
 * and what its log has behind the beginning that it shares with the present one; texts and log padded to 8
 * bytes.
 *
 * What was noted about a timeline is not saved: it is found out again when the branch is put back.
 */
#include <stdio.h>
#include <stdlib.h>

#include "branch.h"
#include "change.h"

enum { SAVED_UNDO, SAVED_CHECKPOINT };

struct saved {
	u32 kind, number, whole, loads;
	u64 step, end, base;
	u64 shared, log_len; /* bytes: shared with the present log, and in all */
	u32 what_len, failed_len; /* with their zeroes */
};

/* --- saving --- */

static void put(FILE *out, const void *bytes, u64 n)
{
	static const u8 zeroes[8];

	if (n)
		fwrite(bytes, 1, n, out);
	fwrite(zeroes, 1, round_up_u64(n, 8) - n, out);
}

static u64 same_bytes(const u8 *a, u64 a_len, const u8 *b, u64 b_len)
{
	u64 n = 0;

	while (n < a_len && n < b_len && a[n] == b[n])
		n++;
	return n;
}

static void put_branch(FILE *out, const struct debug *d, const struct branch *b, u32 kind)
{
	u64 len;
	const u8 *log = sim_log(debug_sim(d), &len);
	struct saved saved = {.kind = kind,
			      .number = b->number,
			      .whole = b->whole,
			      .loads = b->loads,
			      .step = b->step,
			      .end = b->end,
			      .base = b->base,
			      .log_len = b->log_len,
			      .shared = same_bytes(b->log, b->log_len, log, len),
			      .what_len = strlen(b->what) + 1,
			      .failed_len = strlen(b->failed) + 1};

	put(out, &saved, sizeof(saved));
	put(out, b->what, saved.what_len);
	put(out, b->failed, saved.failed_len);
	for (u32 i = 0; i < b->loads; i++)
		put(out, b->noted ? &b->load[i].file : &b->file[i], sizeof(u32));
	put(out, b->log + saved.shared, saved.log_len - saved.shared);
}

int branches_save(struct debug *d)
{
	struct session *s = &d->session;
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&bytes, &len);

	for (u32 i = 0; out && i < d->undos; i++)
		put_branch(out, d, &d->undo[i], SAVED_UNDO);
	for (u32 i = 0; out && i < d->checkpoints; i++)
		put_branch(out, d, &d->checkpoint[i], SAVED_CHECKPOINT);
	if (!out || fclose(out)) {
		free(bytes);
		return -ENOMEM;
	}
	free(s->branches);
	s->branches = (u8 *)bytes;
	s->branches_len = len;
	return 0;
}

/* --- opening --- */

struct reader {
	const u8 *bytes;
	u64 len, at;
};

static const void *take(struct reader *r, u64 n)
{
	const u8 *bytes = r->bytes + r->at;

	if (n > r->len - r->at || round_up_u64(n, 8) > r->len - r->at)
		return NULL;
	r->at += round_up_u64(n, 8);
	return bytes;
}

static bool take_text(struct reader *r, u32 len, char *to, size_t cap)
{
	const char *text = take(r, len);

	if (!text || !len || len > cap || text[len - 1])
		return false;
	snprintf(to, cap, "%s", text);
	return true;
}

static bool take_files(struct reader *r, struct branch *b)
{
	if (b->loads > r->len / 8)
		return false;
	b->file = calloc(b->loads ? b->loads : 1, sizeof(*b->file));
	for (u32 i = 0; b->file && i < b->loads; i++) {
		const u32 *file = take(r, sizeof(*file));

		if (!file)
			return false;
		b->file[i] = *file;
	}
	return b->file;
}

/* The log: what it shares with the present one, and the rest. */
static bool take_log(struct reader *r, const struct debug *d, const struct saved *saved, struct branch *b)
{
	u64 len, rest = saved->log_len - saved->shared;
	const u8 *log = sim_log(debug_sim(d), &len), *bytes;

	if (saved->shared > len || saved->shared > saved->log_len)
		return false;
	bytes = take(r, rest);
	b->log = bytes ? malloc(saved->log_len ? saved->log_len : 1) : NULL;
	if (!b->log)
		return false;
	memcpy(b->log, log, saved->shared);
	memcpy(b->log + saved->shared, bytes, rest);
	b->log_len = saved->log_len;
	return true;
}

static bool take_branch(struct reader *r, const struct debug *d, struct branch *b, u32 *kind)
{
	const void *head = take(r, sizeof(struct saved));
	struct saved saved;

	if (!head)
		return false;
	memcpy(&saved, head, sizeof(saved));
	*kind = saved.kind;
	*b = (struct branch){.number = saved.number,
			     .whole = saved.whole,
			     .step = saved.step,
			     .end = saved.end,
			     .base = saved.base,
			     .loads = saved.loads};
	if (saved.kind <= SAVED_CHECKPOINT && take_text(r, saved.what_len, b->what, sizeof(b->what)) &&
	    take_text(r, saved.failed_len, b->failed, sizeof(b->failed)) && take_files(r, b) &&
	    take_log(r, d, &saved, b))
		return true;
	branch_free(b);
	return false;
}

static bool keep_checkpoint(struct debug *d, struct branch *b)
{
	struct branch *more = realloc(d->checkpoint, (d->checkpoints + 1) * sizeof(*more));

	if (!more) {
		branch_free(b);
		return false;
	}
	d->checkpoint = more;
	more[d->checkpoints++] = *b;
	if (b->number > d->last_checkpoint)
		d->last_checkpoint = b->number;
	return true;
}

void branches_open(struct debug *d)
{
	struct session *s = &d->session;
	struct reader r = {.bytes = s->branches, .len = s->branches_len};
	struct branch b;
	u32 kind;

	while (r.at < r.len && take_branch(&r, d, &b, &kind)) {
		if (kind == SAVED_UNDO)
			change_remember(d, &b);
		else if (!b.whole || !keep_checkpoint(d, &b))
			branch_free(&b);
	}
	free(s->branches);
	s->branches = NULL;
	s->branches_len = 0;
}
