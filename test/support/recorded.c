/* Programs with recorded machine code: see recorded.h. */
#include <stdlib.h>

#include "../../sim/jit/blind.h"
#include "../../ui/vector.h"
#include "recorded.h"

#define HELPER_TAIL_CALL 12

/* --- the recording --- */

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

u8 *recorded_bytes(const json_t *vector, const char *field, u32 *len)
{
	const char *hex = vector_str(vector, field);
	u8 *bytes = calloc(1, strlen(hex) / 2 + 16);

	for (*len = 0; bytes && nibble(hex[0]) >= 0 && nibble(hex[1]) >= 0; hex += 2)
		bytes[(*len)++] = nibble(hex[0]) << 4 | nibble(hex[1]);
	return bytes;
}

u64 recorded_address(const json_t *list, u32 i)
{
	const char *text = json_string_value(json_array_get(list, i));

	return text ? strtoull(text, NULL, 16) : 0;
}

static bool read_code(struct recorded *r, const json_t *vector)
{
	const json_t *lens = json_object_get(vector, "func_lens"), *ksyms = json_object_get(vector, "ksyms");
	u32 n = json_array_size(lens);

	r->code = recorded_bytes(vector, "jited", &r->size);
	if (!r->size || !n || n > RECORDED_MAX_FUNCS)
		return false;
	for (u32 i = 0; i < n; i++) {
		r->begin[i + 1] = r->begin[i] + json_integer_value(json_array_get(lens, i));
		r->address[i] = recorded_address(ksyms, i);
	}
	r->program.nfuncs = n;
	return r->begin[n] == r->size;
}

/* Thunks stand in an array by register, 32 bytes each, those of ITS 64. */
void recorded_target(struct jit_target *target, const json_t *wanted)
{
	static const char *const names[] = {"jmp", "retpoline", "lfence", "its"};
	const char *indirect = vector_str(wanted, "indirect");
	u64 thunks = strtoull(vector_str(wanted, "thunks"), NULL, 16);

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], indirect))
			target->indirect = i;
	for (u32 i = 0; i < ARRAY_SIZE(target->indirect_thunk); i++)
		target->indirect_thunk[i] = thunks + i * (target->indirect == JIT_ITS ? 64 : 32);
	target->return_thunk = strtoull(vector_str(wanted, "return_thunk"), NULL, 16);
	target->rethunk = target->return_thunk;
}

/* --- functions --- */

/* Insns that may still be changed. */
static struct bpf_insn *insns_of(struct recorded *r, u32 func)
{
	return r->insns + (r->funcs[func].insns - r->insns);
}

static void split(struct recorded *r, u32 func, s64 start)
{
	if (func && func < r->program.nfuncs && start > 0 && start < r->len)
		r->funcs[func].insns = r->insns + start;
}

/* Where functions begin: calls and ld_imm64 say it, and func_info does. */
static bool find_funcs(struct recorded *r, const json_t *vector)
{
	u32 size, record = vector_int(vector, "func_info_rec_size");
	u8 *info = recorded_bytes(vector, "xlated_func_info", &size);
	const struct bpf_insn *end = r->insns + r->len;

	for (u32 i = 0; i < r->len; i++) {
		if (insn_is_pseudo_call(&r->insns[i]))
			split(r, r->insns[i].imm, (s64)i + 1 + r->insns[i].off);
		else if (insn_is_pseudo_func(&r->insns[i]) && i + 1 < r->len)
			split(r, r->insns[i + 1].imm, (s64)i + 1 + r->insns[i].imm);
	}
	for (u32 i = 0; record >= 4 && (i + 1) * record <= size; i++)
		split(r, i, (u32)info[i * record] | info[i * record + 1] << 8 | info[i * record + 2] << 16);
	free(info);
	r->funcs[0].insns = r->insns;
	for (u32 i = r->program.nfuncs; i-- > 0; end = r->funcs[i].insns) {
		if (!r->funcs[i].insns || r->funcs[i].insns >= end)
			return false;
		r->funcs[i].len = end - r->funcs[i].insns;
	}
	return true;
}

/*
 * A function is reachable by tail calls if one of its callees makes one, or calls one that does; main if
 * any is.
 */
static void find_tail_calls(struct recorded *r)
{
	u32 n = r->program.nfuncs;
	bool changed = true, makes[RECORDED_MAX_FUNCS] = {0};

	for (u32 i = 0; i < n; i++)
		for (u32 k = 0; k < r->funcs[i].len; k++)
			makes[i] |= r->funcs[i].insns[k].code == (BPF_JMP | BPF_TAIL_CALL);
	while (changed) {
		changed = false;
		for (u32 i = 0; i < n; i++)
			for (u32 k = 0; k < r->funcs[i].len && !makes[i]; k++)
				if (insn_is_pseudo_call(&r->funcs[i].insns[k]) &&
				    (u32)r->funcs[i].insns[k].imm < n && makes[r->funcs[i].insns[k].imm])
					makes[i] = changed = true;
	}
	for (u32 i = 0; i < n; i++)
		r->funcs[i].tail_call_reachable = makes[i];
}

/* "sub rsp, imm32" is what a prologue begins with. */
static void find_stack(struct recorded *r)
{
	for (u32 i = 0; i < r->program.nfuncs; i++) {
		const u8 *code = r->code + r->begin[i] + JIT_TAIL_CALL_OFFSET - (r->program.classic ? 2 : 0);

		if (code[0] == 0x48 && code[1] == 0x81 && code[2] == 0xec)
			memcpy(&r->funcs[i].stack_depth, code + 3, 4);
	}
}

/* --- loads that may fault --- */

static u8 bpf_register(u8 x86)
{
	static const u8 registers[16] = {0, 4, 3, 6, 0, 10, 2, 1, 5, 0, 11, 12, 0, 7, 8, 9};

	return registers[x86 & 15];
}

/* The check in front of such a load, in the recording: which register and offset is checked? */
struct probe {
	u8 src;
	s16 off;
};

static bool probe_at(const u8 *code, u32 size, struct probe *probe)
{
	static const u8 add[] = {0x49, 0x81, 0xc3};

	if (size < 32 || code[0] != 0x49 || code[1] != 0xbb || code[7] != 0x80 || code[8] || code[9])
		return false;
	if (code[11] != 0x39 || code[13] != 0x72 || memcmp(code + 18, add, 3))
		return false;
	probe->src = bpf_register((code[10] & 1) << 3 | (code[12] & 7));
	probe->off = code[21] | code[22] << 8;
	return true;
}

/* Each check belongs to the next load with that register and offset. */
static void find_probes(struct recorded *r, u32 func)
{
	struct bpf_insn *insn = insns_of(r, func), *end = insn + r->funcs[func].len;
	struct probe probe;

	for (u32 at = r->begin[func]; at < r->begin[func + 1]; at++) {
		if (!probe_at(r->code + at, r->begin[func + 1] - at, &probe))
			continue;
		while (insn < end && !(BPF_CLASS(insn->code) == BPF_LDX && BPF_MODE(insn->code) == BPF_MEM &&
				       insn->src_reg == probe.src && insn->off == probe.off))
			insn++;
		if (insn < end)
			insn++->code ^= BPF_MEM ^ BPF_PROBE_MEM;
	}
}

/* --- tail calls and addresses: where our own code has them --- */

static void name_tail_calls(struct recorded *r)
{
	for (u32 i = 0; i < r->len; i++)
		if (r->insns[i].code == (BPF_JMP | BPF_CALL) && r->insns[i].imm == HELPER_TAIL_CALL &&
		    !r->insns[i].src_reg) {
			r->insns[i].code = BPF_JMP | BPF_TAIL_CALL;
			r->insns[i].imm = 0;
		}
}

/*
 * With so much of it known, our code up to the first tail call that is wrong is theirs: does it begin as a
 * direct one?
 */
static bool find_direct(struct recorded *r)
{
	struct rejited ours;
	bool changed = false;

	if (!rejit(r, &ours))
		return false;
	for (u32 f = 0; f < r->program.nfuncs && !changed; f++)
		for (u32 i = 0; i < r->funcs[f].len && !changed; i++) {
			struct bpf_insn *insn = insns_of(r, f) + i;
			u32 at = r->begin[f] + ours.build->func[f].off[i];

			if (insn->code != (BPF_JMP | BPF_TAIL_CALL) || insn->imm ||
			    at + 1 >= r->begin[f + 1] || r->code[at] != 0x8b || r->code[at + 1] != 0x85 ||
			    r->program.npokes >= RECORDED_MAX_POKES)
				continue;
			insn->imm = ++r->program.npokes;
			changed = true;
		}
	rejited_free(&ours);
	return changed;
}

static u64 field(const struct recorded *r, u32 func, const struct jit_reloc *reloc)
{
	u64 value = 0;

	if (r->begin[func] + reloc->off + reloc->size <= r->size)
		memcpy(&value, r->code + r->begin[func] + reloc->off, reloc->size);
	return value;
}

/* Where a rel32 in the recording goes. */
static u64 goes_to(const struct recorded *r, u32 func, const struct jit_reloc *reloc)
{
	return r->address[func] + reloc->off + 4 + (s64)(s32)field(r, func, reloc);
}

/*
 * Addresses of maps, of __bpf_call_base (from the first call: the others must fit), of tail calls' targets,
 * of thunks.
 */
static void find_addresses(struct recorded *r, const struct rejited *ours)
{
	for (u32 f = 0; f < r->program.nfuncs; f++) {
		const struct jit_image *image = &ours->build->func[f];

		for (u32 i = 0; i < image->nrelocs; i++) {
			const struct jit_reloc *reloc = &image->relocs[i];
			struct bpf_insn *insn = r->blinded ? NULL : insns_of(r, f) + reloc->insn;
			u64 value = field(r, f, reloc), to = goes_to(r, f, reloc);

			if (reloc->kind == JIT_RELOC_CALL && !r->target.call_base) {
				r->target.call_base = to - (s64)r->funcs[f].insns[reloc->insn].imm;
			} else if (r->blinded) {
				continue; /* addresses of maps are known, the rest does not occur */
			} else if (reloc->kind == JIT_RELOC_IMM64 && insn->src_reg) {
				insn[0].imm = value;
				insn[1].imm = value >> 32;
			} else if (reloc->kind == JIT_RELOC_POKE && reloc->arg < RECORDED_MAX_POKES) {
				r->poke_target[reloc->arg] = (u32)value == 0x441f ? 0 : to;
			}
		}
	}
}

/* Until then, addresses of maps are as long as addresses are. */
static void lengthen_map_addresses(struct recorded *r)
{
	for (u32 i = 0; i + 1 < r->len; i++)
		if (insn_is_ld_imm64(&r->insns[i]) && r->insns[i].src_reg &&
		    !insn_is_pseudo_func(&r->insns[i]))
			r->insns[i + 1].imm = -1;
}

/* --- constant blinding --- */

/* The random halves, from the recording: "xor r10, imm32" is found nowhere else. */
struct halves {
	const u8 *code, *end;
};

static u32 next_half(void *ctx)
{
	struct halves *h = ctx;
	u32 half = 0;

	while (h->end - h->code >= 7 &&
	       !((h->code[0] == 0x41 || h->code[0] == 0x49) && h->code[1] == 0x81 && h->code[2] == 0xf2))
		h->code++;
	if (h->end - h->code >= 7) {
		memcpy(&half, h->code + 3, 4);
		h->code += 7;
	}
	return half;
}

static void blind(struct recorded *r)
{
	for (u32 i = 0; i < r->program.nfuncs; i++) {
		struct halves halves = {r->code + r->begin[i], r->code + r->begin[i + 1]};
		u32 len = r->funcs[i].len, *moved = calloc(len + 1, sizeof(*moved));
		s64 n;

		r->halves[i] = calloc(JIT_BLIND_MAX(len), sizeof(struct bpf_insn));
		n = jit_blind(r->funcs[i].insns, len, (struct jit_random){&halves, next_half}, r->halves[i],
			      moved);
		free(moved);
		r->funcs[i].insns = r->halves[i];
		r->funcs[i].len = n < 0 ? 0 : n;
	}
}

/* --- read --- */

bool recorded_read(struct recorded *r, const json_t *vector)
{
	struct rejited ours;

	*r = (struct recorded){.name = vector_str(vector, "name")};
	r->insns = (struct bpf_insn *)recorded_bytes(vector, "xlated", &r->len);
	r->len /= 8;
	r->program.funcs = r->funcs;
	if (!r->len || !read_code(r, vector) || !find_funcs(r, vector))
		return false;
	name_tail_calls(r);
	find_tail_calls(r);
	find_stack(r);
	recorded_target(&r->target, json_object_get(vector, "target"));
	lengthen_map_addresses(r);
	for (u32 i = 0; i < r->program.nfuncs; i++)
		find_probes(r, i);
	r->blinded = vector_int(vector, "harden") == 2;
	if (r->blinded)
		blind(r);
	while (!r->blinded && find_direct(r))
		;
	if (rejit(r, &ours))
		find_addresses(r, &ours);
	rejited_free(&ours);
	return true;
}

void recorded_free(struct recorded *r)
{
	for (u32 i = 0; i < RECORDED_MAX_FUNCS; i++)
		free(r->halves[i]);
	free(r->insns);
	free(r->code);
}
