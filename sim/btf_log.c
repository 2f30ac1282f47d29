/* The check of a BTF, its log: a line for each type, member, enumerator and variable, in 6.1's form. */
#include <stdio.h>

#include "btf_check.h"

const char *btf_log_name(const struct btf_check *check, u32 name_off)
{
	const char *name = btf_str(&check->types, name_off);

	return !name_off ? "(anon)" : name ? name : "(invalid-name-offset)";
}

void btf_log(struct btf_check *check, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_vadd(check->sim, check->log, fmt, args);
	va_end(args);
}

/* --- details: what a kind's line says after the name --- */

static const char *encoding_name(u32 encoding)
{
	switch (encoding) {
	case 0:
		return "(none)";
	case BTF_INT_SIGNED:
		return "SIGNED";
	case BTF_INT_CHAR:
		return "CHAR";
	case BTF_INT_BOOL:
		return "BOOL";
	default:
		return "UNKN";
	}
}

static void int_details(struct btf_check *check, const struct btf_type *t)
{
	u32 data = btf_int_data(t);

	btf_log(check, "size=%u bits_offset=%u nr_bits=%u encoding=%s", t->size, BTF_INT_OFFSET(data),
		BTF_INT_BITS(data), encoding_name(BTF_INT_ENCODING(data)));
}

static void ref_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "type_id=%u", t->type);
}

static void array_details(struct btf_check *check, const struct btf_type *t)
{
	const struct btf_array *array = btf_array(t);

	btf_log(check, "type_id=%u index_type_id=%u nr_elems=%u", array->type, array->index_type,
		array->nelems);
}

static void sized_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "size=%u vlen=%u", t->size, btf_vlen(t));
}

static void fwd_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "%s", btf_kflag(t) ? "union" : "struct");
}

static void float_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "size=%u", t->size);
}

static void var_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "type_id=%u linkage=%u", t->type, btf_var(t)->linkage);
}

static void decl_tag_details(struct btf_check *check, const struct btf_type *t)
{
	btf_log(check, "type=%u component_idx=%d", t->type, btf_decl_tag_index(t));
}

/* A first parameter of type 0 is "vararg" only when it is alone, any other only when it is the last. */
static void proto_details(struct btf_check *check, const struct btf_type *t)
{
	const struct btf_param *p = btf_params(t);
	u32 n = btf_vlen(t);

	btf_log(check, "return=%u args=(%s", t->type, n ? "" : "void");
	for (u32 i = 0; i < n; i++) {
		bool vararg = i == n - 1 && !p[i].type;

		btf_log(check, "%s", i ? ", " : "");
		if (vararg)
			btf_log(check, "vararg");
		else
			btf_log(check, "%u %s", p[i].type, btf_log_name(check, p[i].name_off));
	}
	btf_log(check, ")");
}

static void (*const details[])(struct btf_check *check, const struct btf_type *t) = {
	[BTF_KIND_INT] = int_details,
	[BTF_KIND_PTR] = ref_details,
	[BTF_KIND_ARRAY] = array_details,
	[BTF_KIND_STRUCT] = sized_details,
	[BTF_KIND_UNION] = sized_details,
	[BTF_KIND_ENUM] = sized_details,
	[BTF_KIND_FWD] = fwd_details,
	[BTF_KIND_TYPEDEF] = ref_details,
	[BTF_KIND_VOLATILE] = ref_details,
	[BTF_KIND_CONST] = ref_details,
	[BTF_KIND_RESTRICT] = ref_details,
	[BTF_KIND_FUNC] = ref_details,
	[BTF_KIND_FUNC_PROTO] = proto_details,
	[BTF_KIND_VAR] = var_details,
	[BTF_KIND_DATASEC] = sized_details,
	[BTF_KIND_FLOAT] = float_details,
	[BTF_KIND_DECL_TAG] = decl_tag_details,
	[BTF_KIND_TYPE_TAG] = ref_details,
	[BTF_KIND_ENUM64] = sized_details,
};

/* --- lines --- */

/* "[3] TYPEDEF u32 type_id=4", and after a blank what is wrong with it. */
static void type_line(struct btf_check *check, const struct btf_type *t, bool with_details, const char *wrong)
{
	if (!log_needed(check->log))
		return;
	btf_log(check, "[%u] %s %s%s", check->id, btf_kind_name(btf_kind(t)),
		btf_log_name(check, t->name_off), with_details ? " " : "");
	if (with_details)
		details[btf_kind(t)](check, t);
	btf_log(check, "%s%s\n", *wrong ? " " : "", wrong);
}

static void member_line(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
			const char *wrong)
{
	if (!log_needed(check->log))
		return;
	if (check->resolving)
		type_line(check, t, true, "");
	btf_log(check, "\t%s type_id=%u ", btf_log_name(check, m->name_off), m->type);
	if (btf_kflag(t))
		btf_log(check, "bitfield_size=%u ", btf_member_bit_size(t, m));
	btf_log(check, "bits_offset=%u%s%s\n", btf_member_bit_off(t, m), *wrong ? " " : "", wrong);
}

static void var_line(struct btf_check *check, const struct btf_var_secinfo *var, const char *wrong)
{
	btf_log(check, "\t type_id=%u offset=%u size=%u%s%s\n", var->type, var->offset, var->size,
		*wrong ? " " : "", wrong);
}

void btf_log_type(struct btf_check *check, const struct btf_type *t)
{
	type_line(check, t, true, "");
}

void btf_log_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m)
{
	member_line(check, t, m, "");
}

void btf_log_var(struct btf_check *check, const struct btf_var_secinfo *var)
{
	var_line(check, var, "");
}

/* --- the end of a check --- */

#define FORMAT(buf, fmt)                                      \
	do {                                                  \
		va_list args_;                                \
		va_start(args_, fmt);                         \
		vsnprintf(buf, sizeof(buf), fmt, args_);      \
		va_end(args_);                                \
	} while (0)

int btf_bad(struct btf_check *check, int err, const char *fmt, ...)
{
	char wrong[128];

	FORMAT(wrong, fmt);
	btf_log(check, "%s", wrong);
	return sim_fail(&check->sim->why, err, "BTF: %s", wrong);
}

static int type_fails(struct btf_check *check, const struct btf_type *t, const char *wrong)
{
	return sim_fail(&check->sim->why, -EINVAL, "BTF type [%u] %s %.64s: %s", check->id,
			btf_kind_name(btf_kind(t)), btf_log_name(check, t->name_off), wrong);
}

int btf_bad_type(struct btf_check *check, const struct btf_type *t, const char *fmt, ...)
{
	char wrong[128];

	FORMAT(wrong, fmt);
	type_line(check, t, true, wrong);
	return type_fails(check, t, wrong);
}

int btf_bad_record(struct btf_check *check, const struct btf_type *t, const char *fmt, ...)
{
	char wrong[128];

	FORMAT(wrong, fmt);
	type_line(check, t, false, wrong);
	return type_fails(check, t, wrong);
}

int btf_bad_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
		   const char *fmt, ...)
{
	char wrong[128];

	FORMAT(wrong, fmt);
	member_line(check, t, m, wrong);
	return sim_fail(&check->sim->why, -EINVAL, "BTF type [%u] %s %.64s, member %.64s: %s", check->id,
			btf_kind_name(btf_kind(t)), btf_log_name(check, t->name_off),
			btf_log_name(check, m->name_off), wrong);
}

int btf_bad_var(struct btf_check *check, const struct btf_type *t, const struct btf_var_secinfo *var,
		const char *what)
{
	if (check->resolving)
		type_line(check, t, true, "");
	var_line(check, var, what);
	return sim_fail(&check->sim->why, -EINVAL, "BTF type [%u] DATASEC %.64s, variable of type [%u]: %s",
			check->id, btf_log_name(check, t->name_off), var->type, what);
}
