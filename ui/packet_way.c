/* Ways of packets: see packet_way.h. */
#include <stdio.h>

#include "packet_way.h"

static const char *skip_word(const char *words, size_t len)
{
	return words + len + strspn(words + len, " \t");
}

const char *packet_way_take(const char *words, struct packet_way *way)
{
	*way = (struct packet_way){0};
	words += strspn(words, " \t");
	if (!strncmp(words, "out ", 4)) {
		way->out = true;
		words = skip_word(words, 3);
	}
	if (!strncmp(words, "dev ", 4)) {
		words = skip_word(words, 3);
		snprintf(way->device, sizeof(way->device), "%.*s", (int)strcspn(words, " \t"), words);
		words = skip_word(words, strcspn(words, " \t"));
	}
	if (way->out && !*way->device)
		strcpy(way->device, "eth0");
	return words;
}

s64 packet_way_device(struct sim *sim, const struct packet_way *way, s64 usual)
{
	const struct netdev *dev;

	if (!*way->device)
		return usual;
	dev = netdev_by_name(sim, way->device);
	if (dev)
		return dev->ifindex;
	return sim_fail(&sim->why, -ENODEV, "there is no device '%.20s' now; `device %.20s` makes it",
			way->device, way->device);
}
