/*
 * Keys and values of many shapes: structs in structs, arrays, names, bit fields, enums, unions, signed numbers, a value for each CPU.
 * What user space writes as {id: 1, color: GREEN} becomes bytes by the types that this file declares (BTF).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum color { RED, GREEN = 5, BLUE = -1 };

struct part {
	__u8 kind;
	__s16 size[3];
	char name[8];
};

struct shape {
	struct part part[2];
	unsigned int open : 1, level : 5, rest : 26;
	enum color color;
	union {
		__be32 addr;
		__u8 byte[4];
	};
	struct {
		__u64 deep;
	} inner;
	_Bool ok;
	__s64 balance;
};

struct key {
	__u32 id;
	enum color color;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, struct key);
	__type(value, struct shape);
} shapes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct part);
} parts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, struct part);
} queue SEC(".maps");

/* Counts down the balance of what has the packet's address, and hands its first part out. */
SEC("xdp")
int values(struct xdp_md *ctx)
{
	struct key key = {.id = 1, .color = GREEN};
	struct shape *shape = bpf_map_lookup_elem(&shapes, &key);
	__u32 zero = 0;
	struct part *part = bpf_map_lookup_elem(&parts, &zero);

	if (!shape || !part)
		return XDP_DROP;
	shape->balance--;
	part->size[0]++;
	bpf_map_push_elem(&queue, &shape->part[0], BPF_EXIST);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
