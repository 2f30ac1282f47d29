/* The kernel's side of a system call: its copy of a program's instructions, the map that was made, the
 * element. */
#include "../map_origin.h"
#include "../program.h"
#include "memory.h"

bool memory_over(const struct debug *d, const struct debug_call *call)
{
	return debug_now(d) > call->step &&
	       (debug_call(d) != call || debug_sim(d)->work->kind != INPUT_BPF);
}

static const struct obj *object_of(const struct debug *d, s64 fd, u8 kind)
{
	const struct obj *obj = fd < 0 ? NULL : session_object((struct session *)&d->session, fd);

	return obj && obj->kind == kind ? obj : NULL;
}

const struct map *memory_map(const struct debug *d, const struct debug_call *call)
{
	const struct obj *obj = object_of(d, call->attr.map_fd, OBJ_MAP);

	return obj ? container_of(obj, struct map, obj) : NULL;
}

/* --- PROG_LOAD --- */

/* As the kernel would have it: addresses of the arena are shown where the direct map of its memory begins. */
static struct bpf_insn kernel_insn(const struct prog *prog, u32 i, bool second)
{
	const struct bpf_insn *first = &prog->insns[second ? i - 1 : i];
	struct bpf_insn insn = prog->insns[i];
	u64 imm;

	if (!insn_is_ld_imm64(first) || (second ? i : i + 1) >= prog->insn_cnt)
		return insn;
	imm = (u32)first[0].imm | (u64)(u32)first[1].imm << 32;
	if (imm - ARENA_BASE < ARENA_SIZE)
		imm += KERNEL_BASE - ARENA_BASE;
	insn.imm = second ? imm >> 32 : (u32)imm;
	return insn;
}

static void one_slot(const struct view *v, struct sheet *s, const struct prog *prog, u32 i, bool second)
{
	bool differs =
		prog->user_insns && memcmp(&prog->insns[i], &prog->user_insns[i], sizeof(*prog->insns));
	u32 patched = memory_patched(v->d);
	bool fresh = patched != UINT32_MAX && (i == patched || i == patched + 1) && differs;
	struct bpf_insn insn = kernel_insn(prog, i, second);
	char line[160];
	struct text text;

	sheet_line(s, i);
	if (i == patched)
		sheet_at(s);
	if (!sheet_wants(s))
		return;
	text_init(&text, line, sizeof(line));
	if (second)
		text_say(&text, differs ? "(upper half)" : "(second half)");
	else
		walk_insn_text(debug_sim(v->d), prog, i, &text);
	sheet_add(s, ROLE_CURRENT, "%s", i == patched ? "=>" : "  ");
	sheet_add(s, ROLE_QUIET, "%3u  ", i);
	memory_insn(s, &insn);
	sheet_add(s, differs ? ROLE_CHANGED : ROLE_QUIET, "%s ", fresh ? "*" : differs ? "≠" : " ");
	/* The opcode stands first among the bytes. */
	sheet_add(s, fresh ? ROLE_LINKED : second ? ROLE_QUIET : ROLE_PLAIN, "%s",
		  line[0] == '(' && !second && strchr(line, ' ') ? strchr(line, ' ') + 1 : line);
}

static void used_maps(struct sheet *s, const struct prog *prog)
{
	sheet_line(s, SHEET_NO_ITEM);
	if (prog->obj.id)
		sheet_add(s, ROLE_QUIET, "prog: id %u, refs %u, uses maps:", prog->obj.id, prog->obj.refs);
	else
		sheet_add(s, ROLE_QUIET, "prog: id none yet, refs %u, uses maps:", prog->obj.refs);
	for (u32 i = 0; i < prog->nused_maps; i++)
		sheet_add(s, ROLE_PLAIN, " %s", prog->used_maps[i]->obj.name);
	if (!prog->nused_maps)
		sheet_add(s, ROLE_QUIET, " none");
}

static void draw_prog(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	const struct prog_load *load = look_load(debug_sim(v->d));
	const struct obj *obj = object_of(v->d, call->result, OBJ_PROG);
	const struct prog *prog = load ? load->prog : obj && memory_over(v->d, call)
							      ? container_of(obj, struct prog, obj)
							      : NULL;

	if (!prog || !prog->insns || (load && load->stage <= LOAD_COPY)) {
		sheet_nothing(
			s, memory_over(v->d, call) && call->result < 0
				   ? "The call has failed: the kernel has thrown its copy away."
				   : "Nothing yet. The kernel copies the instructions first, then works on "
				     "its own copy.");
		return;
	}
	used_maps(s, prog);
	for (u32 i = 0, second = 0; i < prog->insn_cnt; i++) {
		one_slot(v, s, prog, i, second);
		second = second ? 0 : insn_slots(&prog->insns[i]) - 1;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "≠ differs from user memory: fd → address, in both halves");
}

/* --- MAP_CREATE: where the four values come from --- */

static void one_value(const struct view *v, struct sheet *s, const struct debug_call *call,
		      const struct map *map, const char *name)
{
	struct map_origin origin;

	map_origin_find(v->d, call, map, name, &origin);
	sheet_line(s, origin.offset);
	sheet_add(s, ROLE_TITLE, "%s", name);
	sheet_to(s, 12);
	if (map)
		sheet_add(s, ROLE_CHANGED, "%u", origin.kept);
	else
		sheet_add(s, ROLE_QUIET, "-");
	sheet_to(s, 17);
	sheet_add(s, ROLE_QUIET, "◂ %u", origin.offset);
	sheet_to(s, 23);
	if (origin.line)
		sheet_add(s, ROLE_QUIET, "◂ %u ", origin.line);
	sheet_add(s, ROLE_SOURCE, "%s", origin.source);
}

static void draw_map(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	static const char *const names[] = {"map_type", "key_size", "value_size", "max_entries"};
	const struct obj *obj = memory_over(v->d, call) ? object_of(v->d, call->result, OBJ_MAP) : NULL;
	const struct map *map = obj ? container_of(obj, struct map, obj) : NULL;

	sheet_line(s, SHEET_NO_ITEM);
	if (map)
		sheet_add(s, ROLE_CHANGED, "struct bpf_map: id %u, refs %u, \"%s\"", obj->id, obj->refs,
			  obj->name);
	else
		sheet_add(s, ROLE_QUIET,
			  call->result < 0 && memory_over(v->d, call) ? "No map was made: %s"
								      : "The map is made now.%s",
			  call->result < 0 ? errno_name(call->result) : "");
	sheet_line(s, SHEET_NO_ITEM);
	sheet_to(s, 12);
	sheet_add(s, ROLE_QUIET, "kept ◂ byte of attr ◂ line of C");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		one_value(v, s, call, map, names[i]);
}

/* --- elements, and the rest --- */

static void draw_element(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	const struct map *map = memory_map(v->d, call);
	const struct attr_field *key = attr_fields(call->cmd, &call->attr) + 1;
	const struct call_part *part = call_part_of(v->d, call, key);
	const void *value = NULL;
	char said[200];
	struct text text;

	if (!map) {
		sheet_nothing(s, "The fd leads to no map.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "fd %d → file → map %u %s, refs %u", call->attr.map_fd, map->obj.id,
		  map->obj.name, map->obj.refs);
	if (!part || part->len != map->k.key_size)
		return;
	if (!map_ops(map)->get_obj)
		value = map_look(debug_sim(v->d), (struct map *)map, part->bytes,
				 debug_sim(v->d)->clock->cpu);
	text_init(&text, said, sizeof(said));
	map_key_text(map, part->bytes, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_PLAIN, "element [%s]: ", said);
	if (!value) {
		sheet_add(s, ROLE_QUIET, map_ops(map)->get_obj ? words("an object") : words("there is none"));
		return;
	}
	text_init(&text, said, sizeof(said));
	map_value_text(map, value, &text);
	sheet_add(s, ROLE_CHANGED, "%s", said);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "   ");
	memory_bytes(s, value, min_u64(map->k.value_size, 16));
}

static void draw_other(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	const struct obj *obj = NULL;
	char said[96];
	struct text text;

	if (memory_over(v->d, call) && call->result >= 3)
		obj = session_object((struct session *)&v->d->session, call->result);
	if (!obj) {
		sheet_nothing(s,
			      memory_over(v->d, call) && call->result < 0
				      ? "The call has failed: the kernel keeps nothing of it."
				      : "What the kernel makes of this call is seen here when it returns.");
		return;
	}
	text_init(&text, said, sizeof(said));
	walk_object_text(obj, &text);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_CHANGED, "%s", said);
	sheet_add(s, ROLE_QUIET, "  refs %u, behind fd %lld", obj->refs, (long long)call->result);
	if (obj->kind == OBJ_BTF) {
		const struct btf_types *types = &btf_of((struct obj *)obj)->types;

		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_PLAIN, "%u types, checked one by one", types->end_id - types->start_id);
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	static const struct {
		int cmd;
		void (*draw)(const struct view *v, struct sheet *s, const struct debug_call *call);
	} by_command[] = {
		{BPF_PROG_LOAD, draw_prog},           {BPF_MAP_CREATE, draw_map},
		{BPF_MAP_LOOKUP_ELEM, draw_element},  {BPF_MAP_UPDATE_ELEM, draw_element},
		{BPF_MAP_DELETE_ELEM, draw_element},  {BPF_MAP_GET_NEXT_KEY, draw_element},
	};
	const struct debug_call *call = debug_call(v->d);

	if (!call) {
		sheet_nothing(s, "No system call yet.");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by_command); i++) {
		if (by_command[i].cmd == call->cmd) {
			by_command[i].draw(v, s, call);
			return;
		}
	}
	draw_other(v, s, call);
}

/* The way of one of a map's four values. */
static void explain_value(const struct view *v, const struct debug_call *call, u64 item, struct text *out)
{
	static const char *const names[] = {"map_type", "key_size", "value_size", "max_entries"};
	struct map_origin origin;

	if (item / 4 >= ARRAY_SIZE(names))
		return;
	map_origin_find(v->d, call, NULL, names[item / 4], &origin);
	text_say(out, "%s: ", names[item / 4]);
	if (origin.line)
		text_say(out, "line %u of the C file, `%s`, became a type in the BTF of section .maps; ",
			 origin.line, origin.source);
	text_say(out,
		 "the loader wrote %u to byte %u of the attr; the kernel checked it and keeps it in the map.",
		 origin.asked, origin.offset);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct debug_call *call = debug_call(v->d);

	if (call && call->cmd == BPF_MAP_CREATE)
		explain_value(v, call, item, out);
	else if (call && call->cmd == BPF_PROG_LOAD)
		pane_bytecode.explain(v, item, out);
}

static bool changed(const struct view *v)
{
	return memory_patched(v->d) != UINT32_MAX || debug_happened(v->d, EV_SYSCALL_EXIT);
}

const struct pane pane_copy = {
	.name = "copy",
	.title = "kernel memory: the copy",
	.help = "What the kernel has of its own of this call. PROG_LOAD: its copy of the instructions; ≠ "
		"marks what "
		"differs from user memory: where user space wrote an fd, the kernel has put the address of "
		"the map, "
		"in two halves (* in this step). The fd is used once, here, and then forgotten. MAP_CREATE: "
		"the map's "
		"four values, and where each comes from: the line of C, the bytes of the attr, the map. "
		"Element "
		"calls: the element itself.",
	.draw = draw,
	.changed = changed,
	.explain = explain,
};
