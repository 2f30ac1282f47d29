/* Base: see base.h. */
#include <stdio.h>

#include "base.h"

int sim_fail(struct why *why, int err, const char *fmt, ...)
{
	va_list args;

	if (!why)
		return err;
	why->err = err;
	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}

void text_init(struct text *t, char *buf, size_t cap)
{
	assert(cap > 0);
	*t = (struct text){.buf = buf, .cap = cap};
	buf[0] = 0;
}

void text_vadd(struct text *t, const char *fmt, va_list args)
{
	size_t room = t->cap - t->len;
	int n = vsnprintf(t->buf + t->len, room, fmt, args);

	if (n < 0 || (size_t)n >= room) {
		t->cut = true;
		t->len = t->cap - 1;
		return;
	}
	t->len += n;
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_vadd(t, fmt, args);
	va_end(args);
}

static const struct {
	int err;
	const char *name;
} errno_names[] = {
	{EPERM, "EPERM"},     {ENOENT, "ENOENT"},     {ESRCH, "ESRCH"},           {EINTR, "EINTR"},
	{EIO, "EIO"},         {ENXIO, "ENXIO"},       {E2BIG, "E2BIG"},           {ENOEXEC, "ENOEXEC"},
	{EBADF, "EBADF"},     {EAGAIN, "EAGAIN"},     {ENOMEM, "ENOMEM"},         {EACCES, "EACCES"},
	{EFAULT, "EFAULT"},   {EBUSY, "EBUSY"},       {EEXIST, "EEXIST"},         {EXDEV, "EXDEV"},
	{ENODEV, "ENODEV"},   {ENOTDIR, "ENOTDIR"},   {EISDIR, "EISDIR"},         {EINVAL, "EINVAL"},
	{ENFILE, "ENFILE"},   {EMFILE, "EMFILE"},     {EFBIG, "EFBIG"},           {ENOSPC, "ENOSPC"},
	{EROFS, "EROFS"},     {ERANGE, "ERANGE"},     {EDOM, "EDOM"},             {EDEADLK, "EDEADLK"},
	{ENAMETOOLONG, "ENAMETOOLONG"}, {ENOSYS, "ENOSYS"}, {ENOTEMPTY, "ENOTEMPTY"}, {ELOOP, "ELOOP"},
	{EILSEQ, "EILSEQ"},   {EOPNOTSUPP, "EOPNOTSUPP"}, {EOVERFLOW, "EOVERFLOW"}, {EPROTO, "EPROTO"},
	{EBADFD, "EBADFD"}, {ENOLINK, "ENOLINK"}, {ENOTSUPP, "ENOTSUPP"}, {ENETDOWN, "ENETDOWN"},
	{EMSGSIZE, "EMSGSIZE"}, {ENOBUFS, "ENOBUFS"}, {ECONNREFUSED, "ECONNREFUSED"}, {ETIMEDOUT, "ETIMEDOUT"},
	{EHOSTUNREACH, "EHOSTUNREACH"}, {ECONNRESET, "ECONNRESET"}, {EPIPE, "EPIPE"},
};

const char *errno_name(int err)
{
	if (err < 0)
		err = -err;
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (errno_names[i].err == err)
			return errno_names[i].name;
	return "E?";
}
