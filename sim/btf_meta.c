/*
 * The check of a BTF, first pass: every record by itself. See btf_check.h.
 *
 * A kind is a row of small checks, made in this order; then the type is logged; then come its members,
 * enumerators or variables.
 */
#include "btf_check.h"

#define INFO_MASK 0x9f00ffffu /* bits of btf_type.info that mean something */
#define INT_MASK 0x0fffffffu  /* bits of an INT's data */
#define ROUNDUP_BYTES(bits) (((bits) + 7) / 8)

typedef int (*type_check)(struct btf_check *check, const struct btf_type *t);

static int no_vlen(struct btf_check *check, const struct btf_type *t)
{
	return btf_vlen(t) ? btf_bad_type(check, t, "vlen != 0") : 0;
}

static int no_kflag(struct btf_check *check, const struct btf_type *t)
{
	return btf_kflag(t) ? btf_bad_type(check, t, "Invalid btf_info kind_flag") : 0;
}

/* --- names --- */

static int no_name(struct btf_check *check, const struct btf_type *t)
{
	return t->name_off ? btf_bad_type(check, t, "Invalid name") : 0;
}

static int may_name(struct btf_check *check, const struct btf_type *t)
{
	bool bad = t->name_off && !btf_valid_name(check, t->name_off);

	return bad ? btf_bad_type(check, t, "Invalid name") : 0;
}

static int must_name(struct btf_check *check, const struct btf_type *t)
{
	return !t->name_off ? btf_bad_type(check, t, "Invalid name") : may_name(check, t);
}

/* The tag itself is the name, in any letters. */
static int type_tag_name(struct btf_check *check, const struct btf_type *t)
{
	return !*btf_str(&check->types, t->name_off) ? btf_bad_type(check, t, "Invalid name") : 0;
}

static int decl_tag_name(struct btf_check *check, const struct btf_type *t)
{
	return !*btf_str(&check->types, t->name_off) ? btf_bad_type(check, t, "Invalid value") : 0;
}

/* --- what a kind holds --- */

static int int_data(struct btf_check *check, const struct btf_type *t)
{
	u32 data = btf_int_data(t), bits = BTF_INT_BITS(data) + BTF_INT_OFFSET(data);
	u32 encoding = BTF_INT_ENCODING(data);

	if (data & ~INT_MASK)
		return btf_bad_record(check, t, "Invalid int_data:%x", data);
	if (bits > 128)
		return btf_bad_type(check, t, "nr_bits exceeds %u", 128);
	if (ROUNDUP_BYTES(bits) > t->size)
		return btf_bad_type(check, t, "nr_bits exceeds type_size");
	if (encoding & (encoding - 1) || encoding > BTF_INT_BOOL) {
		btf_bad_type(check, t, "Unsupported encoding");
		return check->sim->why.err = -ENOTSUPP;
	}
	return 0;
}

static int ref_id(struct btf_check *check, const struct btf_type *t)
{
	return t->type > BTF_MAX_TYPE ? btf_bad_type(check, t, "Invalid type_id") : 0;
}

static int ref_not_void(struct btf_check *check, const struct btf_type *t)
{
	return !t->type ? btf_bad_type(check, t, "Invalid type_id") : ref_id(check, t);
}

static int no_type(struct btf_check *check, const struct btf_type *t)
{
	return t->type ? btf_bad_type(check, t, "type != 0") : 0;
}

static int array_ids(struct btf_check *check, const struct btf_type *t)
{
	const struct btf_array *array = btf_array(t);

	if (t->size)
		return btf_bad_type(check, t, "size != 0");
	if (!array->type || array->type > BTF_MAX_TYPE)
		return btf_bad_type(check, t, "Invalid elem");
	if (!array->index_type || array->index_type > BTF_MAX_TYPE)
		return btf_bad_type(check, t, "Invalid index");
	return 0;
}

static int enum_size(struct btf_check *check, const struct btf_type *t)
{
	bool power = t->size && !(t->size & (t->size - 1));

	return t->size > 8 || !power ? btf_bad_type(check, t, "Unexpected size") : 0;
}

static int float_size(struct btf_check *check, const struct btf_type *t)
{
	bool known = t->size == 2 || t->size == 4 || t->size == 8 || t->size == 12 || t->size == 16;

	return known ? 0 : btf_bad_type(check, t, "Invalid type_size");
}

static int func_linkage(struct btf_check *check, const struct btf_type *t)
{
	return btf_vlen(t) > BTF_FUNC_GLOBAL ? btf_bad_type(check, t, "Invalid func linkage") : 0;
}

static int var_linkage(struct btf_check *check, const struct btf_type *t)
{
	u32 linkage = btf_var(t)->linkage;
	bool known = linkage == BTF_VAR_STATIC || linkage == BTF_VAR_GLOBAL_ALLOCATED;

	return known ? 0 : btf_bad_type(check, t, "Linkage not supported");
}

static int datasec_size(struct btf_check *check, const struct btf_type *t)
{
	return !t->size ? btf_bad_type(check, t, "size == 0") : 0;
}

static int decl_tag_index(struct btf_check *check, const struct btf_type *t)
{
	return btf_decl_tag_index(t) < -1 ? btf_bad_type(check, t, "Invalid component_idx") : 0;
}

/* --- what comes after the type's own line --- */

static int member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m, u32 last_off)
{
	u32 off = btf_member_bit_off(t, m);

	if (!btf_valid_name_off(check, m->name_off))
		return btf_bad_member(check, t, m, "Invalid member name_offset:%u", m->name_off);
	if (m->name_off && !btf_valid_name(check, m->name_off))
		return btf_bad_member(check, t, m, "Invalid name");
	if (!m->type || m->type > BTF_MAX_TYPE)
		return btf_bad_member(check, t, m, "Invalid type_id");
	if ((btf_kind(t) == BTF_KIND_UNION && off) || off < last_off)
		return btf_bad_member(check, t, m, "Invalid member bits_offset");
	if (ROUNDUP_BYTES((u64)off) > t->size)
		return btf_bad_member(check, t, m, "Member bits_offset exceeds its struct size");
	return 0;
}

static int members(struct btf_check *check, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (u32 i = 0; i < btf_vlen(t); i++) {
		int err = member(check, t, &m[i], i ? btf_member_bit_off(t, &m[i - 1]) : 0);

		if (err)
			return err;
		btf_log_member(check, t, &m[i]);
	}
	return 0;
}

static void log_enumerator(struct btf_check *check, const struct btf_type *t, u32 i)
{
	const char *name = btf_log_name(check, btf_enum_name_off(t, i));
	u64 value = btf_enum_value(t, i);

	if (btf_kflag(t))
		btf_log(check, "\t%s val=%lld\n", name, (long long)value);
	else
		btf_log(check, "\t%s val=%llu\n", name, (unsigned long long)value);
}

static int enumerators(struct btf_check *check, const struct btf_type *t)
{
	for (u32 i = 0; i < btf_vlen(t); i++) {
		u32 name_off = btf_enum_name_off(t, i);

		if (!btf_valid_name_off(check, name_off))
			return btf_bad(check, -EINVAL, "\tInvalid name_offset:%u", name_off);
		if (!name_off || !btf_valid_name(check, name_off))
			return btf_bad_type(check, t, "Invalid name");
		log_enumerator(check, t, i);
	}
	return 0;
}

static int variable(struct btf_check *check, const struct btf_type *t, const struct btf_var_secinfo *var,
		    u64 end)
{
	if (!var->type || var->type > BTF_MAX_TYPE)
		return btf_bad_var(check, t, var, "Invalid type_id");
	if (var->offset < end || var->offset >= t->size)
		return btf_bad_var(check, t, var, "Invalid offset");
	if (!var->size || var->size > t->size)
		return btf_bad_var(check, t, var, "Invalid size");
	if ((u32)(var->offset + var->size) > t->size)
		return btf_bad_var(check, t, var, "Invalid offset+size");
	return 0;
}

static int variables(struct btf_check *check, const struct btf_type *t)
{
	const struct btf_var_secinfo *var = btf_var_secinfos(t);
	u64 sum = 0, end = 0;

	for (u32 i = 0; i < btf_vlen(t); i++) {
		int err = variable(check, t, &var[i], end);

		if (err)
			return err;
		end = (u32)(var[i].offset + var[i].size);
		sum += var[i].size;
		btf_log_var(check, &var[i]);
	}
	return sum > t->size ? btf_bad_type(check, t, "Invalid btf_info size") : 0;
}

/* --- the kinds --- */

#define CHECKS_MAX 5

static const struct {
	type_check before[CHECKS_MAX + 1];
	type_check after;
} rules[] = {
	[BTF_KIND_INT] = {{no_vlen, no_kflag, int_data}, NULL},
	[BTF_KIND_PTR] = {{no_vlen, no_kflag, ref_id, no_name}, NULL},
	[BTF_KIND_ARRAY] = {{no_name, no_vlen, no_kflag, array_ids}, NULL},
	[BTF_KIND_STRUCT] = {{may_name}, members},
	[BTF_KIND_UNION] = {{may_name}, members},
	[BTF_KIND_ENUM] = {{enum_size, may_name}, enumerators},
	[BTF_KIND_FWD] = {{no_vlen, no_type, must_name}, NULL},
	[BTF_KIND_TYPEDEF] = {{no_vlen, no_kflag, ref_id, must_name}, NULL},
	[BTF_KIND_VOLATILE] = {{no_vlen, no_kflag, ref_id, no_name}, NULL},
	[BTF_KIND_CONST] = {{no_vlen, no_kflag, ref_id, no_name}, NULL},
	[BTF_KIND_RESTRICT] = {{no_vlen, no_kflag, ref_id, no_name}, NULL},
	[BTF_KIND_FUNC] = {{must_name, func_linkage, no_kflag}, NULL},
	[BTF_KIND_FUNC_PROTO] = {{no_name, no_kflag}, NULL},
	[BTF_KIND_VAR] = {{no_vlen, no_kflag, must_name, ref_not_void, var_linkage}, NULL},
	[BTF_KIND_DATASEC] = {{datasec_size, no_kflag, must_name}, variables},
	[BTF_KIND_FLOAT] = {{no_vlen, no_kflag, float_size}, NULL},
	[BTF_KIND_DECL_TAG] = {{decl_tag_name, no_vlen, no_kflag, decl_tag_index}, NULL},
	[BTF_KIND_TYPE_TAG] = {{no_vlen, no_kflag, ref_id, type_tag_name}, NULL},
	[BTF_KIND_ENUM64] = {{enum_size, may_name}, enumerators},
};

/* Can the record be read at all? */
static int record(struct btf_check *check, const struct btf_type *t, u32 left)
{
	u32 needed;

	if (left < sizeof(*t))
		return btf_bad(check, -EINVAL, "[%u] meta_left:%u meta_needed:%zu", check->id, left,
			       sizeof(*t));
	if (t->info & ~INFO_MASK)
		return btf_bad(check, -EINVAL, "[%u] Invalid btf_info:%x", check->id, t->info);
	if (!btf_kind_name(btf_kind(t)))
		return btf_bad(check, -EINVAL, "[%u] Invalid kind:%u", check->id, btf_kind(t));
	if (!btf_valid_name_off(check, t->name_off))
		return btf_bad(check, -EINVAL, "[%u] Invalid name_offset:%u", check->id, t->name_off);
	left -= sizeof(*t);
	needed = btf_record_size(t) - sizeof(*t);
	if (left < needed)
		return btf_bad_record(check, t, "meta_left:%u meta_needed:%u", left, needed);
	return 0;
}

static int contents(struct btf_check *check, const struct btf_type *t)
{
	u32 kind = btf_kind(t);

	for (const type_check *one = rules[kind].before; *one; one++) {
		int err = (*one)(check, t);

		if (err)
			return err;
	}
	btf_log_type(check, t);
	return rules[kind].after ? rules[kind].after(check, t) : 0;
}

int btf_check_metas(struct btf_check *check)
{
	const u8 *types = check->types.data + check->types.types_off;

	check->id = check->types.start_id;
	for (u32 at = 0; at < check->types.types_len; check->id++) {
		const struct btf_type *t = (const struct btf_type *)(types + at);
		int err = record(check, t, check->types.types_len - at);

		if (!err)
			err = contents(check, t);
		if (err)
			return err;
		if (check->id == BTF_MAX_TYPE)
			return btf_bad(check, -E2BIG, "Exceeded max num of types");
		at += btf_record_size(t);
	}
	return 0;
}
