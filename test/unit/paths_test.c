/* What views may see of the path walk (paths.h), between the steps of a PROG_LOAD, and its events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/look.h"
#include "test/support/host.h"

#define PID 100
#define U64(p) ((u64)(uintptr_t)(p))
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}

/* One branch, two paths. */
static const struct bpf_insn insns[] = {
	INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 8, 0),      /* 0: r2 = ctx->data_meta */
	INSN(BPF_LDX | BPF_MEM | BPF_W, 3, 1, 16, 0),     /* 1: r3 = ctx->rx_queue_index */
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1),    /* 2 */
	INSN(BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 1, 7),      /* 3: if r3 == 7 goto 5 */
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 0),    /* 4 */
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),             /* 5 */
};

static struct sim_host *host;
static struct sim *sim;
static u32 events[EV_COUNT];

static int setup(void **state)
{
	(void)state;
	host = host_new();
	sim = sim_new(host);
	memset(events, 0, sizeof(events));
	return sim ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	sim_delete(sim);
	host_delete(host);
	return 0;
}

static void begin(const struct bpf_insn *program, u32 count)
{
	static union bpf_attr attr;

	attr = (union bpf_attr){.prog_type = BPF_PROG_TYPE_XDP, .insns = U64(program), .insn_cnt = count, .license = U64("GPL")};
	assert_int_equal(sim_begin_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr)), 0);
}

/* Steps until the walk stands before @insn; its verifier. */
static struct verifier *walk_to(u32 insn)
{
	const struct prog_load *load;
	u32 at = UINT32_MAX;

	do {
		assert_int_equal(sim_step(sim), SIM_MORE);
		load = look_load(sim);
	} while (!load || !load->verifier || !path_state(load->verifier, &at) || at != insn);
	return load->verifier;
}

static void test_branches_and_ways(void **state)
{
	struct path_branch branch[2];
	const struct path_piece *piece;
	u32 fork[2], pieces, root;
	struct path_cost cost;
	struct verifier *v;
	u32 insn;

	(void)state;
	begin(insns, ARRAY_SIZE(insns));
	v = walk_to(3);
	assert_int_equal(path_branches(v, branch, 2), 0);
	assert_int_equal(path_forks(v, fork, 2), 1);
	root = fork[0];
	v = walk_to(4);
	assert_int_equal(path_branches(v, branch, 2), 1);
	assert_int_equal(branch[0].insn, 5);
	assert_int_equal(branch[0].from, 3);
	assert_int_equal(branch[0].state->frame[0]->reg[3].var_off.value, 7);
	assert_int_equal(path_forks(v, fork, 2), 2);
	assert_int_equal(fork[0], path_state(v, &insn)->fork);
	assert_int_equal(fork[0], path_pieces(v, &piece, &pieces));
	assert_int_equal(pieces, 4);
	assert_int_equal(fork[1], root);
	assert_int_equal(piece[root].begin, 0);
	assert_int_equal(piece[root].end, 3);
	assert_int_equal(piece[root].how, PATH_SPLITS);
	assert_int_equal(piece[root].child, branch[0].state->fork);
	assert_int_equal(piece[piece[root].child].waits_at, 5);
	assert_int_equal(piece[piece[root].child].begin, PATH_NOT_BEGUN);
	assert_int_not_equal(fork[0], branch[0].state->fork);
	path_cost(v, &cost);
	assert_int_equal(cost.insns, 4);
	assert_int_equal(cost.forks, 1);
	assert_int_equal(cost.waiting, 1);
	assert_int_equal(path_state(v, &insn)->frame[0]->reg[0].var_off.value, 1);
}

static void test_register_text(void **state)
{
	char line[128];
	struct text text;
	struct verifier *v;
	u32 insn;

	(void)state;
	begin(insns, ARRAY_SIZE(insns));
	v = walk_to(1);
	text_init(&text, line, sizeof(line));
	path_reg_text(sim, v, &path_state(v, &insn)->frame[0]->reg[1], &text);
	assert_string_equal(line, "ctx(off=0,imm=0)");
}

static void count(void *ctx, const struct event *event)
{
	(void)ctx;
	events[event->kind]++;
}

static void test_events(void **state)
{
	(void)state;
	host->event = count;
	sim->event_mask = UINT64_MAX;
	begin(insns, ARRAY_SIZE(insns));
	while (sim_step(sim) == SIM_MORE)
		;
	assert_int_equal(events[EV_PATH_FORK], 1);
	assert_int_equal(events[EV_PATH_END], 2);
	assert_int_equal(events[EV_REJECTED], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_branches_and_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(test_register_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_events, setup, teardown),
	};

	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
