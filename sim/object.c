/* Objects: see object.h. Mirrors the id tables of kernel/bpf/syscall.c. */
#include "object.h"

struct objects *objects_new(struct sim *sim)
{
	return sim_alloc(sim, sizeof(struct objects));
}

void obj_init(struct obj *obj, enum obj_kind kind, const char *name)
{
	obj->kind = kind;
	obj->refs = 1;
	if (name)
		strncpy(obj->name, name, sizeof(obj->name) - 1);
}

/* Index of the first object whose id is >= @id. */
static u32 list_find(const struct obj_list *list, u32 id)
{
	u32 low = 0, high = list->count;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (list->obj[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool list_grow(struct sim *sim, struct obj_list *list)
{
	u32 room = list->room ? list->room * 2 : 16;
	struct obj **obj = sim_alloc(sim, room * sizeof(*obj));

	if (!obj)
		return false;
	if (list->count)
		memcpy(obj, list->obj, list->count * sizeof(*obj));
	sim_free(sim, list->obj);
	list->obj = obj;
	list->room = room;
	return true;
}

int obj_publish(struct sim *sim, struct obj *obj)
{
	struct obj_list *list = &sim->objects->by_kind[obj->kind];

	if (list->count == list->room && !list_grow(sim, list))
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more id");
	obj->id = ++list->last_id;
	list->obj[list->count++] = obj;
	event_send(sim, EV_OBJ_NEW, obj->id, obj->kind, obj->id, 0, 0);
	return obj->id;
}

static void obj_unpublish(struct sim *sim, struct obj *obj)
{
	struct obj_list *list = &sim->objects->by_kind[obj->kind];
	u32 i = list_find(list, obj->id);

	assert(i < list->count && list->obj[i] == obj);
	list->count--;
	memmove(&list->obj[i], &list->obj[i + 1], (list->count - i) * sizeof(*list->obj));
}

void obj_get(struct sim *sim, struct obj *obj)
{
	obj->refs++;
	event_send(sim, EV_OBJ_GET, obj->id, obj->kind, obj->id, obj->refs, 0);
}

void obj_put(struct sim *sim, struct obj *obj)
{
	assert(obj->refs > 0);
	obj->refs--;
	event_send(sim, EV_OBJ_PUT, obj->id, obj->kind, obj->id, obj->refs, 0);
	if (obj->refs)
		return;
	event_send(sim, EV_OBJ_FREE, obj->id, obj->kind, obj->id, 0, 0);
	if (obj->id)
		obj_unpublish(sim, obj);
	sim->obj_ops[obj->kind]->free(sim, obj);
}

void obj_get_user(struct sim *sim, struct obj *obj)
{
	if (sim->obj_ops[obj->kind]->acquire)
		sim->obj_ops[obj->kind]->acquire(sim, obj);
	obj_get(sim, obj);
}

void obj_put_user(struct sim *sim, struct obj *obj)
{
	if (sim->obj_ops[obj->kind]->release)
		sim->obj_ops[obj->kind]->release(sim, obj);
	obj_put(sim, obj);
}

struct obj *obj_by_id(struct sim *sim, enum obj_kind kind, u32 id)
{
	struct obj_list *list = &sim->objects->by_kind[kind];
	u32 i = list_find(list, id);

	return i < list->count && list->obj[i]->id == id ? list->obj[i] : NULL;
}

struct obj *obj_next(const struct sim *sim, enum obj_kind kind, u32 id)
{
	const struct obj_list *list = &sim->objects->by_kind[kind];
	u32 i = id == UINT32_MAX ? list->count : list_find(list, id + 1);

	return i < list->count ? list->obj[i] : NULL;
}

/* The kernel's isalnum knows the letters of latin-1, too. */
static bool name_char_ok(u8 c)
{
	bool latin1_letter = c >= 0xc0 && c != 0xd7 && c != 0xf7;

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.' || latin1_letter;
}

int obj_name_check(const char name[BPF_OBJ_NAME_LEN])
{
	int len = 0;

	while (len < (int)BPF_OBJ_NAME_LEN && name_char_ok((u8)name[len]))
		len++;
	return len == (int)BPF_OBJ_NAME_LEN || name[len] ? -EINVAL : len;
}
