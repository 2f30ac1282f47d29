/*
 * A plugin of the public suite bpf_conformance: runs one program and prints r0.
 *
 *	conformance-plugin [MEMORY-HEX] [--jit] < PROGRAM-HEX
 *
 * The program is hex text on standard input, bytes may be separated by white space. r1 is the address of the
 *memory, r2 its length (both 0 without memory). Nothing is verified; the program runs with every access
 *checked, so a fault is a sentence on standard error and exit status 1. With --jit it is translated and
 *compiled as Linux 6.1 does it, and its machine code runs: that goes for instructions that 6.1 knows (cpu
 *v3). The suite's helper 5 returns its first argument: the plugin puts a move in the place of calls of it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../support/bare.h"
#include "../support/compiled.h"
#include "../support/isa_known.h"

#define SUITE_HELPER 5

struct bytes {
	u8 *data;
	size_t len, cap;
};

static void fail(const char *what)
{
	fprintf(stderr, "conformance-plugin: %s\n", what);
	exit(1);
}

static void add_byte(struct bytes *bytes, u8 byte)
{
	if (bytes->len == bytes->cap) {
		bytes->cap = bytes->cap ? bytes->cap * 2 : 4096;
		bytes->data = realloc(bytes->data, bytes->cap);
		if (!bytes->data)
			fail("no memory");
	}
	bytes->data[bytes->len++] = byte;
}

static int digit(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Takes the characters that @next gives until it gives EOF. */
static struct bytes read_hex(int (*next)(void *ctx), void *ctx)
{
	struct bytes bytes = {0};
	int c, high = -1;

	while ((c = next(ctx)) != EOF) {
		if (isspace(c))
			continue;
		if (!isxdigit(c))
			fail("this is not hex text: pairs of 0-9, a-f and white space are");
		if (high < 0) {
			high = digit(c);
			continue;
		}
		add_byte(&bytes, high << 4 | digit(c));
		high = -1;
	}
	if (high >= 0)
		fail("half a byte at the end of the hex text");
	return bytes;
}

static int next_of_file(void *file)
{
	return fgetc(file);
}

static int next_of_string(void *string)
{
	const char **s = string;

	return **s ? (u8)*(*s)++ : EOF;
}

/* Gives the program its place in the machine's memory. */
static struct prog *make_prog(struct sim *sim, const struct bytes *text)
{
	struct prog *prog;

	if (!text->len || text->len % sizeof(struct bpf_insn))
		fail("a program is a number of instructions of 8 bytes");
	prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, (const void *)text->data, text->len / 8);
	for (u32 i = 0; i < prog->insn_cnt; i += insn_is_ld_imm64(&prog->insns[i]) ? 2 : 1) {
		struct bpf_insn *insn = &prog->insns[i];

		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == SUITE_HELPER)
			*insn = (struct bpf_insn){BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_0, BPF_REG_1, 0, 0};
	}
	return prog;
}

static void give_memory(struct sim *sim, const struct bytes *memory)
{
	struct vm *vm = sim->vm;

	if (!memory->len)
		return;
	vm->memory = (u64)arena_alloc(sim->arena, memory->len, TAG_KERNEL, NULL);
	vm->memory_size = memory->len;
	if (!vm->memory)
		fail("no memory");
	memcpy((void *)vm->memory, memory->data, memory->len);
	vm->reg[BPF_REG_1] = vm->memory;
	vm->reg[BPF_REG_2] = memory->len;
}

static void compile(struct sim *sim, struct prog *prog)
{
	char words[320];

	for (u32 i = 0; i < prog->insn_cnt; i += insn_slots(&prog->insns[i])) {
		bool whole = i + insn_slots(&prog->insns[i]) <= prog->insn_cnt;

		snprintf(words, sizeof(words), "--jit: instruction %u is not one of Linux 6.1", i);
		if (!whole || !isa_known_6_1(&prog->insns[i]))
			fail(words);
	}
	if (compile_prog(sim, prog))
		return;
	snprintf(words, sizeof(words), "--jit: %s", sim->why.text);
	fail(words);
}

static int run(struct bytes *text, struct bytes *memory, bool jit)
{
	struct sim *sim = jit ? compiled_machine() : bare_new();
	struct prog *prog = make_prog(sim, text);
	int status = 0;

	if (jit)
		compile(sim, prog);
	vm_start(sim, prog, 0);
	give_memory(sim, memory);
	if (jit)
		sim->host->exec->run(sim);
	else
		vm_run(sim, UINT64_MAX);
	if (sim->vm->state == VM_FAULTED) {
		fprintf(stderr, "conformance-plugin: instruction %u: %s\n", sim->vm->fault.pc, sim->vm->fault.text);
		status = 1;
	} else {
		printf("%" PRIx64 "\n", sim->vm->reg[BPF_REG_0]);
	}
	bare_delete(sim);
	return status;
}

int main(int argc, char **argv)
{
	struct bytes memory = {0}, text;
	bool jit = false;
	int status;

	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (!strcmp(arg, "--jit")) {
			jit = true;
			continue;
		}
		free(memory.data);
		memory = read_hex(next_of_string, &arg);
	}
	text = read_hex(next_of_file, stdin);
	status = run(&text, &memory, jit);
	free(memory.data);
	free(text.data);
	return status;
}
