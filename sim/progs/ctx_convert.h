/* Fields of contexts, translated: see ctx_convert.c. */
#ifndef SIM_PROGS_CTX_CONVERT_H
#define SIM_PROGS_CTX_CONVERT_H

#include "../patch.h"
#include "prog_type.h"

/* One access that is to be converted. */
struct ctx_conversion {
	const struct ctx_field *field;
	struct bpf_insn insn;          /* the access, of the whole field: narrow loads are cut afterwards */
	bool write;
	/* the program reads __sk_buff.tstamp_type, so it knows what tstamp means */
	bool tstamp_type_access;
};

/* The access @insn of @field (as ctx_access gave it): what takes its place, 1 to 12 insns. */
void ctx_convert(const struct ctx_field *field, const struct bpf_insn *insn, bool tstamp_type_access,
		 struct patch *out);

/* --- for the `convert` of fields --- */

/* As the table says, for those that add something to it. */
void ctx_convert_member(const struct ctx_conversion *c, struct patch *out);
/* BPF_B ... BPF_DW: how much of the member is loaded or stored. */
u8 ctx_member_size(const struct ctx_conversion *c);
/* r9, or below it the first that the access does not use. */
u8 ctx_spare_reg(const struct bpf_insn *insn);

#endif
