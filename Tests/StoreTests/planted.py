#!/usr/bin/env python3
"""Plants one deliberate fault in each store, and expects StoreTests to go red.

    planted.py [--at-once N] [NAME…]   plants in a copy of the project, builds and tests there
    planted.py --check                 says which faults no longer fit the sources
    planted.py --plant NAME…           plants here; `git checkout Sources` takes them out again
    planted.py --read LOG NAME…        says which are red in the log of a run of StoreTests

With --at-once several faults share a build. Each names a test that must be red.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GATEWAY = pathlib.Path("Sources/Gateway")

# Store, file, what it says, what it is made to say, and a test that must be red: a part of its name.
FAULTS = [
    ("TenantStore", "Identity/TenantStore.swift", "WHERE id > \\(after ?? \"\") ORDER BY id LIMIT",
     "WHERE id > \\(after ?? \"\") ORDER BY id DESC LIMIT", "Tenants are found by id and slug"),
    ("TenantMessageCounters", "Identity/TenantMessageCounters.swift",
     "SET message_position = message_position + 1,", "SET message_position = message_position + 2,",
     "Positions have no gap"),
    ("APIKeyStore", "Identity/APIKey.swift", "return key.endsAt.map { $0 > now } ?? true ? key : nil", "return key",
     "A key is found by its secret until its end"),
    ("FormerKeyStore", "Identity/FormerKeyStore.swift",
     "WHERE tenant_id = \\(tenant) AND key_id = \\(key) AND until > \\(now.milliseconds) ORDER BY until",
     "WHERE tenant_id = \\(tenant) AND key_id = \\(key) AND until < \\(now.milliseconds) ORDER BY until",
     "Rotating a key keeps the former secret"),
    ("SessionStore", "Identity/Session.swift", "LIMIT 1000 OFFSET \\(perUser - 1))", "LIMIT 1000 OFFSET \\(perUser))",
     "Sessions end one by one"),
    ("Admission", "Identity/Admission.swift", "guard tenant.status == .active, tenant.generation == tenantGeneration",
     "guard tenant.status == .active, tenant.generation >= tenantGeneration || true",
     "Nothing is left of an action"),
    ("GenerationStore", "Core/Storage/Generations.swift", "generation = generations.generation + 1,",
     "generation = 1,", "Generations grow by one"),
    ("TenantKeys", "Core/Storage/TenantKeys.swift", "SELECT name FROM vault_keys WHERE name = \\(tenant)",
     "SELECT name FROM vault_keys LIMIT 1", "A tenant's key seals until it is destroyed"),
    ("UserAnonymisation", "Identity/ErasureJobKinds.swift", "(hour + 2) * Self.hour", "(hour + 1) * Self.hour",
     "The erasure of users of one hour"),
    ("JobStore", "Core/Jobs/JobStore.swift",
     "AND due_at <= \\(now.milliseconds) AND leased_until <= \\(now.milliseconds)",
     "AND due_at <= \\(now.milliseconds)", "lease is one caller"),
    ("ExpiredRows", "Core/Retention/ExpiredRows.swift", "let limit = min(limit, atOnce)", "let limit = limit",
     "Expired rows go so many at once"),
    ("AccountStore", "Accounts/Account.swift", "now.adding(seconds: -300).milliseconds", "now.milliseconds",
     "a sync is taken once in five minutes"),
    ("DailyQuota", "Accounts/DailyQuota.swift", "WHERE daily_uses.bots < \\(most)", "WHERE daily_uses.bots <= \\(most)",
     "A limit holds"),
    ("IdempotencyStore", "HTTP/Idempotency/IdempotencyStore.swift",
     "SET sealed_reply = \\(sealedReply), busy_until = 0,\n                user_id = COALESCE(\\(user), user_id)\n"
     "            WHERE tenant_id = \\(row.tenant) AND id = \\(row.id) AND claim = \\(claim) AND",
     "SET sealed_reply = \\(sealedReply), busy_until = 0,\n                user_id = COALESCE(\\(user), user_id)\n"
     "            WHERE tenant_id = \\(row.tenant) AND id = \\(row.id) AND", "A key stands for one request"),
    ("IdempotencyQuota", "HTTP/Idempotency/IdempotencyQuota.swift", "guard total >= limit else { return }",
     "guard total > 2 * limit else { return }", "Stored replies have a limit"),
    ("EndpointStore", "Messaging/Endpoints/EndpointStore.swift",
     "SELECT \\(columns) FROM webhook_endpoints WHERE tenant_id = \\(tenant) AND id > \\(after ?? \"\")",
     "SELECT \\(columns) FROM webhook_endpoints WHERE id > \\(after ?? \"\")", "An endpoint is stored whole"),
    ("FormerEndpointSecretStore", "Messaging/Endpoints/FormerEndpointSecretStore.swift",
     "ORDER BY id DESC", "ORDER BY id", "Former secrets live until their own end"),
    ("MessageStore", "Messaging/Messages/MessageStore.swift",
     "AND (CAST(\\(type) AS TEXT) IS NULL OR type = \\(type)) ORDER BY position LIMIT",
     "ORDER BY position LIMIT", "Messages are listed in the order"),
    ("MessageStorage", "Messaging/Messages/MessageStorage.swift",
     "AND deliveries.status IN ('pending', 'held'))\n        \"\"\"\n    }",
     "AND deliveries.status IN ('held'))\n        \"\"\"\n    }", "The oldest messages that nothing needs"),
    ("MessageTrimming", "Messaging/Messages/MessageTrimming.swift", "guard usage.excess(adding: size(bytes)) == 0",
     "guard usage.excess() == 0", "Bytes are counted for tenants"),
    ("DeliveryStore", "Messaging/Deliveries/DeliveryStore.swift",
     "WHERE status = 'held' AND endpoint_id = \\(endpoint) AND tenant_id = \\(tenant) LIMIT \\(limit))",
     "WHERE status = 'held' AND endpoint_id = \\(endpoint) AND tenant_id = \\(tenant))",
     "Deliveries are held and released so many at once"),
    ("DeliveryUpdates", "Messaging/Deliveries/DeliveryUpdates.swift",
     "case Endpoint.Status.enabled.rawValue where try TenantStore.isActive(tenant, in: tx):",
     "case Endpoint.Status.enabled.rawValue:", "Deliveries follow the state"),
    ("AttemptStore", "Messaging/Deliveries/AttemptStore.swift",
     "ORDER BY at DESC, delivery_id DESC, number DESC LIMIT", "ORDER BY at, delivery_id DESC, number DESC LIMIT",
     "Attempts are listed from the newest on"),
    ("PendingDeliveries", "Messaging/Deliveries/PendingDeliveries.swift",
     "SET status = CASE WHEN status = 'held' AND \\(next.status.rawValue) = 'pending' THEN 'held'",
     "SET status = CASE WHEN status = 'none' AND \\(next.status.rawValue) = 'pending' THEN 'held'",
     "An attempt has what it needs"),
    ("ReplayStore", "Messaging/Replays/ReplayStore.swift",
     "guard var replay = try find(tenant, id, in: tx), replay.state == .running,",
     "guard var replay = try find(tenant, id, in: tx),", "A cancelled replay gives back"),
    ("ConnectionStore", "Connections/ConnectionStore.swift",
     "AND id = \\(connection.id) AND generation = \\(connection.generation)", "AND id = \\(connection.id)",
     "A write that names what it read"),
    ("ConnectionDeletion", "Connections/ConnectionDeletion.swift",
     "try dependents.markDeleting(connection, now, tx)", "", "A deletion marks the connection"),
    ("ConsentStore", "Connections/Consent/ConsentStore.swift",
     "WHERE tenant_id = \\(tenant) AND state_digest = \\(state)\n                AND status = 'parked' RETURNING",
     "WHERE tenant_id = \\(tenant) AND state_digest = \\(state) RETURNING", "A parked code is taken once"),
    ("ProviderAppStore", "Connections/Apps/ProviderApp.swift", "\\(isNewSecret ? 1 : 0)", "1",
     "A provider app counts its secrets"),
    ("GrantRevocation", "Connections/Grants/GrantRevocation.swift",
     "guard settings.revokeOnDisconnect else { return .off }", "", "A grant is not revoked while"),
    ("RefusedGrants", "Connections/Grants/RefusedGrants.swift",
     "SELECT id FROM refused_grants WHERE tenant_id = \\(tenant) LIMIT 1", "SELECT id FROM refused_grants LIMIT 1",
     "A grant that was not kept"),
    ("RevocationStore", "Connections/Grants/RevocationStore.swift",
     "WHERE revocations.holder IS NULL OR revocations.held_until <= \\(now.milliseconds)",
     "WHERE revocations.holder IS NOT NULL OR revocations.held_until <= \\(now.milliseconds)",
     "One revocation of a grant at a time"),
    ("GrantClaimStore", "Connections/Grants/RevocationStore.swift",
     "DELETE FROM grant_claims WHERE tenant_id = \\(tenant) AND id = \\(id)",
     "DELETE FROM grant_claims WHERE id = \\(id)", "A grant is not revoked while"),
    ("CalendarStore", "Calendars/CalendarStore.swift",
     "status = CASE WHEN status = 'deleting' THEN status ELSE \\(calendar.status) END,",
     "status = \\(calendar.status),", "a deletion that has begun stays"),
    ("CalendarCreationStore", "Calendars/CalendarCreation.swift",
     "WHERE row_id = \\(rowID) AND deadline_at > \\(time.milliseconds)", "WHERE row_id = \\(rowID)",
     "A creation stands until its outcome is known"),
    ("CalendarSecretStore", "Calendars/CalendarSecrets.swift", " AND secret_version < \\(version)", "",
     "Calendars that have a former client secret"),
    ("CalendarErasure", "Calendars/CalendarErasure.swift", "for step in steps where left > 0",
     "for step in steps.prefix(1) where left > 0", "A calendar is erased with the rows"),
    ("UnclaimedCalendarStore", "Calendars/UnclaimedCalendarStore.swift",
     "AND \\(isUnclaimed)\n            ORDER BY calendar_id", "ORDER BY calendar_id",
     "An upstream calendar is unclaimed until"),
    ("OrphanedRows", "Calendars/OrphanedRows.swift", "calendar_id IS NOT NULL AND NOT EXISTS", "NOT EXISTS",
     "Rows that name a calendar whose tombstone is gone"),
    ("EventChangeLog", "Calendars/Events/EventChangeLog.swift", "var next = max(now.milliseconds, last + 1)",
     "var next = min(now.milliseconds, last + now.milliseconds)", "A change has a time that grows"),
    ("EventRetention", "Calendars/Events/EventRetention.swift",
     "AND (seen_at IS NULL OR seen_at < \\(began.milliseconds)) LIMIT", "LIMIT",
     "Events long past that a backfill"),
    ("BotStore", "Bots/BotStore.swift", "WHERE bots.tenant_id = excluded.tenant_id AND (excluded.state = 'completed'",
     "WHERE (excluded.state = 'failed'", "Webhooks come in any order"),
    ("BotCreationStore", "Bots/BotCreation.swift",
     "WHERE tenant_id = \\(order.tenant) AND marker = \\(order.correlationID) AND bot_id IS NULL",
     "WHERE tenant_id = \\(order.tenant) AND marker = \\(order.correlationID)", "A bot whose owner has ended"),
    ("BotCallback", "Bots/BotCallback.swift", "ORDER BY created_at DESC LIMIT 1", "ORDER BY created_at LIMIT 1",
     "The newest fact about a bot"),
    ("BotCallbacks", "Bots/BotCallbacks.swift",
     "if let known = try EndpointStore.callback(endpoint.tenant, digest: digest, in: tx) { return known }", "",
     "What exists once is made once"),
    ("AccountVersions", "Bots/AccountVersions.swift", "APIVersion.allCases.filter { version in",
     "APIVersion.allCases.suffix(1).filter { version in", "Calendars are listed in order"),
    ("OwnershipStore", "Bots/Ownership.swift",
     "SELECT account_id, api_version FROM owned_objects\n            WHERE tenant_id = \\(tenant) AND id",
     "SELECT account_id, api_version FROM owned_objects\n            WHERE id", "The first owner of an object stays"),
    ("RecordingStore", "Recordings/RecordingStore.swift",
     "AND (all_occurrences = 0 OR \\(series ? 1 : 0) = 1)", "", "A recording is one for its event"),
    ("RecordingView", "Recordings/RecordingView.swift", "guard bot != nil || event.upstream.botScheduled",
     "guard bot != nil || event.upstream.id != \"\"", "An event is presented with its recording"),
    ("SeriesExceptionStore", "Recordings/SeriesExceptions.swift",
     "AND event_id IN \\(list: events)", "", "Exceptions of a series are kept by event"),
    ("TenantErasure", "Erasure/TenantErasure.swift", "left -= try rows.expire(limit: left, in: tx)",
     "left -= try rows.expire(in: tx)", "A tenant's rows are deleted in batches"),
]


def plant(root, fault):
    _, file, sound, faulty, _ = fault
    path = root / GATEWAY / file
    text = path.read_text()
    if sound not in text:
        raise SystemExit(f"{fault[0]}: {file} does not say any more: {sound}")
    path.write_text(text.replace(sound, faulty, 1))


def issues(root):
    """Builds and runs StoreTests. Returns the files and lines at which they recorded an issue."""
    build = subprocess.run(["swift", "build", "--build-tests"], cwd=root, capture_output=True, text=True)
    if build.returncode:
        raise SystemExit(build.stdout[-4000:])
    run = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", r"^StoreTests\."], cwd=root, capture_output=True, text=True)
    return found(run.stdout + run.stderr)


def found(log):
    # What is expected within a transaction runs on the engine's thread: the log names the line, but not the test.
    return {(file, int(line)) for file, line in re.findall(r" issue .*?at (\w+\.swift):(\d+):", log)}


def lines(test):
    """Returns the file of a test, and its first and last line."""
    for path in sorted((ROOT / "Tests/StoreTests").glob("*.swift")):
        text = path.read_text().split("\n")
        for first, line in enumerate(text):
            if "`" in line and test in line:
                last = next((i for i in range(first + 1, len(text)) if "@Test" in text[i]), len(text))
                return path.name, first, last
    raise SystemExit(f"no test has in its name: {test}")


def is_red(fault, log):
    file, first, last = lines(fault[4])
    return any(name == file and first <= line <= last for name, line in log)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--at-once", type=int, default=1)
    options.add_argument("--check", action="store_true")
    options.add_argument("--plant", action="store_true")
    options.add_argument("--read", metavar="LOG")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    faults = [fault for fault in FAULTS if not given.names or fault[0] in given.names]
    if given.check:
        missing = [f for f in faults if f[2] not in (ROOT / GATEWAY / f[1]).read_text()]
        for fault in missing:
            print(f"{fault[0]}: {fault[1]} does not say any more: {fault[2]}")
        for fault in faults:
            lines(fault[4])
        sys.exit(1 if missing else 0)
    if given.read:
        log = found(pathlib.Path(given.read).read_text())
        for fault in faults:
            print("red  " if is_red(fault, log) else "GREEN", fault[0])
        return
    if given.plant:
        for fault in faults:
            plant(ROOT, fault)
        return
    unseen = []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "project"
        # Products name the path they were built at; what was fetched is of use.
        shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns("*-linux-gnu", "*-macosx", "index-build"))
        for start in range(0, len(faults), given.at_once):
            some = faults[start:start + given.at_once]
            for fault in some:
                plant(copy, fault)
            log = issues(copy)
            for fault in some:
                is_seen = is_red(fault, log)
                print("red  " if is_seen else "GREEN", fault[0], flush=True)
                if not is_seen:
                    unseen.append(fault[0])
            shutil.rmtree(copy / "Sources")
            shutil.copytree(ROOT / "Sources", copy / "Sources", symlinks=True)
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main()
