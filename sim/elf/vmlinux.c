/*
 * The BTF of the kernel: see vmlinux.h. The assembler puts the packed file (what /sys/kernel/btf/vmlinux says
 * on Debian 12's 6.1.192, through gzip) into the executable, so nothing has to be found or installed.
 */
#include <stdlib.h>
#include <zlib.h>

#include "vmlinux.h"

__asm__(".section .rodata\n"
	"vmlinux_gz: .incbin \"sim/elf/vmlinux.btf.gz\"\n"
	"vmlinux_gz_end:\n"
	".balign 8\n"
	"vmlinux_gz_len: .quad vmlinux_gz_end - vmlinux_gz\n"
	".previous\n");
extern const u8 vmlinux_gz[];
extern const u64 vmlinux_gz_len;

static u8 *unpacked;
static u64 unpacked_len;
static struct btf_types types;

/* gzip ends with the length of what it holds, modulo 4 GB. */
static u32 length(void)
{
	u32 len;

	memcpy(&len, vmlinux_gz + vmlinux_gz_len - sizeof(len), sizeof(len));
	return len;
}

static bool inflate_all(u8 *out, u32 len)
{
	z_stream z = {.next_in = (u8 *)vmlinux_gz, .avail_in = vmlinux_gz_len, .next_out = out};
	int end;

	z.avail_out = len;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return false;
	end = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return end == Z_STREAM_END && !z.avail_out;
}

const u8 *vmlinux_btf(u64 *len, struct why *why)
{
	u8 *out;

	if (!unpacked) {
		out = malloc(length());
		if (!out || !inflate_all(out, length())) {
			free(out);
			sim_fail(why, -ENOMEM, "the kernel's BTF (%u bytes) cannot be unpacked", length());
			return NULL;
		}
		unpacked = out;
		unpacked_len = length();
	}
	*len = unpacked_len;
	return unpacked;
}

const struct btf_types *vmlinux_types(struct why *why)
{
	u64 len;
	const u8 *data = vmlinux_btf(&len, why);
	s64 need;
	void *mem;

	if (!data || types.data)
		return data ? &types : NULL;
	need = btf_measure(data, len, NULL, why);
	mem = need < 0 ? NULL : malloc(need);
	if (!mem || btf_open(&types, data, len, NULL, mem, why)) {
		free(mem);
		types = (struct btf_types){0};
		return NULL;
	}
	return &types;
}
