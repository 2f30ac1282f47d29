/* Sessions: saved and loaded, the same walk again; damaged files are refused; captures must be the same. */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "test/support/temp_dir.h"
#include "ui/attach.h"
#include "ui/life.h"
#include "ui/scenario.h"
#include "ui/file.h"
#include "ui/packet.h"
#include "ui/program.h"

#define VISITS 150  /* no multiple of 7 */

static struct why why;

static void quiet_call(struct walk *w, const struct walk_call *call)
{
	(void)w, (void)call;
}

static void quiet_run(struct walk *w, const struct walk_run *run)
{
	(void)w, (void)run;
}

static void quiet_printk(struct walk *w, const char *text, u64 len)
{
	(void)w, (void)text, (void)len;
}

static void quiet_end(struct walk *w)
{
	(void)w;
}

static const struct walk_view quiet = {
	.call = quiet_call,
	.run_begin = quiet_run,
	.printk = quiet_printk,
	.run_end = quiet_run,
	.end = quiet_end,
};

/* Attached when it is XDP, else by BPF_PROG_TEST_RUN. */
static void send_packets(struct walk *w, s64 fd)
{
	struct session *s = w->session;
	const struct prog *prog = container_of(session_object(s, fd), struct prog, obj);
	bool xdp = prog->type == BPF_PROG_TYPE_XDP;
	char message[PROGRAM_ERROR];
	struct text error;
	s64 ifindex = 0;

	text_init(&error, message, sizeof(message));
	if (xdp)
		ifindex = program_attach_xdp(w, fd, "eth0", &error);
	assert_true(ifindex > 0 || !xdp);
	if (!xdp && !prog_type_by_id(prog->type)->test_begin)
		return; /* no event of this type is simulated, and it has no test run: it is loaded only */
	if (prog->type == BPF_PROG_TYPE_SYSCALL) { /* it has no packets */
		assert_int_equal(program_call(w, fd), 0);
		return;
	}
	for (u32 c = 0; c < s->captures; c++) {
		for (u64 i = 0; i < s->capture[c].count; i++) {
			if (xdp)
				assert_int_equal(walk_fire(w, &(struct stimulus){STIMULUS_PACKET, ifindex,
										 c + 1, i, 0, NULL, 0}),
						 0);
			else
				assert_int_equal(program_test_run(w, fd, c, i, 1), 0);
		}
	}
	assert_int_equal(w->runs, s->capture[0].count + s->capture[1].count);
}

/*
 * Loads a sample, sends it the packets of samples/web.pcap and one of its own; saves the session. The end's
 * hash.
 */
/* What tasks do, for programs of the tracing types. */
static void let_it_happen(struct walk *w, const struct program_file *file, struct text *error)
{
	const struct scenario *scenario = scenario_open(w->session, "samples/shell.scenario", error);

	assert_true(attach_programs(w, file, error) >= 0);
	assert_non_null(scenario);
	life_scenario(w, -1, 0, scenario, 1);
	life_read_iterators(w, file);
	assert_true(w->events >= 20);
}

static bool is_traced(const struct program_file *file)
{
	return file->elf && attach_is_traced(file->chosen->prog_type);
}

static u64 make_session_of(const char *sample, const char *name, bool embed)
{
	struct session s;
	struct program_file file;
	struct capture capture;
	struct packet_bytes *packet = malloc(sizeof(*packet));
	char message[PROGRAM_ERROR];
	struct text error;
	struct walk w;
	u64 hash;
	s64 fd;

	text_init(&error, message, sizeof(message));
	assert_int_equal(session_open(&s, &why), 0);
	assert_int_equal(capture_open(&capture, temp_path("web.pcap"), &why), 0);
	assert_int_equal(session_add_capture(&s, &capture), 0);
	assert_int_equal(packet_parse(packet, "icmp 10.0.0.1 > 10.0.0.2 echo", &why), 0);
	assert_int_equal(session_add_packet(&s, packet->data, packet->len), 1);
	assert_int_equal(session_record(&s, "file", "some file.o"), 0);
	assert_int_equal(session_record(&s, "program", "xdp_proto"), 0);
	assert_int_equal(program_open(&file, sample, NULL, &error), 0);
	walk_begin(&w, &s, &quiet, NULL);
	fd = program_load(&file, &w, &error);
	assert_true(fd > 0);
	if (is_traced(&file))
		let_it_happen(&w, &file, &error);
	else
		send_packets(&w, fd);
	walk_end(&w);
	hash = sim_hash(s.sim);
	assert_int_equal(session_save(&s, temp_path(name), embed, &why), 0);
	program_close(&file);
	session_close(&s);
	free(packet);
	return hash;
}

static u64 make_session(const char *name, bool embed)
{
	return make_session_of("samples/xdp_proto.o", name, embed);
}

static void the_same_again(void **state)
{
	u64 hash = make_session("a.walk", false);
	struct session s;
	char text[32];

	(void)state;
	assert_int_equal(session_load(&s, temp_path("a.walk"), &why), 0);
	assert_true(sim_hash(s.sim) == hash);
	assert_int_equal(s.captures, 2);
	assert_true(session_recall(&s, "file", text, sizeof(text)));
	assert_string_equal(text, "some file.o");
	assert_true(session_recall(&s, "program", text, sizeof(text)));
	assert_string_equal(text, "xdp_proto");
	assert_false(session_recall(&s, "prog", text, sizeof(text)));
	assert_false(session_recall(&s, "file", text, 5));
	session_close(&s);
}

/* To the end, then steps in any order, each met twice: equal states. */
static void visit_in_any_order(struct session *s)
{
	u64 end = sim_end(s->sim), at_end = sim_hash(s->sim), random = 1;
	u64 step[VISITS], hash[VISITS];

	for (u32 i = 0; i < VISITS; i++) {
		random = random * 6364136223846793005ull + 1442695040888963407ull;
		step[i] = (random >> 33) % (end + 1);
		assert_int_equal(sim_goto(s->sim, step[i]), 0);
		assert_int_equal(sim_now(s->sim), step[i]);
		hash[i] = sim_hash(s->sim);
	}
	for (u32 i = 0; i < VISITS; i++) {
		u32 j = i * 7 % VISITS;

		assert_int_equal(sim_goto(s->sim, step[j]), 0);
		assert_true(sim_hash(s->sim) == hash[j]);
	}
	assert_int_equal(sim_goto(s->sim, end), 0);
	assert_true(sim_hash(s->sim) == at_end);
	assert_int_equal(sim_goto(s->sim, end + 1), -ERANGE);
}

static void every_step_of_every_sample_has_one_state(void **state)
{
	glob_t samples;

	(void)state;
	assert_int_equal(glob("samples/*.o", 0, NULL, &samples), 0);
	assert_int_equal(glob("samples/*.asm", GLOB_APPEND, NULL, &samples), 0);
	assert_true(samples.gl_pathc >= 6);
	for (size_t i = 0; i < samples.gl_pathc; i++) {
		u64 hash = make_session_of(samples.gl_pathv[i], "a.walk", false);
		struct session s;

		assert_int_equal(session_load(&s, temp_path("a.walk"), &why), 0);
		assert_true(sim_hash(s.sim) == hash);
		visit_in_any_order(&s);
		session_close(&s);
	}
	globfree(&samples);
}

static void captures_must_be_the_same(void **state)
{
	struct session s;
	u64 len, hash;
	u8 *bytes;

	(void)state;
	hash = make_session("a.walk", false);
	make_session("embedded.walk", true);
	bytes = file_read(temp_path("web.pcap"), &len, &why);
	bytes[len - 1] ^= 1;
	temp_write("web.pcap", bytes, len);
	assert_int_equal(session_load(&s, temp_path("a.walk"), &why), -EINVAL);
	assert_non_null(strstr(why.text, "not the capture that the session was made with"));
	assert_int_equal(session_load(&s, temp_path("embedded.walk"), &why), 0);
	assert_true(sim_hash(s.sim) == hash);
	session_close(&s);
	unlink(temp_path("web.pcap"));
	assert_int_equal(session_load(&s, temp_path("a.walk"), &why), -ENOENT);
	assert_int_equal(session_load(&s, temp_path("embedded.walk"), &why), 0);
	session_close(&s);
	bytes[len - 1] ^= 1;
	temp_write("web.pcap", bytes, len);
	free(bytes);
}

/* Loads @name with @folder as working directory. */
static void load_in(const char *folder, const char *name)
{
	struct session s;
	int here = open(".", O_RDONLY | O_DIRECTORY);

	assert_int_equal(chdir(folder), 0);
	assert_int_equal(session_load(&s, name, &why), 0);
	session_close(&s);
	assert_int_equal(fchdir(here), 0);
	close(here);
}

/* The file holds its capture's path as seen from its own folder; from here, when it was moved away alone. */
static void moved_with_and_without_its_capture(void **state)
{
	struct session s;
	u64 len;
	u8 *bytes;

	(void)state;
	make_session("a.walk", false);
	bytes = file_read(temp_path("a.walk"), &len, &why);
	assert_null(memmem(bytes, len, temp_path(""), strlen(temp_path(""))));
	assert_int_equal(mkdir(temp_path("sub"), 0700), 0);
	temp_write("sub/a.walk", bytes, len);
	free(bytes);
	assert_int_equal(session_load(&s, temp_path("sub/a.walk"), &why), -ENOENT);
	assert_int_equal(rename(temp_path("web.pcap"), temp_path("sub/web.pcap")), 0);
	assert_int_equal(session_load(&s, temp_path("a.walk"), &why), -ENOENT);
	assert_int_equal(session_load(&s, temp_path("sub/a.walk"), &why), 0);
	session_close(&s);
	assert_int_equal(rename(temp_path("sub/web.pcap"), temp_path("web.pcap")), 0);
	load_in(temp_path(""), "sub/a.walk");
	unlink(temp_path("sub/a.walk"));
	assert_int_equal(rmdir(temp_path("sub")), 0);
}

static void cut_anywhere(void **state)
{
	struct session s;
	u64 len;
	u8 *bytes;

	(void)state;
	make_session("a.walk", true);
	bytes = file_read(temp_path("a.walk"), &len, &why);
	for (u64 n = 0; n < len; n++) {
		temp_write("bad.walk", bytes, n);
		assert_int_equal(session_load(&s, temp_path("bad.walk"), &why), -EINVAL);
		assert_non_null(strstr(why.text, n < 8 ? "not a session file" : "damaged session file"));
	}
	free(bytes);
}

static void changed_anywhere(void **state)
{
	struct session s;
	u64 len;
	u8 *bytes;

	(void)state;
	make_session("a.walk", true);
	bytes = file_read(temp_path("a.walk"), &len, &why);
	for (u64 i = 0; i < len; i++) {
		bytes[i] ^= 1 << i % 8;
		temp_write("bad.walk", bytes, len);
		assert_int_equal(session_load(&s, temp_path("bad.walk"), &why), -EINVAL);
		bytes[i] ^= 1 << i % 8;
	}
	bytes[8] = 77;
	temp_write("bad.walk", bytes, len);
	assert_int_equal(session_load(&s, temp_path("bad.walk"), &why), -EINVAL);
	assert_non_null(strstr(why.text, "of version 77; this bpfwalk reads version 1"));
	free(bytes);
}

/*
 * Somebody who can compute checksums: lengths and contents lie, and nothing is read that is not there (ASan
 * watches).
 */
static void forged(void **state)
{
	struct session s;
	u64 len, refused = 0;
	u8 *bytes;

	(void)state;
	make_session("a.walk", true);
	bytes = file_read(temp_path("a.walk"), &len, &why);
	for (u64 i = 24; i < len - SHA256_SIZE; i += i < 256 ? 1 : 41) {
		u8 old = bytes[i];
		struct sha256 hash;

		bytes[i] = old ^ 0xff;
		sha256_init(&hash);
		sha256_add(&hash, bytes, len - SHA256_SIZE);
		sha256_end(&hash, bytes + len - SHA256_SIZE);
		temp_write("bad.walk", bytes, len);
		if (session_load(&s, temp_path("bad.walk"), &why) == 0)
			session_close(&s);
		else
			refused++;
		bytes[i] = old;
	}
	assert_true(refused > 10);
	free(bytes);
}

static void no_such_file(void **state)
{
	struct session s;

	(void)state;
	assert_int_equal(session_load(&s, temp_path("missing.walk"), &why), -EINVAL);
	assert_non_null(strstr(why.text, "No such file"));
	temp_write("bad.walk", "", 0);
	assert_int_equal(session_load(&s, temp_path("bad.walk"), &why), -EINVAL);
}

static int make_dir(void **state)
{
	u64 len;
	u8 *bytes;

	if (temp_dir_setup(state))
		return -1;
	bytes = file_read("samples/web.pcap", &len, &why);
	if (!bytes)
		return -1;
	temp_write("web.pcap", bytes, len);
	free(bytes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_again),
		cmocka_unit_test(every_step_of_every_sample_has_one_state),
		cmocka_unit_test(captures_must_be_the_same),
		cmocka_unit_test(moved_with_and_without_its_capture),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(changed_anywhere),
		cmocka_unit_test(forged),
		cmocka_unit_test(no_such_file),
	};

	return cmocka_run_group_tests_name("session", tests, make_dir, temp_dir_teardown);
}
