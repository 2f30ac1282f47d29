/*
 * What the kernel demands of a BTF before it takes it: shared by the files of the check.
 *
 * Mirrors the checking half of kernel/bpf/btf.c: log lines, errnos and the order in which faults are found
 * are 6.1's.
 * Two passes:
 *  - meta (btf_meta.c): every record by itself, in order; at log level 1 this is also a dump of all types;
 *  - resolve (btf_resolve.c): what types refer to, depth first, so that circles are found and sizes known.
 * btf_check.c frames them: header, sections, strings before; type tags after.
 *
 * Simplified: a header whose length is not a multiple of 4 is refused as an unaligned type section.
 */
#ifndef SIM_BTF_CHECK_H
#define SIM_BTF_CHECK_H

#include "btf.h"
#include "log.h"

#define BTF_MAX_BYTES (16u << 20) /* larger ones: -E2BIG */

struct btf_check {
	struct sim *sim;
	struct log *log;
	struct btf_types types;  /* without an index during the meta pass */
	u32 id;                  /* the type that log lines are about */
	bool resolving;          /* the second pass */
	void *index;             /* arena memory behind types */
};

/*
 * The whole check. 0: @check->types is open, its index lies in arena memory @check->index, which is the
 * caller's now. Or -errno with the sentence. @data: @size bytes in the arena.
 */
int btf_check_all(struct btf_check *check, const u8 *data, u32 size);

int btf_check_metas(struct btf_check *check);
int btf_check_resolve(struct btf_check *check);
/* Does member @m of @t, of type @of (behind modifiers) and of @size bytes, lie inside of it? btf_member.c */
int btf_check_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
		     const struct btf_type *of, u32 size);

/* The kernel's name for a name: "(anon)", "(invalid-name-offset)". */
const char *btf_log_name(const struct btf_check *check, u32 name_off);
/*
 * btf_name.c: letters, digits, '_' and '.', not starting with a digit, at most 511 bytes; @name_off is a
 * valid one.
 */
bool btf_valid_name(const struct btf_check *check, u32 name_off);
/* At most 16 MB into the strings, and inside of them. */
bool btf_valid_name_off(const struct btf_check *check, u32 name_off);

static inline bool btf_int_is_regular(const struct btf_type *t)
{
	u32 data = btf_int_data(t), bits = BTF_INT_BITS(data);

	return !BTF_INT_OFFSET(data) && (bits == 8 || bits == 16 || bits == 32 || bits == 64 || bits == 128);
}

/* Log lines. The bad_* ones end the check: they return @err and leave the sentence. */
void btf_log(struct btf_check *check, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void btf_log_type(struct btf_check *check, const struct btf_type *t);
void btf_log_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m);
void btf_log_var(struct btf_check *check, const struct btf_var_secinfo *var);
int btf_bad(struct btf_check *check, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int btf_bad_type(struct btf_check *check, const struct btf_type *t, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same without the kind's details, for records whose rest is missing. */
int btf_bad_record(struct btf_check *check, const struct btf_type *t, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int btf_bad_member(struct btf_check *check, const struct btf_type *t, const struct btf_member *m,
		   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int btf_bad_var(struct btf_check *check, const struct btf_type *t, const struct btf_var_secinfo *var,
		const char *what);

#endif
