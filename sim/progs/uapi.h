/* The beginning of a field's entry: its name and place in the struct that programs see. */
#ifndef SIM_PROGS_UAPI_H
#define SIM_PROGS_UAPI_H

#include "sets.h"

#define UAPI(type, field) \
	.name = #field, .off = offsetof(struct type, field), .size = sizeof(((struct type *)0)->field)
#define RD .access = CTX_READ
#define RW .access = CTX_READ | CTX_WRITE

#endif
