/* BTF that vectors do not hold themselves, but refer to by name. */
#ifndef UI_VECTOR_BTF_H
#define UI_VECTOR_BTF_H

#include "../sim/look.h"

/*
 * "test_verifier": the value types of the kernel's verifier tests; "NAME.o.btf": the BTF of objects/NAME.o
 * beside the file @vectors, as a loader gives it to the kernel. To be freed; NULL: there is none.
 */
u8 *vector_btf(const char *vectors, const char *name, u32 *size);
/*
 * The line info (struct bpf_line_info each) of program @prog in that object file; to be freed; NULL: there is
 * none.
 */
u8 *vector_lines(const char *vectors, const char *name, const char *prog, u32 *size);

#endif
