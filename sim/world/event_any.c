/* Events that are said in full: any system call, any function of the kernel. */
#include "../btf.h"
#include "happening_kinds.h"
#include "tracepoint.h"
#include "world.h"

/* --- a system call --- */

enum { S_NAME = V_F0, S_A0 };
enum { S_FUNC = V_X0 };

#define ARG_FIELDS                                                                                           \
	{"a0", "its arguments", FIELD_NUMBER, 0, NULL}, {"a1", "", FIELD_NUMBER, 0, NULL},                   \
		{"a2", "", FIELD_NUMBER, 0, NULL}, {"a3", "", FIELD_NUMBER, 0, NULL},                        \
		{"a4", "", FIELD_NUMBER, 0, NULL},                                                           \
	{                                                                                                    \
		"a5", "", FIELD_NUMBER, 0, NULL                                                              \
	}

static const struct happening_field syscall_fields[] = {
	{"name", "of the system call: mkdirat", FIELD_TEXT, 0, "getpid"},
	ARG_FIELDS,
	{0},
};

static int prepare_syscall(struct sim *sim, struct happening *h)
{
	const char *name = (const char *)h->value[S_NAME];
	s32 nr = syscall_nr(name);
	char func[64];
	struct text text;

	if (nr < 0)
		return sim_fail(&sim->why, -EINVAL,
				"name=%.40s: no system call of that name is in the catalogue", name);
	text_init(&text, func, sizeof(func));
	text_add(&text, "__x64_sys_%s", name);
	h->value[V_NR] = nr;
	h->value[S_FUNC] = happening_text(sim, h, func);
	memcpy(&h->value[V_A0], &h->value[S_A0], 6 * sizeof(u64));
	return h->value[S_FUNC] ? 0 : -ENOMEM;
}

static const struct happening_step syscall_steps[] = {
	{0, STEP_FUNC, "*", .named = S_FUNC, .arg = {V_REGS}, .ret = V_RET},
	{0},
};

const struct happening_kind happening_syscall = {
	.name = "syscall",
	.doc = "a task makes a system call",
	.example = "syscall pid=1000 name=mkdirat a2=0755 ret=0",
	.nr = -1,
	.fields = syscall_fields,
	.steps = syscall_steps,
	.prepare = prepare_syscall,
};

/* --- a function of the kernel --- */

enum { C_FUNC = V_F0, C_A0, C_NS = V_F7 };

static const struct happening_field call_fields[] = {
	{"func", "its name", FIELD_TEXT, 0, "schedule"},
	ARG_FIELDS,
	{"time", "how long it takes: 250, 12us, 3ms", FIELD_TIME, 100, NULL},
	{0},
};

static int prepare_call(struct sim *sim, struct happening *h)
{
	const struct btf_types *types = sim->host->vmlinux;
	const char *name = (const char *)h->value[C_FUNC];

	if (types && !btf_find(types, name, BTF_KIND_FUNC))
		return sim_fail(&sim->why, -EINVAL, "func=%.60s: the kernel has no function of that name",
				name);
	return 0;
}

static const struct happening_step call_steps[] = {
	{0, STEP_FUNC, "*", .named = C_FUNC, .arg = {V_F1, V_F2, V_F3, V_F4, V_F5, V_F6}, .ret = V_RET,
	 .ns = C_NS},
	{0},
};

const struct happening_kind happening_call = {
	.name = "call",
	.doc = "the kernel calls one of its functions",
	.example = "call func=tcp_sendmsg pid=1000 a2=512 ret=512 time=3us",
	.nr = -1,
	.fields = call_fields,
	.steps = call_steps,
	.prepare = prepare_call,
};
