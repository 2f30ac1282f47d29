/* The table of panes. */
#include "pane.h"

const struct pane *const panes[] = {
	&pane_code,   &pane_brief,  &pane_written,  &pane_machine,  &pane_cpu,     &pane_encoding, &pane_abi,
	&pane_attr,   &pane_calls,    &pane_fds,      &pane_objects, &pane_stages, &pane_moments,
	&pane_source, &pane_bytecode, &pane_xlated,   &pane_x86,     &pane_passes, &pane_registers,
	&pane_stack,  &pane_maps,    &pane_map,     &pane_context,  &pane_packet,  &pane_cfg,    &pane_dfs,
	&pane_slots,  &pane_state,    &pane_branches, &pane_budget,  &pane_log,    &pane_hooks,
	&pane_trace,  &pane_user,     &pane_copy,     &pane_paths,
	&pane_card,   &pane_hook,     &pane_lane, &pane_cpus, &pane_timers, &pane_glue, NULL,
};

const struct pane *pane_by_name(const char *name)
{
	for (u32 i = 0; panes[i]; i++)
		if (strcmp(panes[i]->name, name) == 0)
			return panes[i];
	return NULL;
}

const char *pane_label(const struct pane *pane, const struct view *v)
{
	const char *label = pane->label ? pane->label(v) : pane->name;

	return label ? words(label) : NULL;
}

void view_value(const struct view *v, u64 value, struct text *out)
{
	if (v->format == FORMAT_HEX)
		text_say(out, "0x%llx", (unsigned long long)value);
	else if (v->format == FORMAT_DECIMAL)
		text_say(out, "%llu", (unsigned long long)value);
	else
		walk_value_text(debug_sim(v->d), value, out);
}

void sheet_nothing(struct sheet *s, const char *why)
{
	sheet_wrap(s, ROLE_QUIET, why);
}
