/* The trial of a program: see trial.h. */
#include <stdlib.h>

#include "dice.h"
#include "seeds.h"
#include "sim/look.h"
#include "trial.h"

#define RUN_LIMIT 4000000u      /* instructions; a walk looks at a million, and a tail call begins anew */
#define WALK_LIMIT 40000u       /* units; longer walks are given up */
#define UNPRUNED_LIMIT 1200000u /* units of a walk in which nothing is pruned */
#define PACKET_SIZE 160u
#define OUT_SIZE 256u

static u32 roll(struct trial *trial, u32 n)
{
	return dice_roll(&trial->dice, n);
}

/* --- the load --- */

static u64 put(struct trial *trial, const void *bytes, u32 size)
{
	return user_put(trial->bench->user, bytes, size);
}

static union bpf_attr load_attr(struct trial *trial, const struct subject *subject)
{
	union bpf_attr attr = {
		.prog_type = subject->type,
		.expected_attach_type = subject->attach_type,
		.attach_btf_id = subject->attach_btf_id,
		.prog_flags = subject->flags,
		.insn_cnt = subject->count,
	};

	user_reset(trial->bench->user);
	attr.insns = put(trial, subject->insns, subject->count * sizeof(subject->insns[0]));
	attr.license = put(trial, subject->gpl ? "GPL" : "BSD", 4);
	if (subject->btf_fd > 0) {
		attr.prog_btf_fd = subject->btf_fd;
		attr.func_info_cnt = subject->nfuncs;
		attr.func_info_rec_size = sizeof(subject->func[0]);
		attr.func_info = put(trial, subject->func, subject->nfuncs * sizeof(subject->func[0]));
	}
	return attr;
}

/* The states of the walk are noted, unit by unit. */
static s64 finish_noted(struct trial *trial, struct sim *sim, bool *noted)
{
	u32 units = 0;

	while (sim->work->kind && units++ < WALK_LIMIT) {
		const struct prog_load *load = look_load(sim);

		if (*noted && load && load->stage == LOAD_WALK && load->verifier->walk)
			*noted = notes_add(trial->notes, load->verifier->walk, load->prog->insn_cnt);
		sim_step(sim);
	}
	return sim->work->kind ? LOAD_GIVEN_UP : sim->work->result;
}

static s64 finish(struct sim *sim)
{
	sim_run(sim, WALK_LIMIT);
	return sim->work->kind ? LOAD_GIVEN_UP : sim->work->result;
}

/* Nothing is pruned. */
static s64 finish_unpruned(struct sim *sim)
{
	for (u32 units = 0; sim->work->kind && units < UNPRUNED_LIMIT; units++) {
		const struct prog_load *load = look_load(sim);

		if (load && load->stage == LOAD_WALK && load->verifier->walk)
			notes_prune_nothing(load->verifier->walk, load->prog->insn_cnt);
		sim_step(sim);
	}
	return sim->work->kind ? LOAD_GIVEN_UP : sim->work->result;
}

enum way { AS_IT_IS, NOTED, UNPRUNED };

static s64 load(struct trial *trial, const struct subject *subject, enum way way, bool *noted)
{
	struct vector_bench *bench = trial->bench;
	struct task *task = task_by_pid(bench->sim, bench->pid);
	union bpf_attr attr = load_attr(trial, subject);
	u64 caps = task->caps;
	s64 ret;

	notes_clear(trial->notes);
	if (bench->unprivileged)
		task->caps = 0;
	ret = sim_begin_bpf(bench->sim, bench->pid, BPF_PROG_LOAD,
			    user_put_attr(bench->user, &attr, sizeof(attr)), sizeof(attr));
	if (!ret && way == NOTED)
		ret = finish_noted(trial, bench->sim, noted);
	else if (!ret)
		ret = way == UNPRUNED ? finish_unpruned(bench->sim) : finish(bench->sim);
	task->caps = caps;
	return ret;
}

s64 trial_load(struct trial *trial, const struct subject *subject, bool *noted)
{
	s64 ret = load(trial, subject, *noted ? NOTED : AS_IT_IS, noted);

	trial->programs++;
	trial->too_long += ret == LOAD_GIVEN_UP;
	return ret == LOAD_GIVEN_UP || ret >= 0 ? ret : LOAD_FAILED;
}

static bool has_functions(const struct subject *subject)
{
	for (u32 i = 0; i < subject->count; i++)
		if (insn_is_pseudo_call(&subject->insns[i]) || insn_is_pseudo_func(&subject->insns[i]))
			return true;
	return false;
}

bool trial_is_pruned_wrongly(struct trial *trial, const struct subject *subject)
{
	s64 ret;

	if (!has_functions(subject))
		return false;
	ret = load(trial, subject, UNPRUNED, NULL);
	return ret == -EACCES || ret == -EINVAL;
}

bool trial_reads_object(struct trial *trial, const struct subject *subject)
{
	const struct fault fault = trial->bench->sim->vm->fault;
	const struct bpf_insn *insn = fault.pc < subject->count ? &subject->insns[fault.pc] : NULL;
	bool noted = true;

	if (fault.kind != FAULT_ACCESS || fault.write || !insn || BPF_CLASS(insn->code) != BPF_LDX)
		return false;
	load(trial, subject, NOTED, &noted);
	return notes_have(trial->notes, fault.pc, insn->src_reg, PTR_TO_BTF_ID);
}

/* --- the packet and the context --- */

/* A recorded packet, or one whose beginning may look like that of an IP packet. */
static u32 make_packet(struct trial *trial, u8 packet[PACKET_SIZE])
{
	const json_t *data = trial->seed ? json_object_get(trial->seed->vector, "run_data") : NULL;
	u32 len = 14 + (roll(trial, 2) ? roll(trial, 50) : roll(trial, PACKET_SIZE - 14)), recorded = 0;
	u8 *bytes;

	for (u32 i = 0; i < PACKET_SIZE; i++)
		packet[i] = roll(trial, 2) ? roll(trial, 64) : roll(trial, 256);
	if (json_array_size(data) && roll(trial, 2)) {
		bytes = hex_bytes(json_string_value(json_array_get(data, roll(trial, json_array_size(data)))),
				  &recorded);
		if (recorded >= 14 && recorded <= PACKET_SIZE)
			memcpy(packet, bytes, len = recorded);
		free(bytes);
		packet[roll(trial, len)] ^= roll(trial, 4) ? 0 : roll(trial, 256);
	} else if (roll(trial, 2)) {
		memcpy(packet + 12, "\x08\x00\x45", 3);
	}
	return len;
}

static void put_skb(struct trial *trial, union bpf_attr *attr)
{
	struct __sk_buff ctx = {
		.mark = roll(trial, 300), .priority = roll(trial, 16), .tstamp = roll(trial, 1000)};

	for (u32 i = 0; i < ARRAY_SIZE(ctx.cb); i++)
		ctx.cb[i] = roll(trial, 2) ? roll(trial, 100) : (u32)dice_number(&trial->dice);
	attr->test.ctx_in = put(trial, &ctx, sizeof(ctx));
	attr->test.ctx_size_in = sizeof(ctx);
}

/* Metadata in front of the packet. */
static void put_xdp(struct trial *trial, union bpf_attr *attr, u32 len)
{
	struct xdp_md ctx = {.data_end = len, .data = 4 * roll(trial, 3)};

	if (len < 32)
		return;
	attr->test.ctx_in = put(trial, &ctx, sizeof(ctx));
	attr->test.ctx_size_in = sizeof(ctx);
}

static union bpf_attr run_attr(struct trial *trial, const struct subject *subject, s64 fd)
{
	union bpf_attr attr = {.test = {.prog_fd = fd}};
	u8 packet[PACKET_SIZE];
	u32 len = make_packet(trial, packet);

	user_reset(trial->bench->user);
	attr.test.data_in = put(trial, packet, len);
	attr.test.data_size_in = len;
	if (roll(trial, 4) == 0) {
		attr.test.data_out = user_alloc(trial->bench->user, OUT_SIZE);
		attr.test.data_size_out = OUT_SIZE;
	}
	if (roll(trial, 3) == 0 && subject->type == BPF_PROG_TYPE_XDP)
		put_xdp(trial, &attr, len);
	else if (roll(trial, 3) && subject->type != BPF_PROG_TYPE_XDP)
		put_skb(trial, &attr);
	return attr;
}

/* --- the run --- */

static bool calls_back(const struct subject *subject)
{
	for (u32 i = 0; i < subject->count; i++)
		if (subject->insns[i].code == (BPF_JMP | BPF_CALL) && !subject->insns[i].src_reg &&
		    subject->insns[i].imm == BPF_FUNC_loop)
			return true;
	return false;
}

/* The loop at hand, if it is one, has one round. */
static void loop_once(struct vm *vm)
{
	const struct bpf_insn *insn = vm->pc < vm->prog->insn_cnt ? &vm->prog->insns[vm->pc] : NULL;

	if (!insn || insn->code != (BPF_JMP | BPF_CALL) || insn->src_reg || insn->imm != BPF_FUNC_loop)
		return;
	vm->reg[BPF_REG_1] = 1;
	vm->reg[BPF_REG_4] = 0;
}

/* An instruction at a time. After a tail call another program runs, whose states are not those noted. */
static bool watch(struct trial *trial, struct sim *sim, bool noted, struct why *why)
{
	bool held = true;

	while (sim->work->kind) {
		bool running = sim->vm->state == VM_RUNNING;

		if (running && noted && held && !sim->vm->tail_calls)
			held = notes_hold(trial->notes, sim->vm, why);
		if (running && trial->once)
			loop_once(sim->vm);
		sim_step(sim);
	}
	return held;
}

/* Is the fault our own gap and no fault of the program? */
static bool is_gap(const struct fault *fault)
{
	return strstr(fault->text, "not simulated") ||
	       strstr(fault->text, "only a verified program may pass it") ||
	       strstr(fault->text, "cannot be called here");
}

/*
 * Where a helper takes NULL for no bytes, Linux 6.1 does not ask for how many they are (null_sum.bpf.c), and
 * takes a state with NULL for one that covers any number (null_is_not_exact of found.jsonl).
 */
static bool is_null_for_bytes(const struct vm *vm, const struct subject *subject)
{
	const struct bpf_insn *insn = vm->fault.pc < subject->count ? &subject->insns[vm->fault.pc] : NULL;
	const struct helper *helper = insn ? helper_by_id(insn->imm) : NULL;

	if (vm->fault.kind != FAULT_HELPER || vm->tail_calls || !helper || insn->src_reg ||
	    !vm->fault.addr == !vm->fault.size)
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(helper->arg); i++)
		if ((helper->arg[i].type & TYPE_BASE_MASK) == ARG_PTR_TO_MEM &&
		    helper->arg[i].type & PTR_MAYBE_NULL)
			return true;
	return false;
}

static bool judge(struct trial *trial, const struct sim *sim, const struct subject *subject, struct why *why)
{
	const struct fault *fault = &sim->vm->fault;

	if (!fault->kind)
		return true;
	if (is_gap(fault)) {
		trial->unsimulated++;
		return true;
	}
	if (is_null_for_bytes(sim->vm, subject)) {
		trial->known++;
		return true;
	}
	if (fault->kind == FAULT_RUNAWAY && calls_back(subject) && !trial->once) {
		trial->cut++;
		return true;
	}
	return sim_fail(why, false, "insn %u: %s", fault->pc, fault->text);
}

bool trial_run(struct trial *trial, const struct subject *subject, s64 fd, bool noted, struct why *why)
{
	struct vector_bench *bench = trial->bench;
	union bpf_attr attr = run_attr(trial, subject, fd);
	bool loops = calls_back(subject), held = true;
	struct sim *sim = bench->sim;

	if (loops && trial->replayed)
		return true;
	if (sim_begin_bpf(sim, bench->pid, BPF_PROG_TEST_RUN, user_put_attr(bench->user, &attr, sizeof(attr)),
			  sizeof(attr)))
		return true;
	sim->world->sysctl.engine = ENGINE_AS_WRITTEN; /* so that each access is checked */
	while (sim->work->kind && sim->vm->state != VM_RUNNING)
		sim_step(sim);
	if (!sim->work->kind) /* packet, context or type do not allow a run */
		return true;
	if (!trial->replayed)
		sim->vm->insn_limit = RUN_LIMIT;
	if (noted || (loops && trial->once))
		held = watch(trial, sim, noted, why);
	while (sim->work->kind)
		sim_run(sim, UINT64_MAX);
	trial->runs++;
	trial->insns += sim->vm->insns;
	return held && judge(trial, sim, subject, why);
}
