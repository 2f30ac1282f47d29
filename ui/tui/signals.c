/* Signals: Ctrl-C interrupts what is going on, others end the program; a crash gives the terminal back first.
 */
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "../guard.h"
#include "term.h"

volatile bool term_interrupted, term_ending;

static struct termios before;
static char reset_text[256];
static size_t reset_len;
static sigset_t unheld;
static char crash_stack[16384];

static void on_interrupt(int signal)
{
	(void)signal;
	term_interrupted = true;
}

static void on_end(int signal)
{
	(void)signal;
	term_interrupted = true;
	term_ending = true;
}

/* Only calls that are allowed here: ncurses may be what has crashed. */
static void on_crash(int number, siginfo_t *info, void *context)
{
	ssize_t written;

	(void)context;
	if (number == SIGSEGV || number == SIGBUS)
		guard_leave(info->si_addr);
	written = write(STDOUT_FILENO, reset_text, reset_len);
	(void)written;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	signal(number, SIG_DFL);
	raise(number);
}

static const struct {
	int number;
	void (*handler)(int number);
	void (*crash)(int number, siginfo_t *info, void *context); /* instead of it */
} handlers[] = {
	{SIGINT, on_interrupt, NULL}, {SIGTERM, on_end, NULL},   {SIGHUP, on_end, NULL},
	{SIGQUIT, on_end, NULL},      {SIGSEGV, NULL, on_crash}, {SIGBUS, NULL, on_crash},
	{SIGFPE, NULL, on_crash},     {SIGILL, NULL, on_crash},  {SIGABRT, NULL, on_crash},
};

void signals_begin(const char *reset)
{
	stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof(crash_stack)};

	tcgetattr(STDIN_FILENO, &before);
	reset_len = min_u64(strlen(reset), sizeof(reset_text));
	memcpy(reset_text, reset, reset_len);
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++) {
		struct sigaction action = {.sa_handler = handlers[i].handler};

		if (handlers[i].crash) {
			action.sa_sigaction = handlers[i].crash;
			action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
		}
		sigemptyset(&action.sa_mask);
		sigaction(handlers[i].number, &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

void signals_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
		signal(handlers[i].number, SIG_DFL);
}

void term_continue(void)
{
	term_interrupted = false;
}

/* --- waiting --- */

void signals_hold(void)
{
	static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(held); i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, &unheld);
}

bool signals_wait(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	int waiting = 0;

	if (ppoll(&in, 1, NULL, &unheld) <= 0)
		return true;
	/* Ready, but with nothing to read: the other end is closed. */
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0;
}

void signals_release(void)
{
	sigprocmask(SIG_SETMASK, &unheld, NULL);
}
