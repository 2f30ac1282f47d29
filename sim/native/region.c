/*
 * The memory that is executed: one file in memory, seen twice, so that no page can be written and executed at the same address. In
 * front the thunks, one for each function of the kernel that programs call; then code, each image as far behind EXEC_TEXT_BASE as it
 * lies behind JIT_TEXT_BASE. So jumps between images are right as they are.
 *
 * Copies are made when a program runs that has not run before, or when something may have changed (sim->code_epoch).
 */
#include <sys/mman.h>
#include <unistd.h>

#include "private.h"

#define THUNK_SIZE 16u
#define THUNKS 65536u
#define THUNK_BYTES (THUNKS * THUNK_SIZE)
#define REGION_SIZE (THUNK_BYTES + JIT_TEXT_SIZE)
#define EXECUTED (EXEC_TEXT_BASE - THUNK_BYTES)
#define WRITTEN (EXECUTED + (64ull << 30))
#define ENTRIES 4096u
#define PROGS 4096u
#define FIRST_THUNK 16u       /* those before: native_call_code */

u64 native_call_thunk;

static bool mapped;
static struct native_entry entries[ENTRIES];
static u32 nentries;

/* Programs whose code is in place. */
static struct installed {
	const struct prog *prog;
	u32 stack_used;
} installed[PROGS];
static u32 ninstalled;
static u64 epoch;

/* --- the two views --- */

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
		return sim_fail(&sim->why, -EOPNOTSUPP, "machine code cannot be run: no executable memory at 0x%llx (%s)",
				(unsigned long long)EXECUTED, strerrorname_np(errno));
	memcpy(written(EXECUTED), native_call_code, native_call_code_end - native_call_code);
	assert(native_call_code_end - native_call_code <= (s64)(FIRST_THUNK * THUNK_SIZE));
	native_call_thunk = EXECUTED;
	return 0;
}

/* --- thunks --- */

static void write_thunk(u64 thunk, const struct native_entry *entry)
{
	u8 *code = written(thunk);

	code[0] = 0x49; /* mov r11, entry */
	code[1] = 0xbb;
	memcpy(code + 2, &entry, sizeof(entry));
	code[10] = 0x41; /* jmp [r11] */
	code[11] = 0xff;
	code[12] = 0x23;
}

/* The thunk of what a call with @imm means; 0: too many. */
static u64 thunk_of(s32 imm)
{
	const struct helper *helper = vm_plain_helper(imm);
	u32 i = 0;

	while (i < nentries && entries[i].imm != imm)
		i++;
	if (i == ENTRIES)
		return 0;
	if (i == nentries) {
		entries[nentries++] = (struct native_entry){
			.stub = helper ? native_fast : native_slow,
			.fn = helper ? (const void *)helper->fn : NULL,
			.imm = imm,
		};
		write_thunk(EXECUTED + (FIRST_THUNK + i) * THUNK_SIZE, &entries[i]);
	}
	return EXECUTED + (FIRST_THUNK + i) * THUNK_SIZE;
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
		return patch_call(written(at), at, thunk_of(reloc->target - target->call_base));
	case JIT_RELOC_FUNC_ADDR:
		value = exec_address(reloc->target);
		break;
	case JIT_RELOC_PROBE_LIMIT:
		value = ARENA_BASE + reloc->arg;
		break;
	case JIT_RELOC_THUNK: /* programs are compiled without mitigations */
		return false;
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

static const struct installed *find_installed(const struct prog *prog)
{
	for (u32 i = ninstalled; i-- > 0;)
		if (installed[i].prog == prog)
			return &installed[i];
	return NULL;
}

/* No more than that is written at each entry. */
static u32 stack_used(const struct prog *prog)
{
	u32 most = 0, words = 4; /* return address and frame pointer, of the function and of a helper that calls back */

	for (u32 i = 0; i < prog->nused_maps; i++)
		if (map_ops(prog->used_maps[i])->value_kind == OBJ_PROG)
			return EXEC_STACK_USED;
	for (u32 i = 0; i < prog->xlated->nsubprogs; i++)
		most = prog->xlated->subprogs[i].frame_size > most ? prog->xlated->subprogs[i].frame_size : most;
	return (most + words * sizeof(u64)) * (prog->xlated->nsubprogs > 1 ? VM_MAX_FRAMES : 1);
}

static bool install(struct sim *sim, const struct prog *prog);

/* Where its tail calls may go. */
static bool install_targets(struct sim *sim, const struct prog *prog)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		struct map *map = prog->used_maps[i];

		for (u32 k = 0; map_ops(map)->value_kind == OBJ_PROG && k < map->k.max_entries; k++) {
			const struct prog *target = exec_array_slot(sim, map, k);

			if (target && !install(sim, target))
				return false;
		}
	}
	return true;
}

static bool install(struct sim *sim, const struct prog *prog)
{
	if (find_installed(prog))
		return true;
	if (ninstalled == PROGS || !prog_is_jited(prog))
		return false;
	installed[ninstalled++] = (struct installed){prog, stack_used(prog)};
	for (u32 i = 0; i < prog->xlated->nsubprogs; i++)
		if (!install_func(sim, prog, i))
			return false;
	return install_targets(sim, prog);
}

u32 native_install(struct sim *sim)
{
	const struct installed *found;

	if (epoch != sim->code_epoch)
		ninstalled = 0;
	epoch = sim->code_epoch;
	found = find_installed(sim->vm->prog);
	if (found)
		return found->stack_used;
	native_renew_handlers();
	if (!install(sim, sim->vm->prog)) {
		ninstalled = 0;
		return 0;
	}
	return find_installed(sim->vm->prog)->stack_used;
}

bool native_find(u64 rip, struct native_place *place)
{
	for (u32 i = 0; i < ninstalled; i++) {
		const struct jit_build *build = installed[i].prog->jit->build;

		for (u32 f = 0; f < build->program->nfuncs; f++) {
			u64 off = rip - exec_address(build->func[f].address);

			if (off < build->func[f].size) {
				*place = (struct native_place){installed[i].prog, f, off};
				return true;
			}
		}
	}
	return false;
}

u32 native_insn(const struct native_place *place)
{
	const struct prog_jit *jit = place->prog->jit;
	const struct jit_image *image = &jit->build->func[place->func];
	u32 insn = 0, len = place->prog->jit->program.funcs[place->func].len;
	const u32 *moved = jit->moved ? jit->moved[place->func] : NULL;
	const struct xlated *xlated = place->prog->xlated;
	u32 start = jit->start[place->func];
	u32 end = place->func + 1 < xlated->nsubprogs ? jit->start[place->func + 1] : xlated->insn_cnt;

	len = end - start;
	while (insn + 1 < len && image->off[moved ? moved[insn + 1] : insn + 1] <= place->off)
		insn++;
	return start + insn;
}
