/* Drawing the bits of a bloom filter, and call stacks by their numbers. */
#include "../map_meaning.h"
#include "map_draw.h"

#define BITS_SHOWN 4096u

static u32 bit(const struct map *map, u64 i)
{
	return map->k.value[i / 8] >> i % 8 & 1;
}

static u64 bits_set(const struct map *map, u64 bits)
{
	u64 n = 0;

	for (u64 i = 0; i < bits / 8; i++)
		n += __builtin_popcount(map->k.value[i]);
	return n;
}

/* How many in 100,000 values that were never put in look as if they had been: (set / bits) ^ hashes. */
static u64 wrong_answers(u64 set, u64 bits, u32 hashes)
{
	double share = 1;

	for (u32 i = 0; i < hashes; i++)
		share *= (double)set / bits;
	return share * 100000 + 0.5;
}

void draw_bits(struct sketch *k)
{
	const struct bloom *bloom = k->map->family;
	u64 bits = bloom->mask + 1ull, set = bits_set(k->map, bits),
	    shown = bits < BITS_SHOWN ? bits : BITS_SHOWN;
	u32 columns = 64;
	u64 wrong = wrong_answers(set, bits, bloom->hashes);

	sketch_note(
		k,
		"%llu of %llu bits are set, %u hash functions: a value is \"perhaps there\" when all its %u "
		"bits are; so of 100,000 values that were never put in, %llu would be taken for known ones",
		(unsigned long long)set, (unsigned long long)bits, bloom->hashes, bloom->hashes,
		(unsigned long long)wrong);
	while (columns > 8 && columns + 8 > (u32)k->s->area.cols)
		columns /= 2;
	for (u64 row = 0; row < shown && sketch_line(k); row += columns) {
		sketch_add(k, ROLE_QUIET, "%6llu ", (unsigned long long)row);
		for (u32 i = 0; i < columns; i++)
			sketch_add(k, bit(k->map, row + i) ? ROLE_CHANGED : ROLE_QUIET,
				   bit(k->map, row + i) ? "█" : "·");
	}
	if (shown < bits)
		sketch_note(k, "... and %llu more bits", (unsigned long long)(bits - shown));
}

/* --- stacks --- */

static void stack_lines(struct sketch *k, u32 id, const struct stack_entry *stack)
{
	bool addresses = !(k->map->k.map_flags & BPF_F_STACK_BUILD_ID);

	sketch_add(k, ROLE_TITLE, "[%u]", id);
	sketch_add(k, ROLE_QUIET, " %u frames, innermost first; hash 0x%08x", stack->count, stack->hash);
	for (u32 i = 0; i < stack->count && sketch_line(k); i++) {
		char buf[160];
		struct text text;

		text_init(&text, buf, sizeof(buf));
		map_stack_entry(k->sim, k->map, stack->data, i, &text);
		sketch_add(k, ROLE_POINTER, "    %s", buf);
		if (addresses && buf[0] != '0')
			sketch_add(k, ROLE_QUIET, "  0x%llx",
				   (unsigned long long)((const u64 *)stack->data)[i]);
	}
}

void draw_stacks(struct sketch *k)
{
	const struct stack_map *s = k->map->family;
	u32 n = 0;

	sketch_note(k,
		    "The number of a stack is the hash of its addresses & 0x%x: two different ones may want "
		    "the same "
		    "number, then the second gets EEXIST.",
		    s->places - 1);
	for (u32 i = 0; i < s->places && !sketch_full(k); i++)
		if (s->place[i] && sketch_line(k)) {
			stack_lines(k, i, s->place[i]);
			n++;
		}
	if (!n)
		sketch_note(k, "no stack is in it yet");
}
