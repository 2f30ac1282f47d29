/* Commands that begin with another program. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "change_words.h"
#include "../data_file.h"
#include "../lesson/shelf.h"
#include "prompt.h"

#define SAMPLES_MAX 2

/* "FILE [PROG] [as NAME]" in words; false: it is nothing like it. */
static bool split_load(const char *args, char *file, char *program, char *name)
{
	char said[4][PATH_MAX] = {{0}};
	int n = sscanf(args, "%4095s %4095s %4095s %4095s", said[0], said[1], said[2], said[3]);
	int as = n >= 3 && strcmp(said[n - 2], "as") == 0 ? n - 2 : n;

	if (n < 1 || as > 2 || as < 1)
		return false;
	snprintf(file, PATH_MAX, "%s", said[0]);
	snprintf(program, 128, "%.127s", as == 2 ? said[1] : "");
	snprintf(name, 32, "%.31s", as < n ? said[n - 1] : "");
	return true;
}

static void load_file(struct screen *sc, const struct program_file *file, const char *name, const char *args)
{
	struct debug *d = &sc->debug;
	char message[PROGRAM_ERROR];
	struct text error;
	s64 number = debug_add_file(d, file), fd;

	text_init(&error, message, sizeof(message));
	if (number < 0 || !begin_change(sc, "load", args))
		return;
	snprintf(d->files[number].name, sizeof(d->files[number].name), "%s", name);
	if (!task_by_pid(debug_sim(d), d->session.pid))
		d->session.pid = sim_spawn(debug_sim(d), 0, "loader");
	fd = program_load(&d->files[number].file, &d->walk, &error);
	end_change(sc, CHANGE_SHOW_FIRST, fd < 0 ? message : NULL);
}

void do_load(struct screen *sc, const char *args)
{
	char path[PATH_MAX], program[128], name[32], message[PROGRAM_ERROR];
	struct program_file file;
	struct text error;

	if (!sc->debug.loaded) {
		do_open(sc, args);
		return;
	}
	if (!split_load(args, path, program, name)) {
		screen_complain(sc, "load: expected FILE.o|FILE.asm [PROG] [as NAME], for example "
				    "load samples/xdp_drop.o as second; `open FILE` begins a new machine");
		return;
	}
	text_init(&error, message, sizeof(message));
	if (program_open(&file, path, program[0] ? program : NULL, &error)) {
		screen_complain(sc, "load: %s", message);
		return;
	}
	file.log_level = sc->log_level;
	load_file(sc, &file, name, args);
}

static void open_sample(struct screen *sc, int kind, const char *source)
{
	static char file[PATH_MAX], capture[PATH_MAX];
	const char *const sets[] = {"counts[6]=0", "counts[1]=0", "counts[17]=0"};

	if (!data_file("samples/xdp_count.o", file) || !data_file("samples/web.pcap", capture)) {
		screen_complain(
			sc,
			"The samples are not there: expected samples/xdp_count.o in the working directory.");
		return;
	}
	sc->life = (struct life)LIFE_INIT;
	sc->life.file = file;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		life_option(&sc->life, LIFE_SET, sets[i]);
	life_option(&sc->life, kind, source ? source : capture);
	open_life(sc);
}

void do_sample(struct screen *sc, const char *args)
{
	(void)args;
	open_sample(sc, LIFE_EVENT, "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN");
}

void do_sandbox(struct screen *sc, const char *args)
{
	(void)args;
	open_sample(sc, LIFE_PCAP, NULL);
}

void do_source(struct screen *sc, const char *args)
{
	struct why why;

	if (prompt_source(sc, args, &why))
		screen_complain(sc, "%s", why.text);
}

void do_echo(struct screen *sc, const char *args)
{
	screen_say(sc, "%s\n", args);
}

void do_start(struct screen *sc, const char *args)
{
	(void)args;
	shelf_of(sc, true); /* what was done meanwhile */
	sc->mode = MODE_START;
}
