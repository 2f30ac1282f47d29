/* The three forms of a program, loaded: see forms.h. */
#include <stdio.h>

#include "forms.h"

/* --- loading, without a word --- */

static void no_call(struct walk *w, const struct walk_call *call)
{
	(void)w, (void)call;
}

static void no_end(struct walk *w)
{
	(void)w;
}

static const struct walk_view silent = {.call = no_call, .end = no_end};

/* The program's fd, or -errno. *refused: the kernel said no. */
static s64 load(struct forms *f, bool *refused, struct text *error)
{
	struct walk w;
	s64 fd;

	walk_begin(&w, &f->session, &silent, NULL);
	fd = program_load(&f->file, &w, error);
	*refused = w.refused;
	walk_end(&w);
	return fd;
}

static const struct prog *prog_of_fd(struct forms *f, s64 fd)
{
	return container_of(session_object(&f->session, fd), struct prog, obj);
}

u32 forms_code_size(const struct prog *prog)
{
	u32 size = 0;

	for (u32 i = 0; i < look_images(prog); i++)
		size += look_image(prog, i)->size;
	return size;
}

static int set_up(struct forms *f, const struct forms_request *request, struct text *error)
{
	struct why why;
	int err = 0;

	for (u32 i = 0; i < request->sysctls && !err; i++)
		err = session_sysctl(&f->session, request->sysctl[i], &why);
	if (!err && request->unprivileged)
		err = session_drop_privileges(&f->session, &why);
	if (err)
		text_add(error, "%s", why.text);
	return err;
}

/* Twice when there are mitigations: what they cost is seen beside the same program without them. */
static int load_forms(struct forms *f, const struct forms_request *request, struct text *error)
{
	bool refused;
	s64 fd = load(f, &refused, error);

	if (fd >= 0 && request->mitigations) {
		f->size_without = forms_code_size(prog_of_fd(f, fd));
		sim_sysctl(f->sim, "bpfwalk.mitigations", request->mitigations);
		fd = load(f, &refused, error);
	}
	if (fd < 0)
		return refused ? 1 : fd;
	f->prog = prog_of_fd(f, fd);
	return 0;
}

static int in_session(struct forms *f, const struct forms_request *request, struct text *error)
{
	struct why why;
	int err;

	if (session_open(&f->session, &why)) {
		text_add(error, "%s", why.text);
		return -ENOMEM;
	}
	f->sim = f->session.sim;
	err = set_up(f, request, error);
	if (!err)
		err = load_forms(f, request, error);
	if (err)
		session_close(&f->session);
	return err;
}

int forms_open(struct forms *f, const struct forms_request *request, struct text *error)
{
	int err;

	memset(f, 0, sizeof(*f));
	err = program_open(&f->file, request->path, request->program, error);
	if (err)
		return err < 0 ? err : -EINVAL;
	err = in_session(f, request, error);
	if (err)
		program_close(&f->file);
	return err;
}

void forms_close(struct forms *f)
{
	session_close(&f->session);
	program_close(&f->file);
}

bool forms_parse_mitigations(const char *words, u32 *mitigations)
{
	static const struct {
		const char *name;
		u32 bits;
	} known[] = {
		{"none", 0},
		{"retpoline", MITIGATE_RETPOLINE},
		{"rethunk", MITIGATE_RETHUNK},
		{"its", MITIGATE_ITS},
	};

	for (*mitigations = 0;; words++) {
		size_t len = strcspn(words, ","), i = 0;

		while (i < ARRAY_SIZE(known) &&
		       (strlen(known[i].name) != len || memcmp(known[i].name, words, len)))
			i++;
		if (i == ARRAY_SIZE(known))
			return false;
		*mitigations |= known[i].bits;
		words += len;
		if (!*words)
			return true;
	}
}
