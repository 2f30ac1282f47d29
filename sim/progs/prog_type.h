/*
 * Program types and programs.
 *
 * A program type is one file with one const struct prog_type and one line in table.c: its context as programs see it, its
 * helpers, how BPF_PROG_TEST_RUN and its event build a context, what its return value means.
 */
#ifndef SIM_PROGS_PROG_TYPE_H
#define SIM_PROGS_PROG_TYPE_H

#include "../helpers/helper.h"
#include "../isa.h"
#include "../world/netdev.h"

/* One field of the context in its uapi form (struct xdp_md, struct __sk_buff). */
enum ctx_access { CTX_READ = 1, CTX_WRITE = 2 };
enum ctx_kind {
	CTX_SCALAR,
	CTX_PACKET,       /* pointer to packet data, 32 bits wide in the uapi struct, 64 in the register */
	CTX_PACKET_END,
	CTX_PACKET_META,
	CTX_POINTER,      /* pointer to a kernel object (sk, flow_keys) */
};

struct ctx_field {
	const char *name;
	u16 off, size;    /* in the uapi struct, bytes */
	u8 kind;          /* enum ctx_kind */
	u8 access;        /* CTX_READ | CTX_WRITE */
	u8 narrow;        /* loads of 1, 2 bytes of it are allowed */
	/* Read from and write to the kernel's struct behind the context (@ctx: its address). */
	u64 (*get)(struct sim *sim, u64 ctx, u32 index);
	void (*set)(struct sim *sim, u64 ctx, u32 index, u64 value);
	u32 index;        /* for arrays such as cb[5] */
};

struct prog;

/* Why a program runs once: which program, with which context; filled by a prog type, done by the interpreter. */
struct run_request {
	struct prog *prog;
	u64 ctx;          /* r1 */
};

/* What becomes of a packet. */
enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_DROP, VERDICT_ABORTED, VERDICT_TX, VERDICT_REDIRECT };

/* A packet that has arrived at a net device, in the arena (TAG_PACKET). */
struct arrival {
	struct netdev *dev;
	u8 *data;
	u32 len;
	u32 redirect_ifindex;          /* out: VERDICT_REDIRECT to a device */
};

struct prog_type {
	const char *name;              /* "XDP" */
	const char *doc;
	u16 ctx_size;                  /* bytes of the uapi context; 0 = none */
	const struct ctx_field *fields; /* name NULL at the end */
	const u16 *helpers;            /* allowed ids, 0 at the end (beside the base set) */
	/* Name of a return value ("XDP_DROP"), or NULL. */
	const char *(*ret_name)(u32 ret);
	/*
	 * BPF_PROG_TEST_RUN in three parts, as 6.1's bpf_prog_test_run_*: build the context from the attr (copying in), then
	 * the caller runs the program `repeat` times, then copy the results out. NULL: the type has no TEST_RUN (-ENOTSUPP).
	 * @state is the builder's own arena memory, freed by test_end in every case.
	 */
	int (*test_begin)(struct sim *sim, struct prog *prog, const union bpf_attr *attr, struct run_request *run, void **state);
	/* Before each repetition (the kernel resets e.g. XDP's packet pointers). May be NULL. */
	void (*test_again)(struct sim *sim, void *state);
	int (*test_end)(struct sim *sim, const union bpf_attr *attr, u64 uattr, void *state, u32 retval, u32 duration, int err);
	/*
	 * The hook's own event, a packet: builds the context (0 or -errno), then, after the program has run, says what becomes of
	 * the packet and frees @state. NULL: packets do not come by here.
	 */
	int (*packet_begin)(struct sim *sim, struct prog *prog, struct arrival *arrival, struct run_request *run, void **state);
	enum verdict (*packet_end)(struct sim *sim, struct arrival *arrival, void *state, u32 retval);
};

/* By BPF_PROG_TYPE_*; NULL for types that are not there. */
extern const struct prog_type *const prog_types[];
extern const u32 prog_types_count;

struct subprog {
	u32 start;         /* first insn */
	u32 stack_depth;   /* bytes, known after the path walk */
};

/* A loaded program. Mirrors struct bpf_prog and struct bpf_prog_aux. */
struct prog {
	struct obj obj;
	u32 type;                      /* BPF_PROG_TYPE_* */
	u32 expected_attach_type;
	u32 flags;                     /* BPF_F_* of PROG_LOAD */
	bool gpl;
	bool checked;                  /* the verifier's path walk accepted it: runs without access checks */
	u32 insn_cnt;
	struct bpf_insn *user_insns;   /* as user space gave them */
	struct bpf_insn *insns;        /* as written, ld_imm64 resolved: imm holds addresses; src_reg is kept */
	u32 nsubprogs;
	struct subprog *subprogs;      /* subprogs[0].start = 0 */
	u32 nused_maps;
	struct map **used_maps;        /* a reference each */
	struct obj *btf;               /* or NULL; a reference */
	u32 func_info_cnt, line_info_cnt;
	struct bpf_func_info *func_info;
	struct bpf_line_info *line_info;
	u8 tag[BPF_TAG_SIZE];
	u32 uid;                       /* who loaded it */
	u64 load_time;                 /* ns since boot */
	u64 run_cnt, run_time_ns;      /* when bpf_stats_enabled */
	u64 verified_insns;
};

extern const struct obj_ops prog_obj_ops;

#endif
