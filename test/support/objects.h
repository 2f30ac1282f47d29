/* Object files of test/data/objects, for tests of what reads and loads them. */
#ifndef TEST_SUPPORT_OBJECTS_H
#define TEST_SUPPORT_OBJECTS_H

#include "sim/elf/object.h"

/* All of a file, and a zero byte behind it. Ends the test when it cannot be read. The caller frees it. */
u8 *test_read_file(const char *path, u64 *size);
/* test/data/objects/@name, opened; ends the test when that fails. */
struct elf_object *test_object(const char *name);

#endif
