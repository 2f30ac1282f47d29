/*
 * TCP connections as far as congestion control sees them: one for each task that an event names, established, with a
 * struct tcp_sock. And the list of the congestion controls that programs are (kernel: tcp_cong_list).
 *
 * Simplified: nothing is sent; what comes of it is told by events (event_tcp.c). Of the kernel's own congestion controls there
 * is reno, which every connection begins with (a real one: with what net.ipv4.tcp_congestion_control says).
 */
#ifndef SIM_WORLD_TCP_CONN_H
#define SIM_WORLD_TCP_CONN_H

#include "../object.h"
#include "layout.h"

#define TCP_CA_NAME 16u

struct tcp_conn {
	struct tcp_conn *next;
	u32 pid;
	struct tcp_sock *sk;
	struct obj *cc;          /* the map that is its congestion control: a reference; NULL = reno */
};

struct tcp_cong {
	struct tcp_cong *next;
	char name[TCP_CA_NAME];
	struct obj *map;         /* that has registered it, and holds a reference to itself meanwhile */
};

/* The task's connection, made when there is none; NULL: no memory. */
struct tcp_conn *tcp_conn_take(struct sim *sim, u32 pid);
/* By the address of its socket, or NULL. */
struct tcp_conn *tcp_conn_of(const struct sim *sim, u64 sk);
/* The task's connection is closed, if it has one. */
void tcp_conn_close(struct sim *sim, u32 pid);

/* 0 or -ENOMEM. */
int tcp_cong_add(struct sim *sim, const char *name, struct obj *map);
void tcp_cong_remove(struct sim *sim, const struct obj *map);
/* NULL: none of that name is registered. */
const struct tcp_cong *tcp_cong_by_name(const struct sim *sim, const char *name);
/* From now on the connection asks @map, or reno (NULL). */
void tcp_conn_use(struct sim *sim, struct tcp_conn *conn, struct obj *map);

#endif
