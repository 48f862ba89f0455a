# `make run` shows the product, `make test` proves it; `make help` names the rest.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python

.PHONY: help run test test-servers lint format bench simulate prove package deploy lock setup clean

help: ## name the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start everything on this machine and publish the sample brand (ONCE=1: stop after the table)
	@sh ci/setup run
	@exec $(PY) -m signpost.local.demo $(if $(filter 1 yes true,$(ONCE)),--once)

test: ## run the whole suite (ARGS="tests/unit -k plan": a part of it)
	@$(if $(ARGS),true,sh ci/system-packages || true)
	@sh ci/setup test
	@exec $(PY) $(if $(ARGS),-m pytest $(ARGS),ci/suite.py)

test-servers: ## install a real Bluesky network and WordPress, run posts through them, write docs/proof.md
	@sh ci/setup test
	@sh ci/test-servers >/dev/null
	@$(PY) -m pytest $(or $(ARGS),tests/servers --ignore tests/servers/test_page.py)
	@$(if $(ARGS),true,$(PY) -m tests.servers.proof)

lint: ## ruff, mypy, import-linter, stale requirement files, shell scripts, workflows
	@sh ci/setup test
	@exec sh ci/lint

format: ## bring the code into its form and repair what ruff can
	@sh ci/setup test
	@$(PY) -m ruff check --fix --quiet . || true
	@exec $(PY) -m ruff format .

bench: ## measure against the budgets: one JSON line a figure
	@sh ci/setup test
	@exec $(PY) -m tests.perf.bench $(ARGS)

simulate: ## more of the simulator (N=100000 deliveries, SEED=1)
	@sh ci/setup test
	@exec $(PY) -m tests.simulation $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) $(ARGS)

prove: ## the long proofs: a million deliveries, a million bent signatures, the budgets
	@sh ci/setup test
	@$(PY) -m tests.simulation --n $(or $(N),1000000) $(if $(SEED),--seed $(SEED))
	@$(PY) -m tests.signing.mutate --n $(or $(N),1000000) $(if $(SEED),--seed $(SEED))
	@exec $(PY) -m tests.perf.bench

package: ## build the AWS Lambda artefact into build/
	@sh ci/setup run
	@exec $(PY) infra/package.py

deploy: package ## deploy to your AWS account, with questions (ARGS=--public-site: open the site)
	@exec sh infra/deploy.sh $(ARGS)

lock: ## compile requirements/*.txt from pyproject.toml (UPGRADE=1: newest versions)
	@sh ci/setup test
	@exec $(PY) ci/lock.py $(if $(filter 1 yes true,$(UPGRADE)),--upgrade)

setup: ## only set up the virtual environment for development
	@sh ci/setup test

clean: ## remove what was built and cached; the demo's workspace and .venv stay
	@rm -rf build site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis functions/*.egg-info
	@find functions tests ci infra -name __pycache__ -type d -prune -exec rm -rf {} +
