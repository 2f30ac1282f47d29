/* Maps without capabilities, and with some; kernel.unprivileged_bpf_disabled. */
#include "test/errno/map.h"

static void create_all(const char *who)
{
	union bpf_attr attr = plain(BPF_MAP_TYPE_HASH);

	line(try_create(attr), "%s: hash", who);
	attr.map_flags = BPF_F_ZERO_SEED;
	line(try_create(attr), "%s: hash ZERO_SEED", who);
	attr.max_entries = 0;
	line(try_create(attr), "%s: hash ZERO_SEED max_entries=0", who);
	attr.map_flags = 0;
	line(try_create(attr), "%s: hash max_entries=0", who);
	attr = plain(BPF_MAP_TYPE_HASH);
	attr.map_ifindex = 1;
	line(try_create(attr), "%s: hash ifindex=1", who);
	attr.map_ifindex = 99;
	line(try_create(attr), "%s: hash ifindex=99", who);
	attr = plain(BPF_MAP_TYPE_ARRAY);
	line(try_create(attr), "%s: array", who);
	attr.map_flags = BPF_F_MMAPABLE;
	line(try_create(attr), "%s: array MMAPABLE", who);
	attr = plain(BPF_MAP_TYPE_ARRAY);
	attr.max_entries = (1u << 31) + 1;
	line(try_create(attr), "%s: array max_entries=2^31+1", who);
	attr.max_entries = 1u << 31;
	line(try_create(attr), "%s: array max_entries=2^31", who);
	attr.max_entries = ~0u;
	line(try_create(attr), "%s: array max_entries=2^32-1", who);
	line(try_create(plain(1000)), "%s: type 1000", who);
	line(sys_bpf(BPF_MAP_CREATE, BAD_POINTER, 144), "%s: bad attr", who);
	line(sys_bpf(BPF_MAP_CREATE, BAD_POINTER, 5000), "%s: size 5000", who);
	line(sys_bpf(99, BAD_POINTER, 144), "%s: command 99, bad attr", who);
}

/* Who has an fd may use it. */
static void use(long fd, const char *who)
{
	unsigned key = 1, next;
	uint64_t value = 5;
	union bpf_attr attr = {.map_fd = fd, .key = U64(&key), .value = U64(&value)}, batch = {0};
	union bpf_attr only_fd = {.map_fd = fd};

	line(sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)), "%s: update", who);
	line(sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)), "%s: lookup", who);
	attr = (union bpf_attr){.map_fd = fd, .next_key = U64(&next)};
	line(sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr)), "%s: next key", who);
	batch.batch.map_fd = fd;
	batch.batch.count = 1;
	batch.batch.keys = U64(&key);
	batch.batch.values = U64(&value);
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &batch, sizeof(batch)), "%s: update batch", who);
	attr = (union bpf_attr){.map_fd = fd, .key = U64(&key)};
	line(sys_bpf(BPF_MAP_DELETE_ELEM, &attr, sizeof(attr)), "%s: delete", who);
	line(sys_bpf(BPF_MAP_FREEZE, &only_fd, sizeof(only_fd)), "%s: freeze", who);
}

static const struct {
	uint64_t caps;
	const char *name;
} who[] = {
	{CAPS_NONE, "no capabilities"},    {CAPS_BPF, "CAP_BPF"},
	{CAPS_PERFMON, "CAP_PERFMON"},     {CAPS_NET_ADMIN, "CAP_NET_ADMIN"},
	{CAPS_SYS_ADMIN, "CAP_SYS_ADMIN"}, {CAPS_BPF | CAPS_PERFMON, "CAP_BPF, CAP_PERFMON"},
	{CAPS_ALL, "all capabilities"},
};

int main(void)
{
	static const int disabled[] = {2, 0};
	union bpf_attr attr = plain(BPF_MAP_TYPE_HASH);

	for (unsigned d = 0; d < COUNT(disabled); d++) {
		sys_caps(CAPS_ALL);
		sys_sysctl("kernel.unprivileged_bpf_disabled", disabled[d]);
		for (unsigned i = 0; i < COUNT(who); i++) {
			long fd;

			sys_caps(CAPS_ALL);
			fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
			sys_caps(who[i].caps);
			note("unprivileged_bpf_disabled=%d", disabled[d]);
			create_all(who[i].name);
			use(fd, who[i].name);
			sys_close(fd);
		}
	}
	return 0;
}
