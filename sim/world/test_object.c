/* The kernel's object for tests of references: see test_object.h. It is made when it is first asked for. */
#include "test_object.h"
#include "world.h"

static struct test_object *object(struct sim *sim)
{
	struct test_object *o = sim->world->test_object;

	if (o)
		return o;
	o = sim->world->test_object = sim_alloc(sim, sizeof(*o));
	if (o)
		*o = (struct test_object){.a = 42, .b = 108, .next = (u64)o, .cnt = 1};
	return o;
}

u64 test_object_get(struct sim *sim)
{
	struct test_object *o = object(sim);

	if (o)
		o->cnt++;
	return (u64)o;
}

void test_object_get_at(struct sim *sim, u64 addr)
{
	if (addr && addr == (u64)sim->world->test_object)
		sim->world->test_object->cnt++;
}

void test_object_put(struct sim *sim, u64 addr)
{
	if (addr && addr == (u64)sim->world->test_object)
		sim->world->test_object->cnt--;
}
