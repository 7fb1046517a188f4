#!/usr/bin/env python3
"""CPU per request of two builds of the gateway in one run: a mirrored read, an API read from SQLite, a webhook taken in.

Timings decide nothing: the exit code is 1 only when something could not be measured or answered wrongly.
"""

import argparse
import pathlib
import signal
import statistics
import sys
import tempfile
import time
import types

import hooks
import machine
import mirror
import servers
from gateway import Gateway
from processes import Children, Trouble

LOADS = ("mirrored read", "API read", "webhook")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path, help="meeting-gateway of the former build")
    parser.add_argument("after", type=pathlib.Path, help="meeting-gateway of the new build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="of load, for each build, load and round")
    parser.add_argument("--connections", type=int, default=32)
    return parser.parse_args()


class Build:
    """One build on data of its own, with an upstream of its own."""

    def __init__(self, children, name, binary):
        self.children, self.name = children, name
        gateway = self.gateway = Gateway(children, binary.resolve(), "error", name)
        gateway.start()
        key, calendar, event = gateway.set_up()
        self.calendar = calendar
        path = f"/v2/calendars/{calendar}/events/{event}"
        # Each nginx needs files of its own.
        folder = children.folder / f"{name}-upstream"
        folder.mkdir()
        place = types.SimpleNamespace(folder=folder, start=children.start)
        self.upstream, port = servers.start_upstream(place, path, servers.event(calendar, event), gateway.meeting_baas)
        gateway.restart(f"http://127.0.0.1:{port}")
        root = f"http://127.0.0.1:{gateway.port}"
        self.reads = {
            "mirrored read": types.SimpleNamespace(
                url=f"{root}/meeting-baas{path}", headers={mirror.KEY_HEADER: key}),
            "API read": types.SimpleNamespace(
                url=f"{root}/api/v1/connections", headers={"Authorization": f"Bearer {key}"}),
        }
        time.sleep(3)
        self.idle = self.resident()

    def resident(self):
        """MiB."""
        status = pathlib.Path(f"/proc/{self.gateway.child.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def run(self, load, number, options):
        """CPU microseconds a request."""
        meter = hooks.Meter(self.children, self.gateway)
        if load in self.reads:
            count, _ = mirror.load(self.children, self.reads[load], options.seconds, options.connections)
        else:
            sent = hooks.Sender(
                self.children, self.gateway, [self.calendar], f"{self.name}-{number}", seconds=options.seconds,
                connections=options.connections)
            count = len(sent.result().rows)
        return meter.read()["cpu"] / count * 1e6


def main():
    options = arguments()
    servers.check(["go", "nginx", "wrk"])
    figures = {(load, name): [] for load in LOADS for name in ("before", "after")}
    with tempfile.TemporaryDirectory(prefix="compare-") as folder, Children(pathlib.Path(folder)) as children:
        hooks.build(children)
        builds = [Build(children, "before", options.before), Build(children, "after", options.after)]
        print(f"machine  {machine.machine()}", flush=True)
        for number in range(options.rounds + 1):
            for load in LOADS:
                # The first of a pair changes from round to round.
                for build in builds if number % 2 else builds[::-1]:
                    cpu = build.run(load, number, options)
                    if number:
                        figures[load, build.name].append(cpu)
                        print(f"  round {number} {load:<14} {build.name:<7} {cpu:7.1f} µs", flush=True)
        print(f"\n{'median of CPU µs a request':<28} {'before':>8} {'after':>8} {'ratio':>7}")
        for load in LOADS:
            before, after = (statistics.median(figures[load, name]) for name in ("before", "after"))
            print(f"{load:<28} {before:8.1f} {after:8.1f} {after / before:7.3f}")
        print(f"{'idle memory, MiB':<28} {builds[0].idle:8.1f} {builds[1].idle:8.1f}")


if __name__ == "__main__":
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, mirror.stopped)
    try:
        main()
    except (Trouble, mirror.Stopped) as error:
        sys.exit(f"compare.py: {error}")
