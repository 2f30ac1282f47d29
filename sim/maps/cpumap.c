/*
 * BPF_MAP_TYPE_CPUMAP: CPUs by number, each with a queue of frames and perhaps a program that sees them
 * there. bpf_redirect_map sends a frame to another CPU.
 *
 * Mirrors kernel/bpf/cpumap.c. User space writes the queue's length and the program's fd and reads length and
 * program id. An element holds a reference to its program.
 *
 * Simplified: a frame is taken from the queue at once (fire_redirect.c), so the queue is never full.
 */
#include "array.h"
#include "fd_array.h"
#include "types.h"

#define QUEUE_MAX 16384u

struct cpu_elem {
	struct bpf_cpumap_val val;
	struct obj *prog;          /* NULL = none */
};

struct cpumap {
	struct tail_kinship kin;   /* first: see fd_array.h */
	struct cpu_elem *slot;     /* max_entries; an empty one has a queue of 0 */
};

static struct cpu_elem *slot_of(const struct map *map, u32 cpu)
{
	return cpu < map->k.max_entries ? &((struct cpumap *)map->family)->slot[cpu] : NULL;
}

static s64 cpumap_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int cpumap_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct cpumap *cpus = sim_alloc(sim, sizeof(*cpus));

	if (cpus)
		cpus->slot = sim_alloc(sim, attr->max_entries * sizeof(*cpus->slot));
	if (!cpus || !cpus->slot) {
		sim_free(sim, cpus);
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u CPUs", attr->max_entries);
	}
	map->family = cpus;
	return 0;
}

static void clear(struct sim *sim, struct cpu_elem *elem)
{
	if (elem->prog)
		obj_put(sim, elem->prog);
	*elem = (struct cpu_elem){0};
}

static void cpumap_fini(struct sim *sim, struct map *map)
{
	struct cpumap *cpus = map->family;

	for (u32 i = 0; i < map->k.max_entries; i++)
		clear(sim, &cpus->slot[i]);
	sim_free(sim, cpus->slot);
	sim_free(sim, cpus);
}

static void *cpumap_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct cpu_elem *elem = slot_of(map, array_index(key));

	(void)sim;
	return elem && elem->val.qsize ? elem : NULL;
}

static int cpumap_may_put(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	u32 cpu = array_index(key), qsize = array_index(value);

	if (flags > BPF_EXIST)
		return sim_fail(&sim->why, -EINVAL,
				"flags 0x%llx: an update knows BPF_ANY, BPF_NOEXIST, BPF_EXIST",
				(unsigned long long)flags);
	if (cpu >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "CPU %u: the map has %u slots", cpu, map->k.max_entries);
	if (flags == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: all slots exist");
	if (qsize > QUEUE_MAX)
		return sim_fail(&sim->why, -EOVERFLOW, "a queue of %u frames: at most %u", qsize, QUEUE_MAX);
	if (cpu >= sim->clock->ncpus)
		return sim_fail(&sim->why, -ENODEV, "CPU %u: the machine has %u", cpu, sim->clock->ncpus);
	return 0;
}

/* A queue of 0 frames empties the slot. */
static int cpumap_put(struct sim *sim, struct map *map, const void *key, const void *value, struct obj *prog)
{
	struct cpu_elem *elem = slot_of(map, array_index(key));

	clear(sim, elem);
	elem->val.qsize = array_index(value);
	if (!elem->val.qsize || !prog)
		return 0;
	obj_get(sim, prog);
	elem->prog = prog;
	elem->val.bpf_prog.id = prog->id;
	return 0;
}

static int cpumap_remove(struct sim *sim, struct map *map, const void *key)
{
	struct cpu_elem *elem = slot_of(map, array_index(key));

	if (!elem)
		return sim_fail(&sim->why, -EINVAL, "CPU %u: the map has %u slots", array_index(key),
				map->k.max_entries);
	clear(sim, elem);
	return 0;
}

static bool cpumap_redirect(struct sim *sim, struct map *map, u32 index, struct redirect_target *out)
{
	const struct cpu_elem *elem = slot_of(map, index);

	(void)sim;
	if (!elem || !elem->val.qsize)
		return false;
	*out = (struct redirect_target){REDIRECT_CPU, index, elem->prog, NULL};
	return true;
}

static const u16 helpers[] = {BPF_FUNC_redirect_map, 0};

const struct map_ops cpumap_ops = {
	.name = "cpumap",
	.doc = "CPUs by index, for XDP redirects",
	.when = "Spreading packets over CPUs where the network card cannot, or not as it is "
		"wanted; the flow's packets stay in order when the program chooses by flow.",
	.what = "Key: 4 bytes, the number of a CPU. Value: 4 bytes, the length of its queue, at "
		"most 16384; or 8, struct bpf_cpumap_val: length and the fd of a program that "
		"runs on that CPU.",
	.kept = "For each entry a queue, and a thread of the kernel on that CPU, which makes an "
		"sk_buff of each frame and passes it to the network stack. Frames are put in "
		"eight at a time.",
	.cost = "bpf_redirect_map: an index. The other CPU does the rest of the work. A full "
		"queue: the frame is dropped.",
	.example = "bpfwalk run samples/xdp_spread.o --set 'cpus[0]=192' --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE,
	.traits = MAP_TRAIT_NO_BTF,
	.value_kind = OBJ_PROG,
	.prog_attach = BPF_XDP_CPUMAP,
	.bad_prog = -ENOMEM,
	.form = MAP_FORM_CPUS,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = cpumap_struct_size,
	.init = cpumap_init,
	.fini = cpumap_fini,
	.lookup = cpumap_lookup,
	.may_put = cpumap_may_put,
	.put = cpumap_put,
	.remove = cpumap_remove,
	.next_key = array_next_key,
	.redirect = cpumap_redirect,
};
