/* A new lesson: see template.h. `lesson verify` finds nothing wrong with it. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader.h"
#include "template.h"

static const char text[] =
	"# A lesson is this file. Lines that begin with # are for you; `bpfwalk lesson verify lessons/%s` "
	"walks through it.\n"
	"lesson:   %s\n"
	"lang:     %s\n"
	"title:    One packet\n"
	"promise:  One sentence: what will the learner see and be able to do?\n"
	"minutes:  2\n"
	"# needs:  13-when-compiled          (lessons that should come before)\n"
	"# file:   broken.asm                (makes it an exercise: a file beside this one that the learner "
	"mends)\n"
	"\n"
	"# Runs before the first page. The first line opens a program, with the options of `bpfwalk run`; "
	"all that they ask\n"
	"# for is recorded, and the learner stands before it. --load-only: only the load. {lesson} is this "
	"folder, {file} the\n"
	"# learner's copy of an exercise's file. Further lines are commands of the prompt (`bpfwalk tui`, "
	"then `help`).\n"
	"== setup\n"
	":open samples/xdp_count.o --set counts[6]=17 --event 'tcp 10.0.0.1:443 > 10.0.0.2:51514'\n"
	"# A short name for a value; {n} in a text is its value at that moment.\n"
	"let n = map counts[6]\n"
	"\n"
	"# A beat is one page: one idea. A blank line begins a paragraph; four spaces keep a line as it is.\n"
	"== beat send\n"
	"The packet is on its way. Go to the end with [End]: the program has run.\n"
	"# show: is done each time the page is opened, do: the first time, keep: also when the machine was "
	"moved.\n"
	"show: layout maps\n"
	"# A goal ticks when what stands behind when: becomes true where the learner stands: `bpfwalk lesson "
	"predicates`.\n"
	"goal counted: The packet was counted\n"
	"when: map counts[6] == 18\n"
	"hint: A nudge: which key goes to the end?\n"
	"hint: Where: it is on the right of the keyboard.\n"
	"hint: Nearly: [:] goto end [Enter]\n"
	"\n"
	"# A prediction. The engine knows the answer: one of the options must have the value of truth.\n"
	"== ask again\n"
	"The counter stands at {n}. What does one more packet make of it?\n"
	"a) it stays      = 18\n"
	"b) one more      = 19\n"
	"truth: map counts[6] + 1\n"
	"\n"
	"== end\n"
	"Well done. What should one try next?\n"
	"\n"
	"# Commands that meet all goals, page by page. Questions are answered by the engine.\n"
	"== solution\n"
	":goto end\n";

int template_write(const char *name, const char *language, char path[256], struct why *why)
{
	const char *slash = strrchr(name, '/'), *own = slash ? slash + 1 : name;
	FILE *f;
	bool good;

	if (!*own || strspn(own, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(own))
		return sim_fail(why, -EINVAL,
				"a lesson is called like 29-my-lesson: a-z, 0-9 and -, not '%.60s'", own);
	snprintf(path, 256, slash ? "%.200s" : "lessons/%.200s", name);
	if (mkdir(path, 0777) && errno != EEXIST)
		return sim_fail(why, -errno, "%.200s: %s", path, strerror(errno));
	snprintf(path + strlen(path), 256 - strlen(path), "/%.8s.lesson", language);
	if (access(path, F_OK) == 0)
		return sim_fail(why, -EEXIST, "%.200s is there already", path);
	f = fopen(path, "w");
	good = f && fprintf(f, text, own, own, language) > 0;
	good = f && fclose(f) == 0 && good;
	return good ? 0 : sim_fail(why, -EIO, "%.200s: %s", path, strerror(errno));
}
