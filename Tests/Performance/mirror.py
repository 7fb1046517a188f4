#!/usr/bin/env python3
"""CPU per request of v2 event reads through the gateway's mirror, beside nginx, HAProxy and Go's ReverseProxy, in one run.

Timings decide nothing: the exit code is 1 only when something could not be measured or answered wrongly.
"""

import argparse
import json
import pathlib
import re
import shlex
import signal
import statistics
import sys
import tempfile
import time
import types

import machine
import memory
import servers
from gateway import Gateway, call
from processes import Children, Trouble, finished_cpu, machine_cpu

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ("nginx", "haproxy", "go", "gateway")
KEY_HEADER = "x-meeting-baas-api-key"
# What stands for a tenant's key and its ids where no gateway runs.
NO_GATEWAY = ("mgk_benchmark", "b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b", "7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=pathlib.Path, metavar="PATH", help="meeting-gateway; else .build/release's")
    parser.add_argument("--only", default=",".join(TARGETS), help="some of nginx,haproxy,go,gateway")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="of load, for each target and round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--log-level", default="error", help="the gateway's; the other two log nothing")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every round there as well")
    parser.add_argument("--stream", action="store_true", help="instead: memory while 1 GiB passes")
    options = parser.parse_args()
    options.only = [name for name in TARGETS if name in options.only.split(",")]
    if not options.only or min(options.rounds, options.seconds, options.connections) < 1:
        parser.error("--only names some of nginx,haproxy,go,gateway; numbers are 1 or more")
    return options


def gateway_binary(given):
    if given:
        candidates = [given]
    else:
        candidates = [ROOT / ".build" / build / "meeting-gateway" for build in ("release", "debug")]
    for path in candidates:
        if path.is_file():
            return path.resolve()
    raise Trouble(f"no {candidates[0]}; swift build -c release --product meeting-gateway, or --only nginx,go")


def start(children, options, binary):
    """Starts everything. Returns the targets by name, each a child and its port, with the path and key to ask with."""
    gateway, others = None, None
    key, calendar, event = NO_GATEWAY
    if binary:
        gateway = Gateway(children, binary, options.log_level)
        gateway.start()
        key, calendar, event = gateway.set_up()
        others = gateway.meeting_baas
    path = f"/v2/calendars/{calendar}/events/{event}"
    body = None if options.stream else servers.event(calendar, event)
    upstream, port = servers.start_upstream(children, path, body, others)
    targets = {}
    for name in options.only:
        if name == "gateway":
            gateway.restart(f"http://127.0.0.1:{port}")
            child, own, prefix = gateway.child, gateway.port, "/meeting-baas"
        else:
            child, own = {
                "go": lambda: servers.start_go(children, port, key),
                "haproxy": lambda: servers.start_haproxy(children, port, key),
                "nginx": lambda: servers.start_bare(children, port)}[name]()
            prefix = ""
        targets[name] = types.SimpleNamespace(
            name=name, child=child, url=f"http://127.0.0.1:{own}{prefix}{path}", headers={KEY_HEADER: key})
    return targets, upstream


def verify(target):
    """One plain request. Raises `Trouble` unless it is answered as the upstream answers."""
    status, _, body = call("GET", target.url, headers=target.headers)
    if status != 200 or len(body) != servers.REPLY_BYTES:
        hint = " (a build without the mirror?)" if target.name == "gateway" and status == 404 else ""
        raise Trouble(f"answered {status} with {len(body)} bytes, not 200 with 1024{hint}")


def load(children, target, seconds, connections):
    """wrk's count of requests and its rate. Raises `Trouble` on an answer that is not 2xx, or a broken connection."""
    arguments = [servers.find("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    for name, value in target.headers.items():
        arguments += ["-H", f"{name}: {value}"]
    script = getattr(target, "script", None)
    if script:
        arguments += ["-s", script[0], target.url, "--", *script[1:]]
    else:
        arguments.append(target.url)
    output = children.run("wrk", arguments, seconds + 20)
    count = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", output)
    bad = re.search(r"(Non-2xx or 3xx responses|Socket errors):.*", output)
    if bad or not count or not rate or int(count[1]) == 0:
        raise Trouble(bad[0] if bad else output)
    return int(count[1]), float(rate[1])


def measure(children, target, upstream, options):
    """One target in one round."""
    verify(target)
    ours, theirs, others = target.child.cpu(), upstream.cpu(), finished_cpu()
    busy, stolen = machine_cpu()
    began = time.monotonic()
    requests, rate = load(children, target, options.seconds, options.connections)
    cores = (time.monotonic() - began) * machine.cores()
    user, system = (after - before for after, before in zip(target.child.cpu(), ours))
    known = user + system + sum(upstream.cpu()) - sum(theirs) + finished_cpu() - others
    busy_now, stolen_now = machine_cpu()
    verify(target)
    return {
        "target": target.name, "requests": requests, "requests_per_second": rate,
        "cpu_us": (user + system) / requests * 1e6, "user_us": user / requests * 1e6,
        "system_us": system / requests * 1e6,
        # What else the machine did meanwhile, and what its host kept back: of all cores, in percent.
        "others_percent": max(0, busy_now - busy - known) / cores * 100,
        "stolen_percent": (stolen_now - stolen) / cores * 100,
    }


def rounds(children, targets, upstream, options):
    """Every target in every round, in turns. Returns the rounds' figures and what could not be measured."""
    figures, failures = [], {}
    for number in range(options.rounds + 1):
        for target in targets.values():
            if target.name in failures:
                continue
            try:
                if number == 0:
                    verify(target)
                    load(children, target, 1, options.connections)
                    continue
                figure = {"round": number, **measure(children, target, upstream, options)}
            except Trouble as trouble:
                failures[target.name] = str(trouble)
                print(f"  {target.name} NOT MEASURED: {trouble}", flush=True)
                continue
            figures.append(figure)
            print("  round {round} {target:<8} {cpu_us:7.1f} µs a request {requests_per_second:9.0f} requests/s"
                  "   (others {others_percent:.0f} %, stolen {stolen_percent:.0f} %)".format(**figure), flush=True)
    return figures, failures


def summary(figures):
    """Median, smallest and largest of each figure, by target."""
    result = {}
    for name in TARGETS:
        own = [figure for figure in figures if figure["target"] == name]
        if own:
            result[name] = {
                column: (statistics.median(values), min(values), max(values))
                for column in own[0] if column not in ("round", "target")
                for values in [[figure[column] for figure in own]]}
    for name, columns in result.items():
        for other in ("go", "haproxy", "nginx"):
            if other in result:
                columns[f"of_{other}"] = columns["cpu_us"][0] / result[other]["cpu_us"][0]
    return result


def table(result):
    yield (f"{'':<8} {'CPU µs a request':^24} {'user':>7} {'system':>7} {'requests/s':>10} {'to Go':>7}"
           f" {'to HAProxy':>10} {'to nginx':>8} {'others':>7}")
    for name, columns in result.items():
        median, least, most = columns["cpu_us"]
        ratios = [f"{columns[f'of_{o}']:.2f}×" if f"of_{o}" in columns else "–" for o in ("go", "haproxy", "nginx")]
        span = f"{median:.1f} ({least:.1f}–{most:.1f})"
        yield (f"{name:<8} {span:^24} {columns['user_us'][0]:>7.1f} {columns['system_us'][0]:>7.1f}"
               f" {columns['requests_per_second'][0]:>10.0f} {ratios[0]:>7} {ratios[1]:>10} {ratios[2]:>8}"
               f" {columns['others_percent'][2]:>6.0f}%")


def report(options, binary, figures, failures):
    result = summary(figures)
    print(f"\nMedians of {options.rounds} rounds of {options.seconds} s, {options.connections} keep-alive connections"
          f", replies of {servers.REPLY_BYTES} bytes; others: the most that anything else used\n")
    print("\n".join(table(result)))
    for name, trouble in failures.items():
        print(f"{name:<8} not measured: {trouble}")
    if options.json:
        options.json.write_text(json.dumps({
            "command": command(), "options": {n: str(v) for n, v in vars(options).items()},
            "machine": machine.machine(), "versions": machine.versions(options.only, binary),
            "rounds": figures, "medians": result, "not_measured": failures}, indent=1) + "\n", encoding="utf-8")
    return 1 if failures else 0


def stream(targets):
    """Memory while 1 GiB passes to a reader that rests on the way."""
    failures = 0
    print("\nMiB, VmHWM and VmRSS of /proc/PID/status\n")
    print(f"{'':<8} {'peak before':>12} {'RSS before':>12} {'peak during':>12} {'growth':>8} {'seconds':>8}")
    for target in targets.values():
        try:
            peak, before, during, seconds = memory.watch(target, servers.STREAM_BYTES)
            print(f"{target.name:<8} {peak:>12.1f} {before:>12.1f} {during:>12.1f} {during - before:>8.1f}"
                  f" {seconds:>8.1f}", flush=True)
        except Trouble as trouble:
            failures += 1
            print(f"{target.name:<8} not measured: {trouble}")
    return 1 if failures else 0


def command():
    return shlex.join(["python3", *sys.argv])


class Stopped(Exception):
    """By Ctrl-C, SIGTERM or the alarm: no trouble of one target, but the end of the run."""


def stopped(number, _):
    # Once is enough: the end itself takes seconds at most and must not be broken off.
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped("took longer than it may" if number == signal.SIGALRM else "interrupted")


def run():
    options = arguments()
    servers.check([name for name in ("go", "haproxy") if name in options.only] + ["nginx"] + ["wrk"] * (not options.stream))
    binary = gateway_binary(options.gateway) if "gateway" in options.only else None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, stopped)
    # Building and setting up included; no single step may hang it for longer.
    signal.alarm(420 + len(options.only) * (120 if options.stream else (options.rounds + 1) * (options.seconds + 5)))
    print("\n".join(machine.lines(options, binary)))
    print(f"again    {command()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder, Children(pathlib.Path(folder)) as children:
        targets, upstream = start(children, options, binary)
        if options.stream:
            return stream(targets)
        return report(options, binary, *rounds(children, targets, upstream, options))


if __name__ == "__main__":
    try:
        sys.exit(run())
    except (Trouble, Stopped) as error:
        sys.exit(f"mirror.py: {error}")
