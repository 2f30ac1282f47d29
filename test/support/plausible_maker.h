/*
 * What the files that make plausible programs share: plausible.c has numbers and statements,
 * plausible_memory.c loads and stores, plausible_call.c maps, helpers and functions.
 */
#ifndef TEST_SUPPORT_PLAUSIBLE_MAKER_H
#define TEST_SUPPORT_PLAUSIBLE_MAKER_H

#include "dice.h"
#include "insn.h"
#include "plausible.h"

#define EXIT_JUMPS 64
#define MAKER_CALLS 8
#define STACK_USED 64 /* bytes below r10 that hold values */
#define KEY_OFF (-72) /* the key of lookups */

/* What the generator believes a register holds; it may be wrong, the verifier has the last word. */
enum holds { NOTHING, NUMBER, CONTEXT, VALUE };

/* The program's functions; each is there when something asks for it. */
enum function { MAIN, HELPED, CALLBACK, FUNCTIONS };

struct maker {
	u64 *dice;
	const struct plausible_world *world;
	struct subject *out;
	u8 holds[MAX_BPF_REGS];
	u32 exit_jump[EXIT_JUMPS], nexits; /* jumps to the function's end */
	enum function function;            /* the one that is made now */
	/* instructions that name a function, by function */
	u32 call[FUNCTIONS][MAKER_CALLS], ncalls[FUNCTIONS];
	bool calm;
};

static inline u32 roll(struct maker *m, u32 n)
{
	return dice_roll(m->dice, n);
}

static inline u8 size_code(u32 size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;
}

void emit(struct maker *m, struct bpf_insn insn);
/* A jump to the function's end. */
void jump_to_exit(struct maker *m, struct bpf_insn jump);
/* A register that holds @what, or -1; the second: one that calls keep. */
int find(struct maker *m, u32 what);
int find_kept(struct maker *m, u32 what);
/* A register for a new number: not one of those with pointers, if that can be. */
u32 fresh(struct maker *m);
/* A register with a number. */
u32 number(struct maker *m);
/* Makes @reg a number of [0, @below), in one of the ways that C programs do it. */
void bound(struct maker *m, u32 reg, u32 below);

/* A question about the number in @dst. */
struct bpf_insn any_jump(struct maker *m, u32 dst, bool wide);
void arithmetic(struct maker *m);

/* --- plausible_memory.c --- */

void stack(struct maker *m);
/* Zeroes and other bytes, one of them somewhere in a range; then they are read. */
void stack_bytes(struct maker *m);
/* Any register goes to the stack, and comes back, perhaps to another. */
void spill(struct maker *m);
void value_access(struct maker *m);
/* r2 = data, r3 = data_end; is there room behind a perhaps variable offset? Then it is accessed. */
void packet_access(struct maker *m);

/* --- plausible_call.c --- */

/* r0, and perhaps r9, become the address of a map's value. */
void lookup(struct maker *m);
void queue_call(struct maker *m);
void update(struct maker *m);
void memory_call(struct maker *m);
void number_call(struct maker *m);
/* Any helper that the program's type has and that is simulated, by its contract. */
void helper_call(struct maker *m);
void function_call(struct maker *m);
/* bpf_loop */
void callback_call(struct maker *m);

#endif
