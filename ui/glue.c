/* Glue as text: see glue.h. */
#include "glue.h"
#include "words.h"

static struct glue of_trampoline(const struct sim *sim, const struct trampoline *t)
{
	return (struct glue){sim, t, t->image.size, t->image.address, t->code};
}

bool glue_at(const struct sim *sim, u32 n, struct glue *glue)
{
	const struct dispatcher *d = sim->world->dispatcher;
	const struct trampoline *t = sim->world->trampolines;

	if (d && d->size && !n--) {
		*glue = (struct glue){sim, NULL, d->size, DISPATCHER_ADDRESS + d->image_off,
				      d->image + d->image_off};
		return true;
	}
	while (t && n--)
		t = t->next;
	if (t)
		*glue = of_trampoline(sim, t);
	return t;
}

bool glue_of_function(const struct sim *sim, u32 func, struct glue *glue)
{
	const struct trampoline *t = trampoline_of(sim, func);

	if (t)
		*glue = of_trampoline(sim, t);
	return t;
}

void glue_name(const struct glue *glue, struct text *out)
{
	if (glue->tramp)
		trampoline_name(glue->tramp, out);
	else
		text_add(out, "bpf_dispatcher_xdp");
}

/* --- instructions --- */

static bool name_in_glue(const void *ctx, u32 off, u32 len, u64 value, u32 bits, struct text *out)
{
	const struct glue *glue = ctx;

	(void)off, (void)len;
	if (value - glue->address < glue->size || (bits && value >> 32 == 0))
		return false;
	return look_glue_text(glue->sim, value, out);
}

u32 glue_text(const struct glue *glue, u32 off, struct text *out)
{
	const struct x86_bytes code = {glue->bytes, glue->size, glue->address, false, name_in_glue, glue};

	return x86_bytes_text(&code, off, out);
}

/* --- parts --- */

static const char *const part_words[TRAMP_PARTS] = {
	[TRAMP_FRAME] = "a stack frame of its own",
	[TRAMP_CONTEXT] = "how many arguments, then the arguments: the programs' context",
	[TRAMP_HOLD] = "this code must stay while the function runs",
	[TRAMP_ORIG] = "the function itself, behind its first five bytes; then its result is kept",
	[TRAMP_JOIN] = "who was told not to call the function goes on here",
};

u32 glue_hook(u32 tramp_kind)
{
	static const u8 hooks[TRAMP_KINDS] = {
		[TRAMP_FENTRY] = HOOK_FENTRY, [TRAMP_FEXIT] = HOOK_FEXIT, [TRAMP_FMOD_RET] = HOOK_FMOD_RET};

	return hooks[tramp_kind];
}

static const char *prog_name(const struct glue *glue, const struct tramp_mark *mark)
{
	const struct attachment *a;
	u32 at = 0, n = 0;

	while ((a = hook_next(glue->sim, glue_hook(mark->kind), glue->tramp->func, &at)))
		if (n++ == mark->link)
			return a->prog->obj.name;
	return "?";
}

static void add_part(const struct glue *glue, const struct tramp_mark *mark, struct text *out)
{
	if (mark->part == TRAMP_PROG && mark->kind == TRAMP_FMOD_RET)
		text_say(out, "fmod_ret %s: unless it answers 0, the function is left out",
			 prog_name(glue, mark));
	else if (mark->part == TRAMP_PROG)
		text_say(out, "%s %s, with what is done around each program",
			 hook_infos[glue_hook(mark->kind)].name, prog_name(glue, mark));
	else if (mark->part == TRAMP_LEAVE && glue->tramp->flags & TRAMP_SKIP_FRAME)
		text_say(out, "the result, and back to the function's caller: the function is over");
	else if (mark->part == TRAMP_LEAVE)
		text_say(out, "the arguments as they were, and back into the function");
	else
		text_add(out, "%s", words(part_words[mark->part]));
}

bool glue_part_text(const struct glue *glue, u32 off, struct text *out)
{
	const struct tramp_image *image = glue->tramp ? &glue->tramp->image : NULL;

	if (!image && !off)
		text_say(
			out,
			"which program the driver calls is in rdx: straight to it, without an indirect jump");
	for (u32 i = 0; image && i < image->nmarks; i++)
		if (image->marks[i].off == off) {
			add_part(glue, &image->marks[i], out);
			return true;
		}
	return !image && !off;
}

/* --- what the last step did --- */

const struct event *glue_told(const struct debug *d, u32 *at)
{
	const struct event *told = NULL;

	for (; *at < d->last.events && !told; ++*at) {
		told = d->last.event[*at].kind == EV_GLUE ? &d->last.event[*at] : NULL;
		for (u32 i = *at + 1; told && i < d->last.events; i++)
			if (d->last.event[i].kind == EV_GLUE && d->last.event[i].arg[3] == told->arg[3])
				told = NULL;
	}
	return told;
}

/* --- entries --- */

void glue_entry_text(const struct sim *sim, u32 func, struct text *bytes, struct text *words)
{
	u8 entry[JIT_PATCH_SIZE];
	enum entry_call what = function_entry(sim, func, entry);
	s32 distance;

	for (u32 i = 0; i < JIT_PATCH_SIZE; i++)
		text_add(bytes, i ? " %02x" : "%02x", entry[i]);
	if (what == ENTRY_NOP) {
		text_add(words, "nop");
		return;
	}
	memcpy(&distance, entry + 1, sizeof(distance));
	text_add(words, "call ");
	look_glue_text(sim, function_address(func) + JIT_PATCH_SIZE + distance, words);
}
