/* Which rights and which attach types PROG_LOAD wants from each program type. */
#ifndef SIM_PROG_RULES_H
#define SIM_PROG_RULES_H

#include "world/task.h"

/*
 * Does Linux 6.1, as Debian 12 builds it, have this type? All of them can be loaded, whether the simulation
 * has its hook or not.
 */
bool prog_type_exists(u32 type);
/* 0 or -EPERM with the sentence. */
int prog_check_rights(struct sim *sim, const struct task *task, u32 type);
/* The attach type that stands for 0 (bpf_prog_load_fixup_attach_type). */
u32 prog_default_attach_type(u32 type, u32 attach_type);
/*
 * expected_attach_type and the target (bpf_prog_load_check_attach): 0 or -EINVAL with the sentence.
 * @target_prog: another program is the target; @target_btf_id: a type in its BTF or in
 * the kernel's, 0 = none.
 */
int prog_check_attach(struct sim *sim, u32 type, u32 attach_type, bool target_prog, u32 target_btf_id);

#endif
