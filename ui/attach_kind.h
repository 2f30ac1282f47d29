/* What the files of attach.h share: attaching one program, and the kinds of sections that have a file of
 * their own. */
#ifndef UI_ATTACH_KIND_H
#define UI_ATTACH_KIND_H

#include "attach.h"

struct attaching {
	struct walk *w;
	int fd;
	const struct elf_program *program;
	const char *rest; /* of the section's name, behind the first '/' */
	struct text *error;
};

/* @err < 0: the kernel's sentence is told. Returns it. */
s64 attach_failed(const struct attaching *a, s64 err);
/* -EINVAL with a sentence about the section's name. */
s64 attach_complain(const struct attaching *a, const char *what);
/* LINK_CREATE of the program: the link's fd or -errno. */
s64 attach_link_create(const struct attaching *a, union bpf_attr *attr);
/* perf_event_open(2), LINK_CREATE, ioctl(2). */
s64 attach_perf_event(const struct attaching *a, struct perf_open *open);

/* attach_user.c */
s64 attach_uprobe(const struct attaching *a);
s64 attach_uretprobe(const struct attaching *a);
s64 attach_usdt(const struct attaching *a);
/* attach_iter.c */
s64 attach_iterator(const struct attaching *a);

#endif
