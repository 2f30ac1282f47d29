/*
 * Comparing a real kernel's answers with ours: see vector_compare.h. A class is one line in the table and
 * one function.
 */
#include <stdio.h>
#include <stdlib.h>

#include "vector_compare.h"

/* --- the load --- */

static enum vector_outcome compare_verdict(const json_t *theirs, const json_t *ours)
{
	return vector_int(theirs, "kernel_ret") == vector_int(ours, "kernel_ret") ? AGREES : DIFFERS;
}

static enum vector_outcome compare_errno(const json_t *theirs, const json_t *ours)
{
	return vector_int(theirs, "kernel_errno") == vector_int(ours, "kernel_errno") ? AGREES : DIFFERS;
}

/* --- its log --- */

/*
 * What an address in a log stands for: theirs {"map": 0, "what": "map_ptr"}, ours "map_ptr 0". NULL: just a
 * number.
 */
static const char *address_name(const json_t *answer, const char *address, char name[32])
{
	const json_t *entry = json_object_get(json_object_get(answer, "map_addrs"), address);

	if (json_is_string(entry))
		return json_string_value(entry);
	if (!entry)
		return NULL;
	snprintf(name, 32, "%s %d", vector_str(entry, "what"), (int)vector_int(entry, "map"));
	return name;
}

/* "verification time 123 usec": no two machines agree. */
static void forget_time(char *log)
{
	static const char words[] = "verification time ";
	char *number = strstr(log, words);
	char *end;

	if (!number)
		return;
	number += strlen(words);
	end = number + strspn(number, "0123456789");
	memmove(number, end, strlen(end) + 1);
}

/*
 * The log with names in place of addresses, to be freed. How far the state behind them is indented depends
 * on their length. Not @named: the recording does not say what they are.
 */
static char *comparable_log(const json_t *answer, bool named)
{
	const char *log = vector_str(answer, "kernel_log");
	size_t cap = 2 * strlen(log) + 64, len = 0;
	char *out = malloc(cap), address[32], name[32];

	while (out && *log && len < cap - 64) {
		size_t digits = strncmp(log, " = 0x", 5) ? 0 : strspn(log + 5, "0123456789abcdef");
		const char *text;

		if (!digits || digits > 16) {
			out[len++] = *log++;
			continue;
		}
		snprintf(address, sizeof(address), "%.*s", (int)digits + 2, log + 3);
		text = named ? address_name(answer, address, name) : NULL;
		if (!text)
			text = is_kernel_address(strtoull(address, NULL, 16)) ? "kernel" : address;
		len += sprintf(out + len, " = %s", text);
		log += digits + 5;
		if (text != address)
			log += strspn(log, " ");
	}
	if (!out)
		return NULL;
	out[len] = 0;
	forget_time(out);
	return out;
}

/* Theirs may have been cut at 20 kB: then ours is as well, some way before the cut. */
static size_t compared_length(const json_t *theirs, const char *log)
{
	bool cut = vector_int(theirs, "kernel_log_len") > (s64)strlen(vector_str(theirs, "kernel_log"));
	size_t len = strlen(log);

	return cut ? len - (len < 64 ? len : 64) : len + 1;
}

static enum vector_outcome compare_log(const json_t *theirs, const json_t *ours)
{
	bool named = json_object_size(json_object_get(theirs, "map_addrs"));
	char *a = comparable_log(theirs, named), *b = comparable_log(ours, named);
	bool same = a && b && !strncmp(a, b, compared_length(theirs, a));

	free(a);
	free(b);
	if (!json_object_get(theirs, "kernel_log"))
		return DOES_NOT_APPLY;
	return same ? AGREES : DIFFERS;
}

/* The last line before "processed": [*line, returned end). */
static const char *last_message(const char *log, const char **line)
{
	const char *end = log + strlen(log), *found;

	for (found = log; (found = strstr(found, "processed ")) != NULL; found++)
		if (found == log || found[-1] == '\n')
			end = found;
	while (end > log && end[-1] == '\n')
		end--;
	for (*line = end; *line > log && (*line)[-1] != '\n';)
		--*line;
	return end;
}

static enum vector_outcome compare_message(const json_t *theirs, const json_t *ours)
{
	bool named = json_object_size(json_object_get(theirs, "map_addrs"));
	char *a = comparable_log(theirs, named), *b = comparable_log(ours, named);
	const char *a_line, *b_line, *a_end, *b_end;
	bool same = false;

	if (a && b && vector_int(theirs, "kernel_ret")) {
		a_end = last_message(a, &a_line);
		b_end = last_message(b, &b_line);
		same = a_end - a_line == b_end - b_line && !memcmp(a_line, b_line, a_end - a_line);
	}
	free(a);
	free(b);
	if (!vector_int(theirs, "kernel_ret"))
		return DOES_NOT_APPLY;
	return same ? AGREES : DIFFERS;
}

/* --- run --- */

/* "run0.retval" in the list `nondet`: it differs between boots. */
static bool is_nondet(const json_t *vector, size_t run, const char *field)
{
	const json_t *item;
	char name[64];
	size_t i;

	snprintf(name, sizeof(name), "run%zu.%s", run, field);
	json_array_foreach(json_object_get(vector, "nondet"), i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), name) == 0)
			return true;
	return false;
}

static bool is_pointer(const json_t *vector, size_t run)
{
	const json_t *runs = json_object_get(json_object_get(vector, "expected"), "runs");

	return vector_int(json_array_get(runs, run), "pointer_value");
}

static bool same(const json_t *theirs, const json_t *ours, const char *field)
{
	const json_t *a = json_object_get(theirs, field), *b = json_object_get(ours, field);

	return a == b || json_equal(a, b);
}

static bool same_run(const json_t *vector, size_t run, const json_t *theirs, const json_t *ours)
{
	bool skip_retval = is_nondet(vector, run, "retval") || is_pointer(vector, run);

	if (!same(theirs, ours, "errno"))
		return false;
	if (vector_int(theirs, "errno"))
		return true;
	return (skip_retval || same(theirs, ours, "retval")) &&
	       (is_nondet(vector, run, "out") ||
		(same(theirs, ours, "out_len") && same(theirs, ours, "out")));
}

static enum vector_outcome compare_run(const json_t *theirs, const json_t *ours)
{
	const json_t *runs = json_object_get(theirs, "kernel_runs"),
		     *our_runs = json_object_get(ours, "kernel_runs");
	const json_t *peeks = json_object_get(theirs, "kernel_peeks"), *run;
	size_t i;

	if (!json_array_size(runs))
		return DOES_NOT_APPLY;
	if (json_array_size(runs) != json_array_size(our_runs))
		return DIFFERS;
	json_array_foreach(runs, i, run)
		if (!same_run(theirs, i, run, json_array_get(our_runs, i)))
			return DIFFERS;
	return !peeks || json_equal(peeks, json_object_get(ours, "kernel_peeks")) ? AGREES : DIFFERS;
}

/* --- the classes --- */

static const char *const load_fields[] = {"kernel_ret", "kernel_errno", "kernel_log", NULL};
static const char *const xlated_fields[] = {"xlated", "xlated_line_info", "xlated_func_info", "calls", NULL};
static const char *const jited_fields[] = {"jited", "func_lens", "ksyms", "jited_line_info", "relocs", NULL};
static const char *const run_fields[] = {"kernel_errno", "kernel_runs", "kernel_peeks", NULL};

const struct vector_class vector_classes[VECTOR_CLASSES] = {
	{"verdict", compare_verdict, load_fields},
	{"errno", compare_errno, load_fields},
	{"message", compare_message, load_fields},
	{"log", compare_log, load_fields},
	{"xlated", compare_xlated, xlated_fields},
	{"jited", compare_jited, jited_fields},
	{"run", compare_run, run_fields},
};
