/* The last step in words: iterators. */
#include "sentence.h"
#include "words.h"

void sentence_object(const struct debug *d, struct text *out)
{
	const struct iter_read *read = &debug_sim(d)->work->fire.read;
	const struct event *got = debug_happened(d, EV_OUTPUT);

	if (got)
		text_say(out, "The reader has got %llu bytes of text. ", (unsigned long long)got->arg[1]);
	if (read->stage == ITER_STOPPED)
		text_say(out,
			 "There are no more objects: the iterator calls its program once more, without one.");
	else
		text_say(out,
			 "The iterator calls its program for object %llu of its kind, %s: the context that "
			 "r1 points "
			 "to has it.",
			 (unsigned long long)read->it->seq_num, iter_targets[read->it->target].name);
}
