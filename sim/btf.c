/*
 * BTF: see btf.h. Mirrors the reading half of kernel/bpf/btf.c; what the kernel demands of a BTF beyond that
 * is in btf_check.c.
 *
 * The index has three rows of u32: the offset of each type, and a hash table over the names (next, bucket),
 * because a kernel's BTF has some 100,000 types and CO-RE asks for many of them by name.
 */
#include "btf.h"

/* What follows struct btf_type: a fixed part, and a part for each of vlen. */
static const struct {
	const char *name;
	u8 fixed, each;
} kinds[] = {
	[BTF_KIND_INT] = {"INT", sizeof(u32), 0},
	[BTF_KIND_PTR] = {"PTR", 0, 0},
	[BTF_KIND_ARRAY] = {"ARRAY", sizeof(struct btf_array), 0},
	[BTF_KIND_STRUCT] = {"STRUCT", 0, sizeof(struct btf_member)},
	[BTF_KIND_UNION] = {"UNION", 0, sizeof(struct btf_member)},
	[BTF_KIND_ENUM] = {"ENUM", 0, sizeof(struct btf_enum)},
	[BTF_KIND_FWD] = {"FWD", 0, 0},
	[BTF_KIND_TYPEDEF] = {"TYPEDEF", 0, 0},
	[BTF_KIND_VOLATILE] = {"VOLATILE", 0, 0},
	[BTF_KIND_CONST] = {"CONST", 0, 0},
	[BTF_KIND_RESTRICT] = {"RESTRICT", 0, 0},
	[BTF_KIND_FUNC] = {"FUNC", 0, 0},
	[BTF_KIND_FUNC_PROTO] = {"FUNC_PROTO", 0, sizeof(struct btf_param)},
	[BTF_KIND_VAR] = {"VAR", sizeof(struct btf_var), 0},
	[BTF_KIND_DATASEC] = {"DATASEC", 0, sizeof(struct btf_var_secinfo)},
	[BTF_KIND_FLOAT] = {"FLOAT", 0, 0},
	[BTF_KIND_DECL_TAG] = {"DECL_TAG", sizeof(struct btf_decl_tag), 0},
	[BTF_KIND_TYPE_TAG] = {"TYPE_TAG", 0, 0},
	[BTF_KIND_ENUM64] = {"ENUM64", 0, sizeof(struct btf_enum64)},
};

static const struct btf_type void_type;

const char *btf_kind_name(u32 kind)
{
	return kind < ARRAY_SIZE(kinds) ? kinds[kind].name : NULL;
}

u64 btf_record_size(const struct btf_type *t)
{
	u32 kind = btf_kind(t);

	if (!btf_kind_name(kind))
		return 0;
	return sizeof(*t) + kinds[kind].fixed + (u64)kinds[kind].each * btf_vlen(t);
}

/* --- opening --- */

static int check_magic(const struct btf_header *h, u64 size, struct why *why)
{
	if (size < sizeof(*h))
		return sim_fail(why, -EINVAL, "BTF has a header of %zu bytes, but there are only %llu bytes",
				sizeof(*h), (unsigned long long)size);
	if (h->magic == (u16)(BTF_MAGIC << 8 | BTF_MAGIC >> 8))
		return sim_fail(why, -EINVAL, "this BTF is big-endian; only little-endian can be read");
	if (h->magic != BTF_MAGIC)
		return sim_fail(why, -EINVAL, "BTF starts with 0x%x, not 0x%x", BTF_MAGIC, h->magic);
	if (h->version != BTF_VERSION)
		return sim_fail(why, -EINVAL, "BTF is of version %u, not %u", h->version, BTF_VERSION);
	if (h->hdr_len < sizeof(*h) || h->hdr_len > size || h->hdr_len % 4)
		return sim_fail(why, -EINVAL, "hdr_len %u of BTF is not a multiple of 4 from %zu to %llu",
				h->hdr_len, sizeof(*h), (unsigned long long)size);
	return 0;
}

static int check_section(const char *name, u32 hdr_len, u32 off, u32 len, u64 size, struct why *why)
{
	if ((u64)hdr_len + off + len > size)
		return sim_fail(why, -EINVAL, "the %s of BTF (%u bytes at %u) end beyond its %llu bytes",
				name, len, off, (unsigned long long)size);
	return 0;
}

static int check_strings(const struct btf_types *types, struct why *why)
{
	const u8 *strs = types->data + types->strs_off;

	if (types->base && !types->strs_len)
		return 0;
	if (!types->strs_len || strs[types->strs_len - 1])
		return sim_fail(why, -EINVAL, "the strings of BTF do not end with a zero byte");
	if (!types->base && strs[0])
		return sim_fail(why, -EINVAL, "the strings of BTF do not start with the empty string");
	return 0;
}

/* The two sections as the header gives them, without an index: names can be read, types not. 0 or -EINVAL. */
static int open_header(struct btf_types *types, const u8 *data, u64 size, const struct btf_types *base,
		       struct why *why)
{
	const struct btf_header *h = (const struct btf_header *)data;
	int err;

	assert((uintptr_t)data % 4 == 0);
	if (size > UINT32_MAX)
		return sim_fail(why, -EINVAL, "BTF of %llu bytes: more than 4 GB", (unsigned long long)size);
	err = check_magic(h, size, why);
	if (!err)
		err = check_section("types", h->hdr_len, h->type_off, h->type_len, size, why);
	if (!err)
		err = check_section("strings", h->hdr_len, h->str_off, h->str_len, size, why);
	if (err)
		return err;
	if (h->type_off % 4)
		return sim_fail(why, -EINVAL, "type_off %u of BTF is not a multiple of 4", h->type_off);
	*types = (struct btf_types){
		.data = data,
		.size = size,
		.types_off = h->hdr_len + h->type_off,
		.types_len = h->type_len,
		.strs_off = h->hdr_len + h->str_off,
		.strs_len = h->str_len,
		.base = base,
		.start_id = base ? base->end_id : 1,
		.start_str = base ? base->start_str + base->strs_len : 0,
	};
	types->end_id = types->start_id;
	return check_strings(types, why);
}

/* The record at @off of the type section: its bytes, or -EINVAL. @id: for the sentence. */
static s64 record_at(const struct btf_types *types, u32 off, u32 id, struct why *why)
{
	const struct btf_type *t = (const struct btf_type *)(types->data + types->types_off + off);
	u32 left = types->types_len - off;
	u64 size;

	if (left < sizeof(*t))
		return sim_fail(why, -EINVAL, "type [%u] of BTF is cut off: %u bytes are left", id, left);
	size = btf_record_size(t);
	if (!size)
		return sim_fail(why, -EINVAL, "type [%u] of BTF is of unknown kind %u", id, btf_kind(t));
	if (size > left)
		return sim_fail(why, -EINVAL, "type [%u] of BTF is cut off: %s needs %llu bytes, %u are left",
				id, btf_kind_name(btf_kind(t)), (unsigned long long)size, left);
	return size;
}

/* How many types there are, or -EINVAL. */
static s64 count_types(const struct btf_types *types, struct why *why)
{
	s64 count = 0;

	for (u32 off = 0; off < types->types_len; count++) {
		s64 size = record_at(types, off, types->start_id + count, why);

		if (size < 0)
			return size;
		off += size;
	}
	if (types->start_id + count > BTF_MAX_TYPE + 1)
		return sim_fail(why, -EINVAL, "BTF has more than %u types", BTF_MAX_TYPE);
	return count;
}

static u32 buckets_for(u32 count)
{
	u32 n = 1;

	while (n < count)
		n *= 2;
	return n;
}

s64 btf_measure(const u8 *data, u64 size, const struct btf_types *base, struct why *why)
{
	struct btf_types types;
	s64 count = open_header(&types, data, size, base, why);

	if (!count)
		count = count_types(&types, why);
	if (count < 0)
		return count;
	return (2 * count + buckets_for(count)) * sizeof(u32);
}

static u32 hash_name(const char *name)
{
	u32 hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (u8)*name) * 16777619u;
	return hash ^ hash >> 15;
}

/* From the last type to the first, each in front of its chain: so ids grow along it. */
static void index_names(struct btf_types *types, u32 *next, u32 *bucket)
{
	for (u32 id = types->end_id; id-- > types->start_id;) {
		const char *name = btf_name(types, id);
		u32 *head = &bucket[hash_name(name) & (types->nbuckets - 1)];

		if (!*name)
			continue;
		next[id - types->start_id] = *head;
		*head = id;
	}
}

int btf_open(struct btf_types *types, const u8 *data, u64 size, const struct btf_types *base, void *mem,
	     struct why *why)
{
	s64 count = open_header(types, data, size, base, why);
	u32 *offset = mem, *next, *bucket;

	if (!count)
		count = count_types(types, why);
	if (count < 0)
		return count;
	next = offset + count;
	bucket = next + count;
	types->end_id = types->start_id + count;
	types->nbuckets = buckets_for(count);
	memset(next, 0, (count + types->nbuckets) * sizeof(u32));
	for (u32 i = 0, at = types->types_off; i < count; i++) {
		offset[i] = at;
		at += btf_record_size((const struct btf_type *)(data + at));
	}
	types->offset = offset;
	types->next_same = next;
	types->bucket = bucket;
	index_names(types, next, bucket);
	return 0;
}

/* --- asking --- */

const struct btf_type *btf_type_by_id(const struct btf_types *types, u32 id)
{
	if (!id)
		return &void_type;
	while (id < types->start_id)
		types = types->base;
	return id < types->end_id
		       ? (const struct btf_type *)(types->data + types->offset[id - types->start_id])
		       : NULL;
}

const char *btf_str(const struct btf_types *types, u32 name_off)
{
	while (name_off < types->start_str)
		types = types->base;
	name_off -= types->start_str;
	return name_off < types->strs_len ? (const char *)types->data + types->strs_off + name_off : NULL;
}

const char *btf_name(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, id);
	const char *name = t ? btf_str(types, t->name_off) : NULL;

	return name ? name : "";
}

static u32 find_own(const struct btf_types *types, const char *name, u32 kinds_ok, u32 after)
{
	u32 id = types->nbuckets ? types->bucket[hash_name(name) & (types->nbuckets - 1)] : 0;

	for (; id; id = types->next_same[id - types->start_id]) {
		const struct btf_type *t = btf_type_by_id(types, id);

		if (id > after && BTF_KINDS(btf_kind(t)) & kinds_ok && !strcmp(btf_name(types, id), name))
			return id;
	}
	return 0;
}

u32 btf_find_next(const struct btf_types *types, const char *name, u32 kinds_ok, u32 after)
{
	u32 id = types->base ? btf_find_next(types->base, name, kinds_ok, after) : 0;

	return id ? id : find_own(types, name, kinds_ok, after);
}

static u32 skip(const struct btf_types *types, u32 id, bool typedefs)
{
	for (u32 depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_type_by_id(types, id);

		if (!t)
			return 0;
		if (!btf_is_mod(btf_kind(t)) || (!typedefs && btf_kind(t) == BTF_KIND_TYPEDEF))
			return id;
		id = t->type;
	}
	return 0;
}

u32 btf_skip_mods(const struct btf_types *types, u32 id)
{
	return skip(types, id, true);
}

u32 btf_skip_quals(const struct btf_types *types, u32 id)
{
	return skip(types, id, false);
}

/* Bytes of one element of a type that is neither modifier nor array. */
static s64 plain_size(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
	case BTF_KIND_DATASEC:
		return t->size;
	case BTF_KIND_PTR:
		return 8;
	default:
		return -EINVAL;
	}
}

s64 btf_size(const struct btf_types *types, u32 id)
{
	u64 count = 1;

	for (u32 depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_type_by_id(types, id);
		s64 size;

		if (!t)
			return -EINVAL;
		if (btf_kind(t) == BTF_KIND_ARRAY) {
			count *= btf_array(t)->nelems;
			id = btf_array(t)->type;
		} else if (btf_is_mod(btf_kind(t)) || btf_kind(t) == BTF_KIND_VAR) {
			id = t->type;
		} else {
			size = plain_size(t);
			return size < 0 || count * size > UINT32_MAX ? -EINVAL : (s64)(count * size);
		}
		if (count > UINT32_MAX)
			return -EINVAL;
	}
	return -EINVAL;
}

u64 btf_enum_value(const struct btf_type *t, u32 i)
{
	if (btf_kind(t) == BTF_KIND_ENUM64)
		return (u64)btf_enums64(t)[i].val_hi32 << 32 | btf_enums64(t)[i].val_lo32;
	return btf_kflag(t) ? (u64)(s64)btf_enums(t)[i].val : (u32)btf_enums(t)[i].val;
}

u32 btf_enum_name_off(const struct btf_type *t, u32 i)
{
	return btf_kind(t) == BTF_KIND_ENUM64 ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;
}
