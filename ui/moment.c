/* A moment of a session: see moment.h. What is under way is put into words once, and both tell it. */
#include <stdio.h>

#include "moment.h"
#include "walk_json.h"
#include "walk_text.h"

#define WORDS 512

static bool program_runs(const struct sim *sim)
{
	return sim->vm->state == VM_RUNNING;
}

static void say_program(const struct sim *sim, struct text *out)
{
	text_add(out, "Program %u %s is running, instruction %llu of this run comes next",
		 sim->vm->prog->obj.id, sim->vm->prog->obj.name, (unsigned long long)sim->vm->insns + 1);
}

/* The depth-first walk: which insn is looked at, how deep, how far. */
static void say_cfg(struct sim *sim, const struct verifier *v, struct text *out)
{
	const struct cfg *cfg = &v->cfg;
	u32 top = cfg->depth ? cfg->stack[cfg->depth - 1] : 0;

	text_add(out, "; it has explored %u insns, %u are on its stack, the last one is\n    %u: ",
		 cfg->explored, cfg->depth, top);
	walk_insn_text(sim, v->prog, top, out);
}

static void say_load(struct sim *sim, const struct prog_load *load, struct text *out)
{
	const struct verifier *v = load->verifier;

	text_add(out, ", at stage %s:\n%s", load_stage_name(load->stage), load_stage_doc(load->stage));
	if (v && load->stage == LOAD_CFG && !load->err)
		say_cfg(sim, v, out);
	else if (v && v->at)
		text_add(out, ", from insn %u on", v->at);
}

static const char *command_name(int cmd)
{
	const char *name = cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;

	return name ? name : "?";
}

static void say_syscall(struct sim *sim, struct text *out)
{
	const struct prog_load *load = look_load(sim);

	text_add(out, "The system call bpf(BPF_%s) of process %u is under way",
		 command_name(sim->work->call.cmd), sim->work->pid);
	if (load)
		say_load(sim, load, out);
}

static void say_doing(struct sim *sim, struct text *out)
{
	if (program_runs(sim))
		say_program(sim, out);
	else if (sim->work->kind == INPUT_BPF)
		say_syscall(sim, out);
	else if (sim->work->kind == INPUT_FIRE && sim->vm->state != VM_IDLE)
		text_add(out, "Program %u %s has ended, and the device is about to do what it said",
			 sim->vm->prog->obj.id, sim->vm->prog->obj.name);
	else if (sim->work->kind == INPUT_FIRE)
		text_add(out, "A packet is about to arrive");
	else
		text_add(out, "Nothing is under way");
}

/* --- text --- */

static void tell_registers(struct sim *sim)
{
	for (int r = 0; r < MAX_BPF_REGS; r++) {
		char line[128];
		struct text text;

		text_init(&text, line, sizeof(line));
		walk_value_text(sim, sim->vm->reg[r], &text);
		printf("    r%-3d %s\n", r, line);
	}
}

static void insn_text(struct sim *sim, char *line, size_t size)
{
	struct text text;

	text_init(&text, line, size);
	if (vm_insn(sim->vm))
		walk_insn_text_of(sim, sim->vm->prog, sim->vm->pc, sim->vm->translated, &text);
}

static void tell_insn(struct sim *sim)
{
	struct walk_insn insn;
	const char *source;
	char line[256];
	u32 number;
	bool first;

	walk_insn_begin(&insn, sim);
	source = walk_insn_source(&insn, &number, &first);
	if (source)
		printf("    ; %.100s  (line %u)\n", source, number);
	insn_text(sim, line, sizeof(line));
	printf("    %u: %s\n", sim->vm->pc, line);
}

void moment_tell(struct session *s)
{
	struct sim *sim = s->sim;
	struct walk_text view = {0};
	struct walk w = {.session = s, .view_ctx = &view};
	char words[WORDS];
	struct text doing;

	text_init(&doing, words, sizeof(words));
	say_doing(sim, &doing);
	printf("Step %llu of %llu.  %s%s\n", (unsigned long long)sim_now(sim),
	       (unsigned long long)sim_end(sim), words, program_runs(sim) ? ":" : ".");
	if (program_runs(sim)) {
		tell_insn(sim);
		tell_registers(sim);
	}
	walk_text_fds(&w);
	walk_text_maps(&w);
}

/* --- JSON --- */

static json_t *registers_json(struct sim *sim)
{
	json_t *o = json_object();

	for (int r = 0; r < MAX_BPF_REGS; r++) {
		char name[16], line[128];
		struct text text;

		snprintf(name, sizeof(name), "r%d", r);
		text_init(&text, line, sizeof(line));
		walk_value_text(sim, sim->vm->reg[r], &text);
		json_object_set_new(o, name, walk_json_string(line));
	}
	return o;
}

static json_t *program_json(struct sim *sim)
{
	char line[256];

	insn_text(sim, line, sizeof(line));
	return json_pack("{sisssIsisoso}", "id", (int)sim->vm->prog->obj.id, "name", sim->vm->prog->obj.name,
			 "insns", (json_int_t)sim->vm->insns, "pc", (int)sim->vm->pc, "text",
			 walk_json_string(line), "registers", registers_json(sim));
}

void moment_tell_json(struct session *s)
{
	struct sim *sim = s->sim;
	json_t *document = json_object();
	char words[WORDS];
	struct text doing;

	text_init(&doing, words, sizeof(words));
	say_doing(sim, &doing);
	json_object_set_new(document, "step", json_integer(sim_now(sim)));
	json_object_set_new(document, "end", json_integer(sim_end(sim)));
	json_object_set_new(document, "doing", walk_json_string(words));
	if (program_runs(sim))
		json_object_set_new(document, "running", program_json(sim));
	walk_json_state(document, s);
	json_dumpf(document, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(document);
}
