/*
 * The memory that is executed: one file in memory, seen twice, so that no page can be written and executed at
 * the same address. In front the thunks, one for each function of the kernel that programs call; then code,
 * each image as far behind EXEC_TEXT_BASE as it lies behind JIT_TEXT_BASE. So jumps between images are right
 * as they are.
 *
 * Copies are made when a program runs that has not run before, or when something may have changed
 * (sim->code_epoch).
 */
#include <sys/mman.h>
#include <unistd.h>

#include "private.h"

#define THUNK_SIZE 64u
#define THUNKS 4096u
#define THUNK_BYTES (THUNKS * THUNK_SIZE)
#define REGION_SIZE (THUNK_BYTES + JIT_TEXT_SIZE)
#define EXECUTED (EXEC_TEXT_BASE - THUNK_BYTES)
#define WRITTEN (EXECUTED + (64ull << 30))
#define PROGS 4096u

u64 native_call_thunk;

static bool mapped;
static s32 thunk_imm[THUNKS]; /* what each calls: ktext.h */
static u32 nthunks;

/* Programs whose code is in place. */
static const struct prog *installed[PROGS];
static u32 ninstalled;
static u64 epoch;

/* --- the two views --- */

static void write_entry(void);

static u8 *written(u64 executed)
{
	return (u8 *)(executed - EXECUTED + WRITTEN);
}

static bool map_view(int fd, u64 at, int protection)
{
	int flags = MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE;

	return mmap((void *)at, REGION_SIZE, protection, flags, fd, 0) == (void *)at;
}

int native_map_region(struct sim *sim)
{
	int fd = mapped ? -1 : memfd_create("bpf code", MFD_CLOEXEC);

	if (mapped)
		return 0;
	mapped = fd >= 0 && !ftruncate(fd, REGION_SIZE) && map_view(fd, EXECUTED, PROT_READ | PROT_EXEC) &&
		 map_view(fd, WRITTEN, PROT_READ | PROT_WRITE);
	if (fd >= 0)
		close(fd);
	if (!mapped)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"machine code cannot be run: no executable memory at 0x%llx (%s)",
				(unsigned long long)EXECUTED, strerrorname_np(errno));
	write_entry();
	return 0;
}

/* --- thunks: see enter.c --- */

/* Where writing has come to. */
struct writer {
	u8 *at;
};

static void write_bytes(struct writer *w, const char *bytes, u32 n)
{
	memcpy(w->at, bytes, n);
	w->at += n;
}
#define WRITE(w, bytes) write_bytes(w, bytes, sizeof(bytes) - 1)

/* An instruction that ends with an address. */
static void write_address(struct writer *w, const char *opcode, const void *address)
{
	write_bytes(w, opcode, 2);
	memcpy(w->at, &address, sizeof(address));
	w->at += sizeof(address);
}

/* Arguments move up: one more comes in front. */
static void write_moves(struct writer *w, u32 args)
{
	static const char moves[][4] = {
		"\x48\x89\xfe", "\x48\x89\xf2", "\x48\x89\xd1", /* mov rsi, rdi; mov rdx, rsi; mov rcx, rdx */
		"\x49\x89\xc8", "\x4d\x89\xc1",                 /* mov r8, rcx; mov r9, r8 */
	};

	while (args-- > 0)
		write_bytes(w, moves[args], 3);
}

/* The function itself, on the host's stack: see enter.c. */
static void write_fast(struct writer *w, const struct vm_function *function)
{
	write_moves(w, function->args);
	WRITE(w, "\x4c\x87\xe4\x4c\x89\x24\x24");     /* xchg rsp, r12; mov [rsp], r12 */
	write_address(w, "\x48\xbf", native_cpu.sim); /* mov rdi, sim */
	write_address(w, "\x48\xb8", function->fn);   /* mov rax, fn */
	WRITE(w, "\xff\xd0\x4c\x87\xe4\xc3");         /* call rax; xchg rsp, r12; ret */
}

/* Through C, which is told what is called. */
static void write_slow(struct writer *w, s32 imm)
{
	WRITE(w, "\x41\xb9"); /* mov r9d, imm */
	memcpy(w->at, &imm, sizeof(imm));
	w->at += sizeof(imm);
	write_address(w, "\x49\xbb", native_slow);
	WRITE(w, "\x41\xff\xe3"); /* jmp r11 */
}

/* The return address of a run: one of the region, which is always the same. */
static void write_entry(void)
{
	struct writer w = {written(EXECUTED)};

	WRITE(&w, "\x41\xff\xd2"); /* call r10 */
	write_address(&w, "\x49\xbb", native_leave);
	WRITE(&w, "\x41\xff\xe3");
	native_call_thunk = EXECUTED;
}

static u64 thunk_at(u32 i)
{
	return EXECUTED + (1 + i) * THUNK_SIZE;
}

/*
 * The thunks of mitigations, where one is called: the jump or return itself, without what keeps a CPU from
 * guessing where it goes. False: it is none of them.
 */
static bool write_mitigation(struct writer *w, struct ktext ktext)
{
	u32 reg = (ktext.n - KTEXT_RETPOLINE) % 16;
	bool is_return = ktext.n == KTEXT_RETURN_THUNK || ktext.n == KTEXT_ITS_RETURN_THUNK;
	const u8 jump[] = {reg < 8 ? 0x40 : 0x41, 0xff, 0xe0 | (reg & 7)};

	if (ktext.kind != KTEXT_INTERNAL || ktext.n < KTEXT_RETPOLINE || ktext.n > KTEXT_ITS_RETURN_THUNK)
		return false;
	if (is_return)
		WRITE(w, "\xc3");
	else
		write_bytes(w, (const char *)jump, sizeof(jump));
	return true;
}

static void write_thunk(u32 i)
{
	struct vm_function function;
	struct writer w = {written(thunk_at(i))};

	if (write_mitigation(&w, ktext_at(thunk_imm[i])))
		;
	else if (!native_cpu.slow && vm_plain_function(thunk_imm[i], &function))
		write_fast(&w, &function);
	else
		write_slow(&w, thunk_imm[i]);
	assert(w.at <= written(thunk_at(i + 1)));
}

/* What was written through one view is what the other executes from now on. */
static void serialize(void)
{
	u32 a = 0, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d) : : "memory");
}

void native_set_thunks(struct sim *sim, bool slow)
{
	native_cpu.sim = sim;
	native_cpu.slow = slow;
	for (u32 i = 0; i < nthunks; i++)
		write_thunk(i);
	serialize();
}

/* The thunk of what a call with @imm means; 0: too many. */
static u64 thunk_of(s32 imm)
{
	u32 i = 0;

	while (i < nthunks && thunk_imm[i] != imm)
		i++;
	if (i == THUNKS - 2)
		return 0;
	if (i == nthunks) {
		thunk_imm[nthunks++] = imm;
		write_thunk(i);
	}
	return thunk_at(i);
}

/* --- patching the copy --- */

static bool patch_call(u8 *field, u64 executed, u64 to)
{
	s64 distance = to - (executed + sizeof(s32));
	s32 rel32 = distance;

	if (!to || distance != rel32)
		return false;
	memcpy(field, &rel32, sizeof(rel32));
	return true;
}

static bool patch(const struct jit_target *target, const struct jit_reloc *reloc, u64 image)
{
	u64 at = image + reloc->off, value;

	switch (reloc->kind) {
	case JIT_RELOC_CALL:
	case JIT_RELOC_THUNK:
		return patch_call(written(at), at, thunk_of(reloc->target - target->call_base));
	case JIT_RELOC_FUNC_ADDR:
		value = exec_address(reloc->target);
		break;
	case JIT_RELOC_PROBE_LIMIT:
		value = ARENA_BASE + reloc->arg;
		break;
	default:
		return true;
	}
	memcpy(written(at), &value, sizeof(value));
	return true;
}

static bool install_func(struct sim *sim, const struct prog *prog, u32 func)
{
	const struct jit_image *image = &prog->jit->build->func[func];
	u64 at = exec_address(image->address);

	prog_jit_code(sim, prog, func, written(at));
	for (u32 i = 0; i < image->nrelocs; i++)
		if (!patch(&prog->jit->target, &image->relocs[i], at))
			return false;
	return true;
}

/* --- programs --- */

static bool is_installed(const struct prog *prog)
{
	for (u32 i = ninstalled; i-- > 0;)
		if (installed[i] == prog)
			return true;
	return false;
}

static bool install(struct sim *sim, const struct prog *prog);

/* Where its tail calls may go. */
static bool install_targets(struct sim *sim, const struct prog *prog)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		struct map *map = prog->used_maps[i];
		bool tail_calls = map->k.map_type == BPF_MAP_TYPE_PROG_ARRAY;

		for (u32 k = 0; tail_calls && k < map->k.max_entries; k++) {
			const struct prog *target = exec_array_slot(sim, map, k);

			if (target && !install(sim, target))
				return false;
		}
	}
	return true;
}

static bool install(struct sim *sim, const struct prog *prog)
{
	if (is_installed(prog))
		return true;
	if (ninstalled == PROGS || !prog_is_jited(prog))
		return false;
	installed[ninstalled++] = prog;
	for (u32 i = 0; i < prog->xlated->nsubprogs; i++)
		if (!install_func(sim, prog, i))
			return false;
	return install_targets(sim, prog);
}

bool native_install(struct sim *sim)
{
	if (epoch != sim->code_epoch)
		ninstalled = 0;
	epoch = sim->code_epoch;
	if (is_installed(sim->vm->prog))
		return true;
	if (!install(sim, sim->vm->prog)) {
		ninstalled = 0;
		return false;
	}
	serialize();
	native_renew_handlers();
	return true;
}

bool native_find(u64 rip, struct native_place *place)
{
	for (u32 i = 0; i < ninstalled; i++) {
		const struct jit_build *build = installed[i]->jit->build;

		for (u32 f = 0; f < build->program->nfuncs; f++) {
			u64 off = rip - exec_address(build->func[f].address);

			if (off < build->func[f].size) {
				*place = (struct native_place){installed[i], f, off};
				return true;
			}
		}
	}
	return false;
}

u32 native_insn(const struct native_place *place)
{
	const struct prog_jit *jit = place->prog->jit;
	const u32 *off = jit->build->func[place->func].off;
	const u32 *moved = jit->moved ? jit->moved[place->func] : NULL;
	const struct xlated *xlated = place->prog->xlated;
	u32 start = jit->start[place->func], insn = 0, next;
	u32 end = place->func + 1 < xlated->nsubprogs ? jit->start[place->func + 1] : xlated->insn_cnt;

	/* over the second slots of ld_imm64, which may have been blinded into something else */
	while ((next = insn + insn_slots(&xlated->insns[start + insn])) < end - start &&
	       off[moved ? moved[next] : next] <= place->off)
		insn = next;
	return start + insn;
}
