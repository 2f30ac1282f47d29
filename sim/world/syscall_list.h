/*
 * System calls that have tracepoints here, as Linux 6.1's tracefs shows those: number, name, ids of syscalls:sys_enter_NAME
 * and sys_exit_NAME, and the arguments. Records have the number at 8, then 8 bytes for each argument, or the result.
 */
SYSCALL(0, read, 712, 711, "unsigned int fd", "char * buf", "size_t count")
SYSCALL(1, write, 710, 709, "unsigned int fd", "const char * buf", "size_t count")
SYSCALL(2, open, 656, 655, "const char * filename", "int flags", "umode_t mode")
SYSCALL(3, close, 648, 647, "unsigned int fd")
SYSCALL(9, mmap, 97, 96, "unsigned long addr", "unsigned long len", "unsigned long prot",
	"unsigned long flags", "unsigned long fd", "unsigned long off")
SYSCALL(10, mprotect, 595, 594, "unsigned long start", "size_t len", "unsigned long prot")
SYSCALL(11, munmap, 581, 580, "unsigned long addr", "size_t len")
SYSCALL(12, brk, 583, 582, "unsigned long brk")
SYSCALL(16, ioctl, 768, 767, "unsigned int fd", "unsigned int cmd", "unsigned long arg")
SYSCALL(33, dup2, 784, 783, "unsigned int oldfd", "unsigned int newfd")
SYSCALL(35, nanosleep, 382, 381, "struct __kernel_timespec * rqtp", "struct __kernel_timespec * rmtp")
SYSCALL(39, getpid, 231, 230)
SYSCALL(41, socket, 1318, 1317, "int family", "int type", "int protocol")
SYSCALL(42, connect, 1306, 1305, "int fd", "struct sockaddr * uservaddr", "int addrlen")
SYSCALL(43, accept, 1308, 1307, "int fd", "struct sockaddr * upeer_sockaddr", "int * upeer_addrlen")
SYSCALL(44, sendto, 1300, 1299, "int fd", "void * buff", "size_t len", "unsigned int flags",
	"struct sockaddr * addr", "int addr_len")
SYSCALL(45, recvfrom, 1298, 1297, "int fd", "void * ubuf", "size_t size", "unsigned int flags",
	"struct sockaddr * addr", "int * addr_len")
SYSCALL(49, bind, 1314, 1313, "int fd", "struct sockaddr * umyaddr", "int addrlen")
SYSCALL(50, listen, 1312, 1311, "int fd", "int backlog")
SYSCALL(56, clone, 119, 118, "unsigned long clone_flags", "unsigned long newsp",
	"int * parent_tidptr", "int * child_tidptr", "unsigned long tls")
SYSCALL(57, fork, 123, 122)
SYSCALL(58, vfork, 121, 120)
SYSCALL(59, execve, 732, 731, "const char * filename", "const char *const * argv",
	"const char *const * envp")
SYSCALL(60, exit, 140, 139, "int error_code")
SYSCALL(61, wait4, 134, 133, "pid_t upid", "int * stat_addr", "int options", "struct rusage * ru")
SYSCALL(62, kill, 173, 172, "pid_t pid", "int sig")
SYSCALL(80, chdir, 676, 675, "const char * filename")
SYSCALL(83, mkdir, 758, 757, "const char * pathname", "umode_t mode")
SYSCALL(87, unlink, 752, 751, "const char * pathname")
SYSCALL(101, ptrace, 153, 152, "long request", "long pid", "unsigned long addr", "unsigned long data")
SYSCALL(102, getuid, 225, 224)
SYSCALL(105, setuid, 245, 244, "uid_t uid")
SYSCALL(117, setresuid, 243, 242, "uid_t ruid", "uid_t euid", "uid_t suid")
SYSCALL(157, prctl, 189, 188, "int option", "unsigned long arg2", "unsigned long arg3",
	"unsigned long arg4", "unsigned long arg5")
SYSCALL(165, mount, 798, 797, "char * dev_name", "char * dir_name", "char * type",
	"unsigned long flags", "void * data")
SYSCALL(166, umount, 802, 801, "char * name", "int flags")
SYSCALL(175, init_module, 350, 349, "void * umod", "unsigned long len", "const char * uargs")
SYSCALL(202, futex, 416, 415, "u32 * uaddr", "int op", "u32 val",
	"const struct __kernel_timespec * utime", "u32 * uaddr2", "u32 val3")
SYSCALL(230, clock_nanosleep, 388, 387, "const clockid_t which_clock", "int flags",
	"const struct __kernel_timespec * rqtp", "struct __kernel_timespec * rmtp")
SYSCALL(231, exit_group, 138, 137, "int error_code")
SYSCALL(234, tgkill, 169, 168, "pid_t tgid", "pid_t pid", "int sig")
SYSCALL(257, openat, 654, 653, "int dfd", "const char * filename", "int flags", "umode_t mode")
SYSCALL(258, mkdirat, 760, 759, "int dfd", "const char * pathname", "umode_t mode")
SYSCALL(260, fchownat, 664, 663, "int dfd", "const char * filename", "uid_t user", "gid_t group",
	"int flag")
SYSCALL(262, newfstatat, 724, 723, "int dfd", "const char * filename", "struct stat * statbuf", "int flag")
SYSCALL(263, unlinkat, 754, 753, "int dfd", "const char * pathname", "int flag")
SYSCALL(268, fchmodat, 668, 667, "int dfd", "const char * filename", "umode_t mode")
SYSCALL(288, accept4, 1310, 1309, "int fd", "struct sockaddr * upeer_sockaddr",
	"int * upeer_addrlen", "int flags")
SYSCALL(293, pipe2, 736, 735, "int * fildes", "int flags")
SYSCALL(298, perf_event_open, 488, 487, "struct perf_event_attr * attr_uptr", "pid_t pid",
	"int cpu", "int group_fd", "unsigned long flags")
SYSCALL(313, finit_module, 348, 347, "int fd", "const char * uargs", "int flags")
SYSCALL(316, renameat2, 742, 741, "int olddfd", "const char * oldname", "int newdfd",
	"const char * newname", "unsigned int flags")
SYSCALL(321, bpf, 486, 485, "int cmd", "union bpf_attr * uattr", "unsigned int size")
SYSCALL(322, execveat, 730, 729, "int fd", "const char * filename", "const char *const * argv",
	"const char *const * envp", "int flags")
SYSCALL(332, statx, 716, 715, "int dfd", "const char * filename", "unsigned flags",
	"unsigned int mask", "struct statx * buffer")
SYSCALL(435, clone3, 117, 116, "struct clone_args * uargs", "size_t size")
