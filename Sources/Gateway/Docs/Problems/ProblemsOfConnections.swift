/// Problems in the state of things: grants, consents, calendars, configuration in use.
extension ProblemPage {
    static let needsReconnect = ProblemPage(
        meaning: """
            The user must consent again before this can work. The gateway says so only when the provider itself has
            refused the grant, when the calendar was left out of the consent, or when there is no refresh token. Passing
            faults and wrong client secrets answer `provider_unavailable` and `not_configured` instead.
            """,
        causes: """
            - The user removed the app's access in the Google or Microsoft account, or an administrator did.
            - The user left the calendar's box empty on Google's consent page: the connection is `missing_scope`.
            - The Google app is still in “Testing”: its grants end after seven days.
            - The organisation wants the user to sign in again (`user_interaction` in `detail`), by a session or access
              policy.
            - More than 100 grants for one Google account and client: Google drops the oldest in silence.
            - `exchange`: the app's own consent did not ask for offline access, so there is no refresh token.
            """,
        check: """
            - What the connection says: `status`, `missing_scopes`
              ```
              curl -s "$GATEWAY/api/v1/connections/$CONNECTION" -H "Authorization: Bearer $KEY"
              ```
            - Does it hit many users on one day? Then look at the app's registration, not at the users.
            - For Google: is the consent screen's publishing status “In production”?
            """,
        fix: """
            - Ask the user to reconnect: `POST /api/v1/connections/{id}/reconnect`, open `authorize_url`, then `POST
              /api/v1/connections/{id}/complete`. Ids, calendars and recordings stay; calendars get the new grant.
            - Listen to `connection.needs_reconnect` and `connection.missing_scope`, so that the user is asked before a
              meeting is missed; `connection.recovered` says that it works again.
            - For `exchange` with Google: ask with `access_type=offline` and `prompt=consent`; with Microsoft for
              `offline_access`.
            """,
        actor: """
            The user (`action: user`), led by the app.
            """,
        again: """
            After the user has reconnected. Until then it will fail the same way; nothing was done.
            """)

    static let accountMismatch = ProblemPage(
        meaning: """
            A reconnect renews a connection for the account that it was made for, and the user chose another one. The
            connection is as it was, and the ticket is used up.
            """,
        causes: """
            - The user has several Google or Microsoft accounts, and the browser was signed in with another one.
            - The user wants to move to another account.
            - With `action: operator`: the provider answered the refresh of a token with another account's identity. The
              token is kept as it was. A proxy before the provider may mix up answers; else it is the provider's fault.
            """,
        check: """
            - Which account is it? `account.email`
              ```
              curl -s "$GATEWAY/api/v1/connections/$CONNECTION" -H "Authorization: Bearer $KEY"
              ```
            """,
        fix: """
            - Show the address to the user, and start the reconnect again; the provider is told it as a hint.
            - For another account, make another connection with `POST /api/v1/connections`, connect its calendar, and
              delete the former one.
            """,
        actor: """
            The user (`action: user`).
            """,
        again: """
            `complete` with this ticket: no. Start again with `POST /api/v1/connections/{id}/reconnect`.
            """)

    static let ticketInvalid = ProblemPage(
        meaning: """
            The consent cannot be finished with what was brought: the ticket is unknown, used or older than 300 seconds,
            or the provider refused the authorization code, or its answer does not belong to this consent. Nothing is
            connected.
            """,
        causes: """
            - More than 300 seconds went by between the return to the app and `complete`.
            - The ticket was changed on its way: not percent-decoded, cut off, taken from another consent.
            - The ticket was used up before, with a final refusal.
            - `exchange`: the code is old or was used, `redirect_uri` or `code_verifier` is not that of the app's own
              consent, or the code was made for another client id.
            - `exchange`: `nonce` does not fit, or the consent did not ask for `openid`, so there is no ID token.
            - The gateway's clock is wrong, so that ID tokens seem expired.
            """,
        check: """
            - `detail`: is it the ticket, the code, or the ID token?
            - Does the app call `complete` as soon as the browser returns, before anything that may wait?
            - The gateway's clock:
              ```
              curl -si "$GATEWAY/healthz" | grep -i '^date'; date -u
              ```
            """,
        fix: """
            - Start the consent again: `POST /api/v1/connections`, or `POST /api/v1/connections/{id}/reconnect`.
            - Read `ticket` with a URL parser, and call `complete` at once, with the session of the user who is signed
              in in the app that the browser came back to.
            - For `exchange`: send each code once, with the very `redirect_uri` of its consent.
            """,
        actor: """
            The user (`action: user`), who must consent once more; the developer, if it comes often.
            """,
        again: """
            No: a ticket and a code work once. (A `complete` whose reply was lost may be repeated by the same user: it
            gets the connection as it is.)
            """)

    static let calendarAlreadyConnected = ProblemPage(
        meaning: """
            A calendar of a provider is connected once for each Meeting BaaS account, and this one is: by another user,
            by another tenant that shares the account, or past this gateway. Whose it is, is not said. Nothing was
            changed.
            """,
        causes: """
            - A shared calendar (a team's, a room's), which a colleague has connected.
            - The same person under two `user_id`s of yours, for instance after a change of your user ids.
            - It was connected at Meeting BaaS directly, before the gateway was in use.
            - Another tenant of the shared Meeting BaaS account has it.
            """,
        check: """
            - Does one of your users have it? Look for its `raw_calendar_id`:
              ```
              curl -s "$GATEWAY/api/v1/calendars?limit=100" -H "Authorization: Bearer $KEY"
              ```
            - The operator looks at Meeting BaaS's list of calendars, for one that the gateway did not make.
            """,
        fix: """
            - Let the calendar be recorded where it is, and show its meetings to both users on your side.
            - To move it: `DELETE /api/v1/calendars/{id}` as the user who has it, then `POST /api/v1/calendars` as the
              other.
            - For tenants who must not meet each other: give each its own Meeting BaaS account.
            """,
        actor: """
            The user (`action: user`), who connects another calendar, or asks the colleague.
            """,
        again: """
            When the other has disconnected it. Nothing was done.
            """)

    static let inUse = ProblemPage(
        meaning: """
            Credentials cannot be exchanged or taken away while living things depend on them: grants belong to the
            client id that they were given to, calendars to the Meeting BaaS account that made them. Nothing was
            changed.
            """,
        causes: """
            - Another `client_id` or `directory`, or a DELETE, under live connections of that provider.
            - Another `api_version` under live calendars, a DELETE, or an `api_key` that does not find them, as it
              belongs to another account.
            """,
        check: """
            - What lives there, with a key of the tenant:
              ```
              curl -s "$GATEWAY/api/v1/connections?limit=100" -H "Authorization: Bearer $KEY"
              curl -s "$GATEWAY/api/v1/calendars?limit=100" -H "Authorization: Bearer $KEY"
              ```
            - Do you only want to change a secret? A new `client_secret`, a new `api_key` of the same account and new
              `webhook_secrets` are always taken.
            """,
        fix: """
            - For another account or client: have the users disconnect (`DELETE /api/v1/connections/{id}`), wait for
              `connection.deleted`, change it, and have them connect again.
            - Or make a second tenant with the new credentials, and move users one by one.
            """,
        actor: """
            The operator (`action: operator`).
            """,
        again: """
            When nothing lives there any more; deleting goes on after its reply. Nothing was done.
            """)

    static let conflict = ProblemPage(
        meaning: """
            The present state does not allow it; `detail` says which. Many of these end by themselves: then `action` is
            `wait`, often with `retry_after`. This request changed nothing.
            """,
        causes: """
            - Something is under way: the calendar is still being made or disconnected, the connection is being deleted,
              the tenant too, the account is being revoked at Google.
            - The same thing twice at once: a ticket that another request completes, a connection that another request
              changed, an `Idempotency-Key` whose first request still runs.
            - The first request with this `Idempotency-Key` reached Meeting BaaS, and its outcome is unknown. With
              `action: wait`, send it again later. With `action: operator`, look at Meeting BaaS whether it was done; to
              do it again, use a new key.
            - The connection is `pending`: its consent was not completed.
            - Meeting BaaS refuses in its present state, for instance a change shortly before the meeting; its code
              stands in `detail`.
            - An administrator of the user's organisation blocks the app: the connection is `blocked`.
            - The webhook endpoint is disabled: by you, or because it answered 410.
            - The reply to a calendar's creation was lost, and it is not known yet what it made: `action` is `operator`.
            - The Meeting BaaS API key that the operator enters belongs to another tenant's account, or to the shared one.
            - The slug of a new tenant is taken.
            """,
        check: """
            - `action`: `wait` for time, `user`, `tenant` or `operator` for somebody.
            - The state of it:
              ```
              curl -s "$GATEWAY/api/v1/connections/$CONNECTION" -H "Authorization: Bearer $KEY"
              curl -s "$GATEWAY/api/v1/calendars/$CALENDAR" -H "Authorization: Bearer $KEY"
              curl -s "$GATEWAY/api/v1/webhook-endpoints/$ENDPOINT" -H "Authorization: Bearer $KEY"
              ```
            """,
        fix: """
            - With `wait`: repeat after `retry_after` seconds; for what is being made or deleted, wait for its message
              instead.
            - For a blocked app: the organisation's administrator must allow its client id. Then let the user reconnect.
            - For a disabled endpoint: `PATCH /api/v1/webhook-endpoints/{id}` with `{"status": "enabled"}`; what was
              held is sent.
            - For a calendar of unknown outcome: wait ten minutes. If it still answers so, the operator compares
              `GET /admin/v1/unclaimed-calendars` and says whose the calendar is, or deletes it.
            - For a slug: choose another. It stands in URLs and never changes.
            """,
        actor: """
            Whom `action` names; without it, the client, which asks again a little later.
            """,
        again: """
            With `action: wait`, yes. Else once the state has changed.
            """)

    static let preconditionFailed = ProblemPage(
        meaning: """
            The request bears `If-Match`, and what it would change is no longer what that `ETag` stands for: somebody
            changed it after you read it. This request changed nothing.
            """,
        causes: """
            - Two people, or two runs of a script, change the same settings at the same time.
            - The `ETag` was kept from an earlier read, or is that of another tenant.
            - A proxy made a weak tag of it (`W/"…"`), which never matches here, or removed its quotes.
            """,
        check: """
            - What is there now, and its `ETag`:
              ```
              curl -si "$GATEWAY/admin/v1/tenants/$TENANT/settings" -H "Authorization: Bearer $GATEWAY_ADMIN_TOKEN"
              ```
            """,
        fix: """
            - Read it again, apply your change to what you read, and send it with the new `ETag`.
            - `meeting-gateway tenants settings` does that by itself, four times at most.
            - To change single settings whatever the others are, send a `PATCH` without `If-Match`.
            """,
        actor: """
            The client.
            """,
        again: """
            Not with this `ETag`. With the new one, yes.
            """)
}
