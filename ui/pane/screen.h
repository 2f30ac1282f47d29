/*
 * The screen: frame, panes in a layout, focus, a text to read, the prompt's line. It is drawn into a grid and
 * takes keys; it does not know what terminal there is, or whether there is one.
 */
#ifndef UI_PANE_SCREEN_H
#define UI_PANE_SCREEN_H

#include "../origin.h"
#include "layout.h"
#include "theme.h"

#define FRAME_ABOVE 2 /* lines of the frame above the panes, and below */
#define FRAME_BELOW 3

/* Keys that are no characters. */
enum key_code {
	KEY_ESC = 27,
	KEY_TAB = 9,
	KEY_RETURN = 10,
	KEY_ERASE = 127,
	KEY_ARROW_UP = 0x110000,
	KEY_ARROW_DOWN,
	KEY_ARROW_LEFT,
	KEY_ARROW_RIGHT,
	KEY_PGUP,
	KEY_PGDN,
	KEY_HOME_,
	KEY_END_,
	KEY_FN_1,
	KEY_FN_2,
	KEY_FN_3,
	KEY_FN_4,
	KEY_FN_5,
	KEY_FN_6,
	KEY_FN_7,
	KEY_FN_8,
	KEY_FN_9,
	KEY_FN_10,
	KEY_BACKTAB,
};

enum mode {
	MODE_START, /* the start screen */
	MODE_LESSONS, /* the list of lessons */
	MODE_WALK,
};

/* An expression that is shown after each step. */
struct display {
	u32 number;
	char letter; /* format, as in print/x; 0 = none */
	char expr[80];
};

/* How the last x showed memory, and where it would go on. */
struct examine {
	u64 next;
	u32 count, size;
	char letter; /* 0: there was none yet */
};

/* A place on the screen that belongs to a pane. */
struct spot {
	struct area area; /* its grid is not to be used */
	u8 slot;          /* of the layout */
	bool lines;       /* the pane's lines are here; else its title, or its tab */
};

struct screen {
	struct debug debug;
	struct life life; /* what the command line asked for; `load` takes another file */
	u32 log_level;
	struct view view;
	u8 mode; /* enum mode */
	const struct layout *layout;
	u8 phase;  /* enum phase that the layout was chosen for */
	int focus; /* slot */
	bool zoom;
	struct window window[LAYOUTS][LAYOUT_PANES];
	s8 row_shift[LAYOUT_PARTS + 1], col_shift[LAYOUT_PARTS + 1]; /* borders that were moved */
	int selected;                                                /* start screen: item */
	char *output;                                                /* of the command */
	size_t output_len;
	bool reading; /* the output is shown over the panes */
	struct window reader;
	char message[512];      /* instead of the sentence; "" = none */
	bool bad;               /* it is an error */
	bool prompt;            /* the prompt has the keys */
	char line[512];         /* its text */
	u32 cursor;             /* in bytes */
	char last_command[512]; /* an empty line repeats it */
	char search[64];
	struct display display[16];
	u32 displays, last_display;
	struct examine examine;
	struct origin origin; /* where w goes on, */
	u64 origin_step;      /* at this step */
	u32 list_next; /* line at which list goes on, */
	u64 list_step; /* at this step */
	bool asked_quit, quit;
	bool failed; /* a command has failed: exit status of --batch */
	bool batch;
	int rows, cols; /* of the last drawing */
	struct spot spot[3 * LAYOUT_PANES]; /* what a click hits in it */
	int spots;
	u8 glyphs;      /* enum glyphs, likewise */
	struct theme theme; /* for pictures of it */
	struct course *course; /* the lesson that is walked through (lesson/course.h); NULL: none */
	void (*away)(
		bool away);    /* lends the terminal to an editor, and takes it back; NULL: it is nobody's */
	bool unsaved;          /* nothing of a lesson is kept on disk */
	struct shelf *shelf;   /* the list of lessons (lesson/shelf.h); NULL: nobody has looked yet */
	bool panes_wide;       /* the panes have room side by side; of the last drawing */
};

void screen_init(struct screen *sc);
void screen_fini(struct screen *sc);
/* Opens sc->life.file and stands at step 0. 0, or -errno with the sentence. */
int screen_open(struct screen *sc, struct text *error);
void screen_draw(struct screen *sc, struct grid *grid);
/* The lines above and below the panes of @a, the whole screen: frame.c */
void frame_above(const struct screen *sc, const struct area *a);
void frame_below(struct screen *sc, const struct area *a);
void screen_draw_start(struct screen *sc, struct grid *grid); /* start.c */
void screen_draw_lessons(struct screen *sc, struct grid *grid); /* lessons.c */
/* The panes alone, in @area: panes.c */
void screen_draw_panes(struct screen *sc, const struct area *area);
void screen_draw_tabs(struct screen *sc, const struct area *area);
/* Where panes and lesson stand in the area between the frame's lines; no rows: not at all. lesson.c */
void screen_split(const struct screen *sc, const struct area *all, struct area *panes, struct area *lesson);
void screen_draw_lesson(struct screen *sc, const struct area *area);
/* To be called after each command: the layout follows the walk. */
void screen_follow(struct screen *sc);
void screen_layout(struct screen *sc, const struct layout *layout);
const struct pane *screen_pane(const struct screen *sc);
struct window *screen_window(struct screen *sc);
/* A click: focuses the pane there and sets its cursor; on a title or a tab the cursor stays. */
void screen_click(struct screen *sc, int row, int col);
/* The next line of the focused pane that holds sc->search; false: none. */
bool screen_find(struct screen *sc, bool up);

/* What a command answers; it may be called several times. */
void screen_say(struct screen *sc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for what went wrong. */
void screen_complain(struct screen *sc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What a saved session displayed (prompt/save.c). */
void screen_recall(struct screen *sc);
/* "r1 = 40, map counts[6] = 1": what is displayed after each step (prompt/print.c). */
void displays_text(const struct screen *sc, const char *between, struct text *out);
/* Does the screen have room for panes side by side? */
bool screen_is_wide(const struct screen *sc);

/* Words for the pipeline's stage at hand and the next one. */
const char *phase_name(enum phase phase);

/* --- the start screen --- */

struct start_item {
	const char *key;   /* shown before it; "" = none: a question */
	const char *text, *aside;
	const char *lesson;   /* number of one that answers it; NULL: none */
	const char *commands; /* without it: of the prompt, one a line; one that ends with a space opens the
				 prompt with it */
};
extern const struct start_item start_items[];
/* What it does now: a lesson, when there is one. */
const char *start_commands(struct screen *sc, int item);
extern const int start_item_count;

#endif
