/* Trampolines of functions: see trampoline.h. */
#include "trampoline.h"
#include "progs/prog_type.h"
#include "world/functions.h"

#define VMLINUX_KEY (1ull << 32 | 1ull << 31) /* bpf_trampoline_compute_key: the BTF's id is 1 */
#define KEY_NAME "bpf_trampoline_%llu"

static const u8 hook_kinds[TRAMP_KINDS] = {
	[TRAMP_FENTRY] = HOOK_FENTRY, [TRAMP_FEXIT] = HOOK_FEXIT, [TRAMP_FMOD_RET] = HOOK_FMOD_RET};

static u64 slot_address(u32 slot)
{
	return TRAMPOLINE_ADDRESS + (u64)slot * TRAMPOLINE_STRIDE;
}

const struct trampoline *trampoline_of(const struct sim *sim, u32 func)
{
	const struct trampoline *t = sim->world->trampolines;

	while (t && t->func != func)
		t = t->next;
	return t;
}

const struct trampoline *trampoline_at(const struct sim *sim, u64 address)
{
	const struct trampoline *t = sim->world->trampolines;

	while (t && address - slot_address(t->slot) >= TRAMP_IMAGE_SIZE)
		t = t->next;
	return t;
}

void trampoline_name(const struct trampoline *tramp, struct text *out)
{
	text_add(out, KEY_NAME, (unsigned long long)(VMLINUX_KEY | tramp->func));
}

/* --- what is to be called --- */

static u64 kernel_function(const struct sim *sim, const char *name)
{
	return function_address(function_id(sim, name));
}

/* __bpf_prog_enter and __bpf_prog_exit: a program of type TRACING is not entered again from inside itself. */
static u64 around(const struct sim *sim, const struct prog *prog, const char *which)
{
	char name[64];
	struct text text;

	text_init(&text, name, sizeof(name));
	text_add(&text, "__bpf_prog_%s%s%s", which, prog->flags & BPF_F_SLEEPABLE ? "_sleepable" : "",
		 prog->type == BPF_PROG_TYPE_LSM ? "" : "_recur");
	return kernel_function(sim, name);
}

static struct tramp_link link_to(const struct sim *sim, const struct attachment *a)
{
	return (struct tramp_link){
		.prog = (u64)a->prog,
		.bpf_func = prog_entry(a->prog),
		.insns = prog_is_jited(a->prog) ? 0 : (u64)(a->prog->xlated ? a->prog->xlated->insns : a->prog->insns),
		.cookie = a->cookie,
		.enter = around(sim, a->prog, "enter"),
		.exit = around(sim, a->prog, "exit"),
	};
}

/* Does it ask for the function's address? What cannot be reached does not count. */
static bool asks_ip(const struct prog *prog)
{
	u32 n = prog->xlated ? prog->xlated->insn_cnt : prog->insn_cnt;

	for (u32 i = 0; i < n; i++) {
		const struct bpf_insn *insn = &prog->insns[prog->xlated ? prog->xlated->origin[i] : i];

		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == BPF_FUNC_get_func_ip)
			return true;
	}
	return false;
}

/* All that hang there, in the order in which they are called. */
static u32 take_links(const struct sim *sim, u32 func, struct tramp_input *in, struct tramp_link *links)
{
	bool ip = false;
	u32 n = 0;

	for (u32 kind = 0; kind < TRAMP_KINDS; kind++) {
		const struct attachment *a;
		u32 at = 0;

		in->links[kind] = links + n;
		while ((a = hook_next(sim, hook_kinds[kind], func, &at))) {
			links[n++] = link_to(sim, a);
			in->nlinks[kind]++;
			ip |= asks_ip(a->prog);
		}
	}
	in->flags = in->nlinks[TRAMP_FEXIT] || in->nlinks[TRAMP_FMOD_RET] ? TRAMP_CALL_ORIG | TRAMP_SKIP_FRAME
									     : TRAMP_RESTORE_REGS;
	in->flags |= ip ? TRAMP_IP_ARG : 0;
	return n;
}

/* --- images --- */

static u32 free_slot(const struct sim *sim)
{
	u32 slot = 0;

	while (trampoline_at(sim, slot_address(slot)))
		slot++;
	return slot;
}

static struct trampoline *image_new(struct sim *sim, u32 func)
{
	u32 slot = free_slot(sim);
	struct trampoline *t = slot < TRAMPOLINE_MAX ? sim_alloc(sim, sizeof(*t)) : NULL;

	if (!t) {
		sim_fail(&sim->why, -ENOMEM, "no memory for a trampoline");
		return NULL;
	}
	t->func = func;
	t->slot = slot;
	t->image = (struct tramp_image){.address = slot_address(slot), .code = t->code, .cap = sizeof(t->code),
					.relocs = t->relocs, .max_relocs = ARRAY_SIZE(t->relocs), .marks = t->marks};
	return t;
}

static void image_free(struct sim *sim, struct trampoline *t)
{
	sim->world->jit_text.charged -= TRAMP_IMAGE_SIZE;
	sim_free(sim, t);
}

static int write_image(struct sim *sim, struct trampoline *t, struct tramp_input *in)
{
	struct jit_target target;
	int err;

	in->image = (u64)t;
	in->tramp_enter = kernel_function(sim, "__bpf_tramp_enter");
	in->tramp_exit = kernel_function(sim, "__bpf_tramp_exit");
	in->func = function_address(t->func);
	in->nargs = function_args(sim, t->func);
	for (u32 i = 0; i < in->nargs; i++)
		in->arg_size[i] = function_arg_size(sim, t->func, i);
	prog_jit_target(sim, &target);
	t->flags = in->flags;
	memcpy(t->nprogs, in->nlinks, sizeof(t->nprogs));
	err = tramp_emit(in, &target, &t->image);
	if (err == -ENOTSUPP)
		return sim_fail(&sim->why, err, "%s has more arguments than six registers hold",
				btf_name(sim->host->vmlinux, t->func));
	return err;
}

/* In the place of @old; either may be NULL. */
static void replace(struct sim *sim, struct trampoline *old, struct trampoline *fresh)
{
	struct trampoline **at = &sim->world->trampolines;

	while (*at && *at != old)
		at = &(*at)->next;
	if (fresh) {
		fresh->next = old ? old->next : NULL;
		fresh->written = old ? old->written + 1 : 1;
	}
	*at = fresh ? fresh : old->next;
	if (old)
		image_free(sim, old);
}

static int write_new(struct sim *sim, struct trampoline *old, u32 func, struct tramp_input *in, bool bpf_capable)
{
	struct trampoline *t;
	int err = jit_charge(&sim->world->jit_text.charged, TRAMP_IMAGE_SIZE, sim->world->sysctl.bpf_jit_limit,
			     bpf_capable);

	if (err)
		return sim_fail(&sim->why, err, "net.core.bpf_jit_limit leaves no room for a trampoline");
	t = image_new(sim, func);
	if (!t) {
		sim->world->jit_text.charged -= TRAMP_IMAGE_SIZE;
		return -ENOMEM;
	}
	err = write_image(sim, t, in);
	if (err) {
		image_free(sim, t);
		return err;
	}
	replace(sim, old, t);
	world_done(sim, DONE_GLUE);
	event_send(sim, EV_GLUE, 0, t->image.address, t->image.size, in->nlinks[0] + in->nlinks[1] + in->nlinks[2], func);
	return 0;
}

int trampoline_update(struct sim *sim, u32 func, bool bpf_capable)
{
	struct trampoline *old = (struct trampoline *)trampoline_of(sim, func);
	struct tramp_link links[TRAMP_MAX_LINKS];
	struct tramp_input in = {0};

	if (take_links(sim, func, &in, links))
		return write_new(sim, old, func, &in, bpf_capable);
	if (!old)
		return 0;
	event_send(sim, EV_GLUE, 0, old->image.address, 0, 0, func);
	replace(sim, old, NULL);
	return 0;
}

/* --- the function's first bytes --- */

enum entry_call function_entry(const struct sim *sim, u32 func, u8 bytes[JIT_PATCH_SIZE])
{
	static const u8 nop[JIT_PATCH_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	const struct trampoline *t = trampoline_of(sim, func);
	bool probed = hook_count(sim, HOOK_KPROBE, func) || hook_count(sim, HOOK_KRETPROBE, func);
	u64 target = t ? t->image.address : 0;
	s32 distance;

	memcpy(bytes, nop, sizeof(nop));
	if (probed)
		target = t ? kernel_function(sim, "ftrace_regs_caller") : FTRACE_TRAMPOLINE_ADDRESS;
	if (!target)
		return ENTRY_NOP;
	distance = target - (function_address(func) + JIT_PATCH_SIZE);
	bytes[0] = 0xe8;
	memcpy(bytes + 1, &distance, sizeof(distance));
	return !probed ? ENTRY_TRAMPOLINE : t ? ENTRY_FTRACE_BOTH : ENTRY_FTRACE;
}
