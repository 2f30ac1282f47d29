/*
 * The control-flow graph and the state of the walk over it (check_cfg of kernel/bpf/verifier.c).
 *
 * The walk is depth-first with its stack kept by hand, as in "Non-recursive DFS" of the textbooks: an insn
 * is white until the walk comes to it, then discovered while it is on the stack, and explored when all of
 * its edges have been followed. An edge to a white insn is a tree edge; to a discovered one, a back edge: a
 * loop; to an explored one, a forward or cross edge.
 */
#ifndef SIM_VERIFIER_CFG_H
#define SIM_VERIFIER_CFG_H

#include "../isa.h"

enum cfg_color { CFG_WHITE, CFG_DISCOVERED, CFG_EXPLORED };
enum cfg_edge { CFG_TREE, CFG_BACK, CFG_CROSS, CFG_EDGE_KINDS };

/* One way that leads out of an insn. */
struct cfg_way {
	s64 to;            /* the insn there */
	bool branch;       /* by jump or call; otherwise by falling through, or the only way of a `goto` */
	bool loop_ok;      /* may it be a back edge, for those with CAP_BPF? */
};

struct cfg_insn {
	u8 color : 2;        /* enum cfg_color */
	u8 followed : 2;     /* how many of its ways have been followed */
	u8 prune_point : 1;  /* the path walk will compare states here */
	u8 jump_point : 1;   /* the path walk will note here how it came */
};

/* What the last unit of the walk did. */
struct cfg_step {
	u32 from, to;
	u8 edge;           /* enum cfg_edge */
	bool branch;
	bool left;         /* no edge: all ways of `from` have been followed, and it left the stack */
};

struct cfg {
	struct cfg_insn *insn;
	u32 *stack;        /* insns from the first one to the one being explored */
	u32 depth, max_depth;
	u32 edges[CFG_EDGE_KINDS];
	u32 explored;      /* insns that have left the stack */
	struct cfg_step last;
};

/*
 * The ways out of the insn at @t, in the order in which the walk follows them. Returns how
 * many: 0 (exit), 1 or 2.
 */
u32 cfg_ways(const struct bpf_insn *insns, u32 t, struct cfg_way way[2]);

#endif
