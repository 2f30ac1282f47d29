/* Pictures: see picture.h. */
#include "map_show.h"
#include "picture.h"

static u64 hash_bytes(const void *data, u64 n)
{
	const u8 *bytes = data;
	u64 hash = 0xcbf29ce484222325ull;

	for (u64 i = 0; i < n; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ull;
	return hash;
}

/* --- maps --- */

struct taking {
	struct picture *p;
	const struct map *map;
};

static bool take_element(void *ctx, const void *key, const void *value)
{
	struct taking *t = ctx;
	struct picture_element *e = &t->p->element[t->p->elements];
	struct text text;

	if (t->p->elements == PICTURE_ELEMENTS) {
		t->p->more = true;
		return false;
	}
	t->p->elements++;
	e->map = t->map->obj.id;
	e->key = hash_bytes(key, t->map->k.key_size);
	e->value = value ? hash_bytes(value, t->map->k.value_size) : 0;
	text_init(&text, e->text, sizeof(e->text));
	map_value_text(t->map, value, &text);
	return true;
}

static void take_maps(struct picture *p, struct sim *sim)
{
	for (struct obj *obj = obj_next(sim, OBJ_MAP, 0); obj; obj = obj_next(sim, OBJ_MAP, obj->id)) {
		struct taking t = {p, container_of(obj, struct map, obj)};

		map_each(sim, container_of(obj, struct map, obj), take_element, &t);
	}
}

const struct picture_element *picture_find(const struct picture *p, const struct map *map, const void *key)
{
	u64 hash = hash_bytes(key, map->k.key_size);

	for (u32 i = 0; i < p->elements; i++)
		if (p->element[i].map == map->obj.id && p->element[i].key == hash)
			return &p->element[i];
	return NULL;
}

bool picture_value_differs(const struct picture_element *was, const struct map *map, const void *value)
{
	return was->value != (value ? hash_bytes(value, map->k.value_size) : 0);
}

/* --- the path walk --- */

/* Byte by byte: the first letter is the byte at the highest address, as in the log. */
static void add_bytes(const struct slot *slot, struct text *out)
{
	static const char letters[] = {
		[STACK_INVALID] = '?', [STACK_SPILL] = 'r',  [STACK_MISC] = 'm',
		[STACK_ZERO] = '0',    [STACK_DYNPTR] = 'd',
	};

	for (u32 i = 0; i < SLOT_SIZE; i++)
		text_add(out, "%c", letters[slot->type[i]]);
}

void picture_slot_text(struct sim *sim, struct verifier *v, const struct slot *slot, struct text *out)
{
	bool used = false;

	for (u32 i = 0; i < SLOT_SIZE; i++)
		used |= slot->type[i] != STACK_INVALID;
	if (!used)
		return;
	if (slot_is_spilled(slot))
		path_reg_text(sim, v, &slot->spilled, out);
	else
		add_bytes(slot, out);
}

static void take_state(struct picture *p, struct sim *sim, struct verifier *v, const struct vstate *state)
{
	const struct frame *frame = state->frame[state->curframe];
	struct text text;

	p->vframe = state->curframe;
	p->fork = state->fork;
	for (u32 r = 0; r < MAX_BPF_REGS; r++) {
		text_init(&text, p->known[r], PICTURE_TEXT);
		if (frame->reg[r].type != NOT_INIT)
			path_reg_text(sim, v, &frame->reg[r], &text);
	}
	p->nslots = min_u64(frame->nslots, MAX_SLOTS);
	for (u32 i = 0; i < p->nslots; i++) {
		text_init(&text, p->slot[i], PICTURE_TEXT);
		picture_slot_text(sim, v, &frame->slot[i], &text);
	}
}

static void take_load(struct picture *p, struct sim *sim)
{
	const struct prog_load *load = look_load(sim);
	const struct vstate *state;
	struct path_cost cost;

	p->loading = load;
	if (!load)
		return;
	p->stage = load->stage;
	p->prog = load->prog;
	if (!load->verifier)
		return;
	p->log_used = load->verifier->log.used;
	p->depth = load->verifier->cfg.depth;
	p->edge = load->verifier->cfg.last;
	path_cost(load->verifier, &cost);
	p->processed = cost.insns;
	p->pruned = cost.pruned;
	p->ended = cost.ended;
	p->waiting = cost.waiting;
	state = path_state(load->verifier, &p->insn);
	p->walking = state && load->stage == LOAD_WALK;
	if (p->walking)
		take_state(p, sim, load->verifier, state);
}

static void take_stack(struct picture *p, const struct vm *vm)
{
	u32 size;
	u64 fp = vm_frame_fp(vm, vm->frame, &size);

	memcpy(p->stack + VM_FRAME_SIZE - size, (const u8 *)fp - size, size);
}

void picture_take(struct picture *p, struct session *s)
{
	const struct vm *vm = s->sim->vm;

	memset(p, 0, offsetof(struct picture, element));
	p->running = vm->state == VM_RUNNING;
	if (p->running) {
		p->prog = vm->prog;
		p->pc = vm->pc;
		p->translated = vm->translated;
		p->written = vm_written_pc(vm);
		p->frame = vm->frame;
		memcpy(p->reg, vm->reg, sizeof(p->reg));
		take_stack(p, vm);
	}
	take_load(p, s->sim);
	take_maps(p, s->sim);
}
