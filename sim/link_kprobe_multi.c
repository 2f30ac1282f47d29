/*
 * Links of one program to many functions at once: kernel/trace/bpf_trace.c, bpf_kprobe_multi_link_attach.
 * Debian's kernel is built without CONFIG_FPROBE, so there the function does nothing but say so; kprobes one
 * by one do the same work.
 */
#include "link.h"

static int multi_attach(struct sim *sim, struct link *link, struct call *call)
{
	(void)link, (void)call;
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"this kernel, Debian's, is built without CONFIG_FPROBE: a program cannot hang at "
			"many functions "
			"by one link, only by one kprobe for each");
}

static void multi_detach(struct sim *sim, struct link *link)
{
	(void)sim, (void)link;
}

const struct link_ops kprobe_multi_link_ops = {
	.name = "kprobe_multi",
	.attach = multi_attach,
	.detach = multi_detach,
	.keeps = true,
};
