/*
 * Base: integer types, errors with a sentence, a bounded text buffer.
 *
 * Floor 0 of the simulated kernel; nothing here knows about eBPF.
 */
#ifndef SIM_BASE_H
#define SIM_BASE_H

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* The kernel's own "operation is not supported"; it has no name in user space. */
#define ENOTSUPP 524

static inline u64 round_up_u64(u64 n, u64 to)
{
	return (n + to - 1) / to * to;
}

static inline s64 min_s64(s64 a, s64 b)
{
	return a < b ? a : b;
}

static inline s64 max_s64(s64 a, s64 b)
{
	return a > b ? a : b;
}

static inline u64 max_u64(u64 a, u64 b)
{
	return a > b ? a : b;
}

static inline u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* Why something failed: the errno and the one sentence that was written where it was known. */
struct why {
	int err;
	char text[256];
};

/*
 * Records the sentence and returns @err (a negative errno), so that a failure is one line:
 *	return sim_fail(why, -EINVAL, "array keys are 4 bytes, not %u", n);
 * The sentence says what was found and what was expected. @why may be NULL.
 */
int sim_fail(struct why *why, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A text under construction in memory of fixed size; never overflows, always terminated. */
struct text {
	char *buf;
	size_t cap;  /* size of buf, terminator included */
	size_t len;  /* bytes written, terminator excluded; < cap */
	bool cut;    /* something did not fit */
};

void text_init(struct text *t, char *buf, size_t cap);
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vadd(struct text *t, const char *fmt, va_list args);

/* "EINVAL" for 22 or -22; "E?" for a number that has no name here. */
const char *errno_name(int err);

#endif
