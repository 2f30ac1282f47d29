/*
 * Damaged object files, thoroughly: elf_fuzz [FILE.o ...], by default all of test/data/objects. Each is cut
 * off at every offset, and every byte is changed in several ways; then, in random places, several at once.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/support/damage.h"
#include "test/support/objects.h"

#define ROUNDS 20000u

static u64 tries, taken;

static void attempt(const u8 *bytes, u64 size)
{
	tries++;
	taken += damage_try(bytes, size);
}

static void change_each(u8 *bytes, u64 size)
{
	static const u8 changes[] = {0x01, 0x80, 0xff, 0x10};

	for (u64 i = 0; i < size; i++)
		for (u32 c = 0; c < ARRAY_SIZE(changes); c++) {
			bytes[i] ^= changes[c];
			attempt(bytes, size);
			bytes[i] ^= changes[c];
		}
}

static u64 next_random(u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

static void change_several(const u8 *bytes, u64 size)
{
	u8 *copy = malloc(size);
	u64 state = size;

	for (u32 round = 0; round < ROUNDS; round++) {
		memcpy(copy, bytes, size);
		for (u64 n = 1 + next_random(&state) % 8; n; n--) {
			u64 at = next_random(&state) % size;

			copy[at] = next_random(&state) % 3 ? next_random(&state)
							   : copy[next_random(&state) % size];
		}
		attempt(copy, size);
	}
	free(copy);
}

static void fuzz(const char *path)
{
	u64 size;
	u8 *bytes = test_read_file(path, &size);

	for (u64 n = 0; n <= size; n++)
		attempt(bytes, n);
	change_each(bytes, size);
	change_several(bytes, size);
	printf("%s\n", path);
	free(bytes);
}

int main(int argc, char **argv)
{
	glob_t found = {0};

	if (argc > 1)
		for (int i = 1; i < argc; i++)
			fuzz(argv[i]);
	else if (!glob("test/data/objects/*.o", 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			fuzz(found.gl_pathv[i]);
	globfree(&found);
	printf("%llu damaged objects, %llu of them taken: no crash\n", (unsigned long long)tries,
	       (unsigned long long)taken);
	return 0;
}
