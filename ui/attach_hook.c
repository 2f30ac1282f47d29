/*
 * Attaching by name: "xdp:eth0", "tc:eth0:ingress:10". XDP by a link, tc by messages to rtnetlink in the
 * order of libbpf's bpf_tc_hook_create and bpf_tc_attach: a clsact qdisc, then the filter.
 */
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "attach.h"

#define PARTS 4

bool attach_is_net(u32 prog_type)
{
	return prog_type == BPF_PROG_TYPE_SCHED_CLS || prog_type == BPF_PROG_TYPE_SCHED_ACT ||
	       prog_type == BPF_PROG_TYPE_SOCKET_FILTER;
}

/* The hook's name at its colons, and the words behind it. */
struct hook {
	struct walk *w;
	const struct program_file *file; /* that programs are named of; may be NULL */
	int fd;
	char part[PARTS][32];
	u32 parts;
	const char *words; /* "action NAME ..." */
	struct text *error;
};

static s64 complain(const struct hook *h, const char *what)
{
	text_add(h->error, "attach: %s", what);
	return -EINVAL;
}

static s64 fail(const struct hook *h, s64 err)
{
	if (err < 0)
		text_add(h->error, "%s", h->w->session->sim->why.text);
	return err;
}

/* --- tc --- */

/* The fd of a program of the file, by name; -1: there is none. */
static int fd_of(const struct hook *h, const char *name)
{
	const struct elf_object *elf = h->file ? h->file->elf : NULL;

	for (u32 i = 0; elf && i < elf->program_count; i++)
		if (!strcmp(elf->programs[i].name, name))
			return h->file->fd[i];
	return -1;
}

static const struct {
	const char *name;
	s32 action;
} actions[] = {
	{"ok", TC_ACT_OK},       {"drop", TC_ACT_SHOT}, {"shot", TC_ACT_SHOT}, {"pipe", TC_ACT_PIPE},
	{"stolen", TC_ACT_STOLEN}, {"reclassify", TC_ACT_RECLASSIFY},
};

/* A program, or one of the words above. */
static bool take_action(const struct hook *h, const char *name, struct tc_request *r)
{
	int fd = fd_of(h, name);

	if (r->actions == TC_ACTIONS)
		return false;
	r->action[r->actions].fd = fd;
	r->action[r->actions].action = TC_ACT_PIPE;
	for (size_t i = 0; fd < 0 && i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, name)) {
			r->action[r->actions++].action = actions[i].action;
			return true;
		}
	r->actions += fd >= 0;
	return fd >= 0;
}

/* "action NAME action NAME" */
static s64 take_actions(const struct hook *h, struct tc_request *r)
{
	char words[256], *at, *save = NULL;
	bool ok = true;

	snprintf(words, sizeof(words), "%s", h->words);
	for (at = strtok_r(words, " ", &save); at && ok; at = strtok_r(NULL, " ", &save)) {
		ok = !strcmp(at, "action") && (at = strtok_r(NULL, " ", &save)) && take_action(h, at, r);
	}
	return ok ? 0
		  : complain(h, "expected action PROGRAM, or action ok, drop, pipe, stolen, reclassify; at "
				"most 4");
}

static s64 add_clsact(const struct hook *h, u32 ifindex)
{
	struct tc_request r = {.op = RTM_NEWQDISC, .flags = NLM_F_CREATE | NLM_F_EXCL, .ifindex = ifindex,
			       .parent = TC_H_CLSACT, .handle = TC_H_MAKE(TC_H_CLSACT, 0), .kind = "clsact"};
	struct session *s = h->w->session;

	if (netdev_by_index(s->sim, ifindex)->clsact)
		return 0;
	return fail(h, sim_tc(s->sim, s->pid, &r));
}

static s64 attach_tc(const struct hook *h, u32 ifindex)
{
	bool out = h->parts > 2 && !strcmp(h->part[2], "egress");
	struct session *s = h->w->session;
	struct tc_request r = {
		.op = RTM_NEWTFILTER,
		.flags = NLM_F_CREATE | NLM_F_EXCL,
		.ifindex = ifindex,
		.kind = "bpf",
		.options = true,
		.parent = TC_H_MAKE(TC_H_CLSACT, out ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS),
		.has_fd = true,
		.fd = h->fd,
		.info = __builtin_bswap16(ETH_P_ALL),
		.has_flags = true,
	};
	s64 err;

	if (h->parts > 2 && !out && strcmp(h->part[2], "ingress"))
		return complain(h, "expected tc:DEVICE:ingress or tc:DEVICE:egress, then perhaps :PRIORITY");
	if (h->parts > 3)
		r.info |= (u32)min_u64(strtoul(h->part[3], NULL, 0), UINT16_MAX) << 16;
	err = take_actions(h, &r);
	r.bpf_flags = r.actions ? 0 : TCA_BPF_FLAG_ACT_DIRECT;
	if (!err)
		err = add_clsact(h, ifindex);
	return err ? err : fail(h, sim_tc(s->sim, s->pid, &r));
}

/* --- XDP --- */

/* By a link; in a mode of one's choice by netlink. */
static s64 attach_xdp(const struct hook *h, u32 ifindex)
{
	struct session *s = h->w->session;
	bool generic = h->parts > 2 && !strcmp(h->part[2], "generic");

	if (h->parts > 2 && !generic && strcmp(h->part[2], "native"))
		return complain(h, "expected xdp:DEVICE, xdp:DEVICE:generic or xdp:DEVICE:native");
	if (h->parts > 2)
		return fail(h, sim_xdp(s->sim, s->pid, ifindex, h->fd,
				       generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE, -1));
	return program_attach_xdp(h->w, h->fd, h->part[1], h->error);
}

/* --- sockets --- */

/* A packet socket of the device, with the program as its filter. */
static s64 attach_socket(const struct hook *h, u32 ifindex)
{
	struct session *s = h->w->session;
	s64 fd = sim_socket(s->sim, s->pid, AF_PACKET, SOCK_RAW, __builtin_bswap16(ETH_P_ALL));
	s64 err = fd < 0 ? fd : sim_packet_bind(s->sim, s->pid, fd, ifindex);

	return fail(h, err < 0 ? err : sim_sock_filter(s->sim, s->pid, fd, SO_ATTACH_BPF, h->fd));
}

/* --- all --- */

static const struct {
	const char *name, *usage;
	u64 types; /* bits: BPF_PROG_TYPE_* that hang there */
	s64 (*attach)(const struct hook *h, u32 ifindex);
} hooks[] = {
	{"xdp", "xdp:DEVICE[:generic or :native]", 1ull << BPF_PROG_TYPE_XDP, attach_xdp},
	{"socket", "socket:DEVICE", 1ull << BPF_PROG_TYPE_SOCKET_FILTER, attach_socket},
	{"tc", "tc:DEVICE:ingress or :egress[:PRIORITY]", 1ull << BPF_PROG_TYPE_SCHED_CLS, attach_tc},
};

static void say_choices(u32 type, struct text *error)
{
	u32 n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].types >> type & 1)
			text_add(error, "%s%s", n++ ? ", " : ": a program of this type hangs at ",
				 hooks[i].usage);
	if (!n)
		text_add(error, ": a program of this type is not attached by name");
}

static void split(struct hook *h, const char *name)
{
	while (*name && h->parts < PARTS) {
		size_t n = strcspn(name, ":");

		snprintf(h->part[h->parts++], sizeof(h->part[0]), "%.*s", (int)min_u64(n, 31), name);
		name += n + (name[n] == ':');
	}
}

s64 attach_hook(struct walk *w, const struct program_file *file, int fd, const char *name, const char *words,
		struct text *error)
{
	struct hook h = {.w = w, .file = file, .fd = fd, .words = words, .error = error};
	const struct obj *obj = session_object(w->session, fd);
	u32 type = obj && obj->kind == OBJ_PROG ? container_of(obj, struct prog, obj)->type : 0;
	s64 ifindex, err;

	split(&h, name);
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (h.parts < 2 || strcmp(hooks[i].name, h.part[0]) || !(hooks[i].types >> type & 1))
			continue;
		ifindex = program_device(w->session->sim, h.part[1]);
		if (ifindex < 0)
			return fail(&h, ifindex);
		err = hooks[i].attach(&h, ifindex);
		return err < 0 ? err : ifindex;
	}
	text_add(error, "attach: '%.40s'", name);
	say_choices(type, error);
	return -EINVAL;
}

/* "HOOK [PROGRAM [action ...]]" */
s64 attach_words(struct walk *w, const struct program_file *file, const char *words, struct text *error)
{
	struct hook h = {.w = w, .file = file};
	char hook[64], name[64];
	size_t n = strcspn(words, " ");
	const char *rest = words + n + strspn(words + n, " ");
	int fd;

	snprintf(hook, sizeof(hook), "%.*s", (int)n, words);
	n = strcspn(rest, " ");
	snprintf(name, sizeof(name), "%.*s", *rest ? (int)n : 63, *rest ? rest : program_name(file));
	fd = fd_of(&h, name);
	if (fd < 0) {
		text_add(error, "--attach %s: no program '%s' of the file is loaded", words, name);
		return -ENOENT;
	}
	return attach_hook(w, file, fd, hook, rest + n + strspn(rest + n, " "), error);
}
