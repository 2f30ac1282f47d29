/* The context of programs that stand for a function: its arguments. */
#ifndef SIM_PROGS_BTF_ARGS_H
#define SIM_PROGS_BTF_ARGS_H

#include "prog_type.h"

#define BTF_ARGS_SIZE (12 * sizeof(u64))  /* MAX_BPF_FUNC_ARGS */

extern const struct ctx_field btf_arg_fields[];

#endif
