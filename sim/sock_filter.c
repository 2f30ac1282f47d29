/* Filters of sockets: see sock_filter.h. Mirrors sk_attach_bpf, sk_detach_filter (net/core/filter.c), sk_setsockopt. */
#include "sock_filter.h"

#include "fd.h"
#include "progs/prog_type.h"
#include "world/socket.h"
#include "world/world.h"

#include <sys/socket.h>

static struct obj *socket_at(struct sim *sim, const struct task *task, int fd, int *err)
{
	const struct file *file = fd_file(task, fd);

	*err = 0;
	if (file && file->obj->kind == OBJ_SOCK)
		return file->obj;
	*err = sim_fail(&sim->why, file ? -ENOTSOCK : -EBADF, "fd %d is no socket", fd);
	return NULL;
}

static struct sock_filter_entry *entry_of(struct sim *sim, const struct obj *socket)
{
	struct sock_filters *all = &sim->world->sock_filters;

	for (u32 i = 0; i < all->count; i++)
		if (all->entry[i].socket == socket)
			return &all->entry[i];
	return NULL;
}

static struct sock_filter_entry *entry_new(struct sim *sim, struct obj *socket)
{
	struct sock_filters *all = &sim->world->sock_filters;

	if (all->count == SOCK_FILTERS) {
		sim_fail(&sim->why, -ENOBUFS, "%u sockets have filters or get frames already", SOCK_FILTERS);
		return NULL;
	}
	memmove(all->entry + 1, all->entry, all->count++ * sizeof(all->entry[0]));
	all->entry[0] = (struct sock_filter_entry){.socket = socket};
	return &all->entry[0];
}

int sock_filter_born(struct sim *sim, struct obj *socket)
{
	struct sock_filter_entry *e = entry_new(sim, socket);

	if (!e)
		return -ENOBUFS;
	e->packet = true;
	sim->world->stack_users++;
	return 0;
}

static void put_prog(struct sim *sim, struct sock_filter_entry *e)
{
	if (e->prog)
		obj_put(sim, &e->prog->obj);
	e->prog = NULL;
}

void sock_filter_forget(struct sim *sim, const struct obj *socket)
{
	struct sock_filters *all = &sim->world->sock_filters;
	struct sock_filter_entry *e = entry_of(sim, socket);

	if (!e)
		return;
	put_prog(sim, e);
	sim->world->stack_users -= e->packet;
	memmove(e, e + 1, (all->entry + --all->count - e) * sizeof(*e));
	all->entry[all->count] = (struct sock_filter_entry){0};
}

static int locked(struct sim *sim)
{
	return sim_fail(&sim->why, -EPERM, "the filter is locked (SO_LOCK_FILTER): it stays as long as the socket");
}

static s64 attach(struct sim *sim, struct task *task, struct obj *socket, struct sock_filter_entry *e, s64 prog_fd)
{
	struct prog *prog;
	struct obj *obj;
	int err;

	if (e && e->locked)
		return locked(sim);
	obj = fd_obj(sim, task, prog_fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	prog = container_of(obj, struct prog, obj);
	if (prog->type != BPF_PROG_TYPE_SOCKET_FILTER)
		return sim_fail(&sim->why, -EINVAL, "program %u is no SOCKET_FILTER", obj->id);
	e = e ? e : entry_new(sim, socket);
	if (!e)
		return -ENOBUFS;
	obj_get(sim, obj);
	put_prog(sim, e);
	e->prog = prog;
	prog->counts.attached++;
	return 0;
}

static s64 detach(struct sim *sim, struct sock_filter_entry *e)
{
	if (e && e->locked)
		return locked(sim);
	if (!e || !e->prog)
		return sim_fail(&sim->why, -ENOENT, "the socket has no filter");
	put_prog(sim, e);
	return 0;
}

static s64 lock(struct sim *sim, struct obj *socket, struct sock_filter_entry *e, bool on)
{
	if (e && e->locked && !on)
		return locked(sim);
	e = e ? e : entry_new(sim, socket);
	if (!e)
		return -ENOBUFS;
	e->locked = on;
	return 0;
}

s64 sock_filter_set(struct sim *sim, struct task *task, int fd, u32 option, s64 value)
{
	int err;
	struct obj *socket = socket_at(sim, task, fd, &err);
	struct sock_filter_entry *e = socket ? entry_of(sim, socket) : NULL;

	if (!socket)
		return err;
	switch (option) {
	case SO_ATTACH_BPF:
		return attach(sim, task, socket, e, value);
	case SO_DETACH_BPF:
		return detach(sim, e);
	case SO_LOCK_FILTER:
		return lock(sim, socket, e, value);
	}
	return sim_fail(&sim->why, -ENOPROTOOPT, "option %u is none of filters", option);
}

static struct sock_filter_entry *packet_socket(struct sim *sim, const struct task *task, int fd, s64 *err)
{
	int no = 0;
	struct obj *socket = socket_at(sim, task, fd, &no);
	struct sock_filter_entry *e = socket ? entry_of(sim, socket) : NULL;

	*err = no;
	if (socket && (!e || !e->packet))
		*err = sim_fail(&sim->why, -EINVAL, "fd %d is no packet socket", fd);
	return *err ? NULL : e;
}

s64 packet_bind(struct sim *sim, struct task *task, int fd, u32 ifindex)
{
	s64 err;
	struct sock_filter_entry *e = packet_socket(sim, task, fd, &err);

	if (err)
		return err;
	if (ifindex && !netdev_by_index(sim, ifindex))
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u", ifindex);
	e->ifindex = ifindex;
	return 0;
}

s64 packet_recv(struct sim *sim, struct task *task, int fd)
{
	s64 err, len;
	struct sock_filter_entry *e = packet_socket(sim, task, fd, &err);

	if (err)
		return err;
	if (!e->waiting)
		return sim_fail(&sim->why, -EAGAIN, "no packet waits at the socket");
	len = e->len[0];
	memmove(e->len, e->len + 1, --e->waiting * sizeof(e->len[0]));
	e->len[e->waiting] = 0;
	return len;
}
