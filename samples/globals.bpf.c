/*
 * Global variables: each data section of the object file is one array map with one element, made and filled by the loader.
 *
 *   .rodata   const: frozen before the program is loaded, so that the verifier may take the values as known and drop dead branches
 *   .data     with an initial value
 *   .bss      zero at the start
 *
 * A variable is then not looked up: the instruction carries the address of the value (ld_imm64 with BPF_PSEUDO_MAP_VALUE).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 min_len = 60;          /* .rodata: a frame shorter than this is counted as short */
const volatile char greeting[] = "hello";

struct limits {
	__u32 max_len;
	__u16 warn_at;
	__u8 on, unused;
} limits = {.max_len = 1514, .warn_at = 1000, .on = 1};  /* .data */

__u64 packets;                              /* .bss */
__u64 bytes;
__u64 sizes[3];                             /* short, usual, over warn_at */

SEC("xdp")
int globals(struct xdp_md *ctx)
{
	__u32 len = ctx->data_end - ctx->data;

	packets++;
	bytes += len;
	if (len < min_len)
		sizes[0]++;
	else if (limits.on && len > limits.warn_at)
		sizes[2]++;
	else
		sizes[1]++;
	return len > limits.max_len ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
