/*
 * The fields of a context: which accesses are allowed, and what they read and write.
 *
 * Mirrors the is_valid_access and convert_ctx_access functions of net/core/filter.c, and the narrow loads of
 * kernel/bpf/verifier.c (convert_ctx_accesses), as tables instead of code.
 */
#include "prog_type.h"

static bool width_ok(const struct ctx_field *field, u32 size, bool write)
{
	if (size == field->size || field->width == CTX_BYTES)
		return true;
	return field->width == CTX_NARROW && !write && size < field->size;
}

const struct ctx_field *ctx_field_at(const struct ctx_field *fields, s64 off, u32 size, bool write)
{
	if (off < 0 || off % size)
		return NULL;
	for (const struct ctx_field *f = fields; f->name; f++)
		if (off >= f->off && off + size <= f->off + f->size)
			return f->access & (write ? CTX_WRITE : CTX_READ) && width_ok(f, size, write) ? f : NULL;
	return NULL;
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

u64 ctx_load(const struct ctx_field *field, u64 ctx, u32 off, u32 size)
{
	u64 at = field->get ? 0 : member(field, ctx);
	u64 value;

	if (field->width == CTX_BYTES)
		return load(at + off - field->off, size);
	value = field->get ? field->get(ctx) : at ? load(at, field->target) : 0;
	/* The kernel cuts only what is narrower than the member: any 2 bytes of a 2-byte member are all of it. */
	if (size >= field->size || size >= field->target)
		return value;
	return value >> (off - field->off) * 8 & ((1ull << size * 8) - 1);
}

void ctx_store(const struct ctx_field *field, u64 ctx, u32 off, u32 size, u64 value)
{
	if (field->set)
		field->set(ctx, value);
	else if (field->width == CTX_BYTES)
		memcpy((void *)(member(field, ctx) + off - field->off), &value, size);
	else
		memcpy((void *)member(field, ctx), &value, field->target);
}
