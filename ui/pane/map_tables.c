/* Drawing maps that point at things: programs, maps, sockets, cgroups, devices, CPUs, owners of storage. */
#include "../map_meaning.h"
#include "../walk.h"
#include "map_draw.h"

/* --- objects --- */

static void object_line(struct sketch *k, const void *key, const struct obj *obj)
{
	char buf[160];
	struct text text;

	sketch_key(k, key);
	text_init(&text, buf, sizeof(buf));
	walk_object_text(obj, &text);
	sketch_add(k, ROLE_PLAIN, " → %s", buf);
	sketch_add(k, ROLE_QUIET, "  %u reference%s", obj->refs, obj->refs == 1 ? "" : "s");
}

/* The elements of an inner map, a few of them, moved in. */
struct inside {
	struct sketch *k;
	struct map *map;
	u32 shown;
};

static bool inner_element(void *ctx, const void *key, const void *value)
{
	struct inside *in = ctx;
	struct sketch inner = *in->k;

	if (map_value_is_zero(in->map, value))
		return true;
	inner.map = in->map;
	if (in->shown == 4 || !sketch_line(in->k))
		return false;
	in->shown++;
	sketch_to(in->k, 6);
	sketch_element(&inner, key, value);
	return true;
}

static void inner_elements(struct sketch *k, struct obj *obj)
{
	struct inside in = {k, container_of(obj, struct map, obj), 0};

	if (obj->kind == OBJ_MAP)
		map_each(k->sim, in.map, inner_element, &in);
}

static bool one_object(struct sketch *k, const void *key)
{
	const struct map_ops *ops = map_ops(k->map);
	struct obj *obj = (ops->held ? ops->held : ops->get_obj)(k->sim, k->map, key);

	if (!obj || !sketch_line(k))
		return false;
	object_line(k, key, obj);
	inner_elements(k, obj);
	return true;
}

/* Calls @one for each key; returns for how many it said no. */
static u32 each_key(struct sketch *k, bool (*one)(struct sketch *k, const void *key))
{
	u8 buf[2][512];
	const void *key = NULL;
	u32 no = 0;

	if (k->map->k.key_size > sizeof(buf[0]))
		return 0;
	for (int turn = 0; !map_ops(k->map)->next_key(k->sim, k->map, key, buf[turn]); turn = !turn) {
		key = buf[turn];
		no += !one(k, key);
	}
	return no;
}

void draw_objects(struct sketch *k)
{
	u32 empty;

	if (k->map->k.inner_map_meta)
		sketch_note(k, "a row of pointers to maps, and a template of what they must be like");
	else
		sketch_note(k,
			    "a row of pointers; user space writes fds, the kernel keeps what they lead to");
	empty = each_key(k, one_object);
	if (empty)
		sketch_note(k, "%u slots are empty", empty);
}

/* --- where XDP sends frames --- */

static void program_words(struct sketch *k, u32 id, const char *when)
{
	const struct obj *obj = id ? obj_by_id(k->sim, OBJ_PROG, id) : NULL;

	if (obj)
		sketch_add(k, ROLE_PLAIN, ", prog %u %s sees it %s", id, obj->name, when);
}

static bool one_device(struct sketch *k, const void *key)
{
	const struct bpf_devmap_val *val = map_look(k->sim, k->map, key, 0);
	const struct netdev *dev = val ? netdev_by_index(k->sim, val->ifindex) : NULL;

	if (!val || !sketch_line(k))
		return false;
	sketch_key(k, key);
	sketch_add(k, ROLE_PLAIN, " → ifindex %u%s%s", val->ifindex, dev ? " = " : "", dev ? dev->name : "");
	program_words(k, val->bpf_prog.id, words("before it leaves"));
	sketch_marks(k, val, sizeof(*val));
	return true;
}

void draw_devices(struct sketch *k)
{
	u32 empty;

	sketch_note(
		k, "bpf_redirect_map looks the device up; the frame leaves by it when the program has ended");
	empty = each_key(k, one_device);
	if (empty)
		sketch_note(k, "%u slots are empty", empty);
}

static bool one_cpu(struct sketch *k, const void *key)
{
	const struct bpf_cpumap_val *val = map_look(k->sim, k->map, key, 0);

	if (!val || !val->qsize || !sketch_line(k))
		return false;
	sketch_key(k, key);
	sketch_add(k, ROLE_PLAIN, " → a queue of %u frames to that CPU", val->qsize);
	program_words(k, val->bpf_prog.id, "there");
	return true;
}

void draw_cpus(struct sketch *k)
{
	u32 empty;

	sketch_note(k,
		    "bpf_redirect_map puts the frame into the queue of a CPU, whose thread goes on with it");
	empty = each_key(k, one_cpu);
	if (empty)
		sketch_note(k, "%u slots are empty", empty);
}

/* --- storage --- */

static void owner_words(struct sketch *k, u64 owner, u8 kind)
{
	const struct task *task = kind == MAP_KEY_TASK ? (const struct task *)owner : NULL;

	if (task)
		sketch_add(k, ROLE_TITLE, "task %u %s", task->pid, task->comm);
	else
		sketch_add(k, ROLE_TITLE, "%s at 0x%llx", kind == MAP_KEY_SOCKET ? "socket" : "inode",
			   (unsigned long long)owner);
}

void draw_owners(struct sketch *k)
{
	const struct storage *storage = k->map->family;
	u32 n = 0;

	sketch_note(k, "Each value hangs on its owner and goes with it; the owner is the key.");
	for (const struct storage_elem *e = storage->first; e && sketch_line(k); e = e->next, n++) {
		owner_words(k, e->owner, map_ops(k->map)->key_owner);
		sketch_add(k, ROLE_BORDER, " → ");
		sketch_value(k, e->value);
	}
	if (!n)
		sketch_note(k, "no %s has a value yet",
			    map_ops(k->map)->key_owner == MAP_KEY_SOCKET ? "socket"
			    : map_ops(k->map)->key_owner == MAP_KEY_TASK ? "task"
									 : "inode");
}

/* --- functions of the kernel --- */

static void one_function(void *ctx, const char *member, const struct obj *prog, const char *text)
{
	struct sketch *k = ctx;

	if (!sketch_line(k))
		return;
	sketch_to(k, 2);
	sketch_add(k, ROLE_PLAIN, "%-14s ", member);
	if (prog)
		sketch_add(k, ROLE_POINTER, "→ prog %u %s", prog->id, prog->name);
	else
		sketch_add(k, ROLE_QUIET, "= %s", text);
}

void draw_functions(struct sketch *k)
{
	u8 value[1024], key[4] = {0};
	char state[80];
	struct text text;

	if (k->map->k.value_size > sizeof(value) || map_ops(k->map)->sys_lookup(k->sim, k->map, key, value))
		return;
	text_init(&text, state, sizeof(state));
	map_table_state(value, &text);
	sketch_note(
		k, "a table of the kernel's functions; where a program stands the kernel calls it. It is %s.",
		state);
	map_table_each(k->sim, k->map, value, one_function, k);
}
