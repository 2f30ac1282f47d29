/*
 * A session: one simulated machine, the memory of its loader process, the captures that packets come from,
 * and an ear for events. What every front end holds. There can be one at a time: the machine's memory has a
 * fixed address.
 *
 * A session file holds the inputs of a session, so that it can be walked again: see session_file.h.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include "../sim/elf/loader.h"
#include "capture.h"

#define SESSION_CPUS 4u         /* of the machine, unless bpfwalk.cpus says otherwise */

struct scenario;

struct session {
	struct sim *sim;
	struct sim_host host;
	u32 pid;                     /* the loader */
	struct user_memory *user;    /* its memory */
	bool recorded;               /* from a file: of that memory only what the kernel copied is known */
	bool remembers;   /* replaying, what is copied becomes the memory of the loader's call again */
	bool call_forked; /* a call of the past goes on in another way: its memory is not there any more */
	struct capture *capture;     /* numbered from 0; a stimulus names number + 1 */
	u32 captures;
	struct scenario *scenarios;  /* scenario.h: events in words */
	char *records;               /* what a front end remembers: lines of text, outside the simulation */
	u64 records_len;
	u8 *branches;                /* other timelines, of a debugger: branch_saved.c */
	u64 branches_len;
	void (*listen)(void *ctx, const struct event *event);  /* may be NULL */
	void *listen_ctx;
};

/* Boots a machine. 0, or -errno with the sentence. */
int session_open(struct session *s, struct why *why);
void session_close(struct session *s);

/* From now on @listen hears the events of @mask (EVENT_BIT()s). */
void session_listen(struct session *s, u64 mask, void (*listen)(void *ctx, const struct event *event),
		    void *ctx);

/* The loader becomes a new task without capabilities. 0 or -errno with the sentence. */
int session_drop_privileges(struct session *s, struct why *why);

/* "NAME=N", as sysctl(8) takes it. 0 or -errno with the sentence. */
int session_sysctl(struct session *s, const char *setting, struct why *why);

/* How programs run from now on. */
enum session_engine {
	ENGINE_INTERPRETER,
	ENGINE_JIT,          /* compiled ones as machine code */
	ENGINE_LOCKSTEP,     /* both at once, compared: native_lockstep_result (sim/native/native.h) */
};

/* 0, or -errno with the sentence: not on this machine. */
int session_set_engine(struct session *s, enum session_engine engine, struct why *why);

/* Takes over an open capture: its number from 0, or -ENOMEM. */
s64 session_add_capture(struct session *s, struct capture *capture);
/*
 * A packet that is not from a file becomes one of the capture without path, which every session file carries
 * along.
 */
s64 session_add_packet(struct session *s, const u8 *data, u32 len);

/* Appends a line "@name @value" to the records. 0 or -ENOMEM. */
int session_record(struct session *s, const char *name, const char *value);
/* The value of the first record of that name in @buf; false when there is none. */
bool session_recall(const struct session *s, const char *name, char *buf, size_t cap);

/* @embed: the packets of captures too, so that the file needs no other. 0, or -errno with the sentence. */
int session_save(const struct session *s, const char *path, bool embed, struct why *why);
/* Opens a session from a file; the machine then stands at the end of its walk. */
int session_load(struct session *s, const char *path, struct why *why);

#endif
