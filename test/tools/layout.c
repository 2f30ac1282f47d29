/*
 * layout VMLINUX.btf[.gz] [tasks|iter]: prints sim/world/layout.h, layout_task.h or layout_iter.h there: the kernel structs that
 * programs touch, with the offsets that a kernel's BTF gives. What is wanted stands in the tables below; bytes between are padding.
 *
 *	build/asan/test/tools/layout sim/elf/vmlinux.btf.gz > sim/world/layout.h
 *	build/asan/test/tools/layout sim/elf/vmlinux.btf.gz tasks > sim/world/layout_task.h
 *	build/asan/test/tools/layout sim/elf/vmlinux.btf.gz iter > sim/world/layout_iter.h
 */
#include "sim/btf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define MAX_FIELDS 64

/* A struct is named before it is used as a member of another. "v4.saddr": a member of a member, here v4_saddr. */
struct want {
	const char *name, *fields, *doc;
};

static const struct want packet_wants[] = {
	{"net_device", "mtu ifindex type hard_header_len real_num_rx_queues name dev_addr", "a network device"},
	{"xdp_mem_info", "type id", "where a packet's memory comes from"},
	{"xdp_rxq_info", "dev queue_index reg_state mem frag_size", "the receive queue that a packet came from"},
	{"xdp_txq_info", "dev", "the transmit queue that a packet goes to"},
	{"xdp_buff", "data data_end data_meta data_hard_start rxq txq frame_sz flags", "a packet for XDP: its context"},
	{"xdp_frame", "data", "what an xdp_buff becomes when it travels; it takes room in front of the packet"},
	{"bio_vec", "bv_page bv_len bv_offset", "a fragment of a packet (skb_frag_t)"},
	{"skb_shared_info", "flags meta_len nr_frags tx_flags gso_size gso_segs hwtstamps gso_type xdp_frags_size frags",
	 "stands behind the packet bytes, at sk_buff.end"},
	{"sk_buff",
	 "dev sk tstamp cb _skb_refdst len data_len mac_len queue_mapping cloned pkt_type ip_summed l4_hash sw_hash encapsulation vlan_present "
	 "csum_level csum_complete_sw mono_delivery_time tc_at_ingress tc_index csum csum_start csum_offset priority skb_iif hash "
	 "vlan_proto vlan_tci "
	 "napi_id mark protocol transport_header network_header mac_header tail end head data truesize",
	 "a packet in the network stack: the context of socket filters and classifiers"},
	{"qdisc_skb_cb", "pkt_len slave_dev_queue_mapping tc_classid data", "lies in sk_buff.cb"},
	{"bpf_skb_data_end", "data_meta data_end", "lies in sk_buff.cb, qdisc_skb_cb first"},
	{"sock_common",
	 "skc_daddr skc_rcv_saddr skc_hash skc_dport skc_num skc_family skc_state skc_bound_dev_if skc_net.net skc_v6_daddr "
	 "skc_v6_rcv_saddr skc_cookie.counter skc_rx_queue_mapping",
	 "the part that all sockets have, half-open and dying ones too"},
	{"sock",
	 "__sk_common sk_rcvbuf sk_sndbuf sk_priority sk_mark sk_ack_backlog sk_max_ack_backlog sk_uid.val sk_txhash sk_protocol "
	 "sk_type sk_socket sk_cgrp_data.cgroup",
	 "a socket"},
	{"inet_sock", "sk inet_saddr inet_sport", "an IP socket"},
	{"inet_connection_sock", "icsk_retransmits", "a socket with connections"},
	{"tcp_sock",
	 "inet_conn rtt_min snd_cwnd srtt_us snd_ssthresh rcv_nxt snd_nxt snd_una mss_cache ecn_flags rate_delivered "
	 "rate_interval_us packets_out retrans_out total_retrans segs_in data_segs_in segs_out data_segs_out lost_out "
	 "sacked_out bytes_received bytes_acked dsack_dups delivered delivered_ce bpf_sock_ops_cb_flags "
	 "snd_cwnd_cnt prior_cwnd prior_ssthresh",
	 "a TCP socket"},
	{"xdp_sock", "queue_id", "an AF_XDP socket"},
	{"tcp_skb_cb", "tcp_flags", "lies in sk_buff.cb, in TCP"},
	{"sk_skb_cb", "data temp_reg", "lies in sk_buff.cb, for the programs of a sockmap"},
	{"bpf_sock_addr_kern", "sk uaddr tmp_reg t_ctx", "the context of CGROUP_SOCK_ADDR"},
	{"bpf_sock_ops_kern", "sk replylong syn_skb remaining_opt_len skb skb_data_end op is_fullsock temp", "the context of SOCK_OPS"},
	{"sk_msg", "sg.size data data_end apply_bytes cork_bytes flags sk_redir sk", "the context of SK_MSG"},
	{"sk_reuseport_kern", "skb sk selected_sk migrating_sk data_end hash bind_inany", "the context of SK_REUSEPORT"},
	{"bpf_sk_lookup_kern",
	 "family protocol v4.saddr v4.daddr v6.saddr v6.daddr sport dport selected_sk ingress_ifindex no_reuseport",
	 "the context of SK_LOOKUP"},
	{"bpf_sockopt_kern", "sk optval optval_end current_task level optname optlen tmp_reg", "the context of CGROUP_SOCKOPT"},
	{"bpf_cg_run_ctx", "retval", "what goes on while programs of a cgroup run"},
	{"bpf_sysctl_kern", "cur_val cur_len new_val new_len new_updated ppos write tmp_reg", "the context of CGROUP_SYSCTL"},
	{"bpf_flow_dissector", "flow_keys data data_end", "the context of FLOW_DISSECTOR"},
	{"bpf_perf_event_data_kern", "regs data", "the context of PERF_EVENT"},
	{"perf_sample_data", "period addr", "what a sample says"},
};

static const struct want task_wants[] = {
	{"cred", "uid.val gid.val suid.val sgid.val euid.val egid.val fsuid.val fsgid.val", "who a task is"},
	{"ns_common", "inum", "what namespaces of all kinds have"},
	{"pid_namespace", "ns level", "a namespace of pids"},
	{"mnt_namespace", "ns", "a namespace of mounts"},
	{"uts_namespace", "name.sysname name.nodename name.release ns", "a namespace of host names"},
	{"net", "ns net_cookie", "a namespace of the network"},
	{"nsproxy", "uts_ns ipc_ns mnt_ns pid_ns_for_children net_ns cgroup_ns", "the namespaces of a task"},
	{"kernfs_node", "parent name id", "a directory of the cgroup tree"},
	{"cgroup", "level kn", "a cgroup"},
	{"css_set", "dfl_cgrp", "the cgroups of a task"},
	{"task_struct",
	 "__state stack flags on_cpu prio static_prio mm exit_state exit_code pid tgid real_parent parent group_leader start_time "
	 "start_boottime real_cred cred comm fs files nsproxy signal cgroups loginuid.val sessionid bpf_ctx",
	 "a task"},
	{"qstr", "len name", "a name in a directory"},
	{"dentry", "d_parent d_name d_inode d_iname d_sb", "a place in the tree of files"},
	{"super_block", "s_dev s_blocksize s_magic s_root s_id", "a file system"},
	{"inode", "i_mode i_uid.val i_gid.val i_sb i_ino i_nlink i_rdev i_size", "a file on its file system"},
	{"vfsmount", "mnt_root mnt_sb", "a file system in the tree of files"},
	{"mount", "mnt_parent mnt_mountpoint mnt", "the same, with its place"},
	{"path", "mnt dentry", "where a file is"},
	{"file", "f_mode f_pos f_flags f_path f_inode", "an open file"},
	{"filename", "name uptr", "a path that came from user space"},
	{"open_how", "flags mode resolve", "how a file is to be opened"},
	{"linux_binprm", "mm file argc envc filename interp cred", "a program that is to be executed"},
	{"mm_struct", "arg_start arg_end env_start env_end exe_file", "the memory of a process"},
	{"gendisk", "major first_minor disk_name", "a disk"},
	{"request", "q cmd_flags __data_len __sector start_time_ns io_start_time_ns", "what is asked of a disk"},
	{"request_queue", "disk", "the queue of a disk"},
};

static const struct want iter_wants[] = {
	{"seq_file", "buf size from count index read_pos", "a file whose text is made while it is read"},
	{"bpf_iter_meta", "seq session_id seq_num", "what iterators tell with each object"},
	{"bpf_map", "refcnt.counter id usercnt.counter name", "a map: what stands behind its form (struct bpf_map_layout)"},
	{"bpf_prog_aux",
	 "refcnt.counter used_map_cnt max_ctx_offset stack_depth id func_cnt attach_btf_id sleepable attach_func_name load_time "
	 "verified_insns name",
	 "a program: what it is known by"},
	{"bpf_prog", "type expected_attach_type len jited_len tag aux", "a program"},
	{"bpf_link", "refcnt.counter id type prog", "a link"},
	{"kallsym_iter", "pos value type name module_name exported show_value", "a symbol of the kernel"},
	{"vm_area_struct", "vm_start vm_end vm_mm vm_flags vm_pgoff vm_file", "a part of a task's memory"},
};

/* The tables, by the word of the command line. */
static const struct {
	const char *word, *guard, *prefix; /* prefix of the structs' names: the simulation has a struct file of its own */
	const struct want *wants;
	u32 count;
} headers[] = {
	{"", "", "", packet_wants, ARRAY_SIZE(packet_wants)},
	{"tasks", "TASK_", "k_", task_wants, ARRAY_SIZE(task_wants)},
	{"iter", "ITER_", "k_", iter_wants, ARRAY_SIZE(iter_wants)},
};

/* The table that is printed. */
static const struct want *wants;
static u32 want_count;
static const char *prefix = "";

struct field {
	char name[64];
	u32 bit_off, bits;     /* bits: 0 = not a bitfield */
	u32 type;              /* its BTF id */
};

static void die(const char *what)
{
	fprintf(stderr, "layout: %s\n", what);
	exit(2);
}

static u8 *read_all(const char *path, u64 *size)
{
	u64 room = 1 << 24;
	u8 *data = malloc(room);
	gzFile file = gzopen(path, "rb");
	int n;

	if (!file || !data)
		die("cannot open the file");
	n = gzread(file, data, room);
	gzclose(file);
	if (n <= 0 || (u64)n == room)
		die("cannot read the file");
	*size = n;
	return data;
}

/* Looks in unnamed structs and unions as well. */
static bool find_field(const struct btf_types *types, u32 id, u32 base, const char *name, struct field *out)
{
	const struct btf_type *t = btf_type_by_id(types, id);
	const struct btf_member *m = btf_members(t);

	for (u32 i = 0; i < btf_vlen(t); i++, m++) {
		const char *found = btf_str(types, m->name_off);
		u32 at = base + btf_member_bit_off(t, m);
		u32 inner = btf_skip_mods(types, m->type);

		if (!strcmp(found, name)) {
			*out = (struct field){"", at, btf_member_bit_size(t, m), m->type};
			return true;
		}
		if (!*found && btf_is_composite(btf_kind(btf_type_by_id(types, inner))) &&
		    find_field(types, inner, at, name, out))
			return true;
	}
	return false;
}

/* @path: "member" or "member.member". */
static bool find_path(const struct btf_types *types, u32 id, const char *path, struct field *out)
{
	const char *dot = strchr(path, '.');
	char name[64];

	snprintf(name, sizeof(name), "%.*s", dot ? (int)(dot - path) : 63, path);
	if (!find_field(types, id, 0, name, out))
		return false;
	if (dot && !find_field(types, btf_skip_mods(types, out->type), out->bit_off, dot + 1, out))
		return false;
	snprintf(out->name, sizeof(out->name), dot ? "%s_%s" : "%s", name, dot ? dot + 1 : "");
	return true;
}

static int by_offset(const void *a, const void *b)
{
	return (int)((const struct field *)a)->bit_off - (int)((const struct field *)b)->bit_off;
}

static u32 collect(const struct btf_types *types, u32 id, const struct want *want, struct field *fields)
{
	char names[1024];
	u32 n = 0;

	snprintf(names, sizeof(names), "%s", want->fields);
	for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
		if (n == MAX_FIELDS || !find_path(types, id, name, &fields[n++])) {
			fprintf(stderr, "%s.%s: ", want->name, name);
			die("no such field");
		}
	}
	qsort(fields, n, sizeof(*fields), by_offset);
	return n;
}

static const char *wanted_struct(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, id);

	for (u32 i = 0; i < want_count; i++)
		if (btf_kind(t) == BTF_KIND_STRUCT && !strcmp(btf_str(types, t->name_off), wants[i].name))
			return wants[i].name;
	return NULL;
}

/* "u32 name", "u8 name[48]", "struct bio_vec frags[17]" */
static void print_member(const struct btf_types *types, const struct field *f)
{
	static const char *const scalar[9] = {[1] = "u8", [2] = "u16", [4] = "u32", [8] = "u64"};
	u32 id = btf_skip_mods(types, f->type), count = 0;
	const struct btf_type *t = btf_type_by_id(types, id);
	s64 size;

	if (btf_kind(t) == BTF_KIND_ARRAY) {
		count = btf_array(t)->nelems;
		id = btf_skip_mods(types, btf_array(t)->type);
	}
	size = btf_size(types, id);
	if (wanted_struct(types, id))
		printf("\tstruct %s%s %s", prefix, wanted_struct(types, id), f->name);
	else if (size <= 8 && scalar[size])
		printf("\t%s %s", scalar[size], f->name);
	else
		printf("\tu8 %s[%lld]", f->name, (long long)size);
	printf(count ? "[%u];" : ";", count);
	printf("  /* %u */\n", f->bit_off / 8);
}

/* Unnamed bits or bytes from bit @from to bit @to. */
static void print_gap(u32 from, u32 to)
{
	if (from % 8 && from < to) {
		u32 end = (from + 7) / 8 * 8 < to ? (from + 7) / 8 * 8 : to;

		printf("\tu8 : %u;\n", end - from);
		from = end;
	}
	if (from / 8 < to / 8)
		printf("\tu8 pad%u[%u];\n", from / 8, to / 8 - from / 8);
	if (to % 8 && from < to)
		printf("\tu8 : %u;\n", to % 8);
}

/* SK_BUFF_PKT_TYPE_AT: the byte, SK_BUFF_PKT_TYPE_MASK: the bits in it */
static void print_bit_places(const struct want *want, const struct field *fields, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 mask = ((1u << fields[i].bits) - 1) << fields[i].bit_off % 8;
		char name[128];

		if (!fields[i].bits)
			continue;
		snprintf(name, sizeof(name), "%s_%s", want->name, fields[i].name);
		for (char *c = name; *c; c++)
			*c = toupper(*c);
		printf("#define %s_AT %u\n#define %s_MASK %#x\n", name, fields[i].bit_off / 8, name, mask);
	}
}

static bool overlaps_next(const struct btf_types *types, const struct field *f, const struct field *end)
{
	return f + 1 < end && !f->bits && f->bit_off + btf_size(types, f->type) * 8 > f[1].bit_off;
}

/* csum and csum_start share their bytes: a union of the whole and its parts. */
static u32 print_union(const struct btf_types *types, const struct field *f, const struct field *end)
{
	u64 stop = f->bit_off + btf_size(types, f->type) * 8;
	u32 n = 1;

	printf("\tunion {\n\t");
	print_member(types, f);
	printf("\t\tstruct {\n");
	for (; f + n < end && f[n].bit_off < stop; n++) {
		printf("\t\t");
		print_member(types, f + n);
	}
	printf("\t\t};\n\t};\n");
	return n;
}

static void print_struct(const struct btf_types *types, const struct want *want)
{
	u32 id = btf_find(types, want->name, BTF_KIND_STRUCT), at = 0;
	struct field fields[MAX_FIELDS], *end;

	if (!id)
		die(want->name);
	end = fields + collect(types, id, want, fields);
	printf("\n/* %s */\nstruct %s%s {\n", want->doc, prefix, want->name);
	for (struct field *f = fields; f < end;) {
		print_gap(at, f->bit_off);
		at = f->bit_off + (f->bits ? f->bits : (u32)btf_size(types, f->type) * 8);
		if (f->bits)
			printf("\tu8 %s : %u;  /* %u */\n", f->name, f->bits, f->bit_off / 8);
		else if (overlaps_next(types, f, end))
			f += print_union(types, f, end) - 1;
		else
			print_member(types, f);
		f++;
	}
	print_gap(at, btf_size(types, id) * 8);
	printf("};\n_Static_assert(sizeof(struct %s%s) == %lld, \"as in Linux 6.1\");\n", prefix, want->name,
	       (long long)btf_size(types, id));
	print_bit_places(want, fields, end - fields);
}

int main(int argc, char **argv)
{
	struct btf_types types;
	struct why why;
	u64 size;
	u8 *data;
	void *mem;
	s64 need;

	u32 which = 0;

	while (which < ARRAY_SIZE(headers) && strcmp(argc == 3 ? argv[2] : "", headers[which].word))
		which++;
	if (argc < 2 || argc > 3 || which == ARRAY_SIZE(headers))
		die("usage: layout VMLINUX.btf[.gz] [tasks|iter]");
	wants = headers[which].wants;
	prefix = headers[which].prefix;
	want_count = headers[which].count;
	data = read_all(argv[1], &size);
	need = btf_measure(data, size, NULL, &why);
	mem = need < 0 ? NULL : malloc(need);
	if (!mem || btf_open(&types, data, size, NULL, mem, &why))
		die(why.text);
	printf("/*\n * Kernel structs with Linux 6.1's offsets (design 0a): what translated programs and helpers look at.\n"
	       " *\n * Made from that kernel's BTF by test/tools/layout.c; not edited by hand. Pointers are u64: arena addresses.\n"
	       " * For bitfields, X_AT is the byte that holds them and X_MASK their bits in it.\n */\n"
	       "#ifndef SIM_WORLD_LAYOUT_%sH\n#define SIM_WORLD_LAYOUT_%sH\n\n#include \"../base.h\"\n",
	       headers[which].guard, headers[which].guard);
	for (u32 i = 0; i < want_count; i++)
		print_struct(&types, &wants[i]);
	printf("\n#endif\n");
	free(mem);
	free(data);
	return 0;
}
