/*
 * A function of a program in user space is called: uprobes.
 *
 * Simplified: files of the simulated machine have no contents, so where a function lies in its file is made of its name; a library
 * that is named without its directory lies in /usr/lib/x86_64-linux-gnu, a program in /usr/bin.
 */
#include "happening_kinds.h"
#include "world.h"

enum { U_FILE = V_F0, U_OFFSET, U_A0, U_TEXT = V_F7 };
enum { U_FUNC = V_X0 };

static const struct happening_field fields[] = {
	{"file", "the program or library that has it, FILE or FILE:FUNCTION", FIELD_TEXT, 0, "/bin/bash"},
	{"offset", "of the function in that file, when it is not named", FIELD_NUMBER, 0, NULL},
	{"a0", "its arguments", FIELD_NUMBER, 0, NULL},
	{"a1", "", FIELD_NUMBER, 0, NULL},
	{"a2", "", FIELD_NUMBER, 0, NULL},
	{"a3", "", FIELD_NUMBER, 0, NULL},
	{"a4", "", FIELD_NUMBER, 0, NULL},
	{"text", "a string in its memory: a0 and ret are its address, unless they are given", FIELD_TEXT, 0, ""},
	{0},
};

u64 user_function_offset(const char *name)
{
	u32 hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (u8)*name) * 16777619u;
	return 0x1000 + (hash & 0xfff0) * 8;
}

void user_function_file(const char *file, size_t len, struct text *out)
{
	bool library = false;

	for (size_t i = 0; i + 3 <= len; i++)
		library = library || !strncmp(file + i, ".so", 3);
	if (!memchr(file, '/', len))
		text_add(out, library ? "/usr/lib/x86_64-linux-gnu/" : "/usr/bin/");
	text_add(out, "%.*s", (int)len, file);
}

/* "FILE:FUNCTION" becomes the file's path, the function's name and its offset. */
static int split(struct sim *sim, struct happening *h)
{
	const char *file = (const char *)h->value[U_FILE], *colon = strchr(file, ':');
	char path[HAPPENING_TEXT];
	struct text text;

	text_init(&text, path, sizeof(path));
	user_function_file(file, colon ? (size_t)(colon - file) : strlen(file), &text);
	h->value[U_FILE] = happening_text(sim, h, path);
	if (colon) {
		h->value[U_FUNC] = happening_text(sim, h, colon + 1);
		h->value[U_OFFSET] = user_function_offset(colon + 1);
	}
	return h->value[U_FILE] && (!colon || h->value[U_FUNC]) ? 0 : -ENOMEM;
}

static int prepare(struct sim *sim, struct happening *h)
{
	const char *text = (const char *)h->value[U_TEXT];
	int err = split(sim, h);
	u64 at;

	if (err || !happening_given(h, U_TEXT))
		return err;
	at = happening_user(sim, h, text, strlen(text) + 1);
	if (!happening_given(h, U_A0))
		h->value[U_A0] = at;
	if (!h->ret_given)
		h->value[V_RET] = at;
	return at ? 0 : -ENOMEM;
}

static const struct happening_step steps[] = {
	{0, STEP_USER, "user", .arg = {U_A0, V_F3, V_F4, V_F5, V_F6}, .ret = V_RET},
	{0},
};

const struct happening_kind happening_ucall = {
	.name = "ucall",
	.doc = "a program in user space calls one of its functions",
	.example = "ucall pid=1000 file=/bin/bash:readline text=\"ls -l\"",
	.nr = -1,
	.fields = fields,
	.steps = steps,
	.prepare = prepare,
};
