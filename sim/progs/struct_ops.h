/* The tables of functions of the kernel whose members programs may be (struct bpf_struct_ops). */
#ifndef SIM_PROGS_STRUCT_OPS_H
#define SIM_PROGS_STRUCT_OPS_H

#include "../btf.h"

/* A field of a kernel object that such programs may write; name NULL at the end of a list. */
struct writable {
	const char *name;
	u16 off, end;               /* bytes */
	bool parts;                 /* a write may begin anywhere inside; else at its beginning */
};

struct ops_table {
	const char *name;           /* of the struct */
	const char *refused;        /* a member that cannot be a program, or NULL */
	bool full_socket;           /* a struct sock among the arguments is a struct tcp_sock */
	const struct writable *writable; /* fields of that tcp_sock; NULL: see only */
	const char *only;           /* no other struct may be accessed; it may be written */
};

/* NULL: not one that takes programs. */
const struct ops_table *ops_table_by_name(const char *name);
/* The prototype of member number @member of the struct @table, NULL when it is no function. */
const struct btf_type *ops_proto(const struct btf_types *types, const struct btf_type *table, u32 member);

#endif
