/* Values that mean something to the kernel: see map_meaning.h. */
#include "map_meaning.h"
#include "map_show.h"

/* --- where XDP sends frames: a number, and perhaps a program --- */

static void add_prog(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	const struct obj *prog;
	u32 id;

	if (map->k.value_size < sizeof(struct bpf_devmap_val))
		return;
	memcpy(&id, (const u8 *)value + offsetof(struct bpf_devmap_val, bpf_prog), sizeof(id));
	prog = id ? obj_by_id(sim, OBJ_PROG, id) : NULL;
	if (prog)
		text_add(out, ", through prog %u %s", id, prog->name);
}

static void device(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	const struct netdev *dev;
	u32 ifindex;

	memcpy(&ifindex, value, sizeof(ifindex));
	dev = netdev_by_index(sim, ifindex);
	text_add(out, "ifindex %u%s%s", ifindex, dev ? " = " : "", dev ? dev->name : "");
	add_prog(sim, map, value, out);
}

static void cpu(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	u32 qsize;

	memcpy(&qsize, value, sizeof(qsize));
	text_add(out, "a queue of %u frames", qsize);
	add_prog(sim, map, value, out);
}

/* --- call stacks --- */

static bool by_build_id(const struct map *map)
{
	return map->k.map_flags & BPF_F_STACK_BUILD_ID;
}

static u64 address_of(const void *value, u32 i)
{
	u64 address;

	memcpy(&address, (const u8 *)value + i * sizeof(address), sizeof(address));
	return address;
}

static struct bpf_stack_build_id build_id_of(const void *value, u32 i)
{
	struct bpf_stack_build_id id;

	memcpy(&id, (const u8 *)value + i * sizeof(id), sizeof(id));
	return id;
}

u32 map_stack_depth(const struct map *map, const void *value)
{
	u32 size = by_build_id(map) ? sizeof(struct bpf_stack_build_id) : sizeof(u64), n = 0;

	while (n < map->k.value_size / size &&
	       (by_build_id(map) ? (u64)build_id_of(value, n).status : address_of(value, n)))
		n++;
	return n;
}

static void add_address(struct sim *sim, u64 address, struct text *out)
{
	u32 off;
	const char *name = function_at(sim, address, &off);

	if (name)
		text_add(out, "%s+0x%x", name, off);
	else
		text_add(out, "0x%llx", (unsigned long long)address);
}

void map_stack_entry(struct sim *sim, const struct map *map, const void *value, u32 i, struct text *out)
{
	struct bpf_stack_build_id id;

	if (!by_build_id(map)) {
		add_address(sim, address_of(value, i), out);
		return;
	}
	id = build_id_of(value, i);
	if (id.status != BPF_STACK_BUILD_ID_VALID)
		add_address(sim, id.ip, out);
	else
		text_add(out, "file %02x%02x%02x%02x... + 0x%llx", id.build_id[0], id.build_id[1],
			 id.build_id[2], id.build_id[3], (unsigned long long)id.offset);
}

static void stack(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	u32 depth = map_stack_depth(map, value);

	for (u32 i = 0; i < depth; i++) {
		text_add(out, i ? " < " : "");
		map_stack_entry(sim, map, value, i, out);
	}
}

/* --- tables of functions --- */

/* Where the kernel's table begins in the value: behind a count and a state. */
static u32 data_offset(const struct btf_types *kernel, u32 value_id)
{
	const struct btf_type *t = btf_type_by_id(kernel, value_id);

	for (u32 i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf_str(kernel, btf_members(t)[i].name_off), "data"))
			return btf_member_bit_off(t, &btf_members(t)[i]) / 8;
	return 0;
}

void map_table_each(struct sim *sim, const struct map *map, const void *value,
		    void (*each)(void *ctx, const char *member, const struct obj *prog, const char *text),
		    void *ctx)
{
	const struct btf_types *kernel = sim->host->vmlinux;
	const u8 *data = (const u8 *)value + data_offset(kernel, map->btf_vmlinux_value_type_id);
	const struct btf_type *t = btf_type_by_id(kernel, struct_ops_type(map));

	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const u8 *at = data + btf_member_bit_off(t, m) / 8;
		u32 kind = btf_kind(btf_type_by_id(kernel, btf_skip_mods(kernel, m->type))), id;
		char words[128];
		struct text text;

		memcpy(&id, at, sizeof(id));
		if (!*at && !id)
			continue;
		text_init(&text, words, sizeof(words));
		if (kind != BTF_KIND_PTR)
			btf_show(kernel, m->type, at, btf_size(kernel, m->type), &text);
		each(ctx, btf_str(kernel, m->name_off),
		     kind == BTF_KIND_PTR ? obj_by_id(sim, OBJ_PROG, id) : NULL, words);
	}
}

void map_table_state(const void *value, struct text *out)
{
	static const char *const states[] = {"not registered", "registered", "taken back"};
	u32 head[2];

	memcpy(head, value, sizeof(head));
	text_add(out, "%s", head[1] < ARRAY_SIZE(states) ? states[head[1]] : "?");
	if (head[1])
		text_add(out, ", %u reference%s", head[0], head[0] == 1 ? "" : "s");
}

static void add_member(void *ctx, const char *member, const struct obj *prog, const char *words)
{
	struct text *out = ctx;

	text_add(out, " · %s ", member);
	if (prog)
		text_add(out, "→ prog %u %s", prog->id, prog->name);
	else
		text_add(out, "%s", words);
}

static void table(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	map_table_state(value, out);
	map_table_each(sim, map, value, add_member, out);
}

static void (*const of_form[MAP_FORMS])(struct sim *sim, const struct map *map, const void *value,
					struct text *out) = {
	[MAP_FORM_DEVICES] = device,
	[MAP_FORM_CPUS] = cpu,
	[MAP_FORM_STACKS] = stack,
	[MAP_FORM_FUNCTIONS] = table,
};

void map_meaning_text(struct sim *sim, const struct map *map, const void *value, struct text *out)
{
	u8 form = map_ops(map)->form;

	if (value && of_form[form])
		of_form[form](sim, map, value, out);
	else
		map_value_text(map, value, out);
}

void map_passed_text(struct sim *sim, const struct map *map, const void *value, bool written,
		     struct text *out)
{
	if (written)
		map_meaning_text(sim, map, value, out);
	else
		map_value_text(map, value, out);
}

void map_bytes_text(struct sim *sim, const struct map *map, const u8 *bytes, u64 len, bool written,
		    struct text *out)
{
	u64 step = round_up_u64(map->k.value_size, 8);

	if (!(map_ops(map)->traits & MAP_TRAIT_PERCPU)) {
		map_passed_text(sim, map, bytes, written, out);
		return;
	}
	for (u64 at = 0; at + map->k.value_size <= len; at += step) {
		text_add(out, "%sCPU %llu: ", at ? " · " : "", (unsigned long long)(at / step));
		map_passed_text(sim, map, bytes + at, written, out);
	}
}
