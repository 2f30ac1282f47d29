/* A walk as text: see walk_text.h. Stages, system calls, packets. Lines have at most 118 columns. */
#include <stdio.h>

#include "attach.h"
#include "attr.h"
#include "cli.h"
#include "record.h"
#include "walk_done.h"
#include "walk_text.h"

#define COLUMNS 118
#define LINE 256

/* --- headings --- */

enum {
	STAGE_SYSCALL = 1,
	STAGE_FD,
	STAGE_VERIFY,
	STAGE_JIT,
	STAGE_ATTACH,
	STAGE_EVENT,
	STAGE_DONE,
	STAGE_READ
};

static const struct {
	const char *title, *text;
} stages[] = {
	[STAGE_SYSCALL] =
		{
			"1 syscall",
			"The loader has read the object file. Now it asks the kernel, by the system call "
			"bpf(2) and no other "
			"way.\n"
			"A call is a command and a union bpf_attr in the loader's memory; fields that are 0 "
			"are left out here.",
		},
	[STAGE_FD] =
		{
			"2 fd",
			"What the loader holds now: small numbers. Each leads to an open file, and the file "
			"to an object in "
			"the kernel.",
		},
	[STAGE_VERIFY] =
		{
			"3 verify",
			"Before PROG_LOAD gives an fd, the program is checked: it must end, and harm nobody.",
		},
	[STAGE_JIT] =
		{
			"4 JIT",
			"The program is compiled to machine code, once, and now: before it is attached "
			"anywhere. "
			"`bpfwalk jit` shows the code.\n"
			"Here the interpreter runs the instructions one by one, so that each can be watched.",
		},
	[STAGE_ATTACH] =
		{
			"5 attach",
			"So far nothing has run. A program runs when something happens where it is attached.",
		},
	[STAGE_EVENT] = {"6 event", NULL},
	[STAGE_DONE] =
		{
			"what happened when",
			"Attaching stores an address, an event calls it: nothing is verified or compiled "
			"again.",
		},
	[STAGE_READ] =
		{
			"what is in the maps now",
			"User space reads them at any time; the program need not run for that.",
		},
};

static void heading(struct walk *w, int stage)
{
	struct walk_text *t = w->view_ctx;
	int used;

	t->stage = stage;
	printf("\n%s", cli_paint(PAINT_HEAD));
	used = printf("%s ", stages[stage].title) - 1;
	while (++used < COLUMNS)
		fputs(cli_glyph(GLYPH_LINE), stdout);
	printf("%s\n", cli_paint(PAINT_END));
	if (stages[stage].text)
		printf("%s%s%s\n", cli_paint(PAINT_QUIET), stages[stage].text, cli_paint(PAINT_END));
}

/* --- system calls --- */

static const char *command_name(int cmd)
{
	return cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;
}

static void tell_fields(struct walk *w, const struct walk_call *call)
{
	for (const struct attr_field *f = attr_fields(call->cmd, call->attr); f && f->name; f++) {
		char line[LINE];
		struct text text;

		if (attr_is_zero(f, call->attr))
			continue;
		text_init(&text, line, sizeof(line));
		attr_text(w->session, f, call->attr, &text);
		printf("      %-21s %s%s%s\n", f->name, line, f->doc[0] ? "  " : "", f->doc);
	}
}

static void tell_result(const struct walk_call *call)
{
	char line[LINE];
	struct text text;

	text_init(&text, line, sizeof(line));
	if (call->result < 0) {
		printf("    %s= -1, errno %s%s: %s\n", cli_paint(PAINT_BAD), errno_name(call->result),
		       cli_paint(PAINT_END), call->why[0] ? call->why : "no");
		return;
	}
	if (call->opened)
		walk_object_text(call->opened, &text);
	printf("    %s= %lld%s%s%s\n", cli_paint(PAINT_GOOD), (long long)call->result, cli_paint(PAINT_END),
	       call->opened ? "  a new fd: " : "", line);
}

static void tell_call(struct walk *w, const struct walk_call *call)
{
	const char *name = command_name(call->cmd);

	if (name)
		printf("\n%2u  %sbpf(BPF_%s, &attr, %u)%s  %s\n", call->number, cli_paint(PAINT_HEAD), name,
		       call->size, cli_paint(PAINT_END), bpf_commands[call->cmd].doc);
	else
		printf("\n%2u  bpf(%d, &attr, %u)  Linux 6.1 knows no such command\n", call->number,
		       call->cmd, call->size);
	tell_fields(w, call);
	tell_result(call);
}

/* --- stages 2, 3, 4: when a load is over --- */

static void tell_edges(const struct walk_check *check)
{
	static const char *const kinds[] = {
		[CFG_TREE] = "to an insn not seen before",
		[CFG_BACK] = "back to an insn that is still being explored: a loop",
		[CFG_CROSS] = "to an insn that is explored: two ways join",
	};

	for (u32 i = 0; i < check->edges; i++)
		printf("      edge %5u %s %-5u  %s\n", check->edge[i].from, cli_glyph(GLYPH_ARROW),
		       check->edge[i].to, kinds[check->edge[i].kind]);
}

static void tell_diagnosis(const struct walk_check *check)
{
	if (!check->found.rejected)
		return;
	printf("\n");
	diagnosis_print(&check->found);
	printf("\n");
}

static void tell_check(struct walk *w)
{
	const struct walk_check *check = &w->check;
	const struct walk_text *t = w->view_ctx;
	u32 count[CFG_EDGE_KINDS] = {0};

	for (u32 i = 0; i < check->edges; i++)
		count[check->edge[i].kind]++;
	if (check->edges || check->explored)
		printf("  walk 1 of 2, the graph: %u instructions explored, %u edges followed "
		       "(%u to new ground, %u joining, %u back)\n",
		       check->explored, check->edges, count[CFG_TREE], count[CFG_CROSS], count[CFG_BACK]);
	if (w->trace)
		tell_edges(check);
	if (check->found.walked)
		diagnosis_print_cost(&check->found);
	if (t->rejected) {
		printf("  %s%s rejected%s: %s\n", cli_paint(PAINT_BAD), cli_glyph(GLYPH_BAD),
		       cli_paint(PAINT_END), t->why);
		tell_diagnosis(check);
		printf("  No program, no id and no fd came into being.\n");
		return;
	}
	printf("  %saccepted%s: on every path the program ends, and each access is known to be good before "
	       "it runs.\n",
	       cli_paint(PAINT_GOOD), cli_paint(PAINT_END));
}

static void tell_load(struct walk *w)
{
	struct walk_text *t = w->view_ctx;

	if (!t->load_to_tell)
		return;
	t->load_to_tell = false;
	heading(w, STAGE_FD);
	walk_text_fds(w);
	heading(w, STAGE_VERIFY);
	tell_check(w);
	if (t->rejected)
		return;
	heading(w, STAGE_JIT);
	walk_text_jit(w->session->sim, t->prog);
}

static bool attaches(int cmd)
{
	return cmd == BPF_LINK_CREATE || cmd == BPF_RAW_TRACEPOINT_OPEN || cmd == BPF_LINK_UPDATE ||
	       cmd == BPF_LINK_DETACH || cmd == BPF_PROG_ATTACH || cmd == BPF_PROG_DETACH;
}

/* The program was loaded to be called by user space. */
bool walk_text_is_called(const struct walk *w)
{
	const struct walk_text *t = w->view_ctx;
	const struct obj *obj = obj_by_id(w->session->sim, OBJ_PROG, t->prog);

	return obj && container_of(obj, struct prog, obj)->type == BPF_PROG_TYPE_SYSCALL;
}

/* What BPF_PROG_TEST_RUN is good for. */
static const char *test_words(const struct walk *w)
{
	if (walk_text_is_called(w))
		return "No hook calls such a program: user space runs it, with BPF_PROG_TEST_RUN; its "
		       "context is zeroes here.";
	return "It is attached nowhere: BPF_PROG_TEST_RUN calls the program with one packet after the other.";
}

void walk_text_begin_events(struct walk *w, bool fired, bool event)
{
	struct walk_text *t = w->view_ctx;

	if (t->stage == STAGE_EVENT)
		return;
	tell_load(w);
	heading(w, STAGE_EVENT);
	if (event) {
		printf("%sTasks go about their business. Where an event comes by a program's hook, the "
		       "program is "
		       "called.%s\n",
		       cli_paint(PAINT_QUIET), cli_paint(PAINT_END));
		return;
	}
	printf("%s%s%s\n", cli_paint(PAINT_QUIET),
	       fired ? "Packets arrive. The device calls the program for each; what it returns is the "
		       "packet's fate."
		     : test_words(w),
	       cli_paint(PAINT_END));
	if (!w->trace)
		printf("\n%5s  %-68s %-22s %10s\n", "#", walk_text_is_called(w) ? "call" : "packet",
		       "the program's answer", "insns");
}

/* One that ran has been told as a packet. */
static void tell_test_run(const struct walk *w, const struct walk_call *call)
{
	const struct walk_text *t = w->view_ctx;

	if (call->result < 0 && !t->faulted)
		printf("    -  refused: errno %s: %s\n", errno_name(call->result), call->why);
}

/* What stood before the call is told before it changes. */
static void on_call_begin(struct walk *w, int cmd)
{
	struct walk_text *t = w->view_ctx;

	if (cmd == BPF_PROG_TEST_RUN) {
		walk_text_begin_events(w, false, false);
	} else if (attaches(cmd)) {
		tell_load(w);
		if (t->stage != STAGE_ATTACH)
			heading(w, STAGE_ATTACH);
	} else if (t->stage == 0) {
		heading(w, STAGE_SYSCALL);
	}
}

static void on_call(struct walk *w, const struct walk_call *call)
{
	struct walk_text *t = w->view_ctx;

	if (call->cmd == BPF_PROG_TEST_RUN) {
		tell_test_run(w, call);
		return;
	}
	tell_call(w, call);
	if (call->opened && call->opened->kind == OBJ_LINK)
		walk_text_hook(w->session->sim, call->opened->id);
	if (call->cmd == BPF_PROG_LOAD) {
		t->load_to_tell = true;
		t->rejected = call->result < 0;
		t->prog = call->opened ? call->opened->id : 0;
		snprintf(t->why, sizeof(t->why), "%s", call->why);
	}
}

static void on_insn(struct walk *w, const struct walk_insn *insn)
{
	const struct walk_text *t = w->view_ctx;

	(t->race ? walk_race_insn : walk_text_insn)(w, insn);
}

static void on_race(struct walk *w, u32 cpus)
{
	struct walk_text *t = w->view_ctx;

	if (!cpus) {
		walk_race_over(w);
		return;
	}
	if (t->stage != STAGE_EVENT) {
		tell_load(w);
		heading(w, STAGE_EVENT);
	}
	walk_race_heading(w, cpus);
}

static bool is_traced(struct walk *w, u32 id)
{
	const struct obj *prog = obj_by_id(w->session->sim, OBJ_PROG, id);

	u32 type = prog ? container_of(prog, struct prog, obj)->type : 0;

	return attach_is_traced(type) || attach_is_cgroup(type);
}

static void on_end(struct walk *w)
{
	struct walk_text *t = w->view_ctx;

	tell_load(w);
	if (t->packets)
		walk_text_results(w);
	else if (t->stage == STAGE_ATTACH && is_traced(w, t->prog))
		printf("\nNothing happened, so it did not run. (bpfwalk run has --event 'openat "
		       "file=/etc/passwd' and "
		       "--scenario FILE for that; bpfwalk events --list: what can happen.)\n");
	else if (t->stage == STAGE_ATTACH)
		printf("\nNo packet came, so it did not run. (bpfwalk run has --pcap FILE, --packet HEX and "
		       "--event 'PACKET' for that.)\n");
	if (obj_next(w->session->sim, OBJ_PROG, 0)) {
		heading(w, STAGE_DONE);
		walk_text_done(w->session->sim);
	}
	if (obj_next(w->session->sim, OBJ_MAP, 0)) {
		heading(w, STAGE_READ);
		walk_text_read_maps(w);
	}
}

static void on_netlink(struct walk *w, const struct walk_netlink *message)
{
	struct walk_text *t = w->view_ctx;

	tell_load(w);
	if (t->stage != STAGE_ATTACH)
		heading(w, STAGE_ATTACH);
	printf("\n%2u  %s%s%s  %s: %s\n", message->number, cli_paint(PAINT_HEAD), message->name,
	       cli_paint(PAINT_END), message->what, message->text);
	if (message->result < 0)
		printf("    %s= -1, errno %s%s: %s\n", cli_paint(PAINT_BAD), errno_name(message->result),
		       cli_paint(PAINT_END), message->why);
	else
		printf("    %s= 0%s\n", cli_paint(PAINT_GOOD), cli_paint(PAINT_END));
}

const struct walk_view walk_text_view = {
	.call_begin = on_call_begin,
	.call = on_call,
	.run_begin = walk_text_run_begin,
	.insn = on_insn,
	.printk = walk_text_printk,
	.output = walk_text_output,
	.record = walk_text_record,
	.run_end = walk_text_run_end,
	.arrival = walk_text_arrival,
	.netlink = on_netlink,
	.race = on_race,
	.orders = walk_race_orders,
	.event = walk_text_event,
	.end = on_end,
};
