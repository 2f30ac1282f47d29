/*
 * tc: the classifiers and actions that hang at a device's two clsact hooks, on a packet's way in and out.
 *
 * At each hook stand priorities (struct tc_prio, the kernel's tcf_proto), the lowest number first; at each of them the filters of
 * one protocol, the newest first. A filter of kind "bpf" is a program; in direct-action mode its answer is the verdict, else it
 * says whether the filter matches, and actions decide. A filter lives until it is deleted: nobody has to hold it.
 */
#ifndef SIM_WORLD_TC_H
#define SIM_WORLD_TC_H

#include "../core.h"

#define TC_ACTIONS 4u
#define TC_KIND 16u

enum tc_direction { TC_INGRESS, TC_EGRESS, TC_DIRECTIONS };

struct prog;

/* act_bpf, or gact when there is no program. */
struct tc_action {
	struct prog *prog;     /* a reference */
	s32 otherwise;         /* TC_ACT_*: gact's answer; of a program, when it says TC_ACT_UNSPEC */
};

struct tc_filter {
	struct tc_filter *next;
	u32 handle;
	struct prog *prog;     /* a reference */
	bool direct;           /* TCA_BPF_FLAG_ACT_DIRECT */
	u32 classid;
	u32 actions;
	struct tc_action action[TC_ACTIONS];
	u64 entry;             /* the address that it calls */
};

struct tc_prio {
	struct tc_prio *next;
	u16 prio;
	u16 protocol;          /* as in the header; ETH_P_ALL: every packet */
	struct tc_filter *filter;
};

struct tc_hook {
	struct tc_prio *first;
	u64 dropped;
};

struct netdev;

/* The first priority that is not below @prio; NULL: there is none. */
struct tc_prio *tc_prio_from(const struct tc_hook *hook, u32 prio);
struct tc_filter *tc_filter_by_handle(const struct tc_prio *prio, u32 handle);
/* The number of filters at the hook. */
u32 tc_count(const struct tc_hook *hook);

#endif
