/*
 * The check of a BTF, second pass: does each member lie inside its struct? See btf_check.h.
 *
 * What that means differs by the kind of the member's type, and by the struct's kind_flag: with it, bitfields
 * are members with a size of their own; without it, INTs with an offset.
 */
#include "btf_check.h"

/* A bit range that its loads of at most 16 bytes must cover, from the byte it starts in. */
static int bits_fit(struct btf_check *check, const struct btf_type *t, const struct btf_member *m, u32 off,
		    u32 bits)
{
	u32 copied = bits + off % 8;

	if (copied > 128)
		return btf_bad_member(check, t, m, "nr_copy_bits exceeds 128");
	if (t->size < off / 8 || t->size - off / 8 < (copied + 7) / 8)
		return btf_bad_member(check, t, m, "Member exceeds struct_size");
	return 0;
}

/* An INT by the old rules: a bitfield is an INT whose data says so. */
static int int_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
		      const struct btf_type *of)
{
	u32 data = btf_int_data(of), off = btf_member_bit_off(t, m);

	if (UINT32_MAX - off < BTF_INT_OFFSET(data))
		return btf_bad_member(check, t, m, "bits_offset exceeds U32_MAX");
	return bits_fit(check, t, m, off + BTF_INT_OFFSET(data), BTF_INT_BITS(data));
}

/* An INT by the new rules: a bitfield is a member whose offset says so. */
static int int_kflag_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
			    const struct btf_type *of)
{
	u32 off = btf_member_bit_off(t, m), bits = btf_member_bit_size(t, m);
	u32 all = BTF_INT_BITS(btf_int_data(of));

	if (!btf_int_is_regular(of))
		return btf_bad_member(check, t, m, "Invalid member base type");
	if (!bits && off % 8)
		return btf_bad_member(check, t, m, "Invalid member offset");
	if (bits > all)
		return btf_bad_member(check, t, m, "Invalid member bitfield_size");
	return bits_fit(check, t, m, off, bits ? bits : all);
}

static int enum_kflag_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m)
{
	u32 off = btf_member_bit_off(t, m), bits = btf_member_bit_size(t, m);

	if (!bits && off % 8)
		return btf_bad_member(check, t, m, "Member is not byte aligned");
	if (bits > 32)
		return btf_bad_member(check, t, m, "Invalid member bitfield_size");
	if (t->size < (off + (bits ? bits : 32) + 7) / 8)
		return btf_bad_member(check, t, m, "Member exceeds struct_size");
	return 0;
}

static int float_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
			u32 size)
{
	u32 align = size < 8 ? size : 8;

	if (m->offset % (align * 8))
		return btf_bad_member(check, t, m, "Member is not properly aligned");
	if ((u64)m->offset / 8 + size > t->size)
		return btf_bad_member(check, t, m, "Member exceeds struct_size");
	return 0;
}

static int whole_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
			u32 size)
{
	u32 off = btf_member_bit_off(t, m);

	if (off % 8)
		return btf_bad_member(check, t, m, "Member is not byte aligned");
	if (t->size - off / 8 < size)
		return btf_bad_member(check, t, m, "Member exceeds struct_size");
	return 0;
}

int btf_check_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
		     const struct btf_type *of, u32 size)
{
	u32 kind = btf_kind(of);

	if (kind == BTF_KIND_INT)
		return btf_kflag(t) ? int_kflag_member(check, t, m, of) : int_member(check, t, m, of);
	if (btf_kflag(t) && (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64))
		return enum_kflag_member(check, t, m);
	if (btf_member_bit_size(t, m))
		return btf_bad_member(check, t, m, "Invalid member bitfield_size");
	return kind == BTF_KIND_FLOAT ? float_member(check, t, m, size) : whole_member(check, t, m, size);
}
