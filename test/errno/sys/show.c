/* Printing and odd memory for the errno tables: see sys.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "sys.h"

static void show(long ret, const char *what, va_list args)
{
	vprintf(what, args);
	if (ret >= 0)
		printf(": %ld\n", ret);
	else if (ret == -524)
		printf(": -1 ENOTSUPP\n");
	else
		printf(": -1 %s\n", strerrorname_np(-ret));
}

void line(long ret, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	show(ret, what, args);
	va_end(args);
}

void line_ok(long ret, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	if (ret < 0)
		show(ret, what, args);
	else
		vprintf(what, args), puts(": ok");
	va_end(args);
}

void note(const char *what, ...)
{
	va_list args;

	va_start(args, what);
	vprintf(what, args);
	va_end(args);
	putchar('\n');
}

void *page_end(unsigned n)
{
	unsigned room = (n + 4095) / 4096 * 4096;
	char *p = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + room, 4096, PROT_NONE))
		abort();
	return p + room - n;
}
