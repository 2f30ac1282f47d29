/* What user space does with a loaded program: fills maps, attaches it, runs it. See program.h. */
#include <stdio.h>
#include <stdlib.h>

#include "map_call.h"
#include "map_command.h"
#include "program.h"

struct obj *session_object(struct session *s, int fd)
{
	struct task *task = task_by_pid(s->sim, s->pid);
	const struct file *file = task ? fd_file(task, fd) : NULL;

	return file ? file->obj : NULL;
}

/* --- maps --- */

/* The end of NAME[KEY]: the bracket that closes the first one; NULL: there is none. */
static const char *closing(const char *open)
{
	int depth = 0;

	for (const char *at = open; open && *at; at++) {
		depth += *at == '[';
		depth -= *at == ']';
		if (!depth)
			return at;
	}
	return NULL;
}

/* NAME[KEY]=VALUE into a call; without KEY: what is pushed. */
static s64 make_assignment(struct map_call *c, char *key, const char *value)
{
	s64 err = 0;

	if (map_ops(c->map)->form == MAP_FORM_RECORDS)
		return map_call_send(c, value);
	if (key[0])
		err = map_call_key(c, key);
	else if (c->map->k.key_size)
		err = sim_fail(&c->why, -EINVAL, "expected a key in the brackets");
	if (!err)
		err = map_call_value(c, value);
	return err ? err : map_call_elem(c, BPF_MAP_UPDATE_ELEM, 0);
}

static s64 assign(struct walk *w, const char *text, struct text *error)
{
	const char *open = strchr(text, '['), *close = closing(open);
	char map[128], key[4096];
	struct map_call c;
	s64 err;

	if (!close || close[1] != '=') {
		text_add(error, "'%s': expected NAME[KEY]=VALUE, for example counts[6]=0", text);
		return -EINVAL;
	}
	snprintf(map, sizeof(map), "name %.*s", (int)(open - text), text);
	snprintf(key, sizeof(key), "%.*s", (int)(close - open - 1), open + 1);
	err = map_call_begin(&c, w, map);
	if (!err)
		err = make_assignment(&c, key, close + 2);
	if (err < 0)
		text_add(error, "'%s': %s", text, c.why.text);
	map_call_end(&c);
	return err;
}

s64 program_set(struct walk *w, const char *text, struct text *error)
{
	struct why why = {0};
	char *answer = NULL;
	size_t len;
	FILE *out;
	s64 err;

	if (strchr(text, '=') && !map_is_command(text))
		return assign(w, text, error);
	out = open_memstream(&answer, &len);
	if (!out)
		return -ENOMEM;
	err = map_command(w, text, out, &why);
	fclose(out);
	if (w->answers)
		fputs(answer, w->answers);
	free(answer);
	if (err < 0)
		text_add(error, "map %s: %s", text, why.text);
	return err;
}

/* --- hooks --- */

s64 program_device(struct sim *sim, const char *name)
{
	const struct netdev *dev = netdev_by_name(sim, name);

	return dev ? dev->ifindex : sim_device(sim, name);
}

s64 program_attach_xdp(struct walk *w, int fd, const char *device, struct text *error)
{
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {0};
	s64 ifindex = program_device(w->session->sim, device), link;

	if (ifindex < 0) {
		text_add(error, "%s", w->session->sim->why.text);
		return ifindex;
	}
	user_reset(user);
	attr.link_create.prog_fd = fd;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = BPF_XDP;
	link = walk_bpf(w, BPF_LINK_CREATE, user_put_attr(user, &attr, ATTR_END(link_create)),
			ATTR_END(link_create));
	if (link < 0)
		text_add(error, "%s", w->session->sim->why.text);
	return link < 0 ? link : ifindex;
}

s64 program_test_run(struct walk *w, int fd, u32 capture, u64 index, u32 repeat)
{
	const struct capture *c = &w->session->capture[capture];
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {0};

	user_reset(user);
	attr.test.prog_fd = fd;
	attr.test.data_size_in = c->packet[index].len;
	attr.test.data_in = user_put(user, capture_data(c, index), c->packet[index].len);
	attr.test.repeat = repeat;
	return walk_bpf(w, BPF_PROG_TEST_RUN, user_put_attr(user, &attr, ATTR_END(test)), ATTR_END(test));
}

s64 program_call(struct walk *w, int fd)
{
	const struct prog *prog = container_of(session_object(w->session, fd), struct prog, obj);
	struct user_memory *user = w->session->user;
	union bpf_attr attr = {0};

	user_reset(user);
	attr.test.prog_fd = fd;
	attr.test.ctx_size_in = prog->max_ctx_offset;
	if (attr.test.ctx_size_in)
		attr.test.ctx_in = user_alloc(user, attr.test.ctx_size_in);
	return walk_bpf(w, BPF_PROG_TEST_RUN, user_put_attr(user, &attr, ATTR_END(test)), ATTR_END(test));
}
