/* The lessons that there are: folders in lessons/, each with NAME.lesson for a language. */
#ifndef UI_LESSON_CATALOGUE_H
#define UI_LESSON_CATALOGUE_H

#include "course.h"

#define CATALOGUE_MAX 256

struct catalogue {
	char *folder[CATALOGUE_MAX]; /* paths, sorted by name */
	u32 count;
};

/* All folders with a lesson; none when there is no folder lessons/. */
void catalogue_read(struct catalogue *list);
void catalogue_free(struct catalogue *list);
/* The last part of a path: "13-when-compiled". */
const char *catalogue_name(const char *folder);
/* A folder by "13", "13-when", "13-when-compiled" or its path; NULL with the sentence. To be freed. */
char *catalogue_find(const char *name, struct why *why);
/* Reads the lesson in all languages into c->first, c->text; complaints go to @ear, or are dropped. 0 or -errno. */
int catalogue_load(struct course *c, const char *folder, struct lesson_ear *ear, struct why *why);
/* catalogue_find and _load. What is not well formed is refused. */
int catalogue_open(struct course *c, const char *name, struct why *why);

#endif
