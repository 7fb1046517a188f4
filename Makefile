# The two commands of README.md are `make run` and `make test`.
.PHONY: run test soak python contract format lint needs

SWIFT ?= swift
NEEDS := libssl-dev libsqlite3-dev pkg-config python3 python3-venv python3-yaml python3-jsonschema

# A gateway with stand-ins of everything outside it, and a walk to paste.
run: needs
	$(SWIFT) build --product meeting-gateway
	.build/debug/meeting-gateway serve --sandbox

test: python lint
	$(SWIFT) build --build-tests
	$(SWIFT) test

# What takes longer than a test should: the full kill counts, and ten minutes of generated requests.
soak: python
	$(SWIFT) build --build-tests
	GATEWAY_KILLS=200 $(SWIFT) test --filter KillTests
	GATEWAY_FUZZ=soak $(SWIFT) test --filter FuzzTests

# What the tests run from PyPI, in an environment of its own; made anew when the list has changed.
REQUIREMENTS := Tests/EndToEndTests/requirements.txt
python: needs
	@cmp -s $(REQUIREMENTS) .build/python/requirements.txt || { set -e; \
	/usr/bin/python3 -m venv --clear .build/python; \
	.build/python/bin/python -m pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS); \
	cp $(REQUIREMENTS) .build/python/requirements.txt; }

# The contract as the binary carries it, from openapi/gateway.yaml.
contract:
	/usr/bin/python3 openapi/embed.py

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

# Debian's packages that are missing; installed where that is allowed, else named.
needs:
	@missing=""; for p in $(NEEDS); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else echo "Missing:$$missing"; echo "Run: sudo apt-get install -y$$missing"; exit 1; fi
