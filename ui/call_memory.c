/* Memory behind system calls: see call_memory.h. */
#include <stdlib.h>

#include "call_memory.h"
#include "debug.h"
#include "program.h"

#define KEEP_MAX (1u << 16)      /* bytes of a part */
#define KEEP_INSNS_MAX (1u << 20) /* slots */

static const struct map *map_of_call(const struct debug *d, const union bpf_attr *attr)
{
	const struct obj *obj = session_object((struct session *)&d->session, attr->map_fd);

	return obj && obj->kind == OBJ_MAP ? container_of(obj, struct map, obj) : NULL;
}

/* A per-CPU map gives and takes the values of all CPUs at once. */
static u32 value_bytes(const struct debug *d, const struct map *map)
{
	bool each = map_ops(map)->traits & MAP_TRAIT_PERCPU;

	return each ? round_up_u64(map->k.value_size, 8) * debug_sim(d)->clock->ncpus : map->k.value_size;
}

static u32 text_bytes(const struct user_memory *user, u64 uaddr)
{
	u32 n = 0;
	char c = 1;

	while (n < 256 && c && user_read(user, &c, uaddr + n, 1) == 0)
		n++;
	return n;
}

/* The lists that come with a program, and other fields by name. */
static const struct {
	const char *name;
	u8 kind;
	u16 count, size; /* offset of the fields that hold how many, of how many bytes; 0: see each */
	u32 each;
} lists[] = {
#define AT(member) offsetof(union bpf_attr, member)
	{"insns", PART_INSNS, AT(insn_cnt), 0, sizeof(struct bpf_insn)},
	{"func_info", PART_FUNCS, AT(func_info_cnt), AT(func_info_rec_size), 0},
	{"line_info", PART_LINES, AT(line_info_cnt), AT(line_info_rec_size), 0},
	{"btf", PART_BYTES, AT(btf_size), 0, 1},
	{"data_in", PART_BYTES, AT(test.data_size_in), 0, 1},
#undef AT
};

static u32 u32_at(const union bpf_attr *attr, u16 off)
{
	u32 value;

	memcpy(&value, (const u8 *)attr + off, sizeof(value));
	return value;
}

/* What kind of thing @field points to, and its bytes; 0: nothing that is kept. */
static u64 measure(const struct debug *d, const struct debug_call *call, const struct attr_field *field,
		   u64 uaddr, u8 *kind)
{
	const struct map *map = map_of_call(d, &call->attr);

	*kind = field->kind == ATTR_STRING ? PART_TEXT : field->kind == ATTR_KEY ? PART_KEY : PART_VALUE;
	if (field->kind == ATTR_STRING)
		return text_bytes(d->session.user, uaddr);
	if (field->kind == ATTR_KEY || field->kind == ATTR_VALUE)
		return !map ? 0 : field->kind == ATTR_KEY ? map->k.key_size : value_bytes(d, map);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (strcmp(lists[i].name, field->name) != 0)
			continue;
		*kind = lists[i].kind;
		return (u64)u32_at(&call->attr, lists[i].count) *
		       (lists[i].size ? u32_at(&call->attr, lists[i].size) : lists[i].each);
	}
	return 0;
}

static bool kernel_writes(int cmd, const struct attr_field *field)
{
	if (cmd == BPF_MAP_GET_NEXT_KEY)
		return strcmp(field->name, "next_key") == 0;
	return (cmd == BPF_MAP_LOOKUP_ELEM || cmd == BPF_MAP_LOOKUP_AND_DELETE_ELEM) &&
	       field->kind == ATTR_VALUE;
}

static void take(struct debug *d, const struct debug_call *call, const struct attr_field *field, bool after)
{
	u64 uaddr, whole;
	struct call_part *part;
	u32 len;
	u8 kind;

	memcpy(&uaddr, (const u8 *)&call->attr + field->offset, sizeof(uaddr));
	whole = uaddr ? measure(d, call, field, uaddr, &kind) : 0;
	if (!whole)
		return;
	len = min_u64(whole, kind == PART_INSNS ? KEEP_INSNS_MAX * sizeof(struct bpf_insn) : KEEP_MAX);
	part = calloc(1, sizeof(*part) + len);
	if (!part || user_read(d->session.user, part->bytes, uaddr, len)) {
		free(part);
		return;
	}
	part->next = d->part;
	part->call = call->number;
	part->field = field;
	part->kind = kind;
	part->written = after;
	part->uaddr = uaddr;
	part->whole = min_u64(whole, UINT32_MAX);
	part->len = len;
	d->part = part;
}

void call_memory_take(struct debug *d, const struct debug_call *call, bool after)
{
	for (const struct attr_field *f = attr_fields(call->cmd, &call->attr); f && f->name; f++)
		if (f->size == 8 && f->offset + f->size <= call->size && kernel_writes(call->cmd, f) == after)
			take(d, call, f, after);
}

const struct call_part *call_part_of(const struct debug *d, const struct debug_call *call,
				     const struct attr_field *field)
{
	for (const struct call_part *part = d->part; part; part = part->next)
		if (part->call == call->number && part->field == field)
			return part;
	return NULL;
}

void call_memory_free(struct debug *d)
{
	while (d->part) {
		struct call_part *next = d->part->next;

		free(d->part);
		d->part = next;
	}
}
