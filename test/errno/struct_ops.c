/* PROG_LOAD of functions of the kernel's tables: which members can be programs, what they see and may write.
 */
#include "test/errno/kernel_btf.h"
#include "test/errno/prog.h"

static const char *const tables[] = {"tcp_congestion_ops", "bpf_dummy_ops", "file_operations", "task_struct"};

static union bpf_attr attr_for(const char *table, unsigned member, const struct bpf_insn *insns,
			       unsigned count)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_STRUCT_OPS), 1);

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.expected_attach_type = member;
	attr.attach_btf_id = kernel_id(table, BTF_KIND_STRUCT);
	return attr;
}

static void say(union bpf_attr *attr, const char *what)
{
	long ret = load(attr);

	if (ret < 0)
		line(ret, "%s | %s", what, why_line());
	else
		line_ok(ret, "%s", what);
}

static void members(const char *table, unsigned count)
{
	static const struct bpf_insn zero[] = {MOV(0, 0), EXIT}, two[] = {MOV(0, 2), EXIT}, bare[] = {EXIT};
	static const struct bpf_insn ctx[] = {INSN(BPF_ALU64 | BPF_MOV | BPF_X, 0, 1, 0, 0), EXIT};
	char what[128];

	for (unsigned i = 0; i < count; i++) {
		union bpf_attr attr = attr_for(table, i, zero, 2);

		snprintf(what, sizeof(what), "%s member %u", table, i);
		say(&attr, what);
		attr.insns = U64(two);
		say(&attr, "    returns 2");
		attr.insns = U64(ctx);
		say(&attr, "    returns the context");
		attr.insns = U64(bare);
		attr.insn_cnt = 1;
		say(&attr, "    returns nothing");
	}
}

/* r1 = argument @arg; an access of @size bytes at @off of it. */
static void access_at(const char *table, unsigned member, unsigned arg, int off, unsigned size, bool write)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 1, 1, 8 * arg, 0),
		MOV(2, 0),
		write ? (struct bpf_insn)INSN(BPF_STX | BPF_MEM | size, 1, 2, off, 0)
		      : (struct bpf_insn)INSN(BPF_LDX | BPF_MEM | size, 2, 1, off, 0),
		MOV(0, 0),
		EXIT,
	};
	union bpf_attr attr = attr_for(table, member, insns, COUNT(insns));
	static const unsigned bytes[] = {[BPF_W] = 4, [BPF_H] = 2, [BPF_B] = 1, [BPF_DW] = 8};
	char what[128];

	snprintf(what, sizeof(what), "%s %u arg%u %s %u bytes at %d", table, member, arg,
		 write ? "writes" : "reads", bytes[size], off);
	say(&attr, what);
}

/* Every place of a socket that may be written, in all sizes. */
static void writes(unsigned struct_size)
{
	static const unsigned sizes[] = {BPF_B, BPF_H, BPF_W, BPF_DW};
	unsigned refused = 0;

	for (unsigned off = 0; off < struct_size; off++)
		for (unsigned s = 0; s < COUNT(sizes); s++) {
			const struct bpf_insn insns[] = {
				INSN(BPF_LDX | BPF_MEM | BPF_DW, 1, 1, 0, 0),
				MOV(2, 0),
				INSN(BPF_STX | BPF_MEM | sizes[s], 1, 2, off, 0),
				MOV(0, 0),
				EXIT,
			};
			union bpf_attr attr = attr_for("tcp_congestion_ops", 3, insns, COUNT(insns));
			const char *why;

			if (load(&attr) >= 0) {
				note("%u bytes at %u can be written",
				     sizes[s] == BPF_DW  ? 8
				     : sizes[s] == BPF_W ? 4
				     : sizes[s] == BPF_H ? 2
							 : 1,
				     off);
				continue;
			}
			why = why_line();
			if (strstr(why, "no write support"))
				refused++;
			else
				note("at %u: %s", off, why);
		}
	note("%u are refused", refused);
}

int main(void)
{
	static const struct bpf_insn zero[] = {MOV(0, 0), EXIT};
	union bpf_attr attr;

	kernel_open();
	for (unsigned i = 0; i < COUNT(tables); i++)
		members(tables[i], i ? 3 : 20);
	attr = attr_for("tcp_congestion_ops", 3, zero, 2);
	attr.license = U64("Proprietary");
	say(&attr, "proprietary");
	attr = attr_for("tcp_congestion_ops", 3, zero, 2);
	attr.prog_flags = BPF_F_SLEEPABLE;
	say(&attr, "sleepable");
	attr = attr_for("tcp_congestion_ops", 3, zero, 2);
	attr.attach_btf_id = 0xfffff;
	say(&attr, "no such type");
	for (unsigned arg = 0; arg < 5; arg++)
		for (unsigned member = 0; member < 16; member++) {
			access_at("tcp_congestion_ops", member, arg, 0, BPF_DW, false);
			access_at("tcp_congestion_ops", member, arg, 0, BPF_W, true);
		}
	for (unsigned arg = 0; arg < 6; arg++)
		for (unsigned member = 0; member < 3; member++) {
			access_at("bpf_dummy_ops", member, arg, 0, BPF_W, false);
			access_at("bpf_dummy_ops", member, arg, 0, BPF_W, true);
			access_at("bpf_dummy_ops", member, arg, 4, BPF_DW, true);
		}
	access_at("tcp_congestion_ops", 3, 0, 2200, BPF_W, false);
	access_at("tcp_congestion_ops", 3, 0, 5000, BPF_W, true);
	access_at("tcp_congestion_ops", 3, 0, -4, BPF_W, true);
	writes(2400);
	return 0;
}
