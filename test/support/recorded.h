/*
 * Programs with the machine code that a real Linux 6.1 made of them: xlated, jited, func_lens, ksyms (and
 * jited_line_info, extable) of a vector (ui/vector.h), as input and expectation for the JIT.
 *
 * A dump hides some of what the kernel's JIT was told: addresses of maps, which loads may fault, which tail
 * calls are direct, how much stack a function has. That is read back from the recorded code; only the
 * choice is, never an encoding.
 */
#ifndef TEST_SUPPORT_RECORDED_H
#define TEST_SUPPORT_RECORDED_H

#include <jansson.h>

#include "../../sim/jit/jit.h"

#define RECORDED_MAX_FUNCS 256
#define RECORDED_MAX_POKES 64

struct recorded {
	const char *name;
	struct bpf_insn *insns;
	u32 len;
	struct jit_func funcs[RECORDED_MAX_FUNCS];
	struct jit_program program;
	u8 *code;             /* of all functions */
	u32 size;
	u32 begin[RECORDED_MAX_FUNCS + 1]; /* of each function's code */
	u64 address[RECORDED_MAX_FUNCS];   /* where the kernel had it */
	u64 poke_target[RECORDED_MAX_POKES]; /* 0: the array's slot was empty */
	struct jit_target target; /* the vector's "target"; without one: no mitigations */
	bool blinded; /* the vector's "harden" is 2: xlated is what was blinded, jited what became of it */
	struct bpf_insn *halves[RECORDED_MAX_FUNCS]; /* blinded insns */
};

/* Our code for it. */
struct rejited {
	void *memory;
	struct jit_build *build;
};

/* False when the vector has no machine code, or is odd. */
bool recorded_read(struct recorded *r, const json_t *vector);
void recorded_free(struct recorded *r);

/* False: the JIT failed, out->build->why says why. */
bool rejit(const struct recorded *r, struct rejited *out);
void rejited_free(struct rejited *out);

/* NULL when our code is theirs; otherwise where it differs, in words (static). */
const char *recorded_differs(const struct recorded *r, const struct rejited *ours, const json_t *vector);

/* The bytes of a field in hex, to be freed; zero bytes behind them. */
u8 *recorded_bytes(const json_t *vector, const char *field, u32 *len);
/* Item @i of a list of addresses in hex; 0 when there is none. */
u64 recorded_address(const json_t *list, u32 i);
/* The object that "target" is: mitigations and where their thunks are. NULL: none. */
void recorded_target(struct jit_target *target, const json_t *wanted);

#endif
