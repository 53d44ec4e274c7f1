# Builds, installs and packages kangarood.
#
#   make                                    the two programs, with Swift's runtime inside
#   make install [PREFIX=/usr/local] [DESTDIR=...]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=...]     leaves what the ward has made
#   make deb                                .build/deb/kangarood_VERSION_ARCH.deb
#   make check-deb                          the package against Debian's policy
#   make nspawn, make qemu                  the package under a real systemd, on a real kernel

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc
SCRATCH ?= .build/static
JOBS ?= $(shell nproc)

bin := $(PREFIX)/bin
units := $(PREFIX)/lib/systemd/system
sysusers := $(PREFIX)/lib/sysusers.d
rules := $(PREFIX)/lib/udev/rules.d
man := $(PREFIX)/share/man
doc := $(PREFIX)/share/doc/kangarood
lib := $(PREFIX)/lib/kangarood
configuration := $(SYSCONFDIR)/kangarood

programs := kangarood kangaroo
service := kangarood.service kangarood-forward@.service
sockets := kangarood-stream.socket kangarood-control.socket kangarood-uevent.socket
pages := man1/kangaroo.1 man5/kangarood.conf.5 man8/kangarood.8

# The C++ library is put inside too, as far as Swift's runtime uses it: a folder in which only the
# archive is found, or the linker would take the shared one.
inside := $(SCRATCH)/inside

# No path of this machine may get into the programs: the same source makes the same bytes anywhere.
# The compiler keeps a hash of all it was told, paths included, unless it is told not to go on from
# where it was.
swift := swift build --configuration release --static-swift-stdlib --jobs $(JOBS) \
  --scratch-path $(SCRATCH) \
  -Xswiftc -gnone -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. \
  -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen \
  -Xcc -g0 -Xcc -ffile-prefix-map=$(CURDIR)=. \
  -Xlinker -L$(CURDIR)/$(inside) --disable-local-rpath

# What make calls first.
build:
	mkdir -p $(inside)
	ln -sf "$$(clang -print-file-name=libstdc++.a)" $(inside)/
	$(foreach program,$(programs),$(swift) --product $(program) &&) true

install:
	@test -x $(SCRATCH)/release/kangarood || \
	  { echo 'found no programs, expected "make" first'; exit 1; }
	install -d -m755 $(addprefix $(DESTDIR),$(bin) $(lib) $(units) $(sysusers) $(rules) $(doc) \
	  $(configuration) $(configuration)/kangarood.conf.d)
	for program in $(programs); do \
	  install -m755 $(SCRATCH)/release/$$program $(DESTDIR)$(bin)/$$program && \
	  strip --strip-all --remove-section=.comment --remove-section=.note \
	    $(DESTDIR)$(bin)/$$program || exit 1; \
	done
	for unit in $(service) $(sockets); do \
	  sed 's#/usr/bin/kangarood#$(bin)/kangarood#; s#/usr/lib/kangarood#$(lib)#' systemd/$$unit \
	    > $(DESTDIR)$(units)/$$unit && \
	  chmod 644 $(DESTDIR)$(units)/$$unit || exit 1; \
	done
	install -m755 systemd/forward $(DESTDIR)$(lib)/forward
	install -m644 systemd/kangarood.sysusers $(DESTDIR)$(sysusers)/kangarood.conf
	install -m644 udev-rules/70-kangarood.rules $(DESTDIR)$(rules)/70-kangarood.rules
	install -m644 udev-rules/69-kangarood-local.rules.example README.md $(DESTDIR)$(doc)
	for page in $(pages); do \
	  install -d -m755 $(DESTDIR)$(man)/$${page%/*} && \
	  gzip -9n < systemd/man/$${page##*/} > $(DESTDIR)$(man)/$$page.gz && \
	  chmod 644 $(DESTDIR)$(man)/$$page.gz || exit 1; \
	done
	test -e $(DESTDIR)$(configuration)/kangarood.conf || \
	  install -m644 systemd/kangarood.conf $(DESTDIR)$(configuration)/kangarood.conf
	@test -n '$(DESTDIR)' || printf '%s\n' 'Installed. What is left to do, as root:' \
	  '  systemd-sysusers && systemctl daemon-reload && udevadm control --reload' \
	  '  systemctl enable --now kangarood.service'

# A configuration that was changed is the ward's own, and stays, as does /var/lib/kangarood.
uninstall:
	rm -f $(addprefix $(DESTDIR)$(bin)/,$(programs)) \
	  $(addprefix $(DESTDIR)$(units)/,$(service) $(sockets)) \
	  $(DESTDIR)$(sysusers)/kangarood.conf $(DESTDIR)$(rules)/70-kangarood.rules \
	  $(addsuffix .gz,$(addprefix $(DESTDIR)$(man)/,$(pages)))
	rm -rf $(DESTDIR)$(doc) $(DESTDIR)$(lib)
	cmp -s systemd/kangarood.conf $(DESTDIR)$(configuration)/kangarood.conf && \
	  rm -f $(DESTDIR)$(configuration)/kangarood.conf || true
	rmdir --ignore-fail-on-non-empty $(DESTDIR)$(configuration)/kangarood.conf.d \
	  $(DESTDIR)$(configuration) 2>/dev/null || true

deb: build
	systemd/debian/package $(SCRATCH) .build/deb

check-deb:
	lintian --fail-on error,warning .build/deb/kangarood_*.deb

nspawn:
	Tests/EndToEnd/nspawn

qemu:
	Tests/EndToEnd/qemu

.PHONY: build install uninstall deb check-deb nspawn qemu
