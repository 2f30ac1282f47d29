/* printf for programs: the formats that bpf_trace_printk and bpf_snprintf understand. */
#ifndef SIM_HELPERS_BPRINTF_H
#define SIM_HELPERS_BPRINTF_H

#include "../core.h"

/*
 * Formats @args into @buf; cut at @size, always terminated when @size > 0. @fmt is terminated within
 * @fmt_size bytes. Returns the length that the whole text has, or -EINVAL (bad format), -ENOSPC (strings
 * too long): then @buf is untouched.
 */
s64 bprintf(struct sim *sim, char *buf, u32 size, const char *fmt, u32 fmt_size, const u64 *args, u32 nargs);
/* Arguments in @size bytes at @data: how many, at most 12 (MAX_BPRINTF_VARARGS), or -EINVAL. */
s64 bprintf_args(u64 data, u32 size);
/* Is it a format for @nargs arguments? 0 or -EINVAL. */
int bprintf_check(const char *fmt, u32 nargs);

#endif
