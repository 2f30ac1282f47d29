/* Opening a debugger, and the files it shows: see debug.h. */
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "call_memory.h"
#include "change.h"
#include "debug_saved.h"
#include "file.h"
#include "stops.h"
#include "user_reads.h"

/* --- the C file --- */

static void split_lines(struct debug_file *f, char *text)
{
	u32 room = 0;

	while (text && debug_grow((void **)&f->source, f->source_lines, &room, sizeof(*f->source))) {
		f->source[f->source_lines++] = text;
		text = strchr(text, '\n');
		if (text)
			*text++ = 0;
	}
}

/* The C file beside the object: xdp_count.o and xdp_count.bpf.c or xdp_count.c. */
static void find_source(struct debug_file *f)
{
	static const char *const ends[] = {".bpf.c", ".c"};
	size_t len = strlen(f->file.path);
	struct why why;
	u64 size;
	u8 *text;

	if (len < 2 || strcmp(f->file.path + len - 2, ".o") != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(f->source_path, sizeof(f->source_path), "%.*s%s", (int)len - 2, f->file.path,
			 ends[i]);
		text = file_read(f->source_path, &size, &why);
		if (!text)
			continue;
		split_lines(f, strndup((char *)text, size));
		free(text);
		return;
	}
}

s64 debug_add_file(struct debug *d, const struct program_file *file)
{
	struct debug_file *more = realloc(d->files, (d->nfiles + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	d->files = more;
	more[d->nfiles] = (struct debug_file){.file = *file};
	find_source(&more[d->nfiles]);
	return d->nfiles++;
}

static void close_file(struct debug_file *f)
{
	program_close(&f->file);
	if (f->source)
		free(f->source[0]);
	free(f->source);
}

/* --- the program at hand --- */

static void show_file(struct debug *d, const struct debug_file *f)
{
	d->file = f->file;
	d->source = f->source;
	d->source_lines = f->source_lines;
	memcpy(d->source_path, f->source_path, sizeof(d->source_path));
}

/* The last load of the program that runs; when none runs, the last that has begun; before any, the first. */
static const struct debug_load *load_at_hand(const struct debug *d)
{
	const struct vm *vm = debug_sim(d)->vm;
	u32 prog = vm->state == VM_RUNNING ? vm->prog->obj.id : 0;
	const struct debug_load *found = NULL;

	for (u32 i = 0; i < d->loads && d->load[i].begin <= debug_now(d); i++)
		if (!prog || d->load[i].prog == prog)
			found = &d->load[i];
	return found ? found : d->loads ? &d->load[0] : NULL;
}

/* The first one, or when that has ended the one that has taken its place. */
static u32 loader_at_hand(const struct debug *d)
{
	struct sim *sim = debug_sim(d);

	for (u32 pid = d->first_pid; pid < d->first_pid + 2 * TASK_MAX; pid++) {
		const struct task *task = task_by_pid(sim, pid);

		if (task && strcmp(task->comm, "loader") == 0)
			return pid;
	}
	return d->first_pid;
}

void debug_select(struct debug *d)
{
	const struct debug_load *load = load_at_hand(d);

	d->session.pid = loader_at_hand(d);
	show_file(d, &d->files[load ? load->file : 0]);
	d->log = load ? load->log : NULL;
	d->load_begin = load ? load->begin : 0;
	d->verdict = load ? load->verdict : 0;
	if (load)
		d->found = load->found;
	else
		d->found = (struct diagnosis){.regno = -1};
}

/* --- opening --- */

static int open_session(struct debug *d, struct life *life, struct text *error)
{
	struct why why;
	int err = session_open(&d->session, &why);

	if (err) {
		text_add(error, "%s", why.text);
		return err;
	}
	d->loaded = true;
	err = life_prepare(&d->session, life, error);
	d->first_pid = d->session.pid;
	if (!err && (session_record(&d->session, "file", d->file.path) ||
		     session_record(&d->session, "program", program_name(&d->file))))
		err = -ENOMEM;
	return err;
}

/* Has anything run? Only then there is something to be read. */
static bool program_ran(const struct debug *d)
{
	for (u32 i = d->marks; i-- > 0;)
		if (d->mark[i].kind == EV_RUN_START)
			return true;
	return false;
}

static void record(struct debug *d, const struct life *life)
{
	struct text error;

	text_init(&error, d->failed, sizeof(d->failed));
	debug_record_begin(d);
	life_walk(&d->walk, &d->file, life, &error);
	if (!d->failed[0] && program_ran(d))
		user_reads(&d->walk);
	d->failed[strcspn(d->failed, "\n")] = 0; /* the log has a pane of its own */
	debug_record_end(d);
	if (walk_stopped(&d->walk))
		snprintf(d->failed, sizeof(d->failed), "Interrupted: what is recorded ends here.");
}

/* A new debugger, with what its owner has set. */
static void begin(struct debug *d)
{
	*d = (struct debug){.interrupted = d->interrupted, .busy = d->busy};
}

int debug_open(struct debug *d, struct life *life, u32 log_level, struct text *error)
{
	struct program_file file;
	int err;

	begin(d);
	if (debug_is_saved(life->file))
		return debug_open_saved(d, life->file, log_level, error);
	err = program_open(&file, life->file, life->program, error);
	if (err)
		return err;
	file.log_level = log_level;
	if (debug_add_file(d, &file) < 0) {
		program_close(&file);
		return -ENOMEM;
	}
	show_file(d, &d->files[0]);
	err = open_session(d, life, error);
	if (err) {
		debug_close(d);
		return err;
	}
	record(d, life);
	debug_arrive(d, 0);
	return 0;
}

void debug_close(struct debug *d)
{
	if (d->loaded)
		session_close(&d->session);
	changes_clear(d);
	machine_free(d);
	stops_clear(d);
	call_memory_free(d);
	for (u32 i = 0; i < d->nfiles; i++)
		close_file(&d->files[i]);
	for (u32 i = 0; i < d->loads; i++)
		free(d->load[i].log);
	free(d->files);
	free(d->load);
	free(d->mark);
	free(d->deed);
	free(d->call);
	begin(d);
}
