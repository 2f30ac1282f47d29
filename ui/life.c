/* Whole lives: see life.h. */
#include <stdio.h>
#include <stdlib.h>

#include "attach.h"
#include "life.h"
#include "packet.h"
#include "record.h"
#include "scenario.h"

/* --- options --- */

static bool parse_repeat(const char *text, u32 *repeat)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*repeat = n;
	return *text >= '0' && *text <= '9' && !*end && n >= 1 && n <= 1000000;
}

static bool add(const char **list, u32 *count, const char *text)
{
	if (*count == LIFE_LIST)
		return false;
	list[(*count)++] = text;
	return true;
}

static bool add_source(struct life *life, int kind, const char *text)
{
	if (life->sources == LIFE_LIST)
		return false;
	life->source[life->sources].kind = kind;
	life->source[life->sources++].text = text;
	return true;
}

bool life_option(struct life *life, int option, const char *argument)
{
	switch (option) {
	case LIFE_PROG:
		life->program = argument;
		return true;
	case LIFE_PCAP:
	case LIFE_PACKET:
	case LIFE_EVENT:
	case LIFE_SCENARIO:
		return add_source(life, option, argument);
	case LIFE_SET:
	case LIFE_MAP:
		return add(life->set, &life->sets, argument);
	case LIFE_SYSCTL:
		return add(life->sysctl, &life->sysctls, argument);
	case LIFE_CPUS:
		snprintf(life->cpus, sizeof(life->cpus), "bpfwalk.cpus=%.12s", argument);
		return add(life->sysctl, &life->sysctls, life->cpus);
	case LIFE_RACE:
		if (life->races == RACE_CPUS)
			return false;
		life->race[life->races++] = argument;
		return true;
	case LIFE_SCHEDULE:
		life->schedule = argument;
		return true;
	case LIFE_ADD_DEV:
		return add(life->add_dev, &life->add_devs, argument);
	case LIFE_CGROUP:
		life->cgroup = argument;
		return true;
	case LIFE_LOAD_ONLY:
		life->load_only = true;
		return true;
	case LIFE_ATTACH:
		return add(life->attach, &life->attaches, argument);
	case LIFE_UNVERIFIED:
		return add(life->sysctl, &life->sysctls, "bpfwalk.skip_walk=1");
	case LIFE_DEV:
		life->device = argument;
		return true;
	case LIFE_REPEAT:
		return parse_repeat(argument, &life->repeat);
	case LIFE_UNPRIVILEGED:
		life->unprivileged = true;
		return true;
	}
	return false;
}

/* --- packets --- */

#define EVENT_TEXT 512

static bool add_words(struct session *s, int kind, const char *words, struct text *error)
{
	struct packet_bytes *packet = malloc(sizeof(*packet));
	struct why why = {.text = "no memory"};
	bool ok = packet && (kind == LIFE_EVENT ? packet_parse(packet, words, &why)
						: packet_parse_hex(packet, words, &why)) == 0;

	if (ok && session_add_packet(s, packet->data, packet->len) < 0)
		ok = false;
	if (!ok)
		text_add(error, "%s", why.text);
	free(packet);
	return ok;
}

static bool add_capture(struct session *s, const char *path, struct text *error)
{
	struct capture capture;
	struct why why = {0};

	if (capture_open(&capture, path, &why)) {
		text_add(error, "%s", why.text);
		return false;
	}
	if (capture.note[0])
		fprintf(stderr, "bpfwalk: %s: %s\n", path, capture.note);
	if (session_add_capture(s, &capture) >= 0)
		return true;
	capture_close(&capture);
	text_add(error, "no memory");
	return false;
}

static void own_packet(const struct session *s, struct life_packets *packets)
{
	packets->count = 1;
	for (u32 c = 0; c < s->captures; c++)
		if (!s->capture[c].path[0])
			packets->capture = c, packets->first = s->capture[c].count - 1;
}

int life_event_cpu(const char *words, size_t *len)
{
	const char *at = words, *last = NULL;
	char *end;
	long cpu;

	while ((at = strstr(at, " cpu "))) {
		last = at;
		at += 5;
	}
	if (!last || last[5] < '0' || last[5] > '9')
		return -1;
	cpu = strtol(last + 5, &end, 10);
	if (end[strspn(end, " ")] || cpu > 1000 || (size_t)(last - words) >= EVENT_TEXT)
		return -1;
	*len = last - words;
	return cpu;
}

bool life_open_source(struct session *s, int kind, const char *text, struct life_packets *packets,
		      struct text *error)
{
	struct why why;

	*packets = (struct life_packets){0};
	if (kind == LIFE_EVENT)
		text = packet_way_take(text, &packets->way);
	if (kind == LIFE_EVENT && scenario_check_word(text, &why)) {
		text_add(error, "%s", why.text);
		return false;
	}
	if (kind == LIFE_SCENARIO || (kind == LIFE_EVENT && scenario_is_event(text))) {
		packets->scenario = kind == LIFE_EVENT ? scenario_of_event(s, text, error) : scenario_open(s, text, error);
		return packets->scenario;
	}
	if (kind != LIFE_PCAP) {
		size_t len = strlen(text);
		int cpu = kind == LIFE_EVENT ? life_event_cpu(text, &len) : -1;
		char words[EVENT_TEXT];

		if (cpu >= (int)s->sim->clock->ncpus) {
			text_add(error, "there is no CPU %d: the machine has %u, from 0", cpu,
				 s->sim->clock->ncpus);
			return false;
		}
		if (cpu >= 0)
			snprintf(words, sizeof(words), "%.*s", (int)len, text);
		if (!add_words(s, kind, cpu >= 0 ? words : text, error))
			return false;
		own_packet(s, packets);
		packets->cpu = cpu;
		return true;
	}
	if (!add_capture(s, text, error))
		return false;
	*packets = (struct life_packets){
		.capture = s->captures - 1, .count = s->capture[s->captures - 1].count, .cpu = -1};
	return true;
}

static bool open_sources(struct session *s, struct life *life, struct text *error)
{
	for (u32 i = 0; i < life->sources; i++)
		if (!life_open_source(s, life->source[i].kind, life->source[i].text, &life->packets[i], error))
			return false;
	return true;
}

/* --- the walk --- */

static bool set_sysctls(struct session *s, const struct life *life, struct text *error)
{
	for (u32 i = 0; i < life->sysctls; i++) {
		struct why why;

		if (session_sysctl(s, life->sysctl[i], &why)) {
			text_add(error, "%s", why.text);
			return false;
		}
	}
	return true;
}

static bool add_devices(struct session *s, const struct life *life, struct text *error)
{
	for (u32 i = 0; i < life->add_devs; i++)
		if (sim_device(s->sim, life->add_dev[i]) < 0) {
			text_add(error, "%s", s->sim->why.text);
			return false;
		}
	return true;
}

int life_prepare(struct session *s, struct life *life, struct text *error)
{
	struct why why;

	if (!set_sysctls(s, life, error) || !open_sources(s, life, error) || !add_devices(s, life, error))
		return -EINVAL;
	if (!life->unprivileged || !session_drop_privileges(s, &why))
		return 0;
	text_add(error, "%s", why.text);
	return why.err;
}

void life_packet(struct walk *w, int fd, s64 usual, const struct life_packets *p, u64 index, u32 repeat)
{
	struct sim *sim = w->session->sim;
	s64 ifindex = packet_way_device(sim, &p->way, usual);
	struct stimulus stimulus = {
		.kind = p->way.out ? STIMULUS_SEND : STIMULUS_PACKET, .ifindex = ifindex, .capture = p->capture + 1,
		.index = index, .cpu = p->cpu >= 0 ? (u32)p->cpu : sim->clock->cpu};

	if (ifindex < 0) {
		fprintf(stderr, "bpfwalk: %s\n", sim->why.text);
		w->refused = true;
		return;
	}
	if (!ifindex && !sim_cpu(sim, stimulus.cpu))
		program_test_run(w, fd, p->capture, index, repeat);
	for (u32 i = 0; ifindex && i < repeat; i++)
		walk_fire(w, &stimulus);
	reader_catch_up(w->session);
}

static bool can_test_run(struct walk *w, int fd)
{
	const struct obj *obj = session_object(w->session, fd);
	const struct prog_type *type =
		obj && obj->kind == OBJ_PROG ? prog_type_by_id(container_of(obj, struct prog, obj)->type) : NULL;

	return type && type->test_begin && type->packet;
}

static void one_event(struct walk *w, const char *words)
{
	const struct stimulus stimulus = {.kind = STIMULUS_EVENT, .len = strlen(words) + 1, .data = words};

	if (walk_fire(w, &stimulus) < 0) {
		fprintf(stderr, "bpfwalk: %s: %s\n", words, w->session->sim->why.text);
		w->refused = true;
	}
	reader_catch_up(w->session);
}

void life_scenario(struct walk *w, int fd, s64 ifindex, const struct scenario *scenario, u32 repeat)
{
	for (u32 i = 0; i < scenario->count && !walk_stopped(w); i++) {
		const struct scenario_line *line = &scenario->line[i];

		for (u32 n = 0; line->event && n < repeat; n++)
			one_event(w, line->event);
		if (!line->event && (ifindex || *line->way.device || can_test_run(w, fd)))
			life_packet(w, fd, ifindex, &(struct life_packets){.capture = line->capture, .cpu = -1, .way = line->way},
				    line->index, repeat);
	}
}

static void all_packets(struct walk *w, int fd, s64 ifindex, const struct life *life)
{
	u64 done = 0;

	for (u32 i = 0; i < life->sources; i++) {
		const struct life_packets *p = &life->packets[i];

		if (p->scenario)
			life_scenario(w, fd, ifindex, p->scenario, life->repeat);
		for (u64 n = 0; n < p->count && !walk_stopped(w); n++) {
			life_packet(w, fd, ifindex, p, p->first + n, life->repeat);
			if (life->progress)
				life->progress(++done, false);
		}
	}
	if (life->progress)
		life->progress(done, true);
}

static bool race_of(struct walk *w, s64 ifindex, const struct life *life, struct text *error)
{
	struct race race = {.schedule = life->schedule};

	for (u32 i = 0; i < life->races; i++)
		if (!race_add(&race, w->session, ifindex, life->race[i], error))
			return false;
	if (race.cpus == 1 && !race_double(&race, error))
		return false;
	if (race_check(&race, error) || race_run(w, &race, error))
		return false;
	reader_catch_up(w->session);
	return true;
}

static const struct prog *program_of(struct walk *w, s64 fd)
{
	return container_of(session_object(w->session, fd), struct prog, obj);
}

/* Those that TEST_RUN can run are attached only when something happens beside packets. */
static bool is_for_cgroup(const struct life *life, const struct prog_type *type, const struct prog *prog)
{
	bool happens = type && !type->test_begin;

	for (u32 i = 0; i < life->sources && !happens; i++)
		happens = life->packets[i].scenario;
	for (u32 i = 0; i < life->races && !happens; i++)
		happens = scenario_is_event(life->race[i]);
	return happens && attach_is_cgroup(prog->type);
}

/* Packets arrive at the usual device, wherever they hang. */
static s64 attach_each(struct walk *w, const struct program_file *file, const struct life *life, struct text *error)
{
	s64 ifindex = 0;

	for (u32 i = 0; i < life->attaches && ifindex >= 0; i++)
		ifindex = attach_words(w, file, life->attach[i], error);
	return ifindex < 0 ? ifindex : program_device(w->session->sim, life->device);
}

bool life_walk(struct walk *w, const struct program_file *file, const struct life *life, struct text *error)
{
	s64 fd = program_load(file, w, error), ifindex = 0;
	const struct prog_type *type;

	if (fd < 0)
		return false;
	if (reader_open(w) < 0) {
		text_add(error, "%s", w->session->sim->why.text);
		return false;
	}
	for (u32 i = 0; i < life->sets; i++)
		if (program_set(w, life->set[i], error) < 0)
			return false;
	if (life->load_only)
		return true;
	type = prog_type_by_id(program_of(w, fd)->type);
	if (life->attaches) {
		ifindex = attach_each(w, file, life, error);
		if (ifindex < 0)
			return false;
	} else if (type && type->packet_begin) {
		ifindex = program_attach_xdp(w, fd, life->device, error);
		if (ifindex < 0)
			return false;
	} else if (type && file->elf && attach_is_sockmap(program_of(w, fd)->type)) {
		if (attach_sockmap(w, file, error) < 0)
			return false;
	} else if (type && file->elf && attach_is_traced(program_of(w, fd)->type)) {
		if (attach_programs(w, file, error) < 0)
			return false;
		if (!life->sources)
			life_read_iterators(w, file); /* nobody said what happens */
	} else if (type && file->elf && program_of(w, fd)->type == BPF_PROG_TYPE_STRUCT_OPS) {
		if (attach_tables(w, file, error) < 0)
			return false;
	} else if (file->elf && is_for_cgroup(life, type, program_of(w, fd))) {
		if (attach_cgroup(w, file, life->cgroup, error) < 0)
			return false;
	} else if (program_of(w, fd)->type == BPF_PROG_TYPE_SK_REUSEPORT) {
		ifindex = 0; /* setsockopt(2) of one of the sockets attaches it: an event */
	} else if (!type || !type->test_begin) {
		text_add(error, "programs of this type can be loaded, but not run yet");
		return true;
	}
	for (u32 i = 0; program_of(w, fd)->type == BPF_PROG_TYPE_SYSCALL && i < life->repeat; i++)
		program_call(w, fd);
	all_packets(w, fd, ifindex, life);
	return !life->races || race_of(w, ifindex, life, error);
}
