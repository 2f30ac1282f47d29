/*
 * The assembler: the kernel's text, clang's text, whole files, what comes back of every instruction, and
 * errors with their place. test/data/isa/kernel_log.txt: see isa_test.c.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/asm.h"
#include "test/support/isa_known.h"

#define CAP 256

static struct bpf_insn insns[CAP];
static u32 insn_lines[CAP];
static struct asm_label labels[CAP];
static struct asm_map maps[ASM_MAPS_MAX];
static struct asm_ref refs[CAP];
static struct asm_prog prog;

static int assemble(const char *text)
{
	prog = (struct asm_prog){
		.insns = insns, .insn_lines = insn_lines, .insn_cap = CAP, .labels = labels, .label_cap = CAP,
		.maps = maps, .map_cap = ASM_MAPS_MAX, .refs = refs, .ref_cap = CAP,
	};
	return asm_read(&prog, text, strlen(text));
}

static void assert_assembles(const char *text)
{
	if (assemble(text) == 0)
		return;
	fail_msg("%u:%u: %s in: %s", prog.error.line, prog.error.col, prog.error.text, text);
}

static void assert_insns(const char *text, const struct bpf_insn *want, u32 n)
{
	assert_assembles(text);
	if (prog.insn_count != n || (n && memcmp(insns, want, n * sizeof(*want))))
		fail_msg("%s: %u slots, first %02x %x %x %d %d", text, prog.insn_count, insns[0].code,
			 insns[0].dst_reg, insns[0].src_reg, insns[0].off, insns[0].imm);
}

/* --- instructions to text and back --- */

/* Whether its text is the kernel's, not .insn. */
static bool comes_back(const struct bpf_insn insn[2])
{
	struct text out;
	char buf[512];
	u32 slots;

	text_init(&out, buf, sizeof(buf));
	for (slots = 0; slots < insn_slots(insn); text_add(&out, "\n"))
		slots += asm_write(insn + slots, insn_slots(insn) - slots, &out);
	assert_insns(buf, insn, slots);
	return !strstr(buf, ".insn");
}

/* What 6.1 knows has a readable form, but the offset of a kernel function's call has no place in it. */
static bool has_text(const struct bpf_insn insn[2])
{
	return isa_known_6_1(insn) && !(insn->code == (BPF_JMP | BPF_CALL) && insn->off);
}

static const s16 offs[] = {0, 1, -1, 8, 16, 32, INT16_MAX, INT16_MIN};
static const s32 imms[] = {
	0, 1, -1, 16, 32, 64, BPF_OR | BPF_FETCH, BPF_CMPXCHG, BPF_XCHG, BPF_XOR, INT32_MAX, INT32_MIN,
};

static void test_every_opcode_and_register(void **state)
{
	u32 with_text = 0;

	(void)state;
	for (u32 i = 0; i < 256 * 256; i++) {
		struct bpf_insn insn[2] = {{i, i >> 8 & 15, i >> 12 & 15, 0, 0}, {0}};

		for (u32 v = 0; v < 3; v++) {
			insn->off = v == 1 ? -8 : 0;
			insn->imm = v == 2 ? 16 : 0;
			with_text += comes_back(insn);
			assert_true(!has_text(insn) || comes_back(insn));
		}
	}
	assert_in_range(with_text, 13000, 256 * 256 * 3);
}

static void test_every_opcode_and_constant(void **state)
{
	(void)state;
	for (u32 code = 0; code < 256; code++)
		for (u32 o = 0; o < ARRAY_SIZE(offs); o++)
			for (u32 i = 0; i < ARRAY_SIZE(imms); i++)
				for (u32 src = 0; src < 3; src++) {
					struct bpf_insn insn[2] = {{code, 1, src, offs[o], imms[i]}, {0}};

			assert_true(comes_back(insn) || !has_text(insn));
				}
}

static void test_every_kind_of_constant(void **state)
{
	(void)state;
	for (u32 src = 0; src < 8; src++)
		for (u32 i = 0; i < ARRAY_SIZE(imms); i++)
			for (u32 k = 0; k < ARRAY_SIZE(imms); k++) {
				struct bpf_insn insn[2] = {{0x18, 3, src, 0, imms[i]}, {0, 0, 0, 0, imms[k]}};
				bool has_second = src == 0 || src == BPF_PSEUDO_MAP_VALUE ||
						  src == BPF_PSEUDO_MAP_IDX_VALUE;

				assert_int_equal(comes_back(insn), src < 7 && (has_second || imms[k] == 0));
			}
}

static void test_cpu_v4_has_text(void **state)
{
	static const struct bpf_insn v4[] = {
		{0xbf, 1, 2, 8, 0},  {0xbf, 1, 2, 16, 0}, {0xbf, 1, 2, 32, 0}, {0xbc, 1, 2, 8, 0},
		{0xbc, 1, 2, 16, 0}, {0x3f, 1, 2, 1, 0},  {0x37, 1, 0, 1, -5}, {0x34, 1, 0, 1, 7},
		{0x9c, 1, 2, 1, 0},  {0x97, 1, 0, 1, 3},  {0xd7, 3, 0, 0, 16}, {0xd7, 3, 0, 0, 64},
		{0x91, 1, 2, -8, 0}, {0x89, 1, 2, 0, 0},  {0x81, 1, 2, 4, 0},  {0x06, 0, 0, 0, -70000},
		{0xc2, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v4); i++)
		assert_true(comes_back(&v4[i]));
}

static void test_half_a_constant(void **state)
{
	const struct bpf_insn half = {0x18, 1, 0, 0, 5};
	struct text out;
	char buf[64];

	(void)state;
	text_init(&out, buf, sizeof(buf));
	assert_int_equal(asm_write(&half, 1, &out), 1);
	assert_string_equal(buf, ".insn 0x18 1 0 0 5");
}

/* --- the kernel's text --- */

static void test_kernel_text(void **state)
{
	FILE *f = fopen("test/data/isa/kernel_log.txt", "r");
	char line[256], numbered[300];
	int lines = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		struct bpf_insn want[2] = {0};
		char *text = strchr(line, ' ');
		u32 slots;

		assert_non_null(text);
		text[strcspn(text, "\n")] = 0;
		slots = (text - line) / 16;
		for (char *hex = line; hex < text; hex += 2)
			sscanf(hex, "%2hhx", (u8 *)want + (hex - line) / 2);
		assert_insns(text + 1, want, slots);
		snprintf(numbered, sizeof(numbered), "%d: %s      ; R1_w=scalar() fp-8=mm", lines, text + 1);
		assert_insns(numbered, want, slots);
		if (want->code != 0x18)
			assert_insns(text + 6, want, slots);
		lines++;
	}
	fclose(f);
	assert_in_range(lines, 3000, 10000);
}

/* --- clang's text --- */

static void test_clang_text(void **state)
{
	static const struct {
		const char *text;
		struct bpf_insn insn[2];
		u32 slots;
	} cases[] = {
		{"r1 = 5 ll", {{0x18, 1, 0, 0, 5}}, 2},
		{"r1 = 0x123456789abcdef0 ll", {{0x18, 1, 0, 0, (s32)0x9abcdef0}, {.imm = 0x12345678}}, 2},
		{"r1 = -1 ll", {{0x18, 1, 0, 0, -1}, {.imm = -1}}, 2},
		{"r1 = 5", {{0xb7, 1, 0, 0, 5}}, 1},
		{"r1 = 0x7fffffff", {{0xb7, 1, 0, 0, INT32_MAX}}, 1},
		{"w1 = 0xffffffff", {{0xb4, 1, 0, 0, -1}}, 1},
		{"r1 = w2", {{0xbc, 1, 2, 0, 0}}, 1},
		{"r1 = r10", {{0xbf, 1, 10, 0, 0}}, 1},
		{"\tw1 s>>= 3", {{0xc4, 1, 0, 0, 3}}, 1},
		{"w1 <<= w2", {{0x6c, 1, 2, 0, 0}}, 1},
		{"r1 = -r1", {{0x87, 1, 0, 0, 0}}, 1},
		{"w1=-w1", {{0x84, 1, 0, 0, 0}}, 1},
		{"r0 = be16 r0", {{0xdc, 0, 0, 0, 16}}, 1},
		{"r0 = le64 r0", {{0xd4, 0, 0, 0, 64}}, 1},
		{"r7 = bswap32 r7", {{0xd7, 7, 0, 0, 32}}, 1},
		{"r1 = (s16)r2", {{0xbf, 1, 2, 16, 0}}, 1},
		{"w1 = (s8) w2", {{0xbc, 1, 2, 8, 0}}, 1},
		{"r1 s/= r2", {{0x3f, 1, 2, 1, 0}}, 1},
		{"w1 s%= 7", {{0x94, 1, 0, 1, 7}}, 1},
		{"r1 = *(s8 *)(r2 + 1)", {{0x91, 1, 2, 1, 0}}, 1},
		{"r1 = *(u32 *)(r1 + 4)", {{0x61, 1, 1, 4, 0}}, 1},
		{"w1 = *(u32 *)(r1 + 4)", {{0x61, 1, 1, 4, 0}}, 1},
		{"r1 = *(u8*)(r2)", {{0x71, 1, 2, 0, 0}}, 1},
		{"*(u64 *)(r10 - 8) = r1", {{0x7b, 10, 1, -8, 0}}, 1},
		{"*(u32 *)(r10-4) = w1", {{0x63, 10, 1, -4, 0}}, 1},
		{"*(u8 *)(r10 - 0x10) = 0xff", {{0x72, 10, 0, -16, 255}}, 1},
		{"lock *(u64 *)(r1+0) += r2", {{0xdb, 1, 2, 0, BPF_ADD}}, 1},
		{"lock *(u32 *)(r1 + 0) ^= w2", {{0xc3, 1, 2, 0, BPF_XOR}}, 1},
		{"r0 = atomic_fetch_add((u64 *)(r1 + 0), r0)", {{0xdb, 1, 0, 0, BPF_ADD | BPF_FETCH}}, 1},
		{"w2 = atomic_fetch_or((u32 *)(r1 - 4), w2)", {{0xc3, 1, 2, -4, BPF_OR | BPF_FETCH}}, 1},
		{"r0 = cmpxchg_64(r1 + 8, r0, r2)", {{0xdb, 1, 2, 8, BPF_CMPXCHG}}, 1},
		{"w0 = cmpxchg32_32(r1 + 0, w0, w2)", {{0xc3, 1, 2, 0, BPF_CMPXCHG}}, 1},
		{"r2 = xchg_64(r1 + 0, r2)", {{0xdb, 1, 2, 0, BPF_XCHG}}, 1},
		{"w2 = xchg32_32(r1 + 0, w2)", {{0xc3, 1, 2, 0, BPF_XCHG}}, 1},
		{"r0 = *(u8 *)skb[4]", {{0x30, 0, 0, 0, 4}}, 1},
		{"r0 = *(u16 *)skb[r1]", {{0x48, 0, 1, 0, 0}}, 1},
		{"r0 = *(u32 *)skb[r7 + 14]", {{0x40, 0, 7, 0, 14}}, 1},
		{"r0 = *(u32 *)skb[r7 + -14]", {{0x40, 0, 7, 0, -14}}, 1},
		{"goto +3", {{0x05, 0, 0, 3, 0}}, 1},
		{"goto -1", {{0x05, 0, 0, -1, 0}}, 1},
		{"gotol +70000", {{0x06, 0, 0, 0, 70000}}, 1},
		{"if w1 s> w2 goto +3 <main+0x68>", {{0x6e, 1, 2, 3, 0}}, 1},
		{"if r1 >= 0x10 goto -2", {{0x35, 1, 0, -2, 16}}, 1},
		{"if r1 & 1 goto +0", {{0x45, 1, 0, 0, 1}}, 1},
		{"if r1 s<= -5 goto +1", {{0xd5, 1, 0, 1, -5}}, 1},
		{"call 1", {{0x85, 0, 0, 0, 1}}, 1},
		{"call -13", {{0x85, 0, 1, 0, -13}}, 1},
		{"call bpf_map_lookup_elem", {{0x85, 0, 0, 0, 1}}, 1},
		{"call bpf_ktime_get_ns#5", {{0x85, 0, 0, 0, 5}}, 1},
		{"call kernel-function#77", {{0x85, 0, 2, 0, 77}}, 1},
		{"call pc+2", {{0x85, 0, 1, 0, 2}}, 1},
		{"exit // done", {{0x95, 0, 0, 0, 0}}, 1},
		{"exit#", {{0x95, 0, 0, 0, 0}}, 1},
		{"r1 = map[fd:4]", {{0x18, 1, 1, 0, 4}}, 2},
		{"r1 = map_fd 4", {{0x18, 1, 1, 0, 4}}, 2},
		{"r1 = map[id:7][0]+12", {{0x18, 1, 2, 0, 7}, {.imm = 12}}, 2},
		{"r1 = map[idx:2]", {{0x18, 1, 5, 0, 2}}, 2},
		{"r1 = map[idx:2]+4", {{0x18, 1, 6, 0, 2}, {.imm = 4}}, 2},
		{"r1 = btf[id:99]", {{0x18, 1, 3, 0, 99}}, 2},
		{"r1 = subprog[+3]", {{0x18, 1, 4, 0, 3}}, 2},
		{".insn 0xff 15 14 -32768 0xffffffff", {{0xff, 15, 14, INT16_MIN, -1}}, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_insns(cases[i].text, cases[i].insn, cases[i].slots);
}

/* --- files --- */

static const char counter[] =
	"; counts packets by protocol\n"
	".section \"xdp\"\n"
	".license GPL\n"
	".name count\n"
	".map counts hash 4 8 256\n"
	".map total percpu_array 4 8 1 0x80\n"
	"count:\n"
	"\tr1 = counts ll\n"
	"\tr2 = map[total][0]+4\n"
	"\tcall find\n"
	"\tif r0 == 0 goto out\n"
	"again:\tr3 = find ll\n"
	"\tgoto again\n"
	"out:\n"
	"\texit\n"
	"find: exit\n";

static void assert_span(struct asm_span span, const char *want)
{
	assert_int_equal(span.len, strlen(want));
	assert_memory_equal(span.p, want, span.len);
}

static void test_file(void **state)
{
	static const struct bpf_insn want[] = {
		{0x18, 1, 1, 0, 0},  {0},                {0x18, 2, 2, 0, 0}, {.imm = 4},
		{0x85, 0, 1, 0, 5},  {0x15, 0, 0, 3, 0}, {0x18, 3, 4, 0, 3}, {0},
		{0x05, 0, 0, -3, 0}, {0x95, 0, 0, 0, 0}, {0x95, 0, 0, 0, 0},
	};

	(void)state;
	assert_insns(counter, want, ARRAY_SIZE(want));
	assert_span(prog.section, "xdp");
	assert_span(prog.license, "GPL");
	assert_span(prog.name, "count");
	assert_int_equal(insn_lines[4], 10);
	assert_int_equal(prog.label_count, 4);
	assert_span(labels[3].name, "find");
	assert_true(labels[3].function && !labels[2].function);
	assert_int_equal(labels[3].insn, 10);
}

static void test_maps_of_a_file(void **state)
{
	(void)state;
	assert_assembles(counter);
	assert_int_equal(prog.map_count, 2);
	assert_span(maps[1].name, "total");
	assert_span(maps[1].type, "percpu_array");
	assert_int_equal(maps[1].key_size, 4);
	assert_int_equal(maps[1].value_size, 8);
	assert_int_equal(maps[1].max_entries, 1);
	assert_int_equal(maps[1].flags, 0x80);
	assert_int_equal(prog.ref_count, 2);
	assert_int_equal(refs[0].insn, 0);
	assert_int_equal(refs[0].map, 0);
	assert_int_equal(refs[1].insn, 2);
	assert_int_equal(refs[1].map, 1);
}

/* What clang 14 -S made of a small program, with the map declared. */
static void test_clang_file(void **state)
{
	static const struct bpf_insn want[] = {
		{0x61, 1, 1, 12, 0}, {0x18, 1, 1, 0, 0}, {0},                 {0x85, 0, 1, 0, 1},
		{0x95, 0, 0, 0, 0},  {0xbc, 1, 0, 0, 0}, {0xa6, 0, 0, 1, 4}, {0x24, 0, 0, 0, 7},
		{0x95, 0, 0, 0, 0},
	};

	(void)state;
	assert_insns(".map m hash 4 8 16\n"
		     "\t.text\n"
		     "\t.file\t\"c.c\"\n"
		     "\t.section\txdp,\"ax\",@progbits\n"
		     "\t.globl\tprog                            # -- Begin function prog\n"
		     "\t.p2align\t3\n"
		     "\t.type\tprog,@function\n"
		     "prog:                                   # @prog\n"
		     "# %bb.0:\n"
		     "\tw1 = *(u32 *)(r1 + 12)\n"
		     "\tr1 = m ll\n"
		     "\tcall f\n"
		     "\texit\n"
		     ".Lfunc_end0:\n"
		     "\t.size\tprog, .Lfunc_end0-prog\n"
		     "f:\n"
		     "\tr1 = w0\n"
		     "\tif w0 < 4 goto LBB1_2\n"
		     "\tw0 *= 7\n"
		     "LBB1_2:\n"
		     "\texit\n"
		     "\t.addrsig\n"
		     "\t.addrsig_sym prog\n",
		     want, ARRAY_SIZE(want));
	assert_span(prog.section, "xdp");
}

/* A piece out of the middle of `bpftool prog dump xlated`, and the output of llvm-objdump -d. */
static void test_listings(void **state)
{
	static const struct bpf_insn xlated[] = {
		{0x18, 1, 1, 0, 5}, {0}, {0x85, 0, 0, 0, 190432}, {0x85, 0, 1, 0, 3}, {0x95, 0, 0, 0, 0},
	};
	static const struct bpf_insn objdump[] = {
		{0x18, 1, 0, 0, 5}, {0}, {0x05, 0, 0, 0, 0}, {0x95, 0, 0, 0, 0},
	};

	(void)state;
	assert_insns("int count(struct xdp_md * ctx):\n"
		     "; int count(struct xdp_md *ctx)\n"
		     "  10: (18) r1 = map[id:5]\n"
		     "  12: (85) call __htab_map_lookup_elem#190432\n"
		     "  13: (85) call pc+3#bpf_prog_6deef7357e7b4530_find\n"
		     "  14: (95) exit\n",
		     xlated, 5);
	assert_span(labels[0].name, "count");
	assert_insns("0000000000000000 <main>:\r\n"
		     "       0:\t18 01 00 00 05 00 00 00 00 00 00 00 00 00 00 00\tr1 = 5 ll\r\n"
		     "       2:\t05 00 00 00 00 00 00 00\tgoto +0 <main+0x20>\r\n"
		     "       3:\t95 00 00 00 00 00 00 00\texit\r\n",
		     objdump, 4);
	assert_span(labels[0].name, "main");
	assert_insns("", NULL, 0);
}

static void test_too_little_memory(void **state)
{
	const size_t len = sizeof(counter) - 1;
	struct asm_prog small;

	(void)state;
	assert_assembles(counter);
	for (int i = 0; i < 3; i++) {
		small = prog;
		*(u32 *[]){&small.insn_cap, &small.label_cap, &small.ref_cap}[i] = 1;
		assert_int_equal(asm_read(&small, counter, len), -E2BIG);
	}
	small = prog;
	small.map_cap = 1;
	assert_int_equal(asm_read(&small, counter, len), -EINVAL);
	assert_string_equal(small.error.text, "more than 1 maps");
}

/* --- errors --- */

static void test_errors(void **state)
{
	static const struct {
		const char *text;
		u32 line, col, width;
		const char *message;
	} cases[] = {
		{"r1 += foo", 1, 7, 3, "expected a register or a number, found `foo`"},
		{"exit\n\n  r1 += ", 3, 9, 1, "expected a register or a number, found the end of the line"},
		{"r11 = 0", 1, 1, 3, "there is no register r11: they are r0 to r10"},
		{"mov r1, 2", 1, 1, 3, "expected an instruction, found `mov`"},
		{"r1", 1, 3, 1, "expected `=`, `+=` or another assignment, found the end of the line"},
		{"r1 = ", 1, 6, 1,
		 "expected a register, a number, a load or another value, found the end of the line"},
		{"r1 = 0x123456789", 1, 6, 11, "0x123456789 does not fit in 32 bits: write `0x123456789 ll`"},
		{"r1 += 3000000000", 1, 7, 10, "a number here is -2147483648 to 2147483647, not 3000000000"},
		{"r1 = 99999999999999999999 ll", 1, 6, 20, "a number has at most 64 bits"},
		{"r1 = 12x", 1, 8, 1, "`x` in the middle of a number"},
		{"w1 = r2", 1, 6, 2, "w1 and r2 have different widths (r: 64 bits, w: 32 bits)"},
		{"r1 += w2", 1, 7, 2, "r1 and w2 have different widths (r: 64 bits, w: 32 bits)"},
		{"r1 = -r2", 1, 7, 2, "negation works in place: expected r1 again"},
		{"r1 = be16 r2", 1, 11, 2, "a byte swap works in place: expected r1 again"},
		{"w1 = (s32)w2", 1, 7, 3, "expected s8 or s16, found `s32`"},
		{"r1 = *(u32 *)(r2 + 40000)", 1, 18, 7, "an offset is -32768 to 32767, not + 40000"},
		{"r1 = *(u23 *)(r2)", 1, 8, 3, "expected u8, u16, u32, u64, s8, s16 or s32, found `u23`"},
		{"r1 = *(u32 *)(w2 + 0)", 1, 15, 2, "an address has 64 bits: r2"},
		{"r1 = *(u32 *)(r2 + 0", 1, 21, 1, "expected `)`, found the end of the line"},
		{"w1 = *(u64 *)(r2 + 0)", 1, 8, 3, "w1 has 32 bits: use r1"},
		{"*(s8 *)(r1 + 0) = 1", 1, 3, 2, "only loads have a sign: use u for s"},
		{"lock *(u8 *)(r1 + 0) += r2", 1, 8, 2, "atomic operations have the sizes u32 and u64"},
		{"lock *(u64 *)(r1 + 0) -= r2", 1, 23, 2,
		 "expected `+=`, `|=`, `&=` or `^=`: the atomic operations"},
		{"r1 = cmpxchg_64(r1 + 0, r0, r2)", 1, 1, 2,
		 "compare-and-exchange works with r0: expected `r0 =`"},
		{"r1 = xchg_64(r1 + 0, r2)", 1, 22, 2,
		 "an atomic operation works in place: expected r1 again"},
		{"r1 = *(u8 *)skb[0]", 1, 1, 2, "a packet load goes to r0"},
		{"r0 = *(u64 *)skb[0]", 1, 8, 3, "the packet is loaded by u8, u16 or u32"},
		{"goto out", 1, 6, 3, "no label `out` in this file"},
		{"goto 3", 1, 6, 1, "expected a label or a distance from here: `+3`"},
		{"goto +40000", 1, 6, 6, "40000 slots: a jump reaches -32768 to 32767, gotol further"},
		{"if r1 = 0 goto +1", 1, 7, 1,
		 "expected a comparison: == != > >= < <= & s> s>= s< s<=, found `=`"},
		{"if r1 == 0 then +1", 1, 12, 4, "expected `goto`, found `then`"},
		{"call map_lookup_elem", 1, 6, 15,
		 "no function or helper `map_lookup_elem`: did you mean `bpf_map_lookup_elem`?"},
		{"call fly", 1, 6, 3, "no function or helper `fly`"},
		{"call bpf_map_lookup_elem#2", 1, 26, 1, "bpf_map_lookup_elem is #1"},
		{"r1 = counts", 1, 6, 6, "a name stands for an address of 64 bits: `counts ll`"},
		{"r1 = counts ll", 1, 6, 6, "no map `counts`: declare one, `.map counts hash 4 8 256`"},
		{"w1 = 5 ll", 1, 1, 2, "this is a 64-bit value: expected r1"},
		{"r1 = map[fd:-1]", 1, 13, 2, "a number is 0 to 4294967295, not -1"},
		{"a: exit\na: exit", 2, 1, 1, "label `a` stands in line 1 already"},
		{".map a hash 4 8 1\n.map a hash 4 8 1", 2, 6, 1, "map `a` is declared in line 1 already"},
		{".map a hash 4", 1, 14, 1, "expected a value size, found the end of the line"},
		{".data", 1, 1, 5, "unknown directive: there are .section .license .name .map .insn"},
		{".insn 0x100 0 0 0 0", 1, 7, 5, "an opcode is 0 to 255, not 0x100"},
		{"exit now", 1, 6, 3, "expected the end of the line, found `now`"},
		{"(07) r1 -= 4", 1, 6, 7, "the line says opcode 07, but this is 17"},
		{"5: exit\n7: exit", 2, 1, 1, "this is instruction 6, not 7"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(assemble(cases[i].text), -EINVAL);
		assert_string_equal(prog.error.text, cases[i].message);
		assert_int_equal(prog.error.line, cases[i].line);
		assert_int_equal(prog.error.col, cases[i].col);
		assert_int_equal(prog.error.width, cases[i].width);
	}
}

static void test_error_is_shown_in_its_line(void **state)
{
	static const char text[] = "exit\n\tr1 += foo ; add\nexit\n";
	struct text out;
	char buf[300];

	(void)state;
	text_init(&out, buf, sizeof(buf));
	assert_int_equal(assemble(text), -EINVAL);
	asm_error_show(&prog.error, "x.asm", text, strlen(text), &out);
	assert_string_equal(buf, "x.asm:2:8: error: expected a register or a number, found `foo`\n"
				 "\tr1 += foo ; add\n"
				 "\t      ^^^\n");
}

/* Random pieces of assembler text: an answer, never a crash, and an error lies in the text. */
static void test_any_text(void **state)
{
	static const char *const pieces[] = {
		"r1", "w2", "r10", " = ", "+=", "s/=", "*(u32 *)", "*(", "(r1 + 4)", ")", "skb[", "]", "if ",
		"lock ", "goto ", "call ", "exit", "pc+", "0x", "7", "-9", "99999999999", " ll", "map[", "fd",
		"a", "a:", "\n", "\n", ".map ", ".insn ", "hash", "(85)", "12:", "<", "\"", "#",
		"bpf_map_lookup_elem", "\t", "\xff",
	};
	u32 seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[200] = "";

		for (int i = 0; i < 12; i++) {
			seed = seed * 1664525 + 1013904223;
			strcat(text, pieces[(seed >> 16) % ARRAY_SIZE(pieces)]);
		}
		if (assemble(text) == 0)
			continue;
		assert_in_range(prog.error.line, 1, asm_lines(text, strlen(text)));
		assert_in_range(prog.error.col, 1, strlen(text) + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_opcode_and_register),
		cmocka_unit_test(test_every_opcode_and_constant),
		cmocka_unit_test(test_every_kind_of_constant),
		cmocka_unit_test(test_cpu_v4_has_text),
		cmocka_unit_test(test_half_a_constant),
		cmocka_unit_test(test_kernel_text),
		cmocka_unit_test(test_clang_text),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_maps_of_a_file),
		cmocka_unit_test(test_clang_file),
		cmocka_unit_test(test_listings),
		cmocka_unit_test(test_too_little_memory),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_error_is_shown_in_its_line),
		cmocka_unit_test(test_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
