/*
 * Linking: the instructions of one program as they go to the kernel.
 *
 * The program's function comes first; behind it each function that is called, directly or not, in the order
 * in which the calls are met when one follows them into the callee at once. Then calls get their distance,
 * references to maps a fixup, externs their value; and the function and line records of the parts become
 * those of the whole.
 */
#include <stdlib.h>

#include "private.h"

#define INSN_SIZE sizeof(struct bpf_insn)
#define NOT_PLACED UINT32_MAX

/* Room for the work on one program, used again for the next; each has an entry for every function of the
 * file. */
struct elf_link_room {
	u32 *place;                 /* by function: its first instruction in the whole */
	u32 *scanned;               /* by function: instructions that were searched for calls */
	struct elf_program **parts; /* in order */
	struct elf_program **stack; /* functions that are being searched */
};

struct linker {
	struct elf_object *o;
	struct elf_program *main;
	const struct btf_types *kernel;
	u32 *place;
	struct elf_program **parts;
	u32 part_count;
	u32 insns; /* of all parts */
};

static const struct bpf_insn *own_insns(const struct elf_object *o, const struct elf_program *function)
{
	return (const struct bpf_insn *)(o->sections[function->section_index].data) + function->section_insn;
}

static int fail_at(struct linker *l, const struct elf_program *function, u32 insn, const char *what)
{
	return elf_fail(l->o, &l->o->sections[function->section_index],
			(u64)(function->section_insn + insn) * INSN_SIZE, "program %.40s: %s", l->main->name,
			what);
}

/*
 * The function that instruction @i of @function refers to; NULL with *@err 0: it refers to none.
 * For static functions the relocation is against the section and imm holds the rest; in the same section
 * there may be none.
 */
static struct elf_program *callee(struct linker *l, const struct elf_program *function, u32 i, int *err)
{
	const struct elf_reloc *reloc =
		elf_reloc_at(l->o, function->section_index, function->section_insn + i);
	struct bpf_insn insn = own_insns(l->o, function)[i];
	u32 section = function->section_index;
	struct elf_program *found;
	s64 target;

	*err = 0;
	if (reloc && reloc->kind == RELOC_FUNC)
		target = ((s64)reloc->offset + insn.imm) / (s64)INSN_SIZE;
	else if (!insn_is_pseudo_call(&insn) || (reloc && reloc->kind == RELOC_EXTERN))
		return NULL;
	else if (reloc)
		target = (s64)(reloc->offset / INSN_SIZE) + insn.imm + 1;
	else
		target = (s64)function->section_insn + i + insn.imm + 1;
	if (reloc)
		section = reloc->index;
	found = target < 0 ? NULL : elf_function_at(l->o, section, target);
	if (!found || found->section_insn != target) {
		*err = fail_at(l, function, i, "found a call that leads to no function's start");
		return NULL;
	}
	return found;
}

/* --- which parts, and where --- */

static int add_part(struct linker *l, struct elf_program *function)
{
	if ((u64)l->insns + function->own_count + l->o->private->linked_insns > ELF_INSNS_MAX)
		return fail_at(l, function, 0,
			       "found more instructions in all programs together than can be");
	l->place[function - l->o->programs] = l->insns;
	l->parts[l->part_count++] = function;
	l->insns += function->own_count;
	return 0;
}

/* Depth first, with a stack of our own: damaged files can nest calls as deep as they have functions. */
static int place_parts(struct linker *l)
{
	const struct elf_link_room *room = l->o->private->link_room;
	struct elf_program *next;
	u32 depth = 0;
	int err = add_part(l, l->main);

	room->stack[depth++] = l->main;
	while (!err && depth) {
		struct elf_program *function = room->stack[depth - 1];
		u32 *i = &room->scanned[function - l->o->programs];

		if (*i == function->own_count) {
			depth--;
			continue;
		}
		next = callee(l, function, (*i)++, &err);
		if (!next || l->place[next - l->o->programs] != NOT_PLACED)
			continue;
		err = add_part(l, next);
		room->stack[depth++] = next;
	}
	return err;
}

/* --- what is in them --- */

static int load_extern(struct linker *l, const struct elf_program *function, u32 i,
		       const struct elf_extern *ext, struct bpf_insn *insn)
{
	bool call = insn->code == (BPF_JMP | BPF_CALL);

	if (call != (ext->kind == ELF_KSYM_FUNC))
		return fail_at(l, function, i,
			       call ? "found a call of an extern that is no function"
				    : "found an address of an extern function or of an unknown extern");
	if (call) {
		insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
		insn->imm = ext->kernel_btf_id;
		insn->off = 0;
	} else if (ext->kind == ELF_KCONFIG) {
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		insn[1].imm = ext->offset;
		l->main->fixups[l->main->fixup_count++] =
			(struct elf_fixup){insn - l->main->insns, l->o->private->kconfig_map};
	} else {
		insn[0].src_reg = ext->found ? BPF_PSEUDO_BTF_ID : 0;
		insn[0].imm = ext->kernel_btf_id;
		insn[1].imm = 0;
	}
	return 0;
}

static int apply_reloc(struct linker *l, const struct elf_program *function, u32 i,
		       const struct elf_reloc *reloc, struct bpf_insn *insn)
{
	switch (reloc->kind) {
	case RELOC_EXTERN:
		return load_extern(l, function, i, &l->o->externs[reloc->index], insn);
	case RELOC_DATA:
		insn[1].imm = insn[0].imm + (u32)reloc->offset;
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		break;
	case RELOC_MAP:
		insn[0].src_reg = BPF_PSEUDO_MAP_FD;
		break;
	default:
		return 0;
	}
	insn[0].imm = 0;
	l->main->fixups[l->main->fixup_count++] = (struct elf_fixup){insn - l->main->insns, reloc->index};
	return 0;
}

/* Calls and addresses of functions: the distance to their new place. */
static int apply_call(struct linker *l, const struct elf_program *function, u32 i, struct bpf_insn *insn)
{
	int err;
	const struct elf_program *to = callee(l, function, i, &err);

	if (!to)
		return err;
	if (insn_is_ld_imm64(insn))
		insn->src_reg = BPF_PSEUDO_FUNC;
	insn->imm = l->place[to - l->o->programs] - (insn - l->main->insns) - 1;
	return 0;
}

/* They are sorted by section and place. */
static u32 first_core_relo(const struct elf_object *o, const struct elf_program *function)
{
	u32 low = 0, high = o->core_relo_count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct elf_core_relo *relo = &o->core_relos[middle];

		if (relo->section_index < function->section_index ||
		    (relo->section_index == function->section_index &&
		     relo->relo.insn_off / INSN_SIZE < function->section_insn))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int apply_core(struct linker *l, const struct elf_program *function, struct bpf_insn *insns)
{
	const struct elf_object *o = l->o;
	int err = 0;

	for (u32 i = first_core_relo(o, function); !err && i < o->core_relo_count; i++) {
		const struct elf_core_relo *relo = &o->core_relos[i];
		u32 insn = relo->relo.insn_off / INSN_SIZE - function->section_insn;

		if (relo->section_index != function->section_index || insn >= function->own_count)
			break;
		if (relo->relo.insn_off % INSN_SIZE)
			return elf_fail(l->o, elf_section_by_name(o, ".BTF.ext"), 0,
					"CO-RE relocation %u: found offset %u, expected a multiple of 8", i,
					relo->relo.insn_off);
		err = elf_core_apply(l->o, relo, &insns[insn], function->own_count - insn, l->kernel,
				     &l->main->poisoned);
	}
	return err;
}

static int fill_part(struct linker *l, const struct elf_program *function)
{
	struct bpf_insn *insns = l->main->insns + l->place[function - l->o->programs];
	int err;

	memcpy(insns, own_insns(l->o, function), function->own_count * INSN_SIZE);
	err = apply_core(l, function, insns);
	for (u32 i = 0; !err && i < function->own_count; i++) {
		const struct elf_reloc *reloc =
			elf_reloc_at(l->o, function->section_index, function->section_insn + i);

		/* Functions may overlap, and the other one may have had room for its second half. */
		if (reloc && insn_is_ld_imm64(&own_insns(l->o, function)[i]) && i + 1 == function->own_count)
			err = fail_at(l, function, i,
				      "found half a load of 64 bits at the end of a function");
		else if (reloc)
			err = apply_reloc(l, function, i, reloc, &insns[i]);
		if (!err)
			err = apply_call(l, function, i, &insns[i]);
	}
	return err;
}

/* --- function and line records --- */

static u32 part_records(const struct elf_ext *ext, const struct elf_program *part, const u8 **first)
{
	return elf_ext_records(ext, part->section_index, part->section_insn,
			       (u64)part->section_insn + part->own_count, first);
}

/* All parts must have records, or the first has none and all go without. */
static int link_records(struct linker *l, const struct elf_ext *ext, struct elf_records *records)
{
	const u8 *first;
	u64 count = 0;
	u8 *to;

	for (u32 i = 0; i < l->part_count; i++) {
		u32 n = part_records(ext, l->parts[i], &first);

		if (!n && !i)
			return 0;
		if (!n)
			return fail_at(l, l->parts[i], 0,
				       "found no records in .BTF.ext for a function that it calls");
		count += n;
	}
	to = elf_alloc(l->o, count, ext->record_size);
	if (!to)
		return elf_no_memory(l->o);
	*records = (struct elf_records){to, ext->record_size, count};
	for (u32 i = 0; i < l->part_count; i++) {
		const struct elf_program *part = l->parts[i];
		u32 n = part_records(ext, part, &first);
		u32 moved = l->place[part - l->o->programs] - part->section_insn;

		memcpy(to, first, (u64)n * ext->record_size);
		for (; n; n--, to += ext->record_size)
			*(u32 *)to = *(u32 *)to / INSN_SIZE + moved;
	}
	return 0;
}

/* --- attaching by the kernel's BTF --- */

/* How the kernel's BTF names what a program of this attach type attaches to (libbpf,
 * btf_get_kernel_prefix_kind). */
static const struct {
	u32 attach_type;
	const char *prefix;
	u32 kind;
} attach_names[] = {
	{BPF_TRACE_RAW_TP, "btf_trace_", BTF_KIND_TYPEDEF},
	{BPF_LSM_MAC, "bpf_lsm_", BTF_KIND_FUNC},
	{BPF_LSM_CGROUP, "bpf_lsm_", BTF_KIND_FUNC},
	{BPF_TRACE_ITER, "bpf_iter_", BTF_KIND_FUNC},
};

static int find_attach_id(struct linker *l)
{
	struct elf_program *main = l->main;
	char name[128] = "";
	u32 kind = BTF_KIND_FUNC;
	struct text text;

	if (!main->rule || !(main->rule->flags & ELF_RULE_ATTACH_BTF))
		return 0;
	if (main->prog_type == BPF_PROG_TYPE_EXT)
		return elf_fail_plain(
			l->o, -EINVAL,
			"program %.40s replaces a function of another program, which is not given",
			main->name);
	if (!main->attach_to)
		return elf_fail_plain(
			l->o, -EINVAL,
			"program %.40s: section %.40s does not say what to attach to, expected %.40s/NAME",
			main->name, main->section, main->section);
	text_init(&text, name, sizeof(name));
	for (u32 i = 0; i < ARRAY_SIZE(attach_names); i++) {
		if (attach_names[i].attach_type != main->expected_attach_type)
			continue;
		text_add(&text, "%s", attach_names[i].prefix);
		kind = attach_names[i].kind;
	}
	text_add(&text, "%s", main->attach_to);
	main->attach_btf_id = l->kernel ? btf_find(l->kernel, name, kind) : 0;
	if (!main->attach_btf_id)
		return elf_fail_plain(l->o, -ESRCH, "program %.40s: found no %s %.60s in the kernel's BTF",
				      main->name, btf_kind_name(kind), name);
	return 0;
}

/* --- all of it --- */

static int make_room(struct linker *l)
{
	u64 relocs = 0;

	for (u32 i = 0; i < l->part_count; i++)
		for (u32 insn = 0; insn < l->parts[i]->own_count; insn++)
			relocs += elf_reloc_at(l->o, l->parts[i]->section_index,
					       l->parts[i]->section_insn + insn) != NULL;
	l->main->insns = elf_alloc(l->o, l->insns, INSN_SIZE);
	l->main->fixups = elf_alloc(l->o, relocs + 1, sizeof(*l->main->fixups));
	return l->main->insns && l->main->fixups ? 0 : elf_no_memory(l->o);
}

static int link_parts(struct linker *l)
{
	int err = make_room(l);

	for (u32 i = 0; !err && i < l->part_count; i++)
		err = fill_part(l, l->parts[i]);
	l->main->insn_count = l->insns;
	l->o->private->linked_insns += l->insns;
	return err ?: link_records(l, &l->o->private->func_ext, &l->main->func_info)
		   ?: link_records(l, &l->o->private->line_ext, &l->main->line_info)
		   ?: find_attach_id(l);
}

static int prepare_room(struct linker *l)
{
	u32 count = l->o->program_count;
	struct elf_link_room *room = l->o->private->link_room;

	if (!room) {
		room = elf_alloc(l->o, 1, sizeof(*room));
		if (!room)
			return elf_no_memory(l->o);
		room->place = elf_alloc(l->o, count, sizeof(*room->place));
		room->scanned = elf_alloc(l->o, count, sizeof(*room->scanned));
		room->parts = elf_alloc(l->o, count, sizeof(*room->parts));
		room->stack = elf_alloc(l->o, count, sizeof(*room->stack));
		if (!room->place || !room->scanned || !room->parts || !room->stack)
			return elf_no_memory(l->o);
		l->o->private->link_room = room;
	}
	memset(room->scanned, 0, count * sizeof(*room->scanned));
	for (u32 i = 0; i < count; i++)
		room->place[i] = NOT_PLACED;
	l->place = room->place;
	l->parts = room->parts;
	return 0;
}

int elf_link_program(struct elf_object *o, struct elf_program *program, const struct elf_target *target,
		     struct why *why)
{
	struct linker l = {.o = o, .main = program, .kernel = target->btf};
	int err;

	if (program->linked)
		return 0;
	o->private->why = why;
	program->fixup_count = 0;
	program->poisoned = 0;
	err = prepare_room(&l) ?: place_parts(&l) ?: link_parts(&l);
	program->linked = !err;
	o->private->why = NULL;
	return err;
}
