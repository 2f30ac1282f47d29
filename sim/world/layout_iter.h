/*
 * Kernel structs with Linux 6.1's offsets (design 0a): what translated programs and helpers look at.
 *
 * Made from that kernel's BTF by test/tools/layout.c; not edited by hand. Pointers are u64: arena addresses.
 * For bitfields, X_AT is the byte that holds them and X_MASK their bits in it.
 */
#ifndef SIM_WORLD_LAYOUT_ITER_H
#define SIM_WORLD_LAYOUT_ITER_H

#include "../base.h"

/* a file whose text is made while it is read */
struct k_seq_file {
	u64 buf;  /* 0 */
	u64 size;  /* 8 */
	u64 from;  /* 16 */
	u64 count;  /* 24 */
	u8 pad32[8];
	u64 index;  /* 40 */
	u64 read_pos;  /* 48 */
	u8 pad56[64];
};
_Static_assert(sizeof(struct k_seq_file) == 120, "as in Linux 6.1");

/* what iterators tell with each object */
struct k_bpf_iter_meta {
	u64 seq;  /* 0 */
	u64 session_id;  /* 8 */
	u64 seq_num;  /* 16 */
};
_Static_assert(sizeof(struct k_bpf_iter_meta) == 24, "as in Linux 6.1");

/* a map: what stands behind its form (struct bpf_map_layout) */
struct k_bpf_map {
	u8 pad0[68];
	u32 id;  /* 68 */
	u8 pad72[32];
	u8 name[16];  /* 104 */
	u8 pad120[8];
	u64 refcnt_counter;  /* 128 */
	u64 usercnt_counter;  /* 136 */
	u8 pad144[112];
};
_Static_assert(sizeof(struct k_bpf_map) == 256, "as in Linux 6.1");

/* a program: what it is known by */
struct k_bpf_prog_aux {
	u64 refcnt_counter;  /* 0 */
	u32 used_map_cnt;  /* 8 */
	u8 pad12[4];
	u32 max_ctx_offset;  /* 16 */
	u8 pad20[8];
	u32 stack_depth;  /* 28 */
	u32 id;  /* 32 */
	u32 func_cnt;  /* 36 */
	u8 pad40[4];
	u32 attach_btf_id;  /* 44 */
	u8 pad48[92];
	u8 sleepable;  /* 140 */
	u8 pad141[51];
	u64 attach_func_name;  /* 192 */
	u8 pad200[720];
	u64 load_time;  /* 920 */
	u32 verified_insns;  /* 928 */
	u8 pad932[20];
	u8 name[16];  /* 952 */
	u8 pad968[112];
};
_Static_assert(sizeof(struct k_bpf_prog_aux) == 1080, "as in Linux 6.1");

/* a program */
struct k_bpf_prog {
	u8 pad0[4];
	u32 type;  /* 4 */
	u32 expected_attach_type;  /* 8 */
	u32 len;  /* 12 */
	u32 jited_len;  /* 16 */
	u8 tag[8];  /* 20 */
	u8 pad28[28];
	u64 aux;  /* 56 */
	u8 pad64[8];
};
_Static_assert(sizeof(struct k_bpf_prog) == 72, "as in Linux 6.1");

/* a link */
struct k_bpf_link {
	u64 refcnt_counter;  /* 0 */
	u32 id;  /* 8 */
	u32 type;  /* 12 */
	u8 pad16[8];
	u64 prog;  /* 24 */
	u8 pad32[32];
};
_Static_assert(sizeof(struct k_bpf_link) == 64, "as in Linux 6.1");

/* a symbol of the kernel */
struct k_kallsym_iter {
	u64 pos;  /* 0 */
	u8 pad8[32];
	u64 value;  /* 40 */
	u8 pad48[4];
	u8 type;  /* 52 */
	u8 name[512];  /* 53 */
	u8 module_name[56];  /* 565 */
	u8 pad621[3];
	u32 exported;  /* 624 */
	u32 show_value;  /* 628 */
};
_Static_assert(sizeof(struct k_kallsym_iter) == 632, "as in Linux 6.1");

/* a part of a task's memory */
struct k_vm_area_struct {
	u64 vm_start;  /* 0 */
	u64 vm_end;  /* 8 */
	u64 vm_mm;  /* 16 */
	u8 pad24[8];
	u64 vm_flags;  /* 32 */
	u8 pad40[64];
	u64 vm_pgoff;  /* 104 */
	u64 vm_file;  /* 112 */
	u8 pad120[32];
};
_Static_assert(sizeof(struct k_vm_area_struct) == 152, "as in Linux 6.1");

#endif
