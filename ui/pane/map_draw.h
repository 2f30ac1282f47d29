/*
 * Drawing one map as the kernel keeps it, from its live state: a function for each enum map_form. The pane
 * "map" (map.c) chooses by the form that the type's table entry names.
 *
 * All of them write lines of a sheet and share what an element looks like: [key] value, what the last step
 * changed or read, which registers point there.
 */
#ifndef UI_PANE_MAP_DRAW_H
#define UI_PANE_MAP_DRAW_H

#include "../map_show.h"
#include "pane.h"

#define SKETCH_LINES 400 /* of one map; what is more is counted, not drawn */

struct sketch {
	const struct view *v;
	struct sheet *s;
	struct sim *sim;
	struct map *map;
	int from;   /* the sheet's lines before this map's */
	int col;    /* in the line, whether it is visible or not */
	int indent; /* where a long line goes on */
};

/* A new line, unless there are too many. The number of the map is its item. */
bool sketch_line(struct sketch *k);
/* Goes on at column @col, at least one further on when something stands there. */
void sketch_to(struct sketch *k, int col);
/* The same as sketch_add, broken at spaces into further lines where there is no room. */
void sketch_words(struct sketch *k, enum role role, const char *text);
bool sketch_full(const struct sketch *k);
void sketch_add(struct sketch *k, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* "[6] 17 → 18 *  ◂ r0": @value NULL: there is none. */
void sketch_element(struct sketch *k, const void *key, const void *value);
/* The same behind a key that was written in another way. */
void sketch_value_of(struct sketch *k, const void *key, const void *value);
/* "[6]" */
void sketch_key(struct sketch *k, const void *key);
/* A value that has no key: its text, and whether the last step has put it there, read it, points to it. */
void sketch_value(struct sketch *k, const void *value);
/* The same as sketch_marks, for other panes. */
void sheet_map_marks(const struct view *v, struct sheet *s, const struct map *map, const void *at, u32 size);
/* "  ◂ r0  read now": registers that point into the @size bytes, and what the last step did there. */
void sketch_marks(struct sketch *k, const void *at, u32 size);
/*
 * A ring of @size places drawn in one line: what lies in [@from, @to), positions that never wrap, is filled.
 * @names: a letter for each end.
 */
void sketch_ring(struct sketch *k, u64 size, u64 from, u64 to, const char *names);
/* Text in as many lines as it takes. */
void sketch_note(struct sketch *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* By form, each in the file of its name. */
void draw_row(struct sketch *k);     /* map_row.c */
void draw_chains(struct sketch *k);  /* map_chains.c */
void draw_trie(struct sketch *k);    /* map_trie.c */
void draw_records(struct sketch *k); /* map_rings.c */
void draw_values(struct sketch *k);
void draw_perf(struct sketch *k);
void draw_objects(struct sketch *k); /* map_tables.c */
void draw_devices(struct sketch *k);
void draw_cpus(struct sketch *k);
void draw_owners(struct sketch *k);
void draw_bits(struct sketch *k); /* map_bits.c */
void draw_stacks(struct sketch *k);
void draw_functions(struct sketch *k); /* map_tables.c */

/* The values of all CPUs, in columns; map_row.c */
void draw_columns(struct sketch *k, const void *key,
		  void *value_of(struct sketch *k, const void *key, u32 cpu));
void draw_columns_head(struct sketch *k);

#endif
