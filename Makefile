# The command surface. `make help` lists it.
SHELL := /bin/bash
export PATH := $(CURDIR)/.cache/bin:$(CURDIR)/node_modules/.bin:$(PATH)
AREAS := demo config docker hosts runner registry pipeline crashes
E2E := $(if $(ONLY),$(foreach area,$(ONLY),'tests/e2e/$(area)/**/*.spec.ts'),'tests/e2e/**/*.spec.ts')

.PHONY: help setup tools demo docker-answers test unit e2e check generate bench transcript pictures sandbox format clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo "  areas of make e2e ONLY=…: $(AREAS)"

setup:
	@node dev/scripts/npm-install.mjs
	@node dev/scripts/build.mjs
	@node dev/scripts/toolchain.mjs

tools: setup
	@node dev/scripts/toolchain.mjs gen-sdk gitlab-runner config-decode pulumi-resource-docker registry

demo: $(if $(DOCKER),docker-answers) setup ## Both broken stories become one clean `pulumi up` (KEEP=1 keeps the sandbox, DOCKER=1 runs the manager in a container)
	@node dev/scripts/toolchain.mjs gitlab-runner $(if $(DOCKER),pulumi-resource-docker)
	@tsx dev/demo/main.ts

docker-answers:
	@bash dev/scripts/docker-engine.sh check

test: tools ## Everything that can be tested here
	@mocha 'tests/**/*.spec.ts'
	@mocha --no-config --config tests/e2e/.mocharc.json 'tests/e2e/**/*.spec.ts'

unit: setup ## The fast tests (seconds); one file: npx mocha tests/<file>.spec.ts
	@mocha 'tests/**/*.spec.ts'

e2e: tools ## End-to-end tests, all or of one area: make e2e ONLY=demo
	@mocha --no-config --config tests/e2e/.mocharc.json $(E2E)

check: setup ## Types, lint, format, and that generated files are up to date
	@tsc -p .
	@biome check .
	@node dev/scripts/toolchain.mjs gen-sdk
	@bash dev/scripts/generate.sh --check

generate: setup ## Write the generated files anew: SDKs, config.toml keys and types, JSON Schema, docs tables
	@node dev/scripts/toolchain.mjs gen-sdk
	@bash dev/scripts/generate.sh

bench: tools ## Times and request counts; writes dev/bench/results.md
	@tsx dev/bench/main.ts

transcript: tools ## Write docs/preview.md anew: what previews print in a fleet's day
	@UPDATE_GOLDEN=1 mocha --no-config --config tests/e2e/.mocharc.json tests/e2e/demo/preview-page.spec.ts

pictures: setup ## Take the pictures of docs/images anew (needs chromium)
	@tsx dev/scripts/pictures.ts

sandbox: setup ## GitLab in a process, on port 8929 with the demo's data
	@tsx sandbox/main.ts --port 8929 --seed sandbox/seeds/demo.yaml

format: setup ## Format the sources
	@biome check --write .

clean: ## Remove what was made, keep .cache (built programs)
	rm -rf .demo node_modules provider/bin/plugin.js sdks/*/bin
