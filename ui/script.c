/* Event scripts: see script.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "packet.h"
#include "script.h"

#define SCRIPT_START_NS 1700000000000000000ull  /* the first packet's time: the same in every build */

/* "+0.25 tcp ...": adds the delay and returns what follows; NULL when it is no number. */
static const char *take_delay(const char *line, u64 *time_ns)
{
	double seconds;
	char *end;

	if (*line != '+')
		return line;
	seconds = strtod(line + 1, &end);
	if (end == line + 1 || !isspace((unsigned char)*end) || !(seconds >= 0 && seconds < 1e6))
		return NULL;
	*time_ns += (u64)(seconds * 1e6 + 0.5) * 1000;
	return end;
}

static int add_line(struct capture *capture, const char *line, u64 *time_ns, struct packet_bytes *packet,
		    struct why *why)
{
	int err;

	while (isspace((unsigned char)*line))
		line++;
	if (!*line || *line == '#')
		return 0;
	line = take_delay(line, time_ns);
	if (!line)
		return sim_fail(why, -EINVAL, "expected +SECONDS and a packet");
	err = packet_parse(packet, line, why);
	if (err)
		return err;
	if (capture_add(capture, packet->data, packet->len, packet->len, *time_ns))
		return sim_fail(why, -ENOMEM, "no memory for the packet");
	return 0;
}

static int read_lines(struct capture *capture, FILE *f, const char *path, struct why *why)
{
	struct packet_bytes *packet = malloc(sizeof(*packet));
	u64 time_ns = SCRIPT_START_NS;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	int err = packet ? 0 : -ENOMEM;

	while (!err && getline(&line, &size, f) >= 0) {
		struct why inner = {0};

		number++;
		err = add_line(capture, line, &time_ns, packet, &inner);
		if (err)
			sim_fail(why, err, "%s:%u: %s", path, number, inner.text);
	}
	free(line);
	free(packet);
	return err;
}

int script_open(struct capture *capture, const char *path, struct why *why)
{
	FILE *f = file_open(path);
	int err;

	memset(capture, 0, sizeof(*capture));
	if (!f)
		return sim_fail(why, -errno, "%s: %s", path, strerror(errno));
	err = capture_init(capture, path);
	if (!err)
		err = read_lines(capture, f, path, why);
	fclose(f);
	if (err)
		capture_close(capture);
	return err;
}
