# Everything a newcomer needs. Relative paths only, so that a checkout whose path holds a space works.
PYTHON = .venv/bin/python
.PHONY: setup run reset test test-all bench lint

run: setup  ## start the portal (PORT=8000)
	@exec $(PYTHON) -m portal.run

reset: setup  ## delete all data of the embedded services
	@$(PYTHON) -m portal.run --reset

test: setup  ## the suite without what is marked slow
	@$(PYTHON) -m pytest -n logical --dist worksteal -m "not slow" -q

test-all: setup  ## everything: kills, races, file zoo, browser, fuzz
	@$(PYTHON) -m pytest -n logical --dist worksteal -q -rs

bench: setup  ## pages, saving, sending, uploads, the window by keyboard: median times, keystrokes, statements, memory, the queue with a million tasks, deliveries to a department
	@$(PYTHON) -m pytest tests/matters/test_speed.py tests/benchmarks tests/benchmarks/queue_million.py tests/benchmarks/pushing.py tests/applications/test_window_budgets.py tests/browser/test_window_keys.py -q -s

lint: setup  ## lint, format and types
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

# .venv is made anew when the checkout moved (its scripts hold absolute paths) and filled again when the pins changed.
setup:
	@set -e; \
	pins="$$(cat requirements.txt requirements-dev.txt | cksum)"; \
	if [ "$$(cat .venv/ready 2>/dev/null)" = "$$PWD $$pins" ] && $(PYTHON) -c "" 2>/dev/null; then exit 0; fi; \
	found=""; \
	for name in python3.11 python3 python; do \
	  if "$$name" -c "import sys; sys.exit(sys.version_info[:2] < (3, 11))" 2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "需要 Python 3.11 或更新版本。(Python 3.11 or later is needed.)" >&2; exit 1; fi; \
	echo "正在准备 Python 环境，第一次需要一两分钟… (setting up .venv)"; \
	rm -f .venv/ready; \
	if ! { [ -d .venv ] && $(PYTHON) -m pip --version >/dev/null 2>&1 && [ "$$(cat .venv/place 2>/dev/null)" = "$$PWD" ]; }; then \
	  rm -rf .venv; \
	  "$$found" -m venv .venv || { rm -rf .venv; echo "无法建立虚拟环境。(python -m venv failed; on Debian install python3-venv.)" >&2; exit 1; }; \
	  printf '%s' "$$PWD" > .venv/place; \
	fi; \
	$(PYTHON) -m pip install --quiet --use-pep517 --disable-pip-version-check -r requirements-dev.txt; \
	printf '%s' "$$PWD $$pins" > .venv/ready
