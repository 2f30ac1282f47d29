/*
 * PROG_LOAD, stage BTF: func_info, line_info and core_relos must fit the instructions and the BTF behind
 * prog_btf_fd.
 *
 * Mirrors check_btf_info, check_btf_func, check_btf_line and check_core_relo of kernel/bpf/verifier.c: log
 * lines, errnos and their order. Records may be longer or shorter than Linux 6.1's; what 6.1 does not know
 * must be 0, what is missing counts as 0.
 *
 * Simplified: relocations (core_relos) are checked, but not made: loaders make them before they load, libbpf
 * among them.
 */
#include "btf_obj.h"
#include "prog.h"

#define RECORD_MAX 252      /* bytes of one record */
#define CHUNK 32            /* records that are copied in at once */

/* An array of records in user memory, read from the first to the last. */
struct records {
	const char *in;     /* "func info", as the kernel's words have it */
	u64 uaddr;
	u32 count;
	u32 size;           /* bytes of one, as the caller says */
	u32 known;          /* bytes of one that Linux 6.1 knows */
	u32 attr_size_at;   /* where the attr says the size; 6.1 corrects it when it is too long */
	u32 first, have;    /* of those in buf */
	u8 buf[CHUNK * RECORD_MAX];
};

/* Many at once; when not all of them can be read, just the one that is wanted. */
static int copy_chunk(struct sim *sim, struct call *call, struct records *r, u32 i)
{
	u32 n = min_u64(r->count - i, CHUNK);
	u64 uaddr = r->uaddr + (u64)i * r->size;
	int err = copy_in(sim, call->task, r->buf, uaddr, (u64)n * r->size);

	if (err && n > 1) {
		n = 1;
		err = copy_in(sim, call->task, r->buf, uaddr, r->size);
	}
	r->first = i;
	r->have = err ? 0 : n;
	return err;
}

static int too_long(struct sim *sim, struct call *call, struct verifier *v, const struct records *r)
{
	u32 known = r->known;
	int err = verifier_reject(sim, v, -E2BIG, "nonzero tailing record in %s", r->in);

	if (copy_out(sim, call->task, call->uattr + r->attr_size_at, &known, sizeof(known)))
		return -EFAULT;
	return err;
}

/* Record @i, zero-filled or cut to what is known. 0 or -errno. */
static int record_get(struct sim *sim, struct call *call, struct verifier *v, struct records *r, u32 i,
		      void *out)
{
	const u8 *record;
	int err = i - r->first < r->have ? 0 : copy_chunk(sim, call, r, i);

	if (err)
		return err;
	record = r->buf + (i - r->first) * r->size;
	for (u32 at = r->known; at < r->size; at++)
		if (record[at])
			return too_long(sim, call, v, r);
	memset(out, 0, r->known);
	memcpy(out, record, min_u64(r->size, r->known));
	return 0;
}

static const struct btf_types *types_of(const struct verifier *v)
{
	return &btf_of(v->prog->btf)->types;
}

/* --- func_info: name and prototype of each function --- */

/* Tail calls and LD_ABS end a function with a number that it did not choose. */
static bool returns_number(const struct btf_types *types, const struct btf_type *func)
{
	const struct btf_type *proto = btf_type_by_id(types, func->type);
	const struct btf_type *ret = btf_type_by_id(types, btf_skip_mods(types, proto->type));
	u32 kind = btf_kind(ret);

	return (kind == BTF_KIND_INT && ret->size <= 8) || kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

static int check_func_type(struct sim *sim, struct verifier *v, u32 i, u32 type_id)
{
	const struct btf_type *func = btf_type_by_id(types_of(v), type_id);
	const struct verifier_subprog *sub = &v->subprog[i];

	if (!func || btf_kind(func) != BTF_KIND_FUNC)
		return verifier_reject(sim, v, -EINVAL, "invalid type id %d in func info", type_id);
	if (!i || returns_number(types_of(v), func))
		return 0;
	if (sub->has_ld_abs)
		return verifier_reject(sim, v, -EINVAL,
				       "LD_ABS is only allowed in functions that return 'int'.\n");
	if (sub->has_tail_call)
		return verifier_reject(sim, v, -EINVAL,
				       "tail_call is only allowed in functions that return 'int'.\n");
	return 0;
}

static int check_func(struct sim *sim, struct verifier *v, u32 i, const struct bpf_func_info *info)
{
	u32 off = info[i].insn_off;

	if (!i && off)
		return verifier_reject(sim, v, -EINVAL, "nonzero insn_off %u for the first func info record",
				       off);
	if (i && off <= info[i - 1].insn_off)
		return verifier_reject(sim, v, -EINVAL,
				       "same or smaller insn offset (%u) than previous func info record (%u)",
				       off, info[i - 1].insn_off);
	if (off != v->subprog[i].start)
		return verifier_reject(sim, v, -EINVAL,
				       "func_info BTF section doesn't match subprog layout in BPF program\n");
	return check_func_type(sim, v, i, info[i].type_id);
}

static int read_funcs(struct sim *sim, struct call *call, struct verifier *v, struct records *r)
{
	struct bpf_func_info *info = sim_alloc(sim, r->count * sizeof(*info));

	if (!info)
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u func_info records", r->count);
	v->prog->func_info = info;
	for (u32 i = 0; i < r->count; i++) {
		int err = record_get(sim, call, v, r, i, &info[i]);

		if (!err)
			err = check_func(sim, v, i, info);
		if (err)
			return err;
	}
	v->prog->func_info_cnt = r->count;
	return 0;
}

static int check_funcs(struct sim *sim, struct call *call, struct verifier *v)
{
	const union bpf_attr *attr = &call->attr;
	u32 size = attr->func_info_rec_size;
	struct records r = {
		.in = "func info",
		.uaddr = attr->func_info,
		.count = attr->func_info_cnt,
		.size = size,
		.known = sizeof(struct bpf_func_info),
		.attr_size_at = offsetof(union bpf_attr, func_info_rec_size),
	};

	if (!r.count)
		return verifier_check_abnormal_return(sim, v);
	if (r.count != v->nsubprogs)
		return verifier_reject(sim, v, -EINVAL,
				       "number of funcs in func_info doesn't match number of subprogs\n");
	if (size < r.known || size > RECORD_MAX || size % 4)
		return verifier_reject(sim, v, -EINVAL, "invalid func info rec size %u\n", size);
	return read_funcs(sim, call, v, &r);
}

/* --- line_info: which source line an instruction comes from --- */

static int check_line(struct sim *sim, struct verifier *v, u32 i, const struct bpf_line_info *info)
{
	u32 prev = i ? info[i - 1].insn_off : 0, off = info[i].insn_off;

	if ((i && off <= prev) || off >= v->prog->insn_cnt)
		return verifier_reject(sim, v, -EINVAL,
				       "Invalid line_info[%u].insn_off:%u (prev_offset:%u prog->len:%u)\n", i,
				       off, prev, v->prog->insn_cnt);
	if (!v->prog->insns[off].code)
		return verifier_reject(sim, v, -EINVAL, "Invalid insn code at line_info[%u].insn_off\n", i);
	if (!btf_str(types_of(v), info[i].line_off) || !btf_str(types_of(v), info[i].file_name_off))
		return verifier_reject(sim, v, -EINVAL, "Invalid line_info[%u].line_off or .file_name_off\n",
				       i);
	return 0;
}

/* Each function's first instruction must have a line. @sub: the next function that waits for its line. */
static int match_subprog(struct sim *sim, struct verifier *v, u32 i, u32 off, u32 *sub)
{
	if (*sub == v->nsubprogs || off < v->subprog[*sub].start)
		return 0;
	if (off > v->subprog[*sub].start)
		return verifier_reject(sim, v, -EINVAL, "missing bpf_line_info for func#%u\n", *sub);
	v->subprog[*sub].line_info = i;
	++*sub;
	return 0;
}

/* Offsets grow and stay below insn_cnt, so that record number insn_cnt, if there is one, is refused. */
static int read_lines(struct sim *sim, struct call *call, struct verifier *v, struct records *r)
{
	u64 room = min_u64(r->count, (u64)v->prog->insn_cnt + 1);
	struct bpf_line_info *info = sim_alloc(sim, room * sizeof(*info));
	u32 sub = 0;

	if (!info)
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u line_info records", r->count);
	v->prog->line_info = info;
	for (u32 i = 0; i < r->count; i++) {
		int err = record_get(sim, call, v, r, i, &info[i]);

		if (!err)
			err = check_line(sim, v, i, info);
		if (!err)
			err = match_subprog(sim, v, i, info[i].insn_off, &sub);
		if (err)
			return err;
	}
	if (sub != v->nsubprogs)
		return verifier_reject(sim, v, -EINVAL,
				       "missing bpf_line_info for %u funcs starting from func#%u\n",
				       v->nsubprogs - sub, sub);
	v->prog->line_info_cnt = r->count;
	return 0;
}

/* Limits that are the same for line_info and core_relos; the kernel says nothing. */
static int check_limits(struct sim *sim, const struct records *r)
{
	if (r->count > INT32_MAX / r->known)
		return sim_fail(&sim->why, -EINVAL, "%u records of %s are too many", r->count, r->in);
	if (r->size < r->known || r->size > RECORD_MAX || r->size % 4)
		return sim_fail(&sim->why, -EINVAL,
				"records of %s have %u bytes, not a multiple of 4 from %u to %u", r->in,
				r->size, r->known, RECORD_MAX);
	return 0;
}

static int check_lines(struct sim *sim, struct call *call, struct verifier *v)
{
	struct records r = {
		.in = "line_info",
		.uaddr = call->attr.line_info,
		.count = call->attr.line_info_cnt,
		.size = call->attr.line_info_rec_size,
		.known = sizeof(struct bpf_line_info),
		.attr_size_at = offsetof(union bpf_attr, line_info_rec_size),
	};
	int err = r.count ? check_limits(sim, &r) : 0;

	return err || !r.count ? err : read_lines(sim, call, v, &r);
}

/* --- core_relos: what the kernel shall adapt to its own types --- */

static int check_relo(struct sim *sim, struct verifier *v, u32 i, const struct bpf_core_relo *relo)
{
	if (relo->insn_off % 8 || relo->insn_off / 8 >= v->prog->insn_cnt)
		return verifier_reject(sim, v, -EINVAL, "Invalid core_relo[%u].insn_off:%u prog->len:%u\n", i,
				       relo->insn_off, v->prog->insn_cnt);
	if (!btf_type_by_id(types_of(v), relo->type_id))
		return verifier_reject(sim, v, -EINVAL, "relo #%u: bad type id %u\n", i, relo->type_id);
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"core_relo[%u]: relocating by the kernel is not simulated, only by loaders", i);
}

static int check_relos(struct sim *sim, struct call *call, struct verifier *v)
{
	struct records r = {
		.in = "core_relo",
		.uaddr = call->attr.core_relos,
		.count = call->attr.core_relo_cnt,
		.size = call->attr.core_relo_rec_size,
		.known = sizeof(struct bpf_core_relo),
		.attr_size_at = offsetof(union bpf_attr, core_relo_rec_size),
	};
	struct bpf_core_relo relo;
	int err = r.count ? check_limits(sim, &r) : 0;

	if (err || !r.count)
		return err;
	err = record_get(sim, call, v, &r, 0, &relo);
	return err ? err : check_relo(sim, v, 0, &relo);
}

int prog_check_btf(struct sim *sim, struct call *call, struct prog_load *load)
{
	struct verifier *v = load->verifier;
	struct obj *btf;
	int err;

	if (!call->attr.func_info_cnt && !call->attr.line_info_cnt)
		return verifier_check_abnormal_return(sim, v);
	btf = fd_obj(sim, call->task, call->attr.prog_btf_fd, OBJ_BTF, &err);
	if (!btf)
		return err;
	obj_get(sim, btf);
	v->prog->btf = btf;
	err = check_funcs(sim, call, v);
	if (!err)
		err = check_lines(sim, call, v);
	return err ? err : check_relos(sim, call, v);
}
