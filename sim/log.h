/*
 * The log that a system call writes for its caller: PROG_LOAD's and BTF_LOAD's log_level, log_buf, log_size.
 *
 * Mirrors struct bpf_verifier_log (kernel/bpf/log.c). Who checks something adds text here, whatever its
 * floor; the system call carries it to user memory with log_flush (syscall.h), at the latest when it ends. So
 * text waits in the arena in between.
 */
#ifndef SIM_LOG_H
#define SIM_LOG_H

#include "core.h"

/* Lives in the arena or on the stack; zero-filled = nobody wants a log. */
struct log {
	u32 level;         /* BPF_LOG_*: 1 what is checked, 2 each step, 4 statistics */
	u32 size;          /* bytes of the user's buffer */
	u64 ubuf;          /* its address; 0 = none, or no more: writing failed */
	u32 used;          /* bytes logged so far, the terminating zero not counted */
	u32 waiting, room; /* bytes in `text` that are not yet in user memory; bytes of `text` */
	char *text;        /* arena memory */
};

#define LOG_LEVEL_MASK 7

/* 0, or -EINVAL: level, address and size are all 0 or all given, and the size is from 128 bytes to 1 GB. */
int log_init(struct sim *sim, struct log *log, u32 level, u64 ubuf, u32 size);
void log_fini(struct sim *sim, struct log *log);

/* Is anybody listening? Ask it before putting long texts together. */
static inline bool log_needed(const struct log *log)
{
	return log->level && log->ubuf && log->used < log->size - 1;
}

/* The text did not fit: the system call ends with -ENOSPC. */
static inline bool log_full(const struct log *log)
{
	return log->level && log->used >= log->size - 1;
}

/* One piece of text, at most 1023 bytes of it, as in the kernel. */
void log_add(struct sim *sim, struct log *log, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void log_vadd(struct sim *sim, struct log *log, const char *fmt, va_list args);

/* Takes back what was logged after the first @used bytes (bpf_vlog_reset). */
void log_rewind(struct log *log, u32 used);

#endif
