/* What the last step did, in words: see sentence.h. One table by event, one by system call, one by stage. */
#include "sentence.h"
#include "cli.h"

/* --- system calls --- */

static const struct {
	int cmd;
	const char *done; /* %s: what came of it */
} calls[] = {
	{BPF_BTF_LOAD, "The kernel has checked the type information and keeps it: %s."},
	{BPF_MAP_CREATE,
	 "A map exists now, in the kernel's memory: %s. Its fd is the loader's handle on it."},
	{BPF_PROG_LOAD, "The program is loaded: %s. It will not be verified or compiled again."},
	{BPF_MAP_UPDATE_ELEM, "User space has written an element of a map; the kernel copied key and value."},
	{BPF_MAP_LOOKUP_ELEM, "User space has read an element: the kernel copied the value out."},
	{BPF_MAP_DELETE_ELEM, "User space has deleted an element."},
	{BPF_LINK_CREATE, "The hook points to the program from now on: %s. Nothing has run yet."},
	{BPF_PROG_TEST_RUN, "The test run is over, and its results are in user memory."},
};

static const char *command_name(int cmd)
{
	const char *name = cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;

	return name ? name : "?";
}

static void fd_text(const struct debug *d, s64 fd, struct text *out)
{
	struct obj *obj = session_object((struct session *)&d->session, fd);

	if (!obj)
		return;
	text_add(out, "fd %lld is ", (long long)fd);
	walk_object_text(obj, out);
}

static void say_call_exit(const struct debug *d, const struct event *e, struct text *out)
{
	char what[96];
	struct text text;

	if ((s64)e->arg[2] < 0) {
		text_add(out, "bpf(BPF_%s) returns -1, errno %s: %s.", command_name(e->arg[1]),
			 errno_name(e->arg[2]), debug_sim(d)->why.text);
		return;
	}
	text_init(&text, what, sizeof(what));
	fd_text(d, e->arg[2], &text);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].cmd == (int)e->arg[1]) {
			text_add(out, calls[i].done, what);
			return;
		}
	}
	text_add(out, "bpf(BPF_%s) returns %lld.", command_name(e->arg[1]), (long long)e->arg[2]);
}

static void say_call_enter(const struct debug *d, const struct event *e, struct text *out)
{
	(void)d;
	text_add(out, "Process %llu calls bpf(BPF_%s): the kernel copies its %llu bytes of attr.",
		 (unsigned long long)e->arg[0], command_name(e->arg[1]), (unsigned long long)e->arg[3]);
}

/* --- loading --- */

static void say_stage(const struct debug *d, const struct event *e, struct text *out)
{
	(void)d;
	text_add(out, "Next in PROG_LOAD, %s: %s.", load_stage_name(e->arg[0]), load_stage_doc(e->arg[0]));
}

static void say_rejected(const struct debug *d, const struct event *e, struct text *out)
{
	(void)e;
	text_add(out, "%s Rejected: %s. w shows how it came to that.", cli_glyph(GLYPH_BAD),
		 d->found.message[0] ? d->found.message : "the verifier says no");
}

static void say_edge(const struct debug *d, const struct event *e, struct text *out)
{
	static const char *const kinds[] = {
		[CFG_TREE] = "not seen before, so the walk goes on from there",
		[CFG_BACK] = "still on the stack: a loop",
		[CFG_CROSS] = "already explored: two ways join, nothing to do",
	};

	(void)d;
	text_add(out, "Edge from insn %llu to %llu: %llu is %s.", (unsigned long long)e->arg[0],
		 (unsigned long long)e->arg[1], (unsigned long long)e->arg[1],
		 kinds[e->arg[2] % CFG_EDGE_KINDS]);
}

static void say_explored(const struct debug *d, const struct event *e, struct text *out)
{
	(void)d;
	text_add(out, "All ways out of insn %llu have been followed: it is explored, and leaves the stack.",
		 (unsigned long long)e->arg[0]);
}

/* Registers of which something else is known than before, in the log's words. */
static void add_known(const struct debug *d, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct picture *was = &d->last.before;
	const struct vstate *state;
	u32 insn, said = 0;

	state = load && load->verifier ? path_state(load->verifier, &insn) : NULL;
	if (!state || !was->walking || state->curframe != was->vframe)
		return;
	for (u32 r = 0; r < MAX_BPF_REGS && said < 3; r++) {
		const struct reg *reg = &state->frame[state->curframe]->reg[r];
		char now[PICTURE_TEXT];
		struct text text;

		text_init(&text, now, sizeof(now));
		if (reg->type != NOT_INIT)
			path_reg_text(debug_sim(d), load->verifier, reg, &text);
		if (strcmp(now, was->known[r]) == 0)
			continue;
		text_add(out, "%s r%u is %s", said++ ? "," : "", r, now[0] ? now : "useless");
	}
	text_add(out, said ? "." : " nothing else is known of the registers.");
}

void sentence_known(const struct debug *d, struct text *out)
{
	if (!d->last.before.walking) {
		text_add(out, "Walk 2 begins with what is known at the entry: r1 is the context, r10 the end "
			      "of the stack.");
		return;
	}
	text_add(out, "The verifier thinks insn %u through:", d->last.before.insn);
	add_known(d, out);
}

static void say_fork(const struct debug *d, const struct event *e, struct text *out)
{
	text_add(out, "insn %llu may go both ways: %llu is put aside (%llu wait), this path goes on;",
		 (unsigned long long)e->arg[1], (unsigned long long)e->arg[0], (unsigned long long)e->arg[2]);
	add_known(d, out);
}

static void say_path_end(const struct debug *d, const struct event *e, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	u32 insn;

	if (e->arg[1] == PATH_PRUNED)
		text_add(out,
			 "Pruned at insn %llu: all that is known here was known before, and that was safe.",
			 (unsigned long long)e->arg[0]);
	else
		text_add(out, "This path ends at insn %llu without a complaint.",
			 (unsigned long long)e->arg[0]);
	if (load && load->verifier && load->stage == LOAD_WALK && path_state(load->verifier, &insn))
		text_add(out, " On with the branch put aside last, at %u; %llu wait.", insn,
			 (unsigned long long)e->arg[2]);
	else
		text_add(out, " No branch waits: every path has been walked.");
}

static void say_xlat(const struct debug *d, const struct event *e, struct text *out)
{
	u32 pass = e->arg[1] + 1; /* as look_pass_name counts */

	(void)d;
	text_add(out, "Translation, pass \"%s\" (%s): it has come to insn %llu and written %llu.",
		 look_pass_name(pass), look_pass_doc(pass), (unsigned long long)e->arg[2],
		 (unsigned long long)e->arg[3]);
}

/* --- events --- */

static void say_fire(const struct debug *d, const struct event *e, struct text *out)
{
	const struct netdev *dev = netdev_by_index(debug_sim(d), e->arg[1]);

	text_add(out, "A packet has arrived at %s.", dev ? dev->name : "a device");
	if (debug_happened(d, EV_RUN_START))
		text_add(out,
			 " An XDP program is attached there, so it is called; r1 points to its context.");
	else
		text_add(out, " No program is attached there: it goes its way.");
}

static void say_run(const struct debug *d, const struct event *e, struct text *out)
{
	(void)d;
	text_add(out,
		 "Program %llu begins: r1 points to its context, r10 to the end of its stack, nothing else "
		 "may be read.",
		 (unsigned long long)e->arg[0]);
}

static void say_verdict(const struct debug *d, const struct event *e, struct text *out)
{
	static const char *const fates[] = {
		[VERDICT_NONE] = "nothing more happens",
		[VERDICT_PASS] = "it goes on to the network stack",
		[VERDICT_DROP] = "it is thrown away",
		[VERDICT_ABORTED] = "it is thrown away, as an error",
		[VERDICT_TX] = "it is sent back where it came from",
		[VERDICT_REDIRECT] = "it is sent to another device",
	};

	struct obj *obj = obj_by_id(debug_sim(d), OBJ_PROG, e->arg[0]);
	const char *fate = fates[e->arg[2] < ARRAY_SIZE(fates) ? e->arg[2] : 0];

	if (!obj) {
		text_add(out, "No program saw the packet: %s.", fate);
		return;
	}
	text_add(out, "The program said ");
	walk_retval_text(container_of(obj, struct prog, obj), e->arg[1], out);
	text_add(out, ", and the packet's fate is: %s.", fate);
}

/* The first kind of this list that was among the events tells the sentence. */
static const struct {
	u16 kind;
	void (*say)(const struct debug *d, const struct event *e, struct text *out);
} sentences[] = {
	{EV_REJECTED, say_rejected},
	{EV_FIRE, say_fire},
	{EV_VERDICT, say_verdict},
	{EV_RUN_START, say_run},
	{EV_SYSCALL_EXIT, say_call_exit},
	{EV_PATH_END, say_path_end},
	{EV_PATH_FORK, say_fork},
	{EV_CFG_EDGE, say_edge},
	{EV_CFG_EXPLORED, say_explored},
	{EV_SYSCALL_ENTER, say_call_enter},
	{EV_XLAT, say_xlat},
	{EV_EDIT, sentence_edit},
	{EV_INPUT, sentence_input},
};

static bool say_event(const struct debug *d, struct text *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		const struct event *e = debug_happened(d, sentences[i].kind);

		if (e) {
			sentences[i].say(d, e, out);
			return true;
		}
	}
	return false;
}

/* --- steps without an event --- */

static void say_jit(const struct debug *d, struct text *out)
{
	const struct prog_load *load = look_load(debug_sim(d));
	const struct prog_jit *jit = load && load->prog ? load->prog->jit : NULL;
	const struct jit_image *image;

	if (!jit || !jit->build) {
		text_add(out, "The JIT gets ready.");
		return;
	}
	image = &jit->build->func[min_u64(jit->build->current, jit->program.nfuncs - 1)];
	text_add(out, "JIT, pass %u: ", image->npasses + 1);
	if (jit->program.nfuncs > 1)
		text_add(out, "function %u, ", jit->build->current);
	if (jit->build->at)
		text_add(out, "%u bytes so far, insn %u is next%s.", jit->build->size, jit->build->at - 1,
			 jit->build->writes ? ", and bytes are written now" : "");
	else
		text_add(out, "from the beginning again; the last pass came to %u bytes.", image->size);
}

static void say_quiet_stage(const struct debug *d, struct text *out)
{
	const struct picture *was = &d->last.before;
	const struct event *next = debug_happened(d, EV_LOAD_STAGE);

	if (next)
		say_stage(d, next, out);
	else if (was->stage == LOAD_WALK)
		sentence_known(d, out);
	else if (was->stage == LOAD_JIT)
		say_jit(d, out);
	else
		text_add(out, "%s goes on: %s.", load_stage_name(was->stage), load_stage_doc(was->stage));
}

void sentence_of(const struct debug *d, struct text *out)
{
	if (!d->last.any) {
		text_add(out, "Nothing has happened yet. The first step is the loader's first system call. s "
			      "steps.");
		return;
	}
	if (d->last.insn.prog) {
		sentence_insn(d, &d->last.insn, out);
		if (out->len)
			return;
	}
	if (say_event(d, out))
		return;
	if (d->last.before.loading)
		say_quiet_stage(d, out);
	else
		text_add(out, "A setting of the machine, or an fd closed.");
}
