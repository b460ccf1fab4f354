# 两条命令：make run 起服务，make test 跑测试。
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run install test check lint bench bundle help
help:
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/'

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本。")'
	@echo '正在装到 .venv，第一次要一两分钟，请等一等……'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(wildcard wheels),--no-index --find-links wheels) -e .
	@touch $@

.venv/installed-test: .venv/installed
	@echo '正在装测试要用的东西……'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

install: .venv/installed ## 装好 .venv/bin/niangjia

run: install ## 在 http://127.0.0.1:8080/ 起服务
	@$(BIN)/niangjia serve

test: .venv/installed-test ## 跑全部测试
	$(BIN)/python -m pytest

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## 格式、类型、房间规则和测试

bench: .venv/installed-test ## 跑分
	$(BIN)/python -m tests.benchmarks

bundle: install ## 打一个离线安装包 dist/niangjia-….tar.gz
	$(BIN)/python docs/bundle.py
