/* The table of layouts. */
#include "layout.h"

#define PHASE(name) (1u << PHASE_##name)
/* The last panes of a layout, which wait behind the one before them. */
#define BEHIND(pane) {&pane, 0, 0, 0, 0}

const struct layout layouts[LAYOUTS + 1] = {
	{"load",
	 "a system call: its attr, the fds, what PROG_LOAD does",
	 PHASE(BOOT) | PHASE(SYSCALL) | PHASE(CHECK) | PHASE(FD),
	 {{&pane_attr, 0, 0, 17, 14},
	  {&pane_fds, 0, 14, 6, 24},
	  {&pane_user, 6, 14, 11, 24},
	  {&pane_copy, 11, 14, 17, 24},
	  {&pane_stages, 17, 0, 24, 14},
	  {&pane_calls, 17, 14, 24, 24},
	  BEHIND(pane_moments)}},
	{"graph",
	 "verifier, walk 1: the control flow graph",
	 PHASE(GRAPH),
	 {{&pane_cfg, 0, 0, 19, 12},
	  {&pane_dfs, 0, 12, 19, 18},
	  {&pane_slots, 0, 18, 19, 24},
	  {&pane_log, 19, 0, 24, 24},
	  BEHIND(pane_moments)}},
	{"verify",
	 "verifier, walk 2: every path, with what is known",
	 PHASE(PATHS),
	 {{&pane_bytecode, 0, 0, 9, 8},
	  {&pane_paths, 9, 0, 15, 8},
	  {&pane_state, 0, 8, 15, 17},
	  {&pane_branches, 0, 17, 15, 24},
	  {&pane_log, 15, 0, 24, 10},
	  {&pane_source, 15, 10, 24, 18},
	  {&pane_budget, 15, 18, 24, 24},
	  BEHIND(pane_moments)}},
	{"rejected",
	 "the verifier says no: why, where, and how the path came to that",
	 PHASE(REJECTED),
	 {{&pane_card, 0, 11, 24, 24},
	  {&pane_bytecode, 0, 0, 10, 11},
	  {&pane_state, 10, 0, 17, 11},
	  {&pane_log, 17, 0, 24, 11},
	  BEHIND(pane_moments)}},
	{"jit",
	 "as written, translated, machine code",
	 PHASE(TRANSLATE) | PHASE(JIT),
	 {{&pane_written, 0, 0, 15, 8},
	  {&pane_xlated, 0, 8, 15, 16},
	  {&pane_x86, 0, 16, 15, 24},
	  {&pane_passes, 15, 0, 24, 8},
	  {&pane_abi, 15, 8, 24, 16},
	  {&pane_encoding, 15, 16, 24, 24},
	  BEHIND(pane_moments)}},
	{"attach",
	 "hooks, and what they hold",
	 PHASE(ATTACH),
	 {{&pane_hooks, 0, 0, 11, 12},
	  {&pane_hook, 0, 12, 8, 24},
	  {&pane_objects, 11, 0, 18, 12},
	  {&pane_attr, 18, 0, 24, 12},
	  {&pane_glue, 8, 12, 17, 24},
	  {&pane_moments, 17, 12, 24, 24}}},
	{"event",
	 "the program runs: code, registers, maps, packet",
	 PHASE(EVENT),
	 {{&pane_bytecode, 0, 7, 13, 16},
	  {&pane_x86, 0, 16, 13, 24},
	  {&pane_source, 0, 0, 13, 7},
	  {&pane_registers, 13, 0, 24, 9},
	  {&pane_stack, 13, 9, 18, 16},
	  {&pane_maps, 18, 9, 24, 16},
	  {&pane_packet, 13, 16, 24, 24},
	  BEHIND(pane_moments),
	  BEHIND(pane_glue),
	  BEHIND(pane_timers)}},
	{"user",
	 "user space reads and writes maps: the call, its memory, what it sees",
	 PHASE(USER),
	 {{&pane_lane, 0, 0, 12, 12},
	  {&pane_maps, 0, 12, 12, 24},
	  {&pane_attr, 12, 0, 18, 12},
	  {&pane_calls, 18, 0, 24, 12},
	  {&pane_user, 12, 12, 19, 24},
	  {&pane_copy, 19, 12, 24, 24},
	  BEHIND(pane_moments)}},
	{"maps",
	 "what the maps hold, and the calls that read and write them",
	 0,
	 {{&pane_maps, 0, 0, 11, 10},
	  {&pane_map, 0, 10, 24, 24},
	  {&pane_calls, 11, 0, 17, 10},
	  {&pane_attr, 17, 0, 24, 10},
	  BEHIND(pane_moments),
	  BEHIND(pane_timers)}},
	{"objects",
	 "kernel objects and who holds them",
	 0,
	 {{&pane_objects, 0, 0, 24, 12},
	  {&pane_fds, 0, 12, 12, 24},
	  {&pane_hooks, 12, 12, 24, 24},
	  BEHIND(pane_moments)}},
	{"cpus",
	 "programs on several CPUs at once",
	 0,
	 {{&pane_bytecode, 0, 0, 14, 12},
	  {&pane_cpus, 0, 12, 24, 24},
	  {&pane_source, 14, 0, 24, 6},
	  {&pane_maps, 14, 6, 24, 12},
	  BEHIND(pane_moments)}},
	{"context",
	 "context and packet beside the code",
	 0,
	 {{&pane_bytecode, 0, 0, 18, 12},
	  {&pane_trace, 18, 0, 24, 12},
	  {&pane_context, 0, 12, 10, 24},
	  {&pane_packet, 10, 12, 24, 24},
	  BEHIND(pane_moments)}},
	{"machine",
	 "the machine code on this CPU, instruction by instruction",
	 0,
	 {{&pane_machine, 0, 0, 24, 10},
	  {&pane_cpu, 0, 10, 16, 24},
	  {&pane_source, 16, 10, 24, 17},
	  {&pane_maps, 16, 17, 20, 24},
	  {&pane_stack, 20, 17, 24, 24},
	  BEHIND(pane_moments)}},
	{"run",
	 "the program runs, on a narrow screen: both forms of code on a line",
	 0,
	 {{&pane_code, 0, 0, 14, 24},
	  {&pane_brief, 14, 0, 24, 24},
	  BEHIND(pane_source),
	  BEHIND(pane_stack),
	  BEHIND(pane_maps),
	  BEHIND(pane_packet),
	  BEHIND(pane_moments),
	  BEHIND(pane_timers)}},
	{NULL, NULL, 0, {{0}}},
};

const struct layout *layout_by_name(const char *name)
{
	for (const struct layout *l = layouts; l->name; l++)
		if (strncmp(l->name, name, strlen(name)) == 0)
			return l;
	return NULL;
}

/* What narrow screens show, where that is not the same panes as tabs. */
static const char *const narrow[][2] = {{"event", "run"}};

bool layout_is_narrow(const struct layout *layout)
{
	for (u32 i = 0; i < ARRAY_SIZE(narrow); i++)
		if (strcmp(narrow[i][1], layout->name) == 0)
			return true;
	return false;
}

const struct layout *layout_fit(const struct layout *layout, bool wide)
{
	for (u32 i = 0; i < ARRAY_SIZE(narrow); i++)
		if (strcmp(narrow[i][wide], layout->name) == 0)
			return layout_by_name(narrow[i][!wide]);
	return layout;
}

const struct layout *layout_for(enum phase phase)
{
	for (const struct layout *l = layouts; l->name; l++)
		if (l->phases & 1u << phase)
			return l;
	return layouts;
}
