/* What a learner has done: see progress.h. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../file.h"
#include "catalogue.h"
#include "progress.h"

#define VERSION_LINE "bpfwalk progress 1\n"
#define LINES_MAX 300

/* --- paths --- */

/* The folder, made when it is not there; false: there can be none. */
static bool state_folder(char path[PATH_MAX], const char *below)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = state && *state ? snprintf(path, PATH_MAX, "%s/bpfwalk%s", state, below)
		: home && *home ? snprintf(path, PATH_MAX, "%s/.local/state/bpfwalk%s", home, below)
				: -1;

	if (n < 0 || n > PATH_MAX - 300)
		return false;
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool state_file(char path[PATH_MAX], const char *below, const char *name)
{
	size_t len;

	if (!state_folder(path, below))
		return false;
	len = strlen(path);
	snprintf(path + len, PATH_MAX - len, "/%.200s", name);
	return true;
}

static bool journal_file(const struct course *c, char path[PATH_MAX])
{
	return state_file(path, "/journal", catalogue_name(c->folder));
}

/* --- the list of lessons --- */

struct progress {
	struct progress_line line[LINES_MAX];
	u32 count;
};

static bool parse(const char *text, struct progress_line *line)
{
	char done[8] = "";

	*line = (struct progress_line){.met = 0};
	if (sscanf(text, "%79s %u/%u %79s %7s", line->lesson, &line->met, &line->goals, line->at, done) < 4)
		return false;
	line->done = strcmp(done, "done") == 0;
	return true;
}

static void read_all(struct progress *p)
{
	char path[PATH_MAX], text[512];
	FILE *f = state_file(path, "", "progress") ? fopen(path, "r") : NULL;
	bool known = f && fgets(text, sizeof(text), f) && strcmp(text, VERSION_LINE) == 0;

	p->count = 0;
	while (known && p->count < LINES_MAX && fgets(text, sizeof(text), f))
		p->count += parse(text, &p->line[p->count]);
	if (f)
		fclose(f);
}

/* In one piece: either the old file is there or the new one. */
static void write_all(const struct progress *p)
{
	char path[PATH_MAX], new[PATH_MAX + 32];
	bool good;
	FILE *f;

	if (!state_file(path, "", "progress"))
		return;
	snprintf(new, sizeof(new), "%s.%d", path, (int)getpid());
	f = fopen(new, "w");
	if (!f)
		return;
	fputs(VERSION_LINE, f);
	for (u32 i = 0; i < p->count; i++)
		fprintf(f, "%s %u/%u %s%s\n", p->line[i].lesson, p->line[i].met, p->line[i].goals,
			p->line[i].at, p->line[i].done ? " done" : "");
	good = fflush(f) == 0 && fsync(fileno(f)) == 0;
	good = fclose(f) == 0 && good;
	if (!good || rename(new, path))
		unlink(new);
}

bool progress_of(const char *lesson, struct progress_line *line)
{
	struct progress *p = malloc(sizeof(*p));
	bool found = false;

	if (!p)
		return false;
	read_all(p);
	for (u32 i = 0; i < p->count && !found; i++) {
		found = strcmp(p->line[i].lesson, lesson) == 0;
		*line = p->line[i];
	}
	free(p);
	return found;
}

bool progress_last(char lesson[80])
{
	struct progress *p = malloc(sizeof(*p));
	bool any;

	if (!p)
		return false;
	read_all(p);
	any = p->count;
	if (any)
		snprintf(lesson, 80, "%s", p->line[0].lesson);
	free(p);
	return any;
}

/* The lesson at hand comes first. */
static void keep(const struct progress_line *line)
{
	struct progress *p = malloc(sizeof(*p));
	u32 i = 0;

	if (!p)
		return;
	read_all(p);
	while (i < p->count && strcmp(p->line[i].lesson, line->lesson) != 0)
		i++;
	if (i == p->count && p->count < LINES_MAX)
		p->count++;
	if (i < p->count) {
		bool done = line->done || (strcmp(p->line[i].lesson, line->lesson) == 0 && p->line[i].done);

		memmove(&p->line[1], &p->line[0], i * sizeof(*p->line));
		p->line[0] = *line;
		p->line[0].done = done;
		write_all(p);
	}
	free(p);
}

void progress_keep(const struct course *c)
{
	struct progress_line line = {.goals = c->goals, .done = c->over};
	const struct lesson_section *s = course_section(c, c->page);

	snprintf(line.lesson, sizeof(line.lesson), "%.79s", catalogue_name(c->folder));
	snprintf(line.at, sizeof(line.at), "%.79s", s->id[0] ? s->id : lesson_section_name(s->kind));
	for (u32 i = 0; i < c->goals; i++)
		line.met += c->goal[i].ticked;
	keep(&line);
}

/* --- the journal --- */

static bool progressed(const struct course *c, const char *line)
{
	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].fresh)
			return true;
	return strncmp(line, "lesson ", 7) == 0;
}

/* What is met stays met, also when it comes out otherwise when it is walked again: an exercise's file was
 * changed. */
static void note_met(const struct course *c, int fd)
{
	for (u32 i = 0; i < c->goals; i++)
		if (c->goal[i].fresh && dprintf(fd, PROGRESS_MET "%s\n", c->goal[i].goal->id) < 0)
			return;
}

void progress_note(const struct course *c, const char *line)
{
	char path[PATH_MAX], whole[1024];
	int fd = journal_file(c, path) ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
	int n = snprintf(whole, sizeof(whole), "%s\n", line);
	ssize_t written = 0;

	if (fd < 0)
		return;
	if (n < (int)sizeof(whole))
		written = write(fd, whole, n);
	note_met(c, fd);
	close(fd);
	if (written == n && progressed(c, line))
		progress_keep(c);
}

char *progress_journal(const struct course *c)
{
	char path[PATH_MAX];
	struct why why;
	u64 len;

	return journal_file(c, path) ? (char *)file_read(path, &len, &why) : NULL;
}

void progress_forget(const struct course *c)
{
	char path[PATH_MAX];

	if (journal_file(c, path))
		unlink(path);
}

static void remove_below(const char *path, int depth)
{
	char inner[PATH_MAX + 260];
	struct dirent *entry;
	DIR *dir = depth ? opendir(path) : NULL;

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		if (unlink(inner))
			remove_below(inner, depth - 1);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

void progress_forget_all(void)
{
	char path[PATH_MAX];

	if (state_folder(path, "/journal"))
		remove_below(path, 1);
	if (state_folder(path, "/exercise"))
		remove_below(path, 2);
	if (state_file(path, "", "progress"))
		unlink(path);
}

/* --- the learner's copy --- */

static int copy_file(const char *from, const char *to, struct why *why)
{
	u64 len;
	u8 *bytes = file_read(from, &len, why);
	FILE *f = bytes ? fopen(to, "w") : NULL;
	bool good = f && fwrite(bytes, 1, len, f) == len;

	if (!bytes)
		return why->err;
	free(bytes);
	if (f)
		good = fclose(f) == 0 && good;
	return good ? 0 : sim_fail(why, -EIO, "%.200s: %s", to, strerror(errno));
}

int progress_copy(struct course *c, bool again, struct why *why)
{
	char below[120], from[sizeof(c->file)];

	course_source(c, !c->unsaved && course_has_clang(), from);
	snprintf(below, sizeof(below), "/exercise/%.90s", catalogue_name(c->folder));
	if (strchr(c->first->file, '/'))
		return sim_fail(why, -EINVAL, "file: expected a name beside the lesson, not '%.100s'",
				c->first->file);
	if (c->unsaved) { /* what is checked is the file as it was given out */
		memcpy(c->file, from, sizeof(c->file));
		return 0;
	}
	if (!state_file(c->file, below, catalogue_name(from)))
		return sim_fail(why, -ENOENT, "there is no place for your copy of %.100s: set XDG_STATE_HOME",
				catalogue_name(from));
	if (!again && access(c->file, R_OK) == 0)
		return 0;
	return copy_file(from, c->file, why);
}
