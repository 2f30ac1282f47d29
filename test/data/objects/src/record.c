/*
 * Records what libbpf passes to the kernel: each bpf() call of loading an object, as one line of text. How libbpf-calls.txt is made,
 * in a real Linux 6.1:
 *	gcc -o record record.c -Wl,--wrap=syscall -static -lbpf -lelf -lz && ./record x.o ...
 * Feature probes were taken out by hand: they have no name, or one that starts with libbpf_.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

static const char *object;

long __real_syscall(long nr, ...);

static void hex(const char *name, unsigned long long address, unsigned long long n)
{
	const unsigned char *p = (const unsigned char *)address;

	printf(" %s=", name);
	for (unsigned long long i = 0; p && i < n; i++)
		printf("%02x", p[i]);
}

/* Fds differ from run to run: what names a map is shown as 0. */
static void insns(const union bpf_attr *a)
{
	struct bpf_insn copy[4096];

	memcpy(copy, (void *)a->insns, a->insn_cnt * sizeof(copy[0]));
	for (unsigned i = 0; i < a->insn_cnt; i++)
		if (copy[i].code == (BPF_LD | BPF_IMM | BPF_DW) &&
		    (copy[i].src_reg == BPF_PSEUDO_MAP_FD || copy[i].src_reg == BPF_PSEUDO_MAP_VALUE))
			copy[i].imm = 0;
	hex("insns", (unsigned long long)copy, a->insn_cnt * 8ull);
}

static void print_call(int cmd, const union bpf_attr *a, long size, long ret)
{
	if (cmd == BPF_BTF_LOAD) {
		printf("%s BTF_LOAD size=%ld", object, size);
		hex("btf", a->btf, a->btf_size);
	} else if (cmd == BPF_MAP_CREATE) {
		printf("%s MAP_CREATE size=%ld name=%.16s type=%u key=%u value=%u entries=%u flags=%u numa=%u extra=%llu btf=%d "
		       "key_type=%u value_type=%u inner=%d", object, size, a->map_name, a->map_type, a->key_size, a->value_size,
		       a->max_entries, a->map_flags, a->numa_node, (unsigned long long)a->map_extra, a->btf_fd != 0,
		       a->btf_key_type_id, a->btf_value_type_id, a->inner_map_fd != 0);
	} else if (cmd == BPF_MAP_UPDATE_ELEM) {
		printf("%s MAP_UPDATE_ELEM size=%ld key=%u", object, size, *(unsigned *)a->key);
	} else if (cmd == BPF_MAP_FREEZE) {
		printf("%s MAP_FREEZE size=%ld", object, size);
	} else if (cmd == BPF_OBJ_GET || cmd == BPF_OBJ_PIN) {
		printf("%s %s size=%ld path=%s", object, cmd == BPF_OBJ_GET ? "OBJ_GET" : "OBJ_PIN", size, (char *)a->pathname);
	} else if (cmd == BPF_PROG_BIND_MAP) {
		printf("%s PROG_BIND_MAP size=%ld", object, size);
	} else if (cmd == BPF_PROG_LOAD) {
		printf("%s PROG_LOAD size=%ld name=%.16s type=%u attach=%u flags=%u version=%u btf=%d attach_btf_id=%u license=%s", object,
		       size, a->prog_name, a->prog_type, a->expected_attach_type, a->prog_flags, a->kern_version, a->prog_btf_fd != 0,
		       a->attach_btf_id, (char *)a->license);
		printf(" func_size=%u line_size=%u", a->func_info_rec_size, a->line_info_rec_size);
		insns(a);
		hex("funcs", a->func_info, (unsigned long long)a->func_info_cnt * a->func_info_rec_size);
		hex("lines", a->line_info, (unsigned long long)a->line_info_cnt * a->line_info_rec_size);
	} else {
		return;
	}
	printf(" ret=%s\n", ret < 0 ? "failed" : "ok");
}

long __wrap_syscall(long nr, ...)
{
	long a[6], ret;
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	ret = __real_syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (nr == __NR_bpf)
		print_call(a[0], (const union bpf_attr *)a[1], a[2], ret);
	return ret;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct bpf_object *o;

		object = argv[i];
		o = bpf_object__open_file(argv[i], NULL);
		printf("%s %s\n", object, o && !bpf_object__load(o) ? "loaded" : "failed");
		fflush(stdout);
		bpf_object__close(o);
	}
	return 0;
}
