/* The log of a system call: see log.h. */
#include <stdio.h>

#include "log.h"

#define PIECE_MAX 1024 /* the kernel's BPF_VERIFIER_TMP_LOG_SIZE */

int log_init(struct sim *sim, struct log *log, u32 level, u64 ubuf, u32 size)
{
	*log = (struct log){.level = level, .size = size, .ubuf = ubuf};
	if (!level && !ubuf && !size)
		return 0;
	if (size < 128 || size > UINT32_MAX >> 2)
		return sim_fail(&sim->why, -EINVAL, "the log buffer has %u bytes; it needs 128 to %u", size,
				UINT32_MAX >> 2);
	if (!level || level & ~LOG_LEVEL_MASK)
		return sim_fail(&sim->why, -EINVAL, "there is a log buffer, but log_level is %u, not 1 to 7",
				level);
	if (!ubuf)
		return sim_fail(&sim->why, -EINVAL, "log_level is %u, but there is no log buffer", level);
	return 0;
}

void log_fini(struct sim *sim, struct log *log)
{
	sim_free(sim, log->text);
	log->text = NULL;
	log->waiting = log->room = 0;
}

static bool make_room(struct sim *sim, struct log *log, u32 n)
{
	u32 room = log->room ? log->room : 4 * PIECE_MAX;
	char *text;

	while (room - log->waiting < n)
		room *= 2;
	if (room == log->room)
		return true;
	text = sim_alloc(sim, room);
	if (!text)
		return false;
	if (log->waiting)
		memcpy(text, log->text, log->waiting);
	sim_free(sim, log->text);
	log->text = text;
	log->room = room;
	return true;
}

void log_vadd(struct sim *sim, struct log *log, const char *fmt, va_list args)
{
	char piece[PIECE_MAX];
	u32 n;
	int len;

	if (!log_needed(log))
		return;
	len = vsnprintf(piece, sizeof(piece), fmt, args);
	n = len < 0 ? 0 : min_u64(min_u64(len, PIECE_MAX - 1), log->size - log->used - 1);
	if (!make_room(sim, log, n + 1)) {
		log->ubuf = 0;
		return;
	}
	memcpy(log->text + log->waiting, piece, n);
	log->text[log->waiting + n] = 0;
	log->waiting += n;
	log->used += n;
}

void log_add(struct sim *sim, struct log *log, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_vadd(sim, log, fmt, args);
	va_end(args);
}

void log_rewind(struct log *log, u32 used)
{
	u32 flushed = log->used - log->waiting;

	if (used >= log->used)
		return;
	log->waiting = used > flushed ? used - flushed : 0;
	log->used = used;
	if (log->text)
		log->text[log->waiting] = 0;
}
