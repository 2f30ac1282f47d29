/* One machine for each test: see machine.h. */
#include "machine.h"

#include "bare.h"

struct sim *sim;
struct sim_host *host;

int machine_setup(void **state)
{
	(void)state;
	host = host_new();
	sim = sim_new(host);
	return sim ? 0 : -1;
}

int machine_teardown(void **state)
{
	(void)state;
	sim_delete(sim);
	host_delete(host);
	return 0;
}

int bare_setup(void **state)
{
	(void)state;
	sim = bare_new();
	return 0;
}

int bare_teardown(void **state)
{
	(void)state;
	bare_delete(sim);
	return 0;
}
