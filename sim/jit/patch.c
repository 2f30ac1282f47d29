/*
 * What happens to machine code once it is there: tail calls get their targets, memory is accounted for. See
 * jit.h.
 */
#include "x86.h"

#define IMAGE_HEADER 8u   /* struct bpf_binary_header */
#define IMAGE_SPARE 16u   /* room for a random number of int3 in front of the code */
#define IMAGE_CHUNK 64u
#define EXENTRY_SIZE 12u  /* struct exception_table_entry */

/* A jump to @target, or with 0 a nop. */
static bool poke(u8 *code, u64 ip, u64 target)
{
	struct x86_code c = {.bytes = code, .cap = JIT_PATCH_SIZE};

	if (target)
		return x86_rel32(&c, X86_JMP, target, ip);
	x86_nops(&c, JIT_PATCH_SIZE);
	return true;
}

/*
 * Other CPUs may run it meanwhile: with a target, the bypass goes last; without, first.
 */
int jit_poke_set(u8 *code, u64 address, const struct jit_poke *p, u64 target)
{
	s64 distance = target - (address + p->target + JIT_PATCH_SIZE);

	if (target && !fits_imm32(distance))
		return -ERANGE;
	if (target)
		poke(code + p->target, address + p->target, target);
	poke(code + p->bypass, address + p->bypass, target ? 0 : address + p->resume);
	if (!target)
		poke(code + p->target, address + p->target, 0);
	return 0;
}

u32 jit_charge_size(const struct jit_image *image)
{
	u32 size = round_up_u64(image->size, 4) + image->nexentries * EXENTRY_SIZE;

	return round_up_u64(size + IMAGE_HEADER + IMAGE_SPARE, IMAGE_CHUNK);
}

int jit_charge(u64 *charged, u32 size, u64 limit, bool bpf_capable)
{
	if (*charged + size > limit && !bpf_capable)
		return -EPERM;
	*charged += size;
	return 0;
}
