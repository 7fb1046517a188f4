/// Problems of what stands behind: Meeting BaaS, the providers, storage, configuration, the gateway itself.
extension ProblemPage {
    static let upstreamRejected = ProblemPage(
        meaning: """
            Meeting BaaS read the request and refused it; its code stands in `detail`, its own words do not, as they may
            name what is others'. The gateway itself works.
            """,
        causes: """
            - `INVALID_MEETING_PLATFORM`: the event's link leads to no Zoom, Google Meet or Microsoft Teams meeting.
            - Parameters that only Meeting BaaS can judge: the transcription's provider, its `api_key` or
              `custom_parameters`, or what the account's plan does not include.
            - The event is over, or was cancelled a moment ago.
            - “Meeting BaaS could not use the grant” (`action: wait`): the provider calls the grant good, Meeting BaaS
              could not refresh it.
            """,
        check: """
            - The event: `meeting_url`, `meeting_platform`, `status`
              ```
              curl -s "$GATEWAY/api/v1/events/$EVENT" -H "Authorization: Bearer $KEY"
              ```
            - Meeting BaaS's documentation and dashboard, for the code in `detail`.
            - Does it pass without `transcription` and `timeouts`? Then add one after the other.
            """,
        fix: """
            - Schedule recordings only where `meeting_url` is not null.
            - Correct the parameters, or the plan of the Meeting BaaS account.
            - For the grant: try again in a minute; if it stays, let the user reconnect.
            """,
        actor: """
            The tenant (`action: tenant`), or nobody but time (`action: wait`).
            """,
        again: """
            With `wait`, yes. Else not as it is: the answer will be the same.
            """)

    static let upstreamUnavailable = ProblemPage(
        meaning: """
            Meeting BaaS did not answer in time, answered with an error of its own, or with something that could not be
            read. Whether it did what was asked may be unknown.
            """,
        causes: """
            - Meeting BaaS has a fault, or is being upgraded.
            - The gateway's machine has no way out: firewall, DNS, proxy.
            - `GATEWAY_MEETING_BAAS_URL` points to the wrong place.
            """,
        check: """
            - From the gateway's machine; any HTTP status means that the way is free:
              ```
              curl -s -o /dev/null -w '%{http_code} %{time_total}s\\n' https://api.meetingbaas.com/
              ```
            - `detail`: a status, or what went wrong on the way (timeout, refused connection, name not found).
            - Meeting BaaS's status page. Do all tenants see it? Then it is not the request.
            """,
        fix: """
            - Wait and repeat, with growing pauses. The gateway repeats its own background work by itself.
            - If only this machine cannot reach it: mend the way out.
            """,
        actor: """
            Nobody but time (`action: wait`); the operator, if the way out is closed.
            """,
        again: """
            Yes, after `retry_after` seconds. Creating a calendar, scheduling a recording and deleting may all be
            repeated: they find what the former call made and never double it.
            """)

    static let providerUnavailable = ProblemPage(
        meaning: """
            Google or Microsoft did not answer properly, or asks to slow down. This says nothing about the user's grant:
            the connection stays as it is, and nobody needs to reconnect.
            """,
        causes: """
            - The provider has a fault (`provider_unavailable` in `detail`), or limits the app (“asks to slow down”).
            - The gateway's machine has no way out: firewall, DNS, a proxy that answers in the provider's place
              (`malformed_response`).
            - `GATEWAY_GOOGLE_TOKEN_URL` or `GATEWAY_MICROSOFT_URL` is set, and points to the wrong place.
            """,
        check: """
            - From the gateway's machine; any HTTP status means that the way is free:
              ```
              curl -s -o /dev/null -w '%{http_code}\\n' https://oauth2.googleapis.com/token
              curl -s -o /dev/null -w '%{http_code}\\n' https://login.microsoftonline.com/
              ```
            - The status pages of Google Cloud and Microsoft 365.
            """,
        fix: """
            - Wait and repeat. In `complete`, repeat soon: a passing fault does not use the ticket up, but it lives 300
              seconds.
            - For `exchange`: the code may be used up or too old by then; then run the app's own consent again.
            """,
        actor: """
            Nobody but time (`action: wait`).
            """,
        again: """
            Yes, after `retry_after` seconds.
            """)

    static let storageUnavailable = ProblemPage(
        meaning: """
            The gateway's database did not take or give what was needed. A change that failed here was rolled back
            whole. At `/webhooks/meeting-baas` it may also say that too many webhooks wait for their owner, or that the tenant's
            messages have all the space that they may have.
            """,
        causes: """
            - The disk is full, or the file or its folder may not be written by the gateway's user.
            - The volume is gone, or is a network file system that locks files wrongly.
            - The gateway is just stopping.
            - Webhooks: 10 000 or 256 MB of one Meeting BaaS account have no owner here, for instance as another system
              uses the same account. They are held 24 hours.
            - Webhooks of a tenant's own account: its messages have `limits.message_bytes`, and all of them are less than a
              day old or wait for a delivery.
            """,
        check: """
            - Does it answer?
              ```
              curl -s "$GATEWAY/readyz"
              ```
            - What does the log say? The line “storage failed” bears the error; the request's id finds it:
              ```
              grep 'storage failed' gateway.log | tail -n 3
              ```
            - Room and rights:
              ```
              df -h data; ls -l data
              ```
            - Is the file whole?
              ```
              sqlite3 data/gateway.db 'PRAGMA quick_check'
              ```
            """,
        fix: """
            - Make room, give the rights back, or mount the volume again; the gateway goes on by itself.
            - A damaged file: stop the gateway, keep a copy, and put the last backup in its place.
            - Keep the database on a local disk, and look at its free space.
            - Messages without space: `meeting-gateway tenants settings acme --message-bytes 21474836480`, and see why
              deliveries wait.
            - Webhooks without an owner: let each Meeting BaaS account send to one gateway only.
            """,
        actor: """
            Nobody but time (`action: wait`), if it passes; else the operator.
            """,
        again: """
            Yes, after `retry_after` seconds. Meeting BaaS repeats its webhooks by itself.
            """)

    static let notConfigured = ProblemPage(
        meaning: """
            Something that the operator has to set up is missing or is refused: the app at Google or Microsoft, or the
            Meeting BaaS account. Users are not affected: their grants stay, and nobody needs to reconnect.
            """,
        causes: """
            - The tenant has no app for this provider.
            - The provider refuses the app; `detail` has its error. `invalid_client`: the secret is wrong or has expired
              (Microsoft's secrets do). `redirect_uri_mismatch`: the redirect URI is not registered there.
            - There is no Meeting BaaS account: neither the tenant's own nor `GATEWAY_MEETING_BAAS_API_KEY`.
            - Meeting BaaS refuses the API key: it was revoked, or belongs to the other version's account.
            - The calendar was made in an account that was taken away since.
            - Webhooks: nothing is stored to verify them with (no signing secret, or no account for this slug).
            """,
        check: """
            - The app, and the `redirect_uri` to register:
              ```
              curl -s "$GATEWAY/admin/v1/tenants/acme/providers/google" \\
                -H "Authorization: Bearer $GATEWAY_ADMIN_TOKEN"
              ```
            - The account, its webhook URL and how many signing secrets are stored:
              ```
              curl -s "$GATEWAY/admin/v1/tenants/acme/meeting-baas" \\
                -H "Authorization: Bearer $GATEWAY_ADMIN_TOKEN"
              ```
            - In the log, `oauth.error` and `tenant.id`:
              ```
              grep "provider refuses the app's credentials" gateway.log | tail -n 3
              ```
            """,
        fix: """
            - Enter the app anew; the secret is read from standard input: `meeting-gateway tenants provider acme google
              --client-id …`. A new secret is always taken, also under live connections.
            - Register the `redirect_uri` at the provider exactly as the gateway shows it. It begins with
              `GATEWAY_PUBLIC_URL`.
            - Enter the Meeting BaaS key: `GATEWAY_MEETING_BAAS_API_KEY`, or `meeting-gateway tenants meeting-baas
              acme`.
            - Enter the webhooks' signing secrets: `GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS`, or `--webhook-secret`.
            """,
        actor: """
            The operator (`action: operator`).
            """,
        again: """
            Once it is set up. A ticket is not used up by it, but lives 300 seconds; Meeting BaaS repeats its webhooks.
            """)

    static let internalError = ProblemPage(
        meaning: """
            Something went wrong inside the gateway that nobody foresaw. It is a fault of ours, not of the request.
            Whether the request had its effect is not known.
            """,
        causes: """
            - A bug.
            - A machine out of memory or of file descriptors.
            """,
        check: """
            - The log has a line “unexpected error” with the request's id, which `instance` and `x-request-id` bear:
              ```
              grep 'req_…' gateway.log
              ```
            - Is it alive, can it work, and which version is it?
              ```
              curl -s "$GATEWAY/healthz"; curl -s "$GATEWAY/readyz"; meeting-gateway --version
              ```
            """,
        fix: """
            - Report it with the log line (`error.type` and `error`), the operation and the version. A log line holds no
              token and no body.
            - If it began with an upgrade: go back to the former version, with the backup that you made before. A build does
              not open a database that a newer one has changed.
            """,
        actor: """
            The operator, who reports it; then we.
            """,
        again: """
            GET, PUT and DELETE: yes. A POST that creates: yes with the same `Idempotency-Key`, else look first whether
            it is there.
            """)
}
