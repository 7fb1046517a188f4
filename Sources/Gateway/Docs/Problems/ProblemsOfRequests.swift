/// Problems that lie in the request itself.
extension ProblemPage {
    static let malformed = ProblemPage(
        meaning: """
            The gateway could not read the request, so it did not even look at what it asks for. Nothing was changed.
            `detail` says what is wrong, for a body with the byte where reading stopped.
            """,
        causes: """
            - The body is not sent as `Content-Type: application/json`. curl's `-d` sends a form unless you say
              otherwise.
            - The body is not valid JSON, is no object, names a member twice, or is cut off.
            - The request bears two different credentials, for instance a key and a session in two `Authorization`
              headers.
            - `Gateway-User` is sent with a session (a session has its own user), twice, or with characters outside `!`
              to `~`.
            - The query string is not properly percent-encoded UTF-8.
            - At `/webhooks/meeting-baas`: the body is no webhook of Meeting BaaS.
            - The HTTP itself is broken: no `Host` or two, a body framed in two ways, a path and query of more than 8 KiB, a
              request that ends in its midst. The connection is closed then.
            """,
        check: """
            - Is the body JSON?
              ```
              python3 -m json.tool < body.json
              ```
            - Which headers does your client really send?
              ```
              curl -sv -X POST "$GATEWAY/api/v1/sessions" -H "Authorization: Bearer $KEY" \\
                -H "Content-Type: application/json" -d @body.json
              ```
            - Does a proxy or an HTTP library of yours add a second `Authorization`, or rewrite the body?
            """,
        fix: """
            - Build the body with a JSON encoder, never by joining strings, and send `Content-Type: application/json`.
            - Send one credential. To act for a user, send a key with `Gateway-User`, or the user's session alone.
            - Percent-encode each value of the query: `+` in a time is `%2B`.
            """,
        actor: """
            Whoever wrote the client.
            """,
        again: """
            Not as it is: it will fail the same way. Nothing was done, so the mended request is safe to send.
            """)

    static let validation = ProblemPage(
        meaning: """
            The request could be read, but says something that cannot be done. `errors` names every mistake at once:
            `pointer` is its place in the body (`/user_id`) or the parameter (`?limit`), `detail` what must be true
            there. Nothing was changed.
            """,
        causes: """
            - A field is missing, has the wrong type, or is longer or larger than allowed.
            - A field or parameter has a name that the operation does not know. Unknown ones are refused, so that a
              typing error does not pass in silence.
            - `return_url` is not among the tenant's `return_urls`. They are compared exactly, to the last slash.
            - `user_id` is missing: a key must name the user, in the body or as `Gateway-User`. A session must leave it
              out.
            - A session set what only a key may set: `bot_image`, `transcription.api_key`, URLs in `custom_parameters`.
            - `raw_calendar_id` is no calendar of this connection.
            - `cursor` belongs to another list, or `after` names a message that is past its retention.
            """,
        check: """
            - Read all of `errors`:
              ```
              curl -s … | jq -r '.errors[] | "\\(.pointer)  \\(.detail)"'
              ```
            - Compare the body with the operation's fields on [the API page](/docs).
            - For a `return_url`, what is listed?
              ```
              meeting-gateway tenants settings acme
              ```
            """,
        fix: """
            - Mend each place that `errors` names.
            - A return URL or an origin is added by the operator. The settings are replaced as a whole: read them first,
              and send back what shall stay.
            """,
        actor: """
            Whoever wrote the client; for `return_urls` and `allowed_origins`, the operator.
            """,
        again: """
            Not as it is. Nothing was done, so the mended request is safe to send.
            """)

    static let notFound = ProblemPage(
        meaning: """
            There is nothing here that this caller may see. What does not exist and what belongs to somebody else answer
            exactly alike, so that nobody can find out what others have. Nothing was changed.
            """,
        causes: """
            - The id is another user's: a session, or a key with `Gateway-User`, sees that one user's things only.
            - The key belongs to another tenant, or to another gateway (staging, production).
            - It was deleted, or has expired. Ids do not come back.
            - An id of the wrong kind: an event's where a calendar's belongs, a key itself where its `key_` id belongs.
            - A consent renewed the user's present connection: the pending id ended, use the one that `complete`
              answered.
            - `complete` was called for another user than the one who began the consent. The code is destroyed then.
            - A recording is asked for where none was scheduled; a provider or account is not configured.
            - The event has just been made, and the calendar has not been read since.
            - The path is mistyped, ends in a slash, or has a broken percent-escape.
            """,
        check: """
            - Look with the key alone, without `Gateway-User`: whose is it?
              ```
              curl -s "$GATEWAY/api/v1/connections?limit=100" -H "Authorization: Bearer $KEY"
              ```
            - Which user was the session minted for? `POST /api/v1/sessions` answered it as `user_id`.
            - Does the path stand on [the API page](/docs), with this method?
            """,
        fix: """
            - Use the credential of the user or tenant that owns it, or the id that the list shows.
            - For a new event, have the calendar read again with `POST /api/v1/calendars/{id}/sync`, and wait for
              `calendar.sync_events`.
            - Take ids that answer 404 out of your own store; for a connection, start a new consent.
            """,
        actor: """
            Whoever wrote the client.
            """,
        again: """
            It is safe, but will answer the same until something changes.
            """)

    static let methodNotAllowed = ProblemPage(
        meaning: """
            The path exists, but not with this method. The reply's `Allow` header lists those that it has. Nothing was
            changed.
            """,
        causes: """
            - The wrong verb: settings are replaced with PUT, a tenant is changed with PATCH, work is started with POST.
            - A redirect in front of the gateway (http to https, with or without `www`) turned a POST into a GET.
            - HEAD and OPTIONS are not served, but for the preflights of browsers.
            """,
        check: """
            - What does the path take?
              ```
              curl -si -X POST "$GATEWAY/healthz" | grep -i '^allow'
              ```
            - Does your client follow a redirect on the way? It should call the final https address itself.
            """,
        fix: """
            - Use a method that `Allow` names; [the API page](/docs) has each path with its methods.
            """,
        actor: """
            Whoever wrote the client.
            """,
        again: """
            Not as it is: it will fail the same way. Nothing was done.
            """)

    static let requestTimeout = ProblemPage(
        meaning: """
            The request began, but the rest of it did not arrive in time, so the gateway stopped waiting for it. What
            had arrived was thrown away; nothing was changed.
            """,
        causes: """
            - The connection is slow or was interrupted, as on a phone that leaves its Wi-Fi.
            - The client announced a longer `Content-Length` than it sent, and both sides waited.
            - The client opened the request before it had the body, and was held up while making it.
            - A proxy in front passes the body on piece by piece while a slow client is still sending.
            - Many webhooks that nothing has proved yet came at once, and this one came most slowly.
            """,
        check: """
            - Does the same call pass from the gateway's own machine?
              ```
              curl -s -o /dev/null -w '%{http_code} %{time_total}s\\n' "$GATEWAY/healthz"
              ```
            - Does only one client or network see it? Then it lies there.
            - Is `Content-Length` the number of bytes, not of characters?
            """,
        fix: """
            - Have the body ready before the request begins, and let the HTTP library count it.
            - Let the proxy in front take requests in whole before it passes them on (nginx: `proxy_request_buffering
              on`).
            """,
        actor: """
            Nobody, when it was the network; else whoever runs the client or the proxy.
            """,
        again: """
            Yes, at once, on a new connection. Nothing was done.
            """)

    static let tooLarge = ProblemPage(
        meaning: """
            The body is larger than the operation takes; `detail` says how many bytes it may have: 1 MiB for the API, 16
            MiB for webhooks of Meeting BaaS, 4 MiB for those that only a signature proves. Nothing was changed.
            """,
        causes: """
            - A file, a picture or a transcript is sent in the body. The gateway takes links to such things, never
              themselves.
            - A client sends the same list item thousands of times over, from a loop gone wrong.
            """,
        check: """
            - How large is it?
              ```
              wc -c < body.json
              ```
            - Is it this document at all? A proxy in front may have a smaller limit and answers 413 with a page of its
              own (nginx: `client_max_body_size`). Meeting BaaS's webhooks need 16 MiB there.
            """,
        fix: """
            - Send a link: `bot_image` is an https URL.
            - Keep `extra` small (it has 4 KiB at most): store your data on your side and send its id.
            """,
        actor: """
            Whoever wrote the client; for the proxy's limit, the operator.
            """,
        again: """
            Not as it is. Nothing was done.
            """)

    static let headersTooLarge = ProblemPage(
        meaning: """
            The request's headers together are larger than the gateway reads. It stopped there; nothing
            was changed.
            """,
        causes: """
            - A browser sends cookies that other applications set for the same domain. The gateway sets none and reads
              none.
            - Something that is no key or session stands in `Authorization`, like a token with hundreds of claims.
            - Proxies on the way add a header each, or the same request passes through them in a circle.
            """,
        check: """
            - How large is what you send?
              ```
              curl -sv "$GATEWAY/healthz" -H "Authorization: Bearer $KEY" 2>&1 | grep '^>' | wc -c
              ```
            - In a browser: the network panel, the request's headers, `Cookie`.
            """,
        fix: """
            - Give the gateway a host name of its own, to which no cookies of other applications are sent.
            - Send a key (`mgk_…`) or a session (`mgs_…`); each has 40 characters.
            """,
        actor: """
            Whoever runs the client, or the proxies in front.
            """,
        again: """
            Not as it is. Nothing was done.
            """)

    static let idempotencyMismatch = ProblemPage(
        meaning: """
            This `Idempotency-Key` was used within the last 24 hours for a request with another path or body. The gateway cannot
            tell whether you mean the former request again or a new one, so it did neither.
            """,
        causes: """
            - The key is made from something that stays the same (a user's id, a date) instead of being new for each
              intent.
            - A retry builds the body anew, and a time, a random value or the order of a list is different now.
            - Two places in your code use the same key for different requests.
            """,
        check: """
            - Log the key and the body's hash at the first attempt, and compare them at the second.
            - The key counts for one tenant, one key or user, and one route, for 24 hours.
            """,
        fix: """
            - Make a random key (a UUID) when the intent arises, store it with the body, and send both unchanged on each
              retry.
            - For a new request, make a new key.
            """,
        actor: """
            Whoever wrote the client.
            """,
        again: """
            The former request with its former body: yes, it gets the stored reply. This one: with a new key. This
            attempt did nothing.
            """)
}
