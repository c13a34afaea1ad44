# GANomaly experiments. Needs Swift 6.2 or newer, git and make; everything else is installed.
#
#   make quickstart   train and score the embedded digits, print the AUC table (about 2 minutes)
#   make test         build and run all tests
#   make test-slurm   run the tests that need Slurm beside a cluster of one node, started for them (needs root)
#   make lint         check format, raw memory and the module graph; warnings are errors in every build
#   make build        build .build/release/ganomaly
#   make bench-peers  time the engine and its PyTorch peer in alternation (about 15 minutes); PyTorch goes
#                     into .venv-peers, unless PEERS_PYTHON=/path/to/python has it
#   make reproduce    run what is missing of the published experiments (a clone's results count as run) and write
#                     every table in results/ anew (hours, where much is missing)
#   make setup        install the Debian packages that are missing (with sudo when not root)
#   make clean        remove everything that was built; results and data stay

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: setup build quickstart reproduce test test-slurm lint bench-peers clean

# What we link, and what makes PNG of figures; then what the Swift toolchain itself needs on a bare system.
PACKAGES := libopenblas-dev libhdf5-dev zlib1g-dev libarchive-dev libpng-dev libturbojpeg0-dev \
  libcurl4-openssl-dev libssl-dev libsvm-dev opencl-c-headers pkg-config ca-certificates librsvg2-bin \
  binutils libc6-dev libstdc++-12-dev libncurses6 libsqlite3-0 libxml2 tzdata

# The commit is stamped when a build is planned, so a plan is never taken from an earlier build.
SWIFT_BUILD := swift build --configuration release --disable-build-manifest-caching
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
	$(SWIFT_BUILD) --product ganomaly

quickstart: build
	.build/release/ganomaly run experiments/quickstart.yaml

# What results/ holds, the cheapest first.
PUBLISHED := baselines/mnist-one-class baselines/mnist baselines/mnist-vae baselines/mnist-egbad \
  baselines/mnist-anogan audit/mnist-code-2018 audit/cifar10-code-2018 crosscheck \
  spread/mnist spread/cifar10 mnist-clean cifar10-clean mnist cifar10
AUDITS := audit/mnist audit/cifar10
# What is ranked beside the published values, in this order.
RANKED := mnist spread/mnist spread/cifar10 mnist-clean cifar10-clean audit/mnist-code-2018 audit/cifar10-code-2018

reproduce: build
	.build/release/ganomaly data fetch mnist cifar10
	status=0; \
	for experiment in $(PUBLISHED) $(AUDITS); do \
	  .build/release/ganomaly run experiments/$$experiment.yaml || status=$$?; \
	  [ "$$status" -lt 128 ] || exit "$$status"; \
	  .build/release/ganomaly report --markdown experiments/$$experiment.yaml; \
	done; \
	.build/release/ganomaly audit --format markdown $(AUDITS:%=experiments/%.yaml) > results/audit.md; \
	.build/release/ganomaly rank --format markdown --top 10 $(RANKED:%=experiments/%.yaml) > results/ranking.md; \
	exit "$$status"

# OpenCL on the processor (some 250 MB), for the engine that graphics cards use; elsewhere these tests are skipped.
test: PACKAGES += ocl-icd-libopencl1 pocl-opencl-icd
test: export POCL_CACHE_DIR := $(CURDIR)/.build/pocl
test: setup
	$(SWIFT_TEST)

# Elsewhere these tests are skipped.
SLURM_PACKAGES := slurm-wlm munge

test-slurm: setup
	@if ! command -v slurmctld slurmd munged >/dev/null; then \
	  echo "Installing $(SLURM_PACKAGES)"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -q; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(SLURM_PACKAGES); \
	fi
	swift test list $(TEST_OPTIONS) > /dev/null
	Tests/Slurm/with-cluster $(SWIFT_TEST) --skip-build --filter SlurmTests

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	Tests/Lint/check-sources

# PEERS_OPTIONS reach compare.py, for example PEERS_OPTIONS="--configurations 32x1 --rounds 3".
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
