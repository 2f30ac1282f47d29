/* Scenarios: see scenario.h. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "cli.h"
#include "file.h"
#include "packet.h"
#include "scenario.h"

bool scenario_is_event(const char *text)
{
	return happening_kind_of(text + strspn(text, " \t"));
}

int scenario_check_word(const char *text, struct why *why)
{
	const char *names[64], *nearest;
	char word[32];
	u32 n = 0;

	text += strspn(text, " \t");
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, " \t"), text);
	for (; packet_kind_word(n); n++) {
		names[n] = packet_kind_word(n);
		if (strcasecmp(names[n], word) == 0)
			return 0;
	}
	if (!*word || scenario_is_event(text))
		return 0;
	for (u32 i = 0; i < happening_kinds_count && n < ARRAY_SIZE(names); i++)
		names[n++] = happening_kinds[i]->name;
	nearest = cli_nearest(word, names, n);
	return sim_fail(why, -EINVAL,
			"'%s' is neither a packet (tcp, udp, icmp, arp) nor an event.%s%s%s `bpfwalk events "
			"--list` has "
			"the events",
			word, nearest ? " Did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static struct scenario *scenario_new(struct session *s)
{
	struct scenario *scenario = calloc(1, sizeof(*scenario));

	if (scenario) {
		scenario->next = s->scenarios;
		s->scenarios = scenario;
	}
	return scenario;
}

static struct scenario_line *line_new(struct scenario *scenario)
{
	if (scenario->count == scenario->room) {
		u32 room = scenario->room ? 2 * scenario->room : 16;
		struct scenario_line *more = realloc(scenario->line, room * sizeof(*more));

		if (!more)
			return NULL;
		scenario->line = more;
		scenario->room = room;
	}
	scenario->line[scenario->count] = (struct scenario_line){0};
	return &scenario->line[scenario->count++];
}

static bool add_event(struct session *s, struct scenario *scenario, const char *text, struct text *error)
{
	struct scenario_line *line;

	struct why why;

	if (scenario_check_word(text, &why)) {
		text_add(error, "%s", why.text);
		return false;
	}
	if (happening_check(s->sim, text)) {
		text_add(error, "%s", s->sim->why.text);
		return false;
	}
	line = line_new(scenario);
	if (line)
		line->event = strdup(text);
	if (!line || !line->event)
		text_add(error, "no memory");
	return line && line->event;
}

static bool add_packet(struct session *s, struct scenario *scenario, const char *words, struct text *error)
{
	struct packet_bytes *packet = malloc(sizeof(*packet));
	struct scenario_line *line;
	struct why why = {.text = "no memory"};
	struct packet_way way;
	bool ok;

	words = packet_way_take(words, &way);
	ok = packet && !packet_parse(packet, words, &why) &&
		  session_add_packet(s, packet->data, packet->len) >= 0;

	free(packet);
	line = ok ? line_new(scenario) : NULL;
	if (!line) {
		text_add(error, "%s", why.text);
		return false;
	}
	for (u32 c = 0; c < s->captures; c++)
		if (!s->capture[c].path[0])
			line->capture = c, line->index = s->capture[c].count - 1;
	line->way = way;
	return true;
}

const struct scenario *scenario_of_event(struct session *s, const char *text, struct text *error)
{
	struct scenario *scenario = scenario_new(s);

	if (!scenario)
		text_add(error, "no memory");
	text += strspn(text, " \t");
	return scenario && add_event(s, scenario, text, error) ? scenario : NULL;
}

static bool add_line(struct session *s, struct scenario *scenario, char *line, struct text *error)
{
	size_t len;

	line += strspn(line, " \t");
	line[strcspn(line, "#\r")] = 0;
	for (len = strlen(line); len && (line[len - 1] == ' ' || line[len - 1] == '\t'); len--)
		line[len - 1] = 0;
	if (!*line)
		return true;
	if (!strncmp(line, "packet ", 7))
		return add_packet(s, scenario, line + 7, error);
	return add_event(s, scenario, line, error);
}

static bool add_lines(struct session *s, struct scenario *scenario, const char *path, char *text,
		      struct text *error)
{
	char message[512];
	struct text why;
	u32 number = 1;

	text_init(&why, message, sizeof(message));
	for (char *line = text, *end; line; line = end, number++) {
		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		if (add_line(s, scenario, line, &why))
			continue;
		text_add(error, "%s, line %u: %s", path, number, message);
		return false;
	}
	return true;
}

const struct scenario *scenario_open(struct session *s, const char *path, struct text *error)
{
	struct scenario *scenario = scenario_new(s);
	struct why why = {.text = "no memory"};
	u64 len;
	u8 *bytes = file_read(path, &len, &why);
	char *text = bytes ? strndup((char *)bytes, len) : NULL;
	bool ok = scenario && text;

	if (!ok)
		text_add(error, "%s", why.text);
	ok = ok && add_lines(s, scenario, path, text, error);
	free(text);
	free(bytes);
	return ok ? scenario : NULL;
}

void scenarios_free(struct session *s)
{
	while (s->scenarios) {
		struct scenario *scenario = s->scenarios;

		s->scenarios = scenario->next;
		for (u32 i = 0; i < scenario->count; i++)
			free(scenario->line[i].event);
		free(scenario->line);
		free(scenario);
	}
}
