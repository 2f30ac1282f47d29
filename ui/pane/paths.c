/*
 * The tree of paths of walk 2. A line is a path: the pieces that it consists of, from where it splits off
 *another one to its end. Lines stand in the order in which the paths are walked: what was put aside last
 *comes first.
 *
 *	0-4 ─┬─ 5-12 ─┬─ 13-16 ✓ exit
 *	     │        └─ 15…16 ≡
 *	     └┄ 15 waits
 *
 * Where a path has more pieces than fit, those in the middle are one fold; what splits off in it hangs below
 *it.
 */
#include <stdlib.h>

#include "pane.h"

#define PIECE_ROOM 10  /* columns that a piece takes, about */

/* A branch that will be drawn below: where it hangs. */
struct hanging {
	u32 piece;
	int col;
	bool folded;
};

struct tree {
	const struct view *v;
	struct sheet *s;
	const struct path_piece *piece;
	u32 pieces, now; /* the piece that is walked */
	u32 at;          /* the insn there */
	u32 next;        /* the piece that is taken up next, 0 = none */
	u32 paths;       /* lines so far */
	struct hanging *hanging;
	u32 hangs, room;
};

/* What is left free at the right: for ends of paths, and for what splits off there. */
static int tail_room(const struct tree *t)
{
	int quarter = t->s->area.cols / 4;

	return quarter < 14 ? 14 : quarter > 34 ? 34 : quarter;
}

static bool waits(const struct tree *t, u32 n)
{
	return t->piece[n].begin == PATH_NOT_BEGUN && n != t->now;
}

static void hang(struct tree *t, u32 piece, int col, bool folded)
{
	struct hanging *more = t->hanging;

	if (t->hangs == t->room) {
		more = realloc(t->hanging, (t->room + 64) * sizeof(*more));
		if (!more)
			return;
		t->hanging = more;
		t->room += 64;
	}
	more[t->hangs++] = (struct hanging){piece, col, folded};
}

/* What connects a path to where it splits off. */
static void connect(struct tree *t, const struct hanging *h)
{
	int col = 0;

	for (u32 i = 0; i < t->hangs; i++) {
		if (t->hanging[i].col <= col - 1 || t->hanging[i].col >= h->col)
			continue;
		t->s->col = t->hanging[i].col;
		sheet_add(t->s, ROLE_BORDER, waits(t, t->hanging[i].piece) ? "┊" : "│");
		col = t->hanging[i].col + 1;
	}
	t->s->col = h->col;
	sheet_add(t->s, ROLE_BORDER, waits(t, h->piece) ? "└┄ " : "└─ ");
}

static void add_range(struct tree *t, const struct path_piece *p, bool here)
{
	u32 end = here ? t->at : p->end, begin = p->begin == PATH_NOT_BEGUN ? end : p->begin;
	enum role role = here ? ROLE_CURRENT : ROLE_PLAIN;

	if (begin == end)
		sheet_add(t->s, role, "%u", begin);
	else
		sheet_add(t->s, role, "%u%s%u", begin, begin > end ? "→" : "-", end);
}

static void add_end(struct tree *t, u32 n)
{
	const struct path_piece *p = &t->piece[n];

	if (n == t->now && debug_rejected(t->v->d))
		sheet_add(t->s, ROLE_BAD, " ✗ rejected");
	else if (n == t->now)
		sheet_add(t->s, ROLE_CURRENT, " ◂ here");
	else if (p->how == PATH_EXITS)
		sheet_add(t->s, ROLE_GOOD, " ✓");
	else if (p->how == PATH_IS_PRUNED)
		sheet_add(t->s, ROLE_LINKED, " ≡");
	if (p->speculative)
		sheet_add(t->s, ROLE_QUIET, " (only if a CPU guesses wrong)");
}

static int digits(u32 n)
{
	int count = 1;

	if (n == PATH_NOT_BEGUN)
		return 2;
	for (; n >= 10; n /= 10)
		count++;
	return count;
}

/* How many pieces the path has from @n on; the last one in *last; columns that all of them take. */
static u32 count_pieces(const struct tree *t, u32 n, u32 *last, int *width)
{
	u32 count = 1;

	*width = 0;
	for (;; count++) {
		*width += digits(t->piece[n].begin) + digits(t->piece[n].end) + 6;
		if (t->piece[n].how != PATH_SPLITS || t->piece[n].child + 1 >= t->pieces)
			break;
		n = t->piece[n].child + 1;
	}
	*last = n;
	return count;
}

static void add_waiting(struct tree *t, u32 n, const struct hanging *h)
{
	const struct path_piece *p = &t->piece[n];

	sheet_add(t->s, ROLE_QUIET, "%u waits", p->waits_at);
	if (h->folded)
		sheet_add(t->s, ROLE_QUIET, " (from %u)", p->from);
	if (n == t->next)
		sheet_add(t->s, ROLE_CHANGED, " ◂ next");
	if (p->speculative)
		sheet_add(t->s, ROLE_QUIET, " (only if a CPU guesses wrong)");
}

/* The pieces of a path; those that do not fit are folded in the middle. */
static void add_path(struct tree *t, u32 n)
{
	int left = t->s->area.cols - t->s->col - tail_room(t), width;
	u32 fit = left > 2 * PIECE_ROOM ? left / PIECE_ROOM : 2, last, i = 0;
	u32 count = count_pieces(t, n, &last, &width);
	bool whole = width <= left + 6 || count <= fit;
	u32 head = whole ? count : fit / 2, tail = whole ? 0 : fit - head;

	for (;; i++) {
		const struct path_piece *p = &t->piece[n];
		bool folded = i >= head && i < count - tail;

		if (!folded || n == last)
			add_range(t, p, n == t->now);
		else if (i == head)
			sheet_add(t->s, ROLE_QUIET, "%u more", count - tail - head);
		if (n == last)
			break;
		if (!folded || i + 1 == count - tail) {
			sheet_add(t->s, ROLE_BORDER, " ─┬─ ");
			hang(t, p->child, t->s->col - 3, folded);
		} else {
			hang(t, p->child, t->s->col + 2, true);
		}
		n = p->child + 1;
	}
	add_end(t, last);
}

/* A line that is not seen is not written, but where things hang must be known: then they hang at its
 * beginning. */
static void skip_path(struct tree *t, u32 n, int col)
{
	for (; t->piece[n].how == PATH_SPLITS && t->piece[n].child + 1 < t->pieces;
	     n = t->piece[n].child + 1) {
		col += 8;
		if (col > t->s->area.cols - tail_room(t))
			col = t->s->area.cols - tail_room(t);
		hang(t, t->piece[n].child, col, true);
	}
}

static bool holds(const struct tree *t, u32 n)
{
	u32 last;
	int width;

	count_pieces(t, n, &last, &width);
	return last == t->now;
}

static void one_path(struct tree *t, const struct hanging *h)
{
	bool begun = !waits(t, h->piece);

	sheet_line(t->s, t->piece[h->piece].from);
	if (begun && holds(t, h->piece))
		sheet_at(t->s);
	if (!sheet_wants(t->s)) {
		if (begun)
			skip_path(t, h->piece, h->col);
		return;
	}
	if (h->col >= 0)
		connect(t, h);
	if (begun)
		add_path(t, h->piece);
	else
		add_waiting(t, h->piece, h);
}

static void one_pass(struct tree *t, u32 root)
{
	struct hanging h = {root, -1, false};

	t->hangs = 0;
	one_path(t, &h);
	while (t->hangs) {
		h = t->hanging[--t->hangs];
		one_path(t, &h);
	}
}

static bool look(const struct view *v, struct tree *t)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct path_branch next;

	*t = (struct tree){.v = v};
	if (!load || !load->verifier)
		return false;
	t->now = path_pieces(load->verifier, &t->piece, &t->pieces);
	path_state(load->verifier, &t->at);
	if (path_branches(load->verifier, &next, 1))
		t->next = next.state->fork;
	return t->pieces > 1;
}

static void draw(const struct view *v, struct sheet *s)
{
	struct tree t;

	if (!look(v, &t)) {
		sheet_nothing(s, "Walk 2 has not begun, or is forgotten. While it lasts this is the tree of "
				 "its paths: "
				 "at a jump that may go both ways it splits.");
		return;
	}
	t.s = s;
	for (u32 i = 1; i < t.pieces; i++)
		if (!t.piece[i].earlier)
			one_pass(&t, i);
	free(t.hanging);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "── walked  ┄┄ waits  ✓ exit  ≡ pruned");
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	struct path_cost cost;

	if (!load || !load->verifier)
		return;
	path_cost(load->verifier, &cost);
	text_say(out, "%u ended, %u wait%s", cost.ended, cost.waiting, cost.waiting == 1 ? "s" : "");
}

static bool changed(const struct view *v)
{
	return debug_happened(v->d, EV_PATH_FORK) || debug_happened(v->d, EV_PATH_END);
}

const struct pane pane_paths = {
	.name = "paths",
	.title = "paths so far",
	.help = "Walk 2 as a tree. 0-4 are instructions walked one after the other; ┬ is a jump that may go "
		"both ways: "
		"the path goes on to the right, the other way is put aside and hangs below (┄ waits). When a "
		"path has "
		"ended, the branch put aside last is taken up (◂ next): last in, first out. ✓ it came to "
		"exit, ≡ it "
		"was pruned: what was known there had been walked before. Each function that is checked by "
		"itself "
		"has a tree of its own.",
	.subtitle = subtitle,
	.draw = draw,
	.changed = changed,
};
