# Everything one does with InSync Portal. Needs Python 3.11 or newer (with its venv module) and make, nothing else.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
VENV := .venv/bin
PYTEST_ARGS ?= -n 2 --dist loadscope -o console_output_style=classic
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard insync_portal/locale/*/LC_MESSAGES/django.po))
export PORT DEMO_PORT

.NOTPARALLEL:
.PHONY: help demo test check serve bench chaos lock audit sbom docs messages catalogues venv-runtime venv-dev venv-bench clean

help: ## this list
	@echo "make …"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: venv-runtime catalogues ## the portal with a demo server and invented people: http://localhost:8000 (PORT, DEMO_PORT)
	@exec env DJANGO_SETTINGS_MODULE=demo_server.settings $(VENV)/python -m django demo

test: venv-dev catalogues ## all tests; the browser's are left out, with a reason, where there is no Chromium (PYTEST_ARGS)
	@mkdir -p var/static
	@env -u PYTHONDONTWRITEBYTECODE $(VENV)/python -m pytest $(PYTEST_ARGS)

check: venv-dev ## linter, format, strict types, import contracts, deployment checks, Dockerfile
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check --quiet .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@sh tools/production_like.sh $(VENV)/python manage.py check --deploy --fail-level WARNING
	@$(VENV)/hadolint Dockerfile
	@echo "All checks passed."

serve: venv-runtime catalogues ## the portal alone, with the settings of the environment (.env.example lists them; PORT)
	@mkdir -p var
	@$(VENV)/python manage.py migrate --noinput --verbosity 0
	@$(VENV)/python manage.py collectstatic --noinput --verbosity 0
	@exec $(VENV)/gunicorn --config gunicorn.conf.py insync_portal.wsgi:application

bench: venv-bench catalogues ## measurements, as ratios within one run
	@$(VENV)/python -m benchmarks

chaos: venv-dev ## fifty readers while one thing after the other fails; needs Caddy, PostgreSQL and Redis (CHAOS_SECONDS)
	@$(VENV)/python -m benchmarks.chaos

lock: venv-dev ## new hashed locks from pyproject.toml (asks the package index; installs uv for itself)
	@sh tools/lock.sh

audit: venv-runtime ## asks whether a package of the portal has known weaknesses (installs pip-audit for itself)
	@sh tools/audit.sh

sbom: venv-runtime ## what the portal is made of, as CycloneDX: var/sbom.cdx.json
	@mkdir -p var
	@$(VENV)/python tools/sbom.py requirements/runtime.lock >var/sbom.cdx.json
	@echo "var/sbom.cdx.json holds every package with its version and hashes."

docs: venv-runtime ## the papers as a site: var/site (installs mkdocs for itself)
	@sh tools/site.sh

messages: venv-dev ## gather what is said in code and templates into the catalogues, keeping translations
	@DJANGO_SETTINGS_MODULE=tests.settings $(VENV)/python manage.py messages

clean: ## take away what was made here: .venv, var, caches
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(CATALOGUES)

catalogues: $(CATALOGUES)

%.mo: %.po
	@$(VENV)/pybabel --quiet compile --input-file $< --output-file $@ \
		--locale $(notdir $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $<)))))

venv-runtime venv-dev venv-bench:
	@sh tools/venv.sh $(patsubst venv-%,%,$@)
