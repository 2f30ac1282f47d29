/* The guard: see guard.h. One at a time, as there is one machine at a time. */
#include <setjmp.h>
#include <signal.h>

#include "guard.h"

static const int caught[] = {SIGSEGV, SIGBUS};
static struct sigaction before[ARRAY_SIZE(caught)];
static sigjmp_buf way_out;
static volatile bool guarding;
static volatile u64 bad_address;

void guard_leave(void *addr)
{
	if (!guarding)
		return;
	bad_address = (u64)addr;
	siglongjmp(way_out, 1);
}

static void on_bad_access(int signal, siginfo_t *info, void *context)
{
	(void)context;
	guard_leave(info->si_addr);
	/* Not a program's: it happens again, and whoever was here before hears of it. */
	for (u32 i = 0; i < ARRAY_SIZE(caught); i++)
		if (caught[i] == signal)
			sigaction(signal, &before[i], NULL);
	if (info->si_code <= 0) /* but a signal that was sent does not */
		raise(signal);
}

/* SA_NODEFER: after the jump the next one is caught, too, without a system call for each run. */
void guard_catch_signals(void)
{
	const struct sigaction action = {.sa_sigaction = on_bad_access,
					 .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	struct sigaction now;

	for (u32 i = 0; i < ARRAY_SIZE(caught); i++)
		if (!sigaction(caught[i], NULL, &now) && now.sa_sigaction != on_bad_access)
			sigaction(caught[i], &action, &before[i]);
}

bool guard_run(void (*fn)(void *arg), void *arg, u64 *addr)
{
	bool whole = sigsetjmp(way_out, 0) == 0;

	guarding = whole;
	if (whole)
		fn(arg);
	guarding = false;
	*addr = bad_address;
	return whole;
}
