/*
 * LIRC_MODE2: decodes the pulses of an infrared remote control (drivers/media/rc/bpf-lirc.c).
 *
 * Debian's kernel is built without it: no such program can be loaded. The entry is for reading.
 */
#include "sets.h"

static const struct ctx_field fields[] = {
	{.name = "sample", .size = 4, .access = CTX_READ},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_rc_repeat, BPF_FUNC_rc_keydown, BPF_FUNC_rc_pointer_rel, BPF_FUNC_map_lookup_elem,
	BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem, BPF_FUNC_map_pop_elem,
	BPF_FUNC_map_peek_elem, BPF_FUNC_ktime_get_ns, BPF_FUNC_ktime_get_boot_ns, BPF_FUNC_tail_call,
	BPF_FUNC_get_prandom_u32, 0,
};
static const u16 print[] = {BPF_FUNC_trace_printk, 0};

static const struct helper_set helpers[] = {{own_helpers, NULL}, {print, has_perfmon}, {0}};

const struct prog_type prog_type_lirc_mode2 = {
	.name = "LIRC_MODE2",
	.doc = "decodes the pulses of an infrared remote control",
	.ctx_size = 4,
	.fields = fields,
	.helpers = helpers,
};
