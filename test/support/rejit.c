/* Recorded programs compiled by our JIT, and compared: see recorded.h. */
#include <stdio.h>
#include <stdlib.h>

#include "../../ui/vector.h"
#include "recorded.h"

static void place(struct jit_build *build, u64 address)
{
	struct jit_image *image = &build->func[build->current];

	jit_place(build, address, calloc(1, image->size),
		  calloc(image->nrelocs + 1, sizeof(struct jit_reloc)),
		  calloc(image->nexentries + 1, sizeof(struct jit_exentry)));
}

bool rejit(const struct recorded *r, struct rejited *out)
{
	out->memory = calloc(1, jit_memory_size(&r->program));
	out->build = jit_begin(&r->program, &r->target, out->memory);
	while (jit_run(out->build) == JIT_WANTS_IMAGE)
		place(out->build, r->address[out->build->current]);
	if (out->build->state != JIT_DONE)
		return false;
	for (u32 i = 0; i < r->program.npokes; i++) {
		const struct jit_poke *poke = &out->build->poke[i];

		if (r->poke_target[i])
			jit_poke_set(out->build->func[poke->func].code, r->address[poke->func], poke,
				     r->poke_target[i]);
	}
	return true;
}

void rejited_free(struct rejited *out)
{
	for (u32 i = 0; i < out->build->program->nfuncs; i++) {
		free(out->build->func[i].code);
		free(out->build->func[i].relocs);
		free(out->build->func[i].exentries);
	}
	free(out->memory);
}

/* Each line's address: that of its insn; the first one of a function is the function's. */
static bool same_lines(const struct recorded *r, const struct rejited *ours, const json_t *vector)
{
	const json_t *addresses = json_object_get(vector, "jited_line_info");
	u32 size, record = vector_int(vector, "line_info_rec_size"), f = 0;
	u8 *lines = recorded_bytes(vector, "xlated_line_info", &size);
	bool same = true;

	for (u32 i = 0; record >= 4 && i < json_array_size(addresses) && (i + 1) * record <= size; i++) {
		u32 insn, first = r->funcs[f].insns - r->insns;

		memcpy(&insn, lines + i * record, 4);
		if (i && insn >= first + r->funcs[f].len && f + 1 < r->program.nfuncs)
			first = r->funcs[++f].insns - r->insns;
		insn -= first;
		same &= insn < r->funcs[f].len && recorded_address(addresses, i) == r->address[f] +
			(insn ? ours->build->func[f].off[insn] : 0);
	}
	free(lines);
	return same;
}

/*
 * Entries of three words: the load, relative to the entry itself; what to skip, with the register's place
 * in pt_regs; a type.
 */
static bool same_exentries(const struct rejited *ours, const json_t *vector)
{
	static const u8 pt_regs[] = {80, 112, 104, 96, 88, 72, 40, 16, 8, 0}; /* by BPF register */
	const struct jit_image *image = ours->build->func;
	u32 size, table = round_up_u64(image->size, 4);
	u8 *entries = recorded_bytes(vector, "extable", &size);
	bool same = size == 12 * image->nexentries || !*vector_str(vector, "extable");

	for (u32 i = 0; i < image->nexentries && same && size; i++) {
		const struct jit_exentry *entry = &image->exentries[i];
		u32 words[3] = {entry->off - (table + 12 * i), entry->skip | pt_regs[entry->reg] << 8, 7};

		same = !memcmp(entries + 12 * i, words, sizeof(words));
	}
	free(entries);
	return same;
}

const char *recorded_differs(const struct recorded *r, const struct rejited *ours, const json_t *vector)
{
	static char words[512];

	if (ours->build->state != JIT_DONE) {
		snprintf(words, sizeof(words), "not compiled: %s", ours->build->why.text);
		return words;
	}
	for (u32 f = 0; f < r->program.nfuncs; f++) {
		const struct jit_image *image = &ours->build->func[f];
		u32 size = r->begin[f + 1] - r->begin[f], at = 0, insn = 0;

		while (at < size && at < image->size && image->code[at] == r->code[r->begin[f] + at])
			at++;
		if (at == size && at == image->size)
			continue;
		while (insn < image->len && image->off[insn + 1] <= at)
			insn++;
		snprintf(words, sizeof(words),
			 "function %u, insn %u: byte %u is %02x, Linux 6.1 has %02x (%u and %u bytes)", f,
			 insn, at, at < image->size ? image->code[at] : 0,
			 at < size ? r->code[r->begin[f] + at] : 0, image->size, size);
		return words;
	}
	if (!same_exentries(ours, vector))
		return "the exception table differs";
	return same_lines(r, ours, vector) ? NULL : "jited_line_info differs";
}
