/* Attaching to functions in user space, by section name: see attach.h. */
#include <stdio.h>
#include <stdlib.h>

#include "attach_kind.h"

/* "FILE:FUNCTION" or "FILE:FUNCTION+OFFSET" */
static s64 user_probe(const struct attaching *a, bool leaves)
{
	struct perf_open open = {.type = PERF_PMU_UPROBE, .config = leaves ? PERF_PROBE_RETURN : 0};
	const char *colon = strchr(a->rest, ':');
	char function[64];
	struct text name;
	size_t len;

	if (!colon || !colon[1])
		return attach_complain(a, "which function? expected uprobe/FILE:FUNCTION");
	text_init(&name, open.name, sizeof(open.name));
	user_function_file(a->rest, colon - a->rest, &name);
	len = strcspn(colon + 1, "+");
	if (name.cut || len >= sizeof(function))
		return attach_complain(a, "the name is too long");
	snprintf(function, sizeof(function), "%.*s", (int)len, colon + 1);
	open.offset = user_function_offset(function);
	if (colon[1 + len])
		open.offset += strtoull(colon + 2 + len, NULL, 0);
	return attach_perf_event(a, &open);
}

s64 attach_uprobe(const struct attaching *a)
{
	return user_probe(a, false);
}

s64 attach_uretprobe(const struct attaching *a)
{
	return user_probe(a, true);
}

s64 attach_usdt(const struct attaching *a)
{
	return attach_complain(a, "libbpf finds the probe in notes of the program's file; files of the "
				  "simulated machine have no contents");
}
