/*
 * Lessons on damaged files: lesson_fuzz [ROUNDS], 4000 files and 2000 predicates a round.
 *
 * The files of all lessons, with lines dropped, doubled, swapped and bytes changed, are read, checked and
 * married to one another; then predicates and values, made of pieces that are right and of characters that
 * are not, are asked of a machine in the midst of a lesson. Complaints are fine; a crash, a hang or a read
 * past the end is not.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ui/file.h"
#include "ui/lesson/catalogue.h"
#include "ui/lesson/fact.h"

#define COUNT 2000
#define FILES_MAX 64

static u64 seed = 1;

static u32 random_below(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return n ? (seed >> 33) % n : 0;
}

static struct {
	char *bytes;
	u64 len;
} files[FILES_MAX];
static u32 count, complaints;

static void read_files(void)
{
	static const char *const names[] = {"en.lesson", "zh.lesson"};
	static struct catalogue all;
	char path[4200];
	struct why why;

	catalogue_read(&all);
	for (u32 i = 0; i < all.count; i++) {
		for (int n = 0; n < 2 && count < FILES_MAX; n++) {
			snprintf(path, sizeof(path), "%s/%s", all.folder[i], names[n]);
			files[count].bytes = (char *)file_read(path, &files[count].len, &why);
			count += files[count].bytes != NULL;
		}
	}
	catalogue_free(&all);
}

static void hear(struct lesson_ear *ear, const char *complaint)
{
	(void)ear;
	complaints += *complaint != 0;
}

/* Memory of exactly its size, so that a read past the end is seen. */
static char *damaged(u32 file, size_t *len)
{
	char *copy = malloc(files[file].len + 1), *exact;

	memcpy(copy, files[file].bytes, files[file].len);
	*len = files[file].len;
	for (u32 n = random_below(8); n > 0; n--) {
		size_t at = random_below(*len), many = 1 + random_below(120);

		many = many < *len - at ? many : *len - at;
		switch (random_below(4)) {
		case 0:
			copy[at] = random_below(256);
			break;
		case 1:
			copy[at] = "\n:|={}[]#"[random_below(9)];
			break;
		case 2:
			memmove(copy + at, copy + at + many, *len - at - many);
			*len -= many;
			break;
		case 3:
			memmove(copy + at, copy + random_below(*len - many + 1), many);
			break;
		}
		if (!*len)
			break;
	}
	exact = malloc(*len ? *len : 1);
	memcpy(exact, copy, *len);
	free(copy);
	return exact;
}

static struct lesson *one_file(void)
{
	struct lesson_ear ear = {.hear = hear};
	size_t len;
	char *bytes = damaged(random_below(count), &len);
	struct lesson *lesson = lesson_parse("fuzz", bytes, len, &ear);

	free(bytes);
	return lesson;
}

static void fuzz_files(void)
{
	struct lesson *first = one_file(), *translation = one_file();
	struct lesson_ear ear = {.hear = hear};

	lesson_check_whole(first, &ear);
	lesson_marry(translation, first, &ear);
	lesson_free(translation);
	lesson_free(first);
}

/* --- predicates --- */

static struct screen sc;

static void fuzz_predicate(void)
{
	static const char *const pieces[] = {
		"count(",
		"load",
		"event",
		", prog xdp_count)",
		")",
		"(",
		" and ",
		" or ",
		"not ",
		"==",
		">=",
		"map counts[6]",
		"map(counts)",
		".entries",
		"prog(",
		"xdp_count",
		".bpf_func",
		"prog",
		".",
		"\"",
		",",
		"18",
		"-",
		"EINVAL",
		"result(map_create)",
		"rejected(\"R0",
		"went_back_over(map counts[6])",
		"looked(objects, bpf_func)",
		"insn",
		"every-event",
		"r0",
		"*(u32 *)(fp-4)",
		"fd(4)",
		"did(step)",
		"answered(where)",
		"first ",
		"[",
		"]",
		"&&",
		" ",
		"\xe4\xb8",
	};
	char text[400] = "", out[300];
	struct text value;
	struct why why;
	bool holds;
	s64 number;

	for (u32 n = random_below(12); n > 0; n--)
		strncat(text, pieces[random_below(ARRAY_SIZE(pieces))], sizeof(text) - strlen(text) - 1);
	if (*text && !random_below(3))
		text[random_below(strlen(text))] = 1 + random_below(255);
	lesson_holds(&sc, text, &holds, &why);
	lesson_number(&sc, text, &number, &why);
	text_init(&value, out, sizeof(out));
	lesson_value(&sc, text, &value, &why);
	text_init(&value, out, sizeof(out));
	course_fill(&sc, text, &value);
}

int main(int argc, char **argv)
{
	u32 rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 20;
	struct why why;

	screen_init(&sc);
	sc.unsaved = sc.batch = true;
	read_files();
	if (!count || course_begin(&sc, "13", true, &why)) {
		fprintf(stderr, "no lessons here: to be run from the top of the tree\n");
		return 1;
	}
	for (u32 i = 0; i < rounds * COUNT; i++) {
		fuzz_files();
		fuzz_predicate();
	}
	screen_fini(&sc);
	for (u32 i = 0; i < count; i++)
		free(files[i].bytes);
	printf("%u files, %u damaged ones, %u complaints\n", count, 2 * rounds * COUNT, complaints);
	return complaints ? 0 : 1;
}
