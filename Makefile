# make demo    set up, grade a made-up class and the example answers
# make test    set up, and run every check that CI runs
# make help    the other targets

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# CI tries one seed each time; before a release, make audit SEEDS=10.
SEEDS ?= 1

.PHONY: help setup demo test lint unit audit user bench messages clean

help:
	@echo "make setup     make $(VENV) with the project and its tools"
	@echo "make demo      grade a made-up class of 40, then explain the mistakes in examples/answers"
	@echo "make test      lint, types, tests, audit of the course, tests as an ordinary user"
	@echo "make bench     measure what the wall, a cold check and a class cost (three quarters of an hour)"
	@echo "make messages  collect messages, then compile the translations"
	@echo "make clean     remove $(VENV) and caches"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; say which: make PYTHON=python3.12 setup" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python can't make virtual environments here; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV); PyTorch makes this take a minute or two." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[dev]'
	@touch $@

DEMO := build/demo
# The exercises that have an example: as many as it takes to show what there is.
EXAMPLES := $(sort $(patsubst examples/answers/%.py,%,$(wildcard examples/answers/*/*.py)))

# A class of 40, graded anew each time: its overview first, then what is told of the examples.
# They hold mistakes, so 1 (something failed) is the expected end of the check. Grading may end with
# 3: on a busy machine times can't always be told, and such a test is graded the next time.
demo: setup
	@rm -rf $(DEMO)
	@$(BIN)/python -m benchmarks.make_class $(DEMO) --students 40 --chapters $(EXAMPLES) --loops 0
	@$(BIN)/course grade $(DEMO)/submissions $(EXAMPLES) --roster $(DEMO)/roster.csv \
		--db $(DEMO)/gradebook.db --out $(DEMO)/graded || test $$? -eq 3
	@$(BIN)/course check $(EXAMPLES) --from examples/answers || test $$? -eq 1

test: lint unit audit user

lint: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary

# Tests wait for processes a good deal: three at a time keep two cores busy.
unit: setup
	@$(BIN)/python -m pytest -q -n 3 --dist loadgroup

audit: setup
	@$(BIN)/course audit --seeds $(SEEDS) --answers tests/answers

# What isolates student code must hold for root and for others; as root, run it as nobody too.
user: setup
	@VENV=$(VENV) tests/as_user.sh

bench: setup
	@missed=0; for name in wall cold cluster nbgrader timing 'batch --markdown'; do \
		$(BIN)/python -m benchmarks.$$name || missed=1; done; exit $$missed

messages: setup
	$(BIN)/pybabel -q extract -F babel.cfg -k translate --add-location file --sort-by-file \
		--project torchgrade --version 1 --copyright-holder torchgrade \
		-o torchgrade/locale/torchgrade.pot torchgrade
	$(BIN)/pybabel -q update -D torchgrade -d torchgrade/locale \
		-i torchgrade/locale/torchgrade.pot \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile -D torchgrade -d torchgrade/locale --statistics

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
