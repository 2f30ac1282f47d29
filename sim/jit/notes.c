/* The words for why an encoding is what it is: see jit.h. */
#include "jit.h"

const struct jit_note_info jit_notes[JIT_NOTES] = {
	[JIT_NOTE_IMM8] = {"imm8", "the immediate is in -128..127: one byte, sign-extended by the CPU"},
	[JIT_NOTE_IMM32] = {"imm32", "the immediate takes four bytes"},
	[JIT_NOTE_DISP8] =
		{"disp8",
		 "the offset of the access is in -128..127: one byte; it is written even when it is 0"},
	[JIT_NOTE_DISP32] = {"disp32", "the offset of the access takes four bytes"},
	[JIT_NOTE_REX] = {"rex", "r8-r15 need a bit that only a REX prefix has"},
	[JIT_NOTE_RAX_FORM] = {"rax form", "rax has opcodes of its own that save the ModRM byte"},
	[JIT_NOTE_XOR_ZERO] = {"xor", "a register becomes zero with xor: two bytes instead of five"},
	[JIT_NOTE_MOV_ZEXT] =
		{"mov32",
		 "writing the lower half of a register clears the upper half: no 64-bit immediate is needed"},
	[JIT_NOTE_MOV_SEXT] = {"mov sign-extended", "negative: the CPU extends four bytes to eight"},
	[JIT_NOTE_MOVABS] = {"movabs",
			     "more than 32 bits: the only instruction with an immediate of eight bytes"},
	[JIT_NOTE_NO_CODE] = {"no code", "nothing is to be done"},
	[JIT_NOTE_TEST_SELF] = {"test", "comparing with 0: test r, r needs no immediate"},
	[JIT_NOTE_SHIFT_ONE] = {"shift by 1", "shifting by one has an opcode of its own, without a count"},
	[JIT_NOTE_SHIFT_RCX] = {"cl", "x86 shifts by cl only: rcx (r4) is saved around it"},
	[JIT_NOTE_DIV_SAVES] = {"div", "div works on rdx:rax: what they hold is saved around it"},
	[JIT_NOTE_SHORT_JUMP] = {"short jump",
				 "the target is within -128..123 bytes: displacement in one byte"},
	[JIT_NOTE_NEAR_JUMP] = {"near jump", "the target is further away: displacement in four bytes"},
	[JIT_NOTE_NO_JUMP] = {"no jump", "a jump to the next instruction needs no code"},
	[JIT_NOTE_PADDED] =
		{"padded",
		 "sizes must not change any more: nops stand for the bytes that the shorter jump would save"},
	[JIT_NOTE_EPILOGUE] =
		{"epilogue",
		 "the first exit: here the saved registers are restored and the function returns"},
	[JIT_NOTE_TO_EPILOGUE] = {"to epilogue",
				  "a further exit: a jump to the epilogue that stands at the first one"},
	[JIT_NOTE_TAIL_COUNT] =
		{"tail call count",
		 "the callee may make tail calls: it gets the count of those made so far in rax"},
	[JIT_NOTE_DIRECT] = {"direct tail call",
			     "array and index are constant: the jump is patched when the slot is filled"},
	[JIT_NOTE_INDIRECT] =
		{"indirect tail call",
		 "the index is known at run time only: bounds, count and slot are checked each time"},
	[JIT_NOTE_CMPXCHG_LOOP] = {"cmpxchg loop", "x86 has no such operation that gives the old value: it "
						   "is tried until no other CPU came between"},
	[JIT_NOTE_PROBE] =
		{"probe",
		 "the pointer may be bad: user addresses are refused, faults read zero (exception table)"},
	[JIT_NOTE_BARRIER] = {"lfence", "no speculation past this point"},
	[JIT_NOTE_THUNK] = {"thunk",
			    "a mitigation against speculation: the branch goes through the kernel's code"},
};
