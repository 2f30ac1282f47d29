/* Damaged object files: everything that the reader and the loader do with bytes that may be anything. */
#ifndef TEST_SUPPORT_DAMAGE_H
#define TEST_SUPPORT_DAMAGE_H

#include "sim/elf/loader.h"

/*
 * Opens the bytes, links all programs and runs the loader's calls against nothing. They may be refused, with a sentence; all the
 * rest is left to the sanitizers. Returns whether elf_open took them.
 */
bool damage_try(const u8 *bytes, u64 size);

#endif
