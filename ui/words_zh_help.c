/*
 * What the help of panes says, and what panes say at length, in Chinese: see words.h. Sorted as words_zh.c is.
 */
#include "words.h"

const struct words words_zh_help[] = {
	{"%llu of %llu bits are set, %u hash functions: a value is \"perhaps there\" when all its %u "
	 "bits are; so of 100,000 values that were never put in, %llu would be taken for known ones",
	 "%llu 位（共 %llu 位）已置位，%u 个哈希函数：一个值的 %u 位都置位时，它“也许在”；所以 "
	 "100,000 个从没放进去的值里，有 %llu 个会被当作已知"},
	{"(Walk 1 prints nothing when all is well. It could say: unreachable insn N; jump out of "
	 "range from insn N to M; back-edge from insn N to M, only to those without CAP_BPF. Here "
	 "every instruction is visited once, however many paths there are: paths come in walk 2.)",
	 "（一切正常时第 1 遍什么都不打印。它可能说：unreachable insn N；jump out of range from insn "
	 "N to M；back-edge from insn N to M（只对没有 CAP_BPF 的人）。这里每条指令只走一次，不管有多"
	 "少条路径：路径是第 2 遍的事。）"},
	{"A perf event for each CPU, each with a ring of its own that user space has mapped: programs "
	 "move the head H, user space the tail T. What finds no room is lost, and counted.",
	 "每个 CPU 一个 perf 事件，各有自己的环，由用户空间映射：程序移动头 H，用户空间移动尾 T。放不"
	 "下的就丢失，并计数。"},
	{"A program is too complex when walk 2 has processed 1,000,000 instructions, on all paths "
	 "together. A path is pruned when it comes to an instruction where no more was unknown "
	 "before. Waiting counts the branches put aside; stack used is what the main function needs "
	 "of its 512 bytes.",
	 "第 2 遍在所有路径上总共处理 1,000,000 条指令后，程序就算太复杂。一条路径走到某条指令时，如果"
	 "那里以前已经有知道得不比它多的路径走过，就剪枝。“在等”是先放下的分支数；栈用量是主函数需要的"
	 "字节数（共 512）。"},
	{"All instructions with the colour that walk 1 has given them: ○ unseen, ◐ discovered, ● "
	 "explored. One that is still ○ at the end is unreachable, and the program is rejected.",
	 "全部指令，带着第 1 遍给的颜色：○ 没见过，◐ 已发现，● 已走完。最后还是 ○ 的就是不可达，程序会"
	 "被拒绝。"},
	{"An fd is an index of this table. Each entry leads to an open file, the file to an object in "
	 "the kernel. An object lives as long as its refs are not 0: fds, pins, links and programs "
	 "hold it.",
	 "fd 是这张表的下标。每一项通向一个打开的文件，文件通向内核里的一个对象。只要引用不为 0 对象就"
	 "活着：fd、固定、link 和程序都持有它。"},
	{"How long a jump is depends on how far it goes, and that on how long other jumps are. So the "
	 "JIT goes through the program again and again until nothing shrinks any more, takes memory, "
	 "and writes the bytes.",
	 "跳转有多长，取决于它跳多远，而这又取决于别的跳转有多长。所以 JIT 一遍遍地走程序，直到不再变"
	 "小，然后分配内存，写下字节。"},
	{"How often a program was verified, compiled and run, and glue was written, and at which "
	 "occasion, up to this step. Verifying and compiling happen once, inside PROG_LOAD; attaching "
	 "stores an address; an event only calls it. Glue is code of the hook, not of the program: "
	 "XDP has a dispatcher, which is written again when programs come and go; most hooks have none"
	 ".",
	 "到这一步为止，程序被校验、编译、运行了多少次，胶水代码写了多少次，各在什么时候。校验和编译只"
	 "发生一次，在 PROG_LOAD 里；挂载只存一个地址；事件只调用它。胶水代码属于挂载点，不属于程序："
	 "XDP 有 dispatcher，程序来去时会重写；多数挂载点没有。"},
	{"Links, programs, maps and BTF that have an id. Below each: ◂ what holds a reference to it "
	 "(an fd, a pin in bpffs, another object), ▸ what it holds itself, or points to. An object "
	 "that nobody holds any more is freed at once. `stays when the loader ends`: a pin, another "
	 "process or something that stays holds it; all else goes with the loader.",
	 "有 id 的 link、程序、map 和 BTF。每个下面：◂ 谁持有它的引用（fd、bpffs 里的固定、别的对象）"
	 "，▸ 它自己持有或指向什么。没有人持有的对象立刻释放。“加载器结束后还在”：有固定、别的进程或留"
	 "下来的东西持有它；其余的随加载器消失。"},
	{"Newest first; ● a program has looked it up since it was looked at last (reference bit), ○ "
	 "not. When elements are needed, inactive ○ go, the last one first.",
	 "最新的在前；● 上次检查之后有程序查过它（引用位），○ 没有。需要元素时，先去掉 inactive 的 ○，"
	 "从最后一个开始。"},
	{"No hook holds a program: its pointer is NULL. BPF_LINK_CREATE makes a link, which puts the "
	 "address of the program's code there and holds a reference to the program.",
	 "没有挂载点持有程序：指针是 NULL。BPF_LINK_CREATE 建一个 link，把程序代码的地址放到那里，并持"
	 "有程序的一个引用。"},
	{"No map value has a timer. bpf_timer_init makes one, bpf_timer_set_callback says what it "
	 "calls, bpf_timer_start when. Then it needs no event: time that passes is enough.",
	 "没有 map 的值里有定时器。bpf_timer_init 做一个，bpf_timer_set_callback 说调用什么，"
	 "bpf_timer_start 说什么时候。之后不需要事件：时间过去就够了。"},
	{"No program runs while it is verified: the verifier thinks through every path, and keeps for "
	 "each register what is true on all runs that come this way. scalar() is a number with its "
	 "range, pkt, ctx, map_value are pointers, ..._or_null may be NULL. - may not be read. The "
	 "stack by slots of 8 bytes, the byte next to fp first: m some value, 0 zero, ? never "
	 "written; a register that was spilled there is written out. * changed by the last step; the "
	 "line below says what it was. e says a register in plain words.",
	 "校验时程序并不运行：校验器把每条路径想一遍，对每个寄存器只记住在所有走到这里的运行中都成立的"
	 "事。scalar() 是一个数和它的范围，pkt、ctx、map_value 是指针，..._or_null 可能是 NULL。- 不可"
	 "读。栈按 8 字节的槽，紧挨 fp 的字节在前：m 某个值，0 零，? 从没写过；存到那里的寄存器会写出"
	 "来。* 被上一步改变；下面一行是原来的。e 用白话说一个寄存器。"},
	{"None waits. At a conditional jump that may go both ways, the jump's way is put aside with "
	 "all that is known, and taken up again when this path has ended: last in, first out.",
	 "没有分支在等。遇到两边都可能的条件跳转时，跳转那一边连同已知的一切先放下，等这条路径走完再拿"
	 "起来：后进先出。"},
	{"Not translated yet. After walk 2 the kernel rewrites what it verified: helpers get "
	 "addresses or are written out, accesses to the context become accesses to its own structs.",
	 "还没翻译。第 2 遍之后，内核改写校验过的程序：辅助函数得到地址或被展开，对上下文的访问换成对"
	 "内核自己结构的访问。"},
	{"One map as the kernel keeps it, drawn from its memory at this moment: buckets with their "
	 "chains, the trie, LRU lists, rings with their positions, tables of references. * changed by "
	 "the last step, ◂ r0: that register points there. Another map: `map show NAME`, or j and k "
	 "in the pane of all maps. e: what this type is for and what it costs.",
	 "一个 map 在内核里的样子，按此刻的内存画出：桶和链，前缀树，LRU 链表，环与位置，引用表。* 被"
	 "上一步改变，◂ r0：那个寄存器指着它。看别的 map：`map show NAME`，或在全部 map 的窗格里用 j k"
	 "。e：这种类型做什么用，代价是什么。"},
	{"T tail, the oldest value; H head, where the next one goes. %u of %u values in a ring of %u "
	 "places: one stays empty, so that full and empty differ.",
	 "T 尾，最旧的值；H 头，下一个放这里。%u 个值（共 %u），环有 %u 个位置：总空着一个，好区分满与"
	 "空。"},
	{"The bytes of the packet with the names that the protocols give them, in network byte order, "
	 "and below them all bytes. ◂ what the last instruction read or wrote. The program's own "
	 "pointers are pkt+N.",
	 "数据包的字节，带着协议给的名字（网络字节序），下面是全部字节。◂ 上一条指令读或写的地方。程序"
	 "自己的指针是 pkt+N。"},
	{"The bytes that Linux 6.1's JIT made, as this CPU executed them: in a child of this process, "
	 "one instruction at a time, registers recorded. => is at rip. m goes on by one instruction "
	 "of the machine, M back; with this pane focused s and S do. Calls of the kernel's functions "
	 "go by at full speed. At each instruction of the bytecode the registers are compared with "
	 "those of the interpreter.",
	 "Linux 6.1 的 JIT 生成的字节，由本机 CPU 执行：在本进程的一个子进程里，一次一条指令，记录寄存"
	 "器。=> 是 rip。m 前进一条机器指令，M 后退；焦点在这个窗格时 s 和 S 也一样。内核函数的调用全"
	 "速通过。在字节码的每条指令处，寄存器与解释器的比较。"},
	{"The instructions, numbered by slots of 8 bytes (ld_imm64 takes two): as user space gave "
	 "them to PROG_LOAD; at an event as the kernel has translated them, which is what runs. "
	 "`form` shows the other one. => comes next. The number in brackets is the opcode byte; e "
	 "explains the instruction under the cursor, b sets a breakpoint there (stops go by the "
	 "number as written).",
	 "指令，按 8 字节的槽编号（ld_imm64 占两个）：加载时是用户空间给的原样；事件发生时是内核翻译后"
	 "的形式，运行的就是它。`form` 切换到另一种。=> 是下一条。括号里的数是操作码字节；e 解释光标下"
	 "的指令，b 在那里设断点（断点用原样的编号）。"},
	{"The machine code, byte for byte what Linux 6.1's JIT makes: offset, instruction, bytes. It "
	 "is this that runs at an event; no part of the kernel reads the bytecode then. While a "
	 "program runs, the code of its function at hand; => is what the translated instruction that "
	 "comes next became. e says why the encoding is what it is.",
	 "机器码，与 Linux 6.1 的 JIT 逐字节相同：偏移，指令，字节。事件发生时执行的就是它；那时内核不"
	 "再读字节码。程序运行时，显示手头函数的代码；=> 是下一条翻译后指令变成的。e 解释为什么这样编"
	 "码。"},
	{"The memory of the process that makes the call, as it is when it calls: what the addresses "
	 "in the attr lead to. The instructions of a program by slots of 8 bytes (1 opcode, 1 with "
	 "the two registers, 2 offset, 4 immediate), keys and values with what they mean. The kernel "
	 "never works on these bytes, it copies them: compare with the pane of the kernel's copy.",
	 "发起调用的进程的内存，是它调用时的样子：attr 里的地址通向什么。程序的指令按 8 字节的槽显示（"
	 "1 操作码，1 两个寄存器，2 偏移，4 立即数），key 和 value 连同含义。内核从不直接用这些字节，"
	 "而是拷贝：与内核副本的窗格对照。"},
	{"The one argument of bpf(2) beside the command and its size: a union, of which each command "
	 "reads its own fields (▸). Beside each field its bytes in memory, the lowest first, and what "
	 "they mean. Names in bold are those that the manual page bpf(2) lists. Addresses (→ memory) "
	 "point into the process's memory, the pane beside shows it; the kernel copies from there. "
	 "Where the caller's size ends, an older program on a newer kernel ends: what is behind "
	 "counts as 0. Put the cursor on a field with j and k, then e explains it.",
	 "bpf(2) 除了命令号和大小之外唯一的参数：一个 union，每个命令只读自己的那些字段（▸）。每个字段"
	 "旁边是它在内存里的字节（低位在前）和含义。粗体的名字是手册页 bpf(2) 列出的。地址（→ 内存）指"
	 "向进程的内存，旁边的窗格显示它；内核从那里拷贝。“调用者给的大小”之后的部分：旧程序在新内核上"
	 "运行时，后面的都按 0 算。用 j k 把光标移到字段上，再按 e 看解释。"},
	{"The other end of the way from kernel to user: each call with which the process has asked "
	 "about a map, and the answer. next key goes from key to key (NULL: the first one) until "
	 "ENOENT says that there is none left; lookup copies a value out. Of per-CPU maps it gets the "
	 "values of all CPUs, | between them. Ring and perf buffers are read from shared memory, "
	 "without a call.",
	 "从内核到用户的路的另一端：进程问 map 的每个调用，和得到的回答。next key 从一个 key 走到下一"
	 "个（NULL：第一个），直到 ENOENT 说没有了；lookup 把值拷贝出来。per-CPU map 会得到所有 CPU 的"
	 "值，中间用 | 隔开。ring buffer 和 perf buffer 从共享内存读，不用系统调用。"},
	{"The process has not asked about its maps yet. It cannot look into the kernel's memory: it "
	 "asks with system calls, or reads memory that it shares with the kernel.",
	 "进程还没有问过它的 map。它看不到内核的内存：要用系统调用去问，或者读它与内核共享的内存。"},
	{"The program as blocks that run from their first instruction to their last, and the jumps "
	 "between them: ┌ and └ are the ends of a jump, ▸ its target, ┊ a jump that walk 1 has not "
	 "followed yet, ║ the one it has just looked at; from a block into the next one below it "
	 "falls through. Walk 1 is a depth-first search: ○ unseen, ◐ discovered (on the stack), ● "
	 "explored (all ways out followed). It goes to every instruction once, and looks at no "
	 "register. ◂ where it stands; * what the last edge led to.",
	 "程序分成一个个块（从第一条执行到最后一条）和块之间的跳转：┌ 与 └ 是跳转的两端，▸ 是目标，┊ "
	 "是第 1 遍还没走过的跳转，║ 是刚看过的；块末尾直接落到下面一块。第 1 遍是深度优先搜索：○ 没见"
	 "过，◐ 已发现（在栈上），● 已走完（所有出路都走过）。它到每条指令一次，不看任何寄存器。◂ 是它"
	 "所在的位置；* 是上一条边通向的地方。"},
	{"The program as it was written. => marks the line whose instruction comes next; the line of "
	 "the instruction that the last step was about is marked too. b sets a breakpoint at the "
	 "cursor. With this pane focused, s goes on line by line.",
	 "程序原来写的样子。=> 标出下一条指令所在的行；上一步的指令所在的行也有标记。b 在光标处设断点"
	 "。焦点在这个窗格时，s 一行一行地走。"},
	{"The registers of the machine before the instruction at rip, as they were recorded; beside "
	 "them the BPF register that the JIT keeps there. Arguments and locals of BPF live in "
	 "registers all the time: nothing is loaded or stored that the bytecode does not load or "
	 "store. r9, r11 and r12 are not BPF's (r9: scratch; r10: the JIT's own r11). * changed by "
	 "the last instruction; = r0 as in the interpreter.",
	 "rip 处的指令执行前机器的寄存器，按记录显示；旁边是 JIT 放在那里的 BPF 寄存器。BPF 的参数和局"
	 "部变量一直在寄存器里：字节码不读写内存的地方，机器码也不读写。r9、r11、r12 不是 BPF 的（r9："
	 "临时；r10：JIT 自己的 r11）。* 被上一条指令改变；= r0 与解释器相同。"},
	{"The stages of one PROG_LOAD: ✓ done, ◂ at work now, · still to come, ✗ said no. If any of "
	 "them says no, bpf() returns -1, errno says which kind of no, and no id and no fd ever "
	 "exist: the fd comes last. `break stage:NAME` stops where one begins.",
	 "一次 PROG_LOAD 的各个阶段：✓ 完成，◂ 正在做，· 还没到，✗ 说不。任何一个说不，bpf() 就返回 -1"
	 "，errno 说是哪一种不行，没有 id 也没有 fd：fd 是最后才给的。`break stage:NAME` 在某个阶段开"
	 "始时停下。"},
	{"The text that PROG_LOAD writes into the loader's log_buf when log_level is not 0, up to "
	 "this moment. Level 2 shows each step of the path walk.",
	 "log_level 不为 0 时，PROG_LOAD 写进加载器 log_buf 的文字，到此刻为止。级别 2 显示路径行走的"
	 "每一步。"},
	{"The verdict taken apart: the errno and the exact words of Linux 6.1; what kind of rule was "
	 "broken; the rule in plain words; where, in C and in bytecode, and what the register at "
	 "fault held there; how the path came to that (w walks it back, step by step); and what to "
	 "try. `bpfwalk verify FILE --explain` prints the same.",
	 "把判决拆开看：errno 和 Linux 6.1 的原话；违反了哪类规则；用白话说的规则；在哪里（C 与字节码"
	 "），当时出错的寄存器里是什么；路径如何走到这里（按 w 一步步往回走）；可以试什么。`bpfwalk "
	 "verify FILE --explain` 打印同样的内容。"},
	{"Timers that programs have made in map values (struct bpf_timer), those that run first, in "
	 "the order in which they are due. A timer calls a function of its program when its time has "
	 "come, whether the program runs or not; once it has a function, it holds the program. `fire "
	 "tick 10ms` lets time pass.",
	 "程序在 map 的值里做的定时器（struct bpf_timer），在走的排在前面，按到期的先后。到时间后定时"
	 "器调用它程序里的一个函数，不管程序是否在运行；一旦有了函数，它就持有这个程序。`fire tick "
	 "10ms` 让时间过去。"},
	{"Walk 2 as a tree. 0-4 are instructions walked one after the other; ┬ is a jump that may go "
	 "both ways: the path goes on to the right, the other way is put aside and hangs below (┄ "
	 "waits). When a path has ended, the branch put aside last is taken up (◂ next): last in, "
	 "first out. ✓ it came to exit, ≡ it was pruned: what was known there had been walked before. "
	 "Each function that is checked by itself has a tree of its own.",
	 "第 2 遍画成一棵树。0-4 是接连走过的指令；┬ 是两边都可能的跳转：路径向右继续，另一边先放下，"
	 "挂在下面（┄ 在等）。一条路径走完后，拿起最后放下的分支（◂ 下一个）：后进先出。✓ 走到了 exit"
	 "，≡ 被剪枝：那里已知的以前走过了。单独校验的每个函数有自己的树。"},
	{"Walk 2 is not on a path now. While it is, this shows for each register what is known on "
	 "every run that comes this way: a type, and a range of values.",
	 "第 2 遍现在不在路径上。进行时，这里显示每个寄存器在所有走到这里的运行中已知什么：类型和取值"
	 "范围。"},
	{"What attaching has changed: the device points to the link, the link to the program, and the "
	 "address that is called is that of the machine code, which is there since the load (✓ same). "
	 "Pane glue shows code that attaching has written. Below: who holds the program and the link, "
	 "and so when it is detached.",
	 "挂载改变了什么：设备指向 link，link 指向程序，被调用的地址就是机器码的地址，加载时就有了（✓ "
	 "相同）。glue 窗格显示挂载时写的代码。下面：谁持有程序和 link，也就是什么时候会卸下。"},
	{"What each CPU is in the midst of. => is at hand: the next step is its. `race EVENT | EVENT` "
	 "begins events on several CPUs at once; `cpu N` lets another one go on from here, `schedule "
	 "0 0 1` says who takes the next steps. A step is one instruction: what others see of it, "
	 "they see all of it or nothing.",
	 "每个 CPU 正在做什么。=> 是手头的 CPU：下一步是它的。`race EVENT | EVENT` 让几个 CPU 上同时发"
	 "生事件；`cpu N` 从这里起换另一个 CPU 走，`schedule 0 0 1` 指定接下来谁走。一步是一条指令：别"
	 "的 CPU 要么看到它的全部结果，要么什么都看不到。"},
	{"What programs print with bpf_printk and bpf_trace_printk; on a real machine one reads it "
	 "from /sys/kernel/tracing/trace_pipe. All programs of the machine print into the same place. Behind |: the text that "
	 "a task has read from an iterator.",
	 "程序用 bpf_printk 和 bpf_trace_printk 打印的内容；真机上从 /sys/kernel/tracing/trace_pipe 读"
	 "。机器上所有程序都打印到同一个地方。| 之后：任务从迭代器读到的文本。"},
	{"What runs, in both its forms: the translated instruction with its number, and the machine's "
	 "with the offset of the first. => comes next; of a conditional jump both ways stand below. e "
	 "explains the instruction under the cursor and its encoding, b sets a breakpoint there "
	 "(stops go by the number as written), o shows the program as it was written.",
	 "执行的代码，两种形式并排：翻译后的指令和编号，机器码和第一条的偏移。=> 是下一条；条件跳转的"
	 "两条路写在下面。e 解释光标下的指令及其编码，b 设断点（断点用原样的编号），o 显示原样的程序。"},
	{"What the function uses of the 512 bytes below r10, lowest address of a line first: the line "
	 "fp-8 holds fp-8 to fp-1. ·· was never written. * changed by the last step.",
	 "函数用到的、r10 以下 512 字节里的部分，每行低地址在前：fp-8 那一行是 fp-8 到 fp-1。·· 从没写"
	 "过。* 被上一步改变。"},
	{"What the kernel has of its own of this call. PROG_LOAD: its copy of the instructions; ≠ "
	 "marks what differs from user memory: where user space wrote an fd, the kernel has put the "
	 "address of the map, in two halves (* in this step). The fd is used once, here, and then "
	 "forgotten. MAP_CREATE: the map's four values, and where each comes from: the line of C, the "
	 "bytes of the attr, the map. Element calls: the element itself.",
	 "这次调用里内核自己拥有的东西。PROG_LOAD：指令的副本；≠ 标出与用户内存不同的地方：用户空间写"
	 "的是 fd，内核换成了 map 的地址，分在两半里（* 表示这一步换的）。fd 只在这里用一次，然后就忘"
	 "了。MAP_CREATE：map 的四个值，以及各自从哪来：C 的行，attr 的字节，map。元素调用：元素本身。"},
	{"What the kernel made of the program after it was verified, and what the JIT compiles: "
	 "numbers are its own. ~ was rewritten, + inserted; e says why. What belongs to the line "
	 "under the cursor is marked in the other panes. (bpftool prog dump xlated shows the same.)",
	 "校验之后内核把程序变成的样子，JIT 编译的就是它：编号是它自己的。~ 被改写，+ 插入的；e 说为什"
	 "么。与光标所在行对应的，在别的窗格里有标记。（bpftool prog dump xlated 显示同样的内容。）"},
	{"What the maps hold at this moment: [key] value. The bytes are decoded with the types that "
	 "the object file declared (BTF). * changed by the last step. Programs change values in "
	 "place, user space sees that at once.",
	 "此刻 map 里有什么：[key] 值。字节按目标文件声明的类型（BTF）解码。* 被上一步改变。程序就地改"
	 "变值，用户空间马上看得到。"},
	{"What the program gets: the fields of its type's context as programs see them (the kernel's "
	 "own struct looks otherwise; the translator turned each access into one of that); registers "
	 "for a probe, the record of a tracepoint, the arguments of a function.",
	 "程序拿到的东西：程序看到的上下文字段（内核自己的结构不是这样；翻译时每次访问都换成了对内核结"
	 "构的访问）；kprobe 是寄存器，tracepoint 是一条记录，fentry 等是函数的参数。"},
	{"What the run has at hand, on a few lines: registers that may be read, bytes of the stack "
	 "that were written, elements of maps. * changed by the last step, old → new.",
	 "用几行显示运行时手头的东西：可读的寄存器，写过的栈字节，map 的元素。* 表示被上一步改变，旧 →"
	 " 新。"},
	{"What the translated instruction under the cursor (or the one that comes next) became, byte "
	 "for byte, and why: which pass of the translator wrote it, whether immediates and offsets "
	 "take one byte or four, how far a jump goes, which prefix is needed.",
	 "光标下（或下一条）翻译后的指令变成了什么，逐字节，以及为什么：是翻译的哪一趟写的，立即数和偏"
	 "移占一字节还是四字节，跳转有多远，需要哪个前缀。"},
	{"Where programs wait for events: the network devices of the simulated machine with what is "
	 "attached to their XDP hook and to tc (filters in the order in which they are asked), and "
	 "what has arrived there; kernel functions and tracepoints at which a program hangs; cgroups, "
	 "whose programs are asked when their tasks do something. ▸ marks hooks that can take the "
	 "program at hand. Attaching changes one pointer: nothing is verified or compiled again.",
	 "程序在哪里等事件：模拟机器的网络设备，各自的 XDP 挂载点和 tc 上挂着什么（过滤器按询问的先后"
	 "），到达过什么；挂着程序的内核函数和 tracepoint；cgroup，它们的任务做事时会问它们的程序。▸ "
	 "标出能挂手头程序的挂载点。挂载只改变一个指针：不会再校验或编译。"},
	{"Where the JIT keeps BPF's registers: the same in every program, chosen so that a call of "
	 "the kernel's functions needs no moves. r6 to r9 are registers that a C function must keep, "
	 "so the prologue saves those of them that the program uses. Below: what the prologue of the "
	 "function at hand does.",
	 "JIT 把 BPF 的寄存器放在哪里：每个程序都一样，选得使调用内核函数时不用搬动。r6 到 r9 对应 C "
	 "函数必须保留的寄存器，所以开场代码保存程序用到的那几个。下面：手头函数的开场代码做什么。"},
	{"Where walk 1 came from: the instruction being looked at on top, and which of its ways out "
	 "have been followed (✓). An edge to an instruction that is still on this stack closes a "
	 "loop: a back-edge.",
	 "第 1 遍从哪里来：正在看的指令在最上面，以及它的哪些出路已经走过（✓）。通向还在栈上的指令的边"
	 "构成循环：回边。"},
	{"glue: bpf_dispatcher_xdp, %u bytes that compare the address to be called with %u program%s "
	 "and jump straight there. The hook's code, not the program's.",
	 "胶水代码：bpf_dispatcher_xdp，%u 字节，把要调用的地址与 %u 个程序%.0s比较，直接跳过去。它是"
	 "挂载点的代码，不是程序的。"},
	{"r0 is the result, r1 to r5 are arguments and are lost in a call, r6 to r9 survive calls, "
	 "r10 is the end of the stack. Beside them the x86-64 register that the JIT puts each into. "
	 "Addresses are shown as region and offset: fp-4 is 4 bytes below r10, pkt+23 byte 23 of the "
	 "packet. * changed by the last step, old → new; - holds nothing that the program may read. x "
	 "shows them in hexadecimal.",
	 "r0 是结果，r1 到 r5 是参数，调用后就没了，r6 到 r9 调用后还在，r10 是栈的末端。旁边是 JIT 把"
	 "它放进的 x86-64 寄存器。地址显示为区域加偏移：fp-4 是 r10 以下 4 字节，pkt+23 是数据包的字节"
	 " 23。* 被上一步改变，旧 → 新；- 程序不可读。x 用十六进制显示。"},
	{NULL, NULL},
};
