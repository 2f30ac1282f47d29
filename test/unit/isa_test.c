/*
 * The instruction table and the text of instructions. test/data/isa/kernel_log.txt holds lines "BYTES TEXT":
 * instructions of programs of our own, and how Linux 6.1 wrote them in its verifier log.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/isa.h"
#include "test/support/isa_known.h"

static const struct isa_names linux_6_1 = {.only_6_1 = true};

static char *format(const struct bpf_insn *insn, const struct isa_names *names)
{
	static char buf[256];
	struct text out;

	text_init(&out, buf, sizeof(buf));
	isa_format_op(insn, names, &out);
	assert_false(out.cut);
	return buf;
}

static void read_hex(const char *hex, size_t digits, u8 *bytes)
{
	for (size_t i = 0; i < digits; i += 2)
		sscanf(hex + i, "%2hhx", &bytes[i / 2]);
}

static void test_text_is_the_kernels(void **state)
{
	FILE *f = fopen("test/data/isa/kernel_log.txt", "r");
	char line[256];
	int lines = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		struct bpf_insn insn[2] = {0};
		char *text = strchr(line, ' ');

		assert_non_null(text);
		text[strcspn(text, "\n")] = 0;
		read_hex(line, text - line, (u8 *)insn);
		assert_string_equal(format(insn, NULL), text + 1);
		assert_string_equal(format(insn, &linux_6_1), text + 1);
		assert_true(isa_known_6_1(insn));
		lines++;
	}
	fclose(f);
	assert_in_range(lines, 3000, 10000);
}

struct text_case {
	struct bpf_insn insn;
	const char *text, *text_6_1;
};

static void check_texts(const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bpf_insn insn[2] = {cases[i].insn, {.imm = 0x1234}};
		const char *text_6_1 = cases[i].text_6_1;

		assert_string_equal(format(insn, NULL), cases[i].text);
		assert_string_equal(format(insn, &linux_6_1), text_6_1 ? text_6_1 : cases[i].text);
	}
}

static void test_cpu_v4(void **state)
{
	static const struct text_case cases[] = {
		{{0xbf, 1, 2, 8, 0}, "(bf) r1 = (s8)r2", "(bf) r1 = r2"},
		{{0xbf, 1, 2, 16, 0}, "(bf) r1 = (s16)r2", "(bf) r1 = r2"},
		{{0xbf, 1, 2, 32, 0}, "(bf) r1 = (s32)r2", "(bf) r1 = r2"},
		{{0xbc, 1, 2, 8, 0}, "(bc) w1 = (s8)w2", "(bc) w1 = w2"},
		{{0x3f, 1, 2, 1, 0}, "(3f) r1 s/= r2", "(3f) r1 /= r2"},
		{{0x37, 1, 0, 1, -5}, "(37) r1 s/= -5", "(37) r1 /= -5"},
		{{0x9c, 1, 2, 1, 0}, "(9c) w1 s%= w2", "(9c) w1 %= w2"},
		{{0xd7, 3, 0, 0, 32}, "(d7) r3 = bswap32 r3", "BUG_alu64_d7"},
		{{0x91, 1, 2, -8, 0}, "(91) r1 = *(s8 *)(r2 -8)", "BUG_ldx_91"},
		{{0x89, 1, 2, 0, 0}, "(89) r1 = *(s16 *)(r2 +0)", "BUG_ldx_89"},
		{{0x81, 1, 2, 4, 0}, "(81) r1 = *(s32 *)(r2 +4)", "BUG_ldx_81"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_false(isa_known_6_1(&cases[i].insn));
}

/* Later 6.1 kernels (seen: 6.1.192) load gotol, but their log writes it as if it were a conditional jump. */
static void test_gotol(void **state)
{
	static const struct text_case cases[] = {
		{{0x06, 0, 0, 0, 2}, "(06) gotol pc+2", "(06) if w0 jmp 0x2 goto pc+0"},
		{{0x06, 0, 0, 0, -70000}, "(06) gotol pc-70000", "(06) if w0 jmp 0xfffeee90 goto pc+0"},
	};
	const struct bpf_insn with_off = {0x06, 0, 0, 1, 0};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
	assert_true(isa_known_6_1(&cases[0].insn));
	assert_false(isa_known_6_1(&with_off));
}

static void test_words_for_what_does_not_exist(void **state)
{
	static const struct text_case cases[] = {
		{{0x40, 0, 1, 0, 7}, "(40) r0 = *(u32 *)skb[r1 + 7]", NULL},
		{{0x38, 0, 0, 0, 7}, "(38) r0 = *(u64 *)skb[7]", NULL},
		{{0x00, 0, 0, 0, 0}, "BUG_ld_00", NULL},
		{{0xb8, 0, 0, 0, 0}, "BUG_ld_b8", NULL},
		{{0x01, 0, 0, 0, 0}, "BUG_ldx_01", NULL},
		{{0x99, 0, 0, 0, 0}, "BUG_ldx_99", NULL},
		{{0x02, 0, 0, 0, 0}, "BUG_st_02", NULL},
		{{0x03, 0, 0, 0, 0}, "BUG_03", NULL},
		{{0xdb, 1, 2, 0, 0x10}, "BUG_db", NULL},
		{{0xdb, 1, 2, 0, 0xe0}, "BUG_db", NULL},
		{{0xd3, 1, 2, 0, 0}, "(d3) lock *(u8 *)(r1 +0) += r2", NULL},
		{{0xc2, 0, 0, 0, 0}, "(c2) nospec", NULL},
		{{0xda, 0, 0, 0, 0}, "(da) nospec", NULL},
		{{0x8f, 4, 0, 0, 0}, "(8f) r4 = -r4", NULL},
		{{0xdf, 4, 0, 0, 16}, "(df) r4 = bswap16 r4", "BUG_alu64_df"},
		{{0xe7, 1, 0, 0, 3}, "(e7) r1 (null) 3", NULL},
		{{0x0d, 1, 2, 5, 0}, "(0d) if r1 jmp r2 goto pc+5", NULL},
		{{0x9e, 1, 2, 5, 0}, "(9e) if w1 exit w2 goto pc+5", NULL},
		{{0xf5, 1, 2, 5, 9}, "(f5) if r1 (null) 0x9 goto pc+5", NULL},
		{{0x86, 0, 0, 0, 1}, "(86) call bpf_map_lookup_elem#1", NULL},
		{{0x85, 0, 0, 0, 99999}, "(85) call unknown#99999", NULL},
		{{0x85, 0, 0, 0, -1}, "(85) call unknown#-1", NULL},
		{{0x85, 0, 2, 0, 77}, "(85) call kernel-function#77", NULL},
		{{0xdc, 1, 0, 0, 24}, "(dc) r1 = be24 r1", NULL},
		{{0xff, 15, 15, 0, 0}, "(ff) r15 (null) r15", NULL},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static bool xlated_call(void *ctx, const struct bpf_insn *insn, struct text *out)
{
	if (insn->src_reg != BPF_PSEUDO_CALL)
		return false;
	text_add(out, "pc%+d#%s", insn->off, (const char *)ctx);
	return true;
}

static bool xlated_imm64(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out)
{
	(void)ctx;
	if (insn->src_reg == BPF_PSEUDO_MAP_FD)
		text_add(out, "map[id:%u]", insn->imm);
	else if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
		text_add(out, "map[id:%u][0]+%u", insn->imm, (u32)(imm >> 32));
	return insn->src_reg != 0;
}

static void test_names_by_callback(void **state)
{
	const struct isa_names names = {.ctx = "bpf_prog_f00", .call = xlated_call, .imm64 = xlated_imm64};
	struct bpf_insn insn[2] = {{0x18, 1, BPF_PSEUDO_MAP_VALUE, 0, 5}, {.imm = 8}};

	(void)state;
	assert_string_equal(format(insn, &names), "(18) r1 = map[id:5][0]+8");
	insn[0].src_reg = BPF_PSEUDO_MAP_FD;
	assert_string_equal(format(insn, &names), "(18) r1 = map[id:5]");
	insn[0].src_reg = 0;
	assert_string_equal(format(insn, &names), "(18) r1 = 0x800000005");
	insn[0] = (struct bpf_insn){0x85, 0, BPF_PSEUDO_CALL, 12, 3};
	assert_string_equal(format(insn, &names), "(85) call pc+12#bpf_prog_f00");
	insn[0].src_reg = 0;
	assert_string_equal(format(insn, &names), "(85) call bpf_map_delete_elem#3");
}

/* Every instruction explains itself; the number of opcodes that Linux 6.1 loads is that of its own table. */
static void test_table(void **state)
{
	int loadable = 0, v4 = 0;

	(void)state;
	for (int code = 0; code < 256; code++) {
		const struct op_info *op = &isa_ops[code];

		assert_int_equal(op->format != OP_NONE, op->doc != NULL);
		if (op->format != OP_NONE)
			assert_non_null(op->name);
		loadable += op->format != OP_NONE && op->since <= SINCE_6_1_LATE;
		v4 += op->since == SINCE_V4;
	}
	assert_int_equal(loadable, 121);
	assert_int_equal(v4, 4);
	assert_string_equal(isa_helper_name(1), "bpf_map_lookup_elem");
	assert_string_equal(isa_helper_name(__BPF_FUNC_MAX_ID - 1), "bpf_user_ringbuf_drain");
	assert_null(isa_helper_name(__BPF_FUNC_MAX_ID));
	assert_null(isa_helper_name(-1));
}

static void test_registers(void **state)
{
	static const struct {
		struct bpf_insn insn;
		u32 uses, defs;
	} cases[] = {
		{{0x0f, 1, 2, 0, 0}, 1 << 1 | 1 << 2, 1 << 1},          /* r1 += r2 */
		{{0x07, 1, 0, 0, 3}, 1 << 1, 1 << 1},                   /* r1 += 3 */
		{{0xbf, 1, 2, 0, 0}, 1 << 2, 1 << 1},                   /* r1 = r2 */
		{{0xb7, 1, 0, 0, 3}, 0, 1 << 1},                        /* r1 = 3 */
		{{0x87, 4, 0, 0, 0}, 1 << 4, 1 << 4},                   /* r4 = -r4 */
		{{0x18, 5, 0, 0, 0}, 0, 1 << 5},                        /* r5 = 0x0 ll */
		{{0x79, 1, 10, -8, 0}, 1 << 10, 1 << 1},                /* r1 = *(u64 *)(r10 -8) */
		{{0x7b, 10, 1, -8, 0}, 1 << 10 | 1 << 1, 0},            /* *(u64 *)(r10 -8) = r1 */
		{{0x7a, 10, 0, -8, 1}, 1 << 10, 0},                     /* *(u64 *)(r10 -8) = 1 */
		{{0xdb, 1, 2, 0, BPF_ADD}, 1 << 1 | 1 << 2, 0},         /* lock += */
		{{0xdb, 1, 2, 0, BPF_ADD | BPF_FETCH}, 1 << 1 | 1 << 2, 1 << 2},
		{{0xdb, 1, 2, 0, BPF_CMPXCHG}, 1 << 0 | 1 << 1 | 1 << 2, 1 << 0},
		{{0x05, 0, 0, 1, 0}, 0, 0},                             /* goto */
		{{0x15, 3, 0, 1, 0}, 1 << 3, 0},                        /* if r3 == 0 */
		{{0x1d, 3, 4, 1, 0}, 1 << 3 | 1 << 4, 0},               /* if r3 == r4 */
		{{0x85, 0, 0, 0, 1}, 0x3e, 0x3f},
		{{0x95, 0, 0, 0, 0}, 1 << 0, 0},
		{{0x30, 0, 0, 0, 0}, 1 << 6, 0x3f},                     /* skb[0] */
		{{0x50, 0, 7, 0, 0}, 1 << 6 | 1 << 7, 0x3f},            /* skb[r7 + 0] */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(isa_uses(&cases[i].insn), cases[i].uses);
		assert_int_equal(isa_defs(&cases[i].insn), cases[i].defs);
	}
}

static void test_what_6_1_does_not_know(void **state)
{
	static const struct bpf_insn unknown[][2] = {
		{{0x07, 11, 0, 0, 1}},          /* r11 */
		{{0x0f, 1, 12, 0, 0}},
		{{0x07, 1, 0, 2, 1}},           /* reserved fields */
		{{0x07, 1, 3, 0, 1}},
		{{0x0f, 1, 3, 0, 1}},
		{{0xdc, 1, 0, 0, 8}},           /* be8 */
		{{0xdb, 1, 2, 0, 0x10}},        /* no such atomic operation */
		{{0x61, 1, 2, 0, 1}},
		{{0x62, 1, 2, 0, 1}},
		{{0x95, 0, 0, 0, 1}},
		{{0x05, 1, 0, 0, 0}},
		{{0x85, 0, 3, 0, 1}},           /* no such kind of call */
		{{0x85, 0, 0, 1, 1}},
		{{0x18, 1, 7, 0, 1}},           /* no such kind of constant */
		{{0x18, 1, 0, 0, 1}, {0x07, 0, 0, 0, 0}},
		{{0xc2, 0, 0, 0, 0}},
		{{0xff, 0, 0, 0, 0}},
	};
	const struct bpf_insn kfunc = {0x85, 0, BPF_PSEUDO_KFUNC_CALL, 1, 5};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_false(isa_known_6_1(unknown[i]));
	assert_true(isa_known_6_1(&kfunc));
}

/* Any 16 bytes have a text, and no answer names a register that does not exist in 4 bits. */
static void test_any_bytes(void **state)
{
	u32 seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct bpf_insn insn[2];

		for (size_t b = 0; b < sizeof(insn); b++) {
			seed = seed * 1664525 + 1013904223;
			((u8 *)insn)[b] = seed >> 24;
		}
		insn[0].code = i;
		assert_true(strlen(format(insn, NULL)) > 3);
		assert_true(strlen(format(insn, &linux_6_1)) > 3);
		assert_true(isa_uses(insn) < 1u << 16 && isa_defs(insn) < 1u << 16);
		isa_known_6_1(insn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_the_kernels),
		cmocka_unit_test(test_cpu_v4),
		cmocka_unit_test(test_gotol),
		cmocka_unit_test(test_words_for_what_does_not_exist),
		cmocka_unit_test(test_names_by_callback),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_what_6_1_does_not_know),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
