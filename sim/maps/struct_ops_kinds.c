/*
 * What the kernel has tables of functions of: TCP congestion controls, and one for its own tests.
 *
 * Mirrors net/ipv4/bpf_tcp_ca.c (members), tcp_register_congestion_control of net/ipv4/tcp_cong.c and
 * net/bpf/bpf_dummy_struct_ops.c. Debian's kernel has reno and cubic built in.
 */
#include "struct_ops_table.h"

#define CONG_FLAGS 3u /* TCP_CONG_NON_RESTRICTED | TCP_CONG_NEEDS_ECN */

static bool is_builtin(const char *name)
{
	return !strcmp(name, "reno") || !strcmp(name, "cubic");
}

/* Has another map registered a congestion control of this name, or is it one of the kernel's own? */
static bool name_is_taken(struct sim *sim, const char *name)
{
	struct obj *obj = NULL;

	while ((obj = obj_next(sim, OBJ_MAP, obj ? obj->id : 0))) {
		struct map *map = container_of(obj, struct map, obj);
		struct struct_ops_table *t = map_ops(map) == &struct_ops_ops ? struct_ops_of(map) : NULL;
		s32 member = t && t->state == STRUCT_OPS_STATE_INUSE ? member_by_name(sim, table_type(sim, t), "name") : -1;

		if (member >= 0 && !strcmp((const char *)member_at(sim, t, member), name))
			return true;
	}
	return is_builtin(name);
}

static int cong_name(struct sim *sim, const u8 *at)
{
	char name[BPF_OBJ_NAME_LEN];

	memcpy(name, at, sizeof(name));
	if (obj_name_check(name) <= 0)
		return sim_fail(&sim->why, -EINVAL, "name: 1 to 15 letters, digits, '_' and '.', then a zero");
	if (name_is_taken(sim, name))
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

static int cong_register(struct sim *sim, const struct struct_ops_table *t)
{
	if (has(sim, t, "ssthresh") && has(sim, t, "undo_cwnd") &&
	    (has(sim, t, "cong_avoid") || has(sim, t, "cong_control")))
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"a congestion control has ssthresh, undo_cwnd, and cong_avoid or cong_control");
}

static int dummy_member(struct sim *sim, const char *name, const u8 *at)
{
	(void)name, (void)at;
	return sim_fail(&sim->why, -EOPNOTSUPP, "this table is for BPF_PROG_TEST_RUN only: nobody can register one");
}

static int dummy_register(struct sim *sim, const struct struct_ops_table *t)
{
	(void)t;
	return dummy_member(sim, NULL, NULL);
}

const struct struct_ops_kind struct_ops_kinds[STRUCT_OPS_KINDS] = {
	{"tcp_congestion_ops", cong_member, cong_register},
	{"bpf_dummy_ops", dummy_member, dummy_register},
};
