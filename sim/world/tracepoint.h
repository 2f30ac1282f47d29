/*
 * Tracepoints: the places that the kernel's authors marked, with the record that each writes. Mirrors what
 * tracefs shows of kernel/trace/trace_events.c and trace_syscalls.c; ids and formats are those of
 * Debian's 6.1.
 *
 * Simplified: those of the lists only (tracepoint_list.h, syscall_list.h); there are some 1400 more.
 */
#ifndef SIM_WORLD_TRACEPOINT_H
#define SIM_WORLD_TRACEPOINT_H

#include "../base.h"

#define TRACEPOINT_FIELDS 20
#define SYSCALL_ARGS 6

struct tracepoint_field {
	const char *decl; /* "char comm[16]", "__data_loc char[] filename" */
	u16 off, size;    /* in the record */
	bool is_signed;
};

struct tracepoint {
	const char *system; /* "sched" */
	const char *name;   /* "sched_switch"; of system calls its suffix: "openat" ... */
	const char *prefix; /* ... and "sys_enter_" or "sys_exit_"; else "" */
	u32 id;
	s32 nr; /* number of the system call, -1 = it is none */
	u32 nfields;
	struct tracepoint_field field[TRACEPOINT_FIELDS];
};

/* The tracepoint with that id, or system and full name. False: there is none here. */
bool tracepoint_by_id(u32 id, struct tracepoint *out);
bool tracepoint_by_name(const char *system, const char *name, struct tracepoint *out);
/* One after the other: @i from 0. False: these were all. */
bool tracepoint_at(u32 i, struct tracepoint *out);
/* As tracefs shows events/SYSTEM/NAME/format, up to the fields. */
void tracepoint_format(const struct tracepoint *tp, struct text *out);
/* Where its last field ends. */
u32 tracepoint_end(const struct tracepoint *tp);
/* Bytes of a record, without what its __data_loc fields point to. */
u32 tracepoint_record_size(const struct tracepoint *tp);

/* The name of a system call ("openat") or NULL; its number or -1. */
const char *syscall_name(s64 nr);
s32 syscall_nr(const char *name);

#endif
