/* The tables of the fields of union bpf_attr: see attr.h. The layout is <linux/bpf.h>'s. */
#include "attr.h"

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
	FIELD(target_fd, ATTR_TARGET, ""),
	FIELD(attach_bpf_fd, ATTR_FD, ""),
	FIELD(attach_type, ATTR_ATTACH_TYPE, ""),
	FIELD(attach_flags, ATTR_FLAGS, ""),
	FIELD(replace_bpf_fd, ATTR_FD, ""),
	END,
};

/* LINK_CREATE: what follows the program depends on the hook. */
#define LINK_HEAD(target, kind)                                                                              \
	MEMBER(link_create, prog_fd, ATTR_FD, ""), MEMBER(link_create, target, kind, ""),                    \
		MEMBER(link_create, attach_type, ATTR_ATTACH_TYPE, ""),                                      \
		MEMBER(link_create, flags, ATTR_FLAGS, "")

static const struct attr_field link_device[] = {
	LINK_HEAD(target_ifindex, ATTR_DEVICE),
	END,
};

static const struct attr_field link_fd[] = {
	LINK_HEAD(target_fd, ATTR_TARGET),
	END,
};

static const struct attr_field link_perf[] = {
	LINK_HEAD(target_fd, ATTR_TARGET),
	MEMBER(link_create.perf_event, bpf_cookie, ATTR_NUMBER, ""),
	END,
};

static const struct attr_field link_tracing[] = {
	LINK_HEAD(target_fd, ATTR_TARGET),
	MEMBER(link_create.tracing, target_btf_id, ATTR_NUMBER, ""),
	MEMBER(link_create.tracing, cookie, ATTR_NUMBER, ""),
	END,
};

static const struct attr_field link_multi[] = {
	LINK_HEAD(target_fd, ATTR_TARGET),
	MEMBER(link_create.kprobe_multi, flags, ATTR_FLAGS, ""),
	MEMBER(link_create.kprobe_multi, cnt, ATTR_NUMBER, "functions"),
	MEMBER(link_create.kprobe_multi, syms, ATTR_ADDRESS, "their names"),
	MEMBER(link_create.kprobe_multi, addrs, ATTR_ADDRESS, "or their addresses"),
	MEMBER(link_create.kprobe_multi, cookies, ATTR_ADDRESS, "a number for each, or none"),
	END,
};

static const struct attr_field *link_fields(const union bpf_attr *attr)
{
	switch (attr->link_create.attach_type) {
	case BPF_XDP:
		return link_device;
	case BPF_PERF_EVENT:
		return link_perf;
	case BPF_TRACE_KPROBE_MULTI:
		return link_multi;
	case BPF_TRACE_FENTRY:
	case BPF_TRACE_FEXIT:
	case BPF_MODIFY_RETURN:
	case BPF_TRACE_RAW_TP:
	case BPF_LSM_MAC:
		return link_tracing;
	default:
		return link_fd;
	}
}

static const struct attr_field raw_tracepoint[] = {
	MEMBER(raw_tracepoint, name, ATTR_STRING, ""),
	MEMBER(raw_tracepoint, prog_fd, ATTR_FD, ""),
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

static const struct attr_field next_id[] = {
	FIELD(start_id, ATTR_NUMBER, ""),
	FIELD(next_id, ATTR_NUMBER, ""),
	END,
};

#define BY_ID(name) {FIELD(name, ATTR_NUMBER, ""), FIELD(open_flags, ATTR_FLAGS, ""), END}
static const struct attr_field map_by_id[] = BY_ID(map_id);
static const struct attr_field prog_by_id[] = BY_ID(prog_id);
static const struct attr_field btf_by_id[] = BY_ID(btf_id);
static const struct attr_field link_by_id[] = BY_ID(link_id);

static const struct attr_field obj_info[] = {
	MEMBER(info, bpf_fd, ATTR_FD, ""),
	MEMBER(info, info_len, ATTR_NUMBER, "bytes"),
	MEMBER(info, info, ATTR_ADDRESS, "where the answer goes"),
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
	[BPF_PROG_GET_NEXT_ID] = next_id,
	[BPF_MAP_GET_NEXT_ID] = next_id,
	[BPF_BTF_GET_NEXT_ID] = next_id,
	[BPF_LINK_GET_NEXT_ID] = next_id,
	[BPF_PROG_GET_FD_BY_ID] = prog_by_id,
	[BPF_MAP_GET_FD_BY_ID] = map_by_id,
	[BPF_BTF_GET_FD_BY_ID] = btf_by_id,
	[BPF_LINK_GET_FD_BY_ID] = link_by_id,
	[BPF_OBJ_GET_INFO_BY_FD] = obj_info,
	[BPF_BTF_LOAD] = btf_load,
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = map_elem,
	[BPF_MAP_FREEZE] = map_fd_only,
	[BPF_MAP_LOOKUP_BATCH] = map_batch,
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = map_batch,
	[BPF_MAP_UPDATE_BATCH] = map_batch,
	[BPF_MAP_DELETE_BATCH] = map_batch,
	[BPF_RAW_TRACEPOINT_OPEN] = raw_tracepoint,
	[BPF_LINK_UPDATE] = link_update,
	[BPF_PROG_BIND_MAP] = prog_bind_map,
};

const struct attr_field *attr_fields(int cmd, const union bpf_attr *attr)
{
	if (cmd == BPF_LINK_CREATE)
		return link_fields(attr);
	return cmd >= 0 && cmd < (int)ARRAY_SIZE(by_command) ? by_command[cmd] : NULL;
}
