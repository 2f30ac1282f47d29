/*
 * A program that a fuzzer loads: made by plausible.h or taken from a recording, perhaps changed by mutate.h.
 */
#ifndef TEST_SUPPORT_SUBJECT_H
#define TEST_SUPPORT_SUBJECT_H

#include "sim/isa.h"

#define SUBJECT_MAX 600  /* most instructions */
#define SUBJECT_FUNCS 16 /* most functions, when their types are given */

struct subject {
	u32 type, attach_type, attach_btf_id, flags;
	bool gpl;
	bool mutated;
	s32 btf_fd; /* of the types of its functions; 0 = they are not given */
	u32 nfuncs;
	struct bpf_func_info func[SUBJECT_FUNCS];
	u32 count;
	struct bpf_insn insns[SUBJECT_MAX];
};

#endif
