/*
 * BTF types as C writes them: see btf_decl_text in btf.h.
 *
 * A C declaration surrounds its name: "int (*handlers[4])(void)". So a type is written in two halves, what
 * stands before the name and what stands after it, each following the types from the outside in or the other
 * way round.
 */
#include "btf.h"

static void before(const struct btf_types *types, u32 id, u32 depth, struct text *out);
static void after(const struct btf_types *types, u32 id, u32 depth, struct text *out);

static const char *keyword(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_FWD:
		return btf_kflag(t) ? "union " : "struct ";
	case BTF_KIND_CONST:
		return "const";
	case BTF_KIND_VOLATILE:
		return "volatile";
	case BTF_KIND_RESTRICT:
		return "restrict";
	default:
		return "";
	}
}

static void space(struct text *out)
{
	char last = out->len ? out->buf[out->len - 1] : '(';

	if (last != '*' && last != '(' && last != ' ')
		text_add(out, " ");
}

/* "(*" is needed around pointers to what has a second half. */
static bool surrounds(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, btf_skip_quals(types, id));

	return btf_kind(t) == BTF_KIND_ARRAY || btf_kind(t) == BTF_KIND_FUNC_PROTO;
}

static void qualifier(const struct btf_types *types, const struct btf_type *t, u32 depth, struct text *out)
{
	const struct btf_type *of = btf_type_by_id(types, btf_skip_quals(types, t->type));

	if (btf_kind(of) == BTF_KIND_PTR) {
		before(types, t->type, depth, out);
		space(out);
		text_add(out, "%s", keyword(t));
		return;
	}
	text_add(out, "%s ", keyword(t));
	before(types, t->type, depth, out);
}

static void pointer(const struct btf_types *types, const struct btf_type *t, u32 depth, struct text *out)
{
	before(types, t->type, depth, out);
	space(out);
	text_add(out, surrounds(types, t->type) ? "(*" : "*");
}

static void named(const struct btf_types *types, u32 id, const struct btf_type *t, struct text *out)
{
	const char *name = btf_name(types, id);

	text_add(out, "%s%s", keyword(t), *name ? name : id ? "{...}" : "void");
}

static void before(const struct btf_types *types, u32 id, u32 depth, struct text *out)
{
	const struct btf_type *t = btf_type_by_id(types, id);

	if (!t || depth >= BTF_MAX_DEPTH) {
		text_add(out, "?");
		return;
	}
	switch (btf_kind(t)) {
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
		qualifier(types, t, depth + 1, out);
		break;
	case BTF_KIND_PTR:
		pointer(types, t, depth + 1, out);
		break;
	case BTF_KIND_ARRAY:
		before(types, btf_array(t)->type, depth + 1, out);
		break;
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
		before(types, t->type, depth + 1, out);
		break;
	default:
		named(types, id, t, out);
	}
}

/* Parameters that take functions nest: each level counts for 8, so four of them are written out. */
static void params(const struct btf_types *types, const struct btf_type *t, u32 depth, struct text *out)
{
	const struct btf_param *p = btf_params(t);

	text_add(out, "(");
	for (u32 i = 0; i < btf_vlen(t) && !out->cut; i++) {
		const char *name = btf_str(types, p[i].name_off);

		text_add(out, i ? ", " : "");
		if (!p[i].type) {
			text_add(out, "...");
			continue;
		}
		before(types, p[i].type, depth, out);
		if (name && *name) {
			space(out);
			text_add(out, "%s", name);
		}
		after(types, p[i].type, depth, out);
	}
	text_add(out, btf_vlen(t) ? ")" : "void)");
}

static void after(const struct btf_types *types, u32 id, u32 depth, struct text *out)
{
	const struct btf_type *t = btf_type_by_id(types, id);

	if (!t || depth >= BTF_MAX_DEPTH)
		return;
	switch (btf_kind(t)) {
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		after(types, t->type, depth + 1, out);
		break;
	case BTF_KIND_PTR:
		text_add(out, surrounds(types, t->type) ? ")" : "");
		after(types, t->type, depth + 1, out);
		break;
	case BTF_KIND_ARRAY:
		text_add(out, "[%u]", btf_array(t)->nelems);
		after(types, btf_array(t)->type, depth + 1, out);
		break;
	case BTF_KIND_FUNC_PROTO:
		params(types, t, depth + 8, out);
		after(types, t->type, depth + 1, out);
		break;
	}
}

void btf_decl_text(const struct btf_types *types, u32 id, const char *name, struct text *out)
{
	before(types, id, 0, out);
	if (*name) {
		space(out);
		text_add(out, "%s", name);
	}
	after(types, id, 0, out);
}
