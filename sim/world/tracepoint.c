/* Tracepoints: see tracepoint.h. */
#include "tracepoint.h"

#define COMMON_SIZE 8u

/* A line of tracepoint_list.h: of a tracepoint (system is there), or of a field of the last one. */
struct line {
	const char *system, *name;
	u32 id;
	struct tracepoint_field field;
};

static const struct line lines[] = {
#define TRACEPOINT(system_, name_, id_) {.system = #system_, .name = #name_, .id = id_},
#define FIELD(decl, off, size, is_signed) {.field = {decl, off, size, is_signed}},
#include "tracepoint_list.h"
#undef TRACEPOINT
#undef FIELD
};

static const struct syscall {
	s32 nr;
	const char *name;
	u32 enter, exit;
	const char *arg[SYSCALL_ARGS];
} syscalls[] = {
#define SYSCALL(nr_, name_, enter_, exit_, ...) {nr_, #name_, enter_, exit_, {__VA_ARGS__}},
#include "syscall_list.h"
#undef SYSCALL
};

static void fill_syscall(const struct syscall *s, bool enter, struct tracepoint *out)
{
	*out = (struct tracepoint){.system = "syscalls", .name = s->name, .nr = s->nr, .nfields = 1};
	out->prefix = enter ? "sys_enter_" : "sys_exit_";
	out->id = enter ? s->enter : s->exit;
	out->field[0] = (struct tracepoint_field){"int __syscall_nr", COMMON_SIZE, 4, true};
	if (!enter)
		out->field[out->nfields++] = (struct tracepoint_field){"long ret", 16, 8, true};
	for (u32 i = 0; enter && i < SYSCALL_ARGS && s->arg[i]; i++)
		out->field[out->nfields++] = (struct tracepoint_field){s->arg[i], 16 + 8 * i, 8, false};
}

static void fill(u32 at, struct tracepoint *out)
{
	*out = (struct tracepoint){
		.system = lines[at].system, .name = lines[at].name, .prefix = "", .nr = -1};
	out->id = lines[at].id;
	for (at++; at < ARRAY_SIZE(lines) && !lines[at].system && out->nfields < TRACEPOINT_FIELDS; at++)
		out->field[out->nfields++] = lines[at].field;
}

bool tracepoint_at(u32 i, struct tracepoint *out)
{
	u32 at = 0;

	if (i < 2 * ARRAY_SIZE(syscalls)) {
		fill_syscall(&syscalls[i / 2], i % 2 == 0, out);
		return true;
	}
	i -= 2 * ARRAY_SIZE(syscalls);
	for (; at < ARRAY_SIZE(lines); at++)
		if (lines[at].system && !i--)
			break;
	if (at == ARRAY_SIZE(lines))
		return false;
	fill(at, out);
	return true;
}

bool tracepoint_by_id(u32 id, struct tracepoint *out)
{
	for (u32 i = 0; i < ARRAY_SIZE(syscalls); i++) {
		bool enter = syscalls[i].enter == id;

		if (!enter && syscalls[i].exit != id)
			continue;
		fill_syscall(&syscalls[i], enter, out);
		return true;
	}
	for (u32 at = 0; at < ARRAY_SIZE(lines); at++) {
		if (!lines[at].system || lines[at].id != id)
			continue;
		fill(at, out);
		return true;
	}
	return false;
}

static bool has_name(const struct tracepoint *tp, const char *system, const char *name)
{
	size_t len = strlen(tp->prefix);

	return !strcmp(tp->system, system) && !strncmp(name, tp->prefix, len) &&
	       !strcmp(name + len, tp->name);
}

bool tracepoint_by_name(const char *system, const char *name, struct tracepoint *out)
{
	for (u32 i = 0; tracepoint_at(i, out); i++)
		if (has_name(out, system, name))
			return true;
	return false;
}

static void add_field(const struct tracepoint_field *f, struct text *out)
{
	text_add(out, "\tfield:%s;\toffset:%u;\tsize:%u;\tsigned:%u;\n", f->decl, f->off, f->size,
		 f->is_signed);
}

void tracepoint_format(const struct tracepoint *tp, struct text *out)
{
	static const struct tracepoint_field common[] = {
		{"unsigned short common_type", 0, 2, false},
		{"unsigned char common_flags", 2, 1, false},
		{"unsigned char common_preempt_count", 3, 1, false},
		{"int common_pid", 4, 4, true},
	};

	text_add(out, "name: %s%s\nID: %u\nformat:\n", tp->prefix, tp->name, tp->id);
	for (u32 i = 0; i < ARRAY_SIZE(common); i++)
		add_field(&common[i], out);
	text_add(out, "\n");
	for (u32 i = 0; i < tp->nfields; i++)
		add_field(&tp->field[i], out);
}

u32 tracepoint_end(const struct tracepoint *tp)
{
	const struct tracepoint_field *last = &tp->field[tp->nfields ? tp->nfields - 1 : 0];

	return tp->nfields ? last->off + last->size : COMMON_SIZE;
}

u32 tracepoint_record_size(const struct tracepoint *tp)
{
	u32 end = COMMON_SIZE;

	for (u32 i = 0; i < tp->nfields; i++)
		end = max_u64(end, tp->field[i].off + tp->field[i].size);
	return round_up_u64(end, 8);
}

const char *syscall_name(s64 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(syscalls); i++)
		if (syscalls[i].nr == nr)
			return syscalls[i].name;
	return NULL;
}

s32 syscall_nr(const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(syscalls); i++)
		if (!strcmp(syscalls[i].name, name))
			return syscalls[i].nr;
	return -1;
}
