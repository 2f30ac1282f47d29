/* What attaching and detaching wrote around programs, and how the kernel comes to a program through it, in
 * words. */
#include "glue.h"
#include "sentence.h"

static const char *function_name(const struct debug *d, u32 func)
{
	return btf_name(debug_sim(d)->host->vmlinux, func);
}

bool sentence_attached(const struct debug *d, const char *what, struct text *out)
{
	const struct event *glue = debug_happened(d, EV_GLUE);
	const struct trampoline *t = glue ? trampoline_of(debug_sim(d), glue->arg[3]) : NULL;

	if (!t)
		return false;
	if (t->written == 1)
		text_say(out,
			 "Attached: %s. The nop at the entry of %s is a call now, of a trampoline: %u bytes "
			 "of glue, written just now, which "
			 "call the program. The program was not compiled again.",
			 what, function_name(d, t->func), t->image.size);
	else
		text_say(out,
			 "Attached: %s. %s has a new trampoline for its %llu programs, %u bytes of glue, and "
			 "the call at its entry goes there; "
			 "the old one is freed. No program was compiled again.",
			 what, function_name(d, t->func), (unsigned long long)glue->arg[2], t->image.size);
	return true;
}

void sentence_glue_left(const struct debug *d, struct text *out)
{
	const struct event *glue;
	u32 at = 0;

	while ((glue = glue_told(d, &at))) {
		if (glue->arg[1] && glue->arg[3])
			text_say(out, " %s has a new trampoline without the program, %llu bytes.",
				 function_name(d, glue->arg[3]), (unsigned long long)glue->arg[1]);
		else if (glue->arg[3])
			text_say(out, " The call at the entry of %s is a nop again, its trampoline is freed.",
				 function_name(d, glue->arg[3]));
	}
}

/* @place: "fentry vfs_read", as event_place_text says it. */
bool sentence_through_glue(const struct happening *h, const char *place, struct text *out)
{
	switch (event_hook(h)) {
	case HOOK_FENTRY:
		text_say(out,
			 "It has come to %s: a trampoline, called by the function's first bytes, calls this "
			 "program; r1 points to the "
			 "arguments.",
			 place);
		return true;
	case HOOK_FMOD_RET:
		text_say(out,
			 "It has come to %s: a trampoline, called by the function's first bytes, asks this "
			 "program before the function is "
			 "called; r1 points to the arguments.",
			 place);
		return true;
	case HOOK_FEXIT:
		text_say(out,
			 "It has come to %s: the trampoline has called the function, and now this program; "
			 "r1 points to the arguments and the "
			 "result behind them.",
			 place);
		return true;
	default:
		return false;
	}
}
