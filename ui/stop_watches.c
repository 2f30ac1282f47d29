/* Watchpoints: registers, elements of maps, memory, expressions. See stops.h. */
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"
#include "stops.h"

/* --- registers: of a run, or what walk 2 knows of them --- */

static int parse_reg(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	char *end;

	(void)d;
	text += *text == '$';
	if (*text != 'r' || text[1] < '0' || text[1] > '9')
		return -ENOENT;
	stop->at = strtoul(text + 1, &end, 10);
	if (*end)
		return -ENOENT;
	return stop->at < MAX_BPF_REGS ? 0 : sim_fail(why, -EINVAL, "registers are r0 to r10");
}

static bool reg_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	const struct picture *now = &d->now;

	if (before->running && now->running && before->frame == now->frame)
		return before->reg[stop->at] != now->reg[stop->at];
	if (before->walking && now->walking && before->vframe == now->vframe && before->fork == now->fork)
		return strcmp(before->known[stop->at], now->known[stop->at]) != 0;
	return false;
}

/* --- elements of maps, which may come and go --- */

static int parse_map(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	bool said = strncmp(text, "map ", 4) == 0;
	const struct map *map = expr_map(d, text + (said ? 4 : 0), stop->key, sizeof(stop->key), NULL);

	stop->at = map ? map->obj.id : 0;
	if (map)
		return 0;
	if (!said || strchr(text, '.'))
		return -ENOENT;
	return sim_fail(why, -EINVAL,
			"'%.40s': expected map NAME[KEY] of a map that exists now; `info maps` lists them",
			text);
}

static bool map_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	struct obj *obj = obj_by_id(debug_sim(d), OBJ_MAP, stop->at);
	const struct map *map = obj ? container_of(obj, struct map, obj) : NULL;
	const struct picture_element *was = map ? picture_find(before, map, stop->key) : NULL;
	const struct picture_element *is = map ? picture_find(&d->now, map, stop->key) : NULL;

	return map && (!was != !is || (was && was->value != is->value));
}

/* --- memory --- */

/* "/N" at the end: so many bytes. */
static bool take_size(const char *text, char *expr, size_t cap, u32 *size)
{
	const char *slash = strrchr(text, '/');
	char *end;

	*size = 0;
	snprintf(expr, cap, "%s", text);
	if (!slash || slash[1] < '0' || slash[1] > '9')
		return true;
	*size = strtoul(slash + 1, &end, 10);
	if (*end || strlen(text) >= cap)
		return true;
	expr[slash - text] = 0;
	return *size >= 1 && *size <= STOP_BYTES;
}

static int watch_at(struct debug *d, u64 addr, u32 size, struct stop *stop, struct why *why)
{
	u8 bytes[STOP_BYTES];

	stop->addr = addr;
	stop->size = size;
	if (!mem_read(debug_sim(d), bytes, addr, size))
		return 0;
	return sim_fail(why, -EINVAL, "no memory of the simulated kernel at 0x%llx (%u bytes)",
			(unsigned long long)addr, size);
}

/* "*ADDRESS/N"; "fp-8/N"; whatever lies in memory: a global variable, a member of a map's value. */
static int parse_memory(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	bool star = *text == '*' && text[1 + strspn(text + 1, " ")] != '(';
	struct expr_value v;
	char expr[80];
	u32 size;
	int err;

	if (!take_size(text, expr, sizeof(expr), &size))
		return sim_fail(why, -EINVAL, "'%.40s': 1 to %u bytes can be watched", text, STOP_BYTES);
	err = expr_eval(d, expr + star, &v, why);
	if (err)
		return err == -EINVAL ? -EINVAL : -ENOENT;
	if (star || strncmp(expr, "fp", 2) == 0)
		return watch_at(d, v.number, size ? size : 8, stop, why);
	if (v.place == EXPR_MEMORY)
		return watch_at(d, v.at, size ? size : min_u64(v.size, STOP_BYTES), stop, why);
	return -ENOENT;
}

static bool look_memory(struct debug *d, const struct stop *stop, u8 *seen)
{
	return !mem_read(debug_sim(d), seen, stop->addr, stop->size);
}

static u32 bytes_of(const struct bpf_insn *insn)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

/* Does the instruction of the run that comes next in the picture read it? */
static bool reads(const struct stop *stop, const struct picture *before)
{
	const struct bpf_insn *insn;
	u64 addr;

	insn = before->running ? debug_insn_of(before->prog, before->translated, before->pc) : NULL;
	if (!insn)
		return false;
	if (BPF_CLASS(insn->code) == BPF_LDX && BPF_MODE(insn->code) == BPF_MEM)
		addr = before->reg[insn->src_reg] + insn->off;
	else if (BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC)
		addr = before->reg[insn->dst_reg] + insn->off;
	else
		return false;
	return addr < stop->addr + stop->size && stop->addr < addr + bytes_of(insn);
}

static bool memory_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)d;
	return (stop->access != STOP_READ && stop->changed) ||
	       (stop->access != STOP_CHANGE && reads(stop, before));
}

/* --- expressions --- */

static int parse_expr(struct debug *d, const char *text, struct stop *stop, struct why *why)
{
	u64 value;

	(void)stop;
	return expr_value(d, text, &value, why) ? -EINVAL : 0;
}

static bool look_expr(struct debug *d, const struct stop *stop, u8 *seen)
{
	struct why why;
	u64 value;

	if (expr_value(d, stop->what, &value, &why))
		return false;
	memcpy(seen, &value, sizeof(value));
	return true;
}

static bool expr_here(struct debug *d, const struct stop *stop, const struct picture *before)
{
	(void)d, (void)before;
	return stop->changed;
}

const struct stop_form stop_watches[STOP_KINDS - STOP_REG] = {
	[STOP_REG - STOP_REG] = {NULL, "r0", parse_reg, reg_here, NULL},
	[STOP_MAP - STOP_REG] = {NULL, "map counts[6]", parse_map, map_here, NULL},
	[STOP_MEMORY -
		STOP_REG] = {NULL, "*ADDRESS/N (N bytes), fp-8", parse_memory, memory_here, look_memory},
	[STOP_EXPR - STOP_REG] = {NULL, "an expression", parse_expr, expr_here, look_expr},
};
