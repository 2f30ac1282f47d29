/*
 * What programs of a cgroup may forbid beside the network: devices (openat of a file below /dev) and sysctls.
 * Mirrors security/device_cgroup.c and fs/proc/proc_sysctl.c.
 */
#include "happening_kinds.h"
#include "sysctl.h"

/* --- devices --- */

#define ACCESS_MODE 3u

/* Numbers as Documentation/admin-guide/devices.txt gives them. */
static const struct {
	const char *path;
	u8 type;
	u16 major, minor;
} devices[] = {
	{"/dev/mem", BPF_DEVCG_DEV_CHAR, 1, 1},       {"/dev/null", BPF_DEVCG_DEV_CHAR, 1, 3},
	{"/dev/zero", BPF_DEVCG_DEV_CHAR, 1, 5},      {"/dev/full", BPF_DEVCG_DEV_CHAR, 1, 7},
	{"/dev/random", BPF_DEVCG_DEV_CHAR, 1, 8},    {"/dev/urandom", BPF_DEVCG_DEV_CHAR, 1, 9},
	{"/dev/kmsg", BPF_DEVCG_DEV_CHAR, 1, 11},     {"/dev/tty", BPF_DEVCG_DEV_CHAR, 5, 0},
	{"/dev/console", BPF_DEVCG_DEV_CHAR, 5, 1},   {"/dev/ptmx", BPF_DEVCG_DEV_CHAR, 5, 2},
	{"/dev/net/tun", BPF_DEVCG_DEV_CHAR, 10, 200}, {"/dev/fuse", BPF_DEVCG_DEV_CHAR, 10, 229},
	{"/dev/vda", BPF_DEVCG_DEV_BLOCK, 254, 0},    {"/dev/loop0", BPF_DEVCG_DEV_BLOCK, 7, 0},
};

u64 happening_device(struct sim *sim, struct happening *h, const char *path, u32 flags)
{
	static const u8 access[] = {BPF_DEVCG_ACC_READ, BPF_DEVCG_ACC_WRITE,
				    BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
				    BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE};
	struct bpf_cgroup_dev_ctx *ctx;
	u32 i = 0;

	while (i < ARRAY_SIZE(devices) && strcmp(devices[i].path, path))
		i++;
	ctx = i < ARRAY_SIZE(devices) ? (void *)happening_object(sim, h, sizeof(*ctx)) : NULL;
	if (!ctx)
		return 0;
	ctx->access_type = access[flags & ACCESS_MODE] << 16 | devices[i].type;
	ctx->major = devices[i].major;
	ctx->minor = devices[i].minor;
	return (u64)ctx;
}

/* --- sysctl --- */

enum { S_NAME = V_F0, S_VALUE, S_NOW };
enum { S_CTX = V_X0, S_CALL, S_KSYS, S_VFS };

#define NR_READ 0
#define NR_WRITE 1

static const struct happening_field sysctl_fields[] = {
	{"name", "the file below /proc/sys", FIELD_TEXT, 0, "kernel/hostname"},
	{"value", "what is written; not given: it is read", FIELD_TEXT, 0, ""},
	{"now", "the value that it has", FIELD_TEXT, 0, "0"},
	{0},
};

/* As `echo` writes it and the kernel prints it; its length. */
static u64 line_of(char *to, u32 room, const char *text)
{
	u32 len = min_u64(strlen(text), room - 2);

	memcpy(to, text, len);
	to[len] = '\n';
	return len + 1;
}

/* What is written in the end: a program may have put something else there. */
static void take_written(struct sim *sim, struct happening *h)
{
	const struct sysctl_call *s = container_of((struct bpf_sysctl_kern *)h->value[S_CTX], struct sysctl_call, k);
	struct text text;

	(void)sim;
	text_init(&text, h->told, sizeof(h->told));
	if (!h->refused && s->k.new_updated)
		text_add(&text, "%.*s", (int)strcspn(s->written, "\n"), s->written);
}

static int prepare_sysctl(struct sim *sim, struct happening *h)
{
	struct sysctl_call *s = (void *)happening_object(sim, h, sizeof(*s));
	bool write = happening_given(h, S_VALUE);

	h->value[S_CALL] = happening_text(sim, h, write ? "__x64_sys_write" : "__x64_sys_read");
	h->value[S_KSYS] = happening_text(sim, h, write ? "ksys_write" : "ksys_read");
	h->value[S_VFS] = happening_text(sim, h, write ? "vfs_write" : "vfs_read");
	if (!s || !h->value[S_CALL] || !h->value[S_KSYS] || !h->value[S_VFS])
		return -ENOMEM;
	s->k.write = write;
	s->k.ppos = (u64)&s->pos;
	memcpy(s->name, (const char *)h->value[S_NAME], strnlen((const char *)h->value[S_NAME], sizeof(s->name) - 1));
	s->k.cur_val = (u64)s->current;
	s->k.cur_len = line_of(s->current, sizeof(s->current), (const char *)h->value[S_NOW]);
	if (write) {
		s->k.new_val = (u64)s->written;
		s->k.new_len = line_of(s->written, sizeof(s->written), (const char *)h->value[S_VALUE]);
	}
	h->value[S_CTX] = (u64)&s->k;
	h->value[V_NR] = write ? NR_WRITE : NR_READ;
	h->value[V_A0] = 3;
	return 0;
}

static const struct happening_step sysctl_steps[] = {
	{0, STEP_FUNC, "read", .named = S_CALL, .arg = {V_REGS}, .ret = V_RET},
	{1, STEP_FUNC, "read", .named = S_KSYS, .arg = {V_A0, V_A1, V_A2}, .ret = V_RET, .decides = true},
	{2, STEP_FUNC, "read", .named = S_VFS, .ret = V_RET, .decides = true},
	{3, STEP_CGROUP, "sysctl", .attach = BPF_CGROUP_SYSCTL, .arg = {S_CTX}, .act = take_written},
	{0},
};

const struct happening_kind happening_sysctl = {
	.name = "sysctl",
	.doc = "a task reads or writes a setting of the kernel",
	.example = "sysctl pid=1000 name=net/ipv4/ip_forward value=1",
	.nr = NR_READ,
	.fields = sysctl_fields,
	.steps = sysctl_steps,
	.prepare = prepare_sysctl,
};
