/*
 * What a socket takes over when it enters a sockmap: the programs that are attached to the map at that
 * moment. Mirrors sock_map_link and sk_psock of net/core/sock_map.c and skmsg.c.
 */
#include "sockmap.h"

#include <sys/socket.h>

/* It may be in several maps: but one program only decides about the same. */
static bool collides(const struct map *map, const struct sock_joined *joined)
{
	struct obj *const *prog = map->sock_prog;

	for (u32 i = 0; i < SOCKMAP_PROGS; i++)
		if (prog[i] && joined->prog[i])
			return true;
	return (prog[SOCKMAP_SKB_VERDICT] && joined->prog[SOCKMAP_STREAM_VERDICT]) ||
	       (prog[SOCKMAP_STREAM_VERDICT] && joined->prog[SOCKMAP_SKB_VERDICT]);
}

int sock_join(struct sim *sim, const struct map *map, struct socket *socket)
{
	struct sock_joined *joined = &socket->joined;

	if (socket->type == SOCK_SEQPACKET)
		return sim_fail(&sim->why, -EOPNOTSUPP, "a socket of type SOCK_SEQPACKET");
	if (joined->places && collides(map, joined))
		return sim_fail(&sim->why, -EBUSY,
				"the socket has programs of another map, which decide about the same");
	for (u32 i = 0; i < SOCKMAP_PROGS; i++) {
		if (!map->sock_prog[i])
			continue;
		obj_get(sim, map->sock_prog[i]);
		joined->prog[i] = map->sock_prog[i];
	}
	joined->places++;
	return 0;
}

void sock_part(struct sim *sim, struct socket *socket)
{
	struct sock_joined *joined = &socket->joined;

	if (--joined->places)
		return;
	for (u32 i = 0; i < SOCKMAP_PROGS; i++)
		if (joined->prog[i])
			obj_put(sim, joined->prog[i]);
	sock_data_free(sim, &joined->corked);
	memset(joined, 0, sizeof(*joined));
}

void sock_progs_put(struct sim *sim, struct map *map)
{
	for (u32 i = 0; i < SOCKMAP_PROGS; i++)
		if (map->sock_prog[i])
			obj_put(sim, map->sock_prog[i]);
}
