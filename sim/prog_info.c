/*
 * OBJ_GET_INFO_BY_FD for programs. Mirrors bpf_prog_get_info_by_fd of kernel/bpf/syscall.c.
 *
 * A count in the struct says how many records the caller has room for and comes back as how many there are.
 */
#include "syscall.h"
#include "prog_jit.h"

#define INFO_SIZE (offsetof(struct bpf_prog_info, attach_btf_id) + sizeof(u32)) /* what Linux 6.1 reads and writes */

struct info_call {
	struct sim *sim;
	struct task *task;
	const struct prog *prog;
	bool sees_addresses;
	struct bpf_prog_info info;
};

/* Copies as much of @data as the caller has room for; @have: records, @room: in and out. */
static int put_records(struct info_call *c, u64 uaddr, const void *data, u32 record, u32 have, u32 *room)
{
	u32 n = min_u64(have, *room);

	*room = have;
	return n ? copy_out(c->sim, c->task, uaddr, data, (u64)n * record) : 0;
}

static int put_map_ids(struct info_call *c)
{
	const struct prog *prog = c->prog;
	u32 n = min_u64(prog->nused_maps, c->info.nr_map_ids);
	int err = 0;

	c->info.nr_map_ids = prog->nused_maps;
	for (u32 i = 0; i < n && !err; i++)
		err = copy_out(c->sim, c->task, c->info.map_ids + i * sizeof(u32), &prog->used_maps[i]->obj.id,
			       sizeof(u32));
	return err;
}

static bool record_size_ok(u32 count, u32 *size, u32 known)
{
	if ((count || *size) && *size != known)
		return false;
	*size = known;
	return true;
}

static int check_record_sizes(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;

	if (record_size_ok(info->nr_func_info, &info->func_info_rec_size, sizeof(struct bpf_func_info)) &&
	    record_size_ok(info->nr_line_info, &info->line_info_rec_size, sizeof(struct bpf_line_info)) &&
	    record_size_ok(info->nr_jited_line_info, &info->jited_line_info_rec_size, sizeof(u64)))
		return 0;
	return sim_fail(&c->sim->why, -EINVAL, "func, line and jited line records have %zu, %zu and 8 bytes",
			sizeof(struct bpf_func_info), sizeof(struct bpf_line_info));
}

static void fill_facts(struct info_call *c)
{
	const struct prog *prog = c->prog;
	struct bpf_prog_info *info = &c->info;

	info->type = prog->type;
	info->id = prog->obj.id;
	info->load_time = prog->load_time;
	info->created_by_uid = prog->uid;
	info->gpl_compatible = prog->gpl;
	memcpy(info->tag, prog->tag, sizeof(info->tag));
	memcpy(info->name, prog->obj.name, sizeof(info->name));
}

static void fill_statistics(struct info_call *c)
{
	const struct prog *prog = c->prog;

	c->info.run_time_ns = prog->run_time_ns;
	c->info.run_cnt = prog->run_cnt;
	c->info.recursion_misses = 0;
	c->info.verified_insns = prog->verified_insns;
	if (prog->btf)
		c->info.btf_id = prog->btf->id;
}

/* Instructions and addresses are for those with CAP_BPF. */
static void hide_code(struct bpf_prog_info *info)
{
	info->jited_prog_len = 0;
	info->xlated_prog_len = 0;
	info->nr_jited_ksyms = 0;
	info->nr_jited_func_lens = 0;
	info->nr_func_info = 0;
	info->nr_line_info = 0;
	info->nr_jited_line_info = 0;
}

static const struct map *map_at(const struct prog *prog, u64 addr, u32 *off)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		const struct map *map = prog->used_maps[i];
		u64 value = (u64)map->k.value;

		*off = 0;
		if (addr == (u64)&map->k)
			return map;
		*off = addr - value;
		if ((map_ops(map)->traits & MAP_TRAIT_DIRECT) && addr >= value && addr - value < map->k.value_size)
			return map;
	}
	return NULL;
}

/* Addresses are not for user space: maps are shown by id. */
static void show_map(const struct prog *prog, struct bpf_insn *insn)
{
	u64 addr = (u64)(u32)insn[1].imm << 32 | (u32)insn[0].imm;
	u32 off;
	const struct map *map = map_at(prog, addr, &off);

	if (!map)
		return;
	insn[0].src_reg = addr == (u64)&map->k ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
	insn[0].imm = map->obj.id;
	insn[1].imm = off;
}

/* What user space sees of an insn; what only the kernel knows has another form. A call's imm says where the function is. */
static void show_insn(struct info_call *c, struct bpf_insn *insn)
{
	u8 code = insn->code;

	if (code == (BPF_JMP | BPF_TAIL_CALL)) {
		insn->code = BPF_JMP | BPF_CALL;
		insn->imm = BPF_FUNC_tail_call;
	} else if (code == (BPF_JMP | BPF_CALL) && !c->sees_addresses) {
		insn->imm = 0;
	} else if (BPF_CLASS(code) == BPF_LDX && BPF_MODE(code) == BPF_PROBE_MEM) {
		insn->code = BPF_LDX | BPF_MEM | BPF_SIZE(code);
	} else if (insn_is_ld_imm64(insn)) {
		show_map(c->prog, insn);
	}
}

/* Constants were blinded, and in the program itself: functions are blinded one by one, each in a copy. */
static bool is_blinded(const struct prog *prog)
{
	return prog_is_jited(prog) && prog->jit->blinded && prog->jit->program.nfuncs == 1;
}

/* The program as it is by now; one that is not verified has not been translated. */
static const struct bpf_insn *insns_of(const struct prog *prog, u32 *count)
{
	*count = is_blinded(prog) ? prog->jit->funcs[0].len : prog->xlated ? prog->xlated->insn_cnt : prog->insn_cnt;
	return is_blinded(prog) ? prog->jit->funcs[0].insns : prog->xlated ? prog->xlated->insns : prog->insns;
}

static int put_insns(struct info_call *c)
{
	const struct prog *prog = c->prog;
	u32 count;
	const struct bpf_insn *from = insns_of(prog, &count);
	u32 bytes = count * sizeof(*from);
	struct bpf_insn *insns;
	int err;

	if (!c->info.xlated_prog_len) {
		c->info.xlated_prog_len = bytes;
		return 0;
	}
	insns = sim_alloc(c->sim, bytes);
	if (!insns)
		return sim_fail(&c->sim->why, -ENOMEM, "no memory for a copy of %u instructions", count);
	memcpy(insns, from, bytes);
	for (u32 i = 0; i < count; i++)
		show_insn(c, &insns[i]);
	err = put_records(c, c->info.xlated_prog_insns, insns, 1, bytes, &c->info.xlated_prog_len);
	sim_free(c->sim, insns);
	return err;
}

/* --- machine code; addresses and code are for those who may see kernel addresses, numbers for all --- */

static u32 jited_funcs(const struct prog *prog)
{
	return prog_is_jited(prog) ? prog->jit->program.nfuncs : 1;
}

/* A program that is interpreted: one function, no code. */
static const struct jit_image *image_of(const struct prog *prog, u32 func)
{
	static const struct jit_image none;

	return prog_is_jited(prog) ? &prog->jit->build->func[func] : &none;
}

/* One function behind the other, as much as there is room for. */
static int put_code(struct info_call *c, u32 room)
{
	u64 to = c->info.jited_prog_insns;
	int err = 0;

	for (u32 i = 0; i < jited_funcs(c->prog) && room && !err; i++) {
		u32 size = image_of(c->prog, i)->size, n = min_u64(size, room);
		u8 *code = sim_alloc(c->sim, size);

		if (!code)
			return sim_fail(&c->sim->why, -ENOMEM, "no memory for a copy of %u bytes of code", size);
		prog_jit_code(c->sim, c->prog, i, code);
		err = copy_out(c->sim, c->task, to, code, n);
		sim_free(c->sim, code);
		to += n;
		room -= n;
	}
	return err;
}

static int put_jited(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;
	u32 room = info->jited_prog_len;

	info->jited_prog_len = 0;
	for (u32 i = 0; i < jited_funcs(c->prog); i++)
		info->jited_prog_len += image_of(c->prog, i)->size;
	if (!info->jited_prog_len || !room)
		return 0;
	if (c->sees_addresses)
		return put_code(c, min_u64(room, info->jited_prog_len));
	info->jited_prog_insns = 0;
	return 0;
}

static int put_ksyms(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;
	u32 have = jited_funcs(c->prog), n = min_u64(info->nr_jited_ksyms, have);
	int err = 0;

	info->nr_jited_ksyms = have;
	if (n && !c->sees_addresses)
		info->jited_ksyms = 0;
	for (u32 i = 0; i < n && c->sees_addresses && !err; i++) {
		u64 address = i ? image_of(c->prog, i)->address : prog_entry(c->prog);

		err = copy_out(c->sim, c->task, info->jited_ksyms + i * sizeof(u64), &address, sizeof(u64));
	}
	return err;
}

static int put_func_lens(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;
	u32 have = jited_funcs(c->prog), n = min_u64(info->nr_jited_func_lens, have);
	int err = 0;

	info->nr_jited_func_lens = have;
	if (n && !c->sees_addresses)
		info->jited_func_lens = 0;
	for (u32 i = 0; i < n && c->sees_addresses && !err; i++)
		err = copy_out(c->sim, c->task, info->jited_func_lens + i * sizeof(u32), &image_of(c->prog, i)->size,
			       sizeof(u32));
	return err;
}

/* Where the code of each line begins; a function's first line: where the function does. */
static u64 line_address(const struct prog *prog, u32 insn)
{
	for (u32 i = 0; i < prog->jit->program.nfuncs; i++)
		if (prog->jit->start[i] == insn)
			return prog->jit->build->func[i].address;
	return prog_jit_address(prog, insn);
}

static int put_jited_lines(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;
	const struct prog *prog = c->prog;
	u32 have = prog_is_jited(prog) ? prog->xlated->line_info_cnt : 0, n = min_u64(info->nr_jited_line_info, have);
	int err = 0;

	info->nr_jited_line_info = have;
	if (n && !c->sees_addresses)
		info->jited_line_info = 0;
	for (u32 i = 0; i < n && c->sees_addresses && !err; i++) {
		u64 address = line_address(prog, prog->xlated->line_info[i].insn_off);

		err = copy_out(c->sim, c->task, info->jited_line_info + i * sizeof(u64), &address, sizeof(u64));
	}
	return err;
}

/* Source lines, where they are by now. */
static int put_lines(struct info_call *c, const struct bpf_line_info *lines, u32 have)
{
	const u32 *moved = is_blinded(c->prog) ? c->prog->jit->moved[0] : NULL;
	u32 n = min_u64(have, c->info.nr_line_info);
	int err = 0;

	c->info.nr_line_info = have;
	for (u32 i = 0; i < n && !err; i++) {
		struct bpf_line_info line = lines[i];

		if (moved)
			line.insn_off = moved[line.insn_off];
		err = copy_out(c->sim, c->task, c->info.line_info + i * sizeof(line), &line, sizeof(line));
	}
	return err;
}

static int put_lines_and_funcs(struct info_call *c)
{
	const struct prog *prog = c->prog;
	const struct xlated *xlated = prog->xlated;
	const struct bpf_func_info *funcs = xlated ? xlated->func_info : prog->func_info;
	u32 nfuncs = xlated && funcs ? xlated->nsubprogs : prog->func_info_cnt;
	int err = put_records(c, c->info.func_info, funcs, sizeof(*funcs), nfuncs, &c->info.nr_func_info);

	if (err)
		return err;
	return xlated ? put_lines(c, xlated->line_info, xlated->line_info_cnt) : put_lines(c, prog->line_info, prog->line_info_cnt);
}

/* Of each function by itself, once there are several. */
static int put_tags(struct info_call *c)
{
	struct bpf_prog_info *info = &c->info;
	u32 have = jited_funcs(c->prog), n = min_u64(info->nr_prog_tags, have);
	int err = 0;

	info->nr_prog_tags = have;
	for (u32 i = 0; i < n && !err; i++) {
		u8 tag[BPF_TAG_SIZE];

		prog_func_tag(c->prog, i, tag);
		err = copy_out(c->sim, c->task, info->prog_tags + i * sizeof(tag), tag, sizeof(tag));
	}
	return err;
}

static int put_source(struct info_call *c)
{
	const struct prog *prog = c->prog;
	struct bpf_prog_info *info = &c->info;
	int err;

	info->attach_btf_id = prog->attach_btf_id;
	if (prog->attach_prog && ((const struct prog *)prog->attach_prog)->btf)
		info->attach_btf_obj_id = ((const struct prog *)prog->attach_prog)->btf->id;
	err = put_lines_and_funcs(c);
	if (!err)
		err = put_jited_lines(c);
	return err ? err : put_tags(c);
}

static int fill(struct info_call *c)
{
	int err;

	fill_facts(c);
	err = put_map_ids(c);
	if (!err)
		err = check_record_sizes(c);
	if (err)
		return err;
	fill_statistics(c);
	if (!bpf_capable(c->sim, c->task)) {
		hide_code(&c->info);
		return 0;
	}
	if (is_blinded(c->prog) && !c->sees_addresses && c->info.xlated_prog_len) {
		c->info.xlated_prog_len = c->prog->jit->funcs[0].len * sizeof(struct bpf_insn);
		c->info.xlated_prog_insns = 0;
		return 0;
	}
	err = put_insns(c);
	err = err ? err : put_jited(c);
	err = err ? err : put_ksyms(c);
	err = err ? err : put_func_lens(c);
	return err ? err : put_source(c);
}

s64 prog_get_info(struct sim *sim, struct call *call, struct obj *obj)
{
	struct info_call c = {.sim = sim, .task = call->task, .prog = (const struct prog *)obj};
	u64 uinfo = call->attr.info.info, ulen = call->uattr + offsetof(union bpf_attr, info.info_len);
	u32 len = call->attr.info.info_len;
	int err = check_tail_zero(sim, call->task, uinfo, INFO_SIZE, len);

	if (err)
		return err;
	c.sees_addresses = fd_file(call->task, call->attr.info.bpf_fd)->sees_addresses;
	len = min_u64(len, sizeof(c.info));
	err = copy_in(sim, call->task, &c.info, uinfo, len);
	if (!err)
		err = fill(&c);
	if (!err)
		err = copy_out(sim, call->task, uinfo, &c.info, len);
	return err ? err : copy_out(sim, call->task, ulen, &len, sizeof(len));
}
