"""Runs schemathesis against a gateway, once for each kind of caller. Usage: fuzz.py WORLD.json

WORLD.json tells where the gateway is, its callers' tokens and the ids of what there is. Without `seconds` in it the seed
and the number of cases are fixed, there is no time budget, and one caller comes after the other: whether it passes depends
on the gateway alone. With `seconds` every caller searches for that long, and the seed is a new one. Each caller's requests
are written to NAME.requests; the line of its result names their digest, so that two runs can be compared.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys

HOOKS = pathlib.Path(__file__).with_name("fuzz_hooks.py")
SHORT_SEED = 20261125
EXAMPLES = 15
CONFIGURATION = """
hooks = "{hooks}"
continue-on-failure = true
request-timeout = 20.0
suppress-health-check = ["all"]

workers = 1

[generation]
database = "none"
deterministic = {deterministic}

[phases.coverage]
generate-duplicate-query-parameters = true

# The refusals that come before a route is looked for are refusals too.
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 431]

# 412 is what If-Match answers for any tag but the present one.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412, 429, "5xx"]
"""


def callers(world):
    """Who calls, with which header, and what: the operator last, for it may end what the others need."""
    def bearer(token):
        return ["-H", f"Authorization: Bearer {token}"]

    return [
        ("session", bearer(world["session_token"]) + ["--include-by", "/x-caller == caller"]),
        ("key", bearer(world["key_token"]) + ["--include-by", "/x-caller == caller"]),
        ("server", bearer(world["key_token"]) + ["--include-by", "/x-caller == key"]),
        ("nobody", ["--include-by", "/x-caller != anyone"]),
        ("anyone", ["--include-by", "/x-caller == anyone"]),
        ("upstream", ["-H", f"x-meeting-baas-api-key: {world['meeting_baas_key']}", "--include-tag", "Intake"]),
        ("operator", bearer(world["operator_token"]) + ["--include-by", "/x-caller == operator"]),
    ]


def run(world, path, name, arguments, seed):
    folder = pathlib.Path(path).parent
    configuration = folder / f"{name}.toml"
    deterministic = "false" if world.get("seconds") else "true"
    configuration.write_text(CONFIGURATION.format(hooks=HOOKS, deterministic=deterministic), encoding="utf-8")
    phases, examples = "examples,coverage,fuzzing,stateful", EXAMPLES
    if world.get("seconds"):
        budget = ["--max-time", str(world["seconds"])]
    else:
        # Whoever is nobody is told so before anything is looked at: a few requests of each operation are enough.
        if name == "nobody":
            phases, examples = "examples,fuzzing", 4
        budget = ["-n", str(examples)]
    # Without the proxies that a machine may have set: everything is on loopback.
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment |= {"GATEWAY_FUZZ_WORLD": str(path), "GATEWAY_FUZZ_CALLER": name, "NO_COLOR": "1"}
    # The order of a set of texts is drawn anew for each process otherwise.
    environment["PYTHONHASHSEED"] = "0"
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run",
         f"{world['url']}/openapi.json", "--checks", "all", "--phases", phases, "--seed", str(seed), *budget, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=folder, check=False)
    (folder / f"{name}.txt").write_text(done.stdout, encoding="utf-8")
    cases = re.search(r"(\d+) generated", done.stdout)
    operations = re.search(r"Tested: (\d+)", done.stdout)
    took = re.search(r"in ([0-9.]+)s =+\s*$", done.stdout)
    requests = folder / f"{name}.requests"
    digest = hashlib.sha256(requests.read_bytes() if requests.exists() else b"").hexdigest()[:12]
    print(f"{name}: {cases[1] if cases else 'no'} cases, {operations[1] if operations else 'no'} operations, "
          f"{took[1] if took else '?'} s, seed {seed}, requests {digest}: {'nothing found' if done.returncode == 0 else 'FAILED'}")
    # A run that tested nothing has found nothing, and is worth nothing.
    if done.returncode != 0 or not cases or int(cases[1]) < 50:
        print(done.stdout)
        return False
    return True


def main():
    path = pathlib.Path(sys.argv[1]).resolve()
    world = json.loads(path.read_text(encoding="utf-8"))
    seed = random.SystemRandom().randrange(2**31) if world.get("seconds") else SHORT_SEED
    # To run one again: GATEWAY_FUZZ_ONLY=session,key GATEWAY_FUZZ_SEED=…
    only = [name for name in os.environ.get("GATEWAY_FUZZ_ONLY", "").split(",") if name]
    seed = os.environ.get("GATEWAY_FUZZ_SEED", seed)
    wanted = [(name, arguments) for name, arguments in callers(world) if not only or name in only]
    # In a search two at once: one makes requests while the other's are answered. They change each other's objects, so
    # where every run must be the same, one comes after the other.
    with concurrent.futures.ThreadPoolExecutor(2 if world.get("seconds") else 1) as pool:
        results = list(pool.map(lambda caller: run(world, path, *caller, seed), wanted[:-1]))
    results.append(run(world, path, *wanted[-1], seed))
    sys.exit(0 if all(results) else 1)


main()
