/*
 * Events: what the simulated kernel tells about itself, as data.
 *
 * One fixed-size record without text per fact; views make the words. Emitting costs one test of the mask when nobody listens.
 * Nothing in the core reads events back: they go out only.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include "base.h"

struct sim;

/* One line per kind: the name, and what arg[0..3] hold. */
#define EVENT_KINDS(X)                                                                                              \
	X(SYSCALL_ENTER, "task's pid, bpf command, address of the attr, its size")                                  \
	X(SYSCALL_EXIT, "task's pid, bpf command, result")                                                          \
	X(COPY_IN, "user address, bytes")                                                                           \
	X(COPY_OUT, "user address, bytes")                                                                          \
	X(FD_OPEN, "task's pid, fd")                                                                                \
	X(FD_CLOSE, "task's pid, fd")                                                                               \
	X(OBJ_NEW, "enum obj_kind, id")                                                                             \
	X(OBJ_GET, "enum obj_kind, id, references now")                                                             \
	X(OBJ_PUT, "enum obj_kind, id, references now")                                                             \
	X(OBJ_FREE, "enum obj_kind, id")                                                                            \
	X(LOAD_STAGE, "enum load_stage that begins")                                                                \
	X(CFG_EDGE, "from insn, to insn, enum cfg_edge")                                                            \
	X(CFG_EXPLORED, "insn")                                                                                     \
	X(PATH_FORK, "insn where a branch will go on, insn where it was put aside, branches that wait")             \
	X(PATH_END, "last insn of the path, enum path_end, branches that wait")                                     \
	X(STATE_KEPT, "insn, states kept so far")                                                                   \
	X(STATE_HIT, "insn, how often this state has ended a path")                                                 \
	X(REJECTED, "enum reason, insn, register at fault or -1")                                                   \
	X(XLAT, "insn as written, pass, insn that was read, insns that the pass has written")                         \
	X(COMPILED, "address of the machine code, its bytes, passes of the main function, functions")               \
	X(GLUE, "address of the code around programs, its bytes or 0 (it is gone), programs in it, the function")     \
	X(MAP_UPDATE, "map id, address of the value, 1 = new element")                                              \
	X(MAP_DELETE, "map id")                                                                                     \
	X(MAP_LOOKUP, "map id, address of the value or 0")                                                          \
	X(PERF_SAMPLE, "struct perf_event, position of the sample, 1 = the reader is woken, lost before it")         \
	X(RECORD, "address of the record, bytes, 1 = to be skipped, 1 = the reader is woken")                       \
	X(FIRE, "enum stimulus_kind, net device's ifindex")                                                         \
	X(RUN_START, "prog id, address of the context")                                                             \
	X(RUN_EXIT, "prog id, return value, instructions")                                                          \
	X(HELPER, "helper id, return value")                                                                        \
	X(WAIT, "address of the lock, CPU that has it")                                                             \
	X(CPU, "the CPU that is at hand now, the one before")                                                       \
	X(FAULT, "enum fault_kind, address, size, insn")                                                            \
	X(VERDICT, "prog id, return value, what became of the packet")                                              \
	X(ARRIVAL, "enum redirect_kind, ifindex or CPU, 0 or 1 (dropped by the program there) or -errno, prog id")   \
	X(NETLINK, "RTM_*, net device's ifindex, 0 or -errno")                                                      \
	X(SETSOCKOPT, "fd, option, value, 0 or -errno")                                                              \
	X(TRACE, "address of the text, bytes")                                                                      \
	X(OUTPUT, "address of text that a task has read, bytes")                                                     \
	X(INPUT, "enum input_kind, task's pid, its argument")                                                       \
	X(EDIT, "enum edit_kind, register, address or map id, 0 or -errno")

enum event_kind {
#define X(name, args) EV_##name,
	EVENT_KINDS(X)
#undef X
	EV_COUNT
};

struct event {
	u16 kind;     /* enum event_kind */
	u16 cpu;
	u32 obj;      /* id of the object it is about, 0 = none */
	u64 step;     /* position on the timeline */
	u64 now;      /* simulated time, ns since boot */
	u64 arg[4];
};

#define EVENT_BIT(kind) (1ull << (kind))

/* To the owner, whether it listens or not: event_send (core.h) asks first. */
void event_tell(struct sim *sim, enum event_kind kind, u32 obj, const u64 arg[4]);

#endif
