/*
 * Fields of struct __sk_buff that are more than a member, translated: see skb_fields.h. Mirrors
 * bpf_convert_ctx_access and the bpf_convert_* functions of net/core/filter.c.
 */
#include "ctx_convert.h"
#include "skb.h"

/* These bits stand in one byte. */
#define BITS_AT SK_BUFF_VLAN_PRESENT_AT
#define INGRESS SK_BUFF_TC_AT_INGRESS_MASK
#define MONO SK_BUFF_MONO_DELIVERY_TIME_MASK
_Static_assert(SK_BUFF_TC_AT_INGRESS_AT == BITS_AT && SK_BUFF_MONO_DELIVERY_TIME_AT == BITS_AT, "one byte");
_Static_assert(SK_BUFF_VLAN_PRESENT_MASK == 1 && SK_BUFF_PKT_TYPE_MASK == 7, "lowest bits");

void skb_convert_pkt_type(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg;

	patch_add(out, make_load(BPF_B, dst, c->insn.src_reg, SK_BUFF_PKT_TYPE_AT));
	patch_add(out, make_alu32_imm(BPF_AND, dst, SK_BUFF_PKT_TYPE_MASK));
}

void skb_convert_vlan_present(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg;

	patch_add(out, make_load(BPF_B, dst, c->insn.src_reg, BITS_AT));
	patch_add(out, make_alu32_imm(BPF_AND, dst, SK_BUFF_VLAN_PRESENT_MASK));
}

void skb_convert_queue_mapping(const struct ctx_conversion *c, struct patch *out)
{
	if (c->write)
		patch_add(out, make_jump_imm(BPF_JGE, c->insn.src_reg, SKB_NO_QUEUE_MAPPING, 1));
	ctx_convert_member(c, out);
}

void skb_convert_napi_id(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg;

	patch_add(out, make_load(BPF_W, dst, c->insn.src_reg, offsetof(struct sk_buff, napi_id)));
	patch_add(out, make_jump_imm(BPF_JGE, dst, SKB_MIN_NAPI_ID, 1));
	patch_add(out, make_alu64_imm(BPF_MOV, dst, 0));
}

/*
 * On its way in, a packet may still carry a delivery time in tstamp. A program that does not know of it
 * reads 0 instead, and its write makes a time of arrival of it.
 */
static void read_tstamp(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg, skb = c->insn.src_reg;

	if (!c->tstamp_type_access) {
		patch_add(out, make_load(BPF_B, BPF_REG_AX, skb, BITS_AT));
		patch_add(out, make_alu32_imm(BPF_AND, BPF_REG_AX, INGRESS | MONO));
		patch_add(out, make_jump32_imm(BPF_JNE, BPF_REG_AX, INGRESS | MONO, 2));
		patch_add(out, make_alu64_imm(BPF_MOV, dst, 0));
		patch_add(out, make_goto(1));
	}
	patch_add(out, make_load(BPF_DW, dst, skb, offsetof(struct sk_buff, tstamp)));
}

static void write_tstamp(const struct ctx_conversion *c, struct patch *out)
{
	u8 skb = c->insn.dst_reg;

	if (!c->tstamp_type_access) {
		patch_add(out, make_load(BPF_B, BPF_REG_AX, skb, BITS_AT));
		patch_add(out, make_jump32_imm(BPF_JSET, BPF_REG_AX, INGRESS, 1));
		patch_add(out, make_goto(2));
		patch_add(out, make_alu32_imm(BPF_AND, BPF_REG_AX, ~MONO));
		patch_add(out, make_store(BPF_B, skb, BPF_REG_AX, BITS_AT));
	}
	patch_add(out, make_store(BPF_DW, skb, c->insn.src_reg, offsetof(struct sk_buff, tstamp)));
}

void skb_convert_tstamp(const struct ctx_conversion *c, struct patch *out)
{
	if (c->write)
		write_tstamp(c, out);
	else
		read_tstamp(c, out);
}

void skb_convert_tstamp_type(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg;

	patch_add(out, make_load(BPF_B, BPF_REG_AX, c->insn.src_reg, BITS_AT));
	patch_add(out, make_jump32_imm(BPF_JSET, BPF_REG_AX, MONO, 2));
	patch_add(out, make_alu32_imm(BPF_MOV, dst, BPF_SKB_TSTAMP_UNSPEC));
	patch_add(out, make_goto(1));
	patch_add(out, make_alu32_imm(BPF_MOV, dst, BPF_SKB_TSTAMP_DELIVERY_MONO));
}

/* struct skb_shared_info stands at head + end. */
void skb_convert_shinfo(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg, skb = c->insn.src_reg;

	patch_add(out, make_load(BPF_W, BPF_REG_AX, skb, offsetof(struct sk_buff, end)));
	patch_add(out, make_load(BPF_DW, dst, skb, offsetof(struct sk_buff, head)));
	patch_add(out, make_alu64_reg(BPF_ADD, dst, BPF_REG_AX));
	patch_add(out, make_load(ctx_member_size(c), dst, dst, c->field->koff));
}
