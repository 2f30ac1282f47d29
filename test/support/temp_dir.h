/* A directory for the files of one test program: made before its tests, removed with all that is in it after them. */
#ifndef TEST_SUPPORT_TEMP_DIR_H
#define TEST_SUPPORT_TEMP_DIR_H

#include "sim/base.h"

/* For cmocka_run_group_tests. */
int temp_dir_setup(void **state);
int temp_dir_teardown(void **state);

/* The path of a file there; valid until the fourth call after this one. */
const char *temp_path(const char *name);
/* Writes a file there; ends the test when that fails. */
void temp_write(const char *name, const void *bytes, u64 n);

#endif
