/*
 * Work in progress: the system call or event that the simulated machine is busy with, and one unit of it at a time.
 *
 * At most one at a time. While it lasts, work_unit() is called again and again; when a program is running (vm.state), a unit is an
 * instruction, and the work goes on when the program has ended.
 */
#ifndef SIM_WORK_H
#define SIM_WORK_H

#include "syscall.h"

enum work_kind { WORK_NONE, WORK_SYSCALL, WORK_FIRE };

enum stimulus_kind {
	STIMULUS_PACKET,     /* a packet arrives at a net device */
};

/* Something that happens to the machine from outside. Fixed size; longer data goes in `packet`. */
struct stimulus {
	u32 kind;            /* enum stimulus_kind */
	u32 ifindex;         /* PACKET: the device */
	u32 capture;         /* PACKET: number of the capture + 1, or 0: the bytes come with the stimulus */
	u32 len;             /* PACKET: bytes of `data` */
	u64 index;           /* PACKET: index in the capture, from 0 */
	const u8 *data;      /* PACKET without capture */
};

/* What came of the last event, kept until the next one. */
struct fire_result {
	u32 prog_id;         /* the program that ran last, 0 = none was attached */
	u32 retval;
	s32 err;             /* -errno when the event could not happen */
	u32 verdict;         /* what became of the packet: enum verdict */
	u32 redirect_ifindex;
	struct fault fault;  /* kind != NONE: the program faulted */
};

enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_DROP, VERDICT_ABORTED, VERDICT_TX, VERDICT_REDIRECT };

struct work {
	u32 kind;            /* enum work_kind */
	struct call call;    /* SYSCALL */
	u32 stage;           /* FIRE: where it goes on */
	struct stimulus stimulus;
	void *state;         /* FIRE: arena memory of its handler */
	s64 result;          /* of the last work that is done */
	struct fire_result fired;
};

#endif
