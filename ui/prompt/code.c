/* Commands that show code: disas, list, bt, dot. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../dot.h"
#include "../expr.h"
#include "../sentence.h"
#include "../stops.h"
#include "prompt.h"

#define LIST_LINES 10

/* --- functions --- */

/* The function that instruction @at lies in: [*first, *end), its name or "". */
static const char *function_of(const struct prog *prog, u32 at, u32 *first, u32 *end)
{
	const struct btf *btf = btf_of(prog->btf);
	const char *name = prog->obj.name;

	*first = 0;
	*end = prog->insn_cnt;
	for (u32 f = 0; btf && f < prog->func_info_cnt; f++) {
		if (prog->func_info[f].insn_off > at) {
			*end = prog->func_info[f].insn_off;
			break;
		}
		*first = prog->func_info[f].insn_off;
		name = btf_name(&btf->types, prog->func_info[f].type_id);
	}
	return name;
}

/* An instruction from a number, a line, a function; without text the one at hand, or the first. */
static bool find_insn(struct screen *sc, const char *command, const char *place, u32 *insn)
{
	struct debug *d = &sc->debug;
	struct why why;

	*insn = 0;
	if (!*place) {
		if (!debug_insn(d, insn))
			*insn = 0;
		return true;
	}
	if (stops_insn(d, place, insn, &why))
		return true;
	screen_complain(sc, "%s: %s", command, why.text);
	return false;
}

/* --- disas --- */

static void raw_bytes(const struct bpf_insn *insn, struct text *out)
{
	const u8 *bytes = (const u8 *)insn;

	for (u32 i = 0; i < sizeof(*insn); i++)
		text_add(out, "%02x ", bytes[i]);
	text_add(out, " ");
}

static void disas_insn(struct screen *sc, const struct prog *prog, u32 i, u32 *shown, bool raw)
{
	struct debug *d = &sc->debug;
	char line[256];
	struct text text;
	const char *c;
	u32 number, at;
	bool first;

	c = shown ? walk_source(prog, i, &number, &first) : NULL;
	if (c && first && number != *shown)
		screen_say(sc, "%5u   ; %s\n", *shown = number, c);
	text_init(&text, line, sizeof(line));
	if (raw)
		raw_bytes(&prog->insns[i], &text);
	walk_insn_text(debug_sim(d), prog, i, &text);
	screen_say(sc, "%s%4u: %s\n", debug_insn(d, &at) && at == i ? "=>" : "  ", i, line);
}

/* Forms that a pane shows. */
static const struct pane *form_pane(char letter)
{
	return letter == 'x' ? &pane_xlated : letter == 'j' ? &pane_x86 : letter == 'g' ? &pane_glue : NULL;
}

void do_disas(struct screen *sc, const char *args)
{
	const struct prog *prog = debug_prog(&sc->debug);
	bool source = false, raw = false;
	u32 at, first, end, shown = 0;

	while (*args == '/') {
		for (args++; isalpha((u8)*args); args++) {
			source |= *args == 's' || *args == 'm';
			raw |= *args == 'r';
			if (form_pane(*args)) {
				info_pane(sc, form_pane(*args));
				return;
			}
			if (!strchr("smr", *args)) {
				screen_complain(sc,
						"disas: /s with C, /r with bytes, /x translated, /j machine "
						"code, /g glue; "
						"found '/%c'",
						*args);
				return;
			}
		}
		args += strspn(args, " ");
	}
	if (!prog) {
		screen_complain(
			sc, "disas: no program is in the kernel yet; `until pc == 0` goes to where one is");
		return;
	}
	if (!find_insn(sc, "disas", args, &at))
		return;
	screen_say(sc, "%s:\n", function_of(prog, at, &first, &end));
	for (u32 i = first; i < end; i += insn_slots(&prog->insns[i]))
		disas_insn(sc, prog, i, source ? &shown : NULL, raw);
}

/* --- list --- */

static void list_around(struct screen *sc, u32 line, u32 here)
{
	const struct debug *d = &sc->debug;
	u32 from = line > LIST_LINES / 2 ? line - LIST_LINES / 2 : 1;

	for (u32 n = from; n < from + LIST_LINES && n <= d->source_lines; n++)
		screen_say(sc, "%s%4u  %s\n", n == here ? "=>" : "  ", n, d->source[n - 1]);
	sc->list_next = from + LIST_LINES + LIST_LINES / 2;
}

static bool line_of_insn(const struct debug *d, u32 insn, u32 *line)
{
	const struct prog *prog = debug_prog(d);
	bool first;

	return prog && insn < prog->insn_cnt && walk_source(prog, insn, line, &first);
}

void do_list(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	u32 insn, here = 0, line = 0;
	char *end;

	if (!d->source_lines) {
		info_pane(sc, &pane_source);
		return;
	}
	if (debug_insn(d, &insn))
		line_of_insn(d, insn, &here);
	if (!*args) {
		bool goes_on = sc->list_next && sc->list_step == debug_now(d);

		line = goes_on ? sc->list_next : here ? here : 1;
	} else {
		line = strtoul(args, &end, 10);
		if (*end && (!find_insn(sc, "list", args, &insn) || !line_of_insn(d, insn, &line)))
			return;
	}
	if (line > d->source_lines + LIST_LINES / 2) {
		screen_complain(sc, "list: the file has %u lines", d->source_lines);
		return;
	}
	sc->list_step = debug_now(d);
	list_around(sc, line, here);
}

/* --- bt --- */

static void one_frame(struct screen *sc, u32 number, const struct prog *prog, u32 insn, const char *what)
{
	u32 first, end, line;
	bool begins;
	const char *c = insn < prog->insn_cnt ? walk_source(prog, insn, &line, &begins) : NULL;

	screen_say(sc, "#%u  %s%s insn %u", number, function_of(prog, insn, &first, &end), what, insn);
	if (c)
		screen_say(sc, "  line %u: %s", line, c);
	screen_say(sc, "\n");
}

static void frames_of_run(struct screen *sc)
{
	const struct vm *vm = debug_sim(&sc->debug)->vm;
	u32 number = 0;

	one_frame(sc, number++, vm->prog, vm_written_pc(vm), "");
	for (u32 f = vm->frame; f > 0; f--)
		one_frame(sc, number++, vm->frames[f].prog,
			  vm->frames[f].return_pc ? vm->frames[f].return_pc - 1 : 0,
			  vm->frames[f].by_helper ? ", in a helper that calls back," : "");
}

static void frames_of_walk(struct screen *sc, const struct prog_load *load)
{
	u32 insn, number = 0;
	const struct vstate *state = path_state(load->verifier, &insn);

	if (!state)
		return;
	for (u32 f = state->curframe + 1; f-- > 0;) {
		one_frame(sc, number++, load->prog, insn, "");
		insn = state->frame[f]->callsite;
	}
}

void do_bt(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	const struct prog_load *load = look_load(debug_sim(d));
	const struct debug_call *call = debug_call(d);
	u32 insn;

	(void)args;
	if (debug_sim(d)->vm->state == VM_RUNNING)
		frames_of_run(sc);
	else if (load && load->stage == LOAD_WALK && load->verifier && path_state(load->verifier, &insn))
		frames_of_walk(sc, load);
	if (look_load(debug_sim(d)) && call)
		screen_say(sc, "in bpf(BPF_PROG_LOAD), %s\n", load_stage_name(load->stage));
	else if (debug_sim(d)->work->kind == INPUT_FIRE)
		screen_say(sc, sentence_in_timer(d) ? "called by a timer whose time has come\n"
						    : "called by the hook, for a packet\n");
	else if (debug_sim(d)->work->kind == INPUT_BPF && call)
		screen_say(sc, "in bpf(BPF_%s)\n", bpf_commands[call->cmd].name);
	if (!sc->output_len)
		screen_say(sc, "Nothing runs in the kernel now.");
}

/* --- dot --- */

void do_dot(struct screen *sc, const char *args)
{
	const struct prog *prog = debug_prog(&sc->debug);
	FILE *out;

	args += *args == '>';
	args += strspn(args, " ");
	if (!*args || !prog) {
		screen_complain(
			sc,
			!prog ? "dot: no program is in the kernel yet"
			      : "dot: expected a file, for example dot > cfg.dot (then: dot -Tsvg cfg.dot)");
		return;
	}
	out = fopen(args, "w");
	if (!out) {
		screen_complain(sc, "dot: %s: %s", args, strerror(errno));
		return;
	}
	dot_print(&sc->debug, prog, out);
	if (fclose(out))
		screen_complain(sc, "dot: %s: %s", args, strerror(errno));
	else
		screen_say(sc, "The graph of %s is in %s; dot -Tsvg %s draws it.", prog->obj.name, args,
			   args);
}
