/*
 * Random translated programs of several functions: the JIT compiles them or says why not. When it does,
 * everything it says about the code lies inside it, blinding keeps its promise about room, and a patched
 * tail call can be taken back.
 *
 *	jit_fuzz [THOUSANDS]
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/jit/blind.h"

#define MAX_FUNCS 4
#define MAX_LEN 40
#define POKES 3
#define CODE_AT 0xffffffffc0000000ull

static u64 seed = 1;

static u32 below(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

static u32 next_half(void *ctx)
{
	(void)ctx;
	return below(UINT32_MAX);
}

static struct bpf_insn random_insn(void)
{
	static const u8 codes[] = {
		0xb7, 0xb4, 0xbf, 0x07, 0x0f, 0x37, 0x6f, 0xd4, 0xdc, 0x05, 0x06, 0x15, 0x1d, 0x56, 0x95, 0x95,
		0x85, 0xf5, 0x18, 0x79, 0x71, 0x39, 0x31, 0x7b, 0x73, 0x62, 0xdb, 0xc3, 0xc2,
	};

	return (struct bpf_insn){
		.code = below(40) ? codes[below(ARRAY_SIZE(codes))] : below(256),
		.dst_reg = below(200) ? below(10) : below(16),
		.src_reg = below(200) ? below(10) : below(16),
		.off = below(12) ? (int)below(7) - 2 : (int)below(65536) - 32768,
		.imm = below(3) ? (int)below(4) : (int)below(UINT32_MAX),
	};
}

static void random_func(struct bpf_insn *insns, u32 len)
{
	for (u32 i = 0; i < len; i++)
		insns[i] = random_insn();
	for (u32 i = 0; i + 1 < len; i++)
		if (insn_is_ld_imm64(&insns[i]))
			insns[++i] = (struct bpf_insn){.imm = below(2) ? below(MAX_FUNCS) : below(UINT32_MAX)};
}

/* --- what must hold --- */

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "seed %llu: " #condition "\n", (unsigned long long)seed); \
			return false; \
		} \
	} while (0)

static bool image_is_sound(const struct jit_image *image)
{
	for (u32 i = 0; i < image->len; i++)
		CHECK(image->off[i] <= image->off[i + 1]);
	CHECK(image->off[image->len] == image->size);
	for (u32 i = 0; i < image->nrelocs; i++) {
		const struct jit_reloc *reloc = &image->relocs[i];

		CHECK(reloc->off >= image->off[reloc->insn] &&
		      reloc->off + reloc->size <= image->off[reloc->insn + 1]);
	}
	for (u32 i = 0; i < image->nexentries; i++)
		CHECK(image->exentries[i].off + image->exentries[i].skip <= image->size);
	return true;
}

static bool pokes_are_sound(const struct jit_build *build)
{
	for (u32 i = 0; i < POKES; i++) {
		const struct jit_poke *poke = &build->poke[i];
		struct jit_image *image = &build->func[poke->func];
		u8 *before;

		if (!poke->resume)
			continue;
		CHECK(poke->bypass < poke->target && poke->target + JIT_PATCH_SIZE == poke->resume);
		CHECK(poke->resume <= image->size);
		before = malloc(image->size);
		memcpy(before, image->code, image->size);
		CHECK(!jit_poke_set(image->code, image->address, poke, CODE_AT + 64));
		CHECK(!jit_poke_set(image->code, image->address, poke, 0));
		CHECK(!memcmp(before, image->code, image->size));
		free(before);
	}
	return true;
}

/* --- a round --- */

static void place(struct jit_build *build)
{
	struct jit_image *image = &build->func[build->current];

	jit_place(build, CODE_AT + build->current * 0x10000, malloc(image->size),
		  malloc(image->nrelocs * sizeof(struct jit_reloc)),
		  malloc(image->nexentries * sizeof(struct jit_exentry)));
}

static bool compile(const struct jit_program *program, u64 *compiled)
{
	struct jit_target target = {.call_base = CODE_AT - 0x1000000, .indirect = below(2), .rethunk = below(2)};
	void *memory = calloc(1, jit_memory_size(program));
	struct jit_build *build = jit_begin(program, &target, memory);
	bool sound = true;

	target.return_thunk = target.indirect_thunk[1] = CODE_AT - 64;
	while (jit_run(build) == JIT_WANTS_IMAGE)
		place(build);
	if (build->state == JIT_DONE) {
		++*compiled;
		for (u32 i = 0; i < program->nfuncs; i++)
			sound = sound && image_is_sound(&build->func[i]);
		sound = sound && pokes_are_sound(build);
	} else {
		sound = build->why.err < 0 && *build->why.text;
	}
	for (u32 i = 0; i < program->nfuncs; i++) {
		free(build->func[i].code);
		free(build->func[i].relocs);
		free(build->func[i].exentries);
	}
	free(memory);
	return sound;
}

static bool fuzz_round(u64 *compiled)
{
	static struct bpf_insn insns[MAX_FUNCS][MAX_LEN];
	struct jit_func funcs[MAX_FUNCS];
	struct jit_program program = {.funcs = funcs, .nfuncs = 1 + below(MAX_FUNCS), .npokes = POKES};
	struct bpf_insn *blinded[MAX_FUNCS] = {0};
	bool blind = below(2), sound = true;

	for (u32 i = 0; i < program.nfuncs; i++) {
		u32 len = 1 + below(below(2) ? 4 : MAX_LEN), moved[MAX_LEN + 1];
		s64 n;

		random_func(insns[i], len);
		funcs[i] = (struct jit_func){insns[i], len, below(513), below(2)};
		blinded[i] = malloc(JIT_BLIND_MAX(len) * sizeof(struct bpf_insn));
		n = blind ? jit_blind(insns[i], len, (struct jit_random){NULL, next_half}, blinded[i], moved) : 0;
		if (n > 0) {
			sound = sound && n >= len - len / 2 && n <= (s64)JIT_BLIND_MAX(len) && moved[len] == n;
			funcs[i].insns = blinded[i];
			funcs[i].len = n;
		}
	}
	sound = sound && compile(&program, compiled);
	for (u32 i = 0; i < MAX_FUNCS; i++)
		free(blinded[i]);
	return sound;
}

int main(int argc, char **argv)
{
	u64 rounds = (argc > 1 ? strtoull(argv[1], NULL, 0) : 300) * 1000, compiled = 0;

	for (u64 i = 0; i < rounds; i++)
		if (!fuzz_round(&compiled))
			return 1;
	printf("%llu programs, %llu compiled: sound\n", (unsigned long long)rounds, (unsigned long long)compiled);
	return 0;
}
