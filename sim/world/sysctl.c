/* Sysctls: see sysctl.h. */
#include "world.h"

struct sysctl_info {
	const char *name;
	u32 offset;
	s64 boot, least, most;
};

static const struct sysctl_info infos[] = {
#define X(field, name, boot, least, most, doc) {name, offsetof(struct sysctls, field), boot, least, most},
	SYSCTLS(X)
#undef X
};

void sysctls_boot(struct sysctls *sysctls)
{
	for (u32 i = 0; i < ARRAY_SIZE(infos); i++)
		*(s64 *)((u8 *)sysctls + infos[i].offset) = infos[i].boot;
}

static s64 *find(struct sim *sim, const char *name, const struct sysctl_info **info)
{
	for (u32 i = 0; i < ARRAY_SIZE(infos); i++)
		if (!strcmp(infos[i].name, name)) {
			*info = &infos[i];
			return (s64 *)((u8 *)&sim->world->sysctl + infos[i].offset);
		}
	return NULL;
}

static int can_execute(struct sim *sim)
{
	if (sim->host->exec)
		return sim->host->exec->open(sim);
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"machine code cannot be run here: that takes Linux on x86-64");
}

int sysctl_set(struct sim *sim, const char *name, s64 value)
{
	const struct sysctl_info *info;
	s64 *field = find(sim, name, &info);

	if (!field)
		return sim_fail(&sim->why, -ENOENT, "there is no sysctl %s here", name);
	if (value < info->least || value > info->most)
		return sim_fail(&sim->why, -EINVAL, "%s is %lld to %lld, not %lld", name,
				(long long)info->least, (long long)info->most, (long long)value);
	/* kernel/bpf/syscall.c, bpf_unpriv_handler: 1 is for good */
	if (field == &sim->world->sysctl.unprivileged_bpf_disabled && *field == 1 && value != 1)
		return sim_fail(&sim->why, -EPERM, "%s is 1: that can only be undone by a reboot", name);
	if (field == &sim->world->sysctl.engine && value == ENGINE_MACHINE_CODE && can_execute(sim))
		return sim->why.err;
	*field = value;
	return 0;
}
