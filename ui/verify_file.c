/* All programs of a file, each loaded into a machine of its own: see verify.h. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "verify.h"

static int prepare(const struct verify_options *o, struct session *session, struct text *error)
{
	struct why why;
	int err = o->sysctl ? session_sysctl(session, o->sysctl, &why) : 0;

	if (!err && o->unprivileged)
		err = session_drop_privileges(session, &why);
	if (err)
		text_add(error, "%s", why.text);
	return err;
}

/* The kernel or the loader said no before PROG_LOAD. */
static int not_reached(const char *name, const char *message, json_t *list)
{
	if (list)
		json_array_append_new(
			list, json_pack("{s:s, s:b, s:s}", "name", name, "accepted", 0, "message", message));
	else
		printf("%s%s%s: not loaded: %s\n\n", cli_paint(PAINT_HEAD), name, cli_paint(PAINT_END),
		       message);
	return CLI_REFUSED;
}

static int verify_in(struct session *session, const struct verify_options *o, const struct program_file *file,
		     json_t *list)
{
	char message[PROGRAM_ERROR] = "";
	struct text error;
	struct verify v;
	int status;

	text_init(&error, message, sizeof(message));
	if (prepare(o, session, &error))
		return cli_error("%s", message);
	if (verify_program(&v, session, file, o->log_level, &error)) {
		verify_free(&v);
		return not_reached(program_name(file), message, list);
	}
	if (list)
		json_array_append_new(list, verify_json(&v, program_name(file), o->trace));
	else if (o->explain)
		verify_tell_explained(&v, program_name(file));
	else
		verify_tell(&v, program_name(file), o->trace);
	status = v.result < 0 ? CLI_REFUSED : CLI_OK;
	verify_free(&v);
	return status;
}

static int verify_one(const struct verify_options *o, const struct program_file *file, json_t *list)
{
	struct session session;
	struct why why;
	int status;

	if (session_open(&session, &why))
		return cli_error("%s", why.text);
	status = verify_in(&session, o, file, list);
	session_close(&session);
	return status;
}

static int verify_named(const struct verify_options *o, const char *program, json_t *list)
{
	char message[PROGRAM_ERROR];
	struct program_file file;
	struct text error;
	int status;

	text_init(&error, message, sizeof(message));
	if (program_open(&file, o->file, program, &error))
		return cli_error("%s", message);
	status = verify_one(o, &file, list);
	program_close(&file);
	return status;
}

/* The names of all programs, to be freed; NULL: one program that needs no name. */
static char **program_names(const struct verify_options *o, u32 *count)
{
	char message[PROGRAM_ERROR];
	struct program_file file;
	struct text error;
	char **names = NULL;

	*count = 0;
	text_init(&error, message, sizeof(message));
	if (o->program || program_open(&file, o->file, NULL, &error))
		return NULL;
	if (file.elf)
		names = calloc(file.elf->program_count + 1, sizeof(*names));
	for (u32 i = 0; names && i < file.elf->program_count; i++)
		if (!file.elf->programs[i].subprog)
			names[(*count)++] = strdup(file.elf->programs[i].name);
	program_close(&file);
	return names;
}

int verify_file(const struct verify_options *o)
{
	json_t *list = o->json ? json_array() : NULL, *document;
	u32 count;
	char **names = program_names(o, &count);
	int status = CLI_OK;

	if (!count)
		status = verify_named(o, o->program, list);
	for (u32 i = 0; i < count; i++) {
		int one = verify_named(o, names[i], list);

		status = one > status ? one : status;
		free(names[i]);
	}
	free(names);
	if (list) {
		document = json_pack("{s:s, s:o}", "file", o->source ? o->source : o->file, "programs", list);
		json_dumpf(document, stdout, JSON_INDENT(2));
		printf("\n");
		json_decref(document);
	}
	return status;
}
