/* Drawing LPM tries: each prefix below the longest shorter one that it begins with. */
#include "map_draw.h"

#define DEPTH_MAX 20 /* deeper ones are not moved in further */

/* Byte @i of the prefix; the bits behind it do not count. */
static u8 byte_of(const struct lpm_node *node, u32 i)
{
	u32 used = node->bits > 8 * i ? node->bits - 8 * i : 0;

	return used >= 8 ? node->data[i] : node->data[i] & ~(0xff >> used);
}

/* 10.0.0.0/8; other sizes than that of an IPv4 address in hexadecimal. */
static void prefix_text(const struct lpm_node *node, u32 size, struct text *out)
{
	for (u32 i = 0; i < size; i++)
		if (size == 4)
			text_say(out, "%s%u", i ? "." : "", byte_of(node, i));
		else
			text_say(out, size == 16 && i && i % 2 == 0 ? ":%02x" : "%02x", byte_of(node, i));
	text_say(out, "/%u", node->bits);
}

static void prefix_line(struct sketch *k, const struct lpm_node *node, u32 depth, int side)
{
	const struct trie *trie = k->map->family;
	u8 key[sizeof(u32) + 256];
	char prefix[640];
	struct text text;

	sketch_to(k, 3 * min_u64(depth, DEPTH_MAX));
	sketch_add(k, ROLE_BORDER, side < 0 ? "" : "└%d▸ ", side);
	text_init(&text, prefix, sizeof(prefix));
	prefix_text(node, trie->data_size, &text);
	sketch_add(k, node->between ? ROLE_QUIET : ROLE_TITLE, "%s", prefix);
	if (node->between) {
		sketch_add(k, ROLE_QUIET, "  (no value: two prefixes part here)");
		return;
	}
	sketch_add(k, ROLE_QUIET, "  ");
	memcpy(key, &node->bits, sizeof(node->bits));
	memcpy(key + sizeof(u32), node->data, trie->data_size);
	sketch_value_of(k, key, node->data + trie->data_size);
}

static void node_and_below(struct sketch *k, const struct lpm_node *node, u32 depth, int side)
{
	if (!node || !sketch_line(k))
		return;
	prefix_line(k, node, depth, side);
	node_and_below(k, node->child[0], depth + 1, 0);
	node_and_below(k, node->child[1], depth + 1, 1);
}

void draw_trie(struct sketch *k)
{
	const struct trie *trie = k->map->family;

	sketch_note(k,
		    "%u prefixes. A lookup goes down by the bit that follows each prefix (0 or 1) while the "
		    "prefix fits; the last one with a value is the answer.",
		    trie->count);
	if (!trie->root)
		sketch_note(k, "the trie is empty");
	node_and_below(k, trie->root, 0, -1);
}
