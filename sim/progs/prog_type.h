/*
 * Program types and programs.
 *
 * A program type is one file with one const struct prog_type and one line in table.c: its context as programs see it,
 * its helpers, how BPF_PROG_TEST_RUN and its event build a context, what its return value means.
 */
#ifndef SIM_PROGS_PROG_TYPE_H
#define SIM_PROGS_PROG_TYPE_H

#include "../helpers/helper.h"
#include "../isa.h"
#include "../world/netdev.h"
#include "../world/task.h"

/*
 * One field of a struct that programs see in its uapi form (struct xdp_md, struct __sk_buff, struct bpf_sock), and
 * where it lives in the kernel's struct. The verifier, the translator, the interpreter and the context pane read the
 * same tables.
 *
 * Most fields are plain members, perhaps behind a pointer or two: hop[] and koff say where, target says how many bytes;
 * the value is zero-extended. The others have a `get`.
 */
enum ctx_access { CTX_READ = 1, CTX_WRITE = 2 };
enum ctx_kind {
	CTX_SCALAR,
	CTX_PACKET,       /* pointer to packet data, 32 bits wide in the uapi struct, 64 in the register */
	CTX_PACKET_END,
	CTX_PACKET_META,
	CTX_SOCK_COMMON,  /* pointer to a socket of any state, or NULL */
	CTX_POINTER,      /* pointer to another kernel object (flow_keys) */
};

/* Which accesses the kernel allows, beside aligned ones of the full size. */
enum ctx_width {
	CTX_FULL,         /* none */
	CTX_NARROW,       /* aligned loads of 1, 2 (4) bytes */
	CTX_BYTES,        /* any aligned access inside: the field is plain memory */
};

struct ctx_field {
	const char *name;
	u16 off, size;    /* in the uapi struct, bytes */
	u8 kind;          /* enum ctx_kind */
	u8 access;        /* CTX_READ | CTX_WRITE; 0: not for this type of program */
	u8 width;         /* enum ctx_width */
	u8 target;        /* bytes of the member in the kernel's struct */
	u8 hops;          /* pointers to follow first */
	u16 hop[2];       /* offset of each pointer in the struct before it */
	u16 koff;         /* offset of the member in the last struct */
	u64 (*get)(u64 ctx);              /* NULL: the plain member. @ctx: address of the kernel's struct */
	void (*set)(u64 ctx, u64 value);  /* NULL: the plain member */
};

/* The field that an access of @size bytes at @off means, or NULL when the kernel's is_valid_access refuses it. */
const struct ctx_field *ctx_field_at(const struct ctx_field *fields, s64 off, u32 size, bool write);
/* The access itself; @field is from ctx_field_at with the same @off and @size. A load gives the register's value. */
u64 ctx_load(const struct ctx_field *field, u64 ctx, u32 off, u32 size);
void ctx_store(const struct ctx_field *field, u64 ctx, u32 off, u32 size, u64 value);

/* struct bpf_sock, what programs see of a socket: of any (sock_common), of a full one. */
extern const struct ctx_field sock_common_fields[], sock_fields[];

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

/* Where the packet of a context is just now. */
struct packet_place {
	u64 meta, data, end;           /* meta == data: no metadata */
	u8 access;                     /* REGION_READ | REGION_WRITE for loads and stores; 0: through helpers only */
};

/* The caller's user memory while BPF_PROG_TEST_RUN goes on: what cmd_run.c hands down from its floor. */
struct user_access {
	int (*in)(struct sim *sim, struct task *task, void *dst, u64 uaddr, u64 n);
	int (*out)(struct sim *sim, struct task *task, u64 uaddr, const void *src, u64 n);
	int (*tail_zero)(struct sim *sim, struct task *task, u64 uaddr, u64 known, u64 actual);
};

struct test_call {
	struct task *task;
	const union bpf_attr *attr;
	u64 uattr;                     /* user address of the attr: results are written there */
	const struct user_access *user;
};

struct prog_type {
	const char *name;              /* "XDP" */
	const char *doc;
	u16 ctx_size;                  /* bytes of the uapi context; 0 = none */
	const struct ctx_field *fields; /* name NULL at the end */
	const u16 *helpers;            /* allowed ids, 0 at the end (beside the base set) */
	/* Where the packet is; helpers move it. NULL: the context has no packet that programs may point into. */
	void (*packet)(u64 ctx, struct packet_place *out);
	/*
	 * The classic loads LD_ABS and LD_IND: @size bytes of the packet at @off, in host byte order, or -EFAULT when
	 * they are not there. NULL: the type has none.
	 */
	s64 (*load_classic)(u64 ctx, s32 off, u32 size);
	/* Name of a return value ("XDP_DROP"), or NULL. */
	const char *(*ret_name)(u32 ret);
	/*
	 * BPF_PROG_TEST_RUN, as 6.1's bpf_prog_test_run_*: test_begin makes the context from the attr (copying in); the
	 * caller runs the program `repeat` times, test_again before each but the first; test_end copies the results
	 * out. NULL: the type has no TEST_RUN (-ENOTSUPP). *state is arena memory that test_free frees, also after an
	 * error.
	 */
	int (*test_begin)(struct sim *sim, struct prog *prog, const struct test_call *call, struct run_request *run,
			  void **state);
	void (*test_again)(struct sim *sim, void *state);   /* may be NULL */
	int (*test_end)(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
	void (*test_free)(struct sim *sim, void *state);
	/*
	 * The hook's own event, a packet: builds the context (0 or -errno), then, after the program has run, says what
	 * becomes of the packet and frees @state. NULL: packets do not come by here.
	 */
	int (*packet_begin)(struct sim *sim, struct prog *prog, struct arrival *arrival, struct run_request *run,
			    void **state);
	enum verdict (*packet_end)(struct sim *sim, struct arrival *arrival, void *state, u32 retval);
};

/* By BPF_PROG_TYPE_*; NULL for types that are not there. */
extern const struct prog_type *const prog_types[];
extern const u32 prog_types_count;

/* NULL when the type is not there. */
const struct prog_type *prog_type_by_id(u32 type);
/* May a program of this type, loaded with these rights, call the helper? (bpf_verifier_ops.get_func_proto) */
bool prog_type_has_helper(const struct prog_type *type, u32 id, bool bpf_capable, bool perfmon_capable);

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
	u32 attach_btf_id;             /* tracing: the type of the function it will be attached to */
	struct obj *attach_prog;       /* the program whose function that is; NULL = the kernel's; a reference */
	u8 tag[BPF_TAG_SIZE];
	u32 uid;                       /* who loaded it */
	u64 load_time;                 /* ns since boot */
	u64 run_cnt, run_time_ns;      /* when bpf_stats_enabled */
	u64 verified_insns;
};

extern const struct obj_ops prog_obj_ops;

#endif
