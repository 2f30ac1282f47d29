/* The BTF of Debian 12's Linux 6.1, in the executable: CO-RE relocations and kernel externs refer to it. */
#ifndef SIM_ELF_VMLINUX_H
#define SIM_ELF_VMLINUX_H

#include "../look.h"

/*
 * Its raw bytes (4 MB), unpacked when first asked for and kept until the process ends. NULL with the sentence
 * when there is no memory, or when the packed bytes are damaged.
 */
const u8 *vmlinux_btf(u64 *len, struct why *why);
/* The same, opened. */
const struct btf_types *vmlinux_types(struct why *why);

#endif
