# Every verb that people and CI use. `make help` lists them.
SHELL := /bin/bash
BENCH_RUNS ?= 20

.DEFAULT_GOAL := help
.PHONY: help bootstrap build demo test bench kubernetes-build kubernetes-up kubernetes-down format lint clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Install the Debian packages that are missing (root or sudo)
	@scripts/bootstrap

build: bootstrap ## Build the litmus executable (.build/release/litmus)
	@swift build -c release --product litmus

demo: build ## Start a cluster, run pod-delete against a sample application, print the verdict
	@scripts/as-root .build/release/litmus run --keep examples/pod-delete/*.yaml

test: bootstrap ## Run every test, then check that nothing was left on the machine
	@scripts/test

bench: build ## Measure against the figures to beat (BENCH_RUNS=20)
	@scripts/bench $(BENCH_RUNS)

kubernetes-build: ## Fetch and build a single-node Kubernetes for the tests (five minutes, once)
	@scripts/kubernetes build

kubernetes-up: kubernetes-build ## Start it; prints the KUBECONFIG (root or sudo)
	@scripts/as-root scripts/kubernetes up

kubernetes-down: ## End it and remove all it made; also after a crash (root or sudo)
	@scripts/as-root scripts/kubernetes down

format: ## Format the sources
	@swift format --in-place --recursive Package.swift Sources Tests

lint: ## Check the format
	@swift format lint --strict --recursive Package.swift Sources Tests

clean: ## Remove what was built
	@rm -rf .build .build-tools
