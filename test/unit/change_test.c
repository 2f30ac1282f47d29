/*
 * Changes of a recorded timeline: random commands of the prompt, in its past and at its end. Whatever was done, going back and
 * forth gives the same bytes, what was noted fits the steps, undoing all of it brings the first timeline back, and a saved
 * session is the same session.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ui/change.h"
#include "ui/debug_saved.h"
#include "ui/prompt/prompt.h"
#include "ui/stops.h"

#define COMMANDS 40 /* between two looks at all of it; fewer than can be undone */
#define ROUNDS (getenv("CHANGE_ROUNDS") ? atoi(getenv("CHANGE_ROUNDS")) : 20)

static struct screen sc;

static const char *const typed[] = {
	"fire tcp 10.0.0.1:443 > 10.0.0.2:51514", "fire udp 10.0.0.1:53 > 10.0.0.2:5353", "fire bytes 00 11 22",
	"fire dev eth1 icmp 10.0.0.1 > 10.0.0.2 echo", "fire nonsense", "pcap samples/web.pcap", "pcap nowhere",
	"device eth1", "device lo", "attach xdp:eth1", "attach eth0", "attach kprobe:x", "attach eth1 second",
	"load samples/xdp_proto.o as second", "load test/data/cli/null.asm", "load nowhere.o", "close 3", "close 5",
	"close 6", "close 7", "pin 4 /sys/fs/bpf/m", "pin 5 /sys/fs/bpf/p", "unpin /sys/fs/bpf/m", "kill loader",
	"sysctl net.core.bpf_jit_enable = 0", "sysctl kernel.nothing = 1", "set map counts[6] = 5",
	"set map counts[17] = 7", "set r1 = 4", "set r0 = 0", "set r10 = 3", "set pc = 3", "set pc = 77", "set *(fp-8) = 1",
	"set pkt[23] = 17", "set r1 = pkt", "undo", "undo", "checkpoint here", "restart here", "restart 1", "restart 9",
	"break 12", "break helper:map_lookup_elem if r2 == fp-4", "watch map counts[6]", "watch fp-4/4", "watch r1",
	"watch r1 + 1", "break event:map_update", "delete", "ignore 1 1", "continue", "reverse-continue", "next-stage",
	"previous-stage", "run", "step 3", "reverse-step 2", "finish", "until r0 == 2", "reverse-until pc == 5", "origin r1",
	"origin map counts[6]", "origin fp-4", "origin", "display r1", "display map counts[6]", "undisplay", "print ctx->data",
	"x/4xw pkt", "x/3i pc", "bt", "disas/s", "list", "info regs", "info maps", "info checkpoints", "info breakpoints",
	"goto end", "goto end", "goto end", "goto -5", "goto -7", "goto -9", "look moments", "print *(u32 *)(fp-4)", "print 1 +", "",
};

static void forget_answer(void)
{
	free(sc.output);
	sc.output = NULL;
	sc.output_len = 0;
}

static void do_random(void)
{
	u64 end = debug_end(&sc.debug), near = end > 40 && rand() % 8 ? end - 40 : 0;
	char line[64];

	if (rand() % 3 == 0) {
		snprintf(line, sizeof(line), "goto %llu", (unsigned long long)(near + rand() % (end - near + 2)));
		prompt_do(&sc, line);
	} else {
		prompt_do(&sc, typed[rand() % ARRAY_SIZE(typed)]);
	}
	forget_answer();
}

/* What was noted lies on the timeline, in order. */
static void notes_fit(void)
{
	const struct debug *d = &sc.debug;

	for (u32 i = 0; i < d->marks; i++) {
		assert_true(d->mark[i].step <= debug_end(d));
		assert_true(!i || d->mark[i - 1].step <= d->mark[i].step);
	}
	for (u32 i = 0; i < d->calls; i++) {
		assert_true(d->call[i].step < debug_end(d));
		assert_true(!i || d->call[i - 1].step < d->call[i].step);
	}
	for (u32 i = 0; i < d->loads; i++)
		assert_true(d->load[i].verdict < debug_end(d));
}

static void the_present_can_be_left_and_found_again(void)
{
	struct debug *d = &sc.debug;
	u64 now = debug_now(d), end = debug_end(d), hash = sim_hash(debug_sim(d)), last;

	sim_goto(debug_sim(d), end);
	last = sim_hash(debug_sim(d));
	sim_goto(debug_sim(d), 0);
	sim_goto(debug_sim(d), end);
	assert_int_equal(sim_now(debug_sim(d)), end);
	assert_int_equal(sim_hash(debug_sim(d)), last);
	debug_arrive(d, rand() % (debug_end(d) + 1));
	debug_arrive(d, now);
	assert_int_equal(sim_hash(debug_sim(d)), hash);
	sim_goto(debug_sim(d), 0);
	debug_arrive(d, now);
	assert_int_equal(sim_hash(debug_sim(d)), hash);
}

static void undo_all(void)
{
	struct text what;
	struct why why;
	char words[128];

	do
		text_init(&what, words, sizeof(words));
	while (!change_undo(&sc.debug, &what, &why));
	if (why.err != -ENOENT)
		fail_msg("undo '%s': %s", words, why.text);
}

static void open_walk(void)
{
	static char message[PROGRAM_ERROR];
	struct text error;

	text_init(&error, message, sizeof(message));
	screen_init(&sc);
	sc.batch = true;
	sc.life.file = "samples/xdp_count.o";
	life_option(&sc.life, LIFE_SET, "counts[6]=0");
	life_option(&sc.life, LIFE_EVENT, "tcp 10.0.0.1:443 > 10.0.0.2:51514");
	assert_int_equal(screen_open(&sc, &error), 0);
}

static void random_commands(void **state)
{
	struct debug *d = &sc.debug;
	u64 end, len, first;
	u8 *log;

	(void)state;
	open_walk();
	end = debug_end(d);
	log = malloc(sim_log(debug_sim(d), &len) ? len : 0);
	memcpy(log, sim_log(debug_sim(d), &len), len);
	debug_arrive(d, end);
	first = sim_hash(debug_sim(d));
	srand(getenv("CHANGE_SEED") ? atoi(getenv("CHANGE_SEED")) : 11);
	for (int round = 0; round < ROUNDS; round++) {
		u64 now_len;

		for (int i = 0; i < COMMANDS; i++) {
			do_random();
			notes_fit();
			if (rand() % 4 == 0)
				the_present_can_be_left_and_found_again();
		}
		undo_all();
		assert_int_equal(debug_end(d), end);
		assert_memory_equal(sim_log(debug_sim(d), &now_len), log, len);
		assert_int_equal(now_len, len);
		debug_arrive(d, end);
		assert_int_equal(sim_hash(debug_sim(d)), first);
	}
	free(log);
	screen_fini(&sc);
}

static void a_saved_session_is_the_same(void **state)
{
	char path[] = "/tmp/change_test.XXXXXX", message[PROGRAM_ERROR];
	struct debug *d = &sc.debug;
	u64 now, end, hash, marks, calls, undos, first = 0, restarted;
	struct text error;
	struct why why;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	open_walk();
	first = debug_end(d);
	srand(5);
	assert_int_equal(change_checkpoint(d, "early"), 1);
	for (int i = 0; i < COMMANDS; i++)
		do_random();
	prompt_do(&sc, "break 12 if r0 == 0");
	now = debug_now(d);
	end = debug_end(d);
	hash = sim_hash(debug_sim(d));
	marks = d->marks;
	calls = d->calls;
	undos = d->undos;
	assert_true(undos > 3);
	assert_int_equal(debug_save(d, path, true, "", &why), 0);
	screen_fini(&sc);

	text_init(&error, message, sizeof(message));
	screen_init(&sc);
	sc.life.file = path;
	assert_int_equal(screen_open(&sc, &error), 0);
	assert_int_equal(debug_now(d), now);
	assert_int_equal(debug_end(d), end);
	assert_int_equal(sim_hash(debug_sim(d)), hash);
	assert_int_equal(d->marks, marks);
	assert_int_equal(d->calls, calls);
	assert_true(d->stops > 0);
	assert_string_equal(d->stop[d->stops - 1].condition, "r0 == 0");
	assert_int_equal(d->undos, undos);
	assert_int_equal(change_restart(d, "early", &why), 0);
	assert_int_equal(debug_end(d), first);
	notes_fit();
	restarted = d->calls;
	undo_all();
	assert_int_equal(debug_end(d), first);
	assert_int_equal(d->calls, restarted);
	the_present_can_be_left_and_found_again();
	screen_fini(&sc);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_commands),
		cmocka_unit_test(a_saved_session_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
