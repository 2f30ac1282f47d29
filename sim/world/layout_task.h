/*
 * Kernel structs with Linux 6.1's offsets (design 0a): what translated programs and helpers look at.
 *
 * Made from that kernel's BTF by test/tools/layout.c; not edited by hand. Pointers are u64: arena addresses.
 * For bitfields, X_AT is the byte that holds them and X_MASK their bits in it.
 */
#ifndef SIM_WORLD_LAYOUT_TASK_H
#define SIM_WORLD_LAYOUT_TASK_H

#include "../base.h"

/* who a task is */
struct k_cred {
	u8 pad0[8];
	u32 uid_val;  /* 8 */
	u32 gid_val;  /* 12 */
	u32 suid_val;  /* 16 */
	u32 sgid_val;  /* 20 */
	u32 euid_val;  /* 24 */
	u32 egid_val;  /* 28 */
	u32 fsuid_val;  /* 32 */
	u32 fsgid_val;  /* 36 */
	u8 pad40[136];
};
_Static_assert(sizeof(struct k_cred) == 176, "as in Linux 6.1");

/* what namespaces of all kinds have */
struct k_ns_common {
	u8 pad0[16];
	u32 inum;  /* 16 */
	u8 pad20[4];
};
_Static_assert(sizeof(struct k_ns_common) == 24, "as in Linux 6.1");

/* a namespace of pids */
struct k_pid_namespace {
	u8 pad0[64];
	u32 level;  /* 64 */
	u8 pad68[44];
	struct k_ns_common ns;  /* 112 */
};
_Static_assert(sizeof(struct k_pid_namespace) == 136, "as in Linux 6.1");

/* a namespace of mounts */
struct k_mnt_namespace {
	struct k_ns_common ns;  /* 0 */
	u8 pad24[96];
};
_Static_assert(sizeof(struct k_mnt_namespace) == 120, "as in Linux 6.1");

/* a namespace of host names */
struct k_uts_namespace {
	u8 name_sysname[65];  /* 0 */
	u8 name_nodename[65];  /* 65 */
	u8 name_release[65];  /* 130 */
	u8 pad195[213];
	struct k_ns_common ns;  /* 408 */
};
_Static_assert(sizeof(struct k_uts_namespace) == 432, "as in Linux 6.1");

/* a namespace of the network */
struct k_net {
	u8 pad0[128];
	struct k_ns_common ns;  /* 128 */
	u8 pad152[3880];
	u64 net_cookie;  /* 4032 */
	u8 pad4040[248];
};
_Static_assert(sizeof(struct k_net) == 4288, "as in Linux 6.1");

/* the namespaces of a task */
struct k_nsproxy {
	u8 pad0[8];
	u64 uts_ns;  /* 8 */
	u64 ipc_ns;  /* 16 */
	u64 mnt_ns;  /* 24 */
	u64 pid_ns_for_children;  /* 32 */
	u64 net_ns;  /* 40 */
	u8 pad48[16];
	u64 cgroup_ns;  /* 64 */
};
_Static_assert(sizeof(struct k_nsproxy) == 72, "as in Linux 6.1");

/* a directory of the cgroup tree */
struct k_kernfs_node {
	u8 pad0[8];
	u64 parent;  /* 8 */
	u64 name;  /* 16 */
	u8 pad24[80];
	u64 id;  /* 104 */
	u8 pad112[16];
};
_Static_assert(sizeof(struct k_kernfs_node) == 128, "as in Linux 6.1");

/* a cgroup */
struct k_cgroup {
	u8 pad0[208];
	u32 level;  /* 208 */
	u8 pad212[36];
	u64 kn;  /* 248 */
	u8 pad256[1536];
};
_Static_assert(sizeof(struct k_cgroup) == 1792, "as in Linux 6.1");

/* the cgroups of a task */
struct k_css_set {
	u8 pad0[128];
	u64 dfl_cgrp;  /* 128 */
	u8 pad136[456];
};
_Static_assert(sizeof(struct k_css_set) == 592, "as in Linux 6.1");

/* a task */
struct k_task_struct {
	u8 pad0[24];
	u32 __state;  /* 24 */
	u8 pad28[4];
	u64 stack;  /* 32 */
	u8 pad40[4];
	u32 flags;  /* 44 */
	u8 pad48[4];
	u32 on_cpu;  /* 52 */
	u8 pad56[52];
	u32 prio;  /* 108 */
	u32 static_prio;  /* 112 */
	u8 pad116[2156];
	u64 mm;  /* 2272 */
	u8 pad2280[28];
	u32 exit_state;  /* 2308 */
	u32 exit_code;  /* 2312 */
	u8 pad2316[100];
	u32 pid;  /* 2416 */
	u32 tgid;  /* 2420 */
	u8 pad2424[8];
	u64 real_parent;  /* 2432 */
	u64 parent;  /* 2440 */
	u8 pad2448[32];
	u64 group_leader;  /* 2480 */
	u8 pad2488[288];
	u64 start_time;  /* 2776 */
	u64 start_boottime;  /* 2784 */
	u8 pad2792[160];
	u64 real_cred;  /* 2952 */
	u64 cred;  /* 2960 */
	u8 pad2968[8];
	u8 comm[16];  /* 2976 */
	u8 pad2992[48];
	u64 fs;  /* 3040 */
	u64 files;  /* 3048 */
	u8 pad3056[8];
	u64 nsproxy;  /* 3064 */
	u64 signal;  /* 3072 */
	u8 pad3080[96];
	u32 loginuid_val;  /* 3176 */
	u32 sessionid;  /* 3180 */
	u8 pad3184[416];
	u64 cgroups;  /* 3600 */
	u8 pad3608[1624];
	u64 bpf_ctx;  /* 5232 */
	u8 pad5240[4488];
};
_Static_assert(sizeof(struct k_task_struct) == 9728, "as in Linux 6.1");

/* a name in a directory */
struct k_qstr {
	u8 pad0[4];
	u32 len;  /* 4 */
	u64 name;  /* 8 */
};
_Static_assert(sizeof(struct k_qstr) == 16, "as in Linux 6.1");

/* a place in the tree of files */
struct k_dentry {
	u8 pad0[24];
	u64 d_parent;  /* 24 */
	struct k_qstr d_name;  /* 32 */
	u64 d_inode;  /* 48 */
	u8 d_iname[32];  /* 56 */
	u8 pad88[16];
	u64 d_sb;  /* 104 */
	u8 pad112[80];
};
_Static_assert(sizeof(struct k_dentry) == 192, "as in Linux 6.1");

/* a file system */
struct k_super_block {
	u8 pad0[16];
	u32 s_dev;  /* 16 */
	u8 pad20[4];
	u64 s_blocksize;  /* 24 */
	u8 pad32[64];
	u64 s_magic;  /* 96 */
	u64 s_root;  /* 104 */
	u8 pad112[856];
	u8 s_id[32];  /* 968 */
	u8 pad1000[472];
};
_Static_assert(sizeof(struct k_super_block) == 1472, "as in Linux 6.1");

/* a file on its file system */
struct k_inode {
	u16 i_mode;  /* 0 */
	u8 pad2[2];
	u32 i_uid_val;  /* 4 */
	u32 i_gid_val;  /* 8 */
	u8 pad12[28];
	u64 i_sb;  /* 40 */
	u8 pad48[16];
	u64 i_ino;  /* 64 */
	u32 i_nlink;  /* 72 */
	u32 i_rdev;  /* 76 */
	u64 i_size;  /* 80 */
	u8 pad88[544];
};
_Static_assert(sizeof(struct k_inode) == 632, "as in Linux 6.1");

/* a file system in the tree of files */
struct k_vfsmount {
	u64 mnt_root;  /* 0 */
	u64 mnt_sb;  /* 8 */
	u8 pad16[16];
};
_Static_assert(sizeof(struct k_vfsmount) == 32, "as in Linux 6.1");

/* the same, with its place */
struct k_mount {
	u8 pad0[16];
	u64 mnt_parent;  /* 16 */
	u64 mnt_mountpoint;  /* 24 */
	struct k_vfsmount mnt;  /* 32 */
	u8 pad64[256];
};
_Static_assert(sizeof(struct k_mount) == 320, "as in Linux 6.1");

/* where a file is */
struct k_path {
	u64 mnt;  /* 0 */
	u64 dentry;  /* 8 */
};
_Static_assert(sizeof(struct k_path) == 16, "as in Linux 6.1");

/* an open file */
struct k_file {
	u8 pad0[16];
	struct k_path f_path;  /* 16 */
	u64 f_inode;  /* 32 */
	u8 pad40[24];
	u32 f_flags;  /* 64 */
	u32 f_mode;  /* 68 */
	u8 pad72[32];
	u64 f_pos;  /* 104 */
	u8 pad112[120];
};
_Static_assert(sizeof(struct k_file) == 232, "as in Linux 6.1");

/* a path that came from user space */
struct k_filename {
	u64 name;  /* 0 */
	u64 uptr;  /* 8 */
	u8 pad16[16];
};
_Static_assert(sizeof(struct k_filename) == 32, "as in Linux 6.1");

/* how a file is to be opened */
struct k_open_how {
	u64 flags;  /* 0 */
	u64 mode;  /* 8 */
	u64 resolve;  /* 16 */
};
_Static_assert(sizeof(struct k_open_how) == 24, "as in Linux 6.1");

/* a program that is to be executed */
struct k_linux_binprm {
	u8 pad0[16];
	u64 mm;  /* 16 */
	u8 pad24[40];
	u64 file;  /* 64 */
	u64 cred;  /* 72 */
	u8 pad80[8];
	u32 argc;  /* 88 */
	u32 envc;  /* 92 */
	u64 filename;  /* 96 */
	u64 interp;  /* 104 */
	u8 pad112[304];
};
_Static_assert(sizeof(struct k_linux_binprm) == 416, "as in Linux 6.1");

/* the memory of a process */
struct k_mm_struct {
	u8 pad0[312];
	u64 arg_start;  /* 312 */
	u64 arg_end;  /* 320 */
	u64 env_start;  /* 328 */
	u64 env_end;  /* 336 */
	u8 pad344[600];
	u64 exe_file;  /* 944 */
	u8 pad952[144];
};
_Static_assert(sizeof(struct k_mm_struct) == 1096, "as in Linux 6.1");

/* a disk */
struct k_gendisk {
	u32 major;  /* 0 */
	u32 first_minor;  /* 4 */
	u8 pad8[4];
	u8 disk_name[32];  /* 12 */
	u8 pad44[628];
};
_Static_assert(sizeof(struct k_gendisk) == 672, "as in Linux 6.1");

/* what is asked of a disk */
struct k_request {
	u64 q;  /* 0 */
	u8 pad8[16];
	u32 cmd_flags;  /* 24 */
	u8 pad28[16];
	u32 __data_len;  /* 44 */
	u64 __sector;  /* 48 */
	u8 pad56[48];
	u64 start_time_ns;  /* 104 */
	u64 io_start_time_ns;  /* 112 */
	u8 pad120[152];
};
_Static_assert(sizeof(struct k_request) == 272, "as in Linux 6.1");

/* the queue of a disk */
struct k_request_queue {
	u8 pad0[160];
	u64 disk;  /* 160 */
	u8 pad168[800];
};
_Static_assert(sizeof(struct k_request_queue) == 968, "as in Linux 6.1");

#endif
