/* Between the files that read a lesson: what is under way. */
#ifndef UI_LESSON_READER_H
#define UI_LESSON_READER_H

#include "lesson.h"

struct reader {
	struct lesson *lesson;
	struct lesson_ear *ear;
	struct lesson_section *section; /* under way; NULL: still in the head */
	char **head;                    /* the value of the head that the next lines may continue */
	u32 number;
	char *next; /* the line after this one; NULL: none */
};

/* About the line at hand; %s in @fmt is @what. */
void reader_complain(struct reader *r, const char *fmt, const char *what);
/* Room for one entry more in a list of @count, zeroed: its address, or NULL without memory. */
void *one_more(void **list, u32 count, size_t size);
/* The first character that is no blank. */
char *skip_blanks(char *text);
/* White space at the end goes. */
void cut_end(char *text);
/* "a-z, 0-9 and -", beginning with a letter. */
bool is_id(const char *id);

/* A line of the head (head.c). */
void read_head(struct reader *r, char *line);
/* Where the value of that key of the head stands; NULL: there is no such key. */
char **head_place(struct lesson *lesson, const char *name);
/* All values become @nothing, an empty text. */
void head_empty(struct lesson *lesson, char *nothing);
/* A line of a section (entries.c). */
void read_entry(struct reader *r, char *line);

#endif
