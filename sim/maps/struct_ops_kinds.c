/*
 * What the kernel has tables of functions of: TCP congestion controls, and one for its own tests.
 *
 * Mirrors net/ipv4/bpf_tcp_ca.c (members), tcp_register_congestion_control of net/ipv4/tcp_cong.c and
 * net/bpf/bpf_dummy_struct_ops.c. Debian's kernel has reno and cubic built in.
 */
#include "struct_ops_table.h"
#include "../world/tcp_conn.h"

#define CONG_FLAGS 3u /* TCP_CONG_NON_RESTRICTED | TCP_CONG_NEEDS_ECN */

static bool is_builtin(const char *name)
{
	return !strcmp(name, "reno") || !strcmp(name, "cubic");
}

static int cong_name(struct sim *sim, const u8 *at)
{
	char name[BPF_OBJ_NAME_LEN];

	memcpy(name, at, sizeof(name));
	if (obj_name_check(name) <= 0)
		return sim_fail(&sim->why, -EINVAL, "name: 1 to 15 letters, digits, '_' and '.', then a zero");
	if (is_builtin(name) || tcp_cong_by_name(sim, name))
		return sim_fail(&sim->why, -EEXIST, "there is a congestion control %s already", name);
	return 1;
}

static int cong_member(struct sim *sim, const char *name, const u8 *at)
{
	u32 flags;

	if (!strcmp(name, "name"))
		return cong_name(sim, at);
	if (strcmp(name, "flags"))
		return 0;
	memcpy(&flags, at, sizeof(flags));
	if (flags & ~CONG_FLAGS)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: a congestion control knows 0x%x", flags, CONG_FLAGS);
	return 1;
}

static bool has(struct sim *sim, const struct struct_ops_table *t, const char *name)
{
	s32 member = member_by_name(sim, table_type(sim, t), name);

	return member >= 0 && t->prog[member];
}

static int cong_register(struct sim *sim, struct map *map)
{
	struct struct_ops_table *t = struct_ops_of(map);
	s32 name = member_by_name(sim, table_type(sim, t), "name");

	if (name >= 0 && has(sim, t, "ssthresh") && has(sim, t, "undo_cwnd") &&
	    (has(sim, t, "cong_avoid") || has(sim, t, "cong_control")))
		return tcp_cong_add(sim, (const char *)member_at(sim, t, name), &map->obj);
	return sim_fail(&sim->why, -EINVAL,
			"a congestion control has ssthresh, undo_cwnd, and cong_avoid or cong_control");
}

static void cong_unregister(struct sim *sim, struct map *map)
{
	tcp_cong_remove(sim, &map->obj);
}

static int dummy_member(struct sim *sim, const char *name, const u8 *at)
{
	(void)name, (void)at;
	return sim_fail(&sim->why, -EOPNOTSUPP, "this table is for BPF_PROG_TEST_RUN only: nobody can register one");
}

static int dummy_register(struct sim *sim, struct map *map)
{
	(void)map;
	return dummy_member(sim, NULL, NULL);
}

const struct struct_ops_kind struct_ops_kinds[STRUCT_OPS_KINDS] = {
	{"tcp_congestion_ops", cong_member, cong_register, cong_unregister},
	{"bpf_dummy_ops", dummy_member, dummy_register, NULL},
};
