; Who opens files: tasks outside of the cgroup in jailed[0] are counted in seen[0], tasks inside in seen[1].

.section kprobe
.license GPL
.map jailed cgroup_array 4 4 1
.map seen array 4 8 2

	r1 = map[jailed]
	r2 = 0
	call bpf_current_task_under_cgroup
	*(u32 *)(r10 -4) = r0
	r2 = r10
	r2 += -4
	r1 = map[seen]
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = 1
	lock *(u64 *)(r0 +0) += r1
out:
	r0 = 0
	exit
