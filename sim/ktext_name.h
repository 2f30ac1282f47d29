/*
 * The names that the kernel's functions have in Linux 6.1 (/proc/kallsyms), by what the imm of a translated
 * call says: see ktext.h. They are not always those of the helpers: bpf_get_prandom_u32 is the function
 * bpf_user_rnd_u32, and bpf_redirect of an XDP program is bpf_xdp_redirect.
 */
#ifndef SIM_KTEXT_NAME_H
#define SIM_KTEXT_NAME_H

#include "ktext.h"
#include "progs/prog_type.h"

/* What a call with @imm in the translated form of @prog calls; NULL: there is no such function. */
const char *ktext_name(const struct sim *sim, const struct prog *prog, s32 imm);
/* The same for the functions that are no helper's: interpreters, thunks. */
const char *ktext_internal_name(s32 imm);

#endif
