/*
 * The three forms side by side: see forms_list.h. A row is one translated insn; a cell that is too
 * narrow goes on below.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "forms_list.h"
#include "x86_text.h"

#define THREE_COLUMNS 110u
#define CELL_LINES 24u
#define LINE_MAX 256u

/* --- cells --- */

struct cell {
	u32 width;
	u32 lines;
	char line[CELL_LINES][LINE_MAX];
};

static void cell_line(struct cell *cell, const char *text, size_t len)
{
	if (cell->lines < CELL_LINES)
		snprintf(cell->line[cell->lines++], LINE_MAX, "%.*s", (int)len, text);
}

/*
 * Where a text that is too long for @room is cut: behind a space, if there is one that is
 * not at its beginning.
 */
static size_t cut(const char *text, size_t room)
{
	size_t at = room;

	while (at > room / 2 && text[at - 1] != ' ')
		at--;
	return at > room / 2 ? at : room;
}

/* @head stands in front of the first line, as many blanks in front of the others. */
static void cell_add(struct cell *cell, const char *head, const char *text)
{
	u32 indent = strlen(head), room = cell->width > indent + 8 ? cell->width - indent : 8;
	char line[LINE_MAX];

	for (bool first = true; first || *text; first = false) {
		size_t len = strlen(text), n = len > room ? cut(text, room) : len;

		snprintf(line, sizeof(line), "%*s%.*s", (int)indent, first ? head : "", (int)n, text);
		cell_line(cell, line, strlen(line));
		text += n;
		if (len <= room)
			return;
	}
}

static void print_cells(const struct cell *cells, u32 count)
{
	u32 lines = 0;

	for (u32 i = 0; i < count; i++)
		lines = cells[i].lines > lines ? cells[i].lines : lines;
	for (u32 n = 0; n < lines; n++) {
		char line[4 * LINE_MAX] = "";
		int used = 0;

		for (u32 i = 0; i < count; i++)
			used += snprintf(line + used, sizeof(line) - used, "%-*s%s", (int)cells[i].width,
					 n < cells[i].lines ? cells[i].line[n] : "",
					 i + 1 < count ? " " : "");
		while (used && line[used - 1] == ' ')
			line[--used] = 0;
		printf("%s\n", line);
	}
}

/* --- what stands in them --- */

static void write_written(const struct forms_list *l, u32 insn, struct cell *cell)
{
	char text[LINE_MAX], head[16];
	struct text out;

	text_init(&out, text, sizeof(text));
	forms_written_text(l->forms, insn, &out);
	snprintf(head, sizeof(head), "%s%4u ", forms_removed_by(l->forms->prog, insn) ? "-" : " ", insn);
	cell_add(cell, head, text);
}

static void write_xlated(const struct forms_list *l, u32 insn, struct cell *cell)
{
	static const char marks[] = {[FORMS_SAME] = ' ', [FORMS_REWRITTEN] = '~', [FORMS_INSERTED] = '+'};
	char text[LINE_MAX], head[16];
	struct text out;

	text_init(&out, text, sizeof(text));
	forms_xlated_text(l->forms, insn, &out);
	snprintf(head, sizeof(head), "%c%4u ", marks[forms_change(l->forms->prog, insn)], insn);
	cell_add(cell, head, text);
}

static void add_byte(const struct x86_code *code, bool raw, u32 off, char *hex)
{
	if (!raw && x86_is_address(code, off))
		strcpy(hex, ".. ");
	else
		sprintf(hex, "%02x ", code->bytes[off]);
}

/* " 4d 48 85 c0        test rax, rax"; bytes that do not fit go below. */
static void write_code_line(const struct x86_code *code, bool raw, struct cell *cell, u32 off, u32 len,
			    const char *text)
{
	u32 a_line = cell->width >= 60 ? 7 : cell->width >= 54 ? 6 : 5, first = cell->lines, taken = 0;
	struct cell asm_lines = {.width = cell->width - 5 - 3 * a_line};

	cell_add(&asm_lines, "", text);
	for (u32 i = 0; i < asm_lines.lines || taken < len; i++) {
		char line[LINE_MAX], hex[3 * 8 + 1] = "", at[8] = "";

		for (u32 n = 0; n < a_line && taken < len; n++)
			add_byte(code, raw, off + taken++, hex + 3 * n);
		if (cell->lines == first)
			snprintf(at, sizeof(at), "%x", off);
		snprintf(line, sizeof(line), "%4s %-*s%s", at, (int)(3 * a_line), hex,
			 i < asm_lines.lines ? asm_lines.line[i] : "");
		cell_line(cell, line, strlen(line));
	}
}

static void write_code(const struct forms_list *l, u32 func, const u8 *bytes, struct look_range range,
		       struct cell *cell)
{
	struct x86_code code = {l->forms, func, bytes, l->att};

	for (u32 off = range.first, len; off < range.end; off += len) {
		char text[LINE_MAX];
		struct text out;

		text_init(&out, text, sizeof(text));
		len = x86_text(&code, off, &out);
		write_code_line(&code, l->raw, cell, off, len, text);
	}
}

/* Long code (a prologue, a tail call) may have more lines than a cell: it is printed in parts. */
static void print_row(const struct forms_list *l, struct cell *cells, u32 count, u32 func, const u8 *bytes,
		      struct look_range code)
{
	do {
		struct look_range part = code;
		struct x86_code x86 = {l->forms, func, bytes, l->att};
		char scratch[LINE_MAX];
		struct text out;

		for (u32 n = 0; bytes && n < CELL_LINES / 3 && code.first < code.end; n++) {
			text_init(&out, scratch, sizeof(scratch));
			code.first += x86_text(&x86, code.first, &out);
		}
		part.end = code.first;
		if (bytes)
			write_code(l, func, bytes, part, &cells[count - 1]);
		print_cells(cells, count);
		for (u32 i = 0; i < count; i++)
			cells[i].lines = 0;
	} while (bytes && code.first < code.end);
}

/* --- why --- */

static void tell_reason(const struct forms_list *l, const char *name, const char *doc)
{
	struct cell cell = {.width = l->width - 1};
	char text[LINE_MAX];

	snprintf(text, sizeof(text), "%s%s%s", name, *doc ? ": " : "", doc);
	cell_add(&cell, "          why  ", text);
	print_cells(&cell, 1);
}

static void tell_why(struct forms_list *l, u32 insn)
{
	const struct prog *prog = l->forms->prog;
	const char *name, *doc = forms_why_changed(prog, insn, &name);
	u32 notes = l->code && look_images(prog) ? look_notes(prog, insn) : 0;

	if (*doc)
		tell_reason(l, name, l->told_pass && !strcmp(l->told_pass, name) ? "" : doc);
	if (*doc)
		l->told_pass = name;
	for (u32 i = 0; i < JIT_NOTES; i++)
		if (notes >> i & 1)
			tell_reason(l, jit_notes[i].name, l->told >> i & 1 ? "" : jit_notes[i].doc);
	l->told |= notes;
}

/* --- rows --- */

static bool three(const struct forms_list *l)
{
	return l->width >= THREE_COLUMNS || !l->code;
}

/* Cells: as written (with three columns), translated, machine code (if wanted). */
static u32 make_cells(const struct forms_list *l, struct cell *cells)
{
	u32 count = 0, left = l->width - 1;

	memset(cells, 0, 3 * sizeof(*cells));
	if (three(l))
		cells[count++].width = l->code ? 32 : left / 2 - 1;
	if (l->code) {
		cells[count].width = three(l) || left > 90 ? 33 : 31;
		left -= cells[count++].width + 1 + (three(l) ? 33 : 0);
		cells[count].width = left;
		return count + 1;
	}
	cells[count++].width = left - left / 2;
	return count;
}

/* An insn that is there no more. */
static void print_removed(const struct forms_list *l, u32 written)
{
	struct cell cells[3];
	u32 pass = forms_removed_by(l->forms->prog, written);

	make_cells(l, cells);
	write_written(l, written, &cells[0]);
	print_cells(cells, 1);
	if (l->why && pass)
		tell_reason(l, look_pass_name(pass), look_pass_doc(pass));
}

static void print_source(const struct forms_list *l, u32 insn, u32 *last)
{
	u32 line;
	const char *text = forms_source_at(l->forms->prog, insn, &line);

	if (!text || line == *last)
		return;
	*last = line;
	printf("%s; %.*s  (line %u)%s\n", cli_paint(PAINT_QUIET), (int)(l->width - 16), text, line,
	       cli_paint(PAINT_END));
}

/* Two columns: what was written is told where it says something else. */
static void print_written_apart(const struct forms_list *l, u32 insn, u32 written)
{
	char now[LINE_MAX], then[LINE_MAX];
	struct text out;

	text_init(&out, now, sizeof(now));
	forms_xlated_text(l->forms, insn, &out);
	text_init(&out, then, sizeof(then));
	forms_written_text(l->forms, written, &out);
	if (strcmp(now, then))
		printf("%s %4u %s  (as written)%s\n", cli_paint(PAINT_QUIET), written, then,
		       cli_paint(PAINT_END));
}

static u32 slots_of(const struct forms_list *l, u32 insn)
{
	return insn_slots(&l->forms->prog->xlated->insns[insn]);
}

static struct look_range code_range(const struct forms_list *l, u32 insn)
{
	return l->code ? look_code_of(l->forms->prog, insn) : (struct look_range){0, 0};
}

static void print_insn(struct forms_list *l, u32 insn, u32 func, const u8 *bytes)
{
	const struct prog *prog = l->forms->prog;
	u32 written = prog->xlated->origin[insn], count;
	bool first = look_xlated_of(prog, written).first == insn;
	struct cell cells[3];

	count = make_cells(l, cells);
	if (first && three(l))
		write_written(l, written, &cells[0]);
	else if (first)
		print_written_apart(l, insn, written);
	write_xlated(l, insn, &cells[three(l) ? 1 : 0]);
	print_row(l, cells, count, func, bytes, code_range(l, insn));
	if (l->why)
		tell_why(l, insn);
}

/* --- functions --- */

static void print_title(const struct forms_list *l, u32 func)
{
	struct cell cell = {.width = l->width - 1};
	char text[LINE_MAX];
	struct text out;

	text_init(&out, text, sizeof(text));
	forms_func_text(l->forms->prog, func, &out);
	cell_add(&cell, "", text);
	printf("\n%s", cli_paint(PAINT_HEAD));
	print_cells(&cell, 1);
	printf("%s", cli_paint(PAINT_END));
	if (l->code)
		printf("%u bytes at 0x%llx\n", look_image(l->forms->prog, func)->size,
		       (unsigned long long)look_image(l->forms->prog, func)->address);
}

static void print_prologue(const struct forms_list *l, u32 func, const u8 *bytes)
{
	struct cell cells[3];
	u32 count = make_cells(l, cells);

	cell_add(&cells[three(l) ? 1 : 0], "      ", "prologue");
	print_row(l, cells, count, func, bytes,
		  (struct look_range){0, look_image(l->forms->prog, func)->off[0]});
}

static u32 end_of(const struct prog *prog, u32 func)
{
	return func + 1 < prog->xlated->nsubprogs ? prog->xlated->subprogs[func + 1].start
						  : prog->xlated->insn_cnt;
}

/* Insns as written up to that of @insn that have nothing left. *written: the next one to tell. */
static void print_removed_before(const struct forms_list *l, u32 upto, u32 *written)
{
	const struct prog *prog = l->forms->prog;

	for (; *written < upto; *written += insn_slots(&prog->user_insns[*written])) {
		struct look_range range = look_xlated_of(prog, *written);

		if (range.first == range.end)
			print_removed(l, *written);
	}
}

static void print_function(struct forms_list *l, u32 func, u32 *written)
{
	const struct prog *prog = l->forms->prog;
	u8 *bytes = l->code ? forms_code(l->forms, func) : NULL;
	u32 last_line = 0;

	print_title(l, func);
	if (bytes)
		print_prologue(l, func, bytes);
	for (u32 insn = prog->xlated->subprogs[func].start; insn < end_of(prog, func);
	     insn += slots_of(l, insn)) {
		print_source(l, insn, &last_line);
		print_removed_before(l, prog->xlated->origin[insn], written);
		print_insn(l, insn, func, bytes);
	}
	free(bytes);
}

static void print_legend(const struct forms_list *l)
{
	struct cell cells[3];
	u32 count = make_cells(l, cells);

	printf("~ rewritten   + inserted   - removed\n\n");
	if (three(l))
		cell_add(&cells[0], "", "     as written");
	cell_add(&cells[three(l) ? 1 : 0], "", "      translated");
	if (l->code)
		cell_add(&cells[count - 1], "", l->att ? "     x86-64 (AT&T)" : "     x86-64 (Intel)");
	printf("%s", cli_paint(PAINT_HEAD));
	print_cells(cells, count);
	printf("%s", cli_paint(PAINT_END));
}

void forms_list_print(struct forms_list *l)
{
	const struct prog *prog = l->forms->prog;
	u32 written = 0;

	print_legend(l);
	for (u32 func = 0; func < prog->xlated->nsubprogs; func++)
		print_function(l, func, &written);
	print_removed_before(l, prog->insn_cnt, &written);
}
