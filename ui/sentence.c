/* What the last step did, in words: see sentence.h. One table by event, one by system call, one by stage. */
#include "sentence.h"
#include "call_memory.h"
#include "cli.h"
#include "link_words.h"
#include "map_meaning.h"
#include "map_show.h"

/* --- system calls --- */

static const struct {
	int cmd;
	const char *done; /* %s: what came of it */
} calls[] = {
	{BPF_BTF_LOAD, "The kernel has checked the type information and keeps it: %s."},
	{BPF_MAP_CREATE,
	 "A map exists now, in the kernel's memory: %s. Its fd is the loader's handle on it."},
	{BPF_PROG_LOAD, "The program is loaded: %s. It will not be verified or compiled again."},
	{BPF_LINK_CREATE, "Attached: %s. Nothing was verified or compiled again: the hook calls code that is "
			  "there since the load."},
	{BPF_RAW_TRACEPOINT_OPEN, "Attached: %s. Nothing was verified or compiled again: the hook calls code "
				  "that is there since the load."},
	{BPF_LINK_UPDATE, "The hook calls another program from now on; the link and its fd are the same."},
	{BPF_LINK_DETACH, "The hook calls nothing any more; the link lives on as long as somebody holds it."},
	{BPF_MAP_FREEZE, "The map is frozen: no system call can write to it any more, programs still can."},
	{BPF_OBJ_PIN, "The object has a name in bpffs now: it stays when the process ends."},
	{BPF_OBJ_GET, "The name in bpffs led to the object: %s."},
	{BPF_PROG_BIND_MAP, "The program holds a reference to the map now, without using it."},
	{BPF_PROG_ATTACH, "The hook calls the program from now on. No link: it stays until it is detached."},
	{BPF_PROG_DETACH, "The hook calls nothing any more."},
	{BPF_PROG_TEST_RUN, "The test run is over, and its results are in user memory."},
};

static const char *command_name(int cmd)
{
	const char *name = cmd >= 0 && cmd < (int)bpf_commands_count ? bpf_commands[cmd].name : NULL;

	return name ? name : "?";
}

/* "link 1": what, and where */
static void link_text(const struct sim *sim, const struct link *link, struct text *out)
{
	char place[120];
	struct text text;

	text_init(&text, place, sizeof(place));
	link_place_text(sim, link, &text);
	if (link->prog && place[0])
		text_say(out, ", which holds %s at %s", link->prog->obj.name, place);
}

static void fd_text(const struct debug *d, s64 fd, struct text *out)
{
	struct obj *obj = session_object((struct session *)&d->session, fd);

	if (!obj)
		return;
	text_say(out, "fd %lld is ", (long long)fd);
	walk_object_text(obj, out);
	if (obj->kind == OBJ_LINK)
		link_text(debug_sim(d), link_of_obj(obj), out);
}

/* Element calls: what is said of the map, and of what came of it. */
static const struct {
	int cmd;
	const char *said, *copied; /* %s: the map's name */
} element_calls[] = {
	{BPF_MAP_UPDATE_ELEM, "User space writes %s", "from"},
	{BPF_MAP_LOOKUP_ELEM, "User space reads %s", "into"},
	{BPF_MAP_DELETE_ELEM, "User space deletes %s", "from"},
	{BPF_MAP_LOOKUP_AND_DELETE_ELEM, "User space takes out of %s", "into"},
	{BPF_MAP_GET_NEXT_KEY, "User space asks %s which key comes after", "into"},
};

#define VALUE_ROOM 90 /* characters of a value */

/* "[6] = 0", ": 6 comes next": the bytes that the attr pointed to. */
static void add_element(const struct debug *d, const struct debug_call *call, const struct map *map,
			struct text *out)
{
	const struct attr_field *f = attr_fields(call->cmd, &call->attr);
	const struct call_part *key = call_part_of(d, call, f + 1), *second = call_part_of(d, call, f + 2);
	bool next = call->cmd == BPF_MAP_GET_NEXT_KEY;
	char said[400];
	struct text text;

	if (key && key->len == map->k.key_size) {
		text_say(out, next ? " " : "[");
		map_key_text(map, key->bytes, out);
		text_say(out, next ? "" : "]");
	} else if (next) {
		text_say(out, " none, that is for the first one");
	}
	if (!second)
		return;
	text_say(out, next ? ": " : " = ");
	text_init(&text, said, sizeof(said));
	if (next && second->len == map->k.key_size)
		map_key_text(map, second->bytes, &text);
	else if (second->len >= map->k.value_size)
		map_bytes_text(debug_sim(d), map, second->bytes, second->len, second->written, &text);
	text_say(out, strlen(said) > VALUE_ROOM ? "%.*s ..." : "%.*s", VALUE_ROOM, said);
}

static bool say_element(const struct debug *d, int cmd, struct text *out)
{
	const struct debug_call *call = debug_call(d);
	const struct obj *obj =
		call ? session_object((struct session *)&d->session, call->attr.map_fd) : NULL;

	if (!obj || obj->kind != OBJ_MAP || call->cmd != cmd)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(element_calls); i++) {
		if (element_calls[i].cmd != cmd)
			continue;
		text_say(out, element_calls[i].said, obj->name);
		add_element(d, call, container_of(obj, struct map, obj), out);
		text_say(out, ". The kernel copied the bytes %s the process's memory.",
			 words(element_calls[i].copied));
		return true;
	}
	return false;
}

static void say_call_exit(const struct debug *d, const struct event *e, struct text *out)
{
	char what[96];
	struct text text;

	if ((s64)e->arg[2] == -ENOENT && e->arg[1] == BPF_MAP_GET_NEXT_KEY) {
		text_say(out, "bpf(BPF_MAP_GET_NEXT_KEY) returns -1, errno ENOENT: no key comes after that "
			      "one, so user "
			      "space has seen them all.");
		return;
	}
	if ((s64)e->arg[2] < 0) {
		text_say(out, "bpf(BPF_%s) returns -1, errno %s: %s.", command_name(e->arg[1]),
			 errno_name(e->arg[2]), debug_call(d) ? debug_call(d)->why : "");
		return;
	}
	if (say_element(d, e->arg[1], out))
		return;
	text_init(&text, what, sizeof(what));
	fd_text(d, e->arg[2], &text);
	if (sentence_attached(d, what, out))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].cmd == (int)e->arg[1]) {
			text_say(out, calls[i].done, what);
			return;
		}
	}
	text_say(out, "bpf(BPF_%s) returns %lld.", command_name(e->arg[1]), (long long)e->arg[2]);
}

static void say_call_enter(const struct debug *d, const struct event *e, struct text *out)
{
	(void)d;
	text_say(out, "Process %llu calls bpf(BPF_%s): the kernel copies its %llu bytes of attr.",
		 (unsigned long long)e->arg[0], command_name(e->arg[1]), (unsigned long long)e->arg[3]);
}

/* --- loading --- */

static void say_rejected(const struct debug *d, const struct event *e, struct text *out)
{
	(void)e;
	text_say(out, "%s Rejected: %s. w shows how it came to that.", cli_glyph(GLYPH_BAD),
		 d->found.message[0] ? d->found.message : words("the verifier says no"));
}

static void say_xlat(const struct debug *d, const struct event *e, struct text *out)
{
	u32 pass = e->arg[1] + 1; /* as look_pass_name counts */
	const struct prog *prog = debug_prog(d);
	char line[80] = "";
	struct text text;

	text_init(&text, line, sizeof(line));
	if (prog && e->arg[0] < prog->insn_cnt)
		walk_insn_text(debug_sim(d), prog, e->arg[0], &text);
	text_say(out, "Translation, pass \"%s\" has rewritten insn %llu, %s: %s.", look_pass_name(pass),
		 (unsigned long long)e->arg[0],
		 line[0] == '(' && strchr(line, ' ') ? strchr(line, ' ') + 1 : line,
		 words(look_pass_doc(pass)));
}

/* The first kind of this list that was among the events tells the sentence. */
static const struct {
	u16 kind;
	void (*say)(const struct debug *d, const struct event *e, struct text *out);
} sentences[] = {
	{EV_REJECTED, say_rejected},
	{EV_FIRE, sentence_fire},
	{EV_NETLINK, sentence_netlink},
	{EV_ARRIVAL, sentence_arrival},
	{EV_VERDICT, sentence_verdict},
	{EV_RUN_START, sentence_run},
	{EV_SYSCALL_EXIT, say_call_exit},
	{EV_PATH_END, sentence_path_end},
	{EV_PATH_FORK, sentence_fork},
	{EV_CFG_EDGE, sentence_edge},
	{EV_CFG_EXPLORED, sentence_explored},
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

static void say_quiet_stage(const struct debug *d, struct text *out)
{
	const struct picture *was = &d->last.before;
	const struct event *next = debug_happened(d, EV_LOAD_STAGE);

	if (next)
		sentence_stage(d, next->arg[0], out);
	else if (was->stage == LOAD_WALK)
		sentence_known(d, out);
	else
		sentence_unit(d, out);
}

static void say_wait(struct sim *sim, const struct event *e, struct text *out)
{
	text_say(out, "the lock at ");
	walk_value_text(sim, e->arg[0], out);
	text_say(out, " is taken, CPU %llu has it; this CPU spins, and tries again with its next step.",
		 (unsigned long long)e->arg[1]);
}

/* An instruction without words of its own: what it has done to the registers. */
static void say_registers(const struct walk_insn *i, const struct debug *d, struct text *out)
{
	u32 said = 0;

	text_say(out, "An instruction of program %u was executed", i->prog->obj.id);
	for (u32 r = 0; r < MAX_BPF_REGS - 1 && said < 3; r++) {
		if (i->before[r] == i->after[r])
			continue;
		text_say(out, "%s r%u is ", said++ ? "," : ":", r);
		walk_value_text(debug_sim(d), i->after[r], out);
	}
	text_say(out, said ? " now." : "; no register has changed.");
}

void sentence_of(const struct debug *d, struct text *out)
{
	if (!d->last.any) {
		text_say(out, "Nothing has happened yet. The first step is the loader's first system call. s "
			      "steps.");
		return;
	}
	if (cpu_others_run(debug_sim(d)) && !debug_happened(d, EV_EDIT))
		text_say(out, "CPU %u: ", debug_sim(d)->clock->cpu);
	if (debug_happened(d, EV_WAIT)) {
		say_wait(debug_sim(d), debug_happened(d, EV_WAIT), out);
		return;
	}
	if (d->last.insn.prog) {
		size_t before = out->len;

		sentence_insn(d, &d->last.insn, out);
		if (out->len > before)
			return;
	}
	if (say_event(d, out))
		return;
	if (d->last.insn.prog)
		say_registers(&d->last.insn, d, out);
	else if (d->last.before.loading)
		say_quiet_stage(d, out);
	else
		text_say(out, "The machine has changed by something that is no system call and no event.");
}
