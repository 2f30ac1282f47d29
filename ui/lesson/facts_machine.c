/* What lessons can ask of the machine: where it stands, what was done when, verdicts, results, texts. See
 * fact.h. */
#include <stdio.h>
#include <strings.h>

#include "../raw_call.h"
#include "fact.h"

const struct fact_word fact_words[] = {
	{"syscall", PIPE_SYSCALL, "stage"},
	{"fd", PIPE_FD, "stage"},
	{"verify", PIPE_VERIFY, "stage"},
	{"jit", FACT_JIT, "stage, runs_by"},
	{"attach", FACT_ATTACH, "stage, moment"},
	{"event", FACT_EVENT, "stage, moment"},
	{"none", FACT_NONE, "stage, runs_by, verdict, moment"},
	{"load", FACT_LOAD, "moment"},
	{"every-event", FACT_EVERY_EVENT, "moment"},
	{"interpreter", FACT_INTERPRETER, "runs_by"},
	{"accepted", FACT_ACCEPTED, "verdict"},
	{"rejected", FACT_REJECTED, "verdict"},
	{"EPERM", EPERM, "result"},
	{"ENOENT", ENOENT, "result"},
	{"E2BIG", E2BIG, "result"},
	{"EBADF", EBADF, "result"},
	{"EAGAIN", EAGAIN, "result"},
	{"ENOMEM", ENOMEM, "result"},
	{"EACCES", EACCES, "result"},
	{"EFAULT", EFAULT, "result"},
	{"EBUSY", EBUSY, "result"},
	{"EEXIST", EEXIST, "result"},
	{"EINVAL", EINVAL, "result"},
	{"ENOSPC", ENOSPC, "result"},
	{"ENOTSUPP", ENOTSUPP, "result"},
	{"EOPNOTSUPP", EOPNOTSUPP, "result"},
	{NULL, 0, NULL},
};

/* --- where it stands --- */

static int stage(struct asked *a)
{
	a->number = phase_pipe(debug_phase(&a->sc->debug));
	return 0;
}

static int insn(struct asked *a)
{
	u32 at;

	if (!debug_insn(&a->sc->debug, &at))
		return sim_fail(a->why, -ENODATA, "no program is being run or walked now");
	a->number = at;
	return 0;
}

static int running(struct asked *a)
{
	const struct vm *vm = debug_sim(&a->sc->debug)->vm;

	a->number = vm->state == VM_RUNNING && (!a->args || vm->prog == fact_prog(a, 0));
	return 0;
}

static int at_end(struct asked *a)
{
	a->number = debug_now(&a->sc->debug) == debug_end(&a->sc->debug);
	return 0;
}

/* --- what was done --- */

static u64 done(const struct debug *d, enum done_what what)
{
	u64 n = 0;

	for (u32 when = 0; when < DONE_WHENS; when++)
		n += debug_sim(d)->world->done.count[what][when];
	return n;
}

/* Loads that have come to their end: accepted, or not. */
static u32 loads(const struct debug *d, bool accepted)
{
	u32 n = 0;

	for (u32 i = 0; i < d->loads && d->load[i].verdict <= debug_now(d); i++)
		n += !!d->load[i].prog == accepted;
	return n;
}

static u32 links(const struct debug *d)
{
	u32 n = 0;

	for (struct obj *obj = obj_next(debug_sim(d), OBJ_LINK, 0); obj;
	     obj = obj_next(debug_sim(d), OBJ_LINK, obj->id))
		n++;
	return n;
}

static int count_all(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	const struct {
		const char *what;
		u64 n;
	} counts[] = {
		{"load", loads(d, true)},
		{"reject", loads(d, false)},
		{"verify", done(d, DONE_VERIFIED)},
		{"compile", done(d, DONE_COMPILED)},
		{"attach", links(d)},
		{"glue", done(d, DONE_GLUE)},
		{"event", done(d, DONE_RUN)},
	};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (strcmp(counts[i].what, a->arg[0]) != 0)
			continue;
		a->number = counts[i].n;
		return 0;
	}
	return sim_fail(a->why, -EINVAL,
			"count of load, reject, verify, compile, attach, event or glue, not '%.40s'",
			a->arg[0]);
}

static int count(struct asked *a)
{
	const struct prog *prog = a->args > 1 ? fact_prog(a, 1) : NULL;
	const struct {
		const char *what;
		u64 n;
	} counts[] = {
		{"load", !!prog},
		{"verify", prog ? prog->counts.verified : 0},
		{"compile", prog ? prog->counts.compiled : 0},
		{"attach", prog ? prog->counts.attached : 0},
		{"event", prog ? prog->counts.runs : 0},
	};

	if (a->args < 2)
		return count_all(a);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (strcmp(counts[i].what, a->arg[0]) != 0)
			continue;
		a->number = counts[i].n;
		return 0;
	}
	return sim_fail(a->why, -EINVAL,
			"of a program: count of load, verify, compile, attach or event, not '%.40s'",
			a->arg[0]);
}

/* The load that made program @id; NULL: none that was recorded. */
static const struct debug_load *load_of(const struct debug *d, u32 id)
{
	for (u32 i = 0; i < d->loads; i++)
		if (d->load[i].prog == id)
			return &d->load[i];
	return NULL;
}

/* Over all that is recorded, also what comes later than the present moment. */
static int moment(struct asked *a)
{
	static const u8 answers[DONE_WHENS] = {
		[DONE_AT_LOAD] = FACT_LOAD, [DONE_AT_ATTACH] = FACT_ATTACH, [DONE_AT_EVENT] = FACT_EVENT};
	const struct debug *d = &a->sc->debug;
	const struct prog *prog = a->args > 1 ? fact_prog(a, 1) : NULL;
	const struct debug_load *load = prog ? load_of(d, prog->obj.id) : d->loads ? d->load : NULL;

	if (strcmp(a->arg[0], "compile") != 0)
		return sim_fail(a->why, -EINVAL, "moment is asked like this: moment(compile, prog NAME)");
	a->number = FACT_NONE;
	for (u32 i = 0; load && i < d->deeds; i++) {
		const struct debug_deed *deed = &d->deed[i];

		if (deed->kind != EV_COMPILED || deed->step <= load->begin)
			continue;
		if (deed->when == DONE_AT_LOAD && deed->step > load->verdict)
			continue; /* another program's */
		a->number = deed->when == DONE_AT_EVENT && a->number == FACT_EVENT ? FACT_EVERY_EVENT
										   : answers[deed->when];
	}
	return 0;
}

u32 fact_edits(const struct debug *d)
{
	u32 n = 0;

	for (u32 i = 0; i < d->deeds && d->deed[i].step <= debug_now(d); i++)
		n += d->deed[i].kind == EV_EDIT;
	return n;
}

/* --- what came of it --- */

/* Of the load that this moment is about, once it is known. */
static int verdict(struct asked *a)
{
	const struct debug *d = &a->sc->debug;

	a->number = !d->loads || debug_now(d) < d->verdict ? FACT_NONE
		    : d->found.rejected                    ? FACT_REJECTED
							   : FACT_ACCEPTED;
	return 0;
}

static int rejected(struct asked *a)
{
	const struct debug *d = &a->sc->debug;

	a->number = debug_rejected(d) && strstr(d->found.message, a->arg[0]);
	snprintf(a->text, sizeof(a->text), "%.200s", debug_rejected(d) ? d->found.message : "");
	return 0;
}

static int logged(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	size_t n = strlen(a->arg[0]), len = debug_logged(d);

	a->number = d->log && memmem(d->log, len, a->arg[0], n);
	return 0;
}

static int printed(struct asked *a)
{
	const struct trace *trace = debug_sim(&a->sc->debug)->trace;
	u64 first = trace->count > TRACE_LINES ? trace->count - TRACE_LINES : 0;

	for (u64 i = first; i < trace->count; i++)
		a->number += !!strstr(trace->line[i % TRACE_LINES].text, a->arg[0]);
	return 0;
}

/* The last value that a program, or that one, has returned. */
static int returned(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	const struct prog *prog = a->args ? fact_prog(a, 0) : NULL;

	for (u32 i = d->marks; i-- > 0;) {
		const struct moment_mark *m = &d->mark[i];

		if ((m->kind != EV_VERDICT && m->kind != EV_RUN_EXIT) || m->step > debug_now(d) ||
		    (a->args && (!prog || m->arg != prog->obj.id)))
			continue;
		a->number = m->result;
		return 0;
	}
	return sim_fail(a->why, -ENODATA, "no program has returned yet");
}

/* Its number, or -1 with the sentence. */
static int find_command(struct asked *a)
{
	int cmd = raw_call_command(a->arg[0]);

	if (cmd < 0)
		sim_fail(a->why, -EINVAL, "there is no command '%.40s' of bpf(2); one is map_create",
			 a->arg[0]);
	return cmd;
}

static int calls(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	int cmd = find_command(a);

	if (cmd < 0)
		return -EINVAL;
	for (u32 i = 0; i < d->calls && d->call[i].step < debug_now(d); i++)
		a->number += (int)d->call[i].cmd == cmd;
	return 0;
}

/* Of the last one that began; while it is in progress, its end is known already. */
static int result(struct asked *a)
{
	const struct debug *d = &a->sc->debug;
	const struct debug_call *found = NULL;
	int cmd = find_command(a);

	if (cmd < 0)
		return -EINVAL;
	for (u32 i = 0; i < d->calls && d->call[i].step < debug_now(d); i++)
		if ((int)d->call[i].cmd == cmd)
			found = &d->call[i];
	if (!found)
		return sim_fail(a->why, -ENODATA, "no such call was made yet");
	a->number = found->result;
	if (a->number < 0)
		snprintf(a->text, sizeof(a->text), "-%s", errno_name(a->number));
	return 0;
}

static int sysctl(struct asked *a)
{
	static const struct {
		const char *name;
		size_t offset;
	} settings[] = {
#define X(field, name, boot, least, most, doc) {name, offsetof(struct sysctls, field)},
		SYSCTLS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (strcmp(settings[i].name, a->arg[0]) != 0)
			continue;
		a->number = *(const s64 *)((const char *)&debug_sim(&a->sc->debug)->world->sysctl +
					   settings[i].offset);
		return 0;
	}
	return sim_fail(a->why, -EINVAL, "there is no sysctl '%.60s'", a->arg[0]);
}

const struct fact facts_machine[] = {
	{"stage", "stage", "the pipeline's stage: syscall fd verify jit attach event", "stage == verify",
	 true, stage},
	{"insn", "insn", "number, as written, of the instruction that comes next: of the run or of a walk",
	 "insn == 7", true, insn},
	{"running", "running(prog P)", "is it in the midst of a run?", "running(prog xdp_count)", true,
	 running},
	{"at_end", "at_end", "does one stand at the end of what is recorded?", "at_end", true, at_end},
	{"count", "count(WHAT) or count(WHAT, prog P)",
	 "how often until now: load verify compile attach event; all "
	 "together also reject glue",
	 "count(event, prog xdp_count) >= 2", false, count},
	{"moment", "moment(compile, prog P)", "when the JIT worked: load attach event every-event none",
	 "moment(compile, prog xdp_count) == load", false, moment},
	{"verdict", "verdict", "of the last load: none accepted rejected", "verdict == rejected", true,
	 verdict},
	{"rejected", "rejected(\"TEXT\")",
	 "the load was rejected, and the last line of the log has TEXT; as a value, that line",
	 "rejected(\"R0 invalid mem access\")", false, rejected},
	{"logged", "logged(\"TEXT\")", "the verifier's log of the last load has TEXT by now",
	 "logged(\"processed 18 insns\")", false, logged},
	{"printed", "printed(\"TEXT\")", "how many lines of trace_pipe have TEXT", "printed(\"execve\") >= 1",
	 false, printed},
	{"returned", "returned(prog P) or returned", "what the last run returned",
	 "returned(prog xdp_drop) == 1", true, returned},
	{"calls", "calls(CMD)", "how many calls of that command of bpf(2)", "calls(map_lookup_elem) >= 3",
	 false, calls},
	{"result", "result(CMD)", "of the last such call: an fd, 0, or an errno",
	 "result(map_create) == -EINVAL", false, result},
	{"sysctl", "sysctl(NAME)", "its value", "sysctl(net.core.bpf_jit_enable) == 0", false, sysctl},
	{NULL, NULL, NULL, NULL, false, NULL},
};
