/* The ring of values behind queues and stacks (queue_stack.c). */
#ifndef SIM_MAPS_QUEUE_STACK_H
#define SIM_MAPS_QUEUE_STACK_H

#include "map.h"

struct value_ring {
	u32 head, tail;   /* the next value goes to head, the oldest is at tail; equal: empty */
	u32 places;
};

#endif
