/* Which registers may be read: see readable.h. Facts flow along the graph until nothing changes. */
#include <stdlib.h>

#include "readable.h"

#define EVERY ((1u << MAX_BPF_REGS) - 1)
#define ARGUMENTS 0x3eu /* r1 to r5 */
#define AT_ENTRY (1u << BPF_REG_1 | 1u << BPF_REG_10)
#define INSNS_MAX 20000 /* longer programs are not looked through for each drawing */

/* A program in one of its forms. */
struct form {
	const struct bpf_insn *insns;
	u32 count, nsubprogs;
	const struct subprog *subprogs;
};

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

static u32 after(const struct bpf_insn *insn, u32 before)
{
	if (is_call(insn))
		return (before & ~ARGUMENTS) | 1u << BPF_REG_0;
	return before | isa_defs(insn);
}

/* Lets the facts of one instruction flow on; true: something has changed. */
static bool flow(const struct form *f, u16 *facts, u32 i)
{
	const struct bpf_insn *insn = &f->insns[i];
	struct cfg_way way[2];
	u32 ways = cfg_ways(f->insns, i, way), out = after(insn, facts[i]);
	bool changed = false;

	for (u32 n = 0; n < ways; n++) {
		bool into_function = (is_call(insn) || insn_is_pseudo_func(insn)) && way[n].branch;

		if (way[n].to < 0 || way[n].to >= f->count || into_function)
			continue;
		changed |= facts[way[n].to] & ~out;
		facts[way[n].to] &= out;
	}
	return changed;
}

u32 readable_registers(const struct prog *prog, bool translated, u32 insn)
{
	const struct xlated *x = prog->xlated;
	const struct form f = translated ? (struct form){x->insns, x->insn_cnt, x->nsubprogs, x->subprogs}
					 : (struct form){prog->insns, prog->insn_cnt, prog->nsubprogs,
							 prog->subprogs};
	u32 count = f.count, found;
	bool changed = true;
	u16 *facts;

	if (!x || insn >= count || count > INSNS_MAX)
		return EVERY;
	facts = malloc(count * sizeof(*facts));
	if (!facts)
		return EVERY;
	for (u32 i = 0; i < count; i++)
		facts[i] = EVERY;
	facts[0] = AT_ENTRY;
	for (u32 i = 1; i < f.nsubprogs; i++)
		facts[f.subprogs[i].start] = AT_ENTRY | ARGUMENTS;
	while (changed) {
		changed = false;
		for (u32 i = 0; i < count; i += insn_slots(&f.insns[i]))
			changed |= flow(&f, facts, i);
	}
	found = facts[insn];
	free(facts);
	return found;
}
