"""Part `large`: requests beside many rows of others."""

import http.client
import sqlite3
import subprocess
import time
import urllib.parse

from gateway import read_json
from hooks import Meter, Sender, percentile
from processes import Trouble

TITLE = "large: one request at a time beside many rows, whole request and answer; /metrics; memory when idle"

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
ROWS = (
    ("tenants", "tenants", """
        INSERT INTO tenants (id, slug, name, status, settings, message_position, created_at, generation, message_bytes)
        {numbers} SELECT 'ten_l' || i, 'large-' || i, 'Large', 'active', settings, {each}, created_at, 0, 0
        FROM tenants, n WHERE slug = 'large'"""),
    ("endpoints", "tenants", """
        INSERT INTO webhook_endpoints (id, tenant_id, url, event_types, status, sealed_secret, created_at)
        {numbers} SELECT 'wep_l' || i, 'ten_l' || i, 'https://receiver.example.com/', '', 'enabled', {bytes}, {now} FROM n"""),
    ("connections", "connections", """
        INSERT INTO connections (id, tenant_id, user_id, provider, status, subject, email, client_id, scopes, missing_scopes,
            sealed_refresh_token, generation, created_at, updated_at, kept_alive_at, refreshed_at)
        {numbers} SELECT 'con_l' || i, 'ten_l' || (i % {tenants} + 1), 'user-' || i, 'google', 'active', 'subject-' || i,
            'user-' || i || '@example.com', 'client', 'openid', '', {bytes}, 1, {now}, {now}, {now}, {now} FROM n"""),
    ("messages", "deliveries", """
        INSERT INTO messages (id, tenant_id, position, account_id, type, timestamp, received_at, data)
        {numbers} SELECT 'msg_l' || i, 'ten_l' || (i % {tenants} + 1), i / {tenants} + 1, 'shared', 'bot.status_change',
            '2026-11-30T00:00:00Z', {now}, '{{"mark": "large"}}' FROM n"""),
    ("deliveries", "deliveries", """
        INSERT INTO deliveries (id, tenant_id, message_id, endpoint_id, status, attempts, step, created_at, last_attempt_at,
            last_status_code)
        {numbers} SELECT 'dlv_l' || i, 'ten_l' || (i % {tenants} + 1), 'msg_l' || i, 'wep_l' || (i % {tenants} + 1),
            'delivered', 1, 0, {now}, {now}, 200 FROM n"""),
)


def fill(gateway, options):
    url = gateway.environment["GATEWAY_DATABASE_URL"]
    is_sqlite = url.startswith("sqlite")
    words = {"tenants": options.large_tenants, "each": options.large_deliveries // options.large_tenants + 1,
             "now": int(time.time() * 1000), "bytes": "x'01'" if is_sqlite else "'\\x01'::bytea"}
    texts = [text.format(numbers=NUMBERS.format(count=getattr(options, f"large_{count}")), **words)
             for _, count, text in ROWS]
    if is_sqlite:
        database = sqlite3.connect(url.removeprefix("sqlite:"))
        with database:
            for text in texts:
                database.execute(text)
        database.execute("ANALYZE")
        database.close()
    else:
        scope = "SET gateway.scope = 'all';\n"
        subprocess.run(["psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--command",
                        scope + ";\n".join(texts)], check=True)
        subprocess.run(["psql", "--quiet", "--dbname", url, "--command", "ANALYZE"], check=True)


def large(run):
    options = run.options
    with run.gateway("large") as gateway:
        tenant = gateway.tenant("large", "user-large")
        run.children.stop(gateway.child)
        fill(gateway, options)
        began = time.monotonic()
        gateway.start(log_level=options.log_level)
        run.figure("large", "start", 0, seconds=time.monotonic() - began)
        time.sleep(20)
        run.figure("large", "memory when idle", 0, rss_before_mib=gateway.child.memory("VmRSS") / 1024)
        key = read_json("POST", f"{gateway.url}/admin/v1/tenants/large-1/keys", {"name": "benchmark"}, gateway.operator,
                        expect=201)["key"]
        kept = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        for number in range(1, options.rounds + 1):
            for case, method, path, token, body in (
                    ("connections", "GET", "/api/v1/connections?limit=50", key, None),
                    ("messages", "GET", "/api/v1/messages?limit=50", key, None),
                    ("endpoints", "GET", "/api/v1/webhook-endpoints", key, None),
                    ("attempts", "GET", "/admin/v1/tenants/large-1/attempts?limit=50", gateway.operator, None),
                    ("tenants", "GET", "/admin/v1/tenants?limit=50", gateway.operator, None),
                    ("sessions", "POST", "/api/v1/sessions", key, b'{"user_id": "user-1"}'),
                    ("calendars of the small", "GET", "/api/v1/calendars", tenant.key, None),
                    ("/metrics", "GET", "/metrics", None, None), ("/readyz", "GET", "/readyz", None, None)):
                times = [ask(kept, method, path, token, body) for _ in range(options.large_requests + 20)][20:]
                run.figure("large", case, number, p50_ms=percentile(times, 0.5), p99_ms=percentile(times, 0.99),
                           max_ms=max(times))
            meter = Meter(run.children, gateway)
            sent = Sender(run.children, gateway, [tenant.calendar], f"large-{number}", connections=1, rate=50,
                          bytes=options.bytes, count=options.large_requests).result()
            times = sent.latencies()
            run.figure("large", "webhooks", number, p50_ms=percentile(times, 0.5), p99_ms=percentile(times, 0.99),
                       max_ms=max(times), others_percent=meter.read()["others_percent"])


def ask(kept, method, path, token, body):
    headers = {"Content-Type": "application/json"} if body else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    began = time.monotonic_ns()
    kept.request(method, path, body=body, headers=headers)
    response = kept.getresponse()
    content = response.read()
    took = (time.monotonic_ns() - began) / 1e6
    if response.status not in (200, 201):
        raise Trouble(f"{method} {urllib.parse.urlsplit(path).path} answered {response.status}: {content[:300]!r}")
    return took

