# The command surface. `make help` lists it.
# Not make's own default: with that, 3.81 (macOS) starts simple commands itself, by the PATH that it was started with.
SHELL := /bin/bash
export PATH := $(CURDIR)/.cache/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Areas of the end-to-end tests: the folders of tests/e2e. Those of `make test` need what `make demo` has built, and no more.
AREAS := $(sort $(notdir $(patsubst %/,%,$(wildcard tests/e2e/*/))))
DEMO_AREAS := runner demo allowlists
# These need no more, either, but take long: CI runs them apart.
LONG_AREAS := crashes pipeline
# Random histories, of whatever area.
HISTORIES := runner/histories allowlists/histories
# The last one's programs take longest to build; what does not need them comes first.
OTHER_AREAS := $(filter-out $(DEMO_AREAS) $(LONG_AREAS) kubernetes,$(AREAS)) kubernetes
# Programs that an area needs besides those of `make demo`.
TOOLS_clients := gitlab-client-go
TOOLS_config := config-decode
TOOLS_docker := pulumi-resource-docker
TOOLS_kubernetes := etcd kube-apiserver pulumi-resource-kubernetes
TOOLS_languages := pulumi-language-yaml pulumi-language-python pulumi-language-java fleet-in-go
TOOLS_registry := pulumi-resource-docker registry
TOOLS_pods := $(TOOLS_kubernetes) kube-controller-manager kube-scheduler kubelet pods/containerd pods/containerd-shim-runc-v2
DEMO_TOOLS := pulumi pulumi-language-nodejs gitlab-runner

MOCHA_E2E := mocha --no-config --config tests/e2e/.mocharc.json
# ONLY=<area>, ONLY="<area> <area>", or one file: ONLY=<area>/<file>
ONLY ?= $(AREAS)
E2E = $(foreach one,$(ONLY),$(if $(findstring /,$(one)),tests/e2e/$(one).spec.ts,'tests/e2e/$(one)/**/*.spec.ts'))
E2E_TOOLS = $(sort $(DEMO_TOOLS) $(foreach one,$(ONLY),$(TOOLS_$(firstword $(subst /, ,$(one))))))

.PHONY: help packages setup tools demo docker-answers test unit integration test-e2e long-e2e e2e systemd pods acceptance other-areas check generate bench transcript package release pictures sandbox format clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  areas of make e2e ONLY=…: $(AREAS)"

packages:
	@node dev/scripts/npm-install.mjs
	@node dev/scripts/build.mjs

setup: packages
	@node dev/scripts/toolchain.mjs

tools: setup
	@node dev/scripts/toolchain.mjs gen-sdk gitlab-runner config-decode pulumi-resource-docker registry

demo: $(if $(DOCKER),docker-answers) packages ## Both broken stories become one clean `pulumi up` (KEEP=1 keeps the sandbox, DOCKER=1 runs the manager in a container)
	@node dev/scripts/toolchain.mjs --any $(DEMO_TOOLS) $(if $(DOCKER),pulumi-resource-docker)
	@node -r tsx/cjs dev/demo/main.ts

docker-answers:
	@bash dev/scripts/docker-engine.sh check

test: ## Unit, integration and those end-to-end tests that need only what `make demo` has built (about ten minutes)
	@status=0; \
	$(MAKE) --no-print-directory unit || status=1; \
	$(MAKE) --no-print-directory integration || status=1; \
	$(MAKE) --no-print-directory test-e2e || status=1; \
	exit $$status

test-e2e:
	@$(MAKE) --no-print-directory e2e ONLY="$(DEMO_AREAS)" MOCHA_FLAGS="--parallel $(HISTORIES:%=--ignore tests/e2e/%.spec.ts)"

# Random histories of kills are most of the time: twelve of them here, for .ci/run, all forty by make e2e ONLY=crashes.
long-e2e: export ROUNDS ?= 12
long-e2e:
	@$(MAKE) --no-print-directory e2e ONLY="$(LONG_AREAS) $(HISTORIES)" MOCHA_FLAGS=--parallel

unit: packages ## The fast tests (seconds); one file: npx mocha tests/<file>.spec.ts
	@npm test --silent

integration: packages ## Tests that start processes, or wait
	@mocha --parallel 'tests/integration/**/*.spec.ts'

e2e: packages ## End-to-end tests, all, of one area or of one file: make e2e ONLY=demo, make e2e ONLY=demo/secrets
	@node dev/scripts/toolchain.mjs $(E2E_TOOLS)
	@$(MOCHA_E2E) $(MOCHA_FLAGS) $(E2E)

other-areas:
	@echo $(OTHER_AREAS)

systemd: packages ## A host with a real systemd, in a container: needs root, a Docker engine (DOCKER_HOST) and sshd
	@node dev/scripts/toolchain.mjs $(DEMO_TOOLS)
	@$(MOCHA_E2E) $(MOCHA_FLAGS) 'tests/systemd/*.spec.ts'

pods: packages ## A cluster that runs pods, on this machine: needs root, a Docker engine (DOCKER_HOST), and of Debian runc, iptables, containerd (for ctr), containernetworking-plugins
	@node dev/scripts/toolchain.mjs $(DEMO_TOOLS) $(TOOLS_pods)
	@bash tests/pods/cluster.sh mocha --no-config --config tests/pods/.mocharc.json $(MOCHA_FLAGS)

acceptance: packages ## The beliefs about GitLab and the main job, on any GitLab: GITLAB_URL, GITLAB_TOKEN and an empty GROUP (docs/acceptance.md)
	@node dev/scripts/toolchain.mjs $(DEMO_TOOLS)
	@mocha --no-config --config tests/acceptance/.mocharc.json $(MOCHA_FLAGS)

check: setup ## Types, lint, format, arrows between rooms, unused exports, and that generated files are up to date
	@tsc -p .
	@biome check .
	@npm run --silent arrows
	@knip
	@node dev/scripts/toolchain.mjs gen-sdk
	@bash dev/scripts/generate.sh --check

generate: setup ## Write the generated files anew: SDKs, config.toml keys and types, JSON Schema, docs tables
	@node dev/scripts/toolchain.mjs gen-sdk
	@bash dev/scripts/generate.sh

bench: tools ## Times and request counts; writes dev/bench/results.md
	@$(if $(filter kubernetes,$(ONLY)),node dev/scripts/toolchain.mjs $(TOOLS_kubernetes))
	@node -r tsx/cjs dev/bench/main.ts

transcript: tools ## Write docs/preview.md anew: what previews print in a fleet's day
	@UPDATE_GOLDEN=1 $(MOCHA_E2E) tests/e2e/demo/preview-page.spec.ts

package: packages ## The npm package, as one tarball in .cache
	@node package/build.mjs

release: packages ## What a release consists of: npm package, plugin archives, checksums (URL=<where the archives will be>, OUT=<folder>)
	@node package/release.mjs $(if $(URL),--url "$(URL)") $(if $(OUT),--out "$(OUT)")

pictures: setup ## Take the pictures of docs/images anew (needs chromium)
	@node -r tsx/cjs dev/scripts/pictures.ts

sandbox: setup ## GitLab in a process, on port 8929 with the demo's data
	@node -r tsx/cjs sandbox/main.ts --port 8929 --seed sandbox/seeds/demo.yaml

format: setup ## Format the sources
	@biome check --write .

clean: ## Remove what was made, keep .cache (built programs)
	rm -rf .demo node_modules provider/bin/{plugin,construct}.js sdks/*/bin
