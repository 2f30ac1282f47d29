/*
 * Memory that is handed to helpers, and the checks that loads, stores and helper
 * arguments share (memory.c).
 */
#ifndef SIM_VERIFIER_MEM_CHECK_H
#define SIM_VERIFIER_MEM_CHECK_H

#include "walk.h"

enum access_kind { ACCESS_READ, ACCESS_WRITE };
enum access_by { ACCESS_DIRECT, ACCESS_BY_HELPER }; /* an instruction, or a helper */

/* What a call's arguments have told so far; made anew for each call. */
struct call_meta {
	struct map *map;         /* the CONST_PTR_TO_MAP argument */
	u32 map_uid;
	/* an argument is memory that the helper writes: it need not be initialised */
	bool raw_mode;
	u32 raw_regno, raw_size; /* what it writes */
	bool pkt_access;         /* packet memory may be handed to it */
	u32 release_regno;       /* register whose reference it gives up, 0 = none */
	s32 regno;               /* of the memory argument, -1 = none */
	s32 access_size;         /* of the memory argument that is stack and raw, 0 = none */
	u32 mem_size;            /* constant allocation size */
	u64 max_value;           /* of the size argument (ARG_CONST_SIZE*) */
	u32 ref_obj_id;          /* of an argument that carries a reference */
	u32 func_id;
	u32 subprog;             /* ARG_PTR_TO_FUNC */
	u32 btf_id, ret_btf_id;
	const struct btf_types *btf, *ret_btf;
	const struct btf_kptr *kptr; /* ARG_PTR_TO_KPTR: which field */
	u8 uninit_dynptr_regno;
};

/*
 * A load or store of @bpf_size (BPF_B .. BPF_DW) at the address in @regno + @off. @value_regno: the
 * register that is stored or loaded, -1 = a constant, or goes nowhere. @strict: alignment is demanded on
 * every machine. 0 or -errno; a loaded register is marked.
 */
int check_mem_access(struct env *env, u32 insn, u32 regno, s32 off, u8 bpf_size, enum access_kind kind,
		     int value_regno, bool strict);

/*
 * Bytes fp + off .. of the stack that @regno points to may be read by @by (or, in raw mode,
 * written). 0 or -errno.
 */
int check_stack_initialized(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok,
			    enum access_by by, struct call_meta *meta);

/* A helper reads or writes @size bytes at the address in @regno. @meta may be NULL. 0 or -errno. */
int check_helper_mem(struct env *env, u32 regno, u32 size, enum access_kind kind, bool zero_size_ok,
		     struct call_meta *meta);
/* The pair of a memory register and its size in @size_regno (= @regno + 1). 0 or -errno. */
int check_mem_size(struct env *env, u32 size_regno, enum access_kind kind, bool zero_size_ok,
		   struct call_meta *meta);
/*
 * Arguments of global functions and kernel functions: memory that is read and written; NULL
 * is fine. 0 or -errno.
 */
int check_mem_argument(struct env *env, u32 regno, u32 size);
int check_mem_size_argument(struct env *env, u32 size_regno);
/*
 * [off, off + size) of a @mem_size large object that @regno points to, the variable offset
 * included. 0 or -errno.
 */
int check_mem_region(struct env *env, u32 regno, s32 off, u32 size, u32 mem_size, bool zero_size_ok);
int check_map_access(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok, enum access_by by);
int check_packet_access(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok);
/* The field at byte @off of the map's values that holds a pointer to a kernel object; NULL: there is none. */
const struct btf_kptr *map_kptr_at(const struct map *map, u64 off);
/* May the pointer in @regno be kept in the field @kptr of a map value? 0 or -errno. */
int check_kptr_value(struct env *env, const struct btf_kptr *kptr, u32 regno);
/*
 * A pointer that must be used as it is: no variable offset, and no fixed one unless @fixed_ok. 0 or -errno.
 */
int check_unmoved(struct env *env, const struct reg *reg, u32 regno, bool fixed_ok);

#endif
