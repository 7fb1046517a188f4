# The two commands of README.md are `make run` and `make test`.
.PHONY: run test tests soak soak-tests image-check pictures python contract format lint needs

SWIFT ?= swift
NEEDS := libssl-dev libsqlite3-dev pkg-config python3 python3-venv python3-yaml python3-jsonschema python3-markdown-it \
	chromium chromium-driver nodejs curl openssl openjdk-17-jdk-headless haproxy nginx-light libpq-dev postgresql pgbouncer

# A gateway with stand-ins of everything outside it, and a walk to paste.
run: needs
	$(SWIFT) build --product meeting-gateway
	.build/debug/meeting-gateway serve --sandbox

# A few tests at once: hundreds of them on two cores would starve those that wait for something.
WIDTH := --experimental-maximum-parallelization-width
AT_ONCE = $(shell $(SWIFT) test --help-hidden | grep -q -e $(WIDTH) && echo $(WIDTH) 8)

# PostgreSQL and PgBouncer for as long as a command runs, in a temporary folder.
WITH_POSTGRES := bash Tests/postgres.sh run

test: python lint
	$(SWIFT) build --build-tests
	$(WITH_POSTGRES) $(MAKE) tests

# The program on PostgreSQL, from outside; its stores are tested on both engines in the first run.
ON_POSTGRES := Walk Canary Matrix MirrorMatrix MirrorBot MirrorReply InboundWebhook Delivery Replay Recovery StreamAccess \
	Consent Grant GrantRevocation Idempotency IdempotencyCrash LostReply Limit TenantSettings RowRetention Kill Crash
empty :=
tests:
	$(SWIFT) test $(AT_ONCE)
	GATEWAY_TEST_ENGINE=postgres $(SWIFT) test --skip-build $(AT_ONCE) --filter 'EndToEnd/($(subst $(empty) ,|,$(ON_POSTGRES)))Tests'

# What takes longer than a test should: the optimized build, the full kill counts, ten minutes of generated requests, many
# random sequences, a large database, a body of 1 GiB, a fault planted in each store, and the image.
soak: python
	$(SWIFT) build --build-tests
	$(WITH_POSTGRES) $(MAKE) soak-tests
	$(MAKE) image-check

# First the optimized build, on both engines: a compiler's fault in it is seen by no other test.
WITH_RELEASE := GATEWAY_TEST_PROGRAM=$(CURDIR)/.build/release/meeting-gateway
ON_RELEASE := 'EndToEnd/(Walk|Matrix|MirrorMatrix|InboundWebhook|Delivery|Grant|Idempotency|Limit|ReplicaRequest|Replica)Tests'

soak-tests:
	$(SWIFT) build -c release --product meeting-gateway
	$(WITH_RELEASE) $(SWIFT) test --skip-build $(AT_ONCE) --filter $(ON_RELEASE)
	GATEWAY_TEST_ENGINE=postgres $(WITH_RELEASE) $(SWIFT) test --skip-build $(AT_ONCE) --filter $(ON_RELEASE)
	GATEWAY_TEST_SEED=$${GATEWAY_TEST_SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} GATEWAY_KILLS=200 GATEWAY_CRASHES=800 GATEWAY_REPLICA_KILLS=100 $(SWIFT) test --filter 'KillTests|CrashTests|ReplicaTests|PostmasterTests'
	GATEWAY_SEQUENCES=100000 GATEWAY_DELIVERY_SEQUENCES=20000 $(SWIFT) test --filter 'ConnectionPoolSequenceTests|DeliverySequenceTests|MirrorRead(Sequence|StateMachine)Tests'
	GATEWAY_FUZZ=soak $(SWIFT) test --filter FuzzTests
	GATEWAY_LARGE=soak $(SWIFT) test --filter 'LargeDatabaseTests|LargeTenantEndTests|FullDiskTests|PostgresDiskTests|PooledResponseTests'
	GATEWAY_LARGE_WEBHOOKS=20 $(SWIFT) test --filter UnverifiedBodyTests
	python3 Tests/StoreTests/planted.py --at-once 6

# What the tests run from PyPI, in an environment of its own; made anew when the list has changed.
REQUIREMENTS := Tests/EndToEndTests/requirements.txt
python: needs
	@cmp -s $(REQUIREMENTS) .build/python/requirements.txt || { set -e; \
	/usr/bin/python3 -m venv --clear .build/python; \
	.build/python/bin/python -m pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS); \
	cp $(REQUIREMENTS) .build/python/requirements.txt; }

# README.md's pictures of the demo product, taken by the test that drives it; in the typeface that its page asks for first.
pictures: NEEDS += fonts-inter
pictures: needs
	$(SWIFT) build --build-tests
	GATEWAY_PICTURES=1 $(SWIFT) test --filter DemoTests

# The container image, built and tried without a container engine (root on Debian 12; 10 to 20 minutes).
image-check:
	bash docker/image-check.sh

# The texts that the binary carries: the contract, the problem pages' Markdown, and HTML, CSS and JavaScript of `Assets`.
contract: needs
	/usr/bin/python3 openapi/embed.py

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	python3 Tests/declared_names.py

# Debian's packages that are missing; installed where that is allowed, else named.
needs:
	@missing=""; for p in $(NEEDS); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sh Tests/install.sh $$missing; \
	else echo "Missing:$$missing"; echo "Run: sudo sh Tests/install.sh$$missing"; exit 1; fi
