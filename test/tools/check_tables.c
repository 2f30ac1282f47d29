/*
 * check_tables FILE.jsonl[.gz]...: what a real Linux 6.1 said of recorded programs, where a table alone decides:
 *  - "unknown func": the program's type has no such helper; in accepted programs, it has each that is called;
 *  - "invalid bpf_context access": the context has no such field; in accepted programs, those have one that the first
 *    instructions access, while r1 and its copies are the context;
 *  - "should have been in": the values that may be returned;
 *  - "helper call is not allowed in probe", "cannot call GPL-restricted function": flags of helpers.
 * Exit status 1 when something differs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/isa.h"
#include "sim/prog_rules.h"
#include "sim/progs/prog_type.h"
#include "ui/vector.h"

#define MAX_INSNS 8192u

struct check {
	const char *name;
	struct prog prog;
	struct prog_view view;
	struct bpf_insn insns[MAX_INSNS];
	u32 ninsns, agree, differ;
	bool unprivileged;
};

static void tell(struct check *check, bool agrees, const char *what, s64 a, s64 b)
{
	check->agree += agrees;
	check->differ += !agrees;
	if (!agrees)
		printf("%s (type %u, attach type %u): %s %lld %lld\n", check->name, check->prog.type,
		       check->prog.expected_attach_type, what, (long long)a, (long long)b);
}

static void read_insns(struct check *check, const char *hex)
{
	u8 *bytes = (u8 *)check->insns;
	size_t size = strlen(hex) / 2;

	check->ninsns = 0;
	if (size > sizeof(check->insns))
		return;
	for (size_t i = 0; i < size; i++)
		sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
	check->ninsns = size / sizeof(struct bpf_insn);
}

static void read_program(struct check *check, const json_t *vector)
{
	u32 type = vector_int(vector, "prog_type"), attach_type = vector_int(vector, "expected_attach_type");
	const char *func = vector_str(vector, "attach_btf_func");
	bool root = !check->unprivileged;

	check->name = vector_str(vector, "name");
	check->prog = (struct prog){
		.type = type,
		.expected_attach_type = prog_default_attach_type(type, attach_type),
	};
	check->view = (struct prog_view){
		.prog = &check->prog, .bpf_capable = root, .perfmon_capable = root, .sys_admin = root, .attach_func = *func ? func : NULL,
	};
	read_insns(check, vector_str(vector, "insns"));
}

/* --- rejected programs: the last line of the log --- */

static u32 access_size(const struct bpf_insn *insn)
{
	static const u32 sizes[] = {[BPF_B >> 3] = 1, [BPF_H >> 3] = 2, [BPF_W >> 3] = 4, [BPF_DW >> 3] = 8};

	return sizes[BPF_SIZE(insn->code) >> 3];
}

/* The insn that the last "12: (79) ..." of the log names before @end. */
static const struct bpf_insn *last_insn(const struct check *check, const char *log, const char *end)
{
	const struct bpf_insn *insn = NULL;
	u32 number, code;

	for (const char *line = log; line < end; line = strchr(line, '\n') + 1)
		if (sscanf(line, "%u: (%x)", &number, &code) == 2 && number < check->ninsns)
			insn = &check->insns[number];
	return insn;
}

static void check_refused_field(struct check *check, const char *log, const char *line)
{
	const struct bpf_insn *insn = last_insn(check, log, line);
	u32 class = insn ? BPF_CLASS(insn->code) : BPF_LDX;
	int off, size;

	if (sscanf(line, "invalid bpf_context access off=%d size=%d", &off, &size) == 2 && size > 0 && size <= 8)
		tell(check, !ctx_access(&check->view, off, size, class != BPF_LDX), "the field may be accessed", off, size);
}

static void check_refused_helper(struct check *check, const char *line)
{
	unsigned id;

	if (sscanf(line, "unknown func bpf_%*[a-z0-9_]#%u", &id) == 1)
		tell(check, !prog_helper(&check->view, id), "the helper may be called", id, 0);
}

static void check_refused_return(struct check *check, const char *line)
{
	const char *range = strstr(line, "should have been in (");
	const struct ret_rule *rule = prog_ret_rule(&check->view);
	unsigned value, mask;

	if (strncmp(line, "At program exit the register R0 has", 35) || !range ||
	    sscanf(range, "should have been in (%x; %x)", &value, &mask) != 2)
		return;
	tell(check, rule && rule->min == value && rule->max == (value | mask), "other values may be returned", value,
	     value | mask);
}

static void check_refused_call(struct check *check, const char *log, const char *line)
{
	bool probe = !strncmp(line, "helper call is not allowed in probe", 35);
	bool gpl = !strncmp(line, "cannot call GPL-restricted function", 35);
	const struct bpf_insn *insn = probe || gpl ? last_insn(check, log, line) : NULL;
	const struct helper *helper = insn ? prog_helper(&check->view, insn->imm) : NULL;

	if (!insn || insn->src_reg)
		return;
	tell(check, helper && (!gpl || helper->flags & HELPER_GPL), "the helper is for all", insn->imm, 0);
	if (probe)
		tell(check, helper && !prog_allows_helper(&check->view, helper), "the helper is allowed", insn->imm, 0);
}

static void check_rejected(struct check *check, const char *log)
{
	for (const char *line = log; line && *line; line = strchr(line, '\n'), line += !!line) {
		check_refused_field(check, log, line);
		check_refused_helper(check, line);
		check_refused_return(check, line);
		check_refused_call(check, log, line);
	}
}

/* --- accepted programs --- */

static bool is_helper_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg;
}

static void check_call(struct check *check, const struct bpf_insn *insn)
{
	const struct helper *helper = prog_helper(&check->view, insn->imm);

	tell(check, helper != NULL, "the helper may not be called", insn->imm, 0);
	if (helper)
		tell(check, prog_allows_helper(&check->view, helper), "the helper is not allowed", insn->imm, 0);
}

/* Every call, unless it is dead: then the translated program does not have it. */
static void check_calls(struct check *check, bool all_live)
{
	for (u32 i = 0; i < check->ninsns; i += insn_is_ld_imm64(&check->insns[i]) ? 2 : 1)
		if (all_live && is_helper_call(&check->insns[i]))
			check_call(check, &check->insns[i]);
}

static void check_field(struct check *check, const struct bpf_insn *insn, bool write)
{
	u32 size = access_size(insn);

	tell(check, ctx_access(&check->view, insn->off, size, write) != NULL, "the field may not be accessed", insn->off,
	     size);
}

/* Up to the first jump; @ctx: bits of the registers that hold the context. */
static void check_fields(struct check *check)
{
	u32 ctx = 1u << BPF_REG_1;

	for (u32 i = 0; i < check->ninsns; i++) {
		const struct bpf_insn *insn = &check->insns[i];
		u32 class = BPF_CLASS(insn->code), dst = 1u << insn->dst_reg, src = 1u << insn->src_reg;

		if ((class == BPF_JMP || class == BPF_JMP32) && !is_helper_call(insn))
			return;
		if (is_helper_call(insn)) {
			ctx &= ~0x3fu;
		} else if (class == BPF_LDX && BPF_MODE(insn->code) == BPF_MEM) {
			if (ctx & src)
				check_field(check, insn, false);
			ctx &= ~dst;
		} else if (class == BPF_STX && BPF_MODE(insn->code) == BPF_MEM) {
			if (ctx & dst)
				check_field(check, insn, true);
		} else if (insn->code == (BPF_ALU64 | BPF_MOV | BPF_X)) {
			ctx = ctx & src ? ctx | dst : ctx & ~dst;
		} else if (class != BPF_ST && class != BPF_STX) {
			ctx &= class == BPF_LD && BPF_MODE(insn->code) != BPF_IMM ? ~0x3fu : ~dst;
		}
		i += insn_is_ld_imm64(insn);
	}
}

static int check_one(void *ctx, const json_t *vector)
{
	struct check *check = ctx;

	read_program(check, vector);
	if (!prog_type_by_id(check->prog.type))
		return 0;
	if (vector_int(vector, "kernel_ret") < 0) {
		check_rejected(check, vector_str(vector, "kernel_log"));
		return 0;
	}
	/* As long as the program was: nothing was taken out or put in. Else calls may have been dead. */
	check_calls(check, strlen(vector_str(vector, "xlated")) / 16 >= check->ninsns);
	check_fields(check);
	return 0;
}

int main(int argc, char **argv)
{
	struct check *check = calloc(1, sizeof(*check));
	int status = 0;

	for (int i = 1; check && i < argc; i++) {
		struct why why;

		check->agree = check->differ = 0;
		check->unprivileged = strstr(argv[i], "unprivileged");
		if (vector_each(argv[i], &why, check_one, check)) {
			printf("%s\n", why.text);
			return 2;
		}
		printf("check_tables %s: %u agree, %u differ\n", argv[i], check->agree, check->differ);
		if (check->differ || !check->agree)
			status = 1;
	}
	free(check);
	return status;
}
