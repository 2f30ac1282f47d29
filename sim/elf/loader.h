/*
 * The loader: the user side of loading an object file, one system call at a time.
 *
 * Makes the calls that libbpf 1.1's bpf_object__load makes, in its order and with its attr contents, and
 * none of its feature probes, so that fds and ids are small and stable: BTF_LOAD gives fd 3, the maps
 * follow, then the programs. It never touches the simulated kernel: it says which call comes next, and is
 * told the result. So anybody can watch, step or log each call:
 *
 *	struct loader *loader = loader_begin(object, user, &options, &why);
 *	while (loader_next(loader, &call)) {
 *		printf("%s\n", call.what);
 *		result = loader_make_call(sim, pid, &call);
 *		loader_done_call(loader, result, sim->why.text);
 *	}
 *	if (loader_failed(loader)) ...
 *
 * Other than libbpf: a pinned map that is used again keeps the fd that OBJ_GET gave (libbpf moves it by one).
 */
#ifndef SIM_ELF_LOADER_H
#define SIM_ELF_LOADER_H

#include "object.h"
#include "user_memory.h"

#define LOADER_CLOSE (-1) /* loader_call.cmd: close(2) */

struct loader_options {
	const char *const *programs; /* names of those to load; NULL: all whose section name has no '?' */
	u32 program_count;
	const char *pin_root; /* where maps with LIBBPF_PIN_BY_NAME go; NULL = /sys/fs/bpf */
	u32 log_level;        /* of PROG_LOAD; with 0 a failed load is tried again with 1, as libbpf does */
	u32 log_size;         /* bytes of the log buffer; 0 = 1 MB (libbpf's is 16 MB) */
	bool no_retry;        /* a failed load is not tried again to get a log */
	struct elf_target target;
};

/* A system call that is to be made now. */
struct loader_call {
	int cmd;             /* BPF_MAP_CREATE, ...; LOADER_CLOSE */
	u64 uattr;           /* address of the attr in the loader's memory */
	u32 size;            /* and its size, as libbpf 1.1 passes it */
	int fd;              /* LOADER_CLOSE: which; else -1 */
	union bpf_attr attr; /* the attr once more, for those who show it */
	char what[96];       /* "create map counts" */
};

struct loader;

/*
 * Resolves the externs of @object; no call is made yet. NULL with the sentence on error. @object and @user
 * must outlive the loader; an object can be loaded several times.
 */
struct loader *loader_begin(struct elf_object *object, struct user_memory *user,
			    const struct loader_options *options, struct why *why);
void loader_free(struct loader *loader);

/* The next call, its memory prepared. False: all is done, or has failed. */
bool loader_next(struct loader *loader, struct loader_call *call);
/* @result: what that call returned, >= 0 or -errno; @why: the kernel's sentence for an error, or NULL. */
void loader_done_call(struct loader *loader, s64 result, const char *why);
/* Makes the call in a simulation, run to its end. */
s64 loader_make_call(struct sim *sim, u32 pid, const struct loader_call *call);

/* NULL, or why the loader gave up. */
const struct why *loader_failed(const struct loader *loader);

/* The fd of the object's program with that index, -1 = not there (yet). */
int loader_program_fd(const struct loader *loader, u32 program);
/* Of its map. */
int loader_map_fd(const struct loader *loader, u32 map);
/* The kernel's log of the last PROG_LOAD that asked for one, terminated; "" = none. Valid until the next
 * loader_next. */
const char *loader_log(const struct loader *loader);

#endif
