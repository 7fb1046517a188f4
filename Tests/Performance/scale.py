"""Parts `scale` and `caches`: many keys and many owned objects in the gateway's memory."""

import concurrent.futures
import contextlib
import http.client
import json
import sqlite3
import time
import uuid

import reads
from processes import Trouble
from reads import Place

# A credential is read anew, through the router, when it is so many seconds old (Identity/CredentialCache.swift).
KEY_SECONDS = 45


class Many(Place):
    """A gateway with many keys and many owned events."""

    def __init__(self, run, name, library=None):
        self.many_keys, self.events = [], [str(uuid.uuid4()) for _ in range(run.options.objects)]
        super().__init__(run, name, upstream=reads.every_event, prepare=Many.make, library=library)
        # By time.monotonic: the moment from which a key is due, and the one by which all had been read.
        self.keys_due = self.keys_read = 0

    def make(self):
        """Makes keys through the API and owners of events in the database."""
        gateway, count = self.gateway, self.run.options.keys
        began = time.monotonic()
        workers = 16
        with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
            for made in pool.map(lambda n: make_keys(gateway, len(range(n, count, workers))), range(workers)):
                self.many_keys += made
        self.run.figure("scale", f"{count} keys made", 0, seconds=time.monotonic() - began)
        self.run.children.stop(gateway.child)
        with contextlib.closing(sqlite3.connect(gateway.database)) as database, database:
            tenant, account, version = database.execute(
                "SELECT tenant_id, account_id, api_version FROM calendars WHERE calendar_id = ?", [self.calendar]
            ).fetchone()
            database.executemany(
                "INSERT INTO owned_objects (account_id, api_version, kind, id, tenant_id, user_id, calendar_id,"
                " created_at) VALUES (?, ?, 'event', ?, ?, NULL, ?, ?)",
                ((account, version, event, tenant, self.calendar, int(time.time() * 1000)) for event in self.events))
        gateway.start(log_level="error")

    def settle(self):
        """Reads of one event through the router, which takes ids in capitals: so that its own memory has grown."""
        capitals = self.file("capitals", [self.mirrored.replace(self.event, self.event.upper())])
        self.send(paths=capitals, count=min(len(self.events), 20_000))

    def fill(self):
        """Every event and every key once; they are in memory then."""
        self.paths = self.file("paths", [self.mirrored.replace(self.event, event) for event in self.events])
        began = time.monotonic()
        self.send(count=len(self.events))
        self.keys = self.file("keys", self.many_keys)
        self.touch()
        self.run.figure("scale", "every object and key once", 0, reads=len(self.events) + len(self.many_keys),
                        seconds=time.monotonic() - began)

    def touch(self):
        """Has every key read anew at one time, unless all stay as they are for another round: it is about memory."""
        now = time.monotonic()
        if self.keys_due > now + self.run.options.seconds + 2:
            return
        # Those that are not due yet would be in the middle of the round.
        time.sleep(max(0, self.keys_read + KEY_SECONDS - now))
        began = time.monotonic()
        self.send(paths=self.file("one-path", [self.mirrored]), count=len(self.many_keys))
        self.keys_due, self.keys_read = began + KEY_SECONDS, time.monotonic()


def scale(run):
    many, one = Many(run, "many"), Place(run, "one", upstream=reads.every_event)
    many.fill()
    for place in (one, many):
        place.script = (reads.HERE / "choose.lua", place.keys, place.paths)
    cpu = reads.rounds(run, "scale", [one, many], lambda place: place is many and many.touch())
    run.result("scale", f"CPU a read with {amount(run)} to one", reads.ratio(cpu, "many", "one"), "×", 1.1)


def caches(run):
    place = Many(run, "caches", reads.counting_library(run))
    place.warm()
    place.settle()
    resident, live = place.resident(), place.allocated()[2]
    place.fill()
    run.result("caches", f"memory of {amount(run)}, resident", place.resident() - resident, "MiB", 40)
    run.result("caches", "of it in use", (place.allocated()[2] - live) / (1 << 20), "MiB")


def amount(run):
    return f"{run.options.keys} keys and {run.options.objects} objects"


def make_keys(gateway, count):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    keys = []
    try:
        for _ in range(count):
            connection.request("POST", "/admin/v1/tenants/benchmark/keys", json.dumps({"name": "one of many"}), {
                "Authorization": f"Bearer {gateway.operator}", "Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            if response.status != 201:
                raise Trouble(f"a key was answered {response.status}: {content[:300].decode(errors='replace')}")
            keys.append(json.loads(content)["key"])
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"keys: {error}") from error
    finally:
        connection.close()
    return keys
