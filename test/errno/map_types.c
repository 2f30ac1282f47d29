/* MAP_CREATE of every type: each size, flag and right, one changed at a time. */
#include "test/errno/sys/sys.h"

#define TYPES 32u

static const char *const names[TYPES] = {
	"none", "hash", "array", "prog_array", "perf_event_array", "percpu_hash", "percpu_array", "stack_trace", "cgroup_array",
	"lru_hash", "lru_percpu_hash", "lpm_trie", "array_of_maps", "hash_of_maps", "devmap", "sockmap", "cpumap", "xskmap",
	"sockhash", "cgroup_storage", "reuseport_sockarray", "percpu_cgroup_storage", "queue", "stack", "sk_storage",
	"devmap_hash", "struct_ops", "ringbuf", "inode_storage", "task_storage", "bloom_filter", "user_ringbuf",
};

static int inner_fd;

/* What most types take; the others say what is different. */
static union bpf_attr basic(unsigned type)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 4, .max_entries = 4};

	switch (type) {
	case BPF_MAP_TYPE_STACK_TRACE:
		attr.value_size = 64;
		break;
	case BPF_MAP_TYPE_LPM_TRIE:
		attr.key_size = 8;
		attr.map_flags = BPF_F_NO_PREALLOC;
		break;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		attr.inner_map_fd = inner_fd;
		break;
	case BPF_MAP_TYPE_CGROUP_STORAGE:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		attr.key_size = 16;
		attr.max_entries = 0;
		break;
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_BLOOM_FILTER:
		attr.key_size = 0;
		break;
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
		attr.key_size = attr.value_size = 0;
		attr.max_entries = 4096;
		break;
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
		attr.map_flags = BPF_F_NO_PREALLOC;
		attr.max_entries = 0;
		break;
	}
	return attr;
}

static long try(union bpf_attr attr)
{
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd >= 0)
		sys_close(fd);
	return fd;
}

static void sizes(unsigned type)
{
	static const unsigned key[] = {0, 1, 4, 5, 8, 16, 17, 260, 261, 512, 513};
	static const unsigned value[] = {0, 1, 4, 5, 8, 16, 32, 72, 1016, 1024, 32768, 32769, 65407, 65408, 4 << 20, (4 << 20) + 1};
	static const unsigned entries[] = {0, 1, 3, 4095, 4096, 8192, 8193, 12288};
	union bpf_attr attr;

	for (unsigned i = 0; i < COUNT(key); i++) {
		attr = basic(type);
		attr.key_size = key[i];
		line_ok(try(attr), "%s key_size %u", names[type], key[i]);
	}
	for (unsigned i = 0; i < COUNT(value); i++) {
		attr = basic(type);
		attr.value_size = value[i];
		line_ok(try(attr), "%s value_size %u", names[type], value[i]);
	}
	for (unsigned i = 0; i < COUNT(entries); i++) {
		attr = basic(type);
		attr.max_entries = entries[i];
		line_ok(try(attr), "%s max_entries %u", names[type], entries[i]);
	}
}

static void flags(unsigned type)
{
	for (unsigned bit = 0; bit < 16; bit++) {
		union bpf_attr attr = basic(type);

		attr.map_flags ^= 1u << bit;
		line_ok(try(attr), "%s flag 0x%x turned", names[type], 1u << bit);
	}
}

static void extras(unsigned type)
{
	union bpf_attr attr = basic(type);

	attr.map_extra = 3;
	line_ok(try(attr), "%s map_extra 3", names[type]);
	attr.map_extra = 16;
	line_ok(try(attr), "%s map_extra 16", names[type]);
	attr = basic(type);
	attr.btf_vmlinux_value_type_id = 1;
	line_ok(try(attr), "%s btf_vmlinux_value_type_id 1", names[type]);
	attr = basic(type);
	attr.inner_map_fd = 99;
	line_ok(try(attr), "%s inner_map_fd 99", names[type]);
	attr.inner_map_fd = 0;
	line_ok(try(attr), "%s inner_map_fd 0", names[type]);
}

static void rights(unsigned type)
{
	static const struct {
		const char *what;
		uint64_t caps;
	} right[] = {
		{"CAP_BPF", CAPS_BPF},
		{"CAP_BPF and CAP_NET_ADMIN", CAPS_BPF | CAPS_NET_ADMIN},
		{"CAP_BPF and CAP_PERFMON", CAPS_BPF | CAPS_PERFMON},
		{"CAP_SYS_ADMIN", CAPS_SYS_ADMIN},
	};

	for (unsigned i = 0; i < COUNT(right); i++) {
		sys_caps(right[i].caps);
		line_ok(try(basic(type)), "%s with %s", names[type], right[i].what);
		sys_caps(CAPS_ALL);
	}
}

static void without_rights(void)
{
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	for (unsigned type = 1; type < TYPES; type++) {
		sys_caps(CAPS_NONE);
		line_ok(try(basic(type)), "%s without rights", names[type]);
		sys_caps(CAPS_ALL);
	}
}

int main(void)
{
	inner_fd = sys_bpf(BPF_MAP_CREATE, &(union bpf_attr){.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8,
							     .max_entries = 1}, sizeof(union bpf_attr));
	for (unsigned type = 1; type < TYPES; type++) {
		line_ok(try(basic(type)), "%s", names[type]);
		sizes(type);
		flags(type);
		extras(type);
		rights(type);
	}
	for (unsigned type = 1; type < TYPES; type++) {
		union bpf_attr attr = basic(type);
		long inner = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

		attr = basic(BPF_MAP_TYPE_ARRAY_OF_MAPS);
		attr.inner_map_fd = inner;
		line_ok(try(attr), "array_of_maps of %s", names[type]);
		sys_close(inner);
	}
	without_rights();
	return 0;
}
