/*
 * tc by netlink: what rtnetlink does with RTM_NEWQDISC, RTM_NEWTFILTER and their like, for qdiscs of kind clsact and filters of
 * kind bpf. libbpf's bpf_tc_hook_create, bpf_tc_attach, bpf_tc_query and bpf_tc_detach send these messages, as tc(8) does.
 */
#ifndef SIM_TC_H
#define SIM_TC_H

#include "world/tc.h"

struct task;

/* struct nlmsghdr, struct tcmsg and the attributes that count, as one record. */
struct tc_request {
	u32 op;                /* RTM_NEWQDISC, RTM_DELQDISC, RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER */
	u32 flags;             /* NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE */
	u32 ifindex, handle, parent;
	u32 info;              /* priority << 16 | protocol */
	char kind[TC_KIND];    /* TCA_KIND; "" = not given */
	bool options;          /* TCA_OPTIONS is given, with: */
	bool has_fd, has_flags;
	s32 fd;                /* TCA_BPF_FD */
	u32 bpf_flags;         /* TCA_BPF_FLAGS */
	u32 classid;           /* TCA_BPF_CLASSID, 0 = not given */
	u32 actions;           /* TCA_BPF_ACT: */
	struct {
		s32 fd;        /* act_bpf; < 0: gact */
		s32 action;
	} action[TC_ACTIONS];
	/* answers, of RTM_NEWTFILTER and RTM_GETTFILTER: handle, info, and */
	u32 prog_id;
};

/* 0 or -errno with the sentence; @request gets the answers. RTM_GETTFILTER changes nothing else. */
s64 tc_request(struct sim *sim, struct task *task, struct tc_request *request);

/* tc_filter.c: the filter that @request describes; NULL with *err. And its end: it holds its programs no more. */
struct tc_filter *tc_filter_new(struct sim *sim, struct task *task, const struct tc_request *request, int *err);
void tc_filter_free(struct sim *sim, struct tc_filter *f);

#endif
