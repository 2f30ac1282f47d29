/*
 * bpf(2): a table of commands, and the call in progress.
 *
 * Mirrors __sys_bpf of kernel/bpf/syscall.c. A command is one function and one table line. A command that
 * takes many units of work (PROG_LOAD, TEST_RUN) returns CALL_MORE after each and is called again.
 */
#ifndef SIM_SYSCALL_H
#define SIM_SYSCALL_H

#include "fd.h"
#include "log.h"
#include "world/world.h"

#define KERNEL_ATTR_SIZE 144  /* sizeof(union bpf_attr) in Linux 6.1 */
#define CALL_MORE INT64_MIN   /* from a command: not done yet, call again for the next unit */

/* A system call in progress; lives in the arena. */
struct call {
	struct task *task;
	int cmd;
	u32 size;            /* as the caller passed it */
	u64 uattr;           /* user address of the attr */
	union bpf_attr attr; /* the copy, zero-filled */
	u32 stage;           /* private to the command: where it goes on */
	void *state;         /* private to the command; arena memory that it frees itself */
	bool entered;        /* the attr is copied and checked */
};

struct bpf_command {
	const char *name;    /* "MAP_CREATE" */
	const char *doc;
	/* bytes up to the end of the last field it reads; non-zero bytes after are -EINVAL. 0: no check */
	u16 end;
	s64 (*run)(struct sim *sim, struct call *call);
};

/* One unit of the call: its result, or CALL_MORE. */
s64 call_unit(struct sim *sim, struct call *call);

extern const struct bpf_command bpf_commands[];
extern const u32 bpf_commands_count;

/* End of a field of union bpf_attr, for struct bpf_command.end. */
#define ATTR_END(field) (offsetof(union bpf_attr, field) + sizeof(((union bpf_attr *)0)->field))

/*
 * User memory of the calling task. 0 or -EFAULT with the sentence. What is copied in is recorded in the
 * input log, and comes from there when the timeline is replayed.
 */
int copy_in(struct sim *sim, struct task *task, void *dst, u64 uaddr, u64 n);
int copy_out(struct sim *sim, struct task *task, u64 uaddr, const void *src, u64 n);
/*
 * A zero-terminated string of at most @cap bytes with its terminator: its length, -EFAULT, or @cap
 * when it is too long.
 */
s64 copy_in_string(struct sim *sim, struct task *task, char *dst, u64 uaddr, u64 cap);
/*
 * For info structs that grow with kernel versions (bpf_check_uarg_tail_zero): bytes of user memory
 * at @uaddr beyond @known and up to @actual must be zero: -E2BIG if not; also -E2BIG when @actual
 * is more than a page.
 */
int check_tail_zero(struct sim *sim, struct task *task, u64 uaddr, u64 known, u64 actual);

/* BPF_F_RDONLY, BPF_F_WRONLY of an opened object (bpf_get_file_flag). 0 or -EINVAL when both are given. */
int file_access(struct sim *sim, u32 flags, bool *may_read, bool *may_write);

/*
 * Carries the waiting text to user memory, with a zero after it. When that fails, log->ubuf
 * becomes 0 and logging ends.
 */
void log_flush(struct sim *sim, struct task *task, struct log *log);

bool bpf_capable(const struct sim *sim, const struct task *task);

/* The commands' bodies, by file. */
s64 cmd_map_create(struct sim *sim, struct call *call);          /* cmd_map.c */
s64 cmd_map_lookup_elem(struct sim *sim, struct call *call);
s64 cmd_map_update_elem(struct sim *sim, struct call *call);
s64 cmd_map_delete_elem(struct sim *sim, struct call *call);
s64 cmd_map_get_next_key(struct sim *sim, struct call *call);
s64 cmd_map_lookup_and_delete_elem(struct sim *sim, struct call *call);
s64 cmd_map_freeze(struct sim *sim, struct call *call);
s64 cmd_map_lookup_batch(struct sim *sim, struct call *call);    /* cmd_map_batch.c */
s64 cmd_map_lookup_and_delete_batch(struct sim *sim, struct call *call);
s64 cmd_map_update_batch(struct sim *sim, struct call *call);
s64 cmd_map_delete_batch(struct sim *sim, struct call *call);
s64 cmd_prog_load(struct sim *sim, struct call *call);           /* prog.c */
s64 cmd_prog_bind_map(struct sim *sim, struct call *call);
s64 cmd_prog_test_run(struct sim *sim, struct call *call);       /* cmd_run.c */
s64 cmd_prog_attach(struct sim *sim, struct call *call);         /* cmd_attach.c */
s64 cmd_prog_detach(struct sim *sim, struct call *call);
s64 cmd_prog_query(struct sim *sim, struct call *call);
s64 cmd_link_create(struct sim *sim, struct call *call);         /* link.c */
s64 cmd_link_update(struct sim *sim, struct call *call);
s64 cmd_link_detach(struct sim *sim, struct call *call);
s64 cmd_iter_create(struct sim *sim, struct call *call);         /* link_iter.c */
s64 cmd_raw_tracepoint_open(struct sim *sim, struct call *call); /* link_tracing.c */
s64 cmd_task_fd_query(struct sim *sim, struct call *call);       /* link_perf.c */
s64 cmd_btf_load(struct sim *sim, struct call *call);            /* cmd_btf.c */
s64 cmd_obj_pin(struct sim *sim, struct call *call);             /* bpffs.c */
s64 cmd_obj_get(struct sim *sim, struct call *call);
s64 cmd_get_next_id(struct sim *sim, struct call *call);         /* cmd_obj.c */
s64 cmd_get_fd_by_id(struct sim *sim, struct call *call);
s64 cmd_obj_get_info_by_fd(struct sim *sim, struct call *call);
s64 cmd_enable_stats(struct sim *sim, struct call *call);

/* OBJ_GET_INFO_BY_FD by kind, beside the kind's other code: *info_len is checked and written by them. */
s64 map_get_info(struct sim *sim, struct call *call, struct obj *obj);   /* cmd_map.c */
s64 prog_get_info(struct sim *sim, struct call *call, struct obj *obj);  /* prog.c */
s64 link_get_info(struct sim *sim, struct call *call, struct obj *obj);  /* link.c */
s64 btf_get_info(struct sim *sim, struct call *call, struct obj *obj);   /* cmd_btf.c */

extern const struct obj_ops stats_obj_ops;  /* cmd_obj.c */
extern const struct obj_ops btf_obj_ops;    /* cmd_btf.c */
extern const struct obj_ops link_obj_ops;   /* link.c */

#endif
