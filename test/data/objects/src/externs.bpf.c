/* What a program can take from the kernel: configuration and symbols. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned long CONFIG_HZ __kconfig;
extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig __weak;
extern bool CONFIG_BPF_JIT __kconfig;
extern char CONFIG_VETH __kconfig;
extern char CONFIG_DEFAULT_HOSTNAME[8] __kconfig;
extern bool CONFIG_NOT_THERE __kconfig __weak;

extern const int bpf_prog_active __ksym;
extern const void no_such_symbol __ksym __weak;
struct sock {
	int any; /* the kernel has a struct here, so it must be one */
};
extern int bpf_kfunc_call_test2(struct sock *, __u32, __u32) __ksym;
extern void no_such_function(void) __ksym __weak;

SEC("tc")
int use(struct __sk_buff *ctx)
{
	int *active = bpf_this_cpu_ptr(&bpf_prog_active);

	if (CONFIG_NOT_THERE || &no_such_symbol)
		return 1;
	return LINUX_KERNEL_VERSION + CONFIG_HZ + CONFIG_BPF_SYSCALL + CONFIG_BPF_JIT + CONFIG_VETH +
	       CONFIG_DEFAULT_HOSTNAME[1] + (active ? *active : 0);
}

SEC("tc")
int kfunc(struct __sk_buff *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	return sk ? bpf_kfunc_call_test2((struct sock *)sk, 1, 2) : 0;
}

SEC("?tc")
int call(struct __sk_buff *ctx)
{
	no_such_function();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
