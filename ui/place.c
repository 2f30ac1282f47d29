/* Places: see place.h. */
#include <stdio.h>

#include "place.h"
#include "walk.h"

static const struct bpf_line_info *line_at(const struct prog *prog, u32 insn)
{
	const struct bpf_line_info *found = NULL;

	for (u32 i = 0; i < prog->line_info_cnt && prog->line_info[i].insn_off <= insn; i++)
		found = &prog->line_info[i];
	return found;
}

void place_take(struct place *place, struct sim *sim, const struct prog *prog, u32 insn)
{
	const struct bpf_line_info *line = line_at(prog, insn);
	struct btf *btf = btf_of(prog->btf);
	struct text text;
	const char *name;
	bool first;

	*place = (struct place){.insn = insn};
	text_init(&text, place->text, sizeof(place->text));
	walk_insn_text(sim, prog, insn, &text);
	name = walk_source(prog, insn, &place->line, &first);
	if (!name || !btf)
		return;
	snprintf(place->source, sizeof(place->source), "%.159s", name);
	name = btf_str(&btf->types, line->file_name_off);
	if (name && strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	snprintf(place->file, sizeof(place->file), "%.63s", name ? name : "");
}

json_t *place_json(const struct place *at)
{
	json_t *o = json_pack("{s:i, s:s}", "insn", at->insn, "text", at->text);

	if (!at->line)
		return o;
	json_object_set_new(o, "line", json_integer(at->line));
	json_object_set_new(o, "source", json_string(at->source));
	json_object_set_new(o, "file", json_string(at->file));
	return o;
}
