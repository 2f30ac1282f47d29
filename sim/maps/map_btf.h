/* The types of a map's key and value. */
#ifndef SIM_MAPS_MAP_BTF_H
#define SIM_MAPS_MAP_BTF_H

#include "../btf_obj.h"
#include "map.h"

/*
 * Gives a new map its types (@value_id 0: none) and a reference on @btf. 0 or -errno: the types do not fit the map; then the
 * map is good only to be freed.
 */
int map_set_btf(struct sim *sim, struct map *map, struct btf *btf, u32 key_id, u32 value_id);
/* Finds the pointers to kernel objects in a value of type @value (map_kptr.c). 0 or -errno. */
int map_find_kptrs(struct sim *sim, struct map *map, const struct btf_types *types,
		   const struct btf_type *value);

#endif
