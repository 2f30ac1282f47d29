/* Looking: what views and tools may read of the simulated kernel and of the formats it speaks. Nothing in here changes anything. */
#ifndef SIM_LOOK_H
#define SIM_LOOK_H

#include "btf.h"
#include "isa.h"
#include "sim.h"

#endif
