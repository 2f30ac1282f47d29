/* Themes: see theme.h. */
#include <stdio.h>

#include "theme.h"

/* Of the palette of 8. */
enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

struct shade {
	u8 attributes;  /* with colours */
	u8 mono;        /* without */
	s16 few;        /* of 8 colours */
	s16 dark, light; /* of 256, for that background */
};

static const struct shade shades[ROLES] = {
	[ROLE_PLAIN] = {0, 0, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_QUIET] = {0, LOOK_DIM, COLOR_OWN, 246, 242},
	[ROLE_TITLE] = {LOOK_BOLD, LOOK_BOLD, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_BORDER] = {0, LOOK_DIM, COLOR_OWN, 241, 248},
	[ROLE_FOCUS] = {LOOK_BOLD, LOOK_BOLD, CYAN, 87, 25},
	[ROLE_CURRENT] = {LOOK_REVERSE, LOOK_REVERSE, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_LINKED] = {LOOK_UNDERLINE, LOOK_UNDERLINE, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_CURSOR] = {LOOK_REVERSE, LOOK_REVERSE, CYAN, COLOR_OWN, COLOR_OWN},
	[ROLE_CHANGED] = {LOOK_BOLD, LOOK_BOLD, MAGENTA, 213, 127},
	[ROLE_GOOD] = {0, 0, GREEN, 77, 28},
	[ROLE_BAD] = {LOOK_BOLD, LOOK_BOLD, RED, 203, 160},
	[ROLE_KEY] = {LOOK_BOLD, LOOK_BOLD, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_POINTER] = {0, 0, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_SOURCE] = {0, 0, COLOR_OWN, COLOR_OWN, COLOR_OWN},
	[ROLE_SENTENCE] = {LOOK_BOLD, LOOK_BOLD, COLOR_OWN, COLOR_OWN, COLOR_OWN},
};

static const struct {
	s16 few, dark, light;
} hues[HUES] = {
	[HUE_STACK] = {CYAN, 80, 30},
	[HUE_CONTEXT] = {YELLOW, 221, 130},
	[HUE_PACKET] = {GREEN, 114, 28},
	[HUE_MAP] = {BLUE, 111, 26},
};

/* Where a region's colour may stand; elsewhere the role says what matters more. */
static bool shows_hue(enum role role)
{
	return role == ROLE_PLAIN || role == ROLE_CHANGED || role == ROLE_POINTER || role == ROLE_SOURCE ||
	       role == ROLE_SENTENCE || role == ROLE_LINKED;
}

/* The cursor's line keeps its text readable: another background where there are enough colours. */
static struct look cursor_look(const struct theme *theme)
{
	return (struct look){.color = COLOR_OWN, .back = theme->light ? 254 : 238};
}

struct look theme_look(const struct theme *theme, const struct cell *cell)
{
	const struct shade *shade = &shades[cell->role];
	struct look look = {.attributes = shade->attributes, .color = COLOR_OWN, .back = COLOR_OWN};
	bool many = theme->colors >= 256;

	if (theme->colors < 8) {
		look.attributes = shade->mono;
		return look;
	}
	if (many && cell->role == ROLE_CURSOR)
		return cursor_look(theme);
	look.color = !many ? shade->few : theme->light ? shade->light : shade->dark;
	if (!many)
		look.attributes |= shade->mono & LOOK_DIM;
	if (cell->hue && shows_hue(cell->role))
		look.color = !many ? hues[cell->hue].few
			     : theme->light ? hues[cell->hue].light
					    : hues[cell->hue].dark;
	return look;
}

bool look_equal(struct look a, struct look b)
{
	return a.attributes == b.attributes && a.color == b.color && a.back == b.back;
}

bool theme_by_name(const char *name, struct theme *theme)
{
	bool mono = strcmp(name, "mono") == 0, light = strcmp(name, "light") == 0;

	if (!mono && !light && strcmp(name, "dark") != 0)
		return false;
	theme->light = light;
	if (mono)
		theme->colors = 0;
	return true;
}

bool theme_by_colorfgbg(const char *value, struct theme *theme)
{
	const char *last = strrchr(value, ';');
	int back;
	char rest;

	if (!last || sscanf(last + 1, "%d%c", &back, &rest) != 1 || back < 0 || back > 15)
		return false;
	theme->light = back == 7 || back > 8;
	return true;
}

bool theme_by_rgb(const char *answer, struct theme *theme)
{
	unsigned rgb[3];
	int digits;

	if (sscanf(answer, "rgb:%4x%n/%4x/%4x", &rgb[0], &digits, &rgb[1], &rgb[2]) != 3)
		return false;
	/* As many digits each: "ff" is as white as "ffff". */
	theme->light = 30 * rgb[0] + 59 * rgb[1] + 11 * rgb[2] > 50u * ((1u << 4 * (digits - 4)) - 1);
	return true;
}
