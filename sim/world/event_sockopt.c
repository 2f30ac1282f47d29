/* Events of sockets: options, names, and maps that they are put into. See event_net.c. */
#include "net_sites.h"

#include "happening_kinds.h"

#define FD_FIELD                                                                                             \
	{                                                                                                    \
		"fd", "the socket", FIELD_NUMBER, -1, NULL                                                   \
	}
#define LEVEL_FIELD                                                                                          \
	{                                                                                                    \
		"level", "when name= is a number: 1 = SOL_SOCKET, 6 = TCP, 0 = IP", FIELD_NUMBER, 1, NULL    \
	}

static int prepare(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->value[V_A0] = h->value[NET_FD];
	h->value[V_A1] = h->value[NET_LEVEL];
	return 0;
}

static int prepare_name(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->value[V_A0] = h->value[NET_FD];
	return 0;
}

/* --- options --- */

static const struct happening_field set_fields[] = {
	FD_FIELD,
	{"name", "of the option: SO_RCVBUF, TCP_NODELAY, ... or its number", FIELD_TEXT, 0, "SO_REUSEADDR"},
	{"value", "a number or a text; prog:NAME for SO_ATTACH_REUSEPORT_EBPF", FIELD_TEXT, 0, "1"},
	LEVEL_FIELD,
	{0},
};
static const u8 set_places[] = {NET_FD, NET_NAME, NET_VALUE, NET_LEVEL};

static const struct happening_step set_steps[] = {
	{0, STEP_FUNC, "__x64_sys_setsockopt", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_setsockopt", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_NET, "net", .attach = NET_SETSOCKOPT},
	{0},
};

const struct happening_kind happening_setsockopt = {
	.name = "setsockopt",
	.doc = "a task sets an option of a socket",
	.example = "setsockopt pid=1000 fd=3 name=SO_RCVBUF value=65536",
	.nr = 54,
	.fields = set_fields,
	.places = set_places,
	.steps = set_steps,
	.prepare = prepare,
};

static const struct happening_field get_fields[] = {
	FD_FIELD,
	{"name", "of the option: SO_RCVBUF, TCP_NODELAY, ... or its number", FIELD_TEXT, 0, "SO_RCVBUF"},
	LEVEL_FIELD,
	{0},
};
static const u8 get_places[] = {NET_FD, NET_NAME, NET_LEVEL};

static const struct happening_step get_steps[] = {
	{0, STEP_FUNC, "__x64_sys_getsockopt", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "__sys_getsockopt", .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_NET, "net", .attach = NET_GETSOCKOPT},
	{0},
};

const struct happening_kind happening_getsockopt = {
	.name = "getsockopt",
	.doc = "a task asks for an option of a socket",
	.example = "getsockopt pid=1000 fd=3 name=SO_RCVBUF",
	.nr = 55,
	.fields = get_fields,
	.places = get_places,
	.steps = get_steps,
	.prepare = prepare,
};

/* --- names --- */

static const struct happening_field fd_alone[] = {FD_FIELD, {0}};

static const struct happening_step sockname_steps[] = {
	{0, STEP_FUNC, "__x64_sys_getsockname", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "inet_getname", .ret = V_RET, .decides = true},
	{2, STEP_NET, "net", .attach = NET_SOCKNAME},
	{0},
};

const struct happening_kind happening_getsockname = {
	.name = "getsockname",
	.doc = "a task asks which address its socket has",
	.example = "getsockname pid=1000 fd=3",
	.nr = 51,
	.fields = fd_alone,
	.steps = sockname_steps,
	.prepare = prepare_name,
};

static const struct happening_step peername_steps[] = {
	{0, STEP_FUNC, "__x64_sys_getpeername", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "inet_getname", .ret = V_RET, .decides = true},
	{2, STEP_NET, "net", .attach = NET_PEERNAME},
	{0},
};

const struct happening_kind happening_getpeername = {
	.name = "getpeername",
	.doc = "a task asks with whom its socket is connected",
	.example = "getpeername pid=1000 fd=3",
	.nr = 52,
	.fields = fd_alone,
	.steps = peername_steps,
	.prepare = prepare_name,
};

/* --- maps --- */

static const struct happening_field join_fields[] = {
	FD_FIELD,
	{"map", "a map of sockets: its name", FIELD_TEXT, 0, ""},
	{"key", "where in it", FIELD_NUMBER, 0, NULL},
	{0},
};
static const u8 join_places[] = {NET_FD, NET_MAP, NET_KEY};

static const struct happening_step join_steps[] = {
	{0, STEP_FUNC, "__x64_sys_bpf", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "bpf_map_update_value", .ret = V_RET, .decides = true},
	{2, STEP_NET, "net", .attach = NET_JOIN},
	{0},
};

const struct happening_kind happening_join = {
	.name = "join",
	.doc = "a task puts a socket into a map of sockets (BPF_MAP_UPDATE_ELEM)",
	.example = "join pid=1000 fd=4 map=pair key=0",
	.nr = 321,
	.fields = join_fields,
	.places = join_places,
	.steps = join_steps,
	.prepare = prepare_name,
};
