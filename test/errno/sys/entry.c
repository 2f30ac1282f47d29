/*
 * What a Linux that runs has written at the entry of one of its functions, for sys_show_entry(): see sys.h. Read from /proc/kcore,
 * the names from /proc/kallsyms. The end of a trampoline is found by the last instructions that all of them have, what it calls
 * by the bytes of calls that go to something with a name.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys.h"

#define CALL_SIZE 5
#define IMAGE_SIZE 4096
#define MAX_SYMBOLS 300000

static struct symbol {
	uint64_t address;
	char name[80];
} symbols[MAX_SYMBOLS];
static unsigned count;

static void read_symbols(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long long address;
	char text[512];

	count = 0;
	while (f && count < MAX_SYMBOLS && fgets(text, sizeof(text), f))
		if (sscanf(text, "%llx %*c %79s", &address, symbols[count].name) == 2)
			symbols[count++].address = address;
	fclose(f);
}

static uint64_t address_of(const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(symbols[i].name, name))
			return symbols[i].address;
	note("no function %s", name);
	exit(1);
}

static const char *name_of(uint64_t address)
{
	for (unsigned i = 0; i < count; i++)
		if (symbols[i].address == address)
			return symbols[i].name;
	return NULL;
}

static void read_kernel(uint64_t address, void *to, unsigned n)
{
	int fd = open("/proc/kcore", O_RDONLY);
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head))
		abort();
	for (unsigned i = 0; i < head.e_phnum; i++) {
		if (pread(fd, &part, sizeof(part), head.e_phoff + i * sizeof(part)) != sizeof(part))
			abort();
		if (part.p_type == PT_LOAD && address >= part.p_vaddr &&
		    address + n <= part.p_vaddr + part.p_memsz &&
		    pread(fd, to, n, part.p_offset + address - part.p_vaddr) == n) {
			close(fd);
			return;
		}
	}
	abort();
}

static uint64_t target_of(const unsigned char *call, uint64_t address)
{
	int32_t distance;

	memcpy(&distance, call + 1, sizeof(distance));
	return address + CALL_SIZE + distance;
}

/* pop rbx; leave; (add rsp, 8;) ret; int3 */
static unsigned end_of(const unsigned char *code)
{
	static const unsigned char to_caller[] = {0x5b, 0xc9, 0x48, 0x83, 0xc4, 0x08, 0xc3, 0xcc},
				   back[] = {0x5b, 0xc9, 0xc3, 0xcc};

	for (unsigned i = 0; i + sizeof(to_caller) <= IMAGE_SIZE; i++) {
		if (!memcmp(code + i, to_caller, sizeof(to_caller)))
			return i + sizeof(to_caller);
		if (!memcmp(code + i, back, sizeof(back)))
			return i + sizeof(back);
	}
	return 0;
}

static void show_call(uint64_t target, uint64_t func, const char *func_name)
{
	const char *name = name_of(target);

	if (target == func + CALL_SIZE)
		note("    calls %s+%u", func_name, CALL_SIZE);
	else if (name && !strncmp(name, "bpf_prog_", 9))
		note("    calls program %s", strchr(name + 9, '_') + 1);
	else if (name)
		note("    calls %s", name);
}

static void show_image(uint64_t image, uint64_t func, const char *func_name)
{
	unsigned char code[IMAGE_SIZE];
	unsigned size;

	read_kernel(image, code, sizeof(code));
	size = end_of(code);
	note("    %u bytes", size);
	for (unsigned i = 0; i + CALL_SIZE <= size; i++)
		if (code[i] == 0xe8)
			show_call(target_of(code + i, image + i), func, func_name);
}

void sys_show_entry(const char *func)
{
	unsigned char entry[CALL_SIZE];
	const char *name = NULL;
	uint64_t at, image;

	sys_settle();
	read_symbols();
	at = address_of(func);
	read_kernel(at, entry, sizeof(entry));
	image = target_of(entry, at);
	if (entry[0] != 0xe8) {
		note("    %s: %02x %02x %02x %02x %02x", func, entry[0], entry[1], entry[2], entry[3], entry[4]);
		return;
	}
	name = name_of(image);
	note("    %s: call %s", func, name ? name : "something without a name");
	if (name && !strncmp(name, "bpf_trampoline_", 15))
		show_image(image, at, func);
}
