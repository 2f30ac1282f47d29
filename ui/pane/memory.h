/* What the panes of user memory and of the kernel's copy share. */
#ifndef UI_PANE_MEMORY_H
#define UI_PANE_MEMORY_H

#include "../call_memory.h"
#include "../map_show.h"
#include "pane.h"

u32 memory_patched(const struct debug *d);
void memory_bytes(struct sheet *s, const u8 *bytes, u32 n);
/* The eight bytes of an instruction; in a narrow pane those of a field together. */
void memory_insn(struct sheet *s, const struct bpf_insn *insn);
/* The map of a call's map_fd, while the machine stands at it; NULL: none. */
const struct map *memory_map(const struct debug *d, const struct debug_call *call);
/* Has the call returned? */
bool memory_over(const struct debug *d, const struct debug_call *call);

#endif
