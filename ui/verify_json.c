/* The same as JSON: see verify.h. */
#include "verify.h"

static const char *const edge_names[CFG_EDGE_KINDS] = {
	[CFG_TREE] = "tree", [CFG_BACK] = "back", [CFG_CROSS] = "cross"};

static json_t *json_graph(const struct verify *v, bool trace)
{
	json_t *graph = json_pack("{s:i, s:i}", "explored", v->explored, "max_depth", v->max_depth);
	json_t *steps = trace ? json_array() : NULL;

	for (u32 i = 0; i < CFG_EDGE_KINDS; i++)
		json_object_set_new(graph, edge_names[i], json_integer(v->edges[i]));
	for (u32 i = 0; trace && i < v->steps; i++) {
		const struct cfg_step *did = &v->step[i].did;

		json_array_append_new(steps,
				      json_pack("{s:i, s:i, s:s, s:b, s:i}", "from", did->from, "to", did->to,
						"edge", did->left ? "explored" : edge_names[did->edge],
						"branch", did->branch, "depth", v->step[i].depth));
	}
	if (steps)
		json_object_set_new(graph, "steps", steps);
	return graph;
}

json_t *verify_json(const struct verify *v, const char *name, bool trace)
{
	json_t *program = json_pack("{s:s, s:i, s:i, s:i, s:b}", "name", name, "type", v->type, "slots",
				    v->insn_cnt, "maps", v->maps, "accepted", v->result >= 0);
	json_t *stages = json_object(), *functions = json_array();

	if (v->result < 0) {
		json_object_set_new(program, "errno", json_string(errno_name(v->result)));
		json_object_set_new(program, "message", json_string(v->why));
		json_object_set_new(program, "stage", json_string(load_stage_name(v->last_stage)));
	}
	for (u32 i = 0; i < LOAD_STAGES; i++)
		if (v->units[i])
			json_object_set_new(stages, load_stage_name(i), json_integer(v->units[i]));
	for (u32 i = 0; i < v->nsubprogs; i++)
		json_array_append_new(functions, json_integer(v->subprog[i]));
	json_object_set_new(program, "steps", stages);
	json_object_set_new(program, "functions", functions);
	json_object_set_new(program, "graph", json_graph(v, trace));
	if (v->found.walked)
		json_object_set_new(program, "paths", diagnosis_cost_json(&v->found));
	if (v->found.rejected)
		json_object_set_new(program, "rejected", diagnosis_json(&v->found));
	if (v->log)
		json_object_set_new(program, "log", json_string(v->log));
	return program;
}
