/* What the files of iterators' kinds share. */
#ifndef SIM_ITER_TARGET_H
#define SIM_ITER_TARGET_H

#include "iter.h"

/* KSYM_NAME_LEN of 6.1 */
#define KSYM_NAME_MAX 512u

/* Zeroed memory for the object at hand; it goes with that. NULL: there is none. */
void *iter_make(struct sim *sim, struct iter *it, u64 size);

/* iter_task.c */
int iter_attach_task(struct sim *sim, struct call *call, const struct link *link, const union bpf_iter_link_info *info,
		struct iter_info *out);
void task_info(const struct iter_info *info, struct bpf_link_info *out);
int find_task(struct sim *sim, struct iter *it, bool begins);
void pass_task(struct iter *it);
/* by at[1]: */
int find_task_file(struct sim *sim, struct iter *it, bool begins);
int find_task_vma(struct sim *sim, struct iter *it, bool begins);
void pass_task_part(struct iter *it);

/* iter_cgroup.c */
int iter_attach_cgroup(struct sim *sim, struct call *call, const struct link *link, const union bpf_iter_link_info *info,
		  struct iter_info *out);
void cgroup_info(const struct iter_info *info, struct bpf_link_info *out);
int find_cgroup(struct sim *sim, struct iter *it, bool begins);
/* by at[0], one after the other */
void pass_one(struct iter *it);

#endif
