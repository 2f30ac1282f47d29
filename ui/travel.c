/* Travelling: see travel.h. */
#include "expr.h"
#include "travel.h"

#define LOOK_AT_INTERRUPT 256 /* steps between two looks */
#define FIRST_WINDOW 256      /* steps that are searched backward at first */

/* Says that it goes on, now and then; has Ctrl-C been pressed? */
static bool interrupted(struct debug *d)
{
	if (d->busy)
		d->busy(d);
	return d->interrupted && *d->interrupted;
}

/* On the way back ignore counts are looked at when it is known which hit is the nearest. */
static bool there(struct travel *t, struct picture *before)
{
	t->stop = t->stops ? stops_hit(t->d, before) : NULL;
	if (t->stop && !t->back && stops_ignore(t->stop))
		t->stop = NULL;
	return t->stop || (t->there && t->there(t));
}

static void hear(void *ctx, const struct event *event)
{
	struct debug *d = ctx;

	d->heard |= EVENT_BIT(event->kind);
}

/* One step on; @before is what was there before it, when somebody compares. */
static bool step_on(struct travel *t, struct picture *before)
{
	struct debug *d = t->d;
	const struct prog_load *load;
	bool compare = t->stops && stops_watch_any(d);

	if (compare)
		*before = d->now;
	load = look_load(debug_sim(d));
	before->loading = load;
	before->stage = load ? load->stage : 0;
	d->heard = 0;
	if (!sim_run(debug_sim(d), 1))
		return false;
	if (compare) {
		picture_take(&d->now, &d->session);
		stops_look(d, false);
	}
	return true;
}

static void begin_comparing(struct debug *d, struct picture *before)
{
	picture_take(&d->now, &d->session);
	*before = d->now;
	stops_look(d, true);
	d->heard = 0;
	session_listen(&d->session, stops_events(d), hear, d);
}

static struct picture before; /* large; one session at a time */

static enum travel_end go_forward(struct travel *t)
{
	struct debug *d = t->d;
	enum travel_end end = TRAVEL_EDGE;

	begin_comparing(d, &before);
	for (u32 n = 1; debug_now(d) < debug_end(d) && step_on(t, &before); n++) {
		if (there(t, &before)) {
			end = t->stop ? TRAVEL_STOP : TRAVEL_THERE;
			break;
		}
		if (n % LOOK_AT_INTERRUPT == 0 && interrupted(d)) {
			end = TRAVEL_INTERRUPTED;
			break;
		}
	}
	session_listen(&d->session, 0, NULL, NULL);
	debug_arrive(d, debug_now(d));
	return end;
}

/* The last moment in [from, to) where it is there; false: none. */
static bool last_within(struct travel *t, u64 from, u64 to, u64 *found)
{
	struct stop *stop = NULL;
	bool any = false;

	sim_goto(debug_sim(t->d), from ? from - 1 : 0);
	begin_comparing(t->d, &before);
	if (from && !step_on(t, &before))
		return false;
	for (u32 n = 1; n % LOOK_AT_INTERRUPT || !interrupted(t->d); n++) {
		if (there(t, &before)) {
			any = true;
			*found = debug_now(t->d);
			stop = t->stop;
		}
		if (debug_now(t->d) + 1 >= to || !step_on(t, &before))
			break;
	}
	session_listen(&t->d->session, 0, NULL, NULL);
	t->stop = stop;
	return any;
}

static enum travel_end go_back(struct travel *t)
{
	struct debug *d = t->d;
	u64 to = debug_now(d), window = FIRST_WINDOW, found;

	while (to > 0 && !interrupted(d)) {
		u64 from = to > window ? to - window : 0;

		if (last_within(t, from, to, &found)) {
			if (t->stop && stops_ignore(t->stop)) {
				to = found;
				continue;
			}
			debug_arrive(d, found);
			return t->stop ? TRAVEL_STOP : TRAVEL_THERE;
		}
		to = from;
		window *= 4;
	}
	debug_arrive(d, to);
	return to ? TRAVEL_INTERRUPTED : TRAVEL_EDGE;
}

enum travel_end travel_go(struct travel *t)
{
	return t->back ? go_back(t) : go_forward(t);
}

/* --- ways --- */

/* An instruction comes next, of a run or of a walk. */
static bool at_insn(struct travel *t)
{
	u32 insn;

	return debug_insn(t->d, &insn);
}

/* Another line of C begins, or the program has ended. */
static bool at_line(struct travel *t)
{
	u32 insn, line;
	bool first;

	if (!debug_insn(t->d, &insn))
		return debug_phase(t->d) != t->phase;
	return debug_line(t->d, &line, &first) && first;
}

/* The same function, or one that called it; or nothing runs any more. */
static bool over_calls(struct travel *t)
{
	const struct vm *vm = debug_sim(t->d)->vm;

	return vm->state != VM_RUNNING || vm->frame <= t->frame;
}

/* The function at hand has returned. Backward: it has just been called. */
static bool finished(struct travel *t)
{
	const struct vm *vm = debug_sim(t->d)->vm;

	return vm->state != VM_RUNNING || vm->frame < t->frame;
}

static bool never(struct travel *t)
{
	(void)t;
	return false;
}

static bool anywhere(struct travel *t)
{
	(void)t;
	return true;
}

/* The path of walk 2 has ended, or the walk. */
static bool path_ended(struct travel *t)
{
	const struct prog_load *load = look_load(debug_sim(t->d));
	struct path_cost cost;

	if (!load || !load->verifier || load->stage != LOAD_WALK)
		return true;
	path_cost(load->verifier, &cost);
	return cost.ended != t->insn;
}

const struct travel_way travel_ways[] = {
	{"step", anywhere, false},  {"stepi", at_insn, false},  {"line", at_line, false},
	{"next", over_calls, true}, {"finish", finished, true}, {"path", path_ended, true},
	{"continue", never, true},  {NULL, NULL, false},
};

static const struct travel_way *way_by_name(const char *name)
{
	const struct travel_way *way = travel_ways;

	while (way->name && strcmp(way->name, name) != 0)
		way++;
	return way->name ? way : NULL;
}

/* Outside of programs, "next" is a step, and "finish" the end of a path. */
static const struct travel_way *way_here(const struct debug *d, const char *name)
{
	bool running = debug_sim(d)->vm->state == VM_RUNNING;

	if (!running && strcmp(name, "finish") == 0)
		return way_by_name(debug_phase(d) == PHASE_PATHS ? "path" : "stepi");
	if (!running && strcmp(name, "next") == 0)
		return way_by_name("step");
	return way_by_name(name);
}

static enum travel_end go_once(struct debug *d, const struct travel_way *way, bool back, struct stop **stop)
{
	const struct prog_load *load = look_load(debug_sim(d));
	struct travel t = {
		.d = d, .back = back, .stops = way->stops, .there = way->there, .phase = debug_phase(d)};
	struct path_cost cost = {0};
	enum travel_end end;

	if (load && load->verifier)
		path_cost(load->verifier, &cost);
	t.insn = cost.ended;
	t.frame = debug_sim(d)->vm->frame;
	if (way->there == anywhere) {
		u64 now = debug_now(d);

		if (back ? now == 0 : now == debug_end(d))
			return TRAVEL_EDGE;
		debug_arrive(d, back ? now - 1 : now + 1);
		return TRAVEL_THERE;
	}
	end = travel_go(&t);
	*stop = t.stop;
	return end;
}

enum travel_end travel_by(struct debug *d, const char *name, bool back, u32 count, struct stop **stop)
{
	enum travel_end end = TRAVEL_THERE, goes_on = strcmp(name, "continue") == 0 ? TRAVEL_STOP : TRAVEL_THERE;

	do {
		*stop = NULL;
		end = go_once(d, way_here(d, name), back, stop);
		if (*stop)
			(*stop)->hits++;
	} while (count-- > 1 && (end == TRAVEL_THERE || end == goes_on));
	return end;
}

static bool holds(struct travel *t)
{
	struct why why;
	u64 value;

	return !expr_value(t->d, t->text, &value, &why) && value;
}

enum travel_end travel_until(struct debug *d, const char *expr, bool back)
{
	struct travel t = {.d = d, .back = back, .there = holds, .text = expr};

	return travel_go(&t);
}

/* --- places --- */

/* Another command than the call before: each kind of call is seen once. */
static bool is_another_call(const struct debug *d, u32 i)
{
	const struct moment_mark *before = NULL;

	for (u32 k = i; k-- && !before;)
		if (d->mark[k].kind == EV_SYSCALL_ENTER)
			before = &d->mark[k];
	return !before || before->arg != d->mark[i].arg;
}

bool travel_begins(const struct debug *d, u32 i)
{
	const struct moment_mark *m = &d->mark[i];

	if (m->kind == EV_SYSCALL_ENTER && m->phase == PHASE_SYSCALL)
		return !i || m->phase != d->mark[i - 1].phase || is_another_call(d, i);
	if (m->kind == EV_SYSCALL_ENTER || m->kind == EV_FIRE)
		return !i || m->kind == EV_FIRE || m->phase != d->mark[i - 1].phase;
	if (m->kind == EV_REJECTED || m->kind == EV_SYSCALL_EXIT)
		return true;
	return m->kind == EV_LOAD_STAGE && i && m->phase != d->mark[i - 1].phase;
}

enum travel_end travel_phase(struct debug *d, bool back)
{
	u64 now = debug_now(d), to = back ? 0 : debug_end(d);
	bool found = false;

	for (u32 i = 0; i < d->marks; i++) {
		u64 step = d->mark[i].step;

		if (!travel_begins(d, i))
			continue;
		if (back && step < now) {
			to = step;
			found = true;
		} else if (!back && step > now && !found) {
			to = step;
			found = true;
		}
	}
	if (to == now)
		return TRAVEL_EDGE;
	debug_arrive(d, to);
	return found ? TRAVEL_THERE : TRAVEL_EDGE;
}
