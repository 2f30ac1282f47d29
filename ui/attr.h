/* The fields of union bpf_attr, by command: which ones it reads, and what their values mean. */
#ifndef UI_ATTR_H
#define UI_ATTR_H

#include "session.h"

enum attr_kind {
	ATTR_NUMBER,
	ATTR_FLAGS,
	ATTR_ADDRESS, /* user memory */
	ATTR_STRING,  /* user memory: a zero-terminated text */
	ATTR_KEY,     /* user memory: key_size bytes of the map of map_fd */
	ATTR_VALUE,   /* user memory: value_size bytes */
	ATTR_FD,
	ATTR_TARGET, /* an fd of what a program is attached to: a cgroup, a perf event, a program; 0: nothing
		      */
	ATTR_NAME,   /* the characters stand in the attr */
	ATTR_MAP_TYPE,
	ATTR_PROG_TYPE,
	ATTR_ATTACH_TYPE,
	ATTR_DEVICE,
};

struct attr_field {
	const char *name;
	const char *doc;   /* what it points to or counts; may be "" */
	u16 offset, size;
	u8 kind;           /* enum attr_kind */
};

/* The fields of a command, some depend on what is in it; name NULL at the end; NULL: no table for it. */
const struct attr_field *attr_fields(int cmd, const union bpf_attr *attr);
bool attr_is_zero(const struct attr_field *field, const union bpf_attr *attr);
/* "6 = XDP", "4 → map 1 counts"; the loader's memory is looked at where @s has it. */
void attr_text(const struct session *s, const struct attr_field *field, const union bpf_attr *attr,
	       struct text *out);
/* The same in a word or two: "17 slots", "→ btf 1"; @text: what a string's address leads to, NULL = not
 * known. */
void attr_means(const struct session *s, const struct attr_field *field, const union bpf_attr *attr,
		const char *text, struct text *out);
/* Is it listed in bpf(2)? */
bool attr_in_manual(int cmd, const struct attr_field *field);
/* Does this command look at it? (6.1) */
bool attr_is_read(int cmd, const struct attr_field *field);
/* What the field is for, in a sentence or two. */
void attr_explain(int cmd, const struct attr_field *field, struct text *out);
/* "BPF_XDP"; NULL: 6.1 has no such attach type. */
const char *attach_type_name(u32 type);

#endif
