/*
 * Random operations on maps of every shape against a model: map_fuzz [ROUNDS], 100000 operations on each
 * shape a round.
 */
#include <stdio.h>
#include <stdlib.h>

#include "test/support/map_model.h"

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 4, ops = 0;
	union bpf_attr attr;
	struct map_bench b;

	map_bench_init(&b);
	for (u64 round = 0; round < rounds; round++)
		for (u32 i = 0; map_model_shape(i, &attr); i++, ops += 100000)
			if (!map_model_run(&b, &attr, round * 1000 + i, 100000))
				return 1;
	map_bench_fini(&b);
	printf("%llu operations on maps: as the model says\n", (unsigned long long)ops);
	return 0;
}
