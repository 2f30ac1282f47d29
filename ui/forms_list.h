/* The three forms of a program side by side, as text on standard output; the same facts as JSON. */
#ifndef UI_FORMS_LIST_H
#define UI_FORMS_LIST_H

#include <jansson.h>

#include "forms.h"

struct forms_list {
	const struct forms *forms;
	u32 width;           /* columns; below 110 what was written stands apart where it differs */
	bool code;           /* machine code too */
	bool why;            /* why each change was made, why each encoding is what it is */
	bool att;
	bool raw;            /* the bytes of addresses too, not ".." */
	/* Whose sentence stands above already: bits of enum jit_note; the last pass, by its name. */
	u32 told;
	const char *told_pass;
};

void forms_list_print(struct forms_list *list);
/* The sizes that the passes came to, function by function. */
void forms_passes_print(const struct forms *f);
json_t *forms_json(const struct forms *f, bool att);

/* The code of function @func as it is now, to be freed; NULL: no memory. */
u8 *forms_code(const struct forms *f, u32 func);

#endif
