/* Events about files: openat, read, write, unlink. The ways are those of fs/open.c, fs/read_write.c and
 * fs/namei.c. */
#include <fcntl.h>

#include "happening_kinds.h"
#include "world.h"

#define MAY_WRITE 2
#define MAY_READ 4

/* The file that the event is about, opened with @flags; its parts in the values from @at on. */
enum { FILE_AT, PATH_AT, DENTRY_AT, DIR_AT, FILE_PARTS };

static int make_file(struct sim *sim, struct happening *h, const char *path, u32 flags, u32 at)
{
	struct k_file *file = file_object_new(sim, path, flags);
	struct k_dentry *dentry;

	if (!file || h->blocks == HAPPENING_BLOCKS)
		return sim_fail(&sim->why, -ENOMEM, "no memory for the file %.100s", path);
	h->block[h->blocks++] = file;
	dentry = (struct k_dentry *)file->f_path.dentry;
	h->value[at + FILE_AT] = (u64)file;
	h->value[at + PATH_AT] = (u64)&file->f_path;
	h->value[at + DENTRY_AT] = (u64)dentry;
	h->value[at + DIR_AT] = ((struct k_dentry *)dentry->d_parent)->d_inode;
	return 0;
}

/* struct filename and the path in user memory; 0 or -errno. */
static int make_name(struct sim *sim, struct happening *h, u64 path, u8 name_at, u8 user_at)
{
	struct k_filename *name = (struct k_filename *)happening_object(sim, h, sizeof(*name));

	if (!name)
		return -ENOMEM;
	name->name = path;
	name->uptr = happening_user(sim, h, (const char *)path, strlen((const char *)path) + 1);
	h->value[name_at] = (u64)name;
	h->value[user_at] = name->uptr;
	return name->uptr ? 0 : -ENOMEM;
}

/* --- openat --- */

enum { O_PATH_TEXT = V_F0, O_FLAGS, O_MODE };
enum { O_FILE = V_X0, O_NAME = V_X4, O_HOW, O_OPENED, O_DEVICE };

static const struct happening_field open_fields[] = {
	{"file", "the path", FIELD_TEXT, 0, "/etc/passwd"},
	{"flags", "O_RDONLY is 0, O_WRONLY 1, O_RDWR 2, O_CREAT 0100", FIELD_NUMBER, 0, NULL},
	{"mode", "of a file that is made", FIELD_NUMBER, 0, NULL},
	{0},
};

static int prepare_open(struct sim *sim, struct happening *h)
{
	struct k_open_how *how = (struct k_open_how *)happening_object(sim, h, sizeof(*how));
	int err = how ? make_file(sim, h, (const char *)h->value[O_PATH_TEXT], h->value[O_FLAGS], O_FILE)
		      : -ENOMEM;

	if (!err)
		err = make_name(sim, h, h->value[O_PATH_TEXT], O_NAME, V_A1);
	if (err)
		return err;
	h->value[O_DEVICE] = happening_device(sim, h, (const char *)h->value[O_PATH_TEXT], h->value[O_FLAGS]);
	how->flags = h->value[O_FLAGS];
	how->mode = h->value[O_MODE];
	h->value[O_HOW] = (u64)how;
	h->value[V_A0] = (u64)AT_FDCWD;
	h->value[V_A2] = h->value[O_FLAGS];
	h->value[V_A3] = h->value[O_MODE];
	h->value[O_OPENED] = (s64)h->value[V_RET] < 0 ? h->value[V_RET] : h->value[O_FILE + FILE_AT];
	return 0;
}

static const struct happening_step open_steps[] = {
	{0, STEP_FUNC, "__x64_sys_openat", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "do_sys_openat2", .arg = {V_A0, V_A1, O_HOW}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "getname_flags", .arg = {V_A1}, .ret = O_NAME},
	{2, STEP_FUNC, "do_filp_open", .arg = {V_A0, O_NAME, O_HOW}, .ret = O_OPENED, .decides = true},
	{3, STEP_CGROUP, "device", .attach = BPF_CGROUP_DEVICE, .arg = {O_DEVICE}},
	{3, STEP_FUNC, "vfs_open", .arg = {O_FILE + PATH_AT, O_FILE + FILE_AT}, .decides = true,
	 .when_ok = true},
	{4, STEP_FUNC, "security_file_open", .arg = {O_FILE + FILE_AT}, .decides = true, .when_ok = true},
	{5, STEP_FUNC, "bpf_lsm_file_open", .arg = {O_FILE + FILE_AT}, .decides = true, .when_ok = true},
	{2, STEP_FUNC, "fd_install", .arg = {V_RET, O_FILE + FILE_AT}, .when_ok = true},
	{0},
};

const struct happening_kind happening_openat = {
	.name = "openat",
	.doc = "a task opens a file",
	.example = "openat pid=1000 file=/etc/passwd",
	.nr = 257,
	.ret = 3,
	.fields = open_fields,
	.steps = open_steps,
	.prepare = prepare_open,
};

/* --- read, write --- */

enum { IO_PATH = V_F0, IO_FD, IO_COUNT, IO_NS };
enum { IO_FILE = V_X0, IO_BUF = V_X4, IO_POS, IO_MASK };

static const struct happening_field io_fields[] = {
	{"file", "what the fd leads to", FIELD_TEXT, 0, "/etc/passwd"},
	{"fd", "number of the fd", FIELD_NUMBER, 3, NULL},
	{"count", "bytes that are asked for", FIELD_NUMBER, 4096, NULL},
	{"time", "how long it takes: 250, 12us, 3ms", FIELD_TIME, 2000, NULL},
	{0},
};

static int prepare_io(struct sim *sim, struct happening *h, u32 mask)
{
	static const u8 nothing[64];
	u64 *pos = (u64 *)happening_object(sim, h, sizeof(*pos));
	int err = pos ? make_file(sim, h, (const char *)h->value[IO_PATH], mask == MAY_WRITE, IO_FILE)
		      : -ENOMEM;

	if (err)
		return err;
	h->value[IO_POS] = (u64)pos;
	h->value[IO_MASK] = mask;
	h->value[V_A0] = h->value[IO_FD];
	h->value[V_A1] = h->value[IO_BUF] = happening_user(sim, h, nothing, sizeof(nothing));
	h->value[V_A2] = h->value[IO_COUNT];
	if (!h->ret_given)
		h->value[V_RET] = h->value[IO_COUNT];
	return h->value[IO_BUF] ? 0 : -ENOMEM;
}

static int prepare_read(struct sim *sim, struct happening *h)
{
	return prepare_io(sim, h, MAY_READ);
}

static int prepare_write(struct sim *sim, struct happening *h)
{
	return prepare_io(sim, h, MAY_WRITE);
}

/* Both ways differ in the names only. */
#define IO_STEPS(way)                                                                                        \
	{0, STEP_FUNC, "__x64_sys_" #way, .arg = {V_REGS}, .ret = V_RET},                                    \
		{1, STEP_FUNC, "ksys_" #way, .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},      \
		{2,                                                                                          \
		 STEP_FUNC,                                                                                  \
		 "vfs_" #way,                                                                                \
		 .arg = {IO_FILE + FILE_AT, V_A1, V_A2, IO_POS},                                             \
		 .ret = V_RET,                                                                               \
		 .decides = true,                                                                            \
		 .ns = IO_NS},                                                                               \
		{3, STEP_FUNC, "security_file_permission", .arg = {IO_FILE + FILE_AT, IO_MASK},              \
		 .decides = true},                                                                           \
		{4, STEP_FUNC, "bpf_lsm_file_permission", .arg = {IO_FILE + FILE_AT, IO_MASK},               \
		 .decides = true},                                                                           \
	{                                                                                                    \
		0                                                                                            \
	}

static const struct happening_step read_steps[] = {IO_STEPS(read)};
static const struct happening_step write_steps[] = {IO_STEPS(write)};

const struct happening_kind happening_read = {
	.name = "read",
	.doc = "a task reads from an open file",
	.example = "read pid=1000 file=/var/log/syslog count=4096 time=12us",
	.nr = 0,
	.fields = io_fields,
	.steps = read_steps,
	.prepare = prepare_read,
};

const struct happening_kind happening_write = {
	.name = "write",
	.doc = "a task writes to an open file",
	.example = "write pid=1000 file=/tmp/out count=100 time=3us",
	.nr = 1,
	.fields = io_fields,
	.steps = write_steps,
	.prepare = prepare_write,
};

/* --- unlink --- */

enum { UNLINK_PATH = V_F0 };
enum { UNLINK_FILE = V_X0, UNLINK_NAME = V_X4 };

static const struct happening_field unlink_fields[] = {
	{"file", "the path", FIELD_TEXT, 0, "/tmp/file"},
	{0},
};

static int prepare_unlink(struct sim *sim, struct happening *h)
{
	int err = make_file(sim, h, (const char *)h->value[UNLINK_PATH], 0, UNLINK_FILE);

	h->value[V_A0] = (u64)AT_FDCWD;
	return err ? err : make_name(sim, h, h->value[UNLINK_PATH], UNLINK_NAME, V_A1);
}

static void is_gone(struct sim *sim, struct happening *h)
{
	(void)sim;
	h->gone = ((struct k_dentry *)h->value[UNLINK_FILE + DENTRY_AT])->d_inode;
}

static const struct happening_step unlink_steps[] = {
	{0, STEP_FUNC, "__x64_sys_unlinkat", .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "do_unlinkat", .arg = {V_A0, UNLINK_NAME}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "security_path_unlink", .arg = {UNLINK_FILE + PATH_AT, UNLINK_FILE + DENTRY_AT},
	 .decides = true, .when_ok = true},
	{3, STEP_FUNC, "bpf_lsm_path_unlink", .arg = {UNLINK_FILE + PATH_AT, UNLINK_FILE + DENTRY_AT},
	 .decides = true, .when_ok = true},
	{2, STEP_FUNC, "vfs_unlink", .arg = {V_NONE, UNLINK_FILE + DIR_AT, UNLINK_FILE + DENTRY_AT},
	 .decides = true, .when_ok = true},
	{3, STEP_FUNC, "security_inode_unlink", .arg = {UNLINK_FILE + DIR_AT, UNLINK_FILE + DENTRY_AT},
	 .decides = true, .when_ok = true},
	{4, STEP_FUNC, "bpf_lsm_inode_unlink", .arg = {UNLINK_FILE + DIR_AT, UNLINK_FILE + DENTRY_AT},
	 .decides = true, .when_ok = true},
	{3, STEP_FUNC, "d_delete", .arg = {UNLINK_FILE + DENTRY_AT}, .when_ok = true, .act = is_gone},
	{0},
};

const struct happening_kind happening_unlink = {
	.name = "unlink",
	.doc = "a task removes a file",
	.example = "unlink pid=1000 comm=rm file=/tmp/file",
	.nr = 263,
	.fields = unlink_fields,
	.steps = unlink_steps,
	.prepare = prepare_unlink,
};
