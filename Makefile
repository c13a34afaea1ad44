# GANomaly experiments. Needs Swift 6.2 or newer, git and make; everything else is installed.
#
#   make quickstart   train and score the embedded digits, print the AUC table (about 2 minutes)
#   make test         build and run all tests
#   make lint         check format; warnings are errors in every build
#   make build        build .build/release/ganomaly
#   make setup        install the Debian packages that are missing (with sudo when not root)
#   make clean        remove everything that was built; results and data stay

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: setup build quickstart test lint clean

# What we link; then what the Swift toolchain itself needs on a bare system.
PACKAGES := libopenblas-dev libhdf5-dev zlib1g-dev libarchive-dev libpng-dev libturbojpeg0-dev \
  libcurl4-openssl-dev libssl-dev pkg-config ca-certificates \
  binutils libc6-dev libstdc++-12-dev libncurses6 libsqlite3-0 libxml2 tzdata

SWIFT_BUILD := swift build --configuration release
SWIFT_TEST := swift test --configuration release --scratch-path .build/tests -Xswiftc -enable-testing

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

test: setup
	$(SWIFT_TEST)

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build
