/* Tries: what a key finds, the order of prefixes, what is refused, batches. */
#include <stdbool.h>
#include <stdio.h>

#include "test/errno/map.h"

struct prefix {
	unsigned bits;
	unsigned char data[16];
};

static unsigned data_size;

static long make_trie(unsigned size, unsigned max)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_LPM_TRIE,
		.key_size = 4 + size,
		.value_size = 3,
		.max_entries = max,
		.map_flags = BPF_F_NO_PREALLOC,
	};

	data_size = size;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static struct prefix prefix(unsigned bits, unsigned a, unsigned b, unsigned c, unsigned d)
{
	return (struct prefix){bits, {a, b, c, d}};
}

static long put(long fd, struct prefix p, unsigned char first, uint64_t flags)
{
	unsigned char value[3] = {first, 2, 3};

	return elem(BPF_MAP_UPDATE_ELEM, fd, &p, value, flags);
}

static long get(long fd, struct prefix p)
{
	unsigned char value[3];
	long ret = elem(BPF_MAP_LOOKUP_ELEM, fd, &p, value, 0);

	return ret ? ret : value[0];
}

static long delete (long fd, struct prefix p)
{
	return elem(BPF_MAP_DELETE_ELEM, fd, &p, NULL, 0);
}

static unsigned add_prefix(char *text, const struct prefix *p)
{
	unsigned len = 0;

	for (unsigned i = 0; i < data_size && i < 4; i++)
		len += sprintf(text + len, i ? ".%u" : " %u", p->data[i]);
	return len + sprintf(text + len, "/%u", p->bits);
}

static void show(const char *what, long fd)
{
	struct prefix key, next;
	union bpf_attr attr = {.map_fd = fd, .next_key = U64(&next)};
	char text[4000] = "";
	unsigned len = 0;

	while (len < sizeof(text) - 40 && !sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr))) {
		key = next;
		attr.key = U64(&key);
		len += add_prefix(text + len, &key);
	}
	note("  %s:%s", what, text);
}

static void routes(void)
{
	long fd = make_trie(4, 6);

	line(get(fd, prefix(32, 10, 0, 0, 1)), "empty: lookup");
	line(delete (fd, prefix(8, 10, 0, 0, 0)), "empty: delete");
	line(elem(BPF_MAP_GET_NEXT_KEY, fd, NULL, &(struct prefix){0}, 0), "empty: next key");
	line(put(fd, prefix(16, 192, 168, 0, 0), 1, BPF_ANY), "192.168.0.0/16");
	line(put(fd, prefix(24, 192, 168, 0, 0), 2, BPF_ANY), "192.168.0.0/24");
	line(put(fd, prefix(24, 192, 168, 128, 0), 3, BPF_ANY), "192.168.128.0/24");
	line(put(fd, prefix(24, 192, 168, 1, 0), 5, BPF_ANY), "192.168.1.0/24");
	show("order", fd);
	line(get(fd, prefix(32, 192, 168, 1, 7)), "192.168.1.7");
	line(get(fd, prefix(32, 192, 168, 0, 7)), "192.168.0.7");
	line(get(fd, prefix(32, 192, 168, 2, 7)), "192.168.2.7");
	line(get(fd, prefix(23, 192, 168, 0, 0)), "192.168.0.0/23");
	line(get(fd, prefix(24, 192, 168, 1, 99)), "192.168.1.99/24");
	line(get(fd, prefix(8, 192, 0, 0, 0)), "192.0.0.0/8");
	line(get(fd, prefix(32, 10, 0, 0, 1)), "10.0.0.1");
	line(get(fd, prefix(33, 192, 168, 1, 7)), "33 bits: lookup");
	line(put(fd, prefix(33, 192, 168, 1, 7), 1, BPF_ANY), "33 bits: update");
	line(delete (fd, prefix(33, 192, 168, 1, 7)), "33 bits: delete");
	line(put(fd, prefix(23, 192, 168, 0, 0), 4, BPF_EXIST), "BPF_EXIST of what is in between only");
	line(put(fd, prefix(23, 192, 168, 0, 9), 4, BPF_NOEXIST), "BPF_NOEXIST of what is in between only");
	line(put(fd, prefix(23, 192, 168, 0, 0), 4, BPF_NOEXIST), "BPF_NOEXIST again");
	line(put(fd, prefix(23, 192, 168, 1, 1), 6, BPF_EXIST), "BPF_EXIST");
	line(put(fd, prefix(0, 1, 2, 3, 4), 9, BPF_ANY), "0 bits");
	show("order", fd);
	line(put(fd, prefix(32, 1, 2, 3, 4), 9, BPF_ANY), "one more than max_entries");
	line(put(fd, prefix(32, 1, 2, 3, 4), 9, BPF_EXIST), "BPF_EXIST, full");
	line(put(fd, prefix(0, 9, 9, 9, 9), 8, BPF_ANY), "0 bits again, full");
	line(get(fd, prefix(32, 1, 2, 3, 4)), "1.2.3.4");
	line(put(fd, prefix(8, 1, 0, 0, 0), 1, 3), "flags 3");
	line(put(fd, prefix(8, 1, 0, 0, 0), 1, BPF_F_LOCK), "BPF_F_LOCK");
	line(delete (fd, prefix(23, 192, 168, 0, 0)), "delete of one with two below");
	show("order", fd);
	line(delete (fd, prefix(23, 192, 168, 0, 0)), "delete again");
	line(delete (fd, prefix(24, 192, 168, 1, 0)), "delete of a leaf");
	show("order", fd);
	line(delete (fd, prefix(16, 192, 168, 0, 0)), "delete of the middle");
	line(delete (fd, prefix(0, 0, 0, 0, 0)), "delete of 0 bits");
	show("order", fd);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &(struct prefix){24, {192, 168}}, &(uint64_t){0}, 0), "take");
	sys_close(fd);
}

static unsigned seed = 1;

static unsigned roll(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static struct prefix any_prefix(void)
{
	struct prefix p = {.bits = roll(data_size * 8 + 1)};

	for (unsigned i = 0; i < data_size; i++)
		p.data[i] = roll(4) ? 0x80 * roll(2) : roll(256);
	return p;
}

/* Where the order goes on from a key that is not there. */
static void show_next(long fd)
{
	struct prefix p = any_prefix(), next;
	char text[100] = "", from[100] = "";
	long ret = elem(BPF_MAP_GET_NEXT_KEY, fd, &p, &next, 0);

	add_prefix(from, &p);
	if (!ret)
		add_prefix(text, &next);
	line(ret, "  after%s:%s", from, text);
}

static void mixture(unsigned size, unsigned max)
{
	long fd = make_trie(size, max), sum = 0, failed = 0;

	note("%u bytes, %u prefixes: a mixture", size, max);
	for (unsigned i = 1; i <= 1200; i++) {
		struct prefix p = any_prefix();
		unsigned dice = roll(10);

		if (dice < 4)
			failed += put(fd, p, i, roll(3)) != 0;
		else if (dice < 7)
			sum += get(fd, p);
		else
			failed += delete (fd, p) != 0;
		if (i % 200)
			continue;
		note("  %ld found, %ld failed", sum, failed);
		show("order", fd);
		show_next(fd);
		show_next(fd);
	}
	sys_close(fd);
}

static void batches(void)
{
	static struct {
		unsigned bits;
		unsigned char data[4];
	} keys[64], position;
	static unsigned char values[64][3];
	long fd = make_trie(4, 40);
	union bpf_attr attr = {.batch = {.map_fd = fd, .count = 30, .keys = U64(keys), .values = U64(values)}};
	long ret = 0;

	for (unsigned i = 0; i < 64; i++) {
		keys[i].bits = i % 33;
		memset(keys[i].data, i, 4);
		values[i][0] = i;
	}
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)), "update batch");
	note("  count %u", attr.batch.count);
	show("order", fd);
	for (unsigned calls = 0; !ret && calls < 10; calls++) {
		attr.batch.in_batch = calls ? U64(&position) : 0;
		attr.batch.out_batch = U64(&position);
		attr.batch.count = 7;
		memset(values, 0, sizeof(values));
		ret = sys_bpf(BPF_MAP_LOOKUP_BATCH, &attr, sizeof(attr));
		line(ret, "lookup by 7");
		note("  count %u, first %u/%u=%u, position %u/%u", attr.batch.count, keys[0].data[0], keys[0].bits, values[0][0],
		     position.data[0], position.bits);
	}
	attr.batch.in_batch = 0;
	attr.batch.count = 7;
	line(sys_bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH, &attr, sizeof(attr)), "take batch");
	attr.batch.count = 20;
	line(sys_bpf(BPF_MAP_DELETE_BATCH, &attr, sizeof(attr)), "delete batch");
	note("  count %u", attr.batch.count);
	show("order", fd);
	sys_close(fd);
}

int main(void)
{
	static const unsigned size[] = {1, 2, 3, 4, 7, 8, 16};

	routes();
	for (unsigned i = 0; i < COUNT(size); i++)
		mixture(size[i], size[i] * 12);
	mixture(4, 5);
	batches();
	return 0;
}
