/* OBJ_GET_INFO_BY_FD of programs, PROG_BIND_MAP. Only what a kernel without JIT and one with it agree on. */
#include <stddef.h>

#include "test/errno/prog.h"

static long get_info(int fd, void *info, unsigned len, unsigned *len_out)
{
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = len, .info = U64(info)}};
	long ret = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));

	*len_out = attr.info.info_len;
	return ret;
}

static int load_with_map(int map, const char *license)
{
	const struct bpf_insn insns[] = {IMM64(1, BPF_PSEUDO_MAP_FD, map, 0), MOV(0, 7), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.license = U64(license);
	memcpy(attr.prog_name, "with_map", 8);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void show(int fd, const char *what)
{
	struct bpf_prog_info info = {0};
	unsigned len;
	long ret = get_info(fd, &info, sizeof(info), &len);

	line(ret, "info of %s", what);
	note("    len %u type %u name '%s' uid %u gpl %u maps %u btf %u xlated %u verified %u runs %llu", len, info.type, info.name,
	    info.created_by_uid, info.gpl_compatible, info.nr_map_ids, info.btf_id, info.xlated_prog_len, info.verified_insns,
	    (unsigned long long)info.run_cnt);
	note("    tag %02x%02x%02x%02x%02x%02x%02x%02x rec sizes %u %u %u infos %u %u netns %llu ifindex %u",
	    info.tag[0], info.tag[1], info.tag[2], info.tag[3], info.tag[4], info.tag[5], info.tag[6], info.tag[7],
	    info.func_info_rec_size, info.line_info_rec_size, info.jited_line_info_rec_size, info.nr_func_info,
	    info.nr_line_info, (unsigned long long)info.netns_dev, info.ifindex);
}

static void record_sizes(int fd)
{
	static const struct bpf_prog_info cases[] = {
		{.func_info_rec_size = 8},
		{.func_info_rec_size = 12},
		{.nr_func_info = 1},
		{.nr_func_info = 1, .func_info_rec_size = 8},
		{.line_info_rec_size = 16},
		{.line_info_rec_size = 8},
		{.nr_line_info = 3},
		{.jited_line_info_rec_size = 8},
		{.jited_line_info_rec_size = 4},
		{.nr_jited_line_info = 1},
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct bpf_prog_info info = cases[i];
		unsigned len;

		line(get_info(fd, &info, sizeof(info), &len), "info, record sizes case %u", i);
	}
}

static void sizes(int fd)
{
	static union { struct bpf_prog_info info; char bytes[8192]; } big;
	static const unsigned size[] = {0, 4, 7, 8, 20, 80, 224, 228, 232, 233, 256, 4096, 4097, 8192, ~0u};
	unsigned len;

	for (unsigned i = 0; i < COUNT(size); i++) {
		memset(&big, 0, sizeof(big));
		line(get_info(fd, &big, size[i], &len), "info of %u bytes", size[i]);
		note("    len %u type %u", len, big.info.type);
	}
	memset(&big, 0, sizeof(big));
	big.bytes[240] = 1;
	line(get_info(fd, &big, 256, &len), "info with a byte set behind its end");
	memset(&big, 0, sizeof(big));
	big.bytes[228] = 1;
	line(get_info(fd, &big, 232, &len), "info with a byte of padding set");
	line(get_info(fd, BAD_POINTER, 80, &len), "info at a bad address");
	line(get_info(fd, page_end(80), 80, &len), "info at the end of memory");
	line(get_info(fd, page_end(80), 88, &len), "info beyond the end of memory");
	line(get_info(99, &big, 80, &len), "info of an fd that is not open");
}

static void pointers(int fd)
{
	unsigned ids[4] = {0}, len;
	struct bpf_insn insns[4] = {{0}};
	struct bpf_prog_info info = {.nr_map_ids = 4, .map_ids = U64(ids)};

	line(get_info(fd, &info, sizeof(info), &len), "info with map ids");
	note("    nr_map_ids %u, %s", info.nr_map_ids, ids[0] && !ids[1] ? "one written" : "not one written");
	info = (struct bpf_prog_info){.nr_map_ids = 1, .map_ids = U64(BAD_POINTER)};
	line(get_info(fd, &info, sizeof(info), &len), "map ids at a bad address");
	info = (struct bpf_prog_info){.map_ids = U64(BAD_POINTER)};
	line(get_info(fd, &info, sizeof(info), &len), "no map ids wanted, bad address");
	info = (struct bpf_prog_info){.xlated_prog_len = sizeof(insns), .xlated_prog_insns = U64(insns)};
	line(get_info(fd, &info, sizeof(info), &len), "info with instructions");
	note("    xlated_prog_len %u: code %02x dst %u src %u, imm is %s id, second imm %d, third %02x",
	    info.xlated_prog_len, insns[0].code, insns[0].dst_reg, insns[0].src_reg,
	    (unsigned)insns[0].imm == ids[0] ? "the map's" : "no", insns[1].imm, insns[2].code);
	info = (struct bpf_prog_info){.xlated_prog_len = 12,
				      .xlated_prog_insns = U64(memset(insns, 0x55, sizeof(insns)))};
	line(get_info(fd, &info, sizeof(info), &len), "12 bytes of instructions");
	note("    xlated_prog_len %u, second code %02x off %d imm %x", info.xlated_prog_len, insns[1].code, insns[1].off,
	    insns[1].imm);
	info = (struct bpf_prog_info){.xlated_prog_len = 32, .xlated_prog_insns = U64(BAD_POINTER)};
	line(get_info(fd, &info, sizeof(info), &len), "instructions at a bad address");
	info = (struct bpf_prog_info){.xlated_prog_len = 32, .xlated_prog_insns = U64(insns)};
	sys_caps(CAPS_NONE);
	line(get_info(fd, &info, sizeof(info), &len), "instructions without capabilities");
	sys_caps(CAPS_ALL);
	note("    xlated_prog_len %u, maps %u", info.xlated_prog_len, info.nr_map_ids);
}

/* Calls in the instructions, as seen through @fd. */
static void calls(int fd, const char *what)
{
	struct bpf_insn insns[4] = {{0}};
	struct bpf_prog_info info = {.xlated_prog_len = sizeof(insns), .xlated_prog_insns = U64(insns)};
	unsigned len;

	line(get_info(fd, &info, sizeof(info), &len), "calls, %s", what);
	note("    code %02x, imm is %s", insns[0].code, insns[0].imm ? "there" : "0");
}

static void raw_dump(void)
{
	static const struct bpf_insn insns[] = {CALL(BPF_FUNC_get_prandom_u32), MOV(0, 0), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	int root, other;

	attr.insns = U64(insns), attr.insn_cnt = COUNT(insns);
	root = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	calls(root, "by root");
	sys_caps(CAPS_BPF);
	other = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	calls(other, "with CAP_BPF only");
	calls(root, "with CAP_BPF only, the file was opened by root");
	sys_caps(CAPS_BPF | CAPS_SYS_ADMIN);
	calls(other, "with more rights, but not when it was opened");
	sys_caps(CAPS_ALL);
	calls(other, "with all rights, but not when it was opened");
	sys_close(root), sys_close(other);
}

static void bind(int prog, int map, unsigned flags, const char *what)
{
	union bpf_attr attr = {.prog_bind_map = {.prog_fd = prog, .map_fd = map, .flags = flags}};
	struct bpf_prog_info info = {0};
	unsigned len;

	line(sys_bpf(BPF_PROG_BIND_MAP, &attr, sizeof(attr)), "%s", what);
	get_info(prog, &info, sizeof(info), &len);
	note("    maps %u", info.nr_map_ids);
}

static void tags(void)
{
	int array = make_map(BPF_MAP_TYPE_ARRAY, 16, 1);
	const struct bpf_insn value[] = {IMM64(1, BPF_PSEUDO_MAP_VALUE, array, 8), MOV(0, 0), EXIT};
	const struct bpf_insn index[] = {IMM64(1, BPF_PSEUDO_MAP_IDX, 0, 0), MOV(0, 0), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_XDP);
	int fd;

	show(fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "a trivial program");
	sys_close(fd);
	attr.insns = U64(value), attr.insn_cnt = COUNT(value);
	show(fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "one with a map value");
	sys_close(fd);
	attr.insns = U64(index), attr.insn_cnt = COUNT(index), attr.fd_array = U64(&array);
	show(fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "one with an index into fd_array");
	sys_close(fd);
	sys_close(array);
}

int main(void)
{
	int map = make_map(BPF_MAP_TYPE_ARRAY, 4, 1), other = make_map(BPF_MAP_TYPE_HASH, 4, 1);
	int gpl = load_with_map(map, "Dual MIT/GPL"), not_gpl = load_with_map(map, "BSD");

	show(gpl, "a GPL program");
	show(not_gpl, "a program under BSD");
	tags();
	record_sizes(gpl);
	sizes(gpl);
	pointers(gpl);
	raw_dump();
	bind(gpl, other, 1, "bind with flags");
	bind(99, other, 0, "bind, program not open");
	bind(other, other, 0, "bind a map to a map");
	bind(gpl, 99, 0, "bind, map not open");
	bind(gpl, not_gpl, 0, "bind a program");
	bind(gpl, map, 0, "bind a map that is used already");
	bind(gpl, other, 0, "bind another map");
	bind(gpl, other, 0, "bind it again");
	return 0;
}
