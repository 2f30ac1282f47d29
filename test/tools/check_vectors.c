/*
 * check_vectors FILE.jsonl[.gz]...: loads programs that were recorded from a real Linux 6.1 and compares what the
 * structure check says of them. As long as there is no path walk, three things can be held:
 *  - what Linux rejects before its path walk is rejected here, with the same errno and the same log to the letter;
 *  - everything else is accepted, whatever the path walk would say;
 *  - tags are equal.
 * Programs whose maps cannot be made here are left out and counted. Exit status 1 when something differs.
 */
#include <stdio.h>

#include "ui/vector.h"

struct check {
	struct vector_bench *bench;
	bool unprivileged;
	u32 agree, differ, left_out;
};

/* Did Linux get as far as the path walk? Then its log shows the registers at some insn, or that it gave up. */
static bool walked(const char *log)
{
	return strstr(log, ": R1=") || strstr(log, "R10=fp0") || strstr(log, "BPF program is too large");
}

/*
 * Can it be done again? Not when a map had BTF, which the recordings only name; nor when it names fd 0 as a map: that
 * was closed in the recorder and is a terminal here; nor when an object's map fds were not noted; nor, for a program that
 * is rejected here, when the log shows source lines from BTF that was not recorded.
 */
static bool complete(const json_t *vector)
{
	bool fixed = json_array_size(json_object_get(vector, "fixups"));
	const char *insn = vector_str(vector, "insns");
	const json_t *map;
	size_t i;

	if (*vector_str(vector, "src_line_info") && !*vector_str(vector, "prog_btf") &&
	    !walked(vector_str(vector, "kernel_log")))
		return false;
	json_array_foreach(json_object_get(vector, "maps"), i, map)
		if (json_object_get(map, "btf"))
			return false;
	for (; !fixed && strlen(insn) >= 16; insn += 16)
		if (!strncmp(insn, "1811", 4) &&
		    (!strncmp(insn + 8, "00000000", 8) || json_object_get(vector, "object")))
			return false;
	return true;
}

static bool agrees(const json_t *vector, const json_t *ours)
{
	const char *theirs = vector_str(vector, "kernel_log"), *tag = vector_str(vector, "tag");
	bool rejected = vector_int(vector, "kernel_ret") < 0 && !walked(theirs);

	if (!rejected)
		return vector_int(ours, "kernel_ret") >= 0 && (!*tag || !strcmp(tag, vector_str(ours, "tag")));
	return vector_int(ours, "kernel_errno") == vector_int(vector, "kernel_errno") &&
	       !strcmp(vector_str(ours, "kernel_log"), theirs);
}

static int check_one(void *ctx, const json_t *vector)
{
	struct check *check = ctx;
	json_t *ours = vector_answer(check->bench, vector, check->unprivileged);

	if (!json_object_get(ours, "kernel_log") || !complete(vector)) {
		check->left_out++;
	} else if (agrees(vector, ours)) {
		check->agree++;
	} else {
		check->differ++;
		printf("%s: here errno %d (%s), tag %s\n%.400s--- Linux errno %d, tag %s\n%.400s\n",
		       vector_str(vector, "name"), (int)vector_int(ours, "kernel_errno"), vector_str(ours, "why"),
		       vector_str(ours, "tag"), vector_str(ours, "kernel_log"), (int)vector_int(vector, "kernel_errno"),
		       vector_str(vector, "tag"), vector_str(vector, "kernel_log"));
	}
	json_decref(ours);
	return 0;
}

int main(int argc, char **argv)
{
	struct check check = {.bench = vector_bench_new()};
	int status = 0;

	for (int i = 1; check.bench && i < argc; i++) {
		struct why why;

		check = (struct check){.bench = check.bench, .unprivileged = strstr(argv[i], "unprivileged")};
		if (vector_each(argv[i], &why, check_one, &check)) {
			printf("%s\n", why.text);
			return 2;
		}
		printf("%s: %u agree, %u differ, %u left out\n", argv[i], check.agree, check.differ, check.left_out);
		if (check.differ || !check.agree)
			status = 1;
	}
	vector_bench_free(check.bench);
	return status;
}
