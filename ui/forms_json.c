/* The three forms of a program as JSON: see forms_list.h. */
#include <stdio.h>
#include <stdlib.h>

#include "forms_list.h"
#include "walk_json.h"
#include "x86_text.h"

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *address(u64 value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *hex(const u8 *bytes, u32 len)
{
	char text[2 * 16 + 1];

	for (u32 i = 0; i < len && i < 16; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	return json_stringn(text, 2 * (size_t)(len < 16 ? len : 16));
}

/* --- as written --- */

static json_t *written_insn(const struct forms *f, u32 insn)
{
	struct look_range range = look_xlated_of(f->prog, insn);
	json_t *o = json_object();
	char line[256];
	struct text text;

	text_init(&text, line, sizeof(line));
	forms_written_text(f, insn, &text);
	set(o, "insn", json_integer(insn));
	set(o, "text", walk_json_string(line));
	set(o, "xlated", json_pack("[ii]", (int)range.first, (int)range.end));
	if (forms_removed_by(f->prog, insn))
		set(o, "removed_by", json_string(look_pass_name(forms_removed_by(f->prog, insn))));
	return o;
}

/* --- translated --- */

static void add_why(const struct forms *f, u32 insn, json_t *o)
{
	static const char *const changes[] = {[FORMS_REWRITTEN] = "rewritten", [FORMS_INSERTED] = "inserted"};
	enum forms_change change = forms_change(f->prog, insn);
	const char *name;

	if (change == FORMS_SAME)
		return;
	forms_why_changed(f->prog, insn, &name);
	set(o, "change", json_string(changes[change]));
	set(o, "changed_by", json_string(name));
}

static json_t *xlated_insn(const struct forms *f, u32 insn)
{
	json_t *o = json_object();
	char line[256];
	struct text text;
	const char *source;
	u32 number;

	text_init(&text, line, sizeof(line));
	forms_xlated_text(f, insn, &text);
	set(o, "insn", json_integer(insn));
	set(o, "text", walk_json_string(line));
	set(o, "origin", json_integer(f->prog->xlated->origin[insn]));
	add_why(f, insn, o);
	source = forms_source_at(f->prog, insn, &number);
	if (source) {
		set(o, "line", json_integer(number));
		set(o, "source", walk_json_string(source));
	}
	return o;
}

/* --- machine code --- */

static json_t *notes_json(const struct forms *f, u32 insn)
{
	u32 notes = look_notes(f->prog, insn);
	json_t *list = json_array();

	for (u32 i = 0; i < JIT_NOTES; i++)
		if (notes >> i & 1)
			json_array_append_new(list, json_string(jit_notes[i].name));
	return list;
}

static json_t *code_json(const struct forms *f, u32 func, const u8 *bytes, bool att)
{
	struct x86_code code = {f, func, bytes, att};
	json_t *list = json_array();
	u32 previous = UINT32_MAX;

	for (u32 off = 0, len; off < look_image(f->prog, func)->size; off += len) {
		u32 insn = look_insn_at(f->prog, func, off);
		json_t *o = json_object();
		char line[256];
		struct text text;

		text_init(&text, line, sizeof(line));
		len = x86_text(&code, off, &text);
		set(o, "off", json_integer(off));
		set(o, "bytes", hex(bytes + off, len));
		set(o, "text", walk_json_string(line));
		if (insn != UINT32_MAX)
			set(o, "xlated", json_integer(insn));
		if (insn != previous && insn != UINT32_MAX)
			set(o, "notes", notes_json(f, insn));
		previous = insn;
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *passes_json(const struct jit_image *image)
{
	json_t *list = json_array();

	for (u32 i = 0; i < image->npasses; i++)
		json_array_append_new(list, json_integer(image->pass[i].size));
	return list;
}

static json_t *function_json(const struct forms *f, u32 func, bool att)
{
	const struct jit_image *image = look_image(f->prog, func);
	u8 *bytes = forms_code(f, func);
	json_t *o = json_object();
	char name[128];
	struct text text;

	text_init(&text, name, sizeof(name));
	forms_func_name(f->prog, func, &text);
	set(o, "name", walk_json_string(name));
	set(o, "address", address(image->address));
	set(o, "size", json_integer(image->size));
	set(o, "passes", passes_json(image));
	if (bytes)
		set(o, "code", code_json(f, func, bytes, att));
	free(bytes);
	return o;
}

json_t *forms_json(const struct forms *f, bool att)
{
	const struct prog *prog = f->prog;
	json_t *o = json_object(), *written = json_array(), *xlated = json_array(), *functions = json_array();

	for (u32 i = 0; i < prog->insn_cnt; i += insn_slots(&prog->user_insns[i]))
		json_array_append_new(written, written_insn(f, i));
	for (u32 i = 0; i < prog->xlated->insn_cnt; i += insn_slots(&prog->xlated->insns[i]))
		json_array_append_new(xlated, xlated_insn(f, i));
	for (u32 i = 0; i < look_images(prog); i++)
		json_array_append_new(functions, function_json(f, i, att));
	set(o, "program", walk_json_string(program_name(&f->file)));
	set(o, "jited", json_boolean(look_images(prog)));
	set(o, "size", json_integer(forms_code_size(prog)));
	if (f->size_without)
		set(o, "size_without_mitigations", json_integer(f->size_without));
	set(o, "written", written);
	set(o, "xlated", xlated);
	set(o, "functions", functions);
	return o;
}
