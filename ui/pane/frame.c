/*
 * The screen's frame: five lines around the panes. Above: what is looked at, where on the timeline, the six
 * stages. Below: one sentence on the last step, the prompt, the keys.
 */
#include <stdio.h>

#include "../packet.h"
#include "../prompt/prompt.h"
#include "../sentence.h"
#include "screen.h"

static const char *const phase_names[PHASES] = {
	[PHASE_BOOT] = "before the first call",
	[PHASE_SYSCALL] = "system call",
	[PHASE_USER] = "user space and maps",
	[PHASE_CHECK] = "verifier",
	[PHASE_GRAPH] = "walk 1 of 2: the graph",
	[PHASE_PATHS] = "walk 2 of 2: the paths",
	[PHASE_REJECTED] = "the rejection",
	[PHASE_TRANSLATE] = "translation",
	[PHASE_JIT] = "JIT",
	[PHASE_FD] = "id and fd",
	[PHASE_ATTACH] = "attach",
	[PHASE_EVENT] = "event",
};

const char *phase_name(enum phase phase)
{
	return phase < PHASES ? words(phase_names[phase]) : "?";
}

static void slider(const struct area *a, int col, int width, u64 now, u64 end)
{
	int at = end ? (int)(now * (width - 3) / end) : 0;

	col = area_put(a, 0, col, ROLE_BORDER, "├");
	for (int i = 0; i < width - 2; i++)
		col = area_put(a, 0, col, i == at ? ROLE_CURRENT : ROLE_BORDER,
			       i == at  ? "●"
			       : i < at ? "─"
					: "┄");
	area_put(a, 0, col, ROLE_BORDER, "┤");
}

static void doing_text(const struct debug *d, struct text *out)
{
	const struct debug_call *call = debug_call(d);
	u32 len;
	const u8 *packet = debug_packet(d, &len);

	if (packet)
		packet_describe(packet, len, out);
	else if (call && call->cmd < (int)bpf_commands_count && bpf_commands[call->cmd].name &&
		 debug_phase(d) < PHASE_TRANSLATE)
		text_say(out, "bpf(BPF_%s)", bpf_commands[call->cmd].name);
	else
		text_say(out, "%s", phase_name(debug_phase(d)));
}

static void top_line(const struct screen *sc, const struct area *a)
{
	const struct debug *d = &sc->debug;
	const char *slash = strrchr(d->file.path, '/');
	int room = a->cols / 6, col;
	char doing[200];
	struct text text;

	text_init(&text, doing, sizeof(doing));
	doing_text(d, &text);
	col = area_print(a, 0, 1, ROLE_TITLE, "%s", slash ? slash + 1 : d->file.path);
	if (screen_is_wide(sc))
		col = area_print(a, 0, col, ROLE_PLAIN, words(" · prog %s"), program_name(&d->file));
	if (room >= 8) {
		slider(a, col + 2, room, debug_now(d), debug_end(d));
		col += room + 2;
	}
	col = area_print(a, 0, col + 1, ROLE_PLAIN, words("step %llu/%llu"), (unsigned long long)debug_now(d),
			 (unsigned long long)debug_end(d));
	if (col + 16 + grid_width(a->grid, doing) < a->cols)
		text_say(&text, " · Linux 6.1");
	area_put(a, 0, max_s64(col + 2, a->cols - grid_width(a->grid, doing) - 1), ROLE_QUIET, doing);
}

/* fds of programs, maps and links that the loader holds: "map=4 prog=5". */
static void fds_text(const struct debug *d, struct text *out)
{
	static const struct {
		u8 kind;
		const char *name;
	} kinds[] = {{OBJ_MAP, "map"}, {OBJ_PROG, "prog"}, {OBJ_LINK, "link"}};
	struct session *s = (struct session *)&d->session;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		u32 n = 0;

		for (int fd = 0; fd < 64; fd++) {
			const struct obj *obj = session_object(s, fd);

			if (!obj || obj->kind != kinds[k].kind || n++ >= 3)
				continue;
			if (n == 1)
				text_say(out, " %s=%d", kinds[k].name, fd);
			else
				text_say(out, ",%d", fd);
		}
		if (!n && kinds[k].kind != OBJ_LINK)
			text_say(out, " %s=?", kinds[k].name);
	}
}

/* Has the stage been gone through? */
static bool pipe_done(const struct debug *d, enum pipeline pipe)
{
	bool begun = false;

	for (u32 i = 0; i < d->marks && d->mark[i].step <= debug_now(d); i++)
		begun |= phase_pipe(d->mark[i].phase) == pipe;
	return begun;
}

static void pipeline_line(const struct screen *sc, const struct area *a)
{
	static const char *const names[PIPES] = {"syscall", "fd", "verify", "JIT", "attach", "event"};
	const struct debug *d = &sc->debug;
	enum pipeline at = phase_pipe(debug_phase(d));
	char fds[96];
	struct text text;
	int col = 1;

	text_init(&text, fds, sizeof(fds));
	fds_text(d, &text);
	for (int p = 0; p < PIPES; p++) {
		bool here = p == (int)at, done = pipe_done(d, p), bad = p == PIPE_VERIFY && debug_rejected(d);
		enum role role = bad ? ROLE_BAD : here ? ROLE_CURRENT : done ? ROLE_GOOD : ROLE_QUIET;

		if (p)
			col = area_put(a, 1, col, ROLE_BORDER, screen_is_wide(sc) ? " ── " : " ─ ");
		if (screen_is_wide(sc))
			col = area_print(a, 1, col, role, "%d ", p + 1);
		col = area_print(a, 1, col, role, "%s%s %s", words(names[p]),
				 p == PIPE_FD && screen_is_wide(sc) ? fds : "",
				 bad    ? "✗"
				 : here ? "◂"
				 : done ? "✓"
					: "·");
	}
}

/* It goes on in the prompt's line while nobody types there. True: it does. */
static bool sentence_line(const struct screen *sc, const struct area *a)
{
	int most = sc->prompt ? 1 : 2;
	char said[600];
	struct text text;

	text_init(&text, said, sizeof(said));
	if (sc->message[0])
		return area_wrap(a, a->rows - 3, 1, sc->bad ? ROLE_BAD : ROLE_TITLE, sc->message, most) > 1;
	sentence_of(&sc->debug, &text);
	if (debug_now(&sc->debug) == debug_end(&sc->debug) && sc->debug.failed[0] &&
	    !debug_rejected(&sc->debug))
		text_say(&text, " %.300s", sc->debug.failed);
	if (sc->displays) {
		text_say(&text, "  ‖ ");
		displays_text(sc, " · ", &text);
	}
	return area_wrap(a, a->rows - 3, 1, debug_rejected(&sc->debug) ? ROLE_BAD : ROLE_SENTENCE, said,
			 most) > 1;
}

static void prompt_line(const struct screen *sc, const struct area *a)
{
	area_print(a, a->rows - 2, 0, sc->prompt ? ROLE_TITLE : ROLE_QUIET, ":%s",
		   sc->prompt ? sc->line : "");
}

void frame_above(const struct screen *sc, const struct area *a)
{
	top_line(sc, a);
	pipeline_line(sc, a);
}

void frame_below(struct screen *sc, const struct area *a)
{
	if (!sentence_line(sc, a))
		prompt_line(sc, a);
	keys_line(sc, a);
}
