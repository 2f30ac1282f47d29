/* Random loads: see load_random.h. */
#include "load_random.h"

#define PID 100
#define INSNS 64
#define U64(p) ((u64)(uintptr_t)(p))

struct dice {
	u64 state;
};

static u32 roll(struct dice *d, u32 n)
{
	d->state = d->state * 6364136223846793005ull + 1442695040888963407ull;
	return (d->state >> 33) % n;
}

/* Opcodes that mean something, more often than others. */
static u8 any_code(struct dice *d)
{
	static const u8 codes[] = {0xb7, 0xbf, 0x07, 0x0f, 0x05, 0x15, 0x55, 0x1d, 0x85, 0x95, 0x18,
				   0x61, 0x79, 0x7b, 0x62, 0xdb, 0x20, 0x40, 0x06, 0x16, 0xd4, 0x87};

	return roll(d, 12) ? codes[roll(d, sizeof(codes))] : roll(d, 256);
}

static s32 any_imm(struct dice *d, u32 at, u32 count)
{
	switch (roll(d, 4)) {
	case 0:
		return (s32)roll(d, count) - (s32)at - 1;
	case 1:
		return roll(d, 8);
	case 2:
		return -(s32)roll(d, 3);
	default:
		return roll(d, 2) ? INT32_MAX - roll(d, 2) : INT32_MIN + (s32)roll(d, 2);
	}
}

static void fill_insns(struct dice *d, struct bpf_insn *insns, u32 count)
{
	bool wild = !roll(d, 3);

	for (u32 i = 0; i < count; i++) {
		struct bpf_insn *insn = &insns[i];

		*insn = (struct bpf_insn){.code = any_code(d), .dst_reg = roll(d, 10), .imm = any_imm(d, i, count)};
		insn->src_reg = roll(d, wild ? 16 : 3);
		insn->off = wild ? (s32)roll(d, 65536) - 32768 : (s32)roll(d, count) - (s32)i - 1;
		if (BPF_CLASS(insn->code) == BPF_LDX && roll(d, 20))
			insn->imm = 0;
		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW) && i + 1 < count && roll(d, 20)) {
			insns[i + 1] = (struct bpf_insn){.imm = roll(d, 4) ? 0 : any_imm(d, i, count)};
			i++;
		}
	}
	if (roll(d, 10))
		insns[count - 1] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
}

static union bpf_attr any_attr(struct dice *d, const struct bpf_insn *insns, u32 count, char *log, u32 log_size)
{
	static const int fd_array[] = {3, 4, 99, 5};
	bool plain = roll(d, 4);

	return (union bpf_attr){
		.prog_type = plain ? 1 + roll(d, 3) : roll(d, 36),
		.insns = U64(insns),
		.insn_cnt = plain || roll(d, 8) ? count : roll(d, 2) ? 0 : count + roll(d, 4096),
		.license = plain || roll(d, 8) ? U64("GPL") : roll(d, 2) ? 0 : U64(insns),
		.log_level = plain ? roll(d, 3) : roll(d, 10),
		.log_buf = plain || roll(d, 3) ? U64(log) : 1,
		.log_size = plain || roll(d, 2) ? log_size : roll(d, 200),
		.prog_flags = plain || roll(d, 2) ? 0 : roll(d, 128),
		.expected_attach_type = plain ? 0 : roll(d, 48),
		.prog_ifindex = plain || roll(d, 8) ? 0 : roll(d, 4),
		.attach_btf_id = plain || roll(d, 4) ? 0 : roll(d, 1 << 21),
		.attach_prog_fd = plain || roll(d, 4) ? 0 : roll(d, 8),
		.fd_array = roll(d, 2) ? U64(fd_array) : roll(d, 4) ? 0 : 1,
		.func_info_cnt = plain ? 0 : roll(d, 3),
		.line_info_cnt = plain ? 0 : roll(d, 3),
		.func_info_rec_size = roll(d, 20),
		.line_info_rec_size = roll(d, 40),
		.func_info = U64(insns),
		.line_info = U64(insns),
		.prog_btf_fd = roll(d, 8),
	};
}

static bool errno_ok(s64 err)
{
	static const int known[] = {EINVAL, EPERM, E2BIG, EBADF, EFAULT, ENOSPC, EACCES, EPROTO, ENOTSUPP, EOPNOTSUPP};

	for (u32 i = 0; i < ARRAY_SIZE(known); i++)
		if (err == -known[i])
			return true;
	return false;
}

static void open_maps(struct sim *sim)
{
	for (u32 i = 0; i < 3; i++) {
		union bpf_attr attr = {
			.map_type = i == 2 ? BPF_MAP_TYPE_HASH : BPF_MAP_TYPE_ARRAY,
			.key_size = 4,
			.value_size = 16,
			.max_entries = 1 + i,
		};

		sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
	}
}

static bool check_answer(struct sim *sim, s64 ret, const char *log, struct load_count *count, struct why *why)
{
	if (ret < 0 && !errno_ok(ret))
		return sim_fail(why, false, "PROG_LOAD answered %lld (%s)", (long long)ret, sim->why.text);
	if (ret >= 0)
		count->accepted++;
	else if (strstr(log, "processed"))
		count->rejected++;
	else
		count->refused++;
	if (ret >= 0)
		sim_close(sim, PID, ret);
	return true;
}

/* What the machine allocates once, for its first map and program, must not look like a leak. */
static void warm_up(struct sim *sim)
{
	static const struct bpf_insn insns[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
	union bpf_attr attr = {.prog_type = 1, .insns = U64(insns), .insn_cnt = 2, .license = U64("GPL")};

	open_maps(sim);
	sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
	for (int fd = 3; fd < 7; fd++)
		sim_close(sim, PID, fd);
}

bool load_random(struct sim *sim, u64 seed, struct load_count *count, struct why *why)
{
	struct dice d = {seed * 0x9e3779b97f4a7c15ull};
	u64 before, after;
	struct bpf_insn insns[INSNS];
	char log[4096] = "";
	union bpf_attr attr;
	u32 n;
	bool ok;

	n = 2 + roll(&d, roll(&d, 2) ? 6 : INSNS - 2);
	fill_insns(&d, insns, n);
	attr = any_attr(&d, insns, n, log, sizeof(log));
	warm_up(sim);
	before = arena_live_bytes(sim->arena);
	open_maps(sim);
	task_by_pid(sim, PID)->caps = roll(&d, 4) ? UINT64_MAX : 0;
	ok = check_answer(sim, sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr)), log, count, why);
	task_by_pid(sim, PID)->caps = UINT64_MAX;
	for (int fd = 3; fd < 6; fd++)
		sim_close(sim, PID, fd);
	after = arena_live_bytes(sim->arena);
	if (ok && after != before)
		return sim_fail(why, false, "%lld bytes are left over", (long long)(after - before));
	return ok;
}
