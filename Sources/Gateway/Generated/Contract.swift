// swift-format-ignore-file
/// Made by `make contract` from openapi/gateway.yaml; a test compares them.
enum Contract {
    static let json = ##"""
        {"openapi":"3.1.0","info":{"title":"Meeting Gateway","version":"0.1.0","summary":"Connect calendars, record \##
        meetings, without holding a provider's secret.","description":"The gateway keeps each end user's Google or \##
        Microsoft grant, sealed, and speaks to Meeting BaaS under its own key.\nYour app gets \"connect my calendar, \##
        record my meetings\" and never sees a refresh token or an API key of others.\n\n## The way through\n\n1. The \##
        operator makes a tenant, enters its Google or Microsoft app, lists its `return_urls` and hands over a \##
        key.\n2. Your server mints a session for the signed-in user: `POST /api/v1/sessions`.\n3. Your app starts a \##
        consent: `POST /api/v1/connections`, and opens `authorize_url` in the browser.\n4. The browser comes back to \##
        `return_url` with `connection_id` and `ticket`; your app finishes the consent with\n   `POST \##
        /api/v1/connections/{id}/complete`.\n5. `POST /api/v1/calendars` connects the calendar, `GET \##
        /api/v1/calendars/{id}/events` lists its meetings, and\n   `PUT /api/v1/events/{id}/recording` sends a bot \##
        to one of them.\n6. `POST /api/v1/webhook-endpoints` has your server told of everything that happens.\n\n## \##
        Authentication\n\nEvery credential comes as `Authorization: Bearer …`. Two different ones in a request \##
        answer 400.\n\n| caller | credential | may |\n|---|---|---|\n| operator | the admin token \##
        (`GATEWAY_ADMIN_TOKEN`) | `/admin/v1` |\n| tenant's server | a key, `mgk_…` | its tenant, within the key's \##
        scopes |\n| a user's app | a session, `mgs_…` | what belongs to that user, within the session's scopes \##
        |\n\nA key may add the header `Gateway-User: <user_id>`: it then sees what that user may see, and what it \##
        makes is that user's.\nWebhook endpoints are the tenant's alone: there the header answers 403 \##
        `insufficient_scope`. The credentials of a tenant\nthat is being deleted answer 401. Each operation says who \##
        may call it (`x-caller`: `anyone`, `operator`, `key`, or `caller`\nfor a session or a key) and which scope \##
        the credential needs (`x-scope`). What is not the caller's answers exactly as what\ndoes not \##
        exist.\n\nBrowser apps call `/api` directly from the origins that the tenant's settings list.\n\n## \##
        Requests\n\nBodies are JSON (`application/json`, at most 1 MiB). Fields and list parameters that this page \##
        does not name are refused;\none answer tells every mistake. An optional field that is `null` counts as \##
        absent, and an empty body as `{}`. An empty\n`cursor`, `after` or `limit` counts as left out; any other \##
        parameter that is given and empty answers 422 `validation`. No\ntext may hold U+0000. A path that is not \##
        properly percent-encoded is not found.\n\nEvery path that has GET has HEAD too, with the same status and \##
        headers and no body; only `/oauth/callback/…` answers it\n405, since reading it uses the consent up. An \##
        offer to change the protocol (`Upgrade`) is ignored.\n\n## Meeting BaaS's own API\n\n`/meeting-baas/**` is \##
        Meeting BaaS's own API, version 1 at its root and version 2 under `/v2`, with its own paths, bodies\nand \##
        envelopes: its contract is the vendor's, and is not repeated here. Keys and sessions are taken as bearer \##
        tokens or as\n`x-meeting-baas-api-key`; reads want the scope `mirror:read`, writes `mirror:write`. Only the \##
        caller's own is there.\nWhere Meeting BaaS wants OAuth credentials, `connection_id` stands in their place. \##
        Errors are always the vendor's whole\nenvelope: `success`, `error`, `code`, `statusCode`, `message`, \##
        `details`.\n\n## Ids and times\n\nIds are `ten_`, `key_`, `ses_`, `con_`, `ep_`, `msg_`, `dlv_` or `rpl_` \##
        and 26 characters of lower-case base32hex, and\nsort by the time they were made. Calendars, events and bots \##
        keep the UUIDs that Meeting BaaS gave them; a calendar that is\nstill being made bears a `cal_` id of ours. \##
        Users have the `user_id` that you give them. Times are RFC 3339 in UTC, ending\nin `Z`; requests may use any \##
        offset.\n\n## Lists\n\nA list is `{\"data\": […], \"next_cursor\": \"…\"}`. Give `next_cursor` back as \##
        `cursor` for the next page; it is\nnull on the last one. A cursor belongs to the list that gave it.\n\n## \##
        Errors\n\nErrors are RFC 9457 documents (`application/problem+json`). `type` is \##
        `urn:meeting-gateway:problem:<code>`; each\noperation lists its codes in `x-problem-codes`. `action` says \##
        who must act: `user`, `tenant`, `operator`, or `wait` for\nnobody but time, then with `retry_after` in \##
        seconds and the header `Retry-After` where it is known. `errors` names each\nmistake (the first 100) by its \##
        place in the body (`/user_id`) or its parameter (`?limit`). The header `Link`, with `rel=\"help\"`, leads \##
        to\nthe code's page below [/docs/problems](/docs/problems): causes, what to check, how to fix it.\n\n| \##
        status | codes |\n|---|---|\n| 400 | `malformed` |\n| 401 | `unauthenticated` |\n| 403 | \##
        `insufficient_scope`, `tenant_suspended` |\n| 404 | `not_found` |\n| 405 | `method_not_allowed` (with \##
        `Allow`) |\n| 408 | `request_timeout` |\n| 409 | `needs_reconnect`, `account_mismatch`, \##
        `calendar_already_connected`, `in_use`, `conflict` |\n| 412 | `precondition_failed` |\n| 413 | `too_large` \##
        |\n| 415 | `unsupported_encoding` (a compressed body; with `Accept-Encoding`) |\n| 422 | `ticket_invalid`, \##
        `validation`, `idempotency_mismatch` |\n| 429 | `rate_limited`, `quota_exceeded` |\n| 431 | \##
        `headers_too_large` |\n| 500 | `internal_error` |\n| 502 | `upstream_rejected` |\n| 503 | \##
        `provider_unavailable`, `upstream_unavailable`, `storage_unavailable`, `not_configured` |\n\nAny request may \##
        be answered before its route is looked for, and its connection closed: 400 `malformed` for broken HTTP,\n408 \##
        `request_timeout` when its head or body does not arrive (15 s each, and a second more for each 64 KiB of \##
        body),\n413 `too_large`, 431 `headers_too_large` (16 KiB or 100 fields). A compressed body is answered \##
        415\n`unsupported_encoding` by any operation that reads one. A target may have 8 KiB. Each path has one \##
        spelling: with\na slash more it is not found. `100 Continue` is sent once the head has been checked.\n\nA \##
        connection without a request is closed after 75 s, and sooner when the gateway has few left. Open a new one \##
        then, and send\na request again that got no answer.\n\n## Limits\n\nA tenant has a limit of requests a \##
        second, with a burst; the operator may set both (`limits`), else they are 50 and twice\nthe rate, 100 at \##
        least.\nEvery reply to a tenant's caller tells where it stands: `RateLimit-Policy: \"tenant\";q=100;w=2` \##
        (100 at once, which come\nback within 2 s) and `RateLimit: \"tenant\";r=97;t=1` (97 left; full again in 1 \##
        s). One too many answers 429 `rate_limited` with\n`Retry-After`. Requests that bear no valid credential are \##
        limited by the address they come from (`\"address\"`).\nA valid credential is not refused for that. One that \##
        the gateway has to look up may wait for it up to a second, while many\nunknown ones come; then it answers \##
        429 `rate_limited`.\n`limits.calendars` and `limits.bots_per_day` are quotas: 429 `quota_exceeded`. So are \##
        64 MiB of replies stored for a tenant's\n`Idempotency-Key`s within a day. A user has at most 20 open \##
        consents and 100 live sessions: with one more the oldest ends.\n`limits.message_bytes` is how much a \##
        tenant's stored messages may have. At 80 % the tenant gets `tenant.storage_low`. Above\nit, `data` and \##
        `extra` of the oldest messages are dropped, as far as they are older than 24 hours (7 days while the \##
        tenant\nhas no endpoint) and no delivery of theirs is pending or held: they show `data: null` and \##
        `dropped_at`, and are not sent\nagain. If that is not enough, webhooks of a tenant's own account are \##
        answered 503 until there is room.\n\n## Sending again\n\nEvery POST of `/api` and `/admin` takes the header \##
        `Idempotency-Key`: 1 to 255 characters of your choice, new for each\nthing to be done. Sent again within 24 \##
        hours with the same key, path and body, the request is not done a second time: the\nfirst reply comes again, \##
        with `Idempotency-Replayed: true`. With another path or body it answers 422\n`idempotency_mismatch`; while \##
        the first still runs, 409 `conflict` with `Retry-After`. Keys belong to the tenant and,\nwithin it, to the \##
        key (and the user it speaks for) or the session's user, and to the operation. Refusals are not kept: \##
        a\nrepeat tries again. The first reply comes again as it was, even when what it made has been deleted since. \##
        It is erased\nwith the user whose data it holds.\n\nWork and reply are stored together, so a request that \##
        was cut off is either done, and answered when it is sent again, or\nnot done. When the first request reached \##
        Meeting BaaS and its outcome is unknown (its connection broke, or the gateway\nstopped), the key stays in \##
        use. Send the same request again: the gateway looks for what the first one made, and makes\nonly what is \##
        missing. Until Meeting BaaS must be done with the first request (one minute) this may answer 409 \##
        `conflict`\nwith `action: wait` and `Retry-After`. A few calls of `/meeting-baas` leave nothing to look for \##
        (chat messages, Zoom\ncredentials, bots of events, callbacks, transcriptions): they answer 409 then. Check \##
        whether the first request was done;\nto do it again, use a new key.\n\nEvery reply bears `x-request-id`, \##
        which finds the request in the gateway's log; `traceparent` comes back as it was sent.\n"},\##
        "servers":[{"url":"http://localhost:8080","description":"A gateway on this machine"}],\##
        "tags":[{"name":"Admin: tenants","description":"A tenant is a product or customer of the operator; it owns \##
        users, keys, credentials and endpoints."},\##
        {"name":"Admin: credentials","description":"A tenant's own registrations at Google and Microsoft, and its \##
        own Meeting BaaS account."},\##
        {"name":"Admin: keys","description":"The keys that a tenant's servers call with."},\##
        {"name":"Sessions","description":"What a tenant's server hands to one user's app, for a short while."},\##
        {"name":"Connections","description":"One grant of one provider account to one user. Made by a consent in the \##
        browser, or brought by your own app."},\##
        {"name":"Calendars","description":"Meeting BaaS calendars made from a connection. Each calendar of a \##
        provider is connected once."},\##
        {"name":"Events","description":"The meetings of a connected calendar, in one shape over both versions of \##
        Meeting BaaS."},\##
        {"name":"Recordings","description":"What a bot does at a meeting; one for an event, or for every occurrence \##
        of its series."},\##
        {"name":"Webhook endpoints","description":"URLs of yours that receive messages. They are the tenant's, not a \##
        user's: with `Gateway-User` every operation answers 403\n`insufficient_scope`. Each delivery is a POST, \##
        signed as Standard Webhooks 1.0.0 has it. See\n[the webhook `message`](#receiveMessage) for what \##
        arrives.\n\n- **Attempts.** A delivery is tried ten times over three days: at once, and then 5 s, 5 min, 30 \##
        min, 2 h, 5 h, 10 h,\n  14 h, 20 h and 24 h after the attempt before, each ±20 %. Only a 2xx is success. \##
        Redirects are refused: a 3xx is a\n  failure. After a 429 or 503 the next attempt waits as long as \##
        `Retry-After` says, where that is longer, up to 6 h. A\n  410 disables the endpoint. Whatever came of it, a \##
        delivery can be sent again:\n  `POST /api/v1/deliveries/{id}/retry`, or many of them by `POST \##
        /api/v1/webhook-endpoints/{id}/replay`.\n- **Limits of an attempt.** 5 s to connect, and 30 s \##
        (`timeout_seconds`) for the whole with the answer's body, of which\n  64 KiB are read at most and 2 KiB \##
        kept. `GET /api/v1/attempts` shows every attempt.\n- **Limits of an endpoint.** `concurrency` deliveries at \##
        once, `rate` a second; one at a time while it fails.\n- **Health.** After five failures in a row an endpoint \##
        is left alone for 10 s and then probed with one delivery; each\n  probe that fails doubles the pause, up to \##
        ten minutes. The first success ends it, and what waits is due at once.\n- **Disabling.** After five days of \##
        failure and twenty attempts the endpoint is disabled. What is for it is held, and\n  your other endpoints \##
        get `endpoint.disabled`. Enabling it, by `PATCH` with `status: enabled`, sends what is held.\n- **Late \##
        deliveries.** Where an attempt is made later than 90 minutes after a `bot.completed` or `complete`\n  \##
        happened, its links to the recording are made fresh at that moment.\n- **Missed webhooks.** What Meeting \##
        BaaS told while nobody heard it is found out by asking it afterwards. Such a message\n  is marked \##
        `reconciled`.\n"},\##
        {"name":"Messages","description":"What was received and sent for a tenant. A reader who goes on after the \##
        last message it saw misses none, whether it asks\nfor the list or follows the stream. A delivery is one \##
        message for one endpoint; an attempt is one request of a delivery.\n"},\##
        {"name":"Users","description":"Ending with a user."},\##
        {"name":"Consent","description":"Where providers send the browser back to. Apps do not call it."},\##
        {"name":"Intake","description":"Where Meeting BaaS's webhooks arrive. Apps do not call it."},\##
        {"name":"Service","description":"The gateway itself."}],\##
        "paths":{"/healthz":{"get":{"operationId":"getHealth","tags":["Service"],"summary":"Whether the process \##
        lives","description":"Anyone may call it. It asks nothing of the database or of others.","x-caller":"anyone",\##
        "x-scope":null,"security":[],"x-problem-codes":[],"responses":{"200":{"description":"It lives.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Health"},\##
        "examples":{"health":{"$ref":"#/components/examples/Health"}}}}}}}},\##
        "/readyz":{"get":{"operationId":"getReadiness","tags":["Service"],"summary":"Whether it can work",\##
        "description":"Anyone may call it. It proves that the database takes a write, at most once a second, and \##
        answers 503 after two failures in a row, and from SIGTERM on. `/healthz` answers 200 all the while.",\##
        "x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["storage_unavailable"],\##
        "responses":{"200":{"description":"It can work.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"},\##
        "examples":{"readiness":{"$ref":"#/components/examples/Readiness"}}}}},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/openapi.json":{"get":{"operationId":"getContract","tags":["Service"],"summary":"This page as JSON",\##
        "description":"Anyone may call it.","x-caller":"anyone","x-scope":null,"security":[],\##
        "x-problem-codes":["rate_limited"],"responses":{"200":{"description":"The OpenAPI document.",\##
        "content":{"application/json":{"schema":{"type":"object","required":["openapi","info","paths"],\##
        "properties":{"openapi":{"type":"string"},\##
        "info":{"type":"object"},\##
        "paths":{"type":"object"}}},\##
        "examples":{"contract":{"summary":"Shortened","value":{"openapi":"3.1.0","info":{"title":"Meeting Gateway",\##
        "version":"0.1.0"},\##
        "paths":{}}}}}}},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/metrics":{"get":{"operationId":"getMetrics","tags":["Service"],"summary":"Figures for Prometheus",\##
        "description":"Rate, errors and duration of each route, of Meeting BaaS and of the providers, depth and age \##
        of the queues, and the\nprocess. No tenant, user or id is a label. Anyone may call it, or, when \##
        `GATEWAY_METRICS_TOKEN` is set, whoever\nbears that token.\n","x-caller":"anyone","x-scope":null,\##
        "security":[{},\##
        {"metricsToken":[]}],"x-problem-codes":["malformed","unauthenticated","rate_limited","storage_unavailable"],\##
        "responses":{"200":{"description":"The text format of Prometheus, version 0.0.4.",\##
        "content":{"text/plain":{"schema":{"type":"string"},\##
        "examples":{"metrics":{"summary":"Shortened","value":"gateway_http_requests_total{method=\"GET\",\##
        route=\"/healthz\",status=\"200\"} 1\n"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/docs":{"get":{"operationId":"getDocs","tags":["Service"],"summary":"This page","description":"Anyone may \##
        call it. The contract to read, search and try. Like the pages below, it bears an `ETag`; caches keep it \##
        and\nask with `If-None-Match`.\n","x-caller":"anyone","x-scope":null,"security":[],\##
        "x-problem-codes":["rate_limited"],"responses":{"200":{"description":"The page.",\##
        "content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/docs/app.js":{"get":{"operationId":"getDocsScript","tags":["Service"],"summary":"The script of the pages",\##
        "description":"Anyone may call it. The pages load nothing from elsewhere.","x-caller":"anyone",\##
        "x-scope":null,"security":[],"x-problem-codes":["rate_limited"],"responses":{"200":{"description":"The \##
        script.","content":{"text/javascript":{"schema":{"type":"string"},\##
        "example":"\"use strict\"; …"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/docs/style.css":{"get":{"operationId":"getDocsStyle","tags":["Service"],"summary":"The style of the pages",\##
        "description":"Anyone may call it.","x-caller":"anyone","x-scope":null,"security":[],\##
        "x-problem-codes":["rate_limited"],"responses":{"200":{"description":"The style.",\##
        "content":{"text/css":{"schema":{"type":"string"},\##
        "example":":root { … }"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/docs/problems":{"get":{"operationId":"getProblems","tags":["Service"],"summary":"The list of problems",\##
        "description":"Anyone may call it. Every problem code with its status, its title and a link to its page.",\##
        "x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["rate_limited"],\##
        "responses":{"200":{"description":"The page.","content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/docs/problems/{code}":{"parameters":[{"name":"code","in":"path","required":true,"description":"The \##
        problem's code.","schema":{"type":"string"},\##
        "example":"needs_reconnect"}],"get":{"operationId":"getProblem","tags":["Service"],"summary":"The page of a \##
        problem","description":"Anyone may call it. What the code means, likely causes, what to check, how to fix it,\##
         who must act, and whether the\nrequest may be sent again. A code that there is not answers 404.\n",\##
        "x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["not_found","rate_limited"],\##
        "responses":{"200":{"description":"The page.","content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"}}}},\##
        "/admin/v1/tenants":{"post":{"operationId":"createTenant","tags":["Admin: tenants"],"summary":"Make a \##
        tenant","description":"The operator's. The slug stands in URLs and never changes; one that is taken answers \##
        409 `conflict`.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","conflict","too_large","validation","idempotency_mismatch","rate_limited","internal_error",\##
        "storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantCreate"},\##
        "examples":{"tenant_create":{"$ref":"#/components/examples/TenantCreate"}}}}},\##
        "responses":{"201":{"description":"The tenant.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant":{"$ref":"#/components/examples/Tenant"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "get":{"operationId":"listTenants","tags":["Admin: tenants"],"summary":"List tenants","description":"The \##
        operator's.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"Tenants, oldest \##
        first.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantList"},\##
        "examples":{"tenant_list":{"$ref":"#/components/examples/TenantList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"getTenant","tags":["Admin: tenants"],"summary":"Show a tenant","description":"The \##
        operator's.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"The tenant.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant":{"$ref":"#/components/examples/Tenant"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "patch":{"operationId":"changeTenant","tags":["Admin: tenants"],"summary":"Rename, suspend or activate a \##
        tenant","description":"The operator's. While a tenant is suspended its keys and sessions answer 403 \##
        `tenant_suspended`, consents stop, and\nwebhooks are stored but held; activating lets what was held go. A \##
        tenant that is being deleted answers 409 `conflict`.\nRequests that wait for their turn at Meeting BaaS are \##
        answered 403 `tenant_suspended` too, and are not sent. Streams\nof messages end.\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found",\##
        "conflict","too_large","validation","rate_limited","internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantChange"},\##
        "examples":{"tenant_suspend":{"$ref":"#/components/examples/TenantSuspend"},\##
        "tenant_rename":{"$ref":"#/components/examples/TenantRename"}}}}},\##
        "responses":{"200":{"description":"The tenant as it is now.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant_suspended":{"$ref":"#/components/examples/TenantSuspended"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteTenant","tags":["Admin: tenants"],"summary":"Erase a tenant",\##
        "description":"The operator's. Its keys and sessions answer 401 from now on. Its connections, bots and Zoom \##
        credentials are taken down at\nMeeting BaaS and Google first, then its rows and its vault key go; that may \##
        take a while after the answer. What remained\nat Meeting BaaS after seven days of trying stands in the log. \##
        Asking again is the same. Backups of the database that were\nmade before still hold the data and the key: \##
        they last as long as you keep them.\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"202":{"description":"It is being erased.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantDeleting"},\##
        "examples":{"tenant_deleting":{"$ref":"#/components/examples/TenantDeleting"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/settings":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"getTenantSettings","tags":["Admin: tenants"],"summary":"Show a tenant's settings",\##
        "description":"The operator's.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"The settings.",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "put":{"operationId":"putTenantSettings","tags":["Admin: tenants"],"summary":"Replace a tenant's settings",\##
        "description":"The operator's. What is absent takes its default, so read first what you want to keep, or use \##
        `PATCH`. With `If-Match`\nit is done only if the settings still have that `ETag`, else it answers 412 \##
        `precondition_failed`.\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IfMatch"}],"x-problem-codes":["malformed","unauthenticated",\##
        "not_found","precondition_failed","too_large","validation","rate_limited","internal_error",\##
        "storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SettingsPut"},\##
        "examples":{"settings_put":{"$ref":"#/components/examples/SettingsPut"}}}}},\##
        "responses":{"200":{"description":"The settings as they are now.",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "412":{"$ref":"#/components/responses/PreconditionFailed"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "patch":{"operationId":"patchTenantSettings","tags":["Admin: tenants"],"summary":"Change some of a tenant's \##
        settings","description":"The operator's. A JSON Merge Patch (RFC 7396), also as \##
        `application/merge-patch+json`: what is absent stays as it is, null\nis the default, `limits` is merged \##
        member by member, lists are replaced whole. With `If-Match` it is done only if the\nsettings still have that \##
        `ETag`, else it answers 412 `precondition_failed`.\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"parameters":[{"$ref":"#/components/parameters/IfMatch"}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","precondition_failed","too_large","validation",\##
        "rate_limited","internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SettingsPatch"},\##
        "examples":{"settings_patch":{"$ref":"#/components/examples/SettingsPatch"}}},\##
        "application/merge-patch+json":{"schema":{"$ref":"#/components/schemas/SettingsPatch"},\##
        "examples":{"settings_patch":{"$ref":"#/components/examples/SettingsPatch"}}}}},\##
        "responses":{"200":{"description":"The settings as they are now.",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "412":{"$ref":"#/components/responses/PreconditionFailed"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/attempts":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"listTenantAttempts","tags":["Admin: tenants"],"summary":"List a tenant's attempts",\##
        "description":"The operator's. What the tenant's own server sees with `GET /api/v1/attempts`: every request \##
        that a delivery made. A\ncursor that is none of this list answers 422 `validation`.\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/DeliveryFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/AttemptStatus"},\##
        {"$ref":"#/components/parameters/AttemptsSince"},\##
        {"$ref":"#/components/parameters/AttemptsUntil"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","not_found",\##
        "validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Attempts, the newest first.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AttemptList"},\##
        "examples":{"attempt_list":{"$ref":"#/components/examples/AttemptList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/providers/{provider}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/ProviderName"}],"put":{"operationId":"putProviderApp","tags":["Admin: \##
        credentials"],"summary":"Enter an app's registration at Google or Microsoft","description":"The operator's. \##
        The secret is sealed and never shown; the answer names the `redirect_uri` to register at the provider.\nA \##
        new secret is always welcome: Meeting BaaS has a copy of it for each calendar, and the calendars are renewed \##
        in the\nbackground. Keep the former secret in force at the provider until `calendar_renewal.remaining` is \##
        0.\nAnother `client_id` or `directory` under live connections answers 409 `in_use`.\n`directory` is for \##
        Microsoft only.\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","in_use","too_large","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderAppPut"},\##
        "examples":{"provider_app_put_google":{"$ref":"#/components/examples/ProviderAppPutGoogle"},\##
        "provider_app_put_microsoft":{"$ref":"#/components/examples/ProviderAppPutMicrosoft"}}}}},\##
        "responses":{"200":{"description":"The registration, without its secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderApp"},\##
        "examples":{"provider_app_google":{"$ref":"#/components/examples/ProviderAppGoogle"},\##
        "provider_app_microsoft":{"$ref":"#/components/examples/ProviderAppMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`in_use`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "get":{"operationId":"getProviderApp","tags":["Admin: credentials"],"summary":"Show an app's registration",\##
        "description":"The operator's. Never the secret; always the `redirect_uri` to register, and how many \##
        calendars at Meeting BaaS still have\na former secret.\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","rate_limited",\##
        "internal_error","storage_unavailable"],"responses":{"200":{"description":"The registration, without its \##
        secret.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderApp"},\##
        "examples":{"provider_app_google":{"$ref":"#/components/examples/ProviderAppGoogle"},\##
        "provider_app_microsoft":{"$ref":"#/components/examples/ProviderAppMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteProviderApp","tags":["Admin: credentials"],"summary":"Remove an app's \##
        registration","description":"The operator's. Under live connections it answers 409 `in_use`.",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","in_use","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"204":{"description":"It is gone."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`in_use`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/meeting-baas":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "put":{"operationId":"putMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Give a tenant its own \##
        Meeting BaaS account","description":"The operator's. Without one the gateway's shared account serves. Enter \##
        the answer's `webhook_url` in Meeting BaaS's\ndashboard, and its signing secrets here. Under live calendars \##
        another `api_version`, or an `api_key` that does not find\nthem at Meeting BaaS, answers 409 `in_use`; \##
        `webhook_secrets` may always change and are replaced as a whole.\nAn account serves one tenant: a key that \##
        another tenant or the shared account has, or that shows a calendar which is\nknown here as another's, \##
        answers 409 `conflict`.\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","in_use","conflict","too_large","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AccountPut"},\##
        "examples":{"account_put":{"$ref":"#/components/examples/AccountPut"}}}}},\##
        "responses":{"200":{"description":"The account, without its key.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Account"},\##
        "examples":{"account":{"$ref":"#/components/examples/Account"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`in_use` or `conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "get":{"operationId":"getMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Show the account that \##
        serves a tenant","description":"The operator's. The tenant's own account or, with `shared: true`, the \##
        gateway's. 404 when there is neither.\n`last_webhook_at` tells whether webhooks arrive at all.\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"The account, without its key.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Account"},\##
        "examples":{"account":{"$ref":"#/components/examples/Account"},\##
        "account_shared":{"$ref":"#/components/examples/AccountShared"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Take a tenant's \##
        own account away","description":"The operator's. The shared account serves from then on. Under live \##
        calendars it answers 409 `in_use`.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","in_use","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"204":{"description":"It is gone."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`in_use`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/unclaimed-calendars":{"get":{"operationId":"listUnclaimedCalendars","tags":["Admin: credentials"],\##
        "summary":"List calendars at Meeting BaaS that nobody owns","description":"The operator's. The gateway \##
        remembers every calendar of its accounts that no tenant here owns: made elsewhere with the\nsame account, or \##
        by a call whose reply was lost. `creating` lists the calendars in `creating` whose call can have made\nit. A \##
        calendar is given to its owner by itself only when no other call can have made it.\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],"parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"Unclaimed \##
        calendars, by id.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarList"},\##
        "examples":{"unclaimed_calendar_list":{"$ref":"#/components/examples/UnclaimedCalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/unclaimed-calendars/{id}/resolve":{"parameters":[{"name":"id","in":"path","required":true,\##
        "description":"Meeting BaaS's id of the unclaimed calendar.","schema":{"type":"string"},\##
        "example":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b"}],"post":{"operationId":"resolveUnclaimedCalendar",\##
        "tags":["Admin: credentials"],"summary":"Say whose an unclaimed calendar is, or delete it",\##
        "description":"The operator's. With `calendar_id`, the `cal_` id of a calendar in `creating`, the calendar \##
        becomes that one's; if its\nowner has deleted it meanwhile, it is deleted at Meeting BaaS. With `delete: \##
        true` it is deleted at Meeting BaaS. One of\nthe two. A calendar of another version, provider, raw id or \##
        account than the named one answers 409 `conflict`.\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarResolve"},\##
        "examples":{"unclaimed_calendar_assign":{"$ref":"#/components/examples/UnclaimedCalendarAssign"},\##
        "unclaimed_calendar_delete":{"$ref":"#/components/examples/UnclaimedCalendarDelete"}}}}},\##
        "responses":{"200":{"description":"What was done.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarResolved"},\##
        "examples":{"unclaimed_calendar_resolved":{"$ref":"#/components/examples/UnclaimedCalendarResolved"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/admin/v1/tenants/{slug}/keys":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "post":{"operationId":"createKey","tags":["Admin: keys"],"summary":"Make a key","description":"The \##
        operator's. The key itself is in this reply and never shown again. Without `scopes` it gets all \##
        but\n`connections:import` and `tokens:read`; without `expires_at` it does not expire.\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","conflict","too_large","validation","idempotency_mismatch","rate_limited",\##
        "internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyCreate"},\##
        "examples":{"key_create":{"$ref":"#/components/examples/KeyCreate"}}}}},\##
        "responses":{"201":{"description":"The key, this once with its secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyWithSecret"},\##
        "examples":{"key_with_secret":{"$ref":"#/components/examples/KeyWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "get":{"operationId":"listKeys","tags":["Admin: keys"],"summary":"List keys","description":"The operator's. \##
        All on one page, without the keys themselves.","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","rate_limited",\##
        "internal_error","storage_unavailable"],"responses":{"200":{"description":"The tenant's keys.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyList"},\##
        "examples":{"key_list":{"$ref":"#/components/examples/KeyList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/keys/{key}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/KeyId"}],"delete":{"operationId":"deleteKey","tags":["Admin: keys"],\##
        "summary":"Revoke a key","description":"The operator's. The key ends at once, and with it the sessions that \##
        it minted.","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"204":{"description":"It is gone."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/admin/v1/tenants/{slug}/keys/{key}/rotate":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/KeyId"}],"post":{"operationId":"rotateKey","tags":["Admin: keys"],\##
        "summary":"Replace a key's secret","description":"The operator's. Id and scopes stay; the former secret goes \##
        on beside the new one for `overlap_seconds`, and those\nreplaced earlier until their own end. Sessions that \##
        the key has minted end with the former secret at the latest: with\n`overlap_seconds: 0` at once. With five \##
        former secrets in force a rotation with overlap answers 409 `conflict`.\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","conflict","too_large","validation","idempotency_mismatch","rate_limited",\##
        "internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Rotation"},\##
        "examples":{"rotation":{"$ref":"#/components/examples/Rotation"}}}}},\##
        "responses":{"200":{"description":"The key, this once with its new secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyWithSecret"},\##
        "examples":{"key_with_secret":{"$ref":"#/components/examples/KeyWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/sessions":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createSession","tags":["Sessions"],"summary":"Mint a session for a user",\##
        "description":"A key with `sessions:write`. Hand the token to the user's app; it is shown this once. Without \##
        `scopes` the session gets\n`connections:read`, `connections:write`, `calendars:read`, `calendars:write`, \##
        `recordings:write` and `mirror:read`, as\nfar as the key has them. The user needs no registration: any \##
        `user_id` of yours will do.\n","x-caller":"key","x-scope":"sessions:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SessionCreate"},\##
        "examples":{"session_create":{"$ref":"#/components/examples/SessionCreate"}}}}},\##
        "responses":{"201":{"description":"The session with its token.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"},\##
        "examples":{"session":{"$ref":"#/components/examples/Session"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"delete":{"operationId":"deleteSession","tags":["Sessions"],\##
        "summary":"End a session","description":"A key with `sessions:write`. The next request with its token is \##
        refused.","x-caller":"key","x-scope":"sessions:write","security":[{"tenantKey":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","rate_limited","internal_error","storage_unavailable"],"responses":{"204":{"description":"It has \##
        ended."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/connections":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createConnection","tags":["Connections"],"summary":"Start a consent","description":"A \##
        session, or a key that names a user, with `connections:write`. Open `authorize_url` in the user's browser \##
        within ten\nminutes. The browser comes back to `return_url` (one of the tenant's `return_urls`) with \##
        `connection_id` and `ticket`,\nor with `error` = `access_denied` (the user refused), \##
        `admin_consent_required` (an administrator of the user's directory\nhas to allow the app first), \##
        `provider_error` or `temporarily_unavailable`. Until `complete` the connection is\n`pending` and in no \##
        list.\n","x-caller":"caller","x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","conflict",\##
        "too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionCreate"},\##
        "examples":{"connection_create":{"$ref":"#/components/examples/ConnectionCreate"}}}}},\##
        "responses":{"201":{"description":"The consent is under way.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConsentStarted"},\##
        "examples":{"consent_started":{"$ref":"#/components/examples/ConsentStarted"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable` or \##
        `not_configured`"}}},\##
        "get":{"operationId":"listConnections","tags":["Connections"],"summary":"List connections","description":"A \##
        session or key with `connections:read`. Pending ones are left out.","x-caller":"caller",\##
        "x-scope":"connections:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Connections, oldest first.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionList"},\##
        "examples":{"connection_list":{"$ref":"#/components/examples/ConnectionList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/connections/exchange":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"exchangeConnection","tags":["Connections"],"summary":"Bring a native app's \##
        authorization code","description":"A session, or a key that names a user, with `connections:write`. For apps \##
        that ran the consent themselves with this\ntenant's client and got a server auth code. `redirect_uri` is the \##
        one of that consent: empty, or among the tenant's\n`return_urls`, and never the gateway's own. A second \##
        grant of the same account renews the user's present connection and\nanswers with its id. A code that the \##
        provider refuses, or an ID token that does not fit, answers 422 `ticket_invalid`; a\ngrant without a refresh \##
        token 409 `needs_reconnect`; an account whose administrator blocks the app 409 `conflict`.\n",\##
        "x-caller":"caller","x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","needs_reconnect",\##
        "account_mismatch","conflict","too_large","ticket_invalid","validation","idempotency_mismatch",\##
        "rate_limited","quota_exceeded","internal_error","provider_unavailable","storage_unavailable",\##
        "not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionExchange"},\##
        "examples":{"connection_exchange":{"$ref":"#/components/examples/ConnectionExchange"}}}}},\##
        "responses":{"201":{"description":"The connection.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`needs_reconnect`, `account_mismatch` or \##
        `conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`ticket_invalid`, `validation` or \##
        `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`provider_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/connections/import":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"importConnection","tags":["Connections"],"summary":"Bring a refresh token that you \##
        hold","description":"A key with `connections:import`, which no key has unless it was asked for. The token \##
        must have been granted to this\ntenant's client, with `openid` among its scopes; one refresh proves that it \##
        lives and whose it is. A token that the\nprovider does not accept, or that was granted without `openid`, \##
        answers 422 `validation`; an ID token that does not fit\n422 `ticket_invalid`; an account whose \##
        administrator blocks the app 409 `conflict`.\n","x-caller":"key","x-scope":"connections:import",\##
        "security":[{"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","conflict",\##
        "too_large","ticket_invalid","validation","idempotency_mismatch","rate_limited","quota_exceeded",\##
        "internal_error","provider_unavailable","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionImport"},\##
        "examples":{"connection_import":{"$ref":"#/components/examples/ConnectionImport"}}}}},\##
        "responses":{"201":{"description":"The connection.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`ticket_invalid`, `validation` or \##
        `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`provider_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/connections/{id}":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getConnection","tags":["Connections"],\##
        "summary":"Show a connection","description":"A session or key with `connections:read`.","x-caller":"caller",\##
        "x-scope":"connections:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"The \##
        connection.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"},\##
        "connection_needs_reconnect":{"$ref":"#/components/examples/ConnectionNeedsReconnect"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteConnection","tags":["Connections"],"summary":"Disconnect","description":"A \##
        session or key with `connections:write`. Its calendars are taken down at Meeting BaaS, the grant is revoked \##
        at Google\nunless somebody else needs it (a live connection, or a consent under way, for the same account \##
        and Google project), and\nthe token is erased; `connection.deleted` tells when that is done. Asking again is \##
        the same. Microsoft has no way to revoke one grant: `user_action_url` is where the user can do so by \##
        hand.\n","x-caller":"caller","x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"It is being taken down.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionDeleting"},\##
        "examples":{"connection_deleting_google":{"$ref":"#/components/examples/ConnectionDeletingGoogle"},\##
        "connection_deleting_microsoft":{"$ref":"#/components/examples/ConnectionDeletingMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/connections/{id}/complete":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"completeConnection",\##
        "tags":["Connections"],"summary":"Finish a consent","description":"The session of the user who began it, or \##
        a key that names **the user whose signed-in browser or app brought the\nticket**, with `connections:write`. \##
        Only now is the code exchanged. The ticket lives 300 seconds.\n\n- A second consent for the same account \##
        renews the user's present connection: the answer bears its id, and the pending\n  id is 404 from then on.\n- \##
        Any other user gets 404, and the parked code is destroyed.\n- The same caller with the same ticket again \##
        gets the connection as it is.\n- A passing fault of the provider (503) does not use the ticket up: call \##
        again.\n- A reconnect for another account answers 409 `account_mismatch`; a consent without a refresh token \##
        409\n  `needs_reconnect`; an account whose administrator blocks the app 409 `conflict`; a ticket that is \##
        unknown, used or too\n  old 422 `ticket_invalid`.\n","x-caller":"caller","x-scope":"connections:write",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "needs_reconnect","account_mismatch","conflict","too_large","ticket_invalid","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","provider_unavailable",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionComplete"},\##
        "examples":{"connection_complete":{"$ref":"#/components/examples/ConnectionComplete"}}}}},\##
        "responses":{"200":{"description":"The connection, `active`, or `missing_scope` when the user left the \##
        calendar out.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"},\##
        "connection_missing_scope":{"$ref":"#/components/examples/ConnectionMissingScope"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`needs_reconnect`, `account_mismatch` or \##
        `conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`ticket_invalid`, `validation` or \##
        `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`provider_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/connections/{id}/reconnect":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"reconnectConnection",\##
        "tags":["Connections"],"summary":"Start a consent that renews a connection","description":"A session or key \##
        with `connections:write`. As `POST /api/v1/connections`, for the same account: the id stays, its\ncalendars \##
        stay, and `complete` refuses another account. A connection that is pending or being deleted answers\n409 \##
        `conflict`.\n","x-caller":"caller","x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionReconnect"},\##
        "examples":{"connection_reconnect":{"$ref":"#/components/examples/ConnectionReconnect"}}}}},\##
        "responses":{"200":{"description":"The consent is under way; `status` is the consent's, the connection keeps \##
        its own.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConsentStarted"},\##
        "examples":{"consent_started":{"$ref":"#/components/examples/ConsentStarted"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable` or \##
        `not_configured`"}}}},\##
        "/api/v1/connections/{id}/raw-calendars":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"listRawCalendars","tags":["Calendars"],\##
        "summary":"List what could be connected","description":"A session or key with `calendars:read`. The \##
        account's calendars as the provider has them, all on one page. A grant that\nmust be renewed first answers \##
        409 `needs_reconnect`; a connection that is pending or being deleted, or an account whose\nadministrator \##
        blocks the app, 409 `conflict`.\n","x-caller":"caller","x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/UserOwner"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","needs_reconnect","account_mismatch",\##
        "conflict","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"200":{"description":"The provider's calendars.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/RawCalendarList"},\##
        "examples":{"raw_calendar_list":{"$ref":"#/components/examples/RawCalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`needs_reconnect`, `account_mismatch` or \##
        `conflict`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`provider_unavailable`, \##
        `upstream_unavailable`, `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/calendars":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createCalendar","tags":["Calendars"],"summary":"Connect a calendar","description":"A \##
        session or key with `calendars:write`. Without `raw_calendar_id` it is the primary calendar. A calendar \##
        exists once:\nthe same user's repeated call answers 200 with it, anybody else's 409 \##
        `calendar_already_connected`. The calendar belongs\nto the connection's user; a `connection_id` that is not \##
        the caller's answers 404. A grant that must be renewed first\nanswers 409 `needs_reconnect`; a connection \##
        that is pending or being deleted, a calendar that is being disconnected, or\nan account whose administrator \##
        blocks the app, 409 `conflict`. After a 503 the call may have had its effect: repeat it,\nit never doubles. \##
        While it is not known what an earlier call made, the calendar stays `creating` and a repeated call\nanswers \##
        409 `conflict` with `action: operator`; that settles by itself within some minutes, unless it cannot be \##
        told\nwhose a calendar at Meeting BaaS is. Then the operator decides.\n","x-caller":"caller",\##
        "x-scope":"calendars:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "needs_reconnect","account_mismatch","calendar_already_connected","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/CalendarCreate"},\##
        "examples":{"calendar_create":{"$ref":"#/components/examples/CalendarCreate"},\##
        "calendar_create_primary":{"$ref":"#/components/examples/CalendarCreatePrimary"}}}}},\##
        "responses":{"200":{"description":"The user has connected it before.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "201":{"description":"The new calendar.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`needs_reconnect`, `account_mismatch`, \##
        `calendar_already_connected` or `conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`provider_unavailable`, \##
        `upstream_unavailable`, `storage_unavailable` or `not_configured`"}}},\##
        "get":{"operationId":"listCalendars","tags":["Calendars"],"summary":"List calendars","description":"A \##
        session or key with `calendars:read`. As last seen; `GET /api/v1/calendars/{id}` asks Meeting BaaS.",\##
        "x-caller":"caller","x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Calendars, oldest first.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/CalendarList"},\##
        "examples":{"calendar_list":{"$ref":"#/components/examples/CalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/calendars/{id}":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getCalendar","tags":["Calendars"],\##
        "summary":"Show a calendar","description":"A session or key with `calendars:read`. Asks Meeting BaaS; if \##
        that fails, it answers what was last seen.","x-caller":"caller","x-scope":"calendars:read",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"The \##
        calendar.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"},\##
        "calendar_creating":{"$ref":"#/components/examples/CalendarCreating"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteCalendar","tags":["Calendars"],"summary":"Disconnect a calendar",\##
        "description":"A session or key with `calendars:write`. It is taken down at Meeting BaaS now or, if that \##
        fails, as soon as it can be;\nuntil then it shows as `deleting`. While it is not known what its creation \##
        made, the answer is 202: the provider's\ncalendar stays blocked until that is known, and what was made is \##
        taken down then. It is also 202 when the key of the\nMeeting BaaS account was changed since, and Meeting \##
        BaaS does not know the calendar under the new one: that does not\nprove that it is gone, and it is tried \##
        again for seven days.\n","x-caller":"caller","x-scope":"calendars:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"It may still be at Meeting BaaS, and goes as soon as it can.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar_deleting":{"$ref":"#/components/examples/CalendarDeleting"}}}}},\##
        "204":{"description":"It is gone."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/calendars/{id}/sync":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"syncCalendar","tags":["Calendars"],\##
        "summary":"Have a calendar read again","description":"A session or key with `calendars:write`. Takes no \##
        body. Changes arrive as messages. Version 1 of Meeting BaaS syncs a\nwhole account, so there it runs at most \##
        once in five minutes; asking earlier is no error. While the calendar is being\nmade it answers 409 \##
        `conflict`.\n","x-caller":"caller","x-scope":"calendars:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "upstream_rejected","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"202":{"description":"It was asked for; the calendar as it is now.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"`too_large`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/calendars/{id}/events":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"listEvents","tags":["Events"],\##
        "summary":"List a calendar's events","description":"A session or key with `calendars:read`. Bounds are \##
        inclusive. To follow changes, take the time of change from\n`calendar.sync_events` and ask with \##
        `updated_at_gte`: the list then runs in the order of changes and holds cancelled\nevents too. A page may be \##
        short, or empty, and still have a `next_cursor`: go on until it is null. An event that ended\nmore than 90 \##
        days ago and that Meeting BaaS lists no more is not found by `updated_at_gte`. While the calendar is \##
        being\nmade it answers 409 `conflict`.\n","x-caller":"caller","x-scope":"calendars:read",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"name":"start_date_gte","in":"query","description":"Events that start at \##
        this time or later.","schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T00:00:00Z"},\##
        {"name":"start_date_lte","in":"query","description":"Events that start at this time or earlier.",\##
        "schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-30T00:00:00Z"},\##
        {"name":"updated_at_gte","in":"query","description":"Events that changed at this time or later.",\##
        "schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T10:31:12.640Z"},\##
        {"name":"status","in":"query","description":"By the end of the event. `upcoming` unless asked otherwise, but \##
        `all` when `updated_at_gte` is given.","schema":{"type":"string","enum":["upcoming","past","all"]}},\##
        {"name":"attendee_email","in":"query","description":"Events with this attendee.","schema":{"type":"string",\##
        "minLength":1,"maxLength":2000},\##
        "example":"grace@example.com"},\##
        {"name":"organizer_email","in":"query","description":"Events of this organizer.","schema":{"type":"string",\##
        "minLength":1,"maxLength":2000},\##
        "example":"ada@example.com"},\##
        {"name":"limit","in":"query","description":"How many at most.","schema":{"type":"integer","minimum":1,\##
        "maximum":50,"default":50}},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/UserOwner"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","validation","rate_limited","quota_exceeded",\##
        "internal_error","upstream_rejected","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"200":{"description":"A page of events.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/EventList"},\##
        "examples":{"event_list":{"$ref":"#/components/examples/EventList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/events/{id}":{"parameters":[{"$ref":"#/components/parameters/EventId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getEvent","tags":["Events"],\##
        "summary":"Show an event","description":"A session or key with `calendars:read`. Read from Meeting BaaS at \##
        once.","x-caller":"caller","x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","quota_exceeded","internal_error","upstream_rejected","upstream_unavailable",\##
        "storage_unavailable","not_configured"],"responses":{"200":{"description":"The event.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"},\##
        "event_without_recording":{"$ref":"#/components/examples/EventWithoutRecording"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/events/{id}/recording":{"parameters":[{"$ref":"#/components/parameters/EventId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getRecording","tags":["Recordings"],\##
        "summary":"Show an event's recording","description":"A session or key with `calendars:read`. When it is \##
        `completed` or `failed`, `artifacts` holds links that were made just\nnow and live a few hours, or is null \##
        when Meeting BaaS has none. 404 when nothing is, was or will be recorded.\n","x-caller":"caller",\##
        "x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","quota_exceeded","internal_error","upstream_rejected","upstream_unavailable",\##
        "storage_unavailable","not_configured"],"responses":{"200":{"description":"The recording.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Recording"},\##
        "examples":{"recording_scheduled":{"$ref":"#/components/examples/RecordingScheduled"},\##
        "recording_completed":{"$ref":"#/components/examples/RecordingCompleted"},\##
        "recording_failed":{"$ref":"#/components/examples/RecordingFailed"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}},\##
        "put":{"operationId":"putRecording","tags":["Recordings"],"summary":"Record an event","description":"A \##
        session or key with `recordings:write`. Schedules a bot; again is the same, and a bot that stands already is \##
        changed\nto what is asked; for the whole series it takes the place of this occurrence's. \##
        `recording.scheduled` or\n`recording.changed` tells of it. What is absent takes its default. `bot_image`, \##
        `transcription.api_key` and URLs in\n`transcription.custom_parameters` may be given by a key only.\n",\##
        "x-caller":"caller","x-scope":"recordings:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/RecordingPut"},\##
        "examples":{"recording_put":{"$ref":"#/components/examples/RecordingPut"},\##
        "recording_put_with_transcription":{"$ref":"#/components/examples/RecordingPutWithTranscription"}}}}},\##
        "responses":{"200":{"description":"The event with its recording.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}},\##
        "patch":{"operationId":"changeRecording","tags":["Recordings"],"summary":"Change a recording",\##
        "description":"A session or key with `recordings:write`. What is absent stays; `null` clears `bot_image`, \##
        `entry_message`,\n`transcription` and `extra`. 404 when nothing is scheduled, or not by this gateway. \##
        Meeting BaaS refuses changes shortly\nbefore the meeting (409 `conflict`). `recording.changed` tells of \##
        it.\n","x-caller":"caller","x-scope":"recordings:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/RecordingChange"},\##
        "examples":{"recording_change":{"$ref":"#/components/examples/RecordingChange"}}}}},\##
        "responses":{"200":{"description":"The event with its recording.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}},\##
        "delete":{"operationId":"deleteRecording","tags":["Recordings"],"summary":"Do not record an event",\##
        "description":"A session or key with `recordings:write`. Takes the bot back; a bot that is in the meeting \##
        leaves. When nothing is\nscheduled it is no error. `recording.cancelled` tells of it.\n","x-caller":"caller",\##
        "x-scope":"recordings:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"responses":{"200":{"description":"The event \##
        as it is now.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event_without_recording":{"$ref":"#/components/examples/EventWithoutRecording"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`upstream_unavailable`, \##
        `storage_unavailable` or `not_configured`"}}}},\##
        "/api/v1/webhook-endpoints":{"post":{"operationId":"createWebhookEndpoint","tags":["Webhook endpoints"],\##
        "summary":"Register a URL","description":"A key with `webhooks:write`, without `Gateway-User`. The secret \##
        that signs deliveries is in this reply and never shown\nagain. Deliveries reach public https addresses; http \##
        and private ones only where the operator allows it. With `since`,\nwhat was received from then on is sent \##
        too, by a replay that begins at once. A tenant may have 50 endpoints; one more\nanswers 429 \##
        `quota_exceeded`.\n","x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointCreate"},\##
        "examples":{"webhook_endpoint_create":{"$ref":"#/components/examples/WebhookEndpointCreate"},\##
        "webhook_endpoint_create_since":{"$ref":"#/components/examples/WebhookEndpointCreateSince"}}}}},\##
        "responses":{"201":{"description":"The endpoint, this once with its secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointCreated"},\##
        "examples":{"webhook_endpoint_with_secret":{"$ref":"#/components/examples/WebhookEndpointWithSecret"},\##
        "webhook_endpoint_created_since":{"$ref":"#/components/examples/WebhookEndpointCreatedSince"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`quota_exceeded` or `rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "get":{"operationId":"listWebhookEndpoints","tags":["Webhook endpoints"],"summary":"List endpoints",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`.","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserIgnored"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Endpoints, oldest first, without their secrets.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointList"},\##
        "examples":{"webhook_endpoint_list":{"$ref":"#/components/examples/WebhookEndpointList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/webhook-endpoints/{id}":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "get":{"operationId":"getWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Show an endpoint",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`.","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"The endpoint, without its secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        "examples":{"webhook_endpoint":{"$ref":"#/components/examples/WebhookEndpoint"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "patch":{"operationId":"changeWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Change, disable or \##
        enable an endpoint","description":"A key with `webhooks:write`, without `Gateway-User`. What is absent stays \##
        as it is. Disabling holds what is due;\nenabling clears the health and lets go what is held. `description: \##
        null` clears it; `rate`, `concurrency` and\n`timeout_seconds` take their defaults with null. `headers` \##
        replaces all of them, null takes them all away. An endpoint\nthat answers 410 or fails for five days is \##
        disabled by the gateway, which tells so with `endpoint.disabled`.\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","too_large","validation","rate_limited",\##
        "internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointChange"},\##
        "examples":{"webhook_endpoint_disable":{"$ref":"#/components/examples/WebhookEndpointDisable"},\##
        "webhook_endpoint_limits":{"$ref":"#/components/examples/WebhookEndpointLimits"}}}}},\##
        "responses":{"200":{"description":"The endpoint as it is now.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        "examples":{"webhook_endpoint_disabled":{"$ref":"#/components/examples/WebhookEndpointDisabled"},\##
        "webhook_endpoint_limited":{"$ref":"#/components/examples/WebhookEndpointLimited"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"deleteWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Remove an endpoint",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`. Its deliveries, their attempts and its \##
        replays go with it; the\nmessages stay.\n","x-caller":"key","x-scope":"webhooks:write",\##
        "security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope",\##
        "tenant_suspended","not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"204":{"description":"It is gone."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/webhook-endpoints/{id}/rotate-secret":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"rotateWebhookEndpointSecret","tags":["Webhook endpoints"],"summary":"Replace an \##
        endpoint's secret","description":"A key with `webhooks:write`, without `Gateway-User`. For `overlap_seconds` \##
        deliveries are signed by the former secret too,\nand by those replaced earlier until their own end. With \##
        five former secrets in force a rotation with overlap answers 409\n`conflict`.\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Rotation"},\##
        "examples":{"rotation":{"$ref":"#/components/examples/Rotation"}}}}},\##
        "responses":{"200":{"description":"The endpoint, this once with its new secret.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointWithSecret"},\##
        "examples":{"webhook_endpoint_with_secret":{"$ref":"#/components/examples/WebhookEndpointWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/webhook-endpoints/{id}/test":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"testWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Send a test message",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`. Takes no body. Sends `endpoint.test` to \##
        this endpoint alone,\nwhatever its `event_types`. A disabled endpoint answers 409 `conflict`.\n",\##
        "x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"The message is on its way.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TestSent"},\##
        "examples":{"test_sent":{"$ref":"#/components/examples/TestSent"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"`too_large`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/webhook-endpoints/{id}/replay":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"replayWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Send messages again",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`. Sends this endpoint what was received \##
        from `since` until `until`\nand is among its `event_types`: also what it never had a delivery of. \##
        `endpoint.test` and the callbacks of single bots\nare not sent again, and what is on its way is left alone. \##
        It goes one at a time, in the order of the messages, in\nplaces of its own beside the live traffic, with the \##
        same `webhook-id` as before. It goes on after a restart where it\nwas. A disabled endpoint, or one of which \##
        a replay is still under way, answers 409 `conflict`.\n","x-caller":"key","x-scope":"webhooks:write",\##
        "security":[{"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ReplayCreate"},\##
        "examples":{"replay_create":{"$ref":"#/components/examples/ReplayCreate"}}}}},\##
        "responses":{"202":{"description":"The replay, which goes on after the answer.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Replay"},\##
        "examples":{"replay_begun":{"$ref":"#/components/examples/ReplayBegun"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation` or `idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/replays/{id}":{"parameters":[{"$ref":"#/components/parameters/ReplayId"}],\##
        "get":{"operationId":"getReplay","tags":["Webhook endpoints"],"summary":"Show a replay","description":"A key \##
        with `webhooks:write`, without `Gateway-User`. Replays are kept as long as messages.","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"The replay.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Replay"},\##
        "examples":{"replay":{"$ref":"#/components/examples/Replay"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "delete":{"operationId":"cancelReplay","tags":["Webhook endpoints"],"summary":"Stop a replay",\##
        "description":"A key with `webhooks:write`, without `Gateway-User`. What was not sent yet is as it was \##
        before; what has been tried\nalready goes on as every delivery. The replay stays, and shows as `cancelled`. \##
        Asking again is no error.\n","x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","rate_limited","internal_error","storage_unavailable"],"responses":{"204":{"description":"It \##
        sends nothing more."},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/messages":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listMessages","tags":["Messages"],"summary":"List messages","description":"A key with \##
        `messages:read`. In the order in which they became visible: ask with `after` = the last id you saw, and \##
        you\nmiss none. An id that is unknown or past its retention answers 422 `validation`.\n\nWith `Accept: \##
        text/event-stream` it answers a stream of server-sent events: what the list would hold, without `limit`,\##
        \nand then each message as it becomes visible. `id` is the message's id, `event` its type, `data` the \##
        message as JSON on\none line. A comment comes every 15 s while there is nothing to tell. The stream ends \##
        after 14 minutes at most, or as\nsoon as the key may no longer read; the reader comes back with \##
        `Last-Event-ID`, as clients of such streams do by themselves,\nand misses none. It takes nothing from the \##
        tenant's request limit, and waits up to a minute for storage that does not\nanswer. A tenant may have 20 \##
        streams at once; one more answers 429 `rate_limited`.\n","x-caller":"key","x-scope":"messages:read",\##
        "security":[{"tenantKey":[]}],"parameters":[{"name":"after","in":"query","description":"The id of a message, \##
        or a cursor; the list goes on after it. It comes before `cursor`.","schema":{"type":"string",\##
        "maxLength":2000},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        {"name":"type","in":"query","description":"Messages of this type only.","schema":{"type":"string",\##
        "minLength":1,"maxLength":2000},\##
        "example":"bot.completed"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"},\##
        {"name":"Last-Event-ID","in":"header","description":"Of a stream only, the id of the last message seen; it \##
        comes before `after`.","schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Messages, oldest first; as a list, or as a stream where that was asked \##
        for.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/MessageList"},\##
        "examples":{"message_list":{"$ref":"#/components/examples/MessageList"}}},\##
        "text/event-stream":{"schema":{"type":"string"},\##
        "examples":{"message_stream":{"$ref":"#/components/examples/MessageStream"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/messages/{id}":{"parameters":[{"$ref":"#/components/parameters/MessageId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getMessage","tags":["Messages"],\##
        "summary":"Show a message","description":"A key with `messages:read`.","x-caller":"key",\##
        "x-scope":"messages:read","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"The message.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Message"},\##
        "examples":{"message":{"$ref":"#/components/examples/Message"},\##
        "message_sync_events":{"$ref":"#/components/examples/MessageSyncEvents"},\##
        "message_recording_scheduled":{"$ref":"#/components/examples/MessageRecordingScheduled"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/deliveries":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listDeliveries","tags":["Messages"],"summary":"List deliveries","description":"A key \##
        with `messages:read`. One message for one endpoint each, or for the callback of a bot; of one user when the \##
        key\nnames one.\n","x-caller":"key","x-scope":"messages:read","security":[{"tenantKey":[]}],\##
        "parameters":[{"name":"status","in":"query","description":"Deliveries in this state only.",\##
        "schema":{"$ref":"#/components/schemas/DeliveryStatus"}},\##
        {"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Deliveries, oldest first.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/DeliveryList"},\##
        "examples":{"delivery_list":{"$ref":"#/components/examples/DeliveryList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/deliveries/{id}/retry":{"parameters":[{"$ref":"#/components/parameters/DeliveryId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"retryDelivery","tags":["Messages"],\##
        "summary":"Send it again","description":"A key with `webhooks:write`. Takes no body. Whatever its state, it \##
        is due at once and its schedule begins anew, with\nthe same `webhook-id`. A disabled endpoint answers 409 \##
        `conflict`, and so does a message whose data were dropped; with\n`Gateway-User`, a message that is not about \##
        that user 404.\n","x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"The delivery, due now.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Delivery"},\##
        "examples":{"delivery_pending":{"$ref":"#/components/examples/DeliveryPending"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"`too_large`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`idempotency_mismatch`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited` or `quota_exceeded`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/attempts":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listAttempts","tags":["Messages"],"summary":"List attempts","description":"A key with \##
        `messages:read`. Every request that a delivery made: what came of it, how long each part took, and \##
        the\nbeginning of what was answered; of one user when the key names one. Attempts are kept as long as their \##
        message and\ntheir endpoint. A cursor that is none of this list answers 422 `validation`.\n",\##
        "x-caller":"key","x-scope":"messages:read","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/DeliveryFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/AttemptStatus"},\##
        {"$ref":"#/components/parameters/AttemptsSince"},\##
        {"$ref":"#/components/parameters/AttemptsUntil"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"Attempts, the newest first.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AttemptList"},\##
        "examples":{"attempt_list":{"$ref":"#/components/examples/AttemptList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"`validation`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/api/v1/users/{user_id}":{"parameters":[{"$ref":"#/components/parameters/UserId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"delete":{"operationId":"deleteUser","tags":["Users"],\##
        "summary":"End with a user","description":"A key with `connections:write`. The user's sessions and the \##
        consents under way end at once; connections and calendars go\nas by DELETE of each. Bots leave their calls \##
        or are cancelled, Zoom credentials are deleted at Meeting BaaS, and\n`user.deleted` tells when that is done \##
        and what remained. What is under way for the user is refused, and taken down if it\nhas been made. Whoever \##
        has the same `user_id` later is another person: older things are visible to the tenant alone, and\nlose the \##
        user's id within 24 hours. Users are not registered, so one that nobody knows answers the same; \##
        with\n`Gateway-User`, another user 404.\n","x-caller":"key","x-scope":"connections:write",\##
        "security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope",\##
        "tenant_suspended","not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"What is the user's is being taken down.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UserDeleting"},\##
        "examples":{"user_deleting":{"$ref":"#/components/examples/UserDeleting"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"`insufficient_scope` or `tenant_suspended`"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"`conflict`"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/oauth/callback/{provider}/{slug}":{"parameters":[{"$ref":"#/components/parameters/ProviderName"},\##
        {"$ref":"#/components/parameters/TenantSlug"}],"get":{"operationId":"finishConsentRedirect",\##
        "tags":["Consent"],"summary":"Where the provider sends the browser","description":"Anyone; the browser comes \##
        here from Google or Microsoft. The code waits, sealed, 300 seconds for `complete`. What fits\nno consent (no \##
        such tenant or provider; the state is unknown, expired or used, another tenant's or provider's; a\nparameter \##
        stands twice; Google's `iss` is missing) gets a page and is never redirected.\n","x-caller":"anyone",\##
        "x-scope":null,"security":[],"parameters":[{"name":"state","in":"query","required":true,"description":"As it \##
        was sent to the provider.","schema":{"type":"string"}},\##
        {"name":"code","in":"query","description":"The authorization code; either this or `error`.",\##
        "schema":{"type":"string"}},\##
        {"name":"error","in":"query","description":"The provider's error; either this or `code`.",\##
        "schema":{"type":"string"},\##
        "example":"access_denied"},\##
        {"name":"iss","in":"query","description":"Who answers (RFC 9207). Google always sends it, Microsoft never \##
        does.","schema":{"type":"string"},\##
        "example":"https://accounts.google.com"},\##
        {"name":"others","in":"query","description":"Whatever else the provider sends, each under its own name; it \##
        is passed over.","style":"form","explode":true,"schema":{"type":"object",\##
        "additionalProperties":{"type":"string"}}}],"x-problem-codes":["rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"303":{"description":"On to `return_url`, its own query kept, with \##
        `connection_id` and `ticket`; or with `connection_id` and `error` =\n`access_denied`, \##
        `admin_consent_required`, `provider_error` or `temporarily_unavailable`.\n",\##
        "headers":{"Location":{"description":"The `return_url` with the result in its query.",\##
        "schema":{"type":"string","format":"uri"},\##
        "example":"https://app.example.com/calendar/connected?connection_id=con_06gvih7hjppehdaesu0sotfm6o&ticket=mgt\##
        _…"}}},\##
        "400":{"description":"A page that tells the user to start again; a problem document where not even the \##
        request's target can be read (it has more than 8 KiB).","content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\"><title>Connecting did not work</title>…</html>"},\##
        "application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}},\##
        "/webhooks/meeting-baas":{"post":{"operationId":"receiveSharedWebhook","tags":["Intake"],"summary":"A \##
        webhook of the gateway's shared account","description":"Anyone; it is verified by what it bears: Svix \##
        headers against the account's signing secrets (version 2), or\n`x-meeting-baas-api-key` against the \##
        account's key (version 1). It is stored with its deliveries before it is answered;\na duplicate answers 200 \##
        too. Nothing to check it with, or too much waiting for an owner: 503, so that it is sent again.\nA body has \##
        at most 16 MiB, and 4 MiB where only its signature proves it. While many unproven bodies come at once, \##
        the\nslowest answers 408 `request_timeout`.\n","x-caller":"anyone","x-scope":null,"security":[],\##
        "parameters":[{"$ref":"#/components/parameters/SvixId"},\##
        {"$ref":"#/components/parameters/SvixTimestamp"},\##
        {"$ref":"#/components/parameters/SvixSignature"},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"It is stored.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable` or \##
        `not_configured`"}}}},\##
        "/webhooks/meeting-baas/{slug}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "post":{"operationId":"receiveTenantWebhook","tags":["Intake"],"summary":"A webhook of a tenant's own \##
        account","description":"Anyone; as for the shared account, verified against the tenant's own. Enter this URL \##
        in the Meeting BaaS dashboard of\nthat account; `GET /admin/v1/tenants/{slug}/meeting-baas` names it. A \##
        tenant without an account of its own and a slug\nwithout a tenant answer alike: 503 `not_configured`.\n",\##
        "x-caller":"anyone","x-scope":null,"security":[],"parameters":[{"$ref":"#/components/parameters/SvixId"},\##
        {"$ref":"#/components/parameters/SvixTimestamp"},\##
        {"$ref":"#/components/parameters/SvixSignature"},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"It is stored.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable` or \##
        `not_configured`"}}}},\##
        "/callbacks/meeting-baas/{reference}":{"parameters":[{"name":"reference","in":"path","required":true,\##
        "description":"Made by the gateway for one bot.","schema":{"type":"string","minLength":1},\##
        "example":"Zm9yIG9uZSBib3Qgb25seSBvbmx5"}],"post":{"operationId":"receiveCallback","tags":["Intake"],\##
        "summary":"A callback of one bot","description":"Anyone; for the URLs that the gateway gives to Meeting BaaS \##
        in place of a tenant's own: version 1's `webhook_url`,\nversion 2's `callback_config`. Verified by \##
        `x-mb-secret` (version 2) or the account's key (version 1), stored with its\ndelivery to the tenant's URL, \##
        and only then answered; the same again within ten minutes answers 200 too. An unknown\nreference and a wrong \##
        secret answer alike. A body has at most 16 MiB.\nWhat still comes for a URL that the tenant took back is \##
        stored and not delivered; on version 1, which calls a bot's\nown URL in place of the account's, it goes to \##
        the tenant's endpoints.\n","x-caller":"anyone","x-scope":null,"security":[],\##
        "parameters":[{"name":"x-mb-secret","in":"header","description":"Version 2's secret of this callback, which \##
        the gateway made.","schema":{"type":"string"}},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"It is stored.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}},\##
        "put":{"operationId":"receiveCallbackByPut","tags":["Intake"],"summary":"A callback of one bot, by PUT",\##
        "description":"Anyone; for the URLs that the gateway gives to Meeting BaaS in place of a tenant's own: \##
        version 1's `webhook_url`,\nversion 2's `callback_config`. Verified by `x-mb-secret` (version 2) or the \##
        account's key (version 1), stored with its\ndelivery to the tenant's URL, and only then answered; the same \##
        again within ten minutes answers 200 too. An unknown\nreference and a wrong secret answer alike. A body has \##
        at most 16 MiB.\n","x-caller":"anyone","x-scope":null,"security":[],"parameters":[{"name":"x-mb-secret",\##
        "in":"header","description":"Version 2's secret of this callback, which the gateway made.",\##
        "schema":{"type":"string"}},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"It is stored.",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"`rate_limited`"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"`storage_unavailable`"}}}}},\##
        "webhooks":{"message":{"post":{"operationId":"receiveMessage","tags":["Webhook endpoints"],"summary":"What \##
        your endpoint receives","description":"A message, signed as Standard Webhooks 1.0.0 has it: \##
        `webhook-signature` holds `v1,` and the base64 of HMAC-SHA-256 over\n`webhook-id.webhook-timestamp.body`, \##
        under the base64-decoded part of the secret after `whsec_`; two of them, parted by\na blank, while a \##
        rotation overlaps. Verify on the raw bytes, refuse timestamps more than five minutes away, and answer\n2xx \##
        quickly. Messages come at least once: `webhook-id` is the same on every attempt and in every replay. \##
        The\nendpoint's own `headers` come too. Redirects are not followed. 410 disables the endpoint; `Retry-After` \##
        of a 429 or\n503 is kept, up to 6 h.\n","parameters":[{"name":"webhook-id","in":"header","required":true,\##
        "description":"The message's id.","schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        {"name":"webhook-timestamp","in":"header","required":true,"description":"When this attempt was made, in \##
        seconds since 1970.","schema":{"type":"string"},\##
        "example":"1795429872"},\##
        {"name":"webhook-signature","in":"header","required":true,"description":"One signature, or two parted by a \##
        blank.","schema":{"type":"string"},\##
        "example":"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="}],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/MessageSent"},\##
        "examples":{"message_sent":{"$ref":"#/components/examples/MessageSent"}}}}},\##
        "responses":{"2XX":{"description":"Taken."},\##
        "410":{"description":"No more; the endpoint is disabled and what is pending is held."}}}}},\##
        "components":{"securitySchemes":{"adminToken":{"type":"http","scheme":"bearer","description":"The operator's \##
        `GATEWAY_ADMIN_TOKEN`. Without one set, `/admin` is closed."},\##
        "tenantKey":{"type":"http","scheme":"bearer","bearerFormat":"mgk_","description":"A tenant's key. For \##
        servers; never put it in an app."},\##
        "session":{"type":"http","scheme":"bearer","bearerFormat":"mgs_","description":"A session, minted by the \##
        tenant's server for one user. For that user's app."},\##
        "metricsToken":{"type":"http","scheme":"bearer","description":"The operator's `GATEWAY_METRICS_TOKEN`, where \##
        it is set."}},\##
        "headers":{"ETag":{"description":"Stands for the settings as they are; a strong entity tag for `If-Match`.",\##
        "schema":{"type":"string"},\##
        "example":"\"6f1d0c2ab3e94857a0c1d2e3f4a5b6c7\""},\##
        "RateLimit":{"description":"What is left of the limit, and in how many seconds it is whole again; where one \##
        applies.","schema":{"type":"string"},\##
        "example":"\"tenant\";r=0;t=1"},\##
        "RateLimitPolicy":{"description":"The limit, how many it takes at once and within how many seconds they come \##
        back.","schema":{"type":"string"},\##
        "example":"\"tenant\";q=100;w=2"},\##
        "RequestId":{"description":"Finds this request in the gateway's log.","schema":{"type":"string",\##
        "pattern":"^req_[0-9a-v]{26}$"},\##
        "example":"req_06h0fve001r9b56qhhippolh1g"},\##
        "RetryAfter":{"description":"Seconds to wait, where that is known.","schema":{"type":"integer","minimum":0},\##
        "example":10}},\##
        "parameters":{"GatewayUser":{"name":"Gateway-User","in":"header","description":"With a key only: the user on \##
        whose behalf the call is made. The key then sees what that user may see, and what it makes\nis that user's. \##
        With a session it answers 400.\n","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"Makes it safe to send the request \##
        again; see \"Sending again\".","schema":{"type":"string","minLength":1,"maxLength":255,\##
        "pattern":"^(\"[!#-~]{1,253}\"|[!#-~]{1,255})$"},\##
        "example":"5f0c1d9e-2f3b-4c59-9d0e-6f1f7f5f2a11"},\##
        "TenantSlug":{"name":"slug","in":"path","required":true,"description":"The tenant's slug.",\##
        "schema":{"type":"string"},\##
        "example":"acme"},\##
        "ProviderName":{"name":"provider","in":"path","required":true,"description":"The provider; there is no \##
        other.","schema":{"$ref":"#/components/schemas/ProviderName"},\##
        "example":"google"},\##
        "KeyId":{"name":"key","in":"path","required":true,"description":"The key's id, not the key itself.",\##
        "schema":{"type":"string"},\##
        "example":"key_06gpmm1iq9u0pcpfhc92821vq8"},\##
        "SessionId":{"name":"id","in":"path","required":true,"description":"The session's id, not its token.",\##
        "schema":{"type":"string"},\##
        "example":"ses_06h0f8hig1s1he69jlelr61hik"},\##
        "ConnectionId":{"name":"id","in":"path","required":true,"description":"The connection's id.",\##
        "schema":{"type":"string"},\##
        "example":"con_06gvih7hjppehdaesu0sotfm6o"},\##
        "CalendarId":{"name":"id","in":"path","required":true,"description":"The calendar's id.",\##
        "schema":{"type":"string"},\##
        "example":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b"},\##
        "EventId":{"name":"id","in":"path","required":true,"description":"The event's id, in any case.",\##
        "schema":{"type":"string"},\##
        "example":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"},\##
        "EndpointId":{"name":"id","in":"path","required":true,"description":"The endpoint's id.",\##
        "schema":{"type":"string"},\##
        "example":"ep_06gq0khpu5u3r6fn70bssrghhk"},\##
        "MessageId":{"name":"id","in":"path","required":true,"description":"The message's id.",\##
        "schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        "DeliveryId":{"name":"id","in":"path","required":true,"description":"The delivery's id.",\##
        "schema":{"type":"string"},\##
        "example":"dlv_06h0ftdk01vpba8djnpf2c6m1s"},\##
        "ReplayId":{"name":"id","in":"path","required":true,"description":"The replay's id.",\##
        "schema":{"type":"string"},\##
        "example":"rpl_06h0fvfg3pt2d3lou9ctdlc818"},\##
        "UserId":{"name":"user_id","in":"path","required":true,"description":"The user, percent-encoded.",\##
        "schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "IfMatch":{"name":"If-Match","in":"header","description":"The `ETag` that must still stand; `*` for any. \##
        Unless given, nothing is compared.","schema":{"type":"string"},\##
        "example":"\"6f1d0c2ab3e94857a0c1d2e3f4a5b6c7\""},\##
        "Cursor":{"name":"cursor","in":"query","description":"The `next_cursor` of the page before.",\##
        "schema":{"type":"string","maxLength":2000}},\##
        "Limit":{"name":"limit","in":"query","description":"How many at most.","schema":{"type":"integer",\##
        "minimum":1,"maximum":100,"default":50}},\##
        "UserFilter":{"name":"user_id","in":"query","description":"With a key, only what is this user's. With a \##
        session or `Gateway-User` it may name that same user only.","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "UserIgnored":{"name":"user_id","in":"query","description":"Taken as on every list, but it narrows nothing \##
        here.","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "UserOwner":{"name":"user_id","in":"query","description":"Whose it must be; with another user than its own \##
        it answers 404.","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "EndpointFilter":{"name":"endpoint_id","in":"query","description":"Only what is for this endpoint.",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"ep_06gq0khpu5u3r6fn70bssrghhk"},\##
        "DeliveryFilter":{"name":"delivery_id","in":"query","description":"Only what is of this delivery.",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"dlv_06h0ftdk01vpba8djnpf2c6m1s"},\##
        "MessageFilter":{"name":"message_id","in":"query","description":"Only what is of this message.",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        "TypeFilter":{"name":"type","in":"query","description":"Only what is of messages of this type.",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"bot.completed"},\##
        "AttemptStatus":{"name":"status","in":"query","description":"`delivered`: answered with a 2xx; `failed`: \##
        answered with anything else, or not at all.","schema":{"type":"string","enum":["delivered","failed"]}},\##
        "AttemptsSince":{"name":"since","in":"query","description":"Attempts that were made at this time or later.",\##
        "schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T00:00:00Z"},\##
        "AttemptsUntil":{"name":"until","in":"query","description":"Attempts that were made at this time or \##
        earlier.","schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-24T00:00:00Z"},\##
        "AllOccurrences":{"name":"all_occurrences","in":"query","description":"Every occurrence of the event's \##
        series instead of this one.","schema":{"type":"boolean","default":false}},\##
        "SvixId":{"name":"svix-id","in":"header","description":"Version 2's message id; `webhook-id` is read too.",\##
        "schema":{"type":"string"},\##
        "example":"msg_2x4EXAMPLEonlyEXAMPLEonly"},\##
        "SvixTimestamp":{"name":"svix-timestamp","in":"header","description":"Seconds since 1970, at most five \##
        minutes away; `webhook-timestamp` is read too.","schema":{"type":"string"},\##
        "example":"1795429872"},\##
        "SvixSignature":{"name":"svix-signature","in":"header","description":"Signatures parted by blanks, of which \##
        one must fit; `webhook-signature` is read too.","schema":{"type":"string"},\##
        "example":"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="},\##
        "MeetingBaasKey":{"name":"x-meeting-baas-api-key","in":"header","description":"Version 1's proof, the \##
        account's own key; read when there is no `svix-id`.","schema":{"type":"string"}}},\##
        "responses":{"NotModified":{"description":"Still the same as the `ETag` that was sent."},\##
        "Malformed":{"description":"The request cannot be read.","x-problem-codes":["malformed"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"malformed":{"$ref":"#/components/examples/ProblemMalformed"}}}}},\##
        "Unauthenticated":{"description":"The request bears no credential that is valid here; those of a tenant that \##
        is being deleted are not.","x-problem-codes":["unauthenticated"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "WWW-Authenticate":{"description":"Always `Bearer`.","schema":{"type":"string"},\##
        "example":"Bearer"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"unauthenticated":{"$ref":"#/components/examples/ProblemUnauthenticated"}}}}},\##
        "Forbidden":{"description":"The credential may not do this.","x-problem-codes":["insufficient_scope",\##
        "tenant_suspended"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"insufficient_scope":{"$ref":"#/components/examples/ProblemInsufficientScope"},\##
        "tenant_suspended":{"$ref":"#/components/examples/ProblemTenantSuspended"}}}}},\##
        "NotFound":{"description":"There is nothing here that this caller may see.","x-problem-codes":["not_found"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"not_found":{"$ref":"#/components/examples/ProblemNotFound"}}}}},\##
        "Conflict":{"description":"The present state does not allow it.","x-problem-codes":["needs_reconnect",\##
        "account_mismatch","calendar_already_connected","in_use","conflict"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"needs_reconnect":{"$ref":"#/components/examples/ProblemNeedsReconnect"},\##
        "account_mismatch":{"$ref":"#/components/examples/ProblemAccountMismatch"},\##
        "calendar_already_connected":{"$ref":"#/components/examples/ProblemCalendarAlreadyConnected"},\##
        "in_use":{"$ref":"#/components/examples/ProblemInUse"},\##
        "conflict":{"$ref":"#/components/examples/ProblemConflict"}}}}},\##
        "PreconditionFailed":{"description":"It was changed since the `ETag` in `If-Match` was read.",\##
        "x-problem-codes":["precondition_failed"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"precondition_failed":{"$ref":"#/components/examples/ProblemPreconditionFailed"}}}}},\##
        "TooLarge":{"description":"The body is too large.","x-problem-codes":["too_large"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"too_large":{"$ref":"#/components/examples/ProblemTooLarge"}}}}},\##
        "Unprocessable":{"description":"The request says something that cannot be done; `errors` names each \##
        mistake.","x-problem-codes":["ticket_invalid","validation","idempotency_mismatch"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"ticket_invalid":{"$ref":"#/components/examples/ProblemTicketInvalid"},\##
        "validation":{"$ref":"#/components/examples/ProblemValidation"},\##
        "idempotency_mismatch":{"$ref":"#/components/examples/ProblemIdempotencyMismatch"}}}}},\##
        "TooManyRequests":{"description":"A limit is reached.","x-problem-codes":["rate_limited","quota_exceeded"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "RateLimit":{"$ref":"#/components/headers/RateLimit"},\##
        "RateLimit-Policy":{"$ref":"#/components/headers/RateLimitPolicy"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"rate_limited":{"$ref":"#/components/examples/ProblemRateLimited"},\##
        "quota_exceeded":{"$ref":"#/components/examples/ProblemQuotaExceeded"}}}}},\##
        "InternalError":{"description":"An error inside the gateway; the request id finds it in the log.",\##
        "x-problem-codes":["internal_error"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"internal_error":{"$ref":"#/components/examples/ProblemInternalError"}}}}},\##
        "UpstreamRejected":{"description":"Meeting BaaS refused the request.",\##
        "x-problem-codes":["upstream_rejected"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"upstream_rejected":{"$ref":"#/components/examples/ProblemUpstreamRejected"}}}}},\##
        "Unavailable":{"description":"Something that this needs does not answer, or is not set up.",\##
        "x-problem-codes":["provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"provider_unavailable":{"$ref":"#/components/examples/ProblemProviderUnavailable"},\##
        "upstream_unavailable":{"$ref":"#/components/examples/ProblemUpstreamUnavailable"},\##
        "storage_unavailable":{"$ref":"#/components/examples/ProblemStorageUnavailable"},\##
        "not_configured":{"$ref":"#/components/examples/ProblemNotConfigured"}}}}}},\##
        "schemas":{"Time":{"description":"RFC 3339 in UTC, ending in `Z`.","type":"string","format":"date-time",\##
        "pattern":"Z$"},\##
        "TimeOrNull":{"description":"RFC 3339 in UTC, ending in `Z`; or null.","type":["string","null"],\##
        "format":"date-time","pattern":"Z$"},\##
        "UserId":{"description":"An end user, named by the tenant; ASCII without blanks.","type":"string",\##
        "minLength":1,"maxLength":255,"pattern":"^[!-~]{1,255}$"},\##
        "ProviderName":{"description":"A calendar provider.","type":"string","enum":["google","microsoft"]},\##
        "Scope":{"description":"What a credential may do.","type":"string","enum":["sessions:write",\##
        "connections:read","connections:write","connections:import","calendars:read","calendars:write",\##
        "recordings:write","webhooks:write","messages:read","mirror:read","mirror:write","tokens:read"]},\##
        "SessionScope":{"description":"What a session may do; the other scopes are for keys only.","type":"string",\##
        "enum":["connections:read","connections:write","calendars:read","calendars:write","recordings:write",\##
        "mirror:read","mirror:write"]},\##
        "NextCursor":{"description":"Where the next page begins; null on the last one.","type":["string","null"]},\##
        "Problem":{"description":"An error, as RFC 9457 has it.","type":"object","required":["type","title","status",\##
        "detail","instance"],"properties":{"type":{"description":"`urn:meeting-gateway:problem:` and the code. More \##
        codes may come.","type":"string","pattern":"^urn:meeting-gateway:problem:[a-z_]+$"},\##
        "title":{"type":"string","description":"The code in words."},\##
        "status":{"type":"integer","minimum":400,"maximum":599,"description":"The reply's status."},\##
        "detail":{"type":"string","description":"What is wrong with this request."},\##
        "instance":{"description":"`urn:meeting-gateway:request:` and the request's id.","type":"string",\##
        "pattern":"^urn:meeting-gateway:request:req_[0-9a-v]{26}$"},\##
        "action":{"description":"Who must act for the request to succeed; `wait` for nobody but time.",\##
        "type":"string","enum":["user","tenant","operator","wait"]},\##
        "retry_after":{"type":"integer","minimum":0,"description":"Seconds to wait; also in `Retry-After`."},\##
        "errors":{"description":"Every mistake that was found, up to 100.","type":"array","minItems":1,\##
        "maxItems":100,"items":{"$ref":"#/components/schemas/FieldError"}}}},\##
        "FieldError":{"type":"object","required":["pointer","detail"],"properties":{"pointer":{"type":"string",\##
        "description":"Its place: an RFC 6901 pointer into the body, or `?name` for a parameter."},\##
        "detail":{"type":"string","description":"What is wrong there."}}},\##
        "Health":{"type":"object","required":["status"],"properties":{"status":{"type":"string","const":"ok"}}},\##
        "Readiness":{"type":"object","required":["status"],"properties":{"status":{"type":"string",\##
        "const":"ready"}}},\##
        "Tenant":{"description":"A product or customer of the operator.","type":"object","required":["id","slug",\##
        "name","status","created_at"],"properties":{"id":{"type":"string","pattern":"^ten_[0-9a-v]{26}$"},\##
        "slug":{"type":"string","pattern":"^[a-z0-9-]{2,40}$","description":"Stands in URLs; never changes."},\##
        "name":{"type":"string"},\##
        "status":{"type":"string","enum":["active","suspended","deleting"]},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "TenantList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Tenant"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "TenantCreate":{"type":"object","additionalProperties":false,"required":["slug","name"],\##
        "properties":{"slug":{"type":"string","minLength":2,"maxLength":40,"pattern":"^[a-z0-9-]{2,40}$",\##
        "description":"Never changes."},\##
        "name":{"type":"string","minLength":1,"maxLength":200}}},\##
        "TenantChange":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string",\##
        "minLength":1,"maxLength":200},\##
        "status":{"type":"string","enum":["active","suspended"]}}},\##
        "TenantDeleting":{"type":"object","required":["id","slug","status"],"properties":{"id":{"type":"string",\##
        "pattern":"^ten_[0-9a-v]{26}$"},\##
        "slug":{"type":"string"},\##
        "status":{"type":"string","const":"deleting"}}},\##
        "Settings":{"description":"What an operator may set for a tenant.","type":"object","required":["return_urls",\##
        "allowed_origins","limits","revoke_on_disconnect"],"properties":{"return_urls":{"type":"array",\##
        "items":{"type":"string"},\##
        "description":"Where a consent may end; compared exactly."},\##
        "allowed_origins":{"type":"array","items":{"type":"string"},\##
        "description":"Browser origins that may read replies."},\##
        "limits":{"description":"Null where none is set.","type":"object","required":["requests_per_second","burst",\##
        "calendars","bots_per_day","message_bytes"],"properties":{"requests_per_second":{"type":["integer","null"]},\##
        "burst":{"type":["integer","null"]},\##
        "calendars":{"type":["integer","null"]},\##
        "bots_per_day":{"type":["integer","null"]},\##
        "message_bytes":{"type":["integer","null"]}}},\##
        "revoke_on_disconnect":{"type":"boolean"}}},\##
        "SettingsPut":{"type":"object","additionalProperties":false,\##
        "properties":{"return_urls":{"description":"Where a consent may end; compared exactly. https, an app's own \##
        reverse-DNS scheme (`com.example.app:/…`), or\n`http://localhost` and `http://127.0.0.1`, which listed \##
        without a port match any. No fragment.\n","type":"array","maxItems":50,"default":[],"items":{"type":"string",\##
        "minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+:([!$&-;=?-Z_a-z~]|%[0-9A-Fa-\##
        f]{2})*)$"}},\##
        "allowed_origins":{"description":"Browser origins that may read replies; compared exactly. Plain http only \##
        on localhost and 127.0.0.1.","type":"array","maxItems":50,"default":[],"items":{"type":"string",\##
        "minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9a-f:.]+\\]|[0-9a-z_]([0-9a-z._-]*[0-9a-z_])?)|http://(localhost|127\\.0\\.0\\.1)\##
        )(:[0-9]{1,5})?$"}},\##
        "limits":{"description":"A quota that is null or absent does not hold; of requests the defaults do then (50 \##
        a second, twice as many and 100 at\nleast at once).\n","type":"object","additionalProperties":false,\##
        "properties":{"requests_per_second":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "burst":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "calendars":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "bots_per_day":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "message_bytes":{"description":"Bytes of stored messages: `data`, `extra` and 512 for each. By default 10 \##
        GiB for a tenant with a Meeting BaaS\naccount of its own, and no limit for one that the shared account \##
        serves.\n","type":["integer","null"],"minimum":1,"maximum":1125899906842624}}},\##
        "revoke_on_disconnect":{"description":"Whether a DELETE of a connection revokes the grant at Google.",\##
        "type":"boolean","default":true}}},\##
        "SettingsPatch":{"description":"What is absent stays as it is; null is the default.","type":"object",\##
        "additionalProperties":false,"properties":{"return_urls":{"description":"Where a consent may end; compared \##
        exactly. https, an app's own reverse-DNS scheme (`com.example.app:/…`), or\n`http://localhost` and \##
        `http://127.0.0.1`, which listed without a port match any. No fragment.\n","type":["array","null"],\##
        "maxItems":50,"items":{"type":"string","minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+:([!$&-;=?-Z_a-z~]|%[0-9A-Fa-\##
        f]{2})*)$"}},\##
        "allowed_origins":{"description":"Browser origins that may read replies; compared exactly. Plain http only \##
        on localhost and 127.0.0.1.","type":["array","null"],"maxItems":50,"items":{"type":"string","minLength":1,\##
        "maxLength":500,\##
        "pattern":"^(https://(\\[[0-9a-f:.]+\\]|[0-9a-z_]([0-9a-z._-]*[0-9a-z_])?)|http://(localhost|127\\.0\\.0\\.1)\##
        )(:[0-9]{1,5})?$"}},\##
        "limits":{"description":"A quota that is null or absent does not hold; of requests the defaults do then (50 \##
        a second, twice as many and 100 at\nleast at once).\n","type":["object","null"],"additionalProperties":false,\##
        "properties":{"requests_per_second":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "burst":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "calendars":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "bots_per_day":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "message_bytes":{"description":"Bytes of stored messages: `data`, `extra` and 512 for each. By default 10 \##
        GiB for a tenant with a Meeting BaaS\naccount of its own, and no limit for one that the shared account \##
        serves.\n","type":["integer","null"],"minimum":1,"maximum":1125899906842624}}},\##
        "revoke_on_disconnect":{"description":"Whether a DELETE of a connection revokes the grant at Google.",\##
        "type":["boolean","null"]}}},\##
        "ProviderApp":{"description":"A tenant's registration at Google or Microsoft, without its secret.",\##
        "type":"object","required":["provider","client_id","redirect_uri"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "client_id":{"type":"string"},\##
        "directory":{"type":"string","description":"Microsoft's tenant segment; always there for Microsoft, never \##
        for Google."},\##
        "redirect_uri":{"type":"string","format":"uri","description":"Register this at the provider."},\##
        "calendar_renewal":{"$ref":"#/components/schemas/CalendarRenewal"}}},\##
        "CalendarRenewal":{"description":"How far a new client secret has come to the calendars at Meeting BaaS.",\##
        "type":"object","required":["remaining","advice"],"properties":{"remaining":{"description":"How many \##
        calendars of working connections still have a former secret. Do not disable that one at the provider \##
        before\nthis is 0. A number that stays means that renewals have failed: enter the secret again.\n",\##
        "type":"integer","minimum":0},\##
        "advice":{"type":["string","null"],"description":"What not to do before `remaining` is 0; then null."}}},\##
        "ProviderAppPut":{"type":"object","additionalProperties":false,"required":["client_id","client_secret"],\##
        "properties":{"client_id":{"type":"string","minLength":1,"maxLength":500,"pattern":"^[!-~]+$"},\##
        "client_secret":{"type":"string","minLength":1,"maxLength":2000,"pattern":"^[!-~]+$","writeOnly":true},\##
        "directory":{"description":"Microsoft only; `common` unless given, `organizations`, `consumers`, a GUID or a \##
        domain.","type":["string","null"],"minLength":1,"maxLength":200,\##
        "pattern":"^[0-9A-Za-z.-]*[0-9A-Za-z-][0-9A-Za-z.-]*$"}}},\##
        "Account":{"description":"The Meeting BaaS account that serves a tenant, without its key.","type":"object",\##
        "required":["shared","api_version","webhook_secret_count","webhook_url","last_webhook_at"],\##
        "properties":{"shared":{"type":"boolean","description":"Whether it is the gateway's shared account."},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "webhook_secret_count":{"type":"integer","minimum":0,"description":"How many signing secrets are stored."},\##
        "webhook_url":{"type":"string","format":"uri","description":"Enter this in Meeting BaaS's dashboard."},\##
        "last_webhook_at":{"$ref":"#/components/schemas/TimeOrNull"}}},\##
        "AccountPut":{"type":"object","additionalProperties":false,"required":["api_key","api_version"],\##
        "properties":{"api_key":{"type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]+$",\##
        "writeOnly":true},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "webhook_secrets":{"description":"Svix signing secrets, `whsec_` and base64; several while one is being \##
        replaced. Absent means none.","type":"array","maxItems":10,"writeOnly":true,"items":{"type":"string",\##
        "minLength":22,"maxLength":178,"pattern":"^(whsec_)?(([0-9A-Za-z+/_-]{4}){6,42}|([0-9A-Za-z+/_-]{4}){5,\##
        42}([0-9A-Za-z+/_-][AQgw](==)?|[0-9A-Za-z+/_-]{2}[AEIMQUYcgkosw048]=?))$"}}}},\##
        "ApiVersion":{"description":"The version of Meeting BaaS's API that the account is spoken to with.",\##
        "type":"string","enum":["v1","v2"]},\##
        "Key":{"description":"A tenant's server's credential, without the credential itself.","type":"object",\##
        "required":["id","name","scopes","created_at","expires_at","last_used_at"],\##
        "properties":{"id":{"type":"string","pattern":"^key_[0-9a-v]{26}$"},\##
        "name":{"type":"string"},\##
        "scopes":{"type":"array","items":{"$ref":"#/components/schemas/Scope"}},\##
        "created_at":{"$ref":"#/components/schemas/Time"},\##
        "expires_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "last_used_at":{"description":"To the minute; null when it was never used.","type":["string","null"],\##
        "format":"date-time","pattern":"Z$"}}},\##
        "KeyWithSecret":{"allOf":[{"$ref":"#/components/schemas/Key"},\##
        {"type":"object","required":["key"],"properties":{"key":{"type":"string","pattern":"^mgk_[0-9A-Za-z]{36}$",\##
        "description":"The key itself. Shown this once."}}}]},\##
        "KeyList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Key"}},\##
        "next_cursor":{"type":"null"}}},\##
        "KeyCreate":{"type":"object","additionalProperties":false,"required":["name"],\##
        "properties":{"name":{"type":"string","minLength":1,"maxLength":200},\##
        "scopes":{"description":"All but `connections:import` and `tokens:read` unless given.","type":["array",\##
        "null"],"minItems":1,"maxItems":20,"items":{"$ref":"#/components/schemas/Scope"}},\##
        "expires_at":{"description":"In the future; absent or null, it does not expire.","type":["string","null"],\##
        "format":"date-time"}}},\##
        "Rotation":{"type":"object","additionalProperties":false,"required":["overlap_seconds"],\##
        "properties":{"overlap_seconds":{"description":"How long the former secret goes on beside the new one; 0 \##
        ends it at once.","type":"integer","minimum":0,"maximum":604800}}},\##
        "Session":{"description":"A session with its token, which is shown this once.","type":"object",\##
        "required":["id","user_id","token","scopes","expires_at"],"properties":{"id":{"type":"string",\##
        "pattern":"^ses_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "token":{"type":"string","pattern":"^mgs_[0-9A-Za-z]{36}$","description":"For the user's app."},\##
        "scopes":{"type":"array","items":{"$ref":"#/components/schemas/SessionScope"}},\##
        "expires_at":{"$ref":"#/components/schemas/Time"}}},\##
        "SessionCreate":{"type":"object","additionalProperties":false,"properties":{"user_id":{"description":"Whose; \##
        required unless `Gateway-User` names the user.","$ref":"#/components/schemas/UserId"},\##
        "ttl_seconds":{"type":"integer","minimum":60,"maximum":86400,"default":3600,"description":"How long it \##
        lives."},\##
        "scopes":{"description":"None that the key itself does not have.","type":"array","minItems":1,"maxItems":20,\##
        "items":{"$ref":"#/components/schemas/SessionScope"}}}},\##
        "Connection":{"description":"One grant of one provider account to one user.","type":"object",\##
        "required":["id","user_id","provider","status","account","scopes","missing_scopes","created_at",\##
        "updated_at"],"properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "status":{"description":"`pending` until the consent is completed; `missing_scope` when the user left the \##
        calendar out; `needs_reconnect`\nwhen the provider no longer accepts the grant; `blocked` when an \##
        administrator of the account blocks the app.\n","type":"string","enum":["pending","active","missing_scope",\##
        "needs_reconnect","blocked","deleting"]},\##
        "account":{"type":"object","required":["email"],"properties":{"email":{"type":["string","null"],\##
        "description":"A label, never an identity."}}},\##
        "scopes":{"type":"array","items":{"type":"string"},\##
        "description":"What was granted."},\##
        "missing_scopes":{"type":"array","items":{"type":"string"},\##
        "description":"What is needed and was not granted."},\##
        "created_at":{"$ref":"#/components/schemas/Time"},\##
        "updated_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ConnectionList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Connection"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "ConnectionCreate":{"type":"object","additionalProperties":false,"required":["provider","return_url"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "return_url":{"type":"string","minLength":1,"maxLength":2000,"description":"One of the tenant's \##
        `return_urls`."},\##
        "user_id":{"description":"With a key, whose; required unless `Gateway-User` names the user. With a session \##
        left out.","$ref":"#/components/schemas/UserId"},\##
        "login_hint":{"type":"string","minLength":1,"maxLength":320,"description":"An e-mail address that preselects \##
        the account."}}},\##
        "ConnectionReconnect":{"type":"object","additionalProperties":false,"required":["return_url"],\##
        "properties":{"return_url":{"type":"string","minLength":1,"maxLength":2000,"description":"One of the \##
        tenant's `return_urls`."}}},\##
        "ConsentStarted":{"description":"A consent under way.","type":"object","required":["id","status",\##
        "authorize_url","expires_at"],"properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$",\##
        "description":"The connection's id."},\##
        "status":{"type":"string","const":"pending"},\##
        "authorize_url":{"type":"string","format":"uri","description":"Open this in the user's browser."},\##
        "expires_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ConnectionComplete":{"type":"object","additionalProperties":false,"required":["ticket"],\##
        "properties":{"ticket":{"type":"string","minLength":1,"maxLength":200,"description":"From the query of \##
        `return_url`."},\##
        "user_id":{"description":"With a key, the user who brought the ticket; required unless `Gateway-User` names \##
        the user.","$ref":"#/components/schemas/UserId"}}},\##
        "ConnectionExchange":{"type":"object","additionalProperties":false,"required":["provider","code"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "code":{"type":"string","minLength":1,"maxLength":4096,"writeOnly":true},\##
        "redirect_uri":{"description":"Of the app's own consent; empty, or among the tenant's `return_urls`, and \##
        never the gateway's own.","type":"string","maxLength":2000},\##
        "code_verifier":{"type":"string","minLength":43,"maxLength":128,"writeOnly":true,"description":"PKCE (RFC \##
        7636)."},\##
        "nonce":{"type":"string","minLength":1,"maxLength":500,"description":"If the consent bore one; the ID token \##
        must bear it too."},\##
        "user_id":{"description":"With a key, whose; required unless `Gateway-User` names the user. With a session \##
        left out.","$ref":"#/components/schemas/UserId"}}},\##
        "ConnectionImport":{"type":"object","additionalProperties":false,"required":["provider","refresh_token"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "user_id":{"description":"Whose; required unless `Gateway-User` names the user.",\##
        "$ref":"#/components/schemas/UserId"},\##
        "refresh_token":{"type":"string","minLength":1,"maxLength":8192,"pattern":"^[!-~]+$","writeOnly":true}}},\##
        "ConnectionDeleting":{"type":"object","required":["id","status","provider_revocation"],\##
        "properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "status":{"type":"string","const":"deleting"},\##
        "provider_revocation":{"description":"`pending`: the grant is being revoked. `kept_other_grants`: another \##
        connection still needs it. `not_supported`: the\nprovider cannot. `off`: the tenant's settings say no, or \##
        there is nothing to revoke.\n","type":"string","enum":["pending","not_supported","kept_other_grants","off"]},\##
        "user_action_url":{"type":"string","format":"uri","description":"Where the user can remove the grant by \##
        hand."}}},\##
        "RawCalendar":{"description":"A calendar as the provider has it.","type":"object","required":["id","name",\##
        "email","is_primary"],"properties":{"id":{"type":"string","description":"The provider's id."},\##
        "name":{"type":["string","null"]},\##
        "email":{"type":["string","null"]},\##
        "is_primary":{"type":"boolean"}}},\##
        "RawCalendarList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/RawCalendar"}},\##
        "next_cursor":{"type":"null"}}},\##
        "Calendar":{"description":"A Meeting BaaS calendar made from a connection. What a version of Meeting BaaS \##
        does not say is null.","type":"object","required":["id","connection_id","user_id","provider",\##
        "raw_calendar_id","name","email","status","status_message","sync_status","synced_at","created_at"],\##
        "properties":{"id":{"type":"string","description":"Meeting BaaS's UUID; while the calendar is being made, a \##
        `cal_` id of ours."},\##
        "connection_id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "raw_calendar_id":{"type":"string","description":"The provider's id."},\##
        "name":{"type":["string","null"]},\##
        "email":{"type":["string","null"]},\##
        "status":{"type":"string","enum":["creating","active","error","revoked","permission_denied","unknown",\##
        "deleting"]},\##
        "status_message":{"type":["string","null"]},\##
        "sync_status":{"type":["string","null"],"description":"Version 2: `success`, `failed` or `partial`."},\##
        "synced_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "CalendarList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Calendar"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UnclaimedCalendar":{"description":"A calendar at Meeting BaaS that no tenant here owns. What a version of \##
        Meeting BaaS does not say is null.","type":"object","required":["id","account","api_version","provider",\##
        "raw_calendar_id","email","created_at","first_seen_at","creating"],"properties":{"id":{"type":"string",\##
        "description":"Meeting BaaS's UUID."},\##
        "account":{"type":"string","description":"`shared`, or the slug of the tenant whose account lists it."},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "provider":{"type":["string","null"],"description":"Told by version 2."},\##
        "raw_calendar_id":{"type":["string","null"],"description":"Told by version 1."},\##
        "email":{"type":["string","null"],"description":"A label: it does not say whose the calendar is."},\##
        "created_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "first_seen_at":{"$ref":"#/components/schemas/Time"},\##
        "creating":{"description":"Calendars in creation whose call can have made it.","type":"array",\##
        "items":{"type":"object","required":["id","tenant","user_id","provider","raw_calendar_id","created_at"],\##
        "properties":{"id":{"type":"string","description":"The `cal_` id."},\##
        "tenant":{"type":["string","null"],"description":"Its slug; null once it is erased."},\##
        "user_id":{"type":["string","null"],"description":"Null once it is erased."},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "raw_calendar_id":{"type":"string"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}}}}},\##
        "UnclaimedCalendarList":{"type":"object","required":["data","next_cursor"],\##
        "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/UnclaimedCalendar"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UnclaimedCalendarResolve":{"description":"One of the two.","type":"object","additionalProperties":false,\##
        "properties":{"calendar_id":{"description":"The `cal_` id of the calendar in `creating` that it belongs to.",\##
        "type":["string","null"],"minLength":1,"maxLength":100},\##
        "delete":{"type":["boolean","null"],"enum":[true,null]}},\##
        "oneOf":[{"required":["calendar_id"],"properties":{"calendar_id":{"type":"string"},\##
        "delete":{"type":"null"}}},\##
        {"required":["delete"],"properties":{"delete":{"const":true},\##
        "calendar_id":{"type":"null"}}}]},\##
        "UnclaimedCalendarResolved":{"type":"object","required":["id","resolution","calendar"],\##
        "properties":{"id":{"type":"string"},\##
        "resolution":{"type":"string","enum":["assigned","deleted"]},\##
        "calendar":{"anyOf":[{"$ref":"#/components/schemas/Calendar"},\##
        {"type":"null"}]}}},\##
        "CalendarCreate":{"type":"object","additionalProperties":false,"required":["connection_id"],\##
        "properties":{"connection_id":{"type":"string","minLength":1,"maxLength":100},\##
        "raw_calendar_id":{"description":"From `raw-calendars`; absent, the primary calendar.","type":["string",\##
        "null"],"minLength":1,"maxLength":1000}}},\##
        "Event":{"description":"A meeting of a calendar.","type":"object","required":["id","calendar_id","title",\##
        "start_time","end_time","meeting_url","meeting_platform","is_organizer","is_recurring","series_id",\##
        "attendees","status","updated_at","recording"],"properties":{"id":{"type":"string","description":"Meeting \##
        BaaS's UUID."},\##
        "calendar_id":{"type":"string"},\##
        "title":{"type":["string","null"]},\##
        "start_time":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "end_time":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "meeting_url":{"type":["string","null"],"description":"Null when the event has no link that a bot could \##
        follow."},\##
        "meeting_platform":{"type":["string","null"],"description":"`zoom`, `meet` or `teams`."},\##
        "is_organizer":{"type":["boolean","null"],"description":"Whether the calendar's account organizes it; null \##
        when unknown."},\##
        "is_recurring":{"type":"boolean"},\##
        "series_id":{"type":["string","null"]},\##
        "attendees":{"type":"array","items":{"$ref":"#/components/schemas/Attendee"}},\##
        "status":{"type":"string","enum":["confirmed","tentative","cancelled"]},\##
        "updated_at":{"description":"When it last changed; what `updated_at_gte` compares.","type":["string","null"],\##
        "format":"date-time","pattern":"Z$"},\##
        "recording":{"description":"Null when nothing is, was or will be recorded.",\##
        "oneOf":[{"$ref":"#/components/schemas/Recording"},\##
        {"type":"null"}]}}},\##
        "Attendee":{"type":"object","required":["email","name"],"properties":{"email":{"type":"string"},\##
        "name":{"type":["string","null"]}}},\##
        "EventList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Event"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "RecordingMode":{"type":"string","enum":["speaker_view","gallery_view","audio_only"]},\##
        "Recording":{"description":"A recording as it was asked for, and what became of it.","type":"object",\##
        "required":["bot_name","recording_mode","bot_image","entry_message","transcription","extra","timeouts",\##
        "state","bot_id","all_occurrences"],"properties":{"bot_name":{"type":["string","null"],"description":"Null \##
        for a bot that was scheduled past this gateway."},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode"},\##
        "bot_image":{"type":["string","null"]},\##
        "entry_message":{"type":["string","null"]},\##
        "transcription":{"description":"Without its API key, which is never shown.","type":["object","null"],\##
        "required":["provider"],"properties":{"provider":{"type":"string"},\##
        "custom_parameters":{"type":"object"}}},\##
        "extra":{"type":["object","null"],"description":"The tenant's own, as it was given."},\##
        "timeouts":{"description":"In seconds; null where Meeting BaaS's default holds.","type":"object",\##
        "required":["waiting_room","noone_joined","silence"],"properties":{"waiting_room":{"type":["integer",\##
        "null"]},\##
        "noone_joined":{"type":["integer","null"]},\##
        "silence":{"type":["integer","null"]}}},\##
        "state":{"type":"string","enum":["scheduled","joining","recording","completed","failed"]},\##
        "bot_id":{"type":["string","null"],"description":"Null until the bot has started."},\##
        "all_occurrences":{"type":"boolean","description":"Whether it was asked for the whole series."},\##
        "artifacts":{"$ref":"#/components/schemas/Artifacts"}}},\##
        "Artifacts":{"description":"Links that Meeting BaaS made just now and that live a few hours; null where \##
        there is none, and null as a whole when\nMeeting BaaS does not know the bot any more. Only where the \##
        recording itself is read, once it is `completed` or\n`failed`.\n","type":["object","null"],\##
        "properties":{"video":{"type":["string","null"]},\##
        "audio":{"type":["string","null"]},\##
        "transcription":{"type":["string","null"]},\##
        "raw_transcription":{"type":["string","null"]},\##
        "diarization":{"type":["string","null"]},\##
        "chat_messages":{"type":["string","null"]}}},\##
        "RecordingPut":{"type":"object","additionalProperties":false,"required":["bot_name"],\##
        "properties":{"bot_name":{"type":"string","minLength":1,"maxLength":255,"description":"What the bot is \##
        called in the meeting."},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode","default":"speaker_view"},\##
        "bot_image":{"$ref":"#/components/schemas/BotImage"},\##
        "entry_message":{"$ref":"#/components/schemas/EntryMessage"},\##
        "transcription":{"$ref":"#/components/schemas/TranscriptionAsked"},\##
        "extra":{"$ref":"#/components/schemas/ExtraAsked"},\##
        "timeouts":{"$ref":"#/components/schemas/TimeoutsAsked"}}},\##
        "RecordingChange":{"type":"object","additionalProperties":false,"properties":{"bot_name":{"type":"string",\##
        "minLength":1,"maxLength":255},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode"},\##
        "bot_image":{"$ref":"#/components/schemas/BotImage"},\##
        "entry_message":{"$ref":"#/components/schemas/EntryMessage"},\##
        "transcription":{"$ref":"#/components/schemas/TranscriptionAsked"},\##
        "extra":{"$ref":"#/components/schemas/ExtraAsked"},\##
        "timeouts":{"$ref":"#/components/schemas/TimeoutsAsked"}}},\##
        "BotImage":{"description":"A picture for the bot, at an https URL. By a key only.","type":["string","null"],\##
        "minLength":9,"maxLength":2000,\##
        "pattern":"^https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?$"},\##
        "EntryMessage":{"description":"What the bot writes into the chat when it comes.","type":["string","null"],\##
        "minLength":1,"maxLength":500},\##
        "TranscriptionAsked":{"description":"Null for none. On a change, an `api_key` that is left out stays, unless \##
        the provider is another one.","type":["object","null"],"additionalProperties":false,"required":["provider"],\##
        "properties":{"provider":{"type":"string","minLength":1,"maxLength":100,"description":"As Meeting BaaS names \##
        it, like `gladia`."},\##
        "api_key":{"description":"The tenant's own at that provider; sealed, never shown. By a key only.",\##
        "type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]+$","writeOnly":true},\##
        "custom_parameters":{"type":"object","description":"The provider's own parameters; with URLs by a key \##
        only."}}},\##
        "ExtraAsked":{"description":"Yours; comes back with the recording and its messages. At most 4096 bytes as \##
        JSON; the member `meeting_gateway` is ours.\n","type":["object","null"],"not":{"type":"object",\##
        "required":["meeting_gateway"]}},\##
        "TimeoutsAsked":{"description":"In seconds; what is absent or null has Meeting BaaS's default, or on a \##
        change stays.","type":"object","additionalProperties":false,"properties":{"waiting_room":{"type":["integer",\##
        "null"],"minimum":120,"maximum":1800,"description":"How long to wait to be let in."},\##
        "noone_joined":{"type":["integer","null"],"minimum":120,"maximum":1800,"description":"How long to stay \##
        alone."},\##
        "silence":{"type":["integer","null"],"minimum":300,"maximum":1800,"description":"How long to stay when \##
        nobody speaks."}}},\##
        "WebhookEndpoint":{"description":"A URL that receives messages, without its secret.","type":"object",\##
        "required":["id","url","description","event_types","status","rate","concurrency","timeout_seconds","headers",\##
        "health","created_at"],"properties":{"id":{"type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "url":{"type":"string","format":"uri"},\##
        "description":{"type":["string","null"]},\##
        "event_types":{"type":"array","items":{"type":"string"},\##
        "description":"Names of events, `*` for all."},\##
        "status":{"$ref":"#/components/schemas/EndpointStatus"},\##
        "rate":{"description":"Deliveries a second at most; null for no limit.","type":["integer","null"],\##
        "minimum":1,"maximum":1000},\##
        "concurrency":{"type":"integer","minimum":1,"maximum":64,"description":"Deliveries at once at most."},\##
        "timeout_seconds":{"type":"integer","minimum":1,"maximum":30,"description":"For a whole attempt with the \##
        answer's body."},\##
        "headers":{"description":"Header fields that every delivery bears, by name. Their values are shown to \##
        nobody.","type":"object","additionalProperties":{"type":"string","const":"[redacted]"}},\##
        "health":{"$ref":"#/components/schemas/EndpointHealth"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "WebhookEndpointWithSecret":{"allOf":[{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        {"type":"object","required":["secret"],"properties":{"secret":{"type":"string",\##
        "pattern":"^whsec_[0-9A-Za-z+/]+=*$","description":"Signs deliveries. Shown this once."}}}]},\##
        "WebhookEndpointCreated":{"allOf":[{"$ref":"#/components/schemas/WebhookEndpointWithSecret"},\##
        {"type":"object","properties":{"replay_id":{"description":"Only where `since` was given, of the replay that \##
        sends what was received before.","type":"string","pattern":"^rpl_[0-9a-v]{26}$"}}}]},\##
        "WebhookEndpointList":{"type":"object","required":["data","next_cursor"],\##
        "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/WebhookEndpoint"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "WebhookEndpointCreate":{"type":"object","additionalProperties":false,"required":["url"],\##
        "properties":{"url":{"$ref":"#/components/schemas/EndpointUrl"},\##
        "description":{"type":["string","null"],"minLength":1,"maxLength":500},\##
        "event_types":{"$ref":"#/components/schemas/EventTypesAsked","default":["*"]},\##
        "rate":{"$ref":"#/components/schemas/EndpointRateAsked"},\##
        "concurrency":{"$ref":"#/components/schemas/EndpointConcurrencyAsked"},\##
        "timeout_seconds":{"$ref":"#/components/schemas/EndpointTimeoutAsked"},\##
        "headers":{"$ref":"#/components/schemas/EndpointHeadersAsked"},\##
        "since":{"description":"What was received from then on and the endpoint wants is sent too, by a replay.",\##
        "type":["string","null"],"format":"date-time"}}},\##
        "WebhookEndpointChange":{"type":"object","additionalProperties":false,\##
        "properties":{"url":{"$ref":"#/components/schemas/EndpointUrl"},\##
        "description":{"type":["string","null"],"minLength":1,"maxLength":500,"description":"Null clears it."},\##
        "event_types":{"$ref":"#/components/schemas/EventTypesAsked"},\##
        "status":{"$ref":"#/components/schemas/EndpointStatus"},\##
        "rate":{"$ref":"#/components/schemas/EndpointRateAsked"},\##
        "concurrency":{"$ref":"#/components/schemas/EndpointConcurrencyAsked"},\##
        "timeout_seconds":{"$ref":"#/components/schemas/EndpointTimeoutAsked"},\##
        "headers":{"$ref":"#/components/schemas/EndpointHeadersAsked"}}},\##
        "EndpointStatus":{"type":"string","enum":["enabled","disabled"]},\##
        "EndpointHealth":{"description":"How it fares. Whoever switches it on or off clears it.","type":"object",\##
        "required":["state","since","failures","last_error","held"],"properties":{"state":{"description":"`failing` \##
        from the first failure on, and while it is left alone; `half_open` when the next delivery shows whether\nit \##
        works again; `disabled` by its owner or by the gateway.\n","type":"string","enum":["healthy","failing",\##
        "half_open","disabled"]},\##
        "since":{"description":"When that began; of `failing` and `half_open`, when the first of the failures in a \##
        row came.","$ref":"#/components/schemas/Time"},\##
        "failures":{"type":"integer","minimum":0,"description":"Attempts in a row that failed."},\##
        "last_error":{"type":["string","null"],"description":"What the last failure was."},\##
        "held":{"type":"integer","minimum":0,"description":"Deliveries that wait for it to be enabled."}}},\##
        "EndpointRateAsked":{"description":"Deliveries a second at most; without one there is no limit.",\##
        "type":["integer","null"],"minimum":1,"maximum":1000},\##
        "EndpointConcurrencyAsked":{"description":"Deliveries at once at most; 4 unless given.","type":["integer",\##
        "null"],"minimum":1,"maximum":64},\##
        "EndpointTimeoutAsked":{"description":"How long a whole attempt may take, with the answer's body; 30 unless \##
        given.","type":["integer","null"],"minimum":1,"maximum":30},\##
        "EndpointHeadersAsked":{"description":"Header fields that every delivery bears, 20 at most. They are sealed; \##
        no reply shows the values. A name is a token of\nRFC 9110 of 1 to 100 characters, each name once in whatever \##
        case. It may not be `host`, `connection`, `keep-alive`,\n`transfer-encoding`, `te`, `trailer`, `upgrade`, \##
        `expect`, `user-agent`, `proxy-authorization`, `proxy-connection` or\n`x-mb-secret`, nor begin with \##
        `content-` or `webhook-`. A value has 1 to 1000 printable ASCII characters, no blank at\neither end, and is \##
        not `[redacted]`.\n","type":["object","null"],"maxProperties":20,"propertyNames":{"minLength":1,\##
        "maxLength":100,"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",\##
        "not":{"anyOf":[{"pattern":"^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-"},\##
        {"pattern":"^[Ww][Ee][Bb][Hh][Oo][Oo][Kk]-"},\##
        {"pattern":"^[Hh][Oo][Ss][Tt]$"},\##
        {"pattern":"^[Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Kk][Ee][Ee][Pp]-[Aa][Ll][Ii][Vv][Ee]$"},\##
        {"pattern":"^[Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg]$"},\##
        {"pattern":"^[Tt][Ee]$"},\##
        {"pattern":"^[Tt][Rr][Aa][Ii][Ll][Ee][Rr]$"},\##
        {"pattern":"^[Uu][Pp][Gg][Rr][Aa][Dd][Ee]$"},\##
        {"pattern":"^[Ee][Xx][Pp][Ee][Cc][Tt]$"},\##
        {"pattern":"^[Uu][Ss][Ee][Rr]-[Aa][Gg][Ee][Nn][Tt]$"},\##
        {"pattern":"^[Pp][Rr][Oo][Xx][Yy]-[Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Pp][Rr][Oo][Xx][Yy]-[Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Xx]-[Mm][Bb]-[Ss][Ee][Cc][Rr][Ee][Tt]$"}]}},\##
        "additionalProperties":{"type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]([ -~]*[!-~])?$",\##
        "not":{"const":"[redacted]"}}},\##
        "EndpointUrl":{"description":"With a plain host: a name, an IPv4 address or an IPv6 address in brackets, \##
        without escapes or a final dot. No user, no\nfragment; what may not stand in a path or a query by RFC 3986 \##
        is percent-encoded. http only where the operator allows\nit.\n","type":"string","minLength":1,\##
        "maxLength":2000,\##
        "pattern":"^https?://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?$"},\##
        "EventTypesAsked":{"description":"Names of events like `bot.completed`, `bot.*` for all that begin so, or \##
        `*` for all.","type":"array","minItems":1,"maxItems":100,"items":{"type":"string","minLength":1,\##
        "maxLength":500,"pattern":"^(\\*|[0-9A-Za-z._]+(\\.\\*)?)$"}},\##
        "TestSent":{"type":"object","required":["message_id","delivery_id"],\##
        "properties":{"message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "delivery_id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"}}},\##
        "Replay":{"description":"Messages that are sent to one endpoint again.","type":"object","required":["id",\##
        "endpoint_id","state","total","done","skipped","since","until","types","statuses","created_at"],\##
        "properties":{"id":{"type":"string","pattern":"^rpl_[0-9a-v]{26}$"},\##
        "endpoint_id":{"type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "state":{"description":"`completed` when each was sent once. What was not taken then goes on by its own \##
        schedule, as its delivery shows;\nwhat is held waits, and the replay with it.\n","type":"string",\##
        "enum":["running","completed","cancelled"]},\##
        "total":{"type":["integer","null"],"minimum":0,"description":"The number of messages it sends. Null while \##
        they are counted."},\##
        "done":{"type":"integer","minimum":0,"description":"How many were sent once."},\##
        "skipped":{"type":"integer","minimum":0,"description":"How many were not sent because their data were \##
        dropped."},\##
        "since":{"$ref":"#/components/schemas/Time"},\##
        "until":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "types":{"description":"As they were asked for; `*` for all that the endpoint wants.","type":"array",\##
        "items":{"type":"string"}},\##
        "statuses":{"type":"array","items":{"$ref":"#/components/schemas/ReplayStatus"},\##
        "description":"As they were asked for."},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ReplayStatus":{"description":"What had become of the message at this endpoint; `none` when it had no \##
        delivery to it.\n","type":"string","enum":["delivered","held","dead","none"]},\##
        "ReplayCreate":{"type":"object","additionalProperties":false,"required":["since"],\##
        "properties":{"since":{"type":"string","format":"date-time","description":"What was received at this time or \##
        later."},\##
        "until":{"description":"What was received at this time or earlier, not before `since`; unless given, all \##
        there is when the replay begins.","type":["string","null"],"format":"date-time"},\##
        "types":{"description":"Of these types only, as in `event_types`; all that the endpoint wants unless given.",\##
        "$ref":"#/components/schemas/EventTypesAsked"},\##
        "statuses":{"description":"Only messages of which this had become at the endpoint: `delivered`, `held` or \##
        `dead`, or `none` for those that\nhad no delivery to it. All four unless given.\n","type":["array","null"],\##
        "minItems":1,"maxItems":4,"items":{"$ref":"#/components/schemas/ReplayStatus"}}}},\##
        "MessageSent":{"description":"What an endpoint receives.",\##
        "allOf":[{"$ref":"#/components/schemas/MessageContent"},\##
        {"type":"object","properties":{"reconciled":{"description":"Only where it is true: Meeting BaaS's webhook \##
        was not received, and the gateway found out by asking it\nafterwards. The message may tell less than the \##
        webhook would have.\n","type":"boolean","const":true}}}]},\##
        "MessageContent":{"description":"What a message says.","type":"object","required":["type","timestamp","data",\##
        "extra","context"],"properties":{"type":{"description":"Meeting BaaS's event name (`bot.status_change`, \##
        `bot.completed`, `bot.failed`, `calendar.events_synced`, …; of\nversion 1 `complete`, `failed`, \##
        `calendar.sync_events`, …; an open set), or one of the gateway's own:\n`connection.active` (a new \##
        connection), `connection.missing_scope`, `connection.needs_reconnect`,\n`connection.blocked`, \##
        `connection.recovered` (it is `active` again), `connection.deleted`, `recording.scheduled`,\##
        \n`recording.changed`, `recording.cancelled`, `endpoint.disabled`, `endpoint.test`, `tenant.storage_low`,\##
        \n`user.deleted`, and for calendars of version 2 `calendar.sync_events`.\n","type":"string"},\##
        "timestamp":{"description":"The event's own time, else of receipt.","$ref":"#/components/schemas/Time"},\##
        "data":{"description":"Meeting BaaS's, without what is ours or others'. Where there is a change time both \##
        spellings stand,\n`last_updated_at` and `last_updated_ts`. Of the gateway's own: `connection.*` holds the \##
        connection\n(`connection.deleted` its `id`, `user_id`, `provider` and what `remained`), `recording.*` holds \##
        `event_id`,\n`all_occurrences` and the `recording` as it was asked for, `endpoint.*` the `endpoint_id`, \##
        `endpoint.disabled` also\nthe `reason`, `user.deleted` the `user_id`, `deleted_at` and what `remained` at \##
        Meeting BaaS, `calendar.sync_events`\nthe `calendar_id` and `affected_event_uuids`, `tenant.storage_low` the \##
        `message_bytes` that are stored and the\n`limit_bytes`. Null in a message whose data were dropped \##
        (`dropped_at`); never in what an endpoint is sent.\n","type":["object","null"]},\##
        "extra":{"description":"The tenant's own, as it was given with the recording; else null."},\##
        "context":{"$ref":"#/components/schemas/MessageContext"}}},\##
        "MessageContext":{"description":"Whose it is; null where it is about none.","type":"object",\##
        "required":["user_id","connection_id","calendar_id","event_id","bot_id"],\##
        "properties":{"user_id":{"type":["string","null"]},\##
        "connection_id":{"type":["string","null"]},\##
        "calendar_id":{"type":["string","null"]},\##
        "event_id":{"type":["string","null"]},\##
        "bot_id":{"type":["string","null"]}}},\##
        "Message":{"description":"One webhook received for a tenant, or one event of the gateway's own.",\##
        "allOf":[{"$ref":"#/components/schemas/MessageContent"},\##
        {"type":"object","required":["id","received_at","reconciled","dropped_at"],\##
        "properties":{"id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$","description":"The same as \##
        `webhook-id`."},\##
        "received_at":{"$ref":"#/components/schemas/Time"},\##
        "dropped_at":{"description":"When `data` and `extra` were dropped for want of space (`limits.message_bytes`),\##
         or erased with their user; both are null since. Null while\nthey are there.\n","type":["string","null"],\##
        "format":"date-time","pattern":"Z$"},\##
        "reconciled":{"description":"Whether it was not received, but found out by asking Meeting BaaS afterwards.",\##
        "type":"boolean"}}}]},\##
        "MessageList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Message"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "DeliveryStatus":{"description":"`held` while the endpoint is disabled or the tenant suspended; `dead` when \##
        it was given up.\n","type":"string","enum":["pending","delivered","held","dead"]},\##
        "Delivery":{"description":"One message for one endpoint.","type":"object","required":["id","message_id",\##
        "endpoint_id","type","status","reason","attempts","next_attempt_at","last_attempt"],\##
        "properties":{"id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"},\##
        "message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "endpoint_id":{"description":"Of a bot's callback, an id that stands for its URL and is in no list of \##
        endpoints.","type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "type":{"type":"string","description":"The message's."},\##
        "status":{"$ref":"#/components/schemas/DeliveryStatus"},\##
        "reason":{"description":"Why it is dead: `attempts_exhausted` when every attempt failed, `gone` when a bot's \##
        callback answered 410. Of a\npending one, why it waits though it is due: `waiting_for_links` while Meeting \##
        BaaS cannot tell fresh links, an\nhour at most. Else null, also where it died before reasons were kept.\n",\##
        "type":["string","null"],"enum":["attempts_exhausted","gone","waiting_for_links",null]},\##
        "attempts":{"type":"integer","minimum":0,"description":"How many were made in all."},\##
        "next_attempt_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "last_attempt":{"description":"Null before the first one.","type":["object","null"],"required":["at",\##
        "status_code","error","duration_ms"],"properties":{"at":{"$ref":"#/components/schemas/Time"},\##
        "status_code":{"type":["integer","null"],"description":"Null when there was no answer."},\##
        "error":{"type":["string","null"],"description":"What went wrong when there was no answer."},\##
        "duration_ms":{"type":"integer","minimum":0}}}}},\##
        "DeliveryList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Delivery"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "Attempt":{"description":"One request of a delivery.","type":"object","required":["delivery_id","number",\##
        "message_id","endpoint_id","type","at","status_code","error","duration_ms","timings","response"],\##
        "properties":{"delivery_id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"},\##
        "number":{"type":"integer","minimum":1,"description":"Which of the delivery's it was."},\##
        "message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "endpoint_id":{"type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "type":{"type":"string","description":"The message's."},\##
        "at":{"$ref":"#/components/schemas/Time"},\##
        "status_code":{"type":["integer","null"],"description":"Null when there was no answer."},\##
        "error":{"type":["string","null"],"description":"What went wrong when there was no answer."},\##
        "duration_ms":{"type":"integer","minimum":0,"description":"The whole."},\##
        "timings":{"description":"How long each part took, in milliseconds; null for what was not reached or not \##
        needed.","type":"object","required":["dns_ms","connect_ms","tls_ms","first_byte_ms"],\##
        "properties":{"dns_ms":{"type":["number","null"],"minimum":0,"description":"To resolve the name; an address \##
        needs none."},\##
        "connect_ms":{"type":["number","null"],"minimum":0,"description":"To connect; one that is used again needs \##
        none."},\##
        "tls_ms":{"type":["number","null"],"minimum":0,"description":"The TLS handshake of a new connection."},\##
        "first_byte_ms":{"type":["number","null"],"minimum":0,"description":"From the request's first byte to the \##
        answer's."}}},\##
        "response":{"description":"The first 2 KiB of what was answered; null when that was nothing. Where it holds \##
        a value of the endpoint's\n`headers` or a callback's secret, of four characters or more, `[redacted]` stands \##
        in its place.\n","type":["string","null"]}}},\##
        "AttemptList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Attempt"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UserDeleting":{"type":"object","required":["user_id","status"],\##
        "properties":{"user_id":{"$ref":"#/components/schemas/UserId"},\##
        "status":{"type":"string","const":"deleting"}}},\##
        "UpstreamWebhook":{"description":"A webhook of Meeting BaaS, of either version: an object that names its \##
        event in `event`, `event_type` or `type`, or in\n`event` inside `data`. Everything else is Meeting \##
        BaaS's.\n","type":"object","properties":{"data":{"description":"An object; without one, the fields stand \##
        beside `event`."}},\##
        "anyOf":[{"required":["event"],"properties":{"event":{"type":"string"}}},\##
        {"required":["event_type"],"properties":{"event_type":{"type":"string"}}},\##
        {"required":["type"],"properties":{"type":{"type":"string"}}},\##
        {"required":["data"],"properties":{"data":{"type":"object","required":["event"],\##
        "properties":{"event":{"type":"string"}}}}}]},\##
        "WebhookReceived":{"type":"object","required":["received"],"properties":{"received":{"type":"boolean",\##
        "const":true}}}},\##
        "examples":{"Health":{"value":{"status":"ok"}},\##
        "Readiness":{"value":{"status":"ready"}},\##
        "TenantCreate":{"value":{"slug":"acme","name":"Acme Notes"}},\##
        "TenantSuspend":{"summary":"Suspend","value":{"status":"suspended"}},\##
        "TenantRename":{"summary":"Rename","value":{"name":"Acme Meeting Notes"}},\##
        "Tenant":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes","status":"active",\##
        "created_at":"2026-11-02T08:15:30.412Z"}},\##
        "TenantSuspended":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes",\##
        "status":"suspended","created_at":"2026-11-02T08:15:30.412Z"}},\##
        "TenantList":{"value":{"data":[{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes",\##
        "status":"active","created_at":"2026-11-02T08:15:30.412Z"}],"next_cursor":null}},\##
        "TenantDeleting":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","status":"deleting"}},\##
        "SettingsPut":{"value":{"return_urls":["https://app.example.com/calendar/connected",\##
        "com.example.notes:/calendar","http://localhost/connected"],"allowed_origins":["https://app.example.com"],\##
        "limits":{"requests_per_second":50,"burst":100,"calendars":1000},\##
        "revoke_on_disconnect":true}},\##
        "SettingsPatch":{"value":{"allowed_origins":["https://app.example.com","https://admin.example.com"],\##
        "limits":{"bots_per_day":200,"burst":null}}},\##
        "Settings":{"value":{"return_urls":["https://app.example.com/calendar/connected",\##
        "com.example.notes:/calendar","http://localhost/connected"],"allowed_origins":["https://app.example.com"],\##
        "limits":{"requests_per_second":50,"burst":100,"calendars":1000,"bots_per_day":null,"message_bytes":null},\##
        "revoke_on_disconnect":true}},\##
        "ProviderAppPutGoogle":{"summary":"Google",\##
        "value":{"client_id":"123456789012-example.apps.googleusercontent.com",\##
        "client_secret":"example-client-secret"}},\##
        "ProviderAppPutMicrosoft":{"summary":"Microsoft","value":{"client_id":"6f1d2c3b-4a59-4e68-8b77-9c0d1e2f3a4b",\##
        "client_secret":"example-client-secret","directory":"organizations"}},\##
        "ProviderAppGoogle":{"summary":"Google","value":{"provider":"google",\##
        "client_id":"123456789012-example.apps.googleusercontent.com",\##
        "redirect_uri":"https://gateway.example.com/oauth/callback/google/acme","calendar_renewal":{"remaining":0,\##
        "advice":null}}},\##
        "ProviderAppMicrosoft":{"summary":"Microsoft","value":{"provider":"microsoft",\##
        "client_id":"6f1d2c3b-4a59-4e68-8b77-9c0d1e2f3a4b","directory":"organizations",\##
        "redirect_uri":"https://gateway.example.com/oauth/callback/microsoft/acme",\##
        "calendar_renewal":{"remaining":12,"advice":"Calendars at Meeting BaaS still have a former client secret. Do \##
        not disable it at the provider before remaining is 0."}}},\##
        "AccountPut":{"value":{"api_key":"example-meeting-baas-key","api_version":"v2",\##
        "webhook_secrets":["whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE="]}},\##
        "Account":{"summary":"The tenant's own","value":{"shared":false,"api_version":"v2","webhook_secret_count":1,\##
        "webhook_url":"https://gateway.example.com/webhooks/meeting-baas/acme",\##
        "last_webhook_at":"2026-11-23T10:31:12.640Z"}},\##
        "AccountShared":{"summary":"The gateway's","value":{"shared":true,"api_version":"v2",\##
        "webhook_secret_count":1,"webhook_url":"https://gateway.example.com/webhooks/meeting-baas",\##
        "last_webhook_at":null}},\##
        "KeyCreate":{"value":{"name":"production","scopes":["sessions:write","connections:read","connections:write",\##
        "webhooks:write","messages:read"],"expires_at":"2027-11-02T00:00:00Z"}},\##
        "KeyWithSecret":{"value":{"id":"key_06gpmm1iq9u0pcpfhc92821vq8","name":"production",\##
        "scopes":["sessions:write","connections:read","connections:write","webhooks:write","messages:read"],\##
        "created_at":"2026-11-02T08:20:11.090Z","expires_at":"2027-11-02T00:00:00.000Z","last_used_at":null,\##
        "key":"mgk_EXAMPLEkeyEXAMPLEkeyEXAMPLEkey000000"}},\##
        "KeyList":{"value":{"data":[{"id":"key_06gpmm1iq9u0pcpfhc92821vq8","name":"production",\##
        "scopes":["sessions:write","connections:read","connections:write","webhooks:write","messages:read"],\##
        "created_at":"2026-11-02T08:20:11.090Z","expires_at":"2027-11-02T00:00:00.000Z",\##
        "last_used_at":"2026-11-23T10:29:00.215Z"}],"next_cursor":null}},\##
        "Rotation":{"value":{"overlap_seconds":86400}},\##
        "SessionCreate":{"value":{"user_id":"user_8123","ttl_seconds":3600}},\##
        "Session":{"value":{"id":"ses_06h0f8hig1s1he69jlelr61hik","user_id":"user_8123",\##
        "token":"mgs_EXAMPLEsessionEXAMPLEsession00000000","scopes":["connections:read","connections:write",\##
        "calendars:read","calendars:write","recordings:write","mirror:read"],\##
        "expires_at":"2026-11-23T10:00:00.000Z"}},\##
        "ConnectionCreate":{"value":{"provider":"google","return_url":"https://app.example.com/calendar/connected",\##
        "login_hint":"ada@example.com"}},\##
        "ConnectionReconnect":{"value":{"return_url":"https://app.example.com/calendar/connected"}},\##
        "ConsentStarted":{"value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","status":"pending",\##
        "authorize_url":"https://accounts.google.com/o/oauth2/v2/auth?client_id=123456789012-example.apps.googleuserc\##
        ontent.com","expires_at":"2026-11-20T14:13:27.518Z"}},\##
        "ConnectionComplete":{"value":{"ticket":"mgt_EXAMPLEticketEXAMPLEticket0000000000"}},\##
        "ConnectionExchange":{"value":{"provider":"google","code":"4/0AExampleServerAuthCode","redirect_uri":""}},\##
        "ConnectionImport":{"value":{"provider":"google","user_id":"user_8123",\##
        "refresh_token":"1//example-refresh-token"}},\##
        "Connection":{"value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "status":"active","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email","https://www.googleapis.com/auth/calendar.readonly"],"missing_scopes":[],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}},\##
        "ConnectionMissingScope":{"summary":"The user left the calendar out",\##
        "value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "status":"missing_scope","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email"],"missing_scopes":["https://www.googleapis.com/auth/calendar.readonly"],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}},\##
        "ConnectionNeedsReconnect":{"summary":"The provider no longer accepts the grant",\##
        "value":{"id":"con_06gvrd5pado1d6j70dnpml0ddc","user_id":"user_8123","provider":"microsoft",\##
        "status":"needs_reconnect","account":{"email":"ada@contoso.example"},\##
        "scopes":["openid","profile","email","offline_access","User.Read","Calendars.Read"],"missing_scopes":[],\##
        "created_at":"2026-11-21T10:44:02.003Z","updated_at":"2026-11-23T06:12:40.550Z"}},\##
        "ConnectionList":{"value":{"data":[{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123",\##
        "provider":"google","status":"active","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email","https://www.googleapis.com/auth/calendar.readonly"],"missing_scopes":[],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}],\##
        "next_cursor":"con_06gvih7hjppehdaesu0sotfm6o"}},\##
        "ConnectionDeletingGoogle":{"summary":"Google","value":{"id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "status":"deleting","provider_revocation":"pending"}},\##
        "ConnectionDeletingMicrosoft":{"summary":"Microsoft","value":{"id":"con_06gvrd5pado1d6j70dnpml0ddc",\##
        "status":"deleting","provider_revocation":"not_supported","user_action_url":"https://myapps.microsoft.com"}},\##
        "RawCalendarList":{"value":{"data":[{"id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","is_primary":true},\##
        {"id":"c_4f81team@group.calendar.google.com","name":"Team","email":null,"is_primary":false}],\##
        "next_cursor":null}},\##
        "CalendarCreate":{"value":{"connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "raw_calendar_id":"ada@example.com"}},\##
        "CalendarCreatePrimary":{"summary":"The primary calendar",\##
        "value":{"connection_id":"con_06gvih7hjppehdaesu0sotfm6o"}},\##
        "Calendar":{"value":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"active",\##
        "status_message":null,"sync_status":"success","synced_at":"2026-11-20T14:05:03.310Z",\##
        "created_at":"2026-11-20T14:05:00.901Z"}},\##
        "CalendarCreating":{"summary":"While it is being made","value":{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"creating",\##
        "status_message":null,"sync_status":null,"synced_at":null,"created_at":"2026-11-20T14:05:00.901Z"}},\##
        "CalendarDeleting":{"summary":"Deleted while it is not known what its creation made",\##
        "value":{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "user_id":"user_8123","provider":"google","raw_calendar_id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","status":"deleting","status_message":null,"sync_status":null,"synced_at":null,\##
        "created_at":"2026-11-20T14:05:00.901Z"}},\##
        "UnclaimedCalendarList":{"value":{"data":[{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","account":"shared",\##
        "api_version":"v2","provider":"google","raw_calendar_id":null,"email":"ada@example.com",\##
        "created_at":"2026-11-20T14:05:03.310Z","first_seen_at":"2026-11-20T14:05:31.020Z",\##
        "creating":[{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho","tenant":"acme","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","created_at":"2026-11-20T14:05:00.901Z"}]}],"next_cursor":null}},\##
        "UnclaimedCalendarAssign":{"summary":"It belongs to this calendar in creation",\##
        "value":{"calendar_id":"cal_06gvihiucls3hc6ntg5jt5s1ho"}},\##
        "UnclaimedCalendarDelete":{"summary":"It is nobody's","value":{"delete":true}},\##
        "UnclaimedCalendarResolved":{"value":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","resolution":"assigned",\##
        "calendar":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "user_id":"user_8123","provider":"google","raw_calendar_id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","status":"active","status_message":null,"sync_status":"success",\##
        "synced_at":"2026-11-20T14:05:03.310Z","created_at":"2026-11-20T14:05:00.901Z"}}},\##
        "CalendarList":{"value":{"data":[{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"active",\##
        "status_message":null,"sync_status":"success","synced_at":"2026-11-20T14:05:03.310Z",\##
        "created_at":"2026-11-20T14:05:00.901Z"}],"next_cursor":null}},\##
        "Event":{"value":{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","title":"Design review",\##
        "start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":{"bot_name":"Acme Notes","recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme \##
        Notes is recording this meeting.","transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"scheduled","bot_id":null,"all_occurrences":false}}},\##
        "EventWithoutRecording":{"summary":"Nothing is recorded",\##
        "value":{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "title":"Design review","start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":null}},\##
        "EventList":{"value":{"data":[{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","title":"Design review",\##
        "start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":null}],"next_cursor":"AdSLRXhhbXBsZUV4YW1wbGVFeGFtcGxl"}},\##
        "RecordingPut":{"value":{"bot_name":"Acme Notes","recording_mode":"speaker_view","entry_message":"Acme Notes \##
        is recording this meeting.","extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600}}},\##
        "RecordingPutWithTranscription":{"summary":"With a picture and a transcript, by a key",\##
        "value":{"bot_name":"Acme Notes","bot_image":"https://app.example.com/bot.jpg",\##
        "transcription":{"provider":"gladia","api_key":"example-gladia-key","custom_parameters":{"language":"en"}}}},\##
        "RecordingChange":{"value":{"recording_mode":"audio_only","entry_message":null}},\##
        "RecordingScheduled":{"summary":"Before the meeting","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme Notes is recording this meeting.",\##
        "transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"scheduled","bot_id":null,"all_occurrences":false}},\##
        "RecordingCompleted":{"summary":"When it is over","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":"https://app.example.com/bot.jpg","entry_message":null,\##
        "transcription":{"provider":"gladia","custom_parameters":{"language":"en"}},\##
        "extra":null,"timeouts":{"waiting_room":null,"noone_joined":null,"silence":null},\##
        "state":"completed","bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","all_occurrences":false,\##
        "artifacts":{"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example",\##
        "transcription":"https://files.example.com/e5a7c913/transcription.json?signature=example",\##
        "raw_transcription":null,\##
        "diarization":"https://files.example.com/e5a7c913/diarization.jsonl?signature=example",\##
        "chat_messages":null}}},\##
        "RecordingFailed":{"summary":"When nothing came of it","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme Notes is recording this meeting.",\##
        "transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"failed","bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","all_occurrences":false,"artifacts":null}},\##
        "WebhookEndpointCreate":{"value":{"url":"https://api.example.com/hooks/meetings","description":"Production",\##
        "event_types":["bot.completed","bot.failed","calendar.sync_events","connection.needs_reconnect"],"rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"not-a-real-secret"}}},\##
        "WebhookEndpointCreateSince":{"summary":"With what was received before",\##
        "value":{"url":"https://api.example.com/hooks/meetings","since":"2026-11-01T00:00:00Z"}},\##
        "WebhookEndpointDisable":{"summary":"Disable","value":{"status":"disabled"}},\##
        "WebhookEndpointLimits":{"summary":"No rate, other headers","value":{"rate":null,"concurrency":16,\##
        "headers":{"X-Acme-Hook":"another-one","X-Acme-Stage":"production"}}},\##
        "WebhookEndpoint":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointDisabled":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"disabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"disabled","since":"2026-11-23T09:12:40.502Z","failures":0,"last_error":null,"held":3},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointLimited":{"summary":"With other limits","value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":null,\##
        "concurrency":16,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]","X-Acme-Stage":"[redacted]"},\##
        "health":{"state":"half_open","since":"2026-11-23T10:12:07.118Z","failures":6,"last_error":"answered 502",\##
        "held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointWithSecret":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z","secret":"whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE="}},\##
        "WebhookEndpointCreatedSince":{"summary":"With what was received before",\##
        "value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk","url":"https://api.example.com/hooks/meetings",\##
        "description":null,"event_types":["*"],"status":"enabled","rate":null,"concurrency":4,"timeout_seconds":30,\##
        "headers":{},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z","secret":"whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE=",\##
        "replay_id":"rpl_06gq0khpu5vkb2rviika350nns"}},\##
        "WebhookEndpointList":{"value":{"data":[{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}],"next_cursor":null}},\##
        "TestSent":{"value":{"message_id":"msg_06h0fu9cjluf569g4osjhcrgk4",\##
        "delivery_id":"dlv_06h0fu9cjlott57rnhgm7sq2ss"}},\##
        "ReplayCreate":{"value":{"since":"2026-11-20T00:00:00Z","until":"2026-11-23T10:40:00Z","types":["bot.*"],\##
        "statuses":["dead","none"]}},\##
        "ReplayBegun":{"value":{"id":"rpl_06h0fvfg3pt2d3lou9ctdlc818","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "state":"running","total":412,"done":0,"since":"2026-11-20T00:00:00.000Z","until":"2026-11-23T10:40:00.000Z",\##
        "types":["bot.*"],"statuses":["dead","none"],"created_at":"2026-11-23T10:40:12.318Z"}},\##
        "Replay":{"value":{"id":"rpl_06h0fvfg3pt2d3lou9ctdlc818","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "state":"running","total":412,"done":147,"skipped":0,"since":"2026-11-20T00:00:00.000Z",\##
        "until":"2026-11-23T10:40:00.000Z","types":["bot.*"],"statuses":["dead","none"],\##
        "created_at":"2026-11-23T10:40:12.318Z"}},\##
        "MessageSent":{"value":{"type":"bot.completed","timestamp":"2026-11-23T10:31:10.000Z",\##
        "data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "duration_seconds":2640,"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example","transcription":null,\##
        "sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"},\##
        "context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204"}}},\##
        "Message":{"summary":"A bot has finished","value":{"id":"msg_06h0ftdk01ogvbsklj9sv4m1i0",\##
        "type":"bot.completed","timestamp":"2026-11-23T10:31:10.000Z",\##
        "data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "duration_seconds":2640,"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example","transcription":null,\##
        "sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"},\##
        "context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204"},\##
        "received_at":"2026-11-23T10:31:12.640Z","reconciled":false,"dropped_at":null}},\##
        "MessageSyncEvents":{"summary":"Events of a calendar have changed",\##
        "value":{"id":"msg_06h0fu9cjluf569g4osjhcrgk4","type":"calendar.sync_events",\##
        "timestamp":"2026-11-23T10:35:00.120Z","data":{"calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "last_updated_at":"2026-11-23T10:35:00.120Z","last_updated_ts":"2026-11-23T10:35:00.120Z",\##
        "affected_event_uuids":["7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"]},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":null,"bot_id":null},\##
        "received_at":"2026-11-23T10:35:00.125Z","reconciled":false,"dropped_at":null}},\##
        "MessageRecordingScheduled":{"summary":"A bot was asked for","value":{"id":"msg_06h0fudae8g9kt6b6ahiv5f0b0",\##
        "type":"recording.scheduled","timestamp":"2026-11-23T10:36:02.415Z",\##
        "data":{"event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","all_occurrences":false,\##
        "recording":{"bot_name":"Acme Notes","recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme \##
        Notes is recording this meeting.","transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null}}},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":null},\##
        "received_at":"2026-11-23T10:36:02.415Z","reconciled":false,"dropped_at":null}},\##
        "MessageList":{"value":{"data":[{"id":"msg_06h0fu9cjluf569g4osjhcrgk4","type":"calendar.sync_events",\##
        "timestamp":"2026-11-23T10:35:00.120Z","data":{"calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "last_updated_at":"2026-11-23T10:35:00.120Z","last_updated_ts":"2026-11-23T10:35:00.120Z",\##
        "affected_event_uuids":["7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"]},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":null,"bot_id":null},\##
        "received_at":"2026-11-23T10:35:00.125Z","reconciled":false,"dropped_at":null}],"next_cursor":null}},\##
        "MessageStream":{"summary":"Shortened","value":"retry: 1000\n\nid: msg_06h0fu9cjluf569g4osjhcrgk4\nevent: \##
        calendar.sync_events\ndata: {\"id\":\"msg_06h0fu9cjluf569g4osjhcrgk4\",\"type\":\"calendar.sync_events\", \##
        …}\n\n:\n"},\##
        "DeliveryList":{"value":{"data":[{"id":"dlv_06h0ftdk01vpba8djnpf2c6m1s",\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","status":"pending","reason":null,"attempts":2,\##
        "next_attempt_at":"2026-11-23T10:36:21.804Z","last_attempt":{"at":"2026-11-23T10:31:18.011Z",\##
        "status_code":502,"error":null,"duration_ms":184}}],"next_cursor":null}},\##
        "DeliveryPending":{"value":{"id":"dlv_06h0ftdk01vpba8djnpf2c6m1s",\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","status":"pending","reason":null,"attempts":10,\##
        "next_attempt_at":"2026-11-26T16:02:44.390Z","last_attempt":{"at":"2026-11-26T14:10:09.271Z",\##
        "status_code":null,"error":"the host does not resolve","duration_ms":37}}},\##
        "AttemptList":{"value":{"data":[{"delivery_id":"dlv_06h0ftdk01vpba8djnpf2c6m1s","number":2,\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","at":"2026-11-23T10:31:18.011Z","status_code":502,"error":null,"duration_ms":184,\##
        "timings":{"dns_ms":3.071,"connect_ms":21.408,"tls_ms":44.95,"first_byte_ms":113.204},\##
        "response":"<html><body>502 Bad Gateway</body></html>"},\##
        {"delivery_id":"dlv_06h0ftdk01vpba8djnpf2c6m1s","number":1,"message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0",\##
        "endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk","type":"bot.completed","at":"2026-11-23T10:31:12.655Z",\##
        "status_code":null,"error":"the host does not resolve","duration_ms":37,"timings":{"dns_ms":null,\##
        "connect_ms":null,"tls_ms":null,"first_byte_ms":null},\##
        "response":null}],"next_cursor":null}},\##
        "UserDeleting":{"value":{"user_id":"user_8123","status":"deleting"}},\##
        "UpstreamWebhook":{"value":{"event":"bot.completed","data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204",\##
        "event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","duration_seconds":2640,\##
        "video":"https://files.example.com/e5a7c913/video.mp4?signature=example","sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"}}},\##
        "WebhookReceived":{"value":{"received":true}},\##
        "ProblemMalformed":{"value":{"type":"urn:meeting-gateway:problem:malformed","title":"The request cannot be \##
        read","status":400,"detail":"The body is not valid JSON: it ends too early.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemUnauthenticated":{"value":{"type":"urn:meeting-gateway:problem:unauthenticated","title":"A valid \##
        credential is required","status":401,"detail":"The request bears no credential that is valid here: it is \##
        missing, mistyped, expired or revoked.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemInsufficientScope":{"value":{"type":"urn:meeting-gateway:problem:insufficient_scope","title":"The \##
        credential may not do this","status":403,"detail":"This needs the scope calendars:write, which the \##
        credential does not have.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g",\##
        "action":"tenant"}},\##
        "ProblemTenantSuspended":{"value":{"type":"urn:meeting-gateway:problem:tenant_suspended","title":"The tenant \##
        is suspended","status":403,"detail":"The tenant is suspended; the operator of this gateway can tell why.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemNotFound":{"value":{"type":"urn:meeting-gateway:problem:not_found","title":"Not found","status":404,\##
        "detail":"There is nothing here that this caller may see.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemNeedsReconnect":{"value":{"type":"urn:meeting-gateway:problem:needs_reconnect","title":"The user \##
        must connect the account again","status":409,"detail":"The provider no longer accepts this grant.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemAccountMismatch":{"value":{"type":"urn:meeting-gateway:problem:account_mismatch","title":"Another \##
        account was chosen","status":409,"detail":"The consent was given for another account than this \##
        connection's.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemCalendarAlreadyConnected":{"value":{"type":"urn:meeting-gateway:problem:calendar_already_connected",\##
        "title":"The calendar is already connected","status":409,"detail":"This calendar is already connected.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemInUse":{"value":{"type":"urn:meeting-gateway:problem:in_use","title":"Still in use","status":409,\##
        "detail":"Live connections use these credentials; delete them first.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemConflict":{"value":{"type":"urn:meeting-gateway:problem:conflict","title":"Conflict","status":409,\##
        "detail":"This ticket is being completed by another request.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":1}},\##
        "ProblemPreconditionFailed":{"value":{"type":"urn:meeting-gateway:problem:precondition_failed","title":"It \##
        was changed meanwhile","status":412,"detail":"It was changed since it was read: no tag of If-Match is its \##
        ETag. Read it again.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemIdempotencyMismatch":{"value":{"type":"urn:meeting-gateway:problem:idempotency_mismatch",\##
        "title":"The idempotency key was used for another request","status":422,"detail":"This Idempotency-Key was \##
        used for another request in the last 24 hours.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"tenant"}},\##
        "ProblemTooLarge":{"value":{"type":"urn:meeting-gateway:problem:too_large","title":"The request is too \##
        large","status":413,"detail":"The body may have at most 1048576 bytes.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemTicketInvalid":{"value":{"type":"urn:meeting-gateway:problem:ticket_invalid","title":"The ticket is \##
        not valid","status":422,"detail":"The ticket is unknown, used, or older than 300 seconds; start the consent \##
        again.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemValidation":{"value":{"type":"urn:meeting-gateway:problem:validation","title":"The request is not \##
        valid","status":422,"detail":"/provider must be one of google, microsoft (and 1 more).",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","errors":[{"pointer":"/provider",\##
        "detail":"must be one of google, microsoft"},\##
        {"pointer":"/colour","detail":"is not a known field"}]}},\##
        "ProblemRateLimited":{"value":{"type":"urn:meeting-gateway:problem:rate_limited","title":"Too many requests",\##
        "status":429,"detail":"Meeting BaaS's limit of writes a second is reached.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":1}},\##
        "ProblemQuotaExceeded":{"value":{"type":"urn:meeting-gateway:problem:quota_exceeded","title":"The quota is \##
        used up","status":429,"detail":"The tenant may have 1000 calendars.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemInternalError":{"value":{"type":"urn:meeting-gateway:problem:internal_error","title":"An error \##
        inside the gateway","status":500,"detail":"Something went wrong here. The request id finds it in the log.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemUpstreamRejected":{"value":{"type":"urn:meeting-gateway:problem:upstream_rejected","title":"Meeting \##
        BaaS refused the request","status":502,"detail":"Meeting BaaS refused the request \##
        (INVALID_MEETING_PLATFORM).","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g",\##
        "action":"tenant"}},\##
        "ProblemProviderUnavailable":{"value":{"type":"urn:meeting-gateway:problem:provider_unavailable",\##
        "title":"The calendar provider cannot be reached","status":503,"detail":"The provider did not answer \##
        properly (timeout).","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait",\##
        "retry_after":10}},\##
        "ProblemUpstreamUnavailable":{"value":{"type":"urn:meeting-gateway:problem:upstream_unavailable",\##
        "title":"Meeting BaaS cannot be reached","status":503,"detail":"Meeting BaaS answered with status 502.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":10}},\##
        "ProblemStorageUnavailable":{"value":{"type":"urn:meeting-gateway:problem:storage_unavailable",\##
        "title":"Storage is not available","status":503,"detail":"Storage did not answer; try again.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":5}},\##
        "ProblemNotConfigured":{"value":{"type":"urn:meeting-gateway:problem:not_configured","title":"Not \##
        configured","status":503,"detail":"No google app is configured for this tenant.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}}}}}
        """##

    /// The contract as the pages of `/docs` read it: each `description` is HTML.
    static let pages = ##"""
        {"openapi":"3.1.0","info":{"title":"Meeting Gateway","version":"0.1.0","summary":"Connect calendars, record \##
        meetings, without holding a provider's secret.","description":"<p>The gateway keeps each end user's Google \##
        or Microsoft grant, sealed, and speaks to Meeting BaaS under its own key.\nYour app gets &quot;connect my \##
        calendar, record my meetings&quot; and never sees a refresh token or an API key of others.</p>\n<h2 \##
        id=\"the-way-through\"><a href=\"#the-way-through\">The way through</a></h2>\n<ol>\n<li>The operator makes a \##
        tenant, enters its Google or Microsoft app, lists its <code>return_urls</code> and hands over a \##
        key.</li>\n<li>Your server mints a session for the signed-in user: <a href=\"#createSession\"><code>POST \##
        /api/v1/sessions</code></a>.</li>\n<li>Your app starts a consent: <a href=\"#createConnection\"><code>POST \##
        /api/v1/connections</code></a>, and opens <code>authorize_url</code> in the browser.</li>\n<li>The browser \##
        comes back to <code>return_url</code> with <code>connection_id</code> and <code>ticket</code>; your app \##
        finishes the consent with\n<a href=\"#completeConnection\"><code>POST \##
        /api/v1/connections/{id}/complete</code></a>.</li>\n<li><a href=\"#createCalendar\"><code>POST \##
        /api/v1/calendars</code></a> connects the calendar, <a href=\"#listEvents\"><code>GET \##
        /api/v1/calendars/{id}/events</code></a> lists its meetings, and\n<a href=\"#putRecording\"><code>PUT \##
        /api/v1/events/{id}/recording</code></a> sends a bot to one of them.</li>\n<li><a \##
        href=\"#createWebhookEndpoint\"><code>POST /api/v1/webhook-endpoints</code></a> has your server told of \##
        everything that happens.</li>\n</ol>\n<h2 id=\"authentication\"><a \##
        href=\"#authentication\">Authentication</a></h2>\n<p>Every credential comes as <code>Authorization: Bearer \##
        …</code>. Two different ones in a request answer 400.</p>\n<div class=\"scroll\" \##
        tabindex=\"0\"><table><thead><tr><th>caller</th><th>credential</th><th>may</th></tr></thead>\n<tbody><tr><td>\##
        operator</td><td>the admin token \##
        (<code>GATEWAY_ADMIN_TOKEN</code>)</td><td><code>/admin/v1</code></td></tr>\n<tr><td>tenant's \##
        server</td><td>a key, <code>mgk_…</code></td><td>its tenant, within the key's scopes</td></tr>\n<tr><td>a \##
        user's app</td><td>a session, <code>mgs_…</code></td><td>what belongs to that user, within the session's \##
        scopes</td></tr>\n</tbody></table></div>\n<p>A key may add the header <code>Gateway-User: \##
        &lt;user_id&gt;</code>: it then sees what that user may see, and what it makes is that user's.\nWebhook \##
        endpoints are the tenant's alone: there the header answers 403 <a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a>. The credentials of a \##
        tenant\nthat is being deleted answer 401. Each operation says who may call it (<code>x-caller</code>: \##
        <code>anyone</code>, <code>operator</code>, <code>key</code>, or <code>caller</code>\nfor a session or a \##
        key) and which scope the credential needs (<code>x-scope</code>). What is not the caller's answers exactly \##
        as what\ndoes not exist.</p>\n<p>Browser apps call <code>/api</code> directly from the origins that the \##
        tenant's settings list.</p>\n<h2 id=\"requests\"><a href=\"#requests\">Requests</a></h2>\n<p>Bodies are JSON \##
        (<code>application/json</code>, at most 1 MiB). Fields and list parameters that this page does not name are \##
        refused;\none answer tells every mistake. An optional field that is <code>null</code> counts as absent, and \##
        an empty body as <code>{}</code>. An empty\n<code>cursor</code>, <code>after</code> or <code>limit</code> \##
        counts as left out; any other parameter that is given and empty answers 422 <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a>. No\ntext may hold U+0000. A path that is not \##
        properly percent-encoded is not found.</p>\n<p>Every path that has GET has HEAD too, with the same status \##
        and headers and no body; only <code>/oauth/callback/…</code> answers it\n405, since reading it uses the \##
        consent up. An offer to change the protocol (<code>Upgrade</code>) is ignored.</p>\n<h2 \##
        id=\"meeting-baas-s-own-api\"><a href=\"#meeting-baas-s-own-api\">Meeting BaaS's own \##
        API</a></h2>\n<p><code>/meeting-baas/**</code> is Meeting BaaS's own API, version 1 at its root and version \##
        2 under <code>/v2</code>, with its own paths, bodies\nand envelopes: its contract is the vendor's, and is \##
        not repeated here. Keys and sessions are taken as bearer tokens or as\n<code>x-meeting-baas-api-key</code>; \##
        reads want the scope <code>mirror:read</code>, writes <code>mirror:write</code>. Only the caller's own is \##
        there.\nWhere Meeting BaaS wants OAuth credentials, <code>connection_id</code> stands in their place. Errors \##
        are always the vendor's whole\nenvelope: <code>success</code>, <code>error</code>, <code>code</code>, \##
        <code>statusCode</code>, <code>message</code>, <code>details</code>.</p>\n<h2 id=\"ids-and-times\"><a \##
        href=\"#ids-and-times\">Ids and times</a></h2>\n<p>Ids are <code>ten_</code>, <code>key_</code>, \##
        <code>ses_</code>, <code>con_</code>, <code>ep_</code>, <code>msg_</code>, <code>dlv_</code> or \##
        <code>rpl_</code> and 26 characters of lower-case base32hex, and\nsort by the time they were made. Calendars,\##
         events and bots keep the UUIDs that Meeting BaaS gave them; a calendar that is\nstill being made bears a \##
        <code>cal_</code> id of ours. Users have the <code>user_id</code> that you give them. Times are RFC 3339 in \##
        UTC, ending\nin <code>Z</code>; requests may use any offset.</p>\n<h2 id=\"lists\"><a \##
        href=\"#lists\">Lists</a></h2>\n<p>A list is <code>{&quot;data&quot;: […], &quot;next_cursor&quot;: \##
        &quot;…&quot;}</code>. Give <code>next_cursor</code> back as <code>cursor</code> for the next page; it \##
        is\nnull on the last one. A cursor belongs to the list that gave it.</p>\n<h2 id=\"errors\"><a \##
        href=\"#errors\">Errors</a></h2>\n<p>Errors are RFC 9457 documents (<code>application/problem+json</code>). \##
        <code>type</code> is <code>urn:meeting-gateway:problem:&lt;code&gt;</code>; each\noperation lists its codes \##
        in <code>x-problem-codes</code>. <code>action</code> says who must act: <code>user</code>, \##
        <code>tenant</code>, <code>operator</code>, or <code>wait</code> for\nnobody but time, then with \##
        <code>retry_after</code> in seconds and the header <code>Retry-After</code> where it is known. \##
        <code>errors</code> names each\nmistake (the first 100) by its place in the body (<code>/user_id</code>) or \##
        its parameter (<code>?limit</code>). The header <code>Link</code>, with <code>rel=&quot;help&quot;</code>, \##
        leads to\nthe code's page below <a href=\"/docs/problems\">/docs/problems</a>: causes, what to check, how to \##
        fix it.</p>\n<div class=\"scroll\" \##
        tabindex=\"0\"><table><thead><tr><th>status</th><th>codes</th></tr></thead>\n<tbody><tr><td>400</td><td><a \##
        href=\"/docs/problems/malformed\"><code>malformed</code></a></td></tr>\n<tr><td>401</td><td><a \##
        href=\"/docs/problems/unauthenticated\"><code>unauthenticated</code></a></td></tr>\n<tr><td>403</td><td><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a>, <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></td></tr>\n<tr><td>404</td><td><a \##
        href=\"/docs/problems/not_found\"><code>not_found</code></a></td></tr>\n<tr><td>405</td><td><a \##
        href=\"/docs/problems/method_not_allowed\"><code>method_not_allowed</code></a> (with \##
        <code>Allow</code>)</td></tr>\n<tr><td>408</td><td><a \##
        href=\"/docs/problems/request_timeout\"><code>request_timeout</code></a></td></tr>\n<tr><td>409</td><td><a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>, <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a>, <a \##
        href=\"/docs/problems/calendar_already_connected\"><code>calendar_already_connected</code></a>, <a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a>, <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></td></tr>\n<tr><td>412</td><td><a \##
        href=\"/docs/problems/precondition_failed\"><code>precondition_failed</code></a></td></tr>\n<tr><td>413</td><\##
        td><a href=\"/docs/problems/too_large\"><code>too_large</code></a></td></tr>\n<tr><td>415</td><td><a \##
        href=\"/docs/problems/unsupported_encoding\"><code>unsupported_encoding</code></a> (a compressed body; with \##
        <code>Accept-Encoding</code>)</td></tr>\n<tr><td>422</td><td><a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>, <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a>, <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></td></tr>\n<tr><td>429</td\##
        ><td><a href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a>, <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></td></tr>\n<tr><td>431</td><td><a \##
        href=\"/docs/problems/headers_too_large\"><code>headers_too_large</code></a></td></tr>\n<tr><td>500</td><td><\##
        a href=\"/docs/problems/internal_error\"><code>internal_error</code></a></td></tr>\n<tr><td>502</td><td><a \##
        href=\"/docs/problems/upstream_rejected\"><code>upstream_rejected</code></a></td></tr>\n<tr><td>503</td><td><\##
        a href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a>, <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></td></tr>\n</tbody></table></div>\n<p>\##
        Any request may be answered before its route is looked for, and its connection closed: 400 <a \##
        href=\"/docs/problems/malformed\"><code>malformed</code></a> for broken HTTP,\n408 <a \##
        href=\"/docs/problems/request_timeout\"><code>request_timeout</code></a> when its head or body does not \##
        arrive (15 s each, and a second more for each 64 KiB of body),\n413 <a \##
        href=\"/docs/problems/too_large\"><code>too_large</code></a>, 431 <a \##
        href=\"/docs/problems/headers_too_large\"><code>headers_too_large</code></a> (16 KiB or 100 fields). A \##
        compressed body is answered 415\n<a \##
        href=\"/docs/problems/unsupported_encoding\"><code>unsupported_encoding</code></a> by any operation that \##
        reads one. A target may have 8 KiB. Each path has one spelling: with\na slash more it is not found. \##
        <code>100 Continue</code> is sent once the head has been checked.</p>\n<p>A connection without a request is \##
        closed after 75 s, and sooner when the gateway has few left. Open a new one then, and send\na request again \##
        that got no answer.</p>\n<h2 id=\"limits\"><a href=\"#limits\">Limits</a></h2>\n<p>A tenant has a limit of \##
        requests a second, with a burst; the operator may set both (<code>limits</code>), else they are 50 and \##
        twice\nthe rate, 100 at least.\nEvery reply to a tenant's caller tells where it stands: \##
        <code>RateLimit-Policy: &quot;tenant&quot;;q=100;w=2</code> (100 at once, which come\nback within 2 s) and \##
        <code>RateLimit: &quot;tenant&quot;;r=97;t=1</code> (97 left; full again in 1 s). One too many answers 429 \##
        <a href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> with\n<code>Retry-After</code>. \##
        Requests that bear no valid credential are limited by the address they come from \##
        (<code>&quot;address&quot;</code>).\nA valid credential is not refused for that. One that the gateway has to \##
        look up may wait for it up to a second, while many\nunknown ones come; then it answers 429 <a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a>.\n<code>limits.calendars</code> and \##
        <code>limits.bots_per_day</code> are quotas: 429 <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a>. So are 64 MiB of replies stored for \##
        a tenant's\n<code>Idempotency-Key</code>s within a day. A user has at most 20 open consents and 100 live \##
        sessions: with one more the oldest ends.\n<code>limits.message_bytes</code> is how much a tenant's stored \##
        messages may have. At 80 % the tenant gets <code>tenant.storage_low</code>. Above\nit, <code>data</code> and \##
        <code>extra</code> of the oldest messages are dropped, as far as they are older than 24 hours (7 days while \##
        the tenant\nhas no endpoint) and no delivery of theirs is pending or held: they show <code>data: null</code> \##
        and <code>dropped_at</code>, and are not sent\nagain. If that is not enough, webhooks of a tenant's own \##
        account are answered 503 until there is room.</p>\n<h2 id=\"sending-again\"><a \##
        href=\"#sending-again\">Sending again</a></h2>\n<p>Every POST of <code>/api</code> and <code>/admin</code> \##
        takes the header <code>Idempotency-Key</code>: 1 to 255 characters of your choice, new for each\nthing to be \##
        done. Sent again within 24 hours with the same key, path and body, the request is not done a second time: \##
        the\nfirst reply comes again, with <code>Idempotency-Replayed: true</code>. With another path or body it \##
        answers 422\n<a href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a>; while \##
        the first still runs, 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a> with \##
        <code>Retry-After</code>. Keys belong to the tenant and,\nwithin it, to the key (and the user it speaks for) \##
        or the session's user, and to the operation. Refusals are not kept: a\nrepeat tries again. The first reply \##
        comes again as it was, even when what it made has been deleted since. It is erased\nwith the user whose data \##
        it holds.</p>\n<p>Work and reply are stored together, so a request that was cut off is either done, and \##
        answered when it is sent again, or\nnot done. When the first request reached Meeting BaaS and its outcome is \##
        unknown (its connection broke, or the gateway\nstopped), the key stays in use. Send the same request again: \##
        the gateway looks for what the first one made, and makes\nonly what is missing. Until Meeting BaaS must be \##
        done with the first request (one minute) this may answer 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>\nwith <code>action: wait</code> and \##
        <code>Retry-After</code>. A few calls of <code>/meeting-baas</code> leave nothing to look for (chat messages,\##
         Zoom\ncredentials, bots of events, callbacks, transcriptions): they answer 409 then. Check whether the \##
        first request was done;\nto do it again, use a new key.</p>\n<p>Every reply bears <code>x-request-id</code>, \##
        which finds the request in the gateway's log; <code>traceparent</code> comes back as it was sent.</p>\n",\##
        "x-headings":[{"id":"the-way-through","title":"The way through"},\##
        {"id":"authentication","title":"Authentication"},\##
        {"id":"requests","title":"Requests"},\##
        {"id":"meeting-baas-s-own-api","title":"Meeting BaaS's own API"},\##
        {"id":"ids-and-times","title":"Ids and times"},\##
        {"id":"lists","title":"Lists"},\##
        {"id":"errors","title":"Errors"},\##
        {"id":"limits","title":"Limits"},\##
        {"id":"sending-again","title":"Sending again"}]},\##
        "servers":[{"url":"http://localhost:8080","description":"<p>A gateway on this machine</p>\n"}],\##
        "tags":[{"name":"Admin: tenants","description":"<p>A tenant is a product or customer of the operator; it \##
        owns users, keys, credentials and endpoints.</p>\n"},\##
        {"name":"Admin: credentials","description":"<p>A tenant's own registrations at Google and Microsoft, and its \##
        own Meeting BaaS account.</p>\n"},\##
        {"name":"Admin: keys","description":"<p>The keys that a tenant's servers call with.</p>\n"},\##
        {"name":"Sessions","description":"<p>What a tenant's server hands to one user's app, for a short \##
        while.</p>\n"},\##
        {"name":"Connections","description":"<p>One grant of one provider account to one user. Made by a consent in \##
        the browser, or brought by your own app.</p>\n"},\##
        {"name":"Calendars","description":"<p>Meeting BaaS calendars made from a connection. Each calendar of a \##
        provider is connected once.</p>\n"},\##
        {"name":"Events","description":"<p>The meetings of a connected calendar, in one shape over both versions of \##
        Meeting BaaS.</p>\n"},\##
        {"name":"Recordings","description":"<p>What a bot does at a meeting; one for an event, or for every \##
        occurrence of its series.</p>\n"},\##
        {"name":"Webhook endpoints","description":"<p>URLs of yours that receive messages. They are the tenant's, \##
        not a user's: with <code>Gateway-User</code> every operation answers 403\n<a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a>. Each delivery is a POST, \##
        signed as Standard Webhooks 1.0.0 has it. See\n<a href=\"#receiveMessage\">the webhook \##
        <code>message</code></a> for what arrives.</p>\n<ul>\n<li><strong>Attempts.</strong> A delivery is tried ten \##
        times over three days: at once, and then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h,\n14 h, 20 h and 24 h after the \##
        attempt before, each ±20 %. Only a 2xx is success. Redirects are refused: a 3xx is a\nfailure. After a 429 \##
        or 503 the next attempt waits as long as <code>Retry-After</code> says, where that is longer, up to 6 h. \##
        A\n410 disables the endpoint. Whatever came of it, a delivery can be sent again:\n<a \##
        href=\"#retryDelivery\"><code>POST /api/v1/deliveries/{id}/retry</code></a>, or many of them by <a \##
        href=\"#replayWebhookEndpoint\"><code>POST \##
        /api/v1/webhook-endpoints/{id}/replay</code></a>.</li>\n<li><strong>Limits of an attempt.</strong> 5 s to \##
        connect, and 30 s (<code>timeout_seconds</code>) for the whole with the answer's body, of which\n64 KiB are \##
        read at most and 2 KiB kept. <a href=\"#listAttempts\"><code>GET /api/v1/attempts</code></a> shows every \##
        attempt.</li>\n<li><strong>Limits of an endpoint.</strong> <code>concurrency</code> deliveries at once, \##
        <code>rate</code> a second; one at a time while it fails.</li>\n<li><strong>Health.</strong> After five \##
        failures in a row an endpoint is left alone for 10 s and then probed with one delivery; each\nprobe that \##
        fails doubles the pause, up to ten minutes. The first success ends it, and what waits is due at \##
        once.</li>\n<li><strong>Disabling.</strong> After five days of failure and twenty attempts the endpoint is \##
        disabled. What is for it is held, and\nyour other endpoints get <code>endpoint.disabled</code>. Enabling it, \##
        by <code>PATCH</code> with <code>status: enabled</code>, sends what is held.</li>\n<li><strong>Late \##
        deliveries.</strong> Where an attempt is made later than 90 minutes after a <code>bot.completed</code> or \##
        <code>complete</code>\nhappened, its links to the recording are made fresh at that \##
        moment.</li>\n<li><strong>Missed webhooks.</strong> What Meeting BaaS told while nobody heard it is found \##
        out by asking it afterwards. Such a message\nis marked <code>reconciled</code>.</li>\n</ul>\n"},\##
        {"name":"Messages","description":"<p>What was received and sent for a tenant. A reader who goes on after the \##
        last message it saw misses none, whether it asks\nfor the list or follows the stream. A delivery is one \##
        message for one endpoint; an attempt is one request of a delivery.</p>\n"},\##
        {"name":"Users","description":"<p>Ending with a user.</p>\n"},\##
        {"name":"Consent","description":"<p>Where providers send the browser back to. Apps do not call it.</p>\n"},\##
        {"name":"Intake","description":"<p>Where Meeting BaaS's webhooks arrive. Apps do not call it.</p>\n"},\##
        {"name":"Service","description":"<p>The gateway itself.</p>\n"}],\##
        "paths":{"/healthz":{"get":{"operationId":"getHealth","tags":["Service"],"summary":"Whether the process \##
        lives","description":"<p>Anyone may call it. It asks nothing of the database or of others.</p>\n",\##
        "x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":[],\##
        "responses":{"200":{"description":"<p>It lives.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Health"},\##
        "examples":{"health":{"$ref":"#/components/examples/Health"}}}}}}}},\##
        "/readyz":{"get":{"operationId":"getReadiness","tags":["Service"],"summary":"Whether it can work",\##
        "description":"<p>Anyone may call it. It proves that the database takes a write, at most once a second, and \##
        answers 503 after two failures in a row, and from SIGTERM on. <code>/healthz</code> answers 200 all the \##
        while.</p>\n","x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["storage_unavailable"],\##
        "responses":{"200":{"description":"<p>It can work.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"},\##
        "examples":{"readiness":{"$ref":"#/components/examples/Readiness"}}}}},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/openapi.json":{"get":{"operationId":"getContract","tags":["Service"],"summary":"This page as JSON",\##
        "description":"<p>Anyone may call it.</p>\n","x-caller":"anyone","x-scope":null,"security":[],\##
        "x-problem-codes":["rate_limited"],"responses":{"200":{"description":"<p>The OpenAPI document.</p>\n",\##
        "content":{"application/json":{"schema":{"type":"object","required":["openapi","info","paths"],\##
        "properties":{"openapi":{"type":"string"},\##
        "info":{"type":"object"},\##
        "paths":{"type":"object"}}},\##
        "examples":{"contract":{"summary":"Shortened","value":{"openapi":"3.1.0","info":{"title":"Meeting Gateway",\##
        "version":"0.1.0"},\##
        "paths":{}}}}}}},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/metrics":{"get":{"operationId":"getMetrics","tags":["Service"],"summary":"Figures for Prometheus",\##
        "description":"<p>Rate, errors and duration of each route, of Meeting BaaS and of the providers, depth and \##
        age of the queues, and the\nprocess. No tenant, user or id is a label. Anyone may call it, or, when \##
        <code>GATEWAY_METRICS_TOKEN</code> is set, whoever\nbears that token.</p>\n","x-caller":"anyone",\##
        "x-scope":null,"security":[{},\##
        {"metricsToken":[]}],"x-problem-codes":["malformed","unauthenticated","rate_limited","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>The text format of Prometheus, version 0.0.4.</p>\n",\##
        "content":{"text/plain":{"schema":{"type":"string"},\##
        "examples":{"metrics":{"summary":"Shortened","value":"gateway_http_requests_total{method=\"GET\",\##
        route=\"/healthz\",status=\"200\"} 1\n"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/docs":{"get":{"operationId":"getDocs","tags":["Service"],"summary":"This page","description":"<p>Anyone \##
        may call it. The contract to read, search and try. Like the pages below, it bears an <code>ETag</code>; \##
        caches keep it and\nask with <code>If-None-Match</code>.</p>\n","x-caller":"anyone","x-scope":null,\##
        "security":[],"x-problem-codes":["rate_limited"],"responses":{"200":{"description":"<p>The page.</p>\n",\##
        "content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/docs/app.js":{"get":{"operationId":"getDocsScript","tags":["Service"],"summary":"The script of the pages",\##
        "description":"<p>Anyone may call it. The pages load nothing from elsewhere.</p>\n","x-caller":"anyone",\##
        "x-scope":null,"security":[],"x-problem-codes":["rate_limited"],"responses":{"200":{"description":"<p>The \##
        script.</p>\n","content":{"text/javascript":{"schema":{"type":"string"},\##
        "example":"\"use strict\"; …"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/docs/style.css":{"get":{"operationId":"getDocsStyle","tags":["Service"],"summary":"The style of the pages",\##
        "description":"<p>Anyone may call it.</p>\n","x-caller":"anyone","x-scope":null,"security":[],\##
        "x-problem-codes":["rate_limited"],"responses":{"200":{"description":"<p>The style.</p>\n",\##
        "content":{"text/css":{"schema":{"type":"string"},\##
        "example":":root { … }"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/docs/problems":{"get":{"operationId":"getProblems","tags":["Service"],"summary":"The list of problems",\##
        "description":"<p>Anyone may call it. Every problem code with its status, its title and a link to its \##
        page.</p>\n","x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["rate_limited"],\##
        "responses":{"200":{"description":"<p>The page.</p>\n","content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/docs/problems/{code}":{"parameters":[{"name":"code","in":"path","required":true,"description":"<p>The \##
        problem's code.</p>\n","schema":{"type":"string"},\##
        "example":"needs_reconnect"}],"get":{"operationId":"getProblem","tags":["Service"],"summary":"The page of a \##
        problem","description":"<p>Anyone may call it. What the code means, likely causes, what to check, how to fix \##
        it, who must act, and whether the\nrequest may be sent again. A code that there is not answers 404.</p>\n",\##
        "x-caller":"anyone","x-scope":null,"security":[],"x-problem-codes":["not_found","rate_limited"],\##
        "responses":{"200":{"description":"<p>The page.</p>\n","content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\">…</html>"}}},\##
        "304":{"$ref":"#/components/responses/NotModified"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"}}}},\##
        "/admin/v1/tenants":{"post":{"operationId":"createTenant","tags":["Admin: tenants"],"summary":"Make a \##
        tenant","description":"<p>The operator's. The slug stands in URLs and never changes; one that is taken \##
        answers 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","conflict","too_large","validation","idempotency_mismatch","rate_limited","internal_error",\##
        "storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantCreate"},\##
        "examples":{"tenant_create":{"$ref":"#/components/examples/TenantCreate"}}}}},\##
        "responses":{"201":{"description":"<p>The tenant.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant":{"$ref":"#/components/examples/Tenant"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "get":{"operationId":"listTenants","tags":["Admin: tenants"],"summary":"List tenants","description":"<p>The \##
        operator's.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>Tenants, oldest \##
        first.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantList"},\##
        "examples":{"tenant_list":{"$ref":"#/components/examples/TenantList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"getTenant","tags":["Admin: tenants"],"summary":"Show a tenant","description":"<p>The \##
        operator's.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"<p>The tenant.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant":{"$ref":"#/components/examples/Tenant"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "patch":{"operationId":"changeTenant","tags":["Admin: tenants"],"summary":"Rename, suspend or activate a \##
        tenant","description":"<p>The operator's. While a tenant is suspended its keys and sessions answer 403 <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a>, consents stop, and\nwebhooks are \##
        stored but held; activating lets what was held go. A tenant that is being deleted answers 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.\nRequests that wait for their turn at Meeting \##
        BaaS are answered 403 <a href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a> too, and \##
        are not sent. Streams\nof messages end.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","conflict",\##
        "too_large","validation","rate_limited","internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantChange"},\##
        "examples":{"tenant_suspend":{"$ref":"#/components/examples/TenantSuspend"},\##
        "tenant_rename":{"$ref":"#/components/examples/TenantRename"}}}}},\##
        "responses":{"200":{"description":"<p>The tenant as it is now.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Tenant"},\##
        "examples":{"tenant_suspended":{"$ref":"#/components/examples/TenantSuspended"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteTenant","tags":["Admin: tenants"],"summary":"Erase a tenant",\##
        "description":"<p>The operator's. Its keys and sessions answer 401 from now on. Its connections, bots and \##
        Zoom credentials are taken down at\nMeeting BaaS and Google first, then its rows and its vault key go; that \##
        may take a while after the answer. What remained\nat Meeting BaaS after seven days of trying stands in the \##
        log. Asking again is the same. Backups of the database that were\nmade before still hold the data and the \##
        key: they last as long as you keep them.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","rate_limited",\##
        "internal_error","storage_unavailable"],"responses":{"202":{"description":"<p>It is being erased.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TenantDeleting"},\##
        "examples":{"tenant_deleting":{"$ref":"#/components/examples/TenantDeleting"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/settings":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"getTenantSettings","tags":["Admin: tenants"],"summary":"Show a tenant's settings",\##
        "description":"<p>The operator's.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"<p>The settings.</p>\n",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "put":{"operationId":"putTenantSettings","tags":["Admin: tenants"],"summary":"Replace a tenant's settings",\##
        "description":"<p>The operator's. What is absent takes its default, so read first what you want to keep, or \##
        use <code>PATCH</code>. With <code>If-Match</code>\nit is done only if the settings still have that \##
        <code>ETag</code>, else it answers 412 <a \##
        href=\"/docs/problems/precondition_failed\"><code>precondition_failed</code></a>.</p>\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IfMatch"}],"x-problem-codes":["malformed","unauthenticated",\##
        "not_found","precondition_failed","too_large","validation","rate_limited","internal_error",\##
        "storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SettingsPut"},\##
        "examples":{"settings_put":{"$ref":"#/components/examples/SettingsPut"}}}}},\##
        "responses":{"200":{"description":"<p>The settings as they are now.</p>\n",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "412":{"$ref":"#/components/responses/PreconditionFailed"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "patch":{"operationId":"patchTenantSettings","tags":["Admin: tenants"],"summary":"Change some of a tenant's \##
        settings","description":"<p>The operator's. A JSON Merge Patch (RFC 7396), also as \##
        <code>application/merge-patch+json</code>: what is absent stays as it is, null\nis the default, \##
        <code>limits</code> is merged member by member, lists are replaced whole. With <code>If-Match</code> it is \##
        done only if the\nsettings still have that <code>ETag</code>, else it answers 412 <a \##
        href=\"/docs/problems/precondition_failed\"><code>precondition_failed</code></a>.</p>\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IfMatch"}],"x-problem-codes":["malformed","unauthenticated",\##
        "not_found","precondition_failed","too_large","validation","rate_limited","internal_error",\##
        "storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SettingsPatch"},\##
        "examples":{"settings_patch":{"$ref":"#/components/examples/SettingsPatch"}}},\##
        "application/merge-patch+json":{"schema":{"$ref":"#/components/schemas/SettingsPatch"},\##
        "examples":{"settings_patch":{"$ref":"#/components/examples/SettingsPatch"}}}}},\##
        "responses":{"200":{"description":"<p>The settings as they are now.</p>\n",\##
        "headers":{"ETag":{"$ref":"#/components/headers/ETag"}},\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Settings"},\##
        "examples":{"settings":{"$ref":"#/components/examples/Settings"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "412":{"$ref":"#/components/responses/PreconditionFailed"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/attempts":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "get":{"operationId":"listTenantAttempts","tags":["Admin: tenants"],"summary":"List a tenant's attempts",\##
        "description":"<p>The operator's. What the tenant's own server sees with <a href=\"#listAttempts\"><code>GET \##
        /api/v1/attempts</code></a>: every request that a delivery made. A\ncursor that is none of this list answers \##
        422 <a href=\"/docs/problems/validation\"><code>validation</code></a>.</p>\n","x-caller":"operator",\##
        "x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/DeliveryFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/AttemptStatus"},\##
        {"$ref":"#/components/parameters/AttemptsSince"},\##
        {"$ref":"#/components/parameters/AttemptsUntil"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","not_found",\##
        "validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Attempts, the newest first.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AttemptList"},\##
        "examples":{"attempt_list":{"$ref":"#/components/examples/AttemptList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/providers/{provider}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/ProviderName"}],"put":{"operationId":"putProviderApp","tags":["Admin: \##
        credentials"],"summary":"Enter an app's registration at Google or Microsoft","description":"<p>The \##
        operator's. The secret is sealed and never shown; the answer names the <code>redirect_uri</code> to register \##
        at the provider.\nA new secret is always welcome: Meeting BaaS has a copy of it for each calendar, and the \##
        calendars are renewed in the\nbackground. Keep the former secret in force at the provider until \##
        <code>calendar_renewal.remaining</code> is 0.\nAnother <code>client_id</code> or <code>directory</code> \##
        under live connections answers 409 <a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a>.\n<code>directory</code> is for Microsoft \##
        only.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","in_use","too_large","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderAppPut"},\##
        "examples":{"provider_app_put_google":{"$ref":"#/components/examples/ProviderAppPutGoogle"},\##
        "provider_app_put_microsoft":{"$ref":"#/components/examples/ProviderAppPutMicrosoft"}}}}},\##
        "responses":{"200":{"description":"<p>The registration, without its secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderApp"},\##
        "examples":{"provider_app_google":{"$ref":"#/components/examples/ProviderAppGoogle"},\##
        "provider_app_microsoft":{"$ref":"#/components/examples/ProviderAppMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "get":{"operationId":"getProviderApp","tags":["Admin: credentials"],"summary":"Show an app's registration",\##
        "description":"<p>The operator's. Never the secret; always the <code>redirect_uri</code> to register, and \##
        how many calendars at Meeting BaaS still have\na former secret.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","rate_limited",\##
        "internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>The registration, without its \##
        secret.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/ProviderApp"},\##
        "examples":{"provider_app_google":{"$ref":"#/components/examples/ProviderAppGoogle"},\##
        "provider_app_microsoft":{"$ref":"#/components/examples/ProviderAppMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteProviderApp","tags":["Admin: credentials"],"summary":"Remove an app's \##
        registration","description":"<p>The operator's. Under live connections it answers 409 <a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a>.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","in_use",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"204":{"description":"<p>It is \##
        gone.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/meeting-baas":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "put":{"operationId":"putMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Give a tenant its own \##
        Meeting BaaS account","description":"<p>The operator's. Without one the gateway's shared account serves. \##
        Enter the answer's <code>webhook_url</code> in Meeting BaaS's\ndashboard, and its signing secrets here. \##
        Under live calendars another <code>api_version</code>, or an <code>api_key</code> that does not find\nthem \##
        at Meeting BaaS, answers 409 <a href=\"/docs/problems/in_use\"><code>in_use</code></a>; \##
        <code>webhook_secrets</code> may always change and are replaced as a whole.\nAn account serves one tenant: a \##
        key that another tenant or the shared account has, or that shows a calendar which is\nknown here as \##
        another's, answers 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","in_use","conflict","too_large","validation","rate_limited","internal_error",\##
        "storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AccountPut"},\##
        "examples":{"account_put":{"$ref":"#/components/examples/AccountPut"}}}}},\##
        "responses":{"200":{"description":"<p>The account, without its key.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Account"},\##
        "examples":{"account":{"$ref":"#/components/examples/Account"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a> or <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "get":{"operationId":"getMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Show the account that \##
        serves a tenant","description":"<p>The operator's. The tenant's own account or, with <code>shared: \##
        true</code>, the gateway's. 404 when there is neither.\n<code>last_webhook_at</code> tells whether webhooks \##
        arrive at all.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"<p>The account, without its key.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Account"},\##
        "examples":{"account":{"$ref":"#/components/examples/Account"},\##
        "account_shared":{"$ref":"#/components/examples/AccountShared"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteMeetingBaasAccount","tags":["Admin: credentials"],"summary":"Take a tenant's \##
        own account away","description":"<p>The operator's. The shared account serves from then on. Under live \##
        calendars it answers 409 <a href=\"/docs/problems/in_use\"><code>in_use</code></a>.</p>\n",\##
        "x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","in_use","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"204":{"description":"<p>It is gone.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/in_use\"><code>in_use</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/unclaimed-calendars":{"get":{"operationId":"listUnclaimedCalendars","tags":["Admin: credentials"],\##
        "summary":"List calendars at Meeting BaaS that nobody owns","description":"<p>The operator's. The gateway \##
        remembers every calendar of its accounts that no tenant here owns: made elsewhere with the\nsame account, or \##
        by a call whose reply was lost. <code>creating</code> lists the calendars in <code>creating</code> whose \##
        call can have made\nit. A calendar is given to its owner by itself only when no other call can have made \##
        it.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"}],"x-problem-codes":["malformed","unauthenticated","validation",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>Unclaimed \##
        calendars, by id.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarList"},\##
        "examples":{"unclaimed_calendar_list":{"$ref":"#/components/examples/UnclaimedCalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/unclaimed-calendars/{id}/resolve":{"parameters":[{"name":"id","in":"path","required":true,\##
        "description":"<p>Meeting BaaS's id of the unclaimed calendar.</p>\n","schema":{"type":"string"},\##
        "example":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b"}],"post":{"operationId":"resolveUnclaimedCalendar",\##
        "tags":["Admin: credentials"],"summary":"Say whose an unclaimed calendar is, or delete it",\##
        "description":"<p>The operator's. With <code>calendar_id</code>, the <code>cal_</code> id of a calendar in \##
        <code>creating</code>, the calendar becomes that one's; if its\nowner has deleted it meanwhile, it is \##
        deleted at Meeting BaaS. With <code>delete: true</code> it is deleted at Meeting BaaS. One of\nthe two. A \##
        calendar of another version, provider, raw id or account than the named one answers 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarResolve"},\##
        "examples":{"unclaimed_calendar_assign":{"$ref":"#/components/examples/UnclaimedCalendarAssign"},\##
        "unclaimed_calendar_delete":{"$ref":"#/components/examples/UnclaimedCalendarDelete"}}}}},\##
        "responses":{"200":{"description":"<p>What was done.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UnclaimedCalendarResolved"},\##
        "examples":{"unclaimed_calendar_resolved":{"$ref":"#/components/examples/UnclaimedCalendarResolved"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/keys":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "post":{"operationId":"createKey","tags":["Admin: keys"],"summary":"Make a key","description":"<p>The \##
        operator's. The key itself is in this reply and never shown again. Without <code>scopes</code> it gets all \##
        but\n<code>connections:import</code> and <code>tokens:read</code>; without <code>expires_at</code> it does \##
        not expire.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","not_found","conflict","too_large","validation","idempotency_mismatch","rate_limited",\##
        "internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyCreate"},\##
        "examples":{"key_create":{"$ref":"#/components/examples/KeyCreate"}}}}},\##
        "responses":{"201":{"description":"<p>The key, this once with its secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyWithSecret"},\##
        "examples":{"key_with_secret":{"$ref":"#/components/examples/KeyWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "get":{"operationId":"listKeys","tags":["Admin: keys"],"summary":"List keys","description":"<p>The \##
        operator's. All on one page, without the keys themselves.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"x-problem-codes":["malformed","unauthenticated","not_found","rate_limited",\##
        "internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>The tenant's keys.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyList"},\##
        "examples":{"key_list":{"$ref":"#/components/examples/KeyList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/keys/{key}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/KeyId"}],"delete":{"operationId":"deleteKey","tags":["Admin: keys"],\##
        "summary":"Revoke a key","description":"<p>The operator's. The key ends at once, and with it the sessions \##
        that it minted.</p>\n","x-caller":"operator","x-scope":null,"security":[{"adminToken":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"204":{"description":"<p>It is gone.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/admin/v1/tenants/{slug}/keys/{key}/rotate":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"},\##
        {"$ref":"#/components/parameters/KeyId"}],"post":{"operationId":"rotateKey","tags":["Admin: keys"],\##
        "summary":"Replace a key's secret","description":"<p>The operator's. Id and scopes stay; the former secret \##
        goes on beside the new one for <code>overlap_seconds</code>, and those\nreplaced earlier until their own \##
        end. Sessions that the key has minted end with the former secret at the latest: with\n<code>overlap_seconds: \##
        0</code> at once. With five former secrets in force a rotation with overlap answers 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"operator","x-scope":null,\##
        "security":[{"adminToken":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Rotation"},\##
        "examples":{"rotation":{"$ref":"#/components/examples/Rotation"}}}}},\##
        "responses":{"200":{"description":"<p>The key, this once with its new secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/KeyWithSecret"},\##
        "examples":{"key_with_secret":{"$ref":"#/components/examples/KeyWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/sessions":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createSession","tags":["Sessions"],"summary":"Mint a session for a user",\##
        "description":"<p>A key with <code>sessions:write</code>. Hand the token to the user's app; it is shown this \##
        once. Without <code>scopes</code> the session gets\n<code>connections:read</code>, \##
        <code>connections:write</code>, <code>calendars:read</code>, <code>calendars:write</code>, \##
        <code>recordings:write</code> and <code>mirror:read</code>, as\nfar as the key has them. The user needs no \##
        registration: any <code>user_id</code> of yours will do.</p>\n","x-caller":"key","x-scope":"sessions:write",\##
        "security":[{"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","conflict",\##
        "too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SessionCreate"},\##
        "examples":{"session_create":{"$ref":"#/components/examples/SessionCreate"}}}}},\##
        "responses":{"201":{"description":"<p>The session with its token.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Session"},\##
        "examples":{"session":{"$ref":"#/components/examples/Session"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/sessions/{id}":{"parameters":[{"$ref":"#/components/parameters/SessionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"delete":{"operationId":"deleteSession","tags":["Sessions"],\##
        "summary":"End a session","description":"<p>A key with <code>sessions:write</code>. The next request with \##
        its token is refused.</p>\n","x-caller":"key","x-scope":"sessions:write","security":[{"tenantKey":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","rate_limited","internal_error","storage_unavailable"],"responses":{"204":{"description":"<p>It \##
        has ended.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/connections":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createConnection","tags":["Connections"],"summary":"Start a consent",\##
        "description":"<p>A session, or a key that names a user, with <code>connections:write</code>. Open \##
        <code>authorize_url</code> in the user's browser within ten\nminutes. The browser comes back to \##
        <code>return_url</code> (one of the tenant's <code>return_urls</code>) with <code>connection_id</code> and \##
        <code>ticket</code>,\nor with <code>error</code> = <code>access_denied</code> (the user refused), \##
        <code>admin_consent_required</code> (an administrator of the user's directory\nhas to allow the app first), \##
        <code>provider_error</code> or <code>temporarily_unavailable</code>. Until <code>complete</code> the \##
        connection is\n<code>pending</code> and in no list.</p>\n","x-caller":"caller","x-scope":"connections:write",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","conflict",\##
        "too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionCreate"},\##
        "examples":{"connection_create":{"$ref":"#/components/examples/ConnectionCreate"}}}}},\##
        "responses":{"201":{"description":"<p>The consent is under way.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConsentStarted"},\##
        "examples":{"consent_started":{"$ref":"#/components/examples/ConsentStarted"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}},\##
        "get":{"operationId":"listConnections","tags":["Connections"],"summary":"List connections",\##
        "description":"<p>A session or key with <code>connections:read</code>. Pending ones are left out.</p>\n",\##
        "x-caller":"caller","x-scope":"connections:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Connections, oldest first.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionList"},\##
        "examples":{"connection_list":{"$ref":"#/components/examples/ConnectionList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/connections/exchange":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"exchangeConnection","tags":["Connections"],"summary":"Bring a native app's \##
        authorization code","description":"<p>A session, or a key that names a user, with \##
        <code>connections:write</code>. For apps that ran the consent themselves with this\ntenant's client and got \##
        a server auth code. <code>redirect_uri</code> is the one of that consent: empty, or among the \##
        tenant's\n<code>return_urls</code>, and never the gateway's own. A second grant of the same account renews \##
        the user's present connection and\nanswers with its id. A code that the provider refuses, or an ID token \##
        that does not fit, answers 422 <a href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>; \##
        a\ngrant without a refresh token 409 <a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>; an account whose administrator \##
        blocks the app 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"caller",\##
        "x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","needs_reconnect",\##
        "account_mismatch","conflict","too_large","ticket_invalid","validation","idempotency_mismatch",\##
        "rate_limited","quota_exceeded","internal_error","provider_unavailable","storage_unavailable",\##
        "not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionExchange"},\##
        "examples":{"connection_exchange":{"$ref":"#/components/examples/ConnectionExchange"}}}}},\##
        "responses":{"201":{"description":"<p>The connection.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>, <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a> or <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>, <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/connections/import":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"importConnection","tags":["Connections"],"summary":"Bring a refresh token that you \##
        hold","description":"<p>A key with <code>connections:import</code>, which no key has unless it was asked \##
        for. The token must have been granted to this\ntenant's client, with <code>openid</code> among its scopes; \##
        one refresh proves that it lives and whose it is. A token that the\nprovider does not accept, or that was \##
        granted without <code>openid</code>, answers 422 <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a>; an ID token that does not fit\n422 <a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>; an account whose administrator \##
        blocks the app 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"connections:import","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","conflict","too_large","ticket_invalid",\##
        "validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error","provider_unavailable",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionImport"},\##
        "examples":{"connection_import":{"$ref":"#/components/examples/ConnectionImport"}}}}},\##
        "responses":{"201":{"description":"<p>The connection.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>, <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/connections/{id}":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getConnection","tags":["Connections"],\##
        "summary":"Show a connection","description":"<p>A session or key with <code>connections:read</code>.</p>\n",\##
        "x-caller":"caller","x-scope":"connections:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>The \##
        connection.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"},\##
        "connection_needs_reconnect":{"$ref":"#/components/examples/ConnectionNeedsReconnect"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteConnection","tags":["Connections"],"summary":"Disconnect","description":"<p>A \##
        session or key with <code>connections:write</code>. Its calendars are taken down at Meeting BaaS, the grant \##
        is revoked at Google\nunless somebody else needs it (a live connection, or a consent under way, for the same \##
        account and Google project), and\nthe token is erased; <code>connection.deleted</code> tells when that is \##
        done. Asking again is the same. Microsoft has no way to revoke one grant: <code>user_action_url</code> is \##
        where the user can do so by hand.</p>\n","x-caller":"caller","x-scope":"connections:write",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"<p>It is being taken down.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionDeleting"},\##
        "examples":{"connection_deleting_google":{"$ref":"#/components/examples/ConnectionDeletingGoogle"},\##
        "connection_deleting_microsoft":{"$ref":"#/components/examples/ConnectionDeletingMicrosoft"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/connections/{id}/complete":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"completeConnection",\##
        "tags":["Connections"],"summary":"Finish a consent","description":"<p>The session of the user who began it, \##
        or a key that names <strong>the user whose signed-in browser or app brought the\nticket</strong>, with \##
        <code>connections:write</code>. Only now is the code exchanged. The ticket lives 300 \##
        seconds.</p>\n<ul>\n<li>A second consent for the same account renews the user's present connection: the \##
        answer bears its id, and the pending\nid is 404 from then on.</li>\n<li>Any other user gets 404, and the \##
        parked code is destroyed.</li>\n<li>The same caller with the same ticket again gets the connection as it \##
        is.</li>\n<li>A passing fault of the provider (503) does not use the ticket up: call again.</li>\n<li>A \##
        reconnect for another account answers 409 <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a>; a consent without a refresh \##
        token 409\n<a href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>; an account whose \##
        administrator blocks the app 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>; a ticket \##
        that is unknown, used or too\nold 422 <a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>.</li>\n</ul>\n","x-caller":"caller",\##
        "x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "needs_reconnect","account_mismatch","conflict","too_large","ticket_invalid","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","provider_unavailable",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionComplete"},\##
        "examples":{"connection_complete":{"$ref":"#/components/examples/ConnectionComplete"}}}}},\##
        "responses":{"200":{"description":"<p>The connection, <code>active</code>, or <code>missing_scope</code> \##
        when the user left the calendar out.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"},\##
        "examples":{"connection":{"$ref":"#/components/examples/Connection"},\##
        "connection_missing_scope":{"$ref":"#/components/examples/ConnectionMissingScope"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>, <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a> or <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/ticket_invalid\"><code>ticket_invalid</code></a>, <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/connections/{id}/reconnect":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"reconnectConnection",\##
        "tags":["Connections"],"summary":"Start a consent that renews a connection","description":"<p>A session or \##
        key with <code>connections:write</code>. As <a href=\"#createConnection\"><code>POST \##
        /api/v1/connections</code></a>, for the same account: the id stays, its\ncalendars stay, and \##
        <code>complete</code> refuses another account. A connection that is pending or being deleted answers\n409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"caller",\##
        "x-scope":"connections:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionReconnect"},\##
        "examples":{"connection_reconnect":{"$ref":"#/components/examples/ConnectionReconnect"}}}}},\##
        "responses":{"200":{"description":"<p>The consent is under way; <code>status</code> is the consent's, the \##
        connection keeps its own.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ConsentStarted"},\##
        "examples":{"consent_started":{"$ref":"#/components/examples/ConsentStarted"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/connections/{id}/raw-calendars":{"parameters":[{"$ref":"#/components/parameters/ConnectionId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"listRawCalendars","tags":["Calendars"],\##
        "summary":"List what could be connected","description":"<p>A session or key with \##
        <code>calendars:read</code>. The account's calendars as the provider has them, all on one page. A grant \##
        that\nmust be renewed first answers 409 <a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>; a connection that is pending or \##
        being deleted, or an account whose\nadministrator blocks the app, 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"caller",\##
        "x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/UserOwner"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","needs_reconnect","account_mismatch",\##
        "conflict","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"200":{"description":"<p>The provider's calendars.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/RawCalendarList"},\##
        "examples":{"raw_calendar_list":{"$ref":"#/components/examples/RawCalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>, <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a> or <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/calendars":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "post":{"operationId":"createCalendar","tags":["Calendars"],"summary":"Connect a calendar",\##
        "description":"<p>A session or key with <code>calendars:write</code>. Without <code>raw_calendar_id</code> \##
        it is the primary calendar. A calendar exists once:\nthe same user's repeated call answers 200 with it, \##
        anybody else's 409 <a \##
        href=\"/docs/problems/calendar_already_connected\"><code>calendar_already_connected</code></a>. The calendar \##
        belongs\nto the connection's user; a <code>connection_id</code> that is not the caller's answers 404. A \##
        grant that must be renewed first\nanswers 409 <a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>; a connection that is pending or \##
        being deleted, a calendar that is being disconnected, or\nan account whose administrator blocks the app, 409 \##
        <a href=\"/docs/problems/conflict\"><code>conflict</code></a>. After a 503 the call may have had its effect: \##
        repeat it,\nit never doubles. While it is not known what an earlier call made, the calendar stays \##
        <code>creating</code> and a repeated call\nanswers 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a> with <code>action: operator</code>; that settles \##
        by itself within some minutes, unless it cannot be told\nwhose a calendar at Meeting BaaS is. Then the \##
        operator decides.</p>\n","x-caller":"caller","x-scope":"calendars:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "needs_reconnect","account_mismatch","calendar_already_connected","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/CalendarCreate"},\##
        "examples":{"calendar_create":{"$ref":"#/components/examples/CalendarCreate"},\##
        "calendar_create_primary":{"$ref":"#/components/examples/CalendarCreatePrimary"}}}}},\##
        "responses":{"200":{"description":"<p>The user has connected it before.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "201":{"description":"<p>The new calendar.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>, <a \##
        href=\"/docs/problems/account_mismatch\"><code>account_mismatch</code></a>, <a \##
        href=\"/docs/problems/calendar_already_connected\"><code>calendar_already_connected</code></a> or <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/provider_unavailable\"><code>provider_unavailable</code></a>, <a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}},\##
        "get":{"operationId":"listCalendars","tags":["Calendars"],"summary":"List calendars","description":"<p>A \##
        session or key with <code>calendars:read</code>. As last seen; <a href=\"#getCalendar\"><code>GET \##
        /api/v1/calendars/{id}</code></a> asks Meeting BaaS.</p>\n","x-caller":"caller","x-scope":"calendars:read",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Calendars, oldest first.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/CalendarList"},\##
        "examples":{"calendar_list":{"$ref":"#/components/examples/CalendarList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/calendars/{id}":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getCalendar","tags":["Calendars"],\##
        "summary":"Show a calendar","description":"<p>A session or key with <code>calendars:read</code>. Asks \##
        Meeting BaaS; if that fails, it answers what was last seen.</p>\n","x-caller":"caller",\##
        "x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>The \##
        calendar.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"},\##
        "calendar_creating":{"$ref":"#/components/examples/CalendarCreating"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteCalendar","tags":["Calendars"],"summary":"Disconnect a calendar",\##
        "description":"<p>A session or key with <code>calendars:write</code>. It is taken down at Meeting BaaS now \##
        or, if that fails, as soon as it can be;\nuntil then it shows as <code>deleting</code>. While it is not \##
        known what its creation made, the answer is 202: the provider's\ncalendar stays blocked until that is known, \##
        and what was made is taken down then. It is also 202 when the key of the\nMeeting BaaS account was changed \##
        since, and Meeting BaaS does not know the calendar under the new one: that does not\nprove that it is gone, \##
        and it is tried again for seven days.</p>\n","x-caller":"caller","x-scope":"calendars:write",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","conflict","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"<p>It may still be at Meeting BaaS, and goes as soon as it can.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar_deleting":{"$ref":"#/components/examples/CalendarDeleting"}}}}},\##
        "204":{"description":"<p>It is gone.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/calendars/{id}/sync":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"syncCalendar","tags":["Calendars"],\##
        "summary":"Have a calendar read again","description":"<p>A session or key with <code>calendars:write</code>. \##
        Takes no body. Changes arrive as messages. Version 1 of Meeting BaaS syncs a\nwhole account, so there it \##
        runs at most once in five minutes; asking earlier is no error. While the calendar is being\nmade it answers \##
        409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"caller",\##
        "x-scope":"calendars:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","idempotency_mismatch","rate_limited","quota_exceeded","internal_error",\##
        "upstream_rejected","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"202":{"description":"<p>It was asked for; the calendar as it is now.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Calendar"},\##
        "examples":{"calendar":{"$ref":"#/components/examples/Calendar"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"<p><a \##
        href=\"/docs/problems/too_large\"><code>too_large</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/calendars/{id}/events":{"parameters":[{"$ref":"#/components/parameters/CalendarId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"listEvents","tags":["Events"],\##
        "summary":"List a calendar's events","description":"<p>A session or key with <code>calendars:read</code>. \##
        Bounds are inclusive. To follow changes, take the time of change from\n<code>calendar.sync_events</code> and \##
        ask with <code>updated_at_gte</code>: the list then runs in the order of changes and holds cancelled\nevents \##
        too. A page may be short, or empty, and still have a <code>next_cursor</code>: go on until it is null. An \##
        event that ended\nmore than 90 days ago and that Meeting BaaS lists no more is not found by \##
        <code>updated_at_gte</code>. While the calendar is being\nmade it answers 409 <a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"caller",\##
        "x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"name":"start_date_gte","in":"query","description":"<p>Events that start at \##
        this time or later.</p>\n","schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T00:00:00Z"},\##
        {"name":"start_date_lte","in":"query","description":"<p>Events that start at this time or earlier.</p>\n",\##
        "schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-30T00:00:00Z"},\##
        {"name":"updated_at_gte","in":"query","description":"<p>Events that changed at this time or later.</p>\n",\##
        "schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T10:31:12.640Z"},\##
        {"name":"status","in":"query","description":"<p>By the end of the event. <code>upcoming</code> unless asked \##
        otherwise, but <code>all</code> when <code>updated_at_gte</code> is given.</p>\n","schema":{"type":"string",\##
        "enum":["upcoming","past","all"]}},\##
        {"name":"attendee_email","in":"query","description":"<p>Events with this attendee.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"grace@example.com"},\##
        {"name":"organizer_email","in":"query","description":"<p>Events of this organizer.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"ada@example.com"},\##
        {"name":"limit","in":"query","description":"<p>How many at most.</p>\n","schema":{"type":"integer",\##
        "minimum":1,"maximum":50,"default":50}},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/UserOwner"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","validation","rate_limited","quota_exceeded",\##
        "internal_error","upstream_rejected","upstream_unavailable","storage_unavailable","not_configured"],\##
        "responses":{"200":{"description":"<p>A page of events.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/EventList"},\##
        "examples":{"event_list":{"$ref":"#/components/examples/EventList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/events/{id}":{"parameters":[{"$ref":"#/components/parameters/EventId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getEvent","tags":["Events"],\##
        "summary":"Show an event","description":"<p>A session or key with <code>calendars:read</code>. Read from \##
        Meeting BaaS at once.</p>\n","x-caller":"caller","x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","quota_exceeded","internal_error","upstream_rejected","upstream_unavailable",\##
        "storage_unavailable","not_configured"],"responses":{"200":{"description":"<p>The event.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"},\##
        "event_without_recording":{"$ref":"#/components/examples/EventWithoutRecording"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/events/{id}/recording":{"parameters":[{"$ref":"#/components/parameters/EventId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getRecording","tags":["Recordings"],\##
        "summary":"Show an event's recording","description":"<p>A session or key with <code>calendars:read</code>. \##
        When it is <code>completed</code> or <code>failed</code>, <code>artifacts</code> holds links that were made \##
        just\nnow and live a few hours, or is null when Meeting BaaS has none. 404 when nothing is, was or will be \##
        recorded.</p>\n","x-caller":"caller","x-scope":"calendars:read","security":[{"session":[]},\##
        {"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended",\##
        "not_found","rate_limited","quota_exceeded","internal_error","upstream_rejected","upstream_unavailable",\##
        "storage_unavailable","not_configured"],"responses":{"200":{"description":"<p>The recording.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Recording"},\##
        "examples":{"recording_scheduled":{"$ref":"#/components/examples/RecordingScheduled"},\##
        "recording_completed":{"$ref":"#/components/examples/RecordingCompleted"},\##
        "recording_failed":{"$ref":"#/components/examples/RecordingFailed"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}},\##
        "put":{"operationId":"putRecording","tags":["Recordings"],"summary":"Record an event","description":"<p>A \##
        session or key with <code>recordings:write</code>. Schedules a bot; again is the same, and a bot that stands \##
        already is changed\nto what is asked; for the whole series it takes the place of this occurrence's. \##
        <code>recording.scheduled</code> or\n<code>recording.changed</code> tells of it. What is absent takes its \##
        default. <code>bot_image</code>, <code>transcription.api_key</code> and URLs \##
        in\n<code>transcription.custom_parameters</code> may be given by a key only.</p>\n","x-caller":"caller",\##
        "x-scope":"recordings:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/RecordingPut"},\##
        "examples":{"recording_put":{"$ref":"#/components/examples/RecordingPut"},\##
        "recording_put_with_transcription":{"$ref":"#/components/examples/RecordingPutWithTranscription"}}}}},\##
        "responses":{"200":{"description":"<p>The event with its recording.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}},\##
        "patch":{"operationId":"changeRecording","tags":["Recordings"],"summary":"Change a recording",\##
        "description":"<p>A session or key with <code>recordings:write</code>. What is absent stays; \##
        <code>null</code> clears <code>bot_image</code>, <code>entry_message</code>,\n<code>transcription</code> and \##
        <code>extra</code>. 404 when nothing is scheduled, or not by this gateway. Meeting BaaS refuses changes \##
        shortly\nbefore the meeting (409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>). \##
        <code>recording.changed</code> tells of it.</p>\n","x-caller":"caller","x-scope":"recordings:write",\##
        "security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","too_large","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/RecordingChange"},\##
        "examples":{"recording_change":{"$ref":"#/components/examples/RecordingChange"}}}}},\##
        "responses":{"200":{"description":"<p>The event with its recording.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event":{"$ref":"#/components/examples/Event"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteRecording","tags":["Recordings"],"summary":"Do not record an event",\##
        "description":"<p>A session or key with <code>recordings:write</code>. Takes the bot back; a bot that is in \##
        the meeting leaves. When nothing is\nscheduled it is no error. <code>recording.cancelled</code> tells of \##
        it.</p>\n","x-caller":"caller","x-scope":"recordings:write","security":[{"session":[]},\##
        {"tenantKey":[]}],"parameters":[{"$ref":"#/components/parameters/AllOccurrences"}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "conflict","validation","rate_limited","quota_exceeded","internal_error","upstream_rejected",\##
        "upstream_unavailable","storage_unavailable","not_configured"],"responses":{"200":{"description":"<p>The \##
        event as it is now.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Event"},\##
        "examples":{"event_without_recording":{"$ref":"#/components/examples/EventWithoutRecording"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "502":{"$ref":"#/components/responses/UpstreamRejected"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/upstream_unavailable\"><code>upstream_unavailable</code></a>, <a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/api/v1/webhook-endpoints":{"post":{"operationId":"createWebhookEndpoint","tags":["Webhook endpoints"],\##
        "summary":"Register a URL","description":"<p>A key with <code>webhooks:write</code>, without \##
        <code>Gateway-User</code>. The secret that signs deliveries is in this reply and never shown\nagain. \##
        Deliveries reach public https addresses; http and private ones only where the operator allows it. With \##
        <code>since</code>,\nwhat was received from then on is sent too, by a replay that begins at once. A tenant \##
        may have 50 endpoints; one more\nanswers 429 <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointCreate"},\##
        "examples":{"webhook_endpoint_create":{"$ref":"#/components/examples/WebhookEndpointCreate"},\##
        "webhook_endpoint_create_since":{"$ref":"#/components/examples/WebhookEndpointCreateSince"}}}}},\##
        "responses":{"201":{"description":"<p>The endpoint, this once with its secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointCreated"},\##
        "examples":{"webhook_endpoint_with_secret":{"$ref":"#/components/examples/WebhookEndpointWithSecret"},\##
        "webhook_endpoint_created_since":{"$ref":"#/components/examples/WebhookEndpointCreatedSince"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a> or <a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "get":{"operationId":"listWebhookEndpoints","tags":["Webhook endpoints"],"summary":"List endpoints",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>.</p>\n",\##
        "x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserIgnored"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Endpoints, oldest first, without their secrets.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointList"},\##
        "examples":{"webhook_endpoint_list":{"$ref":"#/components/examples/WebhookEndpointList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/webhook-endpoints/{id}":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "get":{"operationId":"getWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Show an endpoint",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>.</p>\n",\##
        "x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"200":{"description":"<p>The endpoint, without its secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        "examples":{"webhook_endpoint":{"$ref":"#/components/examples/WebhookEndpoint"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "patch":{"operationId":"changeWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Change, disable or \##
        enable an endpoint","description":"<p>A key with <code>webhooks:write</code>, without \##
        <code>Gateway-User</code>. What is absent stays as it is. Disabling holds what is due;\nenabling clears the \##
        health and lets go what is held. <code>description: null</code> clears it; <code>rate</code>, \##
        <code>concurrency</code> and\n<code>timeout_seconds</code> take their defaults with null. \##
        <code>headers</code> replaces all of them, null takes them all away. An endpoint\nthat answers 410 or fails \##
        for five days is disabled by the gateway, which tells so with <code>endpoint.disabled</code>.</p>\n",\##
        "x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large","validation",\##
        "rate_limited","internal_error","storage_unavailable"],\##
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointChange"},\##
        "examples":{"webhook_endpoint_disable":{"$ref":"#/components/examples/WebhookEndpointDisable"},\##
        "webhook_endpoint_limits":{"$ref":"#/components/examples/WebhookEndpointLimits"}}}}},\##
        "responses":{"200":{"description":"<p>The endpoint as it is now.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        "examples":{"webhook_endpoint_disabled":{"$ref":"#/components/examples/WebhookEndpointDisabled"},\##
        "webhook_endpoint_limited":{"$ref":"#/components/examples/WebhookEndpointLimited"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"deleteWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Remove an endpoint",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>. Its deliveries, \##
        their attempts and its replays go with it; the\nmessages stay.</p>\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"204":{"description":"<p>It is gone.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/webhook-endpoints/{id}/rotate-secret":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"rotateWebhookEndpointSecret","tags":["Webhook endpoints"],"summary":"Replace an \##
        endpoint's secret","description":"<p>A key with <code>webhooks:write</code>, without \##
        <code>Gateway-User</code>. For <code>overlap_seconds</code> deliveries are signed by the former secret too,\##
        \nand by those replaced earlier until their own end. With five former secrets in force a rotation with \##
        overlap answers 409\n<a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Rotation"},\##
        "examples":{"rotation":{"$ref":"#/components/examples/Rotation"}}}}},\##
        "responses":{"200":{"description":"<p>The endpoint, this once with its new secret.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookEndpointWithSecret"},\##
        "examples":{"webhook_endpoint_with_secret":{"$ref":"#/components/examples/WebhookEndpointWithSecret"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/webhook-endpoints/{id}/test":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"testWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Send a test message",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>. Takes no body. \##
        Sends <code>endpoint.test</code> to this endpoint alone,\nwhatever its <code>event_types</code>. A disabled \##
        endpoint answers 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"<p>The message is on its way.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/TestSent"},\##
        "examples":{"test_sent":{"$ref":"#/components/examples/TestSent"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"<p><a \##
        href=\"/docs/problems/too_large\"><code>too_large</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/webhook-endpoints/{id}/replay":{"parameters":[{"$ref":"#/components/parameters/EndpointId"}],\##
        "post":{"operationId":"replayWebhookEndpoint","tags":["Webhook endpoints"],"summary":"Send messages again",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>. Sends this \##
        endpoint what was received from <code>since</code> until <code>until</code>\nand is among its \##
        <code>event_types</code>: also what it never had a delivery of. <code>endpoint.test</code> and the callbacks \##
        of single bots\nare not sent again, and what is on its way is left alone. It goes one at a time, in the \##
        order of the messages, in\nplaces of its own beside the live traffic, with the same <code>webhook-id</code> \##
        as before. It goes on after a restart where it\nwas. A disabled endpoint, or one of which a replay is still \##
        under way, answers 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>.</p>\n",\##
        "x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large","validation",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/ReplayCreate"},\##
        "examples":{"replay_create":{"$ref":"#/components/examples/ReplayCreate"}}}}},\##
        "responses":{"202":{"description":"<p>The replay, which goes on after the answer.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Replay"},\##
        "examples":{"replay_begun":{"$ref":"#/components/examples/ReplayBegun"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a> or <a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/replays/{id}":{"parameters":[{"$ref":"#/components/parameters/ReplayId"}],\##
        "get":{"operationId":"getReplay","tags":["Webhook endpoints"],"summary":"Show a replay","description":"<p>A \##
        key with <code>webhooks:write</code>, without <code>Gateway-User</code>. Replays are kept as long as \##
        messages.</p>\n","x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "x-problem-codes":["malformed","unauthenticated","insufficient_scope","tenant_suspended","not_found",\##
        "rate_limited","internal_error","storage_unavailable"],"responses":{"200":{"description":"<p>The \##
        replay.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Replay"},\##
        "examples":{"replay":{"$ref":"#/components/examples/Replay"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "delete":{"operationId":"cancelReplay","tags":["Webhook endpoints"],"summary":"Stop a replay",\##
        "description":"<p>A key with <code>webhooks:write</code>, without <code>Gateway-User</code>. What was not \##
        sent yet is as it was before; what has been tried\nalready goes on as every delivery. The replay stays, and \##
        shows as <code>cancelled</code>. Asking again is no error.</p>\n","x-caller":"key",\##
        "x-scope":"webhooks:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"204":{"description":"<p>It sends nothing more.</p>\n"},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/messages":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listMessages","tags":["Messages"],"summary":"List messages","description":"<p>A key \##
        with <code>messages:read</code>. In the order in which they became visible: ask with <code>after</code> = \##
        the last id you saw, and you\nmiss none. An id that is unknown or past its retention answers 422 <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a>.</p>\n<p>With <code>Accept: \##
        text/event-stream</code> it answers a stream of server-sent events: what the list would hold, without \##
        <code>limit</code>,\nand then each message as it becomes visible. <code>id</code> is the message's id, \##
        <code>event</code> its type, <code>data</code> the message as JSON on\none line. A comment comes every 15 s \##
        while there is nothing to tell. The stream ends after 14 minutes at most, or as\nsoon as the key may no \##
        longer read; the reader comes back with <code>Last-Event-ID</code>, as clients of such streams do by \##
        themselves,\nand misses none. It takes nothing from the tenant's request limit, and waits up to a minute for \##
        storage that does not\nanswer. A tenant may have 20 streams at once; one more answers 429 <a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"messages:read","security":[{"tenantKey":[]}],"parameters":[{"name":"after","in":"query",\##
        "description":"<p>The id of a message, or a cursor; the list goes on after it. It comes before \##
        <code>cursor</code>.</p>\n","schema":{"type":"string","maxLength":2000},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        {"name":"type","in":"query","description":"<p>Messages of this type only.</p>\n","schema":{"type":"string",\##
        "minLength":1,"maxLength":2000},\##
        "example":"bot.completed"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"},\##
        {"name":"Last-Event-ID","in":"header","description":"<p>Of a stream only, the id of the last message seen; \##
        it comes before <code>after</code>.</p>\n","schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Messages, oldest first; as a list, or as a stream where that was asked \##
        for.</p>\n","content":{"application/json":{"schema":{"$ref":"#/components/schemas/MessageList"},\##
        "examples":{"message_list":{"$ref":"#/components/examples/MessageList"}}},\##
        "text/event-stream":{"schema":{"type":"string"},\##
        "examples":{"message_stream":{"$ref":"#/components/examples/MessageStream"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/messages/{id}":{"parameters":[{"$ref":"#/components/parameters/MessageId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"get":{"operationId":"getMessage","tags":["Messages"],\##
        "summary":"Show a message","description":"<p>A key with <code>messages:read</code>.</p>\n","x-caller":"key",\##
        "x-scope":"messages:read","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>The message.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Message"},\##
        "examples":{"message":{"$ref":"#/components/examples/Message"},\##
        "message_sync_events":{"$ref":"#/components/examples/MessageSyncEvents"},\##
        "message_recording_scheduled":{"$ref":"#/components/examples/MessageRecordingScheduled"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/deliveries":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listDeliveries","tags":["Messages"],"summary":"List deliveries","description":"<p>A \##
        key with <code>messages:read</code>. One message for one endpoint each, or for the callback of a bot; of one \##
        user when the key\nnames one.</p>\n","x-caller":"key","x-scope":"messages:read",\##
        "security":[{"tenantKey":[]}],"parameters":[{"name":"status","in":"query","description":"<p>Deliveries in \##
        this state only.</p>\n","schema":{"$ref":"#/components/schemas/DeliveryStatus"}},\##
        {"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Deliveries, oldest first.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/DeliveryList"},\##
        "examples":{"delivery_list":{"$ref":"#/components/examples/DeliveryList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/deliveries/{id}/retry":{"parameters":[{"$ref":"#/components/parameters/DeliveryId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"post":{"operationId":"retryDelivery","tags":["Messages"],\##
        "summary":"Send it again","description":"<p>A key with <code>webhooks:write</code>. Takes no body. Whatever \##
        its state, it is due at once and its schedule begins anew, with\nthe same <code>webhook-id</code>. A \##
        disabled endpoint answers 409 <a href=\"/docs/problems/conflict\"><code>conflict</code></a>, and so does a \##
        message whose data were dropped; with\n<code>Gateway-User</code>, a message that is not about that user \##
        404.</p>\n","x-caller":"key","x-scope":"webhooks:write","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/IdempotencyKey"}],"x-problem-codes":["malformed",\##
        "unauthenticated","insufficient_scope","tenant_suspended","not_found","conflict","too_large",\##
        "idempotency_mismatch","rate_limited","quota_exceeded","internal_error","storage_unavailable"],\##
        "responses":{"202":{"description":"<p>The delivery, due now.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Delivery"},\##
        "examples":{"delivery_pending":{"$ref":"#/components/examples/DeliveryPending"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "413":{"$ref":"#/components/responses/TooLarge","description":"<p><a \##
        href=\"/docs/problems/too_large\"><code>too_large</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/idempotency_mismatch\"><code>idempotency_mismatch</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a> or <a \##
        href=\"/docs/problems/quota_exceeded\"><code>quota_exceeded</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/attempts":{"parameters":[{"$ref":"#/components/parameters/GatewayUser"}],\##
        "get":{"operationId":"listAttempts","tags":["Messages"],"summary":"List attempts","description":"<p>A key \##
        with <code>messages:read</code>. Every request that a delivery made: what came of it, how long each part \##
        took, and the\nbeginning of what was answered; of one user when the key names one. Attempts are kept as long \##
        as their message and\ntheir endpoint. A cursor that is none of this list answers 422 <a \##
        href=\"/docs/problems/validation\"><code>validation</code></a>.</p>\n","x-caller":"key",\##
        "x-scope":"messages:read","security":[{"tenantKey":[]}],\##
        "parameters":[{"$ref":"#/components/parameters/EndpointFilter"},\##
        {"$ref":"#/components/parameters/DeliveryFilter"},\##
        {"$ref":"#/components/parameters/MessageFilter"},\##
        {"$ref":"#/components/parameters/TypeFilter"},\##
        {"$ref":"#/components/parameters/AttemptStatus"},\##
        {"$ref":"#/components/parameters/AttemptsSince"},\##
        {"$ref":"#/components/parameters/AttemptsUntil"},\##
        {"$ref":"#/components/parameters/Cursor"},\##
        {"$ref":"#/components/parameters/Limit"},\##
        {"$ref":"#/components/parameters/UserFilter"}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","validation","rate_limited","internal_error","storage_unavailable"],\##
        "responses":{"200":{"description":"<p>Attempts, the newest first.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/AttemptList"},\##
        "examples":{"attempt_list":{"$ref":"#/components/examples/AttemptList"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "422":{"$ref":"#/components/responses/Unprocessable","description":"<p><a \##
        href=\"/docs/problems/validation\"><code>validation</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/api/v1/users/{user_id}":{"parameters":[{"$ref":"#/components/parameters/UserId"},\##
        {"$ref":"#/components/parameters/GatewayUser"}],"delete":{"operationId":"deleteUser","tags":["Users"],\##
        "summary":"End with a user","description":"<p>A key with <code>connections:write</code>. The user's sessions \##
        and the consents under way end at once; connections and calendars go\nas by DELETE of each. Bots leave their \##
        calls or are cancelled, Zoom credentials are deleted at Meeting BaaS, and\n<code>user.deleted</code> tells \##
        when that is done and what remained. What is under way for the user is refused, and taken down if it\nhas \##
        been made. Whoever has the same <code>user_id</code> later is another person: older things are visible to \##
        the tenant alone, and\nlose the user's id within 24 hours. Users are not registered, so one that nobody \##
        knows answers the same; with\n<code>Gateway-User</code>, another user 404.</p>\n","x-caller":"key",\##
        "x-scope":"connections:write","security":[{"tenantKey":[]}],"x-problem-codes":["malformed","unauthenticated",\##
        "insufficient_scope","tenant_suspended","not_found","conflict","rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"202":{"description":"<p>What is the user's is being taken down.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UserDeleting"},\##
        "examples":{"user_deleting":{"$ref":"#/components/examples/UserDeleting"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "403":{"$ref":"#/components/responses/Forbidden","description":"<p><a \##
        href=\"/docs/problems/insufficient_scope\"><code>insufficient_scope</code></a> or <a \##
        href=\"/docs/problems/tenant_suspended\"><code>tenant_suspended</code></a></p>\n"},\##
        "404":{"$ref":"#/components/responses/NotFound"},\##
        "409":{"$ref":"#/components/responses/Conflict","description":"<p><a \##
        href=\"/docs/problems/conflict\"><code>conflict</code></a></p>\n"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/oauth/callback/{provider}/{slug}":{"parameters":[{"$ref":"#/components/parameters/ProviderName"},\##
        {"$ref":"#/components/parameters/TenantSlug"}],"get":{"operationId":"finishConsentRedirect",\##
        "tags":["Consent"],"summary":"Where the provider sends the browser","description":"<p>Anyone; the browser \##
        comes here from Google or Microsoft. The code waits, sealed, 300 seconds for <code>complete</code>. What \##
        fits\nno consent (no such tenant or provider; the state is unknown, expired or used, another tenant's or \##
        provider's; a\nparameter stands twice; Google's <code>iss</code> is missing) gets a page and is never \##
        redirected.</p>\n","x-caller":"anyone","x-scope":null,"security":[],"parameters":[{"name":"state",\##
        "in":"query","required":true,"description":"<p>As it was sent to the provider.</p>\n",\##
        "schema":{"type":"string"}},\##
        {"name":"code","in":"query","description":"<p>The authorization code; either this or \##
        <code>error</code>.</p>\n","schema":{"type":"string"}},\##
        {"name":"error","in":"query","description":"<p>The provider's error; either this or \##
        <code>code</code>.</p>\n","schema":{"type":"string"},\##
        "example":"access_denied"},\##
        {"name":"iss","in":"query","description":"<p>Who answers (RFC 9207). Google always sends it, Microsoft never \##
        does.</p>\n","schema":{"type":"string"},\##
        "example":"https://accounts.google.com"},\##
        {"name":"others","in":"query","description":"<p>Whatever else the provider sends, each under its own name; \##
        it is passed over.</p>\n","style":"form","explode":true,"schema":{"type":"object",\##
        "additionalProperties":{"type":"string"}}}],"x-problem-codes":["rate_limited","internal_error",\##
        "storage_unavailable"],"responses":{"303":{"description":"<p>On to <code>return_url</code>, its own query \##
        kept, with <code>connection_id</code> and <code>ticket</code>; or with <code>connection_id</code> and \##
        <code>error</code> =\n<code>access_denied</code>, <code>admin_consent_required</code>, \##
        <code>provider_error</code> or <code>temporarily_unavailable</code>.</p>\n",\##
        "headers":{"Location":{"description":"<p>The <code>return_url</code> with the result in its query.</p>\n",\##
        "schema":{"type":"string","format":"uri"},\##
        "example":"https://app.example.com/calendar/connected?connection_id=con_06gvih7hjppehdaesu0sotfm6o&ticket=mgt\##
        _…"}}},\##
        "400":{"description":"<p>A page that tells the user to start again; a problem document where not even the \##
        request's target can be read (it has more than 8 KiB).</p>\n",\##
        "content":{"text/html":{"schema":{"type":"string"},\##
        "example":"<!doctype html><html lang=\"en\"><title>Connecting did not work</title>…</html>"},\##
        "application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}},\##
        "/webhooks/meeting-baas":{"post":{"operationId":"receiveSharedWebhook","tags":["Intake"],"summary":"A \##
        webhook of the gateway's shared account","description":"<p>Anyone; it is verified by what it bears: Svix \##
        headers against the account's signing secrets (version 2), or\n<code>x-meeting-baas-api-key</code> against \##
        the account's key (version 1). It is stored with its deliveries before it is answered;\na duplicate answers \##
        200 too. Nothing to check it with, or too much waiting for an owner: 503, so that it is sent again.\nA body \##
        has at most 16 MiB, and 4 MiB where only its signature proves it. While many unproven bodies come at once, \##
        the\nslowest answers 408 <a href=\"/docs/problems/request_timeout\"><code>request_timeout</code></a>.</p>\n",\##
        "x-caller":"anyone","x-scope":null,"security":[],"parameters":[{"$ref":"#/components/parameters/SvixId"},\##
        {"$ref":"#/components/parameters/SvixTimestamp"},\##
        {"$ref":"#/components/parameters/SvixSignature"},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"<p>It is stored.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/webhooks/meeting-baas/{slug}":{"parameters":[{"$ref":"#/components/parameters/TenantSlug"}],\##
        "post":{"operationId":"receiveTenantWebhook","tags":["Intake"],"summary":"A webhook of a tenant's own \##
        account","description":"<p>Anyone; as for the shared account, verified against the tenant's own. Enter this \##
        URL in the Meeting BaaS dashboard of\nthat account; <a href=\"#getMeetingBaasAccount\"><code>GET \##
        /admin/v1/tenants/{slug}/meeting-baas</code></a> names it. A tenant without an account of its own and a \##
        slug\nwithout a tenant answer alike: 503 <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a>.</p>\n","x-caller":"anyone",\##
        "x-scope":null,"security":[],"parameters":[{"$ref":"#/components/parameters/SvixId"},\##
        {"$ref":"#/components/parameters/SvixTimestamp"},\##
        {"$ref":"#/components/parameters/SvixSignature"},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable","not_configured"],\##
        "requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"<p>It is stored.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a> or <a \##
        href=\"/docs/problems/not_configured\"><code>not_configured</code></a></p>\n"}}}},\##
        "/callbacks/meeting-baas/{reference}":{"parameters":[{"name":"reference","in":"path","required":true,\##
        "description":"<p>Made by the gateway for one bot.</p>\n","schema":{"type":"string","minLength":1},\##
        "example":"Zm9yIG9uZSBib3Qgb25seSBvbmx5"}],"post":{"operationId":"receiveCallback","tags":["Intake"],\##
        "summary":"A callback of one bot","description":"<p>Anyone; for the URLs that the gateway gives to Meeting \##
        BaaS in place of a tenant's own: version 1's <code>webhook_url</code>,\nversion 2's \##
        <code>callback_config</code>. Verified by <code>x-mb-secret</code> (version 2) or the account's key (version \##
        1), stored with its\ndelivery to the tenant's URL, and only then answered; the same again within ten minutes \##
        answers 200 too. An unknown\nreference and a wrong secret answer alike. A body has at most 16 MiB.\nWhat \##
        still comes for a URL that the tenant took back is stored and not delivered; on version 1, which calls a \##
        bot's\nown URL in place of the account's, it goes to the tenant's endpoints.</p>\n","x-caller":"anyone",\##
        "x-scope":null,"security":[],"parameters":[{"name":"x-mb-secret","in":"header","description":"<p>Version 2's \##
        secret of this callback, which the gateway made.</p>\n","schema":{"type":"string"}},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"<p>It is stored.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}},\##
        "put":{"operationId":"receiveCallbackByPut","tags":["Intake"],"summary":"A callback of one bot, by PUT",\##
        "description":"<p>Anyone; for the URLs that the gateway gives to Meeting BaaS in place of a tenant's own: \##
        version 1's <code>webhook_url</code>,\nversion 2's <code>callback_config</code>. Verified by \##
        <code>x-mb-secret</code> (version 2) or the account's key (version 1), stored with its\ndelivery to the \##
        tenant's URL, and only then answered; the same again within ten minutes answers 200 too. An \##
        unknown\nreference and a wrong secret answer alike. A body has at most 16 MiB.</p>\n","x-caller":"anyone",\##
        "x-scope":null,"security":[],"parameters":[{"name":"x-mb-secret","in":"header","description":"<p>Version 2's \##
        secret of this callback, which the gateway made.</p>\n","schema":{"type":"string"}},\##
        {"$ref":"#/components/parameters/MeetingBaasKey"}],"x-problem-codes":["malformed","unauthenticated",\##
        "too_large","rate_limited","internal_error","storage_unavailable"],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/UpstreamWebhook"},\##
        "examples":{"upstream_webhook":{"$ref":"#/components/examples/UpstreamWebhook"}}}}},\##
        "responses":{"200":{"description":"<p>It is stored.</p>\n",\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/WebhookReceived"},\##
        "examples":{"webhook_received":{"$ref":"#/components/examples/WebhookReceived"}}}}},\##
        "400":{"$ref":"#/components/responses/Malformed"},\##
        "401":{"$ref":"#/components/responses/Unauthenticated"},\##
        "413":{"$ref":"#/components/responses/TooLarge"},\##
        "429":{"$ref":"#/components/responses/TooManyRequests","description":"<p><a \##
        href=\"/docs/problems/rate_limited\"><code>rate_limited</code></a></p>\n"},\##
        "500":{"$ref":"#/components/responses/InternalError"},\##
        "503":{"$ref":"#/components/responses/Unavailable","description":"<p><a \##
        href=\"/docs/problems/storage_unavailable\"><code>storage_unavailable</code></a></p>\n"}}}}},\##
        "webhooks":{"message":{"post":{"operationId":"receiveMessage","tags":["Webhook endpoints"],"summary":"What \##
        your endpoint receives","description":"<p>A message, signed as Standard Webhooks 1.0.0 has it: \##
        <code>webhook-signature</code> holds <code>v1,</code> and the base64 of HMAC-SHA-256 \##
        over\n<code>webhook-id.webhook-timestamp.body</code>, under the base64-decoded part of the secret after \##
        <code>whsec_</code>; two of them, parted by\na blank, while a rotation overlaps. Verify on the raw bytes, \##
        refuse timestamps more than five minutes away, and answer\n2xx quickly. Messages come at least once: \##
        <code>webhook-id</code> is the same on every attempt and in every replay. The\nendpoint's own \##
        <code>headers</code> come too. Redirects are not followed. 410 disables the endpoint; \##
        <code>Retry-After</code> of a 429 or\n503 is kept, up to 6 h.</p>\n","parameters":[{"name":"webhook-id",\##
        "in":"header","required":true,"description":"<p>The message's id.</p>\n","schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        {"name":"webhook-timestamp","in":"header","required":true,"description":"<p>When this attempt was made, in \##
        seconds since 1970.</p>\n","schema":{"type":"string"},\##
        "example":"1795429872"},\##
        {"name":"webhook-signature","in":"header","required":true,"description":"<p>One signature, or two parted by \##
        a blank.</p>\n","schema":{"type":"string"},\##
        "example":"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="}],"requestBody":{"required":true,\##
        "content":{"application/json":{"schema":{"$ref":"#/components/schemas/MessageSent"},\##
        "examples":{"message_sent":{"$ref":"#/components/examples/MessageSent"}}}}},\##
        "responses":{"2XX":{"description":"<p>Taken.</p>\n"},\##
        "410":{"description":"<p>No more; the endpoint is disabled and what is pending is held.</p>\n"}}}}},\##
        "components":{"securitySchemes":{"adminToken":{"type":"http","scheme":"bearer","description":"<p>The \##
        operator's <code>GATEWAY_ADMIN_TOKEN</code>. Without one set, <code>/admin</code> is closed.</p>\n"},\##
        "tenantKey":{"type":"http","scheme":"bearer","bearerFormat":"mgk_","description":"<p>A tenant's key. For \##
        servers; never put it in an app.</p>\n"},\##
        "session":{"type":"http","scheme":"bearer","bearerFormat":"mgs_","description":"<p>A session, minted by the \##
        tenant's server for one user. For that user's app.</p>\n"},\##
        "metricsToken":{"type":"http","scheme":"bearer","description":"<p>The operator's \##
        <code>GATEWAY_METRICS_TOKEN</code>, where it is set.</p>\n"}},\##
        "headers":{"ETag":{"description":"<p>Stands for the settings as they are; a strong entity tag for \##
        <code>If-Match</code>.</p>\n","schema":{"type":"string"},\##
        "example":"\"6f1d0c2ab3e94857a0c1d2e3f4a5b6c7\""},\##
        "RateLimit":{"description":"<p>What is left of the limit, and in how many seconds it is whole again; where \##
        one applies.</p>\n","schema":{"type":"string"},\##
        "example":"\"tenant\";r=0;t=1"},\##
        "RateLimitPolicy":{"description":"<p>The limit, how many it takes at once and within how many seconds they \##
        come back.</p>\n","schema":{"type":"string"},\##
        "example":"\"tenant\";q=100;w=2"},\##
        "RequestId":{"description":"<p>Finds this request in the gateway's log.</p>\n","schema":{"type":"string",\##
        "pattern":"^req_[0-9a-v]{26}$"},\##
        "example":"req_06h0fve001r9b56qhhippolh1g"},\##
        "RetryAfter":{"description":"<p>Seconds to wait, where that is known.</p>\n","schema":{"type":"integer",\##
        "minimum":0},\##
        "example":10}},\##
        "parameters":{"GatewayUser":{"name":"Gateway-User","in":"header","description":"<p>With a key only: the user \##
        on whose behalf the call is made. The key then sees what that user may see, and what it makes\nis that \##
        user's. With a session it answers 400.</p>\n","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "IdempotencyKey":{"name":"Idempotency-Key","in":"header","description":"<p>Makes it safe to send the request \##
        again; see &quot;Sending again&quot;.</p>\n","schema":{"type":"string","minLength":1,"maxLength":255,\##
        "pattern":"^(\"[!#-~]{1,253}\"|[!#-~]{1,255})$"},\##
        "example":"5f0c1d9e-2f3b-4c59-9d0e-6f1f7f5f2a11"},\##
        "TenantSlug":{"name":"slug","in":"path","required":true,"description":"<p>The tenant's slug.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"acme"},\##
        "ProviderName":{"name":"provider","in":"path","required":true,"description":"<p>The provider; there is no \##
        other.</p>\n","schema":{"$ref":"#/components/schemas/ProviderName"},\##
        "example":"google"},\##
        "KeyId":{"name":"key","in":"path","required":true,"description":"<p>The key's id, not the key itself.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"key_06gpmm1iq9u0pcpfhc92821vq8"},\##
        "SessionId":{"name":"id","in":"path","required":true,"description":"<p>The session's id, not its \##
        token.</p>\n","schema":{"type":"string"},\##
        "example":"ses_06h0f8hig1s1he69jlelr61hik"},\##
        "ConnectionId":{"name":"id","in":"path","required":true,"description":"<p>The connection's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"con_06gvih7hjppehdaesu0sotfm6o"},\##
        "CalendarId":{"name":"id","in":"path","required":true,"description":"<p>The calendar's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b"},\##
        "EventId":{"name":"id","in":"path","required":true,"description":"<p>The event's id, in any case.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"},\##
        "EndpointId":{"name":"id","in":"path","required":true,"description":"<p>The endpoint's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"ep_06gq0khpu5u3r6fn70bssrghhk"},\##
        "MessageId":{"name":"id","in":"path","required":true,"description":"<p>The message's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        "DeliveryId":{"name":"id","in":"path","required":true,"description":"<p>The delivery's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"dlv_06h0ftdk01vpba8djnpf2c6m1s"},\##
        "ReplayId":{"name":"id","in":"path","required":true,"description":"<p>The replay's id.</p>\n",\##
        "schema":{"type":"string"},\##
        "example":"rpl_06h0fvfg3pt2d3lou9ctdlc818"},\##
        "UserId":{"name":"user_id","in":"path","required":true,"description":"<p>The user, percent-encoded.</p>\n",\##
        "schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "IfMatch":{"name":"If-Match","in":"header","description":"<p>The <code>ETag</code> that must still stand; \##
        <code>*</code> for any. Unless given, nothing is compared.</p>\n","schema":{"type":"string"},\##
        "example":"\"6f1d0c2ab3e94857a0c1d2e3f4a5b6c7\""},\##
        "Cursor":{"name":"cursor","in":"query","description":"<p>The <code>next_cursor</code> of the page \##
        before.</p>\n","schema":{"type":"string","maxLength":2000}},\##
        "Limit":{"name":"limit","in":"query","description":"<p>How many at most.</p>\n","schema":{"type":"integer",\##
        "minimum":1,"maximum":100,"default":50}},\##
        "UserFilter":{"name":"user_id","in":"query","description":"<p>With a key, only what is this user's. With a \##
        session or <code>Gateway-User</code> it may name that same user only.</p>\n",\##
        "schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "UserIgnored":{"name":"user_id","in":"query","description":"<p>Taken as on every list, but it narrows \##
        nothing here.</p>\n","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "UserOwner":{"name":"user_id","in":"query","description":"<p>Whose it must be; with another user than its \##
        own it answers 404.</p>\n","schema":{"$ref":"#/components/schemas/UserId"},\##
        "example":"user_8123"},\##
        "EndpointFilter":{"name":"endpoint_id","in":"query","description":"<p>Only what is for this endpoint.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"ep_06gq0khpu5u3r6fn70bssrghhk"},\##
        "DeliveryFilter":{"name":"delivery_id","in":"query","description":"<p>Only what is of this delivery.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"dlv_06h0ftdk01vpba8djnpf2c6m1s"},\##
        "MessageFilter":{"name":"message_id","in":"query","description":"<p>Only what is of this message.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"msg_06h0ftdk01ogvbsklj9sv4m1i0"},\##
        "TypeFilter":{"name":"type","in":"query","description":"<p>Only what is of messages of this type.</p>\n",\##
        "schema":{"type":"string","minLength":1,"maxLength":2000},\##
        "example":"bot.completed"},\##
        "AttemptStatus":{"name":"status","in":"query","description":"<p><code>delivered</code>: answered with a 2xx; \##
        <code>failed</code>: answered with anything else, or not at all.</p>\n","schema":{"type":"string",\##
        "enum":["delivered","failed"]}},\##
        "AttemptsSince":{"name":"since","in":"query","description":"<p>Attempts that were made at this time or \##
        later.</p>\n","schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-23T00:00:00Z"},\##
        "AttemptsUntil":{"name":"until","in":"query","description":"<p>Attempts that were made at this time or \##
        earlier.</p>\n","schema":{"type":"string","format":"date-time"},\##
        "example":"2026-11-24T00:00:00Z"},\##
        "AllOccurrences":{"name":"all_occurrences","in":"query","description":"<p>Every occurrence of the event's \##
        series instead of this one.</p>\n","schema":{"type":"boolean","default":false}},\##
        "SvixId":{"name":"svix-id","in":"header","description":"<p>Version 2's message id; <code>webhook-id</code> \##
        is read too.</p>\n","schema":{"type":"string"},\##
        "example":"msg_2x4EXAMPLEonlyEXAMPLEonly"},\##
        "SvixTimestamp":{"name":"svix-timestamp","in":"header","description":"<p>Seconds since 1970, at most five \##
        minutes away; <code>webhook-timestamp</code> is read too.</p>\n","schema":{"type":"string"},\##
        "example":"1795429872"},\##
        "SvixSignature":{"name":"svix-signature","in":"header","description":"<p>Signatures parted by blanks, of \##
        which one must fit; <code>webhook-signature</code> is read too.</p>\n","schema":{"type":"string"},\##
        "example":"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="},\##
        "MeetingBaasKey":{"name":"x-meeting-baas-api-key","in":"header","description":"<p>Version 1's proof, the \##
        account's own key; read when there is no <code>svix-id</code>.</p>\n","schema":{"type":"string"}}},\##
        "responses":{"NotModified":{"description":"<p>Still the same as the <code>ETag</code> that was sent.</p>\n"},\##
        "Malformed":{"description":"<p>The request cannot be read.</p>\n","x-problem-codes":["malformed"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"malformed":{"$ref":"#/components/examples/ProblemMalformed"}}}}},\##
        "Unauthenticated":{"description":"<p>The request bears no credential that is valid here; those of a tenant \##
        that is being deleted are not.</p>\n","x-problem-codes":["unauthenticated"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "WWW-Authenticate":{"description":"<p>Always <code>Bearer</code>.</p>\n","schema":{"type":"string"},\##
        "example":"Bearer"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"unauthenticated":{"$ref":"#/components/examples/ProblemUnauthenticated"}}}}},\##
        "Forbidden":{"description":"<p>The credential may not do this.</p>\n",\##
        "x-problem-codes":["insufficient_scope","tenant_suspended"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"insufficient_scope":{"$ref":"#/components/examples/ProblemInsufficientScope"},\##
        "tenant_suspended":{"$ref":"#/components/examples/ProblemTenantSuspended"}}}}},\##
        "NotFound":{"description":"<p>There is nothing here that this caller may see.</p>\n",\##
        "x-problem-codes":["not_found"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"not_found":{"$ref":"#/components/examples/ProblemNotFound"}}}}},\##
        "Conflict":{"description":"<p>The present state does not allow it.</p>\n",\##
        "x-problem-codes":["needs_reconnect","account_mismatch","calendar_already_connected","in_use","conflict"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"needs_reconnect":{"$ref":"#/components/examples/ProblemNeedsReconnect"},\##
        "account_mismatch":{"$ref":"#/components/examples/ProblemAccountMismatch"},\##
        "calendar_already_connected":{"$ref":"#/components/examples/ProblemCalendarAlreadyConnected"},\##
        "in_use":{"$ref":"#/components/examples/ProblemInUse"},\##
        "conflict":{"$ref":"#/components/examples/ProblemConflict"}}}}},\##
        "PreconditionFailed":{"description":"<p>It was changed since the <code>ETag</code> in <code>If-Match</code> \##
        was read.</p>\n","x-problem-codes":["precondition_failed"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"precondition_failed":{"$ref":"#/components/examples/ProblemPreconditionFailed"}}}}},\##
        "TooLarge":{"description":"<p>The body is too large.</p>\n","x-problem-codes":["too_large"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"too_large":{"$ref":"#/components/examples/ProblemTooLarge"}}}}},\##
        "Unprocessable":{"description":"<p>The request says something that cannot be done; <code>errors</code> names \##
        each mistake.</p>\n","x-problem-codes":["ticket_invalid","validation","idempotency_mismatch"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"ticket_invalid":{"$ref":"#/components/examples/ProblemTicketInvalid"},\##
        "validation":{"$ref":"#/components/examples/ProblemValidation"},\##
        "idempotency_mismatch":{"$ref":"#/components/examples/ProblemIdempotencyMismatch"}}}}},\##
        "TooManyRequests":{"description":"<p>A limit is reached.</p>\n","x-problem-codes":["rate_limited",\##
        "quota_exceeded"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "RateLimit":{"$ref":"#/components/headers/RateLimit"},\##
        "RateLimit-Policy":{"$ref":"#/components/headers/RateLimitPolicy"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"rate_limited":{"$ref":"#/components/examples/ProblemRateLimited"},\##
        "quota_exceeded":{"$ref":"#/components/examples/ProblemQuotaExceeded"}}}}},\##
        "InternalError":{"description":"<p>An error inside the gateway; the request id finds it in the log.</p>\n",\##
        "x-problem-codes":["internal_error"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"internal_error":{"$ref":"#/components/examples/ProblemInternalError"}}}}},\##
        "UpstreamRejected":{"description":"<p>Meeting BaaS refused the request.</p>\n",\##
        "x-problem-codes":["upstream_rejected"],"headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"upstream_rejected":{"$ref":"#/components/examples/ProblemUpstreamRejected"}}}}},\##
        "Unavailable":{"description":"<p>Something that this needs does not answer, or is not set up.</p>\n",\##
        "x-problem-codes":["provider_unavailable","upstream_unavailable","storage_unavailable","not_configured"],\##
        "headers":{"x-request-id":{"$ref":"#/components/headers/RequestId"},\##
        "Retry-After":{"$ref":"#/components/headers/RetryAfter"}},\##
        "content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"},\##
        "examples":{"provider_unavailable":{"$ref":"#/components/examples/ProblemProviderUnavailable"},\##
        "upstream_unavailable":{"$ref":"#/components/examples/ProblemUpstreamUnavailable"},\##
        "storage_unavailable":{"$ref":"#/components/examples/ProblemStorageUnavailable"},\##
        "not_configured":{"$ref":"#/components/examples/ProblemNotConfigured"}}}}}},\##
        "schemas":{"Time":{"description":"<p>RFC 3339 in UTC, ending in <code>Z</code>.</p>\n","type":"string",\##
        "format":"date-time","pattern":"Z$"},\##
        "TimeOrNull":{"description":"<p>RFC 3339 in UTC, ending in <code>Z</code>; or null.</p>\n","type":["string",\##
        "null"],"format":"date-time","pattern":"Z$"},\##
        "UserId":{"description":"<p>An end user, named by the tenant; ASCII without blanks.</p>\n","type":"string",\##
        "minLength":1,"maxLength":255,"pattern":"^[!-~]{1,255}$"},\##
        "ProviderName":{"description":"<p>A calendar provider.</p>\n","type":"string","enum":["google","microsoft"]},\##
        "Scope":{"description":"<p>What a credential may do.</p>\n","type":"string","enum":["sessions:write",\##
        "connections:read","connections:write","connections:import","calendars:read","calendars:write",\##
        "recordings:write","webhooks:write","messages:read","mirror:read","mirror:write","tokens:read"]},\##
        "SessionScope":{"description":"<p>What a session may do; the other scopes are for keys only.</p>\n",\##
        "type":"string","enum":["connections:read","connections:write","calendars:read","calendars:write",\##
        "recordings:write","mirror:read","mirror:write"]},\##
        "NextCursor":{"description":"<p>Where the next page begins; null on the last one.</p>\n","type":["string",\##
        "null"]},\##
        "Problem":{"description":"<p>An error, as RFC 9457 has it.</p>\n","type":"object","required":["type","title",\##
        "status","detail","instance"],\##
        "properties":{"type":{"description":"<p><code>urn:meeting-gateway:problem:</code> and the code. More codes \##
        may come.</p>\n","type":"string","pattern":"^urn:meeting-gateway:problem:[a-z_]+$"},\##
        "title":{"type":"string","description":"<p>The code in words.</p>\n"},\##
        "status":{"type":"integer","minimum":400,"maximum":599,"description":"<p>The reply's status.</p>\n"},\##
        "detail":{"type":"string","description":"<p>What is wrong with this request.</p>\n"},\##
        "instance":{"description":"<p><code>urn:meeting-gateway:request:</code> and the request's id.</p>\n",\##
        "type":"string","pattern":"^urn:meeting-gateway:request:req_[0-9a-v]{26}$"},\##
        "action":{"description":"<p>Who must act for the request to succeed; <code>wait</code> for nobody but \##
        time.</p>\n","type":"string","enum":["user","tenant","operator","wait"]},\##
        "retry_after":{"type":"integer","minimum":0,"description":"<p>Seconds to wait; also in \##
        <code>Retry-After</code>.</p>\n"},\##
        "errors":{"description":"<p>Every mistake that was found, up to 100.</p>\n","type":"array","minItems":1,\##
        "maxItems":100,"items":{"$ref":"#/components/schemas/FieldError"}}}},\##
        "FieldError":{"type":"object","required":["pointer","detail"],"properties":{"pointer":{"type":"string",\##
        "description":"<p>Its place: an RFC 6901 pointer into the body, or <code>?name</code> for a \##
        parameter.</p>\n"},\##
        "detail":{"type":"string","description":"<p>What is wrong there.</p>\n"}}},\##
        "Health":{"type":"object","required":["status"],"properties":{"status":{"type":"string","const":"ok"}}},\##
        "Readiness":{"type":"object","required":["status"],"properties":{"status":{"type":"string",\##
        "const":"ready"}}},\##
        "Tenant":{"description":"<p>A product or customer of the operator.</p>\n","type":"object","required":["id",\##
        "slug","name","status","created_at"],"properties":{"id":{"type":"string","pattern":"^ten_[0-9a-v]{26}$"},\##
        "slug":{"type":"string","pattern":"^[a-z0-9-]{2,40}$","description":"<p>Stands in URLs; never \##
        changes.</p>\n"},\##
        "name":{"type":"string"},\##
        "status":{"type":"string","enum":["active","suspended","deleting"]},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "TenantList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Tenant"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "TenantCreate":{"type":"object","additionalProperties":false,"required":["slug","name"],\##
        "properties":{"slug":{"type":"string","minLength":2,"maxLength":40,"pattern":"^[a-z0-9-]{2,40}$",\##
        "description":"<p>Never changes.</p>\n"},\##
        "name":{"type":"string","minLength":1,"maxLength":200}}},\##
        "TenantChange":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string",\##
        "minLength":1,"maxLength":200},\##
        "status":{"type":"string","enum":["active","suspended"]}}},\##
        "TenantDeleting":{"type":"object","required":["id","slug","status"],"properties":{"id":{"type":"string",\##
        "pattern":"^ten_[0-9a-v]{26}$"},\##
        "slug":{"type":"string"},\##
        "status":{"type":"string","const":"deleting"}}},\##
        "Settings":{"description":"<p>What an operator may set for a tenant.</p>\n","type":"object",\##
        "required":["return_urls","allowed_origins","limits","revoke_on_disconnect"],\##
        "properties":{"return_urls":{"type":"array","items":{"type":"string"},\##
        "description":"<p>Where a consent may end; compared exactly.</p>\n"},\##
        "allowed_origins":{"type":"array","items":{"type":"string"},\##
        "description":"<p>Browser origins that may read replies.</p>\n"},\##
        "limits":{"description":"<p>Null where none is set.</p>\n","type":"object","required":["requests_per_second",\##
        "burst","calendars","bots_per_day","message_bytes"],"properties":{"requests_per_second":{"type":["integer",\##
        "null"]},\##
        "burst":{"type":["integer","null"]},\##
        "calendars":{"type":["integer","null"]},\##
        "bots_per_day":{"type":["integer","null"]},\##
        "message_bytes":{"type":["integer","null"]}}},\##
        "revoke_on_disconnect":{"type":"boolean"}}},\##
        "SettingsPut":{"type":"object","additionalProperties":false,\##
        "properties":{"return_urls":{"description":"<p>Where a consent may end; compared exactly. https, an app's \##
        own reverse-DNS scheme (<code>com.example.app:/…</code>), or\n<code>http://localhost</code> and \##
        <code>http://127.0.0.1</code>, which listed without a port match any. No fragment.</p>\n","type":"array",\##
        "maxItems":50,"default":[],"items":{"type":"string","minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+:([!$&-;=?-Z_a-z~]|%[0-9A-Fa-\##
        f]{2})*)$"}},\##
        "allowed_origins":{"description":"<p>Browser origins that may read replies; compared exactly. Plain http \##
        only on localhost and 127.0.0.1.</p>\n","type":"array","maxItems":50,"default":[],"items":{"type":"string",\##
        "minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9a-f:.]+\\]|[0-9a-z_]([0-9a-z._-]*[0-9a-z_])?)|http://(localhost|127\\.0\\.0\\.1)\##
        )(:[0-9]{1,5})?$"}},\##
        "limits":{"description":"<p>A quota that is null or absent does not hold; of requests the defaults do then \##
        (50 a second, twice as many and 100 at\nleast at once).</p>\n","type":"object","additionalProperties":false,\##
        "properties":{"requests_per_second":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "burst":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "calendars":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "bots_per_day":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "message_bytes":{"description":"<p>Bytes of stored messages: <code>data</code>, <code>extra</code> and 512 \##
        for each. By default 10 GiB for a tenant with a Meeting BaaS\naccount of its own, and no limit for one that \##
        the shared account serves.</p>\n","type":["integer","null"],"minimum":1,"maximum":1125899906842624}}},\##
        "revoke_on_disconnect":{"description":"<p>Whether a DELETE of a connection revokes the grant at \##
        Google.</p>\n","type":"boolean","default":true}}},\##
        "SettingsPatch":{"description":"<p>What is absent stays as it is; null is the default.</p>\n",\##
        "type":"object","additionalProperties":false,"properties":{"return_urls":{"description":"<p>Where a consent \##
        may end; compared exactly. https, an app's own reverse-DNS scheme (<code>com.example.app:/…</code>), \##
        or\n<code>http://localhost</code> and <code>http://127.0.0.1</code>, which listed without a port match any. \##
        No fragment.</p>\n","type":["array","null"],"maxItems":50,"items":{"type":"string","minLength":1,\##
        "maxLength":500,\##
        "pattern":"^(https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?|[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+:([!$&-;=?-Z_a-z~]|%[0-9A-Fa-\##
        f]{2})*)$"}},\##
        "allowed_origins":{"description":"<p>Browser origins that may read replies; compared exactly. Plain http \##
        only on localhost and 127.0.0.1.</p>\n","type":["array","null"],"maxItems":50,"items":{"type":"string",\##
        "minLength":1,"maxLength":500,\##
        "pattern":"^(https://(\\[[0-9a-f:.]+\\]|[0-9a-z_]([0-9a-z._-]*[0-9a-z_])?)|http://(localhost|127\\.0\\.0\\.1)\##
        )(:[0-9]{1,5})?$"}},\##
        "limits":{"description":"<p>A quota that is null or absent does not hold; of requests the defaults do then \##
        (50 a second, twice as many and 100 at\nleast at once).</p>\n","type":["object","null"],\##
        "additionalProperties":false,"properties":{"requests_per_second":{"type":["integer","null"],"minimum":1,\##
        "maximum":100000},\##
        "burst":{"type":["integer","null"],"minimum":1,"maximum":100000},\##
        "calendars":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "bots_per_day":{"type":["integer","null"],"minimum":0,"maximum":1000000},\##
        "message_bytes":{"description":"<p>Bytes of stored messages: <code>data</code>, <code>extra</code> and 512 \##
        for each. By default 10 GiB for a tenant with a Meeting BaaS\naccount of its own, and no limit for one that \##
        the shared account serves.</p>\n","type":["integer","null"],"minimum":1,"maximum":1125899906842624}}},\##
        "revoke_on_disconnect":{"description":"<p>Whether a DELETE of a connection revokes the grant at \##
        Google.</p>\n","type":["boolean","null"]}}},\##
        "ProviderApp":{"description":"<p>A tenant's registration at Google or Microsoft, without its secret.</p>\n",\##
        "type":"object","required":["provider","client_id","redirect_uri"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "client_id":{"type":"string"},\##
        "directory":{"type":"string","description":"<p>Microsoft's tenant segment; always there for Microsoft, never \##
        for Google.</p>\n"},\##
        "redirect_uri":{"type":"string","format":"uri","description":"<p>Register this at the provider.</p>\n"},\##
        "calendar_renewal":{"$ref":"#/components/schemas/CalendarRenewal"}}},\##
        "CalendarRenewal":{"description":"<p>How far a new client secret has come to the calendars at Meeting \##
        BaaS.</p>\n","type":"object","required":["remaining","advice"],\##
        "properties":{"remaining":{"description":"<p>How many calendars of working connections still have a former \##
        secret. Do not disable that one at the provider before\nthis is 0. A number that stays means that renewals \##
        have failed: enter the secret again.</p>\n","type":"integer","minimum":0},\##
        "advice":{"type":["string","null"],"description":"<p>What not to do before <code>remaining</code> is 0; then \##
        null.</p>\n"}}},\##
        "ProviderAppPut":{"type":"object","additionalProperties":false,"required":["client_id","client_secret"],\##
        "properties":{"client_id":{"type":"string","minLength":1,"maxLength":500,"pattern":"^[!-~]+$"},\##
        "client_secret":{"type":"string","minLength":1,"maxLength":2000,"pattern":"^[!-~]+$","writeOnly":true},\##
        "directory":{"description":"<p>Microsoft only; <code>common</code> unless given, <code>organizations</code>, \##
        <code>consumers</code>, a GUID or a domain.</p>\n","type":["string","null"],"minLength":1,"maxLength":200,\##
        "pattern":"^[0-9A-Za-z.-]*[0-9A-Za-z-][0-9A-Za-z.-]*$"}}},\##
        "Account":{"description":"<p>The Meeting BaaS account that serves a tenant, without its key.</p>\n",\##
        "type":"object","required":["shared","api_version","webhook_secret_count","webhook_url","last_webhook_at"],\##
        "properties":{"shared":{"type":"boolean","description":"<p>Whether it is the gateway's shared \##
        account.</p>\n"},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "webhook_secret_count":{"type":"integer","minimum":0,"description":"<p>How many signing secrets are \##
        stored.</p>\n"},\##
        "webhook_url":{"type":"string","format":"uri","description":"<p>Enter this in Meeting BaaS's \##
        dashboard.</p>\n"},\##
        "last_webhook_at":{"$ref":"#/components/schemas/TimeOrNull"}}},\##
        "AccountPut":{"type":"object","additionalProperties":false,"required":["api_key","api_version"],\##
        "properties":{"api_key":{"type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]+$",\##
        "writeOnly":true},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "webhook_secrets":{"description":"<p>Svix signing secrets, <code>whsec_</code> and base64; several while one \##
        is being replaced. Absent means none.</p>\n","type":"array","maxItems":10,"writeOnly":true,\##
        "items":{"type":"string","minLength":22,"maxLength":178,"pattern":"^(whsec_)?(([0-9A-Za-z+/_-]{4}){6,\##
        42}|([0-9A-Za-z+/_-]{4}){5,42}([0-9A-Za-z+/_-][AQgw](==)?|[0-9A-Za-z+/_-]{2}[AEIMQUYcgkosw048]=?))$"}}}},\##
        "ApiVersion":{"description":"<p>The version of Meeting BaaS's API that the account is spoken to with.</p>\n",\##
        "type":"string","enum":["v1","v2"]},\##
        "Key":{"description":"<p>A tenant's server's credential, without the credential itself.</p>\n",\##
        "type":"object","required":["id","name","scopes","created_at","expires_at","last_used_at"],\##
        "properties":{"id":{"type":"string","pattern":"^key_[0-9a-v]{26}$"},\##
        "name":{"type":"string"},\##
        "scopes":{"type":"array","items":{"$ref":"#/components/schemas/Scope"}},\##
        "created_at":{"$ref":"#/components/schemas/Time"},\##
        "expires_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "last_used_at":{"description":"<p>To the minute; null when it was never used.</p>\n","type":["string",\##
        "null"],"format":"date-time","pattern":"Z$"}}},\##
        "KeyWithSecret":{"allOf":[{"$ref":"#/components/schemas/Key"},\##
        {"type":"object","required":["key"],"properties":{"key":{"type":"string","pattern":"^mgk_[0-9A-Za-z]{36}$",\##
        "description":"<p>The key itself. Shown this once.</p>\n"}}}]},\##
        "KeyList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Key"}},\##
        "next_cursor":{"type":"null"}}},\##
        "KeyCreate":{"type":"object","additionalProperties":false,"required":["name"],\##
        "properties":{"name":{"type":"string","minLength":1,"maxLength":200},\##
        "scopes":{"description":"<p>All but <code>connections:import</code> and <code>tokens:read</code> unless \##
        given.</p>\n","type":["array","null"],"minItems":1,"maxItems":20,\##
        "items":{"$ref":"#/components/schemas/Scope"}},\##
        "expires_at":{"description":"<p>In the future; absent or null, it does not expire.</p>\n","type":["string",\##
        "null"],"format":"date-time"}}},\##
        "Rotation":{"type":"object","additionalProperties":false,"required":["overlap_seconds"],\##
        "properties":{"overlap_seconds":{"description":"<p>How long the former secret goes on beside the new one; 0 \##
        ends it at once.</p>\n","type":"integer","minimum":0,"maximum":604800}}},\##
        "Session":{"description":"<p>A session with its token, which is shown this once.</p>\n","type":"object",\##
        "required":["id","user_id","token","scopes","expires_at"],"properties":{"id":{"type":"string",\##
        "pattern":"^ses_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "token":{"type":"string","pattern":"^mgs_[0-9A-Za-z]{36}$","description":"<p>For the user's app.</p>\n"},\##
        "scopes":{"type":"array","items":{"$ref":"#/components/schemas/SessionScope"}},\##
        "expires_at":{"$ref":"#/components/schemas/Time"}}},\##
        "SessionCreate":{"type":"object","additionalProperties":false,\##
        "properties":{"user_id":{"description":"<p>Whose; required unless <code>Gateway-User</code> names the \##
        user.</p>\n","$ref":"#/components/schemas/UserId"},\##
        "ttl_seconds":{"type":"integer","minimum":60,"maximum":86400,"default":3600,"description":"<p>How long it \##
        lives.</p>\n"},\##
        "scopes":{"description":"<p>None that the key itself does not have.</p>\n","type":"array","minItems":1,\##
        "maxItems":20,"items":{"$ref":"#/components/schemas/SessionScope"}}}},\##
        "Connection":{"description":"<p>One grant of one provider account to one user.</p>\n","type":"object",\##
        "required":["id","user_id","provider","status","account","scopes","missing_scopes","created_at",\##
        "updated_at"],"properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "status":{"description":"<p><code>pending</code> until the consent is completed; <code>missing_scope</code> \##
        when the user left the calendar out; <a \##
        href=\"/docs/problems/needs_reconnect\"><code>needs_reconnect</code></a>\nwhen the provider no longer \##
        accepts the grant; <code>blocked</code> when an administrator of the account blocks the app.</p>\n",\##
        "type":"string","enum":["pending","active","missing_scope","needs_reconnect","blocked","deleting"]},\##
        "account":{"type":"object","required":["email"],"properties":{"email":{"type":["string","null"],\##
        "description":"<p>A label, never an identity.</p>\n"}}},\##
        "scopes":{"type":"array","items":{"type":"string"},\##
        "description":"<p>What was granted.</p>\n"},\##
        "missing_scopes":{"type":"array","items":{"type":"string"},\##
        "description":"<p>What is needed and was not granted.</p>\n"},\##
        "created_at":{"$ref":"#/components/schemas/Time"},\##
        "updated_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ConnectionList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Connection"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "ConnectionCreate":{"type":"object","additionalProperties":false,"required":["provider","return_url"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "return_url":{"type":"string","minLength":1,"maxLength":2000,"description":"<p>One of the tenant's \##
        <code>return_urls</code>.</p>\n"},\##
        "user_id":{"description":"<p>With a key, whose; required unless <code>Gateway-User</code> names the user. \##
        With a session left out.</p>\n","$ref":"#/components/schemas/UserId"},\##
        "login_hint":{"type":"string","minLength":1,"maxLength":320,"description":"<p>An e-mail address that \##
        preselects the account.</p>\n"}}},\##
        "ConnectionReconnect":{"type":"object","additionalProperties":false,"required":["return_url"],\##
        "properties":{"return_url":{"type":"string","minLength":1,"maxLength":2000,"description":"<p>One of the \##
        tenant's <code>return_urls</code>.</p>\n"}}},\##
        "ConsentStarted":{"description":"<p>A consent under way.</p>\n","type":"object","required":["id","status",\##
        "authorize_url","expires_at"],"properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$",\##
        "description":"<p>The connection's id.</p>\n"},\##
        "status":{"type":"string","const":"pending"},\##
        "authorize_url":{"type":"string","format":"uri","description":"<p>Open this in the user's browser.</p>\n"},\##
        "expires_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ConnectionComplete":{"type":"object","additionalProperties":false,"required":["ticket"],\##
        "properties":{"ticket":{"type":"string","minLength":1,"maxLength":200,"description":"<p>From the query of \##
        <code>return_url</code>.</p>\n"},\##
        "user_id":{"description":"<p>With a key, the user who brought the ticket; required unless \##
        <code>Gateway-User</code> names the user.</p>\n","$ref":"#/components/schemas/UserId"}}},\##
        "ConnectionExchange":{"type":"object","additionalProperties":false,"required":["provider","code"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "code":{"type":"string","minLength":1,"maxLength":4096,"writeOnly":true},\##
        "redirect_uri":{"description":"<p>Of the app's own consent; empty, or among the tenant's \##
        <code>return_urls</code>, and never the gateway's own.</p>\n","type":"string","maxLength":2000},\##
        "code_verifier":{"type":"string","minLength":43,"maxLength":128,"writeOnly":true,"description":"<p>PKCE (RFC \##
        7636).</p>\n"},\##
        "nonce":{"type":"string","minLength":1,"maxLength":500,"description":"<p>If the consent bore one; the ID \##
        token must bear it too.</p>\n"},\##
        "user_id":{"description":"<p>With a key, whose; required unless <code>Gateway-User</code> names the user. \##
        With a session left out.</p>\n","$ref":"#/components/schemas/UserId"}}},\##
        "ConnectionImport":{"type":"object","additionalProperties":false,"required":["provider","refresh_token"],\##
        "properties":{"provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "user_id":{"description":"<p>Whose; required unless <code>Gateway-User</code> names the user.</p>\n",\##
        "$ref":"#/components/schemas/UserId"},\##
        "refresh_token":{"type":"string","minLength":1,"maxLength":8192,"pattern":"^[!-~]+$","writeOnly":true}}},\##
        "ConnectionDeleting":{"type":"object","required":["id","status","provider_revocation"],\##
        "properties":{"id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "status":{"type":"string","const":"deleting"},\##
        "provider_revocation":{"description":"<p><code>pending</code>: the grant is being revoked. \##
        <code>kept_other_grants</code>: another connection still needs it. <code>not_supported</code>: the\nprovider \##
        cannot. <code>off</code>: the tenant's settings say no, or there is nothing to revoke.</p>\n",\##
        "type":"string","enum":["pending","not_supported","kept_other_grants","off"]},\##
        "user_action_url":{"type":"string","format":"uri","description":"<p>Where the user can remove the grant by \##
        hand.</p>\n"}}},\##
        "RawCalendar":{"description":"<p>A calendar as the provider has it.</p>\n","type":"object","required":["id",\##
        "name","email","is_primary"],"properties":{"id":{"type":"string","description":"<p>The provider's \##
        id.</p>\n"},\##
        "name":{"type":["string","null"]},\##
        "email":{"type":["string","null"]},\##
        "is_primary":{"type":"boolean"}}},\##
        "RawCalendarList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/RawCalendar"}},\##
        "next_cursor":{"type":"null"}}},\##
        "Calendar":{"description":"<p>A Meeting BaaS calendar made from a connection. What a version of Meeting BaaS \##
        does not say is null.</p>\n","type":"object","required":["id","connection_id","user_id","provider",\##
        "raw_calendar_id","name","email","status","status_message","sync_status","synced_at","created_at"],\##
        "properties":{"id":{"type":"string","description":"<p>Meeting BaaS's UUID; while the calendar is being made, \##
        a <code>cal_</code> id of ours.</p>\n"},\##
        "connection_id":{"type":"string","pattern":"^con_[0-9a-v]{26}$"},\##
        "user_id":{"$ref":"#/components/schemas/UserId"},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "raw_calendar_id":{"type":"string","description":"<p>The provider's id.</p>\n"},\##
        "name":{"type":["string","null"]},\##
        "email":{"type":["string","null"]},\##
        "status":{"type":"string","enum":["creating","active","error","revoked","permission_denied","unknown",\##
        "deleting"]},\##
        "status_message":{"type":["string","null"]},\##
        "sync_status":{"type":["string","null"],"description":"<p>Version 2: <code>success</code>, \##
        <code>failed</code> or <code>partial</code>.</p>\n"},\##
        "synced_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "CalendarList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Calendar"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UnclaimedCalendar":{"description":"<p>A calendar at Meeting BaaS that no tenant here owns. What a version \##
        of Meeting BaaS does not say is null.</p>\n","type":"object","required":["id","account","api_version",\##
        "provider","raw_calendar_id","email","created_at","first_seen_at","creating"],\##
        "properties":{"id":{"type":"string","description":"<p>Meeting BaaS's UUID.</p>\n"},\##
        "account":{"type":"string","description":"<p><code>shared</code>, or the slug of the tenant whose account \##
        lists it.</p>\n"},\##
        "api_version":{"$ref":"#/components/schemas/ApiVersion"},\##
        "provider":{"type":["string","null"],"description":"<p>Told by version 2.</p>\n"},\##
        "raw_calendar_id":{"type":["string","null"],"description":"<p>Told by version 1.</p>\n"},\##
        "email":{"type":["string","null"],"description":"<p>A label: it does not say whose the calendar is.</p>\n"},\##
        "created_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "first_seen_at":{"$ref":"#/components/schemas/Time"},\##
        "creating":{"description":"<p>Calendars in creation whose call can have made it.</p>\n","type":"array",\##
        "items":{"type":"object","required":["id","tenant","user_id","provider","raw_calendar_id","created_at"],\##
        "properties":{"id":{"type":"string","description":"<p>The <code>cal_</code> id.</p>\n"},\##
        "tenant":{"type":["string","null"],"description":"<p>Its slug; null once it is erased.</p>\n"},\##
        "user_id":{"type":["string","null"],"description":"<p>Null once it is erased.</p>\n"},\##
        "provider":{"$ref":"#/components/schemas/ProviderName"},\##
        "raw_calendar_id":{"type":"string"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}}}}},\##
        "UnclaimedCalendarList":{"type":"object","required":["data","next_cursor"],\##
        "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/UnclaimedCalendar"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UnclaimedCalendarResolve":{"description":"<p>One of the two.</p>\n","type":"object",\##
        "additionalProperties":false,"properties":{"calendar_id":{"description":"<p>The <code>cal_</code> id of the \##
        calendar in <code>creating</code> that it belongs to.</p>\n","type":["string","null"],"minLength":1,\##
        "maxLength":100},\##
        "delete":{"type":["boolean","null"],"enum":[true,null]}},\##
        "oneOf":[{"required":["calendar_id"],"properties":{"calendar_id":{"type":"string"},\##
        "delete":{"type":"null"}}},\##
        {"required":["delete"],"properties":{"delete":{"const":true},\##
        "calendar_id":{"type":"null"}}}]},\##
        "UnclaimedCalendarResolved":{"type":"object","required":["id","resolution","calendar"],\##
        "properties":{"id":{"type":"string"},\##
        "resolution":{"type":"string","enum":["assigned","deleted"]},\##
        "calendar":{"anyOf":[{"$ref":"#/components/schemas/Calendar"},\##
        {"type":"null"}]}}},\##
        "CalendarCreate":{"type":"object","additionalProperties":false,"required":["connection_id"],\##
        "properties":{"connection_id":{"type":"string","minLength":1,"maxLength":100},\##
        "raw_calendar_id":{"description":"<p>From <code>raw-calendars</code>; absent, the primary calendar.</p>\n",\##
        "type":["string","null"],"minLength":1,"maxLength":1000}}},\##
        "Event":{"description":"<p>A meeting of a calendar.</p>\n","type":"object","required":["id","calendar_id",\##
        "title","start_time","end_time","meeting_url","meeting_platform","is_organizer","is_recurring","series_id",\##
        "attendees","status","updated_at","recording"],"properties":{"id":{"type":"string","description":"<p>Meeting \##
        BaaS's UUID.</p>\n"},\##
        "calendar_id":{"type":"string"},\##
        "title":{"type":["string","null"]},\##
        "start_time":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "end_time":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "meeting_url":{"type":["string","null"],"description":"<p>Null when the event has no link that a bot could \##
        follow.</p>\n"},\##
        "meeting_platform":{"type":["string","null"],"description":"<p><code>zoom</code>, <code>meet</code> or \##
        <code>teams</code>.</p>\n"},\##
        "is_organizer":{"type":["boolean","null"],"description":"<p>Whether the calendar's account organizes it; \##
        null when unknown.</p>\n"},\##
        "is_recurring":{"type":"boolean"},\##
        "series_id":{"type":["string","null"]},\##
        "attendees":{"type":"array","items":{"$ref":"#/components/schemas/Attendee"}},\##
        "status":{"type":"string","enum":["confirmed","tentative","cancelled"]},\##
        "updated_at":{"description":"<p>When it last changed; what <code>updated_at_gte</code> compares.</p>\n",\##
        "type":["string","null"],"format":"date-time","pattern":"Z$"},\##
        "recording":{"description":"<p>Null when nothing is, was or will be recorded.</p>\n",\##
        "oneOf":[{"$ref":"#/components/schemas/Recording"},\##
        {"type":"null"}]}}},\##
        "Attendee":{"type":"object","required":["email","name"],"properties":{"email":{"type":"string"},\##
        "name":{"type":["string","null"]}}},\##
        "EventList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Event"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "RecordingMode":{"type":"string","enum":["speaker_view","gallery_view","audio_only"]},\##
        "Recording":{"description":"<p>A recording as it was asked for, and what became of it.</p>\n",\##
        "type":"object","required":["bot_name","recording_mode","bot_image","entry_message","transcription","extra",\##
        "timeouts","state","bot_id","all_occurrences"],"properties":{"bot_name":{"type":["string","null"],\##
        "description":"<p>Null for a bot that was scheduled past this gateway.</p>\n"},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode"},\##
        "bot_image":{"type":["string","null"]},\##
        "entry_message":{"type":["string","null"]},\##
        "transcription":{"description":"<p>Without its API key, which is never shown.</p>\n","type":["object",\##
        "null"],"required":["provider"],"properties":{"provider":{"type":"string"},\##
        "custom_parameters":{"type":"object"}}},\##
        "extra":{"type":["object","null"],"description":"<p>The tenant's own, as it was given.</p>\n"},\##
        "timeouts":{"description":"<p>In seconds; null where Meeting BaaS's default holds.</p>\n","type":"object",\##
        "required":["waiting_room","noone_joined","silence"],"properties":{"waiting_room":{"type":["integer",\##
        "null"]},\##
        "noone_joined":{"type":["integer","null"]},\##
        "silence":{"type":["integer","null"]}}},\##
        "state":{"type":"string","enum":["scheduled","joining","recording","completed","failed"]},\##
        "bot_id":{"type":["string","null"],"description":"<p>Null until the bot has started.</p>\n"},\##
        "all_occurrences":{"type":"boolean","description":"<p>Whether it was asked for the whole series.</p>\n"},\##
        "artifacts":{"$ref":"#/components/schemas/Artifacts"}}},\##
        "Artifacts":{"description":"<p>Links that Meeting BaaS made just now and that live a few hours; null where \##
        there is none, and null as a whole when\nMeeting BaaS does not know the bot any more. Only where the \##
        recording itself is read, once it is <code>completed</code> or\n<code>failed</code>.</p>\n","type":["object",\##
        "null"],"properties":{"video":{"type":["string","null"]},\##
        "audio":{"type":["string","null"]},\##
        "transcription":{"type":["string","null"]},\##
        "raw_transcription":{"type":["string","null"]},\##
        "diarization":{"type":["string","null"]},\##
        "chat_messages":{"type":["string","null"]}}},\##
        "RecordingPut":{"type":"object","additionalProperties":false,"required":["bot_name"],\##
        "properties":{"bot_name":{"type":"string","minLength":1,"maxLength":255,"description":"<p>What the bot is \##
        called in the meeting.</p>\n"},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode","default":"speaker_view"},\##
        "bot_image":{"$ref":"#/components/schemas/BotImage"},\##
        "entry_message":{"$ref":"#/components/schemas/EntryMessage"},\##
        "transcription":{"$ref":"#/components/schemas/TranscriptionAsked"},\##
        "extra":{"$ref":"#/components/schemas/ExtraAsked"},\##
        "timeouts":{"$ref":"#/components/schemas/TimeoutsAsked"}}},\##
        "RecordingChange":{"type":"object","additionalProperties":false,"properties":{"bot_name":{"type":"string",\##
        "minLength":1,"maxLength":255},\##
        "recording_mode":{"$ref":"#/components/schemas/RecordingMode"},\##
        "bot_image":{"$ref":"#/components/schemas/BotImage"},\##
        "entry_message":{"$ref":"#/components/schemas/EntryMessage"},\##
        "transcription":{"$ref":"#/components/schemas/TranscriptionAsked"},\##
        "extra":{"$ref":"#/components/schemas/ExtraAsked"},\##
        "timeouts":{"$ref":"#/components/schemas/TimeoutsAsked"}}},\##
        "BotImage":{"description":"<p>A picture for the bot, at an https URL. By a key only.</p>\n","type":["string",\##
        "null"],"minLength":9,"maxLength":2000,\##
        "pattern":"^https://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?$"},\##
        "EntryMessage":{"description":"<p>What the bot writes into the chat when it comes.</p>\n","type":["string",\##
        "null"],"minLength":1,"maxLength":500},\##
        "TranscriptionAsked":{"description":"<p>Null for none. On a change, an <code>api_key</code> that is left out \##
        stays, unless the provider is another one.</p>\n","type":["object","null"],"additionalProperties":false,\##
        "required":["provider"],"properties":{"provider":{"type":"string","minLength":1,"maxLength":100,\##
        "description":"<p>As Meeting BaaS names it, like <code>gladia</code>.</p>\n"},\##
        "api_key":{"description":"<p>The tenant's own at that provider; sealed, never shown. By a key only.</p>\n",\##
        "type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]+$","writeOnly":true},\##
        "custom_parameters":{"type":"object","description":"<p>The provider's own parameters; with URLs by a key \##
        only.</p>\n"}}},\##
        "ExtraAsked":{"description":"<p>Yours; comes back with the recording and its messages. At most 4096 bytes as \##
        JSON; the member <code>meeting_gateway</code> is ours.</p>\n","type":["object","null"],\##
        "not":{"type":"object","required":["meeting_gateway"]}},\##
        "TimeoutsAsked":{"description":"<p>In seconds; what is absent or null has Meeting BaaS's default, or on a \##
        change stays.</p>\n","type":"object","additionalProperties":false,\##
        "properties":{"waiting_room":{"type":["integer","null"],"minimum":120,"maximum":1800,"description":"<p>How \##
        long to wait to be let in.</p>\n"},\##
        "noone_joined":{"type":["integer","null"],"minimum":120,"maximum":1800,"description":"<p>How long to stay \##
        alone.</p>\n"},\##
        "silence":{"type":["integer","null"],"minimum":300,"maximum":1800,"description":"<p>How long to stay when \##
        nobody speaks.</p>\n"}}},\##
        "WebhookEndpoint":{"description":"<p>A URL that receives messages, without its secret.</p>\n",\##
        "type":"object","required":["id","url","description","event_types","status","rate","concurrency",\##
        "timeout_seconds","headers","health","created_at"],"properties":{"id":{"type":"string",\##
        "pattern":"^ep_[0-9a-v]{26}$"},\##
        "url":{"type":"string","format":"uri"},\##
        "description":{"type":["string","null"]},\##
        "event_types":{"type":"array","items":{"type":"string"},\##
        "description":"<p>Names of events, <code>*</code> for all.</p>\n"},\##
        "status":{"$ref":"#/components/schemas/EndpointStatus"},\##
        "rate":{"description":"<p>Deliveries a second at most; null for no limit.</p>\n","type":["integer","null"],\##
        "minimum":1,"maximum":1000},\##
        "concurrency":{"type":"integer","minimum":1,"maximum":64,"description":"<p>Deliveries at once at \##
        most.</p>\n"},\##
        "timeout_seconds":{"type":"integer","minimum":1,"maximum":30,"description":"<p>For a whole attempt with the \##
        answer's body.</p>\n"},\##
        "headers":{"description":"<p>Header fields that every delivery bears, by name. Their values are shown to \##
        nobody.</p>\n","type":"object","additionalProperties":{"type":"string","const":"[redacted]"}},\##
        "health":{"$ref":"#/components/schemas/EndpointHealth"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "WebhookEndpointWithSecret":{"allOf":[{"$ref":"#/components/schemas/WebhookEndpoint"},\##
        {"type":"object","required":["secret"],"properties":{"secret":{"type":"string",\##
        "pattern":"^whsec_[0-9A-Za-z+/]+=*$","description":"<p>Signs deliveries. Shown this once.</p>\n"}}}]},\##
        "WebhookEndpointCreated":{"allOf":[{"$ref":"#/components/schemas/WebhookEndpointWithSecret"},\##
        {"type":"object","properties":{"replay_id":{"description":"<p>Only where <code>since</code> was given, of \##
        the replay that sends what was received before.</p>\n","type":"string","pattern":"^rpl_[0-9a-v]{26}$"}}}]},\##
        "WebhookEndpointList":{"type":"object","required":["data","next_cursor"],\##
        "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/WebhookEndpoint"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "WebhookEndpointCreate":{"type":"object","additionalProperties":false,"required":["url"],\##
        "properties":{"url":{"$ref":"#/components/schemas/EndpointUrl"},\##
        "description":{"type":["string","null"],"minLength":1,"maxLength":500},\##
        "event_types":{"$ref":"#/components/schemas/EventTypesAsked","default":["*"]},\##
        "rate":{"$ref":"#/components/schemas/EndpointRateAsked"},\##
        "concurrency":{"$ref":"#/components/schemas/EndpointConcurrencyAsked"},\##
        "timeout_seconds":{"$ref":"#/components/schemas/EndpointTimeoutAsked"},\##
        "headers":{"$ref":"#/components/schemas/EndpointHeadersAsked"},\##
        "since":{"description":"<p>What was received from then on and the endpoint wants is sent too, by a \##
        replay.</p>\n","type":["string","null"],"format":"date-time"}}},\##
        "WebhookEndpointChange":{"type":"object","additionalProperties":false,\##
        "properties":{"url":{"$ref":"#/components/schemas/EndpointUrl"},\##
        "description":{"type":["string","null"],"minLength":1,"maxLength":500,"description":"<p>Null clears \##
        it.</p>\n"},\##
        "event_types":{"$ref":"#/components/schemas/EventTypesAsked"},\##
        "status":{"$ref":"#/components/schemas/EndpointStatus"},\##
        "rate":{"$ref":"#/components/schemas/EndpointRateAsked"},\##
        "concurrency":{"$ref":"#/components/schemas/EndpointConcurrencyAsked"},\##
        "timeout_seconds":{"$ref":"#/components/schemas/EndpointTimeoutAsked"},\##
        "headers":{"$ref":"#/components/schemas/EndpointHeadersAsked"}}},\##
        "EndpointStatus":{"type":"string","enum":["enabled","disabled"]},\##
        "EndpointHealth":{"description":"<p>How it fares. Whoever switches it on or off clears it.</p>\n",\##
        "type":"object","required":["state","since","failures","last_error","held"],\##
        "properties":{"state":{"description":"<p><code>failing</code> from the first failure on, and while it is \##
        left alone; <code>half_open</code> when the next delivery shows whether\nit works again; \##
        <code>disabled</code> by its owner or by the gateway.</p>\n","type":"string","enum":["healthy","failing",\##
        "half_open","disabled"]},\##
        "since":{"description":"<p>When that began; of <code>failing</code> and <code>half_open</code>, when the \##
        first of the failures in a row came.</p>\n","$ref":"#/components/schemas/Time"},\##
        "failures":{"type":"integer","minimum":0,"description":"<p>Attempts in a row that failed.</p>\n"},\##
        "last_error":{"type":["string","null"],"description":"<p>What the last failure was.</p>\n"},\##
        "held":{"type":"integer","minimum":0,"description":"<p>Deliveries that wait for it to be enabled.</p>\n"}}},\##
        "EndpointRateAsked":{"description":"<p>Deliveries a second at most; without one there is no limit.</p>\n",\##
        "type":["integer","null"],"minimum":1,"maximum":1000},\##
        "EndpointConcurrencyAsked":{"description":"<p>Deliveries at once at most; 4 unless given.</p>\n",\##
        "type":["integer","null"],"minimum":1,"maximum":64},\##
        "EndpointTimeoutAsked":{"description":"<p>How long a whole attempt may take, with the answer's body; 30 \##
        unless given.</p>\n","type":["integer","null"],"minimum":1,"maximum":30},\##
        "EndpointHeadersAsked":{"description":"<p>Header fields that every delivery bears, 20 at most. They are \##
        sealed; no reply shows the values. A name is a token of\nRFC 9110 of 1 to 100 characters, each name once in \##
        whatever case. It may not be <code>host</code>, <code>connection</code>, <code>keep-alive</code>,\##
        \n<code>transfer-encoding</code>, <code>te</code>, <code>trailer</code>, <code>upgrade</code>, \##
        <code>expect</code>, <code>user-agent</code>, <code>proxy-authorization</code>, \##
        <code>proxy-connection</code> or\n<code>x-mb-secret</code>, nor begin with <code>content-</code> or \##
        <code>webhook-</code>. A value has 1 to 1000 printable ASCII characters, no blank at\neither end, and is not \##
        <code>[redacted]</code>.</p>\n","type":["object","null"],"maxProperties":20,"propertyNames":{"minLength":1,\##
        "maxLength":100,"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",\##
        "not":{"anyOf":[{"pattern":"^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-"},\##
        {"pattern":"^[Ww][Ee][Bb][Hh][Oo][Oo][Kk]-"},\##
        {"pattern":"^[Hh][Oo][Ss][Tt]$"},\##
        {"pattern":"^[Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Kk][Ee][Ee][Pp]-[Aa][Ll][Ii][Vv][Ee]$"},\##
        {"pattern":"^[Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg]$"},\##
        {"pattern":"^[Tt][Ee]$"},\##
        {"pattern":"^[Tt][Rr][Aa][Ii][Ll][Ee][Rr]$"},\##
        {"pattern":"^[Uu][Pp][Gg][Rr][Aa][Dd][Ee]$"},\##
        {"pattern":"^[Ee][Xx][Pp][Ee][Cc][Tt]$"},\##
        {"pattern":"^[Uu][Ss][Ee][Rr]-[Aa][Gg][Ee][Nn][Tt]$"},\##
        {"pattern":"^[Pp][Rr][Oo][Xx][Yy]-[Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Pp][Rr][Oo][Xx][Yy]-[Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]$"},\##
        {"pattern":"^[Xx]-[Mm][Bb]-[Ss][Ee][Cc][Rr][Ee][Tt]$"}]}},\##
        "additionalProperties":{"type":"string","minLength":1,"maxLength":1000,"pattern":"^[!-~]([ -~]*[!-~])?$",\##
        "not":{"const":"[redacted]"}}},\##
        "EndpointUrl":{"description":"<p>With a plain host: a name, an IPv4 address or an IPv6 address in brackets, \##
        without escapes or a final dot. No user, no\nfragment; what may not stand in a path or a query by RFC 3986 \##
        is percent-encoded. http only where the operator allows\nit.</p>\n","type":"string","minLength":1,\##
        "maxLength":2000,\##
        "pattern":"^https?://(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?)(:[0-9]{1,\##
        5})?([/?]([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?$"},\##
        "EventTypesAsked":{"description":"<p>Names of events like <code>bot.completed</code>, <code>bot.*</code> for \##
        all that begin so, or <code>*</code> for all.</p>\n","type":"array","minItems":1,"maxItems":100,\##
        "items":{"type":"string","minLength":1,"maxLength":500,"pattern":"^(\\*|[0-9A-Za-z._]+(\\.\\*)?)$"}},\##
        "TestSent":{"type":"object","required":["message_id","delivery_id"],\##
        "properties":{"message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "delivery_id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"}}},\##
        "Replay":{"description":"<p>Messages that are sent to one endpoint again.</p>\n","type":"object",\##
        "required":["id","endpoint_id","state","total","done","skipped","since","until","types","statuses",\##
        "created_at"],"properties":{"id":{"type":"string","pattern":"^rpl_[0-9a-v]{26}$"},\##
        "endpoint_id":{"type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "state":{"description":"<p><code>completed</code> when each was sent once. What was not taken then goes on \##
        by its own schedule, as its delivery shows;\nwhat is held waits, and the replay with it.</p>\n",\##
        "type":"string","enum":["running","completed","cancelled"]},\##
        "total":{"type":["integer","null"],"minimum":0,"description":"<p>The number of messages it sends. Null while \##
        they are counted.</p>\n"},\##
        "done":{"type":"integer","minimum":0,"description":"<p>How many were sent once.</p>\n"},\##
        "skipped":{"type":"integer","minimum":0,"description":"<p>How many were not sent because their data were \##
        dropped.</p>\n"},\##
        "since":{"$ref":"#/components/schemas/Time"},\##
        "until":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "types":{"description":"<p>As they were asked for; <code>*</code> for all that the endpoint wants.</p>\n",\##
        "type":"array","items":{"type":"string"}},\##
        "statuses":{"type":"array","items":{"$ref":"#/components/schemas/ReplayStatus"},\##
        "description":"<p>As they were asked for.</p>\n"},\##
        "created_at":{"$ref":"#/components/schemas/Time"}}},\##
        "ReplayStatus":{"description":"<p>What had become of the message at this endpoint; <code>none</code> when it \##
        had no delivery to it.</p>\n","type":"string","enum":["delivered","held","dead","none"]},\##
        "ReplayCreate":{"type":"object","additionalProperties":false,"required":["since"],\##
        "properties":{"since":{"type":"string","format":"date-time","description":"<p>What was received at this time \##
        or later.</p>\n"},\##
        "until":{"description":"<p>What was received at this time or earlier, not before <code>since</code>; unless \##
        given, all there is when the replay begins.</p>\n","type":["string","null"],"format":"date-time"},\##
        "types":{"description":"<p>Of these types only, as in <code>event_types</code>; all that the endpoint wants \##
        unless given.</p>\n","$ref":"#/components/schemas/EventTypesAsked"},\##
        "statuses":{"description":"<p>Only messages of which this had become at the endpoint: <code>delivered</code>,\##
         <code>held</code> or <code>dead</code>, or <code>none</code> for those that\nhad no delivery to it. All \##
        four unless given.</p>\n","type":["array","null"],"minItems":1,"maxItems":4,\##
        "items":{"$ref":"#/components/schemas/ReplayStatus"}}}},\##
        "MessageSent":{"description":"<p>What an endpoint receives.</p>\n",\##
        "allOf":[{"$ref":"#/components/schemas/MessageContent"},\##
        {"type":"object","properties":{"reconciled":{"description":"<p>Only where it is true: Meeting BaaS's webhook \##
        was not received, and the gateway found out by asking it\nafterwards. The message may tell less than the \##
        webhook would have.</p>\n","type":"boolean","const":true}}}]},\##
        "MessageContent":{"description":"<p>What a message says.</p>\n","type":"object","required":["type",\##
        "timestamp","data","extra","context"],"properties":{"type":{"description":"<p>Meeting BaaS's event name \##
        (<code>bot.status_change</code>, <code>bot.completed</code>, <code>bot.failed</code>, \##
        <code>calendar.events_synced</code>, …; of\nversion 1 <code>complete</code>, <code>failed</code>, \##
        <code>calendar.sync_events</code>, …; an open set), or one of the gateway's \##
        own:\n<code>connection.active</code> (a new connection), <code>connection.missing_scope</code>, \##
        <code>connection.needs_reconnect</code>,\n<code>connection.blocked</code>, <code>connection.recovered</code> \##
        (it is <code>active</code> again), <code>connection.deleted</code>, <code>recording.scheduled</code>,\##
        \n<code>recording.changed</code>, <code>recording.cancelled</code>, <code>endpoint.disabled</code>, \##
        <code>endpoint.test</code>, <code>tenant.storage_low</code>,\n<code>user.deleted</code>, and for calendars \##
        of version 2 <code>calendar.sync_events</code>.</p>\n","type":"string"},\##
        "timestamp":{"description":"<p>The event's own time, else of receipt.</p>\n",\##
        "$ref":"#/components/schemas/Time"},\##
        "data":{"description":"<p>Meeting BaaS's, without what is ours or others'. Where there is a change time both \##
        spellings stand,\n<code>last_updated_at</code> and <code>last_updated_ts</code>. Of the gateway's own: \##
        <code>connection.*</code> holds the connection\n(<code>connection.deleted</code> its <code>id</code>, \##
        <code>user_id</code>, <code>provider</code> and what <code>remained</code>), <code>recording.*</code> holds \##
        <code>event_id</code>,\n<code>all_occurrences</code> and the <code>recording</code> as it was asked for, \##
        <code>endpoint.*</code> the <code>endpoint_id</code>, <code>endpoint.disabled</code> also\nthe \##
        <code>reason</code>, <code>user.deleted</code> the <code>user_id</code>, <code>deleted_at</code> and what \##
        <code>remained</code> at Meeting BaaS, <code>calendar.sync_events</code>\nthe <code>calendar_id</code> and \##
        <code>affected_event_uuids</code>, <code>tenant.storage_low</code> the <code>message_bytes</code> that are \##
        stored and the\n<code>limit_bytes</code>. Null in a message whose data were dropped \##
        (<code>dropped_at</code>); never in what an endpoint is sent.</p>\n","type":["object","null"]},\##
        "extra":{"description":"<p>The tenant's own, as it was given with the recording; else null.</p>\n"},\##
        "context":{"$ref":"#/components/schemas/MessageContext"}}},\##
        "MessageContext":{"description":"<p>Whose it is; null where it is about none.</p>\n","type":"object",\##
        "required":["user_id","connection_id","calendar_id","event_id","bot_id"],\##
        "properties":{"user_id":{"type":["string","null"]},\##
        "connection_id":{"type":["string","null"]},\##
        "calendar_id":{"type":["string","null"]},\##
        "event_id":{"type":["string","null"]},\##
        "bot_id":{"type":["string","null"]}}},\##
        "Message":{"description":"<p>One webhook received for a tenant, or one event of the gateway's own.</p>\n",\##
        "allOf":[{"$ref":"#/components/schemas/MessageContent"},\##
        {"type":"object","required":["id","received_at","reconciled","dropped_at"],\##
        "properties":{"id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$","description":"<p>The same as \##
        <code>webhook-id</code>.</p>\n"},\##
        "received_at":{"$ref":"#/components/schemas/Time"},\##
        "dropped_at":{"description":"<p>When <code>data</code> and <code>extra</code> were dropped for want of space \##
        (<code>limits.message_bytes</code>), or erased with their user; both are null since. Null while\nthey are \##
        there.</p>\n","type":["string","null"],"format":"date-time","pattern":"Z$"},\##
        "reconciled":{"description":"<p>Whether it was not received, but found out by asking Meeting BaaS \##
        afterwards.</p>\n","type":"boolean"}}}]},\##
        "MessageList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Message"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "DeliveryStatus":{"description":"<p><code>held</code> while the endpoint is disabled or the tenant \##
        suspended; <code>dead</code> when it was given up.</p>\n","type":"string","enum":["pending","delivered",\##
        "held","dead"]},\##
        "Delivery":{"description":"<p>One message for one endpoint.</p>\n","type":"object","required":["id",\##
        "message_id","endpoint_id","type","status","reason","attempts","next_attempt_at","last_attempt"],\##
        "properties":{"id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"},\##
        "message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "endpoint_id":{"description":"<p>Of a bot's callback, an id that stands for its URL and is in no list of \##
        endpoints.</p>\n","type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "type":{"type":"string","description":"<p>The message's.</p>\n"},\##
        "status":{"$ref":"#/components/schemas/DeliveryStatus"},\##
        "reason":{"description":"<p>Why it is dead: <code>attempts_exhausted</code> when every attempt failed, \##
        <code>gone</code> when a bot's callback answered 410. Of a\npending one, why it waits though it is due: \##
        <code>waiting_for_links</code> while Meeting BaaS cannot tell fresh links, an\nhour at most. Else null, also \##
        where it died before reasons were kept.</p>\n","type":["string","null"],"enum":["attempts_exhausted","gone",\##
        "waiting_for_links",null]},\##
        "attempts":{"type":"integer","minimum":0,"description":"<p>How many were made in all.</p>\n"},\##
        "next_attempt_at":{"$ref":"#/components/schemas/TimeOrNull"},\##
        "last_attempt":{"description":"<p>Null before the first one.</p>\n","type":["object","null"],\##
        "required":["at","status_code","error","duration_ms"],\##
        "properties":{"at":{"$ref":"#/components/schemas/Time"},\##
        "status_code":{"type":["integer","null"],"description":"<p>Null when there was no answer.</p>\n"},\##
        "error":{"type":["string","null"],"description":"<p>What went wrong when there was no answer.</p>\n"},\##
        "duration_ms":{"type":"integer","minimum":0}}}}},\##
        "DeliveryList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Delivery"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "Attempt":{"description":"<p>One request of a delivery.</p>\n","type":"object","required":["delivery_id",\##
        "number","message_id","endpoint_id","type","at","status_code","error","duration_ms","timings","response"],\##
        "properties":{"delivery_id":{"type":"string","pattern":"^dlv_[0-9a-v]{26}$"},\##
        "number":{"type":"integer","minimum":1,"description":"<p>Which of the delivery's it was.</p>\n"},\##
        "message_id":{"type":"string","pattern":"^msg_[0-9a-v]{26}$"},\##
        "endpoint_id":{"type":"string","pattern":"^ep_[0-9a-v]{26}$"},\##
        "type":{"type":"string","description":"<p>The message's.</p>\n"},\##
        "at":{"$ref":"#/components/schemas/Time"},\##
        "status_code":{"type":["integer","null"],"description":"<p>Null when there was no answer.</p>\n"},\##
        "error":{"type":["string","null"],"description":"<p>What went wrong when there was no answer.</p>\n"},\##
        "duration_ms":{"type":"integer","minimum":0,"description":"<p>The whole.</p>\n"},\##
        "timings":{"description":"<p>How long each part took, in milliseconds; null for what was not reached or not \##
        needed.</p>\n","type":"object","required":["dns_ms","connect_ms","tls_ms","first_byte_ms"],\##
        "properties":{"dns_ms":{"type":["number","null"],"minimum":0,"description":"<p>To resolve the name; an \##
        address needs none.</p>\n"},\##
        "connect_ms":{"type":["number","null"],"minimum":0,"description":"<p>To connect; one that is used again \##
        needs none.</p>\n"},\##
        "tls_ms":{"type":["number","null"],"minimum":0,"description":"<p>The TLS handshake of a new \##
        connection.</p>\n"},\##
        "first_byte_ms":{"type":["number","null"],"minimum":0,"description":"<p>From the request's first byte to the \##
        answer's.</p>\n"}}},\##
        "response":{"description":"<p>The first 2 KiB of what was answered; null when that was nothing. Where it \##
        holds a value of the endpoint's\n<code>headers</code> or a callback's secret, of four characters or more, \##
        <code>[redacted]</code> stands in its place.</p>\n","type":["string","null"]}}},\##
        "AttemptList":{"type":"object","required":["data","next_cursor"],"properties":{"data":{"type":"array",\##
        "items":{"$ref":"#/components/schemas/Attempt"}},\##
        "next_cursor":{"$ref":"#/components/schemas/NextCursor"}}},\##
        "UserDeleting":{"type":"object","required":["user_id","status"],\##
        "properties":{"user_id":{"$ref":"#/components/schemas/UserId"},\##
        "status":{"type":"string","const":"deleting"}}},\##
        "UpstreamWebhook":{"description":"<p>A webhook of Meeting BaaS, of either version: an object that names its \##
        event in <code>event</code>, <code>event_type</code> or <code>type</code>, or in\n<code>event</code> inside \##
        <code>data</code>. Everything else is Meeting BaaS's.</p>\n","type":"object",\##
        "properties":{"data":{"description":"<p>An object; without one, the fields stand beside \##
        <code>event</code>.</p>\n"}},\##
        "anyOf":[{"required":["event"],"properties":{"event":{"type":"string"}}},\##
        {"required":["event_type"],"properties":{"event_type":{"type":"string"}}},\##
        {"required":["type"],"properties":{"type":{"type":"string"}}},\##
        {"required":["data"],"properties":{"data":{"type":"object","required":["event"],\##
        "properties":{"event":{"type":"string"}}}}}]},\##
        "WebhookReceived":{"type":"object","required":["received"],"properties":{"received":{"type":"boolean",\##
        "const":true}}}},\##
        "examples":{"Health":{"value":{"status":"ok"}},\##
        "Readiness":{"value":{"status":"ready"}},\##
        "TenantCreate":{"value":{"slug":"acme","name":"Acme Notes"}},\##
        "TenantSuspend":{"summary":"Suspend","value":{"status":"suspended"}},\##
        "TenantRename":{"summary":"Rename","value":{"name":"Acme Meeting Notes"}},\##
        "Tenant":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes","status":"active",\##
        "created_at":"2026-11-02T08:15:30.412Z"}},\##
        "TenantSuspended":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes",\##
        "status":"suspended","created_at":"2026-11-02T08:15:30.412Z"}},\##
        "TenantList":{"value":{"data":[{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","name":"Acme Notes",\##
        "status":"active","created_at":"2026-11-02T08:15:30.412Z"}],"next_cursor":null}},\##
        "TenantDeleting":{"value":{"id":"ten_06gpmkvadhrv5dodjoj0s9ojck","slug":"acme","status":"deleting"}},\##
        "SettingsPut":{"value":{"return_urls":["https://app.example.com/calendar/connected",\##
        "com.example.notes:/calendar","http://localhost/connected"],"allowed_origins":["https://app.example.com"],\##
        "limits":{"requests_per_second":50,"burst":100,"calendars":1000},\##
        "revoke_on_disconnect":true}},\##
        "SettingsPatch":{"value":{"allowed_origins":["https://app.example.com","https://admin.example.com"],\##
        "limits":{"bots_per_day":200,"burst":null}}},\##
        "Settings":{"value":{"return_urls":["https://app.example.com/calendar/connected",\##
        "com.example.notes:/calendar","http://localhost/connected"],"allowed_origins":["https://app.example.com"],\##
        "limits":{"requests_per_second":50,"burst":100,"calendars":1000,"bots_per_day":null,"message_bytes":null},\##
        "revoke_on_disconnect":true}},\##
        "ProviderAppPutGoogle":{"summary":"Google",\##
        "value":{"client_id":"123456789012-example.apps.googleusercontent.com",\##
        "client_secret":"example-client-secret"}},\##
        "ProviderAppPutMicrosoft":{"summary":"Microsoft","value":{"client_id":"6f1d2c3b-4a59-4e68-8b77-9c0d1e2f3a4b",\##
        "client_secret":"example-client-secret","directory":"organizations"}},\##
        "ProviderAppGoogle":{"summary":"Google","value":{"provider":"google",\##
        "client_id":"123456789012-example.apps.googleusercontent.com",\##
        "redirect_uri":"https://gateway.example.com/oauth/callback/google/acme","calendar_renewal":{"remaining":0,\##
        "advice":null}}},\##
        "ProviderAppMicrosoft":{"summary":"Microsoft","value":{"provider":"microsoft",\##
        "client_id":"6f1d2c3b-4a59-4e68-8b77-9c0d1e2f3a4b","directory":"organizations",\##
        "redirect_uri":"https://gateway.example.com/oauth/callback/microsoft/acme",\##
        "calendar_renewal":{"remaining":12,"advice":"Calendars at Meeting BaaS still have a former client secret. Do \##
        not disable it at the provider before remaining is 0."}}},\##
        "AccountPut":{"value":{"api_key":"example-meeting-baas-key","api_version":"v2",\##
        "webhook_secrets":["whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE="]}},\##
        "Account":{"summary":"The tenant's own","value":{"shared":false,"api_version":"v2","webhook_secret_count":1,\##
        "webhook_url":"https://gateway.example.com/webhooks/meeting-baas/acme",\##
        "last_webhook_at":"2026-11-23T10:31:12.640Z"}},\##
        "AccountShared":{"summary":"The gateway's","value":{"shared":true,"api_version":"v2",\##
        "webhook_secret_count":1,"webhook_url":"https://gateway.example.com/webhooks/meeting-baas",\##
        "last_webhook_at":null}},\##
        "KeyCreate":{"value":{"name":"production","scopes":["sessions:write","connections:read","connections:write",\##
        "webhooks:write","messages:read"],"expires_at":"2027-11-02T00:00:00Z"}},\##
        "KeyWithSecret":{"value":{"id":"key_06gpmm1iq9u0pcpfhc92821vq8","name":"production",\##
        "scopes":["sessions:write","connections:read","connections:write","webhooks:write","messages:read"],\##
        "created_at":"2026-11-02T08:20:11.090Z","expires_at":"2027-11-02T00:00:00.000Z","last_used_at":null,\##
        "key":"mgk_EXAMPLEkeyEXAMPLEkeyEXAMPLEkey000000"}},\##
        "KeyList":{"value":{"data":[{"id":"key_06gpmm1iq9u0pcpfhc92821vq8","name":"production",\##
        "scopes":["sessions:write","connections:read","connections:write","webhooks:write","messages:read"],\##
        "created_at":"2026-11-02T08:20:11.090Z","expires_at":"2027-11-02T00:00:00.000Z",\##
        "last_used_at":"2026-11-23T10:29:00.215Z"}],"next_cursor":null}},\##
        "Rotation":{"value":{"overlap_seconds":86400}},\##
        "SessionCreate":{"value":{"user_id":"user_8123","ttl_seconds":3600}},\##
        "Session":{"value":{"id":"ses_06h0f8hig1s1he69jlelr61hik","user_id":"user_8123",\##
        "token":"mgs_EXAMPLEsessionEXAMPLEsession00000000","scopes":["connections:read","connections:write",\##
        "calendars:read","calendars:write","recordings:write","mirror:read"],\##
        "expires_at":"2026-11-23T10:00:00.000Z"}},\##
        "ConnectionCreate":{"value":{"provider":"google","return_url":"https://app.example.com/calendar/connected",\##
        "login_hint":"ada@example.com"}},\##
        "ConnectionReconnect":{"value":{"return_url":"https://app.example.com/calendar/connected"}},\##
        "ConsentStarted":{"value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","status":"pending",\##
        "authorize_url":"https://accounts.google.com/o/oauth2/v2/auth?client_id=123456789012-example.apps.googleuserc\##
        ontent.com","expires_at":"2026-11-20T14:13:27.518Z"}},\##
        "ConnectionComplete":{"value":{"ticket":"mgt_EXAMPLEticketEXAMPLEticket0000000000"}},\##
        "ConnectionExchange":{"value":{"provider":"google","code":"4/0AExampleServerAuthCode","redirect_uri":""}},\##
        "ConnectionImport":{"value":{"provider":"google","user_id":"user_8123",\##
        "refresh_token":"1//example-refresh-token"}},\##
        "Connection":{"value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "status":"active","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email","https://www.googleapis.com/auth/calendar.readonly"],"missing_scopes":[],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}},\##
        "ConnectionMissingScope":{"summary":"The user left the calendar out",\##
        "value":{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "status":"missing_scope","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email"],"missing_scopes":["https://www.googleapis.com/auth/calendar.readonly"],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}},\##
        "ConnectionNeedsReconnect":{"summary":"The provider no longer accepts the grant",\##
        "value":{"id":"con_06gvrd5pado1d6j70dnpml0ddc","user_id":"user_8123","provider":"microsoft",\##
        "status":"needs_reconnect","account":{"email":"ada@contoso.example"},\##
        "scopes":["openid","profile","email","offline_access","User.Read","Calendars.Read"],"missing_scopes":[],\##
        "created_at":"2026-11-21T10:44:02.003Z","updated_at":"2026-11-23T06:12:40.550Z"}},\##
        "ConnectionList":{"value":{"data":[{"id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123",\##
        "provider":"google","status":"active","account":{"email":"ada@example.com"},\##
        "scopes":["openid","email","https://www.googleapis.com/auth/calendar.readonly"],"missing_scopes":[],\##
        "created_at":"2026-11-20T14:03:27.518Z","updated_at":"2026-11-20T14:04:02.137Z"}],\##
        "next_cursor":"con_06gvih7hjppehdaesu0sotfm6o"}},\##
        "ConnectionDeletingGoogle":{"summary":"Google","value":{"id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "status":"deleting","provider_revocation":"pending"}},\##
        "ConnectionDeletingMicrosoft":{"summary":"Microsoft","value":{"id":"con_06gvrd5pado1d6j70dnpml0ddc",\##
        "status":"deleting","provider_revocation":"not_supported","user_action_url":"https://myapps.microsoft.com"}},\##
        "RawCalendarList":{"value":{"data":[{"id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","is_primary":true},\##
        {"id":"c_4f81team@group.calendar.google.com","name":"Team","email":null,"is_primary":false}],\##
        "next_cursor":null}},\##
        "CalendarCreate":{"value":{"connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "raw_calendar_id":"ada@example.com"}},\##
        "CalendarCreatePrimary":{"summary":"The primary calendar",\##
        "value":{"connection_id":"con_06gvih7hjppehdaesu0sotfm6o"}},\##
        "Calendar":{"value":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"active",\##
        "status_message":null,"sync_status":"success","synced_at":"2026-11-20T14:05:03.310Z",\##
        "created_at":"2026-11-20T14:05:00.901Z"}},\##
        "CalendarCreating":{"summary":"While it is being made","value":{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"creating",\##
        "status_message":null,"sync_status":null,"synced_at":null,"created_at":"2026-11-20T14:05:00.901Z"}},\##
        "CalendarDeleting":{"summary":"Deleted while it is not known what its creation made",\##
        "value":{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "user_id":"user_8123","provider":"google","raw_calendar_id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","status":"deleting","status_message":null,"sync_status":null,"synced_at":null,\##
        "created_at":"2026-11-20T14:05:00.901Z"}},\##
        "UnclaimedCalendarList":{"value":{"data":[{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","account":"shared",\##
        "api_version":"v2","provider":"google","raw_calendar_id":null,"email":"ada@example.com",\##
        "created_at":"2026-11-20T14:05:03.310Z","first_seen_at":"2026-11-20T14:05:31.020Z",\##
        "creating":[{"id":"cal_06gvihiucls3hc6ntg5jt5s1ho","tenant":"acme","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","created_at":"2026-11-20T14:05:00.901Z"}]}],"next_cursor":null}},\##
        "UnclaimedCalendarAssign":{"summary":"It belongs to this calendar in creation",\##
        "value":{"calendar_id":"cal_06gvihiucls3hc6ntg5jt5s1ho"}},\##
        "UnclaimedCalendarDelete":{"summary":"It is nobody's","value":{"delete":true}},\##
        "UnclaimedCalendarResolved":{"value":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","resolution":"assigned",\##
        "calendar":{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "user_id":"user_8123","provider":"google","raw_calendar_id":"ada@example.com","name":"ada@example.com",\##
        "email":"ada@example.com","status":"active","status_message":null,"sync_status":"success",\##
        "synced_at":"2026-11-20T14:05:03.310Z","created_at":"2026-11-20T14:05:00.901Z"}}},\##
        "CalendarList":{"value":{"data":[{"id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "connection_id":"con_06gvih7hjppehdaesu0sotfm6o","user_id":"user_8123","provider":"google",\##
        "raw_calendar_id":"ada@example.com","name":"ada@example.com","email":"ada@example.com","status":"active",\##
        "status_message":null,"sync_status":"success","synced_at":"2026-11-20T14:05:03.310Z",\##
        "created_at":"2026-11-20T14:05:00.901Z"}],"next_cursor":null}},\##
        "Event":{"value":{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","title":"Design review",\##
        "start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":{"bot_name":"Acme Notes","recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme \##
        Notes is recording this meeting.","transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"scheduled","bot_id":null,"all_occurrences":false}}},\##
        "EventWithoutRecording":{"summary":"Nothing is recorded",\##
        "value":{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "title":"Design review","start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":null}},\##
        "EventList":{"value":{"data":[{"id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","title":"Design review",\##
        "start_time":"2026-11-24T15:00:00.000Z","end_time":"2026-11-24T15:45:00.000Z",\##
        "meeting_url":"https://meet.google.com/abc-defg-hij","meeting_platform":"meet","is_organizer":true,\##
        "is_recurring":true,"series_id":"0c4e8a26-91d3-4b7f-a5c8-d6e2f1b09374",\##
        "attendees":[{"email":"ada@example.com","name":"Ada"},\##
        {"email":"grace@example.com","name":null}],"status":"confirmed","updated_at":"2026-11-23T10:31:12.640Z",\##
        "recording":null}],"next_cursor":"AdSLRXhhbXBsZUV4YW1wbGVFeGFtcGxl"}},\##
        "RecordingPut":{"value":{"bot_name":"Acme Notes","recording_mode":"speaker_view","entry_message":"Acme Notes \##
        is recording this meeting.","extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600}}},\##
        "RecordingPutWithTranscription":{"summary":"With a picture and a transcript, by a key",\##
        "value":{"bot_name":"Acme Notes","bot_image":"https://app.example.com/bot.jpg",\##
        "transcription":{"provider":"gladia","api_key":"example-gladia-key","custom_parameters":{"language":"en"}}}},\##
        "RecordingChange":{"value":{"recording_mode":"audio_only","entry_message":null}},\##
        "RecordingScheduled":{"summary":"Before the meeting","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme Notes is recording this meeting.",\##
        "transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"scheduled","bot_id":null,"all_occurrences":false}},\##
        "RecordingCompleted":{"summary":"When it is over","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":"https://app.example.com/bot.jpg","entry_message":null,\##
        "transcription":{"provider":"gladia","custom_parameters":{"language":"en"}},\##
        "extra":null,"timeouts":{"waiting_room":null,"noone_joined":null,"silence":null},\##
        "state":"completed","bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","all_occurrences":false,\##
        "artifacts":{"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example",\##
        "transcription":"https://files.example.com/e5a7c913/transcription.json?signature=example",\##
        "raw_transcription":null,\##
        "diarization":"https://files.example.com/e5a7c913/diarization.jsonl?signature=example",\##
        "chat_messages":null}}},\##
        "RecordingFailed":{"summary":"When nothing came of it","value":{"bot_name":"Acme Notes",\##
        "recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme Notes is recording this meeting.",\##
        "transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null},\##
        "state":"failed","bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","all_occurrences":false,"artifacts":null}},\##
        "WebhookEndpointCreate":{"value":{"url":"https://api.example.com/hooks/meetings","description":"Production",\##
        "event_types":["bot.completed","bot.failed","calendar.sync_events","connection.needs_reconnect"],"rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"not-a-real-secret"}}},\##
        "WebhookEndpointCreateSince":{"summary":"With what was received before",\##
        "value":{"url":"https://api.example.com/hooks/meetings","since":"2026-11-01T00:00:00Z"}},\##
        "WebhookEndpointDisable":{"summary":"Disable","value":{"status":"disabled"}},\##
        "WebhookEndpointLimits":{"summary":"No rate, other headers","value":{"rate":null,"concurrency":16,\##
        "headers":{"X-Acme-Hook":"another-one","X-Acme-Stage":"production"}}},\##
        "WebhookEndpoint":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointDisabled":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"disabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"disabled","since":"2026-11-23T09:12:40.502Z","failures":0,"last_error":null,"held":3},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointLimited":{"summary":"With other limits","value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":null,\##
        "concurrency":16,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]","X-Acme-Stage":"[redacted]"},\##
        "health":{"state":"half_open","since":"2026-11-23T10:12:07.118Z","failures":6,"last_error":"answered 502",\##
        "held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}},\##
        "WebhookEndpointWithSecret":{"value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z","secret":"whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE="}},\##
        "WebhookEndpointCreatedSince":{"summary":"With what was received before",\##
        "value":{"id":"ep_06gq0khpu5u3r6fn70bssrghhk","url":"https://api.example.com/hooks/meetings",\##
        "description":null,"event_types":["*"],"status":"enabled","rate":null,"concurrency":4,"timeout_seconds":30,\##
        "headers":{},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z","secret":"whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXJlYWwtc2VjcmV0ISE=",\##
        "replay_id":"rpl_06gq0khpu5vkb2rviika350nns"}},\##
        "WebhookEndpointList":{"value":{"data":[{"id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "url":"https://api.example.com/hooks/meetings","description":"Production","event_types":["bot.completed",\##
        "bot.failed","calendar.sync_events","connection.needs_reconnect"],"status":"enabled","rate":20,\##
        "concurrency":8,"timeout_seconds":10,"headers":{"X-Acme-Hook":"[redacted]"},\##
        "health":{"state":"healthy","since":"2026-11-03T07:31:45.777Z","failures":0,"last_error":null,"held":0},\##
        "created_at":"2026-11-03T07:31:45.777Z"}],"next_cursor":null}},\##
        "TestSent":{"value":{"message_id":"msg_06h0fu9cjluf569g4osjhcrgk4",\##
        "delivery_id":"dlv_06h0fu9cjlott57rnhgm7sq2ss"}},\##
        "ReplayCreate":{"value":{"since":"2026-11-20T00:00:00Z","until":"2026-11-23T10:40:00Z","types":["bot.*"],\##
        "statuses":["dead","none"]}},\##
        "ReplayBegun":{"value":{"id":"rpl_06h0fvfg3pt2d3lou9ctdlc818","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "state":"running","total":412,"done":0,"since":"2026-11-20T00:00:00.000Z","until":"2026-11-23T10:40:00.000Z",\##
        "types":["bot.*"],"statuses":["dead","none"],"created_at":"2026-11-23T10:40:12.318Z"}},\##
        "Replay":{"value":{"id":"rpl_06h0fvfg3pt2d3lou9ctdlc818","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "state":"running","total":412,"done":147,"skipped":0,"since":"2026-11-20T00:00:00.000Z",\##
        "until":"2026-11-23T10:40:00.000Z","types":["bot.*"],"statuses":["dead","none"],\##
        "created_at":"2026-11-23T10:40:12.318Z"}},\##
        "MessageSent":{"value":{"type":"bot.completed","timestamp":"2026-11-23T10:31:10.000Z",\##
        "data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "duration_seconds":2640,"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example","transcription":null,\##
        "sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"},\##
        "context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204"}}},\##
        "Message":{"summary":"A bot has finished","value":{"id":"msg_06h0ftdk01ogvbsklj9sv4m1i0",\##
        "type":"bot.completed","timestamp":"2026-11-23T10:31:10.000Z",\##
        "data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "duration_seconds":2640,"video":"https://files.example.com/e5a7c913/video.mp4?signature=example",\##
        "audio":"https://files.example.com/e5a7c913/audio.flac?signature=example","transcription":null,\##
        "sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"},\##
        "context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204"},\##
        "received_at":"2026-11-23T10:31:12.640Z","reconciled":false,"dropped_at":null}},\##
        "MessageSyncEvents":{"summary":"Events of a calendar have changed",\##
        "value":{"id":"msg_06h0fu9cjluf569g4osjhcrgk4","type":"calendar.sync_events",\##
        "timestamp":"2026-11-23T10:35:00.120Z","data":{"calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "last_updated_at":"2026-11-23T10:35:00.120Z","last_updated_ts":"2026-11-23T10:35:00.120Z",\##
        "affected_event_uuids":["7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"]},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":null,"bot_id":null},\##
        "received_at":"2026-11-23T10:35:00.125Z","reconciled":false,"dropped_at":null}},\##
        "MessageRecordingScheduled":{"summary":"A bot was asked for","value":{"id":"msg_06h0fudae8g9kt6b6ahiv5f0b0",\##
        "type":"recording.scheduled","timestamp":"2026-11-23T10:36:02.415Z",\##
        "data":{"event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","all_occurrences":false,\##
        "recording":{"bot_name":"Acme Notes","recording_mode":"speaker_view","bot_image":null,"entry_message":"Acme \##
        Notes is recording this meeting.","transcription":null,"extra":{"note_id":"note_5512"},\##
        "timeouts":{"waiting_room":600,"noone_joined":null,"silence":null}}},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d",\##
        "bot_id":null},\##
        "received_at":"2026-11-23T10:36:02.415Z","reconciled":false,"dropped_at":null}},\##
        "MessageList":{"value":{"data":[{"id":"msg_06h0fu9cjluf569g4osjhcrgk4","type":"calendar.sync_events",\##
        "timestamp":"2026-11-23T10:35:00.120Z","data":{"calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b",\##
        "last_updated_at":"2026-11-23T10:35:00.120Z","last_updated_ts":"2026-11-23T10:35:00.120Z",\##
        "affected_event_uuids":["7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d"]},\##
        "extra":null,"context":{"user_id":"user_8123","connection_id":"con_06gvih7hjppehdaesu0sotfm6o",\##
        "calendar_id":"b3f1c2d4-5a6e-4f70-8a91-2c3d4e5f6a7b","event_id":null,"bot_id":null},\##
        "received_at":"2026-11-23T10:35:00.125Z","reconciled":false,"dropped_at":null}],"next_cursor":null}},\##
        "MessageStream":{"summary":"Shortened","value":"retry: 1000\n\nid: msg_06h0fu9cjluf569g4osjhcrgk4\nevent: \##
        calendar.sync_events\ndata: {\"id\":\"msg_06h0fu9cjluf569g4osjhcrgk4\",\"type\":\"calendar.sync_events\", \##
        …}\n\n:\n"},\##
        "DeliveryList":{"value":{"data":[{"id":"dlv_06h0ftdk01vpba8djnpf2c6m1s",\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","status":"pending","reason":null,"attempts":2,\##
        "next_attempt_at":"2026-11-23T10:36:21.804Z","last_attempt":{"at":"2026-11-23T10:31:18.011Z",\##
        "status_code":502,"error":null,"duration_ms":184}}],"next_cursor":null}},\##
        "DeliveryPending":{"value":{"id":"dlv_06h0ftdk01vpba8djnpf2c6m1s",\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","status":"pending","reason":null,"attempts":10,\##
        "next_attempt_at":"2026-11-26T16:02:44.390Z","last_attempt":{"at":"2026-11-26T14:10:09.271Z",\##
        "status_code":null,"error":"the host does not resolve","duration_ms":37}}},\##
        "AttemptList":{"value":{"data":[{"delivery_id":"dlv_06h0ftdk01vpba8djnpf2c6m1s","number":2,\##
        "message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0","endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk",\##
        "type":"bot.completed","at":"2026-11-23T10:31:18.011Z","status_code":502,"error":null,"duration_ms":184,\##
        "timings":{"dns_ms":3.071,"connect_ms":21.408,"tls_ms":44.95,"first_byte_ms":113.204},\##
        "response":"<html><body>502 Bad Gateway</body></html>"},\##
        {"delivery_id":"dlv_06h0ftdk01vpba8djnpf2c6m1s","number":1,"message_id":"msg_06h0ftdk01ogvbsklj9sv4m1i0",\##
        "endpoint_id":"ep_06gq0khpu5u3r6fn70bssrghhk","type":"bot.completed","at":"2026-11-23T10:31:12.655Z",\##
        "status_code":null,"error":"the host does not resolve","duration_ms":37,"timings":{"dns_ms":null,\##
        "connect_ms":null,"tls_ms":null,"first_byte_ms":null},\##
        "response":null}],"next_cursor":null}},\##
        "UserDeleting":{"value":{"user_id":"user_8123","status":"deleting"}},\##
        "UpstreamWebhook":{"value":{"event":"bot.completed","data":{"bot_id":"e5a7c913-4d28-4f6b-b0a1-97c3d5e8f204",\##
        "event_id":"7d0a9c1e-2b34-4c56-9d78-e90f1a2b3c4d","duration_seconds":2640,\##
        "video":"https://files.example.com/e5a7c913/video.mp4?signature=example","sent_at":"2026-11-23T10:31:10Z"},\##
        "extra":{"note_id":"note_5512"}}},\##
        "WebhookReceived":{"value":{"received":true}},\##
        "ProblemMalformed":{"value":{"type":"urn:meeting-gateway:problem:malformed","title":"The request cannot be \##
        read","status":400,"detail":"The body is not valid JSON: it ends too early.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemUnauthenticated":{"value":{"type":"urn:meeting-gateway:problem:unauthenticated","title":"A valid \##
        credential is required","status":401,"detail":"The request bears no credential that is valid here: it is \##
        missing, mistyped, expired or revoked.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemInsufficientScope":{"value":{"type":"urn:meeting-gateway:problem:insufficient_scope","title":"The \##
        credential may not do this","status":403,"detail":"This needs the scope calendars:write, which the \##
        credential does not have.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g",\##
        "action":"tenant"}},\##
        "ProblemTenantSuspended":{"value":{"type":"urn:meeting-gateway:problem:tenant_suspended","title":"The tenant \##
        is suspended","status":403,"detail":"The tenant is suspended; the operator of this gateway can tell why.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemNotFound":{"value":{"type":"urn:meeting-gateway:problem:not_found","title":"Not found","status":404,\##
        "detail":"There is nothing here that this caller may see.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemNeedsReconnect":{"value":{"type":"urn:meeting-gateway:problem:needs_reconnect","title":"The user \##
        must connect the account again","status":409,"detail":"The provider no longer accepts this grant.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemAccountMismatch":{"value":{"type":"urn:meeting-gateway:problem:account_mismatch","title":"Another \##
        account was chosen","status":409,"detail":"The consent was given for another account than this \##
        connection's.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemCalendarAlreadyConnected":{"value":{"type":"urn:meeting-gateway:problem:calendar_already_connected",\##
        "title":"The calendar is already connected","status":409,"detail":"This calendar is already connected.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemInUse":{"value":{"type":"urn:meeting-gateway:problem:in_use","title":"Still in use","status":409,\##
        "detail":"Live connections use these credentials; delete them first.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemConflict":{"value":{"type":"urn:meeting-gateway:problem:conflict","title":"Conflict","status":409,\##
        "detail":"This ticket is being completed by another request.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":1}},\##
        "ProblemPreconditionFailed":{"value":{"type":"urn:meeting-gateway:problem:precondition_failed","title":"It \##
        was changed meanwhile","status":412,"detail":"It was changed since it was read: no tag of If-Match is its \##
        ETag. Read it again.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemIdempotencyMismatch":{"value":{"type":"urn:meeting-gateway:problem:idempotency_mismatch",\##
        "title":"The idempotency key was used for another request","status":422,"detail":"This Idempotency-Key was \##
        used for another request in the last 24 hours.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"tenant"}},\##
        "ProblemTooLarge":{"value":{"type":"urn:meeting-gateway:problem:too_large","title":"The request is too \##
        large","status":413,"detail":"The body may have at most 1048576 bytes.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemTicketInvalid":{"value":{"type":"urn:meeting-gateway:problem:ticket_invalid","title":"The ticket is \##
        not valid","status":422,"detail":"The ticket is unknown, used, or older than 300 seconds; start the consent \##
        again.","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"user"}},\##
        "ProblemValidation":{"value":{"type":"urn:meeting-gateway:problem:validation","title":"The request is not \##
        valid","status":422,"detail":"/provider must be one of google, microsoft (and 1 more).",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","errors":[{"pointer":"/provider",\##
        "detail":"must be one of google, microsoft"},\##
        {"pointer":"/colour","detail":"is not a known field"}]}},\##
        "ProblemRateLimited":{"value":{"type":"urn:meeting-gateway:problem:rate_limited","title":"Too many requests",\##
        "status":429,"detail":"Meeting BaaS's limit of writes a second is reached.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":1}},\##
        "ProblemQuotaExceeded":{"value":{"type":"urn:meeting-gateway:problem:quota_exceeded","title":"The quota is \##
        used up","status":429,"detail":"The tenant may have 1000 calendars.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}},\##
        "ProblemInternalError":{"value":{"type":"urn:meeting-gateway:problem:internal_error","title":"An error \##
        inside the gateway","status":500,"detail":"Something went wrong here. The request id finds it in the log.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g"}},\##
        "ProblemUpstreamRejected":{"value":{"type":"urn:meeting-gateway:problem:upstream_rejected","title":"Meeting \##
        BaaS refused the request","status":502,"detail":"Meeting BaaS refused the request \##
        (INVALID_MEETING_PLATFORM).","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g",\##
        "action":"tenant"}},\##
        "ProblemProviderUnavailable":{"value":{"type":"urn:meeting-gateway:problem:provider_unavailable",\##
        "title":"The calendar provider cannot be reached","status":503,"detail":"The provider did not answer \##
        properly (timeout).","instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait",\##
        "retry_after":10}},\##
        "ProblemUpstreamUnavailable":{"value":{"type":"urn:meeting-gateway:problem:upstream_unavailable",\##
        "title":"Meeting BaaS cannot be reached","status":503,"detail":"Meeting BaaS answered with status 502.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":10}},\##
        "ProblemStorageUnavailable":{"value":{"type":"urn:meeting-gateway:problem:storage_unavailable",\##
        "title":"Storage is not available","status":503,"detail":"Storage did not answer; try again.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"wait","retry_after":5}},\##
        "ProblemNotConfigured":{"value":{"type":"urn:meeting-gateway:problem:not_configured","title":"Not \##
        configured","status":503,"detail":"No google app is configured for this tenant.",\##
        "instance":"urn:meeting-gateway:request:req_06h0fve001r9b56qhhippolh1g","action":"operator"}}}}}
        """##
}
