/* See exec.h. */
#include "exec.h"
#include "maps/fd_array.h"

struct prog *exec_array_slot(struct sim *sim, struct map *array, u32 i)
{
	struct obj *obj = fd_array_get(sim, array, &i);

	return obj ? container_of(obj, struct prog, obj) : NULL;
}
