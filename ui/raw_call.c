/* System calls word for word: see raw_call.h. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "attr.h"
#include "program.h"
#include "raw_call.h"

#define POINTED_MAX 8     /* &VALUE in one call */
#define BYTES_MAX 4096u   /* of one */
#define PLAIN_BYTES 8u    /* of &N without a map */

struct raw {
	struct walk *w;
	int cmd;
	const struct attr_field *fields;
	union bpf_attr attr;
	u64 size; /* of the attr; 0: not given */
	struct {
		const struct attr_field *field;
		u64 at;
		u32 len;
	} pointed[POINTED_MAX];
	u32 count;
	struct why *why;
};

int raw_call_command(const char *name)
{
	if (strncasecmp(name, "bpf_", 4) == 0)
		name += 4;
	for (u32 cmd = 0; cmd < bpf_commands_count; cmd++)
		if (bpf_commands[cmd].name && strcasecmp(bpf_commands[cmd].name, name) == 0)
			return cmd;
	return -1;
}

/* --- fields --- */

static const struct attr_field *find_field(struct raw *r, const char *name, size_t len)
{
	char all[400];
	struct text text;

	for (const struct attr_field *f = r->fields; f && f->name; f++)
		if (strlen(f->name) == len && memcmp(f->name, name, len) == 0)
			return f;
	text_init(&text, all, sizeof(all));
	for (const struct attr_field *f = r->fields; f && f->name; f++)
		text_add(&text, " %s", f->name);
	sim_fail(r->why, -EINVAL, "%s has no field '%.*s'; it has:%s, and size", bpf_commands[r->cmd].name,
		 (int)min_u64(len, 40), name, all);
	return NULL;
}

static void put_number(struct raw *r, const struct attr_field *field, u64 value)
{
	memcpy((u8 *)&r->attr + field->offset, &value, min_u64(field->size, sizeof(value)));
}

static int parse_number(struct raw *r, const char *text, u64 *value)
{
	char *end;

	*value = strtoull(text, &end, 0);
	if (!isdigit((u8)text[*text == '-']) || *end)
		return sim_fail(r->why, -EINVAL, "'%.60s': expected a number, or & and a value", text);
	return 0;
}

/* "hash" or "BPF_MAP_TYPE_HASH" */
static int parse_type(struct raw *r, const struct attr_field *field, const char *text, u64 *value)
{
	bool map = field->kind == ATTR_MAP_TYPE;
	const char *prefix = map ? "BPF_MAP_TYPE_" : "BPF_PROG_TYPE_";
	size_t n = strlen(prefix);

	if (strncasecmp(text, prefix, n) == 0)
		text += n;
	for (u32 type = 0; type < 64; type++) {
		const struct prog_type *prog = map ? NULL : prog_type_by_id(type);
		const char *name = map ? map_type_name(type) : prog ? prog->name : NULL;

		if (name && strcasecmp(name, text) == 0) {
			*value = type;
			return 0;
		}
	}
	return parse_number(r, text, value);
}

/* --- &VALUE --- */

static u32 parse_bytes(const char *text, u8 *out)
{
	unsigned value;
	u32 n = 0;
	int len;

	for (; n < BYTES_MAX && sscanf(text, " %2x%n", &value, &len) == 1; text += len)
		out[n++] = value;
	text += strspn(text, " ");
	return strcmp(text, "}") == 0 ? n : 0;
}

/* How many bytes the kernel will take there: of the map that map_fd names. */
static u32 expected_len(const struct raw *r, const struct attr_field *field)
{
	const struct obj *obj = session_object(r->w->session, r->attr.map_fd);
	const struct map *map;

	if ((field->kind != ATTR_KEY && field->kind != ATTR_VALUE) || !obj || obj->kind != OBJ_MAP)
		return PLAIN_BYTES;
	map = container_of(obj, struct map, obj);
	if (field->kind == ATTR_KEY)
		return min_u64(map->k.key_size, BYTES_MAX);
	return min_u64(map_user_value_size(r->w->session->sim, map), BYTES_MAX);
}

static int parse_pointed(struct raw *r, const struct attr_field *field, const char *text)
{
	u8 bytes[BYTES_MAX] = {0};
	size_t len = strlen(text);
	u64 number;

	if (r->count == POINTED_MAX)
		return sim_fail(r->why, -E2BIG, "more than %d values behind &", POINTED_MAX);
	if (text[0] == '{') {
		len = parse_bytes(text + 1, bytes);
	} else if (text[0] == '"' && len >= 2 && text[len - 1] == '"') {
		len = min_u64(len - 1, BYTES_MAX);
		memcpy(bytes, text + 1, len - 1);
	} else {
		if (parse_number(r, text, &number))
			return -EINVAL;
		len = expected_len(r, field);
		memcpy(bytes, &number, min_u64(len, sizeof(number)));
	}
	if (!len)
		return sim_fail(r->why, -EINVAL, "'&%.60s': expected &NUMBER, &{06 00 ...} or &\"text\"",
				text);
	r->pointed[r->count].field = field;
	r->pointed[r->count].len = len;
	r->pointed[r->count].at = user_put(r->w->session->user, bytes, len);
	put_number(r, field, r->pointed[r->count++].at);
	return 0;
}

/* --- words --- */

static int take_field(struct raw *r, const char *name, size_t len, const char *text)
{
	const struct attr_field *field;
	u64 value;
	int err;

	if (len == 4 && memcmp(name, "size", 4) == 0) {
		err = parse_number(r, text, &r->size);
		return err || r->size <= USER_STACK_SIZE ? err
			: sim_fail(r->why, -E2BIG, "size=%s: expected at most %u", text, USER_STACK_SIZE);
	}
	field = find_field(r, name, len);
	if (!field)
		return -EINVAL;
	if (text[0] == '&')
		return parse_pointed(r, field, text + 1);
	if (field->kind == ATTR_NAME) {
		memcpy((u8 *)&r->attr + field->offset, text, min_u64(strlen(text), field->size));
		return 0;
	}
	err = field->kind == ATTR_MAP_TYPE || field->kind == ATTR_PROG_TYPE
		? parse_type(r, field, text, &value) : parse_number(r, text, &value);
	if (!err)
		put_number(r, field, value);
	return err;
}

/* The end of a word: spaces between braces or quotes belong to it. */
static const char *word_end(const char *at)
{
	char until = 0;

	for (; *at && (until || !isspace((u8)*at)); at++)
		if (until)
			until = *at == until ? 0 : until;
		else
			until = *at == '{' ? '}' : *at == '"' ? '"' : 0;
	return at;
}

static int take_words(struct raw *r, const char *line)
{
	while (*(line += strspn(line, " \t,"))) {
		const char *end = word_end(line), *equals = memchr(line, '=', end - line);
		char text[BYTES_MAX];
		int err;

		if (!equals)
			return sim_fail(r->why, -EINVAL, "'%.*s': expected FIELD=VALUE",
					(int)min_u64(end - line, 60), line);
		snprintf(text, sizeof(text), "%.*s", (int)(end - equals - 1), equals + 1);
		err = take_field(r, line, equals - line, text);
		if (err)
			return err;
		line = end;
	}
	return 0;
}

/* --- the call --- */

static u64 attr_size(const struct raw *r)
{
	u64 end = 0;

	for (const struct attr_field *f = r->fields; f && f->name; f++)
		end = f->offset + f->size > end ? f->offset + f->size : end;
	return r->size ? r->size : end;
}

static void print_memory(const struct raw *r, FILE *out)
{
	for (u32 i = 0; i < r->count; i++) {
		const u8 *bytes = user_at(r->w->session->user, r->pointed[i].at, r->pointed[i].len);
		u32 shown = min_u64(r->pointed[i].len, 32);

		fprintf(out, "%s at 0x%llx:", r->pointed[i].field->name,
			(unsigned long long)r->pointed[i].at);
		for (u32 k = 0; bytes && k < shown; k++)
			fprintf(out, " %02x", bytes[k]);
		fprintf(out, shown < r->pointed[i].len ? " ... (%u bytes)\n" : "\n", r->pointed[i].len);
	}
}

static void make_call(struct raw *r, FILE *out)
{
	struct session *s = r->w->session;
	u64 size = attr_size(r), uattr;
	u8 attr[USER_STACK_SIZE] = {0};
	s64 result;

	memcpy(attr, &r->attr, min_u64(size, sizeof(r->attr)));
	uattr = user_put_attr(s->user, attr, size);
	result = walk_bpf(r->w, r->cmd, uattr, size);
	fprintf(out, "bpf(BPF_%s, attr, %llu) = ", bpf_commands[r->cmd].name, (unsigned long long)size);
	if (result < 0)
		fprintf(out, "-1 %s: %s\n", errno_name(result), s->sim->why.text);
	else
		fprintf(out, "%lld\n", (long long)result);
	print_memory(r, out);
}

int raw_call(struct walk *w, const char *line, FILE *out, struct why *why)
{
	struct raw r = {.w = w, .why = why};
	char name[48] = "";
	int len = 0, err;

	sscanf(line, " %47[A-Za-z_] %n", name, &len);
	r.cmd = raw_call_command(name);
	if (r.cmd < 0)
		return sim_fail(
			why, -EINVAL,
			"'%.40s' is no command of bpf(2); expected one like map_create, and FIELD=VALUE ...",
			*name ? name : line);
	user_reset(w->session->user);
	r.fields = attr_fields(r.cmd, &r.attr);
	err = take_words(&r, line + len);
	if (!err)
		make_call(&r, out);
	return err;
}
