/*
 * `map ...`: what user space does with maps, in bpftool's words. Every verb is bpf() calls of the
 * loader: inputs of the machine like any other, which views hear and the log keeps. A verb is a line of
 * the table in map_command.c.
 *
 *	map list                                 map update MAP key KEY value VALUE [any|exist|noexist]
 *	map show MAP                             map delete MAP key KEY
 *	map dump MAP                             map push|enqueue MAP value VALUE
 *	map lookup MAP key KEY                   map pop|dequeue|peek MAP
 *	map getnext MAP [key KEY]                map pin MAP PATH;  map freeze MAP
 */
#ifndef UI_MAP_COMMAND_H
#define UI_MAP_COMMAND_H

#include <stdio.h>

#include "walk.h"

/*
 * @line: without the word "map". Writes the answer to @out. 0; or -errno, what was wrong with the words or
 * what the kernel refused, with the sentence in @why.
 */
int map_command(struct walk *w, const char *line, FILE *out, struct why *why);
/* Does a word begin a command? */
bool map_is_command(const char *line);
/* The verbs, for help: false behind the last one. */
bool map_verb(u32 i, const char **name, const char **usage, const char **doc);

#endif
