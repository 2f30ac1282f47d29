/* Instructions as C, for tests and benchmarks that need no assembler. */
#ifndef TEST_SUPPORT_INSN_H
#define TEST_SUPPORT_INSN_H

#include "sim/isa.h"

#define INSN(code, dst, src, off, imm) ((struct bpf_insn){code, dst, src, off, imm})
#define ALU64_K(op, dst, imm) INSN(BPF_ALU64 | BPF_##op | BPF_K, dst, 0, 0, imm)
#define ALU64_X(op, dst, src) INSN(BPF_ALU64 | BPF_##op | BPF_X, dst, src, 0, 0)
#define ALU32_K(op, dst, imm) INSN(BPF_ALU | BPF_##op | BPF_K, dst, 0, 0, imm)
#define ALU32_X(op, dst, src) INSN(BPF_ALU | BPF_##op | BPF_X, dst, src, 0, 0)
#define JMP_K(op, dst, imm, off) INSN(BPF_JMP | BPF_##op | BPF_K, dst, 0, off, imm)
#define JMP_X(op, dst, src, off) INSN(BPF_JMP | BPF_##op | BPF_X, dst, src, off, 0)
#define LDX(size, dst, src, off) INSN(BPF_LDX | BPF_MEM | BPF_##size, dst, src, off, 0)
#define STX(size, dst, src, off) INSN(BPF_STX | BPF_MEM | BPF_##size, dst, src, off, 0)
#define ST(size, dst, off, imm) INSN(BPF_ST | BPF_MEM | BPF_##size, dst, 0, off, imm)
#define CALL(id) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define CALL_SUBPROG(distance) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, distance)
#define LD_IMM64(dst, value) INSN(BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, (u32)(value)), \
			     INSN(0, 0, 0, 0, (u64)(value) >> 32)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
