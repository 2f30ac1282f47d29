/*
 * Programs as data: test/programs/NAME.data and NAME.table, each run several ways that must agree.
 *
 * A .data file holds cases:
 *	== name
 *	-- asm      the program
 *	-- mem      bytes in hex: r1 = their address, r2 = how many
 *	-- result   r0, or
 *	-- error    words of the fault's sentence
 * A .table file holds a case per line: instruction, r1, r2, result. For a jump the result says whether it was
 *taken, for others it is r1 afterwards.
 *
 * Ways: as written and checked, at once and one instruction at a time; when there is no fault and Linux 6.1
 *knows all instructions also translated, at once and three instructions at a time; and compiled: the machine
 *code on this CPU, then in lockstep with the interpreter. And the program as text and assembled again must be
 *the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "../support/bare.h"
#include "../support/compiled.h"
#include "../support/isa_known.h"
#include "sim/native/native.h"

#define MAX_INSNS 256
#define MAX_MEMORY 256
#define INSN_LIMIT 10000

struct program {
	char name[128];
	char text[4096];             /* assembly */
	u8 memory[MAX_MEMORY];
	u32 memory_size;
	u64 result;
	char error[160];             /* empty: no fault is expected */
	struct bpf_insn insns[MAX_INSNS];
	u32 count;
};

/* How a run went, for comparing. */
struct outcome {
	u8 state;
	u64 r0, insns;
	struct fault fault;
	u8 memory[MAX_MEMORY];
};

static struct sim *sim;
static u32 compiled;

static void assemble(const char *name, const char *text, struct bpf_insn *insns, u32 *count)
{
	u32 lines[MAX_INSNS];
	struct asm_label labels[64];
	struct asm_map maps[1];
	struct asm_ref refs[1];
	struct asm_prog prog = {.insns = insns, .insn_lines = lines, .insn_cap = MAX_INSNS, .labels = labels, .label_cap = 64,
				.maps = maps, .map_cap = 1, .refs = refs, .ref_cap = 1};

	if (asm_read(&prog, text, strlen(text)))
		fail_msg("%s:%u: %s\n%s", name, prog.error.line, prog.error.text, text);
	*count = prog.insn_count;
}

/* Begins a run; its memory. */
static u8 *start(const struct program *p, struct prog *prog)
{
	struct vm *vm = sim->vm;
	u8 *memory = arena_alloc(sim->arena, MAX_MEMORY, TAG_KERNEL, NULL);

	memcpy(memory, p->memory, p->memory_size);
	vm_start(sim, prog, 0);
	vm->insn_limit = INSN_LIMIT;
	vm->memory = (u64)memory;
	vm->memory_size = p->memory_size;
	vm->reg[BPF_REG_1] = vm->memory;
	vm->reg[BPF_REG_2] = p->memory_size;
	return memory;
}

/* Ends it. */
static void finish(const struct program *p, u8 *memory, struct outcome *out)
{
	const struct vm *vm = sim->vm;

	memset(out, 0, sizeof(*out));
	out->state = vm->state;
	out->r0 = vm->reg[BPF_REG_0];
	out->insns = vm->insns;
	out->fault = vm->fault;
	out->fault.region.base = 0;
	out->fault.addr = 0;
	memcpy(out->memory, memory, p->memory_size);
	vm_finish(sim);
	arena_free(sim->arena, memory);
}

/* @chunk: instructions at a time. */
static void run(const struct program *p, bool translated, u64 chunk, struct outcome *out)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, p->insns, p->count);
	struct vm *vm = sim->vm;
	u8 *memory;

	if (translated && !compile_prog(sim, prog))
		fail_msg("%s: %s", p->name, sim->why.text);
	memory = start(p, prog);
	while (vm->state == VM_RUNNING) {
		u64 step = sim->clock->step, n = vm_run(sim, chunk);

		assert_int_equal(sim->clock->step - step, n);
		if (vm->state == VM_RUNNING)
			assert_int_equal(n, chunk);
	}
	finish(p, memory, out);
	obj_put(sim, &prog->obj);
}

static void expect(const struct program *p, const struct outcome *out)
{
	if (p->error[0]) {
		if (out->state != VM_FAULTED || !strstr(out->fault.text, p->error))
			fail_msg("%s: expected a fault \"%s\", found \"%s\", r0 = 0x%llx", p->name, p->error, out->fault.text,
				 (unsigned long long)out->r0);
	} else if (out->state != VM_EXITED || out->r0 != p->result) {
		fail_msg("%s: expected 0x%llx, found 0x%llx %s", p->name, (unsigned long long)p->result,
			 (unsigned long long)out->r0, out->fault.text);
	}
}

static void expect_same(const struct program *p, const struct outcome *one, const struct outcome *other)
{
	if (memcmp(one, other, sizeof(*one)))
		fail_msg("%s: r0 = 0x%llx after %llu instructions (%s), another way 0x%llx after %llu (%s)", p->name,
			 (unsigned long long)one->r0, (unsigned long long)one->insns, one->fault.text,
			 (unsigned long long)other->r0, (unsigned long long)other->insns, other->fault.text);
}

static void round_trip(const struct program *p)
{
	static char buf[MAX_INSNS * 128];
	struct bpf_insn again[MAX_INSNS];
	struct text text;
	u32 count;

	text_init(&text, buf, sizeof(buf));
	for (u32 i = 0; i < p->count;) {
		i += asm_write(&p->insns[i], p->count - i, &text);
		text_add(&text, "\n");
	}
	assemble(p->name, buf, again, &count);
	assert_int_equal(count, p->count);
	assert_memory_equal(again, p->insns, count * sizeof(*again));
}

static bool is_of_6_1(const struct program *p)
{
	for (u32 i = 0; i < p->count; i += insn_slots(&p->insns[i]))
		if (!isa_known_6_1(&p->insns[i]))
			return false;
	return true;
}

/* As machine code, and in lockstep. */
static void run_compiled(const struct program *p, const struct outcome *interpreted)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, p->insns, p->count);
	struct native_lockstep lockstep = {0};
	struct outcome out;
	u8 *memory;

	if (!compile_prog(sim, prog))
		fail_msg("%s: %s", p->name, sim->why.text);
	for (u32 way = 0; way < 2; way++) {
		memory = start(p, prog);
		if (way)
			native_lockstep(sim, &lockstep);
		else
			sim->host->exec->run(sim);
		finish(p, memory, &out);
		expect(p, &out);
		assert_memory_equal(out.memory, interpreted->memory, p->memory_size);
	}
	if (lockstep.differences || !lockstep.borders)
		fail_msg("%s: lockstep, %llu borders: %s", p->name, (unsigned long long)lockstep.borders,
			 lockstep.text);
	compiled++;
	obj_put(sim, &prog->obj);
}

static void run_all_ways(struct program *p)
{
	struct outcome checked, translated, other;

	assemble(p->name, p->text, p->insns, &p->count);
	run(p, false, UINT64_MAX, &checked);
	expect(p, &checked);
	run(p, false, 1, &other);
	expect_same(p, &checked, &other);
	if (!p->error[0] && is_of_6_1(p)) {
		run(p, true, UINT64_MAX, &translated);
		expect(p, &translated);
		run(p, true, 3, &other);
		expect_same(p, &translated, &other);
		if (native_ops())
			run_compiled(p, &checked);
	}
	round_trip(p);
}

/* --- .data --- */

static void read_memory(struct program *p, const char *line)
{
	char *end;

	for (;; line = end) {
		unsigned long byte = strtoul(line, &end, 16);

		if (end == line)
			return;
		assert_true(p->memory_size < MAX_MEMORY);
		p->memory[p->memory_size++] = byte;
	}
}

static void add_line(struct program *p, const char *section, const char *line)
{
	if (!strcmp(section, "asm"))
		strncat(p->text, line, sizeof(p->text) - strlen(p->text) - 1);
	else if (!strcmp(section, "mem"))
		read_memory(p, line);
	else if (!strcmp(section, "result") && line[0] != '\n')
		p->result = strtoull(line, NULL, 0);
	else if (!strcmp(section, "error") && line[0] != '\n')
		snprintf(p->error, sizeof(p->error), "%.*s", (int)strcspn(line, "\n"), line);
}

static u32 run_data(FILE *file)
{
	static struct program program;
	struct program *p = &program;
	char line[512], section[16] = "";
	u32 cases = 0;

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "== ", 3)) {
			if (cases++)
				run_all_ways(p);
			memset(p, 0, sizeof(*p));
			section[0] = 0;
			snprintf(p->name, sizeof(p->name), "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
		} else if (!strncmp(line, "-- ", 3)) {
			assert_int_equal(sscanf(line + 3, "%15s", section), 1);
		} else {
			add_line(p, section, line);
		}
	}
	if (cases)
		run_all_ways(p);
	return cases;
}

/* --- .table --- */

static void table_case(struct program *p, const char *line)
{
	unsigned long long r1, r2, result;
	char insn[64];
	bool jump = !strncmp(line, "if ", 3);

	assert_int_equal(sscanf(line, "%63[^,], %llx, %llx, %llx", insn, &r1, &r2, &result), 4);
	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%.*s", (int)strcspn(line, "\n"), line);
	snprintf(p->text, sizeof(p->text), "r1 = 0x%llx ll\nr2 = 0x%llx ll\n%s%s\n%s\nexit\n", r1, r2, jump ? "r0 = 1\n" : "",
		 insn, jump ? "r0 = 0" : "r0 = r1");
	p->result = result;
	run_all_ways(p);
}

static u32 run_table(FILE *file)
{
	static struct program program;
	struct program *p = &program;
	char line[512];
	u32 cases = 0;

	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		table_case(p, line);
		cases++;
	}
	return cases;
}

static void test_file(void **state)
{
	const char *name = *state;
	char path[300];
	FILE *file;
	u32 cases;

	snprintf(path, sizeof(path), "test/programs/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	cases = strstr(name, ".table") ? run_table(file) : run_data(file);
	fclose(file);
	assert_true(cases > 0);
}

static int begin(void **state)
{
	(void)state;
	sim = native_ops() ? compiled_machine() : bare_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	bare_delete(sim);
	assert_true(!native_ops() || compiled > 1000);
	return 0;
}

static int is_case_file(const struct dirent *entry)
{
	return strstr(entry->d_name, ".data") || strstr(entry->d_name, ".table");
}

int main(void)
{
	struct dirent **files;
	int n = scandir("test/programs", &files, is_case_file, alphasort);
	struct CMUnitTest *tests = calloc(n > 0 ? n : 1, sizeof(*tests));
	int failed;

	if (n <= 0) {
		printf("not ok - test/programs is empty\n");
		return 1;
	}
	for (int i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){.name = files[i]->d_name, .test_func = test_file, .initial_state = files[i]->d_name};
	failed = _cmocka_run_group_tests("programs", tests, n, begin, end);
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	free(tests);
	return failed;
}
