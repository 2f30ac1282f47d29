/* Text that fits the columns of the terminal. */
#ifndef UI_WRAP_H
#define UI_WRAP_H

/* "   = LABEL   TEXT", broken at spaces so that the rest stands below its beginning. */
void wrap_labelled(const char *label, const char *text);
/* @text, broken at spaces, behind @first; further lines begin with @rest. */
void wrap_text(const char *first, const char *rest, const char *text);
/* @text, broken at spaces, behind @used columns that have been printed; it goes on below. */
void wrap_behind(int used, const char *text);
/* @text as it is, cut off where it does not fit behind the @used columns; ends the line. */
void wrap_code(int used, const char *text);

#endif
