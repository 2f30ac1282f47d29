/* A strong extern that no kernel has. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const int no_such_variable __ksym;

SEC("tc")
int use(struct __sk_buff *ctx)
{
	int *p = bpf_this_cpu_ptr(&no_such_variable);

	return p ? *p : 0;
}

char LICENSE[] SEC("license") = "GPL";
