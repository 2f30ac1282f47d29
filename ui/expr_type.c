/* Types in expressions: casts, memory behind pointers, members of structs, fields of the context; see expr.h.
 */
#include "expr_parse.h"

const struct btf_types *expr_types(const struct debug *d)
{
	const struct prog *prog = debug_prog(d);
	const struct btf *btf = prog ? btf_of(prog->btf) : NULL;

	return btf ? &btf->types : NULL;
}

static const struct btf_type *its_type(const struct expr_value *v, u32 *id)
{
	*id = v->types ? btf_skip_mods(v->types, v->type) : 0;
	return *id ? btf_type_by_id(v->types, *id) : NULL;
}

static bool is_block(const struct btf_type *t)
{
	return btf_is_composite(btf_kind(t)) || btf_kind(t) == BTF_KIND_ARRAY;
}

/* --- memory --- */

static bool is_signed(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_INT ? BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_SIGNED
					   : btf_kind(t) == BTF_KIND_ENUM && btf_kflag(t);
}

static u64 extend(u64 number, u32 bits, bool sign)
{
	if (bits >= 64)
		return number;
	number &= (1ull << bits) - 1;
	return sign && number >> (bits - 1) ? number | ~0ull << bits : number;
}

void expr_load(struct parser *p, struct expr_value *v)
{
	u32 id;
	const struct btf_type *t = its_type(v, &id);
	s64 size = t && !v->pointer ? btf_size(v->types, id) : v->size;

	v->size = size > 0 ? size : v->size;
	v->signed_ = t && !v->pointer ? is_signed(t) : v->signed_;
	v->number = 0;
	if (t && !v->pointer && is_block(t)) {
		v->number = v->at;
		return;
	}
	if (mem_read(debug_sim(p->d), &v->number, v->at, min_u64(v->size, sizeof(v->number))))
		expr_fail(p, -ENODATA, "no memory of the simulated kernel at 0x%llx",
			  (unsigned long long)v->at);
	v->number = extend(v->number, 8 * min_u64(v->size, 8), v->signed_);
}

/* What an address of no known type points to, when it is the beginning of a map's value. */
static void guess(struct parser *p, struct expr_value *v)
{
	struct region region;
	const struct map *map;

	if (!map_locate(debug_sim(p->d), v->number, &region) || region.kind != REGION_MAP_VALUE ||
	    region.base != v->number || !region.obj)
		return;
	map = container_of(region.obj, struct map, obj);
	if (!btf_of(map->btf) || !map->btf_value_type_id)
		return;
	v->types = &btf_of(map->btf)->types;
	v->type = map->btf_value_type_id;
	v->pointer = true;
}

void expr_deref(struct parser *p, struct expr_value *v)
{
	struct expr_value to = {.place = EXPR_MEMORY, .at = v->number, .size = v->step ? v->step : 8,
				.signed_ = v->step_signed};
	const struct btf_type *t;
	u32 id;

	if (!v->type && !v->step)
		guess(p, v);
	t = its_type(v, &id);
	if (v->pointer) {
		to.types = v->types;
		to.type = v->type;
	} else if (t && btf_kind(t) == BTF_KIND_PTR) {
		to.types = v->types;
		to.type = t->type;
	} else if (t && btf_kind(t) == BTF_KIND_ARRAY) {
		to.types = v->types;
		to.type = btf_array(t)->type;
	}
	*v = to;
	expr_load(p, v);
}

void expr_index(struct parser *p, struct expr_value *v, u64 index)
{
	struct expr_value first = *v;
	u32 id;
	const struct btf_type *t;

	expr_deref(p, &first);
	t = its_type(v, &id);
	if (!p->failed && t && !v->pointer && btf_kind(t) == BTF_KIND_ARRAY && index >= btf_array(t)->nelems)
		expr_fail(p, -ENODATA, "the array has %u elements", btf_array(t)->nelems);
	if (p->failed)
		return;
	first.at += index * first.size;
	*v = first;
	expr_load(p, v);
}

/* --- members --- */

static bool is_named(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && strncmp(name, text, len) == 0;
}

/* Also in members without a name of their own. */
static const struct btf_member *find_member(const struct btf_types *types, u32 id, const char *name,
					    size_t len, u32 *bit, const struct btf_type **in, u32 depth)
{
	const struct btf_type *t = btf_type_by_id(types, btf_skip_mods(types, id));

	if (!t || !btf_is_composite(btf_kind(t)) || depth > 8)
		return NULL;
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i], *inner;
		const char *its = btf_str(types, m->name_off);
		u32 at = *bit + btf_member_bit_off(t, m);

		if (its && is_named(its, name, len)) {
			*bit = at;
			*in = t;
			return m;
		}
		if (its && *its)
			continue;
		inner = find_member(types, m->type, name, len, &at, in, depth + 1);
		if (inner) {
			*bit = at;
			return inner;
		}
	}
	return NULL;
}

static void list_members(struct parser *p, const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, btf_skip_mods(types, id));
	char list[160];
	struct text text;

	text_init(&text, list, sizeof(list));
	for (u32 i = 0; t && btf_is_composite(btf_kind(t)) && i < btf_vlen(t); i++)
		text_add(&text, "%s%s", i ? ", " : "", btf_str(types, btf_members(t)[i].name_off));
	expr_fail(p, -EINVAL, "no such member; there are: %s", list);
}

static void bitfield(struct parser *p, struct expr_value *v, u32 bit, u32 bits, bool sign)
{
	u64 word = 0, at = v->at + bit / 8;
	u32 bytes = min_u64((bit % 8 + bits + 7) / 8, 8);

	if (mem_read(debug_sim(p->d), &word, at, bytes))
		expr_fail(p, -ENODATA, "no memory of the simulated kernel at 0x%llx", (unsigned long long)at);
	*v = (struct expr_value){.number = extend(word >> bit % 8, bits, sign), .signed_ = sign};
}

static void struct_member(struct parser *p, struct expr_value *v, const char *name, size_t len)
{
	const struct btf_type *in = NULL, *t;
	u32 bit = 0, id, bits;
	const struct btf_member *m;

	if (!v->type || v->pointer || v->place != EXPR_MEMORY) {
		expr_fail(p, -ENODATA,
			  "its type is not known: cast it, for example ((struct iphdr *)(pkt+14))->ttl");
		return;
	}
	m = find_member(v->types, v->type, name, len, &bit, &in, 0);
	if (!m) {
		list_members(p, v->types, v->type);
		return;
	}
	bits = btf_member_bit_size(in, m);
	id = btf_skip_mods(v->types, m->type);
	t = btf_type_by_id(v->types, id);
	if (bits || bit % 8) {
		bitfield(p, v, bit, bits ? bits : 8, t && is_signed(t));
		return;
	}
	*v = (struct expr_value){.place = EXPR_MEMORY, .at = v->at + bit / 8, .size = 8, .types = v->types,
				 .type = m->type};
	expr_load(p, v);
}

/* --- the context --- */

static void list_fields(struct parser *p, const struct ctx_field *fields)
{
	char list[200];
	struct text text;

	text_init(&text, list, sizeof(list));
	for (const struct ctx_field *f = fields; f && f->name; f++)
		if (f->access & CTX_READ && ctx_has_place(f))
			text_add(&text, "%s%s", text.len ? ", " : "", f->name);
	expr_fail(p, -EINVAL, "no such field of the context; there are: %s", list);
}

static void ctx_member(struct parser *p, struct expr_value *v, const char *name, size_t len)
{
	const struct vm *vm = debug_sim(p->d)->vm;
	const struct prog_type *type = vm->prog ? prog_type_by_id(vm->prog->type) : NULL;
	const struct ctx_field *f = type ? type->fields : NULL;
	u32 size;

	while (f && f->name && !(is_named(f->name, name, len) && f->access & CTX_READ && ctx_has_place(f)))
		f++;
	if (!f || !f->name) {
		list_fields(p, type ? type->fields : NULL);
		return;
	}
	size = f->element ? f->element : f->size;
	if (size > 8) {
		expr_fail(p, -ENODATA, "the field is %u bytes: too large for a number", size);
		return;
	}
	*v = (struct expr_value){.number = ctx_load(f, vm->ctx, f->off, size)};
	if (f->kind == CTX_PACKET || f->kind == CTX_PACKET_END || f->kind == CTX_PACKET_META)
		v->step = 1;
}

void expr_member(struct parser *p, struct expr_value *v, const char *name, size_t len, bool arrow)
{
	const struct vm *vm = debug_sim(p->d)->vm;

	if (arrow && (v->ctx || (!v->type && !v->step && vm->state != VM_IDLE && vm->ctx &&
				 v->number == vm->ctx))) {
		ctx_member(p, v, name, len);
		return;
	}
	if (arrow)
		expr_deref(p, v);
	if (!p->failed)
		struct_member(p, v, name, len);
}

/* --- casts --- */

static const struct {
	const char *name;
	u8 size;
	bool sign;
} numbers[] = {
	{"u8", 1, 0}, {"u16", 2, 0}, {"u32", 4, 0}, {"u64", 8, 0}, {"s8", 1, 1}, {"s16", 2, 1}, {"s32", 4, 1},
	{"s64", 8, 1}, {"__u8", 1, 0}, {"__u16", 2, 0}, {"__u32", 4, 0}, {"__u64", 8, 0}, {"__be16", 2, 0},
	{"__be32", 4, 0}, {"__s32", 4, 1}, {"__s64", 8, 1}, {"char", 1, 1}, {"short", 2, 1}, {"int", 4, 1},
	{"long", 8, 1}, {"void", 1, 0},
};

/* "struct NAME", or a name of the program's types, or of the kernel's. */
static bool find_type(const struct parser *p, const char *name, size_t len, bool tagged,
		      struct expr_value *cast)
{
	const u32 kinds = BTF_KINDS(BTF_KIND_STRUCT) | BTF_KINDS(BTF_KIND_UNION) | BTF_KINDS(BTF_KIND_ENUM) |
			  (tagged ? 0 : BTF_KINDS(BTF_KIND_TYPEDEF));
	const struct btf_types *where[] = {expr_types(p->d), debug_sim(p->d)->host->vmlinux};
	char copy[128];

	if (!len || len >= sizeof(copy))
		return false;
	memcpy(copy, name, len);
	copy[len] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(where); i++) {
		cast->type = where[i] ? btf_find_next(where[i], copy, kinds, 0) : 0;
		cast->types = where[i];
		if (cast->type)
			return true;
	}
	return false;
}

bool expr_cast(struct parser *p, struct expr_value *cast)
{
	const char *from = p->at;
	bool tagged, sign = true, found = false;
	size_t n;

	*cast = (struct expr_value){0};
	p->at++;
	expr_skip(p);
	expr_take_word(p, "const");
	expr_skip(p);
	tagged = expr_take_word(p, "struct") || expr_take_word(p, "union") || expr_take_word(p, "enum");
	sign = !expr_take_word(p, "unsigned");
	expr_skip(p);
	n = expr_word(p->at);
	for (size_t i = 0; i < ARRAY_SIZE(numbers) && !tagged && !found; i++) {
		found = is_named(numbers[i].name, p->at, n);
		cast->step = numbers[i].size;
		cast->step_signed = numbers[i].sign && sign;
	}
	if (!found) {
		cast->step = 0;
		found = find_type(p, p->at, n, tagged, cast);
	}
	p->at += n;
	expr_skip(p);
	cast->pointer = found && *p->at == '*';
	p->at += cast->pointer;
	expr_skip(p);
	if (found && *p->at == ')' && (cast->pointer || cast->step)) {
		p->at++;
		return true;
	}
	p->at = from;
	return false;
}

void expr_apply_cast(const struct expr_value *cast, struct expr_value *v)
{
	u64 number = v->number;

	if (!cast->pointer)
		*v = (struct expr_value){.number = extend(number, 8 * cast->step, cast->step_signed),
					 .signed_ = cast->step_signed};
	else
		*v = (struct expr_value){.number = number,
					 .step = cast->step,
					 .step_signed = cast->step_signed,
					 .types = cast->types,
					 .type = cast->type,
					 .pointer = cast->type};
}
