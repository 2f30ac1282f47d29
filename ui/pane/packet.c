/* The packet of an event, field by field; where there is none, the context that the program sees. */
#include <stdio.h>

#include "../packet.h"
#include "context.h"
#include "pane.h"

struct field {
	const char *name;
	u8 off, size;
	u8 kind;
};

enum field_kind { NUMBER, HEX, MAC, IP4, PROTOCOL, IP6 };

static const struct field ethernet[] = {
	{"eth  to", 0, 6, MAC}, {"eth  from", 6, 6, MAC}, {"eth  type", 12, 2, HEX}, {NULL, 0, 0, 0}};
static const struct field ipv4[] = {
	{"ip   version", 0, 1, HEX}, {"ip   tos", 1, 1, HEX},    {"ip   length", 2, 2, NUMBER},
	{"ip   id", 4, 2, HEX},      {"ip   ttl", 8, 1, NUMBER}, {"ip   protocol", 9, 1, PROTOCOL},
	{"ip   from", 12, 4, IP4},   {"ip   to", 16, 4, IP4},    {NULL, 0, 0, 0}};
static const struct field ipv6[] = {{"ip6  version", 0, 1, HEX},
				    {"ip6  payload", 4, 2, NUMBER},
				    {"ip6  next header", 6, 1, PROTOCOL},
				    {"ip6  hop limit", 7, 1, NUMBER},
				    {"ip6  from", 8, 16, IP6},
				    {"ip6  to", 24, 16, IP6},
				    {NULL, 0, 0, 0}};
static const struct field tcp[] = {{"tcp  from port", 0, 2, NUMBER}, {"tcp  to port", 2, 2, NUMBER},
				   {"tcp  seq", 4, 4, NUMBER},       {"tcp  ack", 8, 4, NUMBER},
				   {"tcp  flags", 12, 2, HEX},       {NULL, 0, 0, 0}};
static const struct field udp[] = {{"udp  from port", 0, 2, NUMBER},
				   {"udp  to port", 2, 2, NUMBER},
				   {"udp  length", 4, 2, NUMBER},
				   {NULL, 0, 0, 0}};
static const struct field icmp[] = {
	{"icmp type", 0, 1, NUMBER}, {"icmp code", 1, 1, NUMBER}, {NULL, 0, 0, 0}};

/* --- which bytes the last step read or wrote --- */

static void touched(const struct debug *d, u64 *at, u32 *size)
{
	static const u8 sizes[] = {[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8};
	const struct walk_insn *i = &d->last.insn;
	const struct bpf_insn *insn;
	u8 class;

	*size = 0;
	if (!i->prog || !i->insn)
		return;
	insn = i->insn;
	class = BPF_CLASS(insn->code);
	if (class != BPF_LDX && class != BPF_STX && class != BPF_ST)
		return;
	*at = i->before[class == BPF_LDX ? insn->src_reg : insn->dst_reg] + insn->off;
	*size = sizes[BPF_SIZE(insn->code) >> 3];
}

static u64 big_endian(const u8 *bytes, u32 size)
{
	u64 value = 0;

	for (u32 i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void add_protocol(struct sheet *s, enum role role, u8 number)
{
	const char *name = number == 6    ? "TCP"
			   : number == 17 ? "UDP"
			   : number == 1  ? "ICMP"
			   : number == 58 ? "ICMPv6"
					  : "";

	sheet_add(s, role, "%u %s", number, name);
}

static void add_bytes(struct sheet *s, enum role role, const u8 *bytes, const struct field *f)
{
	switch (f->kind) {
	case NUMBER:
		sheet_add(s, role, "%llu", (unsigned long long)big_endian(bytes, f->size));
		break;
	case HEX:
		sheet_add(s, role, "0x%0*llx", f->size * 2, (unsigned long long)big_endian(bytes, f->size));
		break;
	case IP4:
		sheet_add(s, role, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
		break;
	case PROTOCOL:
		add_protocol(s, role, bytes[0]);
		break;
	default:
		for (u32 i = 0; i < f->size; i += f->kind == IP6 ? 2 : 1)
			sheet_add(s, role, f->kind == IP6 ? "%s%02x%02x" : "%s%02x", i ? ":" : "", bytes[i],
				  f->kind == IP6 ? bytes[i + 1] : 0);
	}
}

struct drawing {
	const struct view *v;
	struct sheet *s;
	const u8 *packet;
	u32 len;
	u64 at; /* touched by the last step */
	u32 size;
};

static void header(const struct drawing *g, u32 base, const struct field *fields)
{
	for (const struct field *f = fields; f->name; f++) {
		u32 off = base + f->off;
		u64 addr = (u64)g->packet + off;
		bool hit = g->size && g->at < addr + f->size && addr < g->at + g->size;
		enum role role = hit ? ROLE_CHANGED : ROLE_PLAIN;

		if (off + f->size > g->len)
			return;
		sheet_line(g->s, off);
		if (hit)
			sheet_at(g->s);
		sheet_add(g->s, ROLE_QUIET, "%3u ", off);
		sheet_add(g->s, role, "%s", f->name);
		sheet_to(g->s, 19);
		add_bytes(g->s, role, g->packet + off, f);
		sheet_add(g->s, ROLE_LINKED, "%s", hit ? " ◂" : "");
	}
}

static void transport(const struct drawing *g, u32 base, u8 protocol)
{
	const struct field *fields = protocol == 6 ? tcp : protocol == 17 ? udp : protocol == 1 ? icmp : NULL;

	if (fields)
		header(g, base, fields);
}

static void draw_packet(const struct view *v, struct sheet *s)
{
	struct drawing g = {.v = v, .s = s};
	u32 type;

	g.packet = debug_packet(v->d, &g.len);
	touched(v->d, &g.at, &g.size);
	if (!g.packet) {
		draw_context(v, s);
		return;
	}
	header(&g, 0, ethernet);
	type = g.len >= 14 ? big_endian(g.packet + 12, 2) : 0;
	if (type == 0x800 && g.len >= 34) {
		header(&g, 14, ipv4);
		transport(&g, 14 + (g.packet[14] & 15) * 4, g.packet[23]);
	} else if (type == 0x86dd && g.len >= 54) {
		header(&g, 14, ipv6);
		transport(&g, 54, g.packet[20]);
	}
	for (u32 row = 0; row < g.len && row < 256; row += 8) {
		sheet_line(s, row);
		sheet_add(s, ROLE_QUIET, "%3u ", row);
		for (u32 i = row; i < row + 8 && i < g.len; i++) {
			bool hit = g.size && (u64)g.packet + i >= g.at && (u64)g.packet + i < g.at + g.size;

			sheet_add(s, hit ? ROLE_CHANGED : ROLE_PLAIN, "%02x ", g.packet[i]);
		}
	}
}

static void packet_subtitle(const struct view *v, struct text *out)
{
	u32 len;
	const u8 *packet = debug_packet(v->d, &len);

	if (packet)
		packet_describe(packet, len, out);
	else
		context_subtitle(v, out);
}

static const char *packet_label(const struct view *v)
{
	u32 len;

	return v->d->loaded && !debug_packet(v->d, &len) ? "context" : "packet";
}

const struct pane pane_packet = {
	.name = "packet",
	.title = "event",
	.help = "The bytes of the packet with the names that the protocols give them, in network byte order, "
		"and below them all "
		"bytes. ◂ what the last instruction read or wrote. The program's own pointers are pkt+N.",
	.label = packet_label,
	.subtitle = packet_subtitle,
	.draw = draw_packet,
};
