# Everything is one command. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BINARY := .build/release/traceql
BENCH := .build/release/traceql-bench
VENV := .venv
# Where `make install` puts things; DESTDIR goes before it for packagers.
PREFIX ?= /usr/local
PACKAGES := pkg-config python3-venv libre2-dev libmicrohttpd-dev libyaml-dev libcrypt-dev libzstd-dev libsnappy-dev liblz4-dev zlib1g-dev \
  libcurl4-openssl-dev libreadline8
FORMATTED := Package.swift Sources Tests Benchmarks
RELEASE := swift build -c release --static-swift-stdlib --product traceql
ORACLE := .build/release/oracle-check
FUZZ_COUNT ?= 1000000
FUZZ_SEED ?= $(shell date +%s)

# A crashing test must not leave a backtrace process behind that holds the terminal.
export SWIFT_BACKTRACE := enable=no

.PHONY: help setup build install demo test check unit conformance shell served crash load damage oracle bench fuzz \
  fuzz-queries fuzz-damage fuzz-intake fuzz-coverage asan tsan format clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install the Debian packages that are missing (as root, or through sudo)
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query --show --showformat '$${db:Status-Status}' $$package 2>/dev/null \
	    | grep -qx installed || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then root=; else root=sudo; fi; \
	  $$root apt-get -qq update && \
	  DEBIAN_FRONTEND=noninteractive $$root apt-get -qq install --no-install-recommends $$missing; \
	fi

build: setup ## build the release binary, .build/release/traceql
	@$(RELEASE)

demo: build ## build, then ask the example block three questions
	@examples/demo.sh $(BINARY)

install: build ## install binary, manual page and completions under PREFIX (/usr/local)
	@mkdir -p $(DESTDIR)$(PREFIX) 2>/dev/null; share=$(DESTDIR)$(PREFIX)/share; \
	if [ "$$(id -u)" = 0 ] || [ -w $(DESTDIR)$(PREFIX) ] || [ -n "$(DESTDIR)" ]; then root=; else root=sudo; fi; \
	put() { $$root install -D -m 644 /dev/stdin $$share/$$1; }; \
	$$root install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/traceql && \
	$(BINARY) man | put man/man1/traceql.1 && \
	$(BINARY) completions bash | put bash-completion/completions/traceql && \
	$(BINARY) completions zsh | put zsh/site-functions/_traceql && \
	$(BINARY) completions fish | put fish/vendor_completions.d/traceql.fish

test: $(VENV)/.ready build oracle $(BENCH) ## formatting check and all tests
	@$(VENV)/bin/python Tests/run.py --binary $(BINARY) --oracle $(ORACLE)

check: ## formatting check only
	@swift format lint --strict --parallel --recursive $(FORMATTED)

unit: setup ## Swift tests only, debug build
	@swift test --disable-xctest

conformance: $(VENV)/.ready build ## answers of the release binary against Tempo's own
	@$(VENV)/bin/python Tests/run.py --binary $(BINARY) --only conformance

shell: $(VENV)/.ready build ## the shell, driven through a pseudo-terminal
	@$(VENV)/bin/python Tests/Shell/run.py --binary $(BINARY)

served: $(VENV)/.ready build ## the server's tests only: sockets, signals, load
	@$(VENV)/bin/python Tests/run.py --binary $(BINARY) --only served

crash: $(VENV)/.ready build ## kill -9 at KILLS (300) random instants: while spans come in, and in compaction
	@$(VENV)/bin/python Tests/Ingest/crash.py --binary $(BINARY) --kills $(or $(KILLS),300)
	@$(VENV)/bin/python Tests/compaction.py --binary $(BINARY) --kills $(or $(KILLS),300)

load: build ## five minutes of mixed queries on 64 connections
	@python3 Benchmarks/serve_load.py --binary $(BINARY) --blocks Tests/Conformance/blocks/vParquet4

oracle: build ## release build of the oracle, .build/release/oracle-check
	@swift build -c release --static-swift-stdlib --product oracle-check

fuzz-queries: $(VENV)/.ready build oracle
	@$(ORACLE) search --count $(FUZZ_COUNT) --seed $(FUZZ_SEED)
	@$(ORACLE) laws --count $$(($(FUZZ_COUNT) / 10)) --seed $(FUZZ_SEED)
	@$(ORACLE) metrics --count $$(($(FUZZ_COUNT) / 10)) --seed $(FUZZ_SEED)
	@$(ORACLE) metrics-laws --count $$(($(FUZZ_COUNT) / 20)) --seed $(FUZZ_SEED)
	@$(ORACLE) windows --count $(FUZZ_COUNT) --seed $(FUZZ_SEED)
	@$(VENV)/bin/python Tests/layouts.py --binary $(BINARY) --oracle $(ORACLE) --seed $(FUZZ_SEED) --queries 1000

damage: build ## damaged copies of the small blocks, a minute of them: typed errors, no crash
	@python3 Tests/damage.py --binary $(BINARY) --seconds 60

fuzz: fuzz-queries fuzz-damage fuzz-intake fuzz-coverage ## a million random queries against the oracle (FUZZ_COUNT, FUZZ_SEED), damaged blocks, mutated requests to the receivers, inputs grown by coverage

fuzz-damage: build
	@python3 Tests/damage.py --binary $(BINARY) --seconds 600 --seed $(FUZZ_SEED)

# INTAKE_BINARY: one that was built with a sanitizer.
fuzz-intake: $(VENV)/.ready build
	@FUZZ_ROUNDS=$(or $(FUZZ_ROUNDS),50000) LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/lsan.supp:print_suppressions=0 \
	  $(VENV)/bin/python Tests/Ingest/run.py --binary $(or $(INTAKE_BINARY),$(BINARY)) --only fuzz --seed $(FUZZ_SEED)

fuzz-coverage: setup
	@python3 Tests/Fuzz/run.py --seconds 120

asan: setup $(VENV)/.ready ## Swift tests, the server's, hostile requests and damaged blocks under AddressSanitizer and LeakSanitizer
	@swift build --build-tests --sanitize=address --scratch-path .build/asan
	@LSAN_OPTIONS=suppressions=Tests/Sanitizers/lsan.supp:print_suppressions=0 \
	  .build/asan/debug/traceqlPackageTests.xctest --testing-library swift-testing
	@swift build --product traceql --sanitize=address --scratch-path .build/asan
	@LSAN_OPTIONS=suppressions=Tests/Sanitizers/lsan.supp:print_suppressions=0 SERVED_PATIENCE=6 \
	  $(VENV)/bin/python Tests/Served/run.py --binary .build/asan/debug/traceql
	@LSAN_OPTIONS=suppressions=Tests/Sanitizers/lsan.supp:print_suppressions=0 \
	  $(VENV)/bin/python Tests/Ingest/run.py --binary .build/asan/debug/traceql --only fuzz,protocols
	@$(VENV)/bin/python Tests/damage.py --binary .build/asan/debug/traceql --sanitizer --seconds 120 --seed $(FUZZ_SEED)

tsan: setup $(VENV)/.ready ## Swift tests and the server's under ThreadSanitizer
	@swift build --build-tests --sanitize=thread --scratch-path .build/tsan
	@clang -O1 -shared -fPIC -o .build/tsan/swift_mutex.so Tests/Sanitizers/swift_mutex.c -ldl
	@LD_PRELOAD=$(CURDIR)/.build/tsan/swift_mutex.so TSAN_OPTIONS=suppressions=Tests/Sanitizers/tsan.supp \
	  .build/tsan/debug/traceqlPackageTests.xctest --testing-library swift-testing
	@swift build --product traceql --sanitize=thread --scratch-path .build/tsan
	@LD_PRELOAD=$(CURDIR)/.build/tsan/swift_mutex.so TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/tsan.supp SERVED_PATIENCE=6 \
	  $(VENV)/bin/python Tests/Served/run.py --binary .build/tsan/debug/traceql

bench: build $(BENCH) ## speed of kernels, decoders and queries; DATA=DIR for other blocks
	@$(BENCH) --data $(or $(DATA),examples/data)

$(BENCH): build
	@$(subst --product traceql,--product traceql-bench,$(RELEASE))

format: ## rewrite the sources in the project's format
	@swift format --in-place --parallel --recursive $(FORMATTED)

clean: ## remove everything that was built
	@rm -rf .build $(VENV)

$(VENV)/.ready: Tests/requirements.txt | setup
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
