/* The verbs of `map`, and the way from a line of words to one of them: see map_command.h. */
#include <ctype.h>
#include <stdlib.h>

#include "map_ask.h"
#include "map_command.h"
#include "map_summary.h"

struct verb {
	const char *name, *usage, *doc;
	s64 (*run)(struct ask *a);
};

/* --- the map itself --- */

static s64 do_pin(struct ask *a)
{
	struct session *s = a->call.w->session;
	union bpf_attr attr = {0};
	s64 err;

	if (!a->rest || a->rest[0] != '/')
		return map_needs(a, "a PATH below " BPFFS_ROOT);
	user_reset(s->user);
	attr.pathname = user_put(s->user, a->rest, strlen(a->rest) + 1);
	attr.bpf_fd = a->call.fd;
	err = walk_bpf(a->call.w, BPF_OBJ_PIN, user_put_attr(s->user, &attr, ATTR_END(file_flags)),
		       ATTR_END(file_flags));
	if (err)
		a->call.why = s->sim->why;
	return err;
}

static s64 do_freeze(struct ask *a)
{
	struct session *s = a->call.w->session;
	union bpf_attr attr = {.map_fd = a->call.fd};
	s64 err;

	user_reset(s->user);
	err = walk_bpf(a->call.w, BPF_MAP_FREEZE, user_put_attr(s->user, &attr, sizeof(attr.map_fd)),
		       sizeof(attr.map_fd));
	if (err)
		a->call.why = s->sim->why;
	return err;
}

/* As bpftool prints it; `show` is of one map what `list` is of all. */
static void print_info(FILE *out, const struct bpf_map_info *info)
{
	const char *type = map_type_name(info->type);

	fprintf(out, "%u: %s  name %s  flags 0x%x\n", info->id, type ? type : "?", info->name,
		info->map_flags);
	fprintf(out, "\tkey %uB  value %uB  max_entries %u\n", info->key_size, info->value_size,
		info->max_entries);
	if (info->btf_id)
		fprintf(out, "\tbtf_id %u\n", info->btf_id);
}

static s64 do_show(struct ask *a)
{
	struct session *s = a->call.w->session;
	struct bpf_map_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = a->call.fd, .info_len = sizeof(info)}};
	char buf[256];
	struct text text;
	s64 err;

	user_reset(s->user);
	attr.info.info = user_put(s->user, &info, sizeof(info));
	err = walk_bpf(a->call.w, BPF_OBJ_GET_INFO_BY_FD, user_put_attr(s->user, &attr, ATTR_END(info)),
		       ATTR_END(info));
	if (err) {
		a->call.why = s->sim->why;
		return err;
	}
	user_read(s->user, &info, attr.info.info, sizeof(info));
	print_info(a->out, &info);
	text_init(&text, buf, sizeof(buf));
	map_summary_text(s->sim, a->call.map, &text);
	fprintf(a->out, "\t(%s)\n", buf);
	return 0;
}

static s64 do_list(struct ask *a)
{
	struct walk *w = a->call.w;
	struct session *s = w->session;
	FILE *out = a->out;
	s64 err = 0;
	u32 id = 0;

	for (;;) {
		union bpf_attr attr = {.start_id = id};
		char name[32];

		user_reset(s->user);
		if (walk_bpf(w, BPF_MAP_GET_NEXT_ID, user_put_attr(s->user, &attr, ATTR_END(open_flags)),
			     ATTR_END(open_flags)))
			return err;
		user_read(s->user, &attr, USER_STACK, sizeof(attr));
		id = attr.next_id;
		snprintf(name, sizeof(name), "id %u", id);
		err = map_call_begin(&a->call, w, name);
		if (!err)
			err = do_show(a);
		map_call_end(&a->call);
		if (err)
			return err;
		a->out = out;
	}
}

static const struct verb verbs[] = {
	{"list", "", "all maps, with their four values", do_list},
	{"show", "[MAP]", "one of them, and which one the pane `map` draws", do_show},
	{"dump", "MAP", "all elements, by GET_NEXT_KEY and LOOKUP_ELEM", map_do_dump},
	{"lookup", "MAP key KEY", "LOOKUP_ELEM", map_do_lookup},
	{"update", "MAP key KEY value VALUE [any|exist|noexist]", "UPDATE_ELEM", map_do_update},
	{"delete", "MAP key KEY", "DELETE_ELEM", map_do_delete},
	{"getnext", "MAP [key KEY]", "GET_NEXT_KEY: without a key the first one", map_do_getnext},
	{"push", "MAP value VALUE", "UPDATE_ELEM without a key; into a user_ringbuf: through its mapping",
	 map_do_push},
	{"enqueue", "MAP value VALUE", "the same", map_do_push},
	{"pop", "MAP [key KEY]", "LOOKUP_AND_DELETE_ELEM", map_do_pop},
	{"dequeue", "MAP [key KEY]", "the same", map_do_pop},
	{"peek", "MAP [value VALUE]", "LOOKUP_ELEM without a key; of a bloom_filter: is VALUE in it?",
	 map_do_peek},
	{"pin", "MAP PATH", "OBJ_PIN: a name below " BPFFS_ROOT " that keeps it alive", do_pin},
	{"freeze", "MAP", "MAP_FREEZE: no more writes by system calls", do_freeze},
};

bool map_verb(u32 i, const char **name, const char **usage, const char **doc)
{
	if (i >= ARRAY_SIZE(verbs))
		return false;
	*name = verbs[i].name;
	*usage = verbs[i].usage;
	*doc = verbs[i].doc;
	return true;
}

static const struct verb *find_verb(const char *line, size_t *len)
{
	*len = strcspn(line, " ");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strlen(verbs[i].name) == *len && strncmp(verbs[i].name, line, *len) == 0)
			return &verbs[i];
	return NULL;
}

bool map_is_command(const char *line)
{
	size_t len;

	return find_verb(line, &len);
}

/* --- the line --- */

/* A word of @text that stands alone, outside of brackets and quotes; NULL: it does not occur. */
static char *find_word(char *text, const char *word)
{
	size_t n = strlen(word);
	int depth = 0;

	for (char *at = text; *at; at++) {
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		if (*at == '"')
			at = strchr(at + 1, '"') ?: at;
		if (!depth && at > text && isspace((u8)at[-1]) && strncmp(at, word, n) == 0 &&
		    (!at[n] || isspace((u8)at[n])))
			return at;
	}
	return NULL;
}

static char *trim(char *text)
{
	size_t n;

	while (isspace((u8)*text))
		text++;
	for (n = strlen(text); n && isspace((u8)text[n - 1]);)
		text[--n] = 0;
	return text;
}

/* Cuts @text at @word and returns what stands behind it. */
static char *cut_at(char *text, const char *word)
{
	char *at = find_word(text, word);

	if (!at)
		return NULL;
	*at = 0;
	return trim(at + strlen(word));
}

static void take_flags(struct ask *a, char *text)
{
	static const struct {
		const char *word;
		u64 flags;
	} known[] = {{"noexist", BPF_NOEXIST}, {"exist", BPF_EXIST}, {"any", BPF_ANY}};

	for (size_t i = 0; text && i < ARRAY_SIZE(known); i++)
		if (cut_at(text, known[i].word)) {
			a->flags = known[i].flags;
			return;
		}
}

/* MAP [REST] [key KEY] [value VALUE [FLAGS]] */
static void take_words(struct ask *a, char *line)
{
	char *value = cut_at(line, "value"), *key = cut_at(line, "key"), *rest;

	take_flags(a, value);
	a->value = value ? trim(value) : NULL;
	a->key = key ? trim(key) : NULL;
	line = trim(line);
	rest = strrchr(line, ' ');
	if (rest && rest[1] == '/' && strncmp(line, "pinned ", 7) != 0) {
		*rest = 0;
		a->rest = rest + 1;
	}
	snprintf(a->map, sizeof(a->map), "%s", trim(line));
}

static int unknown(const char *line, struct why *why)
{
	char list[200];
	struct text text;

	text_init(&text, list, sizeof(list));
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		text_add(&text, " %s", verbs[i].name);
	return sim_fail(why, -EINVAL, "'%.20s': expected one of:%s", line, list);
}

int map_command(struct walk *w, const char *line, FILE *out, struct why *why)
{
	char copy[MAP_TEXT_MAX];
	struct ask a = {.out = out};
	size_t len;
	const struct verb *verb = find_verb(line, &len);
	bool refused = w->refused; /* that there is no next key or id is no refusal, but the end */
	s64 result;

	if (!verb)
		return unknown(line, why);
	/* a space before the words: each of them begins behind one */
	snprintf(copy, sizeof(copy), " %s", line + len);
	take_words(&a, copy);
	a.call.w = w;
	if (!a.map[0] && verb->run != do_list && verb->run != do_show)
		return sim_fail(why, -EINVAL, "expected %s", verb->usage);
	result = verb->run == do_list || !a.map[0] ? do_list(&a) : map_call_begin(&a.call, w, a.map);
	if (a.map[0] && verb->run != do_list) {
		result = result ? result : verb->run(&a);
		map_call_end(&a.call);
	}
	w->refused = refused || result < 0;
	if (result < 0)
		*why = a.call.why;
	return result < 0 ? result : 0;
}
