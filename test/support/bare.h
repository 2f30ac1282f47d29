/*
 * A bare machine: an arena, a clock, tasks, maps and the interpreter, without system calls and without a timeline. Programs are
 * put into it as they are, with no load and no check. For tests of the floors below bpf(2), benchmarks and the conformance plugin.
 */
#ifndef TEST_SUPPORT_BARE_H
#define TEST_SUPPORT_BARE_H

#include "sim/vm/vm.h"

struct sim *bare_new(void);
void bare_delete(struct sim *sim);

/*
 * A program of @type (BPF_PROG_TYPE_UNSPEC: no context, no packet) with one reference. ld_imm64 must hold addresses already.
 * It runs as written, each access checked (compiled.h: translated). Give it up with obj_put.
 */
struct prog *bare_prog(struct sim *sim, u32 type, const struct bpf_insn *insns, u32 count);
/* A map with one reference; ends the test when it cannot be made. Give it up with obj_put. */
struct map *bare_map(struct sim *sim, const char *name, u32 type, u32 key_size, u32 value_size, u32 max_entries);

#endif
