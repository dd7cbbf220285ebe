# Everything runs out of this folder and leaves nothing outside of it. `make` alone tells what there is.
# PYTHON names the interpreter (else the first that works of python3.13, 3.12, 3.11, python3), VENV the environment:
#   make test VENV=.venv311 PYTHON=python3.11

ifneq ($(words $(CURDIR)),1)
$(error make cannot work in a folder with blanks in its path: $(CURDIR))
endif

VENV ?= .venv
PYTHON ?=
ROOT := $(CURDIR)
CACHE := $(ROOT)/.cache
BIN := $(abspath $(VENV))/bin
RUN := $(BIN)/python
COLLECTIONS := $(ROOT)/.collections
PYTEST := $(RUN) -m pytest
# Tests wait for sockets half of their time, less so where they start ansible: two workers for each of two cores, or three
# in all. A file's tests go to one worker because they share a site; in the order of the folders the long ones are early.
PARALLEL_UNIT ?= -n 4 --dist loadfile
PARALLEL ?= -n 3 --dist loadfile --no-loadscope-reorder
# `make test ONCE=no` leaves out what shows the same with every Python; continuous integration does so for its second one.
ONCE ?= yes
CHOSEN := $(if $(filter no,$(ONCE)),-m "not once")
# Of ansible-test's, these run or load the code with the Python and the ansible-core at hand; others read its text.
SANITY := $(if $(CHOSEN),--test ansible-doc --test compile --test import --test validate-modules)

export PYTHON
export PATH := $(BIN):$(PATH)
export PIP_CACHE_DIR := $(CACHE)/pip
export XDG_CACHE_HOME := $(CACHE)/xdg
export TMPDIR := $(CACHE)/tmp
export RUFF_CACHE_DIR := $(CACHE)/ruff
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
export ANSIBLE_CONFIG := $(ROOT)/ansible.cfg
export ANSIBLE_HOME := $(CACHE)/ansible
export ANSIBLE_LOCAL_TEMP := $(CACHE)/ansible/tmp
export ANSIBLE_REMOTE_TMP := $(CACHE)/ansible/tmp
export ANSIBLE_COLLECTIONS_PATH := $(COLLECTIONS)
export MOLECULE_EPHEMERAL_DIRECTORY := $(CACHE)/molecule
# A terminal's settings must not change what a tool finds.
unexport ANSIBLE_ROLES_PATH ANSIBLE_LIBRARY ANSIBLE_INVENTORY PYTHONPATH

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo lab matrix bench test lint unit four-folders integration sanity molecule clean tree venv venv-dev npm strangers causes

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

demo: venv ## set up, start a simulated site, roll out its phones and show them registering
	@$(RUN) -m lab demo

lab: venv ## start a simulated site in the foreground (Ctrl-C ends it)
	@$(RUN) -m lab up

matrix: venv ## break one thing after another in simulated sites, and say what the verification makes of each
	@$(RUN) -m tests.matrix

test: $(if $(CHOSEN),,lint) sanity unit four-folders integration $(if $(CHOSEN),,molecule) ## everything that has to be green

lint: venv-dev ## ruff, yamllint, ansible-lint (production, offline), changelog fragments
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --strict --profile production
	$(BIN)/antsibull-changelog lint

sanity: venv-dev ## ansible-test sanity, without ignores, on what a release would hold
	@$(RUN) tools/sanity.py $(SANITY)

unit: npm ## unit tests, and the rules of the house
	$(PYTEST) $(PARALLEL_UNIT) $(CHOSEN) tests/unit

four-folders: venv-dev ## what a release holds, and the collection with nothing but meta, plugins, roles and playbooks
	$(PYTEST) tests/sanity

integration: strangers ## the collection against the simulated site, and the site against other people's clients and servers
	$(PYTEST) $(PARALLEL) $(CHOSEN) tests/integration tests/real

molecule: venv-dev ## one rollout from nothing to twelve phones, twice, in a simulated site of its own
	MOLECULE_ANSIBLE_ARGS_STRICT_MODE=1 $(BIN)/molecule test

bench: strangers ## benchmarks, the quick ones: what they compare, a table, the ratios as JSON
	@$(RUN) -m benchmarks --quick

causes: venv ## write docs/causes.md from the catalogue of causes
	@$(RUN) tools/write_causes.py

clean: ## end a running site and remove everything that was generated
	@if [ -e .lab/lab.json ] && [ -x $(RUN) ]; then $(RUN) -m lab down; fi
	rm -rf .venv .venv3* .cache .collections .lab .ansible .pytest_cache .ruff_cache .hypothesis collections
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The collection is found as ansible_collections/dialtone/voice, whatever this folder is called.
tree:
	@mkdir -p $(CACHE)/tmp $(COLLECTIONS)/ansible_collections/dialtone
	@ln -sfn ../../.. $(COLLECTIONS)/ansible_collections/dialtone/voice

venv: tree
	@tools/setup-venv $(VENV) lab

venv-dev: tree
	@tools/setup-venv $(VENV) dev

# AXL schemas and a client that PyPI doesn't have; without npm the tests that need them are skipped.
npm: venv-dev
	@$(RUN) tools/fetch_npm.py

# Other people's collections, which tests and benchmarks set beside ours; nothing else has them on its path.
strangers: npm
	@$(RUN) tools/fetch_collections.py
