/*
 * A whole life of one program, as the command line asks for it: the machine's settings, loading, what user
 * space puts into maps, the hook, the packets. What `run` tells at once and the terminal interface step by
 * step.
 */
#ifndef UI_LIFE_H
#define UI_LIFE_H

#include <getopt.h>

#include "packet_way.h"
#include "program.h"
#include "race.h"

#define LIFE_LIST 256

/* Kinds of sources of packets; the numbers are those of getopt's long options. */
enum life_option {
	LIFE_PROG = 256,
	LIFE_PCAP,
	LIFE_PACKET,
	LIFE_EVENT,
	LIFE_SCENARIO,
	LIFE_SET,
	LIFE_MAP,
	LIFE_ADD_DEV,
	LIFE_CGROUP,
	LIFE_ATTACH,
	LIFE_CPUS,
	LIFE_RACE,
	LIFE_SCHEDULE,
	LIFE_DEV,
	LIFE_REPEAT,
	LIFE_UNPRIVILEGED,
	LIFE_SYSCTL,
	LIFE_UNVERIFIED,
	LIFE_LOAD_ONLY,
	LIFE_OPTIONS
};

/* For tables of options. */
#define LIFE_LONG_OPTIONS                                                                                    \
	{"prog", required_argument, NULL, LIFE_PROG}, {"pcap", required_argument, NULL, LIFE_PCAP},          \
		{"packet", required_argument, NULL, LIFE_PACKET},                                            \
		{"event", required_argument, NULL, LIFE_EVENT},                                              \
		{"scenario", required_argument, NULL, LIFE_SCENARIO},                                        \
		{"set", required_argument, NULL, LIFE_SET}, {"map", required_argument, NULL, LIFE_MAP},      \
		{"cpus", required_argument, NULL, LIFE_CPUS}, {"race", required_argument, NULL, LIFE_RACE},  \
		{"schedule", required_argument, NULL, LIFE_SCHEDULE},                                        \
		{"add-dev", required_argument, NULL, LIFE_ADD_DEV},                                          \
		{"attach", required_argument, NULL, LIFE_ATTACH},                                            \
		{"cgroup", required_argument, NULL, LIFE_CGROUP},                                            \
		{"dev", required_argument, NULL, LIFE_DEV},                                                  \
		{"repeat", required_argument, NULL, LIFE_REPEAT},                                            \
		{"unprivileged", no_argument, NULL, LIFE_UNPRIVILEGED},                                      \
		{"load-only", no_argument, NULL, LIFE_LOAD_ONLY},                                            \
		{"sysctl", required_argument, NULL, LIFE_SYSCTL},                                            \
	{                                                                                                    \
		"unverified", no_argument, NULL, LIFE_UNVERIFIED                                             \
	}

/* Where a source's packets are: of which capture, from which index, how many. */
struct life_packets {
	u32 capture;
	u64 first, count;
	const struct scenario *scenario; /* or events and packets in words; NULL: neither */
	int cpu;             /* where they arrive; -1: at the one at hand */
	struct packet_way way;
};

struct life {
	const char *file, *program, *device;
	const char *cgroup;          /* its programs are attached there */
	const char *set[LIFE_LIST]; /* "NAME[KEY]=VALUE", or words of `map` (map_command.h) */
	const char *sysctl[LIFE_LIST], *add_dev[LIFE_LIST];
	const char *attach[LIFE_LIST]; /* "HOOK [PROGRAM]" */
	u32 sets, sysctls, add_devs, attaches;
	struct {
		int kind;
		const char *text;
	} source[LIFE_LIST];
	u32 sources;
	const char
		*race[RACE_CPUS]; /* events of a race, after the packets: of each CPU one; one: of two CPUs */
	u32 races;
	const char *schedule;        /* race.h */
	char cpus[32];               /* "bpfwalk.cpus=N" */
	u32 repeat;
	bool unprivileged;
	bool load_only; /* the life ends behind PROG_LOAD and what user space puts into maps */
	void (*progress)(u64 packets, bool over); /* after each packet; may be NULL */
	struct life_packets packets[LIFE_LIST];   /* of each source, once it is open */
};

#define LIFE_INIT                                                                                            \
	{                                                                                                    \
		.device = "eth0", .cgroup = "/", .repeat = 1                                                 \
	}

/* Takes an option with its argument; false: it cannot be used. */
bool life_option(struct life *life, int option, const char *argument);
/* Packets, sysctls and rights: before the program comes. 0, or -errno with the sentence. */
int life_prepare(struct session *s, struct life *life, struct text *error);
/*
 * The CPU that an event names with "... cpu N" at its end, or -1; *len: of the words before.
 */
int life_event_cpu(const char *words, size_t *len);
/* Where the packets of one source are, which is opened; @kind as in life.source. False with the sentence. */
bool life_open_source(struct session *s, int kind, const char *text, struct life_packets *packets,
		      struct text *error);
/* All that a scenario has, in its order; packets as below. */
void life_scenario(struct walk *w, int fd, s64 ifindex, const struct scenario *scenario, u32 repeat);
/* The file's iterators, which are pinned, are read: cat. */
void life_read_iterators(struct walk *w, const struct program_file *file);
/*
 * Packet @index of the source's capture arrives at device @usual, or where its words say; when that is 0, it
 * is given to the program of @fd by BPF_PROG_TEST_RUN.
 */
void life_packet(struct walk *w, int fd, s64 usual, const struct life_packets *packets, u64 index,
		 u32 repeat);
/*
 * From the first system call to the last packet. False: it ended early, and @error says why; what the walk
 * has told so far stays true.
 */
bool life_walk(struct walk *w, const struct program_file *file, const struct life *life, struct text *error);

#endif
