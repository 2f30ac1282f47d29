/* What was done when: see walk_done.h. */
#include <stdio.h>

#include "cli.h"
#include "forms.h"
#include "walk_done.h"
#include "walk_json.h"

static const char *const whats[DONE_WHATS] = {
	[DONE_VERIFIED] = "verified",
	[DONE_COMPILED] = "compiled",
	[DONE_GLUE] = "glue written",
	[DONE_RUN] = "run",
};

static const struct {
	const char *name;
	enum done_when when;
} whens[] = {{"load", DONE_AT_LOAD}, {"attach", DONE_AT_ATTACH}, {"event", DONE_AT_EVENT}};

static const struct prog *prog_by_id(const struct sim *sim, u32 id)
{
	const struct obj *obj = obj_by_id((struct sim *)sim, OBJ_PROG, id);

	return obj ? container_of(obj, struct prog, obj) : NULL;
}

static const struct link *link_by_id(const struct sim *sim, u32 id)
{
	const struct obj *obj = obj_by_id((struct sim *)sim, OBJ_LINK, id);

	return obj ? container_of(obj, struct link, obj) : NULL;
}

static const char *times(u64 n, char buf[32])
{
	if (n == 1)
		return "once";
	snprintf(buf, 32, n ? "%llu times" : "never", (unsigned long long)n);
	return buf;
}

/* --- text --- */

void walk_text_jit(const struct sim *sim, u32 id)
{
	const struct prog *prog = prog_by_id(sim, id);

	if (!prog)
		return;
	if (!look_images(prog)) {
		printf("  not compiled: %s; the kernel's interpreter runs the instructions\n",
		       !prog->xlated ? "it was not verified" : sim->world->sysctl.bpf_jit_enable ?
		       "the JIT gave up" : "net.core.bpf_jit_enable was 0 when it was loaded");
		return;
	}
	printf("  %scompiled%s: %u instructions, translated, became %u bytes of machine code at 0x%llx (%u "
	       "passes)\n",
	       cli_paint(PAINT_GOOD), cli_paint(PAINT_END), prog->xlated->insn_cnt, forms_code_size(prog),
	       (unsigned long long)prog_entry(prog), look_image(prog, 0)->npasses);
}

static void tell_dispatcher(const struct dispatcher *d)
{
	if (!d || !d->size)
		return;
	printf("    glue: bpf_dispatcher_xdp, %u bytes at 0x%llx, written %s: knows the addresses of %u "
	       "program%s\n",
	       d->size, (unsigned long long)(DISPATCHER_ADDRESS + d->image_off),
	       times(d->written, (char[32]){0}), d->nprogs, d->nprogs == 1 ? "" : "s");
}

/* The kernel's function @func is traced: what stands at its beginning, and what that calls. */
static void tell_trampoline(const struct sim *sim, u32 func)
{
	const struct trampoline *t = trampoline_of(sim, func);
	u8 entry[JIT_PATCH_SIZE];
	char name[64];
	struct text text;

	if (!t || function_entry(sim, func, entry) == ENTRY_NOP)
		return;
	text_init(&text, name, sizeof(name));
	trampoline_name(t, &text);
	printf("    %s begins with %02x %02x %02x %02x %02x now, a call: it was a nop\n",
	       btf_name(sim->host->vmlinux, func), entry[0], entry[1], entry[2], entry[3], entry[4]);
	printf("    glue: %s, %u bytes at 0x%llx, written %s: calls %u fentry, %u fmod_ret, %u fexit%s\n",
	       name, t->image.size, (unsigned long long)t->image.address, times(t->written, (char[32]){0}),
	       t->nprogs[TRAMP_FENTRY], t->nprogs[TRAMP_FMOD_RET], t->nprogs[TRAMP_FEXIT],
	       t->flags & TRAMP_CALL_ORIG ? " and the function itself" : "");
}

void walk_text_hook(const struct sim *sim, u32 id)
{
	const struct link *link = link_by_id(sim, id);

	if (!link)
		return;
	printf("    the hook calls 0x%llx: %s\n", (unsigned long long)link->entry,
	       !look_images(link->prog) ? "an interpreter" : link->entry == prog_entry(link->prog) ?
	       "where the program's code is since its load" : "where the program's code was");
	if (link->type == BPF_LINK_TYPE_XDP)
		tell_dispatcher(sim->world->dispatcher);
	if (link->type == BPF_LINK_TYPE_TRACING)
		tell_trampoline(sim, link->target);
}

static void tell_program(const struct prog *prog)
{
	char buf[4][32];

	printf("  prog %u %s: verified %s, compiled %s", prog->obj.id, prog->obj.name,
	       times(prog->counts.verified, buf[0]), times(prog->counts.compiled, buf[1]));
	if (look_images(prog))
		printf(" (%u bytes at 0x%llx)", forms_code_size(prog), (unsigned long long)prog_entry(prog));
	printf(", attached %s", times(prog->counts.attached, buf[2]));
	if (prog->counts.runs)
		printf(", called %s", times(prog->counts.runs, buf[3]));
	else
		printf(", called by no event (the kernel counts no run for a tail call)");
	printf("\n");
}

void walk_text_done(const struct sim *sim)
{
	const struct done *done = &sim->world->done;

	printf("\n  %-14s", "");
	for (u32 i = 0; i < ARRAY_SIZE(whens); i++)
		printf("%8s%s", whens[i].name, i + 1 == ARRAY_SIZE(whens) ? "\n" : "");
	for (u32 what = 0; what < DONE_WHATS; what++) {
		printf("  %-14s", whats[what]);
		for (u32 i = 0; i < ARRAY_SIZE(whens); i++)
			printf("%8llu%s", (unsigned long long)done->count[what][whens[i].when],
			       i + 1 == ARRAY_SIZE(whens) ? "\n" : "");
	}
	printf("\n");
	for (const struct obj *o = obj_next(sim, OBJ_PROG, 0); o; o = obj_next(sim, OBJ_PROG, o->id))
		tell_program(container_of(o, struct prog, obj));
}

/* --- JSON --- */

static json_t *address(u64 value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *counts_json(const struct done *done)
{
	json_t *o = json_object();

	for (u32 i = 0; i < ARRAY_SIZE(whens); i++) {
		json_t *at = json_object();

		for (u32 what = 0; what < DONE_WHATS; what++)
			json_object_set_new(at, what == DONE_GLUE ? "glue" : whats[what],
					    json_integer(done->count[what][whens[i].when]));
		json_object_set_new(o, whens[i].name, at);
	}
	return o;
}

static json_t *prog_json(const struct prog *prog)
{
	return json_pack("{s:i, s:o, s:i, s:i, s:i, s:I, s:i, s:o}", "id", (int)prog->obj.id, "name",
			 walk_json_string(prog->obj.name), "verified", (int)prog->counts.verified, "compiled",
			 (int)prog->counts.compiled, "attached", (int)prog->counts.attached, "run",
			 (json_int_t)prog->counts.runs, "size", (int)forms_code_size(prog), "entry",
			 address(prog_entry(prog)));
}

static json_t *trampoline_json(const struct sim *sim, const struct trampoline *t)
{
	char name[64];
	struct text text;

	text_init(&text, name, sizeof(name));
	trampoline_name(t, &text);
	return json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:i}", "function",
			 btf_name(sim->host->vmlinux, t->func), "name", name, "address",
			 address(t->image.address), "size", (int)t->image.size, "fentry",
			 (int)t->nprogs[TRAMP_FENTRY], "fmod_ret", (int)t->nprogs[TRAMP_FMOD_RET], "fexit",
			 (int)t->nprogs[TRAMP_FEXIT], "written", (int)t->written);
}

static json_t *trampolines_json(const struct sim *sim)
{
	json_t *list = json_array();

	for (const struct trampoline *t = sim->world->trampolines; t; t = t->next)
		json_array_append_new(list, trampoline_json(sim, t));
	return list;
}

void walk_json_done(json_t *document, const struct sim *sim)
{
	const struct dispatcher *d = sim->world->dispatcher;
	json_t *progs = json_array(), *links = json_array();

	for (const struct obj *o = obj_next(sim, OBJ_PROG, 0); o; o = obj_next(sim, OBJ_PROG, o->id))
		json_array_append_new(progs, prog_json(container_of(o, struct prog, obj)));
	for (const struct obj *o = obj_next(sim, OBJ_LINK, 0); o; o = obj_next(sim, OBJ_LINK, o->id)) {
		const struct link *link = container_of(o, struct link, obj);

		json_array_append_new(links,
				      json_pack("{s:i, s:i, s:o}", "id", (int)o->id, "prog",
						(int)link->prog->obj.id, "entry", address(link->entry)));
	}
	json_object_set_new(document, "done", counts_json(&sim->world->done));
	json_object_set_new(document, "programs", progs);
	json_object_set_new(document, "links", links);
	if (sim->world->trampolines)
		json_object_set_new(document, "trampolines", trampolines_json(sim));
	if (d)
		json_object_set_new(document, "dispatcher",
				    json_pack("{s:o, s:i, s:i, s:i}", "address",
					      address(DISPATCHER_ADDRESS + d->image_off), "size",
					      (int)d->size, "programs", (int)d->nprogs, "written",
					      (int)d->written));
}
