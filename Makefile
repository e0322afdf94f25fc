# Everything that a person does here, on Debian and macOS. Needs Python 3.9 or later (of any kind), git and make; all
# else is fetched at the first run. What each target does stands in scripts/__main__.py.

.DEFAULT_GOAL := help
.PHONY: help run test lint tidy bench train eval screen lock clean

# The first python3 that starts. A version manager's stand-in does not, when it lacks the versions in .python-version.
PYTHON ?= $(shell for p in python3 /usr/bin/python3 /opt/homebrew/bin/python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1 && echo $$p && break; done)
SCRIPTS = @test -n "$(PYTHON)" || { echo "Install Python 3.9 or later (on Debian: sudo apt-get install python3 python3-venv) and run the same command again." >&2; exit 1; }; exec $(PYTHON) -B -m scripts

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up what is missing, then start the line on this machine (Ctrl-C stops it)
	$(SCRIPTS) run

test: ## Set up, lint and run every test; ARGS="-k paging" goes to pytest
	$(SCRIPTS) test $(ARGS)

lint: ## Check style, layout and types
	$(SCRIPTS) lint

tidy: ## Let ruff mend style and layout
	$(SCRIPTS) tidy

bench: ## Measure our turn against raw Rasa; ARGS="--help" shows the choices
	$(SCRIPTS) bench $(ARGS)

train: ## Train the assistant again if its data changed
	$(SCRIPTS) train

eval: ## Judge the recogniser on labelled messages: SET=path.jsonl [OUT=report.json]
	$(SCRIPTS) evaluate $(or $(SET),data/evaluation/crises.jsonl) $(if $(OUT),--out $(OUT))

screen: ## Train the learned screen anew, which is seldom needed and takes an hour: VERSION=0.2.0
	$(SCRIPTS) screen $(VERSION)

lock: ## Pin every package anew from pyproject.toml, bot/requirements.in and package.json
	$(SCRIPTS) lock

clean: ## Remove all that set-up made, with this copy's database and secrets
	$(SCRIPTS) clean
