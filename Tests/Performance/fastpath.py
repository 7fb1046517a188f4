#!/usr/bin/env python3
"""The figures of mirrored reads on the gateway's fast path, and of webhooks that are taken in, each beside its goal.

Figures decide nothing: the exit code is 1 only when something could not be measured or was answered wrongly.
"""

import argparse
import contextlib
import json
import pathlib
import signal
import statistics
import sys
import tempfile
import time
import urllib.request

import delivery
import hooks
import intake
import machine
import reads
import scale
import servers
from hooks import Endpoints
from mirror import Stopped, command, gateway_binary, stopped
from processes import Children, Trouble
from reads import Place


class Run(delivery.Run):
    """What the parts share, with the figures that have a goal."""

    def __init__(self, options, children, binary):
        super().__init__(options, children, binary)
        self.results = []

    def result(self, part, what, value, unit, most=None):
        """Notes and prints a figure. `most` is its goal; nil stands for one that is only stated."""
        self.results.append({"part": part, "figure": what, "value": value, "unit": unit, "at_most": most})
        print("  " + line(self.results[-1]), flush=True)


def line(result):
    value, most, unit = result["value"], result["at_most"], result["unit"]
    shown = f"{result['figure']:<58} {value:>9.2f} {unit:<4}"
    if most is None:
        return shown
    return f"{shown} at most {most:<6g} {'reached' if value <= most else 'NOT REACHED'}"


def log(run):
    quiet, loud = Place(run, "error"), Place(run, "info", log_level="info")
    lines = count_lines(loud)
    cpu = reads.rounds(run, "log", [quiet, loud])
    # The writer is behind by one batch at most.
    time.sleep(1)
    written, sent = count_lines(loud) - lines, loud.taken()
    if written < sent:
        raise Trouble(f"{sent:.0f} reads and {written} lines in the log: lines are missing")
    added = statistics.median(after - before for before, after in zip(cpu["error"], cpu["info"]))
    run.result("log", "CPU of a line in the log, a read", added, "µs", 6)


def count_lines(place):
    with place.child.log.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def latency(run):
    options = run.options
    place = Place(run, "latency")
    place.warm()
    direct = place.file("direct", [place.path])
    added = {"p50_ms": [], "p99_ms": []}
    for number in range(1, options.rounds + 1):
        found = {}
        for case in ("direct", "gateway") if number % 2 else ("gateway", "direct"):
            before = place.taken()
            report = found[case] = place.send(
                rate=options.read_rate, seconds=options.seconds,
                **({"port": place.upstream_port, "paths": direct} if case == "direct" else {}))
            share = {"fast_percent": place.fast_share(before, report.reads)} if case == "gateway" else {}
            run.figure("latency", case, number, reads=report.reads, p50_ms=report.p50_ms, p99_ms=report.p99_ms,
                       max_ms=report.max_ms, **share)
        for name, values in added.items():
            values.append(getattr(found["gateway"], name) - getattr(found["direct"], name))
    rate = f"at {options.read_rate} reads/s"
    run.result("latency", f"added latency {rate}, p50", statistics.median(added["p50_ms"]), "ms", 0.4)
    run.result("latency", f"added latency {rate}, p99", statistics.median(added["p99_ms"]), "ms", 2)


def flight(run):
    count = run.options.in_flight
    # After the delay of the goal, and after one at which this machine has time to get all of them to the upstream.
    for delay in (50, 1000):
        place = Place(run, f"after-{delay}-ms", upstream=reads.slow_upstream(delay))
        for _ in range(2):
            place.send(connections=1, count=1)
        with contextlib.suppress(OSError):
            place.child.reset_peak()
        ask_peak(place)
        before = place.taken()
        report = place.send(connections=count, seconds=run.options.seconds, is_strict=False)
        errors = report.reads - report.statuses.get("200", 0)
        peak = place.resident("VmHWM")
        run.figure("flight", place.name, 1, reads=report.reads, errors=errors, p50_ms=report.p50_ms,
                   p99_ms=report.p99_ms, max_ms=report.max_ms, upstream_peak=ask_peak(place), peak_rss_mib=peak)
        if errors:
            print(f"  replies: {report.statuses}", flush=True)
        else:
            place.fast_share(before, report.reads)
        what = f"{count} in flight, upstream after {delay} ms"
        run.result("flight", f"{what}: errors", errors, "", 0)
        run.result("flight", f"{what}: peak memory", peak, "MiB", 160)
        place.gateway.stop()
        run.children.stop(place.upstream)


def ask_peak(place):
    with urllib.request.urlopen(f"http://127.0.0.1:{place.upstream_port}/_peak", timeout=20) as response:
        return int(response.read())


def tls(run):
    cpu = reads.rounds(run, "tls", [Place(run, "plain"), Place(run, "tls", tls=True)])
    run.result("tls", "CPU a read with TLS to the upstream to plain", reads.ratio(cpu, "tls", "plain"), "×", 1.5)


def memory(run):
    place = Place(run, "memory")
    before = reads.idle(place)
    place.warm()
    for number in range(1, run.options.rounds + 1):
        place.measure("memory", number)
    run.result("memory", "memory after the start, idle", before, "MiB", 55)
    run.result("memory", "memory after the reads", reads.idle(place, 1), "MiB", 100)


def allocations(run):
    library = reads.counting_library(run)
    for case, more in {"fast path": {}, "router": {"GATEWAY_MIRROR_FAST_PATH": "off"}}.items():
        place = Place(run, f"allocations-{case.replace(' ', '-')}", environment=more, library=library)
        place.warm()
        taken, began = place.taken(), place.allocated()
        # A number that is known beforehand, since wrk does not count what was under way at its end.
        report = place.send(count=20_000, connections=run.options.connections)
        made, size, _ = (b - a for a, b in zip(began, place.allocated()))
        run.figure("allocations", case, 1, reads=report.reads, fast_percent=place.fast_share(taken, report.reads),
                   allocations=made / report.reads, allocated=size / report.reads)
        run.result("allocations", f"allocations a read, {case}", made / report.reads, "")
        place.gateway.stop()
        run.children.stop(place.upstream)


def webhooks(run):
    for number in range(1, run.options.rounds + 1):
        # On data of its own, so that each round meets a database of the same size.
        with run.gateway(f"webhooks-{number}") as gateway:
            tenant = gateway.tenant("ingest", "user-ingest")
            Endpoints(gateway, tenant, ["http://127.0.0.1:9/never"], run.options.concurrency).set_status("disabled")
            intake.send(run, gateway, tenant, f"warm-{number}", count=500)
            intake.steady(run, gateway, tenant, number, "steady, held")
    cpu = statistics.median(f["cpu_us"] for f in run.figures if f["part"] == "ingest")
    run.result("webhooks", f"CPU a webhook at {run.options.rate} webhooks/s", cpu, "µs", 350)


PARTS = {
    "log": (log, "log: a line in the log for each read, in a file"),
    "scale": (scale.scale, "scale: many keys and owners in memory beside one"),
    "caches": (scale.caches, "caches: the memory of many keys and owners"),
    "latency": (latency, "latency: what the gateway adds, in an open loop"),
    "flight": (flight, "flight: many reads in flight at a slow upstream"),
    "tls": (tls, "tls: the upstream over TLS beside plain, connections kept"),
    "memory": (memory, "memory: idle and after reads"),
    "allocations": (allocations, "allocations: calls of malloc, calloc, realloc and memalign, counted by LD_PRELOAD"),
    "webhooks": (webhooks, "webhooks: taken in at a steady rate, each stored with an fsync before its 200"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=pathlib.Path, metavar="PATH", help="meeting-gateway; else .build/release's")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="of load, in each round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--keys", type=int, default=10_000, help="of scale and caches")
    parser.add_argument("--objects", type=int, default=100_000, help="of scale and caches: events with owners")
    parser.add_argument("--read-rate", type=int, default=500, help="reads a second of latency")
    parser.add_argument("--in-flight", type=int, default=2000, help="reads of flight, and its connections")
    parser.add_argument("--rate", type=int, default=1000, help="webhooks a second")
    parser.add_argument("--folder", type=pathlib.Path, help="where data and logs go; else the temporary folder")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every figure there as well")
    options = parser.parse_args()
    options.only = [name for name in PARTS if name in options.only.split(",")]
    if not options.only or min(value for value in vars(options).values() if isinstance(value, int)) < 1:
        parser.error(f"--only names some of {','.join(PARTS)}; numbers are 1 or more")
    # What the parts of delivery.py ask for beside these.
    options.log_level, options.bytes, options.concurrency = "error", 1024, 64
    return options


def report(run, failures):
    options = run.options
    print(f"\nMedians of {options.rounds} rounds of {options.seconds} s, {options.connections} kept connections\n")
    for result in run.results:
        print(f"{result['part']:<12} {line(result)}")
    for part, trouble in failures.items():
        print(f"{part:<12} NOT MEASURED: {trouble}")
    if options.json:
        options.json.write_text(json.dumps({
            "command": command(), "options": {name: str(value) for name, value in vars(options).items()},
            "machine": machine.machine(), "versions": machine.versions(["go"], run.binary), "results": run.results,
            "rounds": run.figures, "not_measured": failures}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if failures else 0


def run_all():
    options = arguments()
    asked = {"allocations": ["cc"], "caches": ["cc"], "tls": ["openssl"]}
    servers.check(["go", "nginx", "wrk", *(program for part in options.only for program in asked.get(part, []))])
    binary = gateway_binary(options.gateway)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, stopped)
    # Far more than a run takes, so that no single step hangs it for ever.
    signal.alarm(400 + len(options.only) * (300 + 2 * options.rounds * (options.seconds + 20)))
    here, failures = machine.machine(), {}
    if machine.is_debug(binary):
        print(machine.LOUD)
    print(f"machine  {here['cores']} cores, {here['cpu']}, {here['kernel']}, load average {here['load_average']:.2f}")
    for name, version in machine.versions(["go"], binary).items():
        print(f"{name:<8} {version}")
    print(f"again    {command()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="fastpath-", dir=options.folder) as folder, \
            Children(pathlib.Path(folder)) as children:
        hooks.build(children)
        reads.build(children)
        run = Run(options, children, binary)
        for name in options.only:
            measure, title = PARTS[name]
            print(f"\n{title}", flush=True)
            before = list(children.living)
            try:
                measure(run)
            except Trouble as trouble:
                failures[name] = str(trouble)
                print(f"  NOT MEASURED: {trouble}", flush=True)
            finally:
                for child in reversed([child for child in children.living if child not in before]):
                    children.stop(child)
        return report(run, failures)


if __name__ == "__main__":
    try:
        sys.exit(run_all())
    except (Trouble, Stopped) as error:
        sys.exit(f"fastpath.py: {error}")
