"""A gateway with a tenant, a key and a connected calendar, made as an operator, a server and a browser would."""

import base64
import http.client
import json
import os
import re
import secrets
import subprocess
import time
import types
import urllib.parse

from processes import Trouble, free_port

RETURN_URL = "https://app.example.com/connected"
SLUG = "benchmark"
USER = "user-benchmark"
# The most that a tenant's settings take (Tenants/Tenant.swift); far above what this machine can do.
LIMITS = {"requests_per_second": 100_000, "burst": 100_000}


def call(method, url, body=None, token=None, headers=None, form=None, expect=None):
    """One request on a connection of its own, redirects not followed. Returns status, headers and the body's bytes."""
    parts = urllib.parse.urlsplit(url)
    headers = dict(headers or {})
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if form is not None:
        data, headers["Content-Type"] = urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
    elif body is not None:
        data, headers["Content-Type"] = json.dumps(body), "application/json"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), data, headers)
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"{method} {parts.path}: {error}") from error
    finally:
        connection.close()
    if expect is not None and response.status not in (expect if isinstance(expect, tuple) else (expect,)):
        raise Trouble(f"{method} {parts.path} answered {response.status}: {content[:500].decode(errors='replace')}")
    return response.status, response.headers, content


def read_json(*arguments, **options):
    return json.loads(call(*arguments, **options)[2])


def new_postgres(name):
    """The URL of a new database on the server that GATEWAY_BENCHMARK_POSTGRES names; None: the data go to SQLite."""
    server = os.environ.get("GATEWAY_BENCHMARK_POSTGRES")
    if not server:
        return None
    database = f"benchmark_{re.sub('[^a-z0-9]', '_', name.lower())}_{secrets.token_hex(4)}"
    subprocess.run(["psql", "--quiet", "--dbname", server, "--command", f"CREATE DATABASE {database} TEMPLATE template0"],
                   check=True)
    return urllib.parse.urlsplit(server)._replace(path=f"/{database}").geturl()


class Gateway:
    """The built program on data of its own, with the sandbox beside it.

    Several in one run need names. `wrapper` stands before the program: what runs it in other surroundings.
    """

    def __init__(self, children, binary, log_level, name="gateway", wrapper=()):
        self.children, self.binary, self.log_level = children, binary, log_level
        self.name, self.wrapper = name, list(wrapper)
        self.port = free_port()
        # The name under which it sends browsers back; what is measured is asked by address.
        self.url = f"http://localhost:{self.port}"
        self.child = None
        sandbox = self.sandbox = children.start(f"{name}-sandbox", [
            binary, "sandbox", "--port", "0", "--webhook-url", f"{self.url}/webhooks/meeting-baas"])
        sandbox.until("its environment", lambda: "# receiver" in sandbox.output())
        self.environment = dict(re.findall(r"^export (\w+)='(.*)'$", sandbox.output(), re.MULTILINE))
        self.meeting_baas = self.environment["GATEWAY_MEETING_BAAS_URL"]
        self.operator = secrets.token_urlsafe(32)
        self.database = children.folder / f"{name}.db"
        self.environment.update({
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_DATABASE_URL": new_postgres(name) or f"sqlite:{self.database}",
            "GATEWAY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "GATEWAY_ADMIN_TOKEN": self.operator,
            "GATEWAY_MEETING_BAAS_API_VERSION": "v2",
            "GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND": "1000000",
        })

    def start(self, meeting_baas=None, log_level="info"):
        self.launch(meeting_baas, log_level)
        self.child.listens(self.port)
        call("GET", f"{self.url}/readyz", expect=200)

    def launch(self, meeting_baas=None, log_level="info"):
        """Starts it and waits for nothing."""
        environment = {**self.environment, "GATEWAY_LOG_LEVEL": log_level}
        if meeting_baas:
            environment["GATEWAY_MEETING_BAAS_URL"] = meeting_baas
        self.child = self.children.start(self.name, [*self.wrapper, self.binary, "serve"], environment)

    def replica(self):
        """Another process on the same database, on a port of its own; PostgreSQL only."""
        port = free_port()
        child = self.children.start(f"{self.name}-replica", [*self.wrapper, self.binary, "serve"], {
            **self.environment, "GATEWAY_PORT": str(port), "GATEWAY_LOG_LEVEL": self.log_level})
        child.listens(port)
        return types.SimpleNamespace(port=port, environment=self.environment, child=child)

    def restart(self, meeting_baas):
        """The same data and keys, another upstream, and the log level to measure at."""
        self.children.stop(self.child)
        self.start(meeting_baas, self.log_level)

    def kill(self):
        """SIGKILL: it has no time for anything."""
        self.child.process.kill()
        self.child.process.wait()
        self.children.stop(self.child)

    def stop(self):
        """Ends it and its stand-ins before the run ends."""
        for child in (self.child, self.sandbox):
            if child in self.children.living:
                self.children.stop(child)

    def set_up(self):
        """Returns the tenant's key, the calendar's id and the id of one of its events."""
        tenant = self.tenant(SLUG, USER)
        events = f"{self.url}/api/v1/calendars/{tenant.calendar}/events"
        end = time.monotonic() + 10
        while time.monotonic() < end:
            found = read_json("GET", events, token=tenant.app, expect=200)["data"]
            if found:
                return tenant.key, tenant.calendar, found[0]["id"]
            time.sleep(0.1)
        raise Trouble("the calendar's events were not listed within ten seconds")

    def tenant(self, slug, user):
        """A tenant with one user and one calendar. Returns its slug, key, the user's token and the calendar's id."""
        admin = f"{self.url}/admin/v1/tenants"
        call("POST", admin, {"slug": slug, "name": "Benchmark"}, self.operator, expect=201)
        call("PUT", f"{admin}/{slug}/providers/google", {
            "client_id": "100000000001-app.apps.googleusercontent.com", "client_secret": "google-secret",
        }, self.operator, expect=200)
        call("PUT", f"{admin}/{slug}/settings", {"return_urls": [RETURN_URL], "limits": LIMITS}, self.operator,
             expect=200)
        key = read_json("POST", f"{admin}/{slug}/keys", {"name": "benchmark"}, self.operator, expect=201)["key"]
        app = read_json("POST", f"{self.url}/api/v1/sessions", {"user_id": user}, key, expect=201)["token"]
        # A calendar is connected once in an account: each tenant needs another person.
        connection = self.connect(app, f"{slug}@example.com")
        calendar = read_json("POST", f"{self.url}/api/v1/calendars", {"connection_id": connection}, app,
                             expect=201)["id"]
        return types.SimpleNamespace(slug=slug, key=key, app=app, calendar=calendar)

    def connect(self, app, email):
        """A consent, with the browser's part played against the stand-in's form. Returns the connection's id."""
        started = read_json("POST", f"{self.url}/api/v1/connections", {
            "provider": "google", "return_url": RETURN_URL}, app, expect=201)
        _, headers, _ = call("POST", started["authorize_url"], form={
            "email": email, "decision": "allow", "calendar": "on"}, expect=(302, 303))
        _, headers, _ = call("GET", headers["Location"], expect=303)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
        if "ticket" not in query:
            raise Trouble(f"no ticket came back: {sorted(query)}")
        call("POST", f"{self.url}/api/v1/connections/{started['id']}/complete", {"ticket": query["ticket"][0]}, app,
             expect=200)
        return started["id"]
