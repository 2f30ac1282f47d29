/*
 * Helpers that tell the time: see list.h. Time is the simulated machine's, never the real one.
 *
 * Simplified: the machine does not sleep, so ktime and boot time are the same.
 */
#include "helper.h"

HELPER_FN(ktime_get_ns)
{
	UNUSED_ARGS();
	return sim_ktime(sim);
}

HELPER_FN(ktime_get_boot_ns)
{
	UNUSED_ARGS();
	return sim_ktime(sim);
}

HELPER_FN(ktime_get_coarse_ns)
{
	UNUSED_ARGS();
	return sim_ktime(sim) / TICK_NS * TICK_NS;
}

HELPER_FN(jiffies64)
{
	UNUSED_ARGS();
	return sim_jiffies(sim);
}
