# bpfwalk: one Makefile, no recursion.
#
#   make run      install what is missing, build, start (without a terminal: print the walk of a sample)
#   make test     the same, then every test, under ASan and UBSan; VECTORS=DIR: on the recordings of a real kernel there, too
#   make bench    speed, as ratios to C;  make fuzz: long random tests, half an hour;  make samples: rebuild samples/*.o with clang
#   make screenshots    the README's pictures;  make install, make uninstall: PREFIX (/usr/local), DESTDIR

CC ?= gcc
CFLAGS ?= -O2 -g
BASE_FLAGS := -std=gnu11 -Wall -Wextra -Werror -MMD -MP -D_GNU_SOURCE -I.
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
LIBS := -lZydis -lZycore -lelf -ljansson -lpcap -lz -lreadline -lncursesw

# The simulated kernel, pure: no files, no libc state. The ELF reader and what runs machine code are archives of their own.
SIM_DIRS := sim sim/maps sim/verifier sim/vm sim/jit sim/helpers sim/progs sim/world
SIM_SRC := $(foreach d,$(SIM_DIRS),$(wildcard $(d)/*.c))
ELF_SRC := $(wildcard sim/elf/*.c)
# Running machine code takes the machine that it is for.
NATIVE_SRC := $(if $(findstring linux,$(filter x86_64%,$(shell $(CC) -dumpmachine))),$(filter-out %/stub.c,$(wildcard sim/native/*.c)),sim/native/stub.c)
UI_SRC := $(filter-out ui/main.c,$(wildcard ui/*.c ui/*/*.c))
UNIT_SRC := $(wildcard test/unit/*_test.c)
TOOL_SRC := $(wildcard test/tools/*.c)
FUZZ_SRC := $(wildcard test/fuzz/*_fuzz.c)
BENCH_SRC := $(wildcard test/bench/*_bench.c)
ERRNO_SRC := $(wildcard test/errno/*.c)
SUPPORT_SRC := $(wildcard test/support/*.c)

SAMPLE_SRC := $(wildcard samples/*.bpf.c)
SAMPLE_EVENTS := $(wildcard samples/*.events)

# make V=1 shows whole command lines
say = @$(if $(V),,echo "  $(1) $@";)

all: build/bpfwalk build/conformance-plugin

# --- objects: build/opt (what users run), build/asan (what tests run), build/pure (what the purity test looks at) ---

build/opt/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(BASE_FLAGS) $(CFLAGS) -c -o $@ $<

build/asan/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(BASE_FLAGS) $(SANITIZE) -c -o $@ $<

build/pure/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(BASE_FLAGS) -O2 -U_FORTIFY_SOURCE -fno-stack-protector -c -o $@ $<

# $(1): opt, asan or pure
define archives
build/$(1)/libsim.a: $(SIM_SRC:%.c=build/$(1)/%.o)
build/$(1)/libelf.a: $(ELF_SRC:%.c=build/$(1)/%.o)
build/$(1)/libnative.a: $(NATIVE_SRC:%.c=build/$(1)/%.o)
build/$(1)/libui.a: $(UI_SRC:%.c=build/$(1)/%.o)
build/$(1)/libsupport.a: $(SUPPORT_SRC:%.c=build/$(1)/%.o)
build/$(1)/%.a:
	@rm -f $$@
	@$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach kind,opt asan pure,$(eval $(call archives,$(kind))))

OPT_LIBS := build/opt/libui.a build/opt/libelf.a build/opt/libnative.a build/opt/libsim.a
ASAN_LIBS := build/asan/libsupport.a build/asan/libui.a build/asan/libelf.a build/asan/libnative.a build/asan/libsim.a

build/bpfwalk: build/opt/ui/main.o $(OPT_LIBS)
	$(call say,LINK)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

build/asan/bpfwalk: build/asan/ui/main.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

build/conformance-plugin: build/opt/test/conformance/plugin.o build/opt/libsupport.a $(OPT_LIBS)
	$(call say,LINK)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

build/asan/conformance-plugin: build/asan/test/conformance/plugin.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# Unit tests: one cmocka program per test/unit/*_test.c
build/asan/test/unit/%: build/asan/test/unit/%.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS) -lcmocka

# Programs that test scripts drive
build/asan/test/tools/%: build/asan/test/tools/%.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# Tables of errno cases: test/errno/sys/sys.h
build/asan/test/errno/btf.o: test/data/btf/kinds.btf

build/asan/test/errno/%: build/asan/test/errno/%.o build/asan/test/errno/sys/simulated.o build/asan/test/errno/sys/show.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

build/asan/test/fuzz/%: build/asan/test/fuzz/%.o $(ASAN_LIBS)
	$(call say,LINK)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

build/opt/test/fuzz/%: build/opt/test/fuzz/%.o build/opt/libsupport.a $(OPT_LIBS)
	$(call say,LINK)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# Beside GLib's hash table, where its development files are here.
build/opt/test/bench/map_bench.o: BASE_FLAGS += $(shell pkg-config --cflags glib-2.0 2>/dev/null && echo -DHAVE_GLIB)
build/opt/test/bench/map_bench: LIBS += $(shell pkg-config --libs glib-2.0 2>/dev/null)

build/opt/test/bench/%: build/opt/test/bench/%.o build/opt/libsupport.a $(OPT_LIBS)
	$(call say,LINK)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

UNIT := $(UNIT_SRC:%.c=build/asan/%)
TOOLS := $(TOOL_SRC:%.c=build/asan/%)
ERRNO := $(ERRNO_SRC:%.c=build/asan/%)
FUZZ := $(FUZZ_SRC:%.c=build/asan/%)
LONG_FUZZ := build/opt/test/fuzz/walk_fuzz
LONG_FUZZ_ARGS := 5000000 1000000
FUZZ_SEEDS := $(wildcard test/kernel/*.jsonl.gz test/kernel/random/*.jsonl.gz $(VECTORS:%=%/*.jsonl.gz))
BENCH := $(BENCH_SRC:%.c=build/opt/%)

# --- what people call ---

deps:
	@test/deps.sh

run: deps
	@$(MAKE) --no-print-directory all
	@test/start.sh

test: deps
	@$(MAKE) --no-print-directory -j$$(nproc) all build/asan/bpfwalk build/asan/conformance-plugin build/pure/libsim.a $(UNIT) $(TOOLS) $(ERRNO) $(FUZZ)
	@test/run.sh $(UNIT)

asan: build/asan/bpfwalk

# The verifier's is long: about ten million runs, without sanitizers, with the recorded programs of VECTORS, too.
fuzz: deps
	@$(MAKE) --no-print-directory $(FUZZ) $(LONG_FUZZ)
	@for f in $(FUZZ); do echo "== $$f"; $$f $(FUZZ_ARGS) || exit 1; done
	@echo "== $(LONG_FUZZ)"; $(LONG_FUZZ) $(or $(FUZZ_ARGS),$(LONG_FUZZ_ARGS)) $(FUZZ_SEEDS)

bench: deps
	@$(MAKE) --no-print-directory all $(BENCH)
	@missed=; for b in $(BENCH); do echo "== $$(basename $$b)"; $$b || missed="$$missed $$(basename $$b)"; done; \
	 test -z "$$missed" || { echo "missed a limit:$$missed"; exit 1; }

# Learners need no clang: the objects are committed.
samples: $(SAMPLE_SRC:.bpf.c=.o) $(SAMPLE_EVENTS:.events=.pcap)

samples/%.o: samples/%.bpf.c
	clang -target bpf -O2 -g -mcpu=v3 -Wall -Werror -fdebug-prefix-map=$(CURDIR)=. \
	      -I/usr/include/$$(gcc -print-multiarch) -c -o $@ $<

samples/%.pcap: samples/%.events | build/bpfwalk
	build/bpfwalk packets $< -o $@

# An installed bpfwalk finds its data beside its folder: ../share/bpfwalk (ui/data_file.c).
PREFIX ?= /usr/local
SHARE := $(DESTDIR)$(PREFIX)/share
INSTALLED := $(DESTDIR)$(PREFIX)/bin/bpfwalk $(SHARE)/man/man1/bpfwalk.1 \
	$(SHARE)/bash-completion/completions/bpfwalk $(SHARE)/zsh/site-functions/_bpfwalk

build/bpfwalk.1: ui/man/make.sh build/bpfwalk
	@ui/man/make.sh build/bpfwalk >$@.new && mv $@.new $@

install: build/bpfwalk build/bpfwalk.1
	install -d $(sort $(dir $(INSTALLED))) $(SHARE)/bpfwalk
	install -m 755 build/bpfwalk $(word 1,$(INSTALLED))
	install -m 644 build/bpfwalk.1 $(word 2,$(INSTALLED))
	install -m 644 ui/completions/bpfwalk.bash $(word 3,$(INSTALLED))
	install -m 644 ui/completions/_bpfwalk $(word 4,$(INSTALLED))
	find samples lessons -type f -exec install -D -m 644 {} $(SHARE)/bpfwalk/{} \;

uninstall:
	rm -f $(INSTALLED)
	rm -rf $(SHARE)/bpfwalk

screenshots: build/bpfwalk
	@ui/screenshots/make.sh

clean:
	rm -rf build

.PHONY: all deps run test asan fuzz bench samples screenshots install uninstall clean
.SECONDARY:

-include $(wildcard build/*/*/*.d build/*/*/*/*.d build/*/*/*/*/*.d)
