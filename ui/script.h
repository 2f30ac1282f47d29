/*
 * Event scripts: a capture written by hand. One packet a line (packet.h), "+SECONDS" in front when it comes
 * later than the one before; empty lines and lines that begin with # say nothing.
 */
#ifndef UI_SCRIPT_H
#define UI_SCRIPT_H

#include "capture.h"

/* Reads the script into an empty capture. 0, or -errno with a sentence that names the line. */
int script_open(struct capture *capture, const char *path, struct why *why);

#endif
