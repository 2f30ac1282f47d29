/* Cgroups: see cgroup.h. */
#include "cgroup.h"

#include "world.h"

static const char *below_root(const char *path)
{
	size_t n = strlen(CGROUP_ROOT);

	if (!strncmp(path, CGROUP_ROOT, n) && (!path[n] || path[n] == '/'))
		path += n;
	return path;
}

/* The name at the end is "", so is that of the root. */
static void init_node(struct cgroup *c, u64 id)
{
	const char *slash = strrchr(c->path, '/');

	c->node.id = id;
	c->node.name = (u64)(slash ? slash + 1 : c->path);
	c->node.parent = c->parent ? (u64)&c->parent->node : 0;
	c->k.level = c->parent ? c->parent->k.level + 1 : 0;
	c->k.kn = (u64)&c->node;
	c->css_set.dfl_cgrp = (u64)&c->k;
}

static struct cgroup *cgroup_new(struct sim *sim, struct cgroup *parent, const char *path, u32 len)
{
	struct cgroup *c = arena_alloc(sim->arena, sizeof(*c), TAG_OBJECT, NULL), **end;
	u64 id = 1;

	if (!c) {
		sim_fail(&sim->why, -ENOMEM, "no memory for a cgroup");
		return NULL;
	}
	obj_init(&c->obj, OBJ_CGROUP, NULL);
	c->parent = parent;
	memcpy(c->path, path, len);
	for (end = &sim->world->cgroups; *end; end = &(*end)->next)
		id = (*end)->node.id + 1;
	init_node(c, id);
	*end = c;
	return c;
}

struct cgroup *cgroups_new(struct sim *sim)
{
	return cgroup_new(sim, NULL, "", 0);
}

static struct cgroup *find(struct sim *sim, const char *path, size_t len)
{
	for (struct cgroup *c = sim->world->cgroups; c; c = c->next)
		if (strlen(c->path) == len && !memcmp(c->path, path, len))
			return c;
	return NULL;
}

static size_t path_len(const char *path)
{
	size_t len = strlen(path);

	while (len && path[len - 1] == '/')
		len--;
	return len;
}

struct cgroup *cgroup_by_path(struct sim *sim, const char *path)
{
	path = below_root(path);
	return *path == '/' || !*path ? find(sim, path, path_len(path)) : NULL;
}

/* The end of the last but one name. */
static size_t parent_len(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

int cgroup_mkdir(struct sim *sim, const char *path)
{
	size_t len = path_len(below_root(path));
	struct cgroup *parent;

	path = below_root(path);
	if (cgroup_by_path(sim, path))
		return sim_fail(&sim->why, -EEXIST, "the cgroup %s is there already", len ? path : "/");
	if (*path != '/' || strstr(path, "//"))
		return sim_fail(&sim->why, -ENOENT, "'%.100s': a cgroup is named like /web or /web/php", path);
	if (len >= CGROUP_PATH_MAX)
		return sim_fail(&sim->why, -ENAMETOOLONG, "the path of a cgroup has at most %u characters here",
				CGROUP_PATH_MAX - 1);
	parent = find(sim, path, parent_len(path, len));
	if (!parent)
		return sim_fail(&sim->why, -ENOENT, "the cgroup above %s is not there", path);
	if (parent->k.level + 1 >= CGROUP_DEPTH_MAX)
		return sim_fail(&sim->why, -EAGAIN, "cgroups are at most %u deep here", CGROUP_DEPTH_MAX);
	return cgroup_new(sim, parent, path, len) ? 0 : -ENOMEM;
}

struct cgroup *cgroup_make(struct sim *sim, const char *path)
{
	char part[CGROUP_PATH_MAX] = "";
	size_t len;

	path = below_root(path);
	len = path_len(path);
	if (*path != '/' || len >= sizeof(part)) {
		sim_fail(&sim->why, -EINVAL, "cgroup '%.60s': expected a path of less than %u characters, like /web",
			 path, CGROUP_PATH_MAX);
		return NULL;
	}
	for (size_t i = 0; i < len; i++) {
		part[i] = path[i];
		if ((i + 1 == len || path[i + 1] == '/') && !cgroup_by_path(sim, part) &&
		    cgroup_mkdir(sim, part))
			return NULL;
	}
	return find(sim, path, len);
}

struct cgroup *cgroup_of_task(const struct k_task_struct *task)
{
	return container_of((struct k_css_set *)task->cgroups, struct cgroup, css_set);
}

struct cgroup *cgroup_ancestor(struct cgroup *cgroup, u32 level)
{
	while (cgroup && cgroup->k.level > level)
		cgroup = cgroup->parent;
	return cgroup && cgroup->k.level == level ? cgroup : NULL;
}

/* Above the first list that has programs, only those count that were attached with BPF_F_ALLOW_MULTI. */
const struct attachment *cgroup_effective(struct cgroup *cgroup, u32 attach_type, u32 i)
{
	bool any = false;

	for (; cgroup; cgroup = cgroup->parent) {
		const struct cgroup_hook *hook = &cgroup->hook[attach_type];

		if (any && !(hook->flags & BPF_F_ALLOW_MULTI))
			continue;
		if (i < hook->count)
			return &hook->list[i];
		i -= hook->count;
		any = any || hook->count;
	}
	return NULL;
}

u32 cgroup_effective_count(struct cgroup *cgroup, u32 attach_type)
{
	u32 n = 0;

	while (cgroup_effective(cgroup, attach_type, n))
		n++;
	return n;
}
