/* Fields of union bpf_attr: see attr.h. The layout is <linux/bpf.h>'s. */
#include "attr.h"
#include "cli.h"
#include "walk.h"

#define NAMED(label, member, kind, doc) \
	{label, doc, offsetof(union bpf_attr, member), sizeof(((union bpf_attr *)0)->member), kind}
#define FIELD(member, kind, doc) NAMED(#member, member, kind, doc)
#define MEMBER(part, member, kind, doc) NAMED(#member, part.member, kind, doc)
#define END {NULL, NULL, 0, 0, 0}

static const struct attr_field map_create[] = {
	FIELD(map_type, ATTR_MAP_TYPE, ""),
	FIELD(key_size, ATTR_NUMBER, "bytes"),
	FIELD(value_size, ATTR_NUMBER, "bytes"),
	FIELD(max_entries, ATTR_NUMBER, ""),
	FIELD(map_flags, ATTR_FLAGS, ""),
	FIELD(inner_map_fd, ATTR_FD, ""),
	FIELD(numa_node, ATTR_NUMBER, ""),
	FIELD(map_name, ATTR_NAME, ""),
	FIELD(map_ifindex, ATTR_DEVICE, ""),
	FIELD(btf_fd, ATTR_FD, ""),
	FIELD(btf_key_type_id, ATTR_NUMBER, "type of the key in that BTF"),
	FIELD(btf_value_type_id, ATTR_NUMBER, "type of the value"),
	FIELD(btf_vmlinux_value_type_id, ATTR_NUMBER, ""),
	FIELD(map_extra, ATTR_NUMBER, ""),
	END,
};

static const struct attr_field map_elem[] = {
	FIELD(map_fd, ATTR_FD, ""),
	FIELD(key, ATTR_KEY, ""),
	FIELD(value, ATTR_VALUE, ""),
	FIELD(flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field map_next[] = {
	FIELD(map_fd, ATTR_FD, ""),
	FIELD(key, ATTR_KEY, ""),
	FIELD(next_key, ATTR_KEY, ""),
	FIELD(flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field map_fd_only[] = {
	FIELD(map_fd, ATTR_FD, ""),
	END,
};

static const struct attr_field map_batch[] = {
	MEMBER(batch, in_batch, ATTR_ADDRESS, "where to begin"),
	MEMBER(batch, out_batch, ATTR_ADDRESS, "where to go on"),
	MEMBER(batch, keys, ATTR_ADDRESS, ""),
	MEMBER(batch, values, ATTR_ADDRESS, ""),
	MEMBER(batch, count, ATTR_NUMBER, "elements"),
	MEMBER(batch, map_fd, ATTR_FD, ""),
	MEMBER(batch, elem_flags, ATTR_FLAGS, ""),
	MEMBER(batch, flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field prog_load[] = {
	FIELD(prog_type, ATTR_PROG_TYPE, ""),
	FIELD(insn_cnt, ATTR_NUMBER, "slots of 8 bytes"),
	FIELD(insns, ATTR_ADDRESS, "the instructions"),
	FIELD(license, ATTR_STRING, ""),
	FIELD(log_level, ATTR_NUMBER, ""),
	FIELD(log_size, ATTR_NUMBER, "bytes"),
	FIELD(log_buf, ATTR_ADDRESS, "where the log goes"),
	FIELD(kern_version, ATTR_NUMBER, ""),
	FIELD(prog_flags, ATTR_FLAGS, ""),
	FIELD(prog_name, ATTR_NAME, ""),
	FIELD(prog_ifindex, ATTR_DEVICE, ""),
	FIELD(expected_attach_type, ATTR_ATTACH_TYPE, ""),
	FIELD(prog_btf_fd, ATTR_FD, ""),
	FIELD(func_info_rec_size, ATTR_NUMBER, "bytes"),
	FIELD(func_info, ATTR_ADDRESS, "which function begins where"),
	FIELD(func_info_cnt, ATTR_NUMBER, "records"),
	FIELD(line_info_rec_size, ATTR_NUMBER, "bytes"),
	FIELD(line_info, ATTR_ADDRESS, "which line of C begins where"),
	FIELD(line_info_cnt, ATTR_NUMBER, "records"),
	FIELD(attach_btf_id, ATTR_NUMBER, ""),
	FIELD(attach_prog_fd, ATTR_FD, ""),
	FIELD(core_relo_cnt, ATTR_NUMBER, "records"),
	FIELD(fd_array, ATTR_ADDRESS, ""),
	FIELD(core_relos, ATTR_ADDRESS, ""),
	FIELD(core_relo_rec_size, ATTR_NUMBER, "bytes"),
	END,
};

static const struct attr_field btf_load[] = {
	FIELD(btf, ATTR_ADDRESS, "type information"),
	FIELD(btf_log_buf, ATTR_ADDRESS, "where the log goes"),
	FIELD(btf_size, ATTR_NUMBER, "bytes"),
	FIELD(btf_log_size, ATTR_NUMBER, "bytes"),
	FIELD(btf_log_level, ATTR_NUMBER, ""),
	END,
};

static const struct attr_field obj_pin[] = {
	FIELD(pathname, ATTR_STRING, ""),
	FIELD(bpf_fd, ATTR_FD, ""),
	FIELD(file_flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field prog_attach[] = {
	FIELD(target_fd, ATTR_NUMBER, ""),
	FIELD(attach_bpf_fd, ATTR_FD, ""),
	FIELD(attach_type, ATTR_ATTACH_TYPE, ""),
	FIELD(attach_flags, ATTR_FLAGS, ""),
	FIELD(replace_bpf_fd, ATTR_FD, ""),
	END,
};

static const struct attr_field link_create[] = {
	MEMBER(link_create, prog_fd, ATTR_FD, ""),
	MEMBER(link_create, target_ifindex, ATTR_DEVICE, ""),
	MEMBER(link_create, attach_type, ATTR_ATTACH_TYPE, ""),
	MEMBER(link_create, flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field link_update[] = {
	MEMBER(link_update, link_fd, ATTR_FD, ""),
	MEMBER(link_update, new_prog_fd, ATTR_FD, ""),
	MEMBER(link_update, flags, ATTR_FLAGS, ""),
	MEMBER(link_update, old_prog_fd, ATTR_FD, ""),
	END,
};

static const struct attr_field prog_bind_map[] = {
	MEMBER(prog_bind_map, prog_fd, ATTR_FD, ""),
	MEMBER(prog_bind_map, map_fd, ATTR_FD, ""),
	MEMBER(prog_bind_map, flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field test_run[] = {
	MEMBER(test, prog_fd, ATTR_FD, ""),
	MEMBER(test, data_size_in, ATTR_NUMBER, "bytes"),
	MEMBER(test, data_size_out, ATTR_NUMBER, "bytes"),
	MEMBER(test, data_in, ATTR_ADDRESS, "the packet"),
	MEMBER(test, data_out, ATTR_ADDRESS, "where it goes afterwards"),
	MEMBER(test, repeat, ATTR_NUMBER, ""),
	MEMBER(test, ctx_in, ATTR_ADDRESS, ""),
	MEMBER(test, flags, ATTR_FLAGS, ""),
	END,
};

static const struct attr_field *const by_command[] = {
	[BPF_MAP_CREATE] = map_create,
	[BPF_MAP_LOOKUP_ELEM] = map_elem,
	[BPF_MAP_UPDATE_ELEM] = map_elem,
	[BPF_MAP_DELETE_ELEM] = map_elem,
	[BPF_MAP_GET_NEXT_KEY] = map_next,
	[BPF_PROG_LOAD] = prog_load,
	[BPF_OBJ_PIN] = obj_pin,
	[BPF_OBJ_GET] = obj_pin,
	[BPF_PROG_ATTACH] = prog_attach,
	[BPF_PROG_DETACH] = prog_attach,
	[BPF_PROG_TEST_RUN] = test_run,
	[BPF_BTF_LOAD] = btf_load,
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = map_elem,
	[BPF_MAP_FREEZE] = map_fd_only,
	[BPF_MAP_LOOKUP_BATCH] = map_batch,
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = map_batch,
	[BPF_MAP_UPDATE_BATCH] = map_batch,
	[BPF_MAP_DELETE_BATCH] = map_batch,
	[BPF_LINK_CREATE] = link_create,
	[BPF_LINK_UPDATE] = link_update,
	[BPF_PROG_BIND_MAP] = prog_bind_map,
};

const struct attr_field *attr_fields(int cmd)
{
	return cmd >= 0 && cmd < (int)ARRAY_SIZE(by_command) ? by_command[cmd] : NULL;
}

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
	[BPF_SK_SKB_STREAM_PARSER] = "BPF_SK_SKB_STREAM_PARSER",
	[BPF_SK_SKB_STREAM_VERDICT] = "BPF_SK_SKB_STREAM_VERDICT",
	[BPF_TRACE_FENTRY] = "BPF_TRACE_FENTRY",
	[BPF_TRACE_FEXIT] = "BPF_TRACE_FEXIT",
	[BPF_XDP_DEVMAP] = "BPF_XDP_DEVMAP",
	[BPF_XDP_CPUMAP] = "BPF_XDP_CPUMAP",
	[BPF_SK_LOOKUP] = "BPF_SK_LOOKUP",
	[BPF_XDP] = "BPF_XDP",
	[BPF_PERF_EVENT] = "BPF_PERF_EVENT",
};

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
		named(value, value < ARRAY_SIZE(attach_types) ? attach_types[value] : NULL, out);
		break;
	case ATTR_DEVICE:
		device_text(s, value, out);
		break;
	}
}
