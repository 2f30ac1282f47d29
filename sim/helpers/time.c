/*
 * Helpers that tell the time: see list.h. Time is the simulated machine's, never the real one.
 *
 * Simplified: the machine does not sleep, so ktime and boot time are the same. It boots in the first second of
 * the day that Debian 12 came out, and as on a machine without NTP nobody has told it the distance between
 * atomic time and UTC.
 */
#include "helper.h"

#define BOOT_TIME 1686355200ull /* 2023-06-10, s since 1970 */

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

HELPER_FN(ktime_get_tai_ns)
{
	UNUSED_ARGS();
	return BOOT_TIME * 1000000000 + sim_ktime(sim);
}

HELPER_FN(jiffies64)
{
	UNUSED_ARGS();
	return sim_jiffies(sim);
}
