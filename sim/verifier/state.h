/*
 * The abstract state: what the path walk knows about registers and stack at one point of one path.
 *
 * Mirrors struct bpf_reg_state, bpf_func_state, bpf_verifier_state of include/linux/bpf_verifier.h. All of it lies in the arena.
 */
#ifndef SIM_VERIFIER_STATE_H
#define SIM_VERIFIER_STATE_H

#include "../isa.h"
#include "../maps/map.h"
#include "range.h"
#include "tnum.h"

/* What a register holds. The low byte is the type, the bits above modify it. Names are the kernel's (enum bpf_reg_type). */
enum reg_type {
	NOT_INIT,
	SCALAR_VALUE,
	PTR_TO_CTX,
	CONST_PTR_TO_MAP,
	PTR_TO_MAP_VALUE,
	PTR_TO_MAP_KEY,
	PTR_TO_STACK,
	PTR_TO_PACKET_META,
	PTR_TO_PACKET,
	PTR_TO_PACKET_END,
	PTR_TO_FLOW_KEYS,
	PTR_TO_SOCKET,
	PTR_TO_SOCK_COMMON,
	PTR_TO_TCP_SOCK,
	PTR_TO_TP_BUFFER,
	PTR_TO_XDP_SOCK,
	PTR_TO_BTF_ID,
	PTR_TO_MEM,
	PTR_TO_BUF,
	PTR_TO_FUNC,
	PTR_TO_DYNPTR,
	REG_TYPES,
};

/* Modifiers of reg_type, and of arg_type and ret_type in helpers/helper.h (enum bpf_type_flag). */
#include "../helpers/type_flag.h"

static inline u32 base_type(u32 type)
{
	return type & TYPE_BASE_MASK;
}

static inline u32 type_flag(u32 type)
{
	return type & ~TYPE_BASE_MASK;
}

/* Has what a path will read been written on the way? Children ask their parents through these marks. */
enum live {
	LIVE_NONE = 0,
	LIVE_READ32 = 1,
	LIVE_READ64 = 2,
	LIVE_READ = LIVE_READ32 | LIVE_READ64,
	LIVE_WRITTEN = 4,  /* written first: reads after it do not reach the parent */
	LIVE_DONE = 8,     /* marks will not change any more */
};

/* Range of a packet pointer against pkt_end, beside the usual >= 0. */
#define RANGE_AT_PKT_END (-1)
#define RANGE_BEYOND_PKT_END (-2)

#define SUBREG_DEF_NONE 0  /* reg.subreg_def */

struct reg {
	/* The facts, compared byte by byte; keep without padding that is not zeroed. */
	u32 type;                  /* enum reg_type | type flags */
	s32 off;                   /* fixed part of a pointer's offset */
	union {
		s32 range;         /* packet pointers: bytes known to be there from the pointer's base; or RANGE_* */
		struct {
			struct map *map;   /* map pointers, values, keys */
			u32 map_uid;       /* inner maps: which lookup it came from */
		};
		struct {
			const struct btf *btf; /* NULL: the kernel's */
			u32 btf_id;
		};
		u32 mem_size;      /* PTR_TO_MEM */
		struct {
			u32 dynptr_type;   /* enum dynptr_type */
			u32 first_slot;
		};
		u64 raw[2];
		u32 subprog;       /* PTR_TO_FUNC */
	};
	u32 id;                    /* equal ids: equal values (scalars), same NULL check (or_null), same packet offset, same lock */
	u32 ref_obj_id;            /* id of the reference that must be released, 0 = none */
	struct tnum var_off;       /* scalar: the value; pointer: the variable part of the offset */
	struct range r64;          /* bounds of the same */
	struct range r32;          /* bounds of its lower half */
	/* Not compared. */
	struct reg *parent;        /* the same register in the state that this one came from: where read marks go */
	u32 frameno;               /* PTR_TO_STACK: whose stack */
	s32 subreg_def;            /* insn + 1 that wrote the lower half last; SUBREG_DEF_NONE */
	u8 live;                   /* enum live */
	bool precise;              /* a check relied on its exact value */
};

#define REG_FACTS offsetof(struct reg, parent)
#define REG_FACTS_BEFORE_ID offsetof(struct reg, id)

enum slot_type { STACK_INVALID, STACK_SPILL, STACK_MISC, STACK_ZERO, STACK_DYNPTR };

#define SLOT_SIZE 8u
#define MAX_STACK 512
#define MAX_SLOTS (MAX_STACK / SLOT_SIZE)

/* Eight bytes of stack; slot i holds fp - (i + 1) * 8 .. fp - i * 8 - 1. */
struct slot {
	struct reg spilled;        /* what was spilled; its live marks serve for all uses of the slot */
	u8 type[SLOT_SIZE];        /* enum slot_type; [0] is the byte at the highest address, fp - i * 8 - 1 */
};

struct ref {
	u32 id;
	u32 insn;                  /* that acquired it */
	u32 callback_ref;          /* frame of the callback in which it was acquired */
};

/* One function on the call stack. */
struct frame {
	struct reg reg[MAX_BPF_REGS];
	s32 callsite;              /* insn of the call, -1 for the main function */
	u32 frameno;
	u32 subprog;
	u32 async_entry_cnt;
	bool in_callback;
	bool in_async_callback;
	struct tnum callback_ret_range;
	u32 nrefs, refs_room;
	struct ref *refs;
	u32 nslots, slots_room;    /* allocated_stack / 8 */
	struct slot *slot;
};

#define MAX_FRAMES 8

/* How one jump was taken: a pair of history. */
struct jump {
	u32 from, to;
};

struct vstate {
	struct frame *frame[MAX_FRAMES];
	struct vstate *parent;     /* explored state that this one continues */
	u32 branches;              /* children that have not ended yet */
	u32 insn;                  /* explored state: where it was taken */
	u32 curframe;
	u32 active_spin_lock;      /* id of the value whose lock is held */
	bool speculative;          /* a path that only a mispredicting CPU takes */
	u32 first_insn, last_insn; /* of this state's part of the path */
	struct jump *jumps;        /* since first_insn */
	u32 njumps, jumps_room;
	bool all_precise;          /* explored state: all of its scalars are marked, and those of its ancestors */
	u32 fork;                  /* the piece of a path that it is on: index into walk.fork (paths.h) */
};

struct sim;

struct vstate *vstate_new(struct sim *sim);
/* Makes *@dst equal to *@src, reusing dst's memory. False when there is no memory. */
bool vstate_copy(struct sim *sim, struct vstate *dst, const struct vstate *src);
/* Frees what @state holds, and @state itself when @self. */
void vstate_free(struct sim *sim, struct vstate *state, bool self);
struct frame *frame_new(struct sim *sim);
void frame_free(struct sim *sim, struct frame *frame);
/* At least @nslots slots, new ones STACK_INVALID. */
bool frame_grow(struct sim *sim, struct frame *frame, u32 nslots);
/* A reference that must be released; false when there is no memory. */
bool frame_add_ref(struct sim *sim, struct frame *frame, struct ref ref);
/* 0, or -EINVAL: there is no such reference, or a callback would give up its caller's. */
int frame_drop_ref(struct frame *frame, u32 id);
/* Every register and every fully spilled slot of every frame. */
void vstate_each_reg(struct vstate *state, void (*visit)(struct reg *reg, void *arg), void *arg);
bool vstate_add_jump(struct sim *sim, struct vstate *state, struct jump jump);

static inline bool slot_is_spilled(const struct slot *slot)
{
	return slot->type[SLOT_SIZE - 1] == STACK_SPILL;
}

#endif
