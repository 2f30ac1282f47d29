/* The check of a BTF, its frame: header, sections, strings before the two passes and type tags after them. */
#include "btf_check.h"

/* --- the header --- */

static void log_header(struct btf_check *check, const struct btf_header *h, u32 size)
{
	btf_log(check, "magic: 0x%x\n", h->magic);
	btf_log(check, "version: %u\n", h->version);
	btf_log(check, "flags: 0x%x\n", h->flags);
	btf_log(check, "hdr_len: %u\n", h->hdr_len);
	btf_log(check, "type_off: %u\n", h->type_off);
	btf_log(check, "type_len: %u\n", h->type_len);
	btf_log(check, "str_off: %u\n", h->str_off);
	btf_log(check, "str_len: %u\n", h->str_len);
	btf_log(check, "btf_total_size: %u\n", size);
}

/* Copies as much of a header as there is, the rest is 0; what comes after the part that 6.1 knows is 0. */
static int copy_header(struct btf_check *check, struct btf_header *h, const u8 *data, u32 size)
{
	u32 len;

	if (size < offsetof(struct btf_header, type_off))
		return btf_bad(check, -EINVAL, "hdr_len not found");
	len = ((const struct btf_header *)data)->hdr_len;
	if (size < len)
		return btf_bad(check, -EINVAL, "btf_header not found");
	for (u32 i = sizeof(*h); i < len; i++)
		if (data[i])
			return btf_bad(check, -E2BIG, "Unsupported btf_header");
	memcpy(h, data, min_u64(len, sizeof(*h)));
	return 0;
}

static int check_header(struct btf_check *check, const struct btf_header *h, u32 size)
{
	if (h->magic != BTF_MAGIC)
		return btf_bad(check, -EINVAL, "Invalid magic");
	if (h->version != BTF_VERSION)
		return btf_bad(check, -ENOTSUPP, "Unsupported version");
	if (h->flags)
		return btf_bad(check, -ENOTSUPP, "Unsupported flags");
	if (h->hdr_len == size)
		return btf_bad(check, -EINVAL, "No data");
	return 0;
}

/* --- sections: one after the other, without gaps, up to the end --- */

struct section {
	u32 off, len;
};

static int check_section(struct btf_check *check, const struct section *s, u32 at, u32 end)
{
	if (s->off > end)
		return btf_bad(check, -EINVAL, "Invalid section offset");
	if (s->off > at)
		return btf_bad(check, -EINVAL, "Unsupported section found");
	if (s->off < at)
		return btf_bad(check, -EINVAL, "Section overlap found");
	if (s->len > end - at)
		return btf_bad(check, -EINVAL, "Total section length too long");
	return 0;
}

/* Which comes first? By the sign of the 32-bit difference, as in the kernel. */
static bool strings_first(const struct section *types, const struct section *strings)
{
	s32 order = types->off - strings->off;

	return (order ? order : (s32)(types->len - strings->len)) > 0;
}

static int check_sections(struct btf_check *check, const struct btf_header *h, u32 size)
{
	struct section types = {h->type_off, h->type_len}, strings = {h->str_off, h->str_len};
	bool swapped = strings_first(&types, &strings);
	const struct section *first = swapped ? &strings : &types, *second = swapped ? &types : &strings;
	u32 end = size - h->hdr_len;
	int err = check_section(check, first, 0, end);

	if (!err)
		err = check_section(check, second, first->len, end);
	if (!err && first->len + second->len != end)
		err = btf_bad(check, -EINVAL, "Unsupported section found");
	return err;
}

static int check_strings(struct btf_check *check, const struct btf_header *h)
{
	const struct btf_types *types = &check->types;
	const u8 *strs = types->data + types->strs_off;

	if (types->strs_off + types->strs_len != types->size)
		return btf_bad(check, -EINVAL, "String section is not at the end");
	if (!h->str_len || h->str_len - 1 > BTF_MAX_NAME_OFFSET || strs[h->str_len - 1] || strs[0])
		return btf_bad(check, -EINVAL, "Invalid string section");
	return 0;
}

static int check_frame(struct btf_check *check, const u8 *data, u32 size)
{
	struct btf_header h = {0};
	int err = copy_header(check, &h, data, size);

	if (err)
		return err;
	log_header(check, &h, size);
	err = check_header(check, &h, size);
	if (!err)
		err = check_sections(check, &h, size);
	if (err)
		return err;
	check->types = (struct btf_types){
		.data = data,
		.size = size,
		.types_off = h.hdr_len + h.type_off,
		.types_len = h.type_len,
		.strs_off = h.hdr_len + h.str_off,
		.strs_len = h.str_len,
		.start_id = 1,
		.end_id = 1,
	};
	err = check_strings(check, &h);
	if (err)
		return err;
	if (h.type_off % 4 || h.hdr_len % 4)
		return btf_bad(check, -EINVAL, "Unaligned type_off");
	return h.type_len ? 0 : btf_bad(check, -EINVAL, "No type found");
}

/* --- after the passes --- */

static int open_index(struct btf_check *check)
{
	struct why *why = &check->sim->why;
	s64 need = btf_measure(check->types.data, check->types.size, NULL, why);

	assert(need > 0);
	check->index = sim_alloc(check->sim, need);
	if (!check->index)
		return sim_fail(why, -ENOMEM, "no memory for the %lld bytes of a BTF's index",
				(long long)need);
	return btf_open(&check->types, check->types.data, check->types.size, NULL, check->index, why);
}

/* Type tags stand in front of all other modifiers of a chain. Types below @id have been looked at. */
static int check_tags_of(struct btf_check *check, u32 id)
{
	const struct btf_type *t = btf_type_by_id(&check->types, id);
	bool in_tags = btf_kind(t) == BTF_KIND_TYPE_TAG;
	u32 at = id;

	for (u32 links = 0; btf_is_mod(btf_kind(t)); links++) {
		if (links == BTF_MAX_DEPTH)
			return btf_bad(check, -ELOOP, "Max chain length or cycle detected");
		if (btf_kind(t) != BTF_KIND_TYPE_TAG)
			in_tags = false;
		else if (!in_tags)
			return btf_bad(check, -EINVAL, "Type tags don't precede modifiers");
		if (at < id)
			break;
		at = t->type;
		t = btf_type_by_id(&check->types, at);
	}
	return 0;
}

static int check_tags(struct btf_check *check)
{
	int err = 0;

	for (u32 id = check->types.start_id; id < check->types.end_id && !err; id++)
		err = check_tags_of(check, id);
	return err;
}

int btf_check_all(struct btf_check *check, const u8 *data, u32 size)
{
	int err = check_frame(check, data, size);

	if (!err)
		err = btf_check_metas(check);
	if (!err)
		err = open_index(check);
	if (!err)
		err = btf_check_resolve(check);
	if (!err)
		err = check_tags(check);
	if (err) {
		sim_free(check->sim, check->index);
		check->index = NULL;
	}
	return err;
}
