/* Files and their names: see kernel_objects.h. Mirrors what fs/d_path.c and fs/dcache.c leave in memory. */
#include "world.h"

#define EXT4_MAGIC 0xef53
#define ROOT_INODE 2
#define MODE_FILE 0100644
#define MODE_DIRECTORY 0040755
#define NAMES_MAX 100000u
#define NAME_LEN 255u

static void fill_root(struct kernel_objects *o, struct name_node *root)
{
	root->inode.i_ino = ROOT_INODE;
	root->dentry.d_parent = (u64)&root->dentry;
	o->next_inode = ROOT_INODE;
	o->sb.s_magic = EXT4_MAGIC;
	o->sb.s_blocksize = 4096;
	o->sb.s_dev = o->disk.major << 20 | 1;
	o->sb.s_root = (u64)&root->dentry;
	strcpy((char *)o->sb.s_id, "vda1");
	o->mount.mnt.mnt_root = o->mount.mnt_mountpoint = (u64)&root->dentry;
	o->mount.mnt.mnt_sb = (u64)&o->sb;
	o->mount.mnt_parent = (u64)&o->mount;
}

static bool set_name(struct sim *sim, struct name_node *node, const char *name, size_t len)
{
	struct k_dentry *d = &node->dentry;
	char *at = (char *)d->d_iname;

	if (len >= sizeof(d->d_iname))
		at = arena_alloc(sim->arena, len + 1, TAG_OBJECT, node);
	if (!at)
		return false;
	memcpy(at, name, len);
	d->d_name.name = (u64)at;
	d->d_name.len = len;
	return true;
}

static struct name_node *node_new(struct sim *sim, struct name_node *parent, const char *name, size_t len)
{
	struct kernel_objects *o = sim->world->kernel;
	struct name_node *node = NULL;

	if (o->name_count < NAMES_MAX && len <= NAME_LEN)
		node = arena_alloc(sim->arena, sizeof(*node), TAG_OBJECT, NULL);
	if (!node || !set_name(sim, node, name, len)) {
		arena_free(sim->arena, node);
		return NULL;
	}
	node->dentry.d_inode = (u64)&node->inode;
	node->dentry.d_sb = node->inode.i_sb = (u64)&o->sb;
	node->inode.i_mode = MODE_FILE;
	node->inode.i_nlink = 1;
	if (parent) {
		node->dentry.d_parent = (u64)&parent->dentry;
		node->inode.i_ino = ++o->next_inode;
		parent->inode.i_mode = MODE_DIRECTORY;
	} else {
		fill_root(o, node);
	}
	node->next = o->names;
	o->names = node;
	o->name_count++;
	return node;
}

static struct name_node *child_of(struct sim *sim, struct name_node *parent, const char *name, size_t len)
{
	struct name_node *node = sim->world->kernel->names;

	for (; node; node = node->next)
		if (node != parent && node->dentry.d_parent == (u64)&parent->dentry &&
		    node->dentry.d_name.len == len && !memcmp((void *)node->dentry.d_name.name, name, len))
			return node;
	return node_new(sim, parent, name, len);
}

static struct name_node *root_of(struct sim *sim)
{
	struct kernel_objects *o = sim->world->kernel;

	if (!o->names)
		return node_new(sim, NULL, "/", 1);
	return container_of((struct k_dentry *)o->sb.s_root, struct name_node, dentry);
}

static struct name_node *parent_of(struct name_node *node)
{
	return container_of((struct k_dentry *)node->dentry.d_parent, struct name_node, dentry);
}

struct name_node *name_lookup(struct sim *sim, const char *path)
{
	struct name_node *at = root_of(sim);

	while (at && *path) {
		size_t len = strchrnul(path, '/') - path;

		if (len == 2 && !memcmp(path, "..", 2))
			at = parent_of(at);
		else if (len && !(len == 1 && *path == '.'))
			at = child_of(sim, at, path, len);
		path += len + (path[len] == '/');
	}
	return at;
}

void inode_gone(struct sim *sim, struct k_inode *inode)
{
	inode->i_ino = ++sim->world->kernel->next_inode;
	inode->i_size = 0;
}

bool file_object_fill(struct sim *sim, const char *path, u32 flags, struct k_file *file)
{
	struct name_node *name = name_lookup(sim, path);

	if (!name)
		return false;
	file->f_path.mnt = (u64)&sim->world->kernel->mount.mnt;
	file->f_path.dentry = (u64)&name->dentry;
	file->f_inode = (u64)&name->inode;
	file->f_flags = flags;
	file->f_mode = (flags + 1) & 3; /* FMODE_READ, FMODE_WRITE of O_RDONLY, O_WRONLY, O_RDWR */
	return true;
}

struct k_file *file_object_new(struct sim *sim, const char *path, u32 flags)
{
	struct k_file *file = arena_alloc(sim->arena, sizeof(*file), TAG_OBJECT, NULL);

	if (file && file_object_fill(sim, path, flags, file))
		return file;
	arena_free(sim->arena, file);
	return NULL;
}

s64 path_text(struct sim *sim, const struct k_path *path, char *buf, u32 size)
{
	const struct k_dentry *d = (const void *)path->dentry;
	u64 root = sim->world->kernel->sb.s_root;
	u32 at = size;

	if (!at)
		return -ENAMETOOLONG;
	buf[--at] = 0;
	if ((u64)d == root && at)
		buf[--at] = '/';
	for (; (u64)d != root; d = (const void *)d->d_parent) {
		if (at < d->d_name.len + 1)
			return -ENAMETOOLONG;
		at -= d->d_name.len;
		memcpy(buf + at, (const void *)d->d_name.name, d->d_name.len);
		buf[--at] = '/';
	}
	memmove(buf, buf + at, size - at);
	return size - at;
}
