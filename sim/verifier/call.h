/*
 * Calls: what the files of this topic share.
 *
 * call.c checks a helper's contract: args.c its arguments, map_rules.c which maps it takes, ret.c what it
 * returns. func.c enters and leaves functions of the program, func_args.c compares their arguments with BTF,
 * callback.c calls those that helpers call. kfunc.c does kernel functions, refs.c references, dynptr.c
 * dynptrs, depth.c the stack that all frames need together.
 */
#ifndef SIM_VERIFIER_CALL_H
#define SIM_VERIFIER_CALL_H

#include "../btf_obj.h"
#include "mem_check.h"

#define ARGS 5u  /* registers that hold arguments */

/*
 * insn_aux.map_ptr_state: the map's address, or MAP_PTR_POISON: several; bit 0: lookups must be masked
 * against speculation.
 */
#define MAP_PTR_UNPRIV 1ull
#define MAP_PTR_POISON 0xeb9f1000ull
/* insn_aux.map_key_state: the key, or POISON: not always the same; SEEN: it was set. */
#define MAP_KEY_POISON (1ull << 63)
#define MAP_KEY_SEEN (1ull << 62)

/* insn_aux.loop_inline */
#define LOOP_SEEN 1u     /* bpf_loop was called here ... */
#define LOOP_FITS 2u     /* ... always with the same function and no flags: the translator may write the loop out */

/* The id of a struct in the kernel's BTF, 0 when there is none. */
static inline u32 kernel_struct(const struct env *env, const char *name)
{
	return env->sim->host->vmlinux ? btf_find(env->sim->host->vmlinux, name, BTF_KIND_STRUCT) : 0;
}

/* --- leave.c --- */

/* Is the program for a security hook, or a member of a table, that returns nothing? */
bool is_for_void_function(const struct env *env);
/* r0 holds something outside of @range, @at "program exit" or another end. */
int reject_out_of_range(struct env *env, const struct reg *r0, struct tnum range, const char *at);

/* --- args.c --- */

/* Argument @i (0 .. 4) of a call. 0 or -errno; @meta learns from it. */
int check_helper_arg(struct env *env, const struct helper *helper, u32 i, struct call_meta *meta);
/* May the pointer have an offset when it is used for @arg_type? 0 or -errno. */
int check_arg_offset(struct env *env, u32 regno, u32 arg_type);

/* The type behind typedefs and qualifiers. */
static inline const struct btf_type *plain(const struct btf_types *types, u32 id)
{
	return btf_type_by_id(types, btf_skip_mods(types, id));
}

static inline bool is_scalar(const struct btf_type *t)
{
	u32 kind = btf_kind(t);

	return kind == BTF_KIND_INT || kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

/* "STRUCT", as messages have it; void is "UNKNOWN". */
static inline const char *kind_text(const struct btf_type *t)
{
	return btf_kind(t) ? btf_kind_name(btf_kind(t)) : "UNKNOWN";
}

/* An argument under check. */
struct arg {
	const struct helper_arg *contract;
	u32 i;                      /* 0 .. 4 */
	u32 regno;
	u32 type;                   /* from the contract, or the map's variant of it */
};

/* --- map_field.c: fields of map values that belong to the kernel. 0 or -EACCES --- */

int arg_spin_lock(struct env *env, const struct arg *arg, struct call_meta *meta);
int arg_timer(struct env *env, const struct arg *arg, struct call_meta *meta);
int arg_kptr(struct env *env, const struct arg *arg, struct call_meta *meta);

/* --- map_rules.c --- */

/* May the helper be called with this map (NULL is fine)? 0 or -EINVAL. */
int check_map_rules(struct env *env, const struct map *map, u32 func_id);

/* --- ret.c --- */

/* What r0 holds after the call. 0 or -errno. */
int set_return(struct env *env, const struct helper *helper, const struct call_meta *meta, struct reg *r0);

/* --- refs.c --- */

/* A new reference, acquired by the insn @insn: its id, or -ENOMEM. */
int acquire_reference(struct env *env, u32 insn);
/*
 * The reference is given up: all registers that hold it become unusable. 0, or -EINVAL: this frame does not
 * hold it.
 */
int release_reference(struct env *env, u32 id);

/* --- dynptr.c --- */

bool dynptr_may_be_made(const struct env *env, const struct reg *reg);
bool dynptr_is_made(const struct env *env, const struct reg *reg);
/* Is it of the kind that @arg_type asks for? */
bool dynptr_has_type(const struct env *env, const struct reg *reg, u32 arg_type);
int dynptr_make(struct env *env, const struct reg *reg, u32 arg_type);
int dynptr_unmake(struct env *env, const struct reg *reg);
/* Its reference, 0 = none. */
u32 dynptr_id(const struct env *env, const struct reg *reg);
/* Do the slots exist at all? */
bool dynptr_has_slots(const struct env *env, const struct reg *reg);

/* --- func.c --- */

/*
 * The insn at hand calls function @subprog: the walk goes on there, or behind the call, when the function is
 * global or @async. @prepare fills r1 - r5 of the callee from the caller's registers: 0 or -errno.
 */
int enter_function(struct env *env, u32 subprog, bool async,
		   int (*prepare)(struct env *env, const struct frame *caller, struct frame *callee));
/* After a call r0 - r5 hold nothing. */
void forget_caller_saved(struct env *env, struct reg *regs);

/* --- func_args.c --- */

/*
 * Do r1 .. r5 hold what the function's BTF says? @call: it is called with them; otherwise its walk begins
 * with them. 0; -EINVAL: no (in the log), or there is no BTF; -EFAULT: broken BTF.
 */
int check_func_args(struct env *env, u32 subprog, bool call);
/* Does @pointer (a PTR) point to the context of this type of program? */
bool is_ctx_pointer(const struct btf_types *types, const struct btf_type *pointer, u32 prog_type);

/* --- callback.c --- */

/* The helper calls function meta->subprog. 0 or -errno. */
int call_back(struct env *env, const struct call_meta *meta);

#endif
