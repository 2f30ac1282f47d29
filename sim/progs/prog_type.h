/*
 * Program types and programs.
 *
 * A program type is one file with one const struct prog_type and one line in table.c: its context as programs
 * see it, its helpers, how BPF_PROG_TEST_RUN and its event build a context, what its return value means.
 */
#ifndef SIM_PROGS_PROG_TYPE_H
#define SIM_PROGS_PROG_TYPE_H

#include "../helpers/helper.h"
#include "../isa.h"
#include "../world/netdev.h"
#include "../world/task.h"

/*
 * One field of a struct that programs see in its uapi form (struct xdp_md, struct __sk_buff, struct
 * bpf_sock), and where it lives in the kernel's struct. The verifier, the translator, the interpreter and the
 * context pane read the same tables.
 *
 * Most fields are plain members, perhaps behind a pointer or two: hop[] and koff say where, target says how
 * many bytes; the value is zero-extended. The others have a `get`.
 */
enum ctx_access {
	CTX_READ = 1,
	CTX_WRITE = 2,
	CTX_READ_CAP = 4,   /* read by those who have CAP_BPF */
	CTX_WRITE_CAP = 8,
};

/* What a load gives. */
enum ctx_kind {
	CTX_SCALAR,
	CTX_PACKET,         /* pointer to packet data; 32 bits wide in some uapi structs, but not in r0 */
	CTX_PACKET_END,
	CTX_PACKET_META,
	CTX_SOCK_COMMON,    /* pointer to a socket of any state, or NULL */
	CTX_SOCKET,         /* pointer to a full socket */
	CTX_SOCKET_OR_NULL,
	CTX_FLOW_KEYS,      /* pointer to the struct bpf_flow_keys that the program fills */
	CTX_TP_BUFFER,      /* pointer to a tracepoint's buffer that may be written */
	CTX_BTF_ARG,        /* argument of a traced function: the kernel's BTF says what it is */
	CTX_KINDS,
};

/* Which accesses the kernel allows, beside aligned ones of an element's full size. */
enum ctx_width {
	CTX_FULL,           /* none */
	CTX_NARROW,         /* aligned loads of 1, 2 (4) bytes */
	CTX_NARROW_FIRST,   /* such loads at the first byte only */
	CTX_WIDE,           /* narrow loads, and two elements at once when they are aligned to 8 */
	CTX_BYTES,          /* any aligned access inside: the field is plain memory */
};

/* Sets of attach types. */
#define ATTACH_BIT(type) (1ull << (type))

static inline bool attach_in(u64 set, u32 attach_type)
{
	return attach_type < 64 && set & ATTACH_BIT(attach_type);
}

struct ctx_conversion;
struct patch;

struct ctx_field {
	const char *name;
	s32 off;            /* in the uapi struct, bytes */
	u32 size;
	u8 kind;            /* enum ctx_kind */
	u8 access;          /* enum ctx_access, or-ed; 0: not for this type of program */
	u8 width;           /* enum ctx_width */
	u8 element;         /* bytes of an element, when it is an array; 0: the field is one element */
	u8 least;           /* narrow loads have at least so many bytes; 0 = 1 */
	u64 read_for, write_for; /* ATTACH_BIT()s of the expected attach types that may; 0: all */
	/*
	 * Where it lives. target 0 and no get: programs see the kernel's own struct, there is
	 * nothing to translate.
	 */
	u8 target;          /* bytes of the member in the kernel's struct */
	u8 hops;            /* pointers to follow first */
	u16 hop[2];         /* offset of each pointer in the struct before it */
	u16 koff;           /* offset of the member in the last struct */
	/* where the context keeps a register while a store goes through pointers (hops) */
	u16 temp;
	bool maybe_null;    /* the first pointer may be NULL: then the load gives 0 */
	bool own_width;     /* the translated access has the width of the program's, not the member's */
	/*
	 * What takes the place of the access in the translated program (ctx_convert.c);
	 * NULL: the plain member.
	 */
	void (*convert)(const struct ctx_conversion *c, struct patch *out);
	u64 (*get)(u64 ctx);              /* NULL: the plain member. @ctx: address of the kernel's struct */
	void (*set)(u64 ctx, u64 value);  /* NULL: the plain member */
};

static inline bool ctx_has_place(const struct ctx_field *field)
{
	return field->target || field->get;
}

/*
 * The field that an access of @size bytes at @off means, or NULL when the kernel's is_valid_access refuses
 * it. @attach_type: the program's expected one. Does not ask for CAP_BPF: ctx_access does.
 */
const struct ctx_field *ctx_field_at(const struct ctx_field *fields, u32 attach_type, s64 off, u32 size,
				     bool write);
/*
 * Bytes that the kernel loads when a program loads fewer (ctx_field_size of is_valid_access); 0: no narrow
 * loads.
 */
u32 ctx_field_size(const struct ctx_field *field);
/*
 * The access itself; @field is from ctx_field_at with the same @off and @size. A load gives the register's
 * value.
 */
u64 ctx_load(const struct ctx_field *field, u64 ctx, u32 off, u32 size);
void ctx_store(const struct ctx_field *field, u64 ctx, u32 off, u32 size, u64 value);

/*
 * What programs see of a socket: struct bpf_sock of any (sock_common), of a full one; struct bpf_tcp_sock,
 * struct bpf_xdp_sock.
 */
extern const struct ctx_field sock_common_fields[], sock_fields[], tcp_sock_fields[], xdp_sock_fields[];

struct prog;

/*
 * Why a program runs once: which program, with which context; filled by a prog type, done by the interpreter.
 */
struct run_request {
	struct prog *prog;
	u64 ctx;          /* r1 */
	u64 memory, memory_size; /* a program that was never translated sees it as plain memory; may be the context */
	bool on_cpu;      /* it runs on CPU @cpu, not where the caller is */
	u32 cpu;
};

/* What becomes of a packet. */
enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_DROP, VERDICT_ABORTED, VERDICT_TX, VERDICT_REDIRECT, VERDICT_STOLEN };

/* A packet that has arrived at a net device, in the arena (TAG_PACKET). */
struct arrival {
	struct netdev *dev;
	u8 *data;
	u32 len;
	u32 redirect_ifindex;          /* out: VERDICT_REDIRECT to a device */
	/* out: it goes on: the frame as the program left it, for whom it goes to to free; else NULL */
	struct xdp_buff *frame;
};

/* Where the packet of a context is just now. */
struct packet_place {
	u64 meta, data, end;           /* meta == data: no metadata */
	/* REGION_READ | REGION_WRITE for loads and stores; 0: through helpers only */
	u8 access;
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

/* A program that is to be verified, and what the tables need to know of it. */
struct prog_view {
	const struct prog *prog;
	bool bpf_capable, perfmon_capable; /* rights of who loads it; CAP_SYS_ADMIN gives both */
	bool sys_admin;
	/*
	 * The kernel function that it is for (attach_btf_id); STRUCT_OPS: the member of
	 * attach_table. NULL = none.
	 */
	const char *attach_func, *attach_table;
	bool attach_void;              /* it returns nothing */
};

/* Helpers that a type may call: ids or enum helper_variant, 0 at the end; when NULL: always. */
struct helper_set {
	const u16 *numbers;
	bool (*when)(const struct prog_view *view);
};

/* What may be returned, for some attach types (check_return_code). */
struct ret_rule {
	u64 attach;                    /* ATTACH_BIT()s; 0: all others, the last rule */
	u8 min, max;
	bool for_void;                 /* only when the function returns nothing */
	bool any;                      /* no rule after all */
	bool none;                     /* nothing: a program for such an attach type cannot end */
};

/* may_access_direct_pkt_data */
enum direct_packet {
	PACKET_READ = 1,
	PACKET_WRITE = 2,
	PACKET_TO_HELPERS = 4,         /* helpers take packet memory even without HELPER_PKT_ACCESS */
};

struct prog_type {
	const char *name;              /* "XDP" */
	const char *doc;
	u16 ctx_size;                  /* bytes of the uapi context; 0 = none */
	const char *ctx_struct;        /* the kernel's struct behind it ("xdp_buff"); NULL: shown as "ctx" */
	const struct ctx_field *fields; /* name NULL at the end */
	const struct helper_set *helpers; /* numbers NULL at the end; the first set that has it counts */
	const struct ret_rule *ret;    /* NULL: any value may be returned; else the first rule that fits */
	u8 direct_packet;              /* enum direct_packet: what loads and stores may do with the packet */
	bool unclones;                 /* if they write to packets, a clone is copied first ... */
	u8 drop;                       /* ... or this is returned */
	bool gpl_only;                 /* such programs must be under the GPL */
	/*
	 * Where the packet is; helpers move it. NULL: the context has no packet that programs may point into.
	 */
	void (*packet)(u64 ctx, struct packet_place *out);
	/* Packets with fragments: bytes in all, and a copy of some. NULL: all of the packet is in its place. */
	u32 (*packet_size)(u64 ctx);
	void (*copy_packet)(u64 ctx, u32 off, void *to, u32 len);
	/*
	 * The classic loads LD_ABS and LD_IND: @size bytes of the packet at @off, in host byte order, or
	 * -EFAULT when they are not there. NULL: the type has none.
	 */
	s64 (*load_classic)(u64 ctx, s32 off, u32 size);
	/* Name of a return value ("XDP_DROP"), or NULL. */
	const char *(*ret_name)(u32 ret);
	/*
	 * BPF_PROG_TEST_RUN, as 6.1's bpf_prog_test_run_*: test_begin makes the context from the attr
	 * (copying in); the caller runs the program `repeat` times, test_again before each but the first;
	 * test_end copies the results out. NULL: the type has no TEST_RUN (-ENOTSUPP). *state is arena memory
	 * that test_free frees, also after an error.
	 */
	int (*test_begin)(struct sim *sim, struct prog *prog, const struct test_call *call,
			  struct run_request *run, void **state);
	void (*test_again)(struct sim *sim, void *state);   /* may be NULL */
	int (*test_end)(struct sim *sim, const struct test_call *call, void *state, u32 retval, u32 duration);
	void (*test_free)(struct sim *sim, void *state);
	/*
	 * TEST_RUN of programs that are called where they hang: the first word of the event that makes the kernel
	 * call the functions for it; its result is the test's. NULL with *err: refused.
	 */
	const char *(*test_event)(struct sim *sim, const struct prog *prog, const union bpf_attr *attr, int *err);
	/*
	 * The hook's own event, a packet: builds the context (0 or -errno), then, after the program has run,
	 * says what becomes of the packet and frees @state. NULL: packets do not come by here.
	 */
	int (*packet_begin)(struct sim *sim, struct prog *prog, struct arrival *arrival,
			    struct run_request *run, void **state);
	enum verdict (*packet_end)(struct sim *sim, struct arrival *arrival, void *state, u32 retval);
};

/* By BPF_PROG_TYPE_*; NULL for types that are not there. */
extern const struct prog_type *const prog_types[];
extern const u32 prog_types_count;

/* NULL when the type is not there. */
const struct prog_type *prog_type_by_id(u32 type);
/* The type whose rules are for the program: an extension has those of the program that it extends. */
u32 prog_acting_type(const struct prog *prog);
/* The same; NULL: none. */
const struct prog_type *prog_rules_of(const struct prog *prog);

/*
 * The contract under which the program may call the helper; NULL: it may not, "unknown func"
 * (get_func_proto).
 */
const struct helper *prog_helper(const struct prog_view *view, u32 id);
/*
 * Some helpers are only for some traced functions: else "helper call is not allowed in probe"
 * (bpf_func_proto.allowed).
 */
bool prog_allows_helper(const struct prog_view *view, const struct helper *helper);
/* The context's field that is accessed; NULL: "invalid bpf_context access" (is_valid_access). */
const struct ctx_field *ctx_access(const struct prog_view *view, s32 off, u32 size, bool write);
/* What the program may return; NULL: anything. */
const struct ret_rule *prog_ret_rule(const struct prog_view *view);

/*
 * lsm_hooks.c, by the name of the hook's function ("bpf_lsm_file_open"): is it one; may its programs sleep; is it
 * closed to programs.
 */
bool lsm_hook_exists(const char *func);
bool lsm_hook_sleeps(const char *func);
bool lsm_hook_disabled(const char *func);
/* tracing.c: does the kernel have an iterator whose function is @func ("bpf_iter_task")? */
bool iterator_exists(const char *func);

struct subprog {
	u32 start;         /* first insn */
	u32 stack_depth;   /* bytes, known after the path walk */
	u32 tail_call_reachable; /* 1: it makes a tail call, or calls a function that does */
	/* Of a compiled one: */
	/* bytes of stack below its frame pointer: its own, saved registers, the count of tail calls */
	u32 frame_size;
	u64 address;       /* where its machine code runs */
	bool args_unreliable; /* a caller passes something else than its BTF says */
};

/* A tail call that always goes to the same slot of the same array. */
struct poke {
	struct map *map;   /* one of prog->used_maps */
	u32 key;
	u32 insn;          /* in the translated program */
};

/* A program as translated ("xlated"): what is compiled. Mirrors what bpf_check leaves in struct bpf_prog. */
struct xlated {
	u32 insn_cnt;
	struct bpf_insn *insns;        /* imm of calls: ktext.h; ld_imm64: addresses */
	u32 *origin;                   /* of each insn: the insn as written that it came from */
	/* Of each insn: 1 + the last pass of xlat_passes[] that wrote it; 0: none did. */
	u8 *changed_by;
	/* Of each insn as written: 1 + the pass that removed it; 0: it is still there. */
	u8 *dropped_by;
	u32 nsubprogs;
	struct subprog *subprogs;
	u32 npokes;
	struct poke *pokes;            /* imm of a direct tail call: index + 1 */
	u32 line_info_cnt;
	struct bpf_line_info *line_info;
	struct bpf_func_info *func_info; /* nsubprogs of them; NULL: none */
	u32 stack_used;                /* bytes of stack that a run may use at most; 0: nobody has asked yet */
};

/* A loaded program. Mirrors struct bpf_prog and struct bpf_prog_aux. */
struct prog {
	struct obj obj;
	u32 type;                      /* BPF_PROG_TYPE_* */
	u32 expected_attach_type;
	u32 flags;                     /* BPF_F_* of PROG_LOAD */
	bool gpl;
	bool keeps_attach_type;        /* CGROUP_SKB: it says more than others may (enforce_expected_attach_type) */
	bool jit_requested;            /* net.core.bpf_jit_enable was on when it was loaded */
	u32 insn_cnt;
	/* where its machine code runs; 0: it is interpreted. Tail calls look here */
	u64 bpf_func;
	struct bpf_insn *user_insns;   /* as user space gave them */
	/* as written, ld_imm64 resolved: imm holds addresses; src_reg is kept */
	struct bpf_insn *insns;
	u32 nsubprogs;
	struct subprog *subprogs;      /* subprogs[0].start = 0 */
	struct xlated *xlated;         /* NULL: not verified (bpfwalk.skip_walk) */
	struct prog_jit *jit;          /* prog_jit.h: its machine code; NULL: it is interpreted */
	u32 nused_maps;
	struct map **used_maps;        /* a reference each */
	struct obj *btf;               /* or NULL; a reference */
	u32 func_info_cnt, line_info_cnt;
	struct bpf_func_info *func_info;
	struct bpf_line_info *line_info;
	u32 attach_btf_id;             /* tracing: the type of the function it will be attached to */
	u32 max_ctx_offset;            /* the last byte of the context that it may look at, + 1 */
	/* iterators: the same of keys and values that they are shown */
	u32 max_rdonly_access, max_rdwr_access;
	/* the program whose function that is; NULL = the kernel's; a reference */
	struct obj *attach_prog;
	u8 tag[BPF_TAG_SIZE];
	u32 uid;                       /* who loaded it */
	u64 load_time;                 /* ns since boot */
	u64 run_cnt, run_time_ns;      /* when bpf_stats_enabled */
	u64 verified_insns;
	/* How often it was verified, compiled, put in a hook, called: for those who look. */
	struct prog_counts {
		u32 verified, compiled, attached;
		u64 runs;
	} counts;
};

static_assert(offsetof(struct prog, bpf_func) == 48,
	      "6.1's bpf_prog.bpf_func, where the machine code of tail calls reads");

extern const struct obj_ops prog_obj_ops;

#endif
