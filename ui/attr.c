/* Fields of union bpf_attr as text: see attr.h. */
#include "attr.h"
#include "cli.h"
#include "walk.h"

bool attr_is_zero(const struct attr_field *field, const union bpf_attr *attr)
{
	const u8 *bytes = (const u8 *)attr + field->offset;

	for (u32 i = 0; i < field->size; i++)
		if (bytes[i])
			return false;
	return true;
}

static u64 value_of(const struct attr_field *field, const union bpf_attr *attr)
{
	u64 value = 0;

	memcpy(&value, (const u8 *)attr + field->offset,
	       field->size < sizeof(value) ? field->size : sizeof(value));
	return value;
}

/* --- what values mean --- */

static const char *const attach_types[] = {
	[BPF_CGROUP_INET_INGRESS] = "BPF_CGROUP_INET_INGRESS",
	[BPF_CGROUP_INET_EGRESS] = "BPF_CGROUP_INET_EGRESS",
	[BPF_CGROUP_INET_SOCK_CREATE] = "BPF_CGROUP_INET_SOCK_CREATE",
	[BPF_CGROUP_SOCK_OPS] = "BPF_CGROUP_SOCK_OPS",
	[BPF_SK_SKB_STREAM_PARSER] = "BPF_SK_SKB_STREAM_PARSER",
	[BPF_SK_SKB_STREAM_VERDICT] = "BPF_SK_SKB_STREAM_VERDICT",
	[BPF_CGROUP_DEVICE] = "BPF_CGROUP_DEVICE",
	[BPF_SK_MSG_VERDICT] = "BPF_SK_MSG_VERDICT",
	[BPF_CGROUP_INET4_BIND] = "BPF_CGROUP_INET4_BIND",
	[BPF_CGROUP_INET6_BIND] = "BPF_CGROUP_INET6_BIND",
	[BPF_CGROUP_INET4_CONNECT] = "BPF_CGROUP_INET4_CONNECT",
	[BPF_CGROUP_INET6_CONNECT] = "BPF_CGROUP_INET6_CONNECT",
	[BPF_CGROUP_INET4_POST_BIND] = "BPF_CGROUP_INET4_POST_BIND",
	[BPF_CGROUP_INET6_POST_BIND] = "BPF_CGROUP_INET6_POST_BIND",
	[BPF_CGROUP_UDP4_SENDMSG] = "BPF_CGROUP_UDP4_SENDMSG",
	[BPF_CGROUP_UDP6_SENDMSG] = "BPF_CGROUP_UDP6_SENDMSG",
	[BPF_LIRC_MODE2] = "BPF_LIRC_MODE2",
	[BPF_FLOW_DISSECTOR] = "BPF_FLOW_DISSECTOR",
	[BPF_CGROUP_SYSCTL] = "BPF_CGROUP_SYSCTL",
	[BPF_CGROUP_UDP4_RECVMSG] = "BPF_CGROUP_UDP4_RECVMSG",
	[BPF_CGROUP_UDP6_RECVMSG] = "BPF_CGROUP_UDP6_RECVMSG",
	[BPF_CGROUP_GETSOCKOPT] = "BPF_CGROUP_GETSOCKOPT",
	[BPF_CGROUP_SETSOCKOPT] = "BPF_CGROUP_SETSOCKOPT",
	[BPF_TRACE_RAW_TP] = "BPF_TRACE_RAW_TP",
	[BPF_TRACE_FENTRY] = "BPF_TRACE_FENTRY",
	[BPF_TRACE_FEXIT] = "BPF_TRACE_FEXIT",
	[BPF_MODIFY_RETURN] = "BPF_MODIFY_RETURN",
	[BPF_LSM_MAC] = "BPF_LSM_MAC",
	[BPF_TRACE_ITER] = "BPF_TRACE_ITER",
	[BPF_CGROUP_INET4_GETPEERNAME] = "BPF_CGROUP_INET4_GETPEERNAME",
	[BPF_CGROUP_INET6_GETPEERNAME] = "BPF_CGROUP_INET6_GETPEERNAME",
	[BPF_CGROUP_INET4_GETSOCKNAME] = "BPF_CGROUP_INET4_GETSOCKNAME",
	[BPF_CGROUP_INET6_GETSOCKNAME] = "BPF_CGROUP_INET6_GETSOCKNAME",
	[BPF_XDP_DEVMAP] = "BPF_XDP_DEVMAP",
	[BPF_CGROUP_INET_SOCK_RELEASE] = "BPF_CGROUP_INET_SOCK_RELEASE",
	[BPF_XDP_CPUMAP] = "BPF_XDP_CPUMAP",
	[BPF_SK_LOOKUP] = "BPF_SK_LOOKUP",
	[BPF_XDP] = "BPF_XDP",
	[BPF_SK_SKB_VERDICT] = "BPF_SK_SKB_VERDICT",
	[BPF_SK_REUSEPORT_SELECT] = "BPF_SK_REUSEPORT_SELECT",
	[BPF_SK_REUSEPORT_SELECT_OR_MIGRATE] = "BPF_SK_REUSEPORT_SELECT_OR_MIGRATE",
	[BPF_PERF_EVENT] = "BPF_PERF_EVENT",
	[BPF_TRACE_KPROBE_MULTI] = "BPF_TRACE_KPROBE_MULTI",
	[BPF_LSM_CGROUP] = "BPF_LSM_CGROUP",
};

const char *attach_type_name(u32 type)
{
	return type < ARRAY_SIZE(attach_types) ? attach_types[type] : NULL;
}

static const struct obj *fd_object(const struct session *s, int fd)
{
	struct task *task = task_by_pid(s->sim, s->pid);
	const struct file *file = task ? fd_file(task, fd) : NULL;

	return file ? file->obj : NULL;
}

static void fd_text(const struct session *s, u64 fd, struct text *out)
{
	const struct obj *obj = fd_object(s, (int)fd);

	text_add(out, "%d", (int)fd);
	if (obj) {
		text_add(out, " %s ", cli_glyph(GLYPH_ARROW));
		walk_object_text(obj, out);
	}
}

static void device_text(const struct session *s, u64 ifindex, struct text *out)
{
	const struct netdev *dev = netdev_by_index(s->sim, ifindex);

	text_add(out, "%llu", (unsigned long long)ifindex);
	if (dev)
		text_add(out, " = %s", dev->name);
}

static void named(u64 value, const char *name, struct text *out)
{
	text_add(out, name ? "%llu = %s" : "%llu", (unsigned long long)value, name);
}

static void string_text(const struct session *s, u64 uaddr, struct text *out)
{
	char c;

	text_add(out, "0x%llx", (unsigned long long)uaddr);
	if (user_read(s->user, &c, uaddr, 1))
		return;
	text_add(out, " %s \"", cli_glyph(GLYPH_ARROW));
	for (u32 i = 0; i < 64 && user_read(s->user, &c, uaddr + i, 1) == 0 && c; i++)
		text_add(out, c >= ' ' && c < 127 ? "%c" : "\\x%02x", c);
	text_add(out, "\"");
}

/* The first bytes of a key or value, as they stand in memory. */
static void bytes_text(const struct session *s, u64 uaddr, u32 size, struct text *out)
{
	u8 bytes[16];
	u32 n = min_u64(size, sizeof(bytes));

	text_add(out, "0x%llx", (unsigned long long)uaddr);
	if (!n || user_read(s->user, bytes, uaddr, n))
		return;
	text_add(out, " %s", cli_glyph(GLYPH_ARROW));
	for (u32 i = 0; i < n; i++)
		text_add(out, " %02x", bytes[i]);
	if (n < size)
		text_add(out, " ... (%u bytes)", size);
}

static void element_text(const struct session *s, const struct attr_field *field, const union bpf_attr *attr,
			 struct text *out)
{
	const struct obj *obj = fd_object(s, attr->map_fd);
	const struct map *map = obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;
	u32 size = 0;

	if (map)
		size = field->kind == ATTR_KEY ? map->k.key_size : map->k.value_size;
	bytes_text(s, value_of(field, attr), size, out);
}

/* Of a program that is a function of one of the kernel's tables: which. */
static bool is_member(const struct attr_field *field, const union bpf_attr *attr)
{
	return field->offset == offsetof(union bpf_attr, expected_attach_type) &&
	       attr->prog_type == BPF_PROG_TYPE_STRUCT_OPS;
}

static const char *member_name(const struct session *s, const union bpf_attr *attr)
{
	const struct btf_types *kernel = s ? s->host.vmlinux : NULL;
	const struct btf_type *t = kernel ? btf_type_by_id(kernel, attr->attach_btf_id) : NULL;

	if (!t || btf_kind(t) != BTF_KIND_STRUCT || attr->expected_attach_type >= btf_vlen(t))
		return NULL;
	return btf_str(kernel, btf_members(t)[attr->expected_attach_type].name_off);
}

void attr_text(const struct session *s, const struct attr_field *field, const union bpf_attr *attr,
	       struct text *out)
{
	u64 value = value_of(field, attr);

	switch (field->kind) {
	case ATTR_NUMBER:
		text_add(out, "%llu", (unsigned long long)value);
		break;
	case ATTR_FLAGS:
	case ATTR_ADDRESS:
		text_add(out, "0x%llx", (unsigned long long)value);
		break;
	case ATTR_STRING:
		string_text(s, value, out);
		break;
	case ATTR_KEY:
	case ATTR_VALUE:
		element_text(s, field, attr, out);
		break;
	case ATTR_TARGET:
		if (!value) {
			text_add(out, "0");
			break;
		}
		/* fall through */
	case ATTR_FD:
		fd_text(s, value, out);
		break;
	case ATTR_NAME:
		text_add(out, "\"%.*s\"", field->size, (const char *)attr + field->offset);
		break;
	case ATTR_MAP_TYPE:
		named(value, map_type_name(value), out);
		break;
	case ATTR_PROG_TYPE:
		named(value, prog_type_by_id(value) ? prog_type_by_id(value)->name : NULL, out);
		break;
	case ATTR_ATTACH_TYPE:
		named(value, is_member(field, attr) ? member_name(s, attr) : attach_type_name(value), out);
		break;
	case ATTR_DEVICE:
		device_text(s, value, out);
		break;
	}
}
