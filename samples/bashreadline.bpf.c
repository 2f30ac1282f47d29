/*
 * What people type at their shells: a uretprobe at readline() of bash reads the string that the function returns. A uprobe
 * is at a place in a file; whoever runs that file comes by it.
 */
#define __TARGET_ARCH_x86
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct typed_line {
	__u32 pid;
	char text[60];
};

const struct typed_line *unused __attribute__((unused)); /* so that the struct is in the object's BTF */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} lines SEC(".maps");

SEC("uretprobe//bin/bash:readline")
int BPF_KRETPROBE(bashreadline, const char *text)
{
	struct typed_line *line = bpf_ringbuf_reserve(&lines, sizeof(*line), 0);

	if (!line)
		return 0;
	line->pid = bpf_get_current_pid_tgid() >> 32;
	if (bpf_probe_read_user_str(line->text, sizeof(line->text), text) < 0)
		bpf_ringbuf_discard(line, 0);
	else
		bpf_ringbuf_submit(line, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
