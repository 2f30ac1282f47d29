/* load_fuzz [ROUNDS [SEED]]: random loads, see test/support/load_random.h. */
#include <stdio.h>
#include <stdlib.h>

#include "test/support/host.h"
#include "test/support/load_random.h"

#define ROUNDS_A_MACHINE 5000 /* then a fresh one: the input log grows with each call */

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 300000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct load_count count = {0};
	struct sim_host *host = NULL;
	struct sim *sim = NULL;
	struct why why;

	for (u64 i = 0; i < rounds; i++) {
		if (i % ROUNDS_A_MACHINE == 0) {
			if (sim)
				sim_delete(sim);
			if (host)
				host_delete(host);
			host = host_new();
			sim = sim_new(host);
			sim_sysctl(sim, "kernel.unprivileged_bpf_disabled", 0);
		}
		if (!load_random(sim, seed + i, &count, &why)) {
			fprintf(stderr, "seed %llu: %s\n", (unsigned long long)(seed + i), why.text);
			return 1;
		}
	}
	sim_delete(sim);
	host_delete(host);
	printf("%llu loads: %llu accepted, %llu rejected, %llu refused\n", (unsigned long long)rounds,
	       (unsigned long long)count.accepted, (unsigned long long)count.rejected,
	       (unsigned long long)count.refused);
	return 0;
}
