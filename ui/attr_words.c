/* Fields of union bpf_attr in a word or two, and each explained: see attr.h. */
#include "attr.h"
#include "cli.h"
#include "program.h"
#include "words.h"

/* --- what a value means, where there is room for a word or two --- */

static u64 value_of(const struct attr_field *field, const union bpf_attr *attr)
{
	u64 value = 0;

	memcpy(&value, (const u8 *)attr + field->offset, min_u64(field->size, sizeof(value)));
	return value;
}

static void means_fd(const struct session *s, const struct attr_field *field, u64 fd, struct text *out)
{
	const struct obj *obj = session_object((struct session *)s, (int)fd);

	/* The loader's own fds are never 0 to 2: a 0 is a field that was left alone. */
	if (!fd && !obj) {
		text_say(out, "none");
		return;
	}
	text_add(out, "%s ", cli_glyph(GLYPH_ARROW));
	if (obj)
		walk_object_text(obj, out);
	else
		text_add(out, "fd %d", (int)fd);
	(void)field;
}

/* " slots", but " slot" of one. */
static void add_unit(u64 value, const char *doc, size_t len, struct text *out)
{
	char unit[12];
	const char *said;
	size_t n;

	snprintf(unit, sizeof(unit), "%.*s", (int)len, doc);
	said = words(unit);
	n = strlen(said);
	text_add(out, " %.*s", (int)(n - (value == 1 && n && said[n - 1] == 's')), said);
}

static void means_number(const struct attr_field *field, u64 value, struct text *out)
{
	size_t unit = strcspn(field->doc, " ");
	bool counts = field->doc[0] && unit <= 8 && strncmp(field->doc, "type", 4) != 0;

	text_add(out, "%llu", (unsigned long long)value);
	if (counts)
		add_unit(value, field->doc, unit, out);
}

void attr_means(const struct session *s, const struct attr_field *field, const union bpf_attr *attr,
		const char *text, struct text *out)
{
	u64 value = value_of(field, attr);
	const struct netdev *dev;
	char whole[160];
	const char *name;
	struct text named;

	switch (field->kind) {
	case ATTR_NUMBER:
		means_number(field, value, out);
		break;
	case ATTR_FLAGS:
		text_add(out, value ? "0x%llx" : words("none"), (unsigned long long)value);
		break;
	case ATTR_ADDRESS:
	case ATTR_KEY:
	case ATTR_VALUE:
		text_add(out, value ? words("%s memory") : "NULL", cli_glyph(GLYPH_ARROW));
		break;
	case ATTR_STRING:
		text_add(out,
			 !value ? "NULL"
			 : text ? "%s \"%.40s\""
				: "%s text",
			 cli_glyph(GLYPH_ARROW), text);
		break;
	case ATTR_FD:
	case ATTR_TARGET:
		means_fd(s, field, value, out);
		break;
	case ATTR_DEVICE:
		dev = netdev_by_index(s->sim, value);
		text_add(out, dev ? "%s" : words("none"), dev ? dev->name : "");
		break;
	default: /* a number with a name: the name */
		text_init(&named, whole, sizeof(whole));
		attr_text(s, field, attr, &named);
		name = strstr(whole, " = ");
		text_add(out, "%s", name ? name + 3 : whole);
	}
}

/* --- which are listed, and looked at --- */

#define ELEMENT_CMDS                                                                                         \
	(1u << BPF_MAP_LOOKUP_ELEM | 1u << BPF_MAP_UPDATE_ELEM | 1u << BPF_MAP_DELETE_ELEM |                 \
	 1u << BPF_MAP_GET_NEXT_KEY)

/* In the manual page's union bpf_attr. */
static const struct {
	u32 cmds; /* bit n: command n */
	const char *names;
} manual[] = {
	{1u << BPF_MAP_CREATE, " map_type key_size value_size max_entries "},
	{ELEMENT_CMDS, " map_fd key value next_key flags "},
	{1u << BPF_PROG_LOAD,
	 " prog_type insn_cnt insns license log_level log_size log_buf kern_version "},
};

bool attr_in_manual(int cmd, const struct attr_field *field)
{
	char name[40];

	snprintf(name, sizeof(name), " %s ", field->name);
	for (size_t i = 0; i < ARRAY_SIZE(manual); i++)
		if (cmd >= 0 && cmd < 32 && manual[i].cmds & 1u << cmd && strstr(manual[i].names, name))
			return true;
	return false;
}

bool attr_is_read(int cmd, const struct attr_field *field)
{
	if (cmd == BPF_PROG_LOAD)
		return strcmp(field->name, "kern_version") != 0;
	if (cmd == BPF_MAP_DELETE_ELEM)
		return strcmp(field->name, "value") != 0 && strcmp(field->name, "flags") != 0;
	return cmd != BPF_MAP_GET_NEXT_KEY || strcmp(field->name, "flags") != 0;
}

/* --- explained --- */

static const struct {
	s8 cmd; /* -1: of whichever command */
	const char *name, *words;
} fields[] = {
	{BPF_MAP_CREATE, "map_type",
	 "Which kind of map: it decides how elements are stored and found. `bpfwalk maps` lists all kinds."},
	{BPF_MAP_CREATE, "key_size",
	 "Bytes of one key. Every later call and helper copies exactly so many bytes from the address that "
	 "it "
	 "is given."},
	{BPF_MAP_CREATE, "value_size", "Bytes of one value. Per-CPU maps keep one such value for each CPU."},
	{BPF_MAP_CREATE, "max_entries",
	 "How many elements there may be at most. A hash that is full answers E2BIG; an array has them all "
	 "from the beginning."},
	{BPF_MAP_CREATE, "map_flags",
	 "BPF_F_... bits, for example BPF_F_NO_PREALLOC (1): memory for elements is taken when they come."},
	{BPF_MAP_CREATE, "inner_map_fd", "Maps of maps only: a map like those that will be put in."},
	{BPF_MAP_CREATE, "numa_node", "On which memory node to live; only with BPF_F_NUMA_NODE."},
	{BPF_MAP_CREATE, "map_name", "Up to 15 characters that tools show. Two maps may have the same name."},
	{BPF_MAP_CREATE, "map_ifindex", "A network card that keeps the map itself (offload); 0: the kernel."},
	{BPF_MAP_CREATE, "btf_fd",
	 "fd of the types that the next two numbers are ids of. With it tools can show keys and values by "
	 "field."},
	{BPF_MAP_CREATE, "btf_key_type_id", "Which type of that BTF a key has; it must be key_size bytes."},
	{BPF_MAP_CREATE, "btf_value_type_id", "Which type of that BTF a value has: value_size bytes."},
	{BPF_MAP_CREATE, "btf_vmlinux_value_type_id", "struct_ops only: a type of the kernel's own BTF."},
	{BPF_MAP_CREATE, "map_extra", "More for some types: the number of hash functions of a bloom filter."},
	{BPF_PROG_LOAD, "prog_type",
	 "For which kind of hook it is: this decides what r1 points to, which helpers may be called, and "
	 "what "
	 "may be returned. It cannot be changed later."},
	{BPF_PROG_LOAD, "insn_cnt",
	 "How many slots of 8 bytes `insns` has. An instruction takes one, a 64-bit constant (ld_imm64) "
	 "two."},
	{BPF_PROG_LOAD, "insns",
	 "Address of the instructions in the loader's memory. The kernel copies them first; what the loader "
	 "changes there afterwards does not matter."},
	{BPF_PROG_LOAD, "license",
	 "Address of a text. \"GPL\" and the like allow helpers that are for GPL programs only."},
	{BPF_PROG_LOAD, "log_level",
	 "How much the verifier is to write: 0 nothing, 1 the path that fails, 2 every step, 4 what it "
	 "cost."},
	{BPF_PROG_LOAD, "log_size", "Bytes of the buffer for the log. If it is too small: ENOSPC."},
	{BPF_PROG_LOAD, "log_buf", "Where in the loader's memory the log goes; NULL when log_level is 0."},
	{BPF_PROG_LOAD, "kern_version",
	 "Once the kernel version that kprobe programs were made for. 6.1 does not look at it."},
	{BPF_PROG_LOAD, "prog_flags",
	 "BPF_F_... bits, for example BPF_F_SLEEPABLE (16), or BPF_F_STRICT_ALIGNMENT (1)."},
	{BPF_PROG_LOAD, "prog_name", "Up to 15 characters that tools show."},
	{BPF_PROG_LOAD, "prog_ifindex", "A network card that is to run the program itself; 0: the kernel."},
	{BPF_PROG_LOAD, "expected_attach_type",
	 "For some types: the one hook that it will go to. The verifier needs it, since fields and return "
	 "values may depend on it."},
	{BPF_PROG_LOAD, "prog_btf_fd", "fd of the types that func_info and line_info refer to."},
	{BPF_PROG_LOAD, "func_info_rec_size",
	 "Bytes of one record of func_info: so it can grow in later kernels."},
	{BPF_PROG_LOAD, "func_info",
	 "Address of a list: at which instruction a function begins, and its type."},
	{BPF_PROG_LOAD, "func_info_cnt", "Records in that list: one for each function."},
	{BPF_PROG_LOAD, "line_info_rec_size", "Bytes of one record of line_info."},
	{BPF_PROG_LOAD, "line_info",
	 "Address of a list: which line of C an instruction was made from. The verifier's log shows it."},
	{BPF_PROG_LOAD, "line_info_cnt", "Records in that list."},
	{BPF_PROG_LOAD, "attach_btf_id",
	 "fentry, LSM and the like: which function of the kernel, as an id of its BTF."},
	{BPF_PROG_LOAD, "attach_prog_fd", "The program that this one extends or traces; 0: the kernel."},
	{BPF_PROG_LOAD, "core_relo_cnt", "Records of CO-RE relocations, when the kernel is to do them."},
	{BPF_PROG_LOAD, "fd_array", "Address of a list of fds that instructions can refer to by place."},
	{BPF_PROG_LOAD, "core_relos", "Address of CO-RE relocations; libbpf does them by itself, so: NULL."},
	{BPF_PROG_LOAD, "core_relo_rec_size", "Bytes of one record of core_relos."},
	{BPF_BTF_LOAD, "btf", "Address of the type information: the section .BTF of the object file."},
	{BPF_BTF_LOAD, "btf_log_buf", "Where the kernel writes what is wrong with it; NULL: nowhere."},
	{BPF_BTF_LOAD, "btf_size", "Bytes of the type information."},
	{BPF_BTF_LOAD, "btf_log_size", "Bytes of the buffer for the log."},
	{BPF_BTF_LOAD, "btf_log_level", "0: no log."},
	{BPF_LINK_CREATE, "prog_fd", "The program to attach. The link takes a reference of its own to it."},
	{BPF_LINK_CREATE, "target_ifindex", "The network device, by its number in the kernel."},
	{BPF_LINK_CREATE, "attach_type", "The hook. It must fit the type that the program was loaded with."},
	{BPF_LINK_CREATE, "target_fd",
	 "What it is attached to, as an fd: a cgroup's directory, a perf event. 0: the program's own BTF "
	 "target says it."},
	{BPF_LINK_CREATE, "target_btf_id", "For a program that extends another one: which function of it."},
	{BPF_LINK_CREATE, "cookie",
	 "A number that the program can ask for: one program at many places knows where it is."},
	{BPF_LINK_CREATE, "bpf_cookie",
	 "A number that the program can ask for: one program at many places knows where it is."},
	{BPF_RAW_TRACEPOINT_OPEN, "name",
	 "Address of the tracepoint's name; NULL: the program's own BTF target says it."},
	{BPF_RAW_TRACEPOINT_OPEN, "prog_fd",
	 "The program to attach. The link takes a reference of its own to it."},
	{BPF_LINK_CREATE, "flags", "For XDP: in the driver, in the stack (generic), or on the card."},
	{-1, "map_fd",
	 "Which map: an fd of this process. The kernel follows it to the file, and to the map."},
	{-1, "key",
	 "ADDRESS of the key in the process's memory: key_size bytes are copied from there. The number "
	 "itself "
	 "would be taken as an address: EFAULT."},
	{-1, "value",
	 "ADDRESS of the value. Update copies value_size bytes from there, lookup copies them to there."},
	{-1, "next_key", "ADDRESS where the kernel writes the key that comes after `key`."},
	{-1, "flags",
	 "Update: 0 (BPF_ANY) in any case, 1 (BPF_NOEXIST) only if it is new, 2 (BPF_EXIST) only if it is "
	 "there."},
};

void attr_explain(int cmd, const struct attr_field *field, struct text *out)
{
	text_add(out, "%s: ", field->name);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if ((fields[i].cmd == cmd || fields[i].cmd < 0) && strcmp(fields[i].name, field->name) == 0) {
			text_add(out, "%s", words(fields[i].words));
			return;
		}
	}
	text_add(out, "%s", field->doc[0] ? field->doc : words("a field of this command."));
}
