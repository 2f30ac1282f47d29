/*
 * Commands that give the machine an input: events, hooks, fds, pins, settings. Each is recorded at the
 * present moment; in the past of the timeline it begins another future (change.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "../record.h"
#include "../scenario.h"
#include "change_words.h"
#include "prompt.h"

/* An input without steps worth seeing one by one: its result, 0 or more, or -errno. */
static void end_simple(struct screen *sc, s64 result)
{
	char sentence[sizeof(debug_sim(&sc->debug)->why.text)];

	snprintf(sentence, sizeof(sentence), "%s", debug_sim(&sc->debug)->why.text);
	end_change(sc, CHANGE_SHOW_LAST, result < 0 ? sentence : NULL);
}

/* --- events --- */

/* "dev NAME" in front: the device, and what follows. */
static const char *take_device(const struct screen *sc, const char *args, char *device, size_t cap)
{
	size_t n;

	snprintf(device, cap, "%s", sc->life.device);
	if (strncmp(args, "dev ", 4) != 0)
		return args;
	args += 4 + strspn(args + 4, " ");
	n = strcspn(args, " ");
	snprintf(device, cap, "%.*s", (int)n, args);
	return args + n + strspn(args + n, " ");
}

/* Where packets go: to a device, or to the program at hand by test runs. *ifindex 0: by test runs of *fd. */
static bool find_target(struct screen *sc, const char *device, s64 *ifindex, int *fd, struct why *why)
{
	struct debug *d = &sc->debug;
	const struct prog *prog = debug_prog(d);
	const struct prog_type *type = prog ? prog_type_by_id(prog->type) : NULL;
	const struct netdev *dev = netdev_by_name(debug_sim(d), device);

	*ifindex = 0;
	if (type && !type->packet_begin && !debug_sim(d)->world->stack_users) {
		*fd = prog_fd(d, "", why);
		if (*fd >= 0 && !type->test_begin)
			sim_fail(why, -EOPNOTSUPP, "programs of this type cannot be run by a packet");
		return *fd >= 0 && type->test_begin;
	}
	if (!dev) {
		sim_fail(why, -ENODEV, "there is no device '%.20s' now; `device %.20s` makes it", device,
			 device);
		return false;
	}
	*ifindex = dev->ifindex;
	return true;
}

/* An event in words: no device, no program has to be named. */
static bool fire_event(struct screen *sc, const char *args, struct text *error)
{
	struct life_packets packets;

	if (!life_open_source(&sc->debug.session, LIFE_EVENT, args, &packets, error))
		return false;
	life_scenario(&sc->debug.walk, -1, 0, packets.scenario, 1);
	return true;
}

static bool fire_source(struct screen *sc, int kind, const char *args, struct text *error)
{
	struct debug *d = &sc->debug;
	struct life_packets packets;
	char device[NETDEV_NAME];
	struct why why;
	s64 ifindex;
	int fd = -1;

	args = take_device(sc, args, device, sizeof(device));
	if (!find_target(sc, device, &ifindex, &fd, &why)) {
		text_add(error, "%s", why.text);
		return false;
	}
	if (!life_open_source(&d->session, kind, args, &packets, error))
		return false;
	for (u64 i = 0; i < packets.count && !walk_stopped(&d->walk); i++)
		life_packet(&d->walk, fd, ifindex, &packets, packets.first + i, 1);
	return true;
}

static bool fire_packet(struct screen *sc, const char *args, struct text *error)
{
	if (scenario_is_event(args))
		return fire_event(sc, args, error);
	return fire_source(sc, LIFE_EVENT, args, error);
}

static bool fire_bytes(struct screen *sc, const char *args, struct text *error)
{
	return fire_source(sc, LIFE_PACKET, args, error);
}

static bool fire_capture(struct screen *sc, const char *args, struct text *error)
{
	return fire_source(sc, LIFE_PCAP, args, error);
}

/* Kinds of events: the word that they begin with. The first one is meant when no other fits. */
static const struct fire_kind {
	const char *word;
	const char *usage;
	bool (*fire)(struct screen *sc, const char *args, struct text *error);
} fire_kinds[] = {
	{"packet", "[dev NAME] tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN [cpu N]", fire_packet},
	{"event", "openat pid=1000 file=/etc/passwd (`bpfwalk events --list` has them all)", fire_event},
	{"bytes", "[dev NAME] ff ff ff ff ff ff 02 00 ...", fire_bytes},
	{"pcap", "[dev NAME] FILE.pcap", fire_capture},
};

static const struct fire_kind *kind_of(const char **args)
{
	size_t n = strcspn(*args, " ");

	for (size_t i = 0; i < ARRAY_SIZE(fire_kinds); i++) {
		if (strlen(fire_kinds[i].word) != n || strncmp(fire_kinds[i].word, *args, n) != 0)
			continue;
		*args += n + strspn(*args + n, " ");
		return &fire_kinds[i];
	}
	return &fire_kinds[0];
}

/* On another CPU than those that are in the midst of a program: they are left there. */
static bool comes_between(const struct screen *sc, const char *args)
{
	const struct sim *sim = debug_sim(&sc->debug);
	size_t len;
	int cpu = life_event_cpu(args, &len);

	return cpu >= 0 && change_amid(&sc->debug) && (u32)cpu < sim->clock->ncpus && !cpu_is_busy(sim, cpu);
}

static void fire(struct screen *sc, const struct fire_kind *kind, const char *args)
{
	char message[PROGRAM_ERROR];
	struct text error;
	bool ok;

	text_init(&error, message, sizeof(message));
	if (!(comes_between(sc, args) ? begin_change_amid : begin_change)(
		    sc, kind == fire_kinds ? "fire" : kind->word, args))
		return;
	ok = kind->fire(sc, args, &error);
	end_change(sc, CHANGE_SHOW_FIRST, ok ? NULL : message);
}

void do_fire(struct screen *sc, const char *args)
{
	const struct fire_kind *kind = kind_of(&args);

	if (*args) {
		fire(sc, kind, args);
		return;
	}
	screen_complain(sc, "fire: what is to happen? For example\n");
	for (size_t i = 0; i < ARRAY_SIZE(fire_kinds); i++)
		screen_say(sc, "  fire %s %s\n", fire_kinds[i].word, fire_kinds[i].usage);
}

void do_pcap(struct screen *sc, const char *args)
{
	if (*args)
		fire(sc, &fire_kinds[2], args);
	else
		screen_complain(sc, "pcap: expected a capture, for example pcap samples/web.pcap");
}

/* --- fds, processes, pins --- */

static bool take_fd(struct screen *sc, const char *command, const char *args, int *fd, const char **rest)
{
	char *end;

	*fd = strtoul(args, &end, 10);
	*rest = end + strspn(end, " ");
	if (*args >= '0' && *args <= '9' && (!*end || *end == ' ') && *fd < TASK_MAX_FDS)
		return true;
	screen_complain(sc, "%s: expected the number of an fd, found '%.40s'; `info fds` lists them", command,
			args);
	return false;
}

void do_close(struct screen *sc, const char *args)
{
	struct session *s = &sc->debug.session;
	const char *rest;
	int fd;

	if (!take_fd(sc, "close", args, &fd, &rest) || !begin_change(sc, "close", args))
		return;
	end_simple(sc, sim_close(s->sim, s->pid, fd));
}

void do_kill(struct screen *sc, const char *args)
{
	struct session *s = &sc->debug.session;

	if (*args && strcmp(args, "loader") != 0)
		screen_complain(sc, "kill: there is one process to be killed: kill loader");
	else if (begin_change(sc, "kill", "loader"))
		end_simple(sc, sim_kill(s->sim, s->pid));
}

void do_pin(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	struct user_memory *user = d->session.user;
	union bpf_attr attr = {0};
	char message[400];
	const char *path;
	s64 result;
	int fd;

	if (!take_fd(sc, "pin", args, &fd, &path))
		return;
	if (*path != '/') {
		screen_complain(sc, "pin: expected a path, for example pin %d /sys/fs/bpf/mine", fd);
		return;
	}
	if (!begin_change(sc, "pin", args))
		return;
	user_reset(user);
	attr.bpf_fd = fd;
	attr.pathname = user_put(user, path, strlen(path) + 1);
	result = walk_bpf(&d->walk, BPF_OBJ_PIN, user_put_attr(user, &attr, ATTR_END(file_flags)),
			  ATTR_END(file_flags));
	snprintf(message, sizeof(message), "pin: %s", debug_sim(d)->why.text);
	end_change(sc, CHANGE_SHOW_LAST, result < 0 ? message : NULL);
}

void do_unpin(struct screen *sc, const char *args)
{
	if (*args != '/')
		screen_complain(sc, "unpin: expected a path, for example unpin /sys/fs/bpf/mine");
	else if (begin_change(sc, "unpin", args))
		end_simple(sc, sim_unlink(debug_sim(&sc->debug), args));
}

/* --- settings --- */

/* "NAME = V" without the spaces around =. */
static bool squeeze(const char *args, char *setting, size_t cap)
{
	const char *equals = strchr(args, '=');
	size_t n = equals ? equals - args : 0;

	while (n && args[n - 1] == ' ')
		n--;
	return equals && n &&
	       snprintf(setting, cap, "%.*s=%s", (int)n, args, equals + 1 + strspn(equals + 1, " ")) <
		       (int)cap;
}

void do_sysctl(struct screen *sc, const char *args)
{
	char setting[160], message[400];
	struct why why;
	int err;

	if (!squeeze(args, setting, sizeof(setting))) {
		screen_complain(sc, "sysctl: expected NAME = N, for example net.core.bpf_jit_enable = 0");
		return;
	}
	if (!begin_change(sc, "sysctl", setting))
		return;
	err = session_sysctl(&sc->debug.session, setting, &why);
	snprintf(message, sizeof(message), "%s",
		 err ? why.text + (strncmp(why.text, "--", 2) == 0 ? 2 : 0) : "");
	end_change(sc, CHANGE_SHOW_LAST, err ? message : NULL);
}

void do_device(struct screen *sc, const char *args)
{
	if (!*args)
		screen_complain(sc, "device: expected a name, for example device eth1");
	else if (begin_change(sc, "device", args))
		end_simple(sc, sim_device(debug_sim(&sc->debug), args));
}
