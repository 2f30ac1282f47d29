/*
 * The ways between the three forms of a program (look_prog.h), the names of what it calls (ktext_name.h),
 * and what is done when: compiled at load and only there, glue for XDP at attachment (dispatcher.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/if_link.h>

#include "sim/look.h"
#include "test/support/machine.h"

#define LOADER 100
#define LO 1
#define ETH0 2
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define CALL_FUNC(distance) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, distance)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static s64 load(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP,
			       .insns = (u64)insns,
			       .insn_cnt = count,
			       .license = (u64) "GPL"};

	return bpf(BPF_PROG_LOAD, &attr);
}

static const struct prog *prog_of(s64 fd)
{
	assert_true(fd >= 0);
	return container_of(fd_file(task_by_pid(sim, LOADER), fd)->obj, struct prog, obj);
}

static s64 pass(s32 verdict)
{
	const struct bpf_insn insns[] = {MOV(BPF_REG_0, verdict), EXIT};

	return load(insns, ARRAY_SIZE(insns));
}

/* --- the three forms --- */

/* Two functions; a branch that is never taken; a division; calls of helpers. */
static const struct bpf_insn several[] = {
	MOV(BPF_REG_0, 0),
	INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0),
	INSN(BPF_JMP | BPF_JA, 0, 0, 1, 0),
	MOV(BPF_REG_0, 5),
	INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, 0, 0, 7), INSN(0, 0, 0, 0, 9),
	CALL_FUNC(1),
	EXIT,
	CALL(BPF_FUNC_get_prandom_u32),
	MOV(BPF_REG_1, 3),
	INSN(BPF_ALU64 | BPF_DIV | BPF_X, BPF_REG_0, BPF_REG_1, 0, 0),
	MOV(BPF_REG_0, 2),
	EXIT,
};

static void written_and_translated(void **state)
{
	const struct prog *prog = prog_of(load(several, ARRAY_SIZE(several)));
	u32 next = 0;

	(void)state;
	for (u32 i = 0; i < prog->insn_cnt; i++) {
		struct look_range range = look_xlated_of(prog, i);

		assert_int_equal(range.first, next);
		assert_int_equal(range.first == range.end, prog->xlated->dropped_by[i] != 0);
		for (u32 x = range.first; x < range.end; x++)
			assert_int_equal(prog->xlated->origin[x], i);
		next = range.end;
	}
	assert_int_equal(next, prog->xlated->insn_cnt);
	assert_int_equal(look_xlated_of(prog, 3).first, look_xlated_of(prog, 3).end);
	assert_string_equal(look_pass_name(prog->xlated->dropped_by[3]), "dead code");
	assert_string_equal(look_pass_name(prog->xlated->dropped_by[2]), "gotos");
}

/* The code of the insns covers each function from its prologue to its end. */
static void translated_and_code(void **state)
{
	const struct prog *prog = prog_of(load(several, ARRAY_SIZE(several)));

	(void)state;
	assert_int_equal(look_images(prog), 2);
	for (u32 insn = 0; insn < prog->xlated->insn_cnt; insn++) {
		u32 func = look_func_of(prog, insn);
		struct look_range code = look_code_of(prog, insn);

		if (insn == prog->xlated->subprogs[func].start) {
			assert_int_equal(code.first, look_image(prog, func)->off[0]);
			assert_int_equal(look_insn_at(prog, func, 0), UINT32_MAX);
			assert_int_equal(look_insn_at(prog, func, look_image(prog, func)->size), UINT32_MAX);
		}
		for (u32 off = code.first; off < code.end; off++)
			assert_int_equal(look_insn_at(prog, func, off), insn);
		if (insn + 1 < prog->xlated->insn_cnt && look_func_of(prog, insn + 1) == func)
			assert_int_equal(look_code_of(prog, insn + 1).first, code.end);
		else
			assert_int_equal(code.end, look_image(prog, func)->size);
	}
}

/* With blinded constants an insn has the code of all that was made of it. */
static void blinded_code(void **state)
{
	const struct prog *plain = prog_of(load(several, ARRAY_SIZE(several))), *prog;
	u32 covered = 0;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "net.core.bpf_jit_harden", 2), 0);
	prog = prog_of(load(several, ARRAY_SIZE(several)));
	for (u32 insn = 0; insn < prog->xlated->insn_cnt; insn++)
		covered += look_code_of(prog, insn).end - look_code_of(prog, insn).first;
	for (u32 func = 0; func < 2; func++)
		covered += look_image(prog, func)->off[0];
	assert_int_equal(covered, look_image(prog, 0)->size + look_image(prog, 1)->size);
	assert_true(look_image(prog, 1)->size > look_image(plain, 1)->size + 20);
}

static void names_of_calls(void **state)
{
	const struct bpf_insn redirect[] = {MOV(BPF_REG_1, 2), MOV(BPF_REG_2, 0), CALL(BPF_FUNC_redirect),
					    EXIT};
	const struct prog *prog = prog_of(load(redirect, ARRAY_SIZE(redirect)));

	(void)state;
	assert_string_equal(look_callee(sim, prog, &prog->xlated->insns[2]), "bpf_xdp_redirect");
	assert_null(look_callee(sim, prog, &prog->xlated->insns[0]));
	assert_string_equal(ktext_name(sim, prog, ktext_imm(KTEXT_HELPER, BPF_FUNC_get_prandom_u32)),
			    "bpf_user_rnd_u32");
	assert_string_equal(
		ktext_name(sim, prog,
			   ktext_imm(KTEXT_MAP_OP, KTEXT_OP(BPF_MAP_TYPE_ARRAY, BPF_FUNC_map_update_elem))),
		"array_map_update_elem");
	assert_string_equal(
		ktext_name(sim, prog, ktext_imm(KTEXT_INTERNAL, KTEXT_INTERPRETER + KTEXT_STACK(33))),
		"__bpf_prog_run_args64");
	assert_string_equal(ktext_name(sim, prog, ktext_imm(KTEXT_INTERNAL, KTEXT_RUN + KTEXT_STACK(0))),
			    "__bpf_prog_run32");
	assert_string_equal(ktext_name(sim, prog, ktext_imm(KTEXT_INTERNAL, KTEXT_RUN + KTEXT_STACK(512))),
			    "__bpf_prog_run512");
	assert_null(ktext_name(sim, prog, ktext_imm(KTEXT_HELPER, 0)));
	assert_null(ktext_name(sim, prog, ktext_imm(KTEXT_HELPER, 0xffffff)));
	assert_null(ktext_name(sim, prog, ktext_imm(KTEXT_MAP_OP, 0xffffff)));
	assert_null(ktext_name(sim, prog, ktext_imm(KTEXT_INTERNAL, 0xffffff)));
	assert_null(ktext_name(sim, prog, ktext_imm(KTEXT_KFUNC, 1)));
	assert_null(ktext_name(sim, prog, -16));
}

/* Every helper of every type has a name: the table has no hole. */
static void every_call_has_a_name(void **state)
{
	struct prog prog = {0};

	(void)state;
	for (prog.type = 1; prog.type < prog_types_count; prog.type++)
		for (u32 number = 1; number < HELPER_NUMBERS; number++)
			assert_non_null(ktext_name(sim, &prog, ktext_imm(KTEXT_HELPER, number)));
	for (u32 n = 0; n < KTEXT_INTERNALS; n++)
		assert_non_null(ktext_name(sim, &prog, ktext_imm(KTEXT_INTERNAL, n)));
}

/* --- what is done when --- */

static void done_is(enum done_what what, u64 load, u64 attach, u64 event)
{
	const u64 *count = sim->world->done.count[what];

	assert_int_equal(count[DONE_AT_LOAD], load);
	assert_int_equal(count[DONE_AT_ATTACH], attach);
	assert_int_equal(count[DONE_AT_EVENT], event);
}

static s64 attach(s64 prog, u32 ifindex, u32 flags)
{
	union bpf_attr attr = {
		.link_create = {
			.prog_fd = prog, .target_ifindex = ifindex, .attach_type = BPF_XDP, .flags = flags}};

	return bpf(BPF_LINK_CREATE, &attr);
}

static const struct link *link_of(s64 fd)
{
	assert_true(fd >= 0);
	return container_of(fd_file(task_by_pid(sim, LOADER), fd)->obj, struct link, obj);
}

static void packet(u32 ifindex)
{
	u8 data[64] = {0};
	struct stimulus stimulus = {
		.kind = STIMULUS_PACKET, .ifindex = ifindex, .data = data, .len = sizeof(data)};

	assert_int_equal(sim_fire(sim, &stimulus), 0);
}

static void compiled_once(void **state)
{
	s64 fd = pass(XDP_PASS), link;
	const struct prog *prog = prog_of(fd);
	u64 entry = prog_entry(prog);

	(void)state;
	assert_int_equal(entry, look_image(prog, 0)->address);
	link = attach(fd, ETH0, 0);
	for (u32 i = 0; i < 5; i++)
		packet(ETH0);
	done_is(DONE_VERIFIED, 1, 0, 0);
	done_is(DONE_COMPILED, 1, 0, 0);
	done_is(DONE_RUN, 0, 0, 5);
	done_is(DONE_GLUE, 0, 1, 0);
	assert_int_equal(link_of(link)->entry, entry);
	assert_int_equal(prog_entry(prog), entry);
	assert_int_equal(prog->counts.verified, 1);
	assert_int_equal(prog->counts.compiled, 1);
	assert_int_equal(prog->counts.attached, 1);
	assert_int_equal(prog->counts.runs, 5);
}

/* A rejected program was verified, not compiled. */
static void rejected(void **state)
{
	const struct bpf_insn insns[] = {EXIT};

	(void)state;
	assert_int_equal(load(insns, 1), -EACCES);
	done_is(DONE_VERIFIED, 1, 0, 0);
	done_is(DONE_COMPILED, 0, 0, 0);
}

/* The switch is read at load: what is compiled stays so, what is not will not be. */
static void switch_is_read_at_load(void **state)
{
	s64 before = pass(XDP_PASS), after;
	u64 entry = prog_entry(prog_of(before));

	(void)state;
	assert_int_equal(sim_sysctl(sim, "net.core.bpf_jit_enable", 0), 0);
	after = pass(XDP_DROP);
	assert_int_equal(link_of(attach(before, ETH0, 0))->entry, entry);
	assert_int_equal(sim_sysctl(sim, "net.core.bpf_jit_enable", 1), 0);
	assert_int_equal(look_images(prog_of(after)), 0);
	assert_string_equal(ktext_name(sim, prog_of(after), prog_entry(prog_of(after)) - KTEXT_BASE),
			    "__bpf_prog_run32");
	assert_int_equal(link_of(attach(after, LO, XDP_FLAGS_SKB_MODE))->entry, prog_entry(prog_of(after)));
	packet(ETH0);
	assert_int_equal(look_images(prog_of(before)), 1);
	done_is(DONE_COMPILED, 1, 0, 0);
}

/* --- the dispatcher --- */

/* Its code is what the emitter makes of these programs. */
static void dispatches_to(const struct prog *const *progs, u32 n)
{
	const struct dispatcher *d = sim->world->dispatcher;
	u8 code[DISPATCHER_IMAGE_SIZE] __attribute__((aligned(16))) = {0};
	struct tramp_image image = {
		.address = DISPATCHER_ADDRESS + d->image_off, .code = code, .cap = sizeof(code)};
	struct jit_target target;
	s64 funcs[4];

	for (u32 i = 0; i < n; i++)
		funcs[i] = prog_entry(progs[i]);
	prog_jit_target(sim, &target);
	assert_int_equal(dispatcher_emit(funcs, n, &target, &image), 0);
	assert_int_equal(d->nprogs, n);
	assert_int_equal(d->size, image.size);
	assert_memory_equal(d->image + d->image_off, code, image.size);
}

static void dispatcher(void **state)
{
	s64 a = pass(XDP_PASS), b = pass(XDP_DROP), on_eth0, on_lo;
	const struct prog *both[] = {prog_of(a), prog_of(b)};

	(void)state;
	assert_null(sim->world->dispatcher);
	on_eth0 = attach(a, ETH0, 0);
	dispatches_to(both, 1);
	assert_int_equal(sim->world->dispatcher->image_off, 0);
	on_lo = attach(b, LO, XDP_FLAGS_SKB_MODE);
	dispatches_to(both, 2);
	assert_int_equal(sim->world->dispatcher->image_off, DISPATCHER_IMAGE_SIZE);
	sim_close(sim, LOADER, on_eth0);
	dispatches_to(both + 1, 1);
	assert_int_equal(sim->world->dispatcher->image_off, 0);
	sim_close(sim, LOADER, on_lo);
	assert_int_equal(sim->world->dispatcher->nprogs, 0);
	assert_int_equal(sim->world->dispatcher->size, 0);
	done_is(DONE_GLUE, 0, 3, 0);
}

/* The same program twice is in it once, until both are gone. */
static void dispatcher_counts_users(void **state)
{
	s64 a = pass(XDP_PASS), first = attach(a, ETH0, 0), second = attach(a, LO, XDP_FLAGS_SKB_MODE);
	const struct prog *one = prog_of(a);

	(void)state;
	dispatches_to(&one, 1);
	sim_close(sim, LOADER, first);
	dispatches_to(&one, 1);
	done_is(DONE_GLUE, 0, 1, 0);
	sim_close(sim, LOADER, second);
	done_is(DONE_GLUE, 0, 1, 0);
}

/* LINK_UPDATE: the link holds the new program's address, and the dispatcher knows it. */
static void dispatcher_follows_updates(void **state)
{
	s64 a = pass(XDP_PASS), b = pass(XDP_DROP), fd = attach(a, ETH0, 0);
	const struct prog *now = prog_of(b);
	union bpf_attr attr = {.link_update = {.link_fd = fd, .new_prog_fd = b}};

	(void)state;
	assert_int_equal(bpf(BPF_LINK_UPDATE, &attr), 0);
	assert_int_equal(link_of(fd)->entry, prog_entry(now));
	dispatches_to(&now, 1);
	assert_int_equal(bpf(BPF_LINK_UPDATE, &attr), 0);
	done_is(DONE_GLUE, 0, 2, 0);
	assert_int_equal(now->counts.attached, 1);
}

/* One step of the record, and what a real kernel wrote at it. */
struct glue_step {
	char verb[16], device;
	u32 program, written;
	bool generic;
};

static bool read_step(char *line, struct glue_step *step)
{
	char mode[16];

	*step = (struct glue_step){0};
	if (sscanf(line, "attach %u on %c %15s %u", &step->program, &step->device, mode, &step->written) == 4)
		step->generic = strcmp(mode, "generic") == 0;
	else if (sscanf(line, "replace %c with %u %u", &step->device, &step->program, &step->written) != 3 &&
		 sscanf(line, "detach %c %u", &step->device, &step->written) != 2)
		return false;
	return sscanf(line, "%15s", step->verb) == 1;
}

static void do_step(const struct glue_step *step, const s64 *progs, const u32 *ifindex, s64 *links)
{
	u32 at = step->device - 'a';
	union bpf_attr attr = {
		.link_update = {.link_fd = links[at], .new_prog_fd = progs[step->program ? step->program - 1 : 0]}};

	if (strcmp(step->verb, "attach") == 0)
		links[at] = attach(progs[step->program - 1], ifindex[at], step->generic ? XDP_FLAGS_SKB_MODE : 0);
	else if (strcmp(step->verb, "replace") == 0)
		assert_int_equal(bpf(BPF_LINK_UPDATE, &attr), 0);
	else
		assert_int_equal(sim_close(sim, LOADER, links[at]), 0);
	assert_true(links[at] >= 0);
}

static void dispatcher_is_written_when_the_kernel_does(void **state)
{
	FILE *f = fopen("test/data/jit/dispatcher.txt", "r");
	u32 ifindex[] = {sim_device(sim, "vetha"), sim_device(sim, "vethb")}, steps = 0;
	s64 progs[] = {pass(XDP_PASS), pass(XDP_DROP)}, links[2] = {0};
	struct glue_step step;
	char line[256];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		u32 before = sim->world->dispatcher ? sim->world->dispatcher->written : 0;

		if (line[0] == '#')
			continue;
		assert_true(read_step(line, &step));
		do_step(&step, progs, ifindex, links);
		if (sim->world->dispatcher->written - before != step.written)
			fail_msg("%s: written %u times", line, sim->world->dispatcher->written - before);
		steps++;
	}
	fclose(f);
	assert_int_equal(steps, 7);
}

/* --- mitigations: an input like any other --- */

static void mitigations_cost(void **state)
{
	static const struct {
		s64 mitigations;
		u32 more;       /* ret; int3 are 2 bytes, jmp rel32 has 5 */
	} cases[] = {{0, 0}, {MITIGATE_RETPOLINE, 0}, {MITIGATE_RETHUNK, 3}, {MITIGATE_ITS, 3}};
	u32 plain = look_image(prog_of(pass(XDP_PASS)), 0)->size;
	const u8 *log;
	u64 len;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(sim_sysctl(sim, "bpfwalk.mitigations", cases[i].mitigations), 0);
		assert_int_equal(look_image(prog_of(pass(XDP_PASS)), 0)->size, plain + cases[i].more);
	}
	assert_int_equal(sim_sysctl(sim, "bpfwalk.mitigations", 8), -EINVAL);
	log = sim_log(sim, &len);
	assert_non_null(memmem(log, len, "bpfwalk.mitigations", 19));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(written_and_translated, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(translated_and_code, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(blinded_code, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(names_of_calls, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(every_call_has_a_name, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(compiled_once, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(rejected, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(switch_is_read_at_load, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(dispatcher, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(dispatcher_counts_users, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(dispatcher_follows_updates, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(dispatcher_is_written_when_the_kernel_does, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(mitigations_cost, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
