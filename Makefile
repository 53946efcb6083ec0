# gouji: the two commands are `make run` and `make test`.
VENV   ?= .venv
PY      = $(VENV)/bin/python
LOCK    = uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11
PIP     = $(PY) -m pip install --quiet --disable-pip-version-check
STAMP   = $(VENV)/.ready

# What is compiled once is kept: every service and every test worker is a process of its own.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup run test suite lint types lock clean
.DEFAULT_GOAL := help

help:  ## this text
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

# A pip of today first: the one that comes with Python 3.11 takes twice as long. The lists are whole, so nothing is resolved;
# of a gigabyte of libraries only what is used is compiled, when it is.
$(STAMP): requirements-pip.txt requirements.txt requirements-dev.txt pyproject.toml
	python3 -m venv $(VENV)
	$(PIP) --require-hashes -r requirements-pip.txt
	$(PIP) --require-hashes --no-deps --no-compile -r requirements.txt -r requirements-dev.txt
	$(PIP) --quiet --no-deps --no-build-isolation -e .
	$(PY) -m compileall -q schemas services deploy
	touch $@

setup: $(STAMP)  ## make the environment

run: $(STAMP)  ## everything on this machine; ONCE=1 ends when all is quiet
	$(VENV)/bin/gouji up $(if $(ONCE),--once)

test: lint  ## lint, types and every test, on a real Kafka and a real PostgreSQL
	@$(MAKE) --no-print-directory -j 2 types suite

suite: $(STAMP)  ## every test: three workers on one broker
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(STAMP)  ## ruff and the import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/lint-imports

types: $(STAMP)  ## mypy, strict
	$(VENV)/bin/mypy

lock:  ## renew the pinned, hashed requirements (needs uv)
	echo pip | $(LOCK) -o requirements-pip.txt -
	$(LOCK) -o requirements.txt requirements.in
	$(LOCK) -o requirements-dev.txt requirements-dev.in

clean:  ## forget the environment and the local data
	rm -rf $(VENV) .gouji
