/* Attaching iterators, by section name: see attach.h. */
#include <stdio.h>

#include "attach_kind.h"

/* The fd of the loader's first map that can be gone over in such a way; 0: there is none. */
static int map_to_go_over(const struct attaching *a, const char *target)
{
	const struct session *s = a->w->session;
	const struct task *task = task_by_pid(s->sim, s->pid);
	bool storage = strcmp(target, "bpf_sk_storage_map") == 0;

	for (int fd = 0; fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = task->fds[fd].file ? task->fds[fd].file->obj : NULL;
		u32 type = obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj)->k.map_type : 0;

		if (obj && type && !strchr(obj->name, '.') && (type == BPF_MAP_TYPE_SK_STORAGE) == storage)
			return fd;
	}
	return 0;
}

/* bpf_program__attach_iter, and the pin that bpftool iter pin makes: under the program's name. */
s64 attach_iterator(const struct attaching *a)
{
	struct user_memory *user = a->w->session->user;
	union bpf_iter_link_info info = {0};
	union bpf_attr attr = {0}, pin = {0};
	char path[64];
	s64 link;

	user_reset(user);
	if (strcmp(a->rest, "bpf_map_elem") == 0 || strcmp(a->rest, "bpf_sk_storage_map") == 0)
		info.map.map_fd = map_to_go_over(a, a->rest);
	else if (strcmp(a->rest, "cgroup") == 0)
		info.cgroup.order = BPF_CGROUP_ITER_DESCENDANTS_PRE;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	attr.link_create.iter_info = user_put(user, &info, sizeof(info));
	attr.link_create.iter_info_len = sizeof(info);
	link = attach_link_create(a, &attr);
	if (link < 0)
		return link;
	snprintf(path, sizeof(path), BPFFS_ROOT "/%.40s", a->program->name);
	user_reset(user);
	pin.bpf_fd = link;
	pin.pathname = user_put(user, path, strlen(path) + 1);
	return attach_failed(a, walk_bpf(a->w, BPF_OBJ_PIN, user_put_attr(user, &pin, ATTR_END(file_flags)),
					 ATTR_END(file_flags)));
}

u32 attach_iterators(const struct program_file *file, u32 from)
{
	while (from < file->elf->program_count &&
	       (file->fd[from] < 0 || file->elf->programs[from].expected_attach_type != BPF_TRACE_ITER))
		from++;
	return from;
}
