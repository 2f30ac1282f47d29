/*
 * One access to memory, taken apart by the type of its address: what memory.c hands to the files that
 * know a kind of memory.
 */
#ifndef SIM_VERIFIER_ACCESS_H
#define SIM_VERIFIER_ACCESS_H

#include "mem_check.h"

/* BPF_MAX_VAR_OFF, BPF_MAX_VAR_SIZ: offsets and sizes beyond it are taken for unbounded */
#define MAX_OFFSET (1 << 29)

struct access {
	u32 insn;
	u32 regno;             /* holds the address */
	s32 off;               /* from it, the register's fixed offset included */
	u32 size;              /* bytes: 1, 2, 4, 8 */
	enum access_kind kind;
	int value_regno;       /* the register that is stored or loaded, -1 = none */
};

/*
 * Is the access all right? 0 or -errno; the loaded register is marked: a number of 64 bits or a pointer.
 * The address has no PTR_MAYBE_NULL.
 */
int access_map_value(struct env *env, const struct access *a);  /* map_access.c */
int access_map_key(struct env *env, const struct access *a);
int access_map_ptr(struct env *env, const struct access *a);
int access_mem(struct env *env, const struct access *a);        /* region.c */
int access_buf(struct env *env, const struct access *a);
int access_tp_buffer(struct env *env, const struct access *a);
int access_flow_keys(struct env *env, const struct access *a);
int access_stack(struct env *env, const struct access *a);      /* stack_access.c */
int access_packet(struct env *env, const struct access *a);     /* packet.c */
int access_ctx(struct env *env, const struct access *a);        /* ctx_access.c */
int access_sock(struct env *env, const struct access *a);
int access_btf(struct env *env, const struct access *a);        /* btf_access.c */

/* --- what they share --- */

/* Its address would become a number that the program, or user space, can read. */
static inline bool is_secret_pointer(const struct env *env, int regno)
{
	return regno >= 0 && is_secret(env, &cur_regs(env)[regno]);
}

static inline bool stores_pointer(const struct env *env, const struct access *a)
{
	return a->kind == ACCESS_WRITE && is_secret_pointer(env, a->value_regno);
}

/* The loaded value is a number, of which nothing is known. */
static inline void mark_loaded(struct env *env, const struct access *a)
{
	if (a->kind == ACCESS_READ && a->value_regno >= 0)
		reg_set_unknown(&cur_regs(env)[a->value_regno], !env->w->may.bpf_capable);
}

/* "(0x0; 0xff)" */
const char *tnum_text(struct tnum t, char buf[48]);

/* align.c: an address from @reg + @off with @size bytes. 0 or -errno. */
int check_alignment(struct env *env, const struct reg *reg, s32 off, u32 size, bool strict);

/* packet.c: may a program of this type touch packet memory? @meta NULL: by an instruction. */
bool may_access_packet(const struct env *env, const struct call_meta *meta, enum access_kind kind);

/* region.c: [off, off + size) of @mem_size bytes at @regno, the variable offset left out. 0 or -errno. */
int check_region(struct env *env, u32 regno, s64 off, u32 size, u32 mem_size, bool zero_size_ok);
/* A buffer of unknown size: only its beginning must be known. */
int check_buffer(struct env *env, u32 regno, s32 off, u32 size);
/* map_access.c: may programs read, write the values of the map? */
int check_map_rights(struct env *env, u32 regno, s32 off, u32 size, enum access_kind kind);

/* ctx_access.c: the program type whose rules hold: for extensions that of the program which they extend. */
u32 resolved_prog_type(const struct env *env);
/* The program, as the tables of progs/ want to know it. */
struct prog_view view_of(const struct env *env);

#endif
