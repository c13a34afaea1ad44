# GANomaly experiments. Needs Swift 6.2 or newer, git and make; everything else is installed.
#
#   make quickstart   build, train and score the embedded digits, print the AUC table (about 5 minutes)
#   make test         build and run all tests, or with FILTER='Suite|OtherSuite' some of them
#   make test-slurm   run the tests that need Slurm with a single-node cluster, started for them (needs root)
#   make fuzz         feed damaged inputs to every reader for FUZZ_SECONDS (600), different ones each time
#   make lint         check format, raw memory, the module graph and spelling; warnings are errors in every build
#   make build        build .build/release/ganomaly
#   make install      install the program, experiments, shell completions and man page in PREFIX (/usr/local)
#   make uninstall    remove them
#   make bench-peers  time the engine and its PyTorch peer in alternation (about 15 minutes); PyTorch is installed
#                     in .venv-peers unless PEERS_PYTHON=/path/to/python has it
#   make reproduce    run the missing runs of the published experiments (results in the clone count as done) and
#                     rewrite every table in results/ (hours if much is missing)
#   make setup        install missing Debian packages (with sudo unless root)
#   make clean        remove all build products; results and data stay

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: setup build quickstart install uninstall reproduce test test-slurm fuzz lint bench-peers clean

# What we link, and what renders figures as PNG; then what the Swift toolchain itself needs on a bare system.
PACKAGES := libopenblas-dev libhdf5-dev zlib1g-dev libarchive-dev libpng-dev libturbojpeg0-dev \
  libtiff-dev libwebp-dev libexif-dev libstb-dev libmatio-dev libcurl4-openssl-dev libssl-dev libsvm-dev \
  opencl-c-headers pkg-config ca-certificates librsvg2-bin \
  binutils libc6-dev libstdc++-12-dev libncurses6 libsqlite3-0 libxml2 tzdata

# The commit is stamped when a build is planned, so an earlier build's plan is never reused.
# Swift's libraries are linked statically, so that the program runs without a Swift installation.
SWIFT_BUILD := swift build --configuration release --disable-build-manifest-caching --static-swift-stdlib
TEST_OPTIONS := --configuration release --scratch-path .build/tests -Xswiftc -enable-testing
SWIFT_TEST := swift test $(TEST_OPTIONS)

PEERS_ENVIRONMENT := .venv-peers
PEERS_PYTHON := $(PEERS_ENVIRONMENT)/bin/python
PEERS_PACKAGES := torch numpy pyyaml

setup:
	@missing=(); \
	for package in $(PACKAGES); do \
	  [ "$$(dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null || true)" = installed ] \
	    || missing+=("$$package"); \
	done; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  echo "Installing $${missing[*]}"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -q; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"; \
	fi; \
	command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: see swift.org/install" >&2; exit 1; }

build: setup
	@[ -x .build/release/ganomaly ] || echo "Building for the first time: 2 to 4 minutes on two processors"
	$(SWIFT_BUILD) --product ganomaly

quickstart: build
	.build/release/ganomaly run quickstart
	@printf '%s\n' '' 'Next:' \
	  '  .build/release/ganomaly list                 every experiment: what is done, what it costs' \
	  '  .build/release/ganomaly report quickstart    these results as a page with figures' \
	  '  .build/release/ganomaly init mine            a spec of your own'

PREFIX ?= /usr/local
BIN := $(DESTDIR)$(PREFIX)/bin
SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := bash:bash-completion/completions/ganomaly zsh:zsh/site-functions/_ganomaly \
  fish:fish/vendor_completions.d/ganomaly.fish

install: build
	$(SWIFT_BUILD) --product generate-manual
	install -D --strip .build/release/ganomaly $(BIN)/ganomaly
	rm -rf $(SHARE)/ganomaly/experiments
	cd experiments && find . -name '*.yaml' -o -name schema.json | while read -r file; do \
	  install -D --mode 644 "$$file" "$(SHARE)/ganomaly/experiments/$$file"; done
	install -d $(SHARE)/man/man1
	.build/release/generate-manual .build/release/ganomaly --output-directory $(SHARE)/man/man1 \
	  --authors "The ganomaly authors" --date "$$(git log -1 --format=%cs 2>/dev/null || date +%F)"
	for pair in $(COMPLETIONS); do \
	  install -d "$$(dirname "$(SHARE)/$${pair#*:}")"; \
	  .build/release/ganomaly --generate-completion-script "$${pair%%:*}" > "$(SHARE)/$${pair#*:}"; done

uninstall:
	rm -rf $(BIN)/ganomaly $(SHARE)/ganomaly $(SHARE)/man/man1/ganomaly*.1
	for pair in $(COMPLETIONS); do rm -f "$(SHARE)/$${pair#*:}"; done

# The experiments in results/, cheapest first.
PUBLISHED := baselines/mnist-one-class baselines/mnist baselines/mnist-vae baselines/mnist-egbad \
  baselines/mnist-anogan audit/mnist-code-2018 audit/cifar10-code-2018 crosscheck crosscheck-2018 \
  spread/mnist spread/cifar10 mnist-clean cifar10-clean mnist cifar10
AUDITS := audit/mnist audit/cifar10
# Ranked against the published values, in this order.
RANKED := mnist cifar10 spread/mnist spread/cifar10 mnist-clean cifar10-clean audit/mnist-code-2018 audit/cifar10-code-2018

reproduce: build
	.build/release/ganomaly data fetch mnist cifar10
	status=0; \
	for experiment in $(PUBLISHED) $(AUDITS); do \
	  .build/release/ganomaly run experiments/$$experiment.yaml || status=$$?; \
	  [ "$$status" -lt 128 ] || exit "$$status"; \
	  .build/release/ganomaly report --markdown experiments/$$experiment.yaml; \
	done; \
	.build/release/ganomaly audit --format markdown $(AUDITS:%=experiments/%.yaml) > results/audit.md; \
	.build/release/ganomaly rank --format markdown --top 20 --figure results/ranking.png $(RANKED:%=experiments/%.yaml) \
	  > results/ranking.md; \
	exit "$$status"

# OpenCL on the processor (some 250 MB), to test the engine for graphics cards; without it, these tests are skipped.
test: PACKAGES += ocl-icd-libopencl1 pocl-opencl-icd
test: export POCL_CACHE_DIR := $(CURDIR)/.build/pocl
test: setup
	$(SWIFT_TEST) $(if $(FILTER),--filter '$(FILTER)')

# Installs $(1), the packages of the commands $(2), if none of these is found.
define install-missing
	@if ! (for name in $(2); do command -v $$name >/dev/null || exit 1; done); then \
	  echo "Installing $(1)"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -q; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(1); \
	fi
endef

# Without them, these tests are skipped.
SLURM_PACKAGES := slurm-wlm munge

test-slurm: setup
	$(call install-missing,$(SLURM_PACKAGES),slurmctld slurmd munged)
	swift test list $(TEST_OPTIONS) > /dev/null
	Tests/Slurm/with-cluster $(SWIFT_TEST) --skip-build --filter SlurmTests

FUZZ_SECONDS := 600

fuzz: setup
	GANOMALY_FUZZ=$(FUZZ_SECONDS) $(SWIFT_TEST) --filter FuzzTests

lint:
	$(call install-missing,codespell,codespell)
	swift format lint --strict --recursive Sources Tests Package.swift
	Tests/Lint/check-sources
	codespell

# PEERS_OPTIONS are passed to compare.py, for example PEERS_OPTIONS="--configurations 32x1 --rounds 3".
bench-peers: build
	@if [ "$(PEERS_PYTHON)" = "$(PEERS_ENVIRONMENT)/bin/python" ] \
	    && ! $(PEERS_PYTHON) -c "import torch, numpy, yaml" 2>/dev/null; then \
	  if ! python3 -c "import ensurepip" 2>/dev/null; then \
	    echo "Installing python3-venv"; \
	    sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -q; \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv; \
	  fi; \
	  echo "Making $(PEERS_ENVIRONMENT) with $(PEERS_PACKAGES) from PyPI (some 5 GB)"; \
	  python3 -m venv $(PEERS_ENVIRONMENT); \
	  $(PEERS_PYTHON) -m pip install --disable-pip-version-check $(PEERS_PACKAGES); \
	fi
	$(PEERS_PYTHON) experiments/peers/compare.py $(PEERS_OPTIONS)

clean:
	rm -rf .build
