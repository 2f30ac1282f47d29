/* What maps of sockets have in common (sockmap.c): slots behind struct map, none of which keeps its socket alive. */
#ifndef SIM_MAPS_SOCKMAP_H
#define SIM_MAPS_SOCKMAP_H

#include "../world/socket.h"
#include "map.h"

#define SOCK_FLAGS (BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY)

s64 sock_slots_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task);
int sock_slots_init(struct sim *sim, struct map *map, const union bpf_attr *attr);
struct obj **sock_slot_of(struct sim *sim, struct map *map, const void *key);
/* Of an update: flags that it knows; is there a socket, or none, as the flags want it? 0 or -errno. */
int sock_check_flags(struct sim *sim, u64 flags);
int sock_check_presence(struct sim *sim, bool there, u64 flags);
/* sock_join.c: a socket takes a place in a sockmap: 0, -EBUSY, -EOPNOTSUPP; or leaves one. */
int sock_join(struct sim *sim, const struct map *map, struct socket *socket);
void sock_part(struct sim *sim, struct socket *socket);
void sock_progs_put(struct sim *sim, struct map *map);
/* LOOKUP_ELEM: the socket's cookie. */
int sockmap_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value);

#endif
