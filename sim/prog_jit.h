/*
 * Machine code of a program: the stage of PROG_LOAD that compiles it, and what remains of it. The JIT
 * itself is jit/jit.h. Mirrors bpf_prog_select_runtime and bpf_jit_binary_pack_alloc (kernel/bpf/core.c),
 * jit_subprogs (kernel/bpf/verifier.c).
 *
 * Everything lies in the arena: the code is data here, as a listing shows it, with the addresses of a
 * kernel. Who runs it makes a copy that can be executed (native/).
 */
#ifndef SIM_PROG_JIT_H
#define SIM_PROG_JIT_H

#include "jit/jit.h"
#include "ktext.h"
#include "prog.h"

/*
 * Where things lie in the simulated kernel: its own functions, and compiled programs
 * (the area for modules).
 */
#define KTEXT_BASE 0xffffffff81000000ull   /* __bpf_call_base: ktext_imm() counts from here */
#define JIT_TEXT_BASE 0xffffffffc0000000ull
#define JIT_TEXT_SIZE 0x3f000000ull
/* Where a copy of the latter is executed: one live simulation per process, as with the arena. */
#define EXEC_TEXT_BASE 0x510000000000ull

static inline u64 exec_address(u64 jit_address)
{
	return jit_address - JIT_TEXT_BASE + EXEC_TEXT_BASE;
}

struct prog_jit {
	struct jit_program program;
	struct jit_target target;
	struct jit_func *funcs;        /* [program.nfuncs] */
	struct bpf_insn **blinded;     /* [program.nfuncs]; NULL: constants are not blinded */
	u32 **moved;                   /* of each blinded function: where its insns went */
	struct jit_build *build;       /* images, passes, relocations */
	u32 *start;                    /* of each function in prog->xlated */
	u32 charged;                   /* bytes of net.core.bpf_jit_limit */
};

/*
 * JIT: one unit is one insn of one pass. prog->jit is NULL afterwards when the program is
 * left to the interpreter.
 */
int prog_jit_stage(struct sim *sim, struct call *call, struct prog_load *load);
/* What the JIT compiles for, at this moment: with the mitigations that the sysctl asks for. */
void prog_jit_target(const struct sim *sim, struct jit_target *target);
void prog_jit_free(struct sim *sim, struct prog *prog);
/*
 * The code of function @func as it is now, build->func[func].size bytes: Linux patches direct tail calls
 * whenever a slot of the array changes (prog_array_map_poke_run), here they are put in when somebody looks.
 */
void prog_jit_code(struct sim *sim, const struct prog *prog, u32 func, u8 *code);

/* Is it compiled? */
static inline bool prog_is_jited(const struct prog *prog)
{
	return prog->jit && prog->jit->build->state == JIT_DONE;
}

/* bpf_func: where it is entered, what a hook calls. Its code, or the interpreter that has stack enough for it. */
u64 prog_entry(const struct prog *prog);
/* The insns that were compiled as function @func: those of prog->xlated, or the blinded ones. */
const struct bpf_insn *prog_jit_insns(const struct prog *prog, u32 func);
/* Address of the code of insn @insn of prog->xlated; 0: not compiled. */
u64 prog_jit_address(const struct prog *prog, u32 insn);

#endif
