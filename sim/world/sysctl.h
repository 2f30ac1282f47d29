/* The sysctls that change what bpf(2) does, with Debian 12's values at boot. */
#ifndef SIM_WORLD_SYSCTL_H
#define SIM_WORLD_SYSCTL_H

#include "../core.h"
#include "layout.h"

/* X(field, name as in sysctl(8), value at boot, least, most, doc) */
#define SYSCTLS(X)                                                                                          \
	X(unprivileged_bpf_disabled, "kernel.unprivileged_bpf_disabled", 2, 0, 2,                           \
	  "0: everybody may call bpf(2); 1: only with CAP_BPF, for good; 2: the same, root may change it")  \
	X(bpf_stats_enabled, "kernel.bpf_stats_enabled", 0, 0, 1,                                           \
	  "count and time each run of a program")                                                           \
	X(bpf_jit_enable, "net.core.bpf_jit_enable", 1, 0, 2,                                               \
	  "1: programs are compiled to machine code at load")                                               \
	X(bpf_jit_harden, "net.core.bpf_jit_harden", 0, 0, 2,                                               \
	  "blind constants: 1 for unprivileged, 2 for all")                                                 \
	X(bpf_jit_kallsyms, "net.core.bpf_jit_kallsyms", 1, 0, 1,                                           \
	  "show compiled programs in /proc/kallsyms")                                                       \
	X(bpf_jit_limit, "net.core.bpf_jit_limit", 528482304, 4096, INT32_MAX,                              \
	  "bytes of machine code, all programs")                                                            \
	X(skip_walk, "bpfwalk.skip_walk", 0, 0, 1,                                                          \
	  "not Linux's: 1 = PROG_LOAD leaves the path walk out, to show what the verifier saves one from")  \
	X(mitigations, "bpfwalk.mitigations", 0, 0, MITIGATIONS_MAX,                                        \
	  "not Linux's, which decides at boot: what compiled programs do against speculation")              \
	X(engine, "bpfwalk.engine", 0, 0, 2,                                                                \
	  "not Linux's: 0 = programs are interpreted, translated; 1 = the machine code of compiled ones runs " \
	  "on this CPU; 2 = they are interpreted as written, each access checked") \
	X(cpus, "bpfwalk.cpus", 1, 1, MACHINE_CPUS,                                                         \
	  "not Linux's, which finds them at boot: CPUs of the machine; to be set before there are maps")

enum sysctl_engine {
	ENGINE_TRANSLATED,
	ENGINE_MACHINE_CODE,
	ENGINE_AS_WRITTEN,
};

/* Bits. ITS goes alone: it has thunks of its own for jumps and returns. */
enum mitigation {
	MITIGATE_RETPOLINE = 1,  /* indirect jumps go through a retpoline */
	MITIGATE_RETHUNK = 2,    /* returns go through a thunk */
	MITIGATE_ITS = 4,        /* indirect target selection: both, in the upper half of a cache line */
	MITIGATIONS_MAX = 7,
};

struct sysctls {
#define X(field, name, boot, least, most, doc) s64 field;
	SYSCTLS(X)
#undef X
};

/* A task reads or writes a setting, as programs of its cgroup see it. */
struct sysctl_call {
	struct bpf_sysctl_kern k; /* first: the context */
	u64 pos;
	char name[64];            /* "net/ipv4/ip_forward" */
	char current[64];         /* what it is now, with the end of the line */
	char written[4096];       /* what is written, or what a program has put in its place */
};

/*
 * Sets one by name; 0, -ENOENT, -EINVAL (out of range), -EPERM (1 in unprivileged_bpf_disabled cannot be
 * taken back), or what the owner's exec_ops say (bpfwalk.engine).
 */
int sysctl_set(struct sim *sim, const char *name, s64 value);
void sysctls_boot(struct sysctls *sysctls);

#endif
