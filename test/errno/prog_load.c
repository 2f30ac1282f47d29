/* PROG_LOAD before the instructions are looked at: attr, rights, types, attach types, names, the log's buffer. */
#include "test/errno/prog.h"

#define LAST_TYPE 34

static void flags(void)
{
	for (unsigned bit = 0; bit < 32; bit++) {
		union bpf_attr attr = trivial(BPF_PROG_TYPE_XDP);

		attr.prog_flags = 1u << bit;
		/* sleepable programs of this type are a matter of the check */
		line_ok(load(&attr), "prog_flags 0x%x", attr.prog_flags);
	}
}

static void license(void)
{
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	static char lots[300];

	attr.license = 0;
	load_line(attr, "license NULL");
	attr.license = U64(BAD_POINTER);
	load_line(attr, "license at a bad address");
	attr.license = U64("");
	load_line(attr, "license empty");
	attr.license = U64(memset(lots, 'x', sizeof(lots)));
	load_line(attr, "license of 300 bytes");
	attr.license = U64(memset(page_end(127), 'x', 127));
	load_line(attr, "license without end, 127 bytes before the end of memory");
	attr.license = U64(memset(page_end(126), 'x', 126));
	load_line(attr, "license without end, 126 bytes before the end of memory");
	attr.license = U64(BAD_POINTER);
	attr.insn_cnt = 0;
	load_line(attr, "license at a bad address, no instructions");
	attr.prog_flags = 1u << 31;
	load_line(attr, "the same with unknown flags");
}

static void size(unsigned count)
{
	static struct bpf_insn insns[4098];
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	for (unsigned i = 0; i < COUNT(insns); i++)
		insns[i] = (struct bpf_insn)MOV(0, 0);
	if (count && count <= COUNT(insns))
		insns[count - 1] = (struct bpf_insn)EXIT;
	attr.insns = U64(insns);
	attr.insn_cnt = count;
	line_ok(load(&attr), "%u instructions", count);
}

static void sizes(void)
{
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	size(0);
	size(2);
	size(4096);
	size(4097);
	size(1000001);
	size(~0u);
	attr.insns = 0;
	load_line(attr, "insns NULL");
	attr.insns = U64(BAD_POINTER);
	load_line(attr, "insns at a bad address");
	attr.prog_type = 99;
	load_line(attr, "insns at a bad address, unknown type");
	attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	attr.insns = U64(memcpy(page_end(16), (void *)attr.insns, 16));
	load_line(attr, "insns at the end of memory");
	attr.insn_cnt = 3;
	load_line(attr, "one of the insns beyond the end of memory");
}

static void try_name(const char *text, const char *what)
{
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	memcpy(attr.prog_name, text, 16);
	load_line(attr, what);
}

static void names(void)
{
	try_name("a_B.9\0\0\0\0\0\0\0\0\0\0", "name a_B.9");
	try_name("fifteen_letters", "name of 15 letters");
	try_name("sixteen_letters!", "name without end, bad");
	try_name("sixteen_letters_", "name without end");
	try_name("a-b\0\0\0\0\0\0\0\0\0\0\0\0", "name with -");
	try_name("a b\0\0\0\0\0\0\0\0\0\0\0\0", "name with a space");
	try_name("a\0b\0\0\0\0\0\0\0\0\0\0\0\0", "name with bytes after its end");
}

/* Types that only load with a target or with flags end in the check; their logs are in another table. */
static void types(void)
{
	for (unsigned type = 0; type <= LAST_TYPE; type++) {
		union bpf_attr attr = trivial(type);

		line_ok(load(&attr), "type %u", type);
		attr.prog_flags = BPF_F_SLEEPABLE;
		line_ok(load(&attr), "type %u, sleepable", type);
	}
}

static void attach_types(void)
{
	for (unsigned type = 1; type < LAST_TYPE; type++) {
		char list[256] = "";
		unsigned len = 0;

		for (unsigned attach = 0; attach < 48; attach++) {
			union bpf_attr attr = trivial(type);

			attr.expected_attach_type = attach;
			if (load(&attr) >= 0)
				len += snprintf(list + len, sizeof(list) - len, " %u", attach);
		}
		note("type %u loads with expected_attach_type%s", type, len ? list : " -");
	}
}

static void rights(void)
{
	static const struct {
		const char *name;
		unsigned long long caps;
	} sets[] = {
		{"none", CAPS_NONE},
		{"NET_ADMIN", CAPS_NET_ADMIN},
		{"PERFMON", CAPS_PERFMON},
		{"BPF", CAPS_BPF},
		{"BPF+NET_ADMIN", CAPS_BPF | CAPS_NET_ADMIN},
		{"BPF+PERFMON", CAPS_BPF | CAPS_PERFMON},
		{"SYS_ADMIN", CAPS_SYS_ADMIN},
	};

	for (unsigned i = 0; i < COUNT(sets); i++) {
		sys_caps(sets[i].caps);
		for (unsigned type = 0; type < LAST_TYPE; type++) {
			union bpf_attr attr = trivial(type);

			line_ok(load(&attr), "type %u with capabilities %s", type, sets[i].name);
		}
		sys_caps(CAPS_ALL);
	}
}

static void unprivileged(void)
{
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	sys_caps(CAPS_NONE);
	load_line(attr, "unprivileged SOCKET_FILTER");
	attr.insn_cnt = 0;
	load_line(attr, "unprivileged, no instructions");
	attr.prog_type = BPF_PROG_TYPE_XDP;
	load_line(attr, "unprivileged XDP, no instructions");
	size(4096);
	size(4097);
	for (unsigned bit = 0; bit < 6; bit++) {
		attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
		attr.prog_flags = 1u << bit;
		line_ok(load(&attr), "unprivileged prog_flags 0x%x", attr.prog_flags);
	}
	sys_caps(CAPS_ALL);
}

static void offload(unsigned type, unsigned ifindex, unsigned flags)
{
	union bpf_attr attr = trivial(type);

	attr.prog_ifindex = ifindex;
	attr.prog_flags = flags;
	line_ok(load(&attr), "prog_ifindex %u, type %u, flags %u", ifindex, type, flags);
}

static void target(unsigned type, unsigned fd, unsigned btf_id, const char *what)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	long ret;

	attr.attach_prog_fd = fd;
	attr.attach_btf_id = btf_id;
	ret = load(&attr);
	line_ok(ret, "type %u, %s", type, what);
	if (ret < 0)
		note("    %s", why_line());
}

static void targets(void)
{
	static const unsigned types[] = {BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_TRACING,    BPF_PROG_TYPE_EXT,
					 BPF_PROG_TYPE_LSM, BPF_PROG_TYPE_STRUCT_OPS, BPF_PROG_TYPE_SYSCALL};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	unsigned prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	unsigned map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);

	for (unsigned i = 0; i < COUNT(types); i++) {
		target(types[i], 0, 0, "no target");
		target(types[i], 99, 0, "attach_prog_fd not open");
		target(types[i], map, 0, "attach_prog_fd a map");
		target(types[i], prog, 0, "attach_prog_fd a program, no btf id");
		target(types[i], prog, 1, "attach_prog_fd a program without BTF, btf id 1");
		target(types[i], 0, 0x100000, "attach_btf_id too large");
	}
	target(BPF_PROG_TYPE_XDP, 0, 1, "attach_btf_id 1");
	target(BPF_PROG_TYPE_SYSCALL, 0, 1, "attach_btf_id 1");
	sys_close(map);
	sys_close(prog);
}

static void log_case(unsigned level, void *buf, unsigned size)
{
	static const struct bpf_insn unknown[] = {INSN(0xff, 0, 0, 0, 0), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	attr.log_level = level;
	attr.log_buf = U64(buf);
	attr.log_size = size;
	line_ok(load(&attr), "accepted, log_level %u, %s, log_size %u", level, buf ? "a buffer" : "no buffer", size);
	attr.insns = U64(unknown);
	line_ok(load(&attr), "rejected, log_level %u, %s, log_size %u", level, buf ? "a buffer" : "no buffer", size);
}

static void logs(void)
{
	static const unsigned sizes[] = {0, 1, 127, 128, 4096, sizeof(log_text), 0x3fffffff, 0x40000000, ~0u};

	for (unsigned level = 0; level <= 1; level++)
		for (unsigned i = 0; i < COUNT(sizes); i++) {
			log_case(level, NULL, sizes[i]);
			log_case(level, log_text, sizes[i]);
		}
	for (unsigned level = 2; level <= 9; level++)
		log_case(level, log_text, 4096);
	log_case(~0u, log_text, 4096);
	note("the buffer is not writable:");
	log_case(1, BAD_POINTER, 4096);
	log_case(1, page_end(128), 4096);
	log_case(1, page_end(32), 4096);
	log_case(1, page_end(16), 4096);
	note("a bad log and a bad name, type, insns:");
	log_case(1, NULL, 4096);
}

/* The whole log of a program with two functions that is rejected. */
static void log_texts(void)
{
	static const struct bpf_insn insns[] = {CALL_FN(1), EXIT, MOV(0, 1), INSN(0xff, 0, 0, 0, 0), EXIT};

	for (unsigned level = 1; level <= 3; level++) {
		union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), level);

		attr.insns = U64(insns);
		attr.insn_cnt = COUNT(insns);
		line_ok(load(&attr), "log_level %u", level);
		note("%s", log_text);
	}
	for (unsigned size = 128; size <= 145; size++) {
		union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 2);

		attr.insns = U64(insns);
		attr.insn_cnt = COUNT(insns);
		attr.log_size = size;
		line_ok(load(&attr), "log_level 2, log_size %u", size);
		note("%zu bytes of log", strlen(log_text));
	}
}

int main(void)
{
	flags();
	license();
	sizes();
	names();
	types();
	attach_types();
	rights();
	note("kernel.unprivileged_bpf_disabled 2");
	unprivileged();
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	note("kernel.unprivileged_bpf_disabled 0");
	unprivileged();
	offload(BPF_PROG_TYPE_XDP, 1, 0);
	offload(BPF_PROG_TYPE_SCHED_CLS, 1, 0);
	offload(BPF_PROG_TYPE_SOCKET_FILTER, 1, 0);
	offload(BPF_PROG_TYPE_XDP, 1, BPF_F_STRICT_ALIGNMENT);
	offload(BPF_PROG_TYPE_XDP, 99, 0);
	targets();
	logs();
	log_texts();
	return 0;
}
