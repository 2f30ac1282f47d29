/*
 * The kernel's user-space ABI. The only file that includes <linux/bpf.h> and its friends.
 *
 * The names are Linux 6.1's. Instruction codes that came after 6.1 (cpu v4: RFC 9669's sign extensions, BSWAP, gotol, signed
 * division) are named here, because <linux/bpf.h> of 6.1 does not know them.
 */
#ifndef SIM_ABI_H
#define SIM_ABI_H

#include <linux/bpf.h>
#include <linux/btf.h>

#ifndef BPF_MEMSX
#define BPF_MEMSX 0x80 /* mode: load with sign extension (RFC 9669, 5.3) */
#endif

/* What only the kernel itself writes, into translated programs (include/linux/filter.h). */
#define BPF_REG_AX MAX_BPF_REG /* r11: for the few insns of one patch */
#define BPF_PROBE_MEM 0x20     /* mode: a load that gives 0 where nothing is mapped */
#define BPF_TAIL_CALL 0xf0     /* operation of class JMP */

#define BPF_NOSPEC 0xc0        /* mode of class ST: no load may overtake what is in front */

#endif
