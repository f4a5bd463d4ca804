# Everything a contributor runs. Needs a JDK >= 25 (found by .ci/find-jdk), Maven, Node with npm, and for the test that
# compiles the programs clang-14, lld-14, wasi-libc and libclang-rt-14-dev-wasm32, as .ci/run installs them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

MVN = JAVA_HOME=$$(.ci/find-jdk) mvn -B -Dstyle.color=never
REPORTS = find . -path ./contracts/node_modules -prune -o -type d \
	\( -name surefire-reports -o -name failsafe-reports \) -print0

.PHONY: help quick verify fuzz soak build format guests clean contracts tools

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

tools:
	@.ci/find-jdk >/dev/null
	@command -v mvn >/dev/null || { echo "Maven is missing: apt-get install maven" >&2; exit 2; }
	@command -v npm >/dev/null || { echo "Node is missing: apt-get install nodejs npm" >&2; exit 2; }

quick: tools ## Format, compile, tests without a chain or waiting, a short search of the explorer; under 4 minutes
	@$(REPORTS) | xargs -0 -r rm -rf
	@$(MVN) -q spotless:apply 2>&1 | .ci/tell --all "formatting"
	@$(MVN) -q -DskipITs -Dsurefire.excludesFile=$(CURDIR)/.ci/slow-tests verify 2>&1 | \
		.ci/tell --all "compiling and testing"
	@.ci/summary

verify: tools ## Build, check formats, run every test; 12 minutes on 2 cores
	@$(REPORTS) | xargs -0 -r rm -rf
	@rm -f contracts/out/junit.xml
	@# Tests that fail stop nothing, so that one run shows all of them; the summary counts them.
	@status=0; $(MAKE) --no-print-directory contracts || status=1; \
	$(MVN) --fail-at-end -Dmaven.test.failure.ignore=true verify 2>&1 | .ci/tell --all "starting Maven" || status=1; \
	.ci/summary || status=1; \
	if [ $$status -ne 0 ]; then echo "make verify: something above failed" >&2; fi; exit $$status

fuzz: tools ## Fuzz every parser in turn: SECONDS=60 for each, NAME=Bundle for one
	@.ci/fuzz $(or $(SECONDS),60) $(NAME)

contracts: tools ## Recompile the contracts, compare with what is committed, test them
	@(cd contracts && npm ci --ignore-scripts --no-audit --no-fund && npm run check) 2>&1 | \
		.ci/tell --all "fetching the tools of the contracts, and compiling them"
	@mkdir -p contracts/out
	@(cd contracts && { npm run -s test -- --junit >out/junit.xml || { cat out/junit.xml; exit 1; }; }) 2>&1 | \
		.ci/tell --all "testing the contracts"
	@echo "forge: $$(grep -c '<testcase' contracts/out/junit.xml) tests passed"

soak: tools ## kills at random instants and at every journal write, old backups put back; COUNT=50 SEED=n PARTS=kills,cheats
	@.ci/soak "$(COUNT)" "$(SEED)" "$(PARTS)"

build: tools ## Build what ./evenhand runs, without tests
	@./evenhand --version

format: tools ## Format the Java sources
	@$(MVN) -q spotless:apply 2>&1 | .ci/tell --all "formatting"

guests: ## Compile the programs that run in the sandbox, NAME/*.c to NAME/NAME.wasm
	@programs/src/guest/build

clean: ## Remove everything that was built
	rm -rf build contracts/out contracts/cache
	find . -path ./contracts/node_modules -prune -o -type d -name target -print0 | xargs -0 -r rm -rf
