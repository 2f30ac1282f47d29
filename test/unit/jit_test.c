/*
 * The JIT as a machine: stepping, what it tells, what it refuses. That its bytes are Linux 6.1's is
 * test/jit_test.sh's matter; here are the cases that no recording of a bpf() load can hold: classic
 * programs, patched tail calls, bad input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/jit/blind.h"

#define CODE_AT 0xffffffffc0000640ull

/* A program of one function and what became of it. */
struct compiled {
	struct jit_func func;
	struct jit_program program;
	struct jit_target target;
	void *memory;
	struct jit_build *build;
	struct jit_image *image;
	u8 *code;
	struct jit_reloc *relocs;
	struct jit_exentry *exentries;
};

static void begin(struct compiled *c, const struct bpf_insn *insns, u32 len)
{
	c->func.insns = insns;
	c->func.len = len;
	c->program.funcs = &c->func;
	c->program.nfuncs = 1;
	c->memory = calloc(1, jit_memory_size(&c->program));
	c->build = jit_begin(&c->program, &c->target, c->memory);
	c->image = c->build->func;
}

static void place(struct compiled *c)
{
	assert_int_equal(c->build->state, JIT_WANTS_IMAGE);
	c->code = calloc(1, c->image->size);
	c->relocs = calloc(c->image->nrelocs + 1, sizeof(*c->relocs));
	c->exentries = calloc(c->image->nexentries + 1, sizeof(*c->exentries));
	jit_place(c->build, CODE_AT, c->code, c->relocs, c->exentries);
}

static void end(struct compiled *c)
{
	free(c->memory);
	free(c->code);
	free(c->relocs);
	free(c->exentries);
	*c = (struct compiled){0};
}

static enum jit_state compile(struct compiled *c, const struct bpf_insn *insns, u32 len)
{
	begin(c, insns, len);
	if (jit_run(c->build) == JIT_WANTS_IMAGE) {
		place(c);
		jit_run(c->build);
	}
	return c->build->state;
}

static void expect_code(const struct compiled *c, const char *hex)
{
	char *text = calloc(1, 2 * c->image->size + 1);

	for (u32 i = 0; i < c->image->size; i++)
		sprintf(text + 2 * i, "%02x", c->code[i]);
	assert_string_equal(text, hex);
	free(text);
}

#define INSN(...) ((struct bpf_insn){__VA_ARGS__})
#define MOV(dst, value) INSN(.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = dst, .imm = value)
#define EXIT INSN(.code = BPF_JMP | BPF_EXIT)
#define JUMP(n) INSN(.code = BPF_JMP | BPF_JA, .off = n)

/* --- stepping --- */

static void test_steps(void **state)
{
	struct bpf_insn insns[] = {
		MOV(BPF_REG_0, 1),
		INSN(.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_6, .imm = 1),
		INSN(.imm = 2),
		JUMP(0),
		EXIT,
	};
	struct compiled c = {0};
	u32 units = 0;

	(void)state;
	begin(&c, insns, 5);
	while (jit_step(c.build) == JIT_RUNNING)
		units++;
	/* Prologue and four insns, twice: the second pass came to the size of the first. */
	assert_int_equal(units, 2 * 5 - 1);
	assert_int_equal(c.image->npasses, 2);
	assert_int_equal(c.image->pass[0].size, c.image->pass[1].size);
	assert_int_equal(jit_step(c.build), JIT_WANTS_IMAGE);
	place(&c);
	for (units = 0; jit_step(c.build) == JIT_RUNNING; units++)
		assert_int_equal(c.build->at, units < 2 ? units + 1 : units + 2); /* ld_imm64 has two slots */
	assert_int_equal(c.build->state, JIT_DONE);
	assert_int_equal(c.image->npasses, 3);
	assert_int_equal(c.image->saved, 1);
	assert_int_equal(c.image->off[2], c.image->off[3]);
	assert_int_equal(c.image->off[3], c.image->off[4]); /* the jump over nothing */
	assert_int_equal(c.image->notes[0], 1u << JIT_NOTE_MOV_ZEXT);
	assert_int_equal(c.image->notes[1], 1u << JIT_NOTE_MOVABS);
	assert_int_equal(c.image->notes[3], 1u << JIT_NOTE_NO_JUMP);
	assert_int_equal(c.image->notes[4], 1u << JIT_NOTE_EPILOGUE);
	assert_int_equal(c.image->nrelocs, 1);
	assert_int_equal(c.relocs[0].kind, JIT_RELOC_IMM64);
	assert_int_equal(c.relocs[0].target, 0x200000001);
	assert_memory_equal(c.code + c.relocs[0].off, "\1\0\0\0\2\0\0\0", 8);
	end(&c);
}

/* Step by step, pass by pass or in one go: the same code. */
static void test_ways(void **state)
{
	struct bpf_insn insns[200];
	struct compiled a = {0}, b = {0};

	(void)state;
	for (u32 i = 0; i < 199; i++)
		insns[i] = i % 3 ? MOV(i % 10, i * 77)
				 : INSN(.code = BPF_JMP | BPF_JGT | BPF_K, .off = (198 - i) / 2);
	insns[199] = EXIT;
	assert_int_equal(compile(&a, insns, 200), JIT_DONE);
	begin(&b, insns, 200);
	while (jit_run_pass(b.build) == JIT_RUNNING)
		assert_int_equal(b.build->at, 0);
	place(&b);
	while (jit_step(b.build) == JIT_RUNNING)
		;
	assert_int_equal(a.image->size, b.image->size);
	assert_true(a.image->pass[0].size > a.image->size); /* jumps became short */
	assert_int_equal(a.image->npasses, b.image->npasses);
	assert_memory_equal(a.code, b.code, a.image->size);
	end(&a);
	end(&b);
}

static void test_notes_have_words(void **state)
{
	(void)state;
	for (u32 i = 0; i < JIT_NOTES; i++) {
		assert_non_null(jit_notes[i].name);
		assert_true(strlen(jit_notes[i].doc) > 10);
	}
}

/*
 * --- classic programs: no nop2 at the entry. "ret 0xffff", as setsockopt(SO_ATTACH_FILTER) compiled it ---
 */

#define XOR32(reg) INSN(.code = BPF_ALU | BPF_XOR | BPF_X, .dst_reg = reg, .src_reg = reg)

static const struct bpf_insn classic[] = {
	XOR32(BPF_REG_0), XOR32(BPF_REG_7),
	INSN(.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1),
	INSN(.code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0xffff), EXIT,
};

#define CLASSIC_BODY "0f1f440000554889e553415531c04531ed4889fbb8ffff0000"

static void test_classic(void **state)
{
	struct compiled c = {.program.classic = true};

	(void)state;
	assert_int_equal(compile(&c, classic, 5), JIT_DONE);
	expect_code(&c, CLASSIC_BODY "415d5bc9c3cc");
	end(&c);
}

/* Recorded on machines that clear the branch history in software, or in hardware; and for root. */
static void test_classic_history(void **state)
{
	struct compiled c = {.program.classic = true, .target = {.clear_bhb = true, .ibhf = true}};

	(void)state;
	c.target.clear_bhb_loop = CODE_AT + 0x20 + 0x11223344; /* the call ends at byte 32 */
	assert_int_equal(compile(&c, classic, 5), JIT_DONE);
	expect_code(&c, CLASSIC_BODY "5051e8443322115958f3480f1ef8415d5bc9c3cc");
	end(&c);
	c = (struct compiled){.program.classic = true, .target.ibhf = true};
	assert_int_equal(compile(&c, classic, 5), JIT_DONE);
	expect_code(&c, CLASSIC_BODY "f3480f1ef8415d5bc9c3cc");
	end(&c);
	c = (struct compiled){.program = {.classic = true, .trusted = true}, .target.ibhf = true};
	assert_int_equal(compile(&c, classic, 5), JIT_DONE);
	expect_code(&c, CLASSIC_BODY "415d5bc9c3cc");
	end(&c);
}

/* --- loads that may fault --- */

static void test_exentries(void **state)
{
	struct bpf_insn insns[] = {
		INSN(.code = BPF_LDX | BPF_PROBE_MEM | BPF_DW, .dst_reg = BPF_REG_3, .src_reg = BPF_REG_1,
		     .off = 8),
		INSN(.code = BPF_LDX | BPF_PROBE_MEM | BPF_B, .dst_reg = BPF_REG_9, .src_reg = BPF_REG_1,
		     .off = 300),
		MOV(BPF_REG_0, 0),
		EXIT,
	};
	struct compiled c = {0};

	(void)state;
	assert_int_equal(compile(&c, insns, 4), JIT_DONE);
	assert_int_equal(c.image->nexentries, 2);
	assert_memory_equal(c.code + c.exentries[0].off, "\x48\x8b\x57\x08", 4); /* mov rdx, [rdi + 8] */
	assert_int_equal(c.exentries[0].skip, 4);
	assert_int_equal(c.exentries[0].reg, BPF_REG_3);
	assert_int_equal(c.exentries[0].off + c.exentries[0].skip, c.image->off[1]);
	assert_memory_equal(c.code + c.exentries[1].off, "\x4c\x0f\xb6\xbf\x2c\x01\0\0",
			    8); /* movzx r15, byte [rdi + 300] */
	assert_int_equal(c.exentries[1].skip, 8);
	assert_int_equal(c.exentries[1].reg, BPF_REG_9);
	assert_int_equal(c.relocs[1].kind, JIT_RELOC_PROBE_LIMIT);
	assert_int_equal(c.relocs[1].target, 0x800000000000 + 300);
	assert_int_equal(jit_charge_size(c.image),
			 round_up_u64(round_up_u64(c.image->size, 4) + 24 + 24, 64));
	end(&c);
	insns[0].dst_reg = BPF_REG_10;
	assert_int_equal(compile(&c, insns, 4), JIT_FAILED);
	end(&c);
}

/* --- tail calls --- */

static void test_pokes(void **state)
{
	struct bpf_insn insns[] = {
		MOV(BPF_REG_6, 1), INSN(.code = BPF_JMP | BPF_TAIL_CALL, .imm = 1), MOV(BPF_REG_0, 0),
		INSN(.code = BPF_JMP | BPF_TAIL_CALL, .imm = 2), EXIT,
	};
	struct compiled c = {.program.npokes = 2, .func.stack_depth = 20};
	u8 *empty, bypass[5];
	const struct jit_poke *p;
	s32 distance;

	(void)state;
	assert_int_equal(compile(&c, insns, 5), JIT_DONE);
	empty = malloc(c.image->size);
	memcpy(empty, c.code, c.image->size);
	p = &c.build->poke[1];
	assert_int_equal(p->insn, 3);
	assert_int_equal(p->resume, c.image->off[4]);
	assert_int_equal(c.code[p->bypass], 0xe9);
	memcpy(bypass, c.code + p->bypass, 5);
	assert_int_equal(jit_poke_set(c.code, CODE_AT, p, CODE_AT + 0x1000), 0);
	assert_memory_equal(c.code + p->bypass, "\x0f\x1f\x44\0\0", 5);
	assert_int_equal(c.code[p->target], 0xe9);
	memcpy(&distance, c.code + p->target + 1, 4);
	assert_int_equal(distance, 0x1000 - (s32)(p->target + 5));
	assert_int_equal(jit_poke_set(c.code, CODE_AT, p, 0), 0);
	assert_memory_equal(c.code + p->bypass, bypass, 5);
	assert_memory_equal(c.code, empty, c.image->size);
	assert_int_equal(jit_poke_set(c.code, CODE_AT, p, 0x500000000000), -ERANGE);
	assert_memory_equal(c.code, empty, c.image->size);
	free(empty);
	end(&c);
}

/* --- what is refused --- */

static void expect_failure(struct bpf_insn insn, const char *words)
{
	struct bpf_insn insns[] = {insn, EXIT};
	struct compiled c = {0};

	assert_int_equal(compile(&c, insns, 2), JIT_FAILED);
	assert_non_null(strstr(c.build->why.text, words));
	assert_int_equal(jit_step(c.build), JIT_FAILED);
	end(&c);
}

static void test_refusals(void **state)
{
	struct bpf_insn half = INSN(.code = BPF_LD | BPF_IMM | BPF_DW);
	struct jit_program none = {0};
	struct compiled c = {0};

	(void)state;
	expect_failure(INSN(.code = 0x8f), "opcode 0x8f");
	expect_failure(INSN(.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 12), "register 12");
	expect_failure(INSN(.code = BPF_ALU64 | BPF_MOV | BPF_X, .src_reg = 15), "register 15");
	expect_failure(JUMP(2), "jump to insn 3 of 2");
	expect_failure(JUMP(-2), "jump to insn -1");
	expect_failure(INSN(.code = BPF_JMP32 | BPF_JA, .imm = INT32_MAX), "jump to insn 2147483648");
	expect_failure(INSN(.code = BPF_JMP | BPF_CALL), "call of nothing");
	expect_failure(INSN(.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = 1),
		       "function 1, there are 1");
	expect_failure(INSN(.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = -1),
		       "there are 1");
	expect_failure(INSN(.code = BPF_JMP | BPF_TAIL_CALL, .imm = 1), "tail call 0");
	expect_failure(INSN(.code = BPF_STX | BPF_ATOMIC | BPF_DW, .imm = 0x17), "atomic operation 0x17");
	assert_int_equal(compile(&c, &half, 1), JIT_FAILED);
	end(&c);
	assert_int_equal(jit_memory_size(&none), 0);
}

/* A helper that rel32 does not reach, found out when the address is known. */
static void test_too_far(void **state)
{
	struct bpf_insn insns[] = {INSN(.code = BPF_JMP | BPF_CALL, .imm = 8), EXIT};
	struct compiled c = {.target.call_base = 0x500000001000};

	(void)state;
	assert_int_equal(compile(&c, insns, 2), JIT_FAILED);
	assert_non_null(strstr(c.build->why.text, "out of range"));
	end(&c);
}

/* Whatever comes in: an answer, and all of it inside the memory that was given. */
static void test_random(void **state)
{
	static const u8 codes[] = {0xb7, 0xbf, 0x05, 0x15, 0x1d, 0x5d, 0x95, 0x85,
				   0xf0, 0x18, 0x79, 0x39, 0x7b, 0x62, 0xdb, 0x6f};
	struct bpf_insn insns[24];
	u32 done = 0;

	(void)state;
	srand(1);
	for (u32 round = 0; round < 30000; round++) {
		struct compiled c = {.program.npokes = 2, .func.stack_depth = rand() % 513};
		u32 len = 1 + rand() % 24;

		for (u32 i = 0; i < len; i++)
			insns[i] = INSN(.code = rand() % 8 ? codes[rand() % 16] : rand(),
					.dst_reg = rand() % 11, .src_reg = rand() % 11, .off = rand() % 8 - 3,
					.imm = rand() % 4 ? rand() % 3 : rand());
		done += compile(&c, insns, len) == JIT_DONE;
		end(&c);
	}
	assert_in_range(done, 1000, 29999);
}

/* --- blinding, memory --- */

static u32 constant(void *ctx)
{
	return *(u32 *)ctx;
}

static void test_blind(void **state)
{
	u32 half = 0x12345678, moved[5];
	struct jit_random random = {&half, constant};
	struct bpf_insn out[JIT_BLIND_MAX(4)],
		insns[] = {
			MOV(BPF_REG_0, 0),
			INSN(.code = BPF_JMP | BPF_JEQ | BPF_K, .off = -2, .imm = 5),
			MOV(BPF_REG_1, 7),
			EXIT,
		};

	(void)state;
	assert_int_equal(jit_blind(insns, 4, random, out, moved), 8);
	assert_int_equal(out[0].code, BPF_ALU64 | BPF_XOR | BPF_X);
	assert_int_equal(out[1].imm, half ^ 5);
	assert_int_equal(out[2].imm, half);
	assert_int_equal(out[3].code, BPF_JMP | BPF_JEQ | BPF_X);
	assert_int_equal(out[3].off, -4);
	assert_int_equal(moved[3], 7);
	insns[1].off = 3;
	assert_int_equal(jit_blind(insns, 4, random, out, moved), -ERANGE);
}

/* Three times as long, it is longer than a jump reaches. */
static void test_blind_too_long(void **state)
{
	u32 len = 20000, half = 1, *moved = calloc(len + 1, sizeof(*moved));
	struct bpf_insn *insns = calloc(len, sizeof(*insns)), *out = calloc(JIT_BLIND_MAX(len), sizeof(*out));

	(void)state;
	for (u32 i = 1; i + 1 < len; i++)
		insns[i] = MOV(BPF_REG_0, 1);
	insns[0] = JUMP(19998);
	insns[len - 1] = EXIT;
	assert_int_equal(jit_blind(insns, len, (struct jit_random){&half, constant}, out, moved), -ERANGE);
	insns[0] = JUMP(10000);
	assert_int_equal(jit_blind(insns, len, (struct jit_random){&half, constant}, out, moved),
			 3 * (len - 2) + 2);
	free(moved);
	free(insns);
	free(out);
}

static void test_charge(void **state)
{
	u64 charged = 0;

	(void)state;
	assert_int_equal(jit_charge(&charged, 128, 192, false), 0);
	assert_int_equal(jit_charge(&charged, 64, 192, false), 0);
	assert_int_equal(jit_charge(&charged, 64, 192, false), -EPERM);
	assert_int_equal(charged, 192);
	assert_int_equal(jit_charge(&charged, 64, 192, true), 0);
	assert_int_equal(charged, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),      cmocka_unit_test(test_ways),
		cmocka_unit_test(test_notes_have_words),
		cmocka_unit_test(test_classic),    cmocka_unit_test(test_classic_history),
		cmocka_unit_test(test_exentries),  cmocka_unit_test(test_pokes),
		cmocka_unit_test(test_refusals),   cmocka_unit_test(test_too_far),
		cmocka_unit_test(test_random),     cmocka_unit_test(test_blind),
		cmocka_unit_test(test_blind_too_long), cmocka_unit_test(test_charge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
