/* Programs as assembler text: see asm_file.h. */
#include <stdio.h>
#include <stdlib.h>

#include "asm_file.h"
#include "file.h"

#define DEFAULT_SECTION "xdp"
#define DEFAULT_LICENSE "GPL"
#define LOG_SIZE 65536
#define LOG_SIZE_STEPS (1u << 24)  /* each step of the walk */

/* --- opening --- */

static bool make_room(struct asm_prog *prog, u32 lines)
{
	prog->insn_cap = 2 * lines;
	prog->label_cap = prog->map_cap = prog->ref_cap = lines;
	prog->insns = calloc(prog->insn_cap, sizeof(*prog->insns));
	prog->insn_lines = calloc(prog->insn_cap, sizeof(*prog->insn_lines));
	prog->labels = calloc(prog->label_cap, sizeof(*prog->labels));
	prog->maps = calloc(prog->map_cap, sizeof(*prog->maps));
	prog->refs = calloc(prog->ref_cap, sizeof(*prog->refs));
	return prog->insns && prog->insn_lines && prog->labels && prog->maps && prog->refs;
}

/* "dir/xdp_pass.asm" is the program xdp_pass, unless the text says .name */
static void take_name(struct asm_file *file, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	u32 len = strcspn(base, ".");

	if (file->prog.name.p) {
		base = file->prog.name.p;
		len = file->prog.name.len;
	}
	snprintf(file->name, sizeof(file->name), "%.*s", (int)len, base);
}

static bool take_section(struct asm_file *file, struct text *error)
{
	char section[64] = DEFAULT_SECTION;
	const struct elf_section_rule *rule;

	if (file->prog.section.p)
		snprintf(section, sizeof(section), "%.*s", (int)file->prog.section.len, file->prog.section.p);
	rule = elf_section_rule(section);
	if (!rule) {
		text_add(error, "section %s says no program type; expected a name such as xdp, tc or socket",
			 section);
		return false;
	}
	file->prog_type = rule->prog_type;
	file->expected_attach_type = rule->attach_type;
	return true;
}

/* Whether it is text at all: bytes of another kind of file would only be shown as garbage. */
static bool is_text(const struct asm_file *file, const char *path, struct text *error)
{
	const char *zero = memchr(file->text, 0, file->len);

	if (zero)
		text_add(error, "%s: %s, expected assembler text (a zero byte at offset %llu)", path,
			 memcmp(file->text, "\177ELF", 4) ? "neither an ELF object nor text" : "an ELF file",
			 (unsigned long long)(zero - file->text));
	return !zero;
}

static int read_program(struct asm_file *file, const char *path, struct text *error)
{
	if (!is_text(file, path, error))
		return -EINVAL;
	if (!make_room(&file->prog, asm_lines(file->text, file->len) + 1)) {
		text_add(error, "%s: no memory", path);
		return -ENOMEM;
	}
	if (asm_read(&file->prog, file->text, file->len)) {
		asm_error_show(&file->prog.error, path, file->text, file->len, error);
		return -EINVAL;
	}
	if (!file->prog.insn_count) {
		text_add(error, "%s: no instructions in it", path);
		return -EINVAL;
	}
	take_name(file, path);
	return take_section(file, error) ? 0 : -EINVAL;
}

int asm_file_open(struct asm_file *file, const char *path, struct text *error)
{
	struct why why;
	int err;

	memset(file, 0, sizeof(*file));
	file->text = (char *)file_read(path, &file->len, &why);
	if (!file->text) {
		text_add(error, "%s", why.text);
		return -EINVAL;
	}
	err = read_program(file, path, error);
	if (err)
		asm_file_close(file);
	return err;
}

void asm_file_close(struct asm_file *file)
{
	free(file->text);
	free(file->prog.insns);
	free(file->prog.insn_lines);
	free(file->prog.labels);
	free(file->prog.maps);
	free(file->prog.refs);
	memset(file, 0, sizeof(*file));
}

/* --- loading --- */

int asm_load_begin(struct asm_load *load, const struct asm_file *file, struct user_memory *user)
{
	*load = (struct asm_load){.file = file, .user = user, .prog_fd = -1, .log_level = 1};
	load->map_fd = calloc(file->prog.map_count + 1, sizeof(*load->map_fd));
	return load->map_fd ? 0 : -ENOMEM;
}

static u32 map_type_by_name(const struct asm_span *name)
{
	for (u32 i = 0; i < map_types_count; i++)
		if (map_types[i] && strlen(map_types[i]->name) == name->len &&
		    !memcmp(map_types[i]->name, name->p, name->len))
			return i;
	return BPF_MAP_TYPE_UNSPEC;
}

static void prepare_map(struct asm_load *load, const struct asm_map *map)
{
	load->cmd = BPF_MAP_CREATE;
	load->size = ATTR_END(map_extra);
	load->attr.map_type = map_type_by_name(&map->type);
	load->attr.key_size = map->key_size;
	load->attr.value_size = map->value_size;
	load->attr.max_entries = map->max_entries;
	load->attr.map_flags = map->flags;
	memcpy(load->attr.map_name, map->name.p, min_u64(map->name.len, BPF_OBJ_NAME_LEN - 1));
}

/* The instructions with map fds filled in, on the user's heap: their address, 0 without memory. */
static u64 put_insns(const struct asm_load *load)
{
	const struct asm_prog *prog = &load->file->prog;
	struct bpf_insn *insns = malloc((prog->insn_count + 1) * sizeof(*insns));
	u64 at;

	if (!insns)
		return 0;
	memcpy(insns, prog->insns, prog->insn_count * sizeof(*insns));
	for (u32 i = 0; i < prog->ref_count; i++)
		insns[prog->refs[i].insn].imm = load->map_fd[prog->refs[i].map];
	at = user_put(load->user, insns, prog->insn_count * sizeof(*insns));
	free(insns);
	return at;
}

static void prepare_program(struct asm_load *load)
{
	const struct asm_file *file = load->file;
	char license[64] = DEFAULT_LICENSE;

	if (file->prog.license.p)
		snprintf(license, sizeof(license), "%.*s", (int)file->prog.license.len, file->prog.license.p);
	load->cmd = BPF_PROG_LOAD;
	load->size = ATTR_END(core_relo_rec_size);
	load->attr.prog_type = file->prog_type;
	load->attr.expected_attach_type = file->expected_attach_type;
	load->attr.insn_cnt = file->prog.insn_count;
	load->attr.insns = put_insns(load);
	load->attr.license = user_put(load->user, license, strlen(license) + 1);
	load->attr.log_level = load->log_level;
	load->attr.log_size = load->log_level > 1 ? LOG_SIZE_STEPS : LOG_SIZE;
	load->attr.log_buf = load->log_at = user_alloc(load->user, load->attr.log_size);
	memcpy(load->attr.prog_name, file->name, BPF_OBJ_NAME_LEN);
}

bool asm_load_next(struct asm_load *load)
{
	u32 maps = load->file->prog.map_count;

	if (load->failed || load->next > maps)
		return false;
	user_reset(load->user);
	memset(&load->attr, 0, sizeof(load->attr));
	if (load->next < maps)
		prepare_map(load, &load->file->prog.maps[load->next]);
	else
		prepare_program(load);
	load->uattr = user_put_attr(load->user, &load->attr, load->size);
	return true;
}

void asm_load_done(struct asm_load *load, s64 result)
{
	if (result < 0)
		load->failed = true;
	else if (load->next < load->file->prog.map_count)
		load->map_fd[load->next] = result;
	else
		load->prog_fd = result;
	load->next++;
}

void asm_load_end(struct asm_load *load)
{
	free(load->map_fd);
	load->map_fd = NULL;
}
