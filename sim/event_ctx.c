/*
 * Contexts of tracing programs: see event_ctx.h. Each is the kernel's: struct pt_regs for probes
 * (kernel/kprobes.c, rethook.c), the record for tracepoints (kernel/trace/trace_events.c, its first 8 bytes a
 * pointer to registers), the arguments for raw tracepoints, what a trampoline has on its stack for fentry,
 * fexit, fmod_ret and LSM.
 */
#include "event_cgroup.h"

#include "world/functions.h"
#include "world/layout.h"
#include "world/perf_event.h"
#include "world/tracepoint.h"
#include "world/world.h"

#define REGS_SIZE 168u
#define RECORD_MAX 1024u
/* Words of struct pt_regs: progs/pt_regs.h. */
enum { R_BP = 4, R_R9 = 8, R_R8, R_AX, R_CX, R_DX, R_SI, R_DI, R_ORIG_AX, R_IP, R_CS, R_FLAGS, R_SP, R_SS };

static u64 make(struct sim *sim, struct happening *h, u32 size)
{
	h->ctx = arena_alloc(sim->arena, size, TAG_CTX, NULL);
	if (!h->ctx)
		sim_fail(&sim->why, -ENOMEM, "no memory for a context");
	return (u64)h->ctx;
}

/* --- registers --- */

static void common_regs(u64 *regs, const struct event_place *place)
{
	regs[R_BP] = place->sp + 64;
	regs[R_SP] = place->sp;
	regs[R_CS] = 0x10;
	regs[R_SS] = 0x18;
	regs[R_FLAGS] = 0x246;
	regs[R_ORIG_AX] = UINT64_MAX;
}

/* At the entry: ip is behind the int3 that the probe stands for. */
static u64 entry_regs(struct sim *sim, struct happening *h, const struct event_place *place)
{
	static const u8 at[] = {R_DI, R_SI, R_DX, R_CX, R_R8, R_R9};
	u64 *regs = (u64 *)make(sim, h, REGS_SIZE);

	if (!regs)
		return 0;
	common_regs(regs, place);
	for (u32 i = 0; i < ARRAY_SIZE(at) && i < place->nargs; i++)
		regs[at[i]] = place->arg[i];
	regs[R_IP] = place->ip + 1;
	return (u64)regs;
}

static u64 return_regs(struct sim *sim, struct happening *h, const struct event_place *place)
{
	u64 *regs = (u64 *)make(sim, h, REGS_SIZE);

	if (!regs)
		return 0;
	common_regs(regs, place);
	regs[R_AX] = place->ret;
	regs[R_IP] = place->return_to;
	regs[R_SP] = place->sp + 8;
	return (u64)regs;
}

/* --- records --- */

struct record {
	u8 *bytes;
	u32 used; /* text goes behind it */
};

static void put_text(struct record *r, const struct tracepoint_field *f, const char *text)
{
	u32 len = strnlen(text, RECORD_MAX / 4 - 1) + 1, loc = r->used | len << 16;

	if (r->used + len > RECORD_MAX)
		return;
	memcpy(r->bytes + f->off, &loc, sizeof(loc));
	memcpy(r->bytes + r->used, text, len - 1);
	r->used += len;
}

static void put_field(struct record *r, const struct tracepoint_field *f, const u64 *value)
{
	bool array = f->decl[strlen(f->decl) - 1] == ']';

	if (!strncmp(f->decl, "__data_loc", 10))
		put_text(r, f, (const char *)*value);
	else if (!array)
		memcpy(r->bytes + f->off, value, min_u64(f->size, sizeof(*value)));
	else if (!strncmp(f->decl, "unsigned long", 13))
		memcpy(r->bytes + f->off, value, f->size);
	else if (*value && !strncmp(f->decl, "char", 4))
		strncpy((char *)r->bytes + f->off, (const char *)*value, f->size - 1);
	else if (*value)
		memcpy(r->bytes + f->off, (const void *)*value, f->size);
}

static u64 record(struct sim *sim, struct happening *h, const struct event_place *place, u32 *size)
{
	struct record r = {(u8 *)make(sim, h, RECORD_MAX), 0};
	struct tracepoint tp;

	if (!r.bytes || !tracepoint_by_id(h->target, &tp))
		return 0;
	r.used = tracepoint_record_size(&tp);
	for (u32 i = 0; i < tp.nfields && i < ARRAY_SIZE(place->step->field); i++)
		put_field(&r, &tp.field[i], &h->value[place->step->field[i]]);
	if (tp.nr >= 0)
		memcpy(r.bytes + 8, &h->value[V_NR], sizeof(u64));
	memcpy(r.bytes, &h->value[V_REGS], sizeof(u64));
	*size = r.used;
	return (u64)r.bytes;
}

/* --- the others --- */

static u64 raw_args(struct sim *sim, struct happening *h, const struct event_place *place, u32 *size)
{
	u64 *args = (u64 *)make(sim, h, sizeof(place->arg));

	if (args)
		memcpy(args, place->arg, sizeof(place->arg));
	*size = sizeof(place->arg);
	return (u64)args;
}

/* The function's address, the number of arguments, then the context: arguments and result. */
static u64 trampoline(struct sim *sim, struct happening *h, const struct event_place *place, u32 *size)
{
	u64 *frame = (u64 *)make(sim, h, (3 + FUNCTION_ARGS) * sizeof(u64));

	if (!frame)
		return 0;
	frame[0] = place->ip;
	frame[1] = place->nargs;
	memcpy(frame + 2, place->arg, place->nargs * sizeof(u64));
	frame[2 + place->nargs] = place->ret;
	*size = (place->nargs + 1) * sizeof(u64);
	return (u64)(frame + 2);
}

static u64 sample(struct sim *sim, struct happening *h, u32 *size)
{
	struct {
		struct bpf_perf_event_data_kern ctx;
		struct perf_sample_data data;
	} *s = (void *)make(sim, h, sizeof(*s));
	const struct perf_event *event =
		sim->world->hooked.owner ? perf_event_of(sim->world->hooked.owner) : NULL;

	if (!s)
		return 0;
	s->ctx.regs = h->value[V_REGS];
	s->ctx.data = (u64)&s->data;
	s->data.period = event && event->open.sample_period ? event->open.sample_period : 1;
	*size = sizeof(s->ctx);
	return (u64)s;
}

u32 event_tracepoint(const struct happening *h, const struct happening_step *step)
{
	const char *colon = strchr(step->name, ':');
	char system[32] = "", name[64];
	struct tracepoint tp;
	struct text text;

	text_init(&text, name, sizeof(name));
	if (step->kind == STEP_TP) {
		memcpy(system, step->name, min_u64(colon - step->name, sizeof(system) - 1));
		text_add(&text, "%s", colon + 1);
	} else if (syscall_name(h->value[V_NR])) {
		strcpy(system, "syscalls");
		text_add(&text, "sys_%s_%s", step->kind == STEP_SYS_ENTER ? "enter" : "exit",
			 syscall_name(h->value[V_NR]));
	}
	return tracepoint_by_name(system, name, &tp) ? tp.id : 0;
}

const char *event_step_name(const struct happening *h, const struct happening_step *step)
{
	return step->named ? (const char *)h->value[step->named] : step->name;
}

/* The kernel's and the user's stack as an unwinder would find them. */
void event_tell_stacks(struct sim *sim, struct happening *h, const struct event_place *place)
{
	struct call_stack *kernel = &h->kernel_stack, *user = &h->user_stack;
	u32 n = 0;

	sim->world->kernel_stack = kernel;
	sim->world->user_stack = user;
	memset(kernel, 0, sizeof(*kernel));
	memset(user, 0, sizeof(*user));
	if (place->ip)
		kernel->frame[n++].ip = place->ip;
	for (u32 d = h->depth; d; d--) {
		const struct happening_step *step = happening_step(h, h->frame[d - 1].step);
		u64 ip = function_address(function_id(sim, event_step_name(h, step))) + FUNCTION_SIZE / 2;

		if (h->frame[d - 1].step != h->at_step)
			kernel->frame[n++].ip = ip;
	}
	kernel->count = n;
	user->frame[0].ip = ((u64 *)h->value[V_REGS])[16];
	user->count = 1;
}

u64 event_ctx(struct sim *sim, struct happening *h, u32 kind, const struct event_place *place, u32 *size)
{
	*size = REGS_SIZE;
	switch (kind) {
	case HOOK_KPROBE:
	case HOOK_UPROBE:
		return entry_regs(sim, h, place);
	case HOOK_KRETPROBE:
	case HOOK_URETPROBE:
		return return_regs(sim, h, place);
	case HOOK_TRACEPOINT:
		return record(sim, h, place, size);
	case HOOK_RAW_TP:
	case HOOK_OPS:
		return raw_args(sim, h, place, size);
	case HOOK_PERF:
		return sample(sim, h, size);
	case HOOK_CGROUP:
	case HOOK_SK_LOOKUP:
	case HOOK_SK_REUSEPORT:
	case HOOK_SK_SKB:
	case HOOK_SK_MSG:
		return event_cgroup_ctx(place, size);
	}
	return trampoline(sim, h, place, size);
}
