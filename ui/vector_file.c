/* Reading files of vectors: see vector.h. */
#include <stdlib.h>
#include <zlib.h>

#include "vector.h"

#define LINE_MAX_BYTES (1u << 28)

const char *vector_str(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? text : "";
}

s64 vector_int(const json_t *object, const char *field)
{
	const json_t *value = json_object_get(object, field);

	return json_is_boolean(value) ? json_is_true(value) : json_integer_value(value);
}

struct line {
	char *text;
	size_t len, room;
};

static bool make_room(struct line *line)
{
	size_t room = line->room ? line->room * 2 : 1 << 16;
	char *text = room <= LINE_MAX_BYTES ? realloc(line->text, room) : NULL;

	if (!text)
		return false;
	line->text = text;
	line->room = room;
	return true;
}

/* 1: a line; 0: the end of the file; -errno. */
static int read_line(gzFile file, struct line *line)
{
	line->len = 0;
	for (;;) {
		size_t added;

		if (line->len + 1 >= line->room && !make_room(line))
			return -ENOMEM;
		if (!gzgets(file, line->text + line->len, line->room - line->len))
			return gzeof(file) ? line->len > 0 : -EIO;
		added = strlen(line->text + line->len);
		if (!added) /* a zero byte: no text */
			return -EILSEQ;
		line->len += added;
		if (line->len && line->text[line->len - 1] == '\n')
			return 1;
	}
}

static int each_line(gzFile file, const char *path, struct why *why,
		     int (*fn)(void *ctx, const json_t *vector), void *ctx)
{
	struct line line = {0};
	unsigned number = 0;
	int err;

	while ((err = read_line(file, &line)) > 0) {
		json_error_t error;
		json_t *vector = json_loads(line.text, 0, &error);

		number++;
		if (!json_is_object(vector)) {
			err = sim_fail(why, -EINVAL, "%s, line %u: not a vector: %s", path, number,
				       vector ? "no object" : error.text);
			json_decref(vector);
			break;
		}
		err = fn(ctx, vector);
		json_decref(vector);
		if (err)
			break;
	}
	if (err == -EILSEQ)
		err = sim_fail(why, err, "%s, line %u: a zero byte, expected JSON", path, number + 1);
	else if (err < 0 && !why->err)
		err = sim_fail(why, err, "%s, line %u: cannot be read (%s)", path, number + 1,
			       errno_name(err));
	free(line.text);
	return err;
}

int vector_each(const char *path, struct why *why, int (*fn)(void *ctx, const json_t *vector), void *ctx)
{
	gzFile file = gzopen(path, "rb");
	int err;

	*why = (struct why){0};
	if (!file)
		return sim_fail(why, -errno, "%s: %s", path, strerror(errno));
	err = each_line(file, path, why, fn, ctx);
	gzclose(file);
	return err;
}
