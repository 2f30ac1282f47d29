/* The simulated bpffs: see bpffs.h. */
#include "bpffs.h"
#include "syscall.h"

static const char *const other_dirs[] = {"/", "/sys", "/sys/fs", "/tmp", "/proc", "/dev", "/root", "/etc"};

struct bpffs *bpffs_new(struct sim *sim)
{
	struct bpffs *fs = sim_alloc(sim, sizeof(*fs));

	if (!fs)
		return NULL;
	fs->room = 8;
	fs->pin = sim_alloc(sim, fs->room * sizeof(*fs->pin));
	if (!fs->pin)
		return NULL;
	strcpy(fs->pin[fs->count++].path, BPFFS_ROOT);
	return fs;
}

static struct pin *find(const struct bpffs *fs, const char *path)
{
	for (u32 i = 0; i < fs->count; i++)
		if (!strcmp(fs->pin[i].path, path))
			return &fs->pin[i];
	return NULL;
}

static bool other_dir(const char *path)
{
	for (u32 i = 0; i < ARRAY_SIZE(other_dirs); i++)
		if (!strcmp(other_dirs[i], path))
			return true;
	return false;
}

/* "//a///b/" is "/a/b": a trailing slash is only right for directories, which the caller knows. */
static void squeeze(char *path)
{
	char *to = path;

	for (const char *from = path; *from; from++)
		if (*from != '/' || from[1] != '/')
			*to++ = *from;
	if (to > path + 1 && to[-1] == '/')
		to--;
	*to = 0;
}

static struct pin *add(struct sim *sim, const char *path)
{
	struct bpffs *fs = sim->bpffs;

	if (fs->count == fs->room) {
		struct pin *pin = sim_alloc(sim, 2 * fs->room * sizeof(*pin));

		if (!pin)
			return NULL;
		memcpy(pin, fs->pin, fs->count * sizeof(*pin));
		sim_free(sim, fs->pin);
		fs->pin = pin;
		fs->room *= 2;
	}
	strncpy(fs->pin[fs->count].path, path, BPFFS_PATH_MAX - 1);
	return &fs->pin[fs->count++];
}

/* May a new entry @path be made? */
static int check_new(struct sim *sim, const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[BPFFS_PATH_MAX];
	const struct pin *dir;

	if (path[0] != '/')
		return sim_fail(&sim->why, -ENOENT, "'%s' is not an absolute path", path);
	if (find(sim->bpffs, path) || other_dir(path))
		return sim_fail(&sim->why, -EEXIST, "%s exists already", path);
	memcpy(parent, path, slash - path);
	parent[slash - path] = 0;
	dir = find(sim->bpffs, parent);
	if (!dir && other_dir(parent[0] ? parent : "/"))
		return sim_fail(&sim->why, -EPERM, "%s is not in a bpf file system (that is at %s)", path,
				BPFFS_ROOT);
	if (!dir)
		return sim_fail(&sim->why, -ENOENT, "there is no directory %s", parent);
	if (dir->obj)
		return sim_fail(&sim->why, -ENOTDIR, "%s is a pin, not a directory", parent);
	if (strchr(slash, '.'))
		return sim_fail(&sim->why, -EPERM, "'%s': names in bpffs have no dot", slash + 1);
	return 0;
}

static bool has_children(const struct bpffs *fs, const char *path)
{
	size_t len = strlen(path);

	for (u32 i = 0; i < fs->count; i++)
		if (!strncmp(fs->pin[i].path, path, len) && fs->pin[i].path[len] == '/')
			return true;
	return false;
}

static void drop_pin(struct sim *sim, struct pin *pin)
{
	struct bpffs *fs = sim->bpffs;
	struct obj *obj = pin->obj;

	fs->count--;
	memmove(pin, pin + 1, (fs->pin + fs->count - pin) * sizeof(*pin));
	memset(&fs->pin[fs->count], 0, sizeof(*pin));
	if (obj)
		obj_put_user(sim, obj);
}

struct obj *bpffs_pin(const struct sim *sim, const char *path, u32 *uid)
{
	const struct pin *pin = find(sim->bpffs, path);

	*uid = pin ? pin->uid : 0;
	return pin ? pin->obj : NULL;
}

int bpffs_unlink(struct sim *sim, const char *path)
{
	struct pin *pin = find(sim->bpffs, path);

	if (!pin)
		return sim_fail(&sim->why, -ENOENT, "there is no %s", path);
	if (pin == sim->bpffs->pin)
		return sim_fail(&sim->why, -EBUSY, "%s is where the file system is mounted", path);
	if (has_children(sim->bpffs, path))
		return sim_fail(&sim->why, -ENOTEMPTY, "%s is a directory that is not empty", path);
	drop_pin(sim, pin);
	return 0;
}

int bpffs_mkdir(struct sim *sim, const char *path)
{
	int err = check_new(sim, path);

	if (err)
		return err;
	return add(sim, path) ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for a directory");
}

/* --- the commands --- */

static int copy_path(struct sim *sim, struct call *call, char path[BPFFS_PATH_MAX])
{
	s64 len = copy_in_string(sim, call->task, path, call->attr.pathname, BPFFS_PATH_MAX);

	if (len < 0)
		return len;
	if (len == BPFFS_PATH_MAX)
		return sim_fail(&sim->why, -ENAMETOOLONG, "the path is longer than %u bytes",
				BPFFS_PATH_MAX - 1);
	if (!len)
		return sim_fail(&sim->why, -ENOENT, "the path is empty");
	squeeze(path);
	return 0;
}

static bool pinnable(const struct file *file)
{
	return file->obj &&
	       (file->obj->kind == OBJ_MAP || file->obj->kind == OBJ_PROG || file->obj->kind == OBJ_LINK);
}

s64 cmd_obj_pin(struct sim *sim, struct call *call)
{
	struct file *file = fd_file(call->task, call->attr.bpf_fd);
	char path[BPFFS_PATH_MAX];
	struct pin *pin;
	int err;

	if (call->attr.file_flags)
		return sim_fail(&sim->why, -EINVAL, "file_flags is 0x%x; OBJ_PIN knows none",
				call->attr.file_flags);
	if (!file || !pinnable(file))
		return sim_fail(&sim->why, -EINVAL,
				"fd %d is not a map, program or link: only those can be pinned",
				call->attr.bpf_fd);
	err = copy_path(sim, call, path);
	if (!err)
		err = check_new(sim, path);
	if (err)
		return err;
	pin = add(sim, path);
	if (!pin)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a pin");
	obj_get_user(sim, file->obj);
	pin->obj = file->obj;
	pin->uid = call->task->uid;
	return 0;
}

int file_access(struct sim *sim, u32 flags, bool *may_read, bool *may_write)
{
	if ((flags & BPF_F_RDONLY) && (flags & BPF_F_WRONLY))
		return sim_fail(&sim->why, -EINVAL, "BPF_F_RDONLY and BPF_F_WRONLY exclude each other");
	*may_read = !(flags & BPF_F_WRONLY);
	*may_write = !(flags & BPF_F_RDONLY);
	return 0;
}

static int check_get(struct sim *sim, const struct call *call, const char *path, const struct pin *pin)
{
	if (!pin && !other_dir(path))
		return sim_fail(&sim->why, -ENOENT, "there is no %s", path);
	if (pin && pin->obj && pin->uid != call->task->uid && call->task->uid)
		return sim_fail(&sim->why, -EACCES, "%s belongs to uid %u and has mode 0600", path, pin->uid);
	if (!pin || !pin->obj)
		return sim_fail(&sim->why, -EACCES, "%s is a directory, not a pin", path);
	return 0;
}

s64 cmd_obj_get(struct sim *sim, struct call *call)
{
	const u32 known = BPF_F_RDONLY | BPF_F_WRONLY;
	bool may_read = false, may_write = false;
	char path[BPFFS_PATH_MAX];
	struct pin *pin;
	int err;

	if (call->attr.bpf_fd || (call->attr.file_flags & ~known))
		return sim_fail(&sim->why, -EINVAL,
				"bpf_fd must be 0, and file_flags BPF_F_RDONLY or BPF_F_WRONLY");
	err = file_access(sim, call->attr.file_flags, &may_read, &may_write);
	if (!err)
		err = copy_path(sim, call, path);
	if (err)
		return err;
	pin = find(sim->bpffs, path);
	err = check_get(sim, call, path, pin);
	if (err)
		return err;
	if (pin->obj->kind == OBJ_LINK && !(may_read && may_write))
		return sim_fail(&sim->why, -EINVAL, "a link is opened for reading and writing");
	obj_get_user(sim, pin->obj);
	return fd_open(sim, call->task, pin->obj, may_read, may_write);
}
