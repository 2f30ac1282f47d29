/* For the errno tables about tracing: loading programs for a place, perf events. */
#ifndef TEST_ERRNO_TRACE_H
#define TEST_ERRNO_TRACE_H

#include <linux/perf_event.h>

#include "test/errno/calls.h"
#include "test/errno/kernel_btf.h"

#define TYPE_KPROBE 6
#define UNLINKAT_ENTER 754 /* id of syscalls:sys_enter_unlinkat */
#define SCHED_SWITCH 314

/* Only .type must be given. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const struct bpf_insn zero[] = {MOV(0, 0), EXIT};

struct load {
	unsigned type, attach_type, btf_id;
	const struct bpf_insn *insns;
	unsigned count;
};

static inline long load_prog(struct load l)
{
	union bpf_attr attr = {
		.prog_type = l.type,
		.expected_attach_type = l.attach_type,
		.attach_btf_id = l.btf_id,
		.insns = U64(l.insns ? l.insns : zero),
		.insn_cnt = l.insns ? l.count : COUNT(zero),
		.license = U64("GPL"),
	};

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

#define LOAD(...) load_prog((struct load){.type = __VA_ARGS__})
#define FUNC(name) kernel_id(name, BTF_KIND_FUNC)

static inline long raw_open(long prog, const char *name)
{
	union bpf_attr attr = {.raw_tracepoint = {.prog_fd = prog, .name = U64(name)}};

	return sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
}

static inline long perf(struct sys_perf p)
{
	return sys_perf_open(&p);
}

#define PERF(...) perf((struct sys_perf){.type = __VA_ARGS__})

#endif
