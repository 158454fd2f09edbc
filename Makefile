# 梯度 (Tidu). `make help` lists what there is; each line is something a person could type.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
T ?= tests

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run
.PHONY: run
run: $(VENV)/.runtime ## Migrate, load seeds and the demo pool, serve (data/demo)
	@$(BIN)/python -m app.cli demo

##@ Check
.PHONY: test
test: $(VENV)/.dev ## Every test, on SQLite and PostgreSQL (T=path for some)
	@$(BIN)/python -m pytest -n auto $(T)

.PHONY: sure
sure: lint types imports check-db test seeds boot ## Everything CI runs

.PHONY: lint
lint: $(VENV)/.dev ## Style of code and templates
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/djlint templates --lint --quiet

.PHONY: fix
fix: $(VENV)/.dev ## Mend what can be mended mechanically
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

.PHONY: types
types: $(VENV)/.dev ## Static types
	@$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/.dev ## Import contracts
	@$(BIN)/lint-imports

.PHONY: check-db
check-db: $(VENV)/.dev ## Migrations up, down, up with data, on both databases
	@$(BIN)/python -m pytest tests/migrations

.PHONY: seeds
seeds: $(VENV)/.dev ## Load the seeds, export them, find no difference
	@$(BIN)/python -m pytest tests/seeds

.PHONY: boot
boot: $(VENV)/.runtime ## Start the server, fetch the sign-in page
	@$(BIN)/python -m app.cli boot

##@ Build
.PHONY: migration
migration: $(VENV)/.dev ## New migration from the models (m="what changes")
	@$(BIN)/alembic revision --autogenerate -m "$(m)"

.PHONY: lock
lock: $(VENV)/.dev ## Pin the packages of requirements*.in anew
	@sh bin/lock

.PHONY: bench
bench: $(VENV)/.dev ## The measurements of bench/README.md
	@$(BIN)/python -m bench

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "请先安装 python3-venv / please install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock
	@test -e $(VENV)/.dev || { echo "正在安装依赖…… / installing packages…"; $(BIN)/pip install -q --no-deps --require-hashes -r requirements.lock; }
	@touch $@

$(VENV)/.dev: $(VENV)/.made requirements-dev.lock
	@echo "正在安装测试依赖…… / installing test packages…"
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime
