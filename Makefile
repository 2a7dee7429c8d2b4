# The few commands a newcomer needs. `make run` and `make test` do all the set-up on a fresh machine.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: run test lint bench torture clean system
.DEFAULT_GOAL := run

$(STAMP): pyproject.toml constraints.txt
	@tools/make-venv "$(PYTHON)" "$(VENV)"
	@touch $@

## run: listen, with a microphone and a speaker; without them a spoken demonstration
run: $(STAMP) system
	@tools/run "$(BIN)"

## test: lint, types, unit tests, spoken conversations, the virtual sound card
test: $(STAMP) system-test lint
	$(BIN)/python -m pytest

## lint: style and types
lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

## bench: measure speed and memory; writes build/bench.json
bench: $(STAMP) system-test
	@tools/system-packages espeak-ng flite
	$(BIN)/python -m tests.bench

## torture: kill writers, break files and disks, live through a day in an hour at most
torture: $(STAMP)
	$(BIN)/python -m tests.torture.journal --trials 1000
	$(BIN)/python -m tests.torture.soak --hours 24

.PHONY: system system-test
system:
	@tools/system-packages libportaudio2
system-test:
	@tools/system-packages libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins ffmpeg
	@tools/system-packages chromium chromium-driver
	@tools/system-packages systemd zsh fish

clean:
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
