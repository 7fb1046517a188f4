"""Parts `fairness` and `hostile`: what one tenant feels of the others."""

import contextlib
import json
import os
import sys
import time

import hooks
import zoo
from gateway import call
from hooks import Asker, Endpoints, Meter, Receiver, Sender, percentile
from processes import Trouble

FAIRNESS = "fairness: a quiet tenant alone, and beside one that sends 90 % of twice what can be delivered"
HOSTILE = "hostile: receivers that do all that a receiver must not, beside a healthy tenant"
WORK_MS = 50
CROWD = 8
# Seconds of noise before the quiet tenant is looked at.
AHEAD = 2
PER_TENANT = 50
# What zoo.py does; the last one is its second port.
KINDS = ("hang", "drip", "slow-head", "endless", "huge", "redirect", "redirect-loop", "reset", "half-head", "garbage",
         "many-headers", "gzip-bomb", "continue", "early", "truncated", "status/500", "tls-stall")


def fairness(run):
    options = run.options
    for number in range(1, options.rounds + 1):
        with run.gateway(f"fairness-{number}") as gateway:
            fair_round(run, gateway, number)


def fair_round(run, gateway, number):
    options = run.options
    receiver = Receiver(run.children, f"fairness-receiver-{number}")
    # What is kept for a host, like its connections, is not what tenants share, unless they are asked to.
    bases = [f"http://{hooks.HOSTS[0] if options.one_host else host}:{receiver.port}/after/{WORK_MS}"
             for host in hooks.HOSTS]
    noisy, quiet = (gateway.tenant(name, f"user-{name}") for name in ("noisy", "quiet"))
    # Who sends the rest of the ten percent that are not the noisy one's.
    crowd = [gateway.tenant(f"crowd-{i}", f"user-crowd-{i}") for i in range(CROWD)]
    for tenant, base in [(quiet, bases[1]), *((one, bases[2]) for one in crowd)]:
        Endpoints(gateway, tenant, [f"{base}/{tenant.slug}"], options.concurrency)
    noisy_urls = [f"{bases[0]}/noisy-{i}" for i in range(options.noisy_endpoints)]
    capacity = find_capacity(run, gateway, receiver, noisy, noisy_urls, number)
    run.figure("fairness", "capacity, noisy alone", number, per_second=capacity)
    alone = listen(run, gateway, receiver, quiet, "quiet alone", number, ())
    Endpoints(gateway, noisy, noisy_urls, options.concurrency)
    noise = {"connections": options.connections, "bytes": options.bytes, "drain": 0,
             "seconds": AHEAD + options.seconds}
    # A webhook of the noisy tenant is one delivery for each of its endpoints.
    senders = [(len(noisy_urls), Sender(run.children, gateway, [noisy.calendar], f"noise-{number}", **noise,
                                        rate=1.8 * capacity / len(noisy_urls)))]
    if 0.2 * capacity > options.quiet_rate:
        senders.append((1, Sender(run.children, gateway, [one.calendar for one in crowd], f"crowd-{number}", **noise,
                                  rate=0.2 * capacity - options.quiet_rate)))
    time.sleep(AHEAD)
    beside = listen(run, gateway, receiver, quiet, "quiet beside noise", number, senders)
    run.figure("fairness", "beside noise to alone", number, p50_ratio=ratio(beside[0], alone[0]),
               p99_ratio=ratio(beside[1], alone[1]))


def ratio(with_noise, without):
    # A delivery that overtakes its own 200 has no ratio; a tenth of a millisecond is as good as at once.
    return max(with_noise, 0.1) / max(without, 0.1)


def find_capacity(run, gateway, receiver, noisy, urls, number):
    """Deliveries a second while more than enough of one tenant's are due."""
    endpoints = Endpoints(gateway, noisy, urls, run.options.concurrency)
    endpoints.set_status("disabled")
    webhooks = run.options.backlog // len(urls)
    Sender(run.children, gateway, [noisy.calendar], f"backlog-{number}", count=webhooks,
           connections=run.options.connections, bytes=run.options.bytes).result()
    receiver.reset()
    endpoints.set_status("enabled")
    time.sleep(1)
    began, before = time.monotonic(), receiver.stats()
    time.sleep(5)
    took, after = time.monotonic() - began, receiver.stats()
    if after["unique"] >= webhooks * len(urls):
        # It ran out of them.
        capacity = after["unique"] / ((after["last"] - after["first"]) / 1e9)
    else:
        capacity = (after["unique"] - before["unique"]) / took
    endpoints.delete()
    hooks.wait_idle(gateway)
    if not capacity:
        raise Trouble("nothing of the noisy tenant was delivered")
    return capacity


def listen(run, gateway, receiver, tenant, case, number, noise, seconds=None, part="fairness", path=None):
    """The quiet tenant's dwell from its 200, p50 and p99; what it is from the moment of sending is printed as well.
    `noise` are senders that end when it does, each with what its webhooks are delivered to."""
    seconds, rate = seconds or run.options.seconds, run.options.quiet_rate
    path = path or f"/after/{WORK_MS}/quiet"
    receiver.reset()
    meter, began = Meter(run.children, gateway), time.monotonic()
    sent = Sender(run.children, gateway, [tenant.calendar], f"{case.replace(' ', '-')}-{number}", rate=rate,
                  seconds=seconds, connections=4, bytes=run.options.bytes).result()
    used, elapsed, stats = meter.read(), time.monotonic() - began, receiver.stats()
    # Refusing what is too much would be the gateway's right; here it is what was taken that counts.
    taken = sum(many * len(sender.result(strict=False).rows) / sender.load for many, sender in noise)
    # What is late has half a minute more; then its wait so far counts, which is too little.
    end = time.monotonic() + 30
    while True:
        dwell, missing = sent.dwell(receiver.arrivals(path), allow_missing=True)
        if not missing or time.monotonic() > end:
            break
        time.sleep(0.25)
    if missing:
        now, arrived = time.monotonic_ns(), receiver.arrivals(path)
        dwell += [(now - row[3]) / 1e6 for row in sent.rows if f"{sent.prefix}-{row[0]}" not in arrived]
    p50, p99 = percentile(dwell, 0.5), percentile(dwell, 0.99)
    whole = sent.dwell(receiver.arrivals(path), column=2, allow_missing=True)[0] or dwell
    run.figure(part, case, number, webhooks=len(sent.rows), p50_ms=p50, p99_ms=p99, max_ms=max(dwell),
               from_sent_p50_ms=percentile(whole, 0.5), from_sent_p99_ms=percentile(whole, 0.99),
               undelivered=missing, answer_p99_ms=percentile(sent.latencies(), 0.99),
               offered_per_second=rate + taken, per_second=stats["unique"] / elapsed,
               cpu_percent=used["cpu"] / elapsed * 100, others_percent=used["others_percent"])
    return p50, p99


def hostile(run):
    options = run.options
    with run.gateway("hostile") as gateway:
        port, stall = start_zoo(run)
        receiver = Receiver(run.children, "hostile-receiver")
        healthy = gateway.tenant("healthy", "user-healthy")
        Endpoints(gateway, healthy, [f"{receiver.url}/hooks/healthy"], options.concurrency)
        tenants = []
        for first in range(0, options.hostile, PER_TENANT):
            tenants.append(gateway.tenant(f"hostile-{len(tenants)}", f"user-hostile-{len(tenants)}"))
            indices = range(first, min(first + PER_TENANT, options.hostile))
            Endpoints(gateway, tenants[-1], [url(port, stall, index) for index in indices], options.concurrency)
        listen(run, gateway, receiver, healthy, "healthy alone", 1, (), min(15, options.hostile_seconds), "hostile",
               "/hooks/healthy")
        with contextlib.suppress(OSError):
            gateway.child.reset_peak()
        before = gateway.child.memory("VmRSS") / 1024
        noise = Sender(run.children, gateway, [one.calendar for one in tenants], "hostile", rate=len(tenants),
                       seconds=options.hostile_seconds, drain=0, connections=8, bytes=options.bytes)
        listen(run, gateway, receiver, healthy, "healthy beside hostile", 1,
               [(options.hostile / len(tenants), noise)], options.hostile_seconds, "hostile", "/hooks/healthy")
        call("GET", f"{gateway.url}/readyz", expect=200)
        run.figure("hostile", f"gateway, {options.hostile} hostile endpoints", 1, endpoints=options.hostile,
                   tenants=len(tenants), rss_before_mib=before, peak_rss_mib=gateway.child.memory("VmHWM") / 1024,
                   descriptors=len(os.listdir(f"/proc/{gateway.child.process.pid}/fd")),
                   longest_attempt_ms=longest(gateway, tenants))
        counts = json.loads(Asker(port).get("/_counts"))
        print("  zoo: " + ", ".join(f"{kind} {hits}" for kind, hits in sorted(by_kind(counts).items())), flush=True)


def start_zoo(run):
    """Its two ports."""
    child = run.children.start("zoo", [
        sys.executable, hooks.HERE / "zoo.py", "--port", "0", "--hosts", run.options.hostile])
    child.until("its ports", lambda: child.output().count("\n") >= 2)
    return map(int, child.output().split()[:2])


def url(port, stall, index):
    """Of one hostile endpoint, at a host of its own."""
    kind = KINDS[index % len(KINDS)]
    if kind == "tls-stall":
        return f"https://{zoo.address(index)}:{stall}/{index}"
    return f"http://{zoo.address(index)}:{port}/{kind}/{index}"


def by_kind(counts):
    """Hits of each kind, whatever stands behind it in the path."""
    result = {}
    for path, count in counts["hits"].items():
        kind = path.split("/")[1]
        result[kind] = result.get(kind, 0) + count
    result["tls-stall"] = counts["tls_stall"]["hits"]
    return result


def longest(gateway, tenants):
    """The longest attempt among the deliveries that a look at each tenant shows."""
    asker, durations = Asker(gateway.port), [0]
    for tenant in tenants:
        for status in ("pending", "delivered"):
            page = json.loads(asker.get(f"/api/v1/deliveries?status={status}&limit=100", tenant.key))
            durations += [one["last_attempt"]["duration_ms"] for one in page["data"] if one["last_attempt"]]
    return max(durations)
