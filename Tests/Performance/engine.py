"""What SQLite itself does on the same disk: the same tables, rows and settings, without a gateway."""

import contextlib
import os
import sqlite3
import time

from hooks import percentile
from processes import Trouble

GROUP = 64
PRAGMAS = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;
PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000
"""


def sync_ms(folder, times=200):
    """Median and p99 of appending 4 KiB and fdatasync, in milliseconds: what the disk takes for any commit."""
    file = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    taken = []
    try:
        for _ in range(times):
            began = time.perf_counter()
            os.write(file, b"x" * 4096)
            os.fdatasync(file)
            taken.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(file)
        os.unlink(folder / "sync")
    return percentile(taken, 0.5), percentile(taken, 0.99)


def rate(gateway, seconds):
    """Webhooks a second when 64 share a commit: the rows that the gateway itself wrote last, again under new ids."""
    path = gateway.database.with_name("engine.db")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{gateway.database}?mode=ro", uri=True)) as source, \
                contextlib.closing(sqlite3.connect(path, isolation_level=None)) as target:
            return measure(source, target, seconds)
    except sqlite3.Error as error:
        raise Trouble(f"the engine beside the gateway: {error}") from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def measure(source, target, seconds):
    source.row_factory = sqlite3.Row
    copy_schema(source, target)
    message = source.execute(
        "SELECT * FROM messages WHERE data LIKE '%\"mark\"%' ORDER BY received_at DESC LIMIT 1").fetchone()
    if message is None:
        raise Trouble("the gateway's table messages has none of the benchmark's")
    deliveries = source.execute("SELECT * FROM deliveries WHERE message_id = ?", (message["id"],)).fetchall()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        target.execute("BEGIN IMMEDIATE")
        group(target, message, deliveries, count)
        target.execute("COMMIT")
        count += GROUP
    return count / (time.perf_counter() - began)


def copy_schema(source, target):
    """Tables and indices, and the rows that the others point to."""
    target.executescript(PRAGMAS)
    made = source.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY type = 'table' DESC, rowid").fetchall()
    for _, _, sql in made:
        target.execute(sql)
    target.execute("PRAGMA foreign_keys=OFF")
    for kind, name, _ in made:
        if kind == "table" and name in ("tenants", "webhook_endpoints", "account_states"):
            rows = [tuple(row) for row in source.execute(f"SELECT * FROM {name}")]
            if rows:
                target.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(rows[0]))})", rows)
    target.execute("PRAGMA foreign_keys=ON")


def group(target, message, deliveries, count):
    """64 webhooks as the gateway stores them: each notes its account and takes its tenant's next number."""
    # Sorted by time, as the gateway's are: appended to an index rather than spread over it.
    ids = [f"{count + i:026d}"[-26:] for i in range(GROUP)]
    now = int(time.time() * 1000)
    fresh = [
        {"id": f"msg_{one}", "source_id": f"msg_{one}", "position": count + i + 1, "received_at": now}
        for i, one in enumerate(ids)]
    target.executemany(
        "UPDATE account_states SET last_webhook_at = ? WHERE account_id = ?", [(now, message["account_id"])] * GROUP)
    target.executemany(
        "UPDATE tenants SET message_position = message_position + 1 WHERE id = ?", [(message["tenant_id"],)] * GROUP)
    insert(target, "messages", [changed(message, change) for change in fresh])
    insert(target, "deliveries", [
        changed(delivery, {"id": f"dlv_{one}{number}", "message_id": f"msg_{one}", "created_at": now})
        for one in ids for number, delivery in enumerate(deliveries)])


def changed(row, change):
    """The row with other values in the columns that it has."""
    return {name: change.get(name, row[name]) for name in row.keys()}


def insert(target, table, rows):
    if rows:
        columns = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        target.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
