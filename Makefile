# The short commands; `make help` lists them. CMake does the building (CMakePresets.json), ninja
# below it; all that is made lands in build/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.NOTPARALLEL:

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 60
ARGS ?=
export DESTDIR
# $(value) keeps a dollar sign in a file's name; the recipe sees the name as "$$FILE", spaces and all.
FILE ?= share/sample_432.flac
override export FILE := $(value FILE)
CORPUS ?=
override export CORPUS := $(value CORPUS)
export LSAN_OPTIONS ?= suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
# The compiler cache stays in the build folder too, unless the user has one elsewhere.
export CCACHE_DIR ?= $(CURDIR)/build/ccache
export CCACHE_SLOPPINESS ?= pch_defines,time_macros

BINARIES := tidemark tidemark_ffmpeg
UNIT_TESTS := base_test memory_test dsp_test live_test io_test analysis_test edit_test engine_test
LIBRARY := tidemark_library
# ThreadSanitizer of gcc 12 cannot map its shadow where the kernel randomises 32 bits of addresses.
FIXED_ADDRESSES = $$(setarch -R true 2>/dev/null && echo setarch -R || true)
# Sanitizers take memory of their own, and the tools have nothing to sanitize; what encodes for
# minutes runs in the unit tests of the same code.
UNDER_SANITIZERS := --label-exclude tools --exclude-regex '^cli\.(memory|cut_media|cut_length)$$'

.PHONY: help build run sample test sanitize fuzz lint format bench bench-cut bench-track bench-python \
  bench-accuracy install clean kissfft train-beats wheel

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  FILE=song.mp3  ARGS='--format json'  PREFIX=/usr/local  DESTDIR=  SECONDS=60"

build/build.ninja:
	@tools/install_packages build
	@tools/quietly build/configure.log cmake --preset run

build: build/build.ninja  ## Build build/tidemark and libtidemark (the default)
	@tools/install_packages build
	@cmake --build build --target $(BINARIES) $(LIBRARY)

run: build/build.ninja  ## Build, then analyse FILE (without one: the bundled sample)
	@tools/install_packages build
	@[[ -x build/tidemark ]] || echo "Building; the log is build/build.log" >&2
	@tools/quietly build/build.log cmake --build build --target $(BINARIES)
	@build/tidemark analyze $(ARGS) "$$FILE"

sample:  ## Synthesise share/sample_432.flac anew
	@tools/install_packages test
	@tools/make_sample share/sample_432.flac

test:  ## Build and run every test
	@tools/install_packages build python test
	@tools/quietly build/configure.log cmake --preset release
	@cmake --build build
	@tools/run_tests build

kissfft:  ## Build without FFTW (binaries that are not GPL) in build/kissfft; test what uses an FFT
	@tools/install_packages build test kissfft
	@tools/quietly build/kissfft.log cmake --preset kissfft
	@cmake --build build/kissfft --target $(BINARIES) dsp_test analysis_test
	@tools/run_tests build/kissfft --tests-regex '^(dsp|analysis)\.|^cli\.(input|output)$$'

sanitize:  ## Run the tests under ASan + UBSan, then those with threads under TSan
	@tools/install_packages build test
	@tools/quietly build/sanitize-address.log cmake --preset sanitize-address
	@cmake --build build/sanitize-address --target $(BINARIES) $(UNIT_TESTS)
	@tools/run_tests build/sanitize-address $(UNDER_SANITIZERS)
	@tools/quietly build/sanitize-thread.log cmake --preset sanitize-thread
	@$(FIXED_ADDRESSES) cmake --build build/sanitize-thread --target base_test memory_test live_test \
	  engine_test
	@$(FIXED_ADDRESSES) tools/run_tests build/sanitize-thread --tests-regex '^(base|memory|live|engine)\.'

fuzz:  ## Run every fuzzer for SECONDS
	@tools/install_packages build fuzz
	@tools/quietly build/fuzz.log cmake --preset fuzz
	@cmake --build build/fuzz --target fuzzers
	@tools/run_fuzzers build/fuzz $(SECONDS)

lint:  ## Floors, file sizes, formatting, man page, clang-tidy
	@tools/install_packages build test lint
	@tools/check_layers
	@tools/check_format
	@mandoc -T lint -W warning packaging/tidemark.1
	@tools/quietly build/lint.log cmake --preset lint
	@tools/run_clang_tidy build/lint

format:  ## Format every source file
	@tools/install_packages lint
	@tools/check_format --fix

bench: build/build.ninja  ## Measure against peers; makes its own inputs (17 GB in build/bench)
	@tools/install_packages build bench
	@cmake --build build --target $(BINARIES) track_bench track_soak
	@missed=0; for one in run cut track; do bench/$$one $(ARGS) || missed=$$?; done; exit $$missed

bench-cut: build/build.ninja  ## Measure `tidemark cut` alone against peers (10 GB in build/bench)
	@tools/install_packages build bench
	@cmake --build build --target $(BINARIES)
	@bench/cut $(ARGS)

bench-track: build/build.ninja  ## Measure live tracks against plain copies and queues of peers
	@tools/install_packages build bench
	@cmake --build build --target track_bench track_soak
	@bench/track $(ARGS)

bench-python: build/build.ninja  ## Measure the Python package against its peers
	@tools/install_packages build python test
	@tools/quietly build/configure.log cmake --preset release
	@cmake --build build --target tidemark_python
	@bench/python_track $(ARGS)

bench-accuracy: build/build.ninja  ## Score the answers on a corpus (ARGS=FOLDER; else ../shared/corpus)
	@tools/install_packages build bench
	@cmake --build build --target $(BINARIES)
	@bench/accuracy $(ARGS)

train-beats:  ## Fit the beat network anew (CORPUS=FOLDER/index.json; an hour on two cores)
	@: "$${CORPUS:?CORPUS=FOLDER/index.json names the corpus to fit to}"
	@tools/install_packages train
	@tools/train_beats/train --corpus "$$CORPUS" --out src/analysis $(ARGS)

wheel:  ## Build the wheel of the Python package in build/wheel
	@tools/install_packages build python
	@rm -rf build/wheel-source && mkdir -p build/wheel-source
	@cp -r python VERSION build/wheel-source/
	@cmake -S . -B build/python-wheel -G Ninja -DCMAKE_BUILD_TYPE=Release -DTIDEMARK_TESTS=OFF \
	  -DTIDEMARK_PYTHON_MODULE=ON
	@cmake --build build/python-wheel --target tidemark_python
	@TIDEMARK_BUILD_DIR=$(CURDIR)/build/python-wheel /usr/bin/python3 -m build --no-isolation --wheel \
	  --outdir build/wheel build/wheel-source/python

install: build  ## Install below DESTDIR PREFIX
	@cmake --install build --prefix "$(PREFIX)"

clean:  ## Remove build/
	@rm -rf build
