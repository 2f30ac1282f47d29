/* What a machine holds before its programs come: see worlds.h. */
#include "dice.h"
#include "worlds.h"

static s64 new_map(struct vector_bench *bench, u32 type, u32 key_size, u32 entries, s64 inner)
{
	union bpf_attr attr = {.map_type = type,
			       .key_size = key_size,
			       .value_size = PLAUSIBLE_VALUE_SIZE,
			       .max_entries = entries};

	if (inner >= 0) {
		attr.inner_map_fd = inner;
		attr.value_size = 4;
	}
	user_reset(bench->user);
	return bench_bpf(bench, BPF_MAP_CREATE, &attr);
}

static void update(struct vector_bench *bench, s64 fd, const void *key, u32 key_size, const void *value,
		   u32 size)
{
	union bpf_attr attr = {.map_fd = fd};

	user_reset(bench->user);
	attr.key = user_put(bench->user, key, key_size);
	attr.value = user_put(bench->user, value, size);
	bench_bpf(bench, BPF_MAP_UPDATE_ELEM, &attr);
}

static void random_value(u64 *dice, u8 *value, u32 size)
{
	for (u32 byte = 0; byte < size; byte++)
		value[byte] = dice_roll(dice, 3) ? dice_roll(dice, 2) ? dice_roll(dice, 70) * !(byte % 8) : 0
						 : dice_roll(dice, 256);
}

void world_fill(struct vector_bench *bench, u64 *dice, const struct plausible_world *world)
{
	u8 value[PLAUSIBLE_VALUE_SIZE];

	for (u32 i = 0; i < MAP_LOOKED_UP; i++)
		for (u32 key = 0; key < PLAUSIBLE_ENTRIES; key++) {
			random_value(dice, value, sizeof(value));
			update(bench, world->map_fd[i], &key, sizeof(key), value, sizeof(value));
		}
}

void world_make(struct vector_bench *bench, u64 *dice, bool unprivileged, struct plausible_world *world)
{
	union bpf_attr attr = {.btf_size = plausible_btf_size};
	u32 first = 0, inner;

	world->map_fd[MAP_ARRAY] = new_map(bench, BPF_MAP_TYPE_ARRAY, 4, PLAUSIBLE_ENTRIES, -1);
	world->map_fd[MAP_HASH] = new_map(bench, BPF_MAP_TYPE_HASH, 4, PLAUSIBLE_ENTRIES, -1);
	world->map_fd[MAP_PERCPU_ARRAY] = new_map(bench, BPF_MAP_TYPE_PERCPU_ARRAY, 4, PLAUSIBLE_ENTRIES, -1);
	world->map_fd[MAP_QUEUE] = new_map(bench, BPF_MAP_TYPE_QUEUE, 0, PLAUSIBLE_ENTRIES, -1);
	world->map_fd[MAP_STACK] = new_map(bench, BPF_MAP_TYPE_STACK, 0, PLAUSIBLE_ENTRIES, -1);
	world->map_fd[MAP_OF_MAPS] =
		new_map(bench, BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 2, world->map_fd[MAP_ARRAY]);
	world->unprivileged = unprivileged;
	inner = world->map_fd[MAP_ARRAY];
	update(bench, world->map_fd[MAP_OF_MAPS], &first, sizeof(first), &inner, sizeof(inner));
	user_reset(bench->user);
	attr.btf = user_put(bench->user, plausible_btf, plausible_btf_size);
	world->btf_fd = bench_bpf(bench, BPF_BTF_LOAD, &attr);
	world_fill(bench, dice, world);
}

void seed_fill(struct vector_bench *bench, u64 *dice, const struct seed *seed)
{
	const json_t *maps = json_object_get(seed->vector, "maps"), *map;
	u8 key[8] = {0}, value[128];
	size_t i;

	json_array_foreach(maps, i, map)
	{
		s64 type = vector_int(map, "type"), size = vector_int(map, "value_size");
		bool plain = type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_ARRAY;

		if (!plain || vector_int(map, "key_size") > (s64)sizeof(key) || size > (s64)sizeof(value) ||
		    i >= bench->nmaps)
			continue;
		key[0] = dice_roll(dice, 3);
		random_value(dice, value, size);
		update(bench, bench->map_fd[i], key, vector_int(map, "key_size"), value, size);
	}
}

bool seed_take(struct vector_bench *bench, const struct seed *seed, struct subject *subject)
{
	union bpf_attr attr;
	const void *insns, *func;

	memset(subject, 0, sizeof(*subject));
	if (bench_make_maps(bench, seed->vector) < 0 || bench_load_attr(bench, seed->vector, &attr) < 0 ||
	    !attr.insn_cnt || attr.func_info_cnt > SUBJECT_FUNCS)
		return false;
	insns = user_at(bench->user, attr.insns, attr.insn_cnt * sizeof(struct bpf_insn));
	func = user_at(bench->user, attr.func_info, attr.func_info_cnt * sizeof(struct bpf_func_info));
	subject->type = attr.prog_type;
	subject->attach_type = attr.expected_attach_type;
	subject->attach_btf_id = attr.attach_btf_id;
	subject->flags = attr.prog_flags;
	subject->gpl = !strcmp(vector_str(seed->vector, "license"), "GPL");
	subject->btf_fd = attr.prog_btf_fd;
	subject->nfuncs = func ? attr.func_info_cnt : 0;
	subject->count = attr.insn_cnt;
	memcpy(subject->insns, insns, subject->count * sizeof(subject->insns[0]));
	if (subject->nfuncs)
		memcpy(subject->func, func, subject->nfuncs * sizeof(subject->func[0]));
	return true;
}
