/*
 * json_at PATH: the value at a path ("runs.0.action") of the JSON document on standard input; an array gives
 * its length. For test scripts.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *step(json_t *at, const char *key)
{
	if (json_is_array(at))
		return json_array_get(at, strtoul(key, NULL, 10));
	return json_object_get(at, key);
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *document = json_loadf(stdin, JSON_DECODE_ANY, &error), *at = document;
	char *text;

	if (!at || argc != 2) {
		fprintf(stderr, "json_at: %s\n", at ? "expected one path" : error.text);
		return 1;
	}
	for (char *key = strtok(argv[1], "."); key && at; key = strtok(NULL, "."))
		at = step(at, key);
	if (json_is_array(at)) {
		printf("%zu\n", json_array_size(at));
	} else if (json_is_string(at)) {
		puts(json_string_value(at));
	} else if (at && (text = json_dumps(at, JSON_ENCODE_ANY | JSON_COMPACT))) {
		puts(text);
		free(text);
	}
	json_decref(document);
	return at ? 0 : 1;
}
