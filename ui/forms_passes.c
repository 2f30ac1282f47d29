/* What the passes of the JIT came to: see forms_list.h. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "forms_list.h"

#define GUESS 64u        /* bytes that the first pass takes each insn, and the prologue, for */
#define BAR 30u

u8 *forms_code(const struct forms *f, u32 func)
{
	u8 *code = malloc(look_image(f->prog, func)->size + 1);

	if (code)
		prog_jit_code(f->sim, f->prog, func, code);
	return code;
}

/* @several: when all functions have their addresses, each is written once more. */
static const char *what(const struct jit_image *image, u32 pass, bool several)
{
	u32 left = image->npasses - pass - 1;

	if (several && !left)
		return "again: all addresses are known";
	if (!pass)
		return "real sizes, jumps guessed long";
	if (image->pass[pass].size != image->pass[pass - 1].size)
		return "jumps have become shorter";
	return left == several ? "the bytes are written" : "no change: room is found for it";
}

static void print_pass(u32 number, u32 size, u32 most, const char *text)
{
	char bar[BAR + 1] = "";
	u32 len = most ? (u64)size * BAR / most : 0;

	memset(bar, '#', len);
	printf("  %4u %8u  %-*s  %s\n", number, size, (int)BAR, bar, text);
}

static void print_function(const struct forms *f, u32 func)
{
	const struct jit_image *image = look_image(f->prog, func);
	char name[128];
	struct text out;
	u32 most = image->npasses ? image->pass[0].size : 0;

	text_init(&out, name, sizeof(name));
	forms_func_name(f->prog, func, &out);
	printf("\n%s%s%s: %u instructions, %u bytes after %u passes\n", cli_paint(PAINT_HEAD), name,
	       cli_paint(PAINT_END), image->len, image->size, image->npasses);
	printf("  pass    bytes\n");
	printf("     - %8u  %-*s  guess: %u for each insn\n", (image->len + 1) * GUESS, (int)BAR, "", GUESS);
	for (u32 i = 0; i < image->npasses; i++)
		print_pass(i + 1, image->pass[i].size, most, what(image, i, look_images(f->prog) > 1));
}

void forms_passes_print(const struct forms *f)
{
	for (u32 func = 0; func < look_images(f->prog); func++)
		print_function(f, func);
}
