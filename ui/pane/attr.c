/* union bpf_attr of the system call at hand: every field that the command has, as bytes and as what they
 * mean. */
#include <stdio.h>

#include "../call_memory.h"
#include "pane.h"

#define COL_BYTES 26
#define NAME_ROOM 20
#define COL_MEANS 51

/* Is there room for the bytes, between name and meaning? */
static bool shows_bytes(const struct sheet *s)
{
	return s->area.cols >= COL_MEANS + 10;
}

static void bytes_of(struct sheet *s, const u8 *bytes, u32 n)
{
	if (!shows_bytes(s))
		return;
	sheet_to(s, COL_BYTES);
	for (u32 i = 0; i < n; i++)
		sheet_add(s, ROLE_QUIET, "%02x ", bytes[i]);
}

/* The text that a string's address leads to; NULL: not a string, or not known. */
static const char *text_of(const struct view *v, const struct debug_call *call, const struct attr_field *f)
{
	const struct call_part *part = f->kind == ATTR_STRING ? call_part_of(v->d, call, f) : NULL;

	return part && part->len && !part->bytes[part->len - 1] ? (const char *)part->bytes : NULL;
}

static void field_line(const struct view *v, struct sheet *s, const struct debug_call *call,
		       const struct attr_field *f)
{
	const u8 *bytes = (const u8 *)&call->attr + f->offset;
	bool given = f->offset < call->size, zero = attr_is_zero(f, &call->attr);
	bool reads = given && attr_is_read(call->cmd, f), listed = attr_in_manual(call->cmd, f);
	char line[160];
	struct text text;

	sheet_line(s, f->offset);
	text_init(&text, line, sizeof(line));
	if (given)
		attr_means(&v->d->session, f, &call->attr, text_of(v, call, f), &text);
	else
		text_say(&text, "(0)");
	sheet_add(s, ROLE_QUIET, "%3u", f->offset);
	sheet_add(s, ROLE_CURRENT, "%s", reads ? " ▸" : "  ");
	sheet_add(s, !reads ? ROLE_QUIET : listed ? ROLE_TITLE : ROLE_PLAIN,
		  strlen(f->name) > NAME_ROOM && shows_bytes(s) ? "%.*s…" : "%.*s",
		  shows_bytes(s) ? NAME_ROOM - (strlen(f->name) > NAME_ROOM) : 40, f->name);
	bytes_of(s, bytes, given ? min_u64(f->size, 8) : 0);
	sheet_to(s, shows_bytes(s) ? COL_MEANS : COL_BYTES);
	sheet_add(s, zero || !reads ? ROLE_QUIET : ROLE_PLAIN, "%s",
		  given && !attr_is_read(call->cmd, f) ? words("not looked at") : line);
	if (!given || f->size <= 8 || !shows_bytes(s))
		return;
	sheet_line(s, f->offset);
	bytes_of(s, bytes + 8, f->size - 8);
}

static void end_of_attr(struct sheet *s, u32 size)
{
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "─── byte %u: the caller's size ends here ───", size);
}

static u32 fields(const struct view *v, struct sheet *s, const struct debug_call *call)
{
	u32 end = 0;

	for (const struct attr_field *f = attr_fields(call->cmd, &call->attr); f && f->name; f++) {
		if (end <= call->size && f->offset >= call->size)
			end_of_attr(s, call->size);
		end = f->offset + f->size;
		field_line(v, s, call, f);
	}
	return end;
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct debug_call *call = debug_call(v->d);
	u32 end;

	if (!call) {
		sheet_nothing(s, "No system call yet.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "off  field");
	if (shows_bytes(s)) {
		sheet_to(s, COL_BYTES);
		sheet_add(s, ROLE_QUIET, "bytes, lowest first");
	}
	sheet_to(s, shows_bytes(s) ? COL_MEANS : COL_BYTES);
	sheet_add(s, ROLE_QUIET, "means");
	end = fields(v, s, call);
	if (end < call->size) {
		sheet_line(s, SHEET_NO_ITEM);
		sheet_add(s, ROLE_QUIET, "%3u  ... byte %u: not for this command; all 0", end,
			  call->size - 1);
	}
	if (end <= call->size)
		end_of_attr(s, call->size);
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "▸ this command reads it   bold: in bpf(2)   e explains");
}

static void subtitle(const struct view *v, struct text *out)
{
	const struct debug_call *call = debug_call(v->d);
	const char *name = call && call->cmd >= 0 && call->cmd < (int)bpf_commands_count
				   ? bpf_commands[call->cmd].name
				   : NULL;

	if (call)
		text_say(out, "%s, %u bytes", name ? name : "?", call->size);
}

static void explain(const struct view *v, u64 item, struct text *out)
{
	const struct debug_call *call = debug_call(v->d);

	for (const struct attr_field *f = call ? attr_fields(call->cmd, &call->attr) : NULL; f && f->name;
	     f++)
		if (f->offset == item)
			attr_explain(call->cmd, f, out);
}

const struct pane pane_attr = {
	.name = "attr",
	.title = "union bpf_attr",
	.help = "The one argument of bpf(2) beside the command and its size: a union, of which each command "
		"reads "
		"its own fields (▸). Beside each field its bytes in memory, the lowest first, and what they "
		"mean. "
		"Names in bold are those that the manual page bpf(2) lists. Addresses (→ memory) point into "
		"the "
		"process's memory, the pane beside shows it; the kernel copies from there. Where the "
		"caller's size "
		"ends, an older program on a newer kernel ends: what is behind counts as 0. Put the cursor "
		"on a "
		"field with j and k, then e explains it.",
	.subtitle = subtitle,
	.draw = draw,
	.explain = explain,
};
