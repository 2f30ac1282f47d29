/* All lessons and exercises: see shelf.h. */
#include <stdio.h>
#include <stdlib.h>

#include "catalogue.h"
#include "progress.h"
#include "shelf.h"

static void clear(struct shelf *shelf)
{
	for (u32 i = 0; i < shelf->count; i++) {
		free(shelf->row[i].title);
		free(shelf->row[i].promise);
		free(shelf->row[i].needs);
	}
	free(shelf->row);
	shelf->row = NULL;
	shelf->count = shelf->done = 0;
}

void shelf_free(struct shelf *shelf)
{
	if (shelf)
		clear(shelf);
	free(shelf);
}

static bool take_texts(struct shelf_row *row, const char *folder)
{
	struct lesson_ear ear = {.hear = NULL};
	struct course *c = calloc(1, sizeof(*c));
	struct why why;
	bool good = c && catalogue_load(c, folder, &ear, &why) == 0;

	if (good) {
		const struct lesson *text = course_lesson(c);

		row->title = strdup(text->title);
		row->promise = strdup(text->promise);
		row->needs = strdup(c->first->needs);
		row->minutes = c->first->minutes;
		row->exercise = c->first->file[0];
		for (u32 i = 0; i < c->first->sections; i++)
			row->goals += c->first->section[i].goals;
		good = row->title && row->promise && row->needs;
	}
	for (int i = 0; c && i < LANGUAGES; i++)
		lesson_free(c->text[i]);
	free(c);
	return good;
}

static void take_progress(struct shelf *shelf, struct shelf_row *row)
{
	struct progress_line line;

	if (!progress_of(row->name, &line))
		return;
	row->met = line.met;
	row->done = line.done;
	memcpy(row->at, line.at, sizeof(row->at));
	shelf->done += line.done;
}

static void read_all(struct shelf *shelf, bool progress)
{
	struct catalogue *all = malloc(sizeof(*all));

	clear(shelf);
	shelf->language = words_language();
	shelf->last[0] = 0;
	if (!all)
		return;
	catalogue_read(all);
	shelf->row = calloc(all->count + 1, sizeof(*shelf->row));
	for (u32 i = 0; shelf->row && i < all->count; i++) {
		struct shelf_row *row = &shelf->row[shelf->count];

		snprintf(row->name, sizeof(row->name), "%.79s", catalogue_name(all->folder[i]));
		if (!take_texts(row, all->folder[i]))
			continue;
		if (progress)
			take_progress(shelf, row);
		shelf->count++;
	}
	if (progress && !progress_last(shelf->last))
		shelf->last[0] = 0;
	catalogue_free(all);
	free(all);
}

struct shelf *shelf_of(struct screen *sc, bool fresh)
{
	if (!sc->shelf) {
		sc->shelf = calloc(1, sizeof(*sc->shelf));
		fresh = true;
	}
	if (sc->shelf && (fresh || sc->shelf->language != words_language()))
		read_all(sc->shelf, !sc->unsaved);
	return sc->shelf;
}

bool shelf_shows(const struct shelf *shelf, const struct shelf_row *row)
{
	return !shelf->filter[0] || strcasestr(row->name, shelf->filter) ||
	       strcasestr(row->title, shelf->filter);
}

const struct shelf_row *shelf_chosen(const struct shelf *shelf)
{
	int at = 0;

	for (u32 i = 0; i < shelf->count; i++)
		if (shelf_shows(shelf, &shelf->row[i]) && at++ == shelf->window.cursor)
			return &shelf->row[i];
	return NULL;
}

/* The one that was left in the middle; else the first that is not done; else the first. */
const struct shelf_row *shelf_after(const struct shelf *shelf, const char *name)
{
	for (u32 i = 0; i + 1 < shelf->count; i++)
		if (strcmp(shelf->row[i].name, name) == 0)
			return shelf->row[i + 1].exercise ? NULL : &shelf->row[i + 1];
	return NULL;
}

const struct shelf_row *shelf_next(const struct shelf *shelf)
{
	for (u32 i = 0; i < shelf->count; i++)
		if (!shelf->row[i].done && strcmp(shelf->row[i].name, shelf->last) == 0)
			return &shelf->row[i];
	for (u32 i = 0; i < shelf->count; i++)
		if (!shelf->row[i].done && !shelf->row[i].exercise)
			return &shelf->row[i];
	return shelf->count ? &shelf->row[0] : NULL;
}

int shelf_number_length(const char *name)
{
	return strcspn(name, "-");
}

const struct shelf_row *shelf_by_number(const struct shelf *shelf, const char *number)
{
	size_t n = strlen(number);

	for (u32 i = 0; i < shelf->count; i++)
		if (strncmp(shelf->row[i].name, number, n) == 0 && shelf->row[i].name[n] == '-')
			return &shelf->row[i];
	return NULL;
}
