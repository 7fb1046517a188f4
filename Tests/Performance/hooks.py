"""Webhooks in, deliveries out: the sender, the receiver, and what a tenant's endpoints need."""

import concurrent.futures
import http.client
import json
import math
import os
import pathlib
import subprocess
import time
import urllib.parse

import servers
from gateway import call, read_json
from processes import Trouble, finished_cpu, free_port, machine_cpu

HERE = pathlib.Path(__file__).resolve().parent
# All are this machine; to the gateway they are different hosts.
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
# Where swift-nio-ssl looks for the CAs that it trusts; it does not ask SSL_CERT_FILE.
TRUSTED = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def build(children):
    """The two programs in Go. They import the standard library alone: no module, no network."""
    for name in ("sender", "receiver"):
        children.run(
            f"go-build-{name}",
            [servers.find("go"), "build", "-o", children.folder / name, HERE / f"{name}.go", HERE / "clock.go"], 300,
            {"GOFLAGS": "", "GO111MODULE": "on", "GOPROXY": "off",
             **({} if "HOME" in os.environ else {"GOCACHE": str(children.folder / "go-cache")})})


def percentile(values, share):
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Asker:
    """Requests over one kept connection, for what is asked often."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for attempt in (1, 2):
            try:
                self.connection.request("GET", path, headers=headers)
                response = self.connection.getresponse()
                content = response.read()
                break
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                # A kept connection may have been closed meanwhile; a new one may not.
                if attempt == 2:
                    raise Trouble(f"GET {path}: {error}") from error
        if response.status != 200:
            raise Trouble(f"GET {path} answered {response.status}: {content[:300].decode(errors='replace')}")
        return content


class Receiver:
    """`receiver.go`: plain, and with TLS under a CA of its own."""

    def __init__(self, children, name="receiver"):
        self.port, tls_port = free_port(), free_port()
        self.ca = children.folder / f"{name}-ca.pem"
        self.child = children.start(name, [
            children.folder / "receiver", "-listen", ",".join(f"{host}:{self.port}" for host in HOSTS),
            "-tls-listen", f"127.0.0.1:{tls_port}", "-ca", self.ca])
        self.child.listens(self.port)
        self.url, self.tls_url = f"http://127.0.0.1:{self.port}", f"https://127.0.0.1:{tls_port}"
        self.asker = Asker(self.port)

    def stats(self):
        return json.loads(self.asker.get("/_stats"))

    def reset(self):
        self.asker.get("/_reset")

    def open_gate(self):
        self.asker.get("/_open")

    def arrivals(self, path):
        """When each mark came to a path for the first time, in nanoseconds of the monotonic clock."""
        lines = (line.split(" ") for line in self.asker.get("/_arrivals").decode().splitlines())
        return {mark: int(at) for where, mark, at in lines if where == path}

    def wait(self, count, patience=20, every=0.05):
        """Until `count` deliveries have come. Raises `Trouble` when none comes for `patience` seconds before that."""
        had, since = -1, time.monotonic()
        while True:
            stats = self.stats()
            if stats["unsigned"]:
                raise Trouble(f"{stats['unsigned']} deliveries without the headers of Standard Webhooks")
            if stats["unique"] >= count:
                return stats
            if stats["unique"] != had:
                had, since = stats["unique"], time.monotonic()
            elif time.monotonic() - since > patience:
                raise Trouble(f"{had} of {count} deliveries came, and then none for {patience} s")
            time.sleep(every)


class Sender:
    """`sender.go`, running."""

    def __init__(self, children, gateway, calendars, prefix, **options):
        self.children, self.prefix = children, prefix
        self.load = options.get("seconds", 600)
        self.seconds = self.load + options.get("drain", 10)
        self.out = children.folder / f"sent-{prefix}.txt"
        arguments = [
            children.folder / "sender", "-to", f"127.0.0.1:{gateway.port}",
            "-secret", gateway.environment["GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS"].split(",", maxsplit=1)[0],
            "-calendars", ",".join(calendars), "-prefix", prefix, "-out", self.out]
        for name, value in options.items():
            arguments += [f"-{name}", value]
        self.child = children.start(f"sender-{prefix}", arguments)

    def result(self, strict=True):
        """Waits for its end. Returns what it sent; with `strict`, raises `Trouble` unless all was answered 200."""
        try:
            code = self.child.process.wait(self.seconds + 30)
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"the sender {self.prefix} did not end: {error}") from error
        finally:
            self.children.stop(self.child)
        output = self.child.output()
        self.child.log.unlink()
        if code != 0:
            raise Trouble(f"the sender {self.prefix}: exit code {code}\n{output[-2000:]}")
        sent = Sent(self.prefix, self.out, int(output.split()[-1]), strict)
        self.out.unlink()
        return sent


class Sent:
    """What a sender noted: for each webhook when it was due, sent and answered, in nanoseconds."""

    def __init__(self, prefix, file, unsent, strict):
        self.prefix, self.unsent = prefix, unsent
        rows = [tuple(map(int, line.split())) for line in file.read_text(encoding="ascii").splitlines()]
        self.rows = [row for row in rows if row[4] == 200]
        bad = [row[4] for row in rows if row[4] != 200]
        if not rows:
            raise Trouble(f"the sender {prefix} sent nothing")
        if strict and bad:
            raise Trouble(f"{len(bad)} of {len(rows)} webhooks were not answered 200, the first {bad[0]}")

    def latencies(self):
        """Milliseconds from the moment each was due to its answer."""
        return [(answered - scheduled) / 1e6 for _, scheduled, _, answered, _ in self.rows]

    def rate(self):
        return len(self.rows) / ((max(row[3] for row in self.rows) - min(row[2] for row in self.rows)) / 1e9)

    def dwell(self, arrivals, column=3, allow_missing=False):
        """Milliseconds from the answer (or another column) of each to the arrival of its delivery."""
        found, missing = [], 0
        for row in self.rows:
            at = arrivals.get(f"{self.prefix}-{row[0]}")
            if at is None:
                missing += 1
            else:
                found.append((at - row[column]) / 1e6)
        if missing and not allow_missing:
            raise Trouble(f"{missing} of {len(self.rows)} webhooks were answered 200 and not delivered")
        return found, missing


class Meter:
    """What the gateway, and the rest of the machine, used between its making and `read()`."""

    def __init__(self, children, gateway):
        self.children, self.gateway = children, gateway
        self.before, self.began = self.now(), time.monotonic()

    def now(self):
        user, system = self.gateway.child.cpu()
        known = sum(sum(child.cpu()) for child in self.children.living) + finished_cpu() + time.process_time()
        return user, system, known, *machine_cpu()

    def read(self):
        elapsed = time.monotonic() - self.began
        user, system, known, busy, stolen = (b - a for a, b in zip(self.before, self.now()))
        cores = elapsed * len(os.sched_getaffinity(0))
        return {"user": user, "system": system, "cpu": user + system,
                "others_percent": max(0, busy - known) / cores * 100, "stolen_percent": stolen / cores * 100}


class Endpoints:
    """A tenant's webhook endpoints."""

    # What the program said when it did not take `concurrency`; a program from before it does not know the field.
    refused = None

    def __init__(self, gateway, tenant, urls, concurrency):
        self.gateway, self.tenant = gateway, tenant
        self.base = f"{gateway.url}/api/v1/webhook-endpoints"
        self.ids = [self.create(url, concurrency) for url in urls]

    def create(self, url, concurrency):
        # The benchmark's webhooks alone: what else the gateway has to tell would be counted with them.
        body = {"url": url, "event_types": ["calendar.test"]}
        if Endpoints.refused is None:
            status, _, content = call(
                "POST", self.base, {**body, "concurrency": concurrency}, self.tenant.key, expect=(201, 422))
            if status == 201:
                return json.loads(content)["id"]
            Endpoints.refused = content.decode(errors="replace")
            print(f"  endpoints go without concurrency: {Endpoints.refused[:300]}", flush=True)
        return read_json("POST", self.base, body, self.tenant.key, expect=201)["id"]

    def each(self, work):
        """All at once: one after the other the first would have been served before the last."""
        with concurrent.futures.ThreadPoolExecutor(max_workers=min(16, len(self.ids))) as pool:
            list(pool.map(work, self.ids))

    def change(self, **fields):
        self.each(lambda one: call("PATCH", f"{self.base}/{one}", fields, self.tenant.key, expect=200))

    def set_status(self, status):
        self.change(status=status)

    def delete(self):
        self.each(lambda one: call("DELETE", f"{self.base}/{one}", token=self.tenant.key, expect=204))

    def count(self, status):
        """How many of their deliveries have a status, by paging through the API."""
        asker, total = Asker(self.gateway.port), 0
        for one in self.ids:
            query = {"status": status, "endpoint_id": one, "limit": 100}
            while True:
                page = json.loads(asker.get(
                    f"/api/v1/deliveries?{urllib.parse.urlencode(query)}", self.tenant.key))
                total += len(page["data"])
                if not page["next_cursor"]:
                    break
                query["cursor"] = page["next_cursor"]
        return total


def metric(asker, name):
    """The sum of a metric's samples."""
    total, found = 0.0, False
    for line in asker.get("/metrics").decode().splitlines():
        if line.startswith((name + " ", name + "{")):
            total, found = total + float(line.rpartition(" ")[2]), True
    if not found:
        raise Trouble(f"/metrics has no {name}")
    return total


def wait_idle(gateway, patience=60):
    """Until no delivery waits for an attempt and none goes on: every outcome is stored then."""
    asker, end = Asker(gateway.port), time.monotonic() + patience
    while metric(asker, "gateway_deliveries_pending") or metric(asker, "gateway_deliveries_in_flight"):
        if time.monotonic() > end:
            raise Trouble(f"deliveries were still pending after {patience} s")
        time.sleep(0.005)
    return time.monotonic_ns()


def trusting(children, ca):
    """What to run a program with so that it, and nothing else on this machine, trusts a CA as well.

    The system's list is covered by a longer one in a mount namespace of the program's own; it ends with it.
    """
    system = next((path for path in map(pathlib.Path, TRUSTED) if path.is_file()), None)
    if system is None or not servers.find("unshare"):
        raise Trouble(f"TLS needs one of {', '.join(TRUSTED)} and the program unshare")
    both = children.folder / "trusted.pem"
    both.write_bytes(system.read_bytes() + b"\n" + ca.read_bytes())
    script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    return [servers.find("unshare"), "--mount", "sh", "-c", script, "sh", both, system]
