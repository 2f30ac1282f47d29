/*
 * Helpers that tell the time: see list.h. Time is the simulated machine's, never the real one.
 *
 * Simplified: the machine does not sleep, so ktime and boot time are the same. CONFIG_HZ is Debian's 250.
 */
#include "helper.h"

#define TICK_NS 4000000ull                  /* 1 s / CONFIG_HZ */
#define JIFFIES_AT_BOOT ((u32)(-300 * 250)) /* Linux starts so near the overflow of 32 bits to bring bugs to light */

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
	return JIFFIES_AT_BOOT + sim_ktime(sim) / TICK_NS;
}
