/* One of each kind of BTF. Rebuild: clang -target bpf -O2 -g -c kinds.c && llvm-objcopy --dump-section .BTF=kinds.btf kinds.o */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int (*callback)(void *ctx, const char *name);

enum color { RED, GREEN = 5, BLUE = 0x7fffffff };
enum sign { MINUS = -1, PLUS = 1 };
enum big { SMALL = 1, HUGE = 0x100000000ull };

struct forward;
struct list {
	struct list *next;
	volatile const int *const *restrict deep;
};

struct flow {
	u32 proto;
	_Bool up;
	char name[16];
	signed char level;
	unsigned short ports[2];
	enum color color;
	enum sign sign;
	u64 bytes;
	struct list list;
	union {
		int a;
		float f;
	} u;
	struct {
		unsigned int low : 3;
		int mid : 7;
		u64 high : 40;
	} bits;
	callback call;
	int (*table[4])(long, ...);
	int matrix[2][3];
	struct forward *fwd;
	enum big big;
	double d;
	void *p;
	__int128 wide;
};

struct counts {
	u32 proto;
	int n __attribute__((btf_decl_tag("total")));
};

struct flow flow = {.proto = 6};
struct counts counts[4];
static const volatile int limit = 7;

__attribute__((noinline)) static int helper(struct flow *f, int n)
{
	return f->ports[0] + n + limit;
}

__attribute__((section("xdp"))) int prog(struct flow *f)
{
	return helper(f, 3) + counts[1].n;
}

char _license[] __attribute__((section("license"))) = "GPL";
