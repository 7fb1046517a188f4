"""Parts `latency`, `throughput` and `restart`: how soon and how fast deliveries go out."""

import socket
import time

import hooks
from hooks import Endpoints, Meter, Receiver, Sender, percentile
from processes import Trouble

LATENCY = "latency: from the 200 that the sender read to the delivery's head at the receiver, when idle"
REPLICAS = "replicas: from the 200 to the delivery's head, two replicas taking webhooks by turns; PostgreSQL"
THROUGHPUT = "throughput: held deliveries, from PATCH status=enabled until the receiver has them all"
RESTART = "restart: SIGKILL with deliveries pending, and the first of them after it"


def latency(run):
    options = run.options
    with run.gateway("latency") as gateway:
        receiver = Receiver(run.children, "latency-receiver")
        tenant = gateway.tenant("latency", "user-latency")
        Endpoints(gateway, tenant, [f"{receiver.url}/hooks/latency"], options.concurrency)
        for number in range(options.rounds + 1):
            # The first one warms up.
            sent = Sender(run.children, gateway, [tenant.calendar], f"idle-{number}", connections=1, rate=50,
                          bytes=options.bytes, count=options.idle if number else 50).result()
            receiver.wait(len(sent.rows))
            arrivals = receiver.arrivals("/hooks/latency")
            receiver.reset()
            if number == 0:
                continue
            answered, _ = sent.dwell(arrivals)
            started, _ = sent.dwell(arrivals, column=2)
            run.figure("latency", "idle, one at a time", number, webhooks=len(answered),
                       p50_ms=percentile(answered, 0.5), p99_ms=percentile(answered, 0.99), least_ms=min(answered),
                       max_ms=max(answered), before_200_percent=sum(d < 0 for d in answered) / len(answered) * 100,
                       from_sent_p50_ms=percentile(started, 0.5), from_sent_p99_ms=percentile(started, 0.99))


def replicas(run):
    """One endpoint, so one of the two delivers; half of the webhooks come to the other."""
    options = run.options
    with run.gateway("replicas") as gateway:
        if "sqlite" in gateway.environment["GATEWAY_DATABASE_URL"]:
            raise Trouble("replicas need PostgreSQL: set GATEWAY_BENCHMARK_POSTGRES")
        receiver = Receiver(run.children, "replicas-receiver")
        tenant = gateway.tenant("replicas", "user-replicas")
        Endpoints(gateway, tenant, [f"{receiver.url}/hooks/replicas"], options.concurrency)
        both = [gateway, gateway.replica()]
        # Each takes its share of the endpoints a few seconds after the other's start.
        time.sleep(8)
        for number in range(options.rounds + 1):
            for rate in (20, 500):
                count = options.idle if rate == 20 else rate * options.seconds
                count = count // 2 if number else 50
                meters = [Meter(run.children, each) for each in both]
                sending = [Sender(run.children, each, [tenant.calendar], f"at-{rate}-{number}-{index}", connections=8,
                                  rate=rate // 2, bytes=options.bytes, count=count) for index, each in enumerate(both)]
                sent = [sender.result() for sender in sending]
                receiver.wait(sum(len(one.rows) for one in sent))
                arrivals = receiver.arrivals("/hooks/replicas")
                receiver.reset()
                used = [meter.read() for meter in meters]
                if number == 0:
                    continue
                dwells = [dwell for one in sent for dwell in one.dwell(arrivals)[0]]
                answers = [latency for one in sent for latency in one.latencies()]
                run.figure("replicas", f"{rate} a second", number, webhooks=len(dwells), p50_ms=percentile(dwells, 0.5),
                           p99_ms=percentile(dwells, 0.99), max_ms=max(dwells), answer_p99_ms=percentile(answers, 0.99),
                           cpu_us=sum(one["cpu"] for one in used) / len(dwells) * 1e6,
                           others_percent=used[0]["others_percent"])


def throughput(run):
    options = run.options
    receiver = Receiver(run.children, "throughput-receiver")
    receiver.child.until("the CA's certificate", receiver.ca.is_file)
    ways = [("http", receiver.url, ())]
    if options.tls:
        ways.append(("TLS", receiver.tls_url, hooks.trusting(run.children, receiver.ca)))
    for way, url, wrapper in ways:
        with run.gateway(f"throughput-{way}", wrapper) as gateway:
            tenant = gateway.tenant("throughput", "user-throughput")
            for many in options.fan:
                for number in range(options.rounds + 1):
                    # The first one warms up, and is small.
                    count = options.deliveries if number else min(options.deliveries, 500)
                    figures = released(run, gateway, tenant, receiver, url, many, count // many, number)
                    if number:
                        run.figure("throughput", f"{way}, {many} endpoint{'s' * (many > 1)}", number, **figures)


def released(run, gateway, tenant, receiver, url, many, webhooks, number):
    """Takes webhooks in for disabled endpoints, lets them all go, and checks that every outcome is stored."""
    urls = [f"{url}/hooks/{index}" for index in range(many)]
    endpoints = Endpoints(gateway, tenant, urls, run.options.concurrency)
    endpoints.set_status("disabled")
    receiver.reset()
    connections = receiver.stats()["connections"]
    Sender(run.children, gateway, [tenant.calendar], f"held-{many}-{number}", count=webhooks,
           connections=run.options.connections, bytes=run.options.bytes).result()
    total = webhooks * many
    meter, began = Meter(run.children, gateway), time.monotonic_ns()
    endpoints.set_status("enabled")
    stats = receiver.wait(total)
    stored = hooks.wait_idle(gateway)
    used = meter.read()
    if stats["first"] < began:
        raise Trouble("a delivery of a disabled endpoint came before it was enabled")
    delivered = endpoints.count("delivered")
    if delivered != total:
        raise Trouble(f"{total} deliveries were received, and {delivered} are stored as delivered")
    repeated = receiver.stats()["repeated"]
    endpoints.delete()
    received = (stats["last"] - began) / 1e9
    return {
        "deliveries": total, "seconds": received, "stored_seconds": (stored - began) / 1e9,
        "per_second": total / received, "per_cpu_second": total / used["cpu"] if used["cpu"] else 0.0,
        "cpu_us": used["cpu"] / total * 1e6, "first_ms": (stats["first"] - began) / 1e6,
        "bytes": stats["bytes"] / total, "repeated": repeated,
        "connections": stats["connections"] - connections, "others_percent": used["others_percent"]}


def restart(run):
    options = run.options
    with run.gateway("restart") as gateway:
        receiver = Receiver(run.children, "restart-receiver")
        tenant = gateway.tenant("restart", "user-restart")
        endpoints = Endpoints(gateway, tenant, [f"{receiver.url}/gate/restart"], options.concurrency)
        for number in range(1, options.kills + 1):
            run.figure("restart", f"{options.pending} pending", number,
                       **killed(run, gateway, tenant, receiver, endpoints, number))


def killed(run, gateway, tenant, receiver, endpoints, number):
    """The receiver holds every answer back until the gateway is dead: nothing is delivered before."""
    receiver.reset()
    pending = run.options.pending
    Sender(run.children, gateway, [tenant.calendar], f"kill-{number}", count=pending,
           connections=run.options.connections, bytes=run.options.bytes).result()
    time.sleep(0.3)
    in_flight = receiver.stats()["unique"]
    before = endpoints.count("pending")
    gateway.kill()
    # Its broken connections are told to the receiver; then only what the next one sends is counted.
    time.sleep(0.2)
    receiver.reset()
    receiver.open_gate()
    began = time.monotonic_ns()
    gateway.launch(log_level=run.options.log_level)
    listening = listens(gateway)
    stats = receiver.wait(pending, every=0.02)
    hooks.wait_idle(gateway)
    if before != pending:
        raise Trouble(f"{before} deliveries were pending before the kill, not {pending}")
    return {
        "pending": before, "in_flight": in_flight, "exec_to_first_ms": (stats["first"] - began) / 1e6,
        "exec_to_listening_ms": (listening - began) / 1e6, "listening_to_first_ms": (stats["first"] - listening) / 1e6,
        "exec_to_all_ms": (stats["last"] - began) / 1e6, "repeated": receiver.stats()["repeated"]}


def listens(gateway):
    """The moment from which on it takes connections."""
    end = time.monotonic() + 20
    while time.monotonic() < end and gateway.child.process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", gateway.port)) == 0:
                return time.monotonic_ns()
        time.sleep(0.001)
    raise Trouble(f"the gateway did not listen again\n{gateway.child.output()[-2000:]}")
