# Every verb that people and CI use. `make help` lists them.
SHELL := /bin/bash
BENCH_RUNS ?= 20
# debug builds in a minute, for trying something in a cluster; release is what users get.
CONFIGURATION ?= release

.DEFAULT_GOAL := help
.PHONY: help bootstrap build demo image image-check test test-kubernetes bench kubernetes-build kubernetes-up kubernetes-down \
	format lint clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Install the Debian packages that are missing (root or sudo)
	@scripts/bootstrap

# The release executable has the Swift runtime in it, so that it runs where no toolchain is, and exports no symbols,
# which would keep 6 MB of unused code in it.
swift_build = swift build --product litmus -c $(CONFIGURATION) \
	$(if $(filter release,$(CONFIGURATION)),--static-swift-stdlib -Xlinker --no-export-dynamic)

build: bootstrap ## Build the litmus executable (.build/release/litmus; or CONFIGURATION=debug)
	@$(swift_build)

demo: build ## Start a cluster, run pod-delete against a sample application, print the verdict
	@scripts/as-root .build/$(CONFIGURATION)/litmus run --keep examples/pod-delete/*.yaml

image: build ## Build the image archive (.build/image/litmus-TAG.tar; REGISTRY=… TAG=…)
	@scripts/bootstrap --image
	@scripts/image .build/$(CONFIGURATION)/litmus

image-check: ## Check the archive that 'make image' built, and that building it again gives the same bytes
	@scripts/as-root env REGISTRY=$(REGISTRY) TAG=$(TAG) scripts/image-check .build/$(CONFIGURATION)/litmus

test: bootstrap ## Run every test, then check that nothing was left on the machine
	@scripts/test

test-kubernetes: build ## Run the tests on a real Kubernetes (KUBECONFIG=… LITMUS_IMAGE=…, else one that is started for it)
	@scripts/bootstrap --image
	@scripts/as-root env CONFIGURATION=$(CONFIGURATION) $(foreach name,KUBECONFIG LITMUS_IMAGE LITMUS_KUBERNETES_TOOLS,$(if $($(name)),$(name)=$($(name)))) \
		scripts/test-kubernetes $(if $(BENCH),--bench $(BENCH))

bench: build ## Measure against the figures to beat (BENCH_RUNS=20)
	@scripts/bench $(BENCH_RUNS)

kubernetes-build: ## Fetch and build a single-node Kubernetes for the tests (five minutes, once)
	@scripts/kubernetes build

kubernetes-up: kubernetes-build ## Start it; prints the KUBECONFIG (root or sudo)
	@scripts/as-root scripts/kubernetes up

kubernetes-down: ## End it and remove all it made; also after a crash (root or sudo)
	@scripts/as-root scripts/kubernetes down

format: ## Format the sources
	@swift format --in-place --recursive Package.swift Sources Tests benchmarks/GraphQLBenchmark

lint: ## Check the format
	@swift format lint --strict --recursive Package.swift Sources Tests benchmarks/GraphQLBenchmark

clean: ## Remove what was built
	@rm -rf .build .build-tools
