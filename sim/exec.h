/*
 * What those see of the kernel who run its machine code (native/): sim.h, look.h, the images and what they
 * call. They are told to run by struct exec_ops (core.h).
 */
#ifndef SIM_EXEC_H
#define SIM_EXEC_H

#include "look.h"
#include "prog_jit.h"

/* The program in slot @i of a program array, or NULL. */
struct prog *exec_array_slot(struct sim *sim, struct map *array, u32 i);

#endif
