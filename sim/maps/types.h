/* The map types by file, for the lines in table.c. */
#ifndef SIM_MAPS_TYPES_H
#define SIM_MAPS_TYPES_H

#include "map.h"

extern const struct map_ops array_ops;  /* array.c */
extern const struct map_ops hash_ops;   /* hash.c */

#endif
