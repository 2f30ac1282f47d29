/*
 * Random keys and commands for the terminal interface, at random sizes, in both languages, with every set of signs.
 *
 *	keys_fuzz [KEYS [SEED]]
 *
 * Nothing may crash or hang, the screen must be whole after each key, and the machine must be found as it was: now and then a
 * moment is left and come back to, and must have the same hash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "test/support/dice.h"
#include "test/support/temp_dir.h"
#include "ui/prompt/prompt.h"
#include "ui/words.h"

#define KEYS_PER_FILE 1500
#define KEYS_PER_SIZE 50
#define KEYS_PER_RETURN 300

static u64 dice;
static struct screen sc;
static struct grid grid;
static char top[512];
static u64 walking, moves; /* keys that a walk got, those that moved it */

static const char *const files[] = {"samples/xdp_count.o", "samples/subprogs.o", "samples/globals.o", "samples/xdp_drop.o",
				    "samples/tc_dns.o", "test/data/objects/broken.o"};

static const char *const arguments[] = {
	"", "1", "-1", "0", "12", "999999999999", "r0", "r3 == 0", "map counts[6]", "event", "stage:walk", "syscall:map_create",
	"helper:map_lookup_elem", "xdp_count", "regs", "breakpoints", "end", "+5", "bytecode", "next", "counts", "if r1",
	"tcp 10.0.0.1:443 > 10.0.0.2:51514", "*r10", "r5 = 7", "map counts[6] = 1", "back", "(((", "\"", "中文", "x.txt", "loader",
	"eth0", "5", "/sys/fs/bpf/a", "xdp:eth0", "zh", "en", "0x10", "$", "%s%n", "name counts key 6 value 1", "/8 r10",
};

static u32 roll(u32 n)
{
	return dice_roll(&dice, n);
}

static u32 count_commands(void)
{
	u32 n = 0;

	while (commands[n].name)
		n++;
	return n;
}

/* --- keys --- */

static void type(const char *text)
{
	u32 ch;

	while ((ch = utf8_decode(&text)))
		screen_key(&sc, ch);
}

/* A command as one types it: a name or its beginning, an argument or two. Not those that end the session. */
static void type_command(void)
{
	const struct command *c = &commands[roll(count_commands())];
	char name[64];

	if (strcmp(c->name, "quit") == 0)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(roll(4) ? strlen(c->name) : 1 + roll(3)), c->name);
	screen_key(&sc, ':');
	type(name);
	for (u32 n = roll(3); n; n--) {
		type(" ");
		type(arguments[roll(ARRAY_SIZE(arguments))]);
	}
	screen_key(&sc, roll(8) ? KEY_RETURN : KEY_ESC);
}

static void press(void)
{
	static const char often[] = "sSiInNfFcC[]btwexz+-jkvV?/123456789 \n\t\033oL";

	switch (roll(10)) {
	case 0:
		type_command();
		break;
	case 1:
		screen_key(&sc, KEY_ARROW_UP + roll(KEY_BACKTAB - KEY_ARROW_UP + 1));
		break;
	case 2:
		screen_key(&sc, roll(0x3000));
		break;
	case 3:
		screen_click(&sc, roll(grid.rows + 2) - 1, roll(grid.cols + 2) - 1);
		break;
	default:
		screen_key(&sc, often[roll(sizeof(often) - 1)]);
	}
	sc.quit = false;
}

/* --- what must hold --- */

static void complain(const char *what)
{
	fprintf(stderr, "keys_fuzz: %s\n", what);
	grid_dump(&grid, stderr);
	abort();
}

/* Each half of a wide character has its other one; nothing that a terminal would take for a control. */
static void check_grid(void)
{
	for (int i = 0; i < grid.rows * grid.cols; i++) {
		const struct cell *cell = &grid.cell[i];
		bool wide = cell->ch && char_width(cell->ch) == 2;

		if (cell->ch && (cell->ch < ' ' || (cell->ch >= 0x7f && cell->ch < 0xa0)))
			complain("a control character on the screen");
		if (wide && (i % grid.cols == grid.cols - 1 || cell[1].ch))
			complain("half a character");
		if (!cell->ch && (i % grid.cols == 0 || char_width(cell[-1].ch) != 2))
			complain("the second half of nothing");
		if (grid.glyphs == GLYPHS_ASCII && cell->ch >= 0x80)
			complain("a sign outside of ASCII");
		if (cell->role >= ROLES || cell->hue >= HUES)
			complain("a cell without a look");
	}
}

static void leave_and_return(void)
{
	u64 step, hash;

	if (!sc.debug.loaded)
		return;
	step = debug_now(&sc.debug);
	hash = sim_hash(debug_sim(&sc.debug));
	debug_arrive(&sc.debug, roll(debug_end(&sc.debug) + 1));
	debug_arrive(&sc.debug, step);
	if (debug_now(&sc.debug) != step || sim_hash(debug_sim(&sc.debug)) != hash)
		complain("another machine after leaving and coming back");
}

/* --- rounds --- */

static void open_any(void)
{
	static char path[1024];
	char message[1024];
	struct text error;

	screen_fini(&sc);
	screen_init(&sc);
	sc.view.format = roll(FORMATS);
	if (roll(8) == 0)
		return; /* the start screen */
	snprintf(path, sizeof(path), "%s/%s", top, files[roll(ARRAY_SIZE(files))]);
	sc.life.file = path;
	life_option(&sc.life, LIFE_EVENT, "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN");
	text_init(&error, message, sizeof(message));
	if (screen_open(&sc, &error))
		complain(message);
}

static void resize(void)
{
	static const int usual[][2] = {{24, 80}, {36, 120}, {60, 200}, {1, 1}};
	u32 n = roll(8);
	int rows = n < 4 ? usual[n][0] : (int)roll(70), cols = n < 4 ? usual[n][1] : (int)roll(220);

	grid_fini(&grid);
	if (grid_init(&grid, rows, cols, roll(4)))
		complain("no memory");
	words_use(roll(LANGUAGES));
}

static void one_key(void)
{
	u64 before = sc.debug.loaded ? debug_now(&sc.debug) : 0;

	walking += sc.mode == MODE_WALK;
	press();
	moves += sc.debug.loaded && debug_now(&sc.debug) != before;
	screen_draw(&sc, &grid);
	check_grid();
}

int main(int argc, char **argv)
{
	u64 count = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;

	dice = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	if (!getcwd(top, sizeof(top)) || temp_dir_setup(NULL) || chdir(temp_path("")))
		return 2;
	screen_init(&sc);
	for (u64 i = 0; i < count; i++) {
		if (i % KEYS_PER_FILE == 0 || (sc.mode == MODE_START && roll(40) == 0))
			open_any();
		if (i % KEYS_PER_SIZE == 0)
			resize();
		one_key();
		if (i % KEYS_PER_RETURN == KEYS_PER_RETURN - 1)
			leave_and_return();
	}
	screen_fini(&sc);
	grid_fini(&grid);
	if (chdir(top))
		return 2;
	temp_dir_teardown(NULL);
	printf("%llu keys, %llu of them in a walk, %llu moved it\n", (unsigned long long)count, (unsigned long long)walking,
	       (unsigned long long)moves);
	return 0;
}
