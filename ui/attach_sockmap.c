/* Attaching programs to a map of sockets, as a loader does: see attach.h. */
#include "attach.h"

#define FDS_SEEN 256

bool attach_is_sockmap(u32 prog_type)
{
	return prog_type == BPF_PROG_TYPE_SK_SKB || prog_type == BPF_PROG_TYPE_SK_MSG;
}

/* The fd of the first sockmap, or -1. */
static int sockmap_fd(struct session *s)
{
	for (int fd = 0; fd < FDS_SEEN; fd++) {
		struct obj *obj = session_object(s, fd);
		u32 type = obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj)->k.map_type : 0;

		if (type == BPF_MAP_TYPE_SOCKMAP || type == BPF_MAP_TYPE_SOCKHASH)
			return fd;
	}
	return -1;
}

s64 attach_sockmap(struct walk *w, const struct program_file *file, struct text *error)
{
	struct session *s = w->session;
	int map = sockmap_fd(s);
	s64 result = 0;

	for (u32 i = 0; i < file->elf->program_count && result >= 0; i++) {
		const struct elf_program *program = &file->elf->programs[i];
		union bpf_attr attr = {.target_fd = map,
				       .attach_bpf_fd = file->fd[i],
				       .attach_type = program->expected_attach_type};

		if (file->fd[i] < 0 || !attach_is_sockmap(program->prog_type))
			continue;
		if (map < 0) {
			text_add(error, "%s: no map of sockets that it could be attached to", program->name);
			return -EINVAL;
		}
		user_reset(s->user);
		result = walk_bpf(w, BPF_PROG_ATTACH, user_put_attr(s->user, &attr, ATTR_END(replace_bpf_fd)),
				  ATTR_END(replace_bpf_fd));
		if (result < 0)
			text_add(error, "%s: %s", program->name, s->sim->why.text);
	}
	return result;
}
