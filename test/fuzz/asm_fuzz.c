/*
 * The assembler and the formatter on random input: asm_fuzz [ROUNDS], 100000 instructions and 100000 texts a
 * round.
 *
 * Random bytes are written as text and assembled again, which has to give the same bytes. Texts are lines of
 * valid assembler with characters changed, dropped and doubled; they stand in memory of exactly their size,
 * so that ASan sees a read past the end, and what is accepted has to come back too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/asm.h"
#include "test/support/isa_known.h"

#define LINES 8
#define TEXT_MAX 1024

static u64 seed = 1;

static u32 random_below(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

static struct bpf_insn insns[2 * TEXT_MAX];
static u32 insn_lines[2 * TEXT_MAX];
static struct asm_label labels[TEXT_MAX];
static struct asm_map maps[ASM_MAPS_MAX];
static struct asm_ref refs[TEXT_MAX];

static int assemble(struct asm_prog *prog, const char *text, size_t len)
{
	*prog = (struct asm_prog){
		.insns = insns, .insn_lines = insn_lines, .insn_cap = 2 * TEXT_MAX,
		.labels = labels, .label_cap = TEXT_MAX, .maps = maps, .map_cap = ASM_MAPS_MAX,
		.refs = refs, .ref_cap = TEXT_MAX,
	};
	return asm_read(prog, text, len);
}

/* The text of the instructions, assembled, must be the instructions. */
static bool comes_back(const struct bpf_insn *program, u32 count)
{
	static char buf[TEXT_MAX * 64];
	struct asm_prog prog;
	struct text out;

	text_init(&out, buf, sizeof(buf));
	for (u32 at = 0; at < count; text_add(&out, "\n"))
		at += asm_write(program + at, count - at, &out);
	if (assemble(&prog, buf, out.len) == 0 && prog.insn_count == count &&
	    !memcmp(insns, program, count * sizeof(*program)))
		return true;
	fprintf(stderr, "does not come back: %s%s\n", buf, prog.error.text);
	return false;
}

static bool fuzz_bytes(void)
{
	struct bpf_insn program[2];
	struct text out;
	char buf[256];

	for (size_t i = 0; i < sizeof(program); i++)
		((u8 *)program)[i] = random_below(3) ? random_below(256) : 0;
	text_init(&out, buf, sizeof(buf));
	isa_format_op(program, NULL, &out);
	isa_format_op(program, &(struct isa_names){.only_6_1 = true}, &out);
	isa_known_6_1(program);
	return !out.cut && comes_back(program, 2);
}

static size_t valid_text(char *text)
{
	static const char *const lines[] = {
		"r1 += 4", "w1 = -w1", "r1 = (s8)r2", "r1 = be16 r1", "w1 s/= w2", "r0 = *(u32 *)(r1 + 4)",
		"*(u8 *)(r10 - 1) = 7", "*(u64 *)(r10 -8) = r1", "r0 = *(u16 *)skb[12]", "goto out", "out:",
		"r0 = *(u8 *)skb[r7 + 14]", "lock *(u64 *)(r1 + 0) += r2", "r1 = w2", "gotol pc-70000",
		"r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)", "r0 = cmpxchg_64(r1 + 0, r0, r2)",
		"if r1 s> r2 goto out", "if w1 & 0x80 goto +2",
		"call bpf_ktime_get_ns#5", "call 5", "call out", "exit ; the end", "r1 = 0x123456789 ll",
		"r1 = out ll", "r1 = counts ll", "r1 = map[counts][0]+8", "r1 = map[fd:4]",
		".map counts hash 4 8 1", ".section \"xdp\"", ".insn 0x07 1 0 -3 4", "0: (b7) r0 = 0",
		"int main(struct xdp_md * ctx):",
		"0000000000000000 <main>:", "  0:\t95 00 00 00 00 00 00 00\texit", "call pc+3#bpf_prog_x",
	};
	size_t len = 0;

	for (int i = 0; i < LINES; i++)
		len += sprintf(text + len, "%s\n", lines[random_below(ARRAY_SIZE(lines))]);
	return len;
}

static size_t damage(char *text, size_t len)
{
	for (u32 n = random_below(4); n > 0 && len > 1; n--) {
		size_t at = random_below(len - 1);

		switch (random_below(3)) {
		case 0:
			text[at] = random_below(2) ? (char)random_below(256) : text[random_below(len)];
			break;
		case 1:
			memmove(text + at, text + at + 1, len - at - 1);
			len--;
			break;
		case 2:
			memmove(text + at + 1, text + at, len - at);
			len++;
		}
	}
	return len;
}

static bool error_is_sound(const struct asm_prog *prog, const char *text, size_t len)
{
	static char buf[8192];
	struct text out;

	text_init(&out, buf, sizeof(buf));
	asm_error_show(&prog->error, "fuzz", text, len, &out);
	return prog->error.line && prog->error.line <= asm_lines(text, len) && prog->error.col &&
	       prog->error.col <= len + 1 && prog->error.text[0];
}

static bool fuzz_text(void)
{
	static struct bpf_insn program[2 * TEXT_MAX];
	char work[TEXT_MAX], *text;
	size_t len = damage(work, valid_text(work));
	struct asm_prog prog;
	bool fine;

	text = malloc(len);
	memcpy(text, work, len);
	if (assemble(&prog, text, len) == 0) {
		memcpy(program, insns, prog.insn_count * sizeof(*program));
		fine = comes_back(program, prog.insn_count);
	} else {
		fine = error_is_sound(&prog, text, len);
	}
	free(text);
	return fine;
}

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 3, i;

	for (i = 0; i < rounds * 100000; i++)
		if (!fuzz_bytes() || !fuzz_text())
			return 1;
	printf("%llu instructions and texts: sound\n", (unsigned long long)i);
	return 0;
}
