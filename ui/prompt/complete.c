/* Completion at the prompt: see complete.h. A table says which kinds of words each command takes. */
#include <stdio.h>

#include "../stops.h"
#include "complete.h"
#include "prompt.h"

struct completion {
	struct screen *sc;
	const char *word;
	void (*add)(void *ctx, const char *name);
	void *ctx;
};

static void offer(const struct completion *c, const char *prefix, const char *name)
{
	char whole[160];

	snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	if (strncasecmp(whole, c->word, strlen(c->word)) == 0)
		c->add(c->ctx, whole);
}

/* --- kinds of words --- */

static void command_words(const struct completion *c)
{
	for (const struct command *command = commands; command->name; command++)
		offer(c, "", command->name);
}

static void pane_words(const struct completion *c)
{
	for (u32 i = 0; panes[i]; i++)
		offer(c, "", panes[i]->name);
}

static void info_words(const struct completion *c)
{
	static const char *const words[] = {"breakpoints", "checkpoints", "display", "events",
					    "line",        "links",       "progs",   "regs",
					    "verifier",    "watchpoints"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		offer(c, "", words[i]);
	pane_words(c);
}

static void layout_words(const struct completion *c)
{
	for (const struct layout *l = layouts; l->name; l++)
		offer(c, "", l->name);
}

static void objects(const struct completion *c, enum obj_kind kind, const char *prefix)
{
	struct sim *sim = c->sc->debug.loaded ? debug_sim(&c->sc->debug) : NULL;

	for (struct obj *obj = sim ? obj_next(sim, kind, 0) : NULL; obj; obj = obj_next(sim, kind, obj->id))
		offer(c, prefix, obj->name);
}

static void prog_words(const struct completion *c)
{
	const struct debug *d = &c->sc->debug;

	objects(c, OBJ_PROG, "");
	for (u32 i = 0; i < d->nfiles; i++)
		if (d->files[i].name[0])
			offer(c, "", d->files[i].name);
}

static void device_words(const struct completion *c)
{
	struct sim *sim = c->sc->debug.loaded ? debug_sim(&c->sc->debug) : NULL;

	for (u32 i = 1; sim && i <= NETDEV_MAX; i++) {
		const struct netdev *dev = netdev_by_index(sim, i);

		if (dev)
			offer(c, "xdp:", dev->name);
	}
	for (u32 i = 0; attach_word(i); i++)
		offer(c, "", attach_word(i));
	prog_words(c);
}

static void expr_words(const struct completion *c)
{
	static const char *const names[] = {"ctx", "pkt", "pkt_end", "fp", "pc", "step", "depth", "map"};
	char reg[8];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		offer(c, "", names[i]);
	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		snprintf(reg, sizeof(reg), "r%u", r);
		offer(c, "", reg);
	}
	objects(c, OBJ_MAP, "");
}

static void place_words(const struct completion *c)
{
	offer(c, "", "event");
	offer(c, "", "verifier:reject");
	for (u32 i = 1; i < 256; i++)
		if (isa_helper_name(i))
			offer(c, "helper:",
			      isa_helper_name(i) + (strncmp(isa_helper_name(i), "bpf_", 4) ? 0 : 4));
	for (u32 i = 0; i < LOAD_STAGES; i++)
		offer(c, "stage:", load_stage_name(i));
	for (u32 i = 0; i < bpf_commands_count; i++)
		if (bpf_commands[i].name)
			offer(c, "syscall:", bpf_commands[i].name);
	prog_words(c);
}

static void fire_words(const struct completion *c)
{
	static const char *const words[] = {"packet", "bytes", "pcap", "dev", "tcp", "udp", "icmp", "arp"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		offer(c, "", words[i]);
	for (u32 i = 0; i < happening_kinds_count; i++)
		offer(c, "", happening_kinds[i]->name);
}

static void kill_words(const struct completion *c)
{
	offer(c, "", "loader");
}

static void goto_words(const struct completion *c)
{
	offer(c, "", "end");
}

/* NULL: files. Commands that are not here take numbers or nothing. */
static const struct {
	const char *command;
	void (*words)(const struct completion *c);
} arguments[] = {
	{"help", command_words}, {"info", info_words},	{"look", pane_words},	{"show", pane_words},
	{"focus", pane_words},	 {"layout", layout_words}, {"break", place_words}, {"tbreak", place_words},
	{"disas", prog_words},	 {"list", prog_words},	{"attach", device_words}, {"fire", fire_words},
	{"kill", kill_words},	 {"goto", goto_words},	{"print", expr_words},	{"x", expr_words},
	{"display", expr_words}, {"set", expr_words},	{"watch", expr_words},	{"rwatch", expr_words},
	{"awatch", expr_words},	 {"until", expr_words}, {"reverse-until", expr_words}, {"origin", expr_words},
	{"why", expr_words},	 {"open", NULL},	{"load", NULL},		{"pcap", NULL},
	{"source", NULL},	 {"save", NULL},	{"dot", NULL},		{"screenshot", NULL},
};

bool complete_words(struct screen *sc, const char *line, const char *word,
		    void (*add)(void *ctx, const char *name), void *ctx)
{
	const struct completion c = {sc, word, add, ctx};
	size_t n = strcspn(line + strspn(line, " "), " /");
	const struct command *command;
	struct why why;

	line += strspn(line, " ");
	if (strlen(line) == strlen(word)) {
		command_words(&c);
		return true;
	}
	command = command_find(line, n, &why);
	for (size_t i = 0; command && i < ARRAY_SIZE(arguments); i++) {
		if (strcmp(arguments[i].command, command->name) != 0)
			continue;
		if (arguments[i].words)
			arguments[i].words(&c);
		return arguments[i].words;
	}
	return true;
}
