/*
 * Every command alike: an attr of zeroes, one of ones, and zeroes with a single byte set, at each place; with all
 * capabilities, with none, and with none where unprivileged users may call bpf(2).
 */
#include "test/errno/sys/sys.h"

#define SIZE 144

#define NO_ID 0x7ffffffe /* no object has it, nor one above it */

static const struct {
	int cmd;
	const char *name;
	unsigned first; /* what the attr begins with, where not zero */
} commands[] = {
	{BPF_MAP_CREATE, "MAP_CREATE", 0},
	{BPF_MAP_LOOKUP_ELEM, "MAP_LOOKUP_ELEM", 0},
	{BPF_MAP_UPDATE_ELEM, "MAP_UPDATE_ELEM", 0},
	{BPF_MAP_DELETE_ELEM, "MAP_DELETE_ELEM", 0},
	{BPF_MAP_GET_NEXT_KEY, "MAP_GET_NEXT_KEY", 0},
	{BPF_PROG_LOAD, "PROG_LOAD", 0},
	{BPF_OBJ_PIN, "OBJ_PIN", 0},
	{BPF_OBJ_GET, "OBJ_GET", 0},
	{BPF_PROG_ATTACH, "PROG_ATTACH", 0},
	{BPF_PROG_DETACH, "PROG_DETACH", 0},
	{BPF_PROG_TEST_RUN, "PROG_TEST_RUN", 0},
	{BPF_PROG_GET_NEXT_ID, "PROG_GET_NEXT_ID", NO_ID},
	{BPF_MAP_GET_NEXT_ID, "MAP_GET_NEXT_ID", NO_ID},
	{BPF_PROG_GET_FD_BY_ID, "PROG_GET_FD_BY_ID", NO_ID},
	{BPF_MAP_GET_FD_BY_ID, "MAP_GET_FD_BY_ID", NO_ID},
	{BPF_OBJ_GET_INFO_BY_FD, "OBJ_GET_INFO_BY_FD", 0},
	{BPF_PROG_QUERY, "PROG_QUERY", 0},
	{BPF_BTF_LOAD, "BTF_LOAD", 0},
	{BPF_BTF_GET_FD_BY_ID, "BTF_GET_FD_BY_ID", NO_ID},
	{BPF_MAP_LOOKUP_AND_DELETE_ELEM, "MAP_LOOKUP_AND_DELETE_ELEM", 0},
	{BPF_MAP_FREEZE, "MAP_FREEZE", 0},
	{BPF_BTF_GET_NEXT_ID, "BTF_GET_NEXT_ID", NO_ID},
	{BPF_MAP_LOOKUP_BATCH, "MAP_LOOKUP_BATCH", 0},
	{BPF_MAP_LOOKUP_AND_DELETE_BATCH, "MAP_LOOKUP_AND_DELETE_BATCH", 0},
	{BPF_MAP_UPDATE_BATCH, "MAP_UPDATE_BATCH", 0},
	{BPF_MAP_DELETE_BATCH, "MAP_DELETE_BATCH", 0},
	{BPF_LINK_CREATE, "LINK_CREATE", 0},
	{BPF_LINK_UPDATE, "LINK_UPDATE", 0},
	{BPF_LINK_GET_FD_BY_ID, "LINK_GET_FD_BY_ID", NO_ID},
	{BPF_LINK_GET_NEXT_ID, "LINK_GET_NEXT_ID", NO_ID},
	{BPF_ENABLE_STATS, "ENABLE_STATS", 0},
	{BPF_LINK_DETACH, "LINK_DETACH", 0},
	{BPF_PROG_BIND_MAP, "PROG_BIND_MAP", 0},
};

union bytes {
	union bpf_attr attr;
	unsigned first;
	unsigned char byte[SIZE];
};

/* An fd that comes of it is closed at once, and counts as 0. */
static long call(int cmd, union bytes *attr)
{
	long ret = sys_bpf(cmd, attr, SIZE);

	if (ret > 2)
		sys_close(ret);
	return ret > 0 ? 0 : ret;
}

static void zeroes_and_ones(const char *who)
{
	for (unsigned i = 0; i < COUNT(commands); i++) {
		union bytes zeroes = {.byte = {0}}, ones;

		zeroes.first = commands[i].first;
		memset(&ones, 0xff, sizeof(ones));
		line(call(commands[i].cmd, &zeroes), "%s: %s, zeroes", who, commands[i].name);
		line(call(commands[i].cmd, &ones), "%s: %s, ones", who, commands[i].name);
	}
}

/* One line for neighbours with the same answer. */
static void single_bytes(unsigned i)
{
	unsigned from = 0;
	long last = 0;

	for (unsigned at = 0; at <= SIZE; at++) {
		union bytes attr = {.byte = {0}};
		long ret = 1;

		attr.first = commands[i].first;
		if (at < SIZE) {
			attr.byte[at] |= 1;
			ret = call(commands[i].cmd, &attr);
		}
		if (at && ret != last) {
			line(last, "%s, byte %u to %u set", commands[i].name, from, at - 1);
			from = at;
		}
		last = ret;
	}
}

int main(void)
{
	zeroes_and_ones("root");
	for (unsigned i = 0; i < COUNT(commands); i++)
		single_bytes(i);
	sys_caps(CAPS_NONE);
	zeroes_and_ones("no capabilities");
	sys_caps(CAPS_ALL);
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	sys_caps(CAPS_NONE);
	zeroes_and_ones("no capabilities, unprivileged bpf enabled");
	return 0;
}
