"""Part `ingest`: how fast webhooks are taken in, beside what the engine itself can."""

import time

import engine
import hooks
from hooks import Endpoints, Meter, Receiver, Sender, percentile

TITLE = "ingest: webhooks in, each stored with an fsync before its 200"


def ingest(run):
    options = run.options
    disk = engine.sync_ms(run.children.folder)
    print(f"  disk: 4 KiB append + fdatasync p50 {disk[0]:.2f} ms, p99 {disk[1]:.2f} ms", flush=True)
    run.figure("ingest", "disk", 0, p50_ms=disk[0], p99_ms=disk[1])
    for number in range(1, options.rounds + 1):
        # On data of its own, so that each round meets a database of the same size.
        with run.gateway(f"ingest-{number}") as gateway:
            receiver = Receiver(run.children, f"ingest-receiver-{number}")
            tenant = gateway.tenant("ingest", "user-ingest")
            # Held at first: what the intake costs by itself.
            endpoints = Endpoints(gateway, tenant, [f"{receiver.url}/hooks/held"], options.concurrency)
            endpoints.set_status("disabled")
            send(run, gateway, tenant, f"warm-{number}", count=500)
            steady(run, gateway, tenant, number, "steady, held")
            # And with deliveries beside it; what was held must not be sent meanwhile.
            endpoints.change(event_types=["nothing.of_this"])
            Endpoints(gateway, tenant, [f"{receiver.url}/hooks/beside"], options.concurrency)
            steady(run, gateway, tenant, number, "steady, delivered too")
            hooks.wait_idle(gateway)
        with run.gateway(f"full-{number}") as gateway:
            tenant = gateway.tenant("ingest", "user-ingest")
            endpoints = Endpoints(gateway, tenant, ["http://127.0.0.1:9/never"], options.concurrency)
            endpoints.set_status("disabled")
            send(run, gateway, tenant, f"warm-{number}", count=500)
            # Before and after: the machine is not the same from one minute to the next.
            before = saturate(run, gateway, tenant, number, "before")
            if "sqlite" not in gateway.environment["GATEWAY_DATABASE_URL"]:
                continue
            engine_rate = engine.rate(gateway, options.engine_seconds)
            run.figure("ingest", "engine, 64 a commit", number, webhooks_per_second=engine_rate)
            after = saturate(run, gateway, tenant, number, "after")
            run.figure("ingest", "gateway to engine", number, ratio=(before + after) / 2 / engine_rate)


def send(run, gateway, tenant, prefix, **options):
    return Sender(run.children, gateway, [tenant.calendar], prefix,
                  **{"connections": run.options.connections, "bytes": run.options.bytes, **options}).result()


def steady(run, gateway, tenant, number, case):
    options = run.options
    meter = Meter(run.children, gateway)
    sent = send(run, gateway, tenant, f"{case.replace(', ', '-').replace(' ', '-')}-{number}", rate=options.rate,
                seconds=options.seconds)
    used = meter.read()
    latencies = sent.latencies()
    run.figure("ingest", case, number, webhooks=len(sent.rows), unsent=sent.unsent, p50_ms=percentile(latencies, 0.5),
               p99_ms=percentile(latencies, 0.99), max_ms=max(latencies), webhooks_per_second=sent.rate(),
               cpu_us=used["cpu"] / len(sent.rows) * 1e6, others_percent=used["others_percent"])
    time.sleep(0.5)


def saturate(run, gateway, tenant, number, when):
    """As fast as the answers come, over so many connections that no more would make it faster. Returns webhooks a
    second."""
    meter = Meter(run.children, gateway)
    sent = send(run, gateway, tenant, f"full-{when}-{number}", seconds=run.options.seconds / 2,
                connections=run.options.saturating)
    used = meter.read()
    latencies = sent.latencies()
    run.figure("ingest", "saturated, held", number, webhooks=len(sent.rows), p50_ms=percentile(latencies, 0.5),
               p99_ms=percentile(latencies, 0.99), max_ms=max(latencies), webhooks_per_second=sent.rate(),
               cpu_us=used["cpu"] / len(sent.rows) * 1e6, user_us=used["user"] / len(sent.rows) * 1e6,
               system_us=used["system"] / len(sent.rows) * 1e6, others_percent=used["others_percent"])
    return sent.rate()
