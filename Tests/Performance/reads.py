"""A gateway whose mirror is read, and what sends the reads."""

import json
import os
import pathlib
import statistics
import struct
import time
import types

import hooks
import mirror
import servers
from gateway import Gateway
from processes import Trouble, free_port

HERE = pathlib.Path(__file__).resolve().parent
TAKEN = 'gateway_http_fast_path_requests_total{path="mirror"}'
# Of the reads; a credential that is read anew once a minute goes through the router.
LEAST_FAST_PERCENT = 95
# Events that the nginx of some parts answers with the same body: all of all calendars.
EVERY_EVENT = "~ ^/v2/calendars/[^/]+/events/[^/]+$"


def build(children):
    """The programs in Go. They import the standard library alone: no module, no network."""
    for name, sources in {"reader": ("reader.go", "clock.go"), "slow": ("slow.go",)}.items():
        children.run(
            f"go-build-{name}",
            [servers.find("go"), "build", "-o", children.folder / name, *(HERE / source for source in sources)], 300,
            {"GOFLAGS": "", "GO111MODULE": "on", "GOPROXY": "off",
             **({} if "HOME" in os.environ else {"GOCACHE": str(children.folder / "go-cache")})})


def counting_library(run):
    library = run.children.folder / "allocations.so"
    if not library.is_file():
        source = HERE / "allocations.c"
        run.children.run("cc", [servers.find("cc"), "-O2", "-shared", "-fPIC", "-o", library, source], 60)
    return library


class Place:
    """A gateway on data of its own with an upstream of its own, ready for reads of one event.

    It can be a target of `mirror.measure`.
    """

    def __init__(self, run, name, log_level="error", environment=None, upstream=servers.start_upstream, tls=False,
                 prepare=None, library=None):
        """`upstream` starts one: its arguments are those of `servers.start_upstream`. `prepare` is called with this
        place while the gateway runs beside the sandbox alone. `library` counts the gateway's allocations."""
        self.run, self.name, self.log_level = run, name, log_level
        self.folder = run.children.folder / name
        self.folder.mkdir()
        own = types.SimpleNamespace(folder=self.folder, start=run.children.start, run=run.children.run)
        files = servers.certificate(own) if tls else None
        wrapper = hooks.trusting(own, files[0]) if tls else ()
        environment, self.counts = dict(environment or {}), self.folder / "allocations"
        if library:
            environment |= {"LD_PRELOAD": str(library), "ALLOCATIONS": str(self.counts)}
        self.is_fast = environment.get("GATEWAY_MIRROR_FAST_PATH") != "off"
        self.gateway = Gateway(run.children, run.binary, log_level, name, wrapper)
        self.gateway.environment.update(environment)
        self.gateway.start(log_level="error")
        self.key, self.calendar, self.event = self.gateway.set_up()
        self.path = f"/v2/calendars/{self.calendar}/events/{self.event}"
        if prepare:
            prepare(self)
        self.upstream, self.upstream_port = upstream(
            own, self.path, servers.event(self.calendar, self.event), self.gateway.meeting_baas,
            **({"tls": files} if tls else {}))
        # By name with TLS, as Meeting BaaS is called.
        self.gateway.restart(f"https://localhost:{self.upstream_port}" if tls
                             else f"http://127.0.0.1:{self.upstream_port}")
        self.mirrored = f"/meeting-baas{self.path}"
        self.url = f"http://127.0.0.1:{self.gateway.port}{self.mirrored}"
        self.headers = {mirror.KEY_HEADER: self.key}
        self.script = None
        self.keys, self.paths = self.file("keys", [self.key]), self.file("paths", [self.mirrored])

    @property
    def child(self):
        return self.gateway.child

    def file(self, name, lines):
        file = self.folder / name
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        return file

    def resident(self, name="VmRSS"):
        """MiB."""
        return self.child.memory(name) / 1024

    def allocated(self):
        """Allocations and their bytes since the start of the counting library, and the bytes in use."""
        return struct.unpack("QQq", self.counts.read_bytes())

    def taken(self):
        """Reads that the fast path has taken since the start."""
        try:
            return hooks.metric(hooks.Asker(self.gateway.port), TAKEN)
        except Trouble:
            # A counter that has counted nothing is not shown.
            return 0

    def fast_share(self, before, reads):
        """The percentage of reads on the fast path since `taken` was `before`. Raises `Trouble` if it is too small."""
        share = min(100, (self.taken() - before) / reads * 100)
        if self.is_fast and share < LEAST_FAST_PERCENT:
            raise Trouble(f"{self.name}: {share:.1f} % of the reads took the fast path, not {LEAST_FAST_PERCENT} %")
        return share

    def warm(self, seconds=1):
        for _ in range(2):
            mirror.verify(self)
        mirror.load(self.run.children, self, seconds, self.run.options.connections)

    def measure(self, part, number):
        """One round of wrk, noted as a figure of the part. Returns its columns."""
        before = self.taken()
        found = mirror.measure(self.run.children, self, self.upstream, self.run.options)
        share = self.fast_share(before, found["requests"])
        columns = {"reads": found["requests"], "reads_per_second": found["requests_per_second"],
                   "fast_percent": share, **{name: found[name] for name in (
                       "cpu_us", "user_us", "system_us", "others_percent")}}
        self.run.figure(part, self.name, number, **columns)
        return columns

    def send(self, port=None, paths=None, keys=None, is_strict=True, **options):
        """`reader.go` to its end. Returns its report. With `is_strict`, raises `Trouble` unless every reply was 200."""
        arguments = [self.run.children.folder / "reader", "-to", f"127.0.0.1:{port or self.gateway.port}",
                     "-keys", keys or self.keys, "-paths", paths or self.paths]
        for name, value in options.items():
            arguments += [f"-{name}", value]
        output = self.run.children.run(f"reader-{self.name}", arguments, options.get("seconds", 300) + 60)
        report = types.SimpleNamespace(**json.loads(output.splitlines()[-1]))
        if is_strict and set(report.statuses) != {"200"}:
            raise Trouble(f"{self.name}: not all reads were answered 200: {report.statuses}")
        return report


def rounds(run, part, places, prepare=None):
    """CPU µs a read of each place, a list with one for each round. The places take turns."""
    figures = {place.name: [] for place in places}
    for place in places:
        place.warm()
    for number in range(1, run.options.rounds + 1):
        # The first of a pair changes from round to round.
        for place in places if number % 2 else places[::-1]:
            if prepare:
                prepare(place)
            figures[place.name].append(place.measure(part, number)["cpu_us"])
    return figures


def ratio(figures, name, other):
    """The median of the rounds' ratios: the machine changes from round to round, and less within one."""
    return statistics.median(a / b for a, b in zip(figures[name], figures[other]))


def slow_upstream(delay):
    """What starts `slow.go`, in the manner of `servers.start_upstream`."""
    def start(own, _, body, others):
        port, file = free_port(), own.folder / "body"
        file.write_text(body, encoding="utf-8")
        child = own.start("slow", [own.folder.parent / "slow", "-listen", f"127.0.0.1:{port}", "-body", file,
                                   "-others", others, "-delay", f"{delay}ms"])
        child.listens(port)
        return child, port
    return start


def every_event(own, _, body, others):
    return servers.start_upstream(own, EVERY_EVENT, body, others)


def idle(place, seconds=3):
    """Leaves a gateway alone until what its start began is over. Returns MiB."""
    time.sleep(seconds)
    return place.resident()
