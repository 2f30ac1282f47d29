/*
 * What the terminal interface costs, seen from the other end of a pseudo-terminal of 200x60 cells that answers as terminals do.
 *
 * Wanted: 50 ms or less from start to the first frame, 5 ms or less from a key to its frame on the largest sample, 2 kB or less
 * written for a step, 64 MB or less of memory after a million steps.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support/cases.h"

#define ROWS 60
#define COLS 200
#define STARTS 15
#define STEPS 400
#define LAST_WORD " quit" /* in the last line of each frame */
#define QUIET_MS 8 /* a frame is over when nothing comes for so long */

static const char *const largest[] = {"build/bpfwalk", "tui", "samples/tc_events.o", "--event", "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN",
				      "--repeat", "20", NULL};
static const char *const sample[] = {"build/bpfwalk", "tui", "samples/xdp_count.o", "--event",
				     "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN", NULL};
static const char *const start_screen[] = {"build/bpfwalk", NULL};
static const char *const million[] = {"build/bpfwalk", "tui", "samples/xdp_count.o", "--event", "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN",
				      "--set", "counts[6]=0", "--repeat", "70000", NULL};

static int master;
static pid_t child;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

static void begin(const char *const *argv)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};

	child = forkpty(&master, NULL, NULL, &size);
	if (child < 0) {
		perror("forkpty");
		exit(2);
	}
	if (child)
		return;
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	execv(argv[0], (char **)argv);
	_exit(127);
}

static void end(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(master);
}

static void say(const char *text)
{
	if (write(master, text, strlen(text)) < 0)
		perror("write");
}

/* As a terminal does that knows both questions. */
static void answer(const char *bytes)
{
	if (strstr(bytes, "\033]11;?"))
		say("\033]11;rgb:1e1e/1e1e/1e1e\033\\");
	if (strstr(bytes, "\033[6n"))
		say("\033[2;2R");
}

/*
 * What comes until it is quiet for @quiet ms, and, when @text is not NULL, that has come: how many bytes, and when the last ones
 * came. -1: it has ended.
 */
static long read_frame(const char *text, int quiet, bool answers, double *last)
{
	struct pollfd in = {.fd = master, .events = POLLIN};
	static char bytes[65536 + 1];
	bool seen = !text;
	long all = 0;

	while (poll(&in, 1, all && seen ? quiet : 20000) > 0) {
		ssize_t n = read(master, bytes, sizeof(bytes) - 1);

		if (n <= 0)
			return -1;
		*last = seconds();
		all += n;
		bytes[n] = 0;
		seen |= text && strstr(bytes, text);
		if (answers)
			answer(bytes);
	}
	return all;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Sorts; @percent 50 is the median. */
static double percentile(double *values, int count, int percent)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[(count - 1) * percent / 100];
}

static bool missed;

static void verdict(const char *what, double value, double wanted, const char *unit)
{
	printf("  %-58s %8.2f %s", what, value, unit);
	missed |= !bench_at_most(value, wanted);
}

/* The fastest of some: what else the machine does is not ours. */
static void measure_start(const char *what, const char *const *argv, bool answers)
{
	double times[STARTS], last = 0;

	for (int i = 0; i < STARTS; i++) {
		double from = seconds();

		begin(argv);
		read_frame(LAST_WORD, QUIET_MS, answers, &last);
		times[i] = (last - from) * 1e3;
		end();
	}
	verdict(what, percentile(times, STARTS, 0), 50, "ms");
}

static void measure_steps(const char *what, const char *key)
{
	double times[STEPS], bytes[STEPS], sum = 0;
	char line[80];
	int count = 0;

	for (; count < STEPS; count++) {
		double from = seconds(), last = from;
		long n;

		say(key);
		n = read_frame(NULL, QUIET_MS, false, &last);
		if (n <= 0)
			break;
		times[count] = (last - from) * 1e3;
		bytes[count] = n;
		sum += n;
	}
	snprintf(line, sizeof(line), "%s, key to frame, median of %d", what, count);
	verdict(line, percentile(times, count, 50), 5, "ms");
	verdict("  nine of ten", percentile(times, count, 90), 5, "ms");
	verdict("  written for a step, on the average", sum / count / 1024, 2, "kB");
	verdict("  the largest of a hundred (another layout)", percentile(bytes, count, 99) / 1024, 16, "kB");
}

static double resident_mb(void)
{
	char path[64], line[256];
	double kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", child);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmRSS: %lf", &kb);
	if (f)
		fclose(f);
	return kb / 1024;
}

static void measure_memory(void)
{
	double last;

	begin(million);
	read_frame(LAST_WORD, 100, true, &last);
	say("\033[F"); /* End: all of it has been gone through */
	read_frame("1400175/1400175", 100, false, &last);
	verdict("memory at the end of a million steps", resident_mb(), 64, "MB");
	end();
}

int main(void)
{
	double last;

	printf("terminal interface, %dx%d\n", COLS, ROWS);
	measure_start("start to the start screen", start_screen, true);
	measure_start("start to the first frame of a program", sample, true);
	measure_start("the same on a terminal that answers nothing", sample, false);
	begin(largest);
	read_frame(LAST_WORD, 300, true, &last);
	measure_steps("s", "s");
	measure_steps("S", "S");
	end();
	measure_memory();
	return missed ? 1 : 0;
}
