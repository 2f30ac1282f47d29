/* bpf(2): see syscall.h. Mirrors __sys_bpf of kernel/bpf/syscall.c. */
#include "syscall.h"
#include "mem.h"
#include "time.h"

/* A program makes the call, and this is memory of its own. */
static bool is_kernels(const struct sim *sim, u64 addr)
{
	return sim->world->attr_of_kernel && addr >= ARENA_BASE && addr < ARENA_BASE + ARENA_SIZE;
}

static int write_kernel(const struct sim *sim, u64 addr, const void *src, u64 n)
{
	struct arena_block block;

	if (!arena_find(sim->arena, addr, &block) || addr + n > block.base + block.size)
		return -EFAULT;
	memcpy((void *)addr, src, n);
	return 0;
}

int copy_in(struct sim *sim, struct task *task, void *dst, u64 uaddr, u64 n)
{
	int err = is_kernels(sim, uaddr) ? mem_read(sim, dst, uaddr, n) : timeline_copy_in(sim, task->pid, dst, uaddr, n);

	event_send(sim, EV_COPY_IN, 0, uaddr, n, 0, 0);
	return err ? sim_fail(&sim->why, -EFAULT, "the %llu bytes at user address 0x%llx cannot be read",
			      (unsigned long long)n, (unsigned long long)uaddr)
		   : 0;
}

int copy_out(struct sim *sim, struct task *task, u64 uaddr, const void *src, u64 n)
{
	int err = is_kernels(sim, uaddr) ? write_kernel(sim, uaddr, src, n)
					 : timeline_copy_out(sim, task->pid, uaddr, src, n);

	event_send(sim, EV_COPY_OUT, 0, uaddr, n, 0, 0);
	return err ? sim_fail(&sim->why, -EFAULT, "the %llu bytes at user address 0x%llx cannot be written",
			      (unsigned long long)n, (unsigned long long)uaddr)
		   : 0;
}

/*
 * Reads in pieces that end at multiples of 64, so that no piece reaches into a page
 * beyond the terminator's.
 */
s64 copy_in_string(struct sim *sim, struct task *task, char *dst, u64 uaddr, u64 cap)
{
	for (u64 len = 0; len < cap;) {
		u64 n = min_u64(cap - len, 64 - (uaddr + len) % 64);
		int err = copy_in(sim, task, dst + len, uaddr + len, n);
		char *end;

		if (err)
			return err;
		end = memchr(dst + len, 0, n);
		if (end)
			return end - dst;
		len += n;
	}
	return cap;
}

int check_tail_zero(struct sim *sim, struct task *task, u64 uaddr, u64 known, u64 actual)
{
	u8 tail[64];

	if (actual > ARENA_PAGE)
		return sim_fail(&sim->why, -E2BIG, "size %llu is more than a page",
				(unsigned long long)actual);
	for (u64 at = known; at < actual; at += sizeof(tail)) {
		u64 n = min_u64(sizeof(tail), actual - at);
		int err = copy_in(sim, task, tail, uaddr + at, n);

		if (err)
			return err;
		for (u64 i = 0; i < n; i++)
			if (tail[i])
				return sim_fail(
					&sim->why, -E2BIG,
					"byte %llu is %u: Linux 6.1 knows %llu bytes, the rest must be 0",
					(unsigned long long)(at + i), tail[i], (unsigned long long)known);
	}
	return 0;
}

void log_flush(struct sim *sim, struct task *task, struct log *log)
{
	struct why why = sim->why; /* the reason for the log must not be replaced by what happens to it */

	if (!log->waiting || !log->ubuf)
		return;
	if (copy_out(sim, task, log->ubuf + log->used - log->waiting, log->text, log->waiting + 1))
		log->ubuf = 0;
	log->waiting = 0;
	sim->why = why;
}

bool bpf_capable(const struct sim *sim, const struct task *task)
{
	(void)sim;
	return task_capable(task, CAP_BPF_BIT);
}

static int check_fields(struct sim *sim, const struct call *call, const struct bpf_command *command)
{
	const u8 *attr = (const u8 *)&call->attr;

	for (u32 i = command->end; i && i < KERNEL_ATTR_SIZE; i++)
		if (attr[i])
			return sim_fail(&sim->why, -EINVAL,
					"%s reads %u bytes of the attr; byte %u after them is %u, not 0",
					command->name, command->end, i, attr[i]);
	return 0;
}

/* Creating things needs CAP_BPF unless the sysctl says otherwise; who has an fd may use it. */
static bool may_call(const struct sim *sim, const struct call *call)
{
	bool creates = call->cmd == BPF_MAP_CREATE || call->cmd == BPF_PROG_LOAD;

	return !creates || !sim->world->sysctl.unprivileged_bpf_disabled || bpf_capable(sim, call->task);
}

/* Only PROG_QUERY asks for its capability before it looks at the fields. */
static int check_query(struct sim *sim, const struct call *call)
{
	if (call->cmd != BPF_PROG_QUERY || task_capable(call->task, CAP_NET_ADMIN_BIT))
		return 0;
	return sim_fail(&sim->why, -EPERM, "PROG_QUERY needs CAP_NET_ADMIN");
}

/* The part before the command's own body; the kernel's order. */
static s64 enter(struct sim *sim, struct call *call)
{
	int err;

	if (!may_call(sim, call))
		return sim_fail(&sim->why, -EPERM,
				"this needs CAP_BPF, because kernel.unprivileged_bpf_disabled is %lld",
				(long long)sim->world->sysctl.unprivileged_bpf_disabled);
	err = check_tail_zero(sim, call->task, call->uattr, KERNEL_ATTR_SIZE, call->size);
	if (!err)
		err = copy_in(sim, call->task, &call->attr, call->uattr,
			      min_u64(call->size, KERNEL_ATTR_SIZE));
	if (err)
		return err;
	if ((u32)call->cmd >= bpf_commands_count || !bpf_commands[call->cmd].run)
		return sim_fail(&sim->why, -EINVAL, "there is no bpf command %d here", call->cmd);
	err = check_query(sim, call);
	return err ? err : check_fields(sim, call, &bpf_commands[call->cmd]);
}

s64 call_unit(struct sim *sim, struct call *call)
{
	s64 err;

	if (!call->entered) {
		call->entered = true;
		err = enter(sim, call);
		if (err)
			return err;
	}
	return bpf_commands[call->cmd].run(sim, call);
}

const struct bpf_command bpf_commands[] = {
	[BPF_MAP_CREATE] = {"MAP_CREATE", "a new map and an fd for it", ATTR_END(map_extra), cmd_map_create},
	[BPF_MAP_LOOKUP_ELEM] = {"MAP_LOOKUP_ELEM", "the value of a key",
		ATTR_END(flags), cmd_map_lookup_elem},
	[BPF_MAP_UPDATE_ELEM] = {"MAP_UPDATE_ELEM", "sets the value of a key",
		ATTR_END(flags), cmd_map_update_elem},
	[BPF_MAP_DELETE_ELEM] = {"MAP_DELETE_ELEM", "deletes a key", ATTR_END(key), cmd_map_delete_elem},
	[BPF_MAP_GET_NEXT_KEY] = {"MAP_GET_NEXT_KEY", "the key after this one, to walk through a map",
		ATTR_END(next_key), cmd_map_get_next_key},
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = {"MAP_LOOKUP_AND_DELETE_ELEM", "takes a value out",
		ATTR_END(flags), cmd_map_lookup_and_delete_elem},
	[BPF_MAP_FREEZE] = {"MAP_FREEZE", "no more writes by system calls", ATTR_END(map_fd), cmd_map_freeze},
	[BPF_PROG_TEST_RUN] = {"PROG_TEST_RUN", "runs a program on given data",
		ATTR_END(test.batch_size), cmd_prog_test_run},
	[BPF_MAP_LOOKUP_BATCH] = {"MAP_LOOKUP_BATCH", "many keys and values",
		ATTR_END(batch.flags), cmd_map_lookup_batch},
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = {"MAP_LOOKUP_AND_DELETE_BATCH", "takes many elements out",
		ATTR_END(batch.flags), cmd_map_lookup_and_delete_batch},
	[BPF_MAP_UPDATE_BATCH] = {"MAP_UPDATE_BATCH", "sets many values",
		ATTR_END(batch.flags), cmd_map_update_batch},
	[BPF_MAP_DELETE_BATCH] = {"MAP_DELETE_BATCH", "deletes many keys",
		ATTR_END(batch.flags), cmd_map_delete_batch},
	[BPF_PROG_LOAD] = {"PROG_LOAD", "checks a program and keeps it",
		ATTR_END(core_relo_rec_size), cmd_prog_load},
	[BPF_OBJ_PIN] = {"OBJ_PIN", "gives an object a name in bpffs, so that it outlives its fds",
		ATTR_END(file_flags), cmd_obj_pin},
	[BPF_OBJ_GET] = {"OBJ_GET", "opens a pinned object", ATTR_END(file_flags), cmd_obj_get},
	[BPF_PROG_GET_NEXT_ID] = {"PROG_GET_NEXT_ID", "the next program's id",
		ATTR_END(next_id), cmd_get_next_id},
	[BPF_MAP_GET_NEXT_ID] = {"MAP_GET_NEXT_ID", "the next map's id", ATTR_END(next_id), cmd_get_next_id},
	[BPF_BTF_GET_NEXT_ID] = {"BTF_GET_NEXT_ID", "the next BTF object's id",
		ATTR_END(next_id), cmd_get_next_id},
	[BPF_LINK_GET_NEXT_ID] = {"LINK_GET_NEXT_ID", "the next link's id",
		ATTR_END(next_id), cmd_get_next_id},
	[BPF_PROG_GET_FD_BY_ID] = {"PROG_GET_FD_BY_ID", "a new fd for the program with this id",
		ATTR_END(prog_id), cmd_get_fd_by_id},
	[BPF_MAP_GET_FD_BY_ID] = {"MAP_GET_FD_BY_ID", "a new fd for the map with this id",
		ATTR_END(open_flags), cmd_get_fd_by_id},
	[BPF_BTF_LOAD] = {"BTF_LOAD", "checks type information and makes an object of it",
		ATTR_END(btf_log_level), cmd_btf_load},
	[BPF_BTF_GET_FD_BY_ID] = {"BTF_GET_FD_BY_ID", "a new fd for the BTF with this id",
		ATTR_END(btf_id), cmd_get_fd_by_id},
	[BPF_LINK_GET_FD_BY_ID] = {"LINK_GET_FD_BY_ID", "a new fd for the link with this id",
		ATTR_END(link_id), cmd_get_fd_by_id},
	[BPF_OBJ_GET_INFO_BY_FD] = {"OBJ_GET_INFO_BY_FD", "what the kernel knows of the object behind an fd",
		ATTR_END(info.info), cmd_obj_get_info_by_fd},
	[BPF_PROG_ATTACH] = {"PROG_ATTACH", "attaches a program to a cgroup, sockmap or network namespace",
		ATTR_END(replace_bpf_fd), cmd_prog_attach},
	[BPF_PROG_DETACH] = {"PROG_DETACH", "takes it away again", ATTR_END(attach_type), cmd_prog_detach},
	[BPF_PROG_QUERY] = {"PROG_QUERY", "which programs are attached there",
		ATTR_END(query.prog_attach_flags), cmd_prog_query},
	[BPF_LINK_CREATE] = {"LINK_CREATE",
		"attaches a program to a hook; the attachment is an object of its own",
		ATTR_END(link_create.kprobe_multi.cookies), cmd_link_create},
	[BPF_LINK_UPDATE] = {"LINK_UPDATE", "puts another program in the place of a link's",
		ATTR_END(link_update.old_prog_fd), cmd_link_update},
	[BPF_LINK_DETACH] = {"LINK_DETACH", "takes a link's program off its hook; the link stays",
		ATTR_END(link_detach.link_fd), cmd_link_detach},
	[BPF_RAW_TRACEPOINT_OPEN] = {"RAW_TRACEPOINT_OPEN",
		"attaches a program to a raw tracepoint, or to the function that it was loaded for",
		ATTR_END(raw_tracepoint.prog_fd), cmd_raw_tracepoint_open},
	[BPF_TASK_FD_QUERY] = {"TASK_FD_QUERY", "what a perf event or raw tracepoint is, and its program",
		ATTR_END(task_fd_query.probe_addr), cmd_task_fd_query},
	[BPF_PROG_BIND_MAP] = {"PROG_BIND_MAP", "a program holds a map that its instructions do not name",
		ATTR_END(prog_bind_map.flags), cmd_prog_bind_map},
	[BPF_ITER_CREATE] = {"ITER_CREATE", "makes a file of an iterator's link, to be read",
		ATTR_END(iter_create.flags), cmd_iter_create},
	[BPF_ENABLE_STATS] = {"ENABLE_STATS", "count and time runs as long as the fd is open",
		ATTR_END(enable_stats.type), cmd_enable_stats},
};

const u32 bpf_commands_count = ARRAY_SIZE(bpf_commands);
