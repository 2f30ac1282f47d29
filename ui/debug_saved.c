/* Debuggers' sessions in files: see debug_saved.h. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "branch.h"
#include "debug_saved.h"
#include "path.h"
#include "stops.h"

#define OWN "tui." /* records of debuggers begin so */

bool debug_is_saved(const char *path)
{
	FILE *f = fopen(path, "rb");
	char magic[8] = "";
	bool is = f && fread(magic, 1, sizeof(magic), f) == sizeof(magic) && !memcmp(magic, "bpfwalk\n", 8);

	if (f)
		fclose(f);
	return is;
}

/* --- records --- */

bool debug_record_text(const struct debug *d, const char *name, u32 n, char *buf, size_t cap)
{
	size_t len = strlen(name);

	for (const char *line = d->session.records; line && *line; line = strchr(line, '\n') + 1) {
		size_t all = strcspn(line, "\n");

		if (all <= len || strncmp(line, name, len) != 0 || line[len] != ' ' || n--)
			continue;
		snprintf(buf, cap, "%.*s", (int)(all - len - 1), line + len + 1);
		return true;
	}
	return false;
}

/* What an earlier save has left. */
static void forget_own(struct session *s)
{
	char *to = s->records;

	for (char *line = s->records; line && *line;) {
		size_t n = strcspn(line, "\n") + 1;

		if (strncmp(line, OWN, strlen(OWN)) != 0) {
			memmove(to, line, n);
			to += n;
		}
		line += n;
	}
	if (to) {
		*to = 0;
		s->records_len = to - s->records;
	}
}

/* --- stops --- */

static void stop_text(const struct stop *stop, struct text *out)
{
	text_add(out, "%u %u %u %u %u %llu %llu %u %u ", stop->kind, stop->access, stop->off, stop->once,
		 stop->at, (unsigned long long)stop->mask, (unsigned long long)stop->addr, stop->size,
		 stop->ignore);
	for (size_t i = 0; i < sizeof(stop->key); i++)
		text_add(out, "%02x", stop->key[i]);
	text_add(out, "\t%s\t%s\t%s", stop->what, stop->name, stop->condition);
}

static bool take_field(const char **at, char *buf, size_t cap)
{
	size_t n = **at == '\t' ? strcspn(*at + 1, "\t\n") : 0;

	if (**at != '\t')
		return false;
	snprintf(buf, cap, "%.*s", (int)n, *at + 1);
	*at += 1 + n;
	return true;
}

static bool parse_stop(const char *text, struct stop *stop)
{
	unsigned kind, access, off, once;
	unsigned long long mask, addr;
	int n = 0;

	*stop = (struct stop){0};
	if (sscanf(text, "%u %u %u %u %u %llu %llu %u %u %n", &kind, &access, &off, &once, &stop->at, &mask,
		   &addr, &stop->size, &stop->ignore, &n) != 9 ||
	    kind >= STOP_KINDS || access > STOP_ACCESS || stop->size > STOP_BYTES ||
	    (kind == STOP_REG && stop->at >= MAX_BPF_REGS))
		return false;
	stop->kind = kind;
	stop->access = access;
	stop->off = off;
	stop->once = once;
	stop->mask = mask;
	stop->addr = addr;
	text += n;
	for (size_t i = 0; i < sizeof(stop->key); i++, text += 2)
		if (sscanf(text, "%2hhx", &stop->key[i]) != 1)
			return false;
	return take_field(&text, stop->what, sizeof(stop->what)) &&
	       take_field(&text, stop->name, sizeof(stop->name)) &&
	       take_field(&text, stop->condition, sizeof(stop->condition));
}

/* --- saving --- */

static int record_number(struct session *s, const char *name, u64 number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return session_record(s, name, text);
}

static int record_files(struct debug *d, const char *path)
{
	char line[8400];
	int err = 0;

	for (u32 i = 1; i < d->nfiles && !err; i++) {
		const struct debug_file *f = &d->files[i];
		char *held = path_for(path, f->file.path);

		snprintf(line, sizeof(line), "%s\t%s\t%s", held ? held : f->file.path, program_name(&f->file),
			 f->name);
		free(held);
		err = session_record(&d->session, OWN "file", line);
	}
	return err;
}

static int record_all(struct debug *d, const char *path)
{
	struct session *s = &d->session;
	int err = record_files(d, path);
	char line[600];
	struct text text;

	for (u32 i = 0; i < d->loads && !err; i++)
		err = record_number(s, OWN "load", d->load[i].file);
	for (u32 i = 0; i < d->stops && !err; i++) {
		text_init(&text, line, sizeof(line));
		stop_text(&d->stop[i], &text);
		err = session_record(s, OWN "stop", line);
	}
	return err ? err : record_number(s, OWN "step", debug_now(d));
}

int debug_save(struct debug *d, const char *path, bool embed, const char *more, struct why *why)
{
	forget_own(&d->session);
	if (record_all(d, path) || branches_save(d))
		return sim_fail(why, -ENOMEM, "no memory for records");
	for (size_t n; *more; more += n + (more[n] == '\n')) {
		char line[700], *value;

		n = strcspn(more, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)n, more);
		value = line + strcspn(line, " ");
		if (*value)
			*value++ = 0;
		if (session_record(&d->session, line, value))
			return sim_fail(why, -ENOMEM, "no memory for records");
	}
	return session_save(&d->session, path, embed, why);
}

/* --- opening --- */

/* As the session file holds it: from its own folder, else from here. */
static int open_file(struct debug *d, const char *path, const char *held, const char *program,
		     const char *name, u32 log_level, struct text *error)
{
	char *there = path_of(path, held);
	struct program_file file;
	s64 number;
	int err;

	err = program_open(&file, there && access(there, R_OK) == 0 ? there : held, program, error);
	free(there);
	if (err) {
		text_add(error, " (the session %s needs this file)", path);
		return err;
	}
	file.log_level = log_level;
	number = debug_add_file(d, &file);
	if (number < 0) {
		program_close(&file);
		text_add(error, "no memory");
		return number;
	}
	snprintf(d->files[number].name, sizeof(d->files[number].name), "%s", name);
	return 0;
}

static int open_files(struct debug *d, const char *path, u32 log_level, struct text *error)
{
	char held[4200], program[128], line[8400];
	int err;

	if (!debug_record_text(d, "file", 0, held, sizeof(held)) ||
	    !debug_record_text(d, "program", 0, program, sizeof(program))) {
		text_add(error, "%s: the session does not say which file its program came from", path);
		return -EINVAL;
	}
	err = open_file(d, path, held, program, "", log_level, error);
	for (u32 n = 0; !err && debug_record_text(d, OWN "file", n, line, sizeof(line)); n++) {
		char *at = strchr(line, '\t'), *name = at ? strchr(at + 1, '\t') : NULL;

		if (!name) {
			text_add(error, "%s: damaged record of a file", path);
			return -EINVAL;
		}
		*at = *name = 0;
		err = open_file(d, path, line, at + 1, name + 1, log_level, error);
	}
	return err;
}

/* As the records of the loads say: numbers, to be freed; NULL: no memory. */
static u32 *files_of_loads(const struct debug *d, u32 *count)
{
	char line[32];
	u32 *file;

	*count = 0;
	while (debug_record_text(d, OWN "load", *count, line, sizeof(line)))
		++*count;
	file = calloc(*count ? *count : 1, sizeof(*file));
	for (u32 i = 0; file && i < *count; i++)
		if (debug_record_text(d, OWN "load", i, line, sizeof(line)))
			file[i] = strtoul(line, NULL, 10);
	return file;
}

void debug_note_again(struct debug *d, const u32 *file, u32 files)
{
	struct session *s = &d->session;

	sim_goto(s->sim, 0);
	debug_record_cut(d, 0);
	s->remembers = true;
	debug_record_begin(d);
	s->recorded = true;
	walk_on(&d->walk, sim_end(s->sim));
	debug_record_end(d);
	s->remembers = false;
	for (u32 i = 0; i < d->loads; i++)
		d->load[i].file = i < files && file[i] < d->nfiles ? file[i] : 0;
}

static void restore_stops(struct debug *d)
{
	char line[600];
	struct stop stop;

	for (u32 n = 0; debug_record_text(d, OWN "stop", n, line, sizeof(line)); n++)
		if (parse_stop(line, &stop))
			stops_append(d, &stop);
}

static int walk_again(struct debug *d, const char *path, u32 log_level, struct text *error)
{
	struct session *s = &d->session;
	char line[32];
	u32 *file, files;
	int err;

	d->loaded = true;
	d->first_pid = s->pid;
	err = open_files(d, path, log_level, error);
	if (err)
		return err;
	file = files_of_loads(d, &files);
	if (!file) {
		text_add(error, "no memory");
		return -ENOMEM;
	}
	debug_note_again(d, file, files);
	free(file);
	branches_open(d);
	restore_stops(d);
	debug_arrive(d,
		     debug_record_text(d, OWN "step", 0, line, sizeof(line)) ? strtoull(line, NULL, 10) : 0);
	return 0;
}

int debug_open_saved(struct debug *d, const char *path, u32 log_level, struct text *error)
{
	struct why why;
	int err = session_load(&d->session, path, &why);

	if (err) {
		text_add(error, "%s", why.text);
		return err;
	}
	err = walk_again(d, path, log_level, error);
	if (err)
		debug_close(d);
	return err;
}
