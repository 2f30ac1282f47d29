/* The passes of the JIT: how the code shrinks until nothing changes any more. */
#include "pane.h"

static const struct jit_build *build_of(const struct prog *prog)
{
	return prog && prog->jit ? prog->jit->build : NULL;
}

static void draw_passes(const struct view *v, struct sheet *s)
{
	const struct prog *prog = debug_prog(v->d);
	const struct jit_build *build = build_of(prog);
	const struct jit_image *image =
		build && build->func
			? &build->func[build->current < prog->jit->program.nfuncs ? build->current : 0]
			: NULL;

	if (!image) {
		sheet_nothing(s, "The JIT has not begun.");
		return;
	}
	sheet_line(s, SHEET_NO_ITEM);
	sheet_add(s, ROLE_QUIET, "pass  bytes");
	for (u32 i = 0; i < image->npasses; i++) {
		bool same = i && image->pass[i].size == image->pass[i - 1].size;
		u32 most = image->pass[0].size, filled = most ? image->pass[i].size * 8 / most : 0;

		sheet_line(s, i);
		sheet_add(s, ROLE_PLAIN, "%4u  %5u  ", i + 1, image->pass[i].size);
		for (u32 b = 0; b < filled; b++)
			sheet_add(s, ROLE_CHANGED, "█");
		sheet_to(s, 22);
		sheet_add(s, ROLE_QUIET, "%s",
			  !i     ? words("jumps long")
			  : same ? words("no change")
				 : words("jumps shorter"));
	}
	sheet_line(s, SHEET_NO_ITEM);
	if (build->state == JIT_DONE)
		sheet_add(s, ROLE_GOOD, "✓ done");
	else
		sheet_add(s, ROLE_CHANGED, "%4u  insn %u of %u%s", image->npasses + 1,
			  build->at ? build->at - 1 : 0, image->len,
			  build->writes ? words(", writing bytes") : "");
	sheet_at(s);
}

const struct pane pane_passes = {
	.name = "passes",
	.title = "passes of the JIT",
	.help = "How long a jump is depends on how far it goes, and that on how long other jumps are. So the "
		"JIT goes through the "
		"program again and again until nothing shrinks any more, takes memory, and writes the bytes.",
	.draw = draw_passes,
};
