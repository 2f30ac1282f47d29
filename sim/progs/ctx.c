/*
 * The fields of a context: which accesses are allowed, and what they read and write.
 *
 * Mirrors the is_valid_access and convert_ctx_access functions of net/core/filter.c, and the narrow loads of
 * kernel/bpf/verifier.c (convert_ctx_accesses), as tables instead of code.
 */
#include "prog_type.h"

static u32 element_of(const struct ctx_field *field)
{
	return field->element ? field->element : field->size;
}

static bool size_ok(const struct ctx_field *field, s64 off, u32 size, bool write)
{
	u32 element = element_of(field);
	bool is_narrow = size < element && size >= field->least && !write;

	switch (field->width) {
	case CTX_BYTES:
		return true;
	case CTX_NARROW:
		return size == element || is_narrow;
	case CTX_NARROW_FIRST:
		return size == element || (is_narrow && off == field->off);
	case CTX_WIDE:
		return size == element || size == 2 * element || is_narrow;
	default:
		return size == element;
	}
}

static bool may_access(const struct ctx_field *field, u32 attach_type, bool write)
{
	u8 access = write ? CTX_WRITE | CTX_WRITE_CAP : CTX_READ | CTX_READ_CAP;
	u64 attach = write ? field->write_for : field->read_for;

	return field->access & access && (!attach || attach_in(attach, attach_type));
}

const struct ctx_field *ctx_field_at(const struct ctx_field *fields, u32 attach_type, s64 off, u32 size,
				     bool write)
{
	if (off % size)
		return NULL;
	for (const struct ctx_field *f = fields; f && f->name; f++)
		if (off >= f->off && off + size <= (s64)f->off + f->size && size_ok(f, off, size, write) &&
		    may_access(f, attach_type, write))
			return f;
	return NULL;
}

u32 ctx_field_size(const struct ctx_field *field)
{
	return field->width == CTX_FULL || field->width == CTX_BYTES ? 0 : element_of(field);
}

const struct ctx_field *ctx_access(const struct prog_view *view, s32 off, u32 size, bool write)
{
	const struct prog_type *type = prog_rules_of(view->prog);
	u32 attach_type = view->prog->expected_attach_type;
	const struct ctx_field *field = ctx_field_at(type->fields, attach_type, off, size, write);

	if (field && !view->bpf_capable && !(field->access & (write ? CTX_WRITE : CTX_READ)))
		return NULL;
	return field;
}

/* Address of the plain member, 0 when a pointer on the way is NULL. */
static u64 member(const struct ctx_field *field, u64 ctx)
{
	for (u32 i = 0; i < field->hops && ctx; i++)
		ctx = *(const u64 *)(ctx + field->hop[i]);
	return ctx ? ctx + field->koff : 0;
}

static u64 load(u64 addr, u32 size)
{
	u64 value = 0;

	memcpy(&value, (const void *)addr, size);
	return value;
}

/* Where the element begins that @off lies in. */
static u32 element_begin(const struct ctx_field *field, u32 off)
{
	return (off - field->off) / element_of(field) * element_of(field);
}

u64 ctx_load(const struct ctx_field *field, u64 ctx, u32 off, u32 size)
{
	u64 at = field->get ? 0 : member(field, ctx);
	u32 begin = element_begin(field, off);
	u64 value;

	if (field->width == CTX_BYTES || (field->own_width && size > field->target))
		return at ? load(at + off - field->off, size) : 0;
	value = field->get ? field->get(ctx) : at ? load(at + begin, field->target) : 0;
	/*
	 * The kernel cuts only what is narrower than the member: any 2 bytes of a 2-byte member are all of
	 * it.
	 */
	if (size >= element_of(field) || size >= field->target)
		return value;
	return value >> (off - field->off - begin) * 8 & ((1ull << size * 8) - 1);
}

void ctx_store(const struct ctx_field *field, u64 ctx, u32 off, u32 size, u64 value)
{
	if (field->set)
		field->set(ctx, value);
	else if (field->width == CTX_BYTES || (field->own_width && size > field->target))
		memcpy((void *)(member(field, ctx) + off - field->off), &value, size);
	else
		memcpy((void *)(member(field, ctx) + element_begin(field, off)), &value, field->target);
}
