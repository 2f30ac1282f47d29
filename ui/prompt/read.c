/* `read`: user space reads its maps now; what Enter does when the last event is over. */
#include "../user_reads.h"
#include "change_words.h"
#include "prompt.h"

bool can_read(const struct screen *sc)
{
	const struct debug *d = &sc->debug;

	return debug_now(d) == debug_end(d) && debug_phase(d) == PHASE_EVENT &&
	       user_can_read((struct session *)&d->session);
}

void do_read(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;

	if (*args) {
		screen_complain(sc, "read: takes nothing; found '%s'. `map lookup` reads one element", args);
		return;
	}
	if (!user_can_read(&d->session)) {
		screen_complain(
			sc,
			"read: the loader holds no map that is read by key; `info fds` shows what it holds");
		return;
	}
	if (!begin_change(sc, "read", ""))
		return;
	user_reads(&d->walk);
	end_change(sc, CHANGE_SHOW_FIRST, NULL);
}
