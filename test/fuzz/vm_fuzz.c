/*
 * Random programs in the checked loop: vm_fuzz [ROUNDS], 20000 programs a round.
 *
 * They run as XDP programs on a packet, with pointers to the context, the packet, the stack, two maps and their values in
 * registers. Nothing may crash, every run ends, at once and one instruction at a time alike, and memory that is not the program's
 * stays as it is: the maps' own structs and blocks of the kernel between them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../support/bare.h"
#include "sim/world/world.h"

#define MAX_INSNS 24
#define INSN_LIMIT 500
#define CANARIES 8
#define CANARY_SIZE 200

static u64 seed = 1;

static u32 random_below(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

struct machine {
	struct sim *sim;
	struct map *array, *hash;
	u8 array_k[sizeof(struct bpf_map_layout)], hash_k[sizeof(struct bpf_map_layout)]; /* as they have to stay */
	u8 *canary[CANARIES];
	u64 faults, exits, insns;
};

static void machine_init(struct machine *m)
{
	u32 key = 7;
	u64 value = 70;

	m->sim = bare_new();
	netdev_add(m->sim, "eth0");
	for (u32 i = 0; i < CANARIES; i++) {
		m->canary[i] = arena_alloc(m->sim->arena, CANARY_SIZE, TAG_KERNEL, NULL);
		memset(m->canary[i], 0xc5, CANARY_SIZE);
		if (i == 2)
			m->array = bare_map(m->sim, "array", BPF_MAP_TYPE_ARRAY, 4, 12, 5);
		if (i == 5)
			m->hash = bare_map(m->sim, "hash", BPF_MAP_TYPE_HASH, 4, 8, 4);
	}
	map_ops(m->hash)->update(m->sim, m->hash, &key, &value, BPF_ANY);
	memcpy(m->array_k, &m->array->k, sizeof(m->array_k));
	memcpy(m->hash_k, &m->hash->k, sizeof(m->hash_k));
}

static bool machine_sound(const struct machine *m)
{
	for (u32 i = 0; i < CANARIES; i++)
		for (u32 byte = 0; byte < CANARY_SIZE; byte++)
			if (m->canary[i][byte] != 0xc5)
				return false;
	return !memcmp(&m->array->k, m->array_k, sizeof(m->array_k)) && !memcmp(&m->hash->k, m->hash_k, sizeof(m->hash_k));
}

static struct bpf_insn random_insn(void)
{
	struct bpf_insn insn = {.dst_reg = random_below(11), .src_reg = random_below(11)};

	do
		insn.code = random_below(256);
	while (isa_ops[insn.code].format == OP_NONE && random_below(64));
	if (random_below(50) == 0)
		insn.dst_reg = random_below(16);
	insn.off = random_below(4) ? (s32)random_below(40) - 20 : (s16)random_below(65536);
	insn.imm = random_below(3) ? (s32)random_below(64) - 8 : (s32)(random_below(65536) << 16 | random_below(65536));
	if (insn.code == (BPF_JMP | BPF_CALL)) {
		insn.src_reg = random_below(8) ? 0 : random_below(3);
		insn.imm = insn.src_reg ? (s32)random_below(20) - 10 : (s32)random_below(214);
	}
	if (BPF_CLASS(insn.code) == BPF_ALU64 || BPF_CLASS(insn.code) == BPF_ALU)
		insn.off = random_below(4) ? 0 : random_below(40);
	if (BPF_CLASS(insn.code) == BPF_STX && BPF_MODE(insn.code) == BPF_ATOMIC)
		insn.imm = (random_below(16) << 4) | random_below(2);
	return insn;
}

/* Something that a program might hold in a register. */
static u64 random_value(const struct machine *m)
{
	const struct vm *vm = m->sim->vm;
	const u64 values[] = {
		vm->ctx, vm->packet, vm->packet_end, vm->packet_meta, vm->reg[BPF_REG_10] - random_below(600),
		(u64)&m->array->k, (u64)&m->hash->k, (u64)m->array->k.value + random_below(90),
		0, random_below(64), (u64)m, UINT64_MAX - random_below(64), ARENA_BASE + random_below(1u << 24),
	};

	return values[random_below(ARRAY_SIZE(values))];
}

/* Runs it; false when it does not end or does harm. */
static bool run(struct machine *m, const struct bpf_insn *insns, u32 count, u64 chunk, u64 start_seed)
{
	struct sim *sim = m->sim;
	u8 packet[64] = {0};
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_XDP, insns, count);
	struct arrival arrival = {.dev = netdev_by_name(sim, "eth0"), .data = packet, .len = sizeof(packet)};
	const struct prog_type *type = prog_type_by_id(BPF_PROG_TYPE_XDP);
	struct run_request request;
	void *state;
	bool ended;

	if (type->packet_begin(sim, prog, &arrival, &request, &state))
		return false;
	vm_start(sim, prog, request.ctx);
	sim->vm->insn_limit = INSN_LIMIT;
	seed = start_seed;
	for (u32 r = BPF_REG_1; r <= BPF_REG_9; r++)
		if (r != BPF_REG_1 || random_below(4) == 0)
			sim->vm->reg[r] = random_value(m);
	while (sim->vm->state == VM_RUNNING && sim->vm->insns <= INSN_LIMIT)
		vm_run(sim, chunk);
	ended = sim->vm->state != VM_RUNNING;
	m->faults += sim->vm->state == VM_FAULTED;
	m->exits += sim->vm->state == VM_EXITED;
	m->insns += sim->vm->insns;
	type->packet_end(sim, &arrival, state, vm_finish(sim));
	obj_put(sim, &prog->obj);
	return ended && machine_sound(m);
}

static bool fuzz(struct machine *m)
{
	struct bpf_insn insns[MAX_INSNS];
	u32 count = 1 + random_below(MAX_INSNS);
	u64 start_seed, end_seed;

	for (u32 i = 0; i < count; i++)
		insns[i] = random_insn();
	if (random_below(2))
		insns[count - 1] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
	start_seed = seed;
	if (!run(m, insns, count, UINT64_MAX, start_seed))
		return false;
	end_seed = seed;
	if (!run(m, insns, count, 1, start_seed))
		return false;
	seed = end_seed;
	return true;
}

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 5;
	struct machine m = {0};

	machine_init(&m);
	for (u64 i = 0; i < rounds * 20000; i++) {
		u64 at = seed;

		if (!fuzz(&m)) {
			printf("program %llu (seed %llu) does harm or does not end\n", (unsigned long long)i,
			       (unsigned long long)at);
			return 1;
		}
	}
	printf("%llu runs ended, %llu by a fault, %llu instructions\n", (unsigned long long)(m.faults + m.exits),
	       (unsigned long long)m.faults, (unsigned long long)m.insns);
	bare_delete(m.sim);
	return 0;
}
