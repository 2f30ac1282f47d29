/*
 * The registers of an x86-64 CPU as struct pt_regs has them: the context of kprobes, the beginning of that of
 * perf events.
 *
 * REG(name, number of the 8-byte word)
 */
REG(r15, 0)
REG(r14, 1)
REG(r13, 2)
REG(r12, 3)
REG(bp, 4)
REG(bx, 5)
REG(r11, 6)
REG(r10, 7)
REG(r9, 8)
REG(r8, 9)
REG(ax, 10)
REG(cx, 11)
REG(dx, 12)
REG(si, 13)
REG(di, 14)
REG(orig_ax, 15)
REG(ip, 16)
REG(cs, 17)
REG(flags, 18)
REG(sp, 19)
REG(ss, 20)
