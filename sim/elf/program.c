/*
 * Functions: the programs of a file and the subprograms that they call.
 *
 * A global function of any section with code is a program; what lies in .text, and static functions elsewhere
 * (libbpf refuses those), are subprograms. Objects of clang before version 9 mark functions as symbols
 * without type and size: then a function reaches to the next one.
 */
#include <stdlib.h>

#include "private.h"

#define INSN_SIZE sizeof(struct bpf_insn)

static bool is_function(const struct elf_object *o, const struct elf_symbol *symbol)
{
	if (!symbol->section || symbol->section >= o->section_count ||
	    !elf_section_exec(&o->sections[symbol->section]))
		return false;
	return symbol->type == STT_FUNC || (symbol->type == STT_NOTYPE && symbol->bind != STB_LOCAL);
}

static void set_kind(struct elf_program *program)
{
	const struct elf_section_rule *rule = program->rule;
	const char *slash = strchr(program->section, '/');
	size_t len;

	if (!rule)
		return;
	len = strlen(rule->name);
	program->prog_type = rule->prog_type;
	program->expected_attach_type = rule->attach_type;
	if (rule->flags & ELF_RULE_SLEEPABLE)
		program->prog_flags |= BPF_F_SLEEPABLE;
	if (rule->flags & ELF_RULE_FRAGS)
		program->prog_flags |= BPF_F_XDP_HAS_FRAGS;
	if (rule->name[len - 1] == '+' && slash)
		program->attach_to = slash + 1;
}

static int add_function(struct elf_object *o, const struct elf_symbol *symbol)
{
	const struct elf_section *s = &o->sections[symbol->section];
	struct elf_program *program = &o->programs[o->program_count];
	bool off = s->name[0] == '?';

	if (symbol->value > s->size || symbol->size > s->size - symbol->value)
		return elf_fail(o, s, symbol->value,
				"function %.40s: found %llu bytes, expected %llu at most", symbol->name,
				(unsigned long long)symbol->size,
				(unsigned long long)(symbol->value > s->size ? 0 : s->size - symbol->value));
	if (s->offset % INSN_SIZE)
		return elf_fail(o, s, 0, "found code at 0x%llx of the file, expected a multiple of 8",
				(unsigned long long)s->offset);
	if (symbol->value % INSN_SIZE || symbol->size % INSN_SIZE)
		return elf_fail(o, s, symbol->value,
				"function %.40s: found %llu bytes at this offset, expected multiples of 8",
				symbol->name, (unsigned long long)symbol->size);
	*program = (struct elf_program){
		.name = symbol->name,
		.section = s->name + off,
		.section_index = s->index,
		.section_insn = symbol->value / INSN_SIZE,
		.own_count = symbol->size / INSN_SIZE,
		.subprog = s->index == o->private->text_section || symbol->bind == STB_LOCAL,
		.autoload = !off,
		.rule = elf_section_rule(s->name),
	};
	set_kind(program);
	o->program_count++;
	return 0;
}

static int compare_place(const void *a, const void *b)
{
	const struct elf_program *x = a, *y = b;

	if (x->section_index != y->section_index)
		return x->section_index < y->section_index ? -1 : 1;
	if (x->section_insn != y->section_insn)
		return x->section_insn < y->section_insn ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Functions without size reach to the next function or to the end of their section. */
static int set_sizes(struct elf_object *o)
{
	for (u32 i = 0; i < o->program_count; i++) {
		struct elf_program *program = &o->programs[i];
		const struct elf_section *s = &o->sections[program->section_index];
		u32 end = s->size / INSN_SIZE;

		if (program->own_count)
			continue;
		if (i + 1 < o->program_count && program[1].section_index == program->section_index)
			end = program[1].section_insn;
		program->own_count = end - program->section_insn;
		if (!program->own_count)
			return elf_fail(o, s, program->section_insn * INSN_SIZE,
					"function %.40s: found no instructions", program->name);
	}
	return 0;
}

int elf_read_programs(struct elf_object *o)
{
	const struct elf_private *p = o->private;
	u32 functions = 0;
	int err = 0;

	for (u32 i = 1; i < o->section_count; i++)
		if (elf_section_exec(&o->sections[i]) && !strcmp(o->sections[i].name, ".text"))
			o->private->text_section = i;
	for (u32 i = 0; i < p->symbol_count; i++)
		functions += is_function(o, &p->symbols[i]);
	o->programs = elf_alloc(o, functions + 1, sizeof(*o->programs));
	if (!o->programs)
		return elf_no_memory(o);
	for (u32 i = 0; !err && i < p->symbol_count; i++)
		if (is_function(o, &p->symbols[i]))
			err = add_function(o, &p->symbols[i]);
	if (err)
		return err;
	qsort(o->programs, o->program_count, sizeof(*o->programs), compare_place);
	return set_sizes(o);
}

struct elf_program *elf_function_at(const struct elf_object *o, u32 section, u64 insn)
{
	u32 low = 0, high = o->program_count;
	struct elf_program *found;

	/* the last one that starts at or before it */
	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct elf_program *program = &o->programs[middle];

		if (program->section_index < section ||
		    (program->section_index == section && program->section_insn <= insn))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = &o->programs[low - 1];
	return found->section_index == section && insn - found->section_insn < found->own_count ? found
												: NULL;
}

struct elf_program *elf_program_by_name(const struct elf_object *o, const char *name)
{
	for (u32 i = 0; i < o->program_count; i++)
		if (!o->programs[i].subprog && !strcmp(o->programs[i].name, name))
			return &o->programs[i];
	return NULL;
}
