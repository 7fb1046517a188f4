/// Problems of who is calling, and how much of it.
extension ProblemPage {
    static let unauthenticated = ProblemPage(
        meaning: """
            The request bears no credential that is valid here. Missing, mistyped, expired and revoked answer alike, so
            that nobody can learn by trying. Nothing was changed.
            """,
        causes: """
            - The session has expired: it lives an hour unless it was minted for longer, 24 hours at most.
            - The header is missing, or is not `Authorization: Bearer …` (some proxies take it out).
            - The credential is cut off, has a line break at its end, or an environment variable is empty.
            - The key was revoked or has expired, or its rotation's overlap is over; its sessions end with a revoked
              key.
            - The user was deleted, which ends the user's sessions; or the tenant is being deleted.
            - The wrong kind: `/admin` takes the admin token only, `/api` takes keys and sessions only.
            - At `/admin`, `detail` says that it is closed: `GATEWAY_ADMIN_TOKEN` is not set.
            - At `/webhooks/meeting-baas`: the signing secret or the account's key is not the one stored here, or the
              clocks are more than five minutes apart.
            """,
        check: """
            - A key and a session have 40 characters each:
              ```
              echo "${#KEY} ${#SESSION}"
              ```
            - Does the key live? `expires_at` and `last_used_at` tell:
              ```
              meeting-gateway keys list acme
              ```
            - What time is it at the gateway?
              ```
              curl -si "$GATEWAY/healthz" | grep -i '^date'; date -u
              ```
            - For webhooks, whether any arrive, and how many secrets are stored:
              ```
              curl -s "$GATEWAY/admin/v1/tenants/acme/meeting-baas" \\
                -H "Authorization: Bearer $GATEWAY_ADMIN_TOKEN"
              ```
            """,
        fix: """
            - In an app: on 401, ask your own server for a new session once, and repeat the call. Mint before
              `expires_at` and users never see it.
            - On a server: take a new key from the operator. `meeting-gateway keys rotate acme key_…` replaces one
              without a gap.
            - For webhooks: enter the signing secrets that Meeting BaaS's dashboard shows, all of them while one is
              replaced.
            """,
        actor: """
            The app, with a new session; else the tenant's server or, for keys, tokens and secrets, the operator.
            """,
        again: """
            Yes, with a valid credential. Nothing was done.
            """)

    static let insufficientScope = ProblemPage(
        meaning: """
            The credential is valid but may not do this; `detail` names the scope it lacks or says that only a key may.
            Nothing was changed.
            """,
        causes: """
            - The key was made with a list of scopes that lacks this one. A key without a list has all but
              `connections:import` and `tokens:read`.
            - The session was minted with fewer scopes, or by a key that lacks the scope itself.
            - A session calls what is for keys only: sessions, webhook endpoints, messages, imports, users.
            - A key calls the webhook endpoints with `Gateway-User`. They are the tenant's, not a user's.
            """,
        check: """
            - What the operation needs stands under its path on [the API page](/docs).
            - What the tenant's keys have:
              ```
              meeting-gateway keys list acme
              ```
            - What the session has: `scopes` in the answer to `POST /api/v1/sessions`.
            """,
        fix: """
            - A key's scopes never change: the operator makes another key with `meeting-gateway keys create acme --scope
              …`, once for each scope.
            - Mint the session with the scopes it needs, or leave `scopes` out.
            - Move what is for keys only from the app to your server. Never put a key into an app.
            """,
        actor: """
            The tenant (`action: tenant`), with the operator where another key is needed.
            """,
        again: """
            Not with this credential. Nothing was done.
            """)

    static let tenantSuspended = ProblemPage(
        meaning: """
            The operator has suspended the tenant. Its keys and sessions are refused and consents stop. Nothing is lost
            meanwhile: webhooks are stored, and what is due to be delivered is held.
            """,
        causes: """
            - The operator suspended it: a contract that ended, an abuse, a test.
            """,
        check: """
            - Is it suspended?
              ```
              meeting-gateway tenants show acme
              ```
            - Bots that were scheduled at Meeting BaaS are not called back by a suspension.
            """,
        fix: """
            - The operator ends it with `meeting-gateway tenants activate acme`; what was held is delivered then.
            - Messages are kept for `GATEWAY_RETENTION_DAYS` (30 unless set otherwise): activate before that, or they
              are gone.
            """,
        actor: """
            The operator (`action: operator`).
            """,
        again: """
            Once the tenant is active again; until then it is safe but useless. Nothing was done.
            """)

    static let rateLimited = ProblemPage(
        meaning: """
            Too many requests in too short a time. The request was not carried out. `Retry-After` and `retry_after` say
            how many seconds to wait; `RateLimit` and `RateLimit-Policy` tell the limit and what is left of it.
            """,
        causes: """
            - The tenant's `requests_per_second` and `burst` are used up, by all of its keys and sessions together.
            - One address sends many requests before it has proved who it is, as a client does that retries a dead
              credential.
            - So many unknown credentials come that this one was not looked up within a second. A valid one passes the
              next time.
            - All clients seem to come from one address, because the proxy in front is not in `GATEWAY_TRUSTED_PROXIES`.
            - Meeting BaaS's own limit of writes a second is reached; `detail` says so. It counts for the whole account.
            - A loop polls for changes that webhooks would tell of.
            """,
        check: """
            - The limits, and what is left:
              ```
              curl -si "$GATEWAY/api/v1/connections?limit=1" \\
                -H "Authorization: Bearer $KEY" | grep -iE '^(ratelimit|retry-after)'
              ```
            - The tenant's limits:
              ```
              meeting-gateway tenants settings acme
              ```
            - In the gateway's log, `client.address`: the real clients, or the proxy each time?
            """,
        fix: """
            - Wait as long as `Retry-After` says, then go on; without it, double the pause each time and add some
              chance.
            - Register a webhook endpoint instead of polling; ask lists with `limit=100` and follow `next_cursor`.
            - The operator raises `limits` with `PUT /admin/v1/tenants/{slug}/settings` (it replaces all settings), or
              names the proxy in `GATEWAY_TRUSTED_PROXIES`.
            """,
        actor: """
            Nobody but time (`action: wait`); the client, if it comes again and again.
            """,
        again: """
            Yes, after the time told. The request was not carried out.
            """)

    static let quotaExceeded = ProblemPage(
        meaning: """
            Something that is counted is used up; `detail` says what, and how many there may be. Unlike a rate, waiting
            a few seconds does not help. The request was not carried out.
            """,
        causes: """
            - The tenant has as many calendars as its `limits.calendars` allows.
            - The tenant has asked for as many bots as `limits.bots_per_day` allows.
            - The tenant has 50 webhook endpoints.
            - The replies stored for the tenant's `Idempotency-Key`s have 64 MiB.
            - The Meeting BaaS account itself has none left; `detail` bears its code: `INSUFFICIENT_TOKENS`, or one that
              ends in `CAP_REACHED` or `LIMIT_EXCEEDED`.
            """,
        check: """
            - What the tenant may have:
              ```
              meeting-gateway tenants settings acme
              ```
            - What it has:
              ```
              curl -s "$GATEWAY/api/v1/calendars?limit=100" -H "Authorization: Bearer $KEY"
              ```
            - For a code of Meeting BaaS: plan, tokens and daily caps in its dashboard.
            """,
        fix: """
            - Delete what is not needed any more: calendars of users who left (`DELETE /api/v1/users/{user_id}`),
              endpoints of tests (`DELETE /api/v1/webhook-endpoints/{id}`).
            - The operator raises the limit with `PATCH /admin/v1/tenants/{slug}/settings`, or
              `meeting-gateway tenants settings`.
            - For stored replies: send `Idempotency-Key` only where doing a thing twice would hurt. They go after a day.
            - For Meeting BaaS: buy tokens, change the plan, or give the tenant an account of its own.
            """,
        actor: """
            The operator (`action: operator`); for webhook endpoints the tenant (`action: tenant`).
            """,
        again: """
            When there is room again. A daily quota frees itself with time: `retry_after` says when, where that is
            known. The request was not carried out.
            """)
}
