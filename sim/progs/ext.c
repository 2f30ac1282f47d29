/*
 * EXT: replaces a global function of another program (freplace). The rules are those of that program's type:
 * prog_rules_of.
 *
 * Mirrors bpf_extension_verifier_ops, which has none of its own.
 */
#include "prog_type.h"

const struct prog_type prog_type_ext = {
	.name = "EXT",
	.doc = "replaces a global function of another program",
};
