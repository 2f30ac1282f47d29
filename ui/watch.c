/* Waiting for a file to change: see watch.h. The directory is watched, because the file itself may be
 * replaced. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "watch.h"

int watch_begin(struct watch *watch, const char *path, struct text *error)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char directory[PATH_MAX];

	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path + 1) : 2,
		 slash ? path : "./");
	snprintf(watch->name, sizeof(watch->name), "%s", name);
	watch->fd = inotify_init1(IN_CLOEXEC);
	if (watch->fd >= 0 && inotify_add_watch(watch->fd, directory, IN_CLOSE_WRITE | IN_MOVED_TO) >= 0)
		return 0;
	text_add(error, "%s cannot be watched: %s", directory, strerror(errno));
	return -EINVAL;
}

/* Is the file among the events that were read? */
static bool is_meant(const struct watch *watch, const char *events, ssize_t bytes)
{
	for (ssize_t at = 0; at < bytes;) {
		struct inotify_event event;

		memcpy(&event, events + at, sizeof(event));
		if (event.len && strcmp(events + at + sizeof(event), watch->name) == 0)
			return true;
		at += sizeof(event) + event.len;
	}
	return false;
}

int watch_wait(struct watch *watch)
{
	char events[4096];

	for (;;) {
		ssize_t bytes = read(watch->fd, events, sizeof(events));

		if (bytes < 0 && errno != EINTR)
			return -errno;
		if (bytes > 0 && is_meant(watch, events, bytes))
			return 0;
	}
}

void watch_end(struct watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
}

int watch_compile(const char *source, const char *path, struct text *error)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execlp("clang", "clang", "-O2", "-g", "-target", "bpf", "-mcpu=v3",
		       "-I/usr/include/x86_64-linux-gnu", "-c", source, "-o", path, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		text_add(error, "clang cannot be started: %s", strerror(errno));
		return -EINVAL;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	text_add(error,
		 WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "there is no clang to compile %s with"
								 : "clang does not compile %s",
		 source);
	return -EINVAL;
}
