#!/usr/bin/env python3
"""Webhooks in and deliveries out of the gateway, on one machine: durability's price, delay, throughput, fairness,
recovery, and what hostile receivers do to it.

Timings decide nothing: the exit code is 1 only when something could not be measured or was answered wrongly.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import statistics
import sys
import tempfile

import dispatch
import hooks
import intake
import large
import machine
import neighbours
import servers
from gateway import Gateway
from mirror import Stopped, command, gateway_binary, stopped
from processes import Children, Trouble

PARTS = {
    "ingest": (intake.ingest, intake.TITLE),
    "latency": (dispatch.latency, dispatch.LATENCY),
    "replicas": (dispatch.replicas, dispatch.REPLICAS),
    "large": (large.large, large.TITLE),
    "throughput": (dispatch.throughput, dispatch.THROUGHPUT),
    "fairness": (neighbours.fairness, neighbours.FAIRNESS),
    "restart": (dispatch.restart, dispatch.RESTART),
    "hostile": (neighbours.hostile, neighbours.HOSTILE),
}
# In which order the summary shows columns, their heads, and how they are written.
COLUMNS = {
    "reads": ("reads", ".0f"), "webhooks": ("webhooks", ".0f"), "deliveries": ("deliveries", ".0f"), "pending": ("pending", ".0f"),
    "in_flight": ("in flight", ".0f"), "unsent": ("unsent", ".0f"),
    "offered_per_second": ("offered/s", ".0f"), "reads_per_second": ("reads/s", ".0f"),
    "webhooks_per_second": ("webhooks/s", ".0f"), "per_second": ("deliveries/s", ".0f"),
    "per_cpu_second": ("per CPU s", ".0f"), "seconds": ("seconds", ".2f"), "stored_seconds": ("until stored", ".2f"),
    "p50_ms": ("p50 ms", ".2f"), "p99_ms": ("p99 ms", ".2f"), "least_ms": ("least ms", ".2f"),
    "max_ms": ("max ms", ".2f"), "before_200_percent": ("before 200 %", ".0f"),
    "from_sent_p50_ms": ("send→head p50", ".2f"), "from_sent_p99_ms": ("send→head p99", ".2f"),
    "answer_p99_ms": ("200 p99 ms", ".2f"), "first_ms": ("first ms", ".1f"), "cpu_us": ("CPU µs each", ".1f"),
    "user_us": ("user", ".1f"), "system_us": ("system", ".1f"), "ratio": ("ratio", ".2f"),
    "p50_ratio": ("p50 ratio", ".2f"), "p99_ratio": ("p99 ratio", ".2f"), "bytes": ("bytes", ".0f"),
    "connections": ("connections", ".0f"), "repeated": ("repeated", ".0f"), "undelivered": ("undelivered", ".0f"),
    "exec_to_listening_ms": ("exec→listening", ".0f"), "listening_to_first_ms": ("listening→first", ".1f"),
    "exec_to_first_ms": ("exec→first ms", ".0f"), "exec_to_all_ms": ("exec→all ms", ".0f"),
    "endpoints": ("endpoints", ".0f"), "tenants": ("tenants", ".0f"), "rss_before_mib": ("RSS before", ".1f"),
    "peak_rss_mib": ("peak RSS MiB", ".1f"), "descriptors": ("descriptors", ".0f"),
    "fast_percent": ("fast path %", ".1f"), "lines": ("log lines", ".0f"), "errors": ("errors", ".0f"),
    "upstream_peak": ("at upstream", ".0f"), "allocations": ("allocations", ".1f"), "allocated": ("bytes each", ".0f"),
    "longest_attempt_ms": ("longest ms", ".0f"), "cpu_percent": ("CPU %", ".0f"), "others_percent": ("others %", ".0f"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=pathlib.Path, metavar="PATH", help="meeting-gateway; else .build/release's")
    usual = ",".join(name for name in PARTS if name not in ("replicas", "large"))
    parser.add_argument("--only", default=usual, help=f"some of {','.join(PARTS)}; else all but replicas and large")
    parser.add_argument("--tls", action="store_true", help="throughput over TLS as well (as root: a mount namespace)")
    parser.add_argument("--rounds", type=int, default=3, help="of ingest, latency, throughput and fairness")
    parser.add_argument("--seconds", type=int, default=20, help="of load, in ingest and fairness")
    parser.add_argument("--rate", type=int, default=1000, help="webhooks a second of ingest's open loop")
    parser.add_argument("--connections", type=int, default=32, help="of the sender")
    parser.add_argument("--saturating", type=int, default=256, help="connections of ingest's saturation")
    parser.add_argument("--bytes", type=int, default=1024, help="of a webhook; its delivery is some 250 larger")
    parser.add_argument("--engine-seconds", type=int, default=5, help="of SQLite by itself, in each round of ingest")
    parser.add_argument("--idle", type=int, default=300, help="webhooks of latency, 20 ms apart")
    parser.add_argument("--deliveries", type=int, default=20_000, help="of each round of throughput")
    parser.add_argument("--fan", default="1,8", help="how many endpoints share them, one case each")
    parser.add_argument("--concurrency", type=int, default=64, help="of each endpoint, where the program knows it")
    parser.add_argument("--noisy-endpoints", type=int, default=16, help="of fairness's noisy tenant")
    parser.add_argument("--quiet-rate", type=int, default=40, help="webhooks a second of the quiet or healthy tenant")
    parser.add_argument("--one-host", action="store_true", help="fairness: all tenants' endpoints at one host")
    parser.add_argument("--backlog", type=int, default=24_000, help="deliveries to find fairness's capacity with")
    parser.add_argument("--pending", type=int, default=1000, help="deliveries that restart's kill meets")
    parser.add_argument("--kills", type=int, default=5, help="of restart")
    parser.add_argument("--hostile", type=int, default=1000, help="hostile endpoints, 50 a tenant")
    parser.add_argument("--hostile-seconds", type=int, default=60)
    parser.add_argument("--large-tenants", type=int, default=1_000, help="of large")
    parser.add_argument("--large-connections", type=int, default=100_000)
    parser.add_argument("--large-deliveries", type=int, default=500_000, help="each of a message of its own")
    parser.add_argument("--large-requests", type=int, default=200, help="of each kind")
    parser.add_argument("--log-level", default="error", help="the gateway's")
    parser.add_argument("--folder", type=pathlib.Path, help="where the data go meanwhile; else the temporary folder")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every figure there as well")
    options = parser.parse_args()
    options.only = [name for name in PARTS if name in options.only.split(",")]
    try:
        options.fan = [int(number) for number in options.fan.split(",")]
    except ValueError:
        parser.error("--fan names numbers, like 1,8")
    numbers = [value for value in vars(options).values() if isinstance(value, int) and not isinstance(value, bool)]
    if not options.only or min([*numbers, *options.fan]) < 1:
        parser.error(f"--only names some of {','.join(PARTS)}; numbers are 1 or more")
    if options.tls and os.geteuid() != 0:
        parser.error("--tls needs root: the gateway gets a list of CAs of its own in a mount namespace")
    return options


class Run:
    """What the parts share: the options, the children, and a list of figures."""

    def __init__(self, options, children, binary):
        self.options, self.children, self.binary = options, children, binary
        self.figures = []

    @contextlib.contextmanager
    def gateway(self, name, wrapper=()):
        """A gateway on fresh data, ended with the block; and with it whatever the block has started."""
        before = list(self.children.living)
        gateway = Gateway(self.children, self.binary, self.options.log_level, f"gateway-{name}", wrapper)
        try:
            gateway.start(log_level=self.options.log_level)
            yield gateway
        finally:
            for child in reversed([child for child in self.children.living if child not in before]):
                self.children.stop(child)
            for file in self.children.folder.glob(f"{gateway.database.name}*"):
                file.unlink()

    def figure(self, part, case, number, **columns):
        """Notes one round of a case, and prints it."""
        self.figures.append({"part": part, "case": case, "round": number, **columns})
        shown = "  ".join(f"{head} {columns[name]:{form}}" for name, (head, form) in COLUMNS.items() if name in columns)
        print(f"  {number or ' '} {case:<22} {shown}", flush=True)


def summary(figures):
    """For each part and case the median, the least and the most of each column."""
    result = {}
    for figure in figures:
        result.setdefault(figure["part"], {}).setdefault(figure["case"], []).append(figure)
    return {
        part: {
            case: {name: (statistics.median(values), min(values), max(values))
                   for name in COLUMNS if name in rounds[0] for values in [[one[name] for one in rounds]]}
            for case, rounds in cases.items()}
        for part, cases in result.items()}


def table(cases):
    """Cases with the same columns share a head."""
    before = None
    for case, columns in cases.items():
        heads = [f"{COLUMNS[name][0]:>{width(name)}}" for name in columns]
        if heads != before:
            yield f"{'':<32} {' '.join(heads)}"
            before = heads
        yield f"{case:<32} " + " ".join(f"{values[0]:>{width(name)}{COLUMNS[name][1]}}"
                                        for name, values in columns.items())


def width(name):
    return max(9, len(COLUMNS[name][0]))


def lines(options, binary):
    here = machine.machine()
    if machine.is_debug(binary):
        yield machine.LOUD
    yield f"machine  {here['cores']} cores, {here['cpu']}, {here['kernel']}, load average {here['load_average']:.2f}"
    yield f"gateway  {machine.first_line([str(binary), '--version'])} ({binary})"
    yield f"go       {machine.first_line([servers.find('go'), 'version'])}"
    engine = "PostgreSQL" if os.environ.get("GATEWAY_BENCHMARK_POSTGRES") else "SQLite"
    yield (f"         GATEWAY_LOG_LEVEL={options.log_level}, {engine}, loopback, webhooks of {options.bytes} bytes,"
           f" sender, receiver and gateway share the cores")
    if "throughput" in options.only and not options.tls:
        yield "         without --tls: throughput over http alone"
    yield f"again    {command()}"


def report(run, failures):
    options, result = run.options, summary(run.figures)
    print(f"\nMedians of the rounds; all rounds are above{' and in ' + str(options.json) if options.json else ''}")
    for part, cases in result.items():
        print(f"\n{PARTS[part][1]}\n" + "\n".join(table(cases)))
    for part, trouble in failures.items():
        print(f"\n{part} NOT MEASURED: {trouble}")
    if hooks.Endpoints.refused:
        print("\nEndpoints had the program's own concurrency: it does not take the field, or not this number.")
    if options.json:
        options.json.write_text(json.dumps({
            "command": command(), "options": {name: str(value) for name, value in vars(options).items()},
            "machine": machine.machine(), "gateway": machine.first_line([str(run.binary), "--version"]),
            "concurrency_refused": hooks.Endpoints.refused, "rounds": run.figures, "medians": result,
            "not_measured": failures}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if failures else 0


def time_limit(options):
    """Far more than a run takes, so that no single step hangs it for ever; whole seconds."""
    load = options.rounds * (options.seconds + 60)
    each = {"ingest": 3 * load, "latency": options.rounds * (options.idle // 20 + 60), "fairness": 3 * load + 300,
            "large": 900 + load,
            "replicas": 2 * load + options.rounds * options.idle // 10,
            "throughput": 2 * len(options.fan) * options.rounds * (options.deliveries // 50 + 120),
            "restart": options.kills * (options.pending // 20 + 60), "hostile": options.hostile_seconds + 600}
    return 400 + sum(each[name] for name in options.only)


def run_all():
    options = arguments()
    servers.check(["go"])
    binary = gateway_binary(options.gateway)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, stopped)
    signal.alarm(time_limit(options))
    print("\n".join(lines(options, binary)), flush=True)
    failures = {}
    with tempfile.TemporaryDirectory(prefix="delivery-", dir=options.folder) as folder, \
            Children(pathlib.Path(folder)) as children:
        hooks.build(children)
        run = Run(options, children, binary)
        for name in options.only:
            measure, title = PARTS[name]
            print(f"\n{title}", flush=True)
            try:
                measure(run)
            except Trouble as trouble:
                failures[name] = str(trouble)
                print(f"  NOT MEASURED: {trouble}", flush=True)
        return report(run, failures)


if __name__ == "__main__":
    try:
        sys.exit(run_all())
    except (Trouble, Stopped) as error:
        sys.exit(f"delivery.py: {error}")
